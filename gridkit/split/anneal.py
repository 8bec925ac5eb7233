"""Annealing: units of a piece move between neighbouring grids while the temperature falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from gridkit.split.piece import NEAR_MAX, Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Charges outside the band grow with the square of the distance: no grid becomes a sink for what others cannot place.
BULGE = 25.0
LOGS = 4096
SEARCH_MAX = 4000  # units looked at before a doubtful move is given up


class Layout(NamedTuple):
    """Which unit is in which grid, and the sums that follow from it. Written in place by the kernels."""

    label: NDArray[np.int32]  # [n]
    total: NDArray[np.float64]  # [k, q] sums of weight
    amount: NDArray[np.int32]  # [k] units in a grid
    outer: NDArray[np.int32]  # [n] neighbours of a unit that are in another grid
    region: NDArray[np.int32]  # [k] moves stay within one region


class Heat(NamedTuple):
    """One stretch of the cooling."""

    first: float  # temperature at its start, metres
    last: float  # temperature at its end
    steep_first: float  # metres per target outside the band, at its start
    steep_last: float
    slack: float  # share of the band's half-width that is free of charge
    sweeps: int


@njit(nogil=True, cache=True)
def rand(state: NDArray[np.uint64]) -> float:
    """Return a uniform number of [0, 1) and advance the xorshift state. O(1)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return float((x >> np.uint64(11)) * (1.0 / 9007199254740992.0))


@njit(nogil=True, cache=True)
def holds_together(graph: Graph, label: NDArray[np.int32], unit: int, mark: NDArray[np.int8]) -> bool:
    """Say whether the grid of ``unit`` stays contiguous without it.

    O(degree) when its neighbours in the grid touch each other around it; else a search inside the grid, both sides in
    turn. ``mark`` is all zero before and after.
    """
    first = graph.start[unit]
    last = graph.start[unit + 1]
    own = label[unit]
    degree = last - first
    if degree <= NEAR_MAX:
        kin = np.uint64(0)
        one = np.uint64(1)
        for j in range(degree):
            if label[graph.neighbour[first + j]] == own:
                kin |= one << np.uint64(j)
        if kin == 0:
            return False
        reached = kin & (~kin + one)
        fresh = reached
        while fresh != 0:
            grown = np.uint64(0)
            j = 0
            bits = fresh
            while bits != 0:
                if bits & one:
                    grown |= graph.near[first + j]
                bits >>= one
                j += 1
            fresh = grown & kin & ~reached
            reached |= fresh
        if reached == kin:
            return True
    # A walk from one neighbour has to meet all the others.
    wanted = 0
    queue = np.empty(SEARCH_MAX, np.int32)
    head = 0
    tail = 0
    for e in range(first, last):
        v = graph.neighbour[e]
        if label[v] == own:
            if tail == 0:
                queue[0] = v
                tail = 1
                mark[v] = 1
            else:
                mark[v] = 2
                wanted += 1
    mark[unit] = 1
    while head < tail and wanted > 0:
        v = queue[head]
        head += 1
        for e in range(graph.start[v], graph.start[v + 1]):
            x = graph.neighbour[e]
            if label[x] == own and mark[x] != 1:
                if mark[x] == 2:
                    wanted -= 1
                mark[x] = 1
                if tail == SEARCH_MAX:
                    head = tail
                    break
                queue[tail] = x
                tail += 1
    for i in range(tail):
        mark[queue[i]] = 0
    mark[unit] = 0
    for e in range(first, last):
        mark[graph.neighbour[e]] = 0
    return wanted == 0


@njit(nogil=True, cache=True)
def strain(
    graph: Graph, total: NDArray[np.float64], grid: int, unit: int, sign: int, slack: float, steep: float
) -> float:
    """Return the metres charged for the grid's distance from the band, ``unit`` added (1), taken (-1) or left (0)."""
    charge = 0.0
    for q in range(graph.low.shape[0]):
        t = total[grid, q] + sign * graph.weight[unit, q]
        middle = 0.5 * (graph.low[q] + graph.high[q])
        half = 0.5 * (graph.high[q] - graph.low[q])
        over = abs(t - middle) - slack * half
        if over > 0.0:
            charge += steep * over * (1.0 + over * BULGE)
    return charge


@njit(nogil=True, cache=True)
def charge_gain(
    graph: Graph, total: NDArray[np.float64], a: int, b: int, unit: int, slack: float, steep: float
) -> float:
    """Return the charge in metres that is saved when ``unit`` moves from grid a to grid b. O(measures)."""
    saved = strain(graph, total, a, unit, 0, slack, steep) - strain(graph, total, a, unit, -1, slack, steep)
    return saved + strain(graph, total, b, unit, 0, slack, steep) - strain(graph, total, b, unit, 1, slack, steep)


