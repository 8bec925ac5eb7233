"""A street network as a postman sees it, and the shortest ways between some of its junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled
from gridkit.measure.access.reach import pop, push

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Rows = tuple[Ints, Ints, Ints, Floats]


@dataclass(frozen=True)
class Streets:
    """A street network of which some streets are required; one that is required twice stands there twice.

    Attributes
    ----------
    nodes
        How many junctions there are.
    ends
        [m, 2] the junctions of each street.
    length
        [m] metres, or whatever is to be short.
    required
        [m] whether it is to be passed.
    """

    nodes: int
    ends: Ints
    length: Floats
    required: Flags

    def __len__(self) -> int:
        """Return the number of streets."""
        return len(self.length)


@dataclass(frozen=True)
class Ways:
    """The shortest ways between some junctions.

    Attributes
    ----------
    streets
        The network.
    places
        [p] the junctions.
    far
        [p, p] how long they are; infinite where none leads.
    last
        [p, nodes] the last street of the shortest way from a place to each junction no further than the furthest place,
        -1 at the place itself.
    """

    streets: Streets
    places: Ints
    far: Floats
    last: NDArray[np.int32]


def shortest(streets: Streets, places: Ints) -> Ways:
    """Return the shortest ways between some junctions, in either direction the same.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, 269-271.
    """
    far, last = _from_each(_rows(streets), places)
    return Ways(streets, places, far, last)


def leaned(ways: Ways) -> Streets:
    """Return the network of what is required and what a shortest way between two places uses: no other is needed."""
    used = _used(ways.streets.ends, ways.last, ways.places) | ways.streets.required
    return Streets(ways.streets.nodes, ways.streets.ends[used], ways.streets.length[used], ways.streets.required[used])


def tree(streets: Streets, place: int) -> tuple[Floats, NDArray[np.int32]]:
    """Return how far every junction is from one, infinite where no way leads, and the last street of the way there."""
    found: tuple[Floats, NDArray[np.int32]] = _tree(_rows(streets), place)
    return found


def way_to(streets: Streets, last: NDArray[np.int32], node: int) -> Ints:
    """Return the streets from the root of a tree to a junction, in order."""
    found = []
    while (street := int(last[node])) >= 0:
        found.append(street)
        node = int(streets.ends[street].sum()) - node
    return np.array(found[::-1], dtype=np.int64)


@compiled
def parts(ends: Ints, nodes: int) -> Ints:  # pragma: no cover - compiled
    """Return the part of each junction, by its least junction: :func:`gridkit.graph.components`, for inner loops."""
    above = np.arange(nodes)
    for at in range(len(ends)):
        one, other = ends[at, 0], ends[at, 1]
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        while above[other] != other:
            above[other] = above[above[other]]
            other = above[other]
        if one < other:
            above[other] = one
        else:
            above[one] = other
    for node in range(nodes):
        above[node] = above[above[node]]
    return above


def _rows(streets: Streets) -> Rows:
    """Return the ways out of each junction as compressed rows: first, head, street, length."""
    tail = streets.ends.ravel(order="F")
    order = np.argsort(tail, kind="stable")
    row = order % len(streets) if len(streets) else order
    head = streets.ends[:, ::-1].ravel(order="F")[order]
    first = np.searchsorted(tail[order], np.arange(streets.nodes + 1))
    return first, head, row, streets.length[row]


def leading(ways: Ways, links: Ints) -> Ints:
    """Return the streets of the shortest ways of links (pairs of positions among places), one after another."""
    return _passed(ways.streets.ends, ways.last, ways.places, links)


@compiled
def _from_one(
    rows: Rows, place: int, best: Floats, last: NDArray[np.int32], heap: tuple[Floats, Ints], sought: Flags
) -> None:  # pragma: no cover - compiled
    """Write how far junctions are from a place, and the last street of the way there, until all sought are met."""
    first, head, row, length = rows
    keys, items = heap
    left = sought.sum()
    best[:] = np.inf
    last[:] = -1
    best[place] = 0.0
    size = push(keys, items, 0, 0.0, place)
    while size:
        key, node = keys[0], items[0]
        size = pop(keys, items, size)
        if key > best[node]:
            continue
        if sought[node]:
            left -= 1
            if left == 0:
                return
        for arc in range(first[node], first[node + 1]):
            total = key + length[arc]
            if total < best[head[arc]]:
                best[head[arc]] = total
                last[head[arc]] = row[arc]
                size = push(keys, items, size, total, head[arc])


@compiled
def _from_each(rows: Rows, places: Ints) -> tuple[Floats, NDArray[np.int32]]:  # pragma: no cover - compiled
    nodes, arcs = len(rows[0]) - 1, len(rows[1])
    far = np.empty((len(places), len(places)))
    last = np.empty((len(places), nodes), dtype=np.int32)
    best = np.empty(nodes)
    heap = (np.empty(arcs + 1), np.empty(arcs + 1, dtype=np.int64))
    sought = np.zeros(nodes, dtype=np.bool_)
    sought[places] = True
    for at in range(len(places)):
        _from_one(rows, places[at], best, last[at], heap, sought)
        for other in range(len(places)):
            far[at, other] = best[places[other]]
    return far, last


@compiled
def _tree(rows: Rows, place: int) -> tuple[Floats, NDArray[np.int32]]:  # pragma: no cover - compiled
    nodes, arcs = len(rows[0]) - 1, len(rows[1])
    best, last = np.empty(nodes), np.empty(nodes, dtype=np.int32)
    heap = (np.empty(arcs + 1), np.empty(arcs + 1, dtype=np.int64))
    _from_one(rows, place, best, last, heap, np.zeros(nodes, dtype=np.bool_))
    return best, last


@compiled
def _used(ends: Ints, last: NDArray[np.int32], places: Ints) -> Flags:  # pragma: no cover - compiled
    found = np.zeros(len(ends), dtype=np.bool_)
    seen = np.full(last.shape[1], -1, dtype=np.int64)
    for at in range(len(places)):
        for other in range(len(places)):
            node = places[other]
            while seen[node] != at and last[at, node] >= 0:
                seen[node] = at
                street = last[at, node]
                found[street] = True
                node = ends[street, 0] + ends[street, 1] - node
    return found


@compiled
def _passed(ends: Ints, last: NDArray[np.int32], places: Ints, links: Ints) -> Ints:  # pragma: no cover - compiled
    size = 0
    for fill in range(2):
        if fill:
            found = np.empty(size, dtype=np.int64)
        size = 0
        for link in range(len(links)):
            node = places[links[link, 1]]
            while node != places[links[link, 0]]:
                street = last[links[link, 0], node]
                if fill:
                    found[size] = street
                size += 1
                node = ends[street, 0] + ends[street, 1] - node
    return found
