"""Gi* and local Moran: where like lies beside like, judged by permutations and not by a normal curve.

Rates of small places are skew and their sums are not normal in the tails, and a correction for hundreds of areas looks
at nothing but the tails. Permutations need no curve; here they go on for an area until its p-value is known well enough
for that correction, which is soon for most of them and long for a few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridkit.kernels import compiled
from gridkit.measure.incidents.contiguity import with_self
from gridkit.measure.incidents.discovery import false_discovery
from gridkit.measure.incidents.hotspots import SHARE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ENOUGH = 20
"""An area's permutations end when this many were as extreme as what was observed: its p-value is known to a fifth."""
FIRST, MOST = 9_999, 20_000_000
"""How many permutations the first round makes at most, and the last; each round in between makes four times as many."""


def gi_star(values: pd.Series[float], neighbours: csr_array, *, p: Floats | None = None, seed: int = 0) -> pd.DataFrame:
    r"""Return Getis and Ord's Gi* as a z-score, with its p-value (two-sided) and q by false discovery rate.

    .. math:: z_i = \frac{\sum_j w_{ij} x_j - W_i \bar x}{s \sqrt{(n \sum_j w_{ij}^2 - W_i^2) / (n - 1)}}

    Parameters
    ----------
    values
        One per area, on any index.
    neighbours
        A symmetric matrix of ones (:func:`gridkit.measure.incidents.contiguity.contiguity`) in the order of that index.
    p
        The p-values of :func:`permuted`, where they are known already.
    seed
        Of the permutations.

    Returns
    -------
    DataFrame
        ``z``; ``p`` by conditional permutations (:func:`permuted`), not by the normal distribution; ``q``.

    References
    ----------
    Ord & Getis (1995), Geographical Analysis 27(4), 286-306.
    """
    x = values.to_numpy(dtype=float)
    n, window = len(x), with_self(neighbours)
    weight = np.asarray(window.sum(axis=1)).ravel()
    squares = np.asarray((window * window).sum(axis=1)).ravel()
    scale = x.std() * np.sqrt(np.maximum(n * squares - weight**2, 0.0) / max(n - 1, 1))
    z = np.divide(window @ x - weight * x.mean(), scale, out=np.zeros(n), where=scale > 0)
    found = permuted(x, neighbours, seed=seed) if p is None else p
    return pd.DataFrame({"z": z, **_judged(found)}, index=values.index)


def local_moran(
    values: pd.Series[float], neighbours: csr_array, *, p: Floats | None = None, seed: int = 0
) -> pd.DataFrame:
    r"""Return local Moran's I with the quarter each area lies in (HH, HL, LH, LL), p (two-sided) and q.

    .. math:: I_i = z_i \sum_j w_{ij} z_j, \quad z = (x - \bar x) / s, \quad \sum_j w_{ij} = 1

    Given an area's own value, I and Gi* rise and fall with the same sum of its neighbours, so that with one seed their
    conditional p-values are one. The parameters are those of :func:`gi_star`.

    References
    ----------
    Anselin (1995), Geographical Analysis 27(2), 93-115.
    """
    x = values.to_numpy(dtype=float)
    n, s = len(x), x.std()
    z = (x - x.mean()) / s if s else np.zeros(n)
    degree = np.asarray(neighbours.sum(axis=1)).ravel()
    lag = np.divide(neighbours @ z, degree, out=np.zeros(n), where=degree > 0)
    quarter = np.array(["LL", "LH", "HL", "HH"])[2 * (z > 0) + (lag > 0)]
    found = permuted(x, neighbours, seed=seed) if p is None else p
    return pd.DataFrame({"moran": z * lag, "quarter": quarter, **_judged(found)}, index=values.index)


def _judged(p: Floats) -> dict[str, Floats]:
    return {"p": p, "q": false_discovery(p)}


def permuted(values: ArrayLike, neighbours: csr_array, *, share: float = SHARE, seed: int = 0) -> Floats:
    r"""Return the two-sided p-value of each area's sum over its neighbours, by conditional permutation.

    The area keeps its value, and the values of all others are dealt anew to its neighbours. With :math:`g` of :math:`N`
    deals at least as far out as the true sum, on its side of what is expected, :math:`p = 2 (g + 1) / (N + 1)`; a run
    that is stopped at the :data:`ENOUGH`-th such deal has :math:`p = 2 g / N` (sequential Monte Carlo). An area goes on
    until then, or until all that are left would be named at the false discovery rate ``share`` anyway: p-values with a
    floor of one in a thousand can never pass a correction for ten thousand areas.

    An area without neighbours has the p-value 1.

    References
    ----------
    Anselin (1995), Geographical Analysis 27(2), 93-115; Besag & Clifford (1991), Biometrika 78(2), 301-304.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> ring = csr_array(np.roll(np.eye(40), 1, axis=1) + np.roll(np.eye(40), -1, axis=1))
    >>> x = np.zeros(40)
    >>> x[18:22] = 1.0
    >>> permuted(x, ring).round(3)[[19, 5]].tolist()  # two of three ones among 39 by chance: 3 / 741, both sides
    [0.008, 1.0]
    """
    x: Floats = np.asarray(values, dtype=np.float64)
    n = len(x)
    p = np.ones(n)
    first, near = neighbours.indptr.astype(np.int64), neighbours.indices.astype(np.int64)
    left = np.flatnonzero((np.diff(first) > 0) & (n > 1) & (x.max(initial=0) > x.min(initial=0)))
    seeds = np.random.default_rng(seed).integers(0, 2**31 - 1, n)
    most = FIRST
    while len(left):
        far, made = _dealt(x, first, near, left, seeds, np.array([most, ENOUGH]))
        stopped = far >= ENOUGH
        p[left] = np.minimum(2.0 * np.where(stopped, far / made, (far + 1) / (made + 1)), 1.0)
        left = left[~stopped]
        named_anyway = share * len(left) / n
        if most >= MOST or not len(left) or 2.0 * ENOUGH / most <= named_anyway:
            break
        most = min(4 * most, MOST)
    return p


@compiled
def _dealt(
    x: Floats, first: Ints, near: Ints, areas: Ints, seeds: Ints, limits: Ints
) -> tuple[Ints, Ints]:  # pragma: no cover - compiled
    """Return how many deals were as far out as the truth, and how many were made, per area."""
    n, total = len(x), x.sum()
    pool, place = np.arange(n), np.arange(n)
    far, made = np.zeros(len(areas), dtype=np.int64), np.zeros(len(areas), dtype=np.int64)
    slack = 1e-9 * (np.abs(x).max() + 1e-300)
    for k in range(len(areas)):
        area = areas[k]
        np.random.seed(seeds[area])  # noqa: NPY002 - numba's own generator
        count = first[area + 1] - first[area]
        truth = 0.0
        for at in range(first[area], first[area + 1]):
            truth += x[near[at]]
        side = 1.0 if truth >= count * (total - x[area]) / (n - 1) else -1.0
        # The area itself waits at the end of the pool, out of the deal.
        mine, last = place[area], pool[n - 1]
        pool[mine], pool[n - 1], place[last], place[area] = last, area, mine, n - 1
        while made[k] < limits[0] and far[k] < limits[1]:
            dealt = 0.0
            for i in range(count):
                j = i + int(np.random.random() * (n - 1 - i))  # noqa: NPY002
                one, other = pool[i], pool[j]
                pool[i], pool[j], place[other], place[one] = other, one, i, j
                dealt += x[other]
            made[k] += 1
            far[k] += side * (dealt - truth) >= -slack
    return far, made
