"""Polishing: the end of the search, by single moves and by pairs of moves that make up for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from gridkit.split.anneal import charge_gain, cut_gain, holds_together, move

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.split.anneal import Layout
    from gridkit.split.piece import Graph


@njit(nogil=True, cache=True)
def polish(graph: Graph, layout: Layout, steep: float, reach: float, passes: int) -> int:
    """Make every move, and every pair of moves, that lowers metres plus ``steep`` times the excess.

    Return how many were made.

    A pair is one move a to b and one that evens it out: out of b to any grid, or out of any grid into a. First moves
    that lose more than ``reach`` metres are not followed up. The grids of a unit never fall apart. O(units * units of a
    grid * degree) a pass.
    """
    label = layout.label
    n = label.shape[0]
    k = layout.amount.shape[0]
    mark = np.zeros(n, np.int8)
    first = np.zeros(k + 1, np.int32)
    listed = np.empty(n, np.int32)
    made = 0
    for _ in range(passes):
        before = made
        first[:] = 0
        for u in range(n):
            first[label[u] + 1] += 1
        for c in range(k):
            first[c + 1] += first[c]
        place = first[:k].copy()
        for u in range(n):
            listed[place[label[u]]] = u
            place[label[u]] += 1
        for u in range(n):
            if layout.outer[u] == 0 or graph.fixed[u] >= 0:
                continue
            for e in range(graph.start[u], graph.start[u + 1]):
                a = label[u]
                b = label[graph.neighbour[e]]
                if b == a or layout.amount[a] == 1 or layout.region[a] != layout.region[b]:
                    continue
                metres = cut_gain(graph, label, u, b)
                gain = metres + charge_gain(graph, layout.total, a, b, u, 1.0, steep)
                if gain <= 1e-6 and metres < -reach:
                    continue
                if not holds_together(graph, label, u, mark):
                    continue
                move(graph, layout, u, b)
                if gain > 1e-6:
                    made += 1
                    continue
                v, to = second(graph, layout, u, a, b, -gain + 1e-6, steep, first, listed, mark)
                if v < 0:
                    move(graph, layout, u, a)
                else:
                    move(graph, layout, v, to)
                    made += 2
        if made == before:
            break
    return made


@njit(nogil=True, cache=True)
def second(
    graph: Graph,
    layout: Layout,
    u: int,
    a: int,
    b: int,
    least: float,
    steep: float,
    first: NDArray[np.int32],
    listed: NDArray[np.int32],
    mark: NDArray[np.int8],
) -> tuple[int, int]:
    """Return the move (unit, grid) that gains most, and more than ``least``, after ``u`` went from a to b.

    (-1, -1) if none does.
    """
    label = layout.label
    best = least
    unit = -1
    to = -1
    for i in range(first[b], first[b + 1]):
        v = listed[i]
        if label[v] != b or v == u or layout.outer[v] == 0 or graph.fixed[v] >= 0:
            continue
        done = -1
        for e in range(graph.start[v], graph.start[v + 1]):
            c = label[graph.neighbour[e]]
            if c == b or c == done or layout.region[c] != layout.region[b]:  # noqa: PLR1714, SIM109 - for numba
                continue
            done = c
            gain = cut_gain(graph, label, v, c) + charge_gain(graph, layout.total, b, c, v, 1.0, steep)
            if gain > best and layout.amount[b] > 1 and holds_together(graph, label, v, mark):
                best, unit, to = gain, v, c
    for i in range(first[a], first[a + 1]):
        x = listed[i]
        if label[x] != a or layout.outer[x] == 0:
            continue
        for e in range(graph.start[x], graph.start[x + 1]):
            v = graph.neighbour[e]
            c = label[v]
            if c == a or v == u or layout.region[c] != layout.region[a] or graph.fixed[v] >= 0 or layout.amount[c] == 1:
                continue
            gain = cut_gain(graph, label, v, a) + charge_gain(graph, layout.total, c, a, v, 1.0, steep)
            if gain > best and holds_together(graph, label, v, mark):
                best, unit, to = gain, v, a
    return unit, to
