"""What is left of the fit when those go who are lent: the fit without them, and the day on which it falls under 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.measure.work.posts import available, on_duty
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from gridkit.catalog.workload import Workload


def without_lent(table: pd.DataFrame, grids: pd.Index, work: Workload) -> pd.Series[float]:
    """Return the hours of a month that each grid has of posts that nobody lends."""
    lent = [name for name, role in work.roles.items() if role.lent]
    return available(table[~table["role"].isin(lent)], grids)["available"]


def days_of_change(table: pd.DataFrame, day: pd.Timestamp) -> list[pd.Timestamp]:
    """Return the day itself and every later day from which on somebody who serves is gone, in order."""
    until = pd.to_datetime(table["until"]).dropna()
    gone = until[until >= day] + pd.Timedelta(days=1)
    return [day, *sorted(set(gone))]


def over_time(table: pd.DataFrame, hours: pd.Series[float], day: pd.Timestamp) -> pd.DataFrame:
    """Return hours and fit of all grids together, on a day and whenever somebody is gone after it.

    Parameters
    ----------
    table
        Posts.
    hours
        Hours a month that each grid needs.

    Returns
    -------
    DataFrame
        On ``day``: ``posts``, ``available``, ``hours`` (of grids whose available hours are known), ``fit`` and
        ``short`` (grids whose fit is below 1).
    """
    rows = []
    for each in days_of_change(table, day):
        own = available(on_duty(table, each), hours.index)
        known = own["available"].notna() & hours.notna()
        have, want = float(own["available"][known].sum()), float(hours[known].sum())
        rows.append(
            {
                "day": each.date().isoformat(),
                "posts": int(own["posts"].sum()),
                "available": have,
                "hours": want,
                "fit": have / want if want else np.nan,
                "short": int((own["available"][known] < hours[known]).sum()),
                "known": int(known.sum()),
            }
        )
    return pd.DataFrame(rows).set_index("day")


def falls_short(table: pd.DataFrame, hours: pd.Series[float], day: pd.Timestamp) -> pd.Series[str]:
    """Return the first day on which the fit of each grid is below 1, ISO 8601; missing where it never is.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "grid_id": ["a", "a"],
    ...         "hours": [60.0, 60.0],
    ...         "since": [None, None],
    ...         "until": [None, pd.Timestamp("2027-03-31")],
    ...     }
    ... )
    >>> falls_short(table, pd.Series({"a": 100.0}), pd.Timestamp("2027-01-01")).tolist()
    ['2027-04-01']
    """
    found = pd.Series(None, index=hours.index, dtype=object)
    for each in days_of_change(table, day):
        own = available(on_duty(table, each), hours.index)["available"]
        short = (own < hours) & found.isna()
        found[short] = each.date().isoformat()
    return found.astype(TEXT).rename("falls_short")
