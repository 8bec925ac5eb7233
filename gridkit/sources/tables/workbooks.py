"""Sheets of a workbook taken apart into rows of text, what is merged over several rows filled into each."""

from __future__ import annotations

import re
import zipfile
import zlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from gridkit.errors import LimitError, SourceError, TableError, absent
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources.tables import cells, rows
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOK_CELLS = 50_000_000
_EXACT = 1e15  # whole numbers that a spreadsheet keeps to the last digit


def sheets(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    return list(_workbook(path).sheet_names)


def shown(path: Path) -> list[str]:
    """Return the names of the sheets that are tables anybody sees: not hidden, of two rows and two columns at least."""
    book = _workbook(path)
    seen = {each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible}
    pages = {name: book.get_sheet_by_name(name) for name in book.sheet_names if name in seen}
    return [name for name, page in pages.items() if min(page.width or 0, page.height or 0) > 1]


def read(path: Path, name: str | None) -> rows.Raw:
    """Return the rows of the one sheet that is meant, its header first, in cells of text.

    Raises
    ------
    SourceError
        When the workbook is damaged.
    TableError
        When there is no such sheet, or none was named and several have something in them.
    """
    book = _workbook(path)
    sheet_names = list(book.sheet_names)
    if name is not None and name not in sheet_names:
        raise absent("sheet", name, sheet_names, where=path)
    filled = [each for each in ([name] if name else sheet_names) if (book.get_sheet_by_name(each).height or 0) > 0]
    if not filled:
        raise TableError("there is nothing in it", where=path)
    seen = shown(path) if len(sheet_names) > 1 else []
    filled = seen if len(filled) > 1 and len(seen) == 1 else filled
    if len(filled) > 1:
        raise TableError(
            "there are {count} sheets: {names}",
            where=path,
            mend="name one, as in {example}",
            count=len(filled),
            names=listed(filled),
            example=f"{path.name}:{filled[0]}",
        )
    raw = _sheet(book.get_sheet_by_name(filled[0]), path)
    others = [each for each in sheet_names if each != filled[0] and (book.get_sheet_by_name(each).height or 0) > 0]
    if seen == filled and others:
        raw.notes.append(
            Phrase("hidden sheets, and sheets that hold no table, are not taken: {names}", names=listed(others))
        )
    return raw


def _sheet(page: Any, path: Path) -> rows.Raw:  # noqa: ANN401 - python-calamine
    if page.height * page.width > WORKBOOK_CELLS:
        raise LimitError(
            "sheet {name!r} has {cells:,} cells",
            where=path,
            mend="save it as CSV",
            name=page.name,
            cells=page.height * page.width,
        )
    table = page.to_python(skip_empty_area=True)
    notes: list[str] = [Phrase("sheet {name!r}", name=page.name)]
    spread, rounded = _spread(table, page), _rounded(table)
    texts = [[_cell(cell) for cell in row] for row in table]
    start = rows.header_at(texts[: rows.LOOK_ROWS])
    notes += rows.left_out(start)
    if spread:
        notes.append(
            Phrase(
                "{count} cell under a merged one has its value",
                "",
                "{count} cells under a merged one have its value",
                count=spread,
            )
        )
    if rounded:
        note = template(
            "{count} number of more than 15 digits: the spreadsheet has rounded it",
            "{count} numbers of more than 15 digits: the spreadsheet has rounded them",
        )
        notes.append(Phrase(note, count=rounded))
    return rows.Raw(
        pd.DataFrame(texts[start:], dtype=TEXT), notes, delimiter="", titles=rows.said(texts[:start]), above=start,
        sheet=str(page.name),
    )  # fmt: skip


def _workbook(path: Path) -> Any:  # noqa: ANN401 - python-calamine
    _require_modest(path)
    try:
        with path.open("rb") as file:
            misnamed = (file.read(2) == b"PK") == (path.suffix.lower() == ".xls")
            file.seek(0)
            # By its path the library goes by the name of a workbook, by its bytes it tries what it may be.
            return CalamineWorkbook.from_filelike(file) if misnamed else CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError("the workbook is damaged: {error}", where=path, mend="save it again", error=error) from None
    except BaseException as fault:
        # A panic of the library's own language comes as an exception that is no Exception.
        if type(fault).__name__ != "PanicException":
            raise
        raise SourceError("the workbook is damaged: {error}", where=path, mend="save it again", error=fault) from None


def _require_modest(path: Path) -> None:
    """Raise where a sheet reaches so far that the library, which makes room for every cell of it, would be killed.

    A stray cell in the last corner is enough. Row and column are found in the text of the sheet, not by reading it.

    Raises
    ------
    LimitError
        Naming the sheet's file and its farthest row and column.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            pages = [info for info in archive.infolist() if _PAGE.fullmatch(info.filename)]
            reach = {info.filename: _reach(archive.read(info)) for info in pages if info.file_size < _PAGE_BYTES}
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise SourceError("the workbook is damaged: {error}", where=path, mend="save it again", error=error) from None
    for name, (rows_held, columns_held) in reach.items():
        if rows_held * columns_held > WORKBOOK_CELLS:
            raise LimitError(
                "{name} reaches to row {rows:,} and column {columns:,}",
                where=path,
                mend="delete the stray cells there, or save the table as CSV",
                name=name.rsplit("/", 1)[-1],
                rows=rows_held,
                columns=columns_held,
            )


_PAGE = re.compile(r"xl/worksheets/[^/]+\.xml")
_PAGE_BYTES = 1 << 30
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{5,7})"')
_COLUMN = re.compile(rb'\br="([A-Z]{2,3})\d+"')


def _reach(text: bytes) -> tuple[int, int]:
    """Return the farthest row and column of a sheet: at least 10,000 rows and 26 columns, which are no matter."""
    last = max((int(found[1]) for found in _ROW.finditer(text)), default=9_999)
    letters = max((found[1] for found in _COLUMN.finditer(text)), key=lambda each: (len(each), each), default=b"Z")
    column = 0
    for letter in letters:
        column = 26 * column + letter - 64
    return last, column


def _spread(table: list[list[Any]], page: Any) -> int:  # noqa: ANN401
    """Fill text that is merged over several rows or columns into each; a number merged over rows is of all together."""
    top, left = page.start or (0, 0)
    filled = 0
    for (first, west), (last, east) in page.merged_cell_ranges or ():
        if not (0 <= first - top < len(table)) or not (0 <= west - left < len(table[0])):
            continue
        value = table[first - top][west - left]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if value in ("", None) or (number and last > first and not _is_code(table, west - left)):
            continue
        if east - west + 1 >= len(table[0]):  # a title over the whole table
            continue
        for row in range(first - top, min(last - top + 1, len(table))):
            for column in range(west - left, min(east - left + 1, len(table[0]))):
                if table[row][column] in ("", None):
                    table[row][column] = value
                    filled += 1
    return filled


def _is_code(table: list[list[Any]], column: int) -> bool:
    """Return whether the header of a column says that it holds codes."""
    names = (row[column] for row in table[: rows.LOOK_ROWS] if isinstance(row[column], str) and row[column].strip())
    return cells.names_code(next(names, ""))


def _rounded(table: list[list[Any]]) -> int:
    return sum(isinstance(cell, float) and cell.is_integer() and abs(cell) >= _EXACT for row in table for cell in row)


def _cell(value: object) -> str:
    """Return a cell of a workbook as the text a person sees, whole numbers without ``.0``."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        if value.is_integer():
            # Beyond 15 digits a spreadsheet rounds: said by the exponent, as it shows such a number itself.
            return str(int(value)) if abs(value) < _EXACT else f"{value:.14E}"
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)
