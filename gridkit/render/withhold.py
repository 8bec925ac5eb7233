"""Which rows of which columns a map keeps from its readers: small counts, and all that would tell one.

What hides counts from whoever adds, subtracts and solves is ``measure.privacy.suppression``; here is what follows for a
map, on which many columns are made from the same counts. Three rules, and no column escapes them:

- A column made of the counts of its own row (a rate, a change, a share of the closed) is shown where all that it is
  made of is shown.
- A column that mixes rows (a ratio to neighbours, a test against the map) is shown where no row is withheld; the
  smoothed rate is then learnt anew, from the rows that are shown.
- A column of which nobody said what it is made of counts as one that mixes rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.definitions import BalanceLayer, CoverageLayer, IncidentsLayer, OneStopLayer, SitingLayer
from gridkit.errors import TableError
from gridkit.measure.incidents.closed_loop import COUNTED
from gridkit.measure.incidents.exposure import base_of
from gridkit.measure.incidents.rates import smoothed
from gridkit.measure.privacy.suppression import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.catalog.definitions import Definition
    from gridkit.plan.plan import Plan
    from gridkit.plan.published import Book

    Flags = NDArray[np.bool_]
    Rows = tuple[Flags, list[list[str]]]

PEOPLE = ("people", "households")
"""Counts of those who live there, by whatever layer they are shown; they tell of each other."""
ALL, TIME, LOOP = "all", "time", "loop"
"""What incidents are counted by: all of them, those of two periods, those at a stage of the closed loop. The parts of
one are withheld together; a row whose parts are withheld may still show how many incidents there are in all."""
MADE_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "now": (TIME, ("now",)),
    "before": (TIME, ("before",)),
    "change": (TIME, ("now", "before")),
    **{name: (LOOP, (name,)) for name in COUNTED},
    # A share tells of those that it leaves out as well.
    "closure_rate": (LOOP, ("closed", "orders - closed")),
    "due_closure_rate": (LOOP, ("due_closed", "due - due_closed")),
    "on_time_rate": (LOOP, ("on_time", "due - due_untimed - on_time")),
    "on_time_of_closed": (LOOP, ("closed_in_time", "closed_limited - closed_in_time")),
}
"""What the columns of incidents are made of, beside the count of all: counts, or one count less another."""
OF_ITS_ROW = frozenset({"rate", "low", "high", "per_km2"})
"""Columns made of a row's count of all and of what everybody may know: its people, its area."""
PER_PERSON = frozenset({"rate", "low", "high", "smoothed"})
OF_ALL = ("smoothed", "hot", "alone", "gi_", "moran")
"""How the names of columns begin that are made of the counts of all, in other rows too."""
OTHER_GRIDS = ("before_now", "before_then")
"""Columns that count on other grids than those of now: beside the counts of now they tell what lies between both."""
MIXED = (*OF_ALL, "trend", "scan")
"""How the names of columns begin that are no counts and made of other rows too."""


def small(counts: pd.Series[float], parents: pd.Series[str], least: int) -> Flags:
    """Return which rows must not show their count: small ones, and as many more as it takes to hide those.

    Parameters
    ----------
    counts
        Counts of events or people; fractions are rounded, as they are shown. Missing ones are never shown anyway.
    parents
        The parent of each row, whose total a reader may know. On the index of ``counts``.
    least
        The least count that may be shown; 0 or 1 withholds nothing.

    Examples
    --------
    >>> small(pd.Series([3.0, 40, 12, 50]), pd.Series(["a", "a", "a", "b"]), 10).tolist()
    [True, False, True, False]
    """
    return _rows(counts.to_frame(), parents, least)[0]


def _rows(counts: pd.DataFrame, parents: pd.Series[str], least: int, also: Flags | None = None) -> Rows:
    if least <= 1 or counts.empty:
        return np.zeros(len(counts), dtype=bool) if also is None else also, [[name] for name in parents.unique()]
    # Rounded up to 1: what is shown as 0 though there is somebody would be a small count that is told.
    number = counts.astype(float).fillna(0.0)
    whole = number.round().clip(lower=1).where(number > 0, 0).astype(np.int64)
    return together(whole, parents, least, also=also)


