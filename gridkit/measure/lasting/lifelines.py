"""How long groups and volunteers stay active: Kaplan-Meier's share over months, with its interval.

Whoever is still active at the end of the records is not gone: the time is known to be that or longer (censored).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONFIDENCE = 0.95
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
        On ``month``, 0 first: ``at_risk``, ``ended``, ``share``, ``low`` and ``high``: the log-log interval of 95 %,
        which stays within 0 and 1 (Kalbfleisch & Prentice 1980); null where it is not defined, at 1 and at 0.

    References
    ----------
    Kaplan & Meier (1958), Journal of the American Statistical Association 53, 457-481; by :func:`scipy.stats.ecdf`.

    Examples
    --------
    >>> table = survival(np.array([1.0, 2.0, 2.0, 4.0]), np.array([True, True, False, True]))
    >>> table["share"].tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    stays = ~ended
    sample = stats.CensoredData(uncensored=months[ended], right=months[stays])
    curve = stats.ecdf(sample).sf
    times = curve.quantiles
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        ends = curve.confidence_interval(CONFIDENCE, method="log-log")
    at_risk = np.array([int((months >= time).sum()) for time in times])
    gone = np.array([int((ended & (months == time)).sum()) for time in times])
    table = pd.DataFrame(
        {
            "at_risk": at_risk,
            "ended": gone,
            "share": curve.probabilities,
            "low": ends.low.probabilities,
            "high": ends.high.probabilities,
        },
        index=pd.Index(times, name="month"),
    )
    inner = (table["share"] > 0) & (table["share"] < 1)
    table[["low", "high"]] = table[["low", "high"]].where(inner)
    start = pd.DataFrame({"at_risk": [len(months)], "ended": [0], "share": [1.0]}, index=pd.Index([0.0], name="month"))
    return pd.concat([start, table[table["ended"] > 0]])


def at(table: pd.DataFrame, month: float, longest: float) -> dict[str, float | None]:
    """Return the share still active after so many months: ``share``, ``low``, ``high``; null beyond the records.

    Parameters
    ----------
    longest
        The longest time that any was seen: beyond it nobody knows.
    """
    if month > longest:
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
    >>> found["median"], round(found["low"], 2), round(found["high"], 2)
    (10.0, 5.0, 14.03)
    """
    return {name: _halved(table, column) for name, column in (("median", "share"), ("low", "low"), ("high", "high"))}


def _halved(table: pd.DataFrame, column: str) -> float | None:
    """Return when a curve falls to a half, within the month before the step that leads there."""
    curve = table[column].fillna(table["share"]).to_numpy(dtype=float)  # an end is not defined at 1 and at 0
    reached = np.flatnonzero(curve <= 0.5)  # noqa: PLR2004 - a half
    if not len(reached):
        return None
    step = reached[0]
    before, after = curve[step - 1], curve[step]
    return float(table.index[step] - (0.5 - after) / (before - after))
