"""What to build next: sites proposed for a service, with the coverage before and after."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from gridkit.catalog.layer import Layer
from gridkit.errors import DefinitionError, GridkitWarning
from gridkit.measure.access.coverage import minutes_to
from gridkit.measure.access.facilities import facilities
from gridkit.measure.access.origins import origins
from gridkit.measure.access.walkways import LIMIT, ways
from gridkit.measure.siting.location import Sites, maximal_coverage, set_cover
from gridkit.measure.siting.p_median import p_median
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridkit.catalog.definitions import SitingLayer
    from gridkit.measure.access.reach import Pairs
    from gridkit.measure.inputs import Subject

    Floats = np.ndarray


def siting(definition: SitingLayer, subject: Subject) -> Layer:
    """Return the siting layer of a subject; its ``data`` are the candidate sites, else points inside the units are.

    Returns
    -------
    Layer
        ``points``: the sites, with the ``people`` each brings within reach first, and ``minutes`` to the limit.
        ``grids`` and ``units``: ``within_before``, ``within_after``, ``gain`` (people), ``minutes_before``,
        ``minutes_after``. Facts: the same in all, ``gap`` (the share by which the answer may fall short of the best; 0
        is proven) and ``candidates``.
    """
    service = subject.registry[definition.service]
    if service.kind != "coverage":
        raise DefinitionError(
            "service = {service!r} is no coverage layer",
            where=definition.name,
            mend="name one",
            service=definition.service,
        )
    live = origins(subject.units, subject.extract, service.who)
    how = ways(live, subject, service.profile)
    there = facilities(service, subject)
    if there.empty:
        said = "no facility of the service {service} is known: sites are sought as if there were none"
        warnings.warn(GridkitWarning(said, where=definition.name, service=definition.service), stacklevel=2)
    now = minutes_to(there, how, outward=service.outward).minutes
    candidates = _candidates(subject, definition.spacing_m)
    limit = LIMIT if definition.goal == "median" else definition.minutes
    pairs = how.within(np.asarray(candidates.geometry.values, dtype=object), limit, outward=service.outward)
    people = live["people"].to_numpy()
    chosen = GOALS[definition.goal](pairs, people, now, len(candidates), definition)
    sites = candidates.iloc[chosen.chosen]
    new = minutes_to(sites, how, outward=service.outward)
    after = np.minimum(now, new.minutes)
    near, then = now <= definition.minutes, after <= definition.minutes
    brought = np.bincount(new.facility[then & ~near], people[then & ~near], len(sites))
    total = max(float(people.sum()), 1e-9)
    facts: dict[str, Any] = {
        "existing": len(there),
        "candidates": len(candidates),
        "new_sites": len(sites),
        "how": how.name,
        "gap": chosen.gap,
        "people": float(people.sum()),
        "share_before": float(people[near].sum()) / total,
        "share_after": float(people[then].sum()) / total,
        "gain": float(people[then & ~near].sum()),
        "mean_minutes_before": float((people * np.minimum(now, LIMIT)).sum()) / total,
        "mean_minutes_after": float((people * np.minimum(after, LIMIT)).sum()) / total,
    }
    frame = pd.DataFrame(
        {
            "people": people,
            "within_before": people * near,
            "within_after": people * then,
            "minutes_before": people * np.minimum(now, LIMIT),
            "minutes_after": people * np.minimum(after, LIMIT),
        }
    )
    tables = {
        "grids": _summed(frame, live["grid_id"], subject.grids.index),
        "units": _summed(frame, live["unit_id"], subject.units.index),
        "points": sites.assign(people=brought, minutes=definition.minutes),
    }
    return Layer(definition, tables, facts)


def _candidates(subject: Subject, spacing: float) -> gpd.GeoDataFrame:
    """Return the user's candidates, else points inside units, those with most people first, none too near another."""
    if subject.data is not None:
        frame = gpd.GeoDataFrame({"name": subject.data.get("name", "")}, geometry=subject.data.geometry)
        return frame[~(frame.is_empty | frame.geometry.isna())].rename_axis("facility_id")
    units = subject.units.sort_values("people", ascending=False, kind="stable")
    points = units.representative_point()
    near = cKDTree(points.get_coordinates().to_numpy()).query_ball_point(points.get_coordinates().to_numpy(), spacing)
    free = np.ones(len(points), dtype=bool)
    kept = []
    for i in range(len(points)):
        if free[i]:
            kept.append(i)
            free[near[i]] = False
    frame = gpd.GeoDataFrame({"name": units.index[kept].astype(TEXT)}, geometry=points.to_numpy()[kept], crs=units.crs)
    frame.index = pd.Index([f"site-{i + 1}" for i in range(len(frame))], name="facility_id", dtype=TEXT)
    return frame


def _covering(pairs: Pairs, candidates: int, places: int) -> csr_array:
    return csr_array((np.ones(len(pairs.origin)), (pairs.facility, pairs.origin)), shape=(candidates, places))


def _cover(pairs: Pairs, people: Floats, now: Floats, candidates: int, definition: SitingLayer) -> Sites:
    open_ = np.where(now <= definition.minutes, 0.0, people)
    return maximal_coverage(_covering(pairs, candidates, len(people)), open_, definition.new, steps=definition.steps)


def _median(pairs: Pairs, people: Floats, now: Floats, candidates: int, definition: SitingLayer) -> Sites:
    return p_median(pairs, people, np.minimum(now, LIMIT), definition.new, candidates, steps=definition.steps)


def _all(pairs: Pairs, people: Floats, now: Floats, candidates: int, definition: SitingLayer) -> Sites:
    wanted = (now > definition.minutes) & (people > 0)
    wanted &= np.bincount(pairs.origin, minlength=len(people)) > 0  # those whom no candidate reaches, no plan can serve
    return set_cover(_covering(pairs, candidates, len(people)), wanted, steps=definition.steps)


GOALS: dict[str, Callable[[Pairs, Floats, Floats, int, SitingLayer], Sites]] = {
    "cover": _cover,
    "median": _median,
    "all": _all,
}


def _summed(frame: pd.DataFrame, by: pd.Series[str], index: pd.Index[str]) -> pd.DataFrame:
    sums = frame.groupby(by.to_numpy()).sum().reindex(index, fill_value=0.0)
    shares = sums.drop(columns="people").div(sums["people"].where(sums["people"] > 0), axis=0)
    return shares.assign(gain=sums["within_after"] - sums["within_before"])
