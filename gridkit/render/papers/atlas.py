"""The atlas: an index map, a table of the pages, and one page per grid with its map as large as the paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gridkit.language.numbers import HECTARE, Quantity
from gridkit.language.phrases import LIST, joined
from gridkit.render.papers import figures
from gridkit.render.papers.pen import LEADING, QUIET, folded, wrapped, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.sheet import Body, page
from gridkit.render.papers.table import PAD, Column, Form, Row, table, widths

if TYPE_CHECKING:
    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting


def atlas(pdf: FPDF, setting: Setting) -> None:
    """Write the atlas; a copy that leaves the office has no counts."""
    said = setting.said
    title = said("Atlas of grids")
    body = page(pdf, setting, title)
    plate(pdf, setting, (body.left, body.top, body.width, body.height - 12), figures.index_look(setting))
    order = [grid for grid in setting.order if grid in set(setting.chosen)]
    _index(pdf, setting, order, title)
    inside = figures.compounds(setting)
    for grid in order:
        _one(pdf, setting, grid, inside[grid])


def _index(pdf: FPDF, setting: Setting, order: list[str], title: str) -> None:
    """Write which grid is on which page, in two columns."""
    said = setting.said
    columns = [
        Column(said("Name of the grid"), 12),
        Column(said("Code"), 8),
        *([] if setting.public else [Column(said("Households"), 4, number=True)]),
        Column(said("Page"), 3, number=True),
    ]
    known = figures.households(setting.plan)
    size = 8.0
    body = page(pdf, setting, title)
    half = (body.width - 6) / 2
    homes = {grid: figures.whole(None if known is None else known[grid]) for grid in order}
    rows = [Row((setting.names[grid], grid, *(() if setting.public else (homes[grid],)), "9999")) for grid in order]
    room = widths(pdf, half, columns, Form(size), rows)[0] - 2 * PAD
    # The number of a grid stands last in its name: where one name needs a second line, all rows have room for it.
    lines = max((len(folded(pdf, setting.names[grid], size, room, 2)) for grid in order), default=1)
    tall = lines * size * LEADING + 2 * PAD
    each = max(1, int((body.height - 8) / tall))
    pages = -(-len(order) // (2 * each))
    begin = pdf.pages_count - 1 + pages
    rows = [Row((*row.cells[:-1], str(begin + 1 + at))) for at, row in enumerate(rows)]
    for at in range(0, len(rows), each):
        column = (at // each) % 2
        if at and column == 0:
            body = page(pdf, setting, title)
        place = Body(body.left + column * (half + 6), body.top, half, body.bottom + 5)
        table(pdf, place, columns, rows[at : at + each], partial(_same, place), Form(size, 0, lines))


def _same(place: Body) -> Body:
    return place


def _one(pdf: FPDF, setting: Setting, grid: str, inside: list[str]) -> None:
    """Write the page of a grid: its map, and below it bounds, compounds and figures."""
    said, plan = setting.said, setting.plan
    body = page(pdf, setting, setting.names[grid], grid)
    frame = (body.left, body.top, body.width, body.height - 36)
    y = plate(pdf, setting, frame, Look(plan.grids.geometry[grid], (grid,), setting.short)) + 1
    lines = [said("Bounds: {bounds}", bounds=setting.bounds.get(grid, "–"))]
    if inside:
        lines.append(said("Compounds in it: {names}", names=joined(inside, LIST)))
    for text in lines:
        y += wrapped(pdf, (body.left, y, body.width), text, 9, 2) * 4.8
    if not setting.public:
        row = plan.grids.loc[[grid]].iloc[0]
        known = figures.households(plan)
        parts = [
            *([] if known is None else [Quantity(float(known.loc[grid]), "households").said(setting.lang)]),
            Quantity(float(row["people"]), "people").said(setting.lang),
            Quantity(float(row["area_m2"]) / HECTARE, "ha", 1).said(setting.lang),
        ]
        write(pdf, body.left, min(y + 0.5, body.bottom - 4), " · ".join(parts), 9, QUIET)