@njit(nogil=True, cache=True)
def cut_gain(graph: Graph, label: NDArray[np.int32], unit: int, to: int) -> float:
    """Return the metres saved when ``unit`` moves to ``to``, the band left out. O(degree)."""
    own = label[unit]
    gain = 0.0
    for e in range(graph.start[unit], graph.start[unit + 1]):
        x = label[graph.neighbour[e]]
        if x == own:
            gain -= graph.price[e]
        elif x == to:
            gain += graph.price[e]
    if graph.old[unit] >= 0:
        if graph.old[unit] == own:
            gain -= graph.change[unit]
        elif graph.old[unit] == to:
            gain += graph.change[unit]
    return gain


@njit(nogil=True, cache=True)
def move(graph: Graph, layout: Layout, unit: int, to: int) -> None:
    """Put ``unit`` into grid ``to`` and keep every sum true. O(degree)."""
    label = layout.label
    a = label[unit]
    label[unit] = to
    for q in range(graph.low.shape[0]):
        layout.total[a, q] -= graph.weight[unit, q]
        layout.total[to, q] += graph.weight[unit, q]
    layout.amount[a] -= 1
    layout.amount[to] += 1
    outer = 0
    for e in range(graph.start[unit], graph.start[unit + 1]):
        v = graph.neighbour[e]
        if label[v] == a:
            layout.outer[v] += 1
            outer += 1
        elif label[v] == to:
            layout.outer[v] -= 1
        else:
            outer += 1
    layout.outer[unit] = outer


@njit(nogil=True, cache=True)
def anneal(
    graph: Graph,
    layout: Layout,
    members: NDArray[np.int32],
    heat: Heat,
    state: NDArray[np.uint64],
    mark: NDArray[np.int8],
) -> int:
    """Sweep over ``members`` while the heat falls; return the number of moves.

    Invariant: every grid stays contiguous and keeps at least one unit; fixed units stay. One proposal is O(degree) but
    for the rare search.
    """
    label = layout.label
    moves = 0
    n = members.shape[0]
    logs = -np.log((np.arange(LOGS) + 0.5) / LOGS)
    for s in range(heat.sweeps):
        part = s / max(1, heat.sweeps - 1)
        temperature = heat.first * (heat.last / heat.first) ** part
        steep = heat.steep_first * (heat.steep_last / heat.steep_first) ** part
        for i in range(n):
            u = members[i]
            if layout.outer[u] == 0 or graph.fixed[u] >= 0:
                continue
            a = label[u]
            if layout.amount[a] == 1:
                continue
            first = graph.start[u]
            degree = graph.start[u + 1] - first
            r = rand(state)
            j = int(r * degree)
            b = label[graph.neighbour[first + j]]
            if b == a or layout.region[b] != layout.region[a]:
                continue
            short = -temperature * logs[int(rand(state) * LOGS)] - cut_gain(graph, label, u, b)
            if short > 0.0:  # what its grids are charged now is the most that the move can save them
                charged = strain(graph, layout.total, a, u, 0, heat.slack, steep)
                if short > charged + strain(graph, layout.total, b, u, 0, heat.slack, steep):
                    continue
            if charge_gain(graph, layout.total, a, b, u, heat.slack, steep) < short:
                continue
            if holds_together(graph, label, u, mark):
                move(graph, layout, u, b)
                moves += 1
    return moves


def lay_out(graph: Graph, label: NDArray[np.int32], k: int) -> Layout:
    """Return the layout of ``label``; its arrays are its own."""
    label = label.astype(np.int32)
    total = np.column_stack([np.bincount(label, column, k).astype(np.float64) for column in graph.weight.T])
    amount = np.bincount(label, minlength=k).astype(np.int32)
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    outer = np.bincount(source, label[source] != label[graph.neighbour], len(label)).astype(np.int32)
    return Layout(label, total, amount, outer, np.zeros(k, dtype=np.int32))


def price_of(graph: Graph, label: NDArray[np.int32]) -> float:
    """Return the metres that ``label`` pays for borders and for change."""
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    cut = float(graph.price[label[source] != label[graph.neighbour]].sum()) / 2
    return cut + float(graph.change[(graph.old >= 0) & (graph.old != label)].sum())


def excess(graph: Graph, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many targets each grid [k] is outside its bands, summed over the measures."""
    return np.asarray(np.maximum(np.maximum(graph.low - total, total - graph.high), 0.0).sum(axis=1))
