"""A split where a service runs it: no network, nothing writable but the output, no home, an ASCII terminal, limits."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from faults.ground import BY_PEOPLE, blocks, district

import gridkit as gk

ROOT = Path(__file__).resolve().parents[1]
CLOSED = """
mount --bind {root} {root} && mount -o remount,bind,ro {root}
mount --bind {folder} {folder}
mount -t tmpfs -o size=1m,ro none {scratch}
! touch {root}/written {scratch}/written 2>/dev/null
cd {folder}
{limits}
exec env -i PATH=/usr/bin:/bin TMPDIR={scratch} NUMBA_CACHE_DIR= PYTHONPATH={root} PYTHONDONTWRITEBYTECODE=1 {words}
"""
"""The script of a namespace of its own: mounts in it are nobody else's."""


def can() -> bool:
    """Return whether this machine gives a namespace to whoever asks."""
    return (
        bool(shutil.which("unshare"))
        and not subprocess.run(["unshare", "-rmn", "true"], capture_output=True, check=False).returncode
    )


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can(), reason="NOT TESTED IN A NAMESPACE: unshare is missing or not allowed here"),
]


def closed(folder: Path, scratch: Path, *words: object, limits: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run gridkit in a folder of a namespace in which it can write nowhere else and reach nobody."""
    line = [word for word in map(str, words) if "=" in word and not word.startswith("-")]
    line += [sys.executable, "-m", "gridkit", *(word for word in map(str, words) if word not in line)]
    script = CLOSED.format(root=ROOT, folder=folder, scratch=scratch, limits=limits, words=" ".join(line))
    return subprocess.run(["unshare", "-rmn", "sh", "-ec", script], capture_output=True, timeout=600, check=False)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return a folder with a district and its blocks."""
    folder = tmp_path / "office"
    folder.mkdir()
    district().to_file(folder / "district.gpkg")
    blocks().to_file(folder / "blocks.gpkg")
    return folder


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return a folder that will take nothing."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.mark.parametrize(
    "environment",
    [
        ("LC_ALL=C", "GRIDKIT_LANG=en"),
        ("PYTHONIOENCODING=ascii", "PYTHONUTF8=0", "PYTHONCOERCECLOCALE=0", "LC_ALL=C", "GRIDKIT_LANG=zh"),
    ],
    ids=["no locale", "an ASCII terminal"],
)
def test_a_plan_is_made_where_nothing_else_can_be_written(office: Path, scratch: Path, environment: tuple[str, ...]):
    done = closed(office, scratch, *environment, *BY_PEOPLE)
    said = (done.stdout + done.stderr).decode("utf-8" if "GRIDKIT_LANG=en" in environment else "ascii")
    assert done.returncode == 0, said
    assert len(gk.read_plan(office / "plan.gpkg").grids) > 1
    assert sorted(each.name for each in office.iterdir()) == ["blocks.gpkg", "district.gpkg", "plan.gpkg"]


@pytest.mark.parametrize(
    ("limits", "code"), [("ulimit -f 8", 6), ("ulimit -v 400000", 8)], ids=["small files", "little memory"]
)
def test_a_limit_that_is_reached_is_one_line_and_leaves_nothing(office: Path, scratch: Path, limits: str, code: int):
    done = closed(office, scratch, "GRIDKIT_LANG=en", *BY_PEOPLE, limits=limits)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == code, said
    assert "Traceback" not in said
    assert not (office / "plan.gpkg").exists()
