"""A project is done as far as it is not; what somebody changed is never written over; a mistake is one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

import gridkit as gk
from gridkit.catalog import map_views
from gridkit.errors import DefinitionError, OutputError, SourceError
from gridkit.recipes.plans import read_plan, write_plan

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*places of single incidents:gridkit.GridkitWarning")
TEXT = """
district = "blocks.gpkg"
units = "blocks.gpkg"
people = "blocks.gpkg:pop"
grids = 4
effort = 0.1
audit = true
map = "planner"

[[layer]]
name = "incidents"
data = "incidents.csv"

[[export]]
path = "handed/grids.geojson"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a project of 36 blocks, made once; copy it, never change it."""
    folder: Path = tmp_path_factory.mktemp("project")
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 1200, 200) for y in range(0, 1200, 200)]
    blocks = gpd.GeoDataFrame({"pop": [50.0 + n % 7 for n in range(36)]}, geometry=cells, crs="EPSG:32650")
    blocks.to_file(folder / "blocks.gpkg")
    places = blocks.geometry.representative_point().to_crs(4326)
    rows = {"id": range(36), "time": "2026-03-01 08:00", "lon": places.x, "lat": places.y}
    pd.DataFrame(rows).to_csv(folder / "incidents.csv", index=False)
    (folder / "gridkit.toml").write_text(TEXT, encoding="utf-8")
    assert set(gk.run(folder / "gridkit.toml").made) == {"split", "plan", "map planner", "export handed/grids.geojson"}
    return folder


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    """Return the file of a made project of one's own."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "gridkit.toml"


def changed(project: Path, old: str, new: str) -> Path:
    project.write_text(project.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return project


def test_all_outputs_are_there_with_a_record_of_what_they_were_made_from(made: Path) -> None:
    out = made / "out"
    for name in ("plan.gpkg", "audit.json", "planner.html", "handed/grids.geojson"):
        assert (out / name).is_file()
    record = json.loads((out / "made.json").read_text(encoding="utf-8"))
    assert record["schema"] == "gridkit/made"
    split = next(each for each in record["made"] if each["step"] == "split")
    assert {each["path"] for each in split["inputs"]} == {"../blocks.gpkg"}
    assert "incidents" in read_plan(out / "plan.gpkg").layers


def test_nothing_is_made_twice_wherever_the_tree_is_moved(project: Path) -> None:
    before = (project.parent / "out" / "plan.gpkg").read_bytes()
    assert gk.run(project).made == ()
    assert (project.parent / "out" / "plan.gpkg").read_bytes() == before


def test_times_and_names_of_folders_tell_nothing(project: Path) -> None:
    for each in project.parent.glob("*.*"):
        text = each.read_bytes()
        each.unlink()
        each.write_bytes(text)
        os.utime(each, (0, 0))
    assert gk.run(project, dry_run=True).made == ()


def test_a_definition_makes_again_what_goes_by_it_and_no_more(project: Path) -> None:
    own = project.parent / "views"
    own.mkdir()
    view = (map_views.maps().path("planner")).read_text(encoding="utf-8")
    (own / "planner.toml").write_text(view, encoding="utf-8")
    changed(project, 'map = "planner"', '[[map]]\nview = "planner"\nmaps = "views"\n')
    gk.run(project)
    (own / "planner.toml").write_text(view + "\n# another\n", encoding="utf-8")
    assert gk.run(project, dry_run=True).made == ("map planner",)


def test_new_incidents_are_laid_without_a_search(project: Path) -> None:
    table = project.parent / "incidents.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-3]))
    run = gk.run(project)
    states = {each.name: each.state for each in run.steps}
    assert states == {"split": "kept", "plan": "made", "map planner": "made", "export handed/grids.geojson": "made"}
    assert "layer incidents: data" in str(run.steps[1].why)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("grids = 4", "grids = 5", ("split", "plan", "map planner", "export handed/grids.geojson")),
        ('map = "planner"', 'map = ["planner", "official"]', ("map official",)),
        ("effort = 0.1", "effort = 0.1\nthreads = 1", ()),
        ("[[export]]", "[report]\n[[export]]", ("report",)),
    ],
)
def test_a_choice_makes_again_what_hangs_on_it_and_no_more(
    old: str, new: str, again: tuple[str, ...], project: Path
) -> None:
    assert gk.run(changed(project, old, new), dry_run=True).made == again


def test_a_dry_run_tells_what_from_what_and_how_much_and_writes_nothing(project: Path) -> None:
    shutil.rmtree(project.parent / "out")
    before = sorted(project.parent.rglob("*"))
    run = gk.run(project, dry_run=True)
    assert run.made == ("split", "plan", "map planner", "export handed/grids.geojson")
    assert run.report["people"] == sum(50 + n % 7 for n in range(36))
    assert all(each["cpu_s"] > 0 and each["peak_mb"] > 0 for each in run.report["steps"])
    assert sorted(project.parent.rglob("*")) == before


def test_a_dry_run_after_a_run_is_estimated_by_it(project: Path) -> None:
    run = gk.run(changed(project, "grids = 4", "grids = 5"), dry_run=True)
    record = json.loads((project.parent / "out" / "made.json").read_text(encoding="utf-8"))
    assert run.steps[0].cpu_s == record["made"][0]["cost"]["cpu_s"]


def test_a_plan_that_was_edited_is_not_written_over_unasked(project: Path) -> None:
    path = project.parent / "out" / "plan.gpkg"
    plan = read_plan(path)
    write_plan(gk.redraw(plan, merges=",".join(map(str, plan.grids.index[:2])), loose=True), path, overwrite=True)
    edited = path.read_bytes()
    assert gk.run(project).made == (), "nothing has changed that it is made from"
    changed(project, "grids = 4", "grids = 5")
    with pytest.raises(OutputError, match="changed since it was made here"):
        gk.run(project)
    assert path.read_bytes() == edited
    assert "plan" in gk.run(project, overwrite=True).made


