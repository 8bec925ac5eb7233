"""Annealing: units of a piece move between neighbouring grids while the temperature falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.kernels import kernel
from gridkit.partition.objectives import NONE, metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.annealing.workspace import Workspace
    from gridkit.partition.objectives import Wishes
    from gridkit.partition.piece import Graph

# Charges outside the band grow with the square of the distance: no grid becomes a sink for what others cannot place.
BULGE = 25.0
AFRESH = 4
LOGS = np.log((np.arange(4096) + 0.5) / 4096)  # of uniform numbers, by 12 random bits
LAST = np.uint64(len(LOGS) - 1)
SEARCH_MAX = 4000  # units looked at before a doubtful move is given up


class Labelling(NamedTuple):
    """Which unit is in which grid, and the sums that follow from it. Written in place by the kernels."""

    label: NDArray[np.int32]  # [n]
    total: NDArray[np.float64]  # [k, q + 2 c] sums of weight
    amount: NDArray[np.int32]  # [k] units in a grid
    outer: NDArray[np.int32]  # [n] neighbours of a unit that are in another grid
    region: NDArray[np.int32]  # [k] moves stay within one region


class Heat(NamedTuple):
    """One stretch of the annealing schedule."""

    first: float  # temperature at its start, metres
    last: float  # temperature at its end
    steep_first: float  # metres per target outside the band, at its start
    steep_last: float
    slack: float  # share of the band's half-width that is free of charge
    sweeps: int


@kernel
def draw(state: NDArray[np.uint64]) -> np.uint64:
    """Return 64 random bits and advance the xorshift state. O(1)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.uint64(x)


@kernel
def below(bits: np.uint64, amount: int) -> np.int64:
    """Return the upper half of ``bits`` as a number of 0 to ``amount`` - 1. O(1)."""
    return np.int64(((bits >> np.uint64(32)) * np.uint64(amount)) >> np.uint64(32))


@kernel
def holds_together(graph: Graph, label: NDArray[np.int32], unit: np.int32, space: Workspace) -> bool:
    """Say whether the grid of ``unit`` stays contiguous without it.

    O(degree) when its neighbours in the grid touch each other around it; else a search inside the grid, given up after
    ``SEARCH_MAX`` units.
    """
    mark, queue = space.mark, space.queue
    first = graph.start[unit]
    last = graph.start[unit + 1]
    own = label[unit]
    degree = last - first
    if graph.table[unit] >= 0:
        kin = 0
        for j in range(degree):
            kin |= (label[graph.neighbour[first + j]] == own) << j
        if (graph.joined[graph.table[unit] + (kin >> 6)] >> np.uint64(kin & 63)) & np.uint64(1):
            return True
        if kin == 0:
            return False
    # A walk from one neighbour has to meet all the others.
    wanted = 0
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
                if tail == SEARCH_MAX:  # before the mark: what is not in the queue would keep it
                    head = tail
                    break
                mark[x] = 1
                queue[tail] = x
                tail += 1
    for i in range(tail):
        mark[queue[i]] = 0
    mark[unit] = 0
    for e in range(first, last):
        mark[graph.neighbour[e]] = 0
    return wanted == 0


