"""The space-time scan: places and times with more incidents than chance lets happen anywhere.

Cylinders are tried whose base is an area and its nearest neighbours and whose height is a stretch of time. The most
unusual one is judged by the most unusual one of as many made-up maps as asked for, so that the number of cylinders
tried is paid for.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridkit.errors import UsageError
from gridkit.kernels import compiled
from gridkit.measure.incidents.hotspots import poisson_quantile

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Tried = tuple[Ints, Ints, Ints]
"""Each area's neighbours in order, how many of them make its largest base, and the windows."""
Expected = tuple[Floats, Floats, float]
"""The share of each area, the incidents due in each window, and how many there are in all."""
Whole = NDArray[np.signedinteger[Any]]
"""Counts in as few bytes as hold them: many more fit into one comparison."""
THREADS = min(os.cpu_count() or 1, 8)
FIRST = 16
"""Made-up maps from which it is learnt how high the scores of the others will be."""
LEVEL, POWER, HIGHEST = 0.05, 0.8, 50.0
"""The p-value at which a cluster counts as seen, how often it is to be, and the strongest that is asked about."""
LISTED = 20
"""Up to this many clusters are told of."""


@dataclass(frozen=True)
class Cylinders:
    """What is tried.

    Attributes
    ----------
    share
        A base holds at most this share of all that is expected. Kulldorff tries up to half; a tenth, this project's
        choice, names places that one office can look after.
    periods
        A cylinder lasts at most this many periods.
    ongoing
        Only cylinders that reach into the last period: what is going on now, and not what is over.
    """

    share: float = 0.1
    periods: int = 26
    ongoing: bool = True


