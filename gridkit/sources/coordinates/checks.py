"""Coordinates that make sense: a CRS for every frame, its numbers fit for it, datums put back to WGS 84."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridkit.crs import LONLAT, named, shift, way
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, template
from gridkit.sources.coordinates import control_points, datums

if TYPE_CHECKING:
    from collections.abc import Iterable


WORLD = (-180.0, -90.0, 180.0, 90.0)
ROUND = (0.0, -90.0, 360.0, 90.0)
"""Longitudes counted eastwards all the way, as islands across the 180th meridian are often written."""

_CHINA_MERCATOR = (12.9e6, 2.0e6, 15.1e6, 7.1e6)
"""China from 116 to 135 E in metres of Web Mercator, whose eastings may look like those of zones 13 to 15 as well."""

_SLACK_DEG = 1e-6
_FAR_DEG = 10.0


def taken(
    frame: gpd.GeoDataFrame,
    *,
    crs: Any = None,  # noqa: ANN401 - anything pyproj takes
    datum: str | None = None,
    swap_xy: bool | Literal["needed"] = False,
    where: str = "",
    doubted: bool = True,
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a frame with a CRS, its axes in order and its datum put back to WGS 84, and notes.

    ``doubted`` says that its numbers are held against its CRS: a file's are, those a program made itself are not.
    ``swap_xy="needed"`` swaps axes where the numbers make no sense else: what is asked of several files is so of some.
    A CRS that the coordinates cannot be in gives way to the one that was asked for.

    Raises
    ------
    TableError
        When there is no CRS, or the coordinates cannot be what it says.
    """
    if swap_xy == "needed":
        try:
            return taken(frame, crs=crs, datum=datum, where=where, doubted=True)
        except TableError:
            return taken(frame, crs=crs, datum=datum, swap_xy=True, where=where)
    notes: list[str] = [Phrase("x and y swapped, as asked")] if swap_xy else []
    if swap_xy:
        frame = frame.set_geometry(swapped(frame.geometry))
    frame, more = placed(frame, crs, where)
    notes += more
    if doubted:
        frame, more = _sensible(frame, crs, where)
        notes += more
        certain = shift(frame)
        notes += [certain] if certain is not None else []
    if datum is not None:
        moved = from_datum(frame, datum, where=where)
        notes += [Phrase("put from {datum} to WGS 84", datum=datum)] if moved is not frame else []
        frame = moved
    return frame, notes


def _sensible(frame: gpd.GeoDataFrame, crs: Any, where: str) -> tuple[gpd.GeoDataFrame, list[str]]:  # noqa: ANN401
    """Return a frame whose numbers fit its CRS: the one asked for where its own cannot be."""
    try:
        require_sense(frame, where)
    except TableError:
        if crs is None or control_points.is_table(crs) or named(crs).equals(frame.crs, ignore_axis_order=True):
            raise
        asked = unnamed(frame).set_crs(named(crs))
        require_sense(asked, where)
        note = "it names {wrong}, which its coordinates cannot be: taken as {crs}, as asked"
        wrong = frame.crs.name if frame.crs is not None else ""
        return asked, [Phrase(note, wrong=wrong, crs=named(crs).name)]
    return frame, []


def placed(frame: gpd.GeoDataFrame, crs: Any, where: str) -> tuple[gpd.GeoDataFrame, list[str]]:  # noqa: ANN401
    """Return the frame with a CRS: its own, else the one the user named, or that a table of control points leads to."""
    if frame.crs is not None and not frame.crs.is_engineering:
        return frame, []
    if frame.crs is not None:  # a city's own grid: it says metres, not where on the globe
        frame = unnamed(frame)
    if crs is None:
        bounds = frame.total_bounds if len(frame) else np.zeros(4)
        raise TableError(
            "there is no coordinate reference system",
            where=where,
            mend="name it with --crs; the bounds {bounds} look like {looks}",
            bounds=", ".join(f"{value:.7g}" for value in bounds),
            looks=looks_like(bounds),
        )
    if control_points.is_table(crs):
        return _tied(frame, control_points.read(crs))
    asked = named(crs)
    return frame.set_crs(asked), [Phrase("there is no CRS in it: taken as {crs}, as asked", crs=asked.name)]


def _tied(frame: gpd.GeoDataFrame, tie: control_points.Tie) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a frame of local coordinates in the CRS that its control points lead to, their residuals noted."""
    off = ", ".join(f"{name}: {metres:.3f}" for name, metres in tie.residuals_m.items())
    note = template(
        "tied to {crs} by {count} control point; residuals in m: {off} (rms {rms:.3f})",
        "tied to {crs} by {count} control points; residuals in m: {off} (rms {rms:.3f})",
    )
    return tie.placed(frame), [Phrase(note, crs=tie.crs.name, count=len(tie.residuals_m), off=off, rms=tie.rms_m)]


def unnamed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame without the CRS it names, its coordinates as they are."""
    shapes = np.asarray(frame.geometry, dtype=object)
    return gpd.GeoDataFrame(frame.drop(columns=frame.geometry.name), geometry=shapes, crs=None)


