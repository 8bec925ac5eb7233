"""A project written from a folder runs; every file is used for what it is, or named with why it is not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box

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


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return the folder of an office: two wards, streets, people, two years of incidents, clinics, grids of before."""
    wards = [box(120.60 + 0.02 * at, 32.5, 120.62 + 0.02 * at, 32.52) for at in range(2)]
    gpd.GeoDataFrame({"name": ["North Ward", "South Ward"]}, geometry=wards, crs=4326).to_file(tmp_path / "wards.gpkg")
    ways = [LineString([(120.60, 32.5 + 0.004 * at), (120.64, 32.5 + 0.004 * at)]) for at in range(1, 5)]
    ways += [LineString([(120.60 + 0.004 * at, 32.5), (120.60 + 0.004 * at, 32.52)]) for at in range(1, 10)]
    roads = {"highway": ["residential"] * len(ways), "name": [f"Street {at}" for at in range(len(ways))]}
    gpd.GeoDataFrame(roads, geometry=ways, crs=4326).to_file(tmp_path / "roads.gpkg")
    rng = np.random.default_rng(1)
    lon, lat = 120.60 + 0.04 * rng.random(80), 32.5 + 0.02 * rng.random(80)
    place = {"lon": lon.round(6), "lat": lat.round(6)}
    pd.DataFrame({"address": [f"{at} Mill Road" for at in range(80)], "people": 12, **place}).to_csv(
        tmp_path / "people.csv", index=False
    )
    for year in (2025, 2026):
        days = [f"{year}-03-{1 + at % 28:02d} 08:30" for at in range(80)]
        log = pd.DataFrame({"reported": days, "category": ["noise", "parking"] * 40, "status": "closed", **place})
        log.rename(columns={"reported": "time"}).to_csv(tmp_path / f"incidents_{year}.csv", index=False)
    clinics = pd.DataFrame({"name": ["a", "b"], "beds": [20, 30], "lon": place["lon"][:2], "lat": place["lat"][:2]})
    clinics.to_csv(tmp_path / "clinics.csv", index=False)
    return tmp_path


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_streets_people_and_two_years_of_a_log_each_have_their_place(office: Path, lang: str) -> None:
    told = gk.new(office, lang=lang)
    job = jobs.read(told["file"])
    assert str(job.project.district).endswith("wards.gpkg")
    assert str(job.project.features["roads"]).endswith("roads.gpkg")
    assert str(job.project.people).endswith("people.csv")
    [log] = [order.options for order in job.orders if order.options.get("name") == "incidents"]
    assert [str(each).rsplit("/", 1)[-1] for each in log["data"]] == ["incidents_2025.csv", "incidents_2026.csv"]
    text = (office / "gridkit.toml").read_text(encoding="utf-8")
    assert [each.name for each in office.iterdir() if each.name not in text] == ["gridkit.toml"], (
        "no file is passed over"
    )
    assert ("the area to split" in text) is (lang == "en")


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_where_nobody_is_counted_grids_are_of_one_size_and_streets_lacking_are_said(office: Path) -> None:
    for name in ("people.csv", "roads.gpkg", "incidents_2025.csv", "incidents_2026.csv", "clinics.csv"):
        (office / name).unlink()
    told = gk.new(office)
    project = jobs.read(told["file"]).project
    assert (project.by, project.target, project.units) == ("area_m2", 300_000, "hexagons")
    assert "no file counts people" in (office / "gridkit.toml").read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_table_of_totals_is_taken_where_it_names_the_parents(office: Path) -> None:
    (office / "people.csv").unlink()
    pd.DataFrame({"name": ["North Ward", "South Ward"], "people": [4000, 5200]}).to_csv(office / "t.csv", index=False)
    project = jobs.read(gk.new(office)["file"]).project
    assert str(project.totals).endswith("t.csv")
    assert project.people is None
