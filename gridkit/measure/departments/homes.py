"""Nets too large to be searched unit by unit, and nets that cannot fit: the best homes of areas, then units grown onto.

::

    by_homes(net, goal) -> Harmony     where areas are at home, and the units that lose theirs
    least(net, goal) -> float          no net that fits these grids moves less
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from gridkit.measure.departments.fit import Harmony, Net, judged
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
    return judged(net, _kept_bare(net, held.argmax(axis=0)[net.grid]), "union", bound=least(held, "union"))


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
    return judged(net, _grown(net, home), "nest", bound=least(held, "nest"))


def _grown(net: Net, home: Ints) -> Ints:
    """Return the areas with displaced units given, one after the other, to the lightest area there that they touch."""
    bare = ~np.isin(net.grid, home[home >= 0])  # where a grid is no area's home, its units stay with theirs
    stays = (net.area < 0) | (home[net.area] == net.grid) | bare
    new = np.where(stays, net.area, _OPEN)
    load = np.bincount(new[new >= 0], weights=net.weight[new >= 0], minlength=len(home)).astype(float)
    both = np.concatenate([net.ends, net.ends[:, ::-1]])
    inside = both[net.grid[both[:, 0]] == net.grid[both[:, 1]]]
    while (new == _OPEN).any():
        edge = inside[(new[inside[:, 0]] == _OPEN) & (new[inside[:, 1]] >= 0)]
        edge = edge[home[new[edge[:, 1]]] == net.grid[edge[:, 0]]]
        if len(edge):
            best = np.lexsort((edge[:, 0], edge[:, 1], load[new[edge[:, 1]]]))[0]
            unit, taker = int(edge[best, 0]), int(new[edge[best, 1]])
        else:  # apart from every area of its grid
            unit = int(np.flatnonzero(new == _OPEN)[0])
            own = np.flatnonzero(home == net.grid[unit])
            taker = int(own[load[own].argmin()])
        new[unit] = taker
        load[taker] += net.weight[unit]
    return new


def _kept_bare(net: Net, area: Ints) -> Ints:
    """Return new areas, units without one left as they are."""
    return np.where(net.area >= 0, area, net.area)
