"""The closed loop of incidents: where each stands, whether it was closed and in time, and where others are stuck."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.definitions import STATES
from gridkit.measure.incidents.classes import plain
from gridkit.measure.incidents.exposure import WANTED

if TYPE_CHECKING:
    from gridkit.catalog.definitions import IncidentsLayer

STEPS = STATES[:7]
"""The steps an incident goes through, reported to closed."""
NOT_DUE = ("suspended", "void")
"""States in which nothing is due to be closed."""
UNKNOWN = "unknown"


def states(events: pd.DataFrame, definition: IncidentsLayer) -> pd.Series[str]:
    """Return the state of each incident, by the definition's table; ``unknown`` where its status is not in it.

    Where there is no status, an incident with a time of closing is closed, and the others are at the last step that has
    a time.
    """
    known: dict[str, str] = {plain(value): name for name, values in definition.states.items() for value in values}
    state: pd.Series[Any] = pd.Series(UNKNOWN, index=events.index, dtype=object)
    for step in STEPS:
        if step in events:
            state = state.mask(events[step].notna(), str(step))
    if "status" in events:
        said = events["status"].map(plain, na_action="ignore")
        state = said.map(known).where(said.notna(), state).fillna(UNKNOWN)
    return state.rename("state")


def due(events: pd.DataFrame, definition: IncidentsLayer) -> pd.Series[pd.Timestamp]:
    """Return when each incident is due to be closed: its own limit, else some days after the report, else never."""
    limit = pd.Series(pd.NaT, index=events.index, dtype="datetime64[ns]")
    if definition.days > 0 and "time" in events:
        limit = events["time"] + pd.Timedelta(days=definition.days)
    if "due" in events:
        limit = events["due"].fillna(limit)
    return limit.rename("due")


def judged(events: pd.DataFrame, definition: IncidentsLayer, now: pd.Timestamp | None) -> pd.DataFrame:
    """Return for each incident its ``state`` and what the rates count.

    Returns
    -------
    DataFrame
        Flags: ``to_close`` (it has to be closed: neither void nor suspended, and its limit is past or it is closed
        already; without any limit everything has to be), ``closed``, ``on_time`` (closed by its limit), ``overdue``
        (open past it).
    """
    state, limit = states(events, definition), due(events, definition)
    closed = state == "closed"
    counted = ~state.isin(NOT_DUE)
    moment = pd.Series(now, index=events.index, dtype="datetime64[ns]")  # missing where no moment is known
    past = limit.isna() | (limit <= moment)
    when = events["closed"] if "closed" in events else pd.Series(pd.NaT, index=events.index, dtype="datetime64[ns]")
    return pd.DataFrame(
        {
            "state": state,
            "to_close": counted & (closed | past),
            "closed": closed,
            "on_time": closed & limit.notna() & (when <= limit),
            "timed": closed & limit.notna() & when.notna(),
            "overdue": counted & ~closed & limit.notna() & (limit <= moment),
            "days_over": ((moment - limit).dt.total_seconds() / 86400).where(counted & ~closed & (limit <= moment)),
        }
    )


def rates(flags: pd.DataFrame, by: pd.Series[str] | None = None) -> pd.DataFrame:
    r"""Return the closure rates with their denominators, in all or by department, grid ...

    .. math:: closure = \frac{closed}{to\ close}, \quad on\ time = \frac{closed\ on\ time}{to\ close}

    The denominators differ between places (all reported, all filed, all due); here it is what is due to be closed, and
    it is always told. ``on_time_rate`` is null where no closing has both a time and a limit.

    Examples
    --------
    >>> flags = pd.DataFrame({"to_close": [1, 1, 1, 0], "closed": [1, 1, 0, 0], "on_time": [1, 0, 0, 0]}).astype(bool)
    >>> flags = flags.assign(timed=flags["closed"], overdue=False)
    >>> rates(flags).loc["all", ["to_close", "closed", "closure_rate", "on_time_rate"]].round(3).tolist()
    [3.0, 2.0, 0.667, 0.333]
    """
    groups = pd.Series("all", index=flags.index) if by is None else by.fillna("")
    columns = ["to_close", "closed", "on_time", "timed", "overdue"]
    table = flags[columns].astype(int).groupby(groups.to_numpy()).sum()
    table.insert(0, "reported", flags.groupby(groups.to_numpy()).size())
    base = table["to_close"].where(table["to_close"] > 0)
    table["closure_rate"] = table["closed"] / base
    table["on_time_rate"] = (table["on_time"] / base).where(table["timed"] > 0)
    return table.drop(columns="timed")


def steps(events: pd.DataFrame, by: pd.Series[str] | None = None) -> pd.DataFrame:
    """Return how long each step takes from the one before that has a time: median and ninth decile of hours, and count.

    Negative durations are clerical and left out; their number is told as ``reversed``.
    """
    have = [step for step in STEPS if (step in events or (step == "reported" and "time" in events))]
    rows = []
    groups = pd.Series("all", index=events.index) if by is None else by.fillna("")
    for before, step in itertools.pairwise(have):
        began = events["time"] if before == "reported" and "reported" not in events else events[before]
        hours = (events[step] - began).dt.total_seconds() / 3600
        for group, spent in hours.groupby(groups.to_numpy()):
            sound = spent[spent >= 0]
            rows.append(
                {
                    "group": group,
                    "step": step,
                    "after": before,
                    "count": len(sound),
                    "median_hours": float(sound.median()) if len(sound) else np.nan,
                    "p90_hours": float(sound.quantile(0.9)) if len(sound) else np.nan,
                    "reversed": int((spent < 0).sum()),
                }
            )
    columns = ["group", "step", "after", "count", "median_hours", "p90_hours", "reversed"]
    return pd.DataFrame(rows, columns=columns)


def bottleneck(table: pd.DataFrame, least: int = 5) -> dict[str, Any] | None:
    """Return the row of :func:`steps` where most time is spent in all, of those with at least ``least`` incidents.

    Most time in all, and not the slowest median: a slow step that two incidents took is no bottleneck.
    """
    sound = table[table["count"] >= least]
    if sound.empty:
        return None
    worst = sound.iloc[int((sound["median_hours"] * sound["count"]).to_numpy().argmax())]
    hours = float(worst["median_hours"])
    return {
        "group": str(worst["group"]),
        "step": str(worst["step"]),
        "count": int(worst["count"]),
        "median_hours": hours,
    }


def started(events: pd.DataFrame, definition: IncidentsLayer) -> pd.Series[str] | None:
    """Return who started each incident: ``resident`` or ``administration``; None where the data do not say."""
    if "origin" not in events or not definition.residents or events["origin"].isna().all():
        return None
    residents = {plain(value) for value in definition.residents}
    said = events["origin"].map(plain, na_action="ignore")
    who = said.map(lambda value: "resident" if value in residents else "administration", na_action="ignore")
    return who.fillna(UNKNOWN).rename("started")


def closed_loop(
    events: pd.DataFrame, grid: pd.Series[str], definition: IncidentsLayer, now: pd.Timestamp | None
) -> tuple[dict[str, pd.DataFrame], dict[str, Any], pd.DataFrame]:
    """Return the loop's tables, its facts, and its columns per grid.

    Tables: ``states`` (how many where), ``departments`` (rates of each), ``steps`` (of all), ``overdue`` (the list,
    longest first). Facts: the rates with their denominators, the bottleneck step and department, the share residents
    started.
    """
    moments = [events[column].max() for column in ("time", *STEPS, "closed") if column in events]
    last = max((moment for moment in moments if not pd.isna(moment)), default=None)
    moment = last if now is None else now
    flags = judged(events, definition, moment)
    everyone = {str(name): float(value) for name, value in rates(flags).iloc[0].items()}
    facts: dict[str, Any] = {
        "to_close": int(everyone["to_close"]),
        "closed": int(everyone["closed"]),
        "closed_on_time": int(everyone["on_time"]),
        "closure_rate": _number(everyone["closure_rate"]),
        "on_time_rate": _number(everyone["on_time_rate"]),
        "overdue": int(everyone["overdue"]),
        "as_of": None if moment is None else moment.isoformat(),
        "unknown_status": int((flags["state"] == UNKNOWN).sum()),
    }
    order = {state: place for place, state in enumerate((*STATES, UNKNOWN))}
    counts = flags["state"].value_counts().rename_axis("state").to_frame("count")
    tables = {"states": counts.sort_index(key=lambda index: index.map(order))}
    late = pd.DataFrame(events[[column for column in WANTED if column in events]])[flags["overdue"]]
    late = late.assign(grid_id=grid[flags["overdue"]], days_over=flags["days_over"][flags["overdue"]])
    tables["overdue"] = late.sort_values("days_over", ascending=False, kind="stable")
    spent = steps(events)
    if len(spent):
        tables["steps"] = spent
        facts["bottleneck_step"] = bottleneck(spent)
    if "department" in events and events["department"].notna().any():
        tables["departments"] = rates(flags, events["department"].astype("str")).rename_axis("department")
        facts["bottleneck_department"] = bottleneck(steps(events, events["department"].astype("str")))
    who = started(events, definition)
    if who is not None:
        facts["started_by"] = {name: int(count) for name, count in who.value_counts().sort_index().items()}
    inside = grid.notna()
    per_grid = rates(flags[inside], grid[inside].astype("str")).drop(columns="reported")
    return tables, facts, per_grid.rename_axis("grid_id")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
