"""The columns of layers that a map can colour by, and those that each kind of layer has unless it says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from gridkit.catalog.registry import STRICT
from gridkit.language.numbers import unit
from gridkit.language.phrases import NO_TEXT, Phrase, template


@dataclass(frozen=True)
class Measure:
    """One column of a layer's grid or unit table that a map can colour by.

    Attributes
    ----------
    column
        Its name in the table.
    title, unit
        What the legend says; ``unit`` may be empty.
    palette
        A sequential (``viridis``, ``cividis``, ``YlGnBu``) or diverging (``PuOr``) palette of gridkit.render.colour.
    breaks
        ``quantiles``, ``equal``, ``natural``, ``band`` (around the target), or fixed numbers.
    digits
        Digits after the point; a share (``percent = true``) is 0-1 in the table and printed as per cent.
    """

    __pydantic_config__ = STRICT

    column: str
    title: Phrase
    unit: Phrase = NO_TEXT
    palette: str = "YlGnBu"
    breaks: str | tuple[float, ...] = "quantiles"
    classes: int = 5
    digits: int = 0
    percent: bool = False


PER = {
    ("people", 1_000.0): "per_1000_people",
    ("households", 1_000.0): "per_1000_households",
    ("area", 1.0): "incidents_per_km2",
}
"""What incidents are counted per, where that is a unit of its own."""
PER_MANY = {
    "people": template("incidents per {number} people"),
    "households": template("incidents per {number} households"),
    "area": template("incidents per {number} km²"),
}
BALANCE = (
    Measure("deviation", Phrase("Off the target"), palette="PuOr", breaks="band", digits=1, percent=True),
    Measure("people", Phrase("People"), unit("people")),
    Measure("households", Phrase("Households"), unit("households")),
    Measure("per_km2", Phrase("People per km²"), unit("people_per_km2")),
)
RATES = (
    ("smoothed", Phrase("Rate (adjusted for small numbers)")),
    ("rate", Phrase("Rate")),
)
INCIDENTS = (
    Measure("count", Phrase("Number of incidents"), unit("incidents"), palette="OrRd"),
    Measure("per_km2", Phrase("Incidents per km²"), unit("incidents_per_km2"), palette="OrRd"),
    Measure(
        "hot_ratio",
        Phrase("Times the district's mean"),
        palette="PuOr",
        breaks=(0.5, 0.8, 1.25, 2.0),
        digits=2,
    ),
    Measure(
        "change",
        Phrase("Change on the period before"),
        palette="PuOr",
        breaks=(-0.3, -0.1, 0.1, 0.3),
        percent=True,
    ),
    Measure("before_now", Phrase("Period before, on the grids of now"), unit("incidents"), palette="OrRd"),
    Measure("before_then", Phrase("Period before, on the grids then in force"), unit("incidents"), palette="OrRd"),
    Measure(
        "closure_rate",
        Phrase("Closed of all orders"),
        breaks=(0.6, 0.8, 0.9, 0.95),
        digits=1,
        percent=True,
    ),
    Measure("overdue", Phrase("Overdue"), unit("incidents"), palette="OrRd"),
)
MINUTES = {
    how: Measure("minutes", title, unit("minutes"), digits=1)
    for how, title in (
        ("walk", Phrase("Minutes on foot to the nearest")),
        ("cycle", Phrase("Minutes by bicycle to the nearest")),
        ("drive", Phrase("Minutes by car to the nearest")),
        ("straight", Phrase("Minutes to the nearest, straight there")),
    )
}
"""The way to the nearest facility, by how one gets there."""
ACCESS = Measure("access", Phrase("Capacity per 1,000 people"), digits=1)
ONE_STOP = (
    Measure("complete", Phrase("Share with everything in reach"), digits=0, percent=True),
    Measure("missing", Phrase("Services missing (mean)"), palette="OrRd", digits=1),
)
DEPARTMENTS = (
    Measure("nets_crossing", Phrase("Nets that cut the grid"), palette="OrRd", breaks=(1.0, 2.0, 3.0, 5.0)),
    Measure("apart", Phrase("In another area than most of their grid"), palette="OrRd"),
)
EMERGENCY = (
    Measure("zone_people", Phrase("People in a zone"), unit("people"), palette="OrRd"),
    Measure(
        "zone_share", Phrase("Share of people in a zone"), palette="OrRd", breaks=(0.2, 0.4, 0.6, 0.8), percent=True
    ),
    Measure("zone_gates", Phrase("Gates"), palette="OrRd"),
)
PATROL = (
    Measure("patrol_minutes", Phrase("Minutes of a patrol"), unit("minutes"), palette="OrRd"),
    Measure("patrol_m", Phrase("Metres of a patrol"), unit("m"), palette="OrRd"),
    Measure("streets_m", Phrase("Metres of street to patrol"), unit("m"), palette="OrRd"),
    Measure("patrols", Phrase("Walks of a patrol"), palette="OrRd"),
)
VISITS = (
    Measure("due", Phrase("Households due for a visit"), unit("households"), palette="OrRd"),
    Measure("coverage", Phrase("Visited in time"), breaks=(0.4, 0.6, 0.8, 0.9), percent=True),
    Measure("median_days", Phrase("Days since the last visit (median)"), unit("days"), palette="OrRd"),
    Measure("visit_minutes", Phrase("Minutes of visiting rounds"), unit("minutes"), palette="OrRd"),
)
RESPONSE = (
    Measure("orders", Phrase("Orders"), palette="OrRd"),
    Measure("median_hours", Phrase("Median hours to close"), unit("hours"), palette="OrRd", digits=1),
    Measure("several_rate", Phrase("Share that took several departments"), palette="OrRd", percent=True),
    Measure("solved_rate", Phrase("Solved of those reached"), breaks=(0.6, 0.8, 0.9, 0.95), percent=True),
    Measure("satisfied_rate", Phrase("Satisfied of those reached"), breaks=(0.6, 0.8, 0.9, 0.95), percent=True),
    Measure("counters_share", Phrase("Share that reaches all counters in one place"), percent=True),
)
SHARING = (
    Measure("without", Phrase("Departments without data"), palette="OrRd"),
    Measure("departments", Phrase("Departments with data")),
    Measure("rows", Phrase("Rows of departments' tables")),
    Measure("completeness", Phrase("Share of cells filled"), breaks=(0.6, 0.8, 0.9, 0.95), percent=True),
    Measure("stalest_days", Phrase("Days that the department furthest behind is old"), unit("days"), palette="OrRd"),
)
PARTICIPATION = (
    Measure(
        "residents_start", Phrase("Activities that residents started"), breaks=(0.1, 0.25, 0.5, 0.75), percent=True
    ),
    Measure(
        "administration_start",
        Phrase("Activities that the administration started"),
        palette="OrRd",
        breaks=(0.25, 0.5, 0.75, 0.9),
        percent=True,
    ),
    Measure("answered", Phrase("Proposals that were answered"), breaks=(0.25, 0.5, 0.75, 0.9), percent=True),
    Measure("taking_part", Phrase("Households that take part"), percent=True),
    Measure("covered", Phrase("Households that a building head covers"), percent=True),
    Measure("only_worker", Phrase("Households whose only tie is the worker"), palette="OrRd", percent=True),
)
WORKLOAD = (
    Measure("hours", Phrase("Hours needed a month"), unit("hours"), palette="OrRd"),
    Measure("hours_visits", Phrase("Hours of visits"), unit("hours"), palette="OrRd"),
    Measure("hours_events", Phrase("Hours of events"), unit("hours"), palette="OrRd"),
    Measure("workers_needed", Phrase("Workers needed"), palette="OrRd", digits=2),
    Measure("door_to_desk", Phrase("Hours at doors for one at the desk"), palette="PuOr", digits=1),
)
STAFFING = (
    Measure(
        "fit", Phrase("Hours there are of those needed"), palette="PuOr", breaks=(0.5, 0.8, 1.0, 1.25), percent=True
    ),
    Measure("surplus", Phrase("Hours too many or too few a month"), unit("hours"), palette="PuOr"),
    Measure(
        "fit_own",
        Phrase("The same without those who are lent"),
        palette="PuOr",
        breaks=(0.5, 0.8, 1.0, 1.25),
        percent=True,
    ),
    Measure("posts", Phrase("Posts")),
)
SITING = (
    Measure("gain", Phrase("People newly within reach"), unit("people")),
    Measure(
        "within_after",
        Phrase("Share within reach afterwards"),
        breaks=(0.2, 0.4, 0.6, 0.8),
        percent=True,
    ),
    Measure(
        "within_before",
        Phrase("Share within reach today"),
        breaks=(0.2, 0.4, 0.6, 0.8),
        percent=True,
    ),
)
