"""Heights above sea level from a raster, brought into a metric CRS around a district."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import rasterio
from pyproj import CRS, Transformer
from rasterio import Affine
from rasterio.errors import RasterioError
from rasterio.vrt import WarpedVRT
from rasterio.warp import Resampling

from gridkit import provenance
from gridkit.crs import require_metric
from gridkit.errors import SourceError, TableError
from gridkit.sources.files import kind

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

MARGIN_M = 1500.0
"""So far outside the district heights are read: as far as its streets are. Metres."""


class Elevation(NamedTuple):
    """Heights in metres, rows from north to south; the north-west corner, and the width and height of a pixel."""

    values: NDArray[np.float64]
    corner: tuple[float, float]
    pixel: tuple[float, float]


def read(path: str | Path, district: gpd.GeoDataFrame) -> Elevation:
    """Return the heights on and around a district, in its CRS, linear between the raster's pixels.

    Parameters
    ----------
    path
        A GeoTIFF of metres above sea level, in any CRS.
    district
        DISTRICTS, in a metric CRS.

    Raises
    ------
    SourceError
        When the file is missing, no GeoTIFF, or damaged.
    TableError
        When it names no CRS, or does not reach the district.
    """
    path = kind.find(path)
    if kind.kind(path) != "tiff":
        raise SourceError("this is no GeoTIFF", where=path, mend="give heights as a .tif")
    provenance.read_from(path)
    crs = require_metric(district)
    west, south, east, north = district.total_bounds + np.array([-MARGIN_M, -MARGIN_M, MARGIN_M, MARGIN_M])
    try:
        with rasterio.open(path, driver="GTiff") as raster:
            if raster.crs is None:
                raise TableError("the raster names no CRS", where=path, mend="write it into the file with gdal_edit")
            pixel = _pixel_m(raster, crs, (west + east) / 2, (south + north) / 2)
            grid = Affine(pixel, 0.0, west, 0.0, -pixel, north)
            size = {"width": math.ceil((east - west) / pixel), "height": math.ceil((north - south) / pixel)}
            options = {"crs": crs.to_wkt(), "transform": grid, "nodata": np.nan, "dtype": "float64", **size}
            with WarpedVRT(raster, resampling=Resampling.bilinear, **options) as warped:
                values = warped.read(1)
    except RasterioError as error:
        raise SourceError("cannot be read: {error}", where=path, mend="get it again", error=error) from error
    if np.isnan(values).all():
        raise TableError("the heights do not reach the district", where=path, mend="check its CRS and place")
    return Elevation(values, (float(west), float(north)), (pixel, pixel))


def _pixel_m(raster: Any, crs: CRS, x: float, y: float) -> float:  # noqa: ANN401 - rasterio's datasets are untyped
    """Return the height of a pixel at a place, in metres."""
    there = Transformer.from_crs(crs, CRS.from_user_input(raster.crs.to_wkt()), always_xy=True)
    lon, lat = there.transform(x, y)
    xs, ys = there.transform([lon, lon], [lat, lat + raster.res[1]], direction="INVERSE")
    return math.hypot(xs[1] - xs[0], ys[1] - ys[0])
