"""Which old units the ground and the people of new units come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import shared_area

if TYPE_CHECKING:
    import geopandas as gpd

SAME_M = 1e-3
"""Corners that moved by less than this many metres did not move."""
SLIVER_M2 = 1.0
"""Overlaps smaller than this many square metres, and than :data:`SLIVER_SHARE` of the unit, are drawing noise."""
SLIVER_SHARE = 1e-3


def shared_parts(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row per pair of an old and a new unit that share ground, with what of the new unit lies there.

    Units of the same id and shape are matched as they are; only the others are laid over each other. A new unit's
    people are taken to live evenly on it.

    Parameters
    ----------
    old, new
        UNITS in one metric CRS.

    Returns
    -------
    DataFrame
        Columns ``old_unit`` (null where there was none), ``new_unit``, ``people``, ``households``, ``area_m2``,
        ``ground_m2`` (water included) and ``share`` of the new unit. The shares of each new unit add up to 1, so that
        people are conserved.
    """
    matched = same(old, new)
    pairs = pd.DataFrame({"old_unit": matched, "new_unit": matched, "share": 1.0})
    changed = new[matched.get_indexer(new.index) < 0]
    if len(changed):
        pairs = pd.concat([pairs, _laid_over(old, changed)], ignore_index=True)
    source = new.loc[pairs["new_unit"]]
    pairs["people"] = source["people"].to_numpy(dtype=float) * pairs["share"]
    given = source["households"] if "households" in new else pd.Series(np.nan, index=source.index)
    pairs["households"] = given.to_numpy(dtype=float) * pairs["share"]
    pairs["area_m2"] = source["area_m2"].to_numpy(dtype=float) * pairs["share"]
    pairs["ground_m2"] = source.area.to_numpy() * pairs["share"]
    return pairs


def same(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.Index:
    """Return the ids of units that are in both tables with the same shape."""
    both = new.index.intersection(old.index, sort=False)
    if old.index.equals(new.index) and old.geometry.to_numpy() is new.geometry.to_numpy():
        return both
    was, now = old.loc[both].geometry.to_numpy(), new.loc[both].geometry.to_numpy()
    return both[shapely.equals_exact(was, now, tolerance=SAME_M)]


def _laid_over(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the overlaps of new units with old ones; ground that was in no unit before has a null ``old_unit``."""
    was, now = old.geometry.to_numpy(), new.geometry.to_numpy()
    i, j = shapely.STRtree(was).query(now, predicate="intersects")
    area = shared_area(now[i], was[j])
    whole = shapely.area(now)
    kept = (area > SLIVER_M2) | (area > SLIVER_SHARE * whole[i])
    i, j, area = i[kept], j[kept], area[kept]
    covered = np.bincount(i, weights=area, minlength=len(now))
    bare = whole - covered
    open_ground = (bare > SLIVER_M2) & (bare > SLIVER_SHARE * whole) | (covered == 0)
    total = covered + np.where(open_ground, bare, 0.0)
    n = np.flatnonzero(open_ground)
    share = np.concatenate(
        [area / total[i], np.where(covered[n] == 0, 1.0, bare[n] / np.where(total[n] > 0, total[n], 1))]
    )
    return pd.DataFrame(
        {
            "old_unit": np.concatenate([old.index.to_numpy(dtype=object)[j], np.full(len(n), None, dtype=object)]),
            "new_unit": np.concatenate([new.index.to_numpy(dtype=object)[i], new.index.to_numpy(dtype=object)[n]]),
            "share": share,
        }
    )
