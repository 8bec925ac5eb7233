"""Hot spots that hold: areas with more incidents than their people and chance explain.

A count in a window (an area and its neighbours) is judged against a negative-binomial model whose spread is learnt from
the map itself, and the many judgements are corrected for their number. Gi* and local Moran stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array

from gridkit.measure.incidents.contiguity import with_self
from gridkit.measure.incidents.discovery import false_discovery

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SHARE = 0.05
"""The false discovery rate: the share of the areas called hot that may be hot by chance."""
PASSES = 2
"""How often the usual rate and spread are learnt, each time without the areas found hot before."""
ROUNDS = 8
"""Rounds in which areas that are only beside a hot spot drop out; it settles in two or three."""
POWER = 0.8
"""The probability with which a hot spot of the told strength is found."""
DOUBT = 4.0
"""The relative variance of a dispersion that was learnt from n areas is about this over n."""
RUNS, HALVINGS, HIGHEST = 48, 7, 64.0
"""Made-up maps by which that strength is found, how finely each is searched, and up to which ratio."""
LARGE, FEWER = 1000, 30
"""On maps of more areas than this so many made-up maps have to do."""
UP_TO = 4.0
"""How many times the learnt dispersion, and its error by chance, the true one may be."""
CELLS = 500_000
"""Areas of all the maps by which that is learnt, about, and of those held in memory at once."""


@dataclass(frozen=True)
class HotSpots:
    """What the model found.

    Attributes
    ----------
    table
        Per area: ``observed`` and ``expected`` in its window, ``ratio`` of the two, ``p``, ``q`` (the false discovery
        rate at which it would be named), ``hot``.
    dispersion
        By how much the areas vary more than chance: an area's variance is mean + dispersion * mean^2. 0 is a Poisson
        map.
    due
        Incidents expected in each area, by what is usual outside the hot spots.
    """

    table: pd.DataFrame
    dispersion: float
    due: pd.Series[float]


def hot_spots(
    counts: pd.Series[Any], base: pd.Series[float], neighbours: csr_array, *, share: float = SHARE
) -> HotSpots:
    r"""Return the areas that hold more incidents than people and chance explain.

    The window of an area is the area and its neighbours. With :math:`e` incidents expected in each area (the map's rate
    on its base) and :math:`E = \sum e` in the window, the window's count is negative binomial with the variance
    :math:`E + \phi \sum e^2`; :math:`\phi` is learnt from how the areas of the map differ, so that a map whose areas
    are merely uneven is not called hot: hot is where uneven areas lie together. Windows within the false discovery rate
    ``share`` are candidates. A candidate stays hot when its own count and its neighbours' speak for it (iterated
    conditional modes): an area is not hot for lying beside one. The rate and the spread are then learnt again without
    the hot areas.

    Parameters
    ----------
    counts, base
        Incidents, and what they may happen to (people, households, metres of road), on one index.
    neighbours
        A symmetric matrix of ones (:func:`gridkit.measure.incidents.contiguity.contiguity`) in the order of that index.
    share
        The false discovery rate.

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57(1), 289-300; the window: Openshaw et al.
    (1987), International Journal of Geographical Information Systems 1(4), 335-358; the modes: Besag (1986), Journal of
    the Royal Statistical Society B 48(3), 259-302.
    """
    own: Floats = np.asarray(counts, dtype=np.float64)
    size: Floats = np.asarray(base.clip(lower=0), dtype=np.float64)
    window = with_self(neighbours)
    found = _searched(own, size, window, neighbours, share)
    observed, expected = window @ own, window @ found.due
    table = pd.DataFrame(
        {
            "observed": observed,
            "expected": expected,
            "ratio": np.divide(observed, expected, out=np.full(len(own), np.nan), where=expected > 0),
            "p": found.p,
            "q": found.q,
            "hot": found.named,
        },
        index=counts.index,
    )
    left = dispersion(np.where(found.named, found.due, own), found.due, window, ~found.named)
    spread = float(np.median(left)) if len(own) else 0.0
    return HotSpots(table, spread, pd.Series(found.due, counts.index))


class _Judged(NamedTuple):
    """What a test says of each area: what is usual there, the dispersion it is judged by, p, q, and is it named."""

    due: Floats
    phi: Floats
    p: Floats
    q: Floats
    named: NDArray[np.bool_]


def _searched(own: Floats, size: Floats, window: csr_array, neighbours: csr_array, share: float) -> _Judged:
    """Judge every window, twice: the second time by what is usual outside those found at first."""
    observed = window @ own
    hot = np.zeros(len(own), dtype=bool)
    for _ in range(PASSES):
        calm = float(size[~hot].sum())
        due: Floats = np.multiply(float(own[~hot].sum()) / calm if calm else 0.0, size)
        expected, squares = window @ due, window @ due**2
        phi = _doubted(dispersion(np.where(hot, due, own), due, window, ~hot))
        relative = np.divide(squares, expected**2, out=np.zeros(len(own)), where=expected > 0)
        # Where nobody is expected, nothing is known about chance: such a window is never called hot.
        p = np.where(expected > 0, tail(observed, expected, phi * relative), 1.0)
        q = false_discovery(p)
        before, hot = hot, _own_right(q <= share, own, due, neighbours, phi)
        if (hot == before).all():
            break
    return _Judged(due, phi, p, q, hot)


def alone(counts: pd.Series[Any], base: pd.Series[float], *, share: float = SHARE) -> pd.DataFrame:
    r"""Return the single areas that hold more incidents than their people and chance explain, their neighbours aside.

    A lone hot area drowns in its window: :func:`hot_spots` looks for what lies together. Here each area's own count is
    judged against the negative binomial with the mean :math:`e` and the variance :math:`e + \phi e^2`, :math:`\phi`
    being that of all other areas; ``share`` is the false discovery rate of this test, beside that of the windows. An
    uneven map has a large :math:`\phi`, and little is named on it.

    Returns
    -------
    DataFrame
        ``alone_p``, ``alone_q``, ``alone`` (named).

    References
    ----------
    Lawless (1987), Canadian Journal of Statistics 15(3), 209-225 (negative binomial counts); Benjamini & Hochberg
    (1995), Journal of the Royal Statistical Society B 57(1), 289-300.
    """
    own: Floats = np.asarray(counts, dtype=np.float64)
    size: Floats = np.asarray(base.clip(lower=0), dtype=np.float64)
    found = _singled(own, size, share)
    return pd.DataFrame({"alone_p": found.p, "alone_q": found.q, "alone": found.named}, index=counts.index)


def _singled(own: Floats, size: Floats, share: float) -> _Judged:
    """Judge every area by itself, twice: the second time by what is usual outside those named at first."""
    named = np.zeros(len(own), dtype=bool)
    self = csr_array(eye_array(len(own)))
    for _ in range(PASSES):
        calm = float(size[~named].sum())
        due: Floats = np.multiply(float(own[~named].sum()) / calm if calm else 0.0, size)
        phi = _doubted(dispersion(np.where(named, due, own), due, self, ~named))
        p = np.where(due > 0, tail(own, due, phi), 1.0)
        q = false_discovery(p)
        before, named = named, q <= share
        if (named == before).all():
            break
    return _Judged(due, phi, p, q, named)


def visible(
    found: HotSpots, neighbours: csr_array, *, share: float = SHARE, single: bool = False, seed: int = 0
) -> float:
    """Return the smallest ratio to expectation at which a hot spot of median size is named with :data:`POWER`.

    By simulation of the whole test: on maps like this one (its expectations, and a dispersion of which this map's may
    have been learnt, :func:`likely`) an area and its neighbours, or with ``single`` one area, get so many times what is
    expected, and the ratio is sought at which that area is named by :func:`hot_spots` (by :func:`alone`), which learn
    the usual rate and the dispersion anew on each map. One random map at growing ratios is one run; of :data:`RUNS` of
    them the quantile is returned. Infinite where that is more than :data:`HIGHEST` times.

    Parameters
    ----------
    found
        The map's expectations and dispersion.
    neighbours
        As in :func:`hot_spots`.
    share
        The false discovery rate.
    single
        One hot area, and not an area with its neighbours.
    seed
        Of the made-up maps.

    References
    ----------
    Simulated power: a definition of this project. Benchmarks hold it against maps that are drawn anew.
    """
    due: Floats = np.asarray(found.due, dtype=np.float64)
    window = csr_array(eye_array(len(due))) if single else with_self(neighbours)
    expected = window @ due
    able = np.flatnonzero(expected > 0)
    if len(able) < 3:  # noqa: PLR2004 - no median
        return float("inf")
    middle = able[np.argsort(expected[able], kind="stable")][
        len(able) // 3 : max(2 * len(able) // 3, len(able) // 3 + 1)
    ]
    rng = np.random.default_rng(seed)
    least = []
    for phi in likely(found.dispersion, due, rng, RUNS if len(due) <= LARGE else FEWER):
        centre = int(rng.choice(middle))
        hot = window[[centre]].indices
        risk = rng.gamma(1 / phi, phi, len(due)) if phi > 1e-6 else np.ones(len(due))  # noqa: PLR2004
        calm = rng.poisson(due * risk).astype(float)
        # More of the same draw: the counts of the hot areas grow with the ratio, and never fall.
        chance, mean = rng.random(len(hot)), (due * risk)[hot]

        def named(ratio: float) -> bool:
            counts = calm.copy()  # noqa: B023 - called before the next run
            counts[hot] = poisson_quantile(chance, ratio * mean)  # noqa: B023
            told = _singled(counts, due, share) if single else _searched(counts, due, window, neighbours, share)
            return bool(told.named[centre])  # noqa: B023

        least.append(_least(named))
    # The k-th of n runs is exceeded by the next one with the probability 1 - k / (n + 1).
    rank = min(int(np.ceil(POWER * (len(least) + 1))), len(least))
    return round(float(np.sort(least)[rank - 1]), 2)


def likely(learnt: float, due: Floats, rng: np.random.Generator, count: int) -> Floats:
    """Return dispersions that a map may have on which ``learnt`` was learnt, as often as each is likely.

    A dispersion that is learnt from few areas, or from areas of which a few are large, is off, and mostly too low. Maps
    are made up with dispersions from nought to several times the learnt one, and those whose learnt dispersion comes
    nearest to it are kept.

    References
    ----------
    Approximate Bayesian computation with a flat prior: Beaumont, Zhang & Balding (2002), Genetics 162(4), 2025-2035.
    """
    squares = float((due**2).sum())
    noise = np.sqrt(float((2 * due**2 + due).sum())) / squares  # of what is learnt where counts vary by chance alone
    tried = int(np.clip(CELLS / len(due), 10 * count, 40 * count))
    true: Floats = rng.random(tried) * UP_TO * (learnt + noise)
    seen = np.empty(tried)
    for part in np.array_split(np.arange(tried), max(tried * len(due) // CELLS, 1)):
        risk = rng.gamma(1 / true[part, None], true[part, None], (len(part), len(due)))
        counts = rng.poisson(due * risk)
        mean = due * (counts.sum(axis=1) / due.sum())[:, None]
        seen[part] = ((counts - mean) ** 2 - mean).sum(axis=1) / (mean**2).sum(axis=1).clip(min=1e-300)
    likeliest: Floats = true[np.argsort(np.abs(np.maximum(seen, 0.0) - learnt), kind="stable")[:count]]
    return likeliest


def poisson_quantile(chance: Floats, mean: Floats) -> Floats:
    """Return the least count whose probability, or less, is at least ``chance``.

    Examples
    --------
    >>> poisson_quantile(np.array([0.2, 0.5, 0.9]), np.array([0.1, 5.0, 5.0])).tolist()
    [0.0, 5.0, 8.0]
    """
    from scipy import special  # slow to load, and not every layer of incidents asks for it

    some = np.maximum(mean, 1e-9)
    least: Floats = np.ceil(special.pdtrik(np.maximum(chance, np.exp(-some)), some) - 1e-9)
    return np.where(chance <= np.exp(-some), 0.0, least)


def _least(named: Callable[[float], bool]) -> float:
    """Return the smallest ratio that is named, by halving between 1 and the highest."""
    low, high = 0.0, np.log(HIGHEST)
    if not named(HIGHEST):
        return float("inf")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if named(float(np.exp(middle))) else (middle, high)
    return float(np.exp(high))


def dispersion(counts: Floats, expected: Floats, window: csr_array, known: NDArray[np.bool_]) -> Floats:
    r"""Return by how much the areas outside each window vary more than chance.

    .. math:: \phi = \sum_i ((c_i - e_i)^2 - e_i) / \sum_i e_i^2

    By moments: :math:`\phi` of the variance :math:`e + \phi e^2` of an area's count. A window is left out of its own
    judgement, so that a single strong hot spot on a small map does not pass for the map's usual unevenness.

    Parameters
    ----------
    counts, expected
        Per area.
    window
        The areas of each window.
    known
        The areas that are learnt from.

    References
    ----------
    Breslow (1984), Applied Statistics 33(1), 38-44 (more than Poisson variation, by moments).
    """
    surplus, squares = ((counts - expected) ** 2 - expected) * known, expected**2 * known
    over, under = surplus.sum() - window @ surplus, squares.sum() - window @ squares
    some = under > 1e-9 * max(float(squares.sum()), 1e-300)
    learnt: Floats = np.divide(over, under, out=np.zeros(len(counts)), where=some)
    return np.maximum(learnt, 0.0)


def _doubted(learnt: Floats) -> Floats:
    """Return dispersions as they may as well be: learnt from n areas, one is off by some of itself.

    Taken too small, it would name what is chance.
    """
    raised: Floats = (1 + np.sqrt(DOUBT / max(len(learnt), 1))) * learnt
    return raised


def _own_right(
    hot: NDArray[np.bool_], own: Floats, due: Floats, neighbours: csr_array, phi: Floats
) -> NDArray[np.bool_]:
    """Return the candidates that are likely hot, given their own count and how many neighbours are hot."""
    hot, degree = hot.copy(), np.diff(neighbours.indptr)
    for _ in range(ROUNDS if hot.any() else 0):
        left = np.flatnonzero(hot)
        mine, normal = own[left], due[left]
        # Rows of the whole product: quicker than a product of the rows that are left.
        beside_own, beside_due, beside_hot = (neighbours @ np.column_stack([own * hot, due * hot, hot]))[left].T
        inside, expected = mine + beside_own, normal + beside_due
        ratio = np.maximum(np.divide(inside, expected, out=np.ones(len(left)), where=expected > 0), 1.0)
        # The negative binomial's log-likelihood ratio; with a phi of nought it is Poisson's.
        some = np.maximum(phi[left], 1e-9)
        evidence = mine * np.log(ratio) - (mine + 1 / some) * np.log((1 + some * ratio * normal) / (1 + some * normal))
        chance = (beside_hot + 0.5) / (degree[left] + 1.0)
        drops = evidence + np.log(chance / (1 - chance)) <= 0
        if not drops.any():
            break
        hot[left[drops]] = False
    return hot


def tail(observed: Floats, expected: Floats, phi: Floats) -> Floats:
    r"""Return the probability of at least the observed count, the variance being :math:`E + \phi E^2`."""
    from scipy import special

    e, x = np.maximum(expected, 1e-12), np.maximum(observed, 1e-12)
    if not phi.any():
        return np.where(observed > 0, special.gammainc(x, e), 1.0)
    size = 1.0 / np.maximum(phi, 1e-9)
    # P(X >= x) = I_{1-p}(x, r) with p = r / (r + mean).
    return np.where(observed > 0, special.betainc(x, size, e / (size + e)), 1.0)
