"""Text with delimiters taken apart into rows: which delimiter, where the header is, and rows that do not fit it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, template
from gridkit.sources.tables import cells, encodings, rows
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DELIMITERS = (",", "\t", ";", "|")
_LONGEST_CELL = 1000
"""Longer runs of plain characters are shortened where the first lines are only looked at."""


@dataclass
class _Odd:
    """Rows of another width than the header's, by their number below the titles, counted from 1."""

    rows: list[Any] = field(default_factory=list)

    def __call__(self, row: Any) -> str:  # noqa: ANN401 - pyarrow's InvalidRow
        """Take note of a row and have it left out for now."""
        self.rows.append(row)
        return "skip"


def read(path: Path, encoding: str | None) -> rows.Raw:
    """Return the rows of a text file, its header first, in cells of text.

    Raises
    ------
    TableError
        When a quote is left open, a row has more cells than the header, or a text is in no encoding: with the line.
    """
    text, name = encodings.read(path, encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise TableError(
            "line {line} holds a NUL byte", where=path, mend="the file is damaged: get it again", line=line
        )
    delimiter, head = _delimiter(text)
    start = rows.header_at(head)
    titles = "".join(_lines(text, start))
    body, odd = text[len(titles) :], _Odd()
    table = _parsed(body, delimiter, len(head[start]) if head else 1, odd, path)
    skipped = titles.count("\n")
    _require_closed(table, odd, body, (delimiter, skipped), path)
    frame = pd.DataFrame({at: pd.Series(column, dtype=TEXT) for at, column in enumerate(table.columns)})
    notes: list[str] = [Phrase("text is {encoding}", encoding=name)]
    notes += [Phrase("cells are parted by {delimiter!r}", delimiter=delimiter)] if delimiter != "," else []
    notes += rows.left_out(start)
    frame, cut, more = _with_odd(frame, odd, (body, delimiter, skipped), path)
    lost = {"unreadable": cut} if cut else {}
    return rows.Raw(frame, [*notes, *more], delimiter=delimiter, lost=lost, titles=rows.said(head[:start]), above=start)


def _parsed(body: str, delimiter: str, width: int, odd: _Odd, path: Path) -> pa.Table:
    """Return the rows that are as wide as the header; the others are noted in ``odd``."""
    data = body.encode()
    types = {f"f{at}": pa.string() for at in range(width)}
    try:
        return pacsv.read_csv(
            io.BytesIO(data),
            read_options=pacsv.ReadOptions(
                autogenerate_column_names=True, use_threads=False, block_size=min(len(data) + 1, 1 << 30)
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=odd
            ),
            convert_options=pacsv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise TableError(
            "cannot be parsed: {error}", where=path, mend="a quote may be left open", error=str(error)[:120]
        ) from None


# ---------------------------------------------------------------- rows that do not fit


def _with_odd(
    frame: pd.DataFrame, odd: _Odd, text: tuple[str, str, int], path: Path
) -> tuple[pd.DataFrame, int, list[str]]:
    """Return the rows with the short ones filled up, how many were cut off, and notes.

    A short row lacks its last cells, as spreadsheets leave them out where they are empty: where other rows leave them
    blank too. The last one of a file that ends without a line break was cut off with the file.

    Raises
    ------
    TableError
        When a row has too many cells, or lacks some that all others fill.
    """
    body, delimiter, skipped = text
    width = frame.shape[1]
    numbers = _numbers(len(frame), odd)
    often_blank = [bool(cells.blanks(frame[name]).any()) for name in frame]
    more: dict[int, list[str]] = {}
    cut = 0
    for row in odd.rows:
        parts = next(csv.reader([row.text], delimiter=delimiter), [])
        while len(parts) > width and cells.blank(parts[-1]):
            parts.pop()
        filled = [part for part in parts if not cells.blank(part)]
        below = row.number > numbers[-1]
        if below and row is odd.rows[-1] and not body.endswith(("\n", "\r")) and len(filled) > 1:
            cut = 0 if rows.is_total(parts) else 1
        apart = rows.is_total(parts) or (below and (len(filled) == 1 and rows.is_remark(filled[0])))
        if filled and not cut and not apart and (len(parts) > width or not all(often_blank[len(parts) :])):
            raise _misfit(row, len(parts), frame, (skipped, len(odd.rows)), path)
        if filled and not cut:
            more[row.number] = parts + [""] * (width - len(parts))
    notes: list[str] = []
    if cut:
        notes.append(Phrase("the file is cut off in its last line, which is left out"))
    if not more:
        return frame, cut, notes
    short = pd.DataFrame.from_dict(more, orient="index", columns=frame.columns, dtype=TEXT)
    lines = len(more) - sum(sum(not cells.blank(part) for part in parts) == 1 for parts in more.values())
    if lines:
        notes.append(
            Phrase(
                "{count} line is shorter than the header: what it lacks is blank",
                "",
                "{count} lines are shorter than the header: what they lack is blank",
                count=lines,
            )
        )
    whole = pd.concat([frame.set_axis(numbers), short]).sort_index(kind="stable").reset_index(drop=True)
    return whole, cut, notes


def _numbers(count: int, odd: _Odd) -> list[int]:
    """Return the numbers of the rows that fit, counted from 1: those that the others do not have."""
    other = {row.number for row in odd.rows}
    return [at for at in range(1, count + len(other) + 1) if at not in other]


def _misfit(row: Any, width: int, frame: pd.DataFrame, told: tuple[int, int], path: Path) -> TableError:  # noqa: ANN401
    skipped, count = told
    return TableError(
        template(
            "line {line} has {count} cell, the header has {expected}{more}",
            "line {line} has {count} cells, the header has {expected}{more}",
        ),
        where=path,
        mend="a cell that holds the delimiter must stand in quotes",
        line=skipped + row.number + _breaks(frame, row.number - 1),
        count=width,
        expected=frame.shape[1],
        more=Phrase(" ({count} lines in all are so)", count=count) if count > 1 else "",
    )


def _breaks(frame: pd.DataFrame, before: int) -> int:
    """Return how many line breaks stand inside the cells of the first rows."""
    return int(sum(frame[name].iloc[:before].str.count("\n").sum() for name in frame))


def _require_closed(table: pa.Table, odd: _Odd, body: str, text: tuple[str, int], path: Path) -> None:
    """Raise where a cell holds whole lines of the table: a quote before them was never closed."""
    delimiter, skipped = text
    width = table.num_columns
    if width == 1:
        return
    for row in odd.rows:
        # pyarrow hands the row on as it stands in the file.
        odd_quotes = row.text.count('"') % 2 == 1
        if odd_quotes or ("\n" in row.text and any(_is_row(line, delimiter, width) for line in row.text.split("\n"))):
            raise _left_open(body, row.text, skipped, path)
    for column in table.columns:
        texts = pc.unique(column)
        for at in pc.indices_nonzero(pc.match_substring(texts, "\n")).to_pylist():
            cell = texts[at].as_py()
            if any(_is_row(line, delimiter, width) for line in cell.split("\n")[1:-1]):
                raise _left_open(body, cell.replace('"', '""'), skipped, path)


def _is_row(line: str, delimiter: str, width: int) -> bool:
    return line.count(delimiter) == width - 1 and sum(bool(part.strip()) for part in line.split(delimiter)) * 2 > width


def _left_open(body: str, held: str, skipped: int, path: Path) -> TableError:
    at = body.find(held)
    line = skipped + body.count("\n", 0, max(at, 0)) + 1
    return TableError(
        "a quote is left open in line {line}: it swallows the lines below",
        where=path,
        mend="close it or take it out",
        line=line,
    )


# ---------------------------------------------------------------- the first lines


def _lines(text: str, count: int) -> list[str]:
    """Return the lines that the first rows take up (a row may hold line breaks in quotes)."""
    lines = list(_first_lines(text))
    reader = csv.reader(_shortened(lines))
    for _ in range(count):
        next(reader, None)
    return lines[: reader.line_num]


def _first_lines(text: str) -> Iterator[str]:
    handle = io.StringIO(text, newline="")
    for _, line in zip(range(rows.LOOK_ROWS * 4), handle, strict=False):
        yield line


def _shortened(lines: list[str]) -> list[str]:
    """Return lines without what makes a cell longer than Python's reader takes."""
    return [re.sub(rf"[^,;|\t\r\n\"]{{{_LONGEST_CELL},}}", "x", line) for line in lines]


def _delimiter(text: str) -> tuple[str, list[list[str]]]:
    """Return the delimiter that gives the most rows of one width, and the first rows as it parts them.

    One that stands behind every quote that closes comes before others: inside a text in quotes any sign may stand.
    """
    lines = _shortened(list(_first_lines(text)))
    best: tuple[tuple[bool, int, int], str, list[list[str]]] = ((False, 0, 0), ",", [])
    for delimiter in _DELIMITERS:
        found = _few(lines, delimiter)
        width, count = Counter(len(row) for row in found if row).most_common(1)[0] if any(found) else (0, 0)
        score = (_quotes_close(lines, delimiter), count, width)
        if width > 1 and score > best[0]:
            best = (score, delimiter, found)
    return (",", _few(lines, ",")) if best[0][1] == 0 else best[1:]


def _quotes_close(lines: list[str], delimiter: str) -> bool:
    """Return whether nothing but the delimiter and the line's end follows a quote that closes."""
    try:
        for _ in zip(range(rows.LOOK_ROWS), csv.reader(lines, delimiter=delimiter, strict=True), strict=False):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return True


def _few(lines: list[str], delimiter: str) -> list[list[str]]:
    return [row for _, row in zip(range(rows.LOOK_ROWS), csv.reader(lines, delimiter=delimiter), strict=False)]
