"""The proposal to make departments' nets fit the grids (专业网格融合方案), for a meeting to decide net by net.

::

    proposal(pdf, setting)      a plan whose nets were harmonised
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.language.labels import code
from gridkit.language.numbers import HECTARE, Quantity, decimal
from gridkit.language.phrases import LIST, Phrase, joined, series, template
from gridkit.measure.departments.shares import NONE
from gridkit.plan.harmony import PLAN
from gridkit.render.colour import TINTS, tints
from gridkit.render.papers import figures
from gridkit.render.papers.pen import ACCENT, blank, clean, write
from gridkit.render.papers.plate import Look, bounds_of, plate
from gridkit.render.papers.prose import LEGEND, Prose
from gridkit.render.papers.table import Column, Form, Row
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from fpdf import FPDF

    from gridkit.render.papers.setting import Setting

_GOALS = {
    "nest": Phrase("every area of a department lies in one grid"),
    "union": Phrase("every area of a department is made of whole grids"),
    "equal": Phrase("the areas of every department are the grids"),
}
_NAMED = 24
"""So many areas of a net are listed, those that change most; the workbook has all."""
_SHORT = 12
"""A code longer than this is not written on a map of many."""


def proposal(pdf: FPDF, setting: Setting) -> None:
    """Write the proposal."""
    prose = Prose(pdf, setting, setting.said("Proposal: departments' nets and the grids"))
    blank(pdf, (prose.body.left, prose.body.top, 80), setting.said("Document no."), "")
    prose.body = prose.body.below(prose.body.top + 9)
    _asked(prose)
    _ways(prose)
    _nets(prose)
    table = setting.plan.records["harmony"]
    if (setting.plan.records["harmony_moves"]["net"] == PLAN).any():
        prose.turn()
        _side(prose, PLAN)
    for name in table.index:
        prose.turn()
        _side(prose, str(name))


def _asked(prose: Prose) -> None:
    """Say what the nets shall do, and what that takes."""
    setting, records = prose.setting, prose.setting.plan.records
    ways, table = records["harmony_ways"], records["harmony"]
    own: Any = ways.loc["asked"]
    prose.text(
        setting.said(
            template(
                "The aim: {goal}. {count} of {all} nets fits the grids. For that, the area in one net or another "
                "changes for {homes}, and the grid for {grids}.",
                "The aim: {goal}. {count} of {all} nets fit the grids. For that, the area in one net or another "
                "changes for {homes}, and the grid for {grids}.",
            ),
            goal=_GOALS[str(own["goal"])],
            count=int(own["nets_fitting"]),
            all=len(table),
            homes=_counted(setting, own["nets_moved"]),
            grids=_counted(setting, own["plan_moved"]),
        )
    )
    if own["proven"]:
        prose.text(setting.said("No other way that does this at these costs moves fewer: this is proven."))
    else:
        prose.text(
            setting.said(
                "Cost: {cost}. No way can cost less than {bound}; whether one between the two exists is not known.",
                cost=decimal(float(own["cost"])),
                bound=decimal(float(own["bound"])),
            )
        )


def _ways(prose: Prose) -> None:
    setting, said = prose.setting, prose.setting.said
    prose.heading(said("Ways to make the nets fit"))
    columns = [
        Column(said("Way"), 9),
        Column(_head(setting, said("Change their grid")), 6, number=True),
        Column(_head(setting, said("Change their area in a net")), 6, number=True),
        Column(said("Cost"), 5, number=True),
        Column(said("At least"), 5, number=True),
        Column(said("Proven"), 4),
        Column(said("Nets that fit"), 5, number=True),
    ]
    rows = [
        Row(
            (
                setting.spoken(code("way", name)),
                figures.whole(row["plan_moved"]),
                figures.whole(row["nets_moved"]),
                figures.whole(row["cost"]),
                figures.whole(row["bound"]),
                said("yes") if row["proven"] else said("no"),
                f"{row['nets_fitting']} / {row['nets']}",
            ),
            "total" if name == "asked" else "row",
        )
        for name, row in setting.plan.records["harmony_ways"].iterrows()
    ]
    prose.table(columns, rows)


def _nets(prose: Prose) -> None:
    """Write net by net what is to be decided, with room for the pen."""
    setting, said = prose.setting, prose.setting.said
    prose.heading(said("Net by net"))
    columns = [
        Column(said("Net"), 7),
        Column(said("Areas"), 3, number=True),
        Column(_head(setting, said("Change their area")), 5, number=True),
        Column(said("Units"), 3, number=True),
        Column(said("Areas that do not fit, and why"), 13),
        Column(_head(setting, said("If the plan went to it: change their grid")), 7, number=True),
        Column(said("Decision (agreed, amended, refused)"), 8),
    ]
    records = setting.plan.records
    moves, areas = records["harmony_moves"], records["harmony_areas"]
    rows = []
    for name, row in records["harmony"].iterrows():
        still = pd.isna(row["moved"])
        rows.append(
            Row(
                (
                    clean(str(name)),
                    str(int((areas["net"] == name).sum())),
                    said("stays") if still else figures.whole(row["moved"]),
                    "" if still else str(int((moves["net"] == name).sum())),
                    _fault(setting, row),
                    figures.whole(row["plan_moved"]),
                    "",
                )
            )
        )
    prose.table(columns, rows, Form(8.5, least=8.0))


def _fault(setting: Setting, row: pd.Series[Any]) -> str:
    """Return which areas do not fit and why, which are in pieces, out of their range, or given up."""
    parts = []
    if row["misfits"]:
        parts.append(setting.said("{kind}: {why}", kind=_named(row["misfits"]), why=code("why", row["why"])))
    for key, title in (
        ("torn", "in pieces: {areas}"),
        ("outside", "out of their range of size: {areas}"),
        ("given_up", "given up: {areas}"),
    ):
        if isinstance(row.get(key), str) and row[key]:
            parts.append(setting.said(title, areas=_named(row[key])))
    return setting.spoken(joined(parts))


def _named(codes: str) -> str:
    """Return codes that a plan keeps in one text, with the commas of the reader."""
    return series(clean(codes).split(", "))


# ------------------------------------------------------------------ one side
def _side(prose: Prose, name: str) -> None:
    """Write what one net, or the plan, gains and loses: maps of before and after, the areas that change, decisions."""
    setting, said = prose.setting, prose.setting.said
    title = said("The grids") if name == PLAN else clean(name)
    prose.heading(title, 14)
    records = setting.plan.records
    moves = records["harmony_moves"]
    own = pd.DataFrame(moves[moves["net"] == name])
    now, then = _codes(setting, name, own)
    if len(own):
        prose.text(_moved(setting, own, setting.names if name == PLAN else {}))
        _maps(prose, name, (then, now), own)
        _gains(prose, name)
    else:
        prose.text(said("Nothing changes in this net."))
        _maps(prose, name, (now,), own)
    if name != PLAN:
        own_row: Any = records["harmony"].loc[name]
        fault = _fault(setting, own_row)
        if fault:
            prose.text(said("What does not fit: {what}.", what=fault))
        prose.room(20)
        wide = prose.body.width / 3
        for at, label in enumerate((said("Decision"), said("For the department (seal)"), said("Date"))):
            blank(prose.pdf, (prose.body.left + at * wide, prose.body.top + 6, wide - 5), label, "")
        prose.body = prose.body.below(prose.body.top + 16)


def _moved(setting: Setting, own: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Say how many move, and between which areas most do."""
    column = "households" if own["households"].notna().all() else "people"
    flows = own.groupby(["from", "to"])[column].sum().sort_values(ascending=False)
    some = []
    for one, other, count in flows.reset_index().head(3).itertuples(index=False):
        named = (names.get(str(each), clean(str(each))) for each in (one, other))
        some.append(
            Phrase("{one} to {other}: {count}", one=next(named), other=next(named), count=Quantity(count, column))
        )
    return setting.said(
        template(
            "{count} unit with {homes} ({people}) on {area} ha changes: {list}.",
            "{count} units with {homes} ({people}) on {area} ha change; most of them {list}.",
        ),
        count=len(own),
        homes=Quantity(float(own[column].sum()), column),
        people=Quantity(float(own["people"].sum()), "people"),
        area=decimal(float(own["area_m2"].sum()) / HECTARE, 1),
        list=joined(some, LIST),
    )


