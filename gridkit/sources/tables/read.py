"""Tables as offices keep them: CSV, TSV, Excel, ODS and Parquet, with title rows, total rows and odd digits."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from gridkit.errors import LimitError, SourceError, TableError, nearest
from gridkit.language.phrases import Phrase, listed
from gridkit.sources.files import kind as files
from gridkit.sources.tables import cells, encodings

if TYPE_CHECKING:
    from pathlib import Path

    Rows = list[list[str]]

LOOK_ROWS = 60
"""So many rows are looked at to find the header and the delimiter."""

WORKBOOK_CELLS = 50_000_000
_TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", "\t", ";", "|")
_TOTAL = re.compile(
    r"(?:总|合|小|共|累)\s*计[:：]?|汇总|total|totals|sub-?total|grand total|sum|итого|всего|soma|insgesamt|summe",
    re.IGNORECASE,
)
_REMARK = re.compile(r"[:：。；;]|^[注备（(*]|制表|填表|审核|说明|来源|^notes?\b|^source|.{25}", re.IGNORECASE)
_HEADER_SHARE = 0.6


def sheets(path: str | Path) -> list[str]:
    """Return the names of the sheets of a workbook."""
    return list(_workbook(files.find(path)).sheet_names)


def read(path: str | Path, *, sheet: str | None = None, encoding: str | None = None) -> pd.DataFrame:
    """Return a table with one row per thing and one typed column per header.

    Title rows above the header, total rows (合计, Total) and notes below the table are left out; full-width digits and
    ``1,234`` become numbers; codes stay text. What was found and left out stands in ``frame.attrs["notes"]``.

    Parameters
    ----------
    path
        A .csv, .tsv, .txt, .xlsx, .xls, .ods or .parquet file, known by its bytes.
    sheet
        Of a workbook that has several with something in them.
    encoding
        Of a text file; found when None.

    Raises
    ------
    SourceError
        When the file is missing, damaged or no table.
    TableError
        When the sheet is ambiguous, rows have more or fewer cells than the header, or a text is in no encoding.
    """
    path = files.find(path)
    kind = files.kind(path)
    if kind == "parquet":
        return _parquet(path)
    if kind == "workbook":
        rows, notes = _sheet(path, sheet)
    elif kind == "text" or path.suffix.lower() in _TEXT_SUFFIXES:
        rows, notes = _text(path, encoding)
    else:
        raise SourceError(
            "is no table", where=path, mend="give CSV, Excel or Parquet; vector files are read as they are"
        )
    return _framed(rows, notes, path)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except pa.ArrowException as error:
        raise SourceError("cannot be read: {error}", where=path, mend="get it again", error=str(error)[:200]) from None
    frame.attrs["notes"] = []
    return frame


# ---------------------------------------------------------------- text


def _text(path: Path, encoding: str | None) -> tuple[Rows, list[str]]:
    text, name = encodings.read(path, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise TableError(
            "line {line} holds a NUL byte", where=path, mend="the file is damaged: get it again", line=line
        )
    delimiter, head = _delimiter(text)
    start = _header_at(head)
    skipped = sum(1 for _ in io.StringIO("".join(_lines(text, start))))
    body = text[len("".join(_lines(text, start))) :]
    wrong: list[Any] = []

    def ragged(row: Any) -> str:  # noqa: ANN401 - pyarrow's InvalidRow
        wrong.append(row)
        return "skip"

    try:
        table = pacsv.read_csv(
            io.BytesIO(body.encode()),
            read_options=pacsv.ReadOptions(column_names=None, autogenerate_column_names=True, use_threads=False),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=ragged),
            convert_options=pacsv.ConvertOptions(
                column_types={f"f{i}": pa.string() for i in range(len(head[start]))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise TableError(
            "cannot be parsed: {error}", where=path, mend="a quote may be left open", error=str(error)[:120]
        ) from None
    rows = [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
    footers = [row for row in wrong if row.number is not None and row.number > table.num_rows]
    if len(footers) < len(wrong) or any(row.actual_columns > row.expected_columns for row in wrong):
        first = next((row for row in wrong if row not in footers), wrong[0])
        raise TableError(
            "line {line} has {actual} cells, the header has {expected}{more}",
            where=path,
            mend="a cell that holds the delimiter must stand in quotes",
            line=skipped + first.number,
            actual=first.actual_columns,
            expected=first.expected_columns,
            more=Phrase(" ({count} lines in all are so)", count=len(wrong)) if len(wrong) > 1 else "",
        )
    if rows and any(cell.count("\n") > LOOK_ROWS for cell in rows[-1]):
        raise TableError("a quote is left open near line {line}", where=path, mend="close it", line=skipped + len(rows))
    notes: list[str] = [Phrase("text is {encoding}", encoding=name)]
    notes += [Phrase("cells are parted by {delimiter!r}", delimiter=delimiter)] if delimiter != "," else []
    notes += _left_out(start)
    notes += [Phrase("{count} lines below the table left out", count=len(footers))] if footers else []
    return rows, notes


def _left_out(titles: int) -> list[str]:
    return [Phrase("{count} title rows left out", count=titles)] if titles else []


def _lines(text: str, rows: int) -> list[str]:
    """Return the lines that the first rows take up (a row may hold line breaks in quotes)."""
    lines = text.splitlines(keepends=True)[: LOOK_ROWS * 4]
    reader = csv.reader(lines)
    for _ in range(rows):
        next(reader, None)
    return lines[: reader.line_num]


def _delimiter(text: str) -> tuple[str, Rows]:
    """Return the delimiter that gives the most rows of one width, and the first rows as it parts them."""
    lines = text.splitlines(keepends=True)[: LOOK_ROWS * 4]
    best: tuple[tuple[int, int], str, Rows] = ((0, 0), ",", [])
    for delimiter in _DELIMITERS:
        rows = [row for _, row in zip(range(LOOK_ROWS), csv.reader(lines, delimiter=delimiter), strict=False)]
        width, count = Counter(len(row) for row in rows if row).most_common(1)[0] if any(rows) else (0, 0)
        score = (count if width > 1 else 0, width)
        if score > best[0]:
            best = (score, delimiter, rows)
    if best[0][0] == 0:
        return ",", [row for _, row in zip(range(LOOK_ROWS), csv.reader(lines), strict=False)]
    return best[1], best[2]


# ---------------------------------------------------------------- workbooks


def _workbook(path: Path) -> Any:  # noqa: ANN401 - python-calamine
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError("the workbook is damaged: {error}", where=path, mend="save it again", error=error) from None


def _sheet(path: Path, name: str | None) -> tuple[Rows, list[str]]:
    book = _workbook(path)
    names = list(book.sheet_names)
    if name is not None and name not in names:
        near = nearest(name, names)
        raise TableError(
            "there is no sheet {name!r}",
            where=path,
            mend="did you mean {near!r}?" if near else "its sheets are {names}",
            name=name,
            near=near,
            names=listed(names),
        )
    filled = [each for each in ([name] if name else names) if (book.get_sheet_by_name(each).height or 0) > 0]
    if not filled:
        raise TableError("there is nothing in it", where=path)
    if len(filled) > 1:
        raise TableError(
            "there are {count} sheets: {names}",
            where=path,
            mend="name one, as in {example}",
            count=len(filled),
            names=listed(filled),
            example=f"{path.name}:{filled[0]}",
        )
    page = book.get_sheet_by_name(filled[0])
    if page.height * page.width > WORKBOOK_CELLS:
        raise LimitError(
            "sheet {name!r} has {cells:,} cells",
            where=path,
            mend="save it as CSV",
            name=filled[0],
            cells=page.height * page.width,
        )
    rows = [[_cell(cell) for cell in row] for row in page.to_python(skip_empty_area=True)]
    start = _header_at(rows[:LOOK_ROWS])
    return rows[start:], [Phrase("sheet {name!r}", name=filled[0]), *_left_out(start)]


def _cell(value: object) -> str:
    """Return a cell of a workbook as the text a person sees, whole numbers without ``.0``."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - Excel's digits
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return "" if value is None else str(value)


