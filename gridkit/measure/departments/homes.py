"""Nets too large to be searched unit by unit, and nets that cannot fit: the best homes of areas, then units grown onto.

::

    by_homes(net, goal) -> Harmony     where areas are at home, and the units that lose theirs
    mended(net, area, goal) -> Ints    the same net with areas that fell into pieces put together again
    least(held, goal) -> float         no net that fits these grids moves less
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from gridkit.graph import components
from gridkit.measure.departments.fit import Harmony, Net, judged, pieces, torn_before
from gridkit.measure.departments.programme import NOBODY, NODES, Goal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_OPEN = -2
"""The area of a unit that is still to be given one."""


def by_homes(net: Net, goal: Goal) -> Harmony:
    """Return a net moved so that it fits, each area's home chosen first."""
    return {"nest": _nested, "union": _united, "equal": _matched}[goal](net)


def least(held: Floats, goal: Goal) -> float:
    """Return what no net that fits moves less than: all but what each area, or each grid, holds most of.

    Parameters
    ----------
    held
        What of each area (row) lies in each grid (column).
    """
    if not held.size:
        return 0.0
    if goal == "equal":
        return float(held.sum() - held[linear_sum_assignment(-held)].sum())
    return float(held.sum() - held.max(axis=1 if goal == "nest" else 0).sum())


def _matched(net: Net) -> Harmony:
    """Return the net with each area on the grid that it is matched with; areas left over are given up."""
    held = net.held
    areas, grids = linear_sum_assignment(-held)
    of_grid = np.full(held.shape[1], NOBODY)
    of_grid[grids] = areas
    # Grids without an area of their own go with the one that holds most of them: they cannot be equal to any.
    bare = np.flatnonzero(of_grid < 0)
    of_grid[bare] = held[:, bare].argmax(axis=0)
    return judged(net, _kept_bare(net, of_grid[net.grid]), "equal", bound=least(held, "equal"))


def _united(net: Net) -> Harmony:
    """Return the net whose grids go each to the area that holds most of it."""
    held = net.held
    area = mended(net, _kept_bare(net, held.argmax(axis=0)[net.grid]), "union")
    return judged(net, area, "union", bound=least(held, "union"))


def _nested(net: Net) -> Harmony:
    """Return the net whose areas lie in one grid each: the best homes, then units grown onto the areas there."""
    held = net.held
    area, grid = np.nonzero(held > 0)
    chooser = np.unique(area, return_inverse=True)[1]
    cost = held.sum(axis=1)[area] - held[area, grid]
    once = csr_array((np.ones(len(area)), (chooser, np.arange(len(area)))))
    # A grid that people live in needs an area of its own, where there are enough.
    peopled = csr_array((np.ones(len(area)), (np.unique(grid, return_inverse=True)[1], np.arange(len(area)))))
    chosen = np.zeros(len(area), dtype=bool)
    for asked in ([LinearConstraint(once, 1, 1), LinearConstraint(peopled, 1, np.inf)], [LinearConstraint(once, 1, 1)]):
        whole = np.ones(len(area))
        found = milp(cost, constraints=asked, integrality=whole, bounds=Bounds(0, 1), options={"node_limit": NODES})
        if found.x is not None:
            chosen = np.asarray(found.x > 0.5, dtype=bool)  # noqa: PLR2004 - a yes
            break
    home = np.full(held.shape[0], NOBODY)
    home[area[chosen]] = grid[chosen]
    return judged(net, mended(net, _grown(net, home), "nest"), "nest", bound=least(held, "nest"))


def _grown(net: Net, home: Ints) -> Ints:
    """Return the areas with displaced units given, one after the other, to the lightest area there that they touch."""
    bare = ~np.isin(net.grid, home[home >= 0])  # where a grid is no area's home, its units stay with theirs
    stays = (net.area < 0) | (home[net.area] == net.grid) | bare
    takes = (net.area >= 0) & (home[net.area] == net.grid)
    return _taken(net, net.area, ~stays, home, takes)


