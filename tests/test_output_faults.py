"""Whatever the disk or a name does to an output: one line, the exit code of outputs, and every old file whole."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from plans import Size, crooked_plan

import gridkit as gk
from gridkit import atomic, cli
from gridkit.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "plan": (("refresh", "{plan}", "-o", "{out}"), "plan-2.gpkg"),
    "parts": (("part", "{plan}", "--by", "name", "-o", "{out}"), "parts"),
    "papers": (("papers", "{plan}", "--only", "list", "-o", "{out}"), "papers"),
    "publication": (("publish", "{plan}", "-o", "{out}"), "public"),
    "page": (("map", "{plan}", "-o", "{out}"), "map.html"),
    "workbook": (("report", "{plan}", "-o", "{out}"), "report.xlsx"),
    "cards": (("cards", "{plan}", "-o", "{out}"), "cards.pdf"),
    **{
        f"export {ending}": (("export", "{plan}", "-o", "{out}"), f"grids{ending}")
        for ending in (".geojson", ".gpkg", ".shp", ".fgb", ".csv", ".kml", ".parquet")
    },
}
"""A command line of each kind of output, and what it writes."""
NAMED = ("plan", "page", "workbook", "cards", "export .geojson", "export .shp")
"""Kinds of output that are told by the name of one file, each by a writer of its own."""
FOLDERS = ("parts", "papers", "publication")
"""Kinds of output that are several files in a folder."""
LEFT = 4 << 10
"""Bytes that are free on a disk that is full."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a plan and one output of each kind."""
    folder = tmp_path_factory.mktemp("office")
    gk.write_plan(crooked_plan(Size(side=8, incidents=60, buildings=400)), folder / "plan.gpkg")
    for kind in COMMANDS:
        assert run(kind, folder / "plan.gpkg", folder / COMMANDS[kind][1]) == 0
    return folder


def run(kind: str, plan: Path, out: Path | str) -> int:
    """Run the command line of a kind of output, over what is there."""
    words = [word.format(plan=plan, out=out) for word in COMMANDS[kind][0]]
    return cli.run(["--lang", "en", "-q", *words, "--overwrite"])


def tree(path: Path) -> dict[str, str]:
    """Return a digest of every file under a path; what begins with our own mark is told as well."""
    files = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    return {str(each.relative_to(path.parent)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def one_line(capfd: pytest.CaptureFixture[str]) -> str:
    """Return the one line on stderr."""
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert said.count("\n") == 1, said
    return said


# ------------------------------------------------------------------ the disk
@contextmanager
def no_growth(_: Path) -> Iterator[None]:
    """Let no file of this process grow beyond a kilobyte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Fill the disk of a folder, but for a few kilobytes."""
    filler = folder.parent / "filler"
    free = shutil.disk_usage(folder).free - LEFT
    try:
        filler.write_bytes(b"\0" * max(free, 0))
        yield
    finally:
        filler.unlink(missing_ok=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of some megabytes of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if not mounted or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], check=False).returncode:
        pytest.skip("a disk of its own takes root and tmpfs")
    try:
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [no_growth, full_disk])
@pytest.mark.parametrize("kind", COMMANDS)
def test_a_disk_that_takes_no_more_leaves_every_old_file(
    kind: str, fault: Any, office: Path, small_disk: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    # Else it is refused before the work: here the disk fills while the file is being written.
    monkeypatch.setattr(atomic, "LEAST_FREE", 0)
    folder = small_disk / "out"
    folder.mkdir()
    plan = shutil.copy(office / "plan.gpkg", office / "own.gpkg")
    old = office / COMMANDS[kind][1]
    out = folder / old.name
    shutil.copytree(old, out) if old.is_dir() else shutil.copy(old, out)
    before = tree(out)
    capfd.readouterr()
    with fault(folder):
        code = run(kind, Path(plan), out)
    said = one_line(capfd)
    assert code == OutputError.exit_code, said
    assert tree(out) == before
    assert [each.name for each in folder.iterdir()] == [out.name]


def test_a_full_disk_is_found_before_the_work(
    office: Path, small_disk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (small_disk / "out").mkdir()
    with full_disk(small_disk / "out"):
        assert run("plan", office / "plan.gpkg", small_disk / "out" / "plan.gpkg") == OutputError.exit_code
    assert "the disk is full" in one_line(capfd)


# ------------------------------------------------------------------ the name
@pytest.mark.parametrize("name", ["new\nline{}", "{:x>500}", "/dev/full", "pipe", "folder", "pipe/x{}", "-"])
@pytest.mark.parametrize("kind", NAMED)
def test_a_name_that_takes_no_file_is_refused(
    kind: str, name: str, office: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    ending = COMMANDS[kind][1].removeprefix("grids")
    given = name.format(ending[ending.index(".") :])
    if name == "-" and run(kind, office / "plan.gpkg", "-") == 0:
        assert capfd.readouterr().out
        return
    capfd.readouterr()
    code = run(kind, office / "plan.gpkg", given)
    said = one_line(capfd)
    assert code in (2, OutputError.exit_code), said
    assert sorted(each.name for each in Path().iterdir()) == ["folder", "pipe"]


@pytest.mark.parametrize("name", ["new\nline", "/dev/full", "pipe", "file", "file/inside", "-"])
@pytest.mark.parametrize("kind", FOLDERS)
def test_a_name_that_takes_no_folder_is_refused_and_the_plan_knows_of_nothing(
    kind: str, name: str, office: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("file").write_text("kept", encoding="utf-8")
    before = (office / "plan.gpkg").read_bytes()
    capfd.readouterr()
    assert run(kind, office / "plan.gpkg", name) == OutputError.exit_code
    one_line(capfd)
    assert sorted(each.name for each in Path().iterdir()) == ["file", "pipe"]
    assert Path("file").read_text(encoding="utf-8") == "kept"
    assert (office / "plan.gpkg").read_bytes() == before


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_folder_behind_a_link_that_is_not_there_yet_is_made(kind: str, office: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("later")
    assert run(kind, office / "plan.gpkg", link) == 0
    assert link.is_symlink()
    assert any((tmp_path / "later").iterdir())


def test_a_log_in_a_folder_that_cannot_be_written_is_one_line(office: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run(["--lang", "en", "--log-file", "/proc/no/log.txt", "history", str(office / "plan.gpkg")])
    assert code == OutputError.exit_code
    assert "log.txt" in one_line(capfd)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_an_export_to_a_standard_output_that_takes_nothing_is_one_line(where: str, office: Path) -> None:
    line = f"{sys.executable} -m gridkit --lang en export {office / 'plan.gpkg'} -o - {where}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == OutputError.exit_code, done.stderr
    # An older GDAL says besides that it does not even have every driver it is told not to use.
    said = [text for text in done.stderr.splitlines() if "GDAL_SKIP" not in text]
    assert len(said) == 1, done.stderr
