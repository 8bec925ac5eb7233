"""A plan as a data centre takes it in: the table of a scheme, a dictionary of its fields, and a list of all files.

::

    deliver(plan, scheme, folder) -> Delivered        everything in one act; what was left empty, and what to know
    target(plan, scheme) -> CRS                       the CRS a scheme asks for at this place
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyproj.exceptions import CRSError

from gridkit import atomic
from gridkit.crs import round_earth
from gridkit.errors import OutputError, TableError
from gridkit.language.phrases import Phrase, joined, spoken
from gridkit.render import dbase
from gridkit.render.delivery_table import day, filled, made
from gridkit.sources.coordinates.datums import KRUEGER_ZONES, krueger_epsg
from gridkit.store.sheets import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from gridkit.catalog.deliveries import Delivery
    from gridkit.plan.plan import Plan
    from gridkit.render.delivery_table import Table

DICTIONARY, LIST = "fields.csv", "delivery.csv"
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ZONE = 3.0
"""Degrees that a zone is wide."""


@dataclass(frozen=True)
class Delivered:
    """What was written.

    Attributes
    ----------
    files
        The data, the dictionary and the list, in this order.
    fields
        What each field holds, by its name.
    empty
        Fields that hold nothing in some or all grids, with the number of these.
    notes
        What the receiver should know; it stands in the list as well.
    """

    files: tuple[Path, ...]
    fields: Mapping[str, str]
    empty: Mapping[str, int]
    notes: tuple[Phrase, ...]


def deliver(plan: Plan, scheme: Delivery, folder: Path | str, *, overwrite: bool = True) -> Delivered:
    """Write the grids of a plan by a scheme, with a dictionary of its fields and a list of the delivery.

    Every file is put in place in one act or none is. Other files of the folder stay.

    Parameters
    ----------
    scheme
        See :func:`gridkit.catalog.deliveries.scheme`.
    folder
        Where to write; it is made where there is none.

    Raises
    ------
    TableError
        When a value does not fit its field, cannot be written in the encoding, has no code, or is not known and must
        be; or when the plan does not lie where the CRS is for.
    OutputError
        When a file exists and ``overwrite`` is false, or cannot be written.
    """
    crs = target(plan, scheme) if scheme.placed else plan.crs
    notes = _notes(plan, crs, scheme) if scheme.placed else ()
    table = filled(plan, scheme, crs)
    endings = {"shapefile": _PARTS, "gpkg": (".gpkg",), "csv": (".csv",)}[scheme.form]
    names = [f"{scheme.layer}{ending}" for ending in endings]
    files = [Path(folder) / name for name in (*names, DICTIONARY, LIST)]
    with atomic.together(files, overwrite=overwrite) as fresh:
        data = fresh[: len(names)]
        _WRITERS[scheme.form](table, data[0], day(plan))
        _put(fresh[-2], _dictionary(table), scheme)
        _put(fresh[-1], _list(plan, table, crs, fresh[:-1], notes), scheme)
    return Delivered(tuple(files), {field.name: field.holds for field in scheme.fields}, table.empty, notes)


# ------------------------------------------------------------------ where
def target(plan: Plan, scheme: Delivery) -> pyproj.CRS:
    """Return the CRS a scheme asks for at this place.

    Raises
    ------
    TableError
        When the plan lies outside the area the CRS is for; CGCS2000 is for China.
    """
    west, south, east, north = round_earth(plan.grids)
    named = re.fullmatch(r"EPSG:(\d+)", scheme.crs)
    try:
        wide = pyproj.CRS.from_epsg(int(named[1]) if named else 4490)
    except CRSError:
        raise TableError(
            "{crs!r} is no coordinate reference system",
            where=scheme.name,
            mend="name it by number, as in EPSG:4528",
            crs=scheme.crs,
        ) from None
    area = wide.area_of_use
    if area is not None and not (
        area.west <= west and east <= area.east and area.south <= south and north <= area.north
    ):
        raise TableError(
            "the plan lies at {lon} E, {lat} N, outside the area of {crs} ({area})",
            where=scheme.name,
            mend="take a scheme whose crs is one of your country, as crs = {example!r}",
            lon=f"{(west + east) / 2:.2f}",
            lat=f"{(south + north) / 2:.2f}",
            crs=wide.name,
            area=area.name,
            example="EPSG:31983",
        )
    if named:
        return wide
    return pyproj.CRS.from_epsg(krueger_epsg(_meridian(plan), prefix=scheme.crs.endswith("zone")))


def _meridian(plan: Plan) -> float:
    """Return the central meridian nearest to the middle of the plan, within the zones there are."""
    west, _, east, _ = round_earth(plan.grids)
    zones = KRUEGER_ZONES[int(_ZONE)]
    return _ZONE * min(max(round((west + east) / 2 / _ZONE), zones[0]), zones[-1])


def _notes(plan: Plan, crs: pyproj.CRS, scheme: Delivery) -> tuple[Phrase, ...]:
    """Return what the receiver should know of the coordinates."""
    notes = []
    own, theirs = plan.crs.geodetic_crs, crs.geodetic_crs
    if own is not None and theirs is not None and str(own.datum) != str(theirs.datum):
        notes.append(
            Phrase(
                "coordinates were brought from {own} to {crs} as PROJ does it, between these two often without a "
                "shift: right to about a metre",
                own=own.name,
                crs=theirs.name,
            )
        )
    if scheme.crs.startswith("gauss"):
        west, _, east, _ = round_earth(plan.grids)
        beyond = max(_meridian(plan) - _ZONE / 2 - west, east - _meridian(plan) - _ZONE / 2)
        if beyond > 0:
            notes.append(
                Phrase(
                    "the district reaches {degrees} degrees beyond its 3-degree zone; all of it is in that one zone",
                    degrees=f"{beyond:.2f}",
                )
            )
    return tuple(notes)


# ------------------------------------------------------------------ the data
def _shapefile(table: Table, file: Path, day: date) -> None:
    shapes = gpd.GeoDataFrame({"n": range(len(table.rows))}, geometry=table.shapes.to_numpy(), crs=table.shapes.crs)
    pyogrio.write_dataframe(shapes, file, driver="ESRI Shapefile", encoding="UTF-8")
    kinds = {"text": dbase.TEXT, "whole": dbase.NUMBER, "number": dbase.NUMBER, "date": dbase.DATE}
    fields = table.scheme.fields
    columns = [
        dbase.Column(
            field.name,
            kinds[field.type],
            dbase.DATE_WIDTH if field.type == "date" else field.length,
            field.digits if field.type == "number" else 0,
        )
        for field in fields
    ]
    plain = [
        [cell.replace("-", "") if field.type == "date" else cell for field, cell in zip(fields, row, strict=True)]
        for row in table.rows
    ]
    file.with_suffix(".dbf").write_bytes(dbase.table(columns, plain, table.scheme.codec, day))
    file.with_suffix(".cpg").write_text(table.scheme.encoding, encoding="ascii")
    _read_back(table, file)


def _geopackage(table: Table, file: Path, _: date) -> None:
    typed: dict[str, Any] = {}
    for field, cells in zip(table.scheme.fields, zip(*table.rows, strict=True), strict=True):
        known = [cell or None for cell in cells]
        if field.type in ("whole", "number") and field.codes is None:
            kind = "Int64" if field.type == "whole" else "Float64"
            typed[field.name] = pd.Series([None if cell is None else float(cell) for cell in known], dtype=kind)
        else:
            typed[field.name] = pd.Series(known, dtype=object)
    frame = gpd.GeoDataFrame(typed, geometry=table.shapes.to_numpy(), crs=table.shapes.crs)
    frame.to_file(file, layer=table.scheme.layer, engine="pyogrio", **atomic.GEOPACKAGE)
    _read_back(table, file)


def _csv(table: Table, file: Path, _: date) -> None:
    _put(file, [table.names, *table.rows], table.scheme)


def _read_back(table: Table, file: Path) -> None:
    """Read back what was written: some drivers are silent when the disk fills while they close a file."""
    back = pyogrio.read_dataframe(file)
    points = shapely.get_num_coordinates(back.geometry.to_numpy()).sum()
    wanted = shapely.get_num_coordinates(table.shapes.to_numpy()).sum()
    same = list(back.columns[:-1]) == table.names and len(back) == len(table.rows) and points == wanted
    for at, field in enumerate(table.scheme.fields):
        if same and field.type == "text":
            held = ["" if pd.isna(cell) else str(cell) for cell in back[field.name]]
            same = held == [row[at] for row in table.rows]
    if not same:
        raise OutputError(
            "cannot be written: {why}", where=file.name, mend="check the free space", why=Phrase("incomplete")
        )


_WRITERS: dict[str, Callable[[Table, Path, date], None]] = {
    "shapefile": _shapefile,
    "gpkg": _geopackage,
    "csv": _csv,
}


# ------------------------------------------------------------------ what goes with it
def _put(file: Path, rows: Sequence[Sequence[str]], scheme: Delivery) -> None:
    """Write a table in the encoding of the scheme; UTF-8 with the mark that spreadsheets know."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    codec = "utf-8-sig" if scheme.codec == "utf-8" else scheme.codec
    try:
        file.write_bytes(out.getvalue().encode(codec))
    except UnicodeEncodeError as error:
        raise TableError(
            "{name} holds {sign!r}, which {encoding} cannot write",
            where=scheme.name,
            mend="change the text, or take a scheme in UTF-8",
            name=file.name,
            sign=error.object[error.start : error.start + 1],
            encoding=scheme.encoding,
        ) from None


