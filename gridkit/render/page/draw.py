"""Tables of a plan turned into what a page draws: cells and grids, what cards say, and what edits are judged by."""

from __future__ import annotations

from dataclasses import asdict
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.definitions import CoverageLayer, IncidentsLayer, OneStopLayer
from gridkit.crs import LONLAT
from gridkit.language.catalogue import languages
from gridkit.language.labels import code
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.measure.incidents.recent import DAYS
from gridkit.plan.bounds import bounds as bounds_in_words
from gridkit.plan.life.feedback import answers as replies
from gridkit.plan.life.log import called
from gridkit.plan.life.rules import ground
from gridkit.plan.names import Names
from gridkit.plan.names import names as names_of
from gridkit.render.colour import TINTS, tints
from gridkit.render.page.attention import of_late
from gridkit.render.page.columns import coloured, packed, total, twin
from gridkit.render.page.labels import spots
from gridkit.render.page.ordinals import ordinals
from gridkit.render.page.payload import EXACT, codes, measures, spoken, texts
from gridkit.render.page.points import both, grid_of, has_points
from gridkit.render.page.topology import Topology, topology
from gridkit.render.page.view import PageView, layers_of, titles
from gridkit.render.withhold import PEOPLE
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gridkit.plan.plan import Layer, Plan
    from gridkit.render.page.columns import Coloured

SIMPLER_M = 1.0
MARGIN, MARGIN_M = 0.05, 300.0
"""How far the base map goes beyond the districts: a share of their size, and at least so many metres."""
_LINES = {
    "name": Phrase("Name of the grid"),
    "head": Phrase("Head of grid"),
    "staff": Phrase("Grid workers"),
    "boundary": Phrase("Bounds"),
    "bounds": Phrase("Bounds"),
    "note": Phrase("Note"),
}
"""Texts of a grid that its card shows, by column of the plan's ``attributes``; no other column leaves the office."""


SERVICES = Phrase("Services")
_HERE = "{0}"
"""Where the page fills in a number that it counts by itself."""
WAYS = {
    "walk": (
        Phrase("{minutes} on foot", minutes=_HERE),
        Phrase("{minutes} on foot for those who can get there", minutes=_HERE),
    ),
    "cycle": (
        Phrase("{minutes} by bicycle", minutes=_HERE),
        Phrase("{minutes} by bicycle for those who can get there", minutes=_HERE),
    ),
    "drive": (
        Phrase("{minutes} by car", minutes=_HERE),
        Phrase("{minutes} by car for those who can get there", minutes=_HERE),
    ),
}
"""How minutes are told by how one gets there: where all get there, and where only some do."""
_CONTACTS = {
    "post": Phrase("Worker"),
    "phone": Phrase("Office telephone"),
    "hotline": Phrase("Hotline"),
    "office": Phrase("Office"),
    "duties": Phrase("Duties of the post"),
}
_MOST_NAMED = 8
_BOUNDS = {"boundary", "bounds"}
_WHO = ("head", "staff")
_OPEN = {"name", *_BOUNDS}
"""Texts that anybody may read."""
_NAMED = {*_OPEN, *_WHO}
"""The same where the names of staff may stand on a public page too."""


# ------------------------------------------------------------------ grids
def grids(page: PageView, plan: Plan) -> dict[str, Any]:
    """Return the head's entry for the grids of a plan: ids, parents, cells, measures, and what their cards say."""
    table = plan.grids
    columns = coloured(page, plan)
    parents, parent = codes(table["parent"].astype(TEXT))
    named, brief = Names(plan), _brief(plan)
    # A second plan's columns stand where the first has them: what it lacks is null, what only it has is left out.
    first = page.plans[0]
    shown = columns if plan is first else [twin(each, columns) for each in coloured(page, first)]
    return {
        "digest": plan.digest,
        "title": spoken(title_of(plan.parameters.title) or plan.digest),
        "ids": table.index.tolist(),
        "brief": brief,
        "short": _short(brief),
        "called": _called(plan),
        "parents": _once(map(named.place, parents)),
        "parentOf": parent,
        "parentSpots": spots(_together(table, parent, len(parents))),
        "tints": [each % len(TINTS) for each in _tints(plan)],
        "spots": spots(table.geometry),
        "cells": _cells(page, plan),
        "columns": [each and packed(page, plan, each) for each in shown],
        "card": [
            *_texts(page, plan),
            *_sections(page, plan, shown),
            *_facilities_by_grid(page, plan),
            *_lately(page, plan),
        ],
        "findings": {},
        "people": total(columns, table),
        "band": _limits(plan),
        **_edited(page, plan),
    }


