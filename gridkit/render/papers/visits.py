"""The ledger of visits (走访台账) of each grid: its plan, a box per unit and month, then rows for the pen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.plan.numbering import numbering
from gridkit.render.papers import figures
from gridkit.render.papers.pen import QUIET, blank, clean, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.sheet import Body, page
from gridkit.render.papers.table import Column, Form, Row, table
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting

MONTHS = 12
BLANK_ROW = 9.5
"""How high a row to write on is, in millimetres."""


def visits(pdf: FPDF, setting: Setting) -> None:
    """Write the ledger of each grid. No name, phone, age or illness is printed: all of it is for the pen."""
    numbers = numbering(setting.plan).of
    for grid in setting.chosen:
        _progress(pdf, setting, grid, numbers)
        _rows(pdf, setting, grid)


def _progress(pdf: FPDF, setting: Setting, grid: str, numbers: Mapping[str, int]) -> None:
    """Write the first page: the map with numbered units, and which of them were visited in which month."""
    said, plan = setting.said, setting.plan
    title = said("Visits: {name}", name=setting.names[grid])
    body = page(pdf, setting, title, grid, staged=False)
    half = body.width * 0.44
    units = plan.units[plan.units["grid_id"].astype(TEXT) == grid]
    own = {unit: numbers[unit] for unit in units.index.astype(TEXT)}
    look = Look(plan.grids.geometry[grid], (grid,), setting.short, own, services=False)
    end = plate(pdf, setting, (body.left, body.top, half, body.height - 22), look)
    blank(pdf, (body.left, min(end + 1, body.bottom - 8), half), said("Year"), "")
    right = Body(body.left + half + 6, body.top, body.width - half - 6, body.bottom)
    months = [Column(str(month), 2.1) for month in range(1, MONTHS + 1)]
    columns = [
        Column(said("Unit"), 3.2, number=True),
        Column(said("Compound"), 9),
        Column(said("Households"), 5.2, number=True),
        *months,
    ]
    called = _called(setting, list(own))
    known = "households" in units and units["households"].notna().any()
    rows = [
        Row(
            (
                str(own[unit]),
                called[unit],
                figures.whole(units.loc[unit, "households"]) if known else "–",
                *[""] * MONTHS,
            )
        )
        for unit in sorted(own, key=own.__getitem__)
    ]
    total = figures.whole(units["households"].sum(skipna=False)) if known else "–"
    rows.append(Row(("", said("Total"), total, *[""] * MONTHS), "total"))
    table(pdf, right, columns, rows, lambda: page(pdf, setting, title, grid, staged=False), Form(7.5, 5.6, 2))


def _called(setting: Setting, units: list[str]) -> dict[str, str]:
    """Return the compound that most of each unit lies in; nothing where it has none with a name."""
    signed = setting.signed("compounds")
    found = dict.fromkeys(units, "")
    if signed is None:
        return found
    shapes = np.asarray(setting.plan.backdrop["compounds"].geometry)
    own = np.asarray(setting.plan.units.loc[units].geometry)
    tree = shapely.STRtree(shapes)
    for unit, shape in zip(units, own, strict=True):
        near = tree.query(shape, predicate="intersects")
        if len(near):
            ground = shapely.area(shapely.intersection(shapes[near], shape))
            name = signed[int(near[int(ground.argmax())])]
            if float(ground.max()) > shape.area / 2 and isinstance(name, str):
                found[unit] = clean(name)
    return found


def _rows(pdf: FPDF, setting: Setting, grid: str) -> None:
    """Write a page of rows for the pen."""
    said = setting.said
    title = said("Visits: {name}", name=setting.names[grid])
    body = page(pdf, setting, title, grid, staged=False)
    write(
        pdf,
        body.left,
        body.top - 3.5,
        said("How: D at the door, T by telephone. What residents tell stays with the office."),
        7.5,
        QUIET,
    )
    columns = [
        Column(said("Number"), 2.4),
        Column(said("Date"), 5.5),
        Column(said("Unit, building, entrance"), 9),
        Column(said("How"), 3),
        Column(said("Reason"), 8),
        Column(said("What was found"), 14),
        Column(said("What was asked for"), 14),
        Column(said("Answered or reported under no."), 9),
        Column(said("Result"), 7),
        Column(said("Visitor"), 5.5),
    ]
    count = int((body.height - 10) / BLANK_ROW)
    rows = [Row((str(at), *[""] * (len(columns) - 1))) for at in range(1, count + 1)]
    table(pdf, body.below(body.top + 2), columns, rows, lambda: body, Form(8, BLANK_ROW))
