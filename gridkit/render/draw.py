"""Tables of a plan turned into what a page draws: cells and grids, columns of measures, points in time and place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.definitions import CoverageLayer, IncidentsLayer, Measure
from gridkit.crs import LONLAT
from gridkit.plan.bounds import bounds as bounds_in_words
from gridkit.render.colour import DIVERGING, TINTS, breaks, classes, tints
from gridkit.render.payload import DEGREE, codes, texts
from gridkit.render.topology import topology
from gridkit.render.withhold import PEOPLE, small, withheld
from gridkit.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gridkit.catalog.definitions import MapView
    from gridkit.plan.plan import Layer, Plan
    from gridkit.render.payload import Island

SIMPLER_M = 1.0
MARGIN, MARGIN_M = 0.05, 300.0
"""How far the base map goes beyond the districts: a share of their size, and at least so many metres."""
MOST_CLASSES = 200
"""Classes of incidents beyond these, the rarest, are one: a free text is no class."""
BASICS = (
    Measure("people", Words("People", "人口"), Words("people", "人"), breaks="band", palette="PuOr"),
    Measure("households", Words("Households", "户数"), Words("households", "户"), breaks="quantiles"),
    Measure("area_m2", Words("Area", "面积"), Words("m²", "平方米"), breaks="quantiles", palette="cividis"),
)
"""What every plan knows of its grids; a computed layer with a column of the same name replaces it."""
_LINES = {
    "name": Words("Name", "名称"),
    "head": Words("Head of grid", "网格长"),
    "staff": Words("Staff", "网格员"),
    "boundary": Words("Bounded by", "四至"),
    "bounds": Words("Bounded by", "四至"),
    "note": Words("Note", "备注"),
}
"""Texts of a grid that its card shows, by column of the plan's ``attributes``; no other column leaves the office."""


_BOUNDS = {"boundary", "bounds"}
_OPEN = {"name", *_BOUNDS}
"""Texts that anybody may read."""


@dataclass(frozen=True)
class Canvas:
    """What the parts of one page are packed for: its plans, its view, and the island that takes their numbers."""

    plans: tuple[Plan, ...]
    view: MapView
    island: Island

    @property
    def public(self) -> bool:
        """Whether anybody may see the page."""
        return self.view.audience == "public"


# ------------------------------------------------------------------ grids
def grids(canvas: Canvas, plan: Plan) -> dict[str, Any]:
    """Return the head's entry for the grids of a plan: ids, parents, cells, measures and texts."""
    table = plan.grids
    island = canvas.island
    columns = _measures(canvas, plan)
    parents, parent = codes(table["parent"].astype(str))
    names = plan.districts["name"] if "name" in plan.districts else pd.Series(dtype=str)
    by_id = dict(zip(plan.districts.index.astype(str), texts(names), strict=False))
    return {
        "digest": plan.digest,
        "title": [plan.parameters.title or plan.digest] * 2,
        "ids": table.index.tolist(),
        "parents": [[each, by_id.get(each) or each] for each in parents],
        "parent": island.integers(parent),
        "tint": island.integers([each % len(TINTS) for each in _tints(plan)]),
        "cells": _cells(canvas, plan),
        "columns": [_column(canvas, plan, each) for each in columns],
        "texts": _texts(canvas, plan),
        "names": texts(table["name"]) if "name" in table else None,
        "people": _total(columns, table),
        "band": [plan.parameters.measure, plan.parameters.low, plan.parameters.target, plan.parameters.high],
    }


def _total(columns: list[_Coloured], table: gpd.GeoDataFrame) -> int | None:
    """Return all people, rounded once; None where some of them are withheld, for the rest would tell of those."""
    if "people" not in table or any(
        each.measure.column == "people" and each.hidden is not None and each.hidden.any() for each in columns
    ):
        return None
    return round(float(table["people"].sum()))


def _texts(canvas: Canvas, plan: Plan) -> list[dict[str, Any]]:
    """Return the texts of each grid; nobody is named to the public, and the four bounds are found if not given."""
    table = plan.grids
    lines = [
        {"title": _pair(title), "values": texts(table[name])}
        for name, title in _LINES.items()
        if name in table and not (canvas.public and name not in _OPEN)
    ]
    if not _BOUNDS & set(table):
        english, chinese = (texts(bounds_in_words(plan, lang)) for lang in ("en", "zh"))
        lines.append({"title": _pair(_LINES["bounds"]), "values": chinese, "english": english})
    return lines


