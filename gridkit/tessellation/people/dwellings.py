"""Dwellings: how much room to live in each building has, and where in the district people may live at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.sources.osm.tags import RESIDENTIAL
from gridkit.tables import flagged
from gridkit.tessellation.barriers import CODE, lines
from gridkit.tessellation.people import land_use

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Polygons

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
    # From the building's own facts to what its likes have, to all, to 1: each fills only what the surer one left open.
    levels = levels.fillna((_numbers(buildings, "height") / STOREY_M).round().clip(lower=1))
    levels = levels.fillna(levels.groupby(buildings["kind"]).transform("median")) if len(levels) else levels
    levels = levels.fillna(levels.median() if levels.notna().any() else 1.0).clip(lower=1)
    room = buildings.area * levels
    return room.where(flagged(buildings["residential"]), 0.0) if "residential" in buildings else room


@dataclass(frozen=True)
class Dwellings:
    """The buildings that people live in: a point inside each, and its residential floor area in square metres."""

    points: Polygons
    floor_m2: NDArray[np.float64]


def dwellings(extract: Extract) -> Dwellings:
    """Return the buildings of an extract that people live in.

    Who spreads people over units and who asks how far they walk take them from here, so that a tower counts the same.
    """
    buildings = extract.table("buildings")
    floor = np.asarray(floor_area(buildings) if len(buildings) else [], dtype=np.float64)
    lived_in = np.flatnonzero(floor > 0)
    shapes = np.asarray(buildings.geometry.values, dtype=object)[lived_in]
    points, floor = np.asarray(shapely.point_on_surface(shapes), dtype=object), floor[lived_in]
    if land_use.known(extract):
        # What a building is for says more than where it stands: a dormitory in a campus is lived in.
        unsaid = ~buildings["kind"].isin(tuple(RESIDENTIAL)).to_numpy(dtype=bool)[lived_in]
        floor = np.where(unsaid, floor * land_use.at(points, extract), floor)
    there = floor > 0
    return Dwellings(points[there], floor[there])


def home(spots: Polygons, shapes: Polygons) -> NDArray[np.int64]:
    """Return the first shape that holds each point, on its edge or inside, so that it is in one only; -1 for none."""
    spot, shape = shapely.STRtree(shapes).query(spots, predicate="intersects")
    at = np.full(len(spots), -1, dtype=np.int64)
    # The last written stays, so shapes are written from the last to the first.
    order = np.argsort(-shape, kind="stable")
    at[spot[order]] = shape[order]
    return at


def _numbers(table: gpd.GeoDataFrame, column: str) -> pd.Series[float]:
    if column in table.columns:
        return table[column].astype(float)
    return pd.Series(np.nan, index=table.index)


def habitable(areas: Polygons, extract: Extract) -> Polygons:
    """Return areas without water, railways and the ground that roads take up."""
    every = lines(extract)
    roads = every[every["feature"].isin(HALF_WIDTH_M) & (every["feature"].map(CODE) >= CODE["street"])]
    widths = roads["feature"].map(HALF_WIDTH_M).to_numpy(dtype=float)
    # Flat ends and coarse joins: round ones add vertices to a number that the difference below multiplies, for square
    # metres.
    strips = shapely.buffer(roads.geometry.to_numpy(), widths, cap_style="flat", quad_segs=2)
    taken = np.concatenate([strips, extract.table("water").geometry.to_numpy()])
    area, strip = shapely.STRtree(taken).query(areas, predicate="intersects")
    order = np.argsort(area, kind="stable")
    out = np.asarray(areas, dtype=object).copy()
    present, begin = np.unique(area[order], return_index=True)
    for i, some in zip(present, np.split(strip[order], begin)[1:], strict=True):
        out[i] = shapely.difference(out[i], shapely.union_all(taken[some]))
    return out
