"""Hot spots that hold: areas with more incidents than their people and chance explain.

A count in a window (an area and its neighbours) is judged against a negative-binomial model whose spread is learnt from
the map itself, and the many judgements are corrected for their number. Gi* and local Moran stand beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from gridkit.measure.incidents.contiguity import with_self
from gridkit.measure.incidents.discovery import false_discovery

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    Floats = NDArray[np.float64]

SHARE = 0.05
"""The false discovery rate: the share of the areas called hot that may be hot by chance."""
PASSES = 2
"""How often the usual rate and spread are learnt, each time without the areas found hot before."""
ROUNDS = 8
"""Rounds in which areas that are only beside a hot spot drop out; it settles in two or three."""
POWER = 0.8
"""The probability with which a hot spot of the told strength is found."""


@dataclass(frozen=True)
class HotSpots:
    """What the model found.

    Attributes
    ----------
    table
        Per area: ``observed`` and ``expected`` in its window, ``ratio`` of the two, ``p``, ``q`` (the false discovery
        rate at which it would be named), ``hot``.
    dispersion
        By how much the windows vary more than chance: an area's variance is mean + dispersion * mean^2. 0 is a Poisson
        map.
    detectable
        The smallest ratio that a window of median size would be named hot at with 80 % probability. Weaker ones stay
        hidden.
    """

    table: pd.DataFrame
    dispersion: float
    detectable: float


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
    observed = window @ own
    hot = np.zeros(len(own), dtype=bool)
    for _ in range(PASSES):
        calm = float(size[~hot].sum())
        due: Floats = np.multiply(float(own[~hot].sum()) / calm if calm else 0.0, size)
        expected, squares = window @ due, window @ due**2
        phi = dispersion(np.where(hot, due, own), due, window, ~hot)
        relative = np.divide(squares, expected**2, out=np.zeros(len(own)), where=expected > 0)
        # Where nobody is expected, nothing is known about chance: such a window is never called hot.
        p = np.where(expected > 0, tail(observed, expected, phi * relative), 1.0)
        q = false_discovery(p)
        before, hot = hot, _own_right(q <= share, own, due, neighbours, phi)
        if (hot == before).all():
            break
    table = pd.DataFrame(
        {
            "observed": observed,
            "expected": expected,
            "ratio": np.divide(observed, expected, out=np.full(len(own), np.nan), where=expected > 0),
            "p": p,
            "q": q,
            "hot": hot,
        },
        index=counts.index,
    )
    cut = share * max(int(hot.sum()), 1) / max(len(p), 1)
    spread = float(np.median(phi)) if len(p) else 0.0
    middle = (float(np.median(expected)), spread * float(np.median(relative))) if len(p) else (0.0, 0.0)
    return HotSpots(table, spread, detectable(*middle, cut))


def dispersion(counts: Floats, expected: Floats, window: csr_array, known: NDArray[np.bool_]) -> Floats:
    r"""Return by how much the areas outside each window vary more than chance.

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
    """
    surplus, squares = ((counts - expected) ** 2 - expected) * known, expected**2 * known
    over, under = surplus.sum() - window @ surplus, squares.sum() - window @ squares
    some = under > 1e-9 * max(float(squares.sum()), 1e-300)
    learnt: Floats = np.divide(over, under, out=np.zeros(len(counts)), where=some)
    return np.maximum(learnt, 0.0)


def _own_right(
    hot: NDArray[np.bool_], own: Floats, due: Floats, neighbours: csr_array, phi: Floats
) -> NDArray[np.bool_]:
    """Return the candidates that are likely hot, given their own count and how many neighbours are hot."""
    hot = hot.copy()
    for _ in range(ROUNDS):
        left = np.flatnonzero(hot)
        near = neighbours[left]
        mine, normal = own[left], due[left]
        inside, expected = mine + near @ (own * hot), normal + near @ (due * hot)
        ratio = np.maximum(np.divide(inside, expected, out=np.ones(len(left)), where=expected > 0), 1.0)
        # The negative binomial's log-likelihood ratio; with a phi of nought it is Poisson's.
        some = np.maximum(phi[left], 1e-9)
        evidence = mine * np.log(ratio) - (mine + 1 / some) * np.log((1 + some * ratio * normal) / (1 + some * normal))
        chance = (near @ hot.astype(float) + 0.5) / (np.diff(near.indptr) + 1.0)
        drops = evidence + np.log(chance / (1 - chance)) <= 0
        if not drops.any():
            break
        hot[left[drops]] = False
    return hot


def tail(observed: Floats, expected: Floats, phi: Floats) -> Floats:
    r"""Return the probability of at least the observed count, the variance being :math:`E + \phi E^2`."""
    e, x = np.maximum(expected, 1e-12), np.maximum(observed, 1e-12)
    if not phi.any():
        return np.where(observed > 0, special.gammainc(x, e), 1.0)
    size = 1.0 / np.maximum(phi, 1e-9)
    # P(X >= x) = I_{1-p}(x, r) with p = r / (r + mean).
    return np.where(observed > 0, special.betainc(x, size, e / (size + e)), 1.0)


def detectable(expected: float, phi: float, cut: float) -> float:
    """Return the smallest ratio to expectation found at the p-value ``cut`` with the probability :data:`POWER`."""
    if expected <= 0:
        return float("inf")
    count = np.arange(1, int(50 * expected + 200), dtype=float)
    significant = count[tail(count, np.full(len(count), expected), np.full(len(count), phi)) <= cut]
    if not len(significant):
        return float("inf")
    ratios = np.arange(1.0, 50.0, 0.05)
    power = tail(np.full(len(ratios), significant[0]), ratios * expected, np.full(len(ratios), phi))
    return round(float(ratios[np.argmax(power >= POWER)]), 2) if power.max() >= POWER else float("inf")
