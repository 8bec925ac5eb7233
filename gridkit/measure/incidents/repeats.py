"""Incidents that come back: the same places, pairs closer in space and time than chance, and clusters of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridkit.kernels import compiled
from gridkit.measure.incidents import proximity

if TYPE_CHECKING:
    import geopandas as gpd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIMULATIONS = 999
NOISE = proximity.NONE
MOST, MOST_PAIRS = 100_000, 2_000_000
"""Of more incidents, or of so many that more pairs of them are near in space, Knox's test takes a draw."""


def places(xy: Floats, radius: float) -> Ints:
    """Return the place of each incident: those within ``radius`` metres of the busiest spot left are one place.

    A chain of incidents along a street does not become one place, as it would if neighbours of neighbours counted.

    References
    ----------
    The leader algorithm: Hartigan (1975), Clustering Algorithms, chapter 3; that the busiest leads is this project's
    choice.

    Examples
    --------
    >>> places(np.array([[0.0, 0.0], [10.0, 0.0], [500.0, 0.0]]), 25.0).tolist()
    [0, 0, 1]
    """
    # Many incidents bear the same coordinates, and are looked at once.
    spots, spot, weight = np.unique(xy.reshape(-1, 2), axis=0, return_inverse=True, return_counts=True)
    busy = proximity.weights_within(spots, weight, radius)
    busiest = np.lexsort((spots[:, 1], spots[:, 0], -busy))
    label = proximity.claimed(spots, busiest, radius)[spot.ravel()]
    # Numbered by their first incident, so that the numbers say nothing about how they were found.
    _, begin, which = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(begin))[which]


def repeats(points: gpd.GeoDataFrame, radius: float, days: float = 0.0) -> pd.DataFrame:
    r"""Return the places with more than one incident, busiest first.

    Of :math:`n` incidents at :math:`m` such places, :math:`\sum_m (n_m - 1) / n` came back.

    Parameters
    ----------
    points
        INCIDENTS in metres, with ``grid_id`` where they have one.
    radius
        Metres within which incidents are at one place.
    days
        Only incidents within this many days of another one there count; 0 for any time.

    Returns
    -------
    DataFrame
        On ``place``: ``count``, ``x``, ``y`` (their middle), ``grid_id``, ``first`` and ``last`` time where known.

    References
    ----------
    Repeats as a share: Farrell & Pease (1993), Once Bitten, Twice Bitten, Home Office.
    """
    xy = points.get_coordinates().to_numpy()
    frame = pd.DataFrame({"place": places(xy, radius), "x": xy[:, 0], "y": xy[:, 1]}, index=points.index)
    for column in ("grid_id", "time"):
        if column in points:
            frame[column] = points[column]
    if days > 0 and "time" in frame:
        frame = frame.dropna(subset="time").sort_values(["place", "time"], kind="stable")
        near = frame.groupby("place")["time"].diff() <= pd.Timedelta(days=days)
        frame = frame[near | near.groupby(frame["place"]).shift(-1, fill_value=False)]
    named = {"count": ("x", "size"), "x": ("x", "mean"), "y": ("y", "mean")}
    if "grid_id" in frame:
        named["grid_id"] = ("grid_id", "first")
    if "time" in frame:
        named |= {"first": ("time", "min"), "last": ("time", "max")}
    table = frame.groupby("place").agg(**named)
    return table[table["count"] > 1].sort_values(["count", "x", "y"], ascending=[False, True, True])


@dataclass(frozen=True)
class Knox:
    """The pairs of incidents near in space and time, against what chance gives.

    Attributes
    ----------
    near
        Pairs that are near in both.
    expected
        How many there would be if times had nothing to do with places.
    p
        The share of shuffled maps with at least as many, the real one counted.
    tested
        The incidents that it is of.
    """

    near: int
    expected: float
    p: float
    tested: int


