"""Capacity shared out among those who can reach it: floating catchments, and facilities that are asked too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.measure.access.reach import Pairs

    Floats = NDArray[np.float64]

BETA = np.log(100.0)
"""The Gaussian's weight at the edge of the catchment is one hundredth."""


@dataclass(frozen=True)
class Access:
    """What a two-step floating catchment finds.

    Attributes
    ----------
    score
        Per origin: the capacity it can count on per head. Over all people it adds up to the capacity that is in
        anybody's reach.
    load
        Per facility: the people who lean on it (weighted) per unit of its capacity. Infinite where there are people and
        no capacity.
    demand
        Per facility: those people.
    """

    score: Floats
    load: Floats
    demand: Floats


def gaussian(minutes: Floats, limit: float) -> Floats:
    r"""Return the weight of a facility so many minutes away: 1 at the door, one hundredth at the limit, 0 beyond.

    .. math:: e^{-\ln(100) (t / t_0)^2}

    References
    ----------
    Dai (2010), Health & Place 16(5), 1038-1052 (Gaussian decay); that it falls to one hundredth at the limit is this
    project's choice.

    Examples
    --------
    >>> gaussian(np.array([0.0, 7.5, 15.0, 16.0]), 15.0).round(3).tolist()
    [1.0, 0.316, 0.01, 0.0]
    """
    return np.where(minutes <= limit, np.exp(-BETA * (minutes / limit) ** 2), 0.0)


def stepped(minutes: Floats, bounds: tuple[float, ...], weights: tuple[float, ...]) -> Floats:
    r"""Return the weight of each facility's zone: ``weights[i]`` up to ``bounds[i]`` minutes, 0 beyond the last.

    .. math:: w(t) = w_i \quad (t_{i-1} < t \le t_i)

    References
    ----------
    Luo & Qi (2009), Health & Place 15(4), 1100-1107.

    Examples
    --------
    >>> stepped(np.array([5.0, 10.0, 12.0, 40.0]), (10.0, 20.0, 30.0), (1.0, 0.68, 0.22)).tolist()
    [1.0, 1.0, 0.68, 0.0]
    """
    return np.append(weights, 0.0)[np.searchsorted(bounds, minutes, side="left")]


def floating_catchment(pairs: Pairs, weight: Floats, people: Floats, capacity: Floats) -> Access:
    r"""Return the enhanced two-step floating catchment area.

    .. math:: R_j = \frac{S_j}{\sum_k P_k w_{kj}}, \quad A_i = \sum_j R_j w_{ij}

    Parameters
    ----------
    pairs
        Who reaches what in how many minutes (:func:`gridkit.measure.access.reach.within`).
    weight
        Per pair (:func:`gaussian`, :func:`stepped`).
    people
        Per origin.
    capacity
        Per facility: doctors, beds, places, or people it can serve.

    References
    ----------
    Luo & Qi (2009), Health & Place 15(4), 1100-1107.

    Examples
    --------
    >>> from gridkit.measure.access.reach import Pairs
    >>> pairs = Pairs(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([5.0, 5.0, 5.0]))
    >>> floating_catchment(pairs, np.ones(3), np.array([100.0, 100.0]), np.array([2.0, 1.0])).score.tolist()
    [0.01, 0.02]
    """
    demand = _sums(pairs.facility, people[pairs.origin] * weight, len(capacity))
    ratio = np.divide(capacity, demand, out=np.zeros(len(capacity)), where=demand > 0)
    score = _sums(pairs.origin, ratio[pairs.facility] * weight, len(people))
    load = np.divide(demand, capacity, out=np.where(demand > 0, np.inf, 0.0), where=capacity > 0)
    return Access(score, load, demand)


def _sums(place: NDArray[np.int64], values: Floats, count: int) -> Floats:
    return np.bincount(place, weights=values, minlength=count).astype(np.float64)
