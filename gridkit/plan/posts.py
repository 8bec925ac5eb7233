"""Finer grids inside zones: each zone split again by the rules of the plan, for the days it is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.partition import nested
from gridkit.plan.arrays import Aim, problem
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.band import Band
    from gridkit.partition import Prices
    from gridkit.plan.plan import Plan


def posts(plan: Plan, of_unit: pd.Series[Any], band: Band, prices: Prices, seed: int = 0) -> pd.DataFrame:
    """Return the finer grid of each unit of a zone: ``unit_id``, ``zone``, ``post``.

    Compounds do not bind, as in micro-grids. Posts are called like their zone with two digits more, from north to
    south.

    Parameters
    ----------
    of_unit
        The zone of each unit; empty for none.
    band
        How large a post is, in the plan's measure.
    """
    units = plan.units[(of_unit.reindex(plan.units.index) != "").to_numpy()]
    zone = of_unit.reindex(units.index)
    arrays, _ = problem(units, plan.borders, Aim(plan.parameters.measure, band, prices))
    alone = replace(arrays, groups=np.full(arrays.size, -1))
    found = nested.nest(alone, pd.factorize(zone, sort=True)[0].astype(np.int64), band, seed)
    if found.interrupted:
        raise KeyboardInterrupt
    labels = found.labels
    centre = units.representative_point()
    table = pd.DataFrame({"zone": zone, "label": labels, "x": centre.x, "y": centre.y}, index=units.index)
    middle = table.groupby(["zone", "label"])[["x", "y"]].mean().reset_index()
    middle = middle.sort_values(["zone", "y", "x"], ascending=[True, False, True], kind="stable")
    middle["post"] = middle["zone"] + "-" + (middle.groupby("zone").cumcount() + 1).map("{:02d}".format)
    named = middle.set_index(["zone", "label"])["post"]
    post = named.reindex(pd.MultiIndex.from_frame(table[["zone", "label"]])).to_numpy()
    made = pd.DataFrame({"unit_id": units.index.astype(TEXT), "zone": zone.to_numpy(), "post": post})
    return made.astype(TEXT).rename_axis("row_id")
