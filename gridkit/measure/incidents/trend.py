"""More or fewer than a year ago: by a test that allows for seasons and for counts that come in bursts, not by eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.incidents import calendar
from gridkit.measure.incidents.discovery import false_discovery

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SURE = 0.05
SHORTEST = pd.Timedelta(days=112)
"""A shorter period than this is not compared with the same one a year before."""
YEAR = pd.Timedelta(days=364)
"""What lies between two periods of less than a year: whole weeks, so that Mondays are compared with Mondays."""
DAYS = (28, 14)
"""Counts are compared stretch by stretch of so many days, the longest of which a period holds :data:`STRETCHES`: bursts
last for days, and stretches that cut through them would not show them."""
STRETCHES = 6
FEWEST = 10
"""Fewer areas than this say nothing of how areas vary."""
PASSES = 2
"""How often the dispersion is learnt, each time without the areas that changed."""


@dataclass(frozen=True)
class Periods:
    """A period and the same one of the year before: from ``before`` to ``until``, and from ``start`` to ``end``.

    The bounds are midnights; a period holds its first moment and not its last.
    """

    before: pd.Timestamp
    until: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp

    def now(self, times: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """Return which times lie in the later period."""
        return (times >= self.start) & (times < self.end)

    def then(self, times: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
        """Return which times lie in the earlier period."""
        return (times >= self.before) & (times < self.until)

    @property
    def share(self) -> float:
        """The later period's share of the days of both: a leap year is a day longer."""
        now, then = self.end - self.start, self.until - self.before
        return float(now / (now + then))


def periods(times: pd.Series[pd.Timestamp]) -> Periods | None:
    """Return the last year and the year before where the data span both, else as much of both years as they hold.

    Of fifteen months the last three are compared with the same three of the year before. None where less than a year
    and :data:`SHORTEST` is known: two halves of one year differ by its seasons, and no test tells these from a trend.
    Times that name months alone end with the last of them.

    Examples
    --------
    >>> two_years = pd.Series(pd.to_datetime(["2023-01-01 07:00", "2024-12-31 20:00"]))
    >>> [str(moment.date()) for moment in vars(periods(two_years)).values()]
    ['2023-01-01', '2024-01-01', '2024-01-01', '2025-01-01']
    >>> periods(two_years[1:]) is None
    True
    """
    known = times.dropna()
    if known.empty:
        return None
    first, end = known.min().normalize(), calendar.end(known)
    same_day_last_year, two_years_ago = end - pd.DateOffset(years=1), end - pd.DateOffset(years=2)
    if first <= two_years_ago + pd.Timedelta(days=7):  # a week without incidents at the start is no shorter record
        return Periods(two_years_ago, same_day_last_year, same_day_last_year, end)
    if not calendar.has_days(known):  # months are compared with the same months, however many weeks they have
        long = same_day_last_year - first >= SHORTEST
        return Periods(first, same_day_last_year, first + pd.DateOffset(years=1), end) if long else None
    length = end - YEAR - first
    return Periods(first, end - YEAR, end - length, end) if length >= SHORTEST else None


