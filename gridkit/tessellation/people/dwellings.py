"""Dwellings: how much room to live in each building has, and where in the district people may live at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.tessellation.barriers import CODE, lines

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Polygons

STOREY_M = 3.0
"""Height of a storey, where only the building's height is known. Metres."""
HALF_WIDTH_M: dict[str, float] = {"motorway": 15.0, "arterial": 10.0, "collector": 6.0, "street": 4.0, "rail": 5.0}
"""How far from its middle a line takes up ground. Metres."""


def floor_area(buildings: gpd.GeoDataFrame) -> pd.Series[float]:
    """Return the residential floor area of each building: its footprint times its storeys, 0 where nobody lives.

    Where ``levels`` is missing the storeys follow from ``height``, else from the median of the buildings of its kind,
    else of all, else they are 1.

    Parameters
    ----------
    buildings
        See :data:`gridkit.tables.BUILDINGS`.

    Returns
    -------
    Series
        Square metres on the index of ``buildings``.
    """
    levels = _numbers(buildings, "levels")
    levels = levels.fillna((_numbers(buildings, "height") / STOREY_M).round().clip(lower=1))
    levels = levels.fillna(levels.groupby(buildings["kind"]).transform("median")) if len(levels) else levels
    levels = levels.fillna(levels.median() if levels.notna().any() else 1.0).clip(lower=1)
    room = buildings.area * levels
    return (
        room.where(buildings["residential"].fillna(value=False).astype(bool), 0.0)
        if "residential" in buildings
        else room
    )


def _numbers(table: gpd.GeoDataFrame, column: str) -> pd.Series[float]:
    if column in table.columns:
        return table[column].astype(float)
    return pd.Series(np.nan, index=table.index)


def habitable(areas: Polygons, extract: Extract) -> Polygons:
    """Return areas without water, railways and the ground that roads take up."""
    every = lines(extract)
    roads = every[every["feature"].isin(HALF_WIDTH_M) & (every["feature"].map(CODE) >= CODE["street"])]
    widths = roads["feature"].map(HALF_WIDTH_M).to_numpy(dtype=float)
    strips = shapely.buffer(roads.geometry.to_numpy(), widths, cap_style="flat", quad_segs=2)
    taken = np.concatenate([strips, extract.table("water").geometry.to_numpy()])
    area, strip = shapely.STRtree(taken).query(areas, predicate="intersects")
    order = np.argsort(area, kind="stable")
    out = np.asarray(areas, dtype=object).copy()
    present, begin = np.unique(area[order], return_index=True)
    for i, some in zip(present, np.split(strip[order], begin)[1:], strict=True):
        out[i] = shapely.difference(out[i], shapely.union_all(taken[some]))
    return out


def area_of(shapes: Polygons) -> Floats:
    """Return the area of each shape, 0 for what is no area."""
    return np.asarray(shapely.area(shapes), dtype=np.float64)
