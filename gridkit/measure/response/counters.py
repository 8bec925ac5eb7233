"""Counters in one place: who reaches a place that holds the counters of every department."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gridkit.graph import components
from gridkit.measure.access.coverage import minutes_to
from gridkit.measure.access.origins import origins
from gridkit.measure.access.walkways import ways
from gridkit.tables import TEXT

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.measure.inputs import Subject

TOGETHER_M = 50.0
"""Counters nearer than this to another are in one place: one building and its forecourt. gridkit's own choice."""


def in_one_place(counters: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the places that hold counters of every kind there is, a point each, and the kinds.

    Parameters
    ----------
    counters
        FACILITIES whose ``kind`` says whose counter it is, else their ``name``.
    """
    kind = counters["kind"] if "kind" in counters and counters["kind"].notna().any() else counters["name"]
    here = counters[kind.notna().to_numpy()].assign(kind=kind.dropna().astype(TEXT).to_numpy())
    pairs = cKDTree(here.get_coordinates().to_numpy()).query_pairs(TOGETHER_M, output_type="ndarray")
    place = components(pairs.astype(np.int64).reshape(-1, 2), len(here))
    kinds = sorted(here["kind"].unique())
    held = here["kind"].groupby(place).nunique()
    whole = np.flatnonzero(held.to_numpy() == len(kinds))
    spots = here.geometry.to_numpy()
    points = [shapely.centroid(shapely.multipoints(spots[place == each])) for each in whole]
    made = here.iloc[: len(whole)].set_geometry(points, crs=here.crs) if len(whole) else here.iloc[:0]
    return made, kinds


def reached(counters: gpd.GeoDataFrame, subject: Subject, minutes: float) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the share of each grid's people who reach all counters in one place in time, and the facts of it.

    Returns
    -------
    DataFrame, dict
        ``counters_share`` and ``counters_minutes`` (mean over the people who reach one at all) on ``grid_id``;
        ``counter_kinds``, ``counter_places`` (that hold all), ``counters_reached`` (people) and ``counters_share``.
    """
    places, kinds = in_one_place(counters)
    live = origins(subject.units, subject.extract)
    people = live["people"].to_numpy(dtype=float)
    spent = np.full(len(live), np.inf)
    if len(places):
        spent = minutes_to(places, ways(live, subject, "walk")).minutes
    near = spent <= minutes
    grid = live["grid_id"].to_numpy()
    index = subject.grids.index
    every = pd.Series(people).groupby(grid).sum().reindex(index).fillna(0.0)
    inside = pd.Series(people * near).groupby(grid).sum().reindex(index).fillna(0.0)
    walked = np.isfinite(spent)
    way = pd.Series(np.where(walked, people * np.where(walked, spent, 0.0), 0.0)).groupby(grid).sum().reindex(index)
    those = pd.Series(people * walked).groupby(grid).sum().reindex(index)
    table = pd.DataFrame({"counters_share": inside / every.where(every > 0)}, index=index)
    table["counters_minutes"] = way / those.where(those > 0)
    total = float(people.sum())
    facts = {
        "counter_kinds": kinds,
        "counter_places": len(places),
        "counters_reached": float((people * near).sum()),
        "counters_share": float((people * near).sum()) / total if total else None,
    }
    return table, facts