# ---------------------------------------------------------------- rows to a frame


def _header_at(rows: Rows) -> int:
    """Return the first row that has nearly as many filled cells as any, and more words than numbers."""
    filled = [sum(not cells.blank(cell) for cell in row) for row in rows]
    most = max(filled, default=0)
    for at, (row, count) in enumerate(zip(rows, filled, strict=True)):
        words = sum(not cells.blank(cell) and cells.number(cell) is None for cell in row)
        if count and count >= _HEADER_SHARE * most and words * 2 >= count:
            return at
    return 0


def _framed(rows: Rows, notes: list[str], path: Path) -> pd.DataFrame:
    if not rows:
        raise TableError("there is nothing in it", where=path)
    header, more = _header(rows[0])
    body = [row for row in rows[1:] if any(not cells.blank(cell) for cell in row)]
    body, below = _without_notes(body, len(header))
    kept = [row for row in body if not _is_total(row)]
    totals = [row for row in body if _is_total(row)]
    if not kept:
        raise TableError("there is a header, and no row below it", where=path)
    frame = pd.DataFrame(kept, columns=header, dtype="str")
    frame = frame.loc[
        :, [name for name in header if not (name.startswith("column ") and frame[name].map(cells.blank).all())]
    ]
    frame = pd.DataFrame({name: cells.typed(frame[name]) for name in frame.columns})
    notes += more
    if below:
        notes.append(Phrase("{count} lines below the table left out", count=below))
    if totals:
        notes.append(Phrase("{count} total rows left out", count=len(totals)))
    notes += _disagreeing(frame, header, totals)
    frame.attrs["notes"] = notes
    return frame


