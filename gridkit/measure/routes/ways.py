"""A street network as a postman sees it, and the shortest ways between some of its junctions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled, kernel
from gridkit.measure.access.reach import pop, push
from gridkit.measure.routes.contracted import compressed, contracted, tallied, unfolded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Rows = tuple[Ints, Ints, Ints, Floats]
    Arcs = tuple[Ints, Ints]


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
        [p, nodes] the last arc of the shortest way from a place to each junction that stays and is no further than the
        furthest place, -1 at the place itself.
    arcs
        What arcs are made of: :func:`gridkit.measure.routes.contracted.contracted`.
    """

    streets: Streets
    places: Ints
    far: Floats
    last: NDArray[np.int32]
    arcs: Arcs


def shortest(streets: Streets, places: Ints) -> Ways:
    """Return the shortest ways between some junctions, in either direction the same.

    References
    ----------
    Dijkstra (1959), Numerische Mathematik 1, 269-271.
    """
    rows, arcs = contracted(streets.ends, streets.length, streets.nodes, places)
    far, last = _from_each(rows, places)
    return Ways(streets, places, far, last, arcs)


def leaned(ways: Ways) -> Streets:
    """Return the network of what is required and what a shortest way between two places uses: no other is needed."""
    used = _used(ways.arcs, len(ways.streets), ways.last, ways.places) | ways.streets.required
    return Streets(ways.streets.nodes, ways.streets.ends[used], ways.streets.length[used], ways.streets.required[used])


def tree(streets: Streets, place: int) -> tuple[Floats, NDArray[np.int32]]:
    """Return how far every junction is from one, infinite where no way leads, and the last street of the way there."""
    found: tuple[Floats, NDArray[np.int32]] = _tree(compressed(streets.ends, streets.length, streets.nodes), place)
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


def leading(ways: Ways, links: Ints) -> Ints:
    """Return the streets of the shortest ways of links (pairs of positions among places), one after another.

    Each way is told from its second place to its first.
    """
    found: Ints = _passed(ways.arcs, len(ways.streets), ways.last, ways.places, links)
    return found


@kernel
def _from_one(  # noqa: PLR0913, PLR0917 - a kernel makes no array
    rows: Rows, place: int, best: Floats, last: NDArray[np.int32], heap: tuple[Floats, Ints], sought: Flags, left: int
) -> None:  # pragma: no cover - compiled
    """Write how far junctions are from a place, and the last arc of the way there, until all sought are met."""
    first, head, row, length = rows
    keys, items = heap
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
        _from_one(rows, places[at], best, last[at], heap, sought, len(places))
        for other in range(len(places)):
            far[at, other] = best[places[other]]
    return far, last


@compiled
def _tree(rows: Rows, place: int) -> tuple[Floats, NDArray[np.int32]]:  # pragma: no cover - compiled
    nodes, arcs = len(rows[0]) - 1, len(rows[1])
    best, last = np.empty(nodes), np.empty(nodes, dtype=np.int32)
    heap = (np.empty(arcs + 1), np.empty(arcs + 1, dtype=np.int64))
    _from_one(rows, place, best, last, heap, np.zeros(nodes, dtype=np.bool_), 0)
    return best, last


@compiled
def _used(arcs: Arcs, streets: int, last: NDArray[np.int32], places: Ints) -> Flags:  # pragma: no cover - compiled
    ends, halves = arcs
    taken = np.zeros(len(ends), dtype=np.bool_)
    seen = np.full(last.shape[1], -1, dtype=np.int64)
    for at in range(len(places)):
        for other in range(len(places)):
            node = places[other]
            while seen[node] != at and last[at, node] >= 0:
                seen[node] = at
                arc = last[at, node]
                taken[arc] = True
                node = ends[arc, 0] + ends[arc, 1] - node
    often = np.zeros(streets, dtype=np.int64)
    for arc in np.flatnonzero(taken):
        tallied(int(arc), halves, streets, often)
    return often > 0


@compiled
def _passed(
    arcs: Arcs, streets: int, last: NDArray[np.int32], places: Ints, links: Ints
) -> Ints:  # pragma: no cover - compiled
    ends, halves = arcs
    often = np.zeros(streets, dtype=np.int64)
    for link in range(len(links)):
        node = places[links[link, 1]]
        while node != places[links[link, 0]]:
            arc = int(last[links[link, 0], node])
            tallied(arc, halves, streets, often)
            node = ends[arc, 0] + ends[arc, 1] - node
    found, size = np.empty(often.sum(), dtype=np.int64), 0
    for link in range(len(links)):
        node = places[links[link, 1]]
        while node != places[links[link, 0]]:
            arc = last[links[link, 0], node]
            size = unfolded(arc, node, arcs, streets, found, size)
            node = ends[arc, 0] + ends[arc, 1] - node
    return found
