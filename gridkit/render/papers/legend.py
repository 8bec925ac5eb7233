"""The legend (图例) of a map on paper: what its colours, lines and squares are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridkit.language.phrases import Phrase, spoken
from gridkit.render.papers.pen import INK, QUIET, fill, stroke, width_of, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fpdf import FPDF

SIZE, LINE_MM = 8.0, 4.6


@dataclass(frozen=True)
class Sign:
    """One sign of a map: an ``area``, a ``line`` or a ``point``, its colour, that of its edge, and what it means."""

    kind: str
    colour: str
    edge: str
    meaning: str


def legend(pdf: FPDF, lang: str, signs: Sequence[Sign], place: tuple[float, float, float]) -> float:
    """Write the signs below a map, and return where they end; ``place`` is x, y and width in millimetres."""
    left, y, width = place
    title = Phrase("Legend").said(lang)
    write(pdf, left, y, title, SIZE, QUIET)
    x = begin = left + width_of(pdf, title, SIZE) + 4
    for sign in signs:
        said = str(spoken(sign.meaning, lang))
        wide = 6 + width_of(pdf, said, SIZE) + 4
        if x + wide > left + width + 4 and x > begin:
            x, y = begin, y + LINE_MM
        _draw(pdf, sign, x, y)
        write(pdf, x + 6, y, said, SIZE, INK)
        x += wide
    return y + LINE_MM


def _draw(pdf: FPDF, sign: Sign, x: float, y: float) -> None:
    """Draw a sign beside its words."""
    fill(pdf, sign.colour)
    stroke(pdf, sign.edge or sign.colour)
    pdf.set_line_width(0.5 if sign.edge or sign.kind == "line" else 0.1)
    if sign.kind == "line":
        pdf.line(x, y + 1.6, x + 5, y + 1.6)
    elif sign.kind == "point":
        pdf.rect(x + 1, y + 0.2, 3, 3, style="F")
    else:
        pdf.rect(x, y + 0.2, 5, 3, style="DF")
