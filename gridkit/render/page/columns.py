"""What grids may be coloured by: columns of layers and of the grids themselves, their classes, and what is withheld."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import CoverageLayer
from gridkit.language.labels import unit_of
from gridkit.language.numbers import UNITS, Quantity, unit
from gridkit.language.phrases import Phrase
from gridkit.render.colour import DIVERGING, breaks, classes, lit
from gridkit.render.page.payload import measures, spoken
from gridkit.render.page.view import layers_of
from gridkit.render.withhold import PEOPLE, small, withheld

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.plan.plan import Layer, Plan
    from gridkit.render.page.view import PageView

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
ALL_ONE = Phrase("all the same")
_FACTORS = {"area_m2": 1e-4}
"""Square metres are shown as hectares."""


@dataclass(frozen=True)
class Coloured:
    """A column that grids may be coloured by: whose it is, what it means, and which of its rows are withheld."""

    layer: str
    kind: str
    measure: Measure
    numbers: pd.Series[float]
    hidden: NDArray[np.bool_] | None
    parts: tuple[pd.Series[float], pd.Series[float]] | None = None


def coloured(page: PageView, plan: Plan) -> list[Coloured]:
    """Return all that grids may be coloured by, in the view's order."""
    table = plan.grids
    least = page.view.least_count
    found: dict[str, Coloured] = {}
    # A stale layer was measured on other grids than those of now.
    tables = [
        (layer.definition, layer.tables["grids"].reindex(table.index))
        for layer in layers_of(page, plan)
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
                found[key] = Coloured(definition.name, definition.kind, measure, numbers, hidden, parts)
    for measure in BASICS:
        if measure.column not in found and measure.column in table and table[measure.column].notna().any():
            hidden_here = kept.people if measure.column in PEOPLE else None
            found[measure.column] = Coloured("", "balance", measure, table[measure.column].astype(float), hidden_here)
    first = page.view.measures
    for measure in AGES:
        if measure.column in first and measure.column in plan.units and not page.public:
            counts = plan.units[measure.column].astype(float).groupby(plan.units["grid_id"]).sum().reindex(table.index)
            hidden_here = small(counts, table["parent"], least) | kept.people
            found[measure.column] = Coloured("", "balance", measure, counts, hidden_here)
    guessed = _guessed(page, plan)
    if guessed is not None:
        found[UNSURE.column] = Coloured("", "balance", UNSURE, guessed, None)
    place = {name: at for at, name in enumerate(first)}
    return sorted(found.values(), key=lambda each: place.get(each.measure.column, len(first)))


def _parts(values: pd.DataFrame, column: str) -> tuple[pd.Series[float], pd.Series[float]] | None:
    """Return what stands above and below the line of a share, where a layer tells it beside the share."""
    above, below = f"{column}_n", f"{column}_of"
    return (values[above], values[below]) if above in values and below in values else None


def _counts_of(column: Coloured) -> dict[str, Any]:
    """Return n and N of each grid for a share's card and what they count; nothing where they are not told."""
    if column.parts is None or column.hidden is not None:
        return {}
    counts = [part.to_numpy(dtype=float) for part in column.parts]
    told = [[round(float(value)) if np.isfinite(value) else None for value in part] for part in counts]
    kind = unit_of(f"{column.measure.column}_of")
    return {"parts": told, **({"counted": kind} if kind in UNITS else {})}


def _guessed(page: PageView, plan: Plan) -> pd.Series[float] | None:
    """Return the share of each grid's people placed by area alone, for who may mend it; None where nobody was."""
    if "edit" not in page.view.shows or "people_from" not in plan.units:
        return None
    people, grid = plan.units["people"].astype(float), plan.units["grid_id"]
    by_area = people.where(plan.units["people_from"] == "area", 0.0)
    share = by_area.groupby(grid).sum() / people.groupby(grid).sum()
    return share.reindex(plan.grids.index) if share.max() > 0 else None


def packed(page: PageView, plan: Plan, column: Coloured) -> dict[str, Any]:
    """Return the head's entry for a column of a plan: its title, classes and colours, and what each grid has of it."""
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
    layer = next((each for each in layers_of(page, page.plans[0]) if each.definition.name == column.layer), None)
    # Measures of services say nothing without their layer's name.
    title = (
        measure.title
        if column.kind == "balance" or layer is None
        else Phrase("{where}: {what}", where=layer.definition.title, what=measure.title)
    )
    # Who gets nowhere has no minutes: the mean of the others is not that of all.
    if layer is not None and column.kind == CoverageLayer.kind and measure.column == "minutes" and _left(layer):
        title = Phrase("{what}, of those who get there", what=title)
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
        "lit": lit(palette, len(inner) + 1),
        "diverging": palette in DIVERGING,
        "breaks": inner,
        "ranges": _ranges(measure, inner, pooled),
        "of": measures(numbers, measure.digits + 2 * measure.percent, column.hidden, inner),
    }


def _left(layer: Layer) -> bool:
    """Return whether anybody gets to none of a layer's facilities."""
    return round(float(layer.facts.get("unreached") or 0.0)) > 0


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
    under = known[known < inner[0]]
    none = len(under) > 0 and not under.any()
    lowest = Phrase("{number}", number=Quantity(0, kind)) if none else Phrase("< {high}", high=said[0])
    return [spoken(each) for each in (lowest, *between, Phrase("≥ {low}", low=said[-1]))]


def _counts(first: list[int], known: NDArray[np.float64]) -> list[Any]:
    """Return classes of whole numbers by their first and last, given the first number of each but the lowest."""
    lowest, highest = int(known.min(initial=0.0)), int(known.max(initial=0.0))
    starts, ends = [min(lowest, first[0] - 1), *first], [*(each - 1 for each in first), max(highest, first[-1])]

    def said(low: int, high: int) -> Phrase:
        if low >= high:
            return Phrase("{number}", number=Quantity(high))
        return Phrase("{low} – {high}", low=Quantity(low), high=Quantity(high))

    return [spoken(said(low, high)) for low, high in zip(starts, ends, strict=True)]


def _same(plan: Plan, column: Coloured) -> NDArray[np.float64]:
    """Return the same column of another plan; empty where it has none."""
    table = plan.layers[column.layer].tables.get("grids") if column.layer in plan.layers else plan.grids
    if table is None or column.measure.column not in table:
        return np.zeros(0)
    return np.asarray(table[column.measure.column].to_numpy(dtype=float, na_value=np.nan))


def twin(wanted: Coloured, columns: list[Coloured]) -> Coloured | None:
    """Return the column that tells the same of another plan, if it has one."""
    for each in columns:
        same = each.layer == wanted.layer or not each.layer or not wanted.layer
        if same and each.measure.column == wanted.measure.column:
            return each
    return None


def total(columns: list[Coloured], table: gpd.GeoDataFrame) -> int | None:
    """Return all people, rounded once; None where some of them are withheld, for the rest would tell of those."""
    # The total less what is shown would be what is withheld.
    if "people" not in table or any(
        each.measure.column == "people" and each.hidden is not None and each.hidden.any() for each in columns
    ):
        return None
    return round(float(table["people"].sum()))
