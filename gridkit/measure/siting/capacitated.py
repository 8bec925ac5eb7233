"""Points with limited room: which to open so that most people have a place, with the fewest points and the least way.

::

    seated(pairs, people, room) -> Seating             every point is open: who goes where
    fewest(pairs, people, room) -> Seating             the fewest points that seat as many
    best(pairs, people, room, count) -> Seating        so many points

People of one place may go to several points. Those for whom there is no room, or no point in reach, are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, hstack, vstack

from gridkit.measure.siting.location import PROVEN, STEPS, possible, proven_bound, solver_options

if TYPE_CHECKING:
    from gridkit.measure.access.reach import Pairs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_HALF = 0.5
_NOBODY, _ROUNDING, _DIGITS = 1e-7, 1e-9, 6
"""Fewer people are the rounding of a solver; the share by which a sum may be off; decimals of people that are kept."""
_SPECK = 1e-3
"""Who is left of a place by less than this part of a person has a seat."""


@dataclass(frozen=True)
class Seating:
    """Who goes where.

    Attributes
    ----------
    chosen
        Positions of the points that are open, rising.
    origin, point, people
        So many people of a place go to a point; one row per pair that is used.
    unseated
        Per place, those without a seat.
    way
        People times minutes (or metres), of all who are seated.
    points_bound, way_bound
        No choice seats as many with fewer points; none of as many points has a shorter way.
    """

    chosen: Ints
    origin: Ints
    point: Ints
    people: Floats
    unseated: Floats
    way: float
    points_bound: int
    way_bound: float

    @property
    def seated(self) -> float:
        """How many people have a place."""
        return float(self.people.sum())

    @property
    def gap(self) -> float:
        """The share by which the number of points may exceed the fewest; 0 when it is proven."""
        return (len(self.chosen) - self.points_bound) / max(len(self.chosen), 1)

    @property
    def way_gap(self) -> float:
        """The share by which the way may exceed the least of as many points; 0 when it is proven."""
        share = (self.way - self.way_bound) / max(self.way, 1e-12)
        return 0.0 if share < PROVEN else share

    def load(self, points: int) -> Floats:
        """Return how many people go to each of so many points."""
        return np.bincount(self.point, weights=self.people, minlength=points).astype(np.float64)


def seated(pairs: Pairs, people: Floats, room: Floats) -> Seating:
    r"""Return who goes where when every point is open: most people seated, then the least way.

    .. math:: \min \sum_{ij} t_{ij} x_{ij}, \quad \sum_j x_{ij} \le w_i, \quad \sum_i x_{ij} \le c_j, \quad
        \sum_{ij} x_{ij} = \text{the most there can be}

    Parameters
    ----------
    pairs
        Places (``origin``) and points (``facility``) within reach of each other, and the way between them.
    people
        Per place.
    room
        Per point, how many it takes.

    References
    ----------
    Hitchcock (1941), Journal of Mathematics and Physics 20, 224-230: the transportation problem.

    Examples
    --------
    >>> from gridkit.measure.access.reach import Pairs
    >>> pairs = Pairs(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 5.0, 3.0]))
    >>> found = seated(pairs, np.array([10.0, 10.0]), np.array([15.0, 2.0]))
    >>> found.seated, found.unseated.tolist(), found.way
    (17.0, [0.0, 3.0], 26.0)
    """
    problem = _Problem(pairs, people, room)
    every = np.flatnonzero(room > 0)
    answer = problem.assigned(problem.most(), every)
    return problem.seating(every, answer.x, len(every), float(answer.fun))


def fewest(pairs: Pairs, people: Floats, room: Floats, *, steps: int = STEPS) -> Seating:
    """Return the fewest points that seat as many people as all of them would, then those with the least way.

    Parameters
    ----------
    pairs, people, room
        As of :func:`seated`.
    steps
        Nodes of HiGHS's search for each of the two proofs.

    References
    ----------
    Current & Storbeck (1988), Environment and Planning B 15(2), 153-163: covering with capacities; the second step is
    the capacitated p-median problem.
    """
    problem = _Problem(pairs, people, room)
    most = problem.most()
    if most <= _NOBODY:
        return problem.seating(np.empty(0, dtype=np.int64), np.zeros(len(pairs.origin)), 0, 0.0)
    found = problem.opened(most, None, steps)
    every = np.flatnonzero(room > 0)
    chosen = every if found.x is None else np.flatnonzero(found.x[: len(room)] > _HALF)
    bound = int(np.ceil(proven_bound(found, 1.0) - PROVEN))
    return problem.nearest(most, chosen, bound, steps)


def best(pairs: Pairs, people: Floats, room: Floats, count: int, *, steps: int = STEPS) -> Seating:
    """Return so many points that seat most people, then with the least way.

    Parameters
    ----------
    pairs, people, room, steps
        As of :func:`fewest`.
    count
        How many points are open.

    Raises
    ------
    UsageError
        When there are not as many points.
    """
    possible(count, len(room))
    problem = _Problem(pairs, people, room)
    found = problem.widest(count, steps)
    if found.x is None:  # no answer in so many steps: those with most room
        chosen = np.sort(np.argsort(-room, kind="stable")[:count])
        answer = problem.spread(chosen)
        return problem.seating(chosen, answer.x, count, 0.0)
    chosen = np.flatnonzero(found.x[: len(room)] > _HALF)
    return problem.nearest(float(found.x[len(room) :].sum()), chosen, len(chosen), steps)


@dataclass(frozen=True)
class _Problem:
    """Variables: for each point whether it is open, then for each pair how many people go."""

    pairs: Pairs
    people: Floats
    room: Floats

    @property
    def _size(self) -> tuple[int, int]:
        return len(self.room), len(self.pairs.origin)

    def _sums(self, by: Ints, rows: int) -> csr_array:
        size = len(by)
        return csr_array((np.ones(size), (by, np.arange(size))), shape=(rows, size))

    def _limits(self) -> list[LinearConstraint]:
        """Nobody goes twice; a point takes what it has room for, when it is open, and from a place all at most."""
        points, size = self._size
        of_place = hstack([csr_array((len(self.people), points)), self._sums(self.pairs.origin, len(self.people))])
        closed = csr_array((-self.room, (np.arange(points), np.arange(points))), shape=(points, points))
        of_point = hstack([closed, self._sums(self.pairs.facility, points)])
        own = np.arange(size)
        most = np.minimum(self.people[self.pairs.origin], self.room[self.pairs.facility])
        tied = csr_array((-most, (own, self.pairs.facility)), shape=(size, points))
        each = hstack([tied, csr_array((np.ones(size), (own, own)), shape=(size, size))])
        rows = vstack([of_place, of_point, each], format="csr")
        return [LinearConstraint(rows, -np.inf, np.concatenate([self.people, np.zeros(points + size)]))]

    def _solved(
        self, cost: Floats, limits: list[LinearConstraint], steps: int, open_: tuple[Floats, Floats] | None = None
    ) -> OptimizeResult:
        points, size = self._size
        low, high = open_ or (np.zeros(points), np.ones(points))
        free = np.concatenate([low, np.zeros(size)]), np.concatenate([high, np.full(size, np.inf)])
        whole = np.concatenate([np.ones(points), np.zeros(size)]) if open_ is None else np.zeros(points + size)
        return milp(cost, constraints=limits, integrality=whole, bounds=Bounds(*free), options=solver_options(steps))

    def _seats(self, most: float) -> LinearConstraint:
        points, size = self._size
        row = np.concatenate([np.zeros(points), np.ones(size)])[None]
        return LinearConstraint(csr_array(row), most * (1 - _ROUNDING), np.inf)

    def _open(self, count: int) -> LinearConstraint:
        points, size = self._size
        return LinearConstraint(csr_array(np.concatenate([np.ones(points), np.zeros(size)])[None]), count, count)

    def most(self) -> float:
        """Return how many people can be seated at all."""
        return -float(self.spread(np.arange(len(self.room))).fun) if len(self.pairs.origin) else 0.0

    def spread(self, chosen: Ints) -> OptimizeResult:
        """Return how points that are open seat most people, whatever the way."""
        points, size = self._size
        open_ = np.zeros(points)
        open_[chosen] = 1.0
        return self._solved(np.concatenate([np.zeros(points), -np.ones(size)]), self._limits(), 0, (open_, open_))

    def assigned(self, most: float, chosen: Ints) -> OptimizeResult:
        """Return the least way of seating so many at points that are open."""
        points, size = self._size
        if not size:
            return OptimizeResult(x=np.zeros(points), fun=0.0)
        open_ = np.zeros(points)
        open_[chosen] = 1.0
        cost = np.concatenate([np.zeros(points), self.pairs.minutes])
        return self._solved(cost, [*self._limits(), self._seats(most)], 0, (open_, open_))

    def opened(self, most: float, count: int | None, steps: int) -> OptimizeResult:
        """Return the fewest points that seat so many; with ``count``, so many points with the least way."""
        points, size = self._size
        limits = [*self._limits(), self._seats(most)]
        if count is None:
            return self._solved(np.concatenate([np.ones(points), np.zeros(size)]), limits, steps)
        cost = np.concatenate([np.zeros(points), self.pairs.minutes])
        return self._solved(cost, [*limits, self._open(count)], steps)

    def widest(self, count: int, steps: int) -> OptimizeResult:
        """Return so many points that seat most people."""
        points, size = self._size
        cost = np.concatenate([np.zeros(points), -np.ones(size)])
        return self._solved(cost, [*self._limits(), self._open(count)], steps)

    def nearest(self, most: float, chosen: Ints, points_bound: int, steps: int) -> Seating:
        """Return as many points as are chosen, with the least way."""
        answer = self.assigned(most, chosen)
        way, bound = float(answer.fun), 0.0
        other = self.opened(most, len(chosen), steps)
        bound = proven_bound(other, 0.0)
        if other.x is not None and float(other.fun) < way - PROVEN:
            picked = np.flatnonzero(other.x[: len(self.room)] > _HALF)
            again = self.assigned(most, picked)
            if again.x is not None and float(again.fun) < way:
                chosen, answer, way = picked, again, float(again.fun)
        return self.seating(chosen, answer.x, points_bound, min(bound, way))

    def seating(self, chosen: Ints, x: Floats, points_bound: int, way_bound: float) -> Seating:
        """Return an answer of the solver as who goes where."""
        size = len(self.pairs.origin)
        go: Floats = np.round(np.asarray(x[-size:] if size else np.empty(0)), _DIGITS).astype(np.float64)
        used = np.flatnonzero(go > _NOBODY)
        origin, point = self.pairs.origin[used], self.pairs.facility[used]
        people: Floats = go[used]
        held = np.bincount(origin, weights=people, minlength=len(self.people))
        left: Floats = np.maximum(self.people - held, 0.0)
        # A solver seats a million to the person: less than a thousandth of one is its rounding.
        unseated: Floats = np.where(left < _SPECK, 0.0, np.round(left, _DIGITS - 1))
        way = float((people * self.pairs.minutes[used]).sum())
        return Seating(np.sort(chosen), origin, point, people, unseated, way, points_bound, min(way_bound, way))
