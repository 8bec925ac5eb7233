"""Grids that the band does not need: below it, and joined to a neighbour without leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import Band
from gridkit.partition.totals import totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem


def without_spare(problem: Problem, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return labels in which every grid below the band is joined to a neighbour that has room for it.

    The number of grids that a band implies is a guess: total over target, rounded. Where the units do not allow it, one
    grid less may keep the band where no other plan was found to. An asked number is never touched, nor a grid with a
    lock, a seed or an institution.

    Invariant: grids stay contiguous and in their parent, and no grid enters or leaves the band but the joined one. Each
    turn takes O(m + n) for m borders and n units, and there are at most as many as grids.

    Examples
    --------
    >>> from gridkit.partition.problem import Problem
    >>> row = Problem(
    ...     weights=[5.0, 4.0, 1.0], edges=[[0, 1], [1, 2]], points=[[0, 0], [1, 0], [2, 0]], band=Band(4, 5, 6)
    ... )
    >>> without_spare(row, np.array([0, 1, 2])).tolist()
    [0, 1, 1]
    """
    if problem.grids is not None or not isinstance(problem.band, Band):
        return labels
    _, grid = np.unique(labels, return_inverse=True)
    fixed = (problem.locks >= 0) | problem.seeds | (problem.dedicated >= 0)
    measures = np.column_stack([problem.weights, problem.measures])
    bands = (problem.band, *problem.measure_bands)
    while True:
        total = totals(grid, measures, int(grid.max(initial=-1)) + 1)
        free = np.bincount(grid, fixed, len(total)) == 0
        short = free & problem.band.below(total[:, 0])
        pair = _joinable(problem, grid, total, bands, short, free)
        if pair is None:
            break
        grid = np.where(grid == pair[0], pair[1], grid)
        grid = np.unique(grid, return_inverse=True)[1]
    return _named(labels, grid)


def _joinable(
    problem: Problem,
    grid: NDArray[np.int64],
    total: NDArray[np.float64],
    bands: tuple[Band, ...],
    short: NDArray[np.bool_],
    free: NDArray[np.bool_],
) -> tuple[int, int] | None:
    """Return the short grid and the neighbour with the longest border to it that has room; None where there is none."""
    a, b = grid[problem.edges.T]
    one, other = np.concatenate([a, b]), np.concatenate([b, a])
    metres = np.concatenate([problem.border_m, problem.border_m])
    parents = problem.parents[problem.edges]
    inner = np.tile(parents[:, 0] == parents[:, 1], 2)
    fits = inner & (one != other) & short[one] & free[other]
    for band, measure in zip(bands, total.T, strict=True):
        fits &= ~band.above(measure[one] + measure[other])
    if not fits.any():
        return None
    key, place = np.unique(one[fits] * len(total) + other[fits], return_inverse=True)
    longest = int(key[np.argmax(totals(place, metres[fits], len(key)))])
    return divmod(longest, len(total))


def _named(labels: NDArray[np.int64], grid: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return joined grids under the least label of theirs."""
    least = np.full(int(grid.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(least, grid, labels)
    return least[grid]
