"""The closed loop of incidents: where each stands, whether it was closed and in time, and where others are stuck."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.catalog.definitions import STATES
from gridkit.language.phrases import Phrase
from gridkit.measure.incidents.classes import plain
from gridkit.measure.incidents.exposure import WANTED
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.catalog.definitions import IncidentsLayer

STEPS = STATES[:7]
"""The steps an incident goes through, reported to closed."""
UNKNOWN = "unknown"
COUNTED = (
    "orders", "due", "closed", "due_closed", "on_time", "due_untimed", "closed_limited", "closed_in_time", "overdue",
    "void", "suspended",
)  # fmt: skip
"""What is counted of incidents (:func:`judged`), each the name of a denominator or of what stands above one."""
RATES: dict[str, Phrase] = {
    "closure_rate": Phrase("there are no orders"),
    "due_closure_rate": Phrase("no order with a limit is due by now"),
    "on_time_rate": Phrase("no order with a limit is due by now"),
    "on_time_of_closed": Phrase("no order was closed at a known time with a limit known"),
}
"""The rates, and why one has no value where nothing stands below the line."""
MOST_STRANGERS = 50
"""So many unknown values of the status are listed."""
_BEHIND = re.compile(r"\s*[(（\[【:：/|;；,，–—-]")


def states(events: pd.DataFrame, definition: IncidentsLayer) -> pd.Series[str]:
    """Return the state of each incident, by the definition's table; ``unknown`` where its status is not in it.

    A status is looked up whole, then without what stands in brackets or after a dash, colon or slash behind it:
    ``Closed (Transferred)`` is closed. Where there is no status, or an unknown one, an incident with a time of closing
    is closed; without any status, the others are at the last step that has a time.
    """
    known: dict[str, str] = {plain(value): name for name, values in definition.states.items() for value in values}
    state: pd.Series[Any] = pd.Series(UNKNOWN, index=events.index, dtype=object)
    for step in STEPS:
        if step in events:
            state = state.mask(events[step].notna(), str(step))
    if "status" in events:
        said = events["status"]
        meant = said.map({value: _meant(value, known) for value in said.dropna().unique()})
        lost = said.notna() & meant.isna()
        meant = meant.mask(lost & (state == "closed"), "closed")
        state = meant.where(said.notna(), state).fillna(UNKNOWN)
    return state.rename("state")


def _meant(status: str, known: Mapping[str, str]) -> str | None:
    """Return the state that a status means: as a whole, else by its beginning."""
    whole = plain(status)
    tried = (whole, whole.replace("-", "").replace("_", ""), *(part for part in _BEHIND.split(whole)[:1] if part))
    return next((known[each] for each in tried if each in known), None)


def strangers(events: pd.DataFrame, definition: IncidentsLayer) -> dict[str, int]:
    """Return the values of the status that the definition's table does not know, with their counts, frequent first."""
    if "status" not in events:
        return {}
    known: dict[str, str] = {plain(value): name for name, values in definition.states.items() for value in values}
    counts = events["status"].dropna().astype(TEXT).value_counts()
    lost = {str(name): int(count) for name, count in counts.items() if _meant(str(name), known) is None}
    return dict(list(lost.items())[:MOST_STRANGERS])


def due(events: pd.DataFrame, definition: IncidentsLayer) -> pd.Series[pd.Timestamp]:
    """Return when each incident is due to be closed: by the source's limits; where it has none, days after the report.

    A source that has limits but not for every row leaves the others without one: a row that nobody gave a limit is late
    by no rule of its office.
    """
    limit = pd.Series(pd.NaT, index=events.index, dtype="datetime64[ns]")
    if "due" in events and events["due"].notna().any():
        limit = events["due"]
    elif definition.days > 0 and "time" in events:
        limit = events["time"] + pd.Timedelta(days=definition.days)
    return limit.rename("due")


def judged(events: pd.DataFrame, definition: IncidentsLayer, now: pd.Timestamp | None) -> pd.DataFrame:
    """Return for each incident its ``state`` and what the rates count.

    Returns
    -------
    DataFrame
        Flags: ``orders`` (all but void ones), ``closed``; ``due`` (its limit is past, and it is neither void nor
        suspended), ``due_closed`` (and closed), ``on_time`` (and closed by its limit), ``due_untimed`` (closed, nobody
        knows when); ``closed_limited`` (closed at a known time, with a limit, past or not), ``closed_in_time`` (by its
        limit); ``overdue`` (due and open); ``void``, ``suspended``. And ``days_over`` of the overdue. One without a
        limit is never due.
    """
    state, limit = states(events, definition), due(events, definition)
    order, closed = state != "void", state == "closed"
    moment = pd.Series(now, index=events.index, dtype="datetime64[ns]")  # missing where no moment is known
    past = order & (state != "suspended") & (limit <= moment)
    when = events["closed"] if "closed" in events else pd.Series(pd.NaT, index=events.index, dtype="datetime64[ns]")
    limited = closed & limit.notna() & when.notna()
    return pd.DataFrame(
        {
            "state": state,
            "orders": order,
            "due": past,
            "closed": closed,
            "due_closed": past & closed,
            "on_time": past & limited & (when <= limit),
            "due_untimed": past & closed & when.isna(),
            "closed_limited": limited,
            "closed_in_time": limited & (when <= limit),
            "overdue": past & ~closed,
            "void": ~order,
            "suspended": state == "suspended",
            "days_over": ((moment - limit).dt.total_seconds() / 86400).where(past & ~closed),
        }
    )