def _header(row: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of the columns: blanks numbered, doubles (case does not count) told apart."""
    names: list[str] = []
    renamed: list[str] = []
    seen = Counter[str]()
    for at, cell in enumerate(row):
        name = " ".join(cells.plain(cell).split()) or f"column {at + 1}"
        seen[name.casefold()] += 1
        if seen[name.casefold()] > 1:
            other = f"{name}_{seen[name.casefold()]}"
            renamed.append(Phrase("column {name!r} stands there twice: the second is {other}", name=name, other=other))
            name = other
        names.append(name)
    return names, renamed


def _is_total(row: list[str]) -> bool:
    first = next((cell for cell in row if not cells.blank(cell)), "")
    return bool(_TOTAL.fullmatch(cells.plain(first))) and sum(not cells.blank(cell) for cell in row) > 1


def _without_notes(rows: Rows, width: int) -> tuple[Rows, int]:
    """Return the rows less those at the end that fill a single cell of a wider table with a remark."""
    end = len(rows)
    while width > 2 and end > 1 and _is_remark(rows[end - 1]):  # noqa: PLR2004 - wider than a pair
        end -= 1
    return rows[:end], len(rows) - end


def _is_remark(row: list[str]) -> bool:
    filled = [cells.plain(cell) for cell in row if not cells.blank(cell)]
    return len(filled) == 1 and bool(_REMARK.search(filled[0]))


def _disagreeing(frame: pd.DataFrame, header: list[str], totals: Rows) -> list[str]:
    """Return a note for each column whose one total row says another sum than its rows have."""
    if len(totals) != 1:
        return []
    notes: list[str] = []
    for name, cell in zip(header, totals[0], strict=False):
        said = cells.number(cell)
        if said is None or name not in frame or not pd.api.types.is_numeric_dtype(frame[name]) or cells.blank(cell):
            continue
        real = float(frame[name].sum())
        if abs(real - said) > 0.5:  # noqa: PLR2004 - a half is rounding
            note = "column {name!r}: the total row says {said:,.0f}, its rows add up to {real:,.0f}"
            notes.append(Phrase(note, name=name, said=said, real=real))
    return notes
