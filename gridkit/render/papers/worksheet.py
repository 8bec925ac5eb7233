"""The cells of a workbook's sheets: values as they are printed, tables, blocks, facts and charts."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from gridkit.language.labels import code, fact, label
from gridkit.language.numbers import moment
from gridkit.language.phrases import Phrase
from gridkit.store.sheets import CONTROL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from gridkit.band import Band

LONGEST = 32_000
"""A cell of a workbook holds 32,767 characters at most."""
WIDE = 0x2E7F
"""Signs after this one are as wide as two letters."""
_INK, _ACCENT, _WASH = "1D2A35", "0B5A83", "EEF3F6"
_LINE = Border(bottom=Side(style="thin", color="C9D1D7"))


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet: its heading, how its numbers are printed, and how wide it is in characters."""

    title: str
    form: str = "General"
    width: float = 14


def clean(value: object) -> str:
    """Return text that a workbook can hold."""
    return CONTROL.sub(" ", str(value))[:LONGEST]


def put(sheet: Worksheet, row: int, column: int, value: object, form: str = "General", *, bold: bool = False) -> None:
    """Put one value into a cell: text stays text, what is not a finite number stays empty."""
    cell = sheet.cell(row, column)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime) and not pd.isna(value):
        value = value.replace(tzinfo=None)
        form = "yyyy-mm-dd hh:mm" if form == "General" else form
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return
    if isinstance(value, bool | int | float | datetime):
        cell.value = value
    else:
        cell.value = clean(value)
        cell.data_type = "s"  # "=1+1" is a name like any other
        form = "@"
    cell.number_format = form
    cell.font = Font(name="Microsoft YaHei", size=10, bold=bold, color=_INK)


def put_title(sheet: Worksheet, title: str, about: str) -> None:
    """Head a sheet that is no table: its title, and a line about it."""
    put(sheet, 1, 1, title)
    sheet.cell(1, 1).font = Font(name="Microsoft YaHei", size=16, bold=True, color=_ACCENT)
    put(sheet, 2, 1, about)
    sheet.sheet_view.showGridLines = False


