"""Hexagons where no street cuts a district: a lattice in metres, or the cells of H3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT, require_metric
from gridkit.errors import UsageError
from gridkit.tessellation.barriers import COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORNERS = np.array([(0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1)])
"""The corners of a hexagon around its middle, in half widths (x) and half sides (y)."""

FINEST = 15
"""The finest resolution of H3."""
EDGE_M = 1.0
"""Cells this near to a district count as touching it, since its edges bend between the CRS. Metres."""


def cells(districts: gpd.GeoDataFrame, resolution: int) -> gpd.GeoDataFrame:
    """Return the H3 cells that districts touch, to be handed to :func:`gridkit.tessellation.shapes.given.given`.

    Parameters
    ----------
    districts
        See :data:`gridkit.tables.DISTRICTS`, in a metric CRS.
    resolution
        H3's, 0 to 15: a cell of 9 holds about 0.1 km2, one of 10 about 0.015 km2.

    Returns
    -------
    GeoDataFrame
        One polygon per cell in the CRS of the districts, its H3 index as the index.

    Raises
    ------
    UsageError
        When the extra ``h3`` is not installed, or there is no such resolution.
    """
    try:
        import h3  # an extra
    except ImportError as error:
        raise UsageError("cells of H3 need the extra h3", mend="pip install 'governance-grids[h3]'") from error
    if not 0 <= resolution <= FINEST:
        raise UsageError("H3 has no resolution {given}", mend="choose one from 0 to 15", given=resolution)
    crs = require_metric(districts, where="districts")
    whole = gpd.GeoSeries([districts.union_all().buffer(EDGE_M)], crs=crs).to_crs(LONLAT)
    found = sorted(h3.polygon_to_cells_experimental(h3.geo_to_h3shape(whole.iloc[0]), resolution, contain="overlap"))
    corners = [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)] for cell in found]
    table = gpd.GeoDataFrame(geometry=[shapely.Polygon(ring) for ring in corners], index=found, crs=LONLAT)
    return table.to_crs(crs)


def lattice(districts: gpd.GeoDataFrame, area_m2: float) -> gpd.GeoDataFrame:
    """Return the lines of a lattice of regular hexagons over districts, as barriers.

    The lattice is anchored at the origin of the CRS, so that districts next to each other get the same hexagons.

    Parameters
    ----------
    districts
        See :data:`gridkit.tables.DISTRICTS`, in a metric CRS.
    area_m2
        The area of a hexagon in square metres.

    Returns
    -------
    GeoDataFrame
        One line per side, as ``barriers.lines`` gives them, of the feature ``none`` and the kind ``hexagon``:
        alone or together with real barriers it can be handed to :func:`gridkit.tessellation.shapes.blocks.enclose`.

    Examples
    --------
    >>> district = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1000, 1000)], crs=32650)
    >>> sides = lattice(district, area_m2=40_000)
    >>> round(sides.length.iloc[0] ** 2 * 3 * 3**0.5 / 2)
    40000
    """
    crs = require_metric(districts, where="districts")
    side = np.sqrt(area_m2 * 2 / (3 * np.sqrt(3)))
    step = np.array([side * np.sqrt(3) / 2, side / 2])
    west, south, east, north = districts.total_bounds
    rows = np.arange(np.floor(south / (3 * step[1])) - 1, np.ceil(north / (3 * step[1])) + 2)
    columns = np.arange(np.floor(west / (2 * step[0])) - 1, np.ceil(east / (2 * step[0])) + 2)
    # Whole numbers until the very end: two hexagons then share a side exactly, which corners in metres would not.
    row, column = (grid.ravel() for grid in np.meshgrid(rows, columns, indexing="ij"))
    middle = np.stack([2 * column + np.mod(row, 2), 3 * row], axis=1).astype(np.int64)
    ends = _sides(middle)
    sides = shapely.linestrings(ends * step)
    near = sides[shapely.intersects(sides, shapely.box(west, south, east, north))]
    flags = dict.fromkeys(COLUMNS, False)
    columns_of = {**flags, "feature": "none", "kind": "hexagon", "name": None}
    return gpd.GeoDataFrame(columns_of, geometry=near, index=range(len(near)), crs=crs)


def _sides(middle: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sides of hexagons, each once, in whole steps of the lattice."""
    corners = middle[:, None, :] + CORNERS[None]
    ends = np.stack([corners, np.roll(corners, -1, axis=1)], axis=2).reshape(-1, 2, 2)
    swap = (ends[:, 0, 0] > ends[:, 1, 0]) | ((ends[:, 0, 0] == ends[:, 1, 0]) & (ends[:, 0, 1] > ends[:, 1, 1]))
    ends[swap] = ends[swap][:, ::-1]
    return np.unique(ends.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