def _codes(setting: Setting, name: str, own: pd.DataFrame) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Return the area of each unit now, and before."""
    plan = setting.plan
    if name == PLAN:
        now = plan.units["grid_id"].astype(TEXT)
    else:
        layer = next(each for each in plan.layers.values() if f"code: {name}" in each.tables.get("units", ()))
        now = layer.tables["units"][f"code: {name}"].astype(TEXT)
    then = now.copy()
    then.loc[own["unit_id"].to_numpy()] = own["from"].to_numpy()
    return now, then


def _maps(prose: Prose, name: str, sides: Sequence[pd.Series[Any]], own: pd.DataFrame) -> None:
    """Draw the areas before and after, side by side, the borders of the grids over them, what changes marked."""
    setting, pdf = prose.setting, prose.pdf
    units = setting.plan.units
    prose.room(80 + LEGEND)
    body = prose.body
    wide = (body.width - 6 * (len(sides) - 1)) / len(sides)
    high = min(body.height - LEGEND - 26, wide * 0.95)
    whole = bounds_of(units.geometry)
    changed = None
    if len(own):
        changed = shapely.union_all(np.asarray(units.geometry.loc[own["unit_id"].to_numpy()]))
    titles = (setting.said("Before"), setting.said("After")) if len(sides) > 1 else ("",)
    end = body.top
    for at, (title, codes) in enumerate(zip(titles, sides, strict=True)):
        shapes = _shapes(units, codes)
        called = {each: each if len(each) <= _SHORT else f"…{each[-4:]}" for each in map(str, shapes.index)}
        if name == PLAN:
            called = {each: setting.short.get(each, called[each]) for each in called}
        x = body.left + at * (wide + 6)
        if title:
            write(pdf, x, body.top, title, 10, ACCENT)
        grids = None if name == PLAN else setting.plan.grids.geometry
        look = Look(whole, called=called, tints=_tints(shapes), services=False, areas=shapes, across=grids,
                    changed=changed)  # fmt: skip
        end = max(end, plate(pdf, setting, (x, body.top + 6, wide, high), look))
    prose.body = body.below(end + 2)


def _shapes(units: gpd.GeoDataFrame, codes: pd.Series[Any]) -> gpd.GeoSeries:
    """Return the areas of units by their codes."""
    there = codes != NONE
    own = units.loc[there.to_numpy(), ["geometry"]].assign(code=codes[there].to_numpy())
    found: gpd.GeoSeries = own.dissolve("code").geometry
    return found


def _tints(shapes: gpd.GeoSeries) -> dict[str, str]:
    """Return a colour per area, neighbours in different ones."""
    one, two = shapely.STRtree(np.asarray(shapes)).query(np.asarray(shapes), predicate="intersects")
    colour = tints(len(shapes), [(int(a), int(b)) for a, b in zip(one, two, strict=True) if a < b])
    return {str(each): TINTS[colour[at]] for at, each in enumerate(shapes.index)}


def _gains(prose: Prose, name: str) -> None:
    """Write the areas that gain and lose: households, people, ground, sites, officers."""
    setting, said = prose.setting, prose.setting.said
    table = setting.plan.records["harmony_areas"]
    table = pd.DataFrame(table[table["net"] == name])
    known = [
        (key, title)
        for key, title in (
            ("households", said("Households")),
            ("people", said("People")),
            ("area_m2", said("Area (ha)")),
            ("sites", said("Sites")),
            ("officers", said("Officers")),
        )
        if f"{key}_before" in table and table[f"{key}_before"].notna().any()
    ]
    main = known[0][0]
    change = table[f"{main}_after"] - table[f"{main}_before"]
    ground = table["area_m2_after"] - table["area_m2_before"]
    moving = table[(change != 0) | (ground.abs() > 1)]
    moving = moving.loc[change[moving.index].abs().sort_values(ascending=False, kind="stable").index]
    columns = [Column(said("Grid") if name == PLAN else said("Area of the net"), 6)]
    for _, title in known:
        columns += [
            Column(said("{what}, before", what=title), 4, number=True),
            Column(said("after"), 3, number=True),
            Column(said("change"), 3, number=True),
        ]

    def cells(row: pd.Series[Any]) -> tuple[str, ...]:
        found = []
        for key, _ in known:
            before, after = float(row[f"{key}_before"]), float(row[f"{key}_after"])
            if key == "area_m2":
                before, after = before / HECTARE, after / HECTARE
            places = 1 if key == "area_m2" else 0
            found += [
                "–" if np.isnan(each) else f"{sign}{decimal(each, places)}"
                for each, sign in ((before, ""), (after, ""), (after - before, "+" if after > before else ""))
            ]
        return tuple(found)

    rows = []
    for _, row in moving.head(_NAMED).iterrows():
        each = str(row["code"])
        called = setting.names.get(each, each) if name == PLAN else clean(each)
        rows.append(Row((called, *cells(row))))
    left = len(moving) - len(rows)
    if left > 0:
        more = said(template("{count} more stands in the workbook", "{count} more stand in the workbook"), count=left)
        rows.append(Row((more, *[""] * (len(columns) - 1))))
    prose.table(columns, rows, Form(8))


def _head(setting: Setting, text: str) -> str:
    """Return a heading with what is counted: households, else people."""
    records = setting.plan.records["harmony_areas"]
    known = "households_before" in records
    return setting.said("{what} ({unit})", what=text, unit=setting.said("households" if known else "people"))


def _counted(setting: Setting, value: object) -> Quantity:
    known = "households_before" in setting.plan.records["harmony_areas"]
    return Quantity(float(str(value)), "households" if known else "people")
