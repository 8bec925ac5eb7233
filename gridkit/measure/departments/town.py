"""Units under a plan and departments' nets: who is in which area, and what it costs to change that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridkit.measure.departments.fit import Harmony, Net
from gridkit.measure.departments.programme import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.band import Band

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

STAYS = float("inf")
"""The price of a side that does not move."""


@dataclass(frozen=True)
class Side:
    """The plan, or a net: who is in which area, and what it costs to change that.

    Attributes
    ----------
    area
        The area of each unit, numbered from 0; :data:`NOBODY` for units without one.
    price
        What a household costs that changes area; :data:`STAYS` for a side that stays.
    band, size
        What each area may hold, and of what, by unit: of the town's weight if None.
    """

    area: Ints
    price: float = 1.0
    band: Band | None = None
    size: Floats | None = None

    @property
    def moves(self) -> bool:
        """Whether any unit may change area."""
        return bool(np.isfinite(self.price))


@dataclass(frozen=True)
class Town:
    """Units under a plan and departments' nets.

    Attributes
    ----------
    weight
        Households (or people) of each unit.
    ends
        Pairs of units that touch.
    plan, nets
        The grids, and each net's areas.
    parent
        Of each unit, what its grid does not leave.
    group
        Of each unit, the first one of its compound, which is in one grid; None where there are none.
    held
        Units that stay in their grid; None where none is held.
    """

    weight: Floats
    ends: Ints
    plan: Side
    nets: tuple[Side, ...]
    parent: Ints
    group: Ints | None = None
    held: NDArray[np.bool_] | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The plan, then the nets."""
        return (self.plan, *self.nets)

    def net(self, side: Side, grid: Ints) -> Net:
        """Return a net over grids."""
        return Net(self.weight, grid, side.area, self.ends, side.band, side.size)

    def part(self, own: Ints) -> Town:
        """Return some of the units as a town of its own; areas are numbered anew."""
        inside = np.isin(self.ends, own).all(axis=1)

        def cut(side: Side) -> Side:
            size = None if side.size is None else side.size[own]
            return replace(side, area=numbered(side.area[own]), size=size)

        group = None
        if self.group is not None:  # a compound that reaches beyond is held together by what lies here
            _, first, of = np.unique(self.group[own], return_index=True, return_inverse=True)
            group = first[of]
        return Town(
            self.weight[own],
            np.searchsorted(own, self.ends[inside]),
            cut(self.plan),
            tuple(map(cut, self.nets)),
            self.parent[own],
            group,
            None if self.held is None else self.held[own],
        )


@dataclass(frozen=True)
class Accord:
    """The plan and the nets as they fit each other.

    Attributes
    ----------
    plan, nets
        What became of each; a side's own ``bound`` is not a number where sides were searched together.
    cost
        What moved, every side at its price.
    bound
        No accord in which all nets that can fit do so costs less.
    proven
        Whether ``cost`` is proven to be the least.
    """

    plan: Harmony
    nets: tuple[Harmony, ...]
    cost: float
    bound: float
    proven: bool


def numbered(values: Ints) -> Ints:
    """Return values numbered from 0 without a gap; :data:`NOBODY` stays."""
    found = np.full(len(values), NOBODY, dtype=np.int64)
    there = values >= 0
    found[there] = np.unique(values[there], return_inverse=True)[1]
    return found