def _cells(canvas: Canvas, plan: Plan) -> dict[str, Any]:
    """Return the pieces that are drawn: units where the view shows or edits them, else whole grids."""
    island = canvas.island
    by_unit = bool({"units", "edit"} & set(canvas.view.shows))
    table = plan.units.sort_values(["grid_id"], kind="stable") if by_unit else plan.grids
    simple = shapely.coverage_simplify(table.geometry.to_numpy(), SIMPLER_M)
    lonlat = gpd.GeoSeries(simple, crs=plan.crs).to_crs(LONLAT)
    packed = topology(lonlat.to_numpy()).pack(island)
    if by_unit:
        place = {grid: index for index, grid in enumerate(plan.grids.index)}
        packed["grid"] = island.steps([place[str(grid)] for grid in table["grid_id"]])
        packed["ids"] = table.index.astype(str).tolist()
        for name in (*(() if canvas.public else PEOPLE), "area_m2"):
            if name in table and table[name].notna().any():
                packed[name] = island.measures(
                    table[name].to_numpy(dtype=float, na_value=np.nan), 1 if name == "people" else 0
                )
        packed["locked"] = island.integers(table["lock"].notna() if "lock" in table else np.zeros(len(table)))
        if "group" in table and table["group"].notna().any():
            packed["group"] = island.integers(codes(texts(table["group"]))[1])
    return packed


def _tints(plan: Plan) -> list[int]:
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    grid = plan.units["grid_id"].astype(str).map(place)
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


def _measures(canvas: Canvas, plan: Plan) -> list[_Coloured]:
    """Return all that grids may be coloured by, in the view's order."""
    table = plan.grids
    least = canvas.view.least_count
    found: dict[str, _Coloured] = {}
    for layer in _chosen(canvas, plan):
        if "grids" not in layer.tables or layer.definition.name in plan.stale:
            continue  # measured on other grids than those of now
        values = layer.tables["grids"].reindex(table.index)
        hidden = withheld(layer.definition, values, table["parent"], least)
        for measure in layer.definition.measures:
            if measure.column in values and pd.api.types.is_numeric_dtype(values[measure.column]):
                key = measure.column if measure.column in table else f"{layer.definition.name}/{measure.column}"
                found[key] = _Coloured(
                    layer.definition.name,
                    layer.definition.kind,
                    measure,
                    values[measure.column],
                    hidden.get(measure.column),
                )
    few = np.logical_or.reduce(
        [small(table[name].astype(float), table["parent"], least) for name in PEOPLE if name in table]
    )
    for measure in BASICS:
        if measure.column not in found and measure.column in table and table[measure.column].notna().any():
            hidden_here = few if measure.column in PEOPLE else None
            found[measure.column] = _Coloured("", "balance", measure, table[measure.column].astype(float), hidden_here)
    return list(found.values())


def _column(canvas: Canvas, plan: Plan, column: _Coloured) -> dict[str, Any]:
    measure = column.measure
    numbers = column.numbers.to_numpy(dtype=float, na_value=np.nan)
    others = [_same(other, column) for other in canvas.plans if other is not plan]
    # Breaks are made from what is shown: they would tell of the rest.
    shown = numbers if column.hidden is None else numbers[~column.hidden]
    pooled = np.concatenate([shown, *others])
    asked = plan.parameters
    banded = measure.column == asked.measure or measure.percent
    band = (asked.low, asked.target, asked.high) if banded else (0.0, 0.0, 0.0)
    inner = breaks(measure, pooled, band)
    # A diverging palette says "under" and "over"; where there is no band, there is no middle to part from.
    adrift = measure.palette in DIVERGING and measure.breaks == "band" and not any(band)
    palette = "YlGnBu" if adrift else measure.palette
    return {
        "layer": column.layer,
        "kind": column.kind,
        "name": measure.column,
        "title": _pair(measure.title),
        "unit": _pair(measure.unit),
        "digits": measure.digits,
        "percent": measure.percent,
        "colours": classes(palette, len(inner) + 1),
        "diverging": palette in DIVERGING,
        "breaks": inner,
        "values": canvas.island.measures(numbers, measure.digits + 2 * measure.percent, column.hidden),
    }


def _same(plan: Plan, column: _Coloured) -> NDArray[np.float64]:
    """Return the same column of another plan; empty where it has none."""
    table = plan.layers[column.layer].tables.get("grids") if column.layer in plan.layers else plan.grids
    if table is None or column.measure.column not in table:
        return np.zeros(0)
    return np.asarray(table[column.measure.column].to_numpy(dtype=float, na_value=np.nan))


def _chosen(canvas: Canvas, plan: Plan) -> list[Layer]:
    return [plan.layers[name] for name in canvas.view.layers if name in plan.layers]