_TYPES = {"text": Phrase("text"), "whole": Phrase("whole number"), "number": Phrase("number"), "date": Phrase("date")}


def _dictionary(table: Table) -> list[list[str]]:
    """Return the dictionary of the fields, with how many grids have a value in each."""
    lang = table.scheme.lang
    heads = (
        Phrase("Number"),
        Phrase("Field"),
        Phrase("Name of the field"),
        Phrase("Type of data"),
        Phrase("Length"),
        Phrase("Decimals"),
        Phrase("Required"),
        Phrase("Codes"),
        Phrase("Rows filled"),
        Phrase("Source"),
        Phrase("Verified"),
    )
    answer = {True: Phrase("yes").said(lang), False: Phrase("no").said(lang)}
    rows = [[head.said(lang) for head in heads]]
    for at, field in enumerate(table.scheme.fields):
        codes = [f"{each.code} = {each.title.said(lang)}" for each in (field.codes or {}).values()]
        rows.append(
            [
                str(at + 1),
                field.name,
                field.title.said(lang),
                _TYPES[field.type].said(lang),
                str(field.length or ""),
                str(field.digits) if field.type == "number" else "",
                answer[field.required],
                str(spoken(joined(codes), lang)),
                str(sum(bool(row[at]) for row in table.rows)),
                field.source,
                answer[field.verified],
            ]
        )
    return [[str(harmless(cell)) for cell in row] for row in rows]


