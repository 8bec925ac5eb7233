"""Ensembles: plans drawn at random among all that obey the same rules, to see how usual one plan is.

A chain of plans. In a step two grids that touch, drawn by one of the borders between grids, are joined; a spanning tree
of the two together is drawn uniformly; one of its edges whose removal leaves both sides in the band, if there is any,
becomes the new border (recombination). How often a step is taken is set so that the chain is reversible, and a plan
comes up in proportion to the number of ways to draw a spanning tree in each of its grids: compact grids, which have
many, come up more often. Nothing else is preferred, neither short borders nor lines.

References
----------
DeFord, Duchin & Solomon (2021), Recombination: a family of Markov chains for redistricting, Harvard Data Science Review
3(1).
Cannon, Duchin, Randall & Rule (2022), Spanning tree methods for sampling graph partitions, arXiv:2210.01401 (reversible
steps: a cut is taken with the share that balanced edges have of a constant).
Wilson (1996), Generating random spanning trees more quickly than the cover time, STOC 96, 296-303.
Geyer (1992), Practical Markov chain Monte Carlo, Statistical Science 7(4), 473-483 (effective sample size).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.band import ROUNDING
from gridkit.errors import InfeasibleError
from gridkit.graph import components
from gridkit.kernels import kernel
from gridkit.partition.annealing.moves import below, draw
from gridkit.partition.piece import pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem

STEPS = 20  # per grid that takes part, between two plans that are kept
PILOT = 2_000  # steps that show how many edges of a tree can be the border
ROOM = 2  # times as many as the pilot saw
AT_HAND, IN_TREE, APART = 1, 2, 3  # marks of a node: in the two grids, in their tree as well, on the side cut off
AGAIN = 8  # times the chain may begin anew because a tree had more


class Ground(NamedTuple):
    """What plans are drawn on. Never written to."""

    start: NDArray[np.int64]  # [n + 1]
    neighbour: NDArray[np.int64]  # [2 m]
    edges: NDArray[np.int64]  # [m, 2]
    weight: NDArray[np.float64]  # [n, q]
    low: NDArray[np.float64]  # [q]
    high: NDArray[np.float64]  # [q]
    locked: NDArray[np.bool_]  # [n] nodes that stay in their grid
    takes_part: NDArray[np.bool_]  # [k] grids that are drawn anew


class State(NamedTuple):
    """Where a chain is, and room for notes."""

    label: NDArray[np.int64]  # [n]
    random: NDArray[np.uint64]  # [1]
    cut: NDArray[np.int64]  # [1] borders between grids that take part
    most: NDArray[np.int64]  # [1] edges of one tree that could be the border, at most so far
    taken: NDArray[np.int64]  # [1] steps that changed the plan
    members: NDArray[np.int64]  # [n] nodes of the two grids
    mark: NDArray[np.int8]  # [n] 0 elsewhere
    parent: NDArray[np.int64]  # [n]
    open_: NDArray[np.int64]  # [n] children whose sums are not known yet
    order: NDArray[np.int64]  # [n] children before parents
    below: NDArray[np.float64]  # [n, q] sums of a node and all under it
    held: NDArray[np.int64]  # [n, 2] locked nodes of either grid there


@kernel
def uniform(state: State) -> float:
    """Return a number from 0 to 1."""
    return float(draw(state.random) >> np.uint64(11)) * 2.0**-53


@kernel
def recombine(ground: Ground, state: State, room: int, steps: int) -> None:
    """Make so many steps; ``room`` is what the number of edges that could be the border is a share of.

    One step takes O(nodes of two grids) on average, times the logarithm that random walks need.
    """
    label, mark, members = state.label, state.mark, state.members
    for _ in range(steps):
        if state.cut[0] == 0:
            return
        # A border between two grids, all alike: pairs come up by how many they share, which the last line makes up for.
        while True:
            e = below(draw(state.random), ground.edges.shape[0])
            a = label[ground.edges[e, 0]]
            b = label[ground.edges[e, 1]]
            if a != b and ground.takes_part[a] and ground.takes_part[b]:
                break
        amount = gather(ground, state, ground.edges[e, 0], a, b)
        tree(ground, state, amount)
        seam = between(ground, state, amount)
        sum_up(ground, state, amount, a, b)
        top, fitting = balanced(ground, state, amount)
        state.most[0] = max(state.most[0], fitting)
        if fitting > 0 and uniform(state) * room < fitting:
            other = parted(ground, state, amount, top)
            cut = state.cut[0] - seam + other
            if uniform(state) * cut < state.cut[0]:
                take(ground, state, amount, a, b)
                state.cut[0] = cut
                state.taken[0] += 1
        for i in range(amount):
            mark[members[i]] = 0


@kernel
def gather(ground: Ground, state: State, first: int, a: int, b: int) -> int:
    """List and mark the nodes of two grids that touch; return how many."""
    state.members[0] = first
    state.mark[first] = AT_HAND
    amount, head = 1, 0
    while head < amount:
        u = state.members[head]
        head += 1
        for e in range(ground.start[u], ground.start[u + 1]):
            v = ground.neighbour[e]
            if state.mark[v] == 0 and (state.label[v] == a or state.label[v] == b):
                state.mark[v] = AT_HAND
                state.members[amount] = v
                amount += 1
    return amount


@kernel
def between(ground: Ground, state: State, amount: int) -> int:
    """Return the borders between the two grids at hand."""
    seam = 0
    for i in range(amount):
        u = state.members[i]
        for e in range(ground.start[u], ground.start[u + 1]):
            v = ground.neighbour[e]
            seam += u < v and state.mark[v] > 0 and state.label[u] != state.label[v]
    return seam


@kernel
def tree(ground: Ground, state: State, amount: int) -> None:
    """Draw a spanning tree of the marked nodes, all alike, by walks that forget their loops (Wilson)."""
    members, mark, parent = state.members, state.mark, state.parent
    root = members[below(draw(state.random), amount)]
    for i in range(amount):
        state.open_[members[i]] = 0
    parent[root] = -1
    mark[root] = IN_TREE
    for i in range(amount):
        u = members[i]
        while mark[u] == AT_HAND:
            first = ground.start[u]
            v = ground.neighbour[first + below(draw(state.random), ground.start[u + 1] - first)]
            if mark[v] > 0:
                parent[u] = v
                u = v
        u = members[i]
        while mark[u] == AT_HAND:
            mark[u] = IN_TREE
            state.open_[parent[u]] += 1
            u = parent[u]


@kernel
def sum_up(ground: Ground, state: State, amount: int, a: int, b: int) -> None:
    """Sum up, from the ends of the tree to its root, what is under each node."""
    members, parent, order, under, held = state.members, state.parent, state.order, state.below, state.held
    measures = ground.low.shape[0]
    tail = 0
    for i in range(amount):
        u = members[i]
        for q in range(measures):
            under[u, q] = ground.weight[u, q]
        held[u, 0] = ground.locked[u] and state.label[u] == a
        held[u, 1] = ground.locked[u] and state.label[u] == b
        if state.open_[u] == 0:
            order[tail] = u
            tail += 1
    head = 0
    while head < tail:
        u = order[head]
        head += 1
        p = parent[u]
        if p < 0:
            break
        for q in range(measures):
            under[p, q] += under[u, q]
        held[p, 0] += held[u, 0]
        held[p, 1] += held[u, 1]
        state.open_[p] -= 1
        if state.open_[p] == 0:
            order[tail] = p
            tail += 1


@kernel
def balanced(ground: Ground, state: State, amount: int) -> tuple[int, int]:
    """Return the lower end of one of the edges that could be the border, drawn alike, and how many there are."""
    order, under, held = state.order, state.below, state.held
    root = order[amount - 1]
    found = 0
    chosen = -1
    for i in range(amount - 1):
        u = order[i]
        fits = True
        for q in range(ground.low.shape[0]):
            t = under[u, q]
            rest = under[root, q] - t
            fits &= ground.low[q] <= t <= ground.high[q] and ground.low[q] <= rest <= ground.high[q]
        # What is locked to either grid must lie on one side each.
        straight = held[u, 1] == 0 and held[u, 0] == held[root, 0]
        turned = held[u, 0] == 0 and held[u, 1] == held[root, 1]
        if fits and (straight or turned):
            found += 1
            if below(draw(state.random), found) == 0:
                chosen = u
    return chosen, found


@kernel
def parted(ground: Ground, state: State, amount: int, top: int) -> int:
    """Mark what is under ``top`` as apart; return the borders between that and the rest of the two grids."""
    mark, order = state.mark, state.order
    mark[top] = APART
    for i in range(amount - 1, -1, -1):
        u = order[i]
        if state.parent[u] >= 0 and mark[state.parent[u]] == APART:
            mark[u] = APART
    seam = 0
    for i in range(amount):
        u = order[i]
        if mark[u] == APART:
            for e in range(ground.start[u], ground.start[u + 1]):
                seam += mark[ground.neighbour[e]] == IN_TREE
    return seam


@kernel
def take(ground: Ground, state: State, amount: int, a: int, b: int) -> None:
    """Give the marked side the name of the grid that it shares more nodes with, or that locked nodes hold it to."""
    more = 0
    for i in range(amount):
        u = state.order[i]
        if state.mark[u] == APART:
            step = amount if ground.locked[u] else 1
            more += step if state.label[u] == a else -step
        elif ground.locked[u]:
            more += amount if state.label[u] == b else -amount
    for i in range(amount):
        u = state.order[i]
        state.label[u] = a if (state.mark[u] == APART) == (more >= 0) else b


@dataclass(frozen=True, eq=False)
class Chain:
    """Plans drawn at random."""

    labels: NDArray[np.int64]  # [plans, units] numbers of grids, as those of the plan it began with
    takes_part: NDArray[np.bool_]  # [units] in grids that were drawn anew; the others are in all plans what they were
    steps: int
    taken: int  # of these changed the plan


def chain(  # noqa: PLR0913 - the options of a chain
    problem: Problem,
    labels: NDArray[np.int64],
    plans: int,
    seed: int = 0,
    *,
    locked: NDArray[np.bool_] | None = None,
    steps: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Chain:
    """Return plans of a problem drawn at random, in the proportions that the head of this module tells.

    Grids outside the band or in several parts take no part: no plan of the chain has such grids.

    Parameters
    ----------
    problem
        Its parents, groups, dedicated units and band hold in all plans; prices, locks and old plan are not asked.
    labels
        [n] a plan of it, where the chain begins.
    plans
        How many to keep.
    seed
        Same problem, plan and seed: same plans.
    locked
        [n] units that stay in their grid, whatever else it holds.
    steps
        Steps between two plans that are kept; by default 20 for each grid that takes part.

    Raises
    ------
    InfeasibleError
        No two grids that touch are both in the band: there is nothing to draw.
    """
    found = _ground(problem, labels, np.zeros(problem.size, dtype=bool) if locked is None else locked)
    if found is None or _cut(found[0], found[2]) == 0:
        raise InfeasibleError(
            "no two grids that touch inside a parent are both in the range of size: there is nothing to draw anew",
            mend="redraw the plan, or widen its range",
        )
    ground, node, begin = found
    k = int(ground.takes_part.sum())
    each = STEPS * k if steps is None else steps
    state = _state(ground, begin, seed, 0)
    recombine(ground, state, 1, PILOT)
    room = ROOM * max(int(state.most[0]), 1)
    kept = np.empty((plans, len(begin)), dtype=np.int64)
    for turn in range(1, AGAIN + 1):
        state = _state(ground, begin, seed, turn)
        for at in range(plans):
            recombine(ground, state, room, each)
            kept[at] = state.label
            if progress is not None and at % 16 == 0:
                progress(at / plans)
        # A tree with more edges than there was room for was drawn too seldom: the chain begins anew with more room.
        if state.most[0] <= room:
            break
        room = ROOM * int(state.most[0])
    names = np.unique(labels)
    free = node >= 0
    out = np.repeat(labels[None], plans, axis=0)
    out[:, free] = names[kept[:, node[free]]]
    drawn = np.zeros(problem.size, dtype=bool)
    drawn[free] = ground.takes_part[begin[node[free]]]
    return Chain(out, drawn, each * plans, int(state.taken[0]))


def _state(ground: Ground, label: NDArray[np.int64], seed: int, turn: int) -> State:
    size, measures = ground.weight.shape
    random = np.random.default_rng([seed, turn]).integers(1, 2**63, 1, dtype=np.uint64)
    members, parent, open_, order = np.zeros((4, size), dtype=np.int64)
    return State(
        label=label.copy(),
        random=random,
        cut=np.array([_cut(ground, label)]),
        most=np.zeros(1, dtype=np.int64),
        taken=np.zeros(1, dtype=np.int64),
        members=members,
        mark=np.zeros(size, dtype=np.int8),
        parent=parent,
        open_=open_,
        order=order,
        below=np.zeros((size, measures)),
        held=np.zeros((size, 2), dtype=np.int64),
    )


def _cut(ground: Ground, label: NDArray[np.int64]) -> int:
    a, b = label[ground.edges].T
    return int(((a != b) & ground.takes_part[a] & ground.takes_part[b]).sum())


def _ground(
    problem: Problem, labels: NDArray[np.int64], held: NDArray[np.bool_]
) -> tuple[Ground, NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the ground, the node of each unit (-1 for dedicated ones), and the plan as numbers of grids by node.

    None where every unit is dedicated.
    """
    names, grid = np.unique(labels, return_inverse=True)
    node, edges, weight, label, locked, first = np.full(problem.size, -1), [], [], [], [], 0
    low = high = np.zeros(0)
    for part in pieces(problem):
        graph, size = part.graph, len(part.points)
        node[part.units] = part.node + first
        own = np.zeros(size, dtype=np.int64)
        own[part.node] = grid[part.units]
        source = np.repeat(np.arange(size), np.diff(graph.start))
        once = source < graph.neighbour
        edges.append(np.column_stack([source, graph.neighbour])[once] + first)
        weight.append(graph.measures * part.targets)
        label.append(own)
        locked.append(np.bincount(part.node, held[part.units], size) > 0)
        slack = ROUNDING * part.targets
        low, high = graph.low * part.targets - slack, graph.high * part.targets + slack
        first += size
    if not edges:
        return None
    pairs, mass, begin = np.concatenate(edges), np.concatenate(weight), np.concatenate(label)
    total = np.column_stack([np.bincount(begin, column, len(names)) for column in mass.T])
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    start = np.zeros(first + 1, dtype=np.int64)
    start[1:] = np.cumsum(np.bincount(both[:, 0], minlength=first))
    whole = np.unique(components(pairs[begin[pairs[:, 0]] == begin[pairs[:, 1]]], first), return_index=True)[1]
    inside = ((low <= total) & (total <= high)).all(axis=1) & (np.bincount(begin[whole], minlength=len(names)) == 1)
    ground = Ground(start, both[:, 1].copy(), pairs, mass, low, high, np.concatenate(locked), inside)
    return ground, node, begin


def effective(values: NDArray[np.float64]) -> float:
    """Return as how many independent draws the values of a chain count (Geyer's initial positive sequence).

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> 800 < effective(random.normal(size=1000)) <= 1000
    True
    >>> effective(np.repeat(random.normal(size=100), 10)) < 150
    True
    """
    count = len(values)
    off = values - values.mean()
    if count < 4 or np.allclose(off, 0):  # noqa: PLR2004 - two pairs of lags are the least there is to sum
        return float(count)
    size = 1 << (2 * count - 1).bit_length()
    spectrum = np.fft.rfft(off, size)
    shared = np.fft.irfft(spectrum * np.conj(spectrum), size)[:count]
    rho = shared / shared[0]
    pairs = rho[0 : count - 1 : 2] + rho[1:count:2]
    end = int(np.argmax(pairs <= 0)) if (pairs <= 0).any() else len(pairs)
    return float(min(count / max(2 * pairs[:end].sum() - 1, 1e-9), count))
