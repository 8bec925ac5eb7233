"""Service coverage: how many minutes to the nearest facility, and for which share of the people that is near enough."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from gridkit.catalog.layer import Layer
from gridkit.errors import GridkitWarning, TableError
from gridkit.measure.facilities import doors, facilities
from gridkit.measure.network import build
from gridkit.measure.profiles import PROFILES
from gridkit.measure.reach import Reach, nearest_facility, snap

if TYPE_CHECKING:
    from gridkit.catalog.definitions import CoverageLayer
    from gridkit.measure.network import Network
    from gridkit.measure.subject import Subject
    from gridkit.tables import Extract

STRAIGHT_M_PER_MINUTE = 75.0 / 1.3
"""On foot as the crow flies: streets are some 1.3 times as long (an assumption, named where it is used)."""
LIMIT = 120.0
"""Minutes beyond which a facility does not count as reachable at all."""


def coverage(definition: CoverageLayer, subject: Subject) -> Layer:
    """Return the coverage layer of a subject; its ``data`` are the facilities, else they are found in the extract.

    Returns
    -------
    Layer
        ``units``: ``minutes`` to the nearest facility (mean over the people), ``nearest`` (its id), ``within_N`` (share of
        the people). ``grids``: the same, and ``facilities`` inside. ``points``: the facilities, with ``people`` nearest to
        each. Facts: ``share_within_N``, ``mean_minutes``, ``facilities``, ``how``.
    """
    found = facilities(definition, subject.extract, subject.data)
    if found.empty:
        warnings.warn(
            f"{definition.name}: no facilities were found, so nobody is covered", GridkitWarning, stacklevel=2
        )
    homes = origins(subject.units, subject.extract, definition.who)
    reach, how = minutes_to(found, homes, definition, subject.extract)
    homes = homes.assign(minutes=reach.minutes, facility=reach.facility)
    tables = {
        "grids": _shares(homes, subject.grids, "grid_id", definition.minutes),
        "units": _shares(homes, subject.units, "unit_id", definition.minutes),
        "points": found.set_geometry(found.representative_point()),
    }
    tables["units"]["nearest"] = _nearest(homes, found).reindex(subject.units.index)
    return Layer(definition, tables, _facts(homes, found, definition, how))


def origins(units: gpd.GeoDataFrame, extract: Extract, who: str = "people") -> gpd.GeoDataFrame:
    """Return the points people start from: the residential buildings of each unit, or a point inside it where it has none.

    Returns
    -------
    GeoDataFrame
        ``unit_id``, ``grid_id``, ``people`` (those of ``who``): a unit's people are shared among its buildings by floor
        area (footprint times levels), and add up to the unit's.
    """
    if who not in units:
        warnings.warn(f"the units have no column {who!r}: all people are taken instead", GridkitWarning, stacklevel=3)
        who = "people"
    buildings = extract.table("buildings")
    if "residential" in buildings:
        buildings = buildings[buildings["residential"].fillna(False).to_numpy(dtype=bool)]  # noqa: FBT003
    middles = shapely.point_on_surface(np.asarray(buildings.geometry.values, dtype=object))
    tree = shapely.STRtree(middles)
    unit, building = tree.query(np.asarray(units.geometry.values, dtype=object), predicate="intersects")
    building, first = np.unique(building, return_index=True)
    unit = unit[first]
    floors = (
        buildings["levels"].fillna(1.0).clip(lower=1.0).to_numpy() if "levels" in buildings else np.ones(len(buildings))
    )
    weight = (buildings.area.to_numpy() * floors)[building]
    total = np.bincount(unit, weights=weight, minlength=len(units))
    bare = np.flatnonzero(total == 0)
    unit = np.concatenate([unit, bare])
    weight = np.concatenate([weight, np.ones(len(bare))])
    total[bare] = 1.0
    shapes = np.concatenate([middles[building], shapely.point_on_surface(np.asarray(units.geometry.values)[bare])])
    return gpd.GeoDataFrame(
        {
            "unit_id": units.index.to_numpy()[unit],
            "grid_id": units["grid_id"].to_numpy()[unit],
            "people": units[who].fillna(0.0).to_numpy(dtype=float)[unit] * weight / total[unit],
        },
        geometry=shapes,
        crs=units.crs,
    )


def minutes_to(
    found: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, definition: CoverageLayer, extract: Extract
) -> tuple[Reach, str]:
    """Return the minutes from each home to its nearest facility, and how they were found: a profile's name or ``straight``."""
    points, owner = doors(found)
    network = network_of(extract, definition.profile)
    if not len(points):
        return Reach(np.full(len(homes), np.inf), np.full(len(homes), -1)), definition.profile
    if network is None:
        return _straight(points, owner, homes), "straight"
    reach = nearest_facility(
        network, snap(network, homes.geometry), snap(network, points), limit=LIMIT, outward=definition.outward
    )
    return Reach(
        reach.minutes, np.where(reach.facility >= 0, owner[reach.facility], -1), reach.nodes
    ), definition.profile