def _called(plan: Plan) -> list[str | list[str]]:
    """Return the name of each grid, in every language where it is not the same in all."""
    return _once(names_of(plan))


def _once(said: Iterable[object]) -> list[str | list[str]]:
    """Return texts in every language, those that are the same in all of them once."""
    spelt = [spoken(each) for each in said]
    return [each[0] if len(set(each)) == 1 else each for each in spelt]


def _limits(plan: Plan) -> dict[str, Any] | None:
    """Return the band as it is said, and the edges that a script compares with."""
    band = plan.parameters.band
    if band is None:
        return None
    least, most = band.edges
    return {"measure": plan.parameters.measure, **asdict(band), "least": least, "most": most}


def _edited(page: PageView, plan: Plan) -> dict[str, Any]:
    """Return what the page's edits are judged by: the numbers of ``plan/life/rules.py``, cell by cell."""
    if page.public or "edit" not in page.view.shows:
        return {}
    # The page numbers its cells grid by grid; the rules are told in the same order, so that no table of names is
    # needed.
    units, order = _in_order(plan)
    ends = np.argsort(order)[plan.ends]
    here = ground(units, ends, plan.parameters, plan.attributes)
    seen = _side_by_side(_cover(plan, units.geometry))
    # Only where the plan's borders and the drawing disagree is anything sent: what touches on the page but is parted
    # by a river, and what a bridge joins that the page sees apart.
    told = {(int(min(pair)), int(max(pair))) for pair in ends}
    crossing = any(len({here.parent[unit] for unit in grid}) > 1 for grid in here.members)
    return {
        "rules": {
            "measure": plan.parameters.measure,
            "band": _limits(plan),
            "joined": _pairs(told - seen),
            "parted": _pairs(seen - told),
            "parent": here.parent if crossing else None,
            "unbound": sorted(here.unbound),
            "institution": np.flatnonzero(here.institution).tolist(),
        }
    }


def _pairs(pairs: set[tuple[int, int]]) -> list[int]:
    """Return pairs of cells as two columns, one after the other."""
    return [cell for column in zip(*sorted(pairs), strict=True) for cell in column]


def _side_by_side(cover: Topology) -> set[tuple[int, int]]:
    """Return which cells the page takes to touch by itself: the first two on the sides of each arc."""
    sides: dict[int, list[int]] = {}
    for cell, rings in enumerate(cover.rings):
        for reference in (reference for ring in rings for reference in ring):
            sides.setdefault(reference >> 1, []).append(cell)
    return {(min(pair), max(pair)) for cells in sides.values() if len(pair := cells[:2]) == 2 and pair[0] != pair[1]}  # noqa: PLR2004


MOST_SIGNS = 24
"""A longer name is cut on the map: led to its grid by a line, it would run through all the others."""


def _cut(name: str) -> str:
    return name if len(name) <= MOST_SIGNS else f"{name[: MOST_SIGNS - 1].rstrip()}…"


def _brief(plan: Plan) -> list[str | list[str]]:
    """Return what stands on the map: a grid's name beside its community's, else the end of its code."""
    ids = [str(each) for each in plan.grids.index]
    names, codes_ = Names(plan), short(ids)
    # A grid of no known number is called by its whole code, of which the end is enough on a map.
    beside = [[_cut(each) for each in spoken(names.beside(grid, grid))] for grid in ids]
    said = [[code_] if grid in own[0] else own for grid, code_, own in zip(ids, codes_, beside, strict=True)]
    return [each[0] if len(set(each)) == 1 else each for each in said]


def _short(brief: Sequence[str | list[str]]) -> list[str | list[str | None] | None]:
    """Return the number that stands for each grid where there is no room for its name, as `_brief` returns names."""
    said = [[each] * len(languages()) if isinstance(each, str) else each for each in brief]
    found = zip(*(ordinals(names) for names in zip(*said, strict=True)), strict=True)
    return [each[0] if len(set(each)) == 1 else list(each) for each in found]


