"""What there is to do in each unit, counted from what a plan holds: households by class, events, doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.workload import known_as
from gridkit.measure.incidents.closed_loop import states
from gridkit.measure.incidents.placement import assign
from gridkit.measure.work.workload import a_month, by_class, classed
from gridkit.tables import TEXT
from gridkit.tessellation.people.dwellings import dwellings, home

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.definitions import IncidentsLayer
    from gridkit.catalog.workload import Workload
    from gridkit.tables import Extract

CLASSES = ("unit_id", "class", "households")
"""Columns of a table of households by class: a row per unit and class; a unit without a row is not known."""


@dataclass(frozen=True)
class Logged:
    """Events of a log, counted.

    Attributes
    ----------
    a_month
        Events of each class (columns) of a month, on ``unit_id``; without columns where nothing is known.
    facts
        ``events`` that were counted, ``events_outside`` (elsewhere or without a place), ``event_days`` of the log,
        ``events_from`` and ``events_to`` (days).
    """

    a_month: pd.DataFrame
    facts: dict[str, Any]


def households(units: gpd.GeoDataFrame, size: float | None) -> tuple[pd.Series[float], str]:
    """Return the households of each unit and what they are from: ``households``, ``people``, or nothing.

    Parameters
    ----------
    size
        People per household, for units whose households nobody counted; None where the practice does not say.
    """
    if "households" in units and units["households"].notna().any():
        counted = units["households"].astype(float)
        bare = units["people"].to_numpy(dtype=float) <= 0
        return counted.where(counted.notna() | ~bare, 0.0), "households"
    if size:
        return units["people"].astype(float) / size, "people"
    return pd.Series(np.nan, index=units.index), ""


def known_classes(units: gpd.GeoDataFrame, table: pd.DataFrame | None, work: Workload) -> pd.DataFrame:
    """Return the households of each class that somebody counted, on ``unit_id``; a column for each such class.

    Parameters
    ----------
    table
        :data:`CLASSES`; columns of the units that are called like a class are taken too.
    """
    known = {
        key: units[name].astype(float)
        for name in units.select_dtypes("number").columns
        if (key := known_as(str(name), work.visits)) is not None and not work.visits[key].rest
    }
    if table is not None and len(table):
        wide = table.pivot_table(index="unit_id", columns="class", values="households", aggfunc="sum", observed=True)
        wide.index = wide.index.astype(TEXT)
        known |= {str(name): wide[name].reindex(units.index) for name in wide if name in work.visits}
    return pd.DataFrame(known, index=units.index)


def classes(units: gpd.GeoDataFrame, table: pd.DataFrame | None, work: Workload, size: float | None) -> pd.DataFrame:
    """Return the households of every class of each unit, as :func:`gridkit.measure.work.workload.by_class` does."""
    return by_class(households(units, size)[0], known_classes(units, table, work), work)


def logged(
    rows: gpd.GeoDataFrame | None, units: gpd.GeoDataFrame, work: Workload, definition: IncidentsLayer
) -> Logged:
    """Return the events of each unit in a month, by class; those that were void left out.

    A log without times says nothing of a month. A log whose categories are all words that the practice does not know,
    codes for instance, or that has none, tells how many events there were and of no class how many: none is unknown.
    """
    nothing = Logged(pd.DataFrame(index=units.index), {"events": None})
    if rows is None or not len(rows):
        return nothing
    kept = rows[(states(rows, definition) != "void").to_numpy()]
    times = pd.to_datetime(kept["time"]).dropna() if "time" in kept else pd.Series(dtype="datetime64[ns]")
    if times.empty:
        return nothing
    first, last = times.min().normalize(), times.max().normalize()
    days = float((last - first).days + 1)
    at = assign(kept.geometry, units).astype("object")
    said = kept["category"] if "category" in kept else pd.Series(None, index=kept.index, dtype=object)
    table = pd.crosstab(at.to_numpy(), classed(said, work).to_numpy())
    table = table.reindex(index=units.index, columns=list(work.events), fill_value=0).astype(float)
    rest = [name for name, each in work.events.items() if each.rest]
    if rest and all(known_as(str(text), work.events) is None for text in said.dropna().unique()):
        table = table[rest].reindex(columns=list(work.events))
    facts = {
        "events": int(at.notna().sum()),
        "events_outside": int(at.isna().sum()),
        "event_days": days,
        "events_from": first.date().isoformat(),
        "events_to": last.date().isoformat(),
    }
    return Logged(a_month(table, days).rename_axis(columns=None), facts)


def doors(units: gpd.GeoDataFrame, extract: Extract, families: pd.Series[float]) -> pd.DataFrame:
    """Return the doors of each unit: buildings that people live in, else households.

    Returns
    -------
    DataFrame
        ``doors`` and ``built`` (whether they are buildings) on ``unit_id``.
    """
    lived_in = dwellings(extract)
    at = home(lived_in.points, np.asarray(units.geometry.values, dtype=object))
    count = np.bincount(at[at >= 0], minlength=len(units)).astype(float)
    built = count > 0
    return pd.DataFrame(
        {"doors": np.where(built, count, families.to_numpy(dtype=float)), "built": built}, index=units.index
    )


def door_points(units: gpd.GeoDataFrame, extract: Extract) -> gpd.GeoDataFrame:
    """Return a point of each building that people live in, with the ``grid_id`` of its unit."""
    import geopandas as gpd

    lived_in = dwellings(extract)
    at = home(lived_in.points, np.asarray(units.geometry.values, dtype=object))
    inside = at >= 0
    return gpd.GeoDataFrame(
        {"grid_id": units["grid_id"].to_numpy()[at[inside]]}, geometry=lived_in.points[inside], crs=units.crs
    )