def scan(
    counts: NDArray[np.int64],
    xy: Floats,
    base: Floats | None = None,
    cylinders: Cylinders = Cylinders(),
    *,
    simulations: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Return the clusters in space and time, the most unusual first, none overlapping a more unusual one.

    With :math:`c` incidents in a cylinder, :math:`\mu` expected and :math:`C` in all, the score is

    .. math:: \log LR = c \log\frac{c}{\mu} + (C - c) \log\frac{C - c}{C - \mu} \quad (c > \mu)

    Parameters
    ----------
    counts
        Incidents per area and period, shape (areas, periods).
    xy
        The areas' middles, metres, shape (areas, 2).
    base
        People per area: incidents are expected in proportion to them, at all times alike (Poisson model). None: each
        area is expected to keep its own share of every period's incidents (space-time permutation model), which needs
        no people and does not blame an area for being always busy.
    cylinders
        What is tried.
    simulations
        Made-up maps that the real one is compared with; p is at best one in ``simulations + 1``.
    seed
        Of the made-up maps; the result does not depend on the number of threads.

    Returns
    -------
    DataFrame
        Per cluster: ``centre`` (position of the area), ``areas`` (how many, the nearest to it), ``members`` (their
        positions), ``begin`` and ``end`` (periods, inclusive), ``observed``, ``expected``, ``score``, ``p``. In its
        ``attrs``, ``limit``: the score that one in twenty made-up maps exceeds.

    References
    ----------
    Kulldorff (2001), Journal of the Royal Statistical Society A 164(1), 61-72; Kulldorff et al. (2005), PLoS Medicine
    2(3), e59.
    """
    if counts.ndim != 2 or counts.shape[0] != len(xy):  # noqa: PLR2004 - areas and periods
        raise UsageError(
            "counts have the shape {shape}, and there are {areas} areas", shape=counts.shape, areas=len(xy)
        )
    total = int(counts.sum())
    if not total:
        found = _clusters([], np.empty((0, 0), dtype=np.int64), np.empty(0))
        found.attrs["limit"] = float("inf")
        return found
    weight = np.asarray(counts.sum(axis=1) if base is None else base, dtype=float)
    weight /= weight.sum()
    pace = counts.sum(axis=0) / total if base is None else np.full(counts.shape[1], 1.0 / counts.shape[1])
    order, size = _bases(xy, weight, cylinders.share)
    windows = _windows(counts.shape[1], cylinders)
    tried = (order, size, windows)
    expected = (weight, np.array([pace[begin:end].sum() for begin, end in windows]) * total, float(total))
    worst = _simulated(counts, expected, tried, simulations, seed, permuted=base is None)
    found = _clusters(_best(counts, expected, tried), order, worst)
    found.attrs["limit"] = float(np.quantile(worst, 1 - LEVEL)) if simulations else float("inf")
    return found


@dataclass(frozen=True)
class Shape:
    """How large a cluster is and how long it has lasted: areas of usual business, periods up to the last."""

    areas: int
    periods: int


def least_visible(counts: NDArray[np.int64], shape: Shape, limit: float) -> float:
    """Return how many times as many incidents as usual a cluster has to have to be seen, four times in five.

    Seen is what scores above ``limit`` (``attrs["limit"]`` of :func:`scan` without people). The cluster is of areas of
    usual business and swells its own margins: what is expected of it, by the share of its areas and its periods, grows
    with it. Infinite where even :data:`HIGHEST` times as many would not be seen.
    """
    areas, periods = counts.shape
    total = float(counts.sum())
    if not total or not np.isfinite(limit):
        return float("inf")
    share, lasting = shape.areas / areas, shape.periods / periods
    usual = total * share * lasting
    for ratio in np.arange(1.0, HIGHEST, 0.05):
        # Four times in five a Poisson count is at least its lower fifth.
        inside = float(poisson_quantile(np.array([1 - POWER]), np.array([ratio * usual]))[0])
        more = inside - usual
        expected = (total * share + more) * (total * lasting + more) / (total + more)
        if 0 < expected < inside < total + more and _score(inside, expected, total + more) > limit:
            return round(float(ratio), 2)
    return float("inf")


def _bases(xy: Floats, weight: Floats, share: float) -> tuple[Ints, Ints]:
    """Return each area's neighbours, itself first, and how many of them make its largest base."""
    most = min(len(xy), max(int(np.ceil(share * len(xy) * 2)), 1))
    _, order = cKDTree(xy).query(xy, k=most)
    order = order.reshape(len(xy), most).astype(np.int64)
    size = (np.cumsum(weight[order], axis=1) <= share + 1e-12).sum(axis=1)
    return order, np.maximum(size, 1).astype(np.int64)


def _windows(periods: int, cylinders: Cylinders) -> Ints:
    """Return the first period and the one after the last of every stretch of time that is tried."""
    most = min(cylinders.periods, periods)
    if cylinders.ongoing:
        return np.array([(periods - length, periods) for length in range(1, most + 1)], dtype=np.int64)
    return np.array(
        [(begin, begin + length) for length in range(1, most + 1) for begin in range(periods - length + 1)],
        dtype=np.int64,
    )


def _simulated(
    counts: Ints, expected: Expected, tried: Tried, simulations: int, seed: int, *, permuted: bool
) -> Floats:
    """Return the highest score of each made-up map."""
    order, size, windows = tried
    area, period = np.nonzero(counts)
    times = counts[area, period]
    area, period = np.repeat(area, times), np.repeat(period, times)
    # One independent stream per map, so that threads may take the maps in any order.
    seeds = np.random.default_rng(seed).integers(0, 2**31 - 1, simulations)
    incidents = (area, period, np.cumsum(expected[0]), (counts.shape[0], counts.shape[1]), permuted)
    worst = np.empty(simulations)
    # What a made-up map's best score is like is learnt from the first few; the rest are then asked only about cylinders
    # that reach nine tenths of that, by comparing whole numbers.
    trial = min(FIRST, simulations)
    nothing = np.empty((0, len(windows)), dtype=np.int16)
    worst[:trial] = _maps(seeds[:trial], incidents, tried, expected, nothing, 0.0)
    least = 0.9 * float(worst[:trial].min()) if trial else 0.0
    kind = np.int16 if len(area) < np.iinfo(np.int16).max else np.int32
    needed: Whole = _needed(order, size, *expected, least).astype(kind)

    def run(part: slice) -> None:
        worst[part] = _maps(seeds[part], incidents, tried, expected, needed, least)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, _parts(trial, simulations)))
    return worst


