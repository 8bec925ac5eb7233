"""How areas and points of people lie: one twice, over one another, and in which part of a district not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.crs import require_metric, to_metric
from gridkit.tables import POLYGONS, TEXT

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

OVERLAP = 0.01
"""Areas that lie over one another by a larger share of their ground are told (dimensionless)."""

_TOUCHING = 0.5
_EDGE_M = 1.0


def doubled(frame: gpd.GeoDataFrame, counts: pd.DataFrame, *, identified: bool) -> NDArray[np.bool_]:
    """Return which rows stand there a second time.

    An area with the shape and the counts of one before it is that one, whatever its number. A point is when the whole
    row is the same and something in it tells rows apart; else two households may well live at one address.
    """
    shapes = np.asarray(frame.geometry.values)
    areas = frame.geom_type.isin(list(POLYGONS)).to_numpy()
    keys = counts.assign(_shape=shapely.to_wkb(shapely.normalize(shapes)))
    same_area = keys.duplicated().to_numpy() & areas
    if not identified or areas.all():
        return np.asarray(same_area, dtype=bool)
    rows = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(TEXT).assign(_shape=keys["_shape"])
    return np.asarray(same_area | (rows.duplicated().to_numpy() & ~areas), dtype=bool)


def overlap(shapes: NDArray[np.object_]) -> float:
    """Return by which share of their ground areas lie over one another (dimensionless)."""
    total = float(shapely.area(shapes).sum())
    if total <= 0:
        return 0.0
    return max(0.0, 1.0 - float(shapely.area(shapely.union_all(shapes))) / total)


def uncovered(people: gpd.GeoDataFrame, district: gpd.GeoDataFrame) -> float:
    """Return how much of a district lies beyond what people were counted in. Square metres.

    That is the parents in which nothing was counted; and where the areas are a net (most touch another), all that lies
    outside their hull. A net may leave out where nobody lives, and buildings and addresses cover little ground anyway.
    """
    areas = to_metric(district)
    parents: NDArray[np.object_] = shapely.make_valid(np.asarray(areas.geometry.values))
    shapes: NDArray[np.object_] = np.asarray(people.to_crs(require_metric(areas)).geometry.values)
    hit, _ = shapely.STRtree(shapes).query(shapely.buffer(parents, -_EDGE_M), predicate="intersects")
    empty = np.setdiff1d(np.arange(len(parents)), hit)
    left = [*parents[empty]]
    if _is_net(shapes):
        hull = shapely.buffer(shapely.convex_hull(shapely.union_all(shapes)), _EDGE_M)
        left += [*shapely.difference(parents, hull)]
    return float(shapely.area(shapely.union_all(left))) if left else 0.0


def _is_net(shapes: NDArray[np.object_]) -> bool:
    """Return whether shapes are areas most of which share a side with another."""
    if len(shapes) < 2 or not np.isin(shapely.get_type_id(shapes), (3, 6)).all():  # noqa: PLR2004 - (multi)polygons
        return False
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return len(np.unique(one[one != other])) >= _TOUCHING * len(shapes)


def remainders(
    people: gpd.GeoDataFrame, missing: NDArray[np.bool_], totals: pd.Series, district: gpd.GeoDataFrame
) -> tuple[pd.Series, int]:
    """Return the counts of rows without one from what official totals leave, and in how many parents nothing is left.

    What the counted rows of a parent leave of its total is shared among its rows without a count, by their area, alike
    where they are points. A row belongs to the parent that holds a point on it.

    Parameters
    ----------
    people
        Rows with ``people``, 0 where ``missing``.
    totals
        The official total of each parent, on the index of ``district``.
    """
    areas = to_metric(district)
    placed = people.to_crs(require_metric(areas))
    spots = shapely.point_on_surface(np.asarray(placed.geometry.values))
    parent, row = shapely.STRtree(spots).query(np.asarray(areas.geometry.values), predicate="intersects")
    of = pd.Series(np.nan, index=range(len(placed)), dtype=object)
    of[row] = areas.index.to_numpy()[parent]
    of.index = placed.index
    room = pd.Series(shapely.area(np.asarray(placed.geometry.values)), index=placed.index)
    room = room.where(room > 0, 1.0)[missing]
    known = placed["people"].where(~missing, 0.0).groupby(of).sum()
    left = (totals.dropna().astype(float) - known.reindex(totals.dropna().index).fillna(0.0)).clip(lower=0.0)
    mine = of[missing]
    share = room / room.groupby(mine).transform("sum")
    counts = people["people"].copy()
    counts[missing] = (share * mine.map(left).astype(float)).fillna(0.0)
    exhausted = int((mine.map(left).fillna(0.0) <= 0).groupby(mine).any().sum()) if len(mine) else 0
    return counts, exhausted
