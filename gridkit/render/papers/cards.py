"""One sheet per grid as a vector PDF: its name and map, four bounds, people, services and incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gridkit import atomic
from gridkit.catalog.definitions import CoverageLayer, IncidentsLayer
from gridkit.language.numbers import HECTARE, Quantity, between, share
from gridkit.language.phrases import spoken
from gridkit.measure.incidents.classes import titled
from gridkit.plan.plan import MICRO
from gridkit.plan.workers import board
from gridkit.render.papers.pen import MARGIN, QUIET, blank, fitted, listing, right, rule, width_of, wrapped, write
from gridkit.render.papers.plate import Look, plate
from gridkit.render.papers.setting import Setting, chosen, document, finished
from gridkit.render.papers.sheet import WARN, feet, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fpdf import FPDF
    from shapely.geometry.base import BaseGeometry

    from gridkit.language.phrases import Phrase
    from gridkit.plan.plan import Plan

_TOP, _MAP_MM = 46.0, 138.0
"""Where the map begins, and how high it is on A4."""
_FIELDS = 74.0
"""How wide the fields for the pen are, in millimetres."""


def cards(
    plan: Plan,
    path: Path | str,
    *,
    lang: str = "zh",
    grids: Iterable[str] | None = None,
    approval: str = "",
    overwrite: bool = True,
) -> None:
    """Write the cards of a plan (.pdf), one page per grid.

    Parameters
    ----------
    plan
        With the layers that are to be told of on the cards.
    lang
        ``zh`` or ``en``.
    grids
        The codes of the grids that get a card; all when None.
    approval
        The map-approval number that is printed on every card. Cards with one leave the office: they tell no counts of
        people or incidents and name nobody, so that nothing can be computed from them.

    Raises
    ------
    OutputError
        When fpdf2 is not installed, when no font can set the text, or when the file cannot be written.
    TableError
        When a code is not in the plan.
    """
    setting = Setting(plan, lang, approval=approval, chosen=chosen(plan, grids))
    pdf = document(setting, setting.title)
    for code in setting.chosen:
        card(pdf, setting, code)
    feet(pdf, setting)
    with atomic.replacing(path, overwrite=overwrite) as file:
        file.write_bytes(finished(pdf))


def card(pdf: FPDF, setting: Setting, code: str) -> None:
    """Add the page of a grid."""
    grid = setting.grids[code]
    pdf.add_page()
    left, wide = MARGIN, pdf.w - 2 * MARGIN
    stamp = setting.said("Map approval no. {number}", number=setting.approval) if setting.approval else ""
    said = f"{stage(setting.plan).said(setting.lang)} · {stamp or setting.said('For office use, not for publication')}"
    write(pdf, left, 11, fitted(pdf, setting.title, 9, wide * 0.45), 9, QUIET)
    right(pdf, pdf.w - MARGIN, 11, fitted(pdf, said, 9, wide * 0.53), 9, QUIET if stamp else WARN)
    room = wide - _FIELDS - 6
    name = setting.names[code]
    community = setting.community(str(grid["parent"]))
    lines = wrapped(pdf, (left, 18, room), name, 19, 2)
    y = 18.0 + lines * 10
    under = code if community in name else f"{community} · {code}"
    write(pdf, left, y, fitted(pdf, under, 10, room), 10, QUIET)
    people = _people(setting, grid)
    for at, (label, value) in enumerate(people):
        blank(pdf, (pdf.w - MARGIN - _FIELDS, 19 + at * 7.6, _FIELDS), label, value)
    frame = (left, _TOP, wide, _MAP_MM * pdf.h / 297)
    walks = () if setting.public else _walks(setting.plan, code)
    y = plate(pdf, setting, frame, Look(setting.plan.grids.geometry[code], (code,), setting.short, walks=walks))
    write(pdf, left, y + 1.5, setting.said("Bounds"), 8.5, QUIET)
    y += 6
    y += 5.4 * wrapped(pdf, (left, y, wide), setting.bounds.get(code) or "–", 10.5) + 2
    # What a field has no room for stands whole under the bounds.
    whole = [(label, value) for label, value in people if not _fits(pdf, label, value)]
    duties = "" if setting.public else _posted(setting, code, "duties")
    for label, value in [*whole, *([(setting.said("Duties of the post"), duties)] if duties else [])]:
        write(pdf, left, y - 1, label, 8.5, QUIET)
        y += 3.5 + 5.4 * wrapped(pdf, (left, y + 3.5, wide), value, 10.5) + 2
    rule(pdf, y)
    column = (wide - 12) / 3
    columns = [_facts(setting, code)]
    # What the plan has no layer of is not headed, as if there were none of it.
    kinds = {type(layer.definition) for layer in setting.plan.layers.values()}
    columns += [_services(setting, code)] if CoverageLayer in kinds else []
    columns += [_happened(setting, code)] if IncidentsLayer in kinds and not setting.public else []
    for at, (heading, rows) in enumerate(columns):
        listing(pdf, (left + at * (column + 6), y + 3, column), heading, rows, setting.said)


def _fits(pdf: FPDF, label: str, value: str) -> bool:
    """Return whether a field at the head of a card has room for what is known of it."""
    return width_of(pdf, label, 9.5) + 3 + width_of(pdf, value, 9.5) <= _FIELDS


def _walks(plan: Plan, code: str) -> tuple[tuple[Phrase, str, BaseGeometry], ...]:
    """Return the walks of a grid's patrol and visiting rounds, as the plan has them."""
    made = []
    for name, layer in plan.layers.items():
        if layer.definition.kind not in ("patrol", "visits") or name in plan.stale:
            continue
        routes = gpd.GeoDataFrame(layer.tables["routes"])
        own = routes[(routes["area"] == code).to_numpy()]
        if len(own):
            way: Any = shapely.multilinestrings(own.geometry.to_numpy())
            made.append((layer.definition.title, layer.definition.colour, way))
    return tuple(made)