def _parts(begin: int, end: int) -> Iterator[slice]:
    step = max(-(-(end - begin) // (8 * THREADS)), 1)
    return (slice(start, min(start + step, end)) for start in range(begin, end, step))


@compiled
def _maps(
    seeds: Ints,
    incidents: tuple[Ints, Ints, Floats, tuple[int, int], bool],
    tried: Tried,
    expected: Expected,
    needed: Whole,
    least: float,
) -> Floats:  # pragma: no cover - compiled
    """Return the highest score of each made-up map: times shuffled among incidents, or incidents thrown anew."""
    area, period, cumulative, shape, permuted = incidents
    order, size, windows = tried
    total = len(area)
    worst = np.zeros(len(seeds))
    when = period.copy()
    guide = _guide(cumulative)
    for s in range(len(seeds)):
        np.random.seed(seeds[s])  # noqa: NPY002 - numba's own generator, one state per thread
        grid = np.zeros(shape, dtype=needed.dtype)
        if permuted:
            for i in range(total):
                when[i] = period[i]
            for i in range(total - 1, 0, -1):
                j = int(np.random.random() * (i + 1))  # noqa: NPY002
                when[i], when[j] = when[j], when[i]
            for i in range(total):
                grid[area[i], when[i]] += 1
        else:
            for _ in range(total):
                u = np.random.random()  # noqa: NPY002
                a = guide[int(u * (len(guide) - 1))]
                while cumulative[a] < u and a < len(cumulative) - 1:
                    a += 1
                grid[a, int(np.random.random() * shape[1])] += 1  # noqa: NPY002
        sums = _sums(grid, windows)
        if least > 0:
            worst[s] = _highest_above(sums, order, size, expected, needed)
        if worst[s] == 0:  # unusually quiet, or no limit is known yet
            worst[s] = _highest(sums, order, size, expected)
    return worst


@compiled
def _needed(
    order: Ints, size: Ints, weight: Floats, share: Floats, total: float, least: float
) -> Ints:  # pragma: no cover - compiled
    """Return for every base and window the smallest count whose score is at least ``least``, one row per base."""
    needed = np.empty((size.sum(), len(share)), dtype=np.int64)
    row = 0
    for centre in range(len(order)):
        held = 0.0
        for k in range(size[centre]):
            held += weight[order[centre, k]]
            for w in range(len(share)):
                mu = held * share[w]
                c = needed[row - 1, w] if k else 1  # a larger base needs no fewer
                while c <= total and _score(float(c), mu, total) < least:
                    c += 1
                needed[row, w] = c
            row += 1
    return needed


@compiled
def _highest_above(
    sums: Whole, order: Ints, size: Ints, expected: Expected, needed: Whole
) -> float:  # pragma: no cover - compiled
    """Return the highest score of any cylinder that holds at least what is needed, 0 when none does."""
    weight, share, total = expected
    tall = len(share)
    run = np.zeros(tall, dtype=sums.dtype)
    best = 0.0
    row = 0
    for centre in range(len(order)):
        run[:] = 0
        for k in range(size[centre]):
            one = order[centre, k]
            hit = False
            for w in range(tall):
                run[w] += sums[one, w]
                hit |= run[w] >= needed[row, w]
            row += 1
            if hit:
                held = 0.0
                for j in range(k + 1):
                    held += weight[order[centre, j]]
                for w in range(tall):
                    best = max(best, _score(float(run[w]), held * share[w], total))
    return best


@compiled
def _guide(cumulative: Floats) -> Ints:  # pragma: no cover - compiled
    """Return for each of evenly spaced numbers the first area that may hold it, to look up from there."""
    count = 4 * len(cumulative)
    guide = np.zeros(count + 1, dtype=np.int64)
    a = 0
    for i in range(count + 1):
        while a < len(cumulative) - 1 and cumulative[a] < i / count:
            a += 1
        guide[i] = a
    return guide


@compiled
def _highest(sums: Whole, order: Ints, size: Ints, expected: Expected) -> float:  # pragma: no cover - compiled
    """Return the highest score of any cylinder.

    The score is at most d^2 (1 / (2 mu) + 1 / (C - mu)) with d = c - mu, so the logarithms are only taken of the few
    cylinders whose bound beats the best so far.
    """
    weight, share, total = expected
    tall = len(share)
    run = np.zeros(tall)
    best = 0.0
    for centre in range(len(order)):
        run[:] = 0
        held = 0.0
        for k in range(size[centre]):
            one = order[centre, k]
            held += weight[one]
            near = 0.0
            for w in range(tall):
                run[w] += sums[one, w]
                mu = held * share[w]
                d = max(run[w] - mu, 0.0)
                near = max(near, d * d * (total + mu) - 2 * best * mu * (total - mu))
            if near > 0:
                for w in range(tall):
                    best = max(best, _score(run[w], held * share[w], total))
    return best


@compiled
def _sums(grid: Whole, windows: Ints) -> Whole:  # pragma: no cover - compiled
    """Return each area's incidents in each window."""
    areas, periods = grid.shape
    sums = np.empty((areas, len(windows)), dtype=grid.dtype)
    ahead = np.zeros(periods + 1, dtype=np.int64)
    for a in range(areas):
        for t in range(periods):
            ahead[t + 1] = ahead[t] + grid[a, t]
        for w in range(len(windows)):
            sums[a, w] = ahead[windows[w, 1]] - ahead[windows[w, 0]]
    return sums


@compiled
def _score(c: float, mu: float, total: float) -> float:  # pragma: no cover - compiled
    if c <= mu or mu <= 0.0:
        return 0.0
    score: float = c * np.log(c / mu)
    if total > c:
        score += (total - c) * np.log((total - c) / (total - mu))
    return score


@dataclass(frozen=True)
class _Cylinder:
    centre: int
    areas: int
    begin: int
    end: int
    observed: int
    expected: float
    score: float


def _best(counts: Ints, expected: Expected, tried: Tried) -> list[_Cylinder]:
    """Return every centre's best cylinder, the most unusual first."""
    order, size, windows = tried
    weight, share, total = expected
    sums = _sums(counts.astype(np.int64), windows).astype(float)
    found = []
    for centre in range(len(order)):
        near = order[centre, : size[centre]]
        c, mu = np.cumsum(sums[near], axis=0), np.outer(np.cumsum(weight[near]), share)
        with np.errstate(divide="ignore", invalid="ignore"):
            rest = np.where(total > c, (total - c) * np.log((total - c) / (total - mu)), 0.0)
            score = np.where((c > mu) & (mu > 0), c * np.log(c / mu) + rest, 0.0)
        k, w = np.unravel_index(np.argmax(score), score.shape)
        begin, end = windows[w]
        found.append(
            _Cylinder(centre, int(k) + 1, int(begin), int(end) - 1, int(c[k, w]), float(mu[k, w]), float(score[k, w]))
        )
    return sorted(found, key=lambda each: (-each.score, each.centre))


def _clusters(found: list[_Cylinder], order: Ints, worst: Floats) -> pd.DataFrame:
    taken: set[int] = set()
    rows: list[tuple[object, ...]] = []
    for each in found:
        members = order[each.centre, : each.areas].tolist()
        if len(rows) == LISTED or not each.score:
            break
        if taken.isdisjoint(members):
            taken.update(members)
            p = (int((worst >= each.score - 1e-9).sum()) + 1) / (len(worst) + 1)
            rows.append(
                (each.centre, each.areas, members, each.begin, each.end, each.observed, each.expected, each.score, p)
            )
    columns = ["centre", "areas", "members", "begin", "end", "observed", "expected", "score", "p"]
    return pd.DataFrame(rows, columns=columns).rename_axis("cluster")
