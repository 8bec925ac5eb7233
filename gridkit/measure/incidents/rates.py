"""Rates of small numbers: what a count says about a risk, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

CONFIDENCE = 0.95
_HALVINGS = 60
"""Halvings between the exact bounds of the count and of one more, which hold the bound between them."""


def crude(counts: pd.Series[float], base: pd.Series[float], per: float = 1.0) -> pd.Series[float]:
    """Return the counts per ``per`` of the base, null where the base is nought.

    Examples
    --------
    >>> crude(pd.Series([3, 1]), pd.Series([1500, 0]), per=1000).tolist()
    [2.0, nan]
    """
    return (counts * per / base.where(base > 0)).rename("rate")


def interval(counts: pd.Series[float], *, confidence: float = CONFIDENCE) -> tuple[pd.Series[float], pd.Series[float]]:
    r"""Return the mid-P confidence bounds of the mean of a Poisson count.

    What is as likely as the count itself is counted half. Exact bounds (Garwood 1936) count it whole: they never hold
    the truth less often than they say, and for small counts more often (97 % for 95 %). These do so on average.

    .. math::

        P(X > c \mid \lambda_l) + \tfrac12 P(X = c \mid \lambda_l) = \tfrac{\alpha}{2} =
        P(X < c \mid \lambda_u) + \tfrac12 P(X = c \mid \lambda_u)

    References
    ----------
    Lancaster (1961), Journal of the American Statistical Association 56, 223-234; Cohen & Yang (1994), Statistics in
    Medicine 13(21), 2189-2203.

    Examples
    --------
    >>> low, high = interval(pd.Series([0, 10]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 5.08], [2.996, 17.825])
    """
    from scipy import special  # a map and a plan's names ask this module, too, and need none of it

    tail = (1.0 - confidence) / 2.0
    several, where = np.unique(counts.to_numpy(dtype=float), return_inverse=True)

    def bound(share: float) -> NDArray[np.float64]:
        """Return the means under which so much lies above the count, itself counted half."""
        least = np.where(several > 0, special.gammaincinv(np.maximum(several, 1e-9), share), 0.0)
        most = special.gammaincinv(several + 1, share)
        for _ in range(_HALVINGS):
            middle = (least + most) / 2
            above = (special.gammainc(several, middle) + special.gammainc(several + 1, middle)) / 2
            least, most = np.where(above < share, middle, least), np.where(above < share, most, middle)
        return np.asarray((least + most) / 2)

    low, high = np.where(several > 0, bound(tail), 0.0), bound(1 - tail)
    return pd.Series(low[where], counts.index, name="low"), pd.Series(high[where], counts.index, name="high")


@dataclass(frozen=True)
class Prior:
    """A gamma distribution of risks: its mean, and how much base weighs as much as the evidence of the others.

    A count ``c`` on a base ``n`` has the posterior mean ``(mean * weight + c) / (weight + n)``; ``weight`` is infinite
    where the counts vary no more than chance lets them.
    """

    mean: float
    weight: float


def prior(counts: pd.Series[float], base: pd.Series[float]) -> Prior:
    r"""Return the distribution of risks that the counts of all grids speak of, by moments.

    .. math::

        m = \sum c / \sum n, \quad s^2 = \sum n_i (r_i - m)^2 / \sum n, \quad A = s^2 - m / \bar n, \quad w = m / A

    References
    ----------
    Marshall (1991), Applied Statistics 40(2), 283-294.
    """
    known = (base > 0).to_numpy()
    c, n = counts.to_numpy(dtype=float)[known], base.to_numpy(dtype=float)[known]
    if not len(n):
        return Prior(0.0, np.inf)
    mean = c.sum() / n.sum()
    variance = (n * (c / n - mean) ** 2).sum() / n.sum() - mean / n.mean()
    return Prior(float(mean), float(mean / variance) if variance > 0 else np.inf)


def smoothed(counts: pd.Series[float], base: pd.Series[float], per: float = 1.0) -> pd.Series[float]:
    """Return the empirical Bayes rates: each drawn towards the rate of all, the more the smaller its base.

    Parameters
    ----------
    counts, base
        Incidents, and the people (or households) they may happen to, on one index.
    per
        The rate is per this many of the base.

    Returns
    -------
    Series
        On the index of ``counts``; the rate of all where the base is nought.

    References
    ----------
    Marshall (1991), Applied Statistics 40(2), 283-294.

    Examples
    --------
    >>> counts, base = pd.Series([0, 30, 100]), pd.Series([10, 1000, 10000])
    >>> smoothed(counts, base, per=1000).round(1).tolist()
    [11.5, 24.9, 10.1]
    """
    shape = prior(counts, base)
    if np.isinf(shape.weight):
        return pd.Series(shape.mean * per, counts.index, name="smoothed")
    rate = (shape.mean * shape.weight + counts) / (shape.weight + base.clip(lower=0))
    return (rate * per).rename("smoothed")
