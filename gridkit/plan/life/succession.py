"""What became of each grid in a redraw: who inherits its code, which codes are retired for ever.

::

    successors(old, new) -> DataFrame          old code -> new code with households, people, area
    succeed(old, new, template) -> Series      codes after a redraw: the heir of most households keeps the code
    retired_rows(gone, time, reason)           rows for the plan's register of codes given up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridkit.plan.codes import PLAIN, number
from gridkit.plan.overlap import shared_parts
from gridkit.plan.plan import Plan
from gridkit.plan.records import RETIRED
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import geopandas as gpd


def successors(old: Plan | gpd.GeoDataFrame, new: Plan | gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what became of each old grid: one row per old and new grid that share units or ground.

    Parameters
    ----------
    old, new
        Plans or units with ``grid_id``; units of the same ids and shapes are matched by id, the others by overlap.

    Returns
    -------
    DataFrame
        Columns ``old``, ``new``, ``people``, ``households``, ``area_m2`` (of the new units, or their shares), ``share``
        (of the old grid's people, of its area where nobody lives) and ``heir`` (this new grid took most of it). Sorted
        by old, then largest share first.
    """
    was, now = (each.units if isinstance(each, Plan) else each for each in (old, new))
    parts = shared_parts(was, now)
    parts["old"] = was["grid_id"].reindex(parts["old_unit"]).to_numpy()
    parts["new"] = now["grid_id"].reindex(parts["new_unit"]).to_numpy()
    table = parts.groupby(["old", "new"], sort=True)[["people", "households", "area_m2"]].sum(min_count=1).reset_index()
    table["share"] = _share(table)
    table = table.sort_values(["old", "share", "new"], ascending=[True, False, True], ignore_index=True)
    table["heir"] = ~table.duplicated("old")
    return table


def _share(table: pd.DataFrame) -> pd.Series:
    total = table.groupby("old")[["people", "area_m2"]].transform("sum")
    by_area = table["area_m2"] / total["area_m2"].where(total["area_m2"] > 0)
    return (table["people"] / total["people"].where(total["people"] > 0)).fillna(by_area).fillna(0.0)


def _weight(table: pd.DataFrame) -> pd.Series:
    """Return what inherits: households, people where those are not known, ground where nobody lives."""
    known = table["households"].notna().all() and table["households"].sum() > 0
    best = table["households"] if known else table["people"]
    return best + table["area_m2"] * 1e-12


def succeed(
    old: Plan | gpd.GeoDataFrame,
    new: Plan,
    template: str = PLAIN,
    *,
    plain: str = PLAIN,
    row_m: float | None = None,
    retired: Collection[str] = (),
) -> pd.Series:
    """Return the code of each grid of ``new``: the successor of most households keeps the old, others get fresh ones.

    An old code goes to the new grid that took most of its households (people where households are unknown, ground where
    nobody lives); a new grid that inherits several keeps the one it took most from. Grids that inherit none are
    numbered on after the highest number ever given, in reading order; nothing is renumbered.
    """
    table = successors(old, new)
    table = table.assign(weight=_weight(table))
    codes: dict[object, str] = {}
    given: set[str] = set()
    heirs = table.sort_values(["weight", "old", "new"], ascending=[False, True, True])
    heirs = heirs[~heirs.duplicated("old")]
    for row in heirs.itertuples():
        if row.new not in codes and row.old not in given:
            codes[row.new] = str(row.old)
            given.add(str(row.old))
    was = old.units if isinstance(old, Plan) else old
    orphans = new.grids.loc[~new.grids.index.isin(codes)]
    if len(orphans):
        taken = {*was["grid_id"].astype(TEXT), *retired}
        fresh = number(orphans, new.districts, template, plain=plain, row_m=row_m, taken=taken)
        codes |= fresh.to_dict()
    return pd.Series(codes, dtype=TEXT, name="code").reindex(new.grids.index)


def retired_rows(gone: Mapping[str, str], *, time: str, reason: str) -> pd.DataFrame:
    """Return rows of RETIRED: each code that was given up, and the grid that took most of its households."""
    codes = sorted(gone)
    return pd.DataFrame(
        {
            "successor": pd.Series([gone[code] for code in codes], dtype=TEXT).to_numpy(),
            "time": time,
            "reason": reason,
        },
        index=pd.Index(codes, dtype=TEXT, name=RETIRED.index),
    )
