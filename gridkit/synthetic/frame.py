"""The sheet the made-up district is drawn on, and the way from its metres to real coordinates.

The district is drawn on a plain sheet: metres east and north of its south-west corner. `project` turns the sheet a
little and bends it gently, so that no street stays a ruled line, and lays it on the CGCS2000 Gauss-Krueger zone of
120 degrees east, on farmland where there is no such district.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Shape = TypeVar("Shape", bound="BaseGeometry")

CRS = "EPSG:4549"
"""CGCS2000 / 3-degree Gauss-Krueger, central meridian 120 E, no zone prefix: what a planner's file would have."""

LONLAT = "EPSG:4490"
"""CGCS2000 longitude and latitude. It differs from WGS 84 by less than a handbreadth."""

ORIGIN = (553_400.0, 3_603_200.0)
TURN = np.deg2rad(-5.0)
SCALE = 1.04
"""Metres on the ground for one on the sheet."""

BEND_M = 26.0
WAVE_M = 820.0


def project(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sheet points, shape (n, 2) in metres, as easting and northing in `CRS`.

    Examples
    --------
    >>> project(np.array([[0.0, 0.0]])).round(1).tolist()
    [[553400.0, 3603200.0]]
    """
    x, y = points[:, 0], points[:, 1]
    bent_x = SCALE * (x + BEND_M * np.sin(y / WAVE_M))
    bent_y = SCALE * (y + BEND_M * np.sin(x / WAVE_M))
    east = ORIGIN[0] + bent_x * np.cos(TURN) - bent_y * np.sin(TURN)
    north = ORIGIN[1] + bent_x * np.sin(TURN) + bent_y * np.cos(TURN)
    return np.column_stack([east, north])


def lonlat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sheet points, shape (n, 2) in metres, as longitude and latitude in degrees."""
    to_degrees = Transformer.from_crs(CRS, LONLAT, always_xy=True)
    projected = project(points)
    return np.column_stack(to_degrees.transform(projected[:, 0], projected[:, 1]))


def place(drawn: Sequence[Shape]) -> list[Shape]:
    """Return geometries drawn on the sheet, moved to `CRS` vertex by vertex."""
    return list(shapely.transform(np.array(drawn, dtype=object), project))
