"""Alternatives: several plans for one problem, each with another emphasis, and what each gives up for what it gains."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import Band
from gridkit.partition.solver import search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem
    from gridkit.partition.solution import Solution


@dataclass(frozen=True)
class Facts:
    """What a plan is compared by. Smaller is better but for ``followed``."""

    balance: float  # mean |weight / mean - 1| of the grids of a parent; dimensionless
    border_m: float  # metres of border between grids
    followed: float  # share of feature metres that lie between grids, not inside one
    changed: float  # share of the weight that leaves its old grid; 0 with no old plan

    def beats(self, other: Facts) -> bool:
        """Say whether no figure is worse than the other's and one is better (Pareto)."""
        mine = (self.balance, self.border_m, -self.followed, self.changed)
        theirs = (other.balance, other.border_m, -other.followed, other.changed)
        return mine != theirs and all(a <= b for a, b in zip(mine, theirs, strict=True))


@dataclass(frozen=True)
class Alternative:
    """One plan among several."""

    emphasis: str  # a key of EMPHASES
    seed: int
    solution: Solution
    facts: Facts
    best: bool  # no other alternative beats it


def facts(problem: Problem, labels: NDArray[np.int64]) -> Facts:
    """Return the facts of a plan, the same way for every alternative, whatever its prices were."""
    _, first, grid = np.unique(labels, return_index=True, return_inverse=True)
    total = np.bincount(grid, problem.weights)
    parent = np.unique(problem.parents[first], return_inverse=True)[1]
    mean = (np.bincount(parent, total) / np.bincount(parent))[parent]
    u, v = problem.edges.T
    cut = labels[u] != labels[v]
    marked = problem.feature > 0
    features = float(problem.feature_m[marked].sum())
    moved = float(problem.weights[(problem.old >= 0) & (problem.old != labels)].sum())
    return Facts(
        balance=float(np.abs(total / np.maximum(mean, 1e-300) - 1).mean()),
        border_m=float(problem.border_m[cut].sum()),
        followed=float(problem.feature_m[marked & cut].sum()) / features if features else 1.0,
        changed=moved / max(float(problem.weights.sum()), 1e-300),
    )


def _halved(band: Band | float) -> Band | float:
    if isinstance(band, Band):
        return Band((band.low + band.target) / 2, band.target, (band.high + band.target) / 2)
    return band / 2


def _with_prices(problem: Problem, cut: float = 1.0, inside: float = 1.0, change: float = 1.0) -> Problem:
    """Return the problem with its prices multiplied.

    A feature that has no price yet gets one metre per metre to multiply.
    """
    codes = int(problem.feature.max(initial=0)) + 1
    along = problem.prices.factor("cut", np.arange(codes))
    within = problem.prices.factor("inside", np.arange(codes))
    if inside > 1 and not within.any():
        within = (np.arange(codes) > 0) / inside
    prices = replace(
        problem.prices,
        cut=tuple(np.where(np.arange(codes) > 0, along * cut, along)),
        inside=tuple(within * inside),
        change=problem.prices.change * change,
    )
    return replace(problem, prices=prices)


EMPHASES: dict[str, Callable[[Problem], Problem]] = {
    "as priced": lambda problem: problem,
    "short borders": lambda problem: _with_prices(problem, inside=0.25),
    "features": lambda problem: _with_prices(problem, cut=0.5, inside=3.0),
    "balance": lambda problem: replace(problem, band=_halved(problem.band)),
    "little change": lambda problem: _with_prices(problem, change=4.0),
}


def alternatives(
    problem: Problem, count: int = 5, seed: int = 0, *, effort: float = 1.0, threads: int | None = None
) -> tuple[Alternative, ...]:
    """Return up to ``count`` different plans, one for each emphasis in turn and then again with other seeds.

    The first is the plain one.

    Emphases that change nothing here (change with no old plan, features where there are none) are passed over, and a
    plan that was found before is not given twice. All plans are judged by the problem's own prices and band.
    """
    used = [name for name in EMPHASES if _applies(problem, name)]
    found: list[tuple[str, int, Solution]] = []
    for turn in range(2 * count):
        if len(found) == count:
            break
        name, own_seed = used[turn % len(used)], seed + turn // len(used)
        made = search(EMPHASES[name](problem), own_seed, effort=effort, threads=threads)
        if not any(_same(made.labels, other.labels) for _, _, other in found):
            found.append((name, own_seed, made))
        if made.interrupted:
            break
    known = [facts(problem, made.labels) for _, _, made in found]
    return tuple(
        Alternative(name, own_seed, made, mine, best=not any(other.beats(mine) for other in known))
        for (name, own_seed, made), mine in zip(found, known, strict=True)
    )


def _applies(problem: Problem, name: str) -> bool:
    marked = bool((problem.feature > 0).any())
    wanted = {
        "short borders": marked and any(problem.prices.inside),
        "features": marked,
        "little change": bool((problem.old >= 0).any()) and problem.prices.change > 0,
    }
    return wanted.get(name, True)


def _same(a: NDArray[np.int64], b: NDArray[np.int64]) -> bool:
    """Say whether two plans are one but for the names of their grids."""
    pairs = np.unique(np.column_stack([a, b]), axis=0)
    return len(pairs) == len(np.unique(a)) == len(np.unique(b))
