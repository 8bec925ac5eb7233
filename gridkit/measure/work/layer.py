"""The workload of a plan's grids as a layer, term by term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.catalog.presets import presets
from gridkit.catalog.workload import DUTIES, EVENTS, FORMS, VISITS, Duty, Event, Visit, Workload
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import series
from gridkit.measure.access.network import build
from gridkit.measure.work import counted
from gridkit.measure.work.fit import door_to_desk
from gridkit.measure.work.names import CLASS_TABLE, FORM_TABLE
from gridkit.measure.work.walking import tours_along_streets
from gridkit.measure.work.wisn import (
    MONTHS,
    category_allowance_factor,
    individual_allowance_factor,
    required,
)
from gridkit.measure.work.workload import MINUTES, TERMS, Counts, by_class, needed, tasks, walked
from gridkit.tables import flagged

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.definitions import WorkloadLayer
    from gridkit.catalog.presets import Preset
    from gridkit.measure.inputs import Subject

MOST_DOORS = 1500
"""Grids of more doors than this have their walk estimated: a walk through all is a square of them."""
NEAR = 30.0
"""Minutes within which doors of one grid are looked for along streets."""


def standards(practice: str) -> tuple[Preset, Workload]:
    """Return a preset and its standards of work.

    Raises
    ------
    UsageError
        When it has none.
    """
    preset = presets()[practice]
    if preset.workload is None:
        known = [name for name in presets() if presets()[name].workload is not None]
        raise UsageError(
            "the preset {preset} says nothing of work",
            mend="choose one that does with --preset: {known}",
            preset=practice,
            known=series(known),
        )
    return preset, preset.workload


def workload(definition: WorkloadLayer, subject: Subject) -> Layer:
    """Return the layer of hours a month that each grid needs.

    Returns
    -------
    Layer
        ``grids``: ``households``, ``hours_`` of each term, of allowances and in all (``hours``), ``tasks_missing``
        (tasks that are not known: then ``hours`` is a least), ``workers_needed``, ``door_to_desk``. ``terms``: one row
        per task: how many there are, in how many grids that is known, times a year, minutes, hours, source. ``tasks``:
        hours of each task of each grid.

    Raises
    ------
    UsageError
        When the practice says nothing of work.
    TableError
        When nothing at all is known of households.
    """
    preset, work = standards(definition.practice)
    size = None if preset.household_size is None else preset.household_size.value
    units, index = subject.units, subject.grids.index
    families, basis = counted.households(units, size)
    if not basis:
        raise TableError("neither households nor people per household are known", mend="bring households: --households")
    known = counted.known_classes(units, _table(subject, CLASS_TABLE), work)
    lived_in = (families > 0) | families.isna()
    own = pd.DataFrame({name: _summed(known[name], units, lived_in) for name in known}).reindex(index)
    whole = _summed(families, units, lived_in).reindex(index)
    classes = by_class(whole, own, work)
    log = counted.logged(subject.services.get(definition.events), units, work, _incidents(subject, definition))
    events = log.a_month.groupby(units["grid_id"]).sum(min_count=1).reindex(index)
    forms, form_facts = _forms(_table(subject, FORM_TABLE), index)
    walking = _walking(subject, families, known, work)
    hours = tasks(Counts(classes, events if len(log.a_month.columns) else events.iloc[:, :0], forms), work)
    table = needed(hours, walking["hours"].reindex(index), work)
    grids = pd.DataFrame({"households": whole}).join(table)
    grids["workers_needed"] = _workers(grids["hours_basic"], work)
    bare = pd.Series(np.nan, index=index)
    grids["door_to_desk"] = door_to_desk(grids["hours_visits"], grids["hours_patrol"], bare if forms is None else forms)
    grids["along_streets"] = flagged(walking["along_streets"].reindex(index))
    facts = {
        "preset": definition.practice,
        "households_from": basis,
        **_sums(grids),
        **log.facts,
        **form_facts,
        "walks_along_streets": {"n": int(grids["along_streets"].sum()), "of": len(grids)},
        "tasks_unknown": [str(name) for name in hours if hours[name].isna().all()],
    }
    long = hours.rename_axis("grid_id").reset_index().melt("grid_id", var_name="task", value_name="hours")
    terms = _terms(hours, classes, events, forms, work)
    return Layer(definition, {"grids": grids, "terms": terms, "tasks": long.rename_axis("row_id")}, facts)


def _incidents(subject: Subject, definition: WorkloadLayer) -> Any:  # noqa: ANN401 - a definition
    name = definition.events if definition.events in subject.registry else "incidents"
    own: Any = subject.registry[name]
    return own if own.kind == "incidents" else subject.registry["incidents"]


def _table(subject: Subject, name: str) -> pd.DataFrame | None:
    brought = subject.services.get(name)
    return None if brought is None else pd.DataFrame(brought.drop(columns="geometry"))


def _summed(values: pd.Series[float], units: gpd.GeoDataFrame, lived_in: pd.Series[bool]) -> pd.Series[float]:
    """Return the sum of each grid; missing where a unit that somebody lives in has no number."""
    gone = (values.isna() & lived_in).groupby(units["grid_id"]).any()
    return values.groupby(units["grid_id"]).sum().mask(gone)


def _forms(table: pd.DataFrame | None, index: pd.Index) -> tuple[pd.Series[float] | None, dict[str, Any]]:
    """Return the hours of forms of each grid in a month, and how many kinds of them are known."""
    if table is None or not len(table):
        return None, {}
    each = table["a_year"].astype(float) * table["minutes"].astype(float) / MONTHS / MINUTES
    told = each.notna()
    named = table["grid_id"] if "grid_id" in table else pd.Series(None, index=table.index, dtype=object)
    everywhere = float(each[told & named.isna()].sum())
    own = each[told & named.notna()].groupby(named[told & named.notna()].astype(str)).sum()
    hours = pd.Series(everywhere, index=index) + own.reindex(index).fillna(0.0)
    facts = {"forms": {"n": int(told.sum()), "of": len(table)}}
    return (hours if told.any() else None), facts


def _walking(subject: Subject, families: pd.Series[float], known: pd.DataFrame, work: Workload) -> pd.DataFrame:
    """Return the hours of the way between doors of each grid, and whether they are of a walk along streets."""
    units, extract = subject.units, subject.extract
    there = counted.doors(units, extract, families)
    by_unit = walked(by_class(families, known, work), there["doors"], units["area_m2"].astype(float), work)
    grid = units["grid_id"]
    guessed = by_unit["hours"].groupby(grid).sum()
    own = by_class(families.groupby(grid).sum(), known.groupby(grid).sum(), work)
    points = counted.door_points(units, extract)
    count = points.groupby("grid_id").size()
    built = (there["built"] | (families.fillna(1.0) <= 0)).groupby(grid).all()
    able = [name for name in count.index if built.get(name, False) and count[name] <= MOST_DOORS]
    tours = _tours(subject, points[points["grid_id"].isin(able)])
    made = walked(own, count.reindex(guessed.index).astype(float), pd.Series(0.0, index=guessed.index), work, tours)
    along = made["along_streets"] & made["hours"].notna()
    return pd.DataFrame({"hours": made["hours"].where(along, guessed), "along_streets": along})


def _tours(subject: Subject, points: gpd.GeoDataFrame) -> pd.Series[float]:
    try:
        network = build(subject.extract.table("roads"), "walk", subject.heights)
    except TableError:
        return pd.Series(dtype=float)
    return tours_along_streets(network, points, NEAR)


def _workers(basic: pd.Series[float], work: Workload) -> pd.Series[float]:
    """Return how many full-time workers the hours of a month need, as WISN counts them."""
    year = work.time.hours_a_year
    individual = individual_allowance_factor(work.allowances.individual_hours_a_year.value, year)
    return required(basic, year / MONTHS, category_allowance_factor(work.allowances.category.value), individual)


def _sums(grids: pd.DataFrame) -> dict[str, Any]:
    names = [f"hours_{name}" for name in TERMS] + ["hours_basic", "hours_category", "hours_individual", "hours"]
    sums = {name: (float(grids[name].sum()) if grids[name].notna().any() else None) for name in names}
    known = grids["door_to_desk"].dropna()
    desk = float(grids.loc[known.index, "hours_forms"].sum())
    doors = float(grids.loc[known.index, ["hours_visits", "hours_patrol"]].sum().sum())
    return {
        "grids": len(grids),
        "households": float(grids["households"].sum()),
        **sums,
        "workers_needed": float(grids["workers_needed"].sum()),
        "door_to_desk": doors / desk if desk else None,
        "grids_with_all_known": int((grids["tasks_missing"] == 0).sum()),
    }


def _terms(
    hours: pd.DataFrame,
    classes: pd.DataFrame,
    events: pd.DataFrame,
    forms: pd.Series[float] | None,
    work: Workload,
) -> pd.DataFrame:
    """Return one row per task: what is counted, in how many grids, how often, how long, and by which source."""
    rows = {}
    for key, each in work.tasks().items():
        kind, name = key.split(".", 1)
        counts = {VISITS: classes, EVENTS: events}.get(kind, pd.DataFrame())
        own = counts[name] if name in counts else pd.Series(np.nan, index=hours.index)
        ledger = kind == DUTIES and name == FORMS and forms is not None
        rows[key] = {
            "kind": kind,
            "n": float(hours[key].notna().sum()) if kind == DUTIES else _sum(own),
            "known": int(hours[key].notna().sum()),
            "of_grids": len(hours),
            "times_a_year": np.nan if ledger else _a_year(each),
            "minutes": np.nan if ledger else each.minutes.value,
            "hours": _sum(hours[key]),
            "from_ledger": ledger,
            "source": "" if ledger else " | ".join(_sources(each)),
            "verified": not ledger and all(number.verified for number in _numbers(each)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("task")


def _sum(values: pd.Series[float]) -> float:
    return float(values.sum()) if values.notna().any() else float("nan")


def _a_year(each: Visit | Event | Duty) -> float:
    return float("nan") if isinstance(each, Event) else each.a_year.value


def _numbers(each: Visit | Event | Duty) -> list[Any]:
    return [each.minutes] if isinstance(each, Event) else [each.a_year, each.minutes]


def _sources(each: Visit | Event | Duty) -> list[str]:
    return list(dict.fromkeys(number.source for number in _numbers(each)))
