"""Days that a user says."""

from __future__ import annotations

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
