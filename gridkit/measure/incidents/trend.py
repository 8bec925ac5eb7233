"""More or fewer than in the period before: by a test, not by eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR = pd.Timedelta(days=365)
SURE = 0.05


@dataclass(frozen=True)
class Periods:
    """Two periods of one length, the later one directly after the earlier: from ``before`` to ``start`` to ``end``.

    The bounds are midnights; a period holds its first moment and not its last.
    """

    before: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp

    def now(self, times: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """Return which times lie in the later period."""
        return (times >= self.start) & (times < self.end)

    def then(self, times: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """Return which times lie in the earlier period."""
        return (times >= self.before) & (times < self.start)


def periods(times: pd.Series[pd.Timestamp]) -> Periods | None:
    """Return the last year and the year before where the data span both, else the two halves of what they span.

    None where the data span less than two days.

    Examples
    --------
    >>> two_years = pd.Series(pd.to_datetime(["2023-01-01 07:00", "2024-12-31 20:00"]))
    >>> [str(moment.date()) for moment in vars(periods(two_years)).values()]
    ['2023-01-01', '2024-01-01', '2025-01-01']
    """
    known = times.dropna()
    if known.empty:
        return None
    first, end = known.min().normalize(), known.max().normalize() + pd.Timedelta(days=1)
    same_day_last_year, two_years_ago = end - pd.DateOffset(years=1), end - pd.DateOffset(years=2)
    if first <= two_years_ago + pd.Timedelta(days=7):  # a week without incidents at the start is no shorter record
        return Periods(two_years_ago, same_day_last_year, end)
    half = pd.Timedelta(days=(end - first).days // 2)
    return Periods(end - 2 * half, end - half, end) if half else None


def trend(now: pd.Series[Any], before: pd.Series[Any]) -> pd.DataFrame:
    """Return whether each count rose or fell against the one of an equally long period before.

    Given the sum of both, the later count is binomial with one half when nothing changed; p is exact and two-sided
    (mid-p), and q is its false discovery rate over all areas, so that among 1,000 areas chance alone is not called a
    trend.

    Returns
    -------
    DataFrame
        ``now``, ``before``, ``change`` (share, null after nought), ``trend_p``, ``trend_q``, ``trend``: ``up``,
        ``down`` or ``unclear`` (at a false discovery rate of 5 %).

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31(3/4), 313-323.

    Examples
    --------
    >>> trend(pd.Series([30, 5]), pd.Series([10, 4]))["trend"].tolist()
    ['up', 'unclear']
    """
    p = conditional(now.to_numpy(dtype=np.int64), before.to_numpy(dtype=np.int64))
    q = stats.false_discovery_control(p) if len(p) else p
    said = np.where(q > SURE, "unclear", np.where(now > before, "up", "down"))
    change = (now - before) / before.where(before > 0)
    return pd.DataFrame(
        {"now": now, "before": before, "change": change, "trend_p": p, "trend_q": q, "trend": said}, index=now.index
    )


def conditional(now: NDArray[np.int64], before: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the two-sided mid-p of two Poisson counts of equal exposure; 1 where both are nought."""
    total, low = now + before, np.minimum(now, before)
    tail = stats.binom.cdf(low, total, 0.5) - 0.5 * stats.binom.pmf(low, total, 0.5)
    return np.where(total > 0, np.minimum(2 * tail, 1.0), 1.0)
