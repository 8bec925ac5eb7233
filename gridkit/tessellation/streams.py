"""Streams: what the water at a place is called, where one area holds a river and what flows into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Indices, Polygons


def called(spots: Polygons, area: Indices, water: gpd.GeoDataFrame, waterways: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the name of the water at each spot: of the nearest line of a stream through its area, else of the area.

    Parameters
    ----------
    spots
        Points in metres.
    area
        The row of the water area that each lies in.
    water, waterways
        Areas and lines, with ``name`` where they have one.

    Returns
    -------
    array
        Names, None where nothing says one.
    """
    names = _names(water)[area]
    of_line = _names(waterways)
    named = np.array([name is not None for name in of_line], dtype=bool)
    lines, of_line = np.asarray(waterways.geometry, dtype=object)[named], of_line[named]
    for i in np.unique(area) if len(lines) else ():
        through = np.flatnonzero(shapely.intersects(lines, water.geometry.iloc[i]))
        if len(through):
            here = np.flatnonzero(area == i)
            names[here] = of_line[through[shapely.distance(spots[here, None], lines[through]).argmin(axis=1)]]
    return names


def _names(table: gpd.GeoDataFrame) -> NDArray[np.object_]:
    if "name" not in table.columns:
        return np.full(len(table), None, dtype=object)
    return np.asarray(table["name"].astype(object).where(table["name"].notna(), None), dtype=object)
