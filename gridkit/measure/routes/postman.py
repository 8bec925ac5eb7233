"""The rural postman: a closed walk as short as can be found that passes every required street.

What is required and hangs together is one part. One part alone needs the exact matching of its odd junctions and no
more: that walk is the shortest there is. Several parts are first connected by a shortest tree, then matched
(Frederickson); then order and directions of the streets are improved (:mod:`tour`), and what connects twice is dropped.

References
----------
Edmonds & Johnson (1973), Mathematical Programming 5, 88-124; Frederickson (1979), Journal of the ACM 26(3), 538-554;
Hertz, Laporte & Nanchen-Hugo (1999), INFORMS Journal on Computing 11(1), 53-62 (shorten, drop, add).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gridkit.measure.routes.circuit import closed, linked, ordered, spanning, uneven
from gridkit.measure.routes.matching import pairs
from gridkit.measure.routes.tour import shortened
from gridkit.measure.routes.ways import parts, shortest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.measure.routes.ways import Streets, Ways

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

KICKS = 4
"""Kicks of the search for each required street."""
_PART_KICKS = 20
"""Further ones for each part."""
_IDLE = 0.3
"""This share of them in a row that wins nothing ends the search: what is connected well is so soon."""


@dataclass(frozen=True)
class Walk:
    """A closed walk: which streets, one after another, and in which direction.

    Attributes
    ----------
    streets, forward
        [k] positions in ``Streets``, and whether each is walked from its first junction to its second.
    serving
        [k] whether this is the pass that was required; the others only lead somewhere.
    """

    streets: Ints
    forward: Flags
    serving: Flags

    def length(self, streets: Streets) -> float:
        """Return its length."""
        return float(streets.length[self.streets].sum())


@dataclass(frozen=True)
class Task:
    """What is to be passed, and how far it is between.

    Attributes
    ----------
    streets
        The network.
    row
        [r] the required streets; -1 for the start, which is passed like a street of no length.
    node
        [2 r] either end of each, as a position among the places of ``ways``.
    ways
        The shortest ways between all ends.
    """

    streets: Streets
    row: Ints
    node: Ints
    ways: Ways

    def some(self, rows: Ints) -> Task:
        """Return the task of some of the required streets (positions in ``row``), with the same ways between."""
        points = np.column_stack([2 * rows, 2 * rows + 1]).ravel()
        return Task(self.streets, self.row[rows], self.node[points], self.ways)

    @cached_property
    def part(self) -> Ints:
        """The part that either end of each belongs to, by number."""
        return parts(self.node.reshape(-1, 2), len(self.ways.places))[self.node]


def patrol(streets: Streets, start: int | None = None, *, kicks: int = KICKS, seed: int = 0) -> Walk:
    """Return a closed walk past every required street, and past the junction ``start``.

    Parameters
    ----------
    streets
        The network; all that is required hangs together in it, by streets that are not.
    start
        Where the walk begins and ends; anywhere where None.
    kicks, seed
        Of the search, for each required street.

    Examples
    --------
    A square of four streets with a dead end at a corner, which is walked in and out:

    >>> from gridkit.measure.routes.ways import Streets
    >>> ends = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [0, 4]])
    >>> square = Streets(5, ends, np.array([100.0, 100.0, 100.0, 100.0, 30.0]), np.ones(5, dtype=bool))
    >>> patrol(square, 4).length(square)
    460.0
    """
    return planned(streets, start, kicks=kicks, seed=seed)[0]


def planned(
    streets: Streets, start: int | None = None, *, kicks: int = KICKS, seed: int = 0
) -> tuple[Walk, Task | None]:
    """Return the walk of :func:`patrol`, and the task of it where one was needed."""
    row = np.flatnonzero(streets.required)
    own = streets.ends[row]
    begin = int(own[0, 0]) if start is None else start
    part = parts(own, streets.nodes)
    if (part[own[:, 0]] != part[begin]).any():
        made = task(streets, start)
        return walked(made, toured(made, kicks=kicks, seed=seed)), made
    # One part: the ways between its odd junctions are all that is needed.
    odd = np.flatnonzero(np.bincount(own.ravel(), minlength=streets.nodes) % 2)
    ways = shortest(streets, odd)
    return _closed(streets, row, ways, pairs(ways.far), begin), None


def task(streets: Streets, start: int | None = None) -> Task:
    """Return the task of all required streets, and of the start."""
    row = np.flatnonzero(streets.required)
    ends = streets.ends[row]
    if start is not None:
        row, ends = np.append(-1, row), np.concatenate([[[start, start]], ends])
    places, node = np.unique(ends.ravel(), return_inverse=True)
    return Task(streets, row, node.astype(np.int64), shortest(streets, places))


def toured(task: Task, *, kicks: int = KICKS, seed: int = 0) -> Ints:
    """Return required streets in the order they are passed: points 2k and 2k + 1, the ends of the street k of a task.

    The point that comes first is the end where the street is entered.
    """
    return bettered(task, joined(task), kicks=kicks, seed=seed)


def joined(task: Task) -> Ints:
    """Return required streets in an order, as :func:`toured`, by Frederickson's tree and matching alone."""
    links, places = spanning(task.node, task.part, task.ways.far), len(task.ways.places)
    odd = uneven(task.node, links, places)
    found: Ints = odd[pairs(task.ways.far[odd[:, None], odd])]
    return ordered(task.node, np.concatenate([links, found.reshape(-1, 2)]), places)


def bettered(task: Task, order: Ints, *, kicks: int = KICKS, seed: int = 0) -> Ints:
    """Return an order no longer than the one given; what was joined from one part has none that is shorter."""
    parts_ = int((np.bincount(task.part) > 0).sum())
    many = kicks * len(task.row) + _PART_KICKS * parts_ if kicks else 0
    if parts_ == 1:
        return order
    return shortened(task.ways.far, order, task.node, many, mated=True, idle=int(_IDLE * many), seed=seed)


def walked(task: Task, order: Ints) -> Walk:
    """Return the walk that passes the required streets of an order, without what connects twice."""
    start = np.flatnonzero(task.row < 0)
    first = int(task.ways.places[task.node[2 * start[0] if len(start) else order[0]]])
    return _closed(task.streets, task.row[task.row >= 0], task.ways, linked(task.node, order), first)


def _closed(streets: Streets, row: Ints, ways: Ways, links: Ints, begin: int) -> Walk:
    """Return the walk over required streets and the shortest ways of links."""
    known = (ways.arcs, ways.last, ways.places)
    return Walk(*closed(streets.ends, streets.length, streets.nodes, row, begin, *known, links))
