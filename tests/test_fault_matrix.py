"""The matrix of faults at the command line: what each does to a run, its exit code, and the one line that says so.

One row for each fault of the matrix this project was designed against, in English and in Chinese. A row is a command
line on files made here, the exit codes that are right, and words that must be said; no output is left behind by what
fails, and no input changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import requests
from faults.ground import BY_PEOPLE, FAULTS, SOUTH, STEP, WEST, Fault, blocks, cases, district, raster, swap
from faults.values import PIXELS
from rasterio.transform import Affine
from rasterio.windows import Window

from gridkit import cli

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a district, its blocks, incidents and a plan."""
    folder = tmp_path_factory.mktemp("ground")
    district().to_file(folder / "district.gpkg")
    blocks().to_file(folder / "blocks.gpkg")
    cases().to_csv(folder / "cases.csv", index=False)
    home = Path.cwd()
    os.chdir(folder)
    try:
        assert cli.run(["-q", *BY_PEOPLE]) == 0
    finally:
        os.chdir(home)
    (folder / "plan.gpkg").rename(folder / "made.gpkg")
    return folder


NOT_AS_IT_WAS = 9
"""The exit code of what was looked at and is not in order: a report, no error."""


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of every file in a folder."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and os.access(each, os.R_OK))
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def facts(line: str) -> list[str]:
    """Return what a sentence says in any language: its numbers, names in Latin letters, options and its code."""
    return sorted(re.findall(r"\[GK\d+\]|--[a-z-]+|[\w./-]+\.[a-z]{2,8}\b|(?<![A-Za-z\d,.])\d(?:[\d,.]*\d)?", line))


def failed(err: str) -> list[str]:
    """Return the lines that say what failed."""
    return [line for line in err.splitlines() if re.search(r"\[GK\d+\]$", line)]


@pytest.mark.slow
@pytest.mark.parametrize("each", FAULTS, ids=str)
def test_a_fault_is_one_line_with_its_code_in_either_language_and_nothing_is_lost(
    each: Fault, ground: Path, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", sys.modules.get("fpdf"))
    if sys.modules["fpdf"] is None:
        monkeypatch.delitem(sys.modules, "fpdf")
    told = {}
    for lang in ("en", "zh"):
        folder = tmp_path / lang
        shutil.copytree(ground, folder)
        monkeypatch.chdir(folder)
        words = each.make(folder) or each.words
        before = digests(folder)
        capfd.readouterr()
        code = cli.run(["--lang", lang, *map(str, words)])
        out, err = capfd.readouterr()
        assert code == each.code, err + out
        assert "Traceback" not in err
        after = digests(folder)
        assert {name: after.get(name) for name in before} == before
        if code and code != NOT_AS_IT_WAS:
            assert after == before, "an output was left behind"
            assert len(failed(err)) == 1, err
        told[lang] = out, err
    assert re.search(each.said, "".join(told["en"]), re.IGNORECASE | re.DOTALL), told["en"]
    assert re.search("[\u4e00-\u9fff]", "".join(told["zh"])), told["zh"]
    lines = {lang: [facts(line) for line in failed(err)] for lang, (_, err) in told.items()}
    assert lines["zh"] == lines["en"], told


# ---------------------------------------------------------------- what happens to the process


def line(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Start a command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "gridkit", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "GRIDKIT_LANG": "en", **environment},
    )


