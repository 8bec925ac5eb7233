"""Days that a user says, and the day that a table is counted on where nobody says one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from gridkit.errors import TableError, UsageError
from gridkit.sources.tables import dates


def said_day(text: str, where: str) -> pd.Timestamp:
    """Return a day as it is said; a month is its first day.

    Raises
    ------
    UsageError
        When it is none.
    """
    try:
        found = dates.read(pd.Series([text])).iloc[0]
    except TableError:
        found = pd.NaT
    if pd.isna(found):
        raise UsageError("{text!r} is no day", where=where, mend="write 2026-05-01", text=text)
    return pd.Timestamp(found)


def newest(days: pd.Series[Any]) -> pd.Timestamp:
    """Return the newest of some days that is not still to come; the newest of all where all are; NaT where none is.

    A day that is still to come is planned, or mistyped: counted on it, all others would be long ago.
    """
    known = pd.to_datetime(days.dropna())
    over = known[known.dt.normalize() <= pd.Timestamp(date.today())]  # noqa: DTZ011 - the office's own calendar
    return pd.Timestamp((over if len(over) else known).max())


def asof(days: pd.Series[Any]) -> str:
    """Return the newest of some days that is not still to come, ISO 8601; empty where none is known."""
    return "" if days.isna().all() else str(newest(days).date())
