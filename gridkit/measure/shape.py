"""How compact the grids are: each measure a score per polygon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridkit.circularity import circularity

if TYPE_CHECKING:
    import geopandas as gpd


def polsby_popper(grids: gpd.GeoDataFrame) -> pd.Series[float]:
    r"""Return the Polsby-Popper compactness of each grid.

    .. math:: PP = 4 \pi A / P^2

    Parameters
    ----------
    grids
        Polygons in a metric CRS (see :data:`gridkit.tables.GRIDS`).

    Returns
    -------
    Series
        On the index of ``grids``: 1 for a circle, towards 0 for a ribbon. Dimensionless. Holes count towards the
        perimeter.

    References
    ----------
    Polsby & Popper (1991), Yale Law & Policy Review 9(2), 301-353.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> squares = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(0, 0, 1, 9)], crs=32643)
    >>> polsby_popper(squares).round(3).tolist()
    [0.785, 0.283]
    """
    score = circularity(grids.area.to_numpy(), grids.length.to_numpy())
    return pd.Series(score, index=grids.index, name="polsby_popper")


def reock(grids: gpd.GeoDataFrame) -> pd.Series[float]:
    r"""Return the Reock score of each grid: its share of the smallest circle around it.

    .. math:: R = A / (\pi r^2)

    References
    ----------
    Reock (1961), Midwest Journal of Political Science 5(1), 70-74.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> reock(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=32643)).round(3).tolist()
    [0.637]
    """
    radius = shapely.minimum_bounding_radius(np.asarray(grids.geometry.values))
    return pd.Series(grids.area.to_numpy() / (np.pi * radius**2), index=grids.index, name="reock")


def convexity(grids: gpd.GeoDataFrame) -> pd.Series[float]:
    r"""Return each grid's share of its convex hull.

    .. math:: C = A / A_{hull}

    References
    ----------
    Angel, Parent & Civco (2010), The Canadian Geographer 54(4), 441-461 (measures of shape compared).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Polygon
    >>> ell = Polygon([(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)])
    >>> convexity(gpd.GeoDataFrame(geometry=[ell], crs=32643)).round(3).tolist()
    [0.857]
    """
    return (grids.area / grids.convex_hull.area).rename("convexity")


def elongation(grids: gpd.GeoDataFrame) -> pd.Series[float]:
    r"""Return width over length of the smallest rectangle around each grid: 1 for a square, towards 0 for a ribbon.

    .. math:: E = w / l

    References
    ----------
    MacEachren (1985), Geografiska Annaler B 67(1), 53-67 (measures of shape compared); the rectangle is the least by
    area, whichever way it lies (GEOS).

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> elongation(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 4)], crs=32643)).round(6).tolist()
    [0.25]
    """
    boxes = shapely.oriented_envelope(np.asarray(grids.geometry.values))
    corners = shapely.get_coordinates(boxes).reshape(len(grids), 5, 2)
    sides = np.sort(np.hypot(*np.moveaxis(np.diff(corners[:, :3], axis=1), 2, 0)), axis=1)
    return pd.Series(sides[:, 0] / sides[:, 1], index=grids.index, name="elongation")
