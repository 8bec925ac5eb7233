"""Re-annealing of a neighbourhood: a few grids side by side are annealed again, and the better of both plans stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridkit.kernels import kernel
from gridkit.partition.annealing.exchange import exchange
from gridkit.partition.annealing.moves import anneal, penalty, wished

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gridkit.partition.annealing.moves import Heat, Labelling
    from gridkit.partition.annealing.workspace import Workspace
    from gridkit.partition.piece import Graph

PASSES = 2  # of exchanges a try
REACH = 0.3  # of the first temperature: what the first move of a pair may lose


@kernel
def reanneal(
    graph: Graph,
    plan: Labelling,
    within: NDArray[np.int32],
    roots: NDArray[np.int32],
    size: int,
    heats: tuple[Heat, ...],
    hard: float,
    state: NDArray[np.uint64],
    space: Workspace,
) -> int:
    """Try to better the ``size`` grids nearest to each of ``roots``, units, in turn; return how often it worked.

    The cost, in metres, is what the units of these grids pay plus ``hard`` times the excess; it never rises. ``within``
    are the units of one region, and all grids at hand are of it. O(within + units of these grids * sweeps) a try.
    """
    label, region, members, before = plan.label, plan.region, space.members, space.before
    worked = 0
    for i in range(roots.shape[0]):
        own = region[label[roots[i]]]
        # Below zero, which no region's number is: the mark needs no array of its own, and undoing it needs no memory.
        chosen = -1 - own
        gather(graph, plan, roots[i], size, space)
        amount = 0
        for j in range(within.shape[0]):
            if region[label[within[j]]] == chosen:
                members[amount] = within[j]
                before[amount] = label[within[j]]
                amount += 1
        paid = local_cost(graph, plan, members[:amount], hard, space)
        for h in range(len(heats)):
            anneal(graph, plan, members[:amount], heats[h], state, space)
        exchange(graph, plan, members[:amount], hard, REACH * heats[0].first, PASSES, space)
        now = local_cost(graph, plan, members[:amount], hard, space)
        # With a slack for rounding: equal plans are kept as they came out, which lets the search drift along a
        # plateau.
        if now < paid - 1e-9:
            worked += 1
        elif now > paid + 1e-9:
            undo(graph, plan, members[:amount], before)
        for j in range(amount):
            region[label[members[j]]] = own
    return worked


@kernel
def gather(graph: Graph, plan: Labelling, root: int, size: int, space: Workspace) -> None:
    """Give the ``size`` grids of a region nearest to unit ``root``, in steps, a region of their own: -1 - the region.

    O(units of these grids and of their neighbours).
    """
    label, region, mark, queue = plan.label, plan.region, space.mark, space.queue
    own = region[label[root]]
    found = 0
    queue[0] = root
    mark[root] = 1
    head, tail = 0, 1
    while head < tail and found < size:
        u = queue[head]
        head += 1
        if region[label[u]] == own:
            region[label[u]] = -1 - own
            found += 1
        for e in range(graph.start[u], graph.start[u + 1]):
            v = graph.neighbour[e]
            if mark[v] == 0 and (region[label[v]] == own or region[label[v]] == -1 - own):
                mark[v] = 1
                queue[tail] = v
                tail += 1
    # Only what was marked is cleared: clearing all of it would cost more than the try in a large district.
    for i in range(tail):
        mark[queue[i]] = 0


@kernel
def local_cost(graph: Graph, plan: Labelling, members: NDArray[np.int32], hard: float, space: Workspace) -> float:
    """Return the metres that ``members``, the units of whole grids, pay, with ``hard`` for a target of excess.

    O(members * degree).
    """
    label, mark, queue = plan.label, space.mark, space.queue
    cost = 0.0
    found = 0
    for i in range(members.shape[0]):
        u = members[i]
        for e in range(graph.start[u], graph.start[u + 1]):
            if label[graph.neighbour[e]] != label[u]:
                cost += 0.5 * graph.price[e]
        if graph.old[u] >= 0 and graph.old[u] != label[u]:
            cost += graph.change[u]
        if graph.stand.shape[0] > 0:
            cost += graph.stand[u, label[u]]
        if mark[label[u]] == 0:  # numbers of grids are numbers of units too
            mark[label[u]] = 1
            queue[found] = label[u]
            found += 1
            cost += penalty(graph, plan.total, label[u], u, 0, 1.0, hard)
            if graph.term.shape[0] > 0:
                cost += wished(graph, plan.total, label[u], u, 0)
    for i in range(found):
        mark[queue[i]] = 0
    return cost


@kernel
def undo(graph: Graph, plan: Labelling, members: NDArray[np.int32], before: NDArray[np.int32]) -> None:
    """Give ``members`` their labels ``before`` back and mend the sums. O(members * degree)."""
    label = plan.label
    for i in range(members.shape[0]):
        u = members[i]
        for q in range(graph.weight.shape[1]):
            plan.total[label[u], q] -= graph.weight[u, q]
            plan.total[before[i], q] += graph.weight[u, q]
        plan.amount[label[u]] -= 1
        plan.amount[before[i]] += 1
        label[u] = before[i]
    for i in range(members.shape[0]):
        u = members[i]
        outer = 0
        for e in range(graph.start[u], graph.start[u + 1]):
            if label[graph.neighbour[e]] != label[u]:
                outer += 1
        plan.outer[u] = outer
