"""A project written from a folder runs; every file is used for what it is, or named with why it is not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit import cli
from gridkit.errors import OutputError, SourceError
from gridkit.recipes import jobs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_the_files_of_an_office_become_a_project_that_reads(demo_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_dir, tmp_path / "office")
    told = gk.new(tmp_path / "office")
    job = jobs.read(told["file"])
    asked = job.project
    assert asked.district == str(tmp_path / "office" / "district.gpkg:communities")
    assert (asked.parents, asked.osm) == ("code", (str(tmp_path / "office" / "district.osm.pbf"),))
    assert str(asked.people).endswith("population.tif")
    assert str(asked.households).endswith("households.csv")
    laid = {order.options["name"]: order.options for order in job.orders if order.command == "layer"}
    assert [str(each).rsplit("/", 1)[-1] for each in laid["incidents"]["data"]] == [
        "incidents.csv",
        "incidents_last_year.csv",
    ]
    assert laid["incidents"]["datum"] == "gcj02"
    left = {each["file"] for each in told["left"]}
    assert {"grids_last_year.gpkg", "facilities.xlsx", "nets.gpkg", "orders.csv", "health.csv", "visits.csv"} <= left
    assert gk.run(told["file"], dry_run=True).made[0] == "split"


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    """Return a folder with blocks that count people, a broken file and a text."""
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 1000, 200) for y in range(0, 1000, 200)]
    frame = gpd.GeoDataFrame({"people": [50.0 + n % 7 for n in range(25)]}, geometry=cells, crs="EPSG:32650")
    frame.to_file(tmp_path / "blocks.gpkg")
    (tmp_path / "broken.geojson").write_text("{")
    (tmp_path / "README.txt").write_text("read me")
    return tmp_path


@pytest.mark.filterwarnings("ignore:.*outside the range of size:gridkit.GridkitWarning")
def test_blocks_alone_are_district_units_and_people(blocks: Path) -> None:
    told = gk.new(blocks, lang="zh")
    text = (blocks / "gridkit.toml").read_text(encoding="utf-8")
    assert "要划分的区域" in text
    assert {each["file"] for each in told["left"]} == {"broken.geojson"}
    run = gk.run(told["file"])
    shutil.copy(blocks / "out" / "plan.gpkg", blocks / "plan.gpkg")
    again = gk.new(blocks, overwrite=True)
    assert {each["file"] for each in again["left"]} == {"broken.geojson", "plan.gpkg"}
    assert run.facts["people"] == sum(50 + n % 7 for n in range(25))


def test_a_project_elsewhere_names_its_files_whole(blocks: Path, tmp_path: Path) -> None:
    gk.new(blocks, path=tmp_path / "elsewhere" / "p.toml")
    held = jobs.read(tmp_path / "elsewhere" / "p.toml").project
    assert held.district == str(blocks / "blocks.gpkg")


def test_nothing_is_written_over_and_a_folder_without_a_district_is_refused(
    blocks: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (blocks / "gridkit.toml").write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        gk.new(blocks)
    empty = tmp_path_factory.mktemp("empty")
    with pytest.raises(SourceError, match="no file in it holds the district"):
        gk.new(empty)
    with pytest.raises(SourceError, match="not a folder"):
        gk.new(empty / "gone")
    assert cli.run(["new", str(empty)]) == 3


def test_the_district_is_what_covers_its_ground_once_and_whole(tmp_path):
    squares = [box(120.6 + 0.01 * at, 32.5, 120.61 + 0.01 * at, 32.51) for at in range(4)]
    called = {"name": [f"Ward {letter}" for letter in "PQRS"]}
    district = gpd.GeoDataFrame(called, geometry=squares, crs=4326)
    district.to_file(tmp_path / "q.gpkg")
    district.iloc[:2].to_file(tmp_path / "a_half.gpkg")
    zones = [box(120.6, 32.5, 120.64, 32.52), box(120.61, 32.5, 120.63, 32.51)]
    gpd.GeoDataFrame({"name": ["outer", "inner"]}, geometry=zones, crs=4326).to_file(tmp_path / "b_levels.gpkg")
    held = gk.new(tmp_path)
    assert held["used"]["district"] == "q.gpkg"
    assert {each["file"] for each in held["left"]} == {"a_half.gpkg", "b_levels.gpkg"}
