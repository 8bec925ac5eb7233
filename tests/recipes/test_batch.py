"""Many districts: the same on any workers, done once, however often stopped; one that fails fails alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import LineString, Polygon, box

import gridkit as gk
from gridkit import cli
from gridkit.dispatch import journal
from gridkit.dispatch.spawned import Spawned
from gridkit.errors import DefinitionError, OutputError, UsageError
from gridkit.recipes import batch as recipe
from gridkit.recipes import district

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = """
district = ""
units = "blocks.gpkg"
people = "blocks.gpkg:pop"
accept = "all"
grids = 2
effort = 0.1
audit = true
map = "planner"
"""
PEOPLE = {"a": 540.0, "b": 522.0, "c": 540.0}


class Here(Executor):
    """Whoever does things at once, in this process, and counts them."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.done.append(args[0].id)
        future.set_result(fn(*args, **kwargs))
        return future


class Poisoned(Spawned):
    """Processes of which each that takes up district b dies."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return super().submit(os._exit, 3) if args[0].id == "b" else super().submit(fn, *args, **kwargs)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a project of three districts of nine blocks, done once; copy it, never change it."""
    folder: Path = tmp_path_factory.mktemp("many")
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 1800, 200) for y in range(0, 600, 200)]
    blocks = gpd.GeoDataFrame({"pop": [60.0, 60.0, 60.0] * 9}, geometry=cells, crs="EPSG:32650")
    blocks.loc[9, "pop"] = 42.0
    blocks.to_file(folder / "blocks.gpkg")
    areas = [box(x, 0, x + 600, 600) for x in (0, 600, 1200)]
    gpd.GeoDataFrame({"code": list("abc")}, geometry=areas, crs="EPSG:32650").to_file(folder / "areas.gpkg")
    (folder / "gridkit.toml").write_text(TEXT, encoding="utf-8")
    done = batch(folder, executor=Here())
    assert done.facts["made"] == 3, done.report
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def batch(folder: Path, out: str = "out", **choices: Any) -> gk.Batch:
    return gk.batch(folder / "gridkit.toml", districts=f"{folder}/areas.gpkg:code", path=folder / out, **choices)