def knox(xy: Floats, days: Floats, metres: float, within_days: float, *, seed: int = 0) -> Knox:
    r"""Return Knox's test of interaction between space and time: whether one incident brings the next nearby.

    .. math:: X = \sum_{i < j} [d_{ij} \le \delta] [|t_i - t_j| \le \tau]

    expected :math:`N_\delta N_\tau / \binom n 2` with the pairs near in space and those near in time.
    The times are shuffled among the places :data:`SIMULATIONS` times. Of a great many incidents a draw is tested, as
    large as :data:`MOST_PAIRS` pairs near in space allow: what times have to do with places is the same in a draw.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), 25-30.

    Examples
    --------
    >>> xy = np.repeat(np.arange(20.0) * 1000, 2)[:, None] * [1.0, 0.0]
    >>> knox(xy, np.repeat(np.arange(20.0) * 30, 2), 50.0, 2.0)
    Knox(near=20, expected=0.51..., p=0.001, tested=40)
    """
    rng = np.random.default_rng(seed)
    xy, days = _drawn(xy, days, metres, rng)
    pairs = _pairs(xy, metres)
    close_in_time = close_pairs(days, within_days)
    total = len(xy) * (len(xy) - 1) / 2
    near = int(_near_in_time(pairs, days, within_days))
    as_many = sum(_near_in_time(pairs, rng.permutation(days), within_days) >= near for _ in range(SIMULATIONS))
    expected = len(pairs) * close_in_time / total if total else 0.0
    return Knox(near, expected, (as_many + 1) / (SIMULATIONS + 1), len(xy))


def _drawn(xy: Floats, days: Floats, metres: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the incidents that are tested: all, or as many as are near in few enough pairs."""
    if len(xy) > MOST:
        at = np.sort(rng.choice(len(xy), MOST, replace=False))
        xy, days = xy[at], days[at]
    pairs = (int(proximity.weights_within(xy, np.ones(len(xy), dtype=np.int64), metres).sum()) - len(xy)) // 2
    if pairs > MOST_PAIRS:
        at = np.sort(rng.choice(len(xy), max(int(len(xy) * (MOST_PAIRS / pairs) ** 0.5), 2), replace=False))
        xy, days = xy[at], days[at]
    return xy, days


def close_pairs(values: Floats, within: float) -> int:
    """Return how many pairs of numbers differ by at most ``within``: counted by sorting, none of them built.

    Examples
    --------
    >>> close_pairs(np.array([3.0, 1.0, 1.5, 9.0]), 0.5), close_pairs(np.array([3.0, 1.0, 1.5, 9.0]), 2.0)
    (1, 3)
    """
    return int(_within(np.sort(values), within))


def clusters(xy: Floats, days: Floats, metres: float, within_days: float, least: int = 5) -> Ints:
    """Return the cluster of each incident by density in space and time, :data:`NOISE` for none.

    An incident with ``least`` others (itself counted) within both distances is a core; cores within reach of each other
    are one cluster, and what is within reach of a core belongs to it (to the first, where there are several).

    References
    ----------
    Birant & Kut (2007), Data & Knowledge Engineering 60(1), 208-221; Ester et al. (1996), KDD-96, 226-231.
    """
    return proximity.by_density(xy, days, metres, within_days, least)


def _pairs(values: Floats, radius: float) -> Ints:
    pairs: Ints = cKDTree(values).query_pairs(radius, output_type="ndarray").astype(np.int64)
    return pairs


@compiled
def _within(ordered: Floats, within: float) -> int:  # pragma: no cover - compiled
    """Count the pairs of sorted numbers that differ by at most ``within``."""
    count, last = 0, 0
    for i in range(len(ordered)):
        while last + 1 < len(ordered) and ordered[last + 1] - ordered[i] <= within:
            last += 1
        count += last - i
    return count


@compiled
def _near_in_time(pairs: Ints, days: Floats, within: float) -> int:  # pragma: no cover - compiled
    count = 0
    for i in range(len(pairs)):
        count += abs(days[pairs[i, 0]] - days[pairs[i, 1]]) <= within
    return count
