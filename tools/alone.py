"""How much of each module the test file of its name reaches alone: ``python tools/alone.py gridkit/plan ...``.

Each test file runs by itself, without the slow tests and the browser's, in a process that is forked once the heavy
libraries are loaded; only its own module is watched. What other test files reach counts for nothing, and neither does
what runs as machine code (``[tool.coverage.report]``) or in other processes. A row is a share, the branches taken of
all, and the module; with ``--lines`` also the ways that were not taken. Exit code 1 where a module is below the least,
2 where its tests fail.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.8
HEAVY = ("geopandas", "numba", "osmium", "pyogrio", "rasterio", "scipy.sparse.csgraph")
"""Loaded once, for all forks; what pytest brings is loaded by pytest, so that it can rewrite asserts."""


@dataclass(frozen=True)
class Reached:
    """What a test file reaches of its module: branches taken and all there are, and the ways not taken."""

    module: Path
    taken: int
    branches: int
    missing: tuple[tuple[int, int], ...]
    passed: bool

    @property
    def share(self) -> float:
        """Branches taken, of all."""
        return self.taken / self.branches if self.branches else 1.0

    def line(self) -> str:
        """Return the share, the branches taken of all, and the module."""
        said = f"{self.share:4.0%} {self.taken:4d} of {self.branches:<4d} {self.module.relative_to(ROOT)}"
        return said if self.passed else f"{said}  TESTS FAIL"


def mirrored(asked: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the modules at or below some paths that have a test file of their name, each with it."""
    for path in asked or [ROOT / "gridkit"]:
        for module in [path] if path.is_file() else sorted(path.rglob("*.py")):
            below = module.resolve().relative_to(ROOT / "gridkit")
            tests = ROOT / "tests" / below.parent / f"test_{below.stem}.py"
            if tests.exists():
                yield module.resolve(), tests


def reached(module: Path, tests: Path) -> Reached:
    """Run a test file in a process of its own and return what it reaches of its module."""
    with tempfile.TemporaryDirectory(prefix="gridkit-alone-") as folder:
        found = Path(folder) / "found.json"
        pid = os.fork()
        if not pid:
            _silence()
            os._exit(_watch(module, tests, found))
        _, status = os.waitpid(pid, 0)
        if not found.exists():  # no test ran that loads the module
            return Reached(module, 0, 0, (), passed=False)
        [held] = json.loads(found.read_text(encoding="utf-8"))["files"].values()
    summary, passed = held["summary"], os.waitstatus_to_exitcode(status) == 0
    ways = tuple((start, end) for start, end in held["missing_branches"])
    return Reached(module, summary["covered_branches"], summary["num_branches"], ways, passed)


def _silence() -> None:
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 1)
    os.dup2(sink, 2)


def _watch(module: Path, tests: Path, found: Path) -> int:
    """Run a test file with one module watched, write what it reached, and return pytest's exit code."""
    import coverage
    import pytest

    watch = coverage.Coverage(
        data_file=None, branch=True, include=[str(module)], config_file=str(ROOT / "pyproject.toml")
    )
    watch.start()
    # Doctests of the module would be collected from its own file, so they count for nothing here.
    code = pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not slow and not browser", str(tests)])
    watch.stop()
    watch.json_report(morfs=[str(module)], outfile=str(found))
    return int(code)


def main() -> int:
    """Measure each module and print its row, then those below the least."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", type=Path, help="modules, or rooms with all their modules; all without")
    parser.add_argument("--least", type=float, default=LEAST, help="the share of branches that is to be reached")
    parser.add_argument("--lines", action="store_true", help="name the ways not taken, by their lines")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in HEAVY:
        importlib.import_module(name)
    rows = []
    for module, tests in mirrored(asked.modules):
        rows.append(row := reached(module, tests))
        print(row.line(), flush=True)
        if asked.lines and row.missing:
            print("     " + " ".join(f"{start}->{'end' if end < 0 else end}" for start, end in row.missing), flush=True)
    few = sorted((row for row in rows if row.share < asked.least), key=lambda row: row.share)
    taken, branches = sum(row.taken for row in rows), sum(row.branches for row in rows)
    print(f"{len(rows)} modules, {taken:,} of {branches:,} branches; below {asked.least:.0%}: {len(few)}")
    print(*(row.line() for row in few), sep="\n")
    return 2 if not all(row.passed for row in rows) else int(bool(few))


if __name__ == "__main__":
    raise SystemExit(main())
