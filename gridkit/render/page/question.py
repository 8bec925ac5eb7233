"""A view as a question: its headline from the data, the measure that it opens with, and what it lacks to answer.

::

    headline(kind, asked) -> Phrase      one sentence, computed
    opening(columns, view) -> int        the measure that shows most; NEIGHBOURS or PLAIN where none does
    lacks(plan, view) -> list            layers that the view lists and the plan does not hold
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.catalog.definitions import (
    PILLARS,
    CoverageLayer,
    DepartmentsLayer,
    EmergencyLayer,
    OneStopLayer,
    ParticipationLayer,
    PatrolLayer,
    ResponseLayer,
    ScorecardLayer,
    SharingLayer,
    VisitsLayer,
    layers,
)
from gridkit.errors import DefinitionError
from gridkit.language.labels import code
from gridkit.language.numbers import Quantity, share
from gridkit.language.phrases import AND, LIST, Phrase, joined, template

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from gridkit.catalog.map_views import MapView
    from gridkit.plan.compare import Comparison
    from gridkit.plan.plan import Plan
    from gridkit.render.page.attention import Matter

NEIGHBOURS, PLAIN = -1, -2
"""What stands for a measure where grids are only told apart, or all look alike."""
LEAST_KNOWN = 0.5
"""A measure that is unknown of more of the grids is not opened with."""
MOST_SAID = 3
MOST_LACKING = 5


@dataclass(frozen=True)
class Asked:
    """What a headline is computed from."""

    plan: Plan
    matters: Sequence[Matter] = ()
    comparison: Comparison | None = None
    shown: Collection[str] = ()
    """The layers that the view shows; none: whatever the plan holds."""


def headline(kind: str, asked: Asked) -> Phrase:
    """Return one sentence that answers what a view asks, by what it asks (``MapView.asks``)."""
    return HEADLINES[kind](asked)


def _counted(plan: Plan) -> dict[str, Any]:
    return {
        "grids": Quantity(len(plan.grids), "grids"),
        "parents": Quantity(plan.grids["parent"].nunique(), "communities"),
    }


def _grids(asked: Asked) -> Phrase:
    return Phrase("{grids} in {parents}.", **_counted(asked.plan))


def _mine(asked: Asked) -> Phrase:
    said = "{grids} in {parents}: find yours by its address, by where you are, or by a touch on the map."
    return Phrase(said, **_counted(asked.plan))


def _attention(asked: Asked) -> Phrase:
    grids = set().union(*(matter.grids for matter in asked.matters)) if asked.matters else set()
    unknown = all(matter.unknown for matter in asked.matters)
    if unknown:
        return Phrase("Nothing is known yet of what needs you: the list says what is missing.")
    total = Quantity(len(asked.plan.grids), "grids")
    if not grids:
        return Phrase("Nothing that is known needs you in {grids} today.", grids=total)
    some = [
        Phrase("{what}: {count}", what=matter.title, count=len(matter.rows)) for matter in asked.matters if matter.rows
    ]
    return Phrase(
        "{count} of {grids} needs you today. {list}.",
        "attention",
        "{count} of {grids} need you today. {list}.",
        count=len(grids),
        grids=total,
        list=joined(some[:MOST_SAID], LIST),
    )


def _plan(asked: Asked) -> Phrase:
    plan = asked.plan
    places = sum(len(matter.rows) for matter in asked.matters)
    total = Quantity(len(plan.grids), "grids")
    unknown = next((matter.unknown for matter in asked.matters if matter.unknown), None)
    band, measure = plan.parameters.band, plan.parameters.measure
    if band is None or measure not in plan.grids:
        inside = Phrase("{grids} without a range of size", grids=total)
    else:
        good = int(band.inside(plan.grids[measure].to_numpy(dtype=float)).sum())
        inside = Phrase("{count} of {grids} in the range of size", "inside", count=good, grids=total)
    if unknown is not None:
        return Phrase("{inside}; the plan has not been checked.", inside=inside)
    if not places:
        return Phrase("{inside}; the check found nothing.", inside=inside)
    return Phrase("{inside}; the check found {places} to look at.", inside=inside, places=Quantity(places, "places"))


def _changes(asked: Asked) -> Phrase:
    found = asked.comparison
    if found is None or found.empty:
        return Phrase("Nobody changes grid between the two plans.")
    facts = found.facts
    # Counted apart: together they can be more than either plan has.
    old, new = (Quantity(found.flows[plan].nunique(), "grids") for plan in ("old", "new"))
    return Phrase(
        "{count} of {all} ({part}) changes grid, from {old} of the old plan into {new} of the new one.",
        "",
        "{count} of {all} ({part}) change grid, from {old} of the old plan into {new} of the new one.",
        count=Quantity(facts["people_moved"], "people"),
        all=Quantity(facts["people"], "people"),
        part=share(facts["share_moved"], 1),
        old=old,
        new=new,
    )


def _reach(asked: Asked) -> Phrase:
    plan = asked.plan
    said: list[Phrase] = []
    whole = Phrase("{grids} in {parents}", **_counted(plan))
    if "elderly" in plan.units and plan.units["elderly"].notna().any():
        whole = Phrase(
            "{grids} in {parents}, home to {people} of 60 or older",
            **_counted(plan),
            people=Quantity(float(plan.units["elderly"].sum()), "people"),
        )
    for name, layer in plan.layers.items():
        kind, table = layer.definition, pd.DataFrame(layer.tables.get("grids", ()))
        if name in plan.stale or (asked.shown and name not in asked.shown):
            continue
        if isinstance(kind, EmergencyLayer) and "zone_people" in table:
            inside = table["zone_people"]
            people, touched = Quantity(float(inside.sum()), "people"), Quantity(int((inside > 0).sum()), "grids")
            living = template("{count} in {grids} lives in a zone", "{count} in {grids} live in a zone")
            said.insert(0, Phrase(living, count=people, grids=touched))
        if not isinstance(kind, CoverageLayer) or "minutes" not in table:
            continue
        goal = max(kind.minutes)
        beyond = int((table["minutes"] > goal).sum())
        if beyond:
            told = "{count} grid is more than {goal} from the nearest of “{what}”"
            many = "{count} grids are more than {goal} from the nearest of “{what}”"
            said.append(Phrase(told, "", many, count=beyond, goal=Quantity(goal, "minutes"), what=kind.title))
    return (
        Phrase("{whole}. {list}.", whole=whole, list=joined(said[:MOST_SAID]))
        if said
        else Phrase("{whole}.", whole=whole)
    )


def _departments(asked: Asked) -> Phrase:
    for layer in asked.plan.layers.values():
        if isinstance(layer.definition, DepartmentsLayer) and "nets_crossing" in layer.tables.get("grids", ()):
            crossed = layer.tables["grids"]["nets_crossing"]
            count, total = int((crossed > 0).sum()), Quantity(len(asked.plan.grids), "grids")
            return Phrase(
                "{count} of {grids} is cut by the net of a department.",
                "nets",
                "{count} of {grids} are cut by the net of a department.",
                count=count,
                grids=total,
            )
    return Phrase("No net of a department is on this plan.")


def _response(asked: Asked) -> Phrase:
    layer = asked.plan.layers.get(ResponseLayer.kind)
    if layer is None or "several_rate" not in layer.facts:
        return Phrase("No log of departments' orders is on this plan.")
    several = layer.facts["several_rate"]
    orders = Quantity(several["of"], "orders")
    said = Phrase("{count} of {orders} took several departments", count=several["n"], orders=orders)
    hours = layer.facts["median_hours"]
    if hours is None:
        return Phrase("{whole}.", whole=said)
    return Phrase("{whole}; half of all were closed within {hours}.", whole=said, hours=Quantity(hours, "hours", 1))


def _sharing(asked: Asked) -> Phrase:
    layer = asked.plan.layers.get(SharingLayer.kind)
    if layer is None:
        return Phrase("No table of a department is on this plan.")
    told, total = layer.facts, Quantity(len(asked.plan.grids), "grids")
    return Phrase(
        "{count} of {grids} has rows of all {departments}. Rows that lie in a grid: {joined} of {rows}.",
        "sharing",
        "{count} of {grids} have rows of all {departments}. Rows that lie in a grid: {joined} of {rows}.",
        count=told["grids_with_all"],
        grids=total,
        departments=Quantity(told["departments"], "departments"),
        joined=told["joined"],
        rows=Quantity(told["rows"], "rows"),
    )


def _scorecard(asked: Asked) -> Phrase:
    layer = asked.plan.layers.get(ScorecardLayer.kind)
    if layer is None:
        return Phrase("Nothing is known yet: the scorecard says who could supply it.")
    definition: Any = layer.definition
    told = [each for each in layer.facts["lines"] if not each["why"] and each["share"] is not None]
    by = {definition.indicators[each["indicator"]].pillar: each for each in reversed(told)}  # the first of each group
    first = [
        Phrase("{what}: {part}", what=code("indicator", by[pillar]["indicator"]), part=share(by[pillar]["share"]))
        for pillar in PILLARS
        if pillar in by
    ]
    whole = Phrase(
        "{known} of {count} indicator is known",
        "",
        "{known} of {count} indicators are known",
        known=layer.facts["known"],
        count=len(layer.facts["lines"]),
    )
    if not first:
        return Phrase("{whole}.", whole=whole)
    return Phrase("{whole}; {list}.", whole=whole, list=joined(first[:MOST_SAID], LIST))


def _pages(asked: Asked) -> Phrase:
    return Phrase("{grids}, a page each.", grids=Quantity(len(asked.plan.grids), "grids"))


HEADLINES: dict[str, Callable[[Asked], Phrase]] = {
    "grids": _grids,
    "mine": _mine,
    "attention": _attention,
    "plan": _plan,
    "changes": _changes,
    "reach": _reach,
    "departments": _departments,
    "response": _response,
    "sharing": _sharing,
    "pages": _pages,
    "scorecard": _scorecard,
}


# ------------------------------------------------------------------ what it opens with
def opening(columns: Sequence[dict[str, Any] | None], view: MapView) -> int:
    """Return the place of the column that a page opens with.

    The view's own measures come first, in their order, where they show at least two classes; then whatever tells the
    grids apart best: the entropy of its classes. A column of a single class is one colour and says nothing; where no
    other is known, neighbours are told apart.

    Parameters
    ----------
    columns
        As the head has them: ``name``, ``breaks``, ``of``.
    view
        Whose ``colours`` may ask for no measure at all.
    """
    if view.colours != "measure":
        return NEIGHBOURS if view.colours == "neighbours" else PLAIN
    spread = [told_apart(column) if column else 0.0 for column in columns]
    for name in view.measures:
        for at, column in enumerate(columns):
            if column and column["name"] == name and spread[at] > 0:
                return at
    best = max(range(len(columns)), key=lambda at: (spread[at], -at), default=NEIGHBOURS)
    return best if best >= 0 and spread[best] > 0 else NEIGHBOURS


def told_apart(column: dict[str, Any]) -> float:
    """Return how well a column tells grids apart: the entropy (bits) of its classes, 0 where there is only one.

    Examples
    --------
    >>> told_apart({"breaks": [10], "of": [1, 2, 11, 12]}), told_apart({"breaks": [10], "of": [1, 2, 3, None]})
    (1.0, 0.0)
    """
    known = [value for value in column["of"] if isinstance(value, int | float)]
    if len(known) < LEAST_KNOWN * len(column["of"]) or not known:
        return 0.0
    counts: dict[int, int] = {}
    for value in known:
        place = sum(value >= each for each in column["breaks"])
        counts[place] = counts.get(place, 0) + 1
    return -sum(count / len(known) * math.log2(count / len(known)) for count in counts.values()) + 0.0


# ------------------------------------------------------------------ what it lacks
_LAID = "gridkit layer PLAN {name} --data FILE"
# Services are found on the map that the plan was made from; what happens stands in a table.
_COMMANDS = {
    CoverageLayer.kind: "gridkit layer PLAN {name}",
    OneStopLayer.kind: "gridkit layer PLAN {name}",
    DepartmentsLayer.kind: "gridkit departments overlay PLAN NETS",
    EmergencyLayer.kind: "gridkit emergency PLAN --zones FILE",
    ParticipationLayer.kind: "gridkit participation PLAN --activities TABLE",
    PatrolLayer.kind: "gridkit patrol PLAN",
    ResponseLayer.kind: "gridkit response PLAN LOG",
    ScorecardLayer.kind: "gridkit scorecard PLAN -o PLAN.gpkg",
    SharingLayer.kind: "gridkit ingest PLAN TABLES",
    VisitsLayer.kind: "gridkit visits PLAN --due TABLE",
}
"""The command that lays a layer of each kind."""


def lacks(plan: Plan, view: MapView) -> list[tuple[str, str, str]]:
    """Return the layers that a view lists and a plan does not hold: name, title, and the command that lays each."""
    found = []
    for name in view.layers:
        if name in plan.layers or name == "balance":
            continue
        try:
            definition = layers()[name]
        except DefinitionError:  # a view of the user's own, with a layer from a folder that is not named here
            found.append((name, name, f"gridkit layer PLAN {name}"))
            continue
        found.append((name, definition.title, _COMMANDS.get(definition.kind, _LAID).format(name=name)))
    return found


def told(lacking: Sequence[tuple[str, str, str]]) -> Phrase:
    """Return what a view lacks as a list of titles, the first few where they are many: the page names all."""
    titles = [title for _, title, _ in lacking]
    some = joined(titles[:MOST_LACKING], AND if len(titles) == 2 else LIST)  # noqa: PLR2004
    left = len(titles) - MOST_LACKING
    return Phrase("{names} and {count} more", names=some, count=left) if left > 0 else Phrase("{list}", list=some)
