"""1- and 2-exchange, the end of the search: single moves, and pairs of moves that make up for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import kernel
from gridkit.partition.annealing.moves import gain_of, holds_together, move, penalty_saved

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.annealing.moves import Labelling
    from gridkit.partition.annealing.workspace import Workspace
    from gridkit.partition.piece import Graph


@kernel
def exchange(
    graph: Graph,
    plan: Labelling,
    members: NDArray[np.int32],
    steep: float,
    reach: float,
    passes: int,
    space: Workspace,
) -> int:
    """Make every move, and every pair of moves, that lowers metres plus ``steep`` times the excess.

    Moves are of ``members``, the units of whole grids. Return how many were made.

    A pair is one move a to b and one that evens it out: out of b to any grid, or out of any grid into a. First moves
    that lose more than ``reach`` metres are not followed up. The grids of a unit never fall apart. O(units * units of a
    grid * degree) a pass.
    """
    label = plan.label
    made = 0
    for _ in range(passes):
        before = made
        list_by_grid(label, members, space)
        for i in range(members.shape[0]):
            u = members[i]
            # Only units on a border can move, and they are few among all.
            if plan.outer[u] == 0 or graph.fixed[u] >= 0:
                continue
            for e in range(graph.start[u], graph.start[u + 1]):
                a = label[u]
                b = label[graph.neighbour[e]]
                if b == a or plan.amount[a] == 1 or plan.region[a] != plan.region[b]:
                    continue
                metres = gain_of(graph, plan, u, b)
                gain = metres + penalty_saved(graph, plan.total, a, b, u, 1.0, steep)
                # A first move this dear is made up for by no second one, and following all up would cost the square of
                # the border.
                if gain <= 1e-6 and metres < -reach:
                    continue
                if not holds_together(graph, label, u, space):
                    continue
                # Made before the second is looked for, so that what the second would gain is counted in the plan as it
                # then is.
                move(graph, plan, u, b)
                if gain > 1e-6:
                    made += 1
                    continue
                v, to = second(graph, plan, u, a, b, -gain + 1e-6, steep, space)
                if v < 0:
                    move(graph, plan, u, a)
                else:
                    move(graph, plan, v, to)
                    made += 2
        if made == before:
            break
    return made


@kernel
def list_by_grid(label: NDArray[np.int32], members: NDArray[np.int32], space: Workspace) -> None:
    """List ``members`` grid by grid: those of grid c stand at ``first[c]`` to ``first[c + 1]``. O(grids + members)."""
    first, place, listed = space.first, space.place, space.listed
    first[:] = 0
    for i in range(members.shape[0]):
        first[label[members[i]] + 1] += 1
    for c in range(place.shape[0]):
        place[c] = first[c]
        first[c + 1] += first[c]
    for i in range(members.shape[0]):
        u = members[i]
        listed[place[label[u]]] = u
        place[label[u]] += 1


@kernel
def second(
    graph: Graph,
    plan: Labelling,
    u: np.int32,
    a: np.int32,
    b: np.int32,
    least: float,
    steep: float,
    space: Workspace,
) -> tuple[np.int32, np.int32]:
    """Return the move (unit, grid) that gains most, and more than ``least``, after ``u`` went from a to b.

    (-1, -1) if none does.
    """
    label, first, listed = plan.label, space.first, space.listed
    best = least
    unit = np.int32(-1)  # as units are in every array: another type would compile the callees once more
    to = np.int32(-1)
    for i in range(first[b], first[b + 1]):
        v = listed[i]
        # The list is of the beginning of the pass; units may have moved since, and are passed over.
        if label[v] != b or v == u or plan.outer[v] == 0 or graph.fixed[v] >= 0:
            continue
        done = -1
        for e in range(graph.start[v], graph.start[v + 1]):
            c = label[graph.neighbour[e]]
            if c == b or c == done or plan.region[c] != plan.region[b]:  # noqa: PLR1714, SIM109 - for numba
                continue
            done = c
            gain = gain_of(graph, plan, v, c) + penalty_saved(graph, plan.total, b, c, v, 1.0, steep)
            if gain > best and plan.amount[b] > 1 and holds_together(graph, label, v, space):
                best, unit, to = gain, v, c
    for i in range(first[a], first[a + 1]):
        x = listed[i]
        if label[x] != a or plan.outer[x] == 0:
            continue
        for e in range(graph.start[x], graph.start[x + 1]):
            v = graph.neighbour[e]
            c = label[v]
            if c == a or v == u or plan.region[c] != plan.region[a] or graph.fixed[v] >= 0 or plan.amount[c] == 1:
                continue
            gain = gain_of(graph, plan, v, a) + penalty_saved(graph, plan.total, c, a, v, 1.0, steep)
            if gain > best and holds_together(graph, label, v, space):
                best, unit, to = gain, v, a
    return unit, to
