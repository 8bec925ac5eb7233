"""Who is due for a visit: households by class, by how often their class is visited and when they were visited last.

Households stay in the office's table: what comes out is counts for each door and class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.catalog.workload import known_as
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.catalog.workload import Workload

OFFICES = "visit_offices"
"""The name under which a plan keeps where rounds begin."""
YEAR = 365.0
_SAME_M = 1.0
"""Households this near to each other have one door, where no building is known."""


def doors(
    households: gpd.GeoDataFrame, work: Workload, day: pd.Timestamp, buildings: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Return how many households of each class are due at each door.

    Parameters
    ----------
    households
        Points, one a household, with ``category`` (its class) and ``time`` (the last visit; null where none is known);
        without a point those of which a grid alone is known (``grid_id``).
    work
        How often each class is visited, and how long.
    day
        On which it is asked.
    buildings
        Households in one building have one door.

    Returns
    -------
    GeoDataFrame
        ``door``, ``class`` (a key of ``work.visits``), ``households``, ``due``, ``visited`` (within its window),
        ``unknown`` (no visit is known), ``days`` (median since the last), ``minutes`` (at the door, for who is due),
        ``grid_id`` where there is no door but a grid.
    """
    said = households["category"].fillna("").astype(TEXT) if "category" in households else None
    rest = next((key for key, each in work.visits.items() if each.rest), next(iter(work.visits)))
    keys = {} if said is None else {text: known_as(str(text), work.visits) or rest for text in said.unique()}
    kind = pd.Series(rest, index=households.index) if said is None else said.map(keys)
    last = households["time"] if "time" in households else pd.Series(pd.NaT, index=households.index)
    days = (day.normalize() - last.dt.normalize()).dt.days.astype(float)  # an afternoon belongs to its day
    days = days.where(days >= 0)  # a visit that is still to come tells nothing of the last one
    window = kind.map({key: YEAR / each.a_year.value for key, each in work.visits.items()})
    visited = (days <= window).fillna(value=False)
    minutes = kind.map({key: each.minutes.value for key, each in work.visits.items()}).astype(float)
    known = households["grid_id"] if "grid_id" in households else pd.Series(None, index=households.index)
    rows = gpd.GeoDataFrame(
        {
            "door": _door(households.geometry, buildings, known),
            "class": kind.to_numpy(),
            "households": 1,
            "due": (~visited).astype(int).to_numpy(),
            "visited": visited.astype(int).to_numpy(),
            "unknown": days.isna().astype(int).to_numpy(),
            "days": days.to_numpy(dtype=float),
            "minutes": np.where(visited, 0.0, minutes),
            "grid_id": known.to_numpy(dtype=object),
        },
        geometry=households.geometry.to_numpy(),
        crs=households.crs,
    )
    sums = {name: (name, "sum") for name in ("households", "due", "visited", "unknown", "minutes")}
    first = {name: (name, "first") for name in ("grid_id", "geometry")}
    made = rows.groupby(["door", "class"]).agg(**sums, days=("days", "median"), **first)
    table = gpd.GeoDataFrame(made.reset_index(), geometry="geometry", crs=households.crs)
    table.index = pd.Index([f"door-{at + 1}" for at in range(len(table))], name="door_id", dtype=TEXT)
    return table


def _door(points: gpd.GeoSeries, buildings: gpd.GeoDataFrame | None, grids: pd.Series[Any]) -> NDArray[np.int64]:
    """Return the number of the door of each household: that of its building, else of its place, else of its grid."""
    at = points.to_numpy()
    bare = shapely.is_missing(at) | shapely.is_empty(at)
    found = np.full(len(at), -1, dtype=np.int64)
    found[~bare] = _of_place(at[~bare], buildings)
    found[bare] = found.max(initial=-1) + 1 + np.unique(grids[bare].astype(TEXT).fillna(""), return_inverse=True)[1]
    return found


def _of_place(points: NDArray[np.object_], buildings: gpd.GeoDataFrame | None) -> NDArray[np.int64]:
    xy = np.round(shapely.get_coordinates(points) / _SAME_M)
    place = np.unique(xy, axis=0, return_inverse=True)[1].ravel()
    if buildings is None or buildings.empty:
        return place.astype(np.int64)
    inside = np.full(len(points), -1)
    at, house = shapely.STRtree(buildings.geometry.to_numpy()).query(points, predicate="within")
    inside[at[::-1]] = house[::-1]  # the first of several
    every = np.where(inside >= 0, inside, len(buildings) + place)
    return np.unique(every, return_inverse=True)[1].ravel().astype(np.int64)