def test_a_file_that_no_run_made_is_not_written_over_unasked(project: Path) -> None:
    mine = project.parent / "out" / "report.xlsx"
    mine.write_text("mine")
    changed(project, "[[export]]", "[report]\n[[export]]")
    with pytest.raises(OutputError, match="no run made it"):
        gk.run(project)
    assert mine.read_text() == "mine"


def test_an_output_that_is_gone_is_made_again_alone(project: Path) -> None:
    (project.parent / "out" / "planner.html").unlink()
    assert gk.run(project).made == ("map planner",)


def test_what_was_published_stays_known_when_the_plan_is_made_anew(project: Path) -> None:
    changed(project, 'map = "planner"', 'map = "public"')
    gk.run(project)
    path = project.parent / "out" / "plan.gpkg"
    assert len(read_plan(path).records["published"]) == 1
    table = project.parent / "incidents.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-3]))
    gk.run(project)
    assert len(read_plan(path).records["published"]) == 2
    assert gk.run(project).made == ()


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("grids = 4", "gird = 4", DefinitionError, "no choice 'gird' - did you mean 'grids'"),
        ('name = "incidents"', 'nmae = "incidents"', DefinitionError, "no choice 'nmae'"),
        ('data = "incidents.csv"', 'dta = "incidents.csv"', DefinitionError, "did you mean 'data'"),
        ('data = "incidents.csv"', 'data = "gone.csv"', SourceError, "gone.csv: there is no such file"),
        ('path = "handed/grids.geojson"', 'path = "../grids.geojson"', DefinitionError, "leads out of the folder"),
        ('path = "handed/grids.geojson"', 'path = "planner.html"', DefinitionError, "two steps write planner.html"),
        ('name = "incidents"', 'name = "incidnets"', DefinitionError, "incidnets"),
        ('map = "planner"', "map = 3", DefinitionError, "map is a table of its options"),
        ("audit = true", "audit = [{}, {}]", DefinitionError, "audit stands there more than once"),
        ('path = "handed/grids.geojson"', "", DefinitionError, "names no path"),
    ],
)
def test_a_mistake_is_named_before_anything_is_made(
    old: str, new: str, error: type[Exception], said: str, project: Path
) -> None:
    shutil.rmtree(project.parent / "out")
    with pytest.raises(error, match=said):
        gk.run(changed(project, old, new))
    assert not (project.parent / "out").exists()


def test_a_damaged_record_is_named(project: Path) -> None:
    (project.parent / "out" / "made.json").write_text("{")
    with pytest.raises(SourceError, match="damaged"):
        gk.run(project)


def test_two_runs_in_one_folder_are_not_let_in(project: Path) -> None:
    from gridkit import lock

    with lock.holding(project.parent / "out" / "run"), pytest.raises(OutputError, match="another process"):
        gk.run(project)


def run_of(folder: Path, *arguments: str) -> Any:
    from gridkit import cli

    return cli.run(["run", str(folder / "gridkit.toml"), *arguments])


def test_the_command_reports_every_step_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_of(project.parent, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "gridkit/run"
    assert {each["state"] for each in told["steps"]} == {"kept"}
    assert run_of(project.parent / "gone") == 3


def test_work_staff_nets_and_the_scorecard_are_steps_of_a_project(project: Path) -> None:
    folder = project.parent
    grids = read_plan(folder / "out" / "plan.gpkg").grids
    staff = pd.DataFrame({"姓名": list("甲乙丙丁"), "网格": grids.index, "每周工时": [40, 40, 20, 40]})
    staff.to_csv(folder / "staff.csv", index=False)
    forms = {"报表名称": ["日报"], "要求部门": ["综治办"], "频次": ["每日"], "每次用时": [12]}
    pd.DataFrame(forms).to_csv(folder / "forms.csv", index=False)
    halves = [box(0, 0, 600, 1200), box(600, 0, 1200, 1200)]
    gpd.GeoDataFrame({"name": ["w", "e"]}, geometry=halves, crs="EPSG:32650").to_file(
        folder / "nets.gpkg", layer="city"
    )
    steps = '[workload]\nforms = "forms.csv"\n[staffing]\nstaff = "staff.csv"\n'
    steps += '[departments.areas]\ncity = "nets.gpkg:city"\n'
    run = gk.run(changed(project, "[[export]]", f"{steps}[scorecard]\n[[export]]"))
    assert set(run.made) == {"plan", "map planner", "scorecard", "export handed/grids.geojson"}, (
        "nothing is split again"
    )
    plan = read_plan(folder / "out" / "plan.gpkg")
    assert {"incidents", "workload", "staffing", "departments"} <= set(plan.layers)
    assert (folder / "out" / "scorecard.pdf").read_bytes().startswith(b"%PDF")
    assert gk.run(project).made == ()
    staff.assign(每周工时=10).to_csv(folder / "staff.csv", index=False)
    assert gk.run(project, dry_run=True).steps[1].why == "changed: staffing: staff"
    assert gk.verify(folder / "out" / "scorecard.pdf").report["inputs"] is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell what a process held")
def test_the_memory_of_a_process_is_its_own_and_not_of_who_began_it() -> None:
    child = "from gridkit.recipes.run import peak_mb; print(peak_mb())"
    parent = (
        "import subprocess, sys; held = b'x' * 900_000_000;"
        f"print(subprocess.run([sys.executable, '-c', {child!r}], capture_output=True, text=True, check=True).stdout)"
    )
    said = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, check=True).stdout
    assert 20 < float(said) < 800
