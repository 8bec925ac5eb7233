"""How each format that other programs read is written, from one table."""

from __future__ import annotations

import glob
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from gridkit import atomic
from gridkit.atomic import GEOPACKAGE
from gridkit.crs import LONLAT, require_crs
from gridkit.errors import OutputError, UsageError
from gridkit.language.phrases import Phrase
from gridkit.render.colour import TINTS, tints
from gridkit.store import qgis, sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from gridkit.plan.plan import Parameters

    Floats = NDArray[np.float64]

SHAPEFILE_NAME = 10
"""A Shapefile's column names have at most this many bytes."""
DEGREES, METRES = (7, 9, 11, 13, 15), (2, 4, 6, 9)
"""Digits after the point that are offered in turn: from a centimetre to what a double holds."""
MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that every member of an archive bears."""
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx")
"""Endings of the files that a Shapefile consists of."""


@dataclass(frozen=True)
class Sheet:
    """What is written: the table, in degrees where the format wants them, and how it is called."""

    table: pd.DataFrame
    name: str
    title: str
    neighbours: tuple[tuple[int, int], ...] = ()
    parameters: Parameters | None = None

    @property
    def shapes(self) -> gpd.GeoDataFrame:
        """The table, which must have shapes: only spreadsheets do without."""
        if isinstance(self.table, gpd.GeoDataFrame):
            return self.table
        raise UsageError(
            "{table} is a table without shapes", mend="write it as .csv, .xlsx or .parquet", table=self.name
        )


# ------------------------------------------------------------------ formats
def _geojson(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = _plain(sheet.shapes).to_crs(LONLAT)
    with atomic.replacing(path, overwrite=overwrite) as file:
        # RFC 7946: degrees, outer rings against the clock.
        table.to_file(
            file, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=digits_of(table, DEGREES), RFC7946="YES"
        )
        _whole(file, table)


def _sequence(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = _plain(sheet.shapes).to_crs(LONLAT)
    with atomic.replacing(path, overwrite=overwrite) as file:
        table.to_file(file, driver="GeoJSONSeq", engine="pyogrio", COORDINATE_PRECISION=digits_of(table, DEGREES))
        _whole(file, table)


def _flatgeobuf(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        _plain(sheet.shapes).to_file(file, driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="YES")
        _whole(file, sheet.shapes)


def digits_of(table: gpd.GeoDataFrame, offered: tuple[int, ...]) -> int:
    """Return the fewest digits after the point that leave areas side by side without a gap or an overlap."""
    shapes = table.geometry.to_numpy()
    if not set(table.geom_type) <= {"Polygon", "MultiPolygon"}:
        return offered[1]
    if not shapely.coverage_is_valid(shapes):
        return offered[-1]

    def kept(digits: int) -> bool:
        rounded = shapely.transform(shapes, lambda xy: np.round(xy, digits))
        return bool(shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded))

    return next((digits for digits in offered if kept(digits)), offered[-1])


def _geopackage(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        _plain(sheet.shapes).to_file(file, layer=sheet.name, engine="pyogrio", **GEOPACKAGE)
        if sheet.parameters is not None:
            with closing(sqlite3.connect(file)) as connection, connection:
                qgis.put_styles(connection, [sheet.name], sheet.parameters)
        _whole(file, sheet.shapes, layer=sheet.name)


def _shapefile(sheet: Sheet, path: Path, overwrite: bool, renamed: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write a folder of that name with every part in it: several files cannot be put in place at once, a folder can.

    GDAL, and so QGIS, opens the folder like the file. Parts that stood beside an older .shp go with it.
    """
    table = _shortened(_plain(sheet.shapes), renamed)
    beside = [part for part in path.parent.glob(f"{glob.escape(path.stem)}.*") if part.suffix.lower() in PARTS]
    old = [part for part in beside if part != path] if path.is_file() else []
    with atomic.replacing(path, overwrite=overwrite) as folder:
        folder.mkdir()
        _parts(table, folder / f"{path.stem}.shp", renamed)
    for part in old:
        part.unlink(missing_ok=True)


