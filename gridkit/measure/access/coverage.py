"""Service coverage: minutes to the nearest facility, for whom that is near enough, and whether there is room."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.layer import Layer
from gridkit.errors import GridkitWarning
from gridkit.language.phrases import template
from gridkit.measure.access import equity
from gridkit.measure.access.catchment import floating_catchment, gaussian
from gridkit.measure.access.facilities import doors, facilities
from gridkit.measure.access.isochrones import isochrones
from gridkit.measure.access.origins import origins
from gridkit.measure.access.reach import Pairs, Reach
from gridkit.measure.access.walkways import NetworkWalk, Ways, ways

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.definitions import CoverageLayer
    from gridkit.measure.inputs import Subject

BUSY = 1.5
"""Where no norm is known, one with this many times the mean load is overloaded: an assumption of this project."""


def coverage(definition: CoverageLayer, subject: Subject) -> Layer:
    """Return the coverage layer of a subject; its ``data`` are the facilities, else they are found in the extract.

    Returns
    -------
    Layer
        ``units``: ``minutes`` to the nearest facility (mean over the people who reach one), ``within_N`` (share of the
        people), ``nearest`` (the facility most of them are nearest to). ``grids``: the first two. ``points``: the
        facilities, with the ``people`` nearest to each. ``reach``: the ground within each of the minutes. Where
        capacity is known: ``access`` (capacity per 1,000 people, by floating catchment; at least that, where that of
        some facilities is not known) in both, and ``load`` and ``overloaded`` of the facilities. Facts:
        ``share_within_N``, ``mean_minutes``, ``worst_tenth_minutes``, ``gini_minutes``, ``facilities``, ``how``.
    """
    found = facilities(definition, subject, subject.data)
    brought = subject.data is not None or definition.name in subject.services
    if found.empty:
        said = "no facilities were found, so nobody is covered"
        said = said if brought else "no facility of this kind is known here, so its coverage is not known either"
        warnings.warn(GridkitWarning(said, where=definition.name), stacklevel=2)
    people = origins(subject.units, subject.extract, definition.who)
    how = ways(people, subject, definition.profile)
    reach = minutes_to(found, how, outward=definition.outward)
    people = people.assign(minutes=reach.minutes, facility=reach.facility)
    grids = shares(people, subject.grids.index, "grid_id", definition.minutes)
    units = shares(people, subject.units.index, "unit_id", definition.minutes)
    units["nearest"] = _nearest(people, found).reindex(subject.units.index)
    nearest_to = np.bincount(reach.facility[reach.facility >= 0], people["people"][reach.facility >= 0], len(found))
    points = found.set_geometry(found.representative_point()).assign(people=nearest_to)
    facts = {"facilities": len(found), "how": how.name, "who": definition.who, **_facts(people, definition)}
    capacity = _capacity(found, definition)
    if capacity is not None and len(found):
        access, columns, more = _room(found, how, people, capacity, definition)
        grids["access"] = _mean(access, people, "grid_id").reindex(grids.index)
        units["access"] = _mean(access, people, "unit_id").reindex(units.index)
        points = points.assign(**columns)
        facts |= more
    if found.empty and not brought:
        # Nothing of the kind is on the map, which is not to say that nothing is there.
        grids, units = _unknown(grids), _unknown(units)
        facts |= {name: None for name in facts if name.startswith("share_within_") or name == "unreached"}
    tables: dict[str, pd.DataFrame] = {"grids": grids, "units": units, "points": points}
    if isinstance(how, NetworkWalk) and len(found):
        tables["reach"] = isochrones(how.network, reach.nodes, definition.minutes, subject.units.crs)
    return Layer(definition, tables, facts)


def minutes_to(found: gpd.GeoDataFrame, how: Ways, *, outward: bool = False) -> Reach:
    """Return the minutes from each home to its nearest facility, and the position of that facility, -1 for none."""
    points, owner = doors(found)
    if not len(points):
        count = len(how.homes)
        return Reach(np.full(count, np.inf), np.full(count, -1, dtype=np.int64))
    reach = how.nearest(points, outward=outward)
    return Reach(reach.minutes, np.where(reach.facility >= 0, owner[reach.facility], -1), reach.nodes)


def pairs_to(found: gpd.GeoDataFrame, how: Ways, limit: float, *, outward: bool = False) -> Pairs:
    """Return the homes and facilities at most ``limit`` minutes apart, by the nearest door of each."""
    points, owner = doors(found)
    pairs = how.within(points, limit, outward=outward)
    facility = owner[pairs.facility]
    order = np.lexsort((pairs.minutes, pairs.origin, facility))
    origin, facility, minutes = pairs.origin[order], facility[order], pairs.minutes[order]
    first = np.r_[True, (origin[1:] != origin[:-1]) | (facility[1:] != facility[:-1])][: len(origin)]
    return Pairs(origin[first], facility[first], minutes[first])


def shares(people: gpd.GeoDataFrame, index: pd.Index[str], key: str, thresholds: tuple[float, ...]) -> pd.DataFrame:
    r"""Return the mean minutes of those who reach a facility, and the shares within each threshold, per ``key``.

    .. math:: s_T = \sum_{i: t_i \le T} p_i / \sum_i p_i, \quad \bar t = \sum_i p_i t_i / \sum_i p_i

    the latter over those with any :math:`t_i`. Where nobody lives, the place itself is asked.

    References
    ----------
    Cumulative opportunities: Ingram (1971), Regional Studies 5(2), 101-107.
    """
    count, by = people["people"], people[key]
    count = count.where(count.groupby(by).transform("sum") > 0, 1.0)
    reached = np.isfinite(people["minutes"])
    able = (count * reached).groupby(by).sum().reindex(index)
    spent = (count * people["minutes"].where(reached, 0.0)).groupby(by).sum().reindex(index)
    table = pd.DataFrame({"minutes": spent / able.where(able > 0)}, index=index)
    totals = count.groupby(by).sum().reindex(index)
    for limit in thresholds:
        table[f"within_{limit:g}"] = (count * (people["minutes"] <= limit)).groupby(by).sum().reindex(index) / totals
    return table


def _unknown(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of shares with no value in any of them."""
    return table.assign(**{str(name): np.nan for name in table if str(name).startswith("within_")})


