"""Heads of some posts against what a practice asks for, for each so many people, households or grids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from gridkit.catalog.workload import Workload


def ratios(table: pd.DataFrame, grids: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return each ratio of the practice in the whole district.

    Parameters
    ----------
    table
        Posts: ``staff_id``, ``role``; somebody with posts in several grids is one head.
    grids
        GRIDS with ``people`` and ``households``.

    Returns
    -------
    DataFrame
        On ``norm``: ``heads``, ``counted_for`` (people, households or grids), ``wanted`` and ``short`` (heads),
        ``grids`` with at least one of these posts, ``of_grids``. ``wanted`` is missing where the base is not known of
        all grids, and ``heads`` where the table has no such post at all: it says nothing of them.

    Examples
    --------
    >>> from gridkit.catalog.presets import presets
    >>> table = pd.DataFrame({"staff_id": ["s1", "s1", "s2"], "grid_id": ["a", "b", "a"], "role": ["full_time"] * 3})
    >>> grids = pd.DataFrame({"people": [900.0, 1100.0], "households": [400.0, None]}, index=["a", "b"])
    >>> made = ratios(table, grids, presets()["cn-social"].workload)
    >>> made.loc["full_time", ["heads", "wanted", "short"]].tolist()
    [2.0, 2.0, 0.0]
    >>> made.loc["building_heads", ["heads", "wanted"]].isna().tolist()
    [True, True]
    """
    rows = {}
    for name, each in work.ratios.items():
        own = table[table["role"].isin(each.roles)]
        heads = float(own["staff_id"].nunique()) if len(own) else np.nan
        amounts = pd.Series(1.0, index=grids.index) if each.per == "grids" else grids.get(each.per)
        base = np.nan if amounts is None or amounts.isna().any() else float(amounts.astype(float).sum())
        wanted = float(np.ceil(base / each.of * each.least.value - 1e-9)) if np.isfinite(base) else np.nan
        rows[name] = {
            "heads": heads,
            "counted_for": base,
            "wanted": wanted,
            "short": max(wanted - heads, 0.0) if np.isfinite(wanted) and np.isfinite(heads) else np.nan,
            "grids": int(own["grid_id"].nunique()),
            "of_grids": len(grids),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("norm")
