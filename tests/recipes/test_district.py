"""One district as a worker does it: what a worker that died had done is not done again, and nothing half is seen."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from gridkit import lock
from gridkit.provenance import own_version
from gridkit.recipes import district, jobs, run

TEXT = """
district = "blocks.gpkg"
units = "blocks.gpkg"
people = "blocks.gpkg:pop"
accept = "all"
grids = 2
effort = 0.1
audit = true
map = "planner"
"""


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a project of nine blocks."""
    folder: Path = tmp_path_factory.mktemp("district")
    cells = [box(x, y, x + 200, y + 200) for x in range(0, 600, 200) for y in range(0, 600, 200)]
    gpd.GeoDataFrame({"pop": [60.0] * 9}, geometry=cells, crs="EPSG:32650").to_file(folder / "blocks.gpkg")
    (folder / "gridkit.toml").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture
def work(beside: Path, tmp_path: Path) -> district.Task:
    job = jobs.read(beside / "gridkit.toml")
    target = tmp_path / "districts" / "a-0123456789abcdef"
    return district.Task(
        "a", "A", "0123456789abcdef", dict(job.held), str(job.beside), job.where, str(target), own_version(), 1.0
    )


def made_at(folder: Path) -> dict[str, tuple[str, float]]:
    """Return when each step of a folder was made, and what it cost: no two are alike."""
    made = json.loads((folder / "made.json").read_text(encoding="utf-8"))["made"]
    return {each["step"]: (each["finished"], each["cost"]["wall_s"]) for each in made}


def _dies(work: district.Task) -> None:
    """Do the district and die where the pages are to be written."""
    run._Work._write = lambda self, step: os._exit(9)  # type: ignore[method-assign, assignment]
    district.task(work)


def killed(work: district.Task) -> None:
    """Let a worker do a district and die over it."""
    worker = get_context("spawn").Process(target=_dies, args=(work,))
    worker.start()
    worker.join()
    assert worker.exitcode == 9


def test_what_a_worker_that_died_had_done_is_not_done_again(work: district.Task) -> None:
    killed(work)
    target, begun = Path(work.folder), district.begun(Path(work.folder))
    assert not target.exists(), "nothing half is seen"
    assert set(made_at(begun)) == {"split", "plan"}
    before = made_at(begun)
    row = district.task(work)
    assert row["state"] == "made"
    assert {name: at for name, at in made_at(target).items() if name in before} == before
    assert not begun.exists()
    assert not [each for each in target.rglob("*") if each.name.startswith(lock.PREFIX)], "nothing of the dead is left"
    whole = district.task(replace(work, folder=str(target.parent / "again-0123456789abcdef")))
    assert row["facts"]["plan"] == whole["facts"]["plan"], "it is the same plan"


def test_of_two_workers_over_one_district_each_has_its_own_folder(work: district.Task) -> None:
    begun = district.begun(Path(work.folder))
    begun.parent.mkdir(parents=True)
    with lock.holding(begun):
        assert district.task(work)["state"] == "made"
    assert not begun.exists()
    assert district.task(work)["state"] == "kept"


def test_an_earlier_result_is_gone_on_with_and_stays_as_it_was(work: district.Task) -> None:
    first = Path(work.folder)
    district.task(work)
    was = (first / "planner.html").stat()
    later = first.with_name("a-fedcba9876543210")
    held = {**work.held, "map": "official"}
    row = district.task(replace(work, folder=str(later), key="fedcba9876543210", held=held, former=str(first)))
    assert row["state"] == "made"
    assert made_at(later)["split"] == made_at(first)["split"]
    assert (later / "official.html").exists()
    assert (first / "planner.html").stat().st_mtime_ns == was.st_mtime_ns


def test_a_result_of_which_a_part_is_gone_is_none(work: district.Task) -> None:
    district.task(work)
    assert district.ready(Path(work.folder)) is not None
    (Path(work.folder) / "planner.html").unlink()
    assert district.ready(Path(work.folder)) is None
    shutil.rmtree(work.folder)
    assert district.ready(Path(work.folder)) is None


def test_what_is_said_of_the_folder_of_work_is_said_of_the_one_where_it_is_to_stand(
    work: district.Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_job: Any, draft: Path, **_: Any) -> Any:
        raise district.OutputError("cannot be written: {why}", where=draft / "x", why="No space left on device")

    monkeypatch.setattr(district, "done", full)
    row = district.task(work)
    assert row["state"] == "failed"
    said = json.dumps(row["why"])
    assert f"{work.folder}/x" in said
    assert district.BEGUN not in said
