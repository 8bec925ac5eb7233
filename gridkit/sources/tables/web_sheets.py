"""Tables that web systems hand out as workbooks: HTML, a web archive (MHTML), and Excel's XML of 2003."""

from __future__ import annotations

import email
import email.policy
import re
import warnings
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pandas as pd

from gridkit.errors import GridkitWarning, SourceError, TableError, absent
from gridkit.language.phrases import Phrase, template
from gridkit.sources.tables import encodings, rows
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from pathlib import Path

    Rows = list[list[str]]

KINDS = ("html", "mhtml", "xml2003")

_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""")
_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_BEGINS, _ENDS = re.compile(rb"<table[\s>]", re.IGNORECASE), re.compile(rb"</table", re.IGNORECASE)
_SPAN = 1000
"""A cell spans at most so many columns or rows: more is a slip of the program that wrote it."""


def read(path: Path, kind: str, name: str | None, encoding: str | None) -> rows.Raw:
    """Return the rows of the table that is named, else of the one with most rows, its header first.

    Raises
    ------
    SourceError
        When it cannot be parsed.
    TableError
        When there is no table in it, or none of the name.

    Warns
    -----
    GridkitWarning
        When a table of a page has no end: it was cut off.
    """
    found = tables(path, kind, encoding)
    if kind == "html":
        _warn_of_cut(path)
    if name is not None and name not in found:
        raise absent("sheet", name, found, where=path)
    chosen = name or max(found, key=lambda each: len(found[each]))
    table = found[chosen]
    width = max(map(len, table), default=0)
    table = [[*row, *[""] * (width - len(row))] for row in table]
    start = rows.header_at(table[: rows.LOOK_ROWS])
    notes: list[str] = [Phrase("sheet {name!r}", name=chosen), *rows.left_out(start)]
    return rows.Raw(
        pd.DataFrame(table[start:], dtype=TEXT), notes, delimiter="", titles=rows.said(table[:start]), above=start
    )


def _warn_of_cut(path: Path) -> None:
    """Warn where a table has no end: a page that broke off in loading reads on all the same, with fewer rows."""
    data = path.read_bytes()
    if len(_BEGINS.findall(data)) > len(_ENDS.findall(data)):
        said = "a table in it has no end: rows may be missing"
        warnings.warn(GridkitWarning(said, where=path, mend="get the file again"), stacklevel=4)


def tables(path: Path, kind: str, encoding: str | None = None) -> dict[str, Rows]:
    """Return the tables of a file by the names of their sheets, in its order; those of HTML are numbered."""
    data = path.read_bytes()
    found = (
        _xml(data, path) if kind == "xml2003" else _html(data if kind == "html" else _archived(data), path, encoding)
    )
    if not any(found.values()):
        raise TableError("there is no table in it", where=path, mend="get the data file itself")
    return found


def _html(data: bytes, path: Path, encoding: str | None) -> dict[str, Rows]:
    said = _CHARSET.search(data[:4096])
    try:
        text, _ = encodings.decoded(data, encoding or (said[1].decode() if said else None), where=path)
    except TableError:
        text, _ = encodings.decoded(data, None, where=path)  # what the page says of itself is not so
    parser = _Tables()
    parser.feed(text)
    parser.close()
    if parser.loose:
        torn = template(
            "{count} cell or text of a table in it stands in no row: it is damaged, and rows may be missing",
            "{count} cells or texts of a table in it stand in no row: it is damaged, and rows may be missing",
        )
        warnings.warn(GridkitWarning(torn, where=path, mend="get the file again", count=parser.loose), stacklevel=5)
    # Pages are laid out with tables as well: those of one row or one column are no data.
    found = [table for table in parser.tables if len(table) > 1 and max(map(len, table)) > 1] or parser.tables[:1]
    return {str(number): table for number, table in enumerate(found, 1)}


def _archived(data: bytes) -> bytes:
    """Return the pages of a web archive one after the other."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    pages = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    return b"\n".join(page for page in pages if isinstance(page, bytes))


@dataclass
class _Cell:
    text: list[str] = field(default_factory=list)
    columns: int = 1
    rows: int = 1


class _Tables(HTMLParser):
    """The tables of a page, cells that span several repeated in each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Rows] = []
        # Each with the cell it stands in, which goes on when it ends.
        self._open: list[tuple[Rows, dict[int, tuple[int, str]], _Cell | None]] = []
        self._cell: _Cell | None = None
        self._between = False
        self.loose = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append(([], {}, self._cell))
            self._between = False
            self._cell = None
            self.tables.append(self._open[-1][0])
        elif tag == "tr" and self._open:
            self._end_cell()
            self._between = False
            self._open[-1][0].append([])
            self._hang_down()
        elif tag in ("td", "th") and self._open:
            self._end_cell()
            self.loose += self._between
            if not self._open[-1][0]:
                self._open[-1][0].append([])
            named = dict(attrs)
            self._cell = _Cell(columns=_span(named.get("colspan")), rows=_span(named.get("rowspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag in ("tr", "table"):
            self._between = tag == "tr"
        if tag == "table" and self._open:
            *_, self._cell = self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text.append(data)
        elif self._between and self._open and data.strip():
            self.loose += 1

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or not self._open:
            return
        lines, hanging, _ = self._open[-1]
        text = " ".join("".join(cell.text).split())
        for _ in range(cell.columns):
            if cell.rows > 1:
                hanging[len(lines[-1])] = (cell.rows - 1, text)
            lines[-1].append(text)
        self._hang_down()

    def _hang_down(self) -> None:
        """Fill in what hangs down from the rows above at the end of the row that is being read."""
        lines, hanging, _ = self._open[-1]
        at = len(lines[-1])
        # What was noted in this very row hangs from the next one on.
        while at in hanging and (found := hanging[at])[0] > 0 and len(lines) > 1:
            lines[-1].append(found[1])
            hanging[at] = (found[0] - 1, found[1])
            at += 1


def _span(said: str | None) -> int:
    return min(max(int(said), 1), _SPAN) if said and said.strip().isdigit() else 1


def _xml(data: bytes, path: Path) -> dict[str, Rows]:
    declared = _DECLARED.match(data)
    text, _ = encodings.decoded(data, declared[1].decode() if declared else None, where=path)
    try:
        # Decoded here: the parser knows no encoding of Chinese.
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff")))  # noqa: S314 - expat refuses entities that blow up
    except (ET.ParseError, ValueError) as error:
        raise SourceError("the workbook is damaged: {error}", where=path, mend="save it again", error=error) from None
    found: dict[str, Rows] = {}
    for number, page in enumerate(root.iter(f"{_SHEET}Worksheet"), 1):
        lines: Rows = []
        for row in page.iter(f"{_SHEET}Row"):
            _pad(lines, int(row.get(f"{_SHEET}Index", len(lines) + 1)) - 1, [])
            cells: list[str] = []
            for cell in row.iter(f"{_SHEET}Cell"):
                _pad(cells, int(cell.get(f"{_SHEET}Index", len(cells) + 1)) - 1, "")
                value = cell.find(f"{_SHEET}Data")
                across = _span(cell.get(f"{_SHEET}MergeAcross")) if cell.get(f"{_SHEET}MergeAcross") else 0
                cells += ["" if value is None else "".join(value.itertext()), *[""] * across]
            lines.append(cells)
        found[page.get(f"{_SHEET}Name", str(number))] = lines
    return found


def _pad(items: list[Any], length: int, blank: object) -> None:
    items += [blank] * min(length - len(items), 1_000_000) if length > len(items) else []
