"""Which old units the ground and the people of new units come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import shared_area

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

SAME_M = 1e-3
"""Corners that moved by less than this many metres did not move."""
SLIVER_M2 = 1.0
"""Overlaps smaller than this many square metres, and than :data:`SLIVER_SHARE` of the unit, are drawing noise."""
SLIVER_SHARE = 1e-3
STILL_M = 1.0
"""A border that lies within this many metres of an old one did not move: formats round corners."""
EDGE_SHARE = 0.1
"""Strips along an edge are below this share of a unit; what is more of it is looked at as ground, however narrow."""


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
        Columns ``old_unit`` (null where there was none), ``new_unit``, ``people``, ``households``, ``area_m2`` and
        ``share`` of the new unit. The shares of each new unit add up to 1, so that
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
    edges = np.flatnonzero(kept & (area < EDGE_SHARE * whole[i]))
    kept[edges] = ~_is_edge(shapely.intersection(now[i[edges]], was[j[edges]]))
    # A unit that is nothing but strips comes from where they lie.
    kept |= (np.bincount(i[kept], minlength=len(now)) == 0)[i] & (area > 0)
    touched, at = i, j
    # Ground is new where it was in no unit at all: a strip that is no ground moved is none either.
    bare = whole - np.bincount(i, weights=area, minlength=len(now))
    i, j, area = i[kept], j[kept], area[kept]
    covered = np.bincount(i, weights=area, minlength=len(now))
    open_ground = (bare > SLIVER_M2) & (bare > SLIVER_SHARE * whole) | (covered == 0)
    narrow = np.flatnonzero(open_ground & (covered > 0) & (bare < EDGE_SHARE * whole))
    open_ground[narrow] = ~_is_edge(_without(now, was, narrow, touched, at))
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


def outside(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.Series:
    """Return how much of each old unit is in no new one, in square metres; strips that drawing makes are none.

    Parameters
    ----------
    old, new
        UNITS in one metric CRS.
    """
    found = pd.Series(0.0, index=old.index)
    rest = old[same(old, new).get_indexer(old.index) < 0]
    was, now = rest.geometry.to_numpy(), new.geometry.to_numpy()
    i, j = shapely.STRtree(now).query(was, predicate="intersects")
    bare = shapely.area(was) - np.bincount(i, weights=shared_area(was[i], now[j]), minlength=len(was))
    doubted = np.flatnonzero(bare > SLIVER_M2)
    left = _without(was, now, doubted, i, j)
    found[rest.index[doubted]] = np.where(_is_edge(left), 0.0, shapely.area(left))
    return found


def _is_edge(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which shapes are strips between two drawings of one border: on average narrower than one that moved."""
    around = shapely.length(shapes)
    return np.asarray((2 * shapely.area(shapes) < STILL_M * around) | (around == 0), dtype=bool)


def _without(
    shapes: NDArray[np.object_],
    others: NDArray[np.object_],
    which: NDArray[np.int64],
    i: NDArray[np.int64],
    j: NDArray[np.int64],
) -> NDArray[np.object_]:
    """Return some shapes less the others that they meet, by pairs of positions."""
    met = [shapely.union_all(others[j[i == at]]) for at in which]
    return np.asarray(shapely.difference(shapes[which], np.array(met, dtype=object)), dtype=object)
