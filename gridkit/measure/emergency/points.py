"""The points that people of zones walk to, with room for so many: in the zone, or the shelters of those who leave."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridkit.errors import GridkitWarning, TableError
from gridkit.measure.access.network import build
from gridkit.measure.access.reach import snap
from gridkit.measure.access.walkways import NetworkWalk, StraightWalk, Ways
from gridkit.measure.emergency.gates import VERGE_M
from gridkit.measure.siting.capacitated import Seating, fewest
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gridkit.catalog.emergencies import Emergency

Floats = NDArray[np.float64]
MOST = 40
"""So many candidates are weighed for one zone; where there are more places, the best spread of them."""


@dataclass(frozen=True)
class Points:
    """The points of one zone, or of all that people leave.

    Attributes
    ----------
    table
        POINTS: ``name``, ``capacity``, ``people`` who go there, ``tables``, ``workers``, ``clear_min`` (minutes until
        all are through) and ``queue_min`` (the wait at the end of the busiest hour).
    walks
        One row per unit and point: ``unit_id``, ``point``, ``people``, ``minutes``.
    facts
        ``people``, ``seated``, ``unseated``, ``candidates``, ``gap``, ``way_gap``, ``mean_minutes``, ``how``.
    """

    table: gpd.GeoDataFrame
    walks: pd.DataFrame
    facts: dict[str, Any]

    def numbered(self, prefix: str, before: int) -> Points:
        """Return the points under numbers, those that were given out before left out."""
        names = {own: f"{prefix}{before + at + 1}" for at, own in enumerate(self.table.index)}
        walks = self.walks.assign(point=self.walks["point"].map(names).astype(TEXT))
        return Points(self.table.rename(index=names), walks, self.facts)


def points(
    homes: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    practice: Emergency,
    *,
    within: BaseGeometry | None = None,
    steps: int = 200,
) -> Points:
    """Return the fewest points that take in as many people as can be, and who walks to which.

    Parameters
    ----------
    homes
        Points of people with ``unit_id`` and ``people``.
    roads
        ROADS in their CRS.
    candidates
        Points with ``name`` and ``capacity`` (null: the practice's own room).
    practice
        Its numbers: room, walk, tables, workers.
    within
        The ground that nobody leaves on the way; None where people leave.
    steps
        Nodes of the search.
    """
    demand = _by_unit(homes)
    own = candidates["capacity"].to_numpy(dtype=np.float64)
    room: Floats = np.where(np.isnan(own), practice.number("point_room"), own)
    how = _ways(demand, roads, within)
    pairs = how.within(np.asarray(candidates.geometry, dtype=object), practice.number("walk_min"))
    people = demand["people"].to_numpy(dtype=float)
    found = fewest(pairs, people, room, steps=steps)
    way = pd.Series(pairs.minutes, index=pd.MultiIndex.from_arrays([pairs.origin, pairs.facility]))
    key = pd.MultiIndex.from_arrays([found.origin, found.point])
    walks = pd.DataFrame(
        {
            "unit_id": demand["unit_id"].to_numpy()[found.origin],
            "point": candidates.index.to_numpy()[found.point],
            "people": found.people,
            "minutes": way.reindex(key).to_numpy(dtype=float),
        }
    )
    return Points(_opened(candidates, found, room, practice), walks, _told(found, people, candidates, how))


def candidates(units: gpd.GeoDataFrame, spacing_m: float) -> gpd.GeoDataFrame:
    """Return points inside units that may be chosen, those with most people first, none too near to another."""
    order = units.sort_values("people", ascending=False, kind="stable")
    spots = np.asarray(order.representative_point(), dtype=object)
    kept = _spread(shapely.get_coordinates(spots), spacing_m)[:MOST]
    return gpd.GeoDataFrame(
        {"name": order.index[kept].astype(TEXT), "capacity": np.nan}, geometry=spots[kept], crs=units.crs
    )


def in_languages(table: pd.DataFrame) -> list[str]:
    """Return the columns that hold names in languages of their own (``name_en``)."""
    return [column for column in map(str, table.columns) if column.startswith("name_")]


def _spread(xy: Floats, spacing_m: float) -> list[int]:
    """Return the first of each cluster of points nearer to each other than a distance."""
    near = cKDTree(xy).query_ball_point(xy, spacing_m)
    free, kept = np.ones(len(xy), dtype=bool), []
    for at in range(len(xy)):
        if free[at]:
            kept.append(at)
            free[near[at]] = False
    return kept


def _by_unit(homes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row per unit: its people, at the home next to their middle."""
    lived = homes[homes["people"] > 0].reset_index(drop=True)
    xy, weight = shapely.get_coordinates(lived.geometry.to_numpy()), lived["people"].to_numpy(dtype=float)
    table = pd.DataFrame(
        {"unit_id": lived["unit_id"], "people": weight, "x": xy[:, 0] * weight, "y": xy[:, 1] * weight}
    )
    sums = table.groupby("unit_id")[["people", "x", "y"]].sum()
    middle = sums[["x", "y"]].div(sums["people"], axis=0).reindex(lived["unit_id"]).to_numpy()
    far = np.hypot(*(xy - middle).T)
    first = pd.Series(far).groupby(lived["unit_id"].to_numpy()).idxmin().reindex(sums.index).to_numpy(dtype=int)
    return gpd.GeoDataFrame(
        {"unit_id": sums.index.to_numpy(), "people": sums["people"].to_numpy()},
        geometry=lived.geometry.to_numpy()[first],
        crs=homes.crs,
    )


def _ways(demand: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, within: BaseGeometry | None) -> Ways:
    """Return how people walk: inside the zone alone where they may not leave it."""
    try:
        usable = roads
        if within is not None:
            ground = shapely.buffer(within, VERGE_M)
            usable = roads[roads.intersects(ground)]
            parts = shapely.intersection(usable.geometry.to_numpy(), ground)
            lines = shapely.get_dimensions(parts) == 1
            usable = usable[lines].set_geometry(parts[lines], crs=roads.crs)
        network = build(usable, "walk")
    except TableError as error:
        said = "{error}: minutes are straight-line ones"
        warnings.warn(GridkitWarning(said, error=error), stacklevel=2)
        return StraightWalk(demand.get_coordinates().to_numpy())
    return NetworkWalk("walk", network, snap(network, demand.geometry))


def _opened(candidates: gpd.GeoDataFrame, found: Seating, room: Floats, practice: Emergency) -> gpd.GeoDataFrame:
    """Return the points that are chosen, with what each needs."""
    load = found.load(len(candidates))[found.chosen]
    number = practice.number
    tables = np.maximum(np.ceil(np.round(load / number("people_per_table"), 6)), 1.0)
    hourly = tables * number("people_per_table") / number("hours")
    waiting = np.maximum(load * number("busy_share") - hourly, 0.0)
    return candidates.iloc[found.chosen][["name", *in_languages(candidates), "geometry"]].assign(
        capacity=room[found.chosen],
        people=load,
        tables=tables.astype(int),
        workers=np.maximum(np.ceil(np.round(load / number("people_per_worker"), 6)), 1.0).astype(int),
        clear_min=load / hourly * 60.0,
        queue_min=waiting / hourly * 60.0,
    )


def _told(found: Seating, people: Floats, candidates: gpd.GeoDataFrame, how: Ways) -> dict[str, Any]:
    return {
        "people": float(people.sum()),
        "seated": found.seated,
        "unseated": float(found.unseated.sum()),
        "candidates": len(candidates),
        "points": len(found.chosen),
        "gap": found.gap,
        "way_gap": found.way_gap,
        "mean_minutes": found.way / found.seated if found.seated else None,
        "how": how.name,
    }
