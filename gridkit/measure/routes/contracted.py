"""A street network without the junctions that nobody asks for: ways between places stay as long as they were.

A junction of few streets is taken out, and each two of its streets become one arc, unless a shorter one is there. What
an arc stands for is unfolded when it is walked.

References
----------
Geisberger, Sanders, Schultes & Delling (2008), WEA, LNCS 5038, 319-333 (contraction of nodes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Rows = tuple[Ints, Ints, Ints, Floats]
    Arcs = tuple[Ints, Ints]
    Lists = tuple[Ints, Ints, Floats, Flags, Ints, Ints, Ints]

MOST = 6
"""A junction of more streets stays: what is won without it would be lost by the arcs it leaves."""


@compiled
def contracted(
    ends: Ints, length: Floats, nodes: int, places: Ints
) -> tuple[Rows, Arcs]:  # pragma: no cover - compiled
    """Return the arcs between the junctions that stay, and what all arcs are made of.

    Parameters
    ----------
    ends, length, nodes
        The streets.
    places
        The junctions that stay.

    Returns
    -------
    tuple
        Compressed rows (first, head, arc, length) over all junctions; and of all arcs ``ends`` [a, 2] and ``halves``
        [a, 2], of which the first meets the first end: arcs below the number of streets are streets.
    """
    count, room = len(ends), len(ends) + MOST * (MOST - 1) // 2 * nodes
    arcs, halves, metres = np.empty((room, 2), np.int64), np.full((room, 2), -1, np.int64), np.empty(room)
    arcs[:count], metres[:count] = ends, length
    alive = np.zeros(room, dtype=np.bool_)
    begin, after = np.full(nodes, -1, dtype=np.int64), np.full(2 * room, -1, dtype=np.int64)
    degree = np.zeros(nodes, dtype=np.int64)
    lists = (arcs, halves, metres, alive, begin, after, degree)
    for arc in range(count):
        _laid(lists, arc)
    kept = np.zeros(nodes, dtype=np.bool_)
    kept[places] = True
    for most in range(1, MOST + 1):
        count = _without(lists, kept, most, count)
    there = np.flatnonzero(alive)
    first, head, row, far = compressed(arcs[there], metres[there], nodes)
    return (first, head, there[row], far), (arcs[:count].copy(), halves[:count].copy())


@compiled
def starts(ends: Ints, nodes: int) -> Ints:  # pragma: no cover - compiled
    """Return where the ends at each node begin in a list of all of them, node by node; at last how many there are."""
    first = np.zeros(nodes + 1, dtype=np.int64)
    for edge in range(len(ends)):
        first[ends[edge, 0] + 1] += 1
        first[ends[edge, 1] + 1] += 1
    for node in range(nodes):
        first[node + 1] += first[node]
    return first


@compiled
def compressed(ends: Ints, length: Floats, nodes: int) -> Rows:  # pragma: no cover - compiled
    """Return the ways out of each junction as compressed rows: first, head, street, length."""
    count = len(ends)
    first = starts(ends, nodes)
    free = first[:-1].copy()
    head, row, far = np.empty(2 * count, dtype=np.int64), np.empty(2 * count, dtype=np.int64), np.empty(2 * count)
    for side in range(2):
        for street in range(count):
            at = free[ends[street, side]]
            free[ends[street, side]] += 1
            head[at], row[at], far[at] = ends[street, 1 - side], street, length[street]
    return first, head, row, far


@compiled
def _without(lists: Lists, kept: Flags, most: int, count: int) -> int:  # pragma: no cover - compiled
    """Take out junctions of no more than so many arcs, and those that come to have so few; return how many arcs are."""
    arcs, degree = lists[0], lists[-1]
    near = np.empty(MOST, dtype=np.int64)
    waits = ~kept
    waiting, size = np.empty(len(kept), dtype=np.int64), 0
    for node in np.flatnonzero(waits):
        waiting[size] = node
        size += 1
    while size:
        size -= 1
        node = waiting[size]
        waits[node] = False
        if degree[node] > most:
            continue
        kept[node] = True  # it is gone, and does not come again
        many, count = _taken_out(lists, node, near, count)
        for half in near[:many]:
            other = arcs[half // 2, 1 - half % 2]
            if not kept[other] and not waits[other] and degree[other] <= most:
                waiting[size], waits[other] = other, True
                size += 1
    return count


@compiled
def _taken_out(lists: Lists, node: int, near: Ints, count: int) -> tuple[int, int]:  # pragma: no cover - compiled
    """Put arcs past a junction for those that meet at it; return how many those were, and how many arcs are."""
    arcs, halves, metres, alive, begin, after, degree = lists
    many, half = 0, begin[node]
    while half >= 0:
        if alive[half // 2]:
            near[many] = half
            many += 1
        half = after[half]
    for k in range(many):
        alive[near[k] // 2] = False
        degree[arcs[near[k] // 2, 1 - near[k] % 2]] -= 1
    for k in range(many):
        for m in range(k + 1, many):
            arcs[count, 0] = arcs[near[k] // 2, 1 - near[k] % 2]
            arcs[count, 1] = arcs[near[m] // 2, 1 - near[m] % 2]
            halves[count, 0], halves[count, 1] = near[k] // 2, near[m] // 2
            metres[count] = metres[near[k] // 2] + metres[near[m] // 2]
            if _laid(lists, count):
                count += 1
    return many, count


@compiled
def _laid(lists: Lists, arc: int) -> bool:  # pragma: no cover - compiled
    """Lay an arc between its ends, unless it leads round or one no longer is there; return whether it lies."""
    arcs, _, metres, alive, begin, after, degree = lists
    one, other = arcs[arc, 0], arcs[arc, 1]
    if one == other:
        return False
    if degree[other] < degree[one]:
        one, other = other, one
    half = begin[one]
    while half >= 0:
        there = half // 2
        if alive[there] and arcs[there, 1 - half % 2] == other:
            if metres[there] <= metres[arc]:
                return False
            alive[there] = False
            degree[one] -= 1
            degree[other] -= 1
        half = after[half]
    alive[arc] = True
    for side in range(2):
        node = arcs[arc, side]
        after[2 * arc + side], begin[node] = begin[node], 2 * arc + side
        degree[node] += 1
    return True


@compiled
def tallied(arc: int, halves: Ints, streets: int, often: Ints) -> None:  # pragma: no cover - compiled
    """Count each street that an arc stands for once more."""
    stack = [arc]
    while stack:
        each = stack.pop()
        if each < streets:
            often[each] += 1
        else:
            stack.append(halves[each, 0])
            stack.append(halves[each, 1])


@compiled
def unfolded(
    arc: int, node: int, made: Arcs, streets: int, found: Ints, size: int
) -> int:  # pragma: no cover - compiled
    """Note the streets that an arc stands for, as they are walked from one of its ends; return how many are noted."""
    arcs, halves = made
    stack = [(arc, node)]
    while stack:
        each, here = stack.pop()
        if each < streets:
            found[size] = each
            size += 1
        else:
            side = 0 if arcs[each, 0] == here else 1
            first = halves[each, side]
            stack.append((halves[each, 1 - side], arcs[first, 0] + arcs[first, 1] - here))
            stack.append((first, here))
    return size
