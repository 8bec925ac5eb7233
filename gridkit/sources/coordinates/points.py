"""Rows of a table put on the map by the coordinates in them: longitude and latitude, x and y, WKT, pairs in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT, named
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.coordinates import checks, control_points, guesses, scaled, written
from gridkit.sources.files import kind as files
from gridkit.sources.files import vectors
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import names, quantities
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from pyproj import CRS

_FORMS = {"wkt": "WKT", "wkb": "WKB", "geojson": "GeoJSON", "pair": "pairs"}
_MOSTLY = 0.5


def read(
    source: vectors.Source,
    columns: Mapping[str, Sequence[str] | str] | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    district: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return the rows of any file as places: a table with coordinates in it, or a vector file.

    Rows without coordinates are kept, with no geometry. Notes are in ``frame.attrs["notes"]``.

    Parameters
    ----------
    source
        A path, ``FILE:SHEET``, ``FILE:LAYER`` or a GeoDataFrame.
    columns
        Names for ``lon``, ``lat``, ``x``, ``y``, ``wkt`` or ``pair``, tried before the usual ones.
    district
        Where the points should lie: it tells the order of pairs that leave it open.
    """
    if isinstance(source, gpd.GeoDataFrame):
        frame = vectors.read(source, crs=reading.crs, datum=reading.datum, swap_xy=reading.swap_xy)
        return quantities.styled(frame, reading)
    spec = vectors.parse(source)
    layer = spec.layer or spec.column
    place = vectors.place_of(spec.path, layer, shaped=False)
    if not place.shaped:
        table = tables.read(place.file, sheet=place.layer, reading=reading)
        return from_table(table, columns, reading=reading, district=district, where=spec.path)
    frame = vectors.read(
        spec.path, layer=layer, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=reading.swap_xy
    )
    return quantities.styled(frame, reading)


def shapes(
    source: vectors.Source | vectors.Spec,
    *,
    reading: Reading = AS_IT_SAYS,
    layer: str | None = None,
    swap_xy: bool | Literal["needed"] = False,
) -> gpd.GeoDataFrame:
    """Return the rows of a vector file, or of a table with shapes in its cells, as places.

    Parameters
    ----------
    source
        A path, ``FILE:LAYER``, a spec, of a file in an archive too, or a GeoDataFrame.
    layer
        Its name, where the file has several.
    swap_xy
        As :func:`gridkit.sources.files.vectors.read` takes it.
    """
    if not isinstance(source, gpd.GeoDataFrame):
        source = source if isinstance(source, vectors.Spec) else vectors.parse(source)
        place = vectors.place_of(source.path, layer or source.layer, shaped=False)
        if not place.shaped and place.kind in (*files.TABLE_KINDS, "parquet", "arrow"):
            frame = tables.read(place.file, sheet=place.layer, reading=reading)
            return from_table(frame, reading=reading, where=source.path)
    shaped = vectors.read(
        source, layer=layer, crs=reading.crs, encoding=reading.encoding, datum=reading.datum, swap_xy=swap_xy
    )
    return quantities.styled(shaped, reading)


