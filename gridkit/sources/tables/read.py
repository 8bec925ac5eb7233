"""Tables as offices keep them: CSV, TSV, Excel, ODS and Parquet, with title rows, total rows and odd digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio

from gridkit import provenance
from gridkit.errors import SourceError
from gridkit.language.phrases import Phrase
from gridkit.sources.files import kind as files
from gridkit.sources.files import text_encoding
from gridkit.sources.files.arrow import arrow_table
from gridkit.sources.files.damage import named
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, delimited, names, quantities, records, rows, scales, web_sheets, workbooks

if TYPE_CHECKING:
    from pathlib import Path

_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_WITH_TABLES = ("geopackage", "filegdb", "mapinfo")
"""Kinds of vector file that may hold tables without shapes beside those with."""
_LONGEST_NUMBER = 11
"""Text of more digits than this is a code: no count of people or metres is that long."""


def sheets(path: str | Path) -> list[str]:
    """Return the names of the sheets of a workbook, or of the tables of what is called one."""
    path = files.find(path)
    kind = files.kind(path)
    return list(web_sheets.tables(path, kind)) if kind in web_sheets.KINDS else workbooks.sheets(path)


def read(path: str | Path, *, sheet: str | None = None, reading: Reading = AS_IT_SAYS) -> pd.DataFrame:
    """Return a table with one row per thing and one typed column per header.

    Title rows above the header, total rows (合计, Total), headers that stand there again and notes below the table are
    left out; numbers in any style become numbers where the style is beyond doubt; codes stay text. What was found and
    left out stands in ``frame.attrs``: ``notes``, ``lost`` (rows by reason of the ledger) and ``style``, the style of
    its numbers, by which :func:`gridkit.sources.tables.quantities.read` reads what is text still; ``titles``, what
    stands above the header, and ``sheet``, what its sheet is called.

    Parameters
    ----------
    path
        CSV, a workbook (HTML and XML called one too), Parquet, Arrow or dBASE, known by its bytes.
    sheet
        Of a workbook that has several with something in them.
    reading
        Its encoding and the style of its numbers; found where None.

    Raises
    ------
    SourceError
        When the file is missing, damaged or no table.
    TableError
        When the sheet is ambiguous, rows have more cells than the header, a quote is left open, or a text is in no
        encoding.
    """
    path = files.find(path)
    frame = quantities.styled(_read(path, sheet, reading), reading)
    provenance.read_from(path, layer=sheet, rows=len(frame))
    return frame


def _read(path: Path, sheet: str | None, reading: Reading) -> pd.DataFrame:
    kind = files.kind(path)
    if kind in ("parquet", "arrow"):
        return _arrow(path, kind)
    if kind == "json":
        return _records(path, reading)
    if kind in _WITH_TABLES:
        return _layer(path, sheet)
    if kind == "dbf":
        return _dbase(path, reading.encoding)
    if kind == "workbook":
        raw = workbooks.read(path, sheet)
    elif kind in web_sheets.KINDS:
        raw = web_sheets.read(path, kind, sheet, reading.encoding)
    elif kind == "text" or path.suffix.lower() in _TEXT_SUFFIXES:
        raw = delimited.read(path, reading.encoding)
    else:
        raise SourceError(
            "is no table", where=path, mend="give CSV, Excel or Parquet; vector files are read as they are"
        )
    told = rows.sort(raw, path)
    counted = scales.of_titles(raw.titles)
    style = quantities.Style(reading.decimal, reading.thousands, raw.delimiter, counted)
    frame, style = typed(told.frame, style)
    notes = [*raw.notes, *told.notes, *_disagreeing(frame, told.totals)]
    frame.attrs = {"notes": notes, "lost": told.lost, "style": style, "titles": raw.titles, "sheet": raw.sheet}
    return frame


def _arrow(path: Path, kind: str) -> pd.DataFrame:
    with named(path):
        table = pq.read_table(path, page_checksum_verification=True) if kind == "parquet" else arrow_table(path)
        frame: pd.DataFrame = table.to_pandas()
    frame.attrs = {"notes": [], "lost": {}}
    return frame


def _records(path: Path, reading: Reading) -> pd.DataFrame:
    """Return rows of JSON; numbers that were written as text become numbers as those of a CSV do."""
    frame, notes = records.read(path, reading.encoding)
    made, style = typed(frame, quantities.Style(reading.decimal, reading.thousands))
    made.attrs = {"notes": notes, "lost": {}, "style": style}
    return made


def _layer(path: Path, layer: str | None) -> pd.DataFrame:
    """Return a table of a database in a file, its shapes left alone."""
    with named(path):
        frame = pd.DataFrame(pyogrio.read_dataframe(path.resolve(), layer=layer, read_geometry=False))
    frame.attrs = {"notes": [], "lost": {}}
    return frame


def _dbase(path: Path, encoding: str | None) -> pd.DataFrame:
    """Return a table of dBASE, as censuses hand out: its text in the encoding its bytes are in."""
    name, notes = (encoding, []) if encoding else text_encoding.of(path)
    with named(path):
        frame = pd.DataFrame(pyogrio.read_dataframe(path.resolve(), encoding=name, read_geometry=False))
    frame.attrs = {"notes": notes, "lost": {}}
    return frame


def typed(frame: pd.DataFrame, style: quantities.Style = quantities.UNKNOWN) -> tuple[pd.DataFrame, quantities.Style]:
    """Return columns of text as numbers where every cell is one beyond doubt, as codes where name or digits say so.

    ``007`` and anything longer than a count can be is a code. The style of numbers is that of all columns together.
    """
    coded = {name: cells.names_code(str(name)) for name in frame.columns}
    parts = {name: None if coded[name] else quantities.written(frame[name]) for name in frame.columns}
    for name, each in parts.items():
        coded[name] = coded[name] or (each is not None and _is_code(each))
    style = quantities.style_of((part for name, part in parts.items() if part is not None and not coded[name]), style)
    made = {name: _column(frame[name], None if coded[name] else part, style) for name, part in parts.items()}
    return pd.DataFrame(made, index=frame.index), style


def _column(values: pd.Series, parts: quantities.Written | None, style: quantities.Style) -> pd.Series:
    if parts is None:
        kept = cells.as_codes(values)
        return kept.where(kept.notna() | cells.blanks(values), values)
    numbers = quantities.typed(parts, style)
    if numbers is None or (parts.open_comma.any() and names.of_degrees(str(values.name))):
        return values.str.strip("\u3000\xa0 \t\r\n")
    whole = len(numbers) and np.isfinite(numbers).all() and (numbers % 1 == 0).all()
    made = numbers.astype(np.int64) if whole and np.abs(numbers).max() < 2**53 else numbers
    return pd.Series(made, index=values.index, name=values.name)


def _is_code(parts: quantities.Written) -> bool:
    return bool(cells.matching(parts.cores, rf"^(?:0\d+|\d{{{_LONGEST_NUMBER + 1},}})(?:\.0)?$").any())


def _disagreeing(frame: pd.DataFrame, totals: pd.DataFrame) -> list[str]:
    """Return a note for each column whose one total row says another sum than its rows have."""
    if len(totals) != 1:
        return []
    notes: list[str] = []
    for name in totals:
        cell = str(totals[name].iloc[0])
        said = quantities.number(cell)
        if said is None or not np.isfinite(said) or not pd.api.types.is_numeric_dtype(frame[name]):
            continue
        real = float(frame[name].sum())
        if abs(real - said) > 0.5:  # noqa: PLR2004 - a half is rounding
            note = "column {name!r}: the total row says {said:,.0f}, its rows add up to {real:,.0f}"
            notes.append(Phrase(note, name=name, said=said, real=real))
    return notes