def _people(setting: Setting, grid: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return who answers for a grid; what the plan does not know is left for the pen."""
    said = setting.said
    return [
        (said("Head of grid"), "" if setting.public else _value(grid, "head")),
        (said("Grid workers"), "" if setting.public else _value(grid, _in(setting.lang, "staff", grid))),
        (said("Complaint line"), ""),
    ]


def _posted(setting: Setting, code: str, name: str) -> str:
    """Return what a notice board says of a grid's posts, in the paper's language where it is known in that."""
    held = board(setting.plan)
    if held is None:
        return ""
    said = {str(column): value for column, value in held.loc[code].items()}
    return _value(said, f"{name}_{setting.lang}") or _value(said, name)


def _facts(setting: Setting, code: str) -> tuple[str, list[tuple[str, str]]]:
    grid, said, asked = setting.grids[code], setting.said, setting.plan.parameters
    size = (said("Area"), Quantity(grid["area_m2"] / HECTARE, "ha", 1).said(setting.lang))
    if setting.public:
        return said("Grid"), [size]
    rows = [(said("People"), Quantity(grid["people"], "people").said(setting.lang))]
    if pd.notna(grid.get("households")):
        rows.append((said("Households"), Quantity(grid["households"], "households").said(setting.lang)))
    rows.append(size)
    rows.append((said("Number of units"), Quantity(grid["units"]).said(setting.lang)))
    if MICRO in setting.plan.units:
        own = setting.plan.units.loc[setting.plan.units["grid_id"] == code, MICRO]
        rows.append((said("Micro-grids"), Quantity(own.nunique()).said(setting.lang)))
    value = grid.get(asked.measure)
    if asked.band and pd.notna(value):
        rows.append((said("Off the target"), f"{float(value) / asked.band.target - 1:+.1%}"))
        rows.append((said("Range of size"), between(asked.band.low, asked.band.high, asked.measure).said(setting.lang)))
    if _posted(setting, code, "phone"):
        rows.append((said("Office telephone"), _posted(setting, code, "phone")))
    if _value(grid, "note"):
        rows.append((said("Note"), _value(grid, "note")))
    return said("Grid"), rows


def _services(setting: Setting, code: str) -> tuple[str, list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for name, layer in setting.plan.layers.items():
        values = setting.layers.get(name, {}).get(code)
        if not isinstance(layer.definition, CoverageLayer) or values is None:
            continue
        measure = next((each for each in layer.definition.measures if each.column in values), None)
        if measure is None or pd.isna(values[measure.column]):
            continue
        value = float(values[measure.column])
        said = (share(value) if measure.percent else Quantity(value, digits=measure.digits)).said(setting.lang)
        minutes = values.get("minutes")
        nearest_ = Quantity(minutes, "minutes").said(setting.lang) if pd.notna(minutes) else ""
        # A share of people tells how many people there are that it leaves out.
        told = nearest_ if setting.public else " · ".join(each for each in (said, nearest_) if each)
        if told:
            rows.append((layer.definition.title.said(setting.lang), told))
    return setting.said("Services within a walk"), rows


def _happened(setting: Setting, code: str) -> tuple[str, list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    heading = setting.said("Incidents")
    for name, layer in setting.plan.layers.items():
        if not isinstance(layer.definition, IncidentsLayer) or name not in setting.happened:
            continue
        count, kinds = setting.happened[name].get(code, (0, []))
        rows.append((layer.definition.title.said(setting.lang), Quantity(count, "incidents").said(setting.lang)))
        names = titled([kind for kind, _ in kinds[:7]], layer.definition)
        rows += [
            (f"  {spoken(called, setting.lang)}", Quantity(many, "incidents").said(setting.lang))
            for called, (_, many) in zip(names, kinds, strict=False)
        ]
    return heading, rows


def _in(lang: str, name: str, grid: Mapping[str, Any]) -> str:
    """Return the column that says something in a language, where there is one."""
    own = f"{name}_{lang}"
    return own if own in grid else name


def _value(grid: Mapping[str, Any], name: str) -> str:
    value = grid.get(name)
    return "" if value is None or pd.isna(value) else str(value)
