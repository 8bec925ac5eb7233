"""A plan handed to other programs: GeoJSON, GeoPackage, Shapefile, KML, CSV, GeoParquet and SVG."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd
import shapely

from gridkit import atomic
from gridkit.crs import LONLAT
from gridkit.errors import UsageError
from gridkit.render.colour import TINTS, tints
from gridkit.render.papers.workbook import CONTROL

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from gridkit.plan.plan import Plan

TABLES = ("grids", "units")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell of text must not begin with, or a spreadsheet computes it."""
SHAPEFILE_NAME = 10
"""A Shapefile's column names have at most this many bytes."""


@dataclass(frozen=True)
class Sheet:
    """What is written: the table, in degrees where the format wants them, and how it is called."""

    table: gpd.GeoDataFrame
    name: str
    title: str
    neighbours: tuple[tuple[int, int], ...] = ()


def export(plan: Plan, path: Path | str, *, table: str = "grids", overwrite: bool = True) -> dict[str, str]:
    """Write the grids or units of a plan in the format of the file's ending, whole or not at all.

    Parameters
    ----------
    path
        ``.geojson``, ``.gpkg``, ``.shp`` (with its .dbf in UTF-8 and a .cpg that says so), ``.shp.zip``, ``.kml``,
        ``.csv`` (UTF-8 with a mark that spreadsheets know, shapes as WKT, text never a formula), ``.parquet``
        (GeoParquet) or ``.svg``.
    table
        ``grids`` (with the measures of all layers) or ``units``.

    Returns
    -------
    dict
        Columns that had to be renamed for the format, by their new names.

    Raises
    ------
    UsageError
        When no format has this ending, or there is no such table.
    OutputError
        When the file exists and ``overwrite`` is false, or cannot be written.
    """
    path = Path(path)
    ending = "".join(path.suffixes[-2:]).lower() if path.name.lower().endswith(".shp.zip") else path.suffix.lower()
    if ending not in FORMATS:
        raise UsageError(
            "no format ends in {ending!r}", where=path, mend="use one of {all}", ending=ending, all=", ".join(FORMATS)
        )
    if table not in TABLES:
        raise UsageError("there is no table {table!r}", mend="use grids or units", table=table)
    renamed: dict[str, str] = {}
    sheet = Sheet(_table(plan, table), table, plan.parameters.title or "gridkit", _neighbours(plan, table))
    FORMATS[ending](sheet, path, overwrite, renamed)
    return renamed


def _table(plan: Plan, name: str) -> gpd.GeoDataFrame:
    """Return a table with its code as a column, and for grids the measures of every layer laid on them as they are."""
    table = (plan.grids if name == "grids" else plan.units).copy()
    key = f"{table.index.name}"
    if name == "grids":
        for title, layer in plan.layers.items():
            if "grids" not in layer.tables or title in plan.stale:
                continue
            values = layer.tables["grids"].reindex(table.index)
            for column in values:
                if column not in table and not isinstance(values[column].iloc[:1].squeeze(), list | tuple | dict):
                    table[f"{title}_{column}"] = values[column]
    table.insert(0, key, table.index.astype(str))
    # A column without a single value has no type that a file could hold.
    table = table.drop(columns=[column for column in table if table[column].isna().all()])
    return table.reset_index(drop=True)


def _neighbours(plan: Plan, name: str) -> tuple[tuple[int, int], ...]:
    if name != "grids":
        return ()
    place = {grid: at for at, grid in enumerate(plan.grids.index)}
    grid = plan.units["grid_id"].astype(str).map(place)
    ends = np.column_stack([plan.borders[side].map(grid).to_numpy() for side in ("unit_id", "neighbour")]).astype(int)
    return tuple((int(a), int(b)) for a, b in np.unique(ends, axis=0) if a != b)


