"""What remains of an effort after its peak, and when it falls below a target, under assumptions that are told.

The assumption is one: from the peak on, the same share is lost every month. It is fitted where there are months enough
to contradict it, and refused where they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from gridkit.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MONTHS = (3, 6, 12)
"""After so many months what remains is told."""
LEAST_MONTHS = 6
"""Through fewer months after the peak no curve is drawn: two numbers are fitted, and nothing would be left to doubt."""
SURE = 0.05
STEPS = 50
FARTHEST = 1200.0
"""A target that is not missed within a hundred years is not said to be missed."""


def remains(counts: pd.Series[Any], since: str = "", after: Sequence[int] = MONTHS) -> dict[str, Any]:
    """Return the peak, and what is left of it so many months later; None where nobody counted.

    Parameters
    ----------
    counts
        Volunteers active, or hours, in each month, on its first day; one row a month.
    since
        The peak is sought from this day's month on; from the first where it is empty.

    Returns
    -------
    dict
        ``peak``, ``peak_month``, and for each of the months ``active_N`` and ``share_N``.
    """
    months = monthly(counts)
    during = months[months.index >= pd.Period(since, "M")] if since else months
    if during.empty or not during.notna().any():
        return {"peak": None, "peak_month": None}
    top: Any = during.idxmax()
    peak = float(during[top])
    told: dict[str, Any] = {"peak": peak, "peak_month": str(top)}
    for each in after:
        value: Any = months.get(top + each)
        known = None if value is None or pd.isna(value) else float(value)
        told[f"active_{each}"] = known
        told[f"share_{each}"] = None if known is None or not peak else known / peak
    return told


def monthly(counts: pd.Series[Any]) -> pd.Series[Any]:
    """Return counts on their months.

    Raises
    ------
    TableError
        When a month stands more than once.
    """
    months = counts.copy()
    months.index = pd.DatetimeIndex(months.index).to_period("M")
    if months.index.has_duplicates:
        raise TableError("a month stands more than once", where="volunteers", mend="give one row a month")
    return months.sort_index()


@dataclass(frozen=True)
class Fit:
    """A constant loss a month: log of the mean = level + slope x months since the peak.

    Attributes
    ----------
    coefficients, covariance
        Level and slope, and their covariance.
    freedom
        Months less the two.
    dispersion
        Times the variance of a Poisson count.
    bend_p
        Of a bend in the curve: below :data:`SURE` the assumption does not hold.
    """

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    freedom: int
    dispersion: float
    bend_p: float


def fit(months: NDArray[np.float64], counts: NDArray[np.float64]) -> Fit:
    """Return the constant loss a month that fits best, by quasi-likelihood, noughts among the counts.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, chapter 9: log link, variance in proportion to the mean.
    """
    straight = np.column_stack([np.ones_like(months), months])
    coefficients, information, dispersion = _quasi(straight, counts)
    scaled = (months - months.mean()) / max(months.std(), 1e-9)
    bent = np.column_stack([np.ones_like(scaled), scaled, scaled**2])
    freedom = len(months) - 2
    bend_p = 1.0
    if freedom > 1:
        with_bend, more, spread = _quasi(bent, counts)
        error = float(np.sqrt(max(np.linalg.inv(more)[2, 2] * spread, 1e-300)))
        bend_p = float(2 * stats.t.sf(abs(with_bend[2]) / error, freedom - 1))
    return Fit(
        coefficients, np.asarray(np.linalg.inv(information) * dispersion, dtype=np.float64), freedom, dispersion, bend_p
    )


def _quasi(
    design: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return coefficients, information and dispersion of a log-linear mean, by iterated weighted least squares."""
    eta = np.log(np.maximum(counts, 0.5))
    coefficients = np.zeros(design.shape[1])
    for _ in range(STEPS):
        mean = np.exp(np.clip(eta, -30, 30))
        working = eta + (counts - mean) / mean
        weighted = design * mean[:, None]
        last = coefficients
        coefficients = np.linalg.lstsq(design.T @ weighted, weighted.T @ working, rcond=None)[0]
        eta = design @ coefficients
        if np.abs(coefficients - last).max() < 1e-10:  # noqa: PLR2004 - settled
            break
    mean = np.exp(np.clip(eta, -30, 30))
    freedom = max(len(counts) - design.shape[1], 1)
    dispersion = float(((counts - mean) ** 2 / mean).sum() / freedom)
    return coefficients, design.T @ (design * mean[:, None]), max(dispersion, 1e-12)


