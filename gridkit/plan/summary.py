"""A plan in numbers: its size, balance and shape, and the grids outside the band with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from gridkit.band import TOLERANCE
from gridkit.measure.balance import dedicated
from gridkit.measure.shape import polsby_popper
from gridkit.plan.communities import Communities
from gridkit.plan.reasons import Made, reasons
from gridkit.provenance import Step

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.plan.standing import Standing


class Summed(Made, Protocol):
    """What a plan is summed up from."""

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """GRIDS."""

    @property
    def standing(self) -> Standing:
        """What it counts for."""


def exceptions(plan: Summed) -> pd.DataFrame:
    """Return the grids outside the band, each with its reason."""
    own, band, outside = plan.parameters, plan.parameters.band, plan.grids[:0]
    if band is not None:
        bound = ~dedicated(plan.grids, plan.units).to_numpy(dtype=bool)
        outside = plan.grids[band.outside(plan.grids[own.measure]) & bound]
    why = [] if band is None else reasons(plan, band, outside.index)
    found = outside[["parent", own.measure, "units"]].copy()
    found["reason"] = pd.Series(why, index=outside.index, dtype=object)  # as text it would be English for good
    return found


def told(plan: Summed) -> dict[str, Any]:
    """Return :func:`summary` for a person: parents are called as they are, where a machine gets their ids."""
    report, places = summary(plan), Communities(plan.districts)
    rows = [{**row, "parent": places.place(str(row["parent"]))} for row in report["outside_the_band"]]
    return {**report, "outside_the_band": rows}


def summary(plan: Summed) -> dict[str, Any]:
    """Return a plan in numbers, JSON-ready: size, balance, shape, and each grid outside the band with its reason."""
    own, grids = plan.parameters, plan.grids
    values = grids[own.measure]
    outside = exceptions(plan)
    off = np.abs(values / values.mean() - 1)
    people = float(plan.units["people"].sum())
    last = plan.history[-1] if plan.history else Step("")
    report = {
        "title": own.title,
        "measure": own.measure,
        "standing": plan.standing.facts,
        "grids": len(grids),
        "units": len(plan.units),
        "parents": int(plan.units["parent"].nunique()),
        "people": people if people > 0 else None,  # where nobody was counted, it is not known who lives there
        "band": [own.low, own.target, own.high],
        "share_in_band": 1 - len(outside) / len(grids),
        "share_within_10_percent_of_mean": float((off <= TOLERANCE).mean()),
        "share_farthest_off_mean": float(off.max()),
        "compactness": float(polsby_popper(grids).mean()),
        "notes": list(last.notes),
    }
    return last.ledger.beside(report) | {"outside_the_band": outside.reset_index().to_dict("records")}