# ------------------------------------------------------------------ formats
def _geojson(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        # RFC 7946: degrees, outer rings against the clock, seven digits are a centimetre.
        _plain(sheet.table).to_crs(LONLAT).to_file(
            file, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=7, RFC7946="YES"
        )


def _geopackage(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        _plain(sheet.table).to_file(file, layer=sheet.name, driver="GPKG", engine="pyogrio")


def _shapefile(sheet: Sheet, path: Path, overwrite: bool, renamed: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write every part beside the .shp; the .shp is renamed last, so that a crash leaves no half of the new one."""
    atomic.refuse(path, overwrite=overwrite)
    table = _shortened(_plain(sheet.table), renamed)
    with atomic.replacing(path, overwrite=overwrite) as file:
        table.to_file(file, driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
        file.with_suffix(".cpg").write_text("UTF-8", encoding="ascii")
        for part in sorted(file.parent.glob(f"{file.stem}.*")):
            if part != file:
                shutil.move(part, path.with_name(part.name))


def _zipped(sheet: Sheet, path: Path, overwrite: bool, renamed: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = _shortened(_plain(sheet.table), renamed)
    with atomic.replacing(path, overwrite=overwrite) as file:
        stem = file.name[: -len(".shp.zip")]
        folder = file.parent / "parts"
        folder.mkdir()
        table.to_file(folder / f"{stem}.shp", driver="ESRI Shapefile", engine="pyogrio", encoding="UTF-8")
        (folder / f"{stem}.cpg").write_text("UTF-8", encoding="ascii")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(folder.iterdir()):
                archive.write(part, part.name)


def _csv(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    table = _plain(sheet.table)
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    plain = plain.assign(wkt=shapely.to_wkt(table.geometry.to_numpy(), rounding_precision=2))
    for column in plain:
        if not pd.api.types.is_numeric_dtype(plain[column]):
            plain[column] = plain[column].map(_harmless)
    with atomic.replacing(path, overwrite=overwrite) as file:
        plain.rename(columns=_harmless).to_csv(
            file, index=False, encoding="utf-8-sig", lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL
        )


def _parquet(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    with atomic.replacing(path, overwrite=overwrite) as file:
        sheet.table.to_parquet(file, index=False, write_covering_bbox=True)


def _kml(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write KML with a style per tint and all columns as extended data; drivers of KML differ, this is plain text."""
    table = _plain(sheet.table).to_crs(LONLAT)
    key = str(table.columns[0])
    tint = _tint(sheet)
    columns = _columns(table)
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
                f"<ExtendedData>{data}</ExtendedData>{_kml_shape(values[str(table.geometry.name)])}</Placemark>\n"
            )
        out.write("</Document></kml>\n")


def _kml_shape(shape: Any) -> str:  # noqa: ANN401 - a polygon or several
    def ring(line: Any, kind: str) -> str:  # noqa: ANN401 - a ring
        places = " ".join(f"{x:.7f},{y:.7f}" for x, y in shapely.get_coordinates(line))
        edge = f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"
        return f"<{kind}BoundaryIs>{edge}</{kind}BoundaryIs>"

    parts = "".join(
        f"<Polygon>{ring(part.exterior, 'outer')}{''.join(ring(hole, 'inner') for hole in part.interiors)}</Polygon>"
        for part in shapely.get_parts(shape)
    )
    return f"<MultiGeometry>{parts}</MultiGeometry>"


def _svg(sheet: Sheet, path: Path, overwrite: bool, _: dict[str, str]) -> None:  # noqa: FBT001 - one signature
    """Write a drawing of 1,000 units width: a path, a title and a label per shape, neighbours in different tints."""
    table = sheet.table
    west, south, east, north = table.total_bounds
    scale = 1000 / (east - west)
    high = (north - south) * scale
    tint = _tint(sheet)
    key = str(table.columns[0])

    def place(points: Any) -> str:  # noqa: ANN401 - an array
        moved = np.column_stack([(points[:, 0] - west) * scale, (north - points[:, 1]) * scale])
        return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in moved[:-1]) + "Z"

    with atomic.replacing(path, overwrite=overwrite) as file, file.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {high:.2f}" font-family="sans-serif">\n')
        out.write(f"<title>{escape(_printable(sheet.title))}</title>\n")
        for at, (code, shape) in enumerate(zip(table[key], table.geometry, strict=True)):
            rings = shapely.get_rings(shapely.get_parts(shape))
            line = "".join(place(shapely.get_coordinates(ring)) for ring in rings)
            x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
            out.write(
                f'<g><title>{escape(_printable(code))}</title><path d="{line}" fill="{TINTS[tint[at]]}" '
                f'fill-rule="evenodd" stroke="#33424f" stroke-width="1.2"/>'
            )
            if sheet.name == "grids":
                out.write(
                    f'<text x="{(x - west) * scale:.1f}" y="{(north - y) * scale:.1f}" font-size="9" '
                    f'text-anchor="middle" fill="#1d2a35">{escape(_printable(code)[-6:])}</text>'
                )
            out.write("</g>\n")
        out.write("</svg>\n")


FORMATS: dict[str, Callable[[Sheet, Path, bool, dict[str, str]], None]] = {
    ".geojson": _geojson,
    ".gpkg": _geopackage,
    ".shp": _shapefile,
    ".shp.zip": _zipped,
    ".kml": _kml,
    ".csv": _csv,
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


def _harmless(value: Any) -> Any:  # noqa: ANN401 - a cell
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _printable(value: object) -> str:
    return CONTROL.sub(" ", str(value))


def _tint(sheet: Sheet) -> list[int]:
    return [each % len(TINTS) for each in tints(len(sheet.table), sheet.neighbours)]
