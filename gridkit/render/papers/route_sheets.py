"""Sheets of walks: each on a page of A4 with its map, its length, and the streets in order with boxes for the pen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from gridkit import atomic
from gridkit.language.numbers import Quantity, length
from gridkit.language.phrases import Phrase
from gridkit.render.papers.pen import INK, QUIET, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.setting import Setting, document, finished
from gridkit.render.papers.sheet import Body, feet, page
from gridkit.render.papers.table import Column, Form, Row, table

if TYPE_CHECKING:
    from pathlib import Path

    from fpdf import FPDF

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

_MAP_SHARE = 0.52
"""How much of the page's height the map takes."""


def route_sheets(plan: Plan, layer: Layer, path: Path | str, *, lang: str = "zh", overwrite: bool = True) -> None:
    """Write the walks of a layer (.pdf), one after another.

    Parameters
    ----------
    plan
        The plan that it lies on.
    layer
        With ``routes`` (lines with ``area``, ``walker``, ``shift``, ``metres``, ``minutes``) and ``steps``.
    lang
        The language of the sheets.

    Raises
    ------
    OutputError
        When fpdf2 is not installed, no font can set the text, or the file cannot be written.
    """
    routes: Any = layer.tables["routes"]
    setting = Setting(plan, lang)
    pdf = document(setting, layer.definition.title.said(lang))
    steps = pd.DataFrame(layer.tables["steps"])
    for route, own in routes.iterrows():
        _sheet(pdf, setting, layer, (str(route), own), steps[steps["route_id"] == route])
    if routes.empty:
        body = page(pdf, setting, layer.definition.title.said(lang))
        write(pdf, body.left, body.top, setting.said("There is no walk."), 11, INK)
    feet(pdf, setting)
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_bytes(finished(pdf))


def _sheet(pdf: FPDF, setting: Setting, layer: Layer, route: tuple[str, Any], steps: pd.DataFrame) -> None:
    name, own = route
    area = str(own["area"])
    title = f"{layer.definition.title.said(setting.lang)} {name}"
    body = page(pdf, setting, title)
    called = setting.names.get(area, area)
    said = Phrase(
        "{area} · walker {walker}, shift {shift} · {metres}, {minutes}",
        area=called,
        walker=own["walker"],
        shift=own["shift"],
        metres=length(own["metres"]),
        minutes=Quantity(own["minutes"], "minutes"),
    )
    write(pdf, body.left, body.top, said.said(setting.lang), 10.5, INK)
    top = body.top + 8
    if own["office"]:
        write(pdf, body.left, top, setting.said("From and back to: {office}", office=own["office"]), 9, QUIET)
        top += 6
    line = own["geometry"]
    grids = tuple(map(str, setting.plan.grids.index))
    look = Look(
        shapely.buffer(line, 20.0),
        (area,) if area in grids else (),
        setting.short,
        line=line,
        line_title=Phrase("The way to walk"),
        services=False,
        marks=((setting.said("start"), shapely.LineString(line.coords[:2])),),
    )
    y = plate(pdf, setting, (body.left, top, body.width, body.height * _MAP_SHARE), look) + 3
    columns, rows = (_doors if "due" in steps else _streets)(setting, steps)

    def turn() -> Body:
        return page(pdf, setting, title)

    table(pdf, body.below(y), columns, rows, turn, Form(8.0, 5.6, 2))


def _streets(setting: Setting, steps: pd.DataFrame) -> tuple[list[Column], list[Row]]:
    """Return the table of a walk past streets."""
    columns = [
        Column("", 1.2, number=True),
        Column(setting.said("Street"), 10),
        Column(setting.said("Length (m)"), 3, number=True),
        Column(setting.said("What for"), 4),
        Column(setting.said("Done"), 2),
        Column(setting.said("Remark"), 7),
    ]
    rows = [
        Row(
            (
                str(step["step"]),
                step["street"] or setting.said("street without a name"),
                f"{step['metres']:,.0f}",
                setting.said("patrol") if step["patrolled"] else setting.said("only the way"),
                "",
                "",
            )
        )
        for step in steps.to_dict("records")
    ]
    return columns, rows


def _doors(setting: Setting, steps: pd.DataFrame) -> tuple[list[Column], list[Row]]:
    """Return the table of a round through doors: who is there stands in the office's table."""
    columns = [
        Column("", 1.2, number=True),
        Column(setting.said("Households due for a visit"), 5, number=True),
        Column(setting.said("Done"), 2),
        Column(setting.said("Remark"), 14),
    ]
    return columns, [Row((str(each["step"]), str(each["due"]), "", "")) for each in steps.to_dict("records")]
