"""What writes on a sheet of paper: text of a size and colour, lists, rules, and the colours that fill and stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from gridkit.store.sheets import CONTROL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF

PAGE, MARGIN = (210.0, 297.0), 13.0
"""Width and height of a page of A4, and what stays empty around; in millimetres."""
INK, QUIET, ACCENT, LINE = "#1d2a35", "#56636f", "#0b5a83", "#c9d1d7"
FAMILY = "gridkit"


def write(pdf: FPDF, x: float, y: float, text: str, size: float, colour: str) -> None:
    """Write one line, its upper left corner at x and y, in millimetres."""
    _set(pdf, size)
    pdf.set_text_color(*_rgb(colour))
    pdf.set_xy(x, y)
    pdf.cell(text=clean(text))


def wrapped(pdf: FPDF, x: float, y: float, width: float, text: str, size: float) -> int:
    """Write a text over at most four lines; return how many it took."""
    _set(pdf, size)
    pdf.set_text_color(*_rgb(INK))
    lines = cast("list[str]", pdf.multi_cell(width, text=clean(text), dry_run=True, output="LINES", align="L"))
    for at, line in enumerate(lines[:4]):
        write(pdf, x, y + at * 5.4, line, size, INK)
    return min(4, len(lines))


def listing(pdf: FPDF, place: tuple[float, float, float], heading: str, rows: list[tuple[str, str]]) -> None:
    """Write names and values under a heading; what has no room is counted."""
    x, y, width = place
    write(pdf, x, y, heading, 10, ACCENT)
    y += 6.5
    for at, (name, value) in enumerate(rows):
        if y > PAGE[1] - 24:
            write(pdf, x, y - 1, f"… +{len(rows) - at}", 8, QUIET)
            break
        title = fitted(pdf, name, 9.5, width * 0.6)
        write(pdf, x, y, title, 9.5, QUIET)
        said = fitted(pdf, value, 9.5, width - width_of(pdf, title, 9.5) - 2)
        write(pdf, x + width - width_of(pdf, said, 9.5), y, said, 9.5, INK)
        y += 5.6


def fitted(pdf: FPDF, text: str, size: float, width: float) -> str:
    """Return a text cut to a width, in millimetres."""
    text = clean(text)
    while len(text) > 1 and width_of(pdf, text, size) > width:
        text = text[:-2] + "…"
    return text


def _set(pdf: FPDF, size: float) -> None:
    pdf.set_font(FAMILY if FAMILY in pdf.fonts else "Helvetica", size=size)


def width_of(pdf: FPDF, text: str, size: float) -> float:
    """Return how wide a text is, in millimetres."""
    _set(pdf, size)
    return float(pdf.get_string_width(clean(text)))


def rule(pdf: FPDF, y: float) -> None:
    """Draw a thin line across the page."""
    stroke(pdf, LINE)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN, y, PAGE[0] - MARGIN, y)


def fill(pdf: FPDF, colour: str) -> None:
    """Set the colour that areas are filled with."""
    pdf.set_fill_color(*_rgb(colour))


def stroke(pdf: FPDF, colour: str) -> None:
    """Set the colour of lines."""
    pdf.set_draw_color(*_rgb(colour))


def fill_rings(pdf: FPDF, rings: Sequence[np.ndarray[Any, Any]], colour: str) -> None:
    """Fill what rings of page coordinates enclose, all at once; a ring that runs the other way round cuts a hole."""
    fill(pdf, colour)
    _paint(pdf, rings, closed=True)


def draw_lines(pdf: FPDF, parts: Sequence[np.ndarray[Any, Any]], colour: str, width: float) -> None:
    """Draw lines of page coordinates, all at once, of a width in millimetres."""
    stroke(pdf, colour)
    pdf.set_line_width(width)
    _paint(pdf, parts, closed=False)


def _paint(pdf: FPDF, parts: Sequence[np.ndarray[Any, Any]], *, closed: bool) -> None:
    """Write one path of all parts: fpdf2 takes a path point by point, which took most of the time of a set of cards."""
    if not parts:
        return
    points = np.vstack(parts) * (pdf.k, -pdf.k) + (0.0, pdf.h * pdf.k)
    end = " l h\n" if closed else " l\n"
    form = "".join("%.2f %.2f m\n" + "%.2f %.2f l\n" * (len(part) - 2) + f"%.2f %.2f{end}" for part in parts)
    pdf._out(form % tuple(points.ravel().tolist()) + ("f" if closed else "S"))  # noqa: SLF001 - no other way in


def _rgb(colour: str) -> tuple[int, int, int]:
    try:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    except ValueError:  # a definition may say anything
        return 86, 99, 111
    return red, green, blue


def clean(text: object) -> str:
    """Return a text without signs that no font can set."""
    return " ".join(CONTROL.sub(" ", str(text)).split())


def blank(pdf: FPDF, place: tuple[float, float, float], name: str, value: str) -> None:
    """Write a field for the pen: its name and a line, with what is known on it.

    ``place`` is where it begins and how wide it is: x, y, width.
    """
    x, y, width = place
    write(pdf, x, y, name, 9.5, QUIET)
    begin = x + width_of(pdf, name, 9.5) + 2
    stroke(pdf, LINE)
    pdf.set_line_width(0.25)
    pdf.line(begin, y + 5, x + width, y + 5)
    if value:
        write(pdf, begin + 1, y, fitted(pdf, value, 9.5, x + width - begin - 1), 9.5, INK)