def rates(flags: pd.DataFrame, by: pd.Series[str] | None = None) -> pd.DataFrame:
    r"""Return the closure rates with their denominators, in all or by department, grid ...

    .. math::

        closure = \frac{closed}{orders}, \quad
        closure\ of\ the\ due = \frac{due\ and\ closed}{due}, \quad
        on\ time = \frac{due\ and\ closed\ by\ the\ limit}{due}, \quad
        on\ time\ of\ the\ closed = \frac{closed\ by\ the\ limit}{closed\ with\ a\ limit}

    Returns
    -------
    DataFrame
        Per group the counts of :func:`judged` after ``reported`` (rows), and ``closure_rate``, ``due_closure_rate``,
        ``on_time_rate``, ``on_time_of_closed``; null where nothing stands below the line. Those of which nobody knows
        when they were closed (``due_untimed``) are in neither part of ``on_time_rate``.

    References
    ----------
    Practice of the city-management centres (closed of those due, on time of those due); others print on time of the
    closed, which leaves out what was never closed. The three differ by several points, so all are told.

    Examples
    --------
    >>> events = pd.DataFrame(
    ...     {"time": pd.to_datetime(["2024-01-01"] * 4), "status": ["closed", "closed", "open", "void"]}
    ... )
    >>> events["closed"] = pd.to_datetime(["2024-01-02", "2024-01-09", None, None])
    >>> from gridkit.catalog.definitions import layers
    >>> found = rates(judged(events, layers()["hotline-12345"], pd.Timestamp("2024-02-01"))).loc["all"]
    >>> found[["orders", "due", "closed", "on_time"]].tolist(), float(found["closure_rate"].round(3))
    ([3.0, 3.0, 2.0, 1.0], 0.667)
    """
    groups = pd.Series("all", index=flags.index) if by is None else by.fillna("")
    table = flags[list(COUNTED)].astype(int).groupby(groups.to_numpy()).sum()
    table.insert(0, "reported", flags.groupby(groups.to_numpy()).size())
    timed = table["due"] - table["due_untimed"]
    for name, above, below in (
        ("closure_rate", "closed", table["orders"]),
        ("due_closure_rate", "due_closed", table["due"]),
        ("on_time_rate", "on_time", timed),
        ("on_time_of_closed", "closed_in_time", table["closed_limited"]),
    ):
        table[name] = table[above] / below.where(below > 0)
    return table


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

    Most time in all (the median times the count), and not the slowest median: a slow step that two incidents took is no
    bottleneck. A definition of this project.
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
    longest first). Facts: the rates with their denominators (:func:`rates`), why a rate has no value, the values of the
    status that are not in the definition's table, the bottleneck step and department, the share residents started.
    """
    moments = [events[column].max() for column in ("time", *STEPS, "closed") if column in events]
    last = max((moment for moment in moments if not pd.isna(moment)), default=None)
    moment = last if now is None else now
    flags = judged(events, definition, moment)
    everyone = rates(flags).iloc[0]
    facts: dict[str, Any] = {
        **{name: int(everyone[name]) for name in ("reported", *COUNTED)},
        **{name: _number(float(everyone[name])) for name in RATES},
        "without_value": {name: why for name, why in RATES.items() if np.isnan(everyone[name])},
        "without_limit": int(due(events, definition)[flags["orders"]].isna().sum()),
        "as_of": None if moment is None else moment.isoformat(),
        "unknown_status": int((flags["state"] == UNKNOWN).sum()),
        "unknown_statuses": strangers(events, definition),
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
        tables["departments"] = rates(flags, events["department"].astype(TEXT)).rename_axis("department")
        facts["bottleneck_department"] = bottleneck(steps(events, events["department"].astype(TEXT)))
    who = started(events, definition)
    if who is not None:
        facts["started_by"] = {name: int(count) for name, count in who.value_counts().sort_index().items()}
    inside = grid.notna()
    per_grid = rates(flags[inside], grid[inside].astype(TEXT)).drop(columns="reported")
    return tables, facts, per_grid.rename_axis("grid_id")


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
