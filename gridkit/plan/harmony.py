"""Departments' nets and a plan's grids made to fit each other, on the plan's units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.departments.harmonise import agreed
from gridkit.measure.departments.overlay import counted
from gridkit.measure.departments.programme import NOBODY, Goal
from gridkit.measure.departments.shares import NONE
from gridkit.measure.departments.town import STAYS, Side, Town
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.measure.departments.fit import Harmony
    from gridkit.plan.plan import Plan

__all__ = ["PLAN", "STAYS", "Agreed", "Fitted", "Goal", "harmony"]

PLAN = "plan"
"""What the plan itself is called among the sides: no net bears this name."""


@dataclass(frozen=True)
class Fitted:
    """What came of one side: codes by unit before and after, and the figures.

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


@dataclass(frozen=True)
class Agreed:
    """What came of the plan and all nets together; figures as an ``Accord`` of the measure has them.

    Attributes
    ----------
    sides
        By name: :data:`PLAN`, then each net.
    prices
        What was asked of each, by the same names.
    """

    sides: dict[str, Fitted]
    prices: dict[str, float]
    cost: float
    bound: float
    proven: bool


def harmony(
    plan: Plan,
    codes: Mapping[str, pd.Series[Any]],
    goal: Goal,
    prices: Mapping[str, float],
    bands: Mapping[str, Band] | None = None,
) -> Agreed:
    """Return a plan and nets moved as little as can be so that every net fits the grids.

    Parameters
    ----------
    codes
        By net, the area of each unit; empty where the net has none.
    goal
        What the nets' areas shall do: ``nest`` in grids, be ``union`` of grids, or ``equal`` them.
    prices
        What a household costs that changes area, by net and for :data:`PLAN`; :data:`STAYS` for what stays.
    bands
        What an area of a net may hold, in what units weigh.

    Notes
    -----
    Units weigh their households, else their people. Grids keep to the plan's range of size where they can, and to their
    parents.
    """
    weight = np.asarray(counted(plan.units)[0], dtype=np.float64)
    grids, grid = np.unique(plan.units["grid_id"].to_numpy(dtype=str), return_inverse=True)
    parent = np.unique(plan.units["parent"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    measure = plan.parameters.measure
    size = plan.units[measure].to_numpy(dtype=np.float64) if measure in plan.units else weight
    plan_side = Side(grid.astype(np.int64), prices[PLAN], plan.parameters.band, size)
    names, nets = [], []
    for name, each in codes.items():
        areas, area = _numbers(each)
        names.append(tuple(map(str, areas)))
        nets.append(Side(area, prices[name], (bands or {}).get(name)))
    group, held = _compounds(plan), None
    if "lock" in plan.units:
        held = plan.units["lock"].notna().to_numpy()
    ends = np.asarray(plan.ends, dtype=np.int64)
    found = agreed(Town(weight, ends, plan_side, tuple(nets), parent, group, held), goal)
    before = plan.units["grid_id"].astype(TEXT)
    sides = {PLAN: Fitted(before, _coded(found.plan.area, grids, before.index), tuple(map(str, grids)), found.plan)}
    for (name, each), called, made in zip(codes.items(), names, found.nets, strict=True):
        sides[name] = Fitted(each, _coded(made.area, np.array(called), each.index), called, made)
    return Agreed(sides, dict(prices), found.cost, found.bound, found.proven)


def _compounds(plan: Plan) -> NDArray[np.int64] | None:
    """Return of each unit the first one of its compound in its grid: they move as one."""
    if "group" not in plan.units:
        return None
    free = np.arange(len(plan.units))
    first = plan.units.assign(_at=free).groupby(["group", "grid_id"], observed=True)["_at"].transform("first")
    return first.fillna(pd.Series(free, index=first.index)).to_numpy(dtype=np.int64)


def _numbers(codes: pd.Series[Any]) -> tuple[NDArray[np.str_], NDArray[np.int64]]:
    """Return the codes of a net in order, and the number of each unit's among them."""
    there = (codes != NONE).to_numpy()
    areas, numbers = np.unique(codes[there].to_numpy(dtype=str), return_inverse=True)
    area = np.full(len(codes), NOBODY, dtype=np.int64)
    area[there] = numbers
    return areas, area


def _coded(numbers: NDArray[np.int64], names: NDArray[np.str_], index: pd.Index) -> pd.Series[Any]:
    """Return the codes of areas on units, empty where there is none."""
    codes = [str(names[each]) if each >= 0 else NONE for each in numbers]
    return pd.Series(codes, index=index, dtype=TEXT)
