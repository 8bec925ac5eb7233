"""The notice board of a grid (公示牌): its plan, bounds, duties, and the fields for those who work there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.catalog.presets import presets
from gridkit.render.papers.pen import ACCENT, INK, MARGIN, QUIET, blank, centred, fill, folded, stroke, wrapped, write
from gridkit.render.papers.plate import Look, plate

if TYPE_CHECKING:
    from fpdf import FPDF

    from gridkit.language.phrases import Phrase
    from gridkit.render.papers.setting import Setting

HEAD = "#9e2a22"
_BAND = 30.0
"""How high the coloured head is on A4, in millimetres."""


def board(pdf: FPDF, setting: Setting) -> None:
    """Write one page per grid. It hangs outside: no count stands on it, and persons are left to the pen."""
    for grid in setting.chosen:
        _one(pdf, setting, grid)


def _one(pdf: FPDF, setting: Setting, grid: str) -> None:
    said, k = setting.said, pdf.w / 210
    pdf.add_page()
    fill(pdf, HEAD)
    pdf.rect(0, 0, pdf.w, _BAND * k, style="F")
    title = said("{name}: notice board", name=setting.names[grid])
    lines = folded(pdf, title, 24 * k, pdf.w - 2 * MARGIN, 2)
    size = 24 * k if len(lines) == 1 else 17 * k
    lines = folded(pdf, title, size, pdf.w - 2 * MARGIN, 2)
    top = (_BAND * k - 6 * k - len(lines) * size * 0.45) / 2
    for at, line in enumerate(lines):
        centred(pdf, pdf.w / 2, top + at * size * 0.47, line, size, "#ffffff")
    centred(pdf, pdf.w / 2, _BAND * k - 7 * k, grid, 9 * k, "#f3d9d5")
    wide = pdf.w - 2 * MARGIN
    side = 58 * k
    frame = (MARGIN, (_BAND + 6) * k, wide - side - 6 * k, 138 * k)
    below = plate(pdf, setting, frame, Look(setting.plan.grids.geometry[grid], (grid,), setting.short))
    _persons(pdf, setting, (pdf.w - MARGIN - side, frame[1], side), k)
    y = max(below, frame[1] + frame[3] + 10 * k) + 2 * k
    write(pdf, MARGIN, y, said("Bounds"), 9 * k, QUIET)
    bounds = setting.bounds.get(grid) or "–"
    y += 5 * k + wrapped(pdf, (MARGIN, y + 5 * k, wide), bounds, 11.5 * k, 3) * 11.5 * k * 0.515 + 3 * k
    y = _duties(pdf, setting, y, k)
    _foot(pdf, setting, y, k)


def _persons(pdf: FPDF, setting: Setting, place: tuple[float, float, float], k: float) -> None:
    """Draw a box for a photograph beside the fields of each post."""
    x, y, wide = place
    said = setting.said
    for title in (said("Head of grid"), said("Full-time worker"), said("Micro-grid head")):
        stroke(pdf, "#8b97a1")
        pdf.set_line_width(0.25)
        pdf.rect(x, y, 25 * k, 32 * k)
        centred(pdf, x + 12.5 * k, y + 14 * k, said("Photograph"), 8 * k, "#8b97a1")
        write(pdf, x + 28 * k, y, title, 10.5 * k, ACCENT)
        blank(pdf, (x + 28 * k, y + 10 * k, wide - 28 * k), said("Name"), "")
        blank(pdf, (x + 28 * k, y + 20 * k, wide - 28 * k), said("Phone"), "")
        y += 47 * k


def _duties(pdf: FPDF, setting: Setting, y: float, k: float) -> float:
    """Write the duties of the practice in two columns, or lines for them; return where they end."""
    wide = (pdf.w - 2 * MARGIN - 8 * k) / 2
    write(pdf, MARGIN, y, setting.said("Duties of the post"), 11.5 * k, ACCENT)
    y += 7 * k
    duties = duties_of(setting)
    half = (len(duties) + 1) // 2
    for at in range(half or 3):
        tall = 8 * k
        for column in (0, 1):
            place = at + column * half
            x = MARGIN + column * (wide + 8 * k)
            if not duties:
                stroke(pdf, "#c9d1d7")
                pdf.line(x, y + 6 * k, x + wide, y + 6 * k)
            elif place < len(duties):
                text = f"{place + 1}. {duties[place].said(setting.lang)}"
                tall = max(tall, wrapped(pdf, (x, y, wide), text, 10 * k, 3) * 10 * k * 0.515 + 1.5 * k)
        y += tall
    return y + 2 * k


def duties_of(setting: Setting) -> tuple[Phrase, ...]:
    """Return the duties that the preset of a plan names."""
    shelf, name = presets(), setting.plan.parameters.preset
    return tuple(shelf[name].duties) if name in shelf else ()


def _foot(pdf: FPDF, setting: Setting, y: float, k: float) -> None:
    """Write the numbers to call, large, and who put the board up."""
    said, wide = setting.said, pdf.w - 2 * MARGIN
    half = (wide - 30 * k) / 2
    names = (
        (said("Community police officer"), said("Community lawyer")),
        (said("Property management"), said("Water, power and gas")),
    )
    y = max(y, pdf.h - 58 * k) if y < pdf.h - 58 * k else min(y, pdf.h - 50 * k)
    for at, row in enumerate(names):
        for column, name in enumerate(row):
            blank(pdf, (MARGIN + column * (half + 2 * k), y + at * 9 * k, half - 2 * k), name, "")
    size = 15 * k
    write(pdf, MARGIN, y + 21 * k, said("Complaint line"), size, INK)
    stroke(pdf, "#8b97a1")
    pdf.line(MARGIN + 55 * k, y + 28 * k, pdf.w - MARGIN - 34 * k, y + 28 * k)
    box = (pdf.w - MARGIN - 27 * k, y - 1 * k, 27 * k, 27 * k)
    pdf.rect(*box)
    centred(pdf, box[0] + 13.5 * k, box[1] + 11.5 * k, said("QR code"), 8 * k, "#8b97a1")
    body = setting.plan.standing.body
    blank(pdf, (MARGIN, y + 33 * k, wide / 2 - 4), said("Published by"), body)
    blank(pdf, (MARGIN + wide / 2, y + 33 * k, wide / 2 - 30 * k), said("Date"), "")
