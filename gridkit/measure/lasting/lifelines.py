"""How long groups and volunteers stay active: Kaplan-Meier's share over months, with its interval.

Whoever is still active at the end of the records is not gone: the time is known to be that or longer (censored).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.measure.share import wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDING = 1e-12
FEWEST = 10
"""Of fewer no curve is told: each of them would be seen in its steps."""


def survival(months: NDArray[np.float64], ended: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the share still active after each month in which somebody ended.

    Parameters
    ----------
    months
        How many months each was active, above zero.
    ended
        Whether it ended then; else it was still active when the records end.

    Returns
    -------
    DataFrame
        On ``month``, 0 first: ``at_risk``, ``ended``, ``share``, ``low`` and ``high``: Wilson's interval of 95 % for as
        many lives without censoring as would know the share so well (Rothman 1978), which stays within 0 and 1; null
        where it is not defined, at 1 and at 0.

    References
    ----------
    Kaplan & Meier (1958), Journal of the American Statistical Association 53, 457-481; Greenwood's variance; Rothman
    (1978), Journal of Chronic Diseases 31, 557-560. Of ten lives the log-log interval holds the truth in 97.8 % of
    worlds after a year, the beta product's mid-p (Fay, Brittain & Proschan 2013) in 97.1 %, this one in 95.3 %.

    Examples
    --------
    >>> table = survival(np.array([1.0, 2.0, 2.0, 4.0]), np.array([True, True, False, True]))
    >>> table["share"].tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    times = np.unique(months[ended])
    at_risk = np.array([(months >= time).sum() for time in times], dtype=np.int64)
    gone = np.array([(ended & (months == time)).sum() for time in times], dtype=np.int64)
    share = np.cumprod((at_risk - gone) / at_risk)
    left = np.maximum(at_risk - gone, 1)  # where nobody is left, nothing is told of how sure that is
    spread = np.cumsum(gone / (at_risk * left))
    ends = [
        wilson(each * lives, lives) if 0 < each < 1 else (np.nan, np.nan)
        for each, lives in zip(share, (1 - share) / np.where(share > 0, share * spread, 1.0), strict=True)
    ]
    low, high = np.array(ends, dtype=float).reshape(-1, 2).T
    table = pd.DataFrame(
        {"at_risk": at_risk, "ended": gone, "share": share, "low": low, "high": high},
        index=pd.Index(times, name="month", dtype=float),
    )
    start = pd.DataFrame(
        {"at_risk": [len(months)], "ended": [0], "share": [1.0], "low": [np.nan], "high": [np.nan]},
        index=pd.Index([0.0], name="month"),
    )
    return pd.concat([start, table]) if len(table) else start


def at(table: pd.DataFrame, month: float, longest: float) -> dict[str, float | None]:
    """Return the share still active after so many months: ``share``, ``low``, ``high``; null beyond the records.

    Parameters
    ----------
    longest
        The longest time that any was seen: beyond it nobody knows, unless all had ended by then.

    Examples
    --------
    >>> gone = survival(np.array([2.0, 5.0]), np.array([True, True]))
    >>> at(gone, 12.0, 5.0)["share"]
    0.0
    """
    if month > longest and table["share"].iloc[-1] > 0:
        return {"share": None, "low": None, "high": None}
    row = table[table.index <= month].iloc[-1]
    return {name: None if pd.isna(row[name]) else float(row[name]) for name in ("share", "low", "high")}


def median(table: pd.DataFrame) -> dict[str, float | None]:
    """Return the months after which half are left: ``median``, ``low``, ``high``; null where the records end before.

    Lives are known by the month, not by the day: those that ended in a month are taken to have ended evenly within it,
    and what is told is a point in time. A whole month instead would hold the truth more often than an interval says
    (in 98 of a hundred worlds; in all of them once they are many), because the truth lies within a month.

    References
    ----------
    Brookmeyer & Crowley (1982), Biometrics 38(1), 29-41: the times at which the interval of the share holds a half;
    within a month: Gehan (1969), Journal of Chronic Diseases 21, 629-644.

    Examples
    --------
    >>> found = median(survival(np.arange(1.0, 21.0), np.ones(20, dtype=bool)))
    >>> round(found["median"], 2), round(found["low"], 2), round(found["high"], 2)
    (10.0, 5.62, 14.38)
    """
    return {name: _halved(table, column) for name, column in (("median", "share"), ("low", "low"), ("high", "high"))}


def _halved(table: pd.DataFrame, column: str) -> float | None:
    """Return when a curve falls to a half, within the month before the step that leads there."""
    curve = table[column].fillna(table["share"]).to_numpy(dtype=float)  # an end is not defined at 1 and at 0
    reached = np.flatnonzero(curve <= 0.5 + _ROUNDING)
    if not len(reached):
        return None
    step = reached[0]
    before, after = curve[step - 1], curve[step]
    return float(table.index[step] - (0.5 - after) / (before - after))
