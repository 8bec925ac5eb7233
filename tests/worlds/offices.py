"""Tables as offices hand them out: the same cells in every form of file that people open in a spreadsheet."""

from __future__ import annotations

import html
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pandas as pd
import pyogrio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Rows = Sequence[Sequence[Any]]


def text(delimiter: str = ",", encoding: str = "utf-8", end: str = "\n") -> Callable[[Rows, Path], Path]:
    """Return what writes a table as text; cells with the delimiter, a quote or a break in them are quoted."""

    def quoted(cell: Any) -> str:
        said = "" if cell is None else str(cell)
        odd = any(mark in said for mark in (delimiter, '"', "\n"))
        return '"' + said.replace('"', '""') + '"' if odd else said

    def write(rows: Rows, path: Path) -> Path:
        path = path.with_suffix(".csv")
        path.write_bytes("".join(delimiter.join(map(quoted, row)) + end for row in rows).encode(encoding))
        return path

    return write


def xlsx(rows: Rows, path: Path) -> Path:
    """Write a workbook whose cells are numbers, texts and dates as they are given."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path := path.with_suffix(".xlsx"))
    return path


def ods(rows: Rows, path: Path) -> Path:
    """Write a sheet of OpenDocument (ODF 1.2, part 1), numbers as numbers."""

    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
                "</table:table-cell>"
            )
        return (
            f'<table:table-cell office:value-type="string"><text:p>{html.escape(str(value))}</text:p>'
            "</table:table-cell>"
        )

    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    lines = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    body = f'<office:spreadsheet><table:table table:name="A">{lines}</table:table></office:spreadsheet>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    with zipfile.ZipFile(path := path.with_suffix(".ods"), "w") as file:
        file.writestr("mimetype", kind)
        file.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/></manifest:manifest>',
        )
        file.writestr(
            "content.xml", f'<office:document-content{names} office:version="1.2"><office:body>{body}</office:body>'
            "</office:document-content>",
        )  # fmt: skip
    return path


def page(rows: Rows, path: Path) -> Path:
    """Write a page of HTML called .xls, as web systems export."""
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    path = path.with_suffix(".xls")
    path.write_text(f"<html><meta charset=utf-8><body><table>{lines}</table></body></html>", encoding="utf-8")
    return path


def columns(rows: Rows) -> pd.DataFrame:
    """Return a table with the first row as its header, each column of one kind."""
    header, *rest = rows
    return pd.DataFrame([list(row) for row in rest], columns=[str(name) for name in header]).infer_objects()


def parquet(rows: Rows, path: Path) -> Path:
    """Write Parquet, as a database hands out."""
    columns(rows).to_parquet(path := path.with_suffix(".parquet"))
    return path


def feather(rows: Rows, path: Path) -> Path:
    """Write an Arrow file."""
    columns(rows).to_feather(path := path.with_suffix(".arrow"))
    return path


def dbf(rows: Rows, path: Path) -> Path:
    """Write dBASE, as a census of the last century hands out: names of ten letters, no more than one kind a column."""
    table = columns(rows)
    table.columns = [name.encode()[:10].decode(errors="ignore") for name in table.columns]
    for name in table.select_dtypes("datetime"):
        table[name] = table[name].dt.strftime("%Y-%m-%d %H:%M:%S")
    pyogrio.write_dataframe(table, path := path.with_suffix(".dbf"), driver="ESRI Shapefile", encoding="UTF-8")
    return path


FORMS: dict[str, Callable[[Rows, Path], Path]] = {
    "csv": text(),
    "csv with a mark of order": text(encoding="utf-8-sig", end="\r\n"),
    "csv in GBK": text(encoding="gb18030"),
    "csv of semicolons": text(";"),
    "csv of tabs in UTF-16": text("\t", "utf-16"),
    "xlsx": xlsx,
    "ods": ods,
    "page called xls": page,
    "parquet": parquet,
    "arrow": feather,
    "dbf": dbf,
}
"""Every form, by the name it goes by in the tests; the last three hold whole tables only, one kind a column."""

WHOLE = ("parquet", "arrow", "dbf")


def behind_notes(rows: Rows, path: Path) -> Path:
    """Write a workbook whose first sheet says what the second is."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表由统计科编制"])
    return _second(book, rows, path)


def beside_hidden(rows: Rows, path: Path) -> Path:
    """Write a workbook that hides the sheet of the year before, with twice the rows."""
    book = openpyxl.Workbook()
    book.active.title = "上年"
    for row in [*rows, *rows[1:]]:
        book.active.append(list(row))
    book.active.sheet_state = "hidden"
    return _second(book, rows, path)


def _second(book: openpyxl.Workbook, rows: Rows, path: Path) -> Path:
    sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append(list(row))
    book.active = 1
    book.save(path := path.with_suffix(".xlsx"))
    return path


def lists(rows: Rows, path: Path) -> Path:
    """Write JSON of lists, the first of names, as the US Census answers."""
    table = [list(rows[0]), *([None if cell is None else str(cell) for cell in row] for row in rows[1:])]
    (path := path.with_suffix(".json")).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    return path


def records(rows: Rows, path: Path) -> Path:
    """Write JSON of objects within an answer, as web services give."""
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    answer = {"count": len(table), "data": table}
    path = path.with_suffix(".json")
    path.write_text(json.dumps(answer, ensure_ascii=False, default=str), encoding="utf-8")
    return path


ODD: dict[str, Callable[[Rows, Path], Path]] = {
    "xlsx behind notes": behind_notes,
    "xlsx beside a hidden sheet": beside_hidden,
    "json of lists": lists,
    "json of records": records,
}
"""Forms of single worlds, and of the laws of reading."""


def missing(value: Any) -> bool:
    """Return whether a cell holds nothing."""
    return value is None or (isinstance(value, float) and bool(np.isnan(value)))
