"""How well areas fit the grids: what is in pieces, out of its range of size, given up, or does not fit.

::

    judged(net, area, goal, bound=...) -> Harmony
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.graph import components
from gridkit.measure.departments.programme import NOBODY, Goal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.band import Band

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Net:
    """A net on units, as numbers.

    Attributes
    ----------
    weight
        Households (or people) of each unit.
    grid, area
        The grid and the area of each unit, numbered from 0; :data:`~gridkit.measure.departments.programme.NOBODY` for
        units without an area.
    ends
        Pairs of units that touch.
    band
        What each area may hold; None for no limit.
    size
        What the band counts, by unit; None where it counts the weight.
    """

    weight: Floats
    grid: Ints
    area: Ints
    ends: Ints
    band: Band | None = None
    size: Floats | None = None

    @property
    def held(self) -> Floats:
        """What of each area (row) lies in each grid (column)."""
        table = np.zeros((int(self.area.max(initial=-1)) + 1, int(self.grid.max(initial=-1)) + 1))
        covered = self.area >= 0
        np.add.at(table, (self.area[covered], self.grid[covered]), self.weight[covered])
        return table

    @property
    def measure(self) -> Floats:
        """What the band counts, by unit."""
        return self.weight if self.size is None else self.size


@dataclass(frozen=True)
class Harmony:
    """A net that fits the grids.

    Attributes
    ----------
    area
        The new area of each unit.
    moved
        The weight of the units that change area.
    bound
        No net that fits moves less than this; not a number where it was not searched by itself.
    proven
        Whether ``moved`` is proven to be the least.
    torn, outside
        Areas that are in more pieces than before, and areas outside their range of size that were in it.
    given_up
        Areas that hold no unit any more.
    misfits
        Areas that still do not fit, where none can: there are fewer areas than grids, or they lie apart.
    """

    area: Ints
    moved: float
    bound: float
    proven: bool
    torn: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    misfits: tuple[int, ...] = ()


def judged(net: Net, area: Ints, goal: Goal, *, bound: float) -> Harmony:
    """Return a net with what it costs and what is still wrong with it."""
    moved = float(net.weight[area != net.area].sum())
    torn = tuple(each for each, count in torn_before(net.ends, net.area, area).items() if count)
    of, count = net.measure, int(net.area.max(initial=-1)) + 1
    loads, before = (np.bincount(own[own >= 0], weights=of[own >= 0], minlength=count) for own in (area, net.area))
    used = np.unique(area[area >= 0])
    outside: tuple[int, ...] = ()
    if net.band is not None:
        worse = net.band.excess(loads) > net.band.excess(before) + net.band.slack
        outside = tuple(int(each) for each in used if worse[each])
    given_up = tuple(int(each) for each in np.setdiff1d(np.unique(net.area[net.area >= 0]), used))
    misfits = unfit(area, net.grid, goal)
    # What does not fit is compared with no net that does.
    least = 0.0 if misfits else min(bound, moved)
    lost = given_up if goal != "equal" else ()  # of more areas than grids some have to go
    proven = not (misfits or torn or outside or lost) and moved <= least + close(net.weight)
    return Harmony(area, moved, least, proven, torn, outside, given_up, misfits)


def close(weight: Floats) -> float:
    """Return what two figures may differ by and be the same: a thousandth of the mean unit."""
    return 1e-3 * float(weight.mean()) if len(weight) else 0.0


def unfit(area: Ints, grid: Ints, goal: Goal) -> tuple[int, ...]:
    """Return the areas that do not fit the grids."""
    pairs = np.unique(np.stack([area, grid])[:, area >= 0], axis=1)
    in_grids, of_areas = (np.bincount(side) for side in pairs)
    wrong = np.zeros(pairs.shape[1], dtype=bool)
    if goal != "union":
        wrong |= in_grids[pairs[0]] > 1
    if goal != "nest":
        wrong |= of_areas[pairs[1]] > 1
    return tuple(int(each) for each in np.unique(pairs[0][wrong]))


def torn_before(ends: Ints, before: Ints, after: Ints) -> dict[int, bool]:
    """Return for each area whether it is in more pieces than before."""
    was, now = pieces(ends, before), pieces(ends, after)
    return {each: count > max(was.get(each, 1), 1) for each, count in now.items()}


def pieces(ends: Ints, area: Ints) -> dict[int, int]:
    """Return in how many pieces each area is."""
    part = components(ends[area[ends[:, 0]] == area[ends[:, 1]]], len(area))
    pairs = np.unique(np.stack([area, part])[:, area >= 0], axis=1)
    each, count = np.unique(pairs[0], return_counts=True)
    return dict(zip(each.tolist(), count.tolist(), strict=True))


__all__ = ["NOBODY", "Harmony", "Net", "close", "judged", "pieces", "torn_before", "unfit"]
