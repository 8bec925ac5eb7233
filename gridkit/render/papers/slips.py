"""Comment slips (征求意见表): the map of a grid with numbered units, boxes to tick, lines to write on.

The letters of the boxes and the numbers of the units are what ``gridkit edits type`` asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.language.phrases import LIST, joined
from gridkit.plan.numbering import numbering
from gridkit.render.papers.pen import ACCENT, INK, MARGIN, QUIET, blank, right, ruled, tick, wrapped, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.sheet import page
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from fpdf import FPDF

    from gridkit.plan.numbering import Numbering
    from gridkit.render.papers.setting import Setting


def slips(pdf: FPDF, setting: Setting) -> None:
    """Write one slip per grid, for officials and residents."""
    numbers = numbering(setting.plan)
    around = neighbours(setting)
    for grid in setting.chosen:
        _one(pdf, setting, grid, numbers, around[grid])


def neighbours(setting: Setting) -> dict[str, list[str]]:
    """Return the grids of the same community that touch each grid: where its units can go, in the order of the list."""
    plan = setting.plan
    grid = plan.units["grid_id"].astype(TEXT).to_numpy()
    parent = plan.grids["parent"].astype(TEXT)
    found: dict[str, set[str]] = {str(each): set() for each in plan.grids.index}
    for one, two in plan.ends:
        a, b = grid[one], grid[two]
        if a != b and parent[a] == parent[b]:
            found[a].add(b)
            found[b].add(a)
    place = {each: at for at, each in enumerate(setting.order)}
    return {each: sorted(others, key=place.__getitem__) for each, others in found.items()}


def _one(pdf: FPDF, setting: Setting, grid: str, numbers: Numbering, around: list[str]) -> None:
    said, plan = setting.said, setting.plan
    body = page(pdf, setting, said("Comment slip: {name}", name=setting.names[grid]), grid)
    k = pdf.w / 210
    right(pdf, pdf.w - MARGIN, body.top - 5.5, said("Check code {code}", code=numbers.code), 8, QUIET)
    blank(pdf, (MARGIN, body.top - 7, 34 * k), said("Slip no."), "")
    same = {
        unit: number for unit, number in numbers.of.items() if numbers.parents[unit] == plan.grids.loc[grid, "parent"]
    }
    frame = (body.left, body.top, body.width, 122 * pdf.h / 297)
    look = Look(plan.grids.geometry[grid], (grid,), {**setting.short, grid: ""}, same, services=False)
    y = plate(pdf, setting, frame, look)
    text = said("Bounds: {bounds}", bounds=setting.bounds.get(grid, "–"))
    y += wrapped(pdf, (body.left, y, body.width), text, 9 * k, 2) * 9 * k * 0.515 + 2
    to = joined([setting.short[other] for other in around], LIST) or "–"
    boxes = (
        ("A", said("The grid is right as it is."), ()),
        ("B", said("Units that belong to another grid:"), (said("Units"), said("To grid"), said("Because"))),
        ("C", said("Units that must stay in this grid:"), (said("Units"), said("Because"))),
        ("D", said("Something else:"), ()),
    )
    for letter, text, fields in boxes:
        tick(pdf, body.left, y + 0.4, 4 * k)
        write(pdf, body.left + 6.5 * k, y, f"{letter}  {text}", 10.5 * k, INK)
        y += 6.5 * k
        if letter == "B":
            hint = said("Units by their numbers on the map, such as 12, 15–17; beside this grid lie: {grids}", grids=to)
            y += wrapped(pdf, (body.left + 12 * k, y - 0.5, body.width - 12 * k), hint, 8 * k, 2) * 4.1 * k
        wide = (body.width - 12 * k) / max(1, len(fields))
        for at, name in enumerate(fields):
            blank(pdf, (body.left + 12 * k + at * wide, y, wide - 3), name, "")
        y += 8 * k if fields else 1.5 * k
        if letter == "D":
            y = ruled(pdf, (body.left + 12 * k, y - 4 * k, body.width - 12 * k), 4, 7.5 * k) + 4 * k
    wide = body.width / 3
    for at, name in enumerate((said("Name or office (may be blank)"), said("Telephone (may be blank)"), said("Date"))):
        blank(pdf, (body.left + at * wide, y, wide - 4), name, "")
    y += 8.5 * k
    blank(pdf, (body.left, y, body.width * 0.62), said("Please return to"), plan.standing.body)
    blank(pdf, (body.left + body.width * 0.66, y, body.width * 0.34 - 4), said("No later than"), "")
    write(pdf, body.left, y + 7.5 * k, said("Answers come back in writing; names are not published."), 8 * k, ACCENT)