def from_table(
    frame: pd.DataFrame,
    columns: Mapping[str, Sequence[str] | str] | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    district: gpd.GeoDataFrame | None = None,
    where: object = "",
) -> gpd.GeoDataFrame:
    """Return the rows of a table as places, in WGS 84 or the CRS of ``reading``; no geometry where coordinates lack.

    Raises
    ------
    TableError
        When no columns of coordinates are found, a cell in them is no number, or they cannot be what is said of them.
    """
    names.require(frame, [name for role, name in reading.columns.items() if role in names.COORDINATES], where)
    found = _found(frame, {**(columns or {}), **reading.columns})
    shapes, used, crs = _shapes(frame, found, reading, district, where)
    missing = int((shapely.is_missing(shapes) | shapely.is_empty(shapes)).sum())
    shapes[shapely.is_empty(shapes)] = None
    geometry = gpd.GeoSeries(shapes, index=frame.index)
    crs = crs or _crs(
        geometry, reading, degrees=used[0].startswith(("longitude", "pairs")), where=where, district=district
    )
    rest = frame.drop(columns=[name for name in found.values() if name in frame and name != found.get("address")])
    placed = gpd.GeoDataFrame(rest, geometry=geometry, crs=crs)
    datum = reading.datum
    if datum is None and "lon" in found and (datum := names.datum_of(found["lon"])) is not None:
        used.append(Phrase("{name} says its datum: {datum}", name=found["lon"], datum=datum))
    placed, more = checks.taken(placed, crs=reading.crs, datum=datum, swap_xy=reading.swap_xy, where=str(where))
    notes = [*frame.attrs.get("notes", []), *used, *more]
    if missing:
        notes.append(
            Phrase(
                "{missing} of {rows} rows has no coordinates",
                "",
                "{missing} of {rows} rows have no coordinates",
                missing=missing,
                rows=len(frame),
            )
        )
    placed.attrs = {**frame.attrs, "notes": notes, "datum": datum}
    return placed


def located(frame: pd.DataFrame, reading: Reading = AS_IT_SAYS) -> bool:
    """Return whether a table has columns of coordinates, whatever stands in them."""
    found = set(_found(frame, reading.columns))
    return bool(found & {"wkt", "wkb", "geojson", "pair"}) or {"lon", "lat"} <= found or {"x", "y"} <= found


def _found(frame: pd.DataFrame, columns: Mapping[str, Sequence[str] | str]) -> dict[str, str]:
    """Return which column plays which part: those asked for, then those with a usual name, then shapes by sight."""
    found = {}
    for role, usual in names.COORDINATES.items():
        asked = columns.get(role, ())
        name = names.column_for(frame, asked) or names.column_for(frame, usual)
        if name is not None:
            found[role] = name
    for role in ("wkt", "pair"):
        # Columns called geom or location may hold WKT, WKB, GeoJSON or pairs, or none of them.
        form = written.form(frame[found[role]]) if role in found else None
        name = found.pop(role, None)
        if name is not None and form is not None:
            found.setdefault(form, name)
    whole = {"wkt", "wkb", "geojson", "pair"} & set(found)
    if not whole and not {"lon", "lat"} <= set(found) and not {"x", "y"} <= set(found):
        found |= names.twins(frame)
    if not whole and not {"lon", "lat"} <= set(found) and not {"x", "y"} <= set(found):
        seen = ((written.form(frame[name]), str(name)) for name in frame.columns)
        form, name = next(((form, name) for form, name in seen if form is not None), (None, ""))
        if form is not None:
            found[form] = name
    return found


def _shapes(
    frame: pd.DataFrame,
    found: Mapping[str, str],
    reading: Reading,
    district: gpd.GeoDataFrame | None,
    where: object,
) -> tuple[NDArray[np.object_], list[str], CRS | None]:
    """Return the shape of each row, what they are made of, and the CRS where the cells name one."""
    for form in ("wkt", "wkb", "geojson"):
        if form in found:
            shapes, crs = written.shapes(frame[found[form]], form, where)
            said = Phrase("{form} in {name}", form=_FORMS[form], name=found[form])
            return shapes, [said], named(crs) if crs else LONLAT if form == "geojson" else None
    if {"lon", "lat"} <= set(found):
        lon, lat = (written.degrees(frame[found[role]], where=where) for role in ("lon", "lat"))
        said = Phrase("longitude in {lon}, latitude in {lat}", lon=found["lon"], lat=found["lat"])
        notes = lon.attrs.get("notes", []) + lat.attrs.get("notes", [])
        east, north = lon.to_numpy(), lat.to_numpy()
        if reading.degrees is not None:
            east, north = (scaled.degrees(values, reading.degrees) for values in (east, north))
            notes = [*notes, Phrase("they are {form}", form=scaled.FORMS[reading.degrees])]
        elif not _in_metres(reading):
            scaled.require_degrees(east, north, district, where)
        return _points(east, north), [said, *notes], None
    if "pair" in found:
        both, north_first = written.pairs(frame[found["pair"]], where=where)
        if north_first is None:
            north_first = _nearer(both, district)
        how = "pairs in {pair}, latitude first" if north_first else "pairs in {pair}"
        both = both[:, ::-1] if north_first else both
        return _points(both[:, 0], both[:, 1]), [Phrase(how, pair=found["pair"])], None
    if {"x", "y"} <= set(found):
        x, y = (quantities.read(frame[found[role]], where=where) for role in ("x", "y"))
        said = Phrase("x in {x}, y in {y}", x=found["x"], y=found["y"])
        return _points(x.to_numpy(), y.to_numpy()), [said, *x.attrs["notes"], *y.attrs["notes"]], None
    raise TableError(
        "there are no coordinates among its columns: {names}",
        where=where,
        mend="call them lon and lat (经度, 纬度), x and y, or WKT",
        names=listed(frame.columns),
    )


