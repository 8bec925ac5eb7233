"""Tables of a plan turned into what a page draws: cells and grids, columns of measures, points in time and place."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import CoverageLayer, EmergencyLayer, IncidentsLayer, OneStopLayer
from gridkit.crs import LONLAT
from gridkit.language.catalogue import languages
from gridkit.language.labels import code
from gridkit.language.labels import title as title_of
from gridkit.language.numbers import Quantity, unit
from gridkit.language.phrases import LIST, Phrase, joined
from gridkit.measure.incidents.recent import DAYS
from gridkit.plan.bounds import bounds as bounds_in_words
from gridkit.plan.life.feedback import answers as replies
from gridkit.plan.life.rules import ground
from gridkit.plan.names import Names
from gridkit.plan.names import names as names_of
from gridkit.render.colour import DIVERGING, TINTS, breaks, classes, tints
from gridkit.render.page.attention import of_late
from gridkit.render.page.labels import spots
from gridkit.render.page.payload import DEGREE, EXACT, codes, measures, places, spoken, texts
from gridkit.render.page.topology import Topology, topology
from gridkit.render.withhold import PEOPLE, Withheld, small, withheld
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.plan import Layer, Plan

SIMPLER_M = 1.0
MARGIN, MARGIN_M = 0.05, 300.0
"""How far the base map goes beyond the districts: a share of their size, and at least so many metres."""
MOST_CLASSES = 200
"""Classes of incidents beyond these, the rarest, are one: a free text is no class."""
BASICS = (
    Measure("people", Phrase("People"), unit("people"), breaks="band", palette="PuOr"),
    Measure("households", Phrase("Households"), unit("households"), breaks="quantiles"),
    Measure("area_m2", Phrase("Area"), unit("ha"), breaks="quantiles", palette="cividis", digits=1),
)
"""What every plan knows of its grids; a computed layer with a column of the same name replaces it."""
AGES = (
    Measure("elderly", Phrase("People of 60 and over"), unit("people"), breaks="quantiles"),
    Measure("children", Phrase("Children"), unit("people"), breaks="quantiles"),
)
"""Who needs help first: counts of the units, for the views that ask for them."""
UNSURE = Measure("by_area", Phrase("People placed by land use and area alone"), percent=True, palette="YlOrBr")
"""How far a plan stands on guesses: the share of a grid's people of whom no point, building or pixel tells where."""
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
ALL_ONE = Phrase("all the same")
OTHERS = Phrase("others")
KINDS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c00", "#5a4fcf", "#444b52")
"""Colours of classes of incidents, the most frequent first; the last is that of all the others."""
BINS, DAY = 70, 1440
"""Bars over the whole time; minutes."""
_CONTACTS = {
    "post": Phrase("Worker"),
    "phone": Phrase("Office telephone"),
    "hotline": Phrase("Hotline"),
    "office": Phrase("Office"),
    "duties": Phrase("Duties of the post"),
}
_MOST_NAMED = 8
_FACTORS = {"area_m2": 1e-4}
"""Square metres are shown as hectares."""
_BOUNDS = {"boundary", "bounds"}
_OPEN = {"name", *_BOUNDS}
"""Texts that anybody may read."""
_NAMED = {*_OPEN, "head", "staff"}
"""The same where the names of staff may stand on a public page too."""


@dataclass(frozen=True)
class PageView:
    """What the parts of one page are packed for: its plans and its view."""

    plans: tuple[Plan, ...]
    view: MapView
    contacts: pd.DataFrame | None = None
    kept: list[Withheld] = field(default_factory=list)
    names: bool = False

    @property
    def public(self) -> bool:
        """Whether anybody may see the page."""
        return self.view.audience == "public"


