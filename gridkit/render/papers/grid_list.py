"""The list of grids (网格一览表): community by community, with bounds, compounds, figures, and fields for persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.language.numbers import Quantity
from gridkit.language.phrases import LIST, joined
from gridkit.render.papers import figures
from gridkit.render.papers.pen import QUIET, clean, write
from gridkit.render.papers.sheet import page, signatures
from gridkit.render.papers.table import Column, Form, Row, table
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting


def grid_list(pdf: FPDF, setting: Setting) -> None:
    """Write the list; a copy that leaves the office has no counts."""
    said, title = setting.said, setting.said("List of grids")
    body = page(pdf, setting, title)
    end = table(pdf, body, columns(setting), rows(setting), lambda: page(pdf, setting, title), Form(7.0))
    if end + 14 > body.bottom:
        end = page(pdf, setting, title).top
    if not setting.public:
        signatures(pdf, setting, end + 5)
    elif setting.plan.standing.body:
        write(pdf, body.left, end + 4, said("Published by {body}", body=setting.plan.standing.body), 9, QUIET)


def columns(setting: Setting) -> list[Column]:
    """Return the columns of the list."""
    said = setting.said
    counts = (
        []
        if setting.public
        else [Column(said("Households"), 4.2, number=True), Column(said("People"), 4.2, number=True)]
    )
    return [
        Column(said("Number"), 2.6, number=True),
        Column(said("Name of the grid"), 10),
        Column(said("Code"), 9.5),
        Column(said("Kind"), 4.5),
        Column(said("Bounds"), 19),
        Column(said("Compounds in it"), 15),
        *([] if setting.public else counts),
        Column(said("Area (ha)"), 4.4, number=True),
        Column(said("Micro-grids"), 4.4, number=True),
        Column(said("Head of grid"), 5),
        Column(said("Full-time worker"), 5),
        Column(said("Part-time worker"), 5),
        Column(said("Remark"), 5),
    ]


def rows(setting: Setting) -> list[Row]:
    """Return the rows: each community, its grids, its total; at the end that of all."""
    plan, said = setting.plan, setting.said
    grids = plan.grids
    known, micro, alone = figures.households(plan), figures.micro_grids(plan), figures.kinds(plan)
    inside = figures.compounds(setting)
    areas = dict(zip(grids.index.astype(TEXT), grids["area_m2"].tolist(), strict=True))
    chosen = [grid for grid in setting.order if grid in set(setting.chosen)]
    found: list[Row] = []

    def total(title: str, of: list[str]) -> Row:
        part = grids.loc[of]
        # One grid of unknown households makes the sum unknown, not smaller.
        homes = None if known is None else known.loc[of].sum(skipna=False)
        counts = () if setting.public else (figures.whole(homes), figures.whole(part["people"].sum()))
        small = figures.whole(sum(micro[grid] for grid in of)) if micro else ""
        area = figures.hectares(part["area_m2"].sum())
        return Row(
            ("", title, Quantity(len(of), "grids").said(setting.lang), "", "", "", *counts, area, small, *[""] * 4),
            "total",
        )

    number, parents = 0, list(dict.fromkeys(str(grids.loc[grid, "parent"]) for grid in chosen))
    for parent in parents:
        own = [grid for grid in chosen if str(grids.loc[grid, "parent"]) == parent]
        found.append(Row((setting.community(parent),), "group"))
        for grid in own:
            number += 1
            homes = None if known is None else known[grid]
            counts = () if setting.public else (figures.whole(homes), figures.whole(grids.loc[grid, "people"]))
            named = joined(inside[grid], LIST)
            found.append(
                Row(
                    (
                        str(number),
                        setting.names[grid],
                        grid,
                        said("dedicated") if alone[grid] else said("ordinary"),
                        clean(setting.bounds.get(grid, "")),
                        setting.spoken(named),
                        *counts,
                        figures.hectares(areas[grid]),
                        str(micro.get(grid, "")),
                        *[""] * 4,
                    )
                )
            )
        found.append(total(said("Total of {community}", community=setting.community(parent)), own))
    if len(parents) > 1:
        found.append(total(said("Total"), chosen))
    return found
