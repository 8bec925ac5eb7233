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

from gridkit.kernels import compiled
from gridkit.measure.routes.matching import pairs
from gridkit.measure.routes.tour import shortened
from gridkit.measure.routes.ways import leading, parts, shortest

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
    row = np.flatnonzero(streets.required)
    own = streets.ends[row]
    begin = int(own[0, 0]) if start is None else start
    part = parts(own, streets.nodes)
    if (part[own[:, 0]] != part[begin]).any():
        made = task(streets, start)
        return walked(made, toured(made, kicks=kicks, seed=seed))
    # One part: the ways between its odd junctions are all that is needed.
    odd = np.flatnonzero(np.bincount(own.ravel(), minlength=streets.nodes) % 2)
    ways = shortest(streets, odd)
    return _closed(streets, row, ways, pairs(ways.far), begin)


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
    links = _tree(task)
    return _order(task, np.concatenate([links, _matched(task, links)]))


def bettered(task: Task, order: Ints, *, kicks: int = KICKS, seed: int = 0) -> Ints:
    """Return an order no longer than the one given; what was joined from one part has none that is shorter."""
    parts_ = len(np.unique(task.part))
    many = kicks * len(task.row) + _PART_KICKS * parts_ if kicks else 0
    return order if parts_ == 1 else shortened(task.ways.far, order, task.node, many, mated=True, seed=seed)


def walked(task: Task, order: Ints) -> Walk:
    """Return the walk that passes the required streets of an order, without what connects twice."""
    begin, end = task.node[order[1::2]], task.node[np.roll(order, -1)[1::2]]
    links = np.column_stack([begin, end])[begin != end]
    start = np.flatnonzero(task.row < 0)
    first = int(task.ways.places[task.node[2 * start[0] if len(start) else order[0]]])
    return _closed(task.streets, task.row[task.row >= 0], task.ways, links, first)


def _closed(streets: Streets, row: Ints, ways: Ways, links: Ints, begin: int) -> Walk:
    """Return the walk over required streets and the shortest ways of links."""
    rows = np.concatenate([row, _lean(streets, row, begin, leading(ways, links))])
    at, ahead = _circuit(streets.ends[rows], streets.nodes, begin)
    return Walk(rows[at], ahead, at < len(row))


def _tree(task: Task) -> Ints:
    """Return the links between places that connect all parts by the least length (Prim 1957)."""
    part = task.part
    if (part == part[0]).all():
        return np.empty((0, 2), dtype=np.int64)
    order = np.argsort(part, kind="stable")
    begin = np.flatnonzero(np.r_[True, np.diff(part[order]) > 0])
    place = task.node[order]
    between = task.ways.far[np.ix_(place, place)]
    apart = np.minimum.reduceat(np.minimum.reduceat(between, begin, axis=0), begin, axis=1)
    count, stop = len(begin), np.append(begin[1:], len(order))
    joined, near, nearest = np.zeros(count, dtype=bool), apart[0].copy(), np.zeros(count, dtype=np.int64)
    joined[0] = True
    links = []
    for _ in range(count - 1):
        to = int(np.argmin(np.where(joined, np.inf, near)))
        own = between[begin[nearest[to]] : stop[nearest[to]], begin[to] : stop[to]]
        i, j = np.unravel_index(int(np.argmin(own)), own.shape)
        links.append((place[begin[nearest[to]] + i], place[begin[to] + j]))
        joined[to] = True
        closer = apart[to] < near
        near[closer], nearest[closer] = apart[to][closer], to
    return np.array(links, dtype=np.int64).reshape(-1, 2)


def _matched(task: Task, links: Ints) -> Ints:
    """Return the links that make the number of ways even at every place, as short as can be together."""
    met = np.bincount(np.concatenate([task.node, links.ravel()]), minlength=len(task.ways.places))
    odd = np.flatnonzero(met % 2)
    found: Ints = odd[pairs(task.ways.far[np.ix_(odd, odd)])]
    return found.reshape(-1, 2)


def _order(task: Task, links: Ints) -> Ints:
    """Return the required streets as they come in a walk over them and the links, each once."""
    count = len(task.row)
    ends = np.concatenate([task.node.reshape(-1, 2), links])
    at, ahead = _circuit(ends, len(task.ways.places), int(task.node[0]))
    own = at < count
    entered = 2 * at[own] + ~ahead[own]
    return np.column_stack([entered, entered ^ 1]).ravel()


def _lean(streets: Streets, row: Ints, begin: int, passed: Ints) -> Ints:
    """Return the passes that lead somewhere without pairs of them that connect nothing."""
    often = np.bincount(passed, minlength=len(streets))
    required = np.zeros(len(streets), dtype=bool)
    required[row] = True
    kept = np.where(required, often % 2, np.where(often > 0, 2 - often % 2, 0))
    twice = np.flatnonzero(~required & (kept == 2))  # noqa: PLR2004 - there and back
    if len(twice):
        used = np.flatnonzero(required | (kept > 0))
        ends, starts = streets.ends[used], np.append(streets.ends[row, 0], begin)
        at = np.searchsorted(used, twice[np.argsort(-streets.length[twice], kind="stable")])
        kept[used[_needless(ends, streets.nodes, starts, at)]] = 0
    return np.repeat(np.arange(len(streets)), kept)


@compiled
def _needless(ends: Ints, nodes: int, starts: Ints, tried: Ints) -> Ints:  # pragma: no cover - compiled
    """Return which of the edges tried, one after another, may go and ``starts`` still hang together."""
    gone = np.zeros(len(ends), dtype=np.bool_)
    for edge in tried:
        gone[edge] = True
        part = parts(ends[~gone], nodes)
        for start in starts:
            if part[start] != part[starts[0]]:
                gone[edge] = False
                break
    return np.flatnonzero(gone)


@compiled
def _circuit(ends: Ints, nodes: int, begin: int) -> tuple[Ints, Flags]:  # pragma: no cover - compiled
    """Return a closed walk over all edges of a graph that hangs together, every node of which has an even number.

    Hierholzer (1873), Mathematische Annalen 6, 30-32.
    """
    count = len(ends)
    first = np.zeros(nodes + 1, dtype=np.int64)
    for edge in range(count):
        first[ends[edge, 0] + 1] += 1
        first[ends[edge, 1] + 1] += 1
    for node in range(nodes):
        first[node + 1] += first[node]
    free = first[:-1].copy()
    held = np.empty(2 * count, dtype=np.int64)
    for edge in range(count):
        for side in range(2):
            held[free[ends[edge, side]]] = 2 * edge + side
            free[ends[edge, side]] += 1
    free = first[:-1].copy()
    walked = np.zeros(count, dtype=np.bool_)
    stack, taken = np.empty(count + 1, dtype=np.int64), np.empty(count + 1, dtype=np.int64)
    stack[0], taken[0], depth = begin, -1, 1
    at, ahead, size = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.bool_), 0
    while depth > 0:
        node = stack[depth - 1]
        while free[node] < first[node + 1] and walked[held[free[node]] // 2]:
            free[node] += 1
        if free[node] < first[node + 1]:
            way = held[free[node]]
            walked[way // 2] = True
            stack[depth], taken[depth] = ends[way // 2, 1 - way % 2], way
            depth += 1
        else:
            depth -= 1
            if depth > 0:
                # The walk comes out backwards: it is told from its end.
                at[size], ahead[size] = taken[depth] // 2, taken[depth] % 2 == 0
                size += 1
    return at[::-1], ahead[::-1]
