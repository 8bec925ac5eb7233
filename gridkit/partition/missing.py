"""Grids that the band lacks: above it, and with one grid more among them and their neighbours all inside."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import Band
from gridkit.errors import InfeasibleError
from gridkit.partition.totals import totals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem

    Solve = Callable[[Problem], NDArray[np.int64]]

MOST = 3
"""So many grids side by side, one of them too large, are divided anew into one more."""
NEAR = 4
"""So many neighbours of a grid that is too large are tried with it, the heaviest first."""
UNITS = (
    "weights",
    "points",
    "areas",
    "perimeters",
    "parents",
    "groups",
    "locks",
    "seeds",
    "dedicated",
    "old",
    "leaving",
    "measures",
)
BORDERS = ("border_m", "feature", "feature_m", "lack_m")


def with_missing(problem: Problem, labels: NDArray[np.int64], solve: Solve) -> NDArray[np.int64]:
    """Return labels in which grids above the band are divided anew, with their neighbours, into one grid more.

    The mirror of :func:`gridkit.partition.spare.without_spare`: the number of grids that a band implies is spread over
    a part as the search began, and a region behind few crossings may have got one too few. An asked number is never
    touched, nor a plan that keeps to an older one, nor a grid with a lock, a seed or an institution.

    Parameters
    ----------
    problem, labels
        A plan of a problem.
    solve
        Returns the labels of the best plan found of a small problem.
    """
    if problem.grids is not None or not isinstance(problem.band, Band) or (problem.old >= 0).any():
        return labels
    bands = (problem.band, *problem.measure_bands)
    measures = np.column_stack([problem.weights, problem.measures])
    fixed = (problem.locks >= 0) | problem.seeds | (problem.dedicated >= 0)
    tried: set[tuple[int, ...]] = set()
    while True:
        better = None
        names, grid = np.unique(labels, return_inverse=True)
        total = dict(zip(names.tolist(), totals(grid, measures, len(names)), strict=True))
        for chosen in _candidates(problem, labels, total, fixed):
            if chosen in tried:
                continue
            tried.add(chosen)
            members = np.flatnonzero(np.isin(labels, chosen))
            try:
                part = solve(_part(problem, members, len(chosen) + 1))
            except InfeasibleError:  # fewer units, or compounds, than grids
                continue
            was = sum(_excess(total[name], bands) for name in chosen)
            made, grid = np.unique(part, return_inverse=True)
            now = sum(_excess(each, bands) for each in totals(grid, measures[members], len(made)))
            if now < was - 1e-9:
                better = labels.copy()
                better[members] = np.array([*chosen, int(labels.max()) + 1])[grid]
                break
        if better is None:
            return labels
        labels = better


def _candidates(
    problem: Problem, labels: NDArray[np.int64], total: dict[int, NDArray[np.float64]], fixed: NDArray[np.bool_]
) -> Iterator[tuple[int, ...]]:
    """Yield grids side by side, one of them above the band, whose total makes one grid more; the fewest first."""
    assert isinstance(problem.band, Band)  # noqa: S101 - asked for only then
    low, high = problem.band.edges
    inner = problem.parents[problem.edges[:, 0]] == problem.parents[problem.edges[:, 1]]
    ends = labels[problem.edges[inner]]
    ends = ends[ends[:, 0] != ends[:, 1]]
    beside: dict[int, set[int]] = {}
    for one, other in np.unique(ends, axis=0).tolist():
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    bound = set(labels[fixed].tolist())
    above = sorted(
        (name for name in total if problem.band.above(total[name][0])), key=lambda name: (-total[name][0], name)
    )
    for size in range(1, MOST + 1):
        for name in above:
            near = sorted(beside.get(name, ()), key=lambda other: (-total[other][0], other))[:NEAR]
            for more in combinations(near, size - 1):
                chosen = tuple(sorted((name, *more)))
                together = sum(float(total[each][0]) for each in chosen)
                if (size + 1) * low <= together <= (size + 1) * high and not bound & set(chosen):
                    yield chosen


def _part(problem: Problem, members: NDArray[np.int64], grids: int) -> Problem:
    """Return the problem of some units alone, in so many grids."""
    place = np.full(problem.size, -1)
    place[members] = np.arange(len(members))
    inner = (place[problem.edges] >= 0).all(axis=1)
    own = {name: getattr(problem, name)[members] for name in UNITS}
    between = {name: getattr(problem, name)[inner] for name in BORDERS}
    names = None if problem.names is None else [problem.names[unit] for unit in members]
    wished = None if problem.objectives is None else problem.objectives.of(members)
    edges = place[problem.edges[inner]]
    return replace(problem, **own, **between, edges=edges, names=names, grids=grids, objectives=wished)


def _excess(total: NDArray[np.float64], bands: tuple[Band, ...]) -> float:
    return sum(float(band.excess(each)) / band.target for band, each in zip(bands, total, strict=True))
