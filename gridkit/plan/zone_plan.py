"""A plan in which each zone is one grid, to be drawn; and what residents call the places in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridkit.plan.plan import Plan


def zone_plan(plan: Plan, of_unit: pd.Series[str], called: Mapping[str, str]) -> Plan:
    """Return the plan with each zone as one grid and what zones leave of other grids; without layers.

    Parameters
    ----------
    of_unit
        The zone of each unit; empty for none.
    called
        What each grid is to be called; a name that a zone has too keeps its whole code.
    """
    zone = of_unit.reindex(plan.units.index).fillna("")
    taken = set(zone)
    short = plan.units["grid_id"].astype(TEXT).map(lambda code: own if (own := called[code]) not in taken else code)
    grid = short.where((zone == "").to_numpy(), zone)
    units = plan.units.assign(grid_id=grid.astype(TEXT))
    return replace(
        plan,
        units=units,
        layers={},
        records={},
        brought={},
        past={},
        attributes=None,
        made={},
        standings=plan.standings,
    )


def known_as(plan: Plan, units: Iterable[str]) -> pd.Series[str]:
    """Return what people call where units lie: the compound, else the streets around; empty where nothing has a name.

    Returns
    -------
    Series
        On ``unit_id``.
    """
    chosen = plan.units.loc[list(units)]
    called = pd.Series("", index=chosen.index, dtype="object")
    estates = plan.backdrop.get("compounds")
    if estates is not None and "name" in estates:
        own = estates[estates["name"].notna()]
        spots = np.asarray(chosen.representative_point(), dtype=object)
        spot, at = shapely.STRtree(own.geometry.to_numpy()).query(spots, predicate="within")
        called.iloc[spot[::-1]] = own["name"].to_numpy(dtype=object)[at[::-1]]
    if "name" in plan.borders:
        streets = _streets(plan, chosen.index[(called == "").to_numpy()])
        called = called.where(called != "", streets.reindex(called.index).fillna(""))
    return called.astype(TEXT)


_AROUND = 3
"""So many streets say which block is meant."""


def _streets(plan: Plan, units: pd.Index) -> pd.Series[str]:
    """Return the names of the streets along each unit, the longest first."""
    named = plan.borders[plan.borders["name"].notna()]
    both = pd.concat([named[[side, "name", "shared_m"]].set_axis(["unit", "name", "m"], axis=1) for side in _SIDES])
    own = both[both["unit"].isin(units)]
    metres = own.groupby(["unit", "name"])["m"].sum().reset_index()
    order = metres.sort_values(["unit", "m", "name"], ascending=[True, False, True], kind="stable")
    first = order.groupby("unit").head(_AROUND)
    return first.groupby("unit")["name"].agg(" / ".join)


_SIDES = ("unit_id", "neighbour")