def test_every_district_has_its_folder_and_all_of_them_an_index_and_sums(made: Path) -> None:
    done = batch(made, executor=Here())
    assert {each["id"]: each["facts"]["people"] for each in done.rows} == PEOPLE
    for row in done.rows:
        assert {"plan.gpkg", "planner.html", "audit.json"} <= {each.name for each in Path(row["folder"]).iterdir()}
    book = openpyxl.load_workbook(made / "out" / "rollup.xlsx")
    sums = {row[0]: row[1:] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert sums["People"] == (sum(PEOPLE.values()), 3, sum(PEOPLE.values()), 0)
    accounts = list(book.worksheets[2].iter_rows(min_row=2, values_only=True))
    assert accounts
    assert all(row[5] == 0 for row in accounts)
    assert not (made / "out" / "failed.gpkg").exists()


def test_what_is_done_is_never_done_again_wherever_it_stands(folder: Path) -> None:
    here = Here()
    done = batch(folder, executor=here)
    assert (here.done, done.facts["kept"]) == ([], 3)
    assert all(each["cpu_s"] > 0 and each["peak_mb"] > 0 for each in done.rows), "what it cost stays known"
    assert (done.facts["cpu_s"], done.facts["peak_mb"]) == (0, 0), "and is not spent again"


def test_a_half_result_is_none_and_is_done_again_alone(folder: Path) -> None:
    [one] = (folder / "out" / "districts").glob("b-*")
    (one / "planner.html").write_text("half")
    here = Here()
    assert batch(folder, executor=here).facts["kept"] == 2
    assert here.done == ["b"]


def test_a_batch_that_was_stopped_goes_on_where_it_was(folder: Path) -> None:
    class Stopped(Here):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if self.done:
                raise KeyboardInterrupt
            return super().submit(fn, *args, **kwargs)

    first = Stopped()
    with pytest.raises(KeyboardInterrupt):
        batch(folder, "fresh", executor=first)
    record = json.loads((folder / "fresh" / "batch.json").read_text(encoding="utf-8"))
    assert record["left"] == 3, "the driver had heard of none"
    here = Here()
    done = batch(folder, "fresh", executor=here)
    assert set(here.done) == {"a", "b", "c"} - set(first.done)
    assert (done.facts["kept"], done.facts["made"]) == (1, 2)


def test_new_choices_make_new_results_and_keep_the_old_ones(folder: Path) -> None:
    project = folder / "gridkit.toml"
    project.write_text(TEXT.replace('map = "planner"', 'map = ["planner", "official"]'), encoding="utf-8")
    done = batch(folder, executor=Here())
    assert done.facts["made"] == 3
    assert len(list((folder / "out" / "districts").glob("a-*"))) == 2
    held = json.loads(Path(done.rows[0]["folder"], "made.json").read_text(encoding="utf-8"))
    split = next(each for each in held["made"] if each["step"] == "split")
    [before] = [each for each in (folder / "out" / "districts").glob("a-*") if str(each) != done.rows[0]["folder"]]
    old = json.loads((before / "made.json").read_text(encoding="utf-8"))
    assert split["finished"] == next(each for each in old["made"] if each["step"] == "split")["finished"]
    assert not gk.verify(done.rows[0]["folder"]).failed


def test_a_district_that_fails_fails_alone_and_is_tried_again_alone(folder: Path) -> None:
    areas = gpd.read_file(folder / "areas.gpkg")
    far = areas.iloc[[0]].assign(code="far", geometry=[box(9e5, 9e5, 9e5 + 10, 9e5 + 10)])
    gpd.GeoDataFrame(pd.concat([areas, far]), crs=areas.crs).to_file(folder / "areas.gpkg")
    done = batch(folder, executor=Here())
    assert [each["id"] for each in done.failed] == ["far"]
    assert (done.facts["failed"], done.facts["kept"]) == (1, 3)
    failed = gpd.read_file(folder / "out" / "failed.gpkg")
    assert failed["district_id"].tolist() == ["far"]
    assert failed["reason"].str.len().iloc[0] > 10
    assert failed.geometry.notna().all()
    here = Here()
    again = batch(folder, executor=here, failed=True)
    assert here.done == ["far"]
    assert again.facts["districts"] == 4


def test_an_area_that_crosses_itself_or_is_none_costs_no_other_district(folder: Path) -> None:
    areas = gpd.read_file(folder / "areas.gpkg")
    bow = Polygon([(0, 0), (600, 600), (600, 0), (0, 600)])
    more = areas.iloc[[0, 0]].assign(code=["bow", "line"], geometry=[bow, LineString([(0, 0), (600, 0)])])
    gpd.GeoDataFrame(pd.concat([areas, more]), crs=areas.crs).to_file(folder / "areas.gpkg", geometry_type="Unknown")
    done = batch(folder, executor=Here())
    told = {each["id"]: each["state"] for each in done.rows}
    assert {name: told[name] for name in PEOPLE} == dict.fromkeys(PEOPLE, "kept")
    assert told["line"] == "failed"
    assert "no area" in str(recipe.said(next(each for each in done.failed if each["id"] == "line")))


@pytest.mark.slow
def test_processes_make_the_same_and_a_poisoned_district_costs_no_other(folder: Path) -> None:
    here = batch(folder, executor=Here())
    with Poisoned(2) as executor:
        done = batch(folder, "fresh", executor=executor)
    assert {row["id"]: row["state"] for row in done.rows} == {"a": "made", "b": "failed", "c": "made"}
    assert "died each time" in str(recipe.said(done.failed[0]))
    assert done.facts["lost_workers"] == recipe.AGAIN
    lost = [each["id"] for each in journal.read(folder / "fresh" / "journal.jsonl") if each["event"] == "lost"]
    assert lost == ["b"] * recipe.AGAIN
    assert {name: here.digests[name] for name in done.digests} == done.digests


def test_a_fault_of_the_disk_is_said_of_its_district(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = district.done

    def full(job: Any, draft: Path, **choices: Any) -> Any:
        if "/b-" in str(choices["home"]):
            raise OutputError("cannot be written: {why}", where=draft / "x", why="No space left on device")
        return real(job, draft, **choices)

    monkeypatch.setattr(district, "done", full)
    done = batch(folder, "fresh", executor=Here())
    assert [(each["id"], each["code"]) for each in done.failed] == [("b", 6)]
    assert str(recipe.said(done.failed[0])).startswith(f"{done.failed[0]['folder']}/x: "), "no draft that is gone"
    assert done.facts["made"] == 2


def test_a_worker_of_another_version_is_not_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Older(Here):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            monkeypatch.setattr(district, "own_version", lambda: "0.0")
            return super().submit(fn, *args, **kwargs)

    done = batch(folder, "fresh", executor=Older())
    assert {str(recipe.said(each)) for each in done.failed} == {f"the worker has gridkit 0.0, not {gk.__version__}"}


def test_mistakes_stop_a_batch_before_it_begins(folder: Path) -> None:
    with pytest.raises(UsageError, match="leave out"):
        batch(folder, "fresh", executor=Here(), workers=2)
    with pytest.raises(UsageError, match="no scheduler of Dask answers"):
        batch(folder, "fresh", scheduler="tcp://127.0.0.1:9")
    (folder / "gridkit.toml").write_text(TEXT.replace("grids", "girds"), encoding="utf-8")
    with pytest.raises(DefinitionError, match="did you mean 'grids'"):
        batch(folder, "fresh")


@pytest.mark.slow
def test_the_command_streams_a_line_for_each_district_and_ends_with_7_where_one_fails(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [
        "batch",
        str(folder / "gridkit.toml"),
        "--districts",
        f"{folder}/areas.gpkg:code",
        "-o",
        str(folder / "out"),
    ]
    assert cli.run([*line, "--json"]) == 0
    told = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["schema"] for each in told] == ["gridkit/batch/district"] * 3 + ["gridkit/batch"]
    areas = gpd.read_file(folder / "areas.gpkg")
    areas.assign(geometry=areas.geometry.translate(9e5)).to_file(folder / "areas.gpkg")
    assert cli.run([*line, "--workers", "1"]) == 7


def test_ctrl_c_says_what_is_done_and_how_to_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_args: Any, told: Callable[[dict[str, Any]], None], **_choices: Any) -> None:
        told({"id": "a", "state": "made", "name": "a"})
        raise KeyboardInterrupt

    monkeypatch.setattr(recipe, "batch", stopped)
    line = ["batch", f"{folder}/gridkit.toml", "--districts", f"{folder}/areas.gpkg:code", "-o", f"{folder}/out"]
    for lang, said in (
        ("en", f"stopped; 1 district is done and stays in {folder}/out; the same command goes on with the others"),
        ("zh", f"已停止；1 个辖区已完成，保留在 {folder}/out；再次运行同一命令即可继续其余辖区"),
    ):
        assert cli.run(["--lang", lang, *line]) == 130
        assert capsys.readouterr().err.splitlines() == [said]


@pytest.mark.slow
def test_a_batch_that_is_stopped_for_real_says_one_line_and_goes_on(folder: Path) -> None:
    out = folder / "fresh"
    words = ["batch", f"{folder}/gridkit.toml", "--districts", f"{folder}/areas.gpkg:code", "-o", str(out)]
    line = [sys.executable, "-m", "gridkit", "--lang", "en", *words, "--workers", "1"]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        while run.poll() is None and not list((out / "districts").glob("*-*/district.json")):
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate()
    assert run.returncode == 130
    [told] = said.splitlines()
    assert told.endswith(f"in {out}; the same command goes on with the others")
    record = json.loads((out / "batch.json").read_text(encoding="utf-8"))
    stayed = record["made"]
    assert (stayed + record["left"], record["left"] > 0) == (3, True)
    assert batch(folder, "fresh", executor=Here()).facts["kept"] >= stayed


def test_clocks_that_disagree_tell_nothing(folder: Path) -> None:
    for number, result in enumerate(sorted((folder / "out" / "districts").iterdir())):
        day = (number - 1) * 10 * 365 * 86400  # a worker ten years behind, one ten years ahead
        for each in [*result.rglob("*"), result]:
            os.utime(each, (each.stat().st_mtime + day, each.stat().st_mtime + day))
    here = Here()
    assert batch(folder, executor=here).facts["kept"] == 3
    assert here.done == []
    project = folder / "gridkit.toml"
    project.write_text(TEXT.replace("grids = 2", "grids = 3"), encoding="utf-8")
    assert {each["facts"]["grids"] for each in batch(folder, executor=Here()).rows} == {3}