@dataclass(frozen=True)
class Withheld:
    """What is kept back on one page.

    Attributes
    ----------
    grids
        The GRIDS of the plan.
    people
        Rows whose people and households are withheld.
    incidents
        Rows whose incidents are withheld: of all layers at once, for one may be part of another. By :data:`ALL`,
        :data:`TIME` and :data:`LOOP`; each of the parts holds the rows of all.
    gains
        Rows of which a proposal is withheld, by its name.
    sums
        The groups of parents of which a reader may know the sums, by what is counted.
    book
        What was published before, and these sheets; None where nothing is judged beside it.
    """

    grids: gpd.GeoDataFrame
    least: int
    people: Flags
    incidents: Mapping[str, Flags] = field(default_factory=dict)
    gains: Mapping[str, Flags] = field(default_factory=dict)
    sums: Mapping[str, list[list[str]]] = field(default_factory=dict)
    book: Book | None = None

    def _nothing_of(self, blocks: Iterable[str]) -> bool:
        return not (self.people.any() or any(self.incidents[block].any() for block in blocks))

    def column(self, definition: Definition, values: pd.DataFrame, name: str) -> tuple[pd.Series[float], Flags | None]:
        """Return a column as it may be shown: its numbers, and the rows that are withheld; None where all may be."""
        numbers = values[name]
        if self.least <= 1:
            return numbers, None
        if isinstance(definition, BalanceLayer):
            return numbers, self.people
        if isinstance(definition, SitingLayer):
            return numbers, self.gains[definition.name]
        if isinstance(definition, CoverageLayer | OneStopLayer):
            return numbers, self.people
        if isinstance(definition, IncidentsLayer):
            return self._of_incidents(definition, values, name)
        return numbers, np.ones(len(numbers), dtype=bool)  # of a kind that nobody judged

    def _of_incidents(
        self, definition: IncidentsLayer, values: pd.DataFrame, name: str
    ) -> tuple[pd.Series[float], Flags]:
        numbers, every = values[name], np.ones(len(values), dtype=bool)
        shut = self.incidents[ALL] | (self.people if name in PER_PERSON else False)
        if name in OTHER_GRIDS:
            return numbers, every
        if name in OF_ITS_ROW or _counts(values, name):
            return numbers, shut
        if name in MADE_OF:
            block, parts = MADE_OF[name]
            known = all(_known(values, part) for part in parts)
            return numbers, self.incidents[block] if known else every
        if self._nothing_of((ALL,) if name.startswith(OF_ALL) else self.incidents):
            return numbers, ~every
        if name != "smoothed":
            return numbers, every
        return _learnt_anew(definition, values, self.grids, ~shut), shut


def withheld(
    layers: Iterable[tuple[Definition, pd.DataFrame]],
    grids: gpd.GeoDataFrame,
    least: int,
    plan: Plan | None = None,
) -> Withheld:
    """Return what is kept back on a page with these layers.

    Parameters
    ----------
    layers
        The definition of each layer on the page, and its table on the index of ``grids``.
    grids
        GRIDS of the plan, with ``parent``, whose totals a reader may know.
    least
        The least count that may be shown; 0 or 1 withholds nothing.
    plan
        The plan whose earlier editions a reader may hold beside this page; None where he has seen none.
    """
    listed = list(layers)
    beside = _Beside(grids, least, None if plan is None or least <= 1 else _earlier(plan))
    people = beside.rows(PEOPLE[0], _inhabitants(listed, grids), {name: (None, name) for name in PEOPLE})
    events = [(definition, values) for definition, values in listed if isinstance(definition, IncidentsLayer)]
    whole = beside.rows(ALL, *_parts(events, ALL, grids.index))
    incidents = {
        ALL: whole,
        **{block: beside.rows(block, *_parts(events, block, grids.index), whole) for block in (TIME, LOOP)},
    }
    gains = {
        definition.name: beside.rows(
            definition.name,
            values[["gain"]] if "gain" in values else values[[]],
            {"gain": (definition.name, "gain")},
            people,
        )
        for definition, values in listed
        if isinstance(definition, SitingLayer)
    }
    return Withheld(grids, least, people, incidents, gains, beside.sums, beside.book)


