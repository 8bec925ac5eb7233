"""Ruled tables on paper: cells over several lines, heads again on every page, rows of groups and of totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.render.papers.pen import ACCENT, INK, LEADING, fill, fitted, folded, stroke, width_of, words, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fpdf import FPDF

    from gridkit.render.papers.sheet import Body

PAD = 1.2
"""Between the rule of a cell and its text, in millimetres."""
EDGE, HEAD, GROUP, TOTAL = "#8b97a1", "#e8eef2", "#f4f1e6", "#eef3f6"
SLACK = 0.1
"""What is added where a word just fits, so that rounding does not break it."""
MOST_WORD = 0.35
"""The most of a table's width that one word is given."""
MOST_LINES = 14
"""A cell takes no more lines than this; the last of a longer text ends in dots."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and whether it holds numbers, which stand to the right."""

    title: str
    share: float
    number: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its cells, or one text over all of them (``group``); ``total`` rows are tinted."""

    cells: tuple[str, ...]
    kind: str = "row"


@dataclass(frozen=True)
class Form:
    """How a table is set: the size of its text, the least height of a row, and how many lines a cell may take."""

    size: float = 8.5
    least: float = 0.0
    most: int = MOST_LINES


def table(
    pdf: FPDF,
    body: Body,
    columns: Sequence[Column],
    rows: Iterable[Row],
    turn: Callable[[], Body],
    form: Form = Form(),
) -> float:
    """Draw a table, and return where it ends.

    Parameters
    ----------
    body
        Where it may stand on the page it begins on.
    turn
        Begins another page, and returns where the table goes on; the heads stand there again.
    """
    rows = list(rows)
    edges = [body.left]
    for wide in widths(pdf, body.width, columns, form, rows):
        edges.append(edges[-1] + wide)
    heads = Row(tuple(column.title for column in columns), "head")
    y = _row(pdf, edges, body.top, heads, columns, form)
    for at, row in enumerate(rows):
        if y + sum(_height(pdf, edges, each, form) for each in _together(rows, at)) > body.bottom:
            body = turn()
            y = _row(pdf, edges, body.top, heads, columns, form)
        y = _row(pdf, edges, y, row, columns, form)
    return y


def _together(rows: Sequence[Row], at: int) -> Sequence[Row]:
    """Return a row with those that no page may part from it: a heading and its first row, a last row and its total."""
    end = at + 1
    while end < len(rows) and (rows[end - 1].kind == "group" or rows[end].kind == "total"):
        end += 1
    return rows[at:end]


def widths(pdf: FPDF, room: float, columns: Sequence[Column], form: Form, rows: Sequence[Row] = ()) -> list[float]:
    """Return how wide each column is: its share, and more where a word of its heading or a code in it would break.

    Words longer than ``MOST_WORD`` of the room break all the same. Where not all fit, codes break before headings do.
    """

    def need(texts: Iterable[str]) -> float:
        wide = [width_of(pdf, word.rstrip(), form.size) for word in {word for text in texts for word in words(text)}]
        return max((each for each in wide if each <= MOST_WORD * room), default=0.0) + 2 * PAD + SLACK

    heads = [need([column.title]) for column in columns]
    cells = [{row.cells[at] for row in rows if row.kind != "group"} for at in range(len(columns))]
    every = [max(head, need(texts)) for head, texts in zip(heads, cells, strict=True)]
    needs = next((each for each in (every, heads) if sum(each) <= room), [0.0] * len(columns))
    narrow: set[int] = set()
    while True:
        shares = sum(column.share for at, column in enumerate(columns) if at not in narrow)
        left = room - sum(needs[at] for at in narrow)
        wide = [needs[at] if at in narrow else left * column.share / shares for at, column in enumerate(columns)]
        more = {at for at in range(len(columns)) if at not in narrow and wide[at] < needs[at]}
        if not more:
            return wide
        narrow |= more


def _lines(pdf: FPDF, edges: Sequence[float], row: Row, form: Form) -> list[list[str]]:
    """Return the lines of each cell."""
    if row.kind == "group":
        return [[fitted(pdf, row.cells[0], form.size + 0.5, edges[-1] - edges[0] - 2 * PAD)]]
    cells = zip(row.cells, edges[:-1], edges[1:], strict=True)
    most = 3 if row.kind == "head" else form.most
    return [
        folded(pdf, text, form.size, after - before - 2 * PAD, most) if text else [] for text, before, after in cells
    ]


def _height(pdf: FPDF, edges: Sequence[float], row: Row, form: Form) -> float:
    lines = max(map(len, _lines(pdf, edges, row, form)), default=1)
    tall = max(1, lines) * form.size * LEADING + 2 * PAD
    return max(tall, form.least) if row.kind == "row" else tall


def _row(pdf: FPDF, edges: Sequence[float], y: float, row: Row, columns: Sequence[Column], form: Form) -> float:
    """Draw a row from a height on, and return where it ends."""
    tall = _height(pdf, edges, row, form)
    stroke(pdf, EDGE)
    pdf.set_line_width(0.2)
    tint = {"head": HEAD, "group": GROUP, "total": TOTAL}.get(row.kind)
    if tint:
        fill(pdf, tint)
    style = "DF" if tint else "D"
    if row.kind == "group":
        pdf.rect(edges[0], y, edges[-1] - edges[0], tall, style=style)
        write(pdf, edges[0] + PAD, y + PAD, _lines(pdf, edges, row, form)[0][0], form.size + 0.5, ACCENT)
        return y + tall
    for at, lines in enumerate(_lines(pdf, edges, row, form)):
        left, wide = edges[at], edges[at + 1] - edges[at]
        pdf.rect(left, y, wide, tall, style=style)
        for number, line in enumerate(lines):
            x = left + PAD
            if row.kind == "head":
                x = left + (wide - width_of(pdf, line, form.size)) / 2
            elif columns[at].number:
                x = left + wide - PAD - width_of(pdf, line, form.size)
            write(pdf, x, y + PAD + number * form.size * LEADING, line, form.size, INK)
    return y + tall