def _list(plan: Plan, table: Table, crs: pyproj.CRS, files: Sequence[Path], notes: Sequence[Phrase]) -> list[list[str]]:
    """Return the list of the delivery: a row for each file, with all that is needed to check and to place it."""
    scheme, lang = table.scheme, table.scheme.lang
    shared = {
        Phrase("CRS"): f"EPSG:{crs.to_epsg()}",
        Phrase("Name of the CRS"): crs.name,
        Phrase("Encoding"): scheme.encoding,
        Phrase("Scheme"): scheme.title.said(lang),
        Phrase("Plan"): plan.parameters.title,
        Phrase("Digest of the plan"): plan.digest,
        Phrase("Data as of"): made(plan),
        Phrase("Standing"): plan.standing.said(lang),
        Phrase("Note"): str(spoken(joined(notes), lang)),
    }
    own = (Phrase("File"), Phrase("Rows"), Phrase("Bytes"), Phrase("SHA-256"))
    rows = [[head.said(lang) for head in (*own, *shared)]]
    counted = (".shp", ".dbf", ".shx", ".gpkg", ".csv")
    for file in files:
        data = file.read_bytes()
        count = len(scheme.fields) if file.name == DICTIONARY else len(table.rows) if file.suffix in counted else ""
        spatial = file.name != DICTIONARY and scheme.placed
        values = list(shared.values())
        rows.append(
            [
                file.name,
                str(count),
                str(len(data)),
                hashlib.sha256(data).hexdigest(),
                *(values if spatial else ["", "", *values[2:]]),
            ]
        )
    return [[str(harmless(cell)) for cell in row] for row in rows]
