"""Rows of a table put on the map by the coordinates in them: longitude and latitude, x and y, WKT, pairs in a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT, named
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.coordinates import checks, control_points
from gridkit.sources.files import kind, vectors
from gridkit.sources.tables import cells, names
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from pyproj import CRS

_PAIR = re.compile(r"[\[(（]?\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*[\])）]?")


@dataclass(frozen=True)
class Reading:
    """How the text and the coordinates of a file are to be taken, where the file does not say.

    Attributes
    ----------
    crs
        The CRS of coordinates that name none, or a table of control points (``coordinates.control_points``) that ties a
        local system; longitudes and latitudes are WGS 84 by themselves.
    datum
        ``wgs84``, ``gcj02`` or ``bd09``: what longitudes and latitudes are in.
    encoding
        Of text; found when None.
    swap_xy
        North (or latitude) stands first, as in Chinese survey coordinates.
    """

    crs: str | None = None
    datum: str | None = None
    encoding: str | None = None
    swap_xy: bool = False


AS_IT_SAYS = Reading()


def read(
    source: vectors.Source, columns: Mapping[str, Sequence[str] | str] | None = None, *, reading: Reading = AS_IT_SAYS
) -> gpd.GeoDataFrame:
    """Return the rows of any file as places: a table with coordinates in it, or a vector file.

    Rows without coordinates are kept, with no geometry. Notes are in ``frame.attrs["notes"]``.

    Parameters
    ----------
    source
        A path, ``FILE:SHEET``, ``FILE:LAYER`` or a GeoDataFrame.
    columns
        Names for ``lon``, ``lat``, ``x``, ``y``, ``wkt`` or ``pair``, tried before the usual ones.
    """
    if isinstance(source, gpd.GeoDataFrame):
        return vectors.read(source, crs=reading.crs, datum=reading.datum, swap_xy=reading.swap_xy)
    spec = vectors.parse(source)
    layer = spec.layer or spec.column
    if kind.kind(spec.path) in ("text", "workbook") or (
        kind.kind(spec.path) == "parquet" and not vectors.is_geo(spec.path)
    ):
        frame = tables.read(spec.path, sheet=layer, encoding=reading.encoding)
        return from_table(frame, columns, reading=reading, where=spec.path)
    return vectors.read(
        spec.path, layer=layer, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=reading.swap_xy
    )


def from_table(
    frame: pd.DataFrame,
    columns: Mapping[str, Sequence[str] | str] | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    where: object = "",
) -> gpd.GeoDataFrame:
    """Return the rows of a table as places, in WGS 84 or the CRS of ``reading``; no geometry where coordinates lack.

    Raises
    ------
    TableError
        When no columns of coordinates are found, a cell in them is no number, or they cannot be what is said of them.
    """
    found = _found(frame, columns or {})
    if "wkt" in found:
        shapes = _from_wkt(frame[found["wkt"]], where)
        used = "WKT in {wkt}"
    elif "lon" in found and "lat" in found:
        shapes = _from_numbers(frame, found["lon"], found["lat"], where)
        used = "longitude in {lon}, latitude in {lat}"
    elif "pair" in found:
        shapes = _from_pairs(frame[found["pair"]], where)
        used = "pairs in {pair}"
    elif "x" in found and "y" in found:
        shapes = _from_numbers(frame, found["x"], found["y"], where)
        used = "x in {x}, y in {y}"
    else:
        raise TableError(
            "there are no coordinates among its columns: {names}",
            where=where,
            mend="call them lon and lat (经度, 纬度), x and y, or WKT",
            names=listed(frame.columns),
        )
    missing = int((shapely.is_missing(shapes) | shapely.is_empty(shapes)).sum())
    shapes[shapely.is_empty(shapes)] = None
    geometry = gpd.GeoSeries(shapes, index=frame.index)
    crs = _crs(geometry, reading, degrees="lon" in used or "pair" in used, where=where)
    rest = frame.drop(columns=[name for name in found.values() if name in frame and name != found.get("address")])
    placed = gpd.GeoDataFrame(rest, geometry=geometry, crs=crs)
    placed, more = checks.taken(placed, crs=reading.crs, datum=reading.datum, swap_xy=reading.swap_xy, where=str(where))
    notes = [*frame.attrs.get("notes", []), Phrase(used, **found), *more]
    if missing:
        notes.append(Phrase("{missing} of {count} rows have no coordinates", missing=missing, count=len(frame)))
    placed.attrs["notes"] = notes
    return placed


def _found(frame: pd.DataFrame, columns: Mapping[str, Sequence[str] | str]) -> dict[str, str]:
    """Return which column plays which part: those asked for, then those with a usual name, then WKT by sight."""
    found = {}
    for role, usual in names.COORDINATES.items():
        asked = columns.get(role, ())
        name = names.column_for(frame, asked) or names.column_for(frame, usual)
        if name is not None:
            found[role] = name
    if "wkt" in found and not _looks_wkt(frame[found["wkt"]]):
        del found["wkt"]
    if not {"wkt", "pair"} & set(found) and not {"lon", "lat"} <= set(found) and not {"x", "y"} <= set(found):
        seen = next((str(name) for name in frame.columns if _looks_wkt(frame[name])), None)
        if seen is not None:
            found["wkt"] = seen
    return found


def _looks_wkt(values: pd.Series) -> bool:
    filled = values.dropna()
    first = next((str(cell) for cell in filled if not cells.blank(str(cell))), "")
    return bool(re.match(r"(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|POLYGON|LINESTRING)\b", first, re.IGNORECASE))


def _from_wkt(values: pd.Series, where: object) -> NDArray[np.object_]:
    texts = values.where(values.notna(), None).to_numpy(dtype=object)
    texts = np.array(
        [None if text is None or cells.blank(str(text)) else re.sub(r"^SRID=\d+;", "", str(text)) for text in texts]
    )
    shapes = shapely.from_wkt(texts, on_invalid="ignore")
    wrong = shapely.is_missing(shapes) & np.array([text is not None for text in texts])
    if wrong.any():
        raise TableError(
            "column {column!r} holds what is no WKT, in rows {rows}",
            where=where,
            mend="mend or empty these cells",
            column=str(values.name),
            rows=values.index[wrong][:5].tolist(),
        )
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _from_numbers(frame: pd.DataFrame, x: str, y: str, where: object) -> NDArray[np.object_]:
    east, north = (cells.numbers(frame[name], where=where).to_numpy() for name in (x, y))
    return _points(east, north)


def _from_pairs(values: pd.Series, where: object) -> NDArray[np.object_]:
    parts = [_PAIR.fullmatch(cells.plain(str(cell))) if cell is not None else None for cell in values]
    blank = np.array([cell is None or cells.blank(str(cell)) for cell in values])
    wrong = np.array([part is None for part in parts]) & ~blank
    if wrong.any():
        raise TableError(
            "column {column!r} holds what is no pair of coordinates, in rows {rows}",
            where=where,
            mend="write them as 120.123,32.456",
            column=str(values.name),
            rows=values.index[wrong][:5].tolist(),
        )
    pairs = np.array([(float(part[1]), float(part[2])) if part else (np.nan, np.nan) for part in parts])
    return _points(pairs[:, 0], pairs[:, 1])


def _points(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return points; None where a number is missing, or both are 0, which is what machines write for nothing."""
    there = np.isfinite(east) & np.isfinite(north) & ~((east == 0) & (north == 0))
    shapes = np.full(len(east), None, dtype=object)
    shapes[there] = shapely.points(east[there], north[there])
    return shapes


def _crs(geometry: gpd.GeoSeries, reading: Reading, *, degrees: bool, where: object) -> CRS | None:
    """Return the CRS of coordinates, or None where a table of control points says it."""
    if control_points.is_table(reading.crs):
        return None
    if degrees:
        asked = named(reading.crs) if reading.crs else None
        return asked if asked is not None and asked.is_geographic else LONLAT
    if reading.crs is not None:
        return named(reading.crs)
    bounds = geometry.total_bounds
    looks = checks.looks_like(bounds)
    if looks.startswith("degrees (") or not np.isfinite(bounds).all():
        return LONLAT
    raise TableError(
        "x and y name no coordinate reference system",
        where=where,
        mend="name it with --crs; the bounds {bounds} look like {looks}",
        bounds=", ".join(f"{value:.7g}" for value in bounds),
        looks=looks,
    )
