"""Points of layers as a page draws them: incidents in time, facilities with their names, in steps that pack small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.catalog.definitions import CoverageLayer, EmergencyLayer, IncidentsLayer
from gridkit.crs import LONLAT
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Phrase
from gridkit.measure.incidents.classes import titled
from gridkit.render.page.payload import DEGREE, codes, digits, places, spoken, texts
from gridkit.render.page.view import layers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas as gpd
    import pandas as pd

    from gridkit.plan.plan import Layer, Plan
    from gridkit.render.page.view import PageView

MOST_CLASSES = 200
"""Classes of incidents beyond these, the rarest, are one: a free text is no class."""
OTHERS = Phrase("others")
KINDS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c00", "#5a4fcf", "#444b52")
"""Colours of classes of incidents, the most frequent first; the last is that of all the others."""
BINS, DAY = 70, 1440
"""Bars over the whole time; minutes."""


def packed(page: PageView, plan: Plan) -> list[dict[str, Any]]:
    """Return the head's entries for the layers of points that the view may show, in its order."""
    entries = [
        POINTS[type(layer.definition)](layer, plan)
        for layer in layers_of(page, plan)
        if type(layer.definition) in POINTS and has_points(page, layer)
    ]
    if "time" not in page.view.shows:
        for entry in entries:
            entry.pop("minutes", None)
    return entries


def has_points(page: PageView, layer: Layer) -> bool:
    """Tell whether points leave the office: where events happened never does on a public map; facilities are known."""
    hidden = page.public and isinstance(layer.definition, IncidentsLayer)
    return "points" in page.view.shows and not hidden and len(layer.tables.get("points", ())) > 0


def _events(layer: Layer, plan: Plan) -> dict[str, Any]:
    table, packed = _placed(layer, plan)
    for name, listed in (("category", "categories"), ("status", "statuses")):
        if name in table and table[name].notna().any():
            names, place = codes(texts(table[name]))
            # Classes come by frequency, so cutting the list keeps those that are most of what is seen.
            shown: list[Any] = names if len(names) <= MOST_CLASSES else [*names[: MOST_CLASSES - 1], "…"]
            if listed == "categories" and isinstance(layer.definition, IncidentsLayer):
                shown = [spoken(each) if hasattr(each, "said") else each for each in titled(shown, layer.definition)]
            packed[listed] = shown
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
    packed["labels"] = both(table, "name") if "name" in table else [None] * len(table)
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
    grid = grid_of(table, plan)
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
    """Return the first minute and the length of the time of all events, and give each layer of them its bars.

    Its minutes become text, 0 standing for an event of which no time is known.
    """
    timed = [layer for layer in layers if "minutes" in layer]
    if not timed:
        return None
    # One more than the last minute, so that the last event falls into the last bar and not beyond it.
    span = max(max(layer["minutes"]) for layer in timed) + 1
    for layer in timed:
        known = np.array(layer["minutes"])
        layer["bins"] = np.bincount(known[known >= 0] * BINS // span, minlength=BINS).tolist()
        layer["minutes"] = digits(known + 1)
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


def grid_of(table: gpd.GeoDataFrame, plan: Plan) -> Any:  # noqa: ANN401 - an array of places
    """Return which grid each point of a layer lies in, by its place among them; -1 for none."""
    place = {grid: index for index, grid in enumerate(plan.grids.index)}
    if "grid_id" in table:
        return table["grid_id"].map(place).fillna(-1).to_numpy(dtype=int)
    found, grid = plan.grids.sindex.query(table.to_crs(plan.crs).geometry.to_numpy(), predicate="intersects")
    places = np.full(len(table), -1)
    # Written backwards, so that a point on a border is in the first of its grids, as in tables.
    places[found[::-1]] = grid[::-1]
    return places


def both(table: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as text, and in each language that a column of its own (``name_en``) has it in."""
    said = texts(table[name])
    others = [texts(table[own]) if (own := f"{name}_{language}") in table else said for language in languages()]
    if all(each is said for each in others):
        return list(said)
    return [
        [each or text or "" for each in row] if any((*row, text)) else None
        for *row, text in zip(*others, said, strict=True)
    ]
