"""Incidents that come back: the same places, pairs closer in space and time than chance, and clusters of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridkit.graph import components
from gridkit.kernels import compiled

if TYPE_CHECKING:
    import geopandas as gpd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIMULATIONS = 999
NOISE = -1


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
    # Many incidents bear the same coordinates; pairs of these need not be made to be known.
    spots, spot, weight = np.unique(xy.reshape(-1, 2), axis=0, return_inverse=True, return_counts=True)
    first, other = _rows(_pairs(spots, radius), len(spots))
    near = np.add.reduceat(np.r_[weight[other], 0], first[:-1]) if len(spots) else weight
    busy = weight + np.where(np.diff(first) > 0, near, 0)
    label = _claimed(np.lexsort((spots[:, 1], spots[:, 0], -busy)), first, other)[spot.ravel()]
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
    """

    near: int
    expected: float
    p: float


def knox(xy: Floats, days: Floats, metres: float, within_days: float, *, seed: int = 0) -> Knox:
    r"""Return Knox's test of interaction between space and time: whether one incident brings the next nearby.

    .. math:: X = \sum_{i < j} [d_{ij} \le \delta] [|t_i - t_j| \le \tau]

    expected :math:`N_\delta N_\tau / \binom n 2` with the pairs near in space and those near in time.
    The times are shuffled among the places :data:`SIMULATIONS` times.

    References
    ----------
    Knox (1964), Applied Statistics 13(1), 25-30.

    Examples
    --------
    >>> xy = np.repeat(np.arange(20.0) * 1000, 2)[:, None] * [1.0, 0.0]
    >>> knox(xy, np.repeat(np.arange(20.0) * 30, 2), 50.0, 2.0)
    Knox(near=20, expected=0.51..., p=0.001)
    """
    pairs = _pairs(xy, metres)
    close_in_time = close_pairs(days, within_days)
    total = len(xy) * (len(xy) - 1) / 2
    near = int(_near_in_time(pairs, days, within_days))
    rng = np.random.default_rng(seed)
    as_many = sum(_near_in_time(pairs, rng.permutation(days), within_days) >= near for _ in range(SIMULATIONS))
    expected = len(pairs) * close_in_time / total if total else 0.0
    return Knox(near, expected, (as_many + 1) / (SIMULATIONS + 1))


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
    # A box in scaled space and time holds all pairs near in both; the circle is cut out of it afterwards.
    scaled = np.column_stack([xy / metres, days / within_days])
    pairs = cKDTree(scaled).query_pairs(1.0, p=np.inf, output_type="ndarray").astype(np.int64)
    pairs = pairs[((xy[pairs[:, 0]] - xy[pairs[:, 1]]) ** 2).sum(axis=1) <= metres**2]
    core = np.bincount(pairs.ravel(), minlength=len(xy)) + 1 >= least
    linked = pairs[core[pairs].all(axis=1)]
    part = components(linked, len(xy))
    label = np.full(len(xy), NOISE, dtype=np.int64)
    _, begin, which = np.unique(part[core], return_index=True, return_inverse=True)
    label[core] = np.argsort(np.argsort(begin))[which]
    edge = pairs[core[pairs].sum(axis=1) == 1]
    inner = np.where(core[edge[:, 0]], edge[:, 0], edge[:, 1])
    outer = np.where(core[edge[:, 0]], edge[:, 1], edge[:, 0])
    reached = np.full(len(xy), np.iinfo(np.int64).max)
    np.minimum.at(reached, outer, label[inner])
    border = reached < np.iinfo(np.int64).max
    label[border] = reached[border]
    return label


def _pairs(values: Floats, radius: float) -> Ints:
    pairs: Ints = cKDTree(values).query_pairs(radius, output_type="ndarray").astype(np.int64)
    return pairs


def _rows(pairs: Ints, count: int) -> tuple[Ints, Ints]:
    one, other = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    order = np.argsort(one, kind="stable")
    return np.searchsorted(one[order], np.arange(count + 1)), other[order]


@compiled
def _claimed(busiest: Ints, first: Ints, other: Ints) -> Ints:  # pragma: no cover - compiled
    """Let each spot, busiest first, claim what is near it and not yet claimed."""
    label = np.full(len(busiest), -1, dtype=np.int64)
    for spot in busiest:
        if label[spot] >= 0:
            continue
        label[spot] = spot
        for k in range(first[spot], first[spot + 1]):
            if label[other[k]] < 0:
                label[other[k]] = spot
    return label


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
