"""How many small faults in a module its tests notice: ``python tools/mutants.py gridkit/band.py tests/test_band.py``.

Each mutant is the module with one thing changed: a comparison, a sign, a constant, ``and`` for ``or``, a condition
turned round, a value returned as None. A process that has the heavy libraries loaded is forked for each, so that one
takes a second; kept tools start Python anew for each, and took five. Faults of messages are not planted: their words
are held by the catalogue. A mutant that no test notices is printed with its line. What follows ``--`` is pytest's, such
as ``-k`` to leave out tests that read the module's text.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 60
"""Of CPU, which a mutant that never ends takes whatever else the machine does; ten times as much by the clock."""
_COMPARED: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_OPERATED: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
_SAID = frozenset({"Phrase", "template", "Quantity", "GridkitWarning"})
"""What is given to these, or raised, are words."""


def mutants(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield the line, what is changed, and the tree with that one change."""
    count = sum(1 for _ in _places(tree))
    for at in range(count):
        twin = copy.deepcopy(tree)
        node, change, what = list(_places(twin))[at]
        change()
        yield node.lineno, what, ast.fix_missing_locations(twin)


def _places(tree: ast.Module) -> Iterator[tuple[Any, Any, str]]:  # noqa: C901 - a case for each kind
    """Yield each node that can be changed, what changes it, and in which way."""
    silent = {id(part) for node in ast.walk(tree) for root in _silent_parts(node) for part in ast.walk(root)}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        match node:
            case ast.Compare(ops=[op]) if type(op) in _COMPARED:
                other = _COMPARED[type(op)]
                yield (
                    node,
                    lambda n=node, o=other: n.ops.__setitem__(0, o()),
                    f"{type(op).__name__} -> {other.__name__}",
                )
            case ast.BinOp(op=op) if type(op) in _OPERATED:
                other = _OPERATED[type(op)]
                yield node, lambda n=node, o=other: setattr(n, "op", o()), f"{type(op).__name__} -> {other.__name__}"
            case ast.BoolOp(op=op):
                other = ast.Or if isinstance(op, ast.And) else ast.And
                yield node, lambda n=node, o=other: setattr(n, "op", o()), f"{type(op).__name__} -> {other.__name__}"
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                yield node, lambda n=node, i=inner: _becomes(n, i), "not x -> x"
            case ast.IfExp(test=test) | ast.If(test=test):
                yield node, lambda n=node, t=test: setattr(n, "test", _not(t)), "condition turned round"
            case ast.Constant(value=bool() as value):
                yield node, lambda n=node, v=value: setattr(n, "value", not v), f"{value} -> {not value}"
            case ast.Constant(value=int() | float() as value):
                yield node, lambda n=node, v=value: setattr(n, "value", v + 1), f"{value} -> {value + 1}"
            case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
                yield node, lambda n=node: setattr(n, "value", ast.Constant(None)), "return None"
            case _:
                pass


def _silent_parts(node: ast.AST) -> list[ast.AST]:
    """Return what of a node is words or types: all of it, the type of an annotated name, what a function returns."""
    types = [getattr(node, name, None) for name in ("annotation", "returns")]
    return [node] if _is_silent(node) else [each for each in types if each is not None]


def _is_silent(node: ast.AST) -> bool:
    """Return whether a part of a module is words, types or a raised error, in which no fault is planted."""
    match node:
        case ast.Raise() | ast.Assert() | ast.ImportFrom() | ast.Import():
            return True
        case ast.Call(func=ast.Name(id=name)) if name in _SAID:
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.arg() | ast.AnnAssign(value=None):
            return True
        case _:
            return False


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), copy.deepcopy(test))


def _becomes(node: ast.AST, other: ast.AST) -> None:
    node.__class__, node.__dict__ = other.__class__, dict(other.__dict__)


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives out one module with another text."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Return how the module is loaded; None of all others."""
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the other text as the module."""
        exec(self.code, module.__dict__)  # noqa: S102 - the module itself, with one thing changed


def survives(name: str, path: Path, tree: ast.Module, tests: list[str]) -> bool:
    """Return whether all tests pass with a module changed."""
    pid = os.fork()
    if not pid:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, 1)
        os.dup2(sink, 2)
        import resource

        import pytest

        resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE_S, PATIENCE_S))
        sys.meta_path.insert(0, _Instead(name, path, compile(tree, str(path), "exec")))
        # Doctests of the module itself would be collected from its file, unchanged.
        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests])))
    end = time.monotonic() + 10 * PATIENCE_S
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.02)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return False


def main() -> int:
    """Plant the faults and say how many were noticed; exit code 1 where fewer than asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module", type=Path)
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--least", type=float, default=0.85, help="the share that is to be noticed")
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    import geopandas  # noqa: F401 - loaded once, for all forks; pytest's plugins are to be loaded by pytest

    name = ".".join(asked.module.with_suffix("").parts)
    tree = ast.parse(asked.module.read_text(encoding="utf-8"))
    if not survives(name, asked.module, tree, asked.tests):
        print("the tests fail without any fault")
        return 2
    planted = noticed = 0
    for number, what, twin in mutants(tree):
        planted += 1
        if survives(name, asked.module, twin, asked.tests):
            print(f"{asked.module}:{number}: {what}: nobody notices", flush=True)
        else:
            noticed += 1
    print(f"{asked.module}: {noticed} of {planted} noticed, {noticed / max(planted, 1):.0%}")
    return int(noticed < asked.least * planted)


if __name__ == "__main__":
    raise SystemExit(main())