def missed(counts: pd.Series[Any], target: float, since: str = "") -> dict[str, Any]:
    """Return the month in which a target is missed, if the same share is lost every month, with its interval.

    The interval is Fieller's: all months at which the mean may be the target, at 95 %.

    Parameters
    ----------
    counts
        As of :func:`remains`.
    target
        What is to be reached every month, above zero.

    Returns
    -------
    dict
        ``why`` there is none (empty, or ``few_months``, ``no_peak``, ``bent``, ``not_falling``), ``months`` that were
        fitted, ``lost_a_month`` (share), ``half_life`` (months), ``missed``, ``missed_low`` and ``missed_high``
        (months, ``YYYY-MM``; ``missed_high`` None where there is no end to it), ``dispersion``, ``bend_p``.

    References
    ----------
    Fieller (1954), Journal of the Royal Statistical Society B 16(2), 175-185.
    """
    months = monthly(counts).dropna()
    top = remains(counts, since)
    if top["peak"] is None or not top["peak"]:
        return {"why": "no_peak", "months": 0}
    start: Any = pd.Period(top["peak_month"], "M")
    after = months[months.index >= start]
    told: dict[str, Any] = {"months": len(after), "peak": top["peak"], "peak_month": top["peak_month"]}
    if len(after) < LEAST_MONTHS:
        return {**told, "why": "few_months", "least_months": LEAST_MONTHS}
    at = np.array([(each - start).n for each in after.index], dtype=float)
    found = fit(at, after.to_numpy(dtype=float))
    told |= {"dispersion": found.dispersion, "bend_p": found.bend_p}
    if found.bend_p < SURE:
        return {**told, "why": "bent"}
    level, slope = found.coefficients
    told |= {"lost_a_month": float(1 - np.exp(slope))}
    low, high = crossing(found, np.log(target))
    if low is None:
        return {**told, "why": "not_falling"}
    middle = (np.log(target) - level) / slope
    told |= {
        "why": "",
        "half_life": float(np.log(0.5) / slope),
        "missed": _month(start, middle),
        "missed_low": _month(start, low),
        "missed_high": None if high is None else _month(start, high),
    }
    return told


def crossing(found: Fit, level: float) -> tuple[float | None, float | None]:
    """Return the interval of the months at which a falling mean reaches a level (log).

    Both are None where it may not fall; the second is where the interval has no end.
    """
    (a, b), cov = found.coefficients, found.covariance
    t = float(stats.t.ppf(1 - SURE / 2, found.freedom))
    if b >= 0 or b * b <= t * t * cov[1, 1]:
        return None, None
    # (a + b x - level)^2 = t^2 (v00 + 2 v01 x + v11 x^2), a parabola in x that opens upwards.
    square = b * b - t * t * cov[1, 1]
    linear = 2 * ((a - level) * b - t * t * cov[0, 1])
    alone = (a - level) ** 2 - t * t * cov[0, 0]
    root = np.sqrt(max(linear * linear - 4 * square * alone, 0.0))
    low, high = (-linear - root) / (2 * square), (-linear + root) / (2 * square)
    return float(low), float(high) if high < FARTHEST else None


def _month(start: Any, months: float) -> str:  # noqa: ANN401 - a period
    return str(start + int(np.floor(np.clip(months, -FARTHEST, FARTHEST))))