def network_of(extract: Extract, profile: str) -> Network | None:
    """Return the network of the extract's roads; None, with a warning, where only the straight line is left."""
    if profile not in PROFILES:
        return None
    try:
        return build(extract.table("roads"), profile)
    except TableError as error:
        warnings.warn(f"{error}: minutes are straight-line ones", GridkitWarning, stacklevel=3)
        return None


def _straight(points: np.ndarray, owner: np.ndarray, homes: gpd.GeoDataFrame) -> Reach:
    far, which = cKDTree(shapely.get_coordinates(points)).query(homes.get_coordinates().to_numpy())
    minutes = far / STRAIGHT_M_PER_MINUTE
    return Reach(np.where(minutes <= LIMIT, minutes, np.inf), np.where(minutes <= LIMIT, owner[which], -1))


def _shares(homes: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, key: str, thresholds: tuple[float, ...]) -> pd.DataFrame:
    """Return the mean minutes of those who reach a facility, and the shares within each threshold."""
    people = homes["people"]
    if key == "unit_id":  # units without people still have a place and its minutes
        people = people.where(people.groupby(homes[key]).transform("sum") > 0, 1.0)
    reached = np.isfinite(homes["minutes"])
    totals = people.groupby(homes[key]).sum().reindex(areas.index)
    able = (people * reached).groupby(homes[key]).sum().reindex(areas.index)
    spent = (people * homes["minutes"].where(reached, 0.0)).groupby(homes[key]).sum().reindex(areas.index)
    table = pd.DataFrame({"minutes": spent / able.where(able > 0)}, index=areas.index)
    for limit in thresholds:
        near = (people * (homes["minutes"] <= limit)).groupby(homes[key]).sum().reindex(areas.index)
        table[f"within_{limit:g}"] = near / totals.where(totals > 0)
    return table


def _nearest(homes: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the facility that most people of each unit are nearest to; the first home's where nobody lives."""
    served = homes[homes["facility"] >= 0]
    votes = served.groupby(["unit_id", "facility"], sort=True)["people"].sum()
    best = votes.reset_index().sort_values(["unit_id", "people", "facility"], ascending=[True, False, True])
    best = best.drop_duplicates("unit_id").set_index("unit_id")["facility"]
    return pd.Series(found.index.to_numpy()[best.to_numpy()], best.index, dtype=object, name="nearest")


def _facts(homes: gpd.GeoDataFrame, found: gpd.GeoDataFrame, definition: CoverageLayer, how: str) -> dict[str, Any]:
    people, minutes = homes["people"], homes["minutes"]
    total, reached = float(people.sum()), np.isfinite(minutes)
    facts: dict[str, Any] = {"facilities": len(found), "how": how, "who": definition.who, "people": total}
    for limit in definition.minutes:
        facts[f"share_within_{limit:g}"] = float(people[minutes <= limit].sum()) / total if total else 0.0
    served = float(people[reached].sum())
    facts["mean_minutes"] = float((people * minutes.where(reached, 0.0)).sum()) / served if served else None
    facts["unreached"] = total - served
    return facts
