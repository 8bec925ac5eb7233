"""A paper that runs over pages: headings, paragraphs, tables and maps one below the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridkit.render.papers.pen import ACCENT, INK, LEADING, folded, ruled, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.sheet import Body, page
from gridkit.render.papers.table import Column, Form, Row, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting

LEGEND = 14.0
"""What a map needs below it for its legend, in millimetres."""


@dataclass
class Prose:
    """Pages that are filled from the top; whatever has no room begins another one."""

    pdf: FPDF
    setting: Setting
    title: str
    under: str = ""
    body: Body = field(init=False)

    def __post_init__(self) -> None:
        self.body = page(self.pdf, self.setting, self.title, self.under)

    def turn(self) -> Body:
        """Begin another page."""
        self.body = page(self.pdf, self.setting, self.title, self.under)
        return self.body

    def room(self, height: float) -> None:
        """Begin another page where less than a height is left."""
        if self.body.height < height:
            self.turn()

    def heading(self, text: str, size: float = 12.5) -> None:
        """Write a heading, which never stands alone at the foot of a page."""
        self.room(34)
        write(self.pdf, self.body.left, self.body.top + 2, text, size, ACCENT)
        self.body = self.body.below(self.body.top + 4 + size * 0.45)

    def text(self, said: str, size: float = 10.5) -> None:
        """Write a paragraph."""
        step = size * LEADING * 1.08
        for line in folded(self.pdf, said, size, self.body.width):
            self.room(step)
            write(self.pdf, self.body.left, self.body.top, line, size, INK)
            self.body = self.body.below(self.body.top + step)
        self.body = self.body.below(self.body.top + 1.5)

    def lines(self, count: int) -> None:
        """Rule lines to write on."""
        self.room(8 * count)
        end = ruled(self.pdf, (self.body.left, self.body.top - 2, self.body.width), count)
        self.body = self.body.below(end + 4)

    def table(self, columns: Sequence[Column], rows: Iterable[Row], form: Form | None = None) -> None:
        """Draw a table."""
        self.room(20)
        end = table(self.pdf, self.body, columns, rows, self.turn, form or Form())
        self.body = self.body.below(end + 3)

    def map(self, look: Look, height: float) -> None:
        """Draw a map over the width, as high as asked or as there is room."""
        self.room(min(height, 60.0) + LEGEND)
        high = min(height, self.body.height - LEGEND)
        end = plate(self.pdf, self.setting, (self.body.left, self.body.top, self.body.width, high), look)
        self.body = self.body.below(end + 2)