# ------------------------------------------------------------------ grids
def grids(page: PageView, plan: Plan) -> dict[str, Any]:
    """Return the head's entry for the grids of a plan: ids, parents, cells, measures, and what their cards say."""
    table = plan.grids
    columns = _measures(page, plan)
    parents, parent = codes(table["parent"].astype(TEXT))
    named = Names(plan)
    # A second plan's columns stand where the first has them: what it lacks is null, what only it has is left out.
    first = page.plans[0]
    shown = columns if plan is first else [_twin(each, columns) for each in _measures(page, first)]
    return {
        "digest": plan.digest,
        "title": spoken(title_of(plan.parameters.title) or plan.digest),
        "ids": table.index.tolist(),
        "brief": _brief(plan),
        "called": _called(plan),
        "parents": _once(named.community(each) or each for each in parents),
        "parentOf": parent,
        "parentSpots": spots(_together(table, parent, len(parents))),
        "tints": [each % len(TINTS) for each in _tints(plan)],
        "spots": spots(table.geometry),
        "cells": _cells(page, plan),
        "columns": [each and _column(page, plan, each) for each in shown],
        "card": [
            *_texts(page, plan),
            *_sections(page, plan, shown),
            *_facilities_by_grid(page, plan),
            *_lately(page, plan),
        ],
        "findings": {},
        "people": _total(columns, table),
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


def _twin(wanted: _Coloured, columns: list[_Coloured]) -> _Coloured | None:
    """Return the column that tells the same of another plan, if it has one."""
    for each in columns:
        same = each.layer == wanted.layer or not each.layer or not wanted.layer
        if same and each.measure.column == wanted.measure.column:
            return each
    return None


def _brief(plan: Plan) -> list[str | list[str]]:
    """Return what stands on the map: a grid's name beside its community's, else the end of its code."""
    ids = [str(each) for each in plan.grids.index]
    names, codes_ = Names(plan), short(ids)
    # A grid of no known number is called by its whole code, of which the end is enough on a map.
    beside = [spoken(names.beside(grid, grid)) for grid in ids]
    said = [[code_] if grid in own[0] else own for grid, code_, own in zip(ids, codes_, beside, strict=True)]
    return [each[0] if len(set(each)) == 1 else each for each in said]


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


def _sections(page: PageView, plan: Plan, columns: Sequence[_Coloured | None]) -> list[dict[str, Any]]:
    """Return the rows of measures on a card, under their layers.

    Of each service its first measure is enough there, with the minutes to the nearest facility and its name.
    """
    named = titles(page)
    rows: dict[tuple[str, ...], dict[tuple[str, ...], dict[str, Any]]] = {}
    for place, column in enumerate(columns):
        if column is None:
            continue
        service = column.kind in (CoverageLayer.kind, OneStopLayer.kind)
        plain = named.get(column.layer, [])
        title = spoken("") if column.kind == "balance" else spoken(SERVICES) if service else plain
        name = plain if service else spoken(column.measure.title)
        row = rows.setdefault(tuple(title), {}).setdefault(tuple(name), {"name": name, "columns": [place]})
        if column.kind == CoverageLayer.kind and column.measure.column == "minutes":
            row["columns"] = list(dict.fromkeys([*row["columns"], place]))
            row["values"] = _nearest(page, plan, plan.layers[column.layer])
    told = spoken(SERVICES)
    # Figures are what an office reads; who looks for a clinic reads its minutes.
    return [
        {"title": list(title), "rows": list(found.values()), "figures": list(title) != told}
        for title, found in rows.items()
    ]


def _nearest(page: PageView, plan: Plan, layer: Layer) -> list[Any]:
    """Return the name of the facility that most people of each grid are nearest to, where the page may name it."""
    units, points = layer.tables.get("units", pd.DataFrame()), layer.tables.get("points", pd.DataFrame())
    if "nearest" not in units or "name" not in points or not _has_points(page, layer):
        return []
    people = plan.units["people"] if "people" in plan.units else pd.Series(1.0, plan.units.index)
    # By people and not by the grid's middle: the middle may be nearer to a facility that hardly anybody there walks
    # to.
    votes = pd.DataFrame({"grid": plan.units["grid_id"], "facility": units["nearest"], "people": people.fillna(0.0)})
    sums = votes.groupby(["grid", "facility"])["people"].sum().reset_index()
    most = sums.sort_values("people", ascending=False, kind="stable").drop_duplicates("grid").set_index("grid")
    own = [name for name in ("name", *(f"name_{language}" for language in languages())) if name in points]
    return _both(points[own].reindex(most["facility"].reindex(plan.grids.index)), "name")


def _lately(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return what happened in each grid in the last days, beside the days before, as a section of its card."""
    if page.public:
        return []
    rows = []
    for layer in chosen(page, plan):
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
    for layer in chosen(page, plan):
        if not isinstance(layer.definition, CoverageLayer) or not _has_points(page, layer):
            continue
        table = layer.tables["points"]
        table = table[~(table.geometry.is_empty | table.geometry.isna())]
        names = _both(table, "name") if "name" in table else [None] * len(table)
        within: dict[int, list[Any]] = {}
        for grid, name in zip(_grid_of(table, plan).tolist(), names, strict=True):
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


def _total(columns: list[_Coloured], table: gpd.GeoDataFrame) -> int | None:
    """Return all people, rounded once; None where some of them are withheld, for the rest would tell of those."""
    # The total less what is shown would be what is withheld.
    if "people" not in table or any(
        each.measure.column == "people" and each.hidden is not None and each.hidden.any() for each in columns
    ):
        return None
    return round(float(table["people"].sum()))


def _texts(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return the texts of each grid; nobody is named to the public; its name and four bounds are found if not given."""
    table = plan.grids
    rows: list[dict[str, Any]] = [
        {"name": spoken(title), "values": _both(table, name)}
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
    return [{"title": "", "rows": [*_turned_to(page, plan), *rows]}]


def _turned_to(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return whom to turn to in each grid; offices and posts, so that anybody may read them."""
    if page.contacts is None or plan is not page.plans[0]:
        return []
    return [
        {"name": spoken(title), "values": _both(page.contacts, name)}
        for name, title in _CONTACTS.items()
        # Inside the office the grid's own line says who holds the post.
        if name in page.contacts and not (name == "post" and "staff" in plan.grids and not page.public)
    ]


def _both(table: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as text, and in each language that a column of its own (``name_en``) has it in."""
    said = texts(table[name])
    others = [texts(table[own]) if (own := f"{name}_{language}") in table else said for language in languages()]
    if all(each is said for each in others):
        return list(said)
    return [
        [each or text or "" for each in row] if any((*row, text)) else None
        for *row, text in zip(*others, said, strict=True)
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


@dataclass(frozen=True)
class _Coloured:
    """A column that grids may be coloured by: whose it is, what it means, and which of its rows are withheld."""

    layer: str
    kind: str
    measure: Measure
    numbers: pd.Series[float]
    hidden: NDArray[np.bool_] | None
    parts: tuple[pd.Series[float], pd.Series[float]] | None = None


def _measures(page: PageView, plan: Plan) -> list[_Coloured]:
    """Return all that grids may be coloured by, in the view's order."""
    table = plan.grids
    least = page.view.least_count
    found: dict[str, _Coloured] = {}
    # A stale layer was measured on other grids than those of now.
    tables = [
        (layer.definition, layer.tables["grids"].reindex(table.index))
        for layer in chosen(page, plan)
        if "grids" in layer.tables and layer.definition.name not in plan.stale
    ]
    # All tables at once: what one column hides, another of the same grid might give away.
    kept = withheld(tables, table, least, plan if page.public else None)
    if plan is page.plans[0]:
        page.kept.append(kept)
    for definition, values in tables:
        for measure in definition.measures:
            if measure.column in values and pd.api.types.is_numeric_dtype(values[measure.column]):
                # A count that the grids hold themselves is one column, whichever layer brings its title; other
                # names may stand in several layers.
                key = measure.column if measure.column in table else f"{definition.name}/{measure.column}"
                numbers, hidden = kept.column(definition, values, measure.column)
                parts = None if page.public else _parts(values, measure.column)
                found[key] = _Coloured(definition.name, definition.kind, measure, numbers, hidden, parts)
    for measure in BASICS:
        if measure.column not in found and measure.column in table and table[measure.column].notna().any():
            hidden_here = kept.people if measure.column in PEOPLE else None
            found[measure.column] = _Coloured("", "balance", measure, table[measure.column].astype(float), hidden_here)
    first = page.view.measures
    for measure in AGES:
        if measure.column in first and measure.column in plan.units and not page.public:
            counts = plan.units[measure.column].astype(float).groupby(plan.units["grid_id"]).sum().reindex(table.index)
            hidden_here = small(counts, table["parent"], least) | kept.people
            found[measure.column] = _Coloured("", "balance", measure, counts, hidden_here)
    guessed = _guessed(page, plan)
    if guessed is not None:
        found[UNSURE.column] = _Coloured("", "balance", UNSURE, guessed, None)
    place = {name: at for at, name in enumerate(first)}
    return sorted(found.values(), key=lambda each: place.get(each.measure.column, len(first)))


def _parts(values: pd.DataFrame, column: str) -> tuple[pd.Series[float], pd.Series[float]] | None:
    """Return what stands above and below the line of a share, where a layer tells it beside the share."""
    above, below = f"{column}_n", f"{column}_of"
    return (values[above], values[below]) if above in values and below in values else None


def _counts_of(column: _Coloured) -> dict[str, Any]:
    """Return n and N of each grid for a share's card; nothing where they are not told."""
    if column.parts is None or column.hidden is not None:
        return {}
    counts = [part.to_numpy(dtype=float) for part in column.parts]
    told = [[round(float(value)) if np.isfinite(value) else None for value in part] for part in counts]
    return {"parts": told}


def _guessed(page: PageView, plan: Plan) -> pd.Series[float] | None:
    """Return the share of each grid's people placed by area alone, for who may mend it; None where nobody was."""
    if "edit" not in page.view.shows or "people_from" not in plan.units:
        return None
    people, grid = plan.units["people"].astype(float), plan.units["grid_id"]
    by_area = people.where(plan.units["people_from"] == "area", 0.0)
    share = by_area.groupby(grid).sum() / people.groupby(grid).sum()
    return share.reindex(plan.grids.index) if share.max() > 0 else None


def _column(page: PageView, plan: Plan, column: _Coloured) -> dict[str, Any]:
    measure = column.measure
    numbers = column.numbers.to_numpy(dtype=float, na_value=np.nan)
    others = [_same(other, column) for other in page.plans if other is not plan]
    # Breaks are made from what is shown: they would tell of the rest.
    shown = numbers if column.hidden is None else numbers[~column.hidden]
    # Both plans share their classes, or the same colour would mean two things on one page.
    pooled = np.concatenate([shown, *others])
    asked = plan.parameters
    band = asked.band if measure.column == asked.measure or measure.percent else None
    inner = breaks(measure, pooled, band)
    # A diverging palette says "under" and "over"; where there is no band, there is no middle to part from.
    adrift = measure.palette in DIVERGING and measure.breaks == "band" and band is None
    palette = "YlGnBu" if adrift else measure.palette
    layer = next((each for each in chosen(page, page.plans[0]) if each.definition.name == column.layer), None)
    # Measures of services say nothing without their layer's name.
    title = (
        measure.title
        if column.kind == "balance" or layer is None
        else Phrase("{where}: {what}", where=layer.definition.title, what=measure.title)
    )
    return {
        "layer": column.layer,
        "name": measure.column,
        "title": spoken(title),
        "unit": spoken(measure.unit),
        "digits": measure.digits,
        "percent": measure.percent,
        **({"factor": _FACTORS[measure.column]} if measure.column in _FACTORS else {}),
        **_counts_of(column),
        "colours": classes(palette, len(inner) + 1),
        "diverging": palette in DIVERGING,
        "breaks": inner,
        "ranges": _ranges(measure, inner, pooled),
        "of": measures(numbers, measure.digits + 2 * measure.percent, column.hidden, inner),
    }


def _ranges(measure: Measure, inner: list[float], values: NDArray[np.float64]) -> list[Any]:
    """Return the classes in words, from the lowest on; counts by the numbers they hold, 1 – 2 and 3 – 9."""
    if not inner:
        return [spoken(ALL_ONE)]
    known = values[np.isfinite(values)]
    if not (measure.digits or measure.percent) and (known == np.rint(known)).all():
        return _counts([math.ceil(each) for each in inner], known)
    factor, kind = _FACTORS.get(measure.column, 1.0), "%" if measure.percent else ""
    said = [Quantity(each * factor, kind, measure.digits) for each in inner]
    between = [Phrase("{low} – {high}", low=low, high=high) for low, high in pairwise(said)]
    return [spoken(each) for each in (Phrase("< {high}", high=said[0]), *between, Phrase("≥ {low}", low=said[-1]))]


def _counts(first: list[int], known: NDArray[np.float64]) -> list[Any]:
    """Return classes of whole numbers by their first and last, given the first number of each but the lowest."""
    lowest, highest = int(known.min(initial=0.0)), int(known.max(initial=0.0))
    starts, ends = [min(lowest, first[0] - 1), *first], [*(each - 1 for each in first), max(highest, first[-1])]

    def said(low: int, high: int) -> Phrase:
        if low >= high:
            return Phrase("{number}", number=Quantity(high))
        return Phrase("{low} – {high}", low=Quantity(low), high=Quantity(high))

    return [spoken(said(low, high)) for low, high in zip(starts, ends, strict=True)]


def _same(plan: Plan, column: _Coloured) -> NDArray[np.float64]:
    """Return the same column of another plan; empty where it has none."""
    table = plan.layers[column.layer].tables.get("grids") if column.layer in plan.layers else plan.grids
    if table is None or column.measure.column not in table:
        return np.zeros(0)
    return np.asarray(table[column.measure.column].to_numpy(dtype=float, na_value=np.nan))


def chosen(page: PageView, plan: Plan) -> list[Layer]:
    """Return the layers of a plan that a page shows, in the view's order."""
    return [plan.layers[name] for name in page.view.layers if name in plan.layers]


# ------------------------------------------------------------------ points
def points(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return the head's entries for the layers of points that the view may show, in its order."""
    return [
        POINTS[type(layer.definition)](layer, plan)
        for layer in chosen(page, plan)
        if type(layer.definition) in POINTS and _has_points(page, layer)
    ]


def _has_points(page: PageView, layer: Layer) -> bool:
    """Tell whether points leave the office: where events happened never does on a public map; facilities are known."""
    hidden = page.public and isinstance(layer.definition, IncidentsLayer)
    return "points" in page.view.shows and not hidden and len(layer.tables.get("points", ())) > 0


def _events(layer: Layer, plan: Plan) -> dict[str, Any]:
    table, packed = _placed(layer, plan)
    for name, listed in (("category", "categories"), ("status", "statuses")):
        if name in table and table[name].notna().any():
            names, place = codes(texts(table[name]))
            # Classes come by frequency, so cutting the list keeps those that are most of what is seen.
            packed[listed] = names if len(names) <= MOST_CLASSES else [*names[: MOST_CLASSES - 1], "…"]
            packed[name] = np.minimum(place, MOST_CLASSES - 1).tolist()
    named = packed.get("categories", [])
    if len(named) > 1:
        shown = named if len(named) <= len(KINDS) else [*named[: len(KINDS) - 1], spoken(OTHERS)]
        packed["classes"] = [list(each) for each in zip(shown, KINDS, strict=False)]
    if "time" in table and table["time"].notna().any():
        packed["minutes"] = (_minutes(table["time"]) - _first(plan)).where(table["time"].notna(), -1).tolist()
    return {**packed, "kind": "events"}


def _facilities(layer: Layer, plan: Plan) -> dict[str, Any]:
    table, packed = _placed(layer, plan)
    packed["labels"] = _both(table, "name") if "name" in table else [None] * len(table)
    return {**packed, "kind": "facilities"}


def _gates(layer: Layer, plan: Plan) -> dict[str, Any]:
    return {**_facilities(layer, plan), "title": spoken(Phrase("Gates and points"))}


POINTS: dict[type, Callable[[Layer, Plan], dict[str, Any]]] = {
    IncidentsLayer: _events,
    CoverageLayer: _facilities,
    EmergencyLayer: _gates,
}
"""How the points of each kind of layer are packed."""


def _placed(layer: Layer, plan: Plan) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a layer's points in an order of small steps (by grid, then along a curve), and their entry so far."""
    table = layer.tables["points"]
    table = table[~(table.geometry.is_empty | table.geometry.isna())]
    grid = _grid_of(table, plan)
    lonlat = table.geometry.to_crs(LONLAT)
    # Neighbours in a row make small steps, and small steps pack into a fraction of the bytes.
    order = np.lexsort([lonlat.hilbert_distance().to_numpy(), grid])
    whole = np.rint(shapely.get_coordinates(lonlat.to_numpy()) * DEGREE).astype(np.int64)[order]
    entry = {
        "layer": layer.definition.name,
        "title": spoken(layer.definition.title),
        "colour": layer.definition.colour,
        "gridOf": grid[order].tolist(),
        "at": places(whole),
    }
    return table.iloc[order], entry


def period(layers: Sequence[dict[str, Any]], plan: Plan) -> dict[str, int] | None:
    """Return the first minute and the length of the time of all events, and give each layer of them its bars."""
    timed = [layer for layer in layers if "minutes" in layer]
    if not timed:
        return None
    # One more than the last minute, so that the last event falls into the last bar and not beyond it.
    span = max(max(layer["minutes"]) for layer in timed) + 1
    for layer in timed:
        known = np.array(layer["minutes"])
        layer["bins"] = np.bincount(known[known >= 0] * BINS // span, minlength=BINS).tolist()
    return {"first": _first(plan), "span": span}


def _minutes(times: pd.Series[Any]) -> pd.Series[Any]:
    # The clock on the wall where it happened: a reader elsewhere must see the hour the office wrote down.
    minutes: pd.Series[Any] = times.dt.tz_localize(None).astype("datetime64[s]").astype("int64") // 60
    return minutes


def _first(plan: Plan) -> int:
    """Return the minute in which the first day with events begins, since 1970."""
    times = [
        layer.tables["points"]["time"].dropna()
        for layer in plan.layers.values()
        if isinstance(layer.definition, IncidentsLayer) and "time" in layer.tables.get("points", ())
    ]
    return min(int(_minutes(each).min()) for each in times if len(each)) // DAY * DAY


def _grid_of(table: gpd.GeoDataFrame, plan: Plan) -> Any:  # noqa: ANN401 - an array of places
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    if "grid_id" in table:
        return table["grid_id"].map(place).fillna(-1).to_numpy(dtype=int)
    found, grid = plan.grids.sindex.query(table.to_crs(plan.crs).geometry.to_numpy(), predicate="intersects")
    places = np.full(len(table), -1)
    # Written backwards, so that a point on a border is in the first of its grids, as in tables.
    places[found[::-1]] = grid[::-1]
    return places


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
            "author": row["author"] if isinstance(row["author"], str) else "",
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


def titles(page: PageView) -> dict[str, list[str]]:
    """Return the titles of the layers on the page."""
    return {layer.definition.name: spoken(layer.definition.title) for layer in chosen(page, page.plans[0])}
