"""The inner steps of a postman's walk, compiled: what connects parts, what leads between, and the closed walk itself.

Areas are small and many: what Python would spend on calls costs more than the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled
from gridkit.measure.routes.contracted import starts, tallied
from gridkit.measure.routes.ways import parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Shorts = NDArray[np.int32]


@compiled
def spanning(node: Ints, part: Ints, far: Floats) -> Ints:  # noqa: C901 # pragma: no cover - compiled, one search
    """Return the links between places that connect all parts by the least length.

    Prim (1957), Bell System Technical Journal 36, 1389-1401.

    Parameters
    ----------
    node, part
        [n] the place and the part (its least place) of each point.
    far
        [p, p] distances between places.

    Returns
    -------
    array
        [parts - 1, 2] places.
    """
    size = len(node)
    rank = np.full(len(far), -1, dtype=np.int64)
    for point in range(size):
        rank[part[point]] = 0
    count = 0
    for place in range(len(far)):
        if rank[place] == 0:
            rank[place] = count
            count += 1
    apart = np.full((count, count), np.inf)
    nearest = np.zeros((count, count, 2), dtype=np.int64)
    for one in range(size):
        a = rank[part[one]]
        for other in range(size):
            b = rank[part[other]]
            if a != b and far[node[one], node[other]] < apart[a, b]:
                apart[a, b] = far[node[one], node[other]]
                nearest[a, b, 0], nearest[a, b, 1] = node[one], node[other]
    joined, via = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.int64)
    joined[0] = True
    links = np.empty((count - 1, 2), dtype=np.int64)
    for at in range(count - 1):
        to = -1
        for each in range(count):
            if not joined[each] and (to < 0 or apart[via[each], each] < apart[via[to], to]):
                to = each
        links[at, 0], links[at, 1] = nearest[via[to], to, 0], nearest[via[to], to, 1]
        joined[to] = True
        for each in range(count):
            if apart[to, each] < apart[via[each], each]:
                via[each] = to
    return links


@compiled
def uneven(node: Ints, links: Ints, places: int) -> Ints:  # pragma: no cover - compiled
    """Return the places that an odd number of street ends and links meet at."""
    met = np.zeros(places, dtype=np.int64)
    for place in node:
        met[place] += 1
    for link in range(len(links)):
        met[links[link, 0]] += 1
        met[links[link, 1]] += 1
    return np.flatnonzero(met % 2)


@compiled
def ordered(node: Ints, links: Ints, places: int) -> Ints:  # pragma: no cover - compiled
    """Return the points of streets (2k and 2k + 1) as they come in a closed walk over them and the links, each once."""
    count = len(node) // 2
    ends = np.empty((count + len(links), 2), dtype=np.int64)
    for street in range(count):
        ends[street, 0], ends[street, 1] = node[2 * street], node[2 * street + 1]
    ends[count:] = links
    at, ahead = circuit(ends, places, node[0])
    order, size = np.empty(2 * count, dtype=np.int64), 0
    for step in range(len(at)):
        if at[step] < count:
            entered = 2 * at[step] + (0 if ahead[step] else 1)
            order[size], order[size + 1] = entered, entered ^ 1
            size += 2
    return order


@compiled
def linked(node: Ints, order: Ints) -> Ints:  # pragma: no cover - compiled
    """Return the links from where a street of an order is left to where the next one is entered, as places."""
    count = len(order) // 2
    links, size = np.empty((count, 2), dtype=np.int64), 0
    for street in range(count):
        begin, end = node[order[2 * street + 1]], node[order[(2 * street + 2) % len(order)]]
        if begin != end:
            links[size, 0], links[size, 1] = begin, end
            size += 1
    return links[:size].copy()


@compiled
def closed(  # noqa: PLR0913, PLR0917 - arrays alone
    ends: Ints,
    length: Floats,
    nodes: int,
    row: Ints,
    begin: int,
    arcs: tuple[Ints, Ints],
    last: Shorts,
    places: Ints,
    links: Ints,
) -> tuple[Ints, Flags, Flags]:  # pragma: no cover - compiled
    """Return the walk over required streets and the shortest ways of links, without what connects twice.

    Parameters
    ----------
    ends, length, nodes
        The streets.
    row, begin
        Those that are required, and where the walk begins.
    arcs, last, places, links
        The ways between places (:class:`gridkit.measure.routes.ways.Ways`), and which of them are walked.

    Returns
    -------
    tuple
        [k] streets, whether each is walked from its first junction to its second, and whether it is a required pass.
    """
    often = np.zeros(len(ends), dtype=np.int64)
    for link in range(len(links)):
        node = places[links[link, 1]]
        while node != places[links[link, 0]]:
            arc = last[links[link, 0], node]
            tallied(arc, arcs[1], len(ends), often)
            node = arcs[0][arc, 0] + arcs[0][arc, 1] - node
    required = np.zeros(len(ends), dtype=np.bool_)
    required[row] = True
    total, doubled, used = len(row), 0, 0
    for street in range(len(ends)):
        if required[street]:
            often[street] %= 2
        elif often[street] > 0:
            often[street] = 2 - often[street] % 2
            doubled += often[street] == 2  # noqa: PLR2004 - there and back
        used += required[street] or often[street] > 0
        total += often[street]
    if doubled:
        total -= 2 * _dropped(ends, length, nodes, (row, begin, used, doubled), required, often)
    rows = np.empty(total, dtype=np.int64)
    rows[: len(row)] = row
    size = len(row)
    for street in range(len(ends)):
        for _ in range(often[street]):
            rows[size] = street
            size += 1
    at, ahead = circuit(ends[rows], nodes, begin)
    return rows[at], ahead, at < len(row)


@compiled
def _dropped(
    ends: Ints, length: Floats, nodes: int, known: tuple[Ints, int, int, int], required: Flags, often: Ints
) -> int:  # pragma: no cover - compiled
    """Take out what leads there and back and connects nothing, the longest first; return how many streets that are."""
    row, begin, used, doubled = known
    kept, tried = np.empty(used, dtype=np.int64), np.empty(doubled, dtype=np.int64)
    size, many = 0, 0
    for street in range(len(ends)):
        if required[street] or often[street] > 0:
            if not required[street] and often[street] == 2:  # noqa: PLR2004 - there and back
                tried[many] = size
                many += 1
            kept[size] = street
            size += 1
    there, some, gone = np.zeros(nodes, dtype=np.bool_), ends[kept], np.zeros(used, dtype=np.bool_)
    there[begin] = True
    for street in row:
        there[ends[street, 0]] = True
    starts = np.flatnonzero(there)
    found = 0
    for each in tried[np.argsort(-length[kept[tried]], kind="mergesort")]:
        gone[each] = True
        part = parts(some[~gone], nodes)
        for start in starts:
            if part[start] != part[starts[0]]:
                gone[each] = False
                break
        if gone[each]:
            often[kept[each]] = 0
            found += 1
    return found


@compiled
def circuit(ends: Ints, nodes: int, begin: int) -> tuple[Ints, Flags]:  # pragma: no cover - compiled
    """Return a closed walk over all edges of a graph that hangs together, every node of which has an even number.

    Hierholzer (1873), Mathematische Annalen 6, 30-32.
    """
    count = len(ends)
    first = starts(ends, nodes)
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
