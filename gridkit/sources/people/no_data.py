"""What in a raster means no data: its tag, values that look like a code for it, and the ground that is left without."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS, Geod
from rasterio.features import geometry_mask
from rasterio.transform import Affine

from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import template
from gridkit.ledger import STOPPED

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tables import Raster

SENTINEL_TIMES, _BYTE_TIMES = 10.0, 2.0
"""The largest value a type can hold, many times what else there is, is a code for no data (dimensionless)."""

_EVERYONE = 1e10
"""More people than there are on earth live in no pixel."""
_EXTREMES = frozenset({32767.0, 65535.0, 2147483647.0, 4294967295.0})
_LEAST_NINES = 9999.0


def shown(value: float) -> str:
    """Return a value as it has to be typed behind ``nodata=`` to be found again.

    Examples
    --------
    >>> shown(-9999.0), shown(np.float32(-3.4028235e38).item())
    ('-9999', '-3.402823466e+38')
    """
    return f"{value:.10g}"


def without(stored: NDArray[np.float64], nodata: float | None) -> NDArray[np.float64]:
    """Return stored values with NaN for no data."""
    if nodata is None or not np.isfinite(nodata):
        return stored
    # The tag is a decimal number, the values are 32-bit: equal means equal to 6 digits.
    return np.where(np.isclose(stored, nodata, rtol=1e-6, atol=0.0), np.nan, stored)


def sentinel(stored: NDArray[np.float64], kind: np.dtype[Any]) -> tuple[float, int] | None:
    """Return the value that looks like a code for no data though no tag says so, and how often it stands there.

    It is the largest or the least value of a whole number's type, nines throughout, or more than there are people on
    earth; it stands more than once, and is ten times what else there is (of one byte, which holds little more than
    people do, twice).

    Examples
    --------
    >>> sentinel(np.array([3.0, 9.0, 65535.0, 65535.0]), np.dtype("uint16"))
    (65535.0, 2)
    >>> sentinel(np.array([3.0, 9.0, 99999.0, 99999.0]), np.dtype("float32"))
    (99999.0, 2)
    """
    found = stored[np.isfinite(stored)]
    if not len(found):
        return None
    for value in _codes(float(found.max()), kind):
        there = int((found == value).sum())
        rest = np.abs(found[found != value])
        times = _BYTE_TIMES if kind.kind in "iu" and kind.itemsize == 1 else SENTINEL_TIMES
        most = times * float(np.quantile(rest, 0.99) if len(rest) else 0.0)
        if abs(value) > most and (there > 1 or (there and value > _EVERYONE)):
            return value, there
    return None


def _codes(top: float, kind: np.dtype[Any]) -> list[float]:
    """Return the values that may be codes: the ends of a whole number's type, and the largest if it looks like one."""
    ends = [float(np.iinfo(kind).max), float(np.iinfo(kind).min)] if kind.kind in "iu" else []
    nines = top >= _LEAST_NINES and top == round(top) and set(f"{top:.0f}") == {"9"}
    return [*(end for end in ends if end), *([top] if nines or top in _EXTREMES or top > _EVERYONE else [])]


def ask(stored: NDArray[np.float64], kind: np.dtype[Any], path: Path) -> None:
    """Raise :class:`TableError` where a value looks like a code for no data."""
    found = sentinel(stored, kind)
    if found is not None:
        raise TableError(
            template(
                "the value {value} stands in {count:,} pixel: it means no data, or so many people live in it",
                "the value {value} stands in {count:,} pixels: it means no data, or so many people live in each",
            ),
            where=path,
            mend="name the file as {name}:nodata={value}, or as {name}:nodata=none when they are people",
            value=shown(found[0]),
            count=found[1],
            name=path.name,
        )


def pixel_km2(
    transform: tuple[float, float, float, float, float, float], shape: tuple[int, ...], crs: CRS
) -> NDArray[np.float64]:
    """Return the area of a pixel in each row, on the ground: in degrees a pixel is narrower further north. km2."""
    a, _, c, _, e, f = transform
    if not crs.is_geographic:
        metres = crs.axis_info[0].unit_conversion_factor
        return np.full(shape[0], abs(a * e) * metres**2 / 1e6)
    ellipsoid = Geod(ellps="WGS84")
    tops = f + e * np.arange(shape[0])
    rows = [([c, c + a, c + a, c], [top, top, top + e, top + e]) for top in tops]
    return np.array([abs(ellipsoid.polygon_area_perimeter(*row)[0]) / 1e6 for row in rows])


def empty_share(raster: Raster, district: gpd.GeoDataFrame) -> float:
    """Return the share of a district's pixels in which a raster has no data, by their area; 0 where it has no pixel."""
    area = district.to_crs(raster.crs).geometry
    within = geometry_mask(area, raster.values.shape, Affine(*raster.transform), invert=True)
    within = within if within.any() else np.ones(raster.values.shape, dtype=bool)
    weights = pixel_km2(raster.transform, raster.values.shape, raster.crs)
    all_km2 = float((within.sum(axis=1) * weights).sum())
    empty_km2 = float(((within & np.isnan(raster.values)).sum(axis=1) * weights).sum())
    return empty_km2 / all_km2 if all_km2 else 0.0


def reason(raster: Raster) -> str:
    """Return what no data means: nobody, as rasters of people have it over sea and forest; nothing where all is so."""
    return "nodata" if np.isfinite(raster.values).any() else "uncovered"


def warn(share: float, name: str) -> None:
    """Warn where much of a district has no data in a raster that says so of places without people."""
    if share > STOPPED:
        warnings.warn(
            GridkitWarning(
                "{share:.0%} of the district has no data in it: nobody is counted there",
                where=name,
                mend="if people live there, get a raster that covers it",
                share=share,
            ),
            stacklevel=4,
        )
