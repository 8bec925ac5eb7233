"""An output is held to its record and made again from it; what has changed is named."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit import cli
from gridkit.errors import SourceError, UsageError
from gridkit.recipes.plans import read_plan, write_plan

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """
district = "b.gpkg"
units = "b.gpkg"
people = "b.gpkg:pop"
grids = 3
effort = 0.1
export = ["g.csv"]
layer = "balance"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a made project and a plan that was split by itself."""
    folder: Path = tmp_path_factory.mktemp("project")
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 1000, 200) for y in range(0, 1000, 200)]
    gpd.GeoDataFrame({"pop": [50.0 + n % 7 for n in range(25)]}, geometry=cells, crs="EPSG:32650").to_file(
        folder / "b.gpkg"
    )
    (folder / "gridkit.toml").write_text(TEXT, encoding="utf-8")
    gk.run(folder / "gridkit.toml")
    source = str(folder / "b.gpkg")
    plan = gk.split(source, units=source, people=f"{source}:pop", grids=3, effort=0.1)
    write_plan(plan, folder / "alone.gpkg")
    write_plan(gk.layer(plan, "balance"), folder / "laid.gpkg")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_what_is_as_it_was_is_verified(folder: Path) -> None:
    for name in ("out", "out/plan.gpkg", "out/g.csv", "out/made.json"):
        found = gk.verify(folder / name)
        assert not found.failed
        assert found.outputs
    assert [each["file"] for each in gk.verify(folder / "out/g.csv").outputs] == [str(folder / "out/g.csv")]


def test_a_plan_alone_bears_its_own_record(made: Path) -> None:
    found = gk.verify(made / "alone.gpkg")
    assert not found.failed
    assert [each["file"] for each in found.inputs] == [str(made / "b.gpkg")] * len(found.inputs)


def test_an_input_that_has_changed_is_named(folder: Path) -> None:
    with (folder / "b.gpkg").open("ab") as file:
        file.write(b"\0")
    found = gk.verify(folder / "out" / "plan.gpkg")
    assert found.failed
    assert {each["state"] for each in gk.verify(folder / "out").inputs} == {"changed"}
    with pytest.raises(SourceError, match=r"b\.gpkg: it is no longer what the output was made from"):
        gk.rerun(folder / "out" / "steps" / "split.gpkg")


def test_an_output_that_was_changed_or_lost_is_named(folder: Path) -> None:
    (folder / "out" / "g.csv").write_text("a\n")
    (folder / "out" / "steps" / "split.gpkg").unlink()
    states = {each["file"].rsplit("/", 1)[-1]: each["state"] for each in gk.verify(folder / "out").outputs}
    assert states == {"split.gpkg": "missing", "plan.gpkg": "same", "g.csv": "changed"}


def test_a_plan_that_a_program_only_opened_holds_what_it_held(folder: Path) -> None:
    import sqlite3

    path = folder / "out" / "plan.gpkg"
    before = path.read_bytes()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (a)")
    connection.execute("DROP TABLE mine")
    connection.commit()
    connection.close()
    assert path.read_bytes() != before
    assert not gk.verify(path).failed


@pytest.mark.parametrize("name", ["out/plan.gpkg", "out/steps/split.gpkg", "out/g.csv", "alone.gpkg", "laid.gpkg"])
def test_an_output_is_made_again_the_same(name: str, made: Path, tmp_path: Path) -> None:
    again = tmp_path / f"again.{name.rsplit('.', 1)[-1]}"
    told = gk.rerun(made / name, path=again)
    assert told["same"], told
    assert again.is_file()


def test_a_plan_edited_by_hand_cannot_be_made_again_and_says_so(folder: Path) -> None:
    plan = read_plan(folder / "alone.gpkg")
    edited = gk.redraw(plan, merges=",".join(map(str, plan.grids.index[:2])), loose=True)
    write_plan(edited, folder / "edited.gpkg")
    with pytest.raises(UsageError, match="taken by hand"):
        gk.rerun(folder / "edited.gpkg")


def test_what_nobody_recorded_is_refused(folder: Path) -> None:
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="nothing tells"):
        gk.verify(folder / "mine.txt")
    with pytest.raises(SourceError, match="no such file"):
        gk.verify(folder / "gone.gpkg")
    with pytest.raises(UsageError, match="name one of the outputs"):
        gk.rerun(folder / "out")


def test_the_commands_end_with_9_where_something_has_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verify", str(folder / "out"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verified"] is True
    (folder / "out" / "g.csv").write_text("a\n")
    assert cli.run(["verify", str(folder / "out")]) == 9
    assert cli.run(["rerun", str(folder / "out" / "plan.gpkg")]) == 0
    with (folder / "b.gpkg").open("ab") as file:
        file.write(b"\0")
    assert cli.run(["rerun", str(folder / "out" / "plan.gpkg")]) == 3


def blocks(gis):
    gis.sql(
        "CREATE SCHEMA data",
        "CREATE TABLE data.blocks (id int PRIMARY KEY, people int, geom geometry(Polygon, 32650))",
        "INSERT INTO data.blocks SELECT i, 100, ST_MakeEnvelope(5e5 + 100 * (i % 4), 35e5 + 100 * (i / 4),"
        " 5e5 + 100 * (i % 4) + 100, 35e5 + 100 * (i / 4) + 100, 32650) FROM generate_series(0, 15) i",
    )
    return f"{gis.address()}:data.blocks"


def test_a_plan_in_a_database_is_held_to_its_trail_and_to_the_tables_it_was_made_from(gis):
    table, place = blocks(gis), f"{gis.address()}:plan_v"
    made = gk.split(table, units=table, people=f"{table}:people", grids=4, effort=0.1)
    assert {each.name for each in made.history[0].inputs} == {"data.blocks"}
    write_plan(made, place)
    found = gk.verify(place)
    assert not found.failed
    assert {each["file"] for each in found.inputs} == {table}

    gis.sql("UPDATE plan_v.units SET people = people + 1 WHERE fid = 1")
    assert [each["state"] for each in gk.verify(place).outputs] == ["changed"]
    gis.sql("UPDATE data.blocks SET people = 7 WHERE id = 3")
    assert {each["state"] for each in gk.verify(place).inputs} == {"changed"}
    gis.sql("DROP TABLE data.blocks")
    assert {each["state"] for each in gk.verify(place).inputs} == {"missing"}
    with pytest.raises(UsageError, match="what is made again is a file"):
        gk.rerun(place)
