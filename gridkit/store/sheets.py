"""Tables for spreadsheets, in which text is never a formula."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gridkit import atomic
from gridkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from openpyxl import Workbook

_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that neither a workbook nor XML may hold."""


def write(table: pd.DataFrame, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a table as .csv (UTF-8 with a mark that Excel knows) or .xlsx, whole or not at all, and return its path.

    ``-`` is standard output, as .csv.

    Raises
    ------
    UsageError
        When the file's ending is neither.
    """
    path = Path(path)
    if str(path) == atomic.STDOUT:
        with atomic.pouring("table.csv") as file:
            _put_csv(table, file)
        return path
    put = _WRITERS.get(path.suffix.lower())
    if put is None:
        raise UsageError("a table is written as {all}", where=path, mend="name such a file", all=" or ".join(_WRITERS))
    with atomic.replacing(path, overwrite=overwrite) as file:
        put(table, file)
    return path


def harmless(value: object) -> object:
    """Return a cell of a CSV file that no spreadsheet takes for a formula: text that looks like one gets an apostrophe.

    Examples
    --------
    >>> [harmless(value) for value in ("=1+1", "-5", -5, "Q Road")]
    ["'=1+1", "'-5", -5, 'Q Road']
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS_FORMULA) else value


def _put_csv(table: pd.DataFrame, path: Path) -> None:
    table.map(harmless).rename(columns=harmless).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _put_xlsx(table: pd.DataFrame, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.freeze_panes = "A2"
    rows = [table.columns.tolist(), *table.astype(object).where(table.notna(), None).to_numpy().tolist()]
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(at, column)
            cell.value = CONTROL.sub(" ", value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
    path.write_bytes(saved(book))


def saved(book: Workbook) -> bytes:
    """Return a workbook as the bytes of its file: what cannot be written then fails once, not when zip closes too."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {".csv": _put_csv, ".xlsx": _put_xlsx}
