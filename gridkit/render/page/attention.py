"""What needs an official today: grids with overdue orders, rising, out of the band, beyond reach, without a worker.

::

    attention(page, plan) -> list[Matter]        in the order in which they are dealt with, each with its grids
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.catalog.definitions import CoverageLayer, IncidentsLayer
from gridkit.language.numbers import UNITS, Quantity
from gridkit.language.phrases import Phrase
from gridkit.measure.balance import dedicated
from gridkit.measure.incidents.recent import DAYS, recent
from gridkit.plan.audit.titles import PRINCIPLES
from gridkit.render.page.payload import spoken, texts
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gridkit.catalog.layer import Layer
    from gridkit.plan.plan import Plan

MOST = 200
"""Rows of one matter that a page lists; its count tells of all."""


@dataclass
class Matter:
    """One kind of thing that needs somebody.

    Attributes
    ----------
    name, title
        Its key, and what it is called.
    rows
        Grid (its place in the plan, -1 where it is a place of its own), weight (most first) and what is said of it.
    unknown, how
        Why nothing can be said of it, and the command that changes that; empty where it is known.
    """

    name: str
    title: Phrase
    rows: list[tuple[int, float, Phrase]] = field(default_factory=list)
    unknown: Phrase | None = None
    how: str = ""

    @property
    def grids(self) -> set[int]:
        """The grids it is about."""
        return {grid for grid, *_ in self.rows if grid >= 0}

    def packed(self) -> dict[str, Any]:
        """Return the head's entry."""
        rows = sorted(self.rows, key=lambda row: (-row[1], row[0]))
        return {
            "name": self.name,
            "title": spoken(self.title),
            "count": len(rows),
            "rows": [[grid, spoken(said)] for grid, _, said in rows[:MOST]],
            "unknown": spoken(self.unknown or ""),
            "how": self.how,
        }


def attention(plan: Plan, layers: list[Layer], contacts: pd.DataFrame | None = None) -> list[Matter]:
    """Return what needs somebody, most pressing first.

    Parameters
    ----------
    plan
        With its layers; a stale one says nothing.
    layers
        Those that the page shows.
    contacts
        Whom to turn to, grid by grid; None where nobody said.
    """
    fresh = [layer for layer in layers if layer.definition.name not in plan.stale]
    return [
        _overdue(plan, fresh),
        _rising(plan, fresh),
        _outside(plan),
        _uncovered(plan, fresh),
        _unstaffed(plan, contacts),
    ]


def worklist(plan: Plan) -> list[Matter]:
    """Return what the last audit found, failures first, each rule with its grids; and that there was none."""
    if "findings" not in plan.records:
        return [Matter("audit", Phrase("Check"), [], Phrase("The plan has not been checked."), "gridkit audit PLAN")]
    place = {str(grid): at for at, grid in enumerate(plan.grids.index)}
    found = []
    for (_, rule), rows in plan.records["findings"].groupby(["verdict", "rule"], sort=True):
        known = PRINCIPLES.get(str(rule))
        matter = Matter(f"findings/{rule}", known.title if known else Phrase("{rule}", rule=str(rule)))
        # In the order in which the check found them.
        for at, (grid, value) in enumerate(zip(texts(rows["grid_id"]), rows["value"], strict=True)):
            said = (
                known.noted(value, plan.parameters.measure)
                if known
                else Phrase("{value}", value=Quantity(value, digits=2))
            )
            matter.rows.append((place.get(grid or "", -1), float(-at), Phrase("{said}", said=said)))
        found.append(matter)
    return found


def _of(layers: list[Layer], kind: type) -> Iterator[Layer]:
    return (layer for layer in layers if isinstance(layer.definition, kind) and "grids" in layer.tables)


def _overdue(plan: Plan, layers: list[Layer]) -> Matter:
    made = Matter("overdue", Phrase("Overdue"))
    known = [layer for layer in _of(layers, IncidentsLayer) if "overdue" in layer.tables["grids"]]
    if not known:
        made.unknown = Phrase("No orders with limits are on this plan.")
        made.how = "gridkit layer PLAN incidents --data FILE"
    for layer in known:
        late = layer.tables.get("overdue", pd.DataFrame())
        oldest = (
            late.groupby("grid_id")["days_over"].max() if len(late) and "days_over" in late else pd.Series(dtype=float)
        )
        counts = layer.tables["grids"]["overdue"].reindex(plan.grids.index).tolist()
        for at, (grid, count) in enumerate(zip(plan.grids.index.astype(TEXT), counts, strict=True)):
            if not count > 0:
                continue
            facts: dict[str, Any] = {"what": layer.definition.title, "count": int(count)}
            if grid in oldest.index:
                days = Quantity(float(oldest[grid]), "days")
                said = Phrase("{what}: {count} overdue, the oldest by {days}", days=days, **facts)
            else:
                said = Phrase("{what}: {count} overdue", **facts)
            made.rows.append((at, float(count), said))
    return made


