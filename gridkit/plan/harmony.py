"""A department's net and a plan's grids made to fit each other, on the plan's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.departments.harmonise import NOBODY, Goal, Harmony, Net, harmonised
from gridkit.measure.departments.overlay import counted
from gridkit.measure.departments.shares import NONE
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridkit.plan.plan import Plan

_TURNED: dict[Goal, Goal] = {"nest": "union", "union": "nest", "equal": "equal"}
"""What grids have to do when they move and the net stays."""


@dataclass(frozen=True)
class Fitted:
    """What came of it: codes by unit before and after, and the figures.

    Attributes
    ----------
    before, codes
        The area (or grid) of each unit, empty where there is none.
    names
        What the numbers of ``harmony`` stand for.
    """

    before: pd.Series[Any]
    codes: pd.Series[Any]
    names: tuple[str, ...]
    harmony: Harmony

    def named(self, numbers: Iterable[int]) -> list[str]:
        """Return the codes of areas by their numbers."""
        return [self.names[each] for each in numbers]


def harmony(plan: Plan, codes: pd.Series[Any], goal: Goal, *, plan_moves: bool = False) -> Fitted:
    """Return a net moved as little as can be so that it fits the plan; or the plan's grids so that they fit the net.

    Parameters
    ----------
    codes
        The area of each unit; empty where the net has none.
    goal
        What the net's areas shall do: ``nest`` in grids, be ``union`` of grids, or ``equal`` them.
    plan_moves
        The grids move and the net stays. Units that the net does not cover stay in their grid.

    Notes
    -----
    Units weigh their households, else their people. Grids that move keep to the plan's range of size where they can.
    """
    weight = np.asarray(counted(plan.units)[0], dtype=np.float64)
    grids, grid = np.unique(plan.units["grid_id"].to_numpy(dtype=str), return_inverse=True)
    there = (codes != NONE).to_numpy()
    areas, numbers = np.unique(codes[there].to_numpy(dtype=str), return_inverse=True)
    area = np.full(len(codes), NOBODY)
    area[there] = numbers
    if not plan_moves:
        found = harmonised(Net(weight, grid.astype(np.int64), area, plan.ends), goal)
        return Fitted(codes, _coded(found.area, areas, codes.index), tuple(map(str, areas)), found)
    # Ground without an area is one more place for a grid to be in; and no grid leaves its parent.
    fixed = Net(weight, np.where(there, area, len(areas)), grid.astype(np.int64), plan.ends, plan.parameters.band)
    found = _by_parent(fixed, plan.units["parent"].to_numpy(dtype=str), _TURNED[goal])
    before = plan.units["grid_id"].astype(TEXT)
    return Fitted(before, _coded(found.area, grids, codes.index), tuple(map(str, grids)), found)


def _by_parent(net: Net, parent: NDArray[np.str_], goal: Goal) -> Harmony:
    """Return grids made to fit in each parent by itself."""
    moved, parts = net.area.copy(), []
    for each in np.unique(parent):
        own = np.flatnonzero(parent == each)
        inside = np.isin(net.ends, own).all(axis=1)
        (used, area), (_, ground) = (np.unique(values[own], return_inverse=True) for values in (net.area, net.grid))
        ends = np.searchsorted(own, net.ends[inside])
        found = harmonised(Net(net.weight[own], ground.astype(np.int64), area.astype(np.int64), ends, net.band), goal)
        moved[own] = used[found.area]
        parts.append((found, used))

    def together(name: str) -> tuple[int, ...]:
        return tuple(int(used[number]) for found, used in parts for number in getattr(found, name))

    return Harmony(
        moved,
        sum(found.moved for found, _ in parts),
        sum(found.bound for found, _ in parts),
        all(found.proven for found, _ in parts),
        *(together(name) for name in ("torn", "outside", "given_up", "misfits")),
    )


def _coded(numbers: NDArray[np.int64], names: NDArray[np.str_], index: pd.Index) -> pd.Series[Any]:
    """Return the codes of areas on units, empty where there is none."""
    codes = [str(names[each]) if each >= 0 else NONE for each in numbers]
    return pd.Series(codes, index=index, dtype=TEXT)
