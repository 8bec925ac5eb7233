"""The CRS gate: metric inside, longitude and latitude only where files come in and maps go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pyproj import CRS
from pyproj.exceptions import CRSError

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    import geopandas as gpd

    Frame = TypeVar("Frame", gpd.GeoDataFrame, gpd.GeoSeries)

LONLAT = CRS.from_epsg(4326)


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
    return frame.estimate_utm_crs()


def to_metric(frame: Frame, crs: CRS | None = None, *, where: object = "") -> Frame:
    """Return the frame in ``crs``, or in the metric CRS that fits it best. Units: metres."""
    target = crs if crs is not None else metric_crs(frame, where=where)
    require_crs(frame, where=where)
    return frame if frame.crs == target else frame.to_crs(target)