def _together(table: gpd.GeoDataFrame, parent: Sequence[int], count: int) -> gpd.GeoSeries:
    """Return the ground of each community: that of its grids."""
    owner, shapes = np.array(parent), table.geometry.to_numpy()
    whole = [shapely.union_all(shapes[owner == at]) for at in range(count)]
    return gpd.GeoSeries(whole, crs=table.crs)


def short(ids: Sequence[str]) -> list[str]:
    """Return what stands on the map for grids without a name: their codes without what all of them begin with."""
    shared = len(list(takewhile(lambda signs: len(set(signs)) == 1, zip(*ids, strict=False)))) if len(ids) > 1 else 0
    # At least two signs stay: grids 1 to 9 of one district share all but the last.
    shared = max(0, min([shared, *(len(each) - 2 for each in ids)]))
    return [each[shared:] if shared > 3 else each for each in ids]  # noqa: PLR2004 - not worth a cut


def _sections(page: PageView, plan: Plan, columns: Sequence[Coloured | None]) -> list[dict[str, Any]]:
    """Return the rows of measures on a card, under their layers.

    Of each service its first measure is enough there, with the minutes to the nearest facility and its name.
    """
    named = titles(page)
    rows: dict[tuple[str, ...], dict[tuple[str, ...], dict[str, Any]]] = {}
    for place, column in enumerate(columns):
        if column is None:
            continue
        near = column.kind == CoverageLayer.kind and column.measure.column == "minutes"
        # Residents ask how far it is; what share of a grid is near enough is a figure among others.
        service = near or column.kind == OneStopLayer.kind or (column.kind == CoverageLayer.kind and not page.public)
        plain = named.get(column.layer, [])
        title = spoken("") if column.kind == "balance" else spoken(SERVICES) if service else plain
        name = plain if service else spoken(column.measure.title)
        row = rows.setdefault(tuple(title), {}).setdefault(tuple(name), {"name": name, "columns": [place]})
        if near:
            row["columns"] = list(dict.fromkeys([*row["columns"], place]))
            row["values"] = _nearest(page, plan, plan.layers[column.layer])
            row |= _way(plan, plan.layers[column.layer])
    told = spoken(SERVICES)
    # Figures are what an office reads; who looks for a clinic reads its minutes.
    return [
        {"title": list(title), "rows": list(found.values()), "figures": list(title) != told}
        for title, found in rows.items()
    ]


def _way(plan: Plan, layer: Layer) -> dict[str, Any]:
    """Return in which words a layer's minutes, last of its row's columns, are told, and where only some get there."""
    definition = layer.definition
    said = WAYS.get(definition.profile) if isinstance(definition, CoverageLayer) else None
    if said is None:
        return {}
    return {"ways": [spoken(each) for each in said], "few": _partly(plan, layer)}


def _partly(plan: Plan, layer: Layer) -> list[int]:
    """Return the grids with people in units that nobody gets to the nearest facility from."""
    units = layer.tables.get("units", pd.DataFrame())
    if "minutes" not in units:
        return []
    lives = plan.units["people"].fillna(0.0) > 0 if "people" in plan.units else plan.units["grid_id"].notna()
    left = plan.units.loc[lives & units["minutes"].reindex(plan.units.index).isna(), "grid_id"]
    return np.flatnonzero(plan.grids.index.isin(left.unique())).tolist()


def _nearest(page: PageView, plan: Plan, layer: Layer) -> list[Any]:
    """Return the name of the facility that most people of each grid are nearest to, where the page may name it."""
    units, points = layer.tables.get("units", pd.DataFrame()), layer.tables.get("points", pd.DataFrame())
    if "nearest" not in units or "name" not in points or not has_points(page, layer):
        return []
    people = plan.units["people"] if "people" in plan.units else pd.Series(1.0, plan.units.index)
    # By people and not by the grid's middle: the middle may be nearer to a facility that hardly anybody there walks
    # to.
    votes = pd.DataFrame({"grid": plan.units["grid_id"], "facility": units["nearest"], "people": people.fillna(0.0)})
    sums = votes.groupby(["grid", "facility"])["people"].sum().reset_index()
    most = sums.sort_values("people", ascending=False, kind="stable").drop_duplicates("grid").set_index("grid")
    own = [name for name in ("name", *(f"name_{language}" for language in languages())) if name in points]
    return both(points[own].reindex(most["facility"].reindex(plan.grids.index)), "name")