def done(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return how a process ended: its code, stdout and stderr."""
    out, err = process.communicate(timeout=240)
    assert "Traceback" not in err
    return process.returncode, out, err


@pytest.fixture
def here(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one's own with the ground in it, and go there."""
    shutil.copytree(ground, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def within(limit: int, words: list[object] | tuple[object, ...]) -> subprocess.CompletedProcess[str]:
    """Return how a command line ended that had so many bytes to address."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit})); "
    code += f"from gridkit import cli; raise SystemExit(cli.run({[str(each) for each in words]!r}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=400)


@pytest.mark.slow
def test_of_a_raster_larger_than_memory_the_district_alone_is_read(here: Path) -> None:  # row 78
    size, across, first = 60_000, 200, 30_000
    pixel = 2 * STEP / across
    with rasterio.open(
        here / "a.tif", "w", driver="GTiff", height=size, width=size, count=1, dtype="float64", crs="EPSG:4326",
        transform=Affine(pixel, 0, WEST - first * pixel, 0, -pixel, SOUTH + 2 * STEP + first * pixel),
        sparse_ok=True, tiled=True, BIGTIFF="YES",
    ) as file:  # fmt: skip
        file.write(np.full((across, across), 0.04), 1, window=Window(first, first, across, across))
    ended = within(3 << 30, [*PIXELS, "--threads", "1"])
    assert ended.returncode == 0, ended.stderr
    assert "1,600 people" in ended.stdout


@pytest.mark.slow
def test_a_district_of_more_pixels_than_memory_holds_is_refused(here: Path) -> None:  # row 78
    raster(here / "a.tif", np.full((6000, 6000), 0.001, "float32"), compress="deflate")
    before = digests(here)
    ended = within(3 << 30, [*PIXELS, "--threads", "1"])
    assert ended.returncode == 8, ended.stderr
    assert len(failed(ended.stderr)) == 1, ended.stderr
    assert "Traceback" not in ended.stderr
    assert digests(here) == before


def test_a_file_that_may_not_grow_leaves_the_old_one(here: Path) -> None:  # row 80
    before = digests(here)
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); from gridkit import cli; "
    code += "raise SystemExit(cli.run(['refresh', 'made.gpkg', '--overwrite']))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 6, ended.stderr
    assert digests(here) == before


def test_an_output_that_another_program_has_open_is_whole_afterwards(here: Path, capfd: Any) -> None:  # row 84
    with sqlite3.connect(here / "made.gpkg", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        code = cli.run(["--lang", "en", "split", *map(str, BY_PEOPLE[1:-6]), *map(str, BY_PEOPLE[-4:]),
                        "-o", "made.gpkg", "--overwrite"])  # fmt: skip
        other.execute("ROLLBACK")
    assert code == 0, capfd.readouterr().err
    assert cli.run(["-q", "history", "made.gpkg"]) == 0


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
def test_a_run_that_is_stopped_says_so_and_leaves_nothing(here: Path, sent: signal.Signals, code: int) -> None:
    # row 86
    before = digests(here)
    process = line("--progress", "json", *BY_PEOPLE[:4], *BY_PEOPLE[4:6], "--effort", "500", *BY_PEOPLE[8:])
    assert process.stderr is not None
    for said in process.stderr:
        if said.startswith("{"):
            break
    process.send_signal(sent)
    ended, _, err = done(process)
    assert ended == code, err
    assert digests(here) == before
    assert not list(here.glob(".gridkit-*"))


def test_a_reader_that_closes_early_is_no_fault(here: Path) -> None:  # row 87
    reader, writer = os.pipe()
    words = [sys.executable, "-m", "gridkit", "layers", "--json"]
    with subprocess.Popen(words, stdout=writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        os.close(reader)  # long before a first word is written, so that no buffer takes it
        _, err = process.communicate(timeout=240)
    assert (process.returncode, err) == (141, "")


@pytest.mark.slow
def test_a_second_run_on_one_plan_waits_or_is_refused(here: Path, capfd: Any) -> None:  # row 88
    first = line(*BY_PEOPLE)
    second = line(*BY_PEOPLE)
    codes = sorted(done(each)[0] for each in (first, second))
    assert codes == [0, 6]
    assert cli.run(["-q", "history", "plan.gpkg"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("a b", {}),
        ("网格 方案", {}),
        ("-rf", {}),
        ("x" * 200, {}),
        ("plain", {"TZ": "Asia/Kathmandu", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
        ("plain", {"TZ": "No/Such", "LANG": "xx_YY.nothing", "PYTHONIOENCODING": "gbk"}),
    ],
)
def test_odd_names_clocks_and_locales_work(here: Path, name: str, environment: dict[str, str]) -> None:  # row 89
    folder = here / name
    folder.mkdir()
    (here / "district.gpkg").rename(folder / "district.gpkg")
    words = swap(BY_PEOPLE, district_gpkg=f"{folder}/district.gpkg", plan_gpkg=f"{folder}/plan.gpkg")
    code, _, err = done(line(*words, **environment))
    assert code == 0, err
    assert (folder / "plan.gpkg").exists()


def test_a_server_that_is_down_is_told_with_the_way_round(here: Path, capfd: Any, monkeypatch: Any) -> None:  # row 90
    from gridkit.sources.osm import overpass

    def down(*_: object, **__: object) -> None:
        raise requests.ConnectionError("Connection refused")

    monkeypatch.setattr(requests.Session, "request", down)
    monkeypatch.setattr(overpass.time, "sleep", lambda _: None)
    code = cli.run(["--lang", "en", "fetch", "--bbox", "120.6,32.5,120.61,32.51", "-o", "a.osm"])
    said = capfd.readouterr().err
    assert code == 3, said
    assert re.search(r"\.osm|file", said)


# ---------------------------------------------------------------- jobs of many districts

BATCH = ("batch", "many.toml", "--districts", "district.gpkg:district:code", "-o", "all", "--json")
MANY = """
district = ""
units = "blocks.gpkg"
people = "blocks.gpkg:people"
accept = "all"
grids = 2
effort = 0.01
"""


@pytest.fixture
def many(here: Path) -> Path:
    """Return the ground with a project for each of its communities."""
    (here / "many.toml").write_text(MANY, encoding="utf-8")
    return here


def journal(folder: Path) -> list[dict[str, Any]]:
    """Return the journal of a batch, an event a line."""
    lines = (folder / "all" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(each) for each in lines if each.endswith("}")]


def states(folder: Path) -> list[str]:
    """Return what the journal of a batch says."""
    return [each["event"] for each in journal(folder)]


def events(folder: Path, event: str) -> list[tuple[str, int | None]]:
    """Return the districts that an event befell, each with the exit code it would have had alone."""
    return [(each["id"], each.get("code")) for each in journal(folder) if each["event"] == event]


@pytest.mark.slow
def test_a_worker_without_memory_costs_its_district_alone(many: Path) -> None:  # row 79
    blocks(people=100).to_file(many / "blocks.gpkg")
    size = 60_000
    with rasterio.open(
        many / "huge.tif", "w", driver="GTiff", height=size, width=size, count=1, dtype="float64", crs="EPSG:4326",
        transform=Affine(2 * STEP / size, 0, WEST, 0, -2 * STEP / size, SOUTH + 2 * STEP), sparse_ok=True, tiled=True,
        BIGTIFF="YES",
    ):  # fmt: skip
        pass
    rows = ["id,district,people", "a,district.gpkg:district,blocks.gpkg:people", "b,district.gpkg:district,huge.tif"]
    (many / "rows.csv").write_text("\n".join(rows))
    ended = within(4 << 30, [*BATCH[:3], "rows.csv", *BATCH[4:], "--workers", "1"])
    assert ended.returncode == 7, ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    assert events(many, "made") == [("a", None)]
    assert events(many, "failed") == [("b", 8)]


@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on_where_it_was(many: Path) -> None:  # row 85
    process = line(*BATCH, "--workers", "1")
    kept = many / "all" / "journal.jsonl"
    while process.poll() is None and not (kept.exists() and {"done", "made"} & set(states(many))):
        time.sleep(0.05)
    process.kill()
    process.wait()
    finished = sum(each in ("done", "made") for each in states(many))
    code, out, err = done(line(*BATCH, "--workers", "1"))
    assert code == 0, err
    assert finished >= 1
    facts = json.loads(out.splitlines()[-1]) if out.strip().count("\n") < 2 else json.loads(out[out.rindex("\n{") :])
    assert sum(each in ("done", "made") for each in states(many)) == 4, facts


def test_a_scheduler_that_is_not_there_is_no_endless_wait(many: Path) -> None:  # row 92
    code, out, err = done(line(*BATCH, "--scheduler", "tcp://127.0.0.1:9"))
    assert (code, out) == (2, "")
    assert "tcp://127.0.0.1:9: no scheduler of Dask answers there" in err
    assert "without --scheduler" in err


OF_THE_PROCESS = {78, 79, 80, 84, 85, 86, 87, 88, 89, 90, 92}


def test_every_row_of_the_matrix_is_here() -> None:
    assert {each.row for each in FAULTS} | OF_THE_PROCESS == set(range(1, 93))