def _earlier(plan: Plan) -> Book:
    """Return all that was published of a plan; what judges it is loaded for public pages alone."""
    from gridkit.plan.published import Book

    return Book(plan)


@dataclass
class _Beside:
    """The rows of one block after another, each beside all that a reader has."""

    grids: gpd.GeoDataFrame
    least: int
    book: Book | None
    sums: dict[str, list[list[str]]] = field(default_factory=dict)

    def rows(
        self,
        block: str,
        counts: pd.DataFrame,
        made_of: Mapping[str, tuple[str | None, str]],
        also: Flags | None = None,
    ) -> Flags:
        """Return the rows of a block that are withheld, and note of which parents the sums may be known.

        Parameters
        ----------
        counts
            The counts of the block, a column each.
        made_of
            The layer of each column, and what of it is counted.
        also
            Rows that are withheld already.
        """
        shut, self.sums[block] = _rows(counts, self.grids["parent"], self.least, also)
        if self.book is None or counts.empty:
            return shut
        ids = [
            self.book.counts(None if layer is None else self.book.plan.layers[layer], part, counts[name])
            for name, (layer, part) in made_of.items()
            if name in counts
        ]
        sheet = self.book.withheld(ids, self.grids.index[shut], self.sums[block], self.least)
        self.sums[block] = [list(group) for group in sheet.groups]
        return self.grids.index.isin(list(sheet.hidden))


def _inhabitants(listed: Sequence[tuple[Definition, pd.DataFrame]], grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the counts of those who live there, as the plan and its layers of balance say them."""
    told = [grids, *(values for definition, values in listed if isinstance(definition, BalanceLayer))]
    return pd.concat([table[[name for name in PEOPLE if name in table]] for table in told], axis=1)


def _parts(
    events: Sequence[tuple[IncidentsLayer, pd.DataFrame]], block: str, index: pd.Index[Any]
) -> tuple[pd.DataFrame, dict[str, tuple[str | None, str]]]:
    """Return the counts of one block that all printed columns of incidents are made of, and what each counts."""
    found: dict[str, Any] = {}
    made_of: dict[str, tuple[str | None, str]] = {}
    for definition, values in events:
        printed = [each.column for each in definition.measures if each.column in values]
        if block == ALL:
            parts = dict.fromkeys(name for name in ("count", *printed) if _counts(values, name))
        else:
            parts = dict.fromkeys(part for name in printed for part in _made_of(name, block) if _known(values, part))
        for part in parts:
            name = f"{definition.name}: {part}"
            found[name] = values.eval(part) if " " in part else values[part]
            made_of[name] = (definition.name, part)
    return pd.DataFrame(found, index=index), made_of


def _made_of(name: str, block: str) -> tuple[str, ...]:
    own, parts = MADE_OF.get(name, ("", ()))
    return parts if own == block else ()


def _known(values: pd.DataFrame, part: str) -> bool:
    return all(name in values for name in part.split(" - "))


def _counts(values: pd.DataFrame, name: str) -> bool:
    """Tell whether a column counts incidents: whole numbers, of which it is not known that they are anything else."""
    if name not in values or name in MADE_OF or name in OF_ITS_ROW or name.startswith(MIXED):
        return False
    numbers = values[name]
    if not pd.api.types.is_numeric_dtype(numbers) or pd.api.types.is_bool_dtype(numbers):
        return False
    known = numbers.astype(float).dropna()
    return name == "count" or bool(((known % 1 == 0) & (known >= 0)).all())


def _learnt_anew(
    definition: IncidentsLayer, values: pd.DataFrame, grids: gpd.GeoDataFrame, shown: Flags
) -> pd.Series[float]:
    """Return the smoothed rate of the rows that are shown, learnt from these alone: it tells nothing of the others."""
    rate = pd.Series(np.nan, values.index)
    try:
        base = base_of(grids, definition)
    except TableError:  # the plan has lost what the rates were per
        return rate
    if "count" in values:
        rate[shown] = smoothed(values["count"][shown].astype(float), base[shown], definition.per)
    return rate