def _taken(net: Net, area: Ints, loose: NDArray[np.bool_], home: Ints, takes: NDArray[np.bool_]) -> Ints:
    """Return areas with loose units given to the lightest area of their grid that they touch, one after the other.

    A unit stays with its area where no area is at home in its grid.

    Parameters
    ----------
    home
        The grid of each area.
    takes
        The units whose area may take others.
    """
    new = np.where(loose, _OPEN, area)
    load = np.bincount(new[new >= 0], weights=net.weight[new >= 0], minlength=len(home)).astype(float)
    both = np.concatenate([net.ends, net.ends[:, ::-1]])
    inside = both[net.grid[both[:, 0]] == net.grid[both[:, 1]]]
    inside = inside[np.argsort(inside[:, 0], kind="stable")]
    starts = np.searchsorted(inside[:, 0], np.arange(len(new) + 1))
    waiting: list[tuple[float, int, int]] = []

    def offered(unit: int) -> None:
        for near in inside[starts[unit] : starts[unit + 1], 1].tolist():
            if new[near] == _OPEN:
                heappush(waiting, (float(load[new[unit]]), unit, near))

    open_ = np.flatnonzero(new == _OPEN)
    beside = np.unique(np.concatenate([inside[starts[each] : starts[each + 1], 1] for each in open_] or [open_]))
    for unit in beside[(new[beside] >= 0) & takes[beside]].tolist():
        offered(int(unit))
    left = deque(open_.tolist())
    while left:
        if waiting:
            weight, giver, unit = heappop(waiting)
            if new[unit] != _OPEN:
                continue
            if weight < load[new[giver]]:  # its area has grown since it offered itself
                heappush(waiting, (float(load[new[giver]]), giver, unit))
                continue
            taker = int(new[giver])
        else:  # apart from every area of its grid
            unit = left.popleft()
            if new[unit] != _OPEN:
                continue
            own = np.flatnonzero(home == net.grid[unit])
            taker = int(own[load[own].argmin()]) if len(own) else int(area[unit])
        new[unit] = taker
        load[taker] += net.weight[unit]
        offered(int(unit))
    return new


def mended(net: Net, area: Ints, goal: Goal) -> Ints:
    """Return a net that fits, its areas that are in more pieces than before put together as far as that can be.

    Of such an area the heaviest pieces stay, as many as there were; the others go to areas that they touch: in their
    grid where areas nest, with their grid where areas are made of grids.
    """
    was = pieces(net.ends, net.area)
    for _ in range(_MENDS):
        torn = [each for each, more in torn_before(net.ends, net.area, area).items() if more]
        if not torn:
            break
        loose = np.zeros(len(area), dtype=bool)
        part = components(net.ends[area[net.ends[:, 0]] == area[net.ends[:, 1]]], len(area))
        for each in torn:
            own = np.flatnonzero(area == each)
            held = np.bincount(part[own], weights=net.weight[own] + 1e-9)
            order = np.argsort(-held, kind="stable")
            loose[own[np.isin(part[own], order[was.get(each, 1) :])]] = True
        new = _with_neighbours(net, area, loose) if goal == "nest" else _with_grids(net, area, loose)
        if (new == area).all():
            break
        area = new
    return area


_MENDS = 12
"""So many times are pieces given to their neighbours."""


def _with_neighbours(net: Net, area: Ints, loose: NDArray[np.bool_]) -> Ints:
    """Return areas with loose units given to others of their grid."""
    home = np.full(int(max(area.max(initial=-1), net.area.max(initial=-1))) + 1, NOBODY)
    home[area[area >= 0]] = net.grid[area >= 0]
    return _taken(net, area, loose, home, (area >= 0) & ~loose)


def _with_grids(net: Net, area: Ints, loose: NDArray[np.bool_]) -> Ints:
    """Return areas with the grids of loose units given whole to the area they touch that holds most of them."""
    new, held = area.copy(), net.held
    both = np.concatenate([net.ends, net.ends[:, ::-1]])
    both = both[net.grid[both[:, 0]] != net.grid[both[:, 1]]]
    waiting = set(np.unique(net.grid[loose]).tolist())
    inside = ~np.isin(net.grid, list(waiting))
    while waiting:
        offers = both[np.isin(net.grid[both[:, 0]], list(waiting)) & inside[both[:, 1]] & (new[both[:, 1]] >= 0)]
        if not len(offers):
            break
        pairs = np.unique(np.stack([net.grid[offers[:, 0]], new[offers[:, 1]]], axis=1), axis=0)
        best = int(np.argmax(held[pairs[:, 1], pairs[:, 0]]))
        grid, taker = (int(each) for each in pairs[best])
        own = (net.grid == grid) & (area >= 0)
        new[own] = taker
        inside |= net.grid == grid
        waiting.remove(grid)
    return new


def _kept_bare(net: Net, area: Ints) -> Ints:
    """Return new areas, units without one left as they are."""
    return np.where(net.area >= 0, area, net.area)