def put_table(sheet: Worksheet, columns: Sequence[SheetColumn], rows: Iterable[Iterable[Any]]) -> None:
    """Fill a sheet with a table: frozen head, filter, widths, ready to print on wide paper."""
    for at, column in enumerate(columns, 1):
        put(sheet, 1, at, column.title)
        head = sheet.cell(1, at)
        head.font = Font(name="Microsoft YaHei", size=10, bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", start_color=_ACCENT)
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    last = 1
    for last, row in enumerate(rows, 2):
        for at, (value, column) in enumerate(zip(row, columns, strict=True), 1):
            put(sheet, last, at, value, column.form)
            sheet.cell(last, at).border = _LINE
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = "1:1"


def fit_paper(sheet: Worksheet) -> None:
    """Let a sheet print on A4 as wide as it is."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def put_block(sheet: Worksheet, row: int, title: str, table: pd.DataFrame, lang: str) -> int:
    """Put a small table under what is there already; return the row after it."""
    put(sheet, row, 1, title, bold=True)
    plain = table.drop(columns=[name for name in table if name == "geometry"])
    plain = plain.reset_index(drop=plain.index.name is None)
    plain = plain.drop(columns=[name for name in ("title", "title_zh") if name in plain])  # of older plans
    for at, name in enumerate(plain.columns, 1):
        put(sheet, row + 1, at, column_name(name, lang), bold=True)
        sheet.cell(row + 1, at).fill = PatternFill("solid", start_color=_WASH)
    for line, values in enumerate(plain.itertuples(index=False), row + 2):
        for at, value in enumerate(values, 1):
            put(sheet, line, at, meant(str(plain.columns[at - 1]), value, lang), form_of(plain.iloc[:, at - 1]))
    return row + 2 + len(plain)


def wrap(sheet: Worksheet, row: int, columns: Sequence[SheetColumn], wrapped: Sequence[int]) -> None:
    """Let long texts of a row run over several lines, and make the row as high as the longest."""
    lines = 1
    for at in wrapped:
        cell = sheet.cell(row, at)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        wide = sum(2 if ord(sign) > WIDE else 1 for sign in str(cell.value or ""))
        lines = max(lines, math.ceil(1.15 * wide / columns[at - 1].width))
    sheet.row_dimensions[row].height = 14 * lines + 3


def column_name(name: object, lang: str) -> str:
    """Return a name of a table's column or fact as people say it, where it is known."""
    text = label("workbook", str(name)).said(lang)
    return text[:1].upper() + text[1:]


def meant(name: str, value: object, lang: str) -> object:
    """Return a value as people read it: codes in words, times as they are written, yes and no."""
    if isinstance(value, bool):
        return Phrase("yes" if value else "no").said(lang)
    if isinstance(value, Phrase):
        return value.said(lang)
    if name in ("weekday", "month") or isinstance(value, str):
        found = fact(name, value) if isinstance(value, str) else code(name, value)
        if isinstance(found, Phrase):
            return found.said(lang)
    return moment(value, lang) if isinstance(value, str) and _TIME.match(value) else value


_TIME = re.compile(r"\d{4}-\d\d-\d\d(T|$)")


def _fact_form(name: str, value: object) -> str:
    if not isinstance(value, float):
        return "General"
    return "0.0%" if "share" in name or name in ("change", "closure_rate", "on_time_rate") else "0.00"


def put_facts(sheet: Worksheet, row: int, facts: Mapping[str, Any], lang: str) -> int:
    """Put headline facts one under the other; return the row after them."""
    for name, value in facts.items():
        if isinstance(value, str | bool | int | float):
            put(sheet, row, 1, column_name(name, lang))
            put(sheet, row, 2, meant(name, value, lang), _fact_form(name, value))
            row += 1
    sheet.column_dimensions["A"].width = max(sheet.column_dimensions["A"].width, 26)
    sheet.column_dimensions["B"].width = max(sheet.column_dimensions["B"].width, 16)
    return row


def mark_band(sheet: Worksheet, column: int, rows: int, band: Band) -> None:
    """Tint the values that lie outside the band."""
    cells = f"{get_column_letter(column)}2:{get_column_letter(column)}{rows + 1}"
    least, most = band.edges
    low_fill, high_fill = (PatternFill("solid", bgColor=colour) for colour in ("FCE3C5", "DCD7EE"))
    sheet.conditional_formatting.add(cells, CellIsRule(operator="lessThan", formula=[repr(least)], fill=low_fill))
    sheet.conditional_formatting.add(cells, CellIsRule(operator="greaterThan", formula=[repr(most)], fill=high_fill))


def put_chart(book: Workbook, sheet: Worksheet, column: int, rows: int, title: str) -> None:
    """Draw a column of a table sheet as bars on a sheet of its own."""
    chart = BarChart()
    chart.title, chart.legend, chart.gapWidth = title, None, 40
    chart.add_data(Reference(sheet, min_col=column, min_row=2, max_row=rows + 1))
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=rows + 1))
    chart.series[0].graphicalProperties.solidFill = _ACCENT
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.height, chart.width = 10, 30
    board = book.create_sheet(sheet_name(book, title))
    board.add_chart(chart, "A1")
    board.sheet_view.showGridLines = False


def put_small_chart(sheet: Worksheet, title: str, rows: tuple[int, int], at: str, *, line: bool) -> None:
    """Draw the second column of some rows, named by the first, at a cell of the same sheet: a line, or bars."""
    chart: Any = LineChart() if line else BarChart()
    chart.title, chart.legend = title, None
    chart.add_data(Reference(sheet, min_col=2, min_row=rows[0], max_row=rows[1]))
    chart.series[0].smooth = False
    chart.series[0].graphicalProperties.line.solidFill = _ACCENT
    chart.series[0].graphicalProperties.solidFill = _ACCENT
    chart.set_categories(Reference(sheet, min_col=1, min_row=rows[0], max_row=rows[1]))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.height, chart.width = 6, 14
    sheet.add_chart(chart, at)


def sheet_name(book: Workbook, title: str) -> str:
    """Return a name that a sheet may have and none has yet."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", clean(title)).strip()[:28] or "-"
    name, turn = plain, 2
    while name.casefold() in {each.casefold() for each in book.sheetnames}:
        name, turn = f"{plain[:25]} {turn}", turn + 1
    return name


def form_of(values: pd.Series[Any]) -> str:
    """Return how a workbook prints the values of a column."""
    if pd.api.types.is_float_dtype(values):
        return "#,##0.00"
    return "#,##0" if pd.api.types.is_integer_dtype(values) else "General"


def number_form(digits: int) -> str:
    """Return how a workbook prints numbers of so many decimals."""
    return "#,##0" + (f".{'0' * digits}" if digits else "")
