"""Who hands on orders to whom, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.language.numbers import moment
from gridkit.render.flow import BAR, LEFT, RIGHT, SAID, WIDE, Band, Flow, drawn
from gridkit.render.papers.pen import ACCENT, INK, MARGIN, QUIET, fill, fitted, rule, width_of, write
from gridkit.render.papers.setting import SIZES, document, finished

if TYPE_CHECKING:
    import pandas as pd
    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting

_HIGH, _WIDE = SIZES["A4"]
"""The page lies on its side."""
_TOP, _FOOT = 22.0, 16.0
_STEPS = 24
"""A band's edge is drawn by so many straight pieces."""


def flow_sheet(setting: Setting, hands: pd.DataFrame) -> bytes:
    """Return the page as a PDF.

    Parameters
    ----------
    hands
        ``from``, ``to``, ``orders``.
    """
    title, gives, takes, none = (said.said(setting.lang) for said in SAID)
    pdf = document(setting, title, landscape=True, size="A4")
    pdf.add_page()
    write(pdf, MARGIN, 9, fitted(pdf, setting.title, 9, _WIDE - 2 * MARGIN), 9, QUIET)
    write(pdf, MARGIN, 14, title, 18, INK)
    picture = drawn(hands, setting.lang)
    scale = min((_WIDE - 2 * MARGIN) / WIDE, (_HIGH - _TOP - _FOOT) / picture.height)
    left = (_WIDE - WIDE * scale) / 2
    if picture.bars:
        _picture(pdf, picture, (left, _TOP, scale), (gives, takes))
    else:
        write(pdf, MARGIN, 40, none, 14, INK)
    rule(pdf, _HIGH - 12)
    made = moment(setting.made, setting.lang) if setting.made else ""
    write(pdf, MARGIN, _HIGH - 10, made, 8, QUIET)
    return finished(pdf)


def _picture(pdf: FPDF, picture: Flow, at: tuple[float, float, float], heads: tuple[str, str]) -> None:
    x, y, scale = at
    write(pdf, x + LEFT * scale - width_of(pdf, heads[0], 11), y + 42 * scale, heads[0], 11, ACCENT)
    write(pdf, x + RIGHT * scale, y + 42 * scale, heads[1], 11, ACCENT)
    with pdf.local_context(fill_opacity=0.4):
        for band in picture.bands:
            fill(pdf, band.colour)
            pdf.polygon([(x + px * scale, y + py * scale) for px, py in _outline(band)], style="F")
    for bar in picture.bars:
        begin = LEFT if bar.left else RIGHT - BAR
        fill(pdf, bar.colour)
        pdf.rect(x + begin * scale, y + bar.top * scale, BAR * scale, bar.height * scale, style="F")
        middle = y + (bar.top + bar.height / 2) * scale - 1.7
        beside = begin - 6 - width_of(pdf, bar.text, 10) / scale if bar.left else begin + BAR + 6
        write(pdf, x + beside * scale, middle, bar.text, 10, INK)


def _outline(band: Band) -> list[tuple[float, float]]:
    """Return the edge of a band: its upper curve, and the lower one back."""
    t = np.linspace(0.0, 1.0, _STEPS + 1)
    # The cubic whose inner points lie half way, as on the screen.
    begin, end, middle = LEFT + BAR, RIGHT - BAR, (LEFT + RIGHT) / 2
    x = begin * (1 - t) ** 3 + 3 * middle * t * (1 - t) + end * t**3
    down = band.leaves * ((1 - t) ** 3 + 3 * t * (1 - t) ** 2) + band.meets * (3 * t**2 * (1 - t) + t**3)
    upper = list(zip(x.tolist(), down.tolist(), strict=True))
    return [*upper, *((px, py + band.height) for px, py in reversed(upper))]