def _rising(plan: Plan, layers: list[Layer]) -> Matter:
    made = Matter("rising", Phrase("Rising"))
    spans = [(layer, months) for layer in _of(layers, IncidentsLayer) if (months := of_late(plan, layer)) is not None]
    if not spans:
        made.unknown = Phrase("No incidents of two months are on this plan.")
        made.how = "gridkit layer PLAN incidents --data FILE"
    for layer, months in spans:
        for at, row in enumerate(months.to_dict("records")):
            if row["trend"] == "up":
                facts: dict[str, Any] = {
                    "what": layer.definition.title,
                    "now": int(row["now"]),
                    "before": int(row["before"]),
                }
                days = Quantity(DAYS, "days")
                said = Phrase("{what}: {now} in the last {days}, {before} before", days=days, **facts)
                made.rows.append((at, float(row["now"] - row["before"]), said))
    return made


def of_late(plan: Plan, layer: Layer) -> pd.DataFrame | None:
    """Return what each grid had in the last month and the month before, where a layer knows when things happened."""
    events = layer.tables.get("points")
    return None if events is None else recent(pd.DataFrame(events), plan.grids.index)


def _outside(plan: Plan) -> Matter:
    made = Matter("outside", Phrase("Outside the range of size"))
    asked, table = plan.parameters, plan.grids
    if asked.band is None or asked.measure not in table:
        made.unknown = Phrase("This plan was made without a range of size.")
        return made
    values = table[asked.measure].to_numpy(dtype=float)
    free = dedicated(table, plan.units).to_numpy()
    unit = asked.measure if asked.measure in UNITS else ""
    for at in (asked.band.outside(values) & ~free).nonzero()[0].tolist():
        size = Quantity(float(values[at]), unit)
        low = bool(asked.band.below(values[at]))
        limit = Quantity(asked.band.low if low else asked.band.high, unit)
        said = (
            Phrase("{size}, fewer than {limit}", size=size, limit=limit)
            if low
            else Phrase("{size}, more than {limit}", size=size, limit=limit)
        )
        made.rows.append((at, float(asked.band.excess(values[at])), said))
    return made


def _uncovered(plan: Plan, layers: list[Layer]) -> Matter:
    made = Matter("uncovered", Phrase("Beyond the reach of a service"))
    known = [
        (layer, layer.definition.minutes)
        for layer in layers
        if isinstance(layer.definition, CoverageLayer) and "minutes" in layer.tables.get("grids", ())
    ]
    if not known:
        made.unknown = Phrase("No service is on this plan.")
        made.how = "gridkit layer PLAN clinics"
    for layer, limits in known:
        goal = max(limits)
        minutes = layer.tables["grids"]["minutes"].reindex(plan.grids.index).to_numpy(dtype=float)
        for at, taken in enumerate(minutes.tolist()):
            facts: dict[str, Any] = {"what": layer.definition.title, "goal": Quantity(goal, "minutes")}
            if taken > goal:
                said = Phrase("{what}: {minutes} away, wanted {goal}", minutes=Quantity(taken, "minutes"), **facts)
                made.rows.append((at, taken, said))
            elif taken != taken and plan.grids["people"].iloc[at] > 0:  # noqa: PLR0124 - no number
                made.rows.append((at, float("inf"), Phrase("{what}: no way there is known", **facts)))
    return made


def _unstaffed(plan: Plan, contacts: pd.DataFrame | None) -> Matter:
    made = Matter("unstaffed", Phrase("Without a worker"))
    table = plan.grids[[name for name in ("staff", "head") if name in plan.grids]].astype(object)
    if contacts is not None and "post" in contacts:
        table = table.assign(post=contacts["post"])
    if table.empty or not len(table.columns):
        made.unknown = Phrase("Who works where is not known.")
        made.how = "gridkit staffing PLAN --staff FILE"
        return made
    blank = table.isna() | table.map(lambda value: str(value).strip() in ("", "0", "0.0", "nan"))
    for at in blank.all(axis=1).to_numpy().nonzero()[0].tolist():
        made.rows.append((at, float(plan.grids["people"].iloc[at]), Phrase("no worker is named")))
    return made
