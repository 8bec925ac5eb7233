"""How much of each module the test file of its name reaches alone: ``python tools/alone.py gridkit/plan ...``.

The test files of a room run one after the other in one process, without the slow tests and the browser's, and what is
reached is told apart by test file: what others reach counts for nothing, and neither does what runs as machine code
(``[tool.coverage.report]``) or in other processes. What a file before it computed and a cache kept is not computed
again, so that a module below the least is measured anew, its test file by itself. A row is a share, the branches taken
of all, and the module; with ``--lines`` also the ways that were not taken. Exit code 1 where a module is below the
least, 2 where tests fail.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
LEAST = 0.8
HEAVY = ("geopandas", "numba", "osmium", "pyogrio", "rasterio", "scipy.sparse.csgraph")
"""Loaded once, for all forks; what pytest brings is loaded by pytest, so that it can rewrite asserts."""


@dataclass(frozen=True)
class Reached:
    """What a test file reaches of its module: branches taken and all there are, and the ways not taken."""

    module: str
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
        said = f"{self.share:4.0%} {self.taken:4d} of {self.branches:<4d} {self.module}"
        return said if self.passed else f"{said}  TESTS FAIL"

    def ways(self) -> str:
        """Return the ways not taken, by their lines."""
        return " ".join(f"{start}->{'end' if end < 0 else end}" for start, end in self.missing)


class Apart:
    """Tells coverage which test file runs, and notes those that fail."""

    def __init__(self, watch: Any) -> None:  # noqa: ANN401 - coverage has no types
        """Begin with no failures."""
        self.watch, self.failed = watch, set[str]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        """Let what a test runs count for its file, its fixtures included."""
        self.watch.switch_context(item.nodeid.partition("::")[0])
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the file of a test that fails."""
        if report.failed:
            self.failed.add(report.nodeid.partition("::")[0])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be loaded."""
        if report.failed:
            self.failed.add(report.nodeid.partition("::")[0])


def mirrored(path: Path) -> dict[str, str]:
    """Return the modules at or below a path that have a test file of their name, each with it."""
    found = {}
    for module in [path] if path.is_file() else sorted(path.rglob("*.py")):
        below = module.resolve().relative_to(ROOT / "gridkit")
        tests = Path("tests") / below.parent / f"test_{below.stem}.py"
        if (ROOT / tests).exists():
            found[f"gridkit/{below.as_posix()}"] = tests.as_posix()
    return found


def reached(pairs: Mapping[str, str]) -> list[Reached]:
    """Run the test files of some modules in a process of their own and return what each reaches of its module."""
    with tempfile.TemporaryDirectory(prefix="gridkit-alone-") as folder:
        pid = os.fork()
        if not pid:
            sink = os.open(os.devnull, os.O_WRONLY)
            os.dup2(sink, 1)
            os.dup2(sink, 2)
            _watch(pairs, Path(folder))
            os._exit(0)
        os.waitpid(pid, 0)
        failed = Path(folder) / "failed"
        names = set(failed.read_text(encoding="utf-8").splitlines()) if failed.exists() else set(pairs.values())
        return [_read(Path(folder) / f"{i}.json", module, pairs[module] not in names) for i, module in enumerate(pairs)]


def _watch(pairs: Mapping[str, str], folder: Path) -> None:
    """Run test files with their modules watched, and write what each reached of its own."""
    import coverage

    watch = coverage.Coverage(
        data_file=None, branch=True, include=list(pairs), config_file="pyproject.toml", messages=False
    )
    apart = Apart(watch)
    watch.start()
    # Doctests of a module would be collected from its own file, so they count for nothing here.
    pytest.main(["-q", "-p", "no:cacheprovider", "-m", "not slow and not browser", *pairs.values()], plugins=[apart])
    watch.stop()
    for i, (module, tests) in enumerate(pairs.items()):
        only = ["^$", f"^{re.escape(tests)}$"]  # what runs while modules are loaded belongs to every test
        watch.json_report(morfs=[module], contexts=only, outfile=str(folder / f"{i}.json"))
    (folder / "failed").write_text("\n".join(apart.failed), encoding="utf-8")


def _read(file: Path, module: str, passed: bool) -> Reached:  # noqa: FBT001 - a field of the row
    if not file.exists():
        return Reached(module, 0, 0, (), passed=False)
    [held] = json.loads(file.read_text(encoding="utf-8"))["files"].values()
    summary = held["summary"]
    ways = tuple((start, end) for start, end in held["missing_branches"])
    return Reached(module, summary["covered_branches"], summary["num_branches"], ways, passed)


def rooms(asked: list[Path]) -> Iterator[dict[str, str]]:
    """Yield the modules that run together, with their test files: each room that is asked for, and all lone modules."""
    paths = asked or sorted(each for each in (ROOT / "gridkit").iterdir() if each.name != "__pycache__")
    lone = [mirrored(path) for path in paths if path.is_file()]
    for pairs in [*(mirrored(path) for path in paths if path.is_dir()), {k: v for one in lone for k, v in one.items()}]:
        if pairs:
            yield pairs


def main() -> int:
    """Measure each module and print its row, then those below the least."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="modules, or rooms with all their modules; all without")
    parser.add_argument("--least", type=float, default=LEAST, help="the share of branches that is to be reached")
    parser.add_argument("--lines", action="store_true", help="name the ways not taken, by their lines")
    asked = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for name in HEAVY:
        importlib.import_module(name)
    rows: list[Reached] = []
    for pairs in rooms(asked.paths):
        for row in reached(pairs):
            again = row.share < asked.least and len(pairs) > 1
            rows += reached({row.module: pairs[row.module]}) if again else [row]
            print(rows[-1].line(), flush=True)
            if asked.lines and rows[-1].missing:
                print(f"     {rows[-1].ways()}", flush=True)
    few = sorted((row for row in rows if row.share < asked.least), key=lambda row: row.share)
    taken, branches = sum(row.taken for row in rows), sum(row.branches for row in rows)
    print(f"{len(rows)} modules, {taken:,} of {branches:,} branches; below {asked.least:.0%}: {len(few)}")
    print(*(row.line() for row in few), sep="\n")
    return 2 if not all(row.passed for row in rows) else int(bool(few))


if __name__ == "__main__":
    raise SystemExit(main())