# ------------------------------------------------------------------ points
def points(canvas: Canvas, plan: Plan) -> list[dict[str, Any]]:
    """Return the head's entries for the layers of points that the view may show, in its order."""
    return [
        POINTS[type(layer.definition)](canvas, plan, layer)
        for layer in _chosen(canvas, plan)
        if type(layer.definition) in POINTS and len(layer.tables.get("points", ())) and _may_show(canvas, layer)
    ]


def _may_show(canvas: Canvas, layer: Layer) -> bool:
    """Tell whether points leave the office: where events happened never does on a public map; facilities are known."""
    return "points" in canvas.view.shows and not (canvas.public and isinstance(layer.definition, IncidentsLayer))


def _events(canvas: Canvas, plan: Plan, layer: Layer) -> dict[str, Any]:
    table, packed = _placed(canvas, plan, layer)
    for name, listed in (("category", "categories"), ("status", "statuses")):
        if name in table and table[name].notna().any():
            names, place = codes(texts(table[name]))
            packed[listed] = names if len(names) <= MOST_CLASSES else [*names[: MOST_CLASSES - 1], "…"]
            packed[name] = canvas.island.integers(np.minimum(place, MOST_CLASSES - 1))
    if "time" in table and table["time"].notna().any():
        minutes = table["time"].dt.tz_localize(None).astype("datetime64[s]").astype("int64") // 60
        first = int(minutes[table["time"].notna()].min())
        packed["since"] = first
        packed["minutes"] = canvas.island.integers((minutes - first).where(table["time"].notna(), -1))
    return {**packed, "kind": "events"}


def _facilities(canvas: Canvas, plan: Plan, layer: Layer) -> dict[str, Any]:
    table, packed = _placed(canvas, plan, layer)
    packed["labels"] = texts(table["name"]) if "name" in table else [None] * len(table)
    return {**packed, "kind": "facilities"}


POINTS: dict[type, Callable[[Canvas, Plan, Layer], dict[str, Any]]] = {
    IncidentsLayer: _events,
    CoverageLayer: _facilities,
}
"""How the points of each kind of layer are packed."""


def _placed(canvas: Canvas, plan: Plan, layer: Layer) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a layer's points in an order of small steps (by grid, then along a curve), and their entry so far."""
    table = layer.tables["points"]
    table = table[~(table.geometry.is_empty | table.geometry.isna())]
    grid = _grid_of(table, plan)
    lonlat = table.geometry.to_crs(LONLAT)
    order = np.lexsort([lonlat.hilbert_distance().to_numpy(), grid])
    whole = np.rint(shapely.get_coordinates(lonlat.to_numpy()) * DEGREE).astype(np.int64)[order]
    entry = {
        "layer": layer.definition.name,
        "title": _pair(layer.definition.title),
        "colour": layer.definition.colour,
        "grid": canvas.island.steps(grid[order]),
        "x": canvas.island.steps(whole[:, 0]),
        "y": canvas.island.steps(whole[:, 1]),
    }
    return table.iloc[order], entry


def _grid_of(table: gpd.GeoDataFrame, plan: Plan) -> Any:  # noqa: ANN401 - an array of places
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    if "grid_id" in table:
        return table["grid_id"].map(place).fillna(-1).to_numpy(dtype=int)
    found, grid = plan.grids.sindex.query(table.to_crs(plan.crs).geometry.to_numpy(), predicate="intersects")
    places = np.full(len(table), -1)
    places[found[::-1]] = grid[::-1]
    return places


def answers(canvas: Canvas, plan: Plan) -> list[dict[str, Any]]:
    """Return the comments that came back earlier, with what became of them; never to the public."""
    if canvas.public or "edit" not in canvas.view.shows or "comments" not in plan.records:
        return []
    table = gpd.GeoDataFrame(plan.records["comments"])
    table = table[(table["kind"] == "comment") & ~(table.geometry.isna() | table.geometry.is_empty)]
    places = shapely.get_coordinates(table.geometry.to_crs(LONLAT).to_numpy())
    columns = (texts(table[name]) for name in ("text", "status", "answer", "answer_zh"))
    return [
        {"lon": round(float(lon), 6), "lat": round(float(lat), 6), "text": text, "status": status, "answer": [en, zh]}
        for (lon, lat), text, status, en, zh in zip(places, *columns, strict=True)
        if text
    ]


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


def titles(canvas: Canvas) -> dict[str, Sequence[str]]:
    """Return the titles of the layers on the page."""
    return {layer.definition.name: _pair(layer.definition.title) for layer in _chosen(canvas, canvas.plans[0])}


def absent(canvas: Canvas) -> list[str]:
    """Return the view's layers that no plan holds."""
    return [name for name in canvas.view.layers if not any(name in plan.layers for plan in canvas.plans)]


def _pair(words: Words) -> Sequence[str]:
    return [words.en, words.zh]
