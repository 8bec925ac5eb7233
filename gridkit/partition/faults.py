"""Faults: what a planner would still mend by hand in a grid, each at a price, told by sums over its nodes and borders.

Borders are priced metre by metre; a fault is one or none. A hundred metres of main road inside one grid make a fault,
and three metres in each of forty do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.circularity import circularity
from gridkit.errors import TableError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Faults:
    """What is a fault of a grid, and what a plan pays for one that has it, in metres of ordinary border.

    Parameters
    ----------
    straddling
        Metres for a grid with more than ``road_m`` of main road inside.
    road_m
        So many metres may lie inside without being one.
    roads
        Per feature code, whether it is a main road. Codes past the end are none.
    thin
        Metres for a grid whose land is less compact (Polsby-Popper) than ``compact``.
    compact
        Dimensionless, 0 to 1.
    """

    straddling: float = 0.0
    road_m: float = 0.0
    roads: tuple[bool, ...] = ()
    thin: float = 0.0
    compact: float = 0.0

    def __post_init__(self) -> None:
        for name in ("straddling", "road_m", "thin", "compact"):
            if not 0 <= getattr(self, name) < np.inf:
                raise TableError(
                    "the weight {name!r} is {price}", mend="give a number >= 0", name=name, price=getattr(self, name)
                )

    @property
    def priced(self) -> bool:
        """Whether any fault costs anything."""
        return self.straddling > 0 or self.thin > 0

    def metres(self, ground: Ground, label: NDArray[np.int32], k: int) -> NDArray[np.float64]:
        """Return what each grid [k] is charged for its faults."""
        inside = label[ground.source] == label[ground.neighbour]
        at = label[ground.source[inside]]
        # Each border stands twice, once from either side: two halves of a road, but the whole of two outlines.
        road = np.bincount(at, ground.road[inside], k) / 2 + np.bincount(label, ground.own_road, k)
        outline = np.bincount(label, ground.outline, k) - np.bincount(at, ground.border[inside], k)
        area = np.bincount(label, ground.area, k)
        thin = (area > 0) & (circularity(area, outline) < self.compact)
        return self.straddling * (road > self.road_m) + self.thin * thin


class Ground(NamedTuple):
    """What faults are told by: the land and the roads of a piece, border by border as its graph has them."""

    source: NDArray[np.int64]  # [2 m] the node a border is seen from,
    neighbour: NDArray[np.int32]  # [2 m] and the other one
    border: NDArray[np.float64]  # [2 m] metres that two nodes share
    road: NDArray[np.float64]  # [2 m] metres of main road between them
    area: NDArray[np.float64]  # [n] square metres of land
    outline: NDArray[np.float64]  # [n] metres around it
    own_road: NDArray[np.float64]  # [n] metres of main road between the units of one node

    def within(self, nodes: NDArray[np.int64]) -> Ground:
        """Return the ground of some nodes, numbered in their order; borders around them stay as they are."""
        place = np.full(len(self.area), -1, dtype=np.int64)
        place[nodes] = np.arange(len(nodes))
        inner = (place[self.source] >= 0) & (place[self.neighbour] >= 0)
        ends = place[self.source[inner]], place[self.neighbour[inner]].astype(np.int32)
        own = (each[nodes] for each in (self.area, self.outline, self.own_road))
        return Ground(*ends, self.border[inner], self.road[inner], *own)


NONE = Faults()
"""No fault costs anything."""