def _lately(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return what happened in each grid in the last days, beside the days before, as a section of its card."""
    if page.public:
        return []
    rows = []
    for layer in layers_of(page, plan):
        months = of_late(plan, layer) if isinstance(layer.definition, IncidentsLayer) else None
        if months is None:
            continue
        facts = zip(months["now"].astype(int).tolist(), months["before"].astype(int).tolist(), strict=True)
        said = [spoken(Phrase("{now}, before {before}", "lately", now=now, before=before)) for now, before in facts]
        rows.append({"name": spoken(layer.definition.title), "values": said})
    return [{"title": spoken(Phrase("In the last {days}", days=Quantity(DAYS, "days"))), "rows": rows}] if rows else []


def _facilities_by_grid(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return the names of the facilities in each grid, layer by layer, as a section of its card."""
    rows = []
    for layer in layers_of(page, plan):
        if not isinstance(layer.definition, CoverageLayer) or not has_points(page, layer):
            continue
        table = layer.tables["points"]
        table = table[~(table.geometry.is_empty | table.geometry.isna())]
        names = both(table, "name") if "name" in table else [None] * len(table)
        within: dict[int, list[Any]] = {}
        for grid, name in zip(grid_of(table, plan).tolist(), names, strict=True):
            within.setdefault(grid, []).append(name)
        said = {grid: _facilities_said(found) for grid, found in within.items()}
        rows.append({"name": spoken(layer.definition.title), "values": [said.get(at) for at in range(len(plan.grids))]})
    return [{"title": spoken(Phrase("Within the grid")), "rows": rows}] if rows else []


def _facilities_said(names: list[Any]) -> list[str]:
    """Return the number of some facilities and the names of the first, in each language."""
    by_language = zip(
        *([each] * len(languages()) if not isinstance(each, list) else each for each in names), strict=True
    )
    return [
        Phrase(
            "{count}: {names}", count=len(own), names=joined([name or "·" for name in own[:_MOST_NAMED]], LIST)
        ).said(language)
        for language, own in zip(languages(), by_language, strict=True)
    ]


def _texts(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return the texts of each grid; nobody is named to the public; its name and four bounds are found if not given."""
    table = plan.grids
    rows: list[dict[str, Any]] = [
        {"name": spoken(title), "values": both(table, name)}
        for name, title in _LINES.items()
        if name in table and not (page.public and name not in (_NAMED if page.names else _OPEN))
    ]
    # A grid without a name is called by rule on cards and lists alike, so it is given here too.
    if "name" not in table:
        rows.insert(0, {"name": spoken(_LINES["name"]), "values": [spoken(name) for name in names_of(plan)]})
    if not _BOUNDS & set(table):
        said = (texts(bounds_in_words(plan, language)) for language in languages())
        values = [[each or "" for each in row] for row in zip(*said, strict=True)]
        rows.append({"name": spoken(_LINES["bounds"]), "values": values})
    # Who works there, how they are reached and what they do; then the place itself.
    first = {str(spoken(_LINES[name])) for name in ("name", *_WHO)}
    last = sum(str(row["name"]) in first for row in rows)
    return [{"title": "", "rows": [*rows[:last], *_turned_to(page, plan), *rows[last:]]}]


def _turned_to(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return whom to turn to in each grid; offices and posts, so that anybody may read them."""
    if page.contacts is None or plan is not page.plans[0]:
        return []
    return [
        {"name": spoken(title), "values": both(page.contacts, name)}
        for name, title in _CONTACTS.items()
        # Inside the office the grid's own line says who holds the post.
        if name in page.contacts and not (name == "post" and "staff" in plan.grids and not page.public)
    ]


def _cells(page: PageView, plan: Plan) -> dict[str, Any]:
    """Return the pieces that are drawn: units where the view shows or edits them, else whole grids."""
    by_unit = bool({"units", "edit"} & set(page.view.shows))
    table = _in_order(plan)[0] if by_unit else plan.grids
    packed = _cover(plan, table.geometry).pack()
    if by_unit:
        place = {grid: index for index, grid in enumerate(plan.grids.index)}
        packed["own"] = [place[str(grid)] for grid in table["grid_id"]]
        packed["ids"] = table.index.astype(TEXT).tolist()
        balanced = () if page.public else (plan.parameters.measure,)
        for name in dict.fromkeys((*(() if page.public else PEOPLE), "area_m2", *balanced)):
            if name in table and table[name].notna().any():
                # What is balanced is added up again when units are moved, so nothing may be rounded off it.
                numbers = table[name].to_numpy(dtype=float, na_value=np.nan)
                packed[name] = measures(numbers, EXACT if name in balanced else 2 * (name in PEOPLE))
        packed["locked"] = (
            (table["lock"].notna() if "lock" in table else pd.Series(0, table.index)).astype(int).tolist()
        )
        if "group" in table and table["group"].notna().any():
            packed["group"] = codes(texts(table["group"]))[1]
    return packed


def _in_order(plan: Plan) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Return the units grid by grid, so that the numbers of grids come in runs, which pack small; and their places."""
    order = np.argsort(plan.units["grid_id"].astype(TEXT).to_numpy(), kind="stable")
    return plan.units.iloc[order], order


def _cover(plan: Plan, shapes: gpd.GeoSeries) -> Topology:
    """Return shapes as the page draws them."""
    # As one coverage: simplified one by one, neighbours would part along the line between them.
    simple = shapely.coverage_simplify(shapes.to_numpy(), SIMPLER_M)
    return topology(gpd.GeoSeries(simple, crs=plan.crs).to_crs(LONLAT).to_numpy())


def _tints(plan: Plan) -> list[int]:
    # By the plan's own borders, not by what touches: grids that meet in a corner may share a tint.
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    grid = plan.units["grid_id"].astype(TEXT).map(place)
    pairs = np.column_stack([plan.borders[side].map(grid).fillna(0) for side in ("unit_id", "neighbour")]).astype(int)
    return tints(len(place), {(int(a), int(b)) for a, b in np.unique(pairs, axis=0) if a != b})


def answers(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return what officials asked for earlier, with what became of it and why, undecided first; never to the public."""
    if page.public or "edit" not in page.view.shows or "comments" not in plan.records:
        return []
    table = gpd.GeoDataFrame(plan.records["comments"])
    table = table[(table["status"] != "withdrawn") & ~(table.geometry.isna() | table.geometry.is_empty)]
    # Stable: within the undecided and the decided the order of the table stays.
    table = table.iloc[np.argsort((table["status"] != "open").to_numpy(), kind="stable")]
    places = shapely.get_coordinates(table.geometry.to_crs(LONLAT).to_numpy())
    found = [
        {
            "lon": round(float(lon), 6),
            "lat": round(float(lat), 6),
            "kind": row["kind"],
            "text": spoken(_asked(row)),
            "status": row["status"],
            "author": spoken(called(row["author"])) if isinstance(row["author"], str) else "",
            "answer": spoken(answer or ""),
        }
        for (lon, lat), row, answer in zip(places, table.to_dict("records"), replies(table), strict=True)
    ]
    return [each for each in found if any(each["text"])]


def _asked(row: dict[Any, Any]) -> object:
    """Return in words what somebody asked for, or said."""
    unit, grid, text = (row[name] if isinstance(row[name], str) else "" for name in ("unit_id", "grid_id", "text"))
    if row["kind"] == "comment":
        return text
    if row["kind"] == "move":
        return f"{unit}: {grid} → {row['to_grid']}"
    return Phrase("{kind}: {what}", kind=code("wish", row["kind"]), what=unit or grid)


# ------------------------------------------------------------------ what all share
def bounds(plans: Iterable[Plan]) -> list[float]:
    """Return west, south, east, north of all districts in degrees."""
    boxes = np.array([plan.units.to_crs(LONLAT).total_bounds for plan in plans])
    return [round(float(each), 6) for each in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))]


def surroundings(plans: Iterable[Plan]) -> shapely.Geometry:
    """Return the ground that the base map covers, in the plans' CRS: the districts and a margin around them."""
    ground = shapely.union_all([each.districts.geometry.union_all() for each in plans])
    west, south, east, north = ground.bounds
    return shapely.buffer(ground, max(MARGIN_M, MARGIN * max(east - west, north - south)))
