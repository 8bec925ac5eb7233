"""Hours of work as what grids are divided by: what each unit adds to its grid, and what every grid has anyway.

::

    derived(units, extract, preset) -> Series      hours of each unit
    usual(preset), beside(band, fixed)             a range of all hours, and of those beside the fixed ones
    reckoned(plan, preset) -> Plan                 the hours of a plan's units, from all it knows of work
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import provenance
from gridkit.band import Band
from gridkit.catalog import definitions
from gridkit.errors import UsageError
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase
from gridkit.measure.work import counted
from gridkit.measure.work.layer import standards
from gridkit.measure.work.names import CLASS_TABLE, EVENT_TABLE
from gridkit.measure.work.wisn import MONTHS
from gridkit.measure.work.workload import Counts, fixed_hours, of_units, walked
from gridkit.sources import gate, incidents
from gridkit.tables import Extract

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.presets import Preset
    from gridkit.plan.plan import Plan
    from gridkit.project import Source
    from gridkit.sources.reading import Reading

HOURS, EVENTS = "hours", "events"
DERIVED = "hours_by"
"""The name under which a step of a plan's history keeps the preset that its units' hours are reckoned by."""


def derived(
    units: gpd.GeoDataFrame,
    extract: Extract,
    practice: str,
    classes: pd.DataFrame | None = None,
    events: gpd.GeoDataFrame | None = None,
) -> pd.Series[float]:
    """Return the hours that each unit adds to its grid: visits, events, and the way between doors, by a formula.

    The span of time they are counted over is the practice's (``months``). The walk through the doors of a grid is known
    once the grid is: here it is that of points at random, which adds up.

    Parameters
    ----------
    practice
        A preset that says something of work.
    classes, events
        Households by class and a log of events, where they are known; what is not known is left out.
    """
    preset, work = standards(practice)
    size = None if preset.household_size is None else preset.household_size.value
    families, _ = counted.households(units, size)
    households = counted.classes(units, classes, work, size)
    log = counted.logged(events, units, work, definitions.layers()["incidents"])
    doors = counted.doors(units, extract, families)["doors"]
    way = walked(households, doors, units["area_m2"].astype(float), work)["hours"]
    return of_units(Counts(households, log.a_month), way, work) * work.months


def fixed(practice: str) -> float:
    """Return the hours that every grid needs whatever its size, over the practice's span of time."""
    _, work = standards(practice)
    return fixed_hours(work) * work.months


def usual(preset: Preset) -> Band:
    """Return the range of all hours of a grid where nobody says one: its own, else around those of its workers.

    A preset that counts households makes its range one of hours by its shares: 300 to 500 around 400 become 75 to 125 %
    of the hours that the workers of a grid work.
    """
    own = preset.band
    if preset.measure == HOURS and not own.relative:
        return own.of(0.0)
    _, work = standards(preset.name)
    heads = preset.number("workers") if "workers" in preset.numbers else 1.0
    target = heads * work.time.hours_a_year / MONTHS * work.months
    return Band(target * own.low.value / own.target.value, target, target * own.high.value / own.target.value)


def beside(band: Band, fixed_: float) -> Band:
    """Return the range of the hours beside the fixed ones, from that of all hours.

    Raises
    ------
    UsageError
        When a grid needs as many whatever its size.
    """
    if band.target <= fixed_:
        raise UsageError(
            "a grid needs {fixed} whatever its size: no grid of {target} can be made",
            mend="give a larger --target",
            fixed=Quantity(fixed_, HOURS, 1),
            target=Quantity(band.target, HOURS, 1),
        )
    return band.beside(fixed_)


def logged(asked: Source, reading: Reading, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a log of events as a plan keeps it, in the CRS of its districts."""
    return incidents.read(
        gate.taken(asked), definitions.layers()["incidents"].columns, crs=districts.crs, reading=reading,
        district=districts, unplaced=True,
    )[0]  # fmt: skip


def unlogged(events: gpd.GeoDataFrame | None) -> Phrase | None:
    """Return what is said where hours are reckoned without events: none were brought, or none of them has a time."""
    if events is None or not len(events):
        return Phrase("no event is known: hours are those of visits and the way between doors (bring a log: --events)")
    if "time" not in events or events["time"].isna().all():
        return Phrase(
            "no event of the log has a time, so that none counts of a month: hours are those of visits and the way "
            "between doors"
        )
    return None


def no_hours() -> UsageError:
    """Return what is said where events are given and grids are not divided by hours that are reckoned."""
    return UsageError(
        "events count where grids are divided by hours of work that gridkit reckons",
        where="--events",
        mend="give --by hours, and no column of hours of your own; or lay gridkit workload on the plan",
    )


def note(fixed_: float) -> Phrase:
    """Return what is said of a plan that is divided by hours."""
    return Phrase(
        "hours are those of visits, events and the way between doors; each grid has {fixed} beside them whatever its "
        "size (patrol, forms, meetings), which are taken off its range",
        fixed=Quantity(fixed_, HOURS, 1),
    )


def reckoned_by(plan: Plan) -> str | None:
    """Return the preset that the hours of a plan's units are reckoned by; None where they were brought, or are none."""
    found = [step.parameters[DERIVED] for step in plan.history if step.parameters.get(DERIVED)]
    return str(found[-1]) if found else None


def again(plan: Plan, units: gpd.GeoDataFrame, practice: str) -> gpd.GeoDataFrame:
    """Return units with their hours reckoned anew, from all that a plan knows of work."""
    classes: Any = plan.brought.get(CLASS_TABLE)
    table = None if classes is None else pd.DataFrame(classes.drop(columns="geometry"))
    own = derived(units, Extract(plan.backdrop, plan.crs), practice, table, known(plan))
    return units.assign(**{HOURS: own})


def known(plan: Plan) -> gpd.GeoDataFrame | None:
    """Return the events that a plan knows: those brought for its work, else its incidents."""
    brought: Any = dict(plan.brought)
    found: gpd.GeoDataFrame | None = brought.get(EVENT_TABLE, brought.get("incidents"))
    return found


def having_events(plan: Plan, events: gpd.GeoDataFrame) -> Plan:
    """Return the plan with a log of events brought for its work."""
    return plan.having(brought={**plan.brought, EVENT_TABLE: events})


def reckoned(plan: Plan, practice: str) -> Plan:
    """Return the plan with the hours of its units reckoned, and a step that says so."""
    said = unlogged(known(plan))
    step = provenance.step(HOURS, {DERIVED: practice}, (), () if said is None else (said,))
    return replace(plan, units=again(plan, plan.units, practice)).with_step(step)