def halves(times: pd.Series[pd.Timestamp]) -> Periods | None:
    """Return the two halves of what the times span, for what last half's map foretold; None for less than two days."""
    known = times.dropna()
    if known.empty:
        return None
    first, end = known.min().normalize(), calendar.end(known)
    if not calendar.has_days(known):
        months = ((end.year - first.year) * 12 + end.month - first.month) // 2
        middle = end - pd.DateOffset(months=months)
        return Periods(middle - pd.DateOffset(months=months), middle, middle, end) if months else None
    half = pd.Timedelta(days=(end - first).days // 2)
    return Periods(end - 2 * half, end - half, end - half, end) if half else None


@dataclass(frozen=True)
class Dispersion:
    """By how much counts vary more than incidents that come one by one would, and how well that is known.

    Attributes
    ----------
    phi
        Variance over mean. One that was learnt may be below 1 by chance; that chance is in the degrees of freedom.
    freedom
        Degrees of freedom it was learnt from; infinite where it is as good as known.
    """

    phi: float = 1.0
    freedom: float = np.inf


def trend(
    now: pd.Series[Any], before: pd.Series[Any], *, dispersion: Dispersion | None = None, share: float = 0.5
) -> pd.DataFrame:
    r"""Return whether each count rose or fell against the one of the same period before.

    Given the sum :math:`t` of both, the later count is binomial with ``share`` when nothing changed and incidents come
    one by one. They come in bursts: the variance is :math:`\phi` times as large (quasi-Poisson). So the normal score
    of the binomial's two-sided mid-p is divided by :math:`\sqrt\phi` and read off Student's t with the degrees of
    freedom that :math:`\phi` was learnt from. q is its false discovery rate over all areas, so that among 1,000 areas
    chance alone is not called a trend.

    Parameters
    ----------
    now, before
        Counts on one index.
    dispersion
        :math:`\phi`; where None, learnt from how the areas differ, at least ten of them: by moments,
        :math:`\phi = \sum (now - \pi t)^2 / \sum \pi (1 - \pi) t` with the share :math:`\pi` of all, and once more
        without the areas that changed. 1 where there are fewer.
    share
        The later period's share of the time.

    Returns
    -------
    DataFrame
        ``now``, ``before``, ``change`` (share, null after nought), ``trend_p``, ``trend_q``, ``trend``: ``up``,
        ``down`` or ``unclear`` (at a false discovery rate of 5 %).

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31(3/4), 313-323; McCullagh & Nelder (1989), Generalized Linear Models,
    section 6.2 (quasi-Poisson).

    Examples
    --------
    >>> trend(pd.Series([30, 5]), pd.Series([10, 4]))["trend"].tolist()
    ['up', 'unclear']
    >>> trend(pd.Series([30]), pd.Series([10]), dispersion=Dispersion(4.0))["trend"].tolist()
    ['unclear']
    """
    later, earlier = now.to_numpy(dtype=float), before.to_numpy(dtype=float)
    p = scaled(conditional(later, earlier, share), dispersion or between(later, earlier, share))
    q = false_discovery(p)
    more = later * (1 - share) > earlier * share
    said = np.where(q > SURE, "unclear", np.where(more, "up", "down"))
    change = (now - before) / before.where(before > 0)
    return pd.DataFrame(
        {"now": now, "before": before, "change": change, "trend_p": p, "trend_q": q, "trend": said}, index=now.index
    )


def conditional(now: NDArray[Any], before: NDArray[Any], share: float = 0.5) -> Floats:
    """Return the two-sided mid-p of two Poisson counts, ``share`` of the exposure being the later one's.

    1 where both are nought.
    """
    from scipy import special

    total = now + before
    whole = total.astype(np.int64)
    # Half of what equals the count is below it: half of each sum, with it and without.
    fewer = np.where(now > 0, special.bdtr(np.maximum(now - 1, 0), whole, share), 0.0)
    below = 0.5 * (special.bdtr(now, whole, share) + fewer)
    p: Floats = np.where(total > 0, np.minimum(2 * np.minimum(below, 1 - below), 1.0), 1.0)
    return p


def scaled(p: Floats, dispersion: Dispersion) -> Floats:
    """Return p-values of counts that come one by one as those of counts that come in bursts."""
    if dispersion.phi == 1 and np.isinf(dispersion.freedom):
        return p
    # Not scipy.stats, which takes longer to load than a layer of a small district takes.
    from scipy import special

    score = special.ndtri(p / 2) / np.sqrt(max(dispersion.phi, 1e-9))
    far = special.ndtr(score) if np.isinf(dispersion.freedom) else special.stdtr(dispersion.freedom, score)
    wide: Floats = np.minimum(2 * far, 1.0)
    return wide


def between(now: Floats, before: Floats, share: float = 0.5) -> Dispersion:
    """Return the dispersion that the differences between areas speak of: at least 1, and 1 for fewer than ten areas."""
    calm = now + before > 0
    phi = 1.0
    for _ in range(PASSES):
        total = (now + before)[calm]
        if len(total) < FEWEST:
            break
        mean = float(now[calm].sum() / total.sum())
        spread = ((now[calm] - mean * total) ** 2).sum() / max(mean * (1 - mean) * total.sum(), 1e-300)
        phi = max(float(spread) * len(total) / (len(total) - 1), 1.0)
        calm &= false_discovery(scaled(conditional(now, before, share), Dispersion(phi))) > SURE
    return Dispersion(phi)


def bursts(times: pd.Series[pd.Timestamp], two: Periods) -> Dispersion:
    r"""Return the dispersion of counts over time, each stretch compared with the same stretch of the year before.

    Seasons are in both and cancel. With :math:`a_k` and :math:`b_k` in the k-th of :math:`m` stretches and
    :math:`\pi` the later period's share of all,

    .. math:: \phi = \frac{m}{m - 1} \frac{\sum_k ((1 - \pi) a_k - \pi b_k)^2}{\pi (1 - \pi) \sum_k (a_k + b_k)}

    with :math:`m - 1` degrees of freedom.

    References
    ----------
    McCullagh & Nelder (1989), Generalized Linear Models, section 4.5.
    """
    length = min(two.end - two.start, two.until - two.before)
    step = pd.Timedelta(days=next((days for days in DAYS if length.days // days >= STRETCHES), 1))
    count = int(length // step)
    now, then = (
        np.bincount(((end - times[inside]) // step).clip(upper=count).astype(int), minlength=count + 1)[:count]
        for inside, end in ((two.now(times), two.end), (two.then(times), two.until))
    )
    both, later = now + then, now.sum() / max(now.sum() + then.sum(), 1)
    usual = later * (1 - later) * both.sum()
    if count < 2 or not usual:  # noqa: PLR2004 - no spread of one
        return Dispersion()
    spread = (((1 - later) * now - later * then) ** 2).sum()
    return Dispersion(float(spread / usual) * count / (count - 1), count - 1)
