"""The CRS gate: metric inside, longitude and latitude only where files come in and maps go out."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, template

if TYPE_CHECKING:
    import geopandas as gpd

    Frame = TypeVar("Frame", gpd.GeoDataFrame, gpd.GeoSeries)

LONLAT = CRS.from_epsg(4326)
EQUAL_AREA = "EPSG:6933"
"""Areas of any place of the world beside each other, where their own metres are not wanted yet."""
NOTICED_M = 1.5
"""A shift between datums that is less certain than this is told of."""
_EQUATOR_M = 6_378_137.0
"""The radius of the equator in GRS 80, WGS 84 and CGCS2000."""


def named(crs: Any) -> CRS:  # noqa: ANN401 - anything pyproj takes
    """Return the CRS that a user named: ``EPSG:4528``, ``4528``, WKT or a CRS.

    Raises
    ------
    TableError
        When there is no such CRS.

    Examples
    --------
    >>> named("4528").name
    'CGCS2000 / 3-degree Gauss-Kruger zone 40'
    """
    try:
        return CRS.from_user_input(int(crs) if isinstance(crs, str) and crs.strip().isdigit() else crs)
    except CRSError:
        raise TableError(
            "{crs!r} is no coordinate reference system", mend="name it by number, as in EPSG:4528", crs=str(crs)
        ) from None


def is_metric(crs: CRS | None) -> bool:
    """Return whether a CRS is projected with both horizontal axes in metres."""
    return (
        crs is not None and crs.is_projected and all(axis.unit_name in ("metre", "meter") for axis in crs.axis_info[:2])
    )


def unit_of(crs: CRS) -> str:
    """Return what the coordinates of a CRS are counted in, as PROJ calls it: degree, metre, foot, US survey foot."""
    return crs.axis_info[0].unit_name if crs.axis_info else ""


def require_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, where: object = "") -> CRS:
    """Return the CRS of a frame; raise :class:`TableError` when it has none, with what its numbers look like."""
    if frame.crs is not None:
        return frame.crs
    bounds = [float(value) for value in frame.total_bounds] if len(frame) else [0.0] * 4
    degrees = abs(bounds[0]) <= 180 and abs(bounds[2]) <= 180 and abs(bounds[1]) <= 90 and abs(bounds[3]) <= 90  # noqa: PLR2004
    raise TableError(
        "there is no coordinate reference system",
        where=where,
        mend="name it with --crs; the bounds {bounds} look like {looks}",
        bounds=", ".join(f"{value:.6g}" for value in bounds),
        looks=Phrase("degrees (EPSG:4326, or EPSG:4490 in China)" if degrees else "metres of a projected system"),
    )


def require_metric(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, where: object = "") -> CRS:
    """Return the CRS of a frame whose coordinates are metres; raise :class:`TableError` otherwise."""
    crs = require_crs(frame, where=where)
    if not is_metric(crs):
        raise TableError(
            "the CRS {crs} is not in metres", where=where, mend="use gridkit.crs.to_metric(frame) first", crs=crs.name
        )
    return crs


def metric_crs(frame: gpd.GeoDataFrame | gpd.GeoSeries, *, where: object = "") -> CRS:
    """Return the metric CRS to work in: the frame's own when it is one, else the UTM zone of its middle.

    Web Mercator counts as metres only in name (it stretches lengths by 1 / cos(latitude)), so it is never worked in.
    """
    crs = require_crs(frame, where=where)
    if is_metric(crs) and crs.to_epsg() != 3857:  # noqa: PLR2004
        return crs
    west, south, east, north = round_earth(frame)
    if east > 180:  # noqa: PLR2004 - a zone of its own round the middle: no UTM zone lies on both sides of the meridian
        return CRS.from_proj4(
            f"+proj=tmerc +lat_0=0 +lon_0={(west + east) / 2:.1f} +k=0.9996 +x_0=500000 "
            f"+y_0={0 if north + south >= 0 else 10_000_000} +datum=WGS84 +units=m +type=crs"
        )
    return frame.estimate_utm_crs()


def round_earth(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> tuple[float, float, float, float]:
    """Return the bounds in degrees; of what lies across the 180th meridian with the east above 180.

    Whether its longitudes are written from -180 to 180 or from 0 to 360 makes no difference.
    """
    lonlat = frame if require_crs(frame).is_geographic else frame.to_crs(LONLAT)
    west, south, east, north = (float(value) for value in lonlat.total_bounds)
    if east - west <= 180 and west >= -180 and east <= 180:  # noqa: PLR2004 - on one side
        return west, south, east, north
    longitudes = shapely.get_coordinates(lonlat.geometry.values)[:, 0] % 360
    low, high = float(longitudes.min()), float(longitudes.max())
    beyond = west < -180 or east > 180  # noqa: PLR2004 - written past the meridian
    return (low, south, high, north) if beyond or high - low < east - west else (west, south, east, north)


def to_metric(frame: Frame, crs: CRS | None = None, *, where: object = "") -> Frame:
    """Return the frame in ``crs``, or in the metric CRS that fits it best. Units: metres."""
    target = crs if crs is not None else metric_crs(frame, where=where)
    require_crs(frame, where=where)
    return frame if frame.crs == target else frame.to_crs(target)


def shift(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> Phrase | None:
    """Return how surely a frame's datum is put to WGS 84 where it lies, when it is off by more than a trace; else None.

    PROJ takes the best way between two datums of which the grids are installed: a wheel brings none.
    """
    crs = require_crs(frame)
    if crs.is_engineering or not len(frame) or not np.isfinite(frame.total_bounds).all():
        return None
    west, south, east, north = (float(each) for each in frame.total_bounds)
    if not crs.is_geographic and crs.geodetic_crs is not None:  # of the whole alone: a table may have a million rows
        west, south, east, north = way(crs, crs.geodetic_crs).transform_bounds(west, south, east, north)
        west, east = (west, east) if west <= east else (-180.0, 180.0)  # over the line of dates
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
        return None
    found = _shift(crs.to_wkt(), *(round(float(each), 1) for each in (west, south, east, north)))
    return None if found is None else Phrase(found[0], crs=crs.name, accuracy=found[1], grid=found[2])


@lru_cache(maxsize=64)
def way(source: CRS, target: CRS | str) -> Transformer:
    """Return the way from one CRS to another, x before y: finding it takes longer than most tables take."""
    return Transformer.from_crs(source, target, always_xy=True)


def _geocentric(wkt: str) -> bool:
    """Return whether a CRS has an ellipsoid of the datums that lie on the middle of the earth, as WGS 84 does.

    Between these nothing is known of a shift because there is next to none (CGCS2000); older ones (Beijing 1954, Xian
    1980) lie where one country's survey laid them.
    """
    ellipsoid = CRS.from_wkt(wkt).ellipsoid
    return ellipsoid is None or abs(ellipsoid.semi_major_metre - _EQUATOR_M) < 1


@lru_cache(maxsize=64)
def _shift(wkt: str, *bounds: float) -> tuple[str, float, str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a grid that is missing: it is what is asked
        try:
            own: Any = AreaOfInterest(*bounds)
            ways = TransformerGroup(wkt, LONLAT, always_xy=True, area_of_interest=own)
        except ProjError:
            return None
    accuracy = ways.transformers[0].accuracy if ways.transformers else -1.0
    if accuracy < 0 and not _geocentric(wkt):
        return (
            template("no way from {crs} to WGS 84 is known: it is taken as it is, and may lie a hundred metres off"),
            0.0,
            "",
        )
    if accuracy <= NOTICED_M:
        return None
    grids = [grid.short_name for way in ways.unavailable_operations for grid in way.grids if not grid.available]
    if ways.best_available or not grids:
        return template("{crs} is put to WGS 84 to within {accuracy:g} m, which is the best there is"), accuracy, ""
    better = template(
        "{crs} is put to WGS 84 to within {accuracy:g} m; the grid {grid}, which does it better, is not installed"
    )
    return better, accuracy, grids[0]