@kernel
def penalty(
    graph: Graph, total: NDArray[np.float64], grid: np.int32, unit: np.int32, sign: int, slack: float, steep: float
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


@kernel
def penalty_saved(
    graph: Graph, total: NDArray[np.float64], a: np.int32, b: np.int32, unit: np.int32, slack: float, steep: float
) -> float:
    """Return the charge in metres that is saved when ``unit`` moves from grid a to grid b. O(measures)."""
    saved = penalty(graph, total, a, unit, 0, slack, steep) - penalty(graph, total, a, unit, -1, slack, steep)
    return saved + penalty(graph, total, b, unit, 0, slack, steep) - penalty(graph, total, b, unit, 1, slack, steep)


@kernel
def cut_gain(graph: Graph, label: NDArray[np.int32], unit: np.int32, to: np.int32) -> float:
    """Return the metres of borders and change saved when ``unit`` moves to ``to``. O(degree)."""
    own = label[unit]
    gain = 0.0
    for e in range(graph.start[unit], graph.start[unit + 1]):
        x = label[graph.neighbour[e]]
        gain += graph.price[e] * ((x == to) * 1.0 - (x == own) * 1.0)  # a branch would be guessed wrong too often
    if graph.old[unit] >= 0:
        if graph.old[unit] == own:
            gain -= graph.change[unit]
        elif graph.old[unit] == to:
            gain += graph.change[unit]
    return gain


@kernel
def gain_of(graph: Graph, plan: Labelling, unit: np.int32, to: np.int32) -> float:
    """Return the metres saved when ``unit`` moves to ``to``, the band left out. O(degree + terms)."""
    gain = cut_gain(graph, plan.label, unit, to)
    if graph.term.shape[0] + graph.stand.shape[0] > 0:
        gain += wish_gain(graph, plan, unit, to)
    return gain


@kernel
def wish_gain(graph: Graph, plan: Labelling, unit: np.int32, to: np.int32) -> float:
    """Return the metres saved for what is wished beside borders. O(terms)."""
    own = plan.label[unit]
    gain = 0.0
    if graph.term.shape[0] > 0:
        gain += wished(graph, plan.total, own, unit, 0) - wished(graph, plan.total, own, unit, -1)
        gain += wished(graph, plan.total, to, unit, 0) - wished(graph, plan.total, to, unit, 1)
    if graph.stand.shape[0] > 0:
        gain += graph.stand[unit, own] - graph.stand[unit, to]
    return gain


@kernel
def wished(graph: Graph, total: NDArray[np.float64], grid: np.int32, unit: np.int32, sign: int) -> float:
    """Return the metres charged for the sums of a grid, ``unit`` added (1), taken (-1) or left (0)."""
    charge = 0.0
    q = graph.low.shape[0]
    for i in range(graph.term.shape[0]):
        s = total[grid, q + 2 * i] + sign * graph.weight[unit, q + 2 * i]
        w = total[grid, q + 2 * i + 1] + sign * graph.weight[unit, q + 2 * i + 1]
        if graph.term[i, 0] == 1.0:
            charge += graph.term[i, 1] * (s - 1.0) * (s - 1.0)
        elif w > 0.0:
            charge -= graph.term[i, 1] * s * s / w
    return charge


@kernel
def move(graph: Graph, plan: Labelling, unit: np.int32, to: np.int32) -> None:
    """Put ``unit`` into grid ``to`` and keep every sum true. O(degree)."""
    label = plan.label
    a = label[unit]
    label[unit] = to
    for q in range(graph.weight.shape[1]):
        plan.total[a, q] -= graph.weight[unit, q]
        plan.total[to, q] += graph.weight[unit, q]
    plan.amount[a] -= 1
    plan.amount[to] += 1
    outer = 0
    for e in range(graph.start[unit], graph.start[unit + 1]):
        v = graph.neighbour[e]
        x = label[v]
        plan.outer[v] += (x == a) * 1 - (x == to) * 1
        outer += (x != to) * 1
    plan.outer[unit] = outer


@kernel
def anneal(
    graph: Graph,
    plan: Labelling,
    members: NDArray[np.int32],
    heat: Heat,
    state: NDArray[np.uint64],
    space: Workspace,
) -> int:
    """Sweep over ``members`` while the heat falls; return the number of moves.

    In a sweep each unit at the border of its grid looks over one of its borders, drawn at random, and moves there if
    what it gains beats the heat (Metropolis). Which units are at a border is looked up every ``AFRESH`` sweeps.

    Invariant: every grid stays contiguous and keeps at least one unit; fixed units stay. One visit is O(degree) but for
    the rare search.

    References
    ----------
    Kirkpatrick, Gelatt & Vecchi (1983), Optimization by simulated annealing, Science 220, 671-680.
    """
    label, listed = plan.label, space.listed
    moves = 0
    amount = 0
    wishing = graph.term.shape[0] + graph.stand.shape[0] > 0
    for s in range(heat.sweeps):
        part = s / max(1, heat.sweeps - 1)
        temperature = heat.first * (heat.last / heat.first) ** part
        steep = heat.steep_first * (heat.steep_last / heat.steep_first) ** part
        if s % AFRESH == 0:
            amount = 0
            for i in range(members.shape[0]):
                if plan.outer[members[i]] > 0 and graph.fixed[members[i]] < 0:
                    listed[amount] = members[i]
                    amount += 1
        for i in range(amount):
            u = listed[i]
            a = label[u]
            first = graph.start[u]
            bits = draw(state)
            b = label[graph.neighbour[first + below(bits, graph.start[u + 1] - first)]]
            if b == a or plan.region[b] != plan.region[a] or plan.amount[a] == 1:
                continue
            short = temperature * LOGS[bits & LAST] - cut_gain(graph, label, u, b)
            if wishing:
                short -= wish_gain(graph, plan, u, b)
            if short > 0.0:  # what its grids are charged now is the most that the move can save them
                charged = penalty(graph, plan.total, a, u, 0, heat.slack, steep)
                if short > charged + penalty(graph, plan.total, b, u, 0, heat.slack, steep):
                    continue
            if penalty_saved(graph, plan.total, a, b, u, heat.slack, steep) < short:
                continue
            if holds_together(graph, label, u, space):
                move(graph, plan, u, b)
                moves += 1
    return moves


def labelling_of(graph: Graph, label: NDArray[np.int32], k: int) -> Labelling:
    """Return the plan of ``label``; its arrays are its own."""
    label = label.astype(np.int32)
    total = np.column_stack([np.bincount(label, column, k).astype(np.float64) for column in graph.weight.T])
    amount = np.bincount(label, minlength=k).astype(np.int32)
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    outer = np.bincount(source, label[source] != label[graph.neighbour], len(label)).astype(np.int32)
    return Labelling(label, total, amount, outer, np.zeros(k, dtype=np.int32))


def price_of(graph: Graph, label: NDArray[np.int32], wishes: Wishes = NONE) -> float:
    """Return the metres that ``label`` pays for borders, for change and for what is wished beside."""
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    cut = float(graph.price[label[source] != label[graph.neighbour]].sum()) / 2
    paid = cut + float(graph.change[(graph.old >= 0) & (graph.old != label)].sum())
    return paid + metres(wishes, graph.weight[:, len(graph.low) :], label)


def excess(graph: Graph, total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how many targets each grid [k] is outside its bands, summed over the measures."""
    measured = total[:, : len(graph.low)]
    return np.asarray(np.maximum(np.maximum(graph.low - measured, measured - graph.high), 0.0).sum(axis=1))


def rank(graph: Graph, plan: Labelling, wishes: Wishes = NONE) -> tuple[float, float]:
    """Return what a plan is judged by: first what is outside the band, in targets, then its metres."""
    return round(float(excess(graph, plan.total).sum()), 9), price_of(graph, plan.label, wishes)