def _in_metres(reading: Reading) -> bool:
    """Return whether the user named a system in metres, or control points of one."""
    return reading.crs is not None and (control_points.is_table(reading.crs) or not named(reading.crs).is_geographic)


def _nearer(both: NDArray[np.float64], district: gpd.GeoDataFrame | None) -> bool:
    """Return whether more pairs fall into the district's box with the latitude first."""
    if district is None:
        return False
    west, south, east, north = district.to_crs(LONLAT).total_bounds

    def within(x: NDArray[np.float64], y: NDArray[np.float64]) -> int:
        return int(((x >= west) & (x <= east) & (y >= south) & (y <= north)).sum())

    return within(both[:, 1], both[:, 0]) > within(both[:, 0], both[:, 1])


def _points(east: NDArray[np.float64], north: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return points; None where a number is missing, or both are 0, which is what machines write for nothing."""
    there = np.isfinite(east) & np.isfinite(north) & ~((east == 0) & (north == 0))
    shapes = np.full(len(east), None, dtype=object)
    shapes[there] = shapely.points(east[there], north[there])
    return shapes


def _crs(
    geometry: gpd.GeoSeries, reading: Reading, *, degrees: bool, where: object, district: gpd.GeoDataFrame | None
) -> CRS | None:
    """Return the CRS of coordinates, or None where a table of control points says it."""
    if control_points.is_table(reading.crs):
        return None
    if degrees:
        asked = named(reading.crs) if reading.crs else None
        metres = (
            asked is not None and not asked.is_geographic and not checks.within(geometry.total_bounds, checks.ROUND)
        )
        return asked if asked is not None and (asked.is_geographic or metres) else LONLAT
    if reading.crs is not None:
        return named(reading.crs)
    bounds = geometry.total_bounds
    looks = checks.looks_like(bounds)
    if looks.startswith("degrees (") or not np.isfinite(bounds).all():
        return LONLAT
    if district is not None:
        _hint(geometry, district, where)
    raise TableError(
        "x and y name no coordinate reference system",
        where=where,
        mend="name it with --crs; the bounds {bounds} look like {looks}",
        bounds=", ".join(f"{value:.7g}" for value in bounds),
        looks=looks,
    )


def _hint(geometry: gpd.GeoSeries, district: gpd.GeoDataFrame, where: object) -> None:
    """Raise with the system in which most points lie in the district, where there is one."""
    table = guesses.shares(shapely.get_coordinates(geometry.to_numpy()), district)
    if table["inside"].iloc[0] > _MOSTLY:
        raise TableError(
            "x and y name no coordinate reference system",
            where=where,
            mend="as {system}, {share:.0%} of the points lie in the district: if that is what they are, say {option}",
            share=table["inside"].iloc[0],
            system=str(table.index[0]),
            option=guesses.option(table.iloc[0], AS_IT_SAYS),
        )
