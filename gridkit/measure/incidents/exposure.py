"""Incidents counted: in which grid each one falls, how many there are, and how many for the people who live there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.definitions import STATES
from gridkit.catalog.layer import Layer
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.measure.incidents.classes import classified
from gridkit.measure.incidents.rates import crude, interval, smoothed
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.catalog.definitions import IncidentsLayer

WANTED = ("time", "category", "class", "status", "state", "department", "origin", "due", *STATES)
"""Columns of the incidents that the layer keeps: no others, so that nothing personal slips through."""


def exposure(
    events: gpd.GeoDataFrame, units: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, definition: IncidentsLayer
) -> Layer:
    """Return the incidents counted per grid and unit.

    Parameters
    ----------
    events
        INCIDENTS in the CRS of the grids; rows with an empty or missing geometry have no place: counted, not lost.
    units, grids
        UNITS with ``grid_id``, and their GRIDS.
    definition
        What to call what, and per how many people rates are.

    Returns
    -------
    Layer
        ``grids`` and ``units``: ``count``, ``rate`` (per ``definition.per`` people or households, null where there are
        none), ``smoothed`` (empirical Bayes), ``low`` and ``high`` (95 %), ``per_km2``. ``points``: those inside, with
        ``grid_id`` and ``unit_id``. ``outside``: those in no grid. Facts: ``total``, ``inside``, ``outside``,
        ``without_place``, which add up.
    """
    events = classified(events, definition.classes)
    spot = placed(events, units)
    shapes = np.asarray(events.geometry.values, dtype=object)
    nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kept = [column for column in WANTED if column in events]
    points = gpd.GeoDataFrame(
        events[kept].assign(grid_id=spot["grid_id"], unit_id=spot["unit_id"]), geometry=events.geometry, crs=events.crs
    )
    inside = spot["grid_id"].notna().to_numpy()
    tables: dict[str, pd.DataFrame] = {
        "grids": _counted(spot["grid_id"], grids, definition),
        "units": _counted(spot["unit_id"], units, definition),
        "points": points[inside].astype({"grid_id": TEXT, "unit_id": TEXT}),
        "outside": points[~inside & ~nowhere].drop(columns=["grid_id", "unit_id"]),
    }
    facts: dict[str, Any] = {
        "total": len(events),
        "inside": int(inside.sum()),
        "outside": int((~inside & ~nowhere).sum()),
        "without_place": int(nowhere.sum()),
        "base": definition.base,
        "per": definition.per,
        **_overall(int(inside.sum()), float(base_of(grids, definition).sum()), definition),
    }
    if "time" in events and events["time"].notna().any():
        facts |= {"first": events["time"].min().isoformat(), "last": events["time"].max().isoformat()}
    return Layer(definition, tables, facts)


def _overall(count: int, base: float, definition: IncidentsLayer) -> dict[str, Any]:
    """Return the rate of all; no value where nothing stands below the line, and why."""
    if base > 0:
        return {"rate": count * definition.per / base}
    return {
        "rate": None,
        "rate_why": Phrase("there is nothing to count per: {base} are 0 in all", base=definition.base),
    }


def placed(events: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ``grid_id`` and ``unit_id`` of each incident, None outside.

    On a border the smallest ``grid_id`` wins, and within it the smallest ``unit_id``; so each incident is in exactly
    one grid, and in a unit of that grid.
    """
    order = units.sort_index().sort_values("grid_id", kind="stable")
    from gridkit.measure.incidents.placement import coordinates, named, place

    position = place(*coordinates(events), np.asarray(order.geometry.values, dtype=object))
    unit = named(position, order.index, events.index)
    grids = np.array([*order["grid_id"], None], dtype=object)
    return pd.DataFrame({"grid_id": grids[position], "unit_id": unit}, index=events.index)


def base_of(areas: gpd.GeoDataFrame, definition: IncidentsLayer) -> pd.Series[float]:
    """Return what rates are per, in each area: people, households, or km2.

    Raises
    ------
    TableError
        When the plan has no such column.
    """
    if definition.base == "area":
        return areas.area / 1e6
    if definition.base in areas and areas[definition.base].notna().any():
        return areas[definition.base].astype(float).fillna(0.0)
    raise TableError(
        "rates per {per:g} {base} need a column {base!r} in the plan",
        mend="give {base}, or set base = 'people' in the layer's definition",
        base=definition.base,
        per=definition.per,
    )


def _counted(place_of: pd.Series[str], areas: gpd.GeoDataFrame, definition: IncidentsLayer) -> pd.DataFrame:
    position = areas.index.get_indexer(pd.Index(place_of.dropna()))
    count = np.bincount(position[position >= 0], minlength=len(areas))
    counts, base = pd.Series(count, areas.index), base_of(areas, definition)
    low, high = interval(counts)
    return pd.DataFrame(
        {
            "count": counts,
            "rate": crude(counts, base, definition.per),
            "smoothed": smoothed(counts, base, definition.per),
            "low": crude(low, base, definition.per),
            "high": crude(high, base, definition.per),
            "per_km2": counts / (areas.area / 1e6),
        }
    )
