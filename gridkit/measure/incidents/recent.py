"""The last days beside the days before them: what a desk asks each morning, and no test of a trend over the seasons."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gridkit.measure.incidents import calendar
from gridkit.measure.incidents.trend import trend

DAYS = 30
"""A month of a calendar of no months: what offices report by."""


def recent(events: pd.DataFrame, grids: pd.Index) -> pd.DataFrame | None:
    """Return how many events each grid had in the last days that are known, and in as many days before them.

    Of times that name months alone, it is the last month beside the one before it.

    Parameters
    ----------
    events
        One row per event: ``time`` (clock time, null where it is not known) and ``grid_id``.
    grids
        All grids, those without an event among them.

    Returns
    -------
    DataFrame or None
        On the index of ``grids``: ``now``, ``before``, ``trend`` (``up``, ``down`` or ``unclear``, at a false discovery
        rate of 5 % over all grids, see :func:`gridkit.measure.incidents.trend.trend`). None where less than both
        periods is known: a count of half a period would say that everything fell.

    Examples
    --------
    >>> times = pd.to_datetime(["2025-01-01", *["2025-03-01"] * 9])
    >>> recent(pd.DataFrame({"time": times, "grid_id": "a"}), pd.Index(["a", "b"])).values.tolist()
    [[9, 0, 'up'], [0, 0, 'unclear']]
    """
    if not {"time", "grid_id"} <= set(events):
        return None
    times = events["time"].dropna()
    if times.empty:
        return None
    end = calendar.end(times)
    span = pd.Timedelta(days=DAYS) if calendar.has_days(times) else pd.DateOffset(months=1)
    if times.min().normalize() > end - span - span:
        return None

    def counted(start: Any, stop: Any) -> pd.Series[int]:  # noqa: ANN401 - moments
        inside = events[(events["time"] >= start) & (events["time"] < stop)]
        counts: pd.Series[int] = inside["grid_id"].value_counts().reindex(grids, fill_value=0)
        return counts

    return trend(counted(end - span, end), counted(end - span - span, end - span))[["now", "before", "trend"]]