def _mean(values: np.ndarray, people: gpd.GeoDataFrame, key: str) -> pd.Series[float]:
    """Return the mean over the people of each area, of those whose value is known."""
    count, by, known = people["people"], people[key], np.isfinite(values)
    count = count.where(count.groupby(by).transform("sum") > 0, 1.0).where(known, 0.0)
    total = count.groupby(by).sum()
    mean: pd.Series[float] = (count * np.where(known, values, 0.0)).groupby(by).sum() / total.where(total > 0)
    return mean


def _nearest(people: gpd.GeoDataFrame, found: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the facility that most people of each unit are nearest to; the first by id where nobody lives."""
    served = people[people["facility"] >= 0]
    votes = served.groupby(["unit_id", "facility"], sort=True)["people"].sum().reset_index()
    best = votes.sort_values(["unit_id", "people", "facility"], ascending=[True, False, True]).drop_duplicates(
        "unit_id"
    )
    ids = found.index.to_numpy(dtype=object)[best["facility"].to_numpy(dtype=np.int64)]
    return pd.Series(ids, best["unit_id"].to_numpy(), dtype=object)


def _capacity(found: gpd.GeoDataFrame, definition: CoverageLayer) -> np.ndarray | None:
    """Return each facility's capacity, the definition's where its own is not known, else not a number.

    None where no capacity is known at all.
    """
    own = found["capacity"].to_numpy(dtype=float)
    if definition.capacity > 0:
        return np.where(np.isnan(own), definition.capacity, own)
    return None if np.isnan(own).all() else own


def _room(
    found: gpd.GeoDataFrame, how: Ways, people: gpd.GeoDataFrame, capacity: np.ndarray, definition: CoverageLayer
) -> tuple[np.ndarray, dict[str, np.ndarray], dict[str, Any]]:
    """Return the capacity each home can count on per 1,000 people, columns of the facilities, and the facts of both.

    A facility of unknown capacity is left out, and said to be: what the others give is then the least one can count on.
    Whoever reaches no other has no number, which is not nought.
    """
    limit = max(definition.minutes)
    pairs = pairs_to(found, how, limit, outward=definition.outward)
    count, known = people["people"].to_numpy(), np.isfinite(capacity)
    told = known[pairs.facility]
    unknown = np.zeros(len(count), dtype=bool)
    unknown[pairs.origin[~told]] = True
    unknown[pairs.origin[told]] = False
    pairs = Pairs(pairs.origin[told], pairs.facility[told], pairs.minutes[told])
    access = floating_catchment(pairs, gaussian(pairs.minutes, limit), count, np.nan_to_num(capacity))
    # Without a norm, a facility's load is told in that of all of them together.
    total = float(capacity[known].sum())
    normal = definition.serves or float(access.demand[known].sum()) / max(total, 1e-9)
    load = np.where(known, access.load / max(normal, 1e-9), np.nan)
    overloaded = load > (1.0 if definition.serves else BUSY)
    if not known.all():
        said = template(
            "the capacity of {missing} of {count} facility is not known: told is what one can count on at least",
            "the capacity of {missing} of {count} facilities is not known: told is what one can count on at least",
        )
        missing = int((~known).sum())
        warnings.warn(GridkitWarning(said, where=definition.name, missing=missing, count=len(known)), stacklevel=3)
    score = np.where(unknown, np.nan, access.score)
    facts = {
        "capacity": total,
        "capacity_unknown": int((~known).sum()),
        "overloaded": int(overloaded.sum()),
        "gini_access": equity.gini(score, count),
        "worst_tenth_access": 1000 * equity.worst(score[~unknown], count[~unknown], high_is_bad=False),
    }
    columns = {"capacity": capacity, "load": np.where(np.isfinite(load), load, np.nan), "overloaded": overloaded}
    return 1000 * score, columns, facts


def _facts(people: gpd.GeoDataFrame, definition: CoverageLayer) -> dict[str, Any]:
    count, minutes = people["people"], people["minutes"]
    total, reached = float(count.sum()), np.isfinite(minutes)
    served = float(count[reached].sum())
    facts: dict[str, Any] = {"people": total, "unreached": total - served}
    for limit in definition.minutes:
        facts[f"share_within_{limit:g}"] = float(count[minutes <= limit].sum()) / total if total else None
    facts["mean_minutes"] = float((count * minutes.where(reached, 0.0)).sum()) / served if served else None
    worst = equity.worst(minutes, count)
    facts["worst_tenth_minutes"] = worst if np.isfinite(worst) else None
    facts["gini_minutes"] = equity.gini(minutes, count)
    return facts