def _parts(table: gpd.GeoDataFrame, file: Path, renamed: Mapping[str, str]) -> None:
    """Write the parts of a Shapefile, and beside them which of its short names stands for which column."""
    # A Shapefile knows days, and no time of day.
    written = table.copy()
    for name in _columns(table):
        if pd.api.types.is_datetime64_any_dtype(table[name]):
            written[name] = [None if pd.isna(each) else each.isoformat() for each in table[name]]
    written.to_file(file, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
    file.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
    fields = _columns(table)
    columns = [renamed.get(name, name) for name in fields]
    named = pd.DataFrame({"field": fields, "column": columns, "type": [str(table[name].dtype) for name in fields]})
    named.to_csv(file.with_suffix(".fields.txt"), sep="\t", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    _whole(file, table)


def _whole(file: Path, table: gpd.GeoDataFrame, *, layer: str | None = None) -> None:
    """Read back what a driver wrote: some are silent when the disk fills while they close a file."""
    try:
        back = pyogrio.read_dataframe(file, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError):
        back = table.iloc[:0]
    points = shapely.get_num_coordinates(back.geometry.to_numpy()).sum()
    wanted = shapely.get_num_coordinates(table.geometry.to_numpy()).sum()
    # Empty text comes back as none from a Shapefile, so full columns are told by their keys alone.
    keys = back.iloc[:, 0].notna().all() if len(back) else True
    if len(back) != len(table) or points != wanted or not keys:
        raise OutputError(
            "cannot be written: {why}", where=file.name, mend="check the free space", why=Phrase("incomplete")
        )


def _zipped(sheet: Sheet, path: Path, overwrite: bool, renamed: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = _shortened(_plain(sheet.shapes), renamed)
    with atomic.replacing(path, overwrite=overwrite) as file:
        stem = file.name[: -len(".shp.zip")]
        folder = file.parent / "parts"
        folder.mkdir()
        _parts(table, folder / f"{stem}.shp", renamed)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.iterdir()):
                # A fixed time keeps equal grids equal bytes.
                archive.writestr(zipfile.ZipInfo(part.name, MOMENT), part.read_bytes(), zipfile.ZIP_DEFLATED)
        file.write_bytes(buffer.getvalue())


def _csv(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    sheets.write(_spread(sheet), path, overwrite=overwrite)


def _xlsx(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = sheet.table
    plain = pd.DataFrame(table.drop(columns=table.geometry.name)) if isinstance(table, gpd.GeoDataFrame) else table
    sheets.write(plain, path, overwrite=overwrite)


def _spread(sheet: Sheet) -> pd.DataFrame:
    """Return a table whose shapes stand in a column of text, with the CRS they are in beside them."""
    if not isinstance(sheet.table, gpd.GeoDataFrame):
        return sheet.table
    table = _plain(sheet.table)
    shapes = shapely.to_wkt(table.geometry.to_numpy(), rounding_precision=digits_of(table, METRES))
    return pd.DataFrame(table.drop(columns=table.geometry.name)).assign(wkt=shapes, crs=_authority(table))


def _authority(table: gpd.GeoDataFrame) -> str:
    """Return how a CRS is called in one cell: by authority and code, else as PROJ writes it."""
    crs = require_crs(table)
    code = crs.to_authority()
    return ":".join(code) if code else str(crs.to_wkt()).replace("\n", " ")


def _parquet(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        if isinstance(sheet.table, gpd.GeoDataFrame):
            sheet.table.to_parquet(file, index=False, write_covering_bbox=True)
        else:
            sheet.table.to_parquet(file, index=False)


def _kml(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write KML with a style per tint and all columns as extended data; drivers of KML differ, this is plain text."""
    table = _plain(sheet.shapes).to_crs(LONLAT)
    key = str(table.columns[0])
    tint = _tint(sheet)
    columns = _columns(table)
    digits, shape = digits_of(table, DEGREES), str(table.geometry.name)
    styles = "".join(
        f'<Style id="t{at}"><LineStyle><color>ff4f4233</color><width>2</width></LineStyle>'
        f"<PolyStyle><color>99{colour[5:7]}{colour[3:5]}{colour[1:3]}</color></PolyStyle></Style>\n"
        for at, colour in enumerate(TINTS)
    )
    with atomic.replacing(path, overwrite=overwrite) as file, file.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        out.write(f"<name>{escape(_printable(sheet.title))}</name>\n{styles}")
        for at, row in enumerate(table.itertuples(index=False)):
            values: dict[str, Any] = dict(zip(map(str, table.columns), row, strict=True))
            data = "".join(
                f"<Data name={quoteattr(_printable(column))}><value>{escape(_printable(values[column]))}</value></Data>"
                for column in columns
                if not pd.isna(values[column])
            )
            out.write(
                f"<Placemark><name>{escape(_printable(values[key]))}</name><styleUrl>#t{tint[at]}</styleUrl>"
                f"<ExtendedData>{data}</ExtendedData>{_kml_shape(values[shape], digits)}</Placemark>\n"
            )
        out.write("</Document></kml>\n")


def _kml_shape(shape: Any, digits: int) -> str:  # noqa: ANN401 - any geometry
    def places(line: Any) -> str:  # noqa: ANN401 - a line or ring
        xy = shapely.get_coordinates(line)
        return "<coordinates>" + " ".join(f"{x:.{digits}f},{y:.{digits}f}" for x, y in xy) + "</coordinates>"

    def one(part: Any) -> str:  # noqa: ANN401 - a polygon, line or point
        if part.geom_type == "Polygon":
            rings = [("outer", part.exterior), *(("inner", hole) for hole in part.interiors)]
            edges = (f"<{at}BoundaryIs><LinearRing>{places(ring)}</LinearRing></{at}BoundaryIs>" for at, ring in rings)
            return f"<Polygon>{''.join(edges)}</Polygon>"
        return f"<{part.geom_type}>{places(part)}</{part.geom_type}>"

    return f"<MultiGeometry>{''.join(map(one, shapely.get_parts(shape)))}</MultiGeometry>"


def _gpx(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write GPX 1.1: points as way points, lines as tracks, in the order of the table; other shapes are refused."""
    table = _plain(sheet.shapes).to_crs(LONLAT)
    key, shape = str(table.columns[0]), str(table.geometry.name)
    kinds = set(shapely.get_dimensions(table.geometry.to_numpy()).tolist())
    if 2 in kinds:  # noqa: PLR2004 - areas
        raise UsageError("GPX holds points and lines, and no areas", where=path, mend="use .geojson or .kml")
    columns = _columns(table)
    with atomic.replacing(path, overwrite=overwrite) as file, file.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<gpx version="1.1" creator="gridkit" xmlns="http://www.topografix.com/GPX/1/1">\n')
        out.write(f"<metadata><name>{escape(_printable(sheet.title))}</name></metadata>\n")
        rows = [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False)]
        for dimension in (0, 1):  # way points stand before tracks
            for values in rows:
                if shapely.get_dimensions(values[shape]) == dimension:
                    said = (f"{each}: {_printable(values[each])}" for each in columns if not pd.isna(values[each]))
                    about = f"<name>{escape(_printable(values[key]))}</name><desc>{escape('; '.join(said))}</desc>"
                    out.write(_gpx_shape(values[shape], about))
        out.write("</gpx>\n")


def _gpx_shape(shape: Any, about: str) -> str:  # noqa: ANN401 - any geometry
    def at(tag: str, point: Floats, inner: str = "") -> str:
        return f'<{tag} lat="{point[1]:.7f}" lon="{point[0]:.7f}">{inner}</{tag}>'

    parts = shapely.get_parts(shape)
    if shapely.get_dimensions(shape) == 0:
        return "".join(at("wpt", point, about) + "\n" for point in shapely.get_coordinates(shape))
    runs = "".join(
        f"<trkseg>{''.join(at('trkpt', point) for point in shapely.get_coordinates(part))}</trkseg>" for part in parts
    )
    return f"<trk>{about}{runs}</trk>\n"


def _svg(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write a drawing of 1,000 units width: each shape with its title, grids with a label, neighbours told apart."""
    table = sheet.shapes
    west, south, east, north = table.total_bounds
    scale = 1000 / ((east - west) or (north - south) or 1.0)  # lines may go straight north, and points be one
    tint = _tint(sheet)
    key = str(table.columns[0])

    def moved(points: Floats) -> Floats:
        return np.column_stack([(points[:, 0] - west) * scale, (north - points[:, 1]) * scale])

    with atomic.replacing(path, overwrite=overwrite) as file, file.open("w", encoding="utf-8", newline="\n") as out:
        high = (north - south) * scale
        out.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {high:.2f}" font-family="sans-serif">\n')
        out.write(f"<title>{escape(_printable(sheet.title))}</title>\n")
        for at, (code, shape) in enumerate(zip(table[key], table.geometry, strict=True)):
            out.write(f"<g><title>{escape(_printable(code))}</title>{_svg_shape(shape, moved, TINTS[tint[at]])}")
            if sheet.name == "grids":
                x, y = moved(shapely.get_coordinates(shapely.point_on_surface(shape)))[0]
                out.write(
                    f'<text x="{x:.1f}" y="{y:.1f}" font-size="9" '
                    f'text-anchor="middle" fill="#1d2a35">{escape(_printable(code)[-6:])}</text>'
                )
            out.write("</g>\n")
        out.write("</svg>\n")


def _svg_shape(shape: Any, moved: Callable[[Floats], Floats], colour: str) -> str:  # noqa: ANN401 - any geometry
    """Return the path of an area or a line, or the circles of points."""

    def path(line: Any, end: str) -> str:  # noqa: ANN401 - a line or ring
        points = moved(shapely.get_coordinates(line))
        return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in (points[:-1] if end else points)) + end

    parts = shapely.get_parts(shape)
    dimension = int(shapely.get_dimensions(shape))
    if dimension == 0:
        spots = moved(shapely.get_coordinates(parts))
        return "".join(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="3" fill="{colour}" stroke="#33424f"/>' for x, y in spots)
    if dimension == 1:
        lines = "".join(path(part, "") for part in parts)
        return f'<path d="{lines}" fill="none" stroke="#33424f" stroke-width="1.2"/>'
    rings = "".join(path(ring, "Z") for ring in shapely.get_rings(parts))
    return f'<path d="{rings}" fill="{colour}" fill-rule="evenodd" stroke="#33424f" stroke-width="1.2"/>'


FORMATS: dict[str, Callable[[Sheet, Path, bool, dict[str, str]], None]] = {
    ".geojson": _geojson,
    ".geojsonl": _sequence,
    ".fgb": _flatgeobuf,
    ".gpkg": _geopackage,
    ".shp": _shapefile,
    ".shp.zip": _zipped,
    ".kml": _kml,
    ".gpx": _gpx,
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".parquet": _parquet,
    ".svg": _svg,
}
"""How each ending is written."""


# ------------------------------------------------------------------ columns
def _plain(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table with text that any file can hold, and numbers that are not finite as missing."""
    out = table.copy()
    for column in _columns(out):
        if pd.api.types.is_float_dtype(out[column]):
            out[column] = out[column].where(np.isfinite(out[column].fillna(0)))
        elif not pd.api.types.is_numeric_dtype(out[column]) and not pd.api.types.is_datetime64_any_dtype(out[column]):
            texts = [None if pd.isna(value) else _printable(value) for value in out[column]]
            out[column] = pd.Series(texts, index=out.index, dtype=object)
    return out


def _shortened(table: gpd.GeoDataFrame, renamed: dict[str, str]) -> gpd.GeoDataFrame:
    """Return the table with names of at most ten letters, all different, and say which were changed."""
    names: dict[str, str] = {}
    for column in _columns(table):
        plain = re.sub(r"[^A-Za-z0-9_]", "_", str(column))
        short, turn = plain[:SHAPEFILE_NAME], 1
        while short.casefold() in {each.casefold() for each in names.values()}:
            end = f"_{turn}"
            short, turn = plain[: SHAPEFILE_NAME - len(end)] + end, turn + 1
        names[column] = short
        if short != column:
            renamed[short] = str(column)
    return table.rename(columns=names)


def _columns(table: gpd.GeoDataFrame) -> list[str]:
    return [str(column) for column in table if column != table.geometry.name]


def _printable(value: object) -> str:
    return sheets.CONTROL.sub(" ", str(value))


def _tint(sheet: Sheet) -> list[int]:
    return [each % len(TINTS) for each in tints(len(sheet.table), sheet.neighbours)]