def looks_like(bounds: Iterable[float]) -> str:
    """Return what bounds without a CRS look like, for a message.

    Examples
    --------
    >>> looks_like((120.1, 31.9, 120.2, 32.0))
    'degrees (EPSG:4326, or EPSG:4490 in China)'
    >>> looks_like((40553400, 3603200, 40556400, 3606200))
    'CGCS2000 Gauss-Krueger with the zone in the easting (EPSG:4528)'
    """
    west, south, east, north = (float(value) for value in bounds)
    if within((west, south, east, north), WORLD):
        return Phrase("degrees (EPSG:4326, or EPSG:4490 in China)")
    if within((south, west, north, east), WORLD):
        return Phrase("degrees with the latitude first (--swap-xy)")
    krueger = datums.krueger_looks((west, south, east, north))
    if krueger and within((west, south, east, north), _CHINA_MERCATOR):
        return Phrase("Web Mercator (EPSG:3857), or {looks}", looks=krueger)
    return krueger or Phrase("metres of a projected system")


def require_sense(frame: gpd.GeoDataFrame, where: str) -> None:
    """Raise when the coordinates cannot be what the CRS says they are."""
    if frame.crs is None or not len(frame):
        return
    west, south, east, north = (float(value) for value in frame.total_bounds)
    if not np.isfinite([west, south, east, north]).all():
        return  # rows without geometry, or not finite: said by row where they are mended
    shown = f"{west:.7g}, {south:.7g}, {east:.7g}, {north:.7g}"
    if frame.crs.is_geographic:
        if within((west, south, east, north), (WORLD[0], WORLD[1], ROUND[2], WORLD[3])):
            return  # also where some lie west of the 180th meridian and others are counted on over it
        raise TableError(
            "the coordinates {shown} are not degrees, as {crs} has them",
            where=where,
            mend="they look like {looks}",
            shown=shown,
            crs=frame.crs.name,
            looks=looks_like((west, south, east, north)),
        )
    # Whole numbers are an example drawn around the origin: no place on earth lies between whole degrees.
    whole = all(value == round(value) for value in (west, south, east, north))
    wide = max(east - west, north - south) > 0
    if frame.crs.is_projected and not whole and wide and within((west, south, east, north), WORLD):
        raise TableError(
            "the coordinates {shown} are degrees, not metres of {crs}",
            where=where,
            mend="its CRS is named wrong: give it the right one in QGIS (Set layer CRS)",
            shown=shown,
            crs=frame.crs.name,
        )
    if frame.crs.is_projected and not datums.swapped((west, south, east, north), frame.crs):
        _require_area_of_use(frame.crs, _among_most(frame.geometry), where)
    if frame.crs.is_projected and datums.swapped((west, south, east, north), frame.crs):
        raise TableError(
            "x and y are swapped: {shown} lies in {crs} only with north second",
            where=where,
            mend="--swap-xy swaps them",
            shown=shown,
            crs=frame.crs.name,
        )


def _among_most(shapes: gpd.GeoSeries) -> tuple[float, float]:
    """Return where the middle one of all shapes lies: a few that are far off, or at 0, 0, move it nowhere."""
    boxes = shapely.bounds(np.asarray(shapes, dtype=object))
    x, y = np.nanmedian((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0)
    return float(x), float(y)


def _require_area_of_use(crs: CRS, middle: tuple[float, float], where: str) -> None:
    """Raise when a place lies far outside the area its CRS is for: the CRS is another one."""
    area = crs.area_of_use
    if area is None or crs.to_epsg() is None:
        return
    lon, lat = way(crs, LONLAT).transform(*middle)
    box = (area.west - _FAR_DEG, area.south - _FAR_DEG, area.east + _FAR_DEG, area.north + _FAR_DEG)
    if not np.isfinite([lon, lat]).all() or (area.west < area.east and not within((lon, lat, lon, lat), box)):
        raise TableError(
            "lies at {lon:.4g}, {lat:.4g}, far outside the area that {crs} is for",
            where=where,
            mend="its CRS is named wrong: give it the right one in QGIS (Set layer CRS)",
            lon=lon,
            lat=lat,
            crs=crs.name,
        )


def within(bounds: Iterable[float], box: tuple[float, float, float, float]) -> bool:
    """Return whether bounds lie in a box, but for rounding."""
    west, south, east, north = bounds
    return bool(
        west >= box[0] - _SLACK_DEG
        and south >= box[1] - _SLACK_DEG
        and east <= box[2] + _SLACK_DEG
        and north <= box[3] + _SLACK_DEG
    )


def swapped(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes with x and y the other way round."""
    flipped = shapely.transform(shapely.force_2d(shapes.values), lambda points: points[:, ::-1])
    return gpd.GeoSeries(flipped, index=shapes.index, crs=shapes.crs)


def from_datum(frame: gpd.GeoDataFrame, datum: str, *, where: object = "") -> gpd.GeoDataFrame:
    """Return a frame of shifted longitudes and latitudes put back to WGS 84.

    Raises
    ------
    TableError
        When the datum is not known, or the frame's coordinates are not degrees.
    """
    back = datums.to_wgs84(datum, where=where)
    if back is datums.TO_WGS84["wgs84"]:
        return frame
    if datums.known(datum) == "bd09" and frame.crs is not None and frame.crs.equals(CRS(datums.BAIDU_METRES)):
        frame = frame.to_crs(frame.crs.geodetic_crs or LONLAT)
    if frame.crs is None or not frame.crs.is_geographic:
        raise TableError(
            "the datum {datum} is of longitudes and latitudes, not of {crs}",
            where=where,
            mend="leave --datum out, or say whose it is, as in --datum people={datum}",
            datum=datum,
            crs=frame.crs.name if frame.crs else Phrase("unknown coordinates"),
        )
    moved = shapely.transform(
        shapely.force_2d(frame.geometry.values), lambda points: np.column_stack(back(points[:, 0], points[:, 1]))
    )
    return frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=4326))
