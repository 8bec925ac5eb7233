"""Reworking: a few neighbouring grids are heated and cooled again on their own.

And the better of before and after stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from gridkit.split.anneal import anneal, rand, strain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.split.anneal import Heat, Layout
    from gridkit.split.piece import Graph


@njit(nogil=True, cache=True)
def rework(
    graph: Graph,
    layout: Layout,
    heats: tuple[Heat, ...],
    hard: float,
    size: int,
    tries: int,
    state: NDArray[np.uint64],
    mark: NDArray[np.int8],
) -> int:
    """Try ``tries`` times to better ``size`` neighbouring grids somewhere; return how often it worked.

    The cost, in metres, is what the units of these grids pay plus ``hard`` times the excess; it never rises. Grids are
    found by a walk over units from a random one. O(units of these grids * sweeps) a try.
    """
    label = layout.label
    n = label.shape[0]
    k = layout.amount.shape[0]
    queue = np.empty(n, np.int32)
    seen = np.zeros(n, np.int8)
    chosen = np.empty(size, np.int32)
    keep = layout.region.copy()
    worked = 0
    for _ in range(tries):
        u = int(rand(state) * n)
        queue[0] = u
        seen[u] = 1
        head, tail, found = 0, 1, 0
        layout.region[:] = -1
        while head < tail and found < size:
            u = queue[head]
            head += 1
            c = label[u]
            if layout.region[c] < 0:
                chosen[found] = c
                layout.region[c] = 1
                found += 1
            for e in range(graph.start[u], graph.start[u + 1]):
                v = graph.neighbour[e]
                if seen[v] == 0:
                    seen[v] = 1
                    queue[tail] = v
                    tail += 1
        for i in range(tail):
            seen[queue[i]] = 0
        if found < 2:
            continue
        for c in range(k):
            if layout.region[c] < 0:
                layout.region[c] = -2 - c
        amount = 0
        for u in range(n):
            if layout.region[label[u]] == 1:
                queue[amount] = u
                amount += 1
        members = queue[:amount].copy()
        before = label[members]
        paid = local_cost(graph, layout, members, chosen[:found], hard)
        for h in range(len(heats)):
            anneal(graph, layout, members, heats[h], state, mark)
        now = local_cost(graph, layout, members, chosen[:found], hard)
        if now < paid - 1e-9:
            worked += 1
        elif now > paid + 1e-9:
            undo(graph, layout, members, before, chosen[:found])
    layout.region[:] = keep
    return worked


@njit(nogil=True, cache=True)
def local_cost(
    graph: Graph, layout: Layout, members: NDArray[np.int32], grids: NDArray[np.int32], hard: float
) -> float:
    """Return the metres that ``members``, the units of ``grids``, pay, with ``hard`` for a target of excess."""
    label = layout.label
    cost = 0.0
    for i in range(members.shape[0]):
        u = members[i]
        for e in range(graph.start[u], graph.start[u + 1]):
            if label[graph.neighbour[e]] != label[u]:
                cost += 0.5 * graph.price[e]
        if graph.old[u] >= 0 and graph.old[u] != label[u]:
            cost += graph.change[u]
    for i in range(grids.shape[0]):
        cost += strain(graph, layout.total, grids[i], 0, 0, 1.0, hard)
    return cost


@njit(nogil=True, cache=True)
def undo(
    graph: Graph, layout: Layout, members: NDArray[np.int32], before: NDArray[np.int32], grids: NDArray[np.int32]
) -> None:
    """Give ``members`` their labels ``before`` back and mend the sums. O(members * degree)."""
    label = layout.label
    for i in range(grids.shape[0]):
        layout.amount[grids[i]] = 0
        layout.total[grids[i]] = 0.0
    for i in range(members.shape[0]):
        u = members[i]
        label[u] = before[i]
        layout.amount[before[i]] += 1
        layout.total[before[i]] += graph.weight[u]
    for i in range(members.shape[0]):
        u = members[i]
        outer = 0
        for e in range(graph.start[u], graph.start[u + 1]):
            if label[graph.neighbour[e]] != label[u]:
                outer += 1
        layout.outer[u] = outer
