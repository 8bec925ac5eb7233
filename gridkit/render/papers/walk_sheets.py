"""Sheets for walking the lines (走线): each border between two grids with its map, what it follows, why, and boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.plan.bounds import called
from gridkit.plan.numbering import numbering
from gridkit.plan.segments import Segment, segments, walk_code
from gridkit.render.papers.pen import INK, MARGIN, QUIET, blank, right, rule, tick, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.sheet import Body, page
from gridkit.render.papers.table import Column, Form, Row, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting


def walk_sheets(pdf: FPDF, setting: Setting) -> None:
    """Write two borders a page; those of the chosen grids alone, where some were chosen."""
    chosen = set(setting.chosen)
    walked = [each for each in segments(setting.plan) if chosen & set(each.grids)]
    numbers = numbering(setting.plan).of
    for at in range(0, len(walked), 2):
        body = page(pdf, setting, setting.said("Walking the lines"))
        code = setting.said("Check code {code}", code=walk_code(setting.plan))
        right(pdf, pdf.w - MARGIN, body.top - 6, code, 8, QUIET)
        half = (body.height - 4) / 2
        for place, segment in enumerate(walked[at : at + 2]):
            top = body.top + place * (half + 4)
            _one(pdf, setting, segment, Body(body.left, top, body.width, top + half), numbers)
        if len(walked) > at + 1:
            rule(pdf, body.top + half + 1)


def _one(pdf: FPDF, setting: Setting, segment: Segment, body: Body, numbers: Mapping[str, int]) -> None:
    said, k = setting.said, pdf.w / 210
    one, two = segment.grids
    title = Phrase(
        "S{number}: {one} | {two}", number=segment.number, one=setting.names[one], two=setting.names[two]
    ).said(setting.lang)
    write(pdf, body.left, body.top, title, 11.5 * k, INK)
    long = Quantity(segment.metres, "m").said(setting.lang)
    right(pdf, body.left + body.width, body.top + 0.6, long, 9 * k, QUIET)
    marks = tuple((piece.letter, piece.shape) for piece in segment.pieces)
    near = {unit: numbers[unit] for unit in segment.units}
    frame = (body.left, body.top + 7 * k, body.width * 0.5, body.height - 23 * k)
    look = Look(
        segment.shape.buffer(15), segment.grids, setting.short, near, segment.shape, services=False, marks=marks
    )
    plate(pdf, setting, frame, look)
    side = Body(frame[0] + frame[2] + 4, frame[1], body.width - frame[2] - 4, body.bottom - 44 * k)
    columns = [
        Column("", 2),
        Column(said("What it follows"), 9),
        Column(said("Length (m)"), 4, number=True),
        Column(said("Why it runs there"), 9),
        Column(said("Right"), 3),
        Column(said("Wrong"), 3),
    ]
    most = max(2, int((side.height - 8) / (14 * k)))
    rows = [
        Row(
            (
                piece.letter,
                called(setting.plan, piece.feature, piece.name, setting.lang),
                f"{piece.metres:,.0f}",
                piece.reason.said(setting.lang),
                "",
                "",
            )
        )
        for piece in segment.pieces[:most]
    ]
    y = table(pdf, side, columns, rows, lambda: side, Form(7.5 * k, 8.5 * k, 4))
    left = len(segment.pieces) - most
    if left > 0:
        more = Phrase("… and {count} shorter piece", "", "… and {count} shorter pieces", count=left).said(setting.lang)
        write(pdf, side.left, y + 1, more, 7.5 * k, QUIET)
    y = body.bottom - 41 * k  # the box to tick stands above the line under it
    for name in (said("It follows instead"), said("Its name"), said("Units for the other side"), said("Remark")):
        blank(pdf, (side.left, y, side.width), name, "")
        y += 7 * k
    half = side.width / 2
    blank(pdf, (side.left, y, half - 2), said("Walked by"), "")
    blank(pdf, (side.left + half, y, half), said("Date"), "")
    tick(pdf, side.left, y + 7.5 * k, 3.6 * k)
    write(pdf, side.left + 5.5 * k, y + 7.2 * k, said("All of it is right"), 9 * k, INK)
