"""Supplies that come to the doors of a zone: which compounds each round visits, from the gate where they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.measure.access.network import build
from gridkit.measure.access.reach import snap, within
from gridkit.measure.access.walkways import STRAIGHT_M_PER_MINUTE
from gridkit.measure.emergency.carriers import shared
from gridkit.measure.emergency.rounds import rounds

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.catalog.emergencies import Emergency

    Floats = NDArray[np.float64]

_FAR_MIN = 600.0
"""No way within a zone takes longer."""


def delivery(
    units: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    practice: Emergency,
    hours: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rounds of one zone, stop by stop, and what of it could not be served.

    Supplies arrive at the gate from which all doors are nearest on foot. The stops are compounds, else units; a stop
    that takes more than a load is visited by several rounds.

    Parameters
    ----------
    units
        The units of the zone, with ``households``.
    gates
        Its gates.
    roads
        ROADS around.
    practice
        Its numbers: households a load is for, minutes a round may take, minutes at a door, hours of the day, a shift.
    hours
        By unit the minutes of the day between which its doors are come to, ``from`` and ``until``; a stop of several
        units keeps to all of them. The whole day's work where a unit is not in it.

    Returns
    -------
    DataFrame, dict
        ``round``, ``stop`` (its place in the round), ``unit_id`` (one of the stop's units), ``units`` (how many the
        stop is), ``households``, ``minutes`` (of the whole round), ``base`` (the gate), ``leaves`` and ``back`` (the
        time of day), ``carrier`` (who goes, numbered from 1); and ``rounds``, ``carriers``, ``carriers_least`` (fewer
        are not enough for these rounds), ``households_unserved``.
    """
    lived = units[units["households"].fillna(0.0) > 0]
    if lived.empty or gates.empty:
        left = float(lived["households"].sum()) if len(lived) else 0.0
        none = {"rounds": 0, "carriers": 0, "carriers_least": 0, "households_unserved": left}
        return pd.DataFrame(columns=COLUMNS), none
    group = lived["group"].astype("object") if "group" in lived else pd.Series(None, index=lived.index, dtype="object")
    stop = group.where(group.notna(), pd.Series(lived.index, index=lived.index))
    held = lived["households"].astype(float).groupby(stop).agg(["sum", "size"])
    first = pd.Series(lived.index, index=lived.index).groupby(stop).first()
    spots = np.array([shapely.point_on_surface(lived.geometry[each]) for each in first], dtype=object)
    far = _minutes(np.concatenate([gates.geometry.to_numpy(), spots]), roads)
    count = len(gates)
    base = int(np.argmin(np.where(np.isfinite(far[:count, count:]), far[:count, count:], _FAR_MIN).sum(axis=1)))
    keep = np.r_[base, count : len(far)]
    load = held["sum"].to_numpy()
    opens, closes = (practice.number(name) * _HOUR for name in ("round_from_h", "round_until_h"))
    found, _ = rounds(
        far[np.ix_(keep, keep)],
        load,
        load * practice.number("door_min"),
        room=practice.number("round_households"),
        longest=practice.number("round_min"),
        windows=None if hours is None else _windows(stop, hours, (opens, closes)),
        day=closes - opens,
    )
    leaves, waits, minutes = (
        np.array([getattr(each, name) for each in found]) for name in ("leaves", "waits", "minutes")
    )
    who = shared(leaves, leaves + waits, minutes, practice.number("carrier_min"))
    rows = [
        (
            at + 1,
            place + 1,
            str(first.iloc[own]),
            int(held["size"].iloc[own]),
            part,
            each.minutes,
            str(gates.index[base]),
            clock(opens + who.leaves[at]),
            clock(opens + who.leaves[at] + each.minutes),
            int(who.carrier[at]) + 1,
        )
        for at, each in enumerate(found)
        for place, (own, part) in enumerate(zip(each.stops, each.load, strict=True))
    ]
    left = float(load.sum() - sum(part for each in found for part in each.load))
    told = {"rounds": len(found), "carriers": who.carriers, "carriers_least": who.least}
    return pd.DataFrame(rows, columns=COLUMNS), {**told, "households_unserved": max(left, 0.0)}


COLUMNS = ["round", "stop", "unit_id", "units", "households", "minutes", "base", "leaves", "back", "carrier"]
_HOUR = 60


def clock(minutes: float) -> str:
    """Return the time of day after so many minutes, never earlier than it is.

    Examples
    --------
    >>> clock(8 * 60), clock(615.2)
    ('08:00', '10:16')
    """
    whole = int(np.ceil(round(minutes, 6)))
    return f"{whole // _HOUR % 24:02d}:{whole % _HOUR:02d}"


def _windows(stop: pd.Series[Any], hours: pd.DataFrame, day: tuple[float, float]) -> Floats:
    """Return when each stop may be begun, in minutes of the day's work: within all hours of its units."""
    own = hours.reindex(stop.index)
    begin = own["from"].fillna(day[0]).clip(lower=day[0]).groupby(stop).max()
    end = own["until"].fillna(day[1]).clip(upper=day[1]).groupby(stop).min()
    found: Floats = np.column_stack([begin, end]) - day[0]
    return found


def _minutes(spots: NDArray[np.object_], roads: gpd.GeoDataFrame) -> Floats:
    """Return the minutes on foot between all places, straight across where no street is known."""
    try:
        network = build(roads, "walk")
    except TableError:
        xy = shapely.get_coordinates(spots)
        straight: Floats = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) / STRAIGHT_M_PER_MINUTE
        return straight
    stops = snap(network, spots)
    pairs = within(network, stops, stops, _FAR_MIN)
    made: Floats = np.full((len(spots), len(spots)), np.inf)
    made[pairs.origin, pairs.facility] = pairs.minutes
    np.fill_diagonal(made, 0.0)
    return made
