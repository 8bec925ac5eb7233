"""Ejection chains: weight handed on from a grid with too much, or to one with too little, through those in between.

Glover (1996), Ejection chains, reference structures and alternating path methods for traveling salesman problems,
Discrete Applied Mathematics 65(1-3), 223-253.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.partition.annealing.moves import Labelling, excess, gain_of, holds_together, move

if TYPE_CHECKING:
    from gridkit.partition.annealing.workspace import Workspace
    from gridkit.partition.piece import Graph


def ejection_chain(graph: Graph, plan: Labelling, metres_per_target: float, space: Workspace) -> int:
    """Hand weight along shortest ways from the grids outside their band to ones with room; return the number of moves.

    On each border of the way one node moves: the one whose weight fits what is to be handed on, at
    ``metres_per_target``, and whose move costs the fewest metres. The plan may be ragged afterwards: exchanges
    are to follow. Every grid stays contiguous. O(grids outside * size).
    """
    made = 0
    middle = (graph.low[0] + graph.high[0]) / 2
    for grid in np.flatnonzero(excess(graph, plan.total)).tolist():
        sign = 1 if plan.total[grid, 0] > middle else -1
        for step_from, step_to in _way(graph, plan, grid, sign):
            # Asked again at each step: what the last move handed on is seldom just what was owed.
            owed = _owed(graph, plan, step_from if sign > 0 else step_to, sign)
            if owed <= 0 and made:
                break
            node = _fitting(graph, plan, (step_from, step_to), owed, metres_per_target, space)
            if node < 0:
                break
            move(graph, plan, np.int32(node), np.int32(step_to))
            made += 1
    return made


def _owed(graph: Graph, plan: Labelling, grid: int, sign: int) -> float:
    total = float(plan.total[grid, 0])
    return total - float(graph.high[0]) if sign > 0 else float(graph.low[0]) - total


def _way(graph: Graph, plan: Labelling, grid: int, sign: int) -> list[tuple[int, int]]:
    """Return the steps (from, to) of a shortest way between ``grid`` and the nearest with room for what it owes."""
    k = len(plan.amount)
    source = plan.label[np.repeat(np.arange(len(plan.label)), np.diff(graph.start))]
    pairs = np.unique(source.astype(np.int64) * k + plan.label[graph.neighbour])
    beside: dict[int, list[int]] = {}
    for here, there in zip((pairs // k).tolist(), (pairs % k).tolist(), strict=True):
        beside.setdefault(here, []).append(there)
    owed = _owed(graph, plan, grid, sign)
    back, queue = {grid: grid}, [grid]
    # The queue grows while it is walked: a breadth-first search, so that the way is the shortest.
    for here in queue:
        # It must have room for all of it, or the surplus would only have been moved.
        if here != grid and -_owed(graph, plan, here, sign) >= owed:
            steps = []
            while here != grid:
                steps.append((back[here], here) if sign > 0 else (here, back[here]))
                here = back[here]  # noqa: PLW2901 - walks back to where the way began
            return steps[::-1]
        for there in beside.get(here, []):
            if there not in back:
                back[there] = here
                queue.append(there)
    return []


def _fitting(
    graph: Graph, plan: Labelling, step: tuple[int, int], owed: float, metres_per_target: float, space: Workspace
) -> int:
    """Return the node that is best moved in ``step``, from a grid to another, or -1."""
    start, end = np.int32(step[0]), np.int32(step[1])
    source = np.repeat(np.arange(len(plan.label)), np.diff(graph.start))
    touching = np.unique(source[(plan.label[source] == start) & (plan.label[graph.neighbour] == end)])
    touching = touching[graph.fixed[touching] < 0].astype(np.int32)  # as in the kernels: one compiled form serves all
    loss = [
        metres_per_target * abs(float(graph.weight[node, 0]) - max(owed, 0.0)) - gain_of(graph, plan, node, end)
        for node in touching
    ]
    # In the order of loss, since asking whether a grid holds together is the dear part: mostly the first passes.
    for index in np.argsort(loss, kind="stable"):
        node = touching[index]
        if plan.amount[start] > 1 and graph.weight[node, 0] > 0 and holds_together(graph, plan.label, node, space):
            return int(node)
    return -1
