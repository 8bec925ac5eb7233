"""Micro-grids: the parts of the grids that one household's neighbour looks after, made with the plan and after it.

::

    nest(plan, seed) -> Plan                    micro-grids in every grid, as ``micro_id`` of the units
    torn(plan) -> list                          grids whose micro-grids are no longer theirs
    again(plan, seed) -> Plan                   those made anew, all others as they are
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.partition import Prices, nested
from gridkit.plan import codes
from gridkit.plan.arrays import Aim, problem
from gridkit.plan.plan import MICRO as COLUMN
from gridkit.plan.plan import dissolve
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection

    from gridkit.plan.plan import Plan

MADE = "micro"
"""What :attr:`gridkit.plan.plan.Plan.made` calls them."""


def nest(plan: Plan, prices: Prices, seed: int = 0, *, effort: float = 1.0) -> Plan:
    """Return the plan with micro-grids in every grid, within its parameters' band of them.

    Compounds bind grids alone: a micro-grid may be smaller than one. Each is called like its grid with two digits more,
    west to east within rows from north to south.
    """
    names, stopped = _named(plan, plan.units["grid_id"].unique().tolist(), prices, seed, effort)
    made = replace(plan, units=plan.units.assign(**{COLUMN: names.astype(TEXT)})).with_made(MADE)
    if not stopped:
        return made
    if not made.history:
        raise KeyboardInterrupt
    *earlier, last = made.history
    return made.having(history=(*earlier, replace(last, parameters={**last.parameters, "interrupted": True})))


def torn(plan: Plan) -> list[str]:
    """Return the grids whose units are not all in micro-grids of that grid and of no other."""
    if COLUMN not in plan.units:
        return []
    units = plan.units
    micro, grid = units[COLUMN], units["grid_id"].astype(TEXT)
    shared = grid.groupby(micro).transform("nunique") > 1
    foreign = ~pd.Series(
        [pd.notna(name) and str(name).startswith(own) for name, own in zip(micro, grid, strict=True)], units.index
    )
    return sorted(grid[shared | foreign | micro.isna()].unique())


def again(plan: Plan, prices: Prices, seed: int = 0) -> Plan:
    """Return the plan with the micro-grids of grids that changed made anew, and those of all others as they are."""
    grids = torn(plan)
    if not grids or plan.parameters.micro_band is None:
        return plan if COLUMN not in plan.units else plan.with_made(MADE)
    names, stopped = _named(plan, grids, prices, seed, 1.0)
    if stopped:
        raise KeyboardInterrupt
    return replace(plan, units=plan.units.assign(**{COLUMN: names.fillna(plan.units[COLUMN]).astype(TEXT)})).with_made(
        MADE
    )


def _named(plan: Plan, grids: Collection[str], prices: Prices, seed: int, effort: float) -> tuple[pd.Series, bool]:
    """Return the micro-grid of each unit of some grids, null elsewhere; and whether Ctrl-C ended the search."""
    band = plan.parameters.micro_band
    if band is None:
        raise ValueError("the plan has no size of micro-grids")
    units = plan.units[plan.units["grid_id"].isin(list(grids))]
    arrays, _ = problem(units, plan.borders, Aim(plan.parameters.measure, band, prices))
    above = pd.factorize(units["grid_id"], sort=True)[0]
    alone = replace(arrays, groups=np.full(arrays.size, -1))
    made = nested.nest(alone, above, band, seed, effort=effort)
    label = pd.Series(made.labels, index=units.index).astype(TEXT)
    grid_of = units["grid_id"].groupby(label).first()
    shapes = dissolve(units.assign(grid_id=label)).assign(parent=grid_of)
    order = pd.Series(codes.reading_order(shapes, plan.grids))
    place = order.groupby(shapes["parent"].reindex(order).to_numpy()).cumcount() + 1
    names = {name: f"{shapes.loc[name, 'parent']}{at:02d}" for name, at in zip(order, place, strict=True)}
    return label.map(names).reindex(plan.units.index), made.interrupted
