"""What is known of each indicator of the scorecard: counts by grid, or a line of the whole district.

::

    known(subject) -> dict[str, Known]      by indicator; one that is not there is missing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.participation.indicators import INDICATORS, summed
from gridkit.measure.participation.proposals import of_comments
from gridkit.measure.participation.remainder import ALONE
from gridkit.measure.response.orders import RATES
from gridkit.measure.share import Share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridkit.measure.inputs import Subject

SOURCES = ("participation", "visits", "departments")
"""What tables that lines of households are counted from are kept under in a plan."""
BESIDE = {"visited": "visits", "apart": "departments"}
"""Lines over households that others than participation count, and under which name a plan keeps what they count."""


@dataclass(frozen=True)
class Known:
    """What is known of one indicator.

    Attributes
    ----------
    whole
        The line of the whole district.
    counts
        ``n``, ``of`` and ``parent`` by grid, and by what belongs to a community alone (:data:`ALONE`); None where the
        indicator is of no grid.
    months
        ``n`` and ``of`` by month, where they are known.
    """

    whole: Share
    counts: pd.DataFrame | None = None
    months: pd.DataFrame | None = None


def known(subject: Subject) -> dict[str, Known]:
    """Return what the plan holds of each indicator; later sources of the same one do not replace earlier ones."""
    found: dict[str, Known] = {}
    for ask in _ASKED:
        for name, each in ask(subject):
            found.setdefault(name, each)
    return found


def source_of(indicator: str) -> str:
    """Return under which name a plan keeps what a line of households is counted from, one of :data:`SOURCES`."""
    return BESIDE.get(indicator, SOURCES[0])


def _by_grid(subject: Subject, n: pd.Series[Any], of: pd.Series[Any], share: Share) -> Known:
    """Return counts by grid as they are known, and the line of their sums."""
    grids = subject.grids
    table = pd.DataFrame({"n": n.reindex(grids.index), "of": of.reindex(grids.index), "parent": grids["parent"]})
    both = table["n"].notna() & table["of"].notna() & (table["of"] > 0)
    table[["n", "of"]] = table[["n", "of"]].where(both)
    above, below = (float(table[name].sum()) if both.any() else None for name in ("n", "of"))
    whole = Share(
        above, below, share.source, share.asof, int(both.sum()), len(grids),
        persons=share.persons, binomial=share.binomial, computed=share.computed,
    )  # fmt: skip
    return Known(whole, table)


# ------------------------------------------------------------------ by layer
def _orders(subject: Subject) -> Iterator[tuple[str, Known]]:
    layer = subject.layers.get("response")
    if layer is None:
        return
    grids = layer.tables["grids"]
    for rate in RATES:
        if f"{rate}_of" in grids and grids[f"{rate}_of"].sum() > 0:
            yield rate, _by_grid(subject, grids[f"{rate}_n"], grids[f"{rate}_of"], Share(None, None, "response"))


def _events(subject: Subject) -> Iterator[tuple[str, Known]]:
    for name, layer in subject.layers.items():
        grids = layer.tables.get("grids", pd.DataFrame())
        if layer.definition.kind != "incidents" or "orders" not in grids:
            continue
        for rate, above, below in (("closure_rate", "closed", "orders"), ("on_time_rate", "on_time", "due")):
            if above in grids and below in grids and grids[below].sum() > 0:
                yield rate, _by_grid(subject, grids[above], grids[below], Share(None, None, name))


def _nets(subject: Subject) -> Iterator[tuple[str, Known]]:
    layer = subject.layers.get("departments")
    if layer is None:
        return
    grids = layer.tables["grids"]
    cut = Share(int((grids["nets_crossing"] > 0).sum()), len(grids), "departments", "", len(grids), len(grids))
    yield "nets_cut", Known(cut)
    homes = subject.grids.get("households")
    live = homes if homes is not None and homes.notna().any() else subject.grids["people"]
    yield (
        "apart",
        _by_grid(subject, grids["apart"], live, Share(None, None, "departments", persons=True, binomial=False)),
    )


def _tables(subject: Subject) -> Iterator[tuple[str, Known]]:
    asked = subject.records.get("shared_asked")
    if asked is not None and len(asked):
        yield "asked_again", Known(Share(int((asked["departments"] > 1).sum()), len(asked), "sharing"))


def _work(subject: Subject) -> Iterator[tuple[str, Known]]:
    staffing, workload = subject.layers.get("staffing"), subject.layers.get("workload")
    if staffing is not None:
        grids = staffing.tables["grids"]
        for name, column in (("fit", "available"), ("fit_own", "available_own")):
            if column in grids and "hours" in grids:
                share = Share(None, None, "staffing", binomial=False, computed=True)
                yield name, _by_grid(subject, grids[column], grids["hours"], share)
    if workload is not None:
        grids = workload.tables["grids"]
        if {"hours_visits", "hours_patrol", "hours_forms"} <= set(grids) and grids["hours_forms"].notna().any():
            doors = grids["hours_visits"] + grids["hours_patrol"]
            share = Share(None, None, "workload", binomial=False, computed=True)
            yield "door_to_desk", _by_grid(subject, doors, grids["hours_forms"], share)


def _visits(subject: Subject) -> Iterator[tuple[str, Known]]:
    layer = subject.layers.get("visits")
    if layer is None:
        return
    grids = layer.tables["grids"]
    share = Share(None, None, "visits", str(layer.facts.get("asof", "")), persons=True)
    yield "visited", _by_grid(subject, grids["visited"], grids["households"], share)


def _patrol(subject: Subject) -> Iterator[tuple[str, Known]]:
    layer = subject.layers.get("patrol")
    grids = pd.DataFrame() if layer is None else layer.tables.get("grids", pd.DataFrame())
    if {"streets_m", "patrol_m"} <= set(grids):
        share = Share(None, None, "patrol", binomial=False, computed=True)
        yield "patrol", _by_grid(subject, grids["streets_m"], grids["patrol_m"], share)


def _participation(subject: Subject) -> Iterator[tuple[str, Known]]:
    """Return counts of participation by grid, what is known of a community alone beside them."""
    data = subject.services.get("participation")
    layer = subject.layers.get("participation")
    if data is None or layer is None:
        return
    told = {each["indicator"]: each for each in layer.facts["lines"]}
    rows = pd.DataFrame(data.drop(columns="geometry"))
    from gridkit.measure.incidents.placement import standing_in  # compiled: names alone wait for nothing

    grid = standing_in(data, subject.grids)
    parent = grid.map(subject.grids["parent"]).where(grid.notna(), rows["parent"])
    place = grid.where(grid.notna(), parent.map(lambda name: f"{ALONE}{name}", na_action="ignore")).fillna(ALONE)
    counts = summed(rows, place)
    own = pd.Series(parent.to_numpy(), index=place.to_numpy()).groupby(level=0).first().reindex(counts.index)
    months = summed(rows, rows["month"])
    for each in INDICATORS:
        if each.above not in counts or each.below not in counts or told[each.name]["why"] == "missing":
            continue
        table = pd.DataFrame({"n": counts[each.above], "of": counts[each.below], "parent": own})
        both = table["n"].notna() & table["of"].notna()
        line = told[each.name]
        share = Share(
            float(table.loc[both, "n"].sum()), float(table.loc[both, "of"].sum()),
            line["source"], line["asof"] or "", line["grids_known"], line["grids"],
            persons=each.persons, binomial=each.binomial,
        )  # fmt: skip
        by_month = months[[each.above, each.below]].set_axis(["n", "of"], axis=1)
        yield each.name, Known(share, table[both], None if each.persons else by_month)


# ------------------------------------------------------------------ lines that are kept
def _kept(subject: Subject) -> Iterator[tuple[str, Known]]:
    held = subject.records.get("lines")
    if held is None:
        return
    for row in held.to_dict("records"):
        few = row["why"] == "few"
        n, of = (0.0, 0.0) if few else (_number(row["n"]), _number(row["of"]))
        sure = not pd.isna(row["share_low"])
        yield str(row["indicator"]), Known(Share(n, of, row["source"], row["asof"], binomial=sure))


def _opinions(subject: Subject) -> Iterator[tuple[str, Known]]:
    held = subject.records.get("comments")
    if held is None or not len(held):
        return
    newest = held["time"].dropna().max() if "time" in held else None
    asof = str(newest)[:10] if isinstance(newest, str) else ""
    for name, (n, of) in of_comments(pd.DataFrame(held)).items():
        yield f"opinions_{name}", Known(Share(n, of, "opinions", asof))


def _emergency(subject: Subject) -> Iterator[tuple[str, Known]]:
    held = subject.records.get("emergency")
    if held is not None and len(held) and "withdrawn" in held:
        gone = held["withdrawn"].fillna("") != ""
        newest = held["withdrawn"].fillna("").max()
        yield "measures_withdrawn", Known(Share(int(gone.sum()), len(held), "emergency", str(newest)))


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell
    return None if value is None or pd.isna(value) else float(value)


_ASKED: tuple[Callable[[Subject], Iterator[tuple[str, Known]]], ...] = (
    _orders, _events, _nets, _tables, _work, _visits, _patrol, _participation, _kept, _opinions, _emergency,
)  # fmt: skip


def trend(months: pd.DataFrame | None) -> dict[str, Any]:
    """Return the last months against the same ones a year before: ``months``, ``before_n``, ``before_of``, ``now_n``.

    Two halves of one year differ by its seasons: of less than fifteen months nothing is told.
    """
    if months is None or not len(months):
        return {}
    index = pd.PeriodIndex(months.index.astype(str), freq="M")
    table = months.set_axis(index).groupby(level=0).sum(min_count=1)
    span = (table.index.max() - table.index.min()).n + 1
    length = min(span - _YEAR, _YEAR)
    if length < _SHORTEST:
        return {}
    last: Any = table.index.max()
    now = table[table.index > last - length]
    then = table[(table.index > last - length - _YEAR) & (table.index <= last - _YEAR)]
    sums = {
        f"{when}_{name}": float(part[name].sum()) for when, part in (("now", now), ("before", then)) for name in part
    }
    least = np.minimum(sums["now_of"], sums["before_of"])
    return {} if least < _ENOUGH else {"months": int(length), **sums}


_YEAR, _SHORTEST, _ENOUGH = 12, 3, 10
