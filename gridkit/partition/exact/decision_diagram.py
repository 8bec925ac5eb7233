"""The contiguous sets of a piece's nodes, all of them, as the paths through a decision diagram.

The nodes are asked about one by one whether they are in the set. Of the answers so far only this matters for the rest:
which of the nodes on the front (those asked about that have neighbours still to be asked about) are in the set, and
which of these already hang together. Answers that agree in this meet in one state, so a few thousand states stand for
billions of sets. The front is what counts: blocks of a town of 60 or 80 units are asked about with a front of six to
eight nodes.

References
----------
Knuth (2011), The Art of Computer Programming 4A, 7.1.4 (Simpath).
Kawahara, Inoue, Iwashita & Minato (2017), Frontier-based search for enumerating all constrained subgraphs with
compressed representation, IEICE Transactions E100-A(9), 1773-1784.
Kawahara, Horiyama, Hotta & Minato (2017), Generating all patterns of graph partitions within a disparity bound, WALCOM,
119-131 (districts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.errors import LimitError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.piece import Graph

MOST = 300_000  # states of a diagram
WIDEST = 24  # nodes of a front beyond which there are more
FRESH = 127  # the part of the node asked about, until parts are numbered anew
DURING, AFTER = 1, 2  # some nodes are in the set; all are that will ever be; 0 is before there is any


class Diagram(NamedTuple):
    """States and what follows them: the first is 0, the end is the number past the last. Never written to."""

    node: NDArray[np.int32]  # [s] the node a state asks about
    follow: NDArray[np.int32]  # [s, 2] the state after the answer "out" and after "in"; -1 where no set has it
    border: NDArray[np.float64]  # [s, 2] half the metres that the answer adds along nodes asked about before


class _Front(NamedTuple):
    """The nodes on the front, and the states there: of each node its part of the set, from 1, or 0 when it is out."""

    nodes: list[int]
    parts: NDArray[np.int8]  # [s, nodes]
    phase: NDArray[np.int8]  # [s]


def diagram(graph: Graph) -> Diagram:
    """Return the diagram of all contiguous sets of one or more nodes of a connected graph.

    O(n) passes over the states of one front, of which there are at most 2 ** width times the ways to part them.

    Raises
    ------
    LimitError
        The graph needs too wide a front.
    """
    near = _near(graph)
    order = question_order(near)
    last = np.empty(len(order), dtype=np.int64)  # when the last of a node and its neighbours is asked about
    for turn, node in enumerate(order):
        last[[node, *near[node]]] = turn
    front = _Front([], np.zeros((1, 0), dtype=np.int8), np.zeros(1, dtype=np.int8))
    follow, border, states = [], [], 0
    for turn, node in enumerate(order):
        states += len(front.phase)
        # Counted before the front is asked, whose states may be twice as many: memory is refused before it is taken.
        if states > MOST:
            raise _too_wide(len(order))
        border.append(_border(front, near[node]))
        front, after = _ask(front, node, set(near[node]), last > turn)
        follow.append(np.where(after >= 0, after + states, -1))
    amounts = [len(step) for step in follow]
    return Diagram(
        np.repeat(np.array(order, dtype=np.int32), amounts), np.vstack(follow).astype(np.int32), np.vstack(border)
    )


def _too_wide(size: int) -> LimitError:
    return LimitError(
        "a part of {size} units hangs together in too many ways to be solved exactly",
        mend="divide it, or leave the exact mode",
        size=size,
    )


def _near(graph: Graph) -> list[dict[int, float]]:
    """Return the neighbours of each node with the metres of the border."""
    ends = zip(graph.start[:-1].tolist(), graph.start[1:].tolist(), strict=True)
    return [
        dict(zip(graph.neighbour[first:last].tolist(), graph.price[first:last].tolist(), strict=True))
        for first, last in ends
    ]


def question_order(near: list[dict[int, float]]) -> list[int]:
    """Return the nodes in an order that keeps the front narrow: the best of the greedy orders from every node.

    O(n ** 2 * width ** 2).
    """
    masks = [sum(1 << other for other in others) for others in near]
    # From every node, since a greedy order hangs on its start, and the number of states grows by a power of the width.
    orders = [order for first in range(len(near)) if len(order := _greedy(first, masks)) == len(near)]
    if not orders:
        raise _too_wide(len(near))
    return min(orders, key=lambda order: _burden(order, masks))


def _greedy(first: int, near: list[int]) -> list[int]:
    """Return an order in which each next node, of those beside the front, leaves the front as narrow as can be.

    It ends early where the front gets too wide.
    """
    order, asked, front, beside = [first], 1 << first, {first}, _ones(near[first])
    while beside and len(front) <= WIDEST:

        def width(node: int) -> tuple[int, float, int]:
            rest = near[node] & ~asked  # noqa: B023 - used within this turn
            closed = sum(near[other] & ~asked == 1 << node for other in front)  # noqa: B023 - likewise
            known = (near[node] & asked).bit_count()  # noqa: B023 - likewise
            # The node's number last, so that equal choices fall alike on every run.
            return (rest != 0) - closed, -known / (1 + rest.bit_count()), node

        node = min(beside, key=width)
        order.append(node)
        asked |= 1 << node
        front = {other for other in front | {node} if near[other] & ~asked}
        beside = (beside | _ones(near[node])) - _ones(asked & near[node]) - {node}
    return order


def _ones(mask: int) -> set[int]:
    return {bit for bit in range(mask.bit_length()) if mask >> bit & 1}


def _burden(order: list[int], near: list[int]) -> int:
    """Return what grows like the number of states: a power of the front's width, summed over the turns."""
    asked, front, burden = 0, set[int](), 0
    for node in order:
        asked |= 1 << node
        front = {other for other in front | {node} if near[other] & ~asked}
        # Three for out, in, and in as another part: a rough base, but only the order of the sums matters.
        burden += 3 ** len(front)
    return burden


def _border(front: _Front, near: dict[int, float]) -> NDArray[np.float64]:
    """Return half the metres cut by "out" and by "in" between the next node and its neighbours on the front."""
    half = np.array([near.get(node, 0.0) / 2 for node in front.nodes])
    inside = front.parts > 0
    return np.column_stack([inside @ half, ~inside @ half])


def _ask(front: _Front, node: int, near: set[int], stays: NDArray[np.bool_]) -> tuple[_Front, NDArray[np.int64]]:
    """Return the front once ``node`` was asked about, and which of its states follow each state [s, 2]."""
    amount = len(front.phase)
    without = np.column_stack([front.parts, np.zeros(amount, dtype=np.int8)])
    joined = np.column_stack([front.parts, np.full(amount, FRESH, dtype=np.int8)])
    for at, other in enumerate(front.nodes):
        if other in near:
            part = joined[:, [at]]
            joined = np.where((joined == part) & (part > 0), np.int8(FRESH), joined)
    parts = np.vstack([without, joined])
    phase = np.r_[front.phase, np.maximum(front.phase, DURING)]
    valid = np.r_[np.ones(amount, dtype=bool), front.phase < AFTER]
    nodes = [*front.nodes, node]
    kept = [at for at, each in enumerate(nodes) if stays[each]]
    # A node that leaves the front meets nobody any more: if it is the last of its part, the part is closed, and a set
    # that has another part can never become contiguous.
    for at in sorted(set(range(len(nodes))) - set(kept)):
        part = parts[:, [at]]
        ends = (part[:, 0] > 0) & ~(parts[:, kept] == part).any(axis=1)  # a part that will meet no other
        alone = ~((parts > 0) & (parts != part)).any(axis=1)
        valid &= ~ends | alone
        phase = np.where(ends, np.int8(AFTER), phase)
    if not stays.any():
        valid &= phase == AFTER
    # Parts under other numbers are the same state: without this there would be as many states as ways to get there.
    states = np.column_stack([_renumbered(parts[:, kept]), phase])
    unique, place = np.unique(states[valid], axis=0, return_inverse=True)
    after = np.full(2 * amount, -1, dtype=np.int64)
    after[valid] = place.ravel()
    return _Front([nodes[at] for at in kept], unique[:, :-1], unique[:, -1]), after.reshape(2, amount).T


def _renumbered(parts: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return the parts numbered in the order in which they first stand in a row."""
    out = np.zeros_like(parts)
    following = np.ones(len(parts), dtype=np.int8)
    for at in range(parts.shape[1]):
        fresh = (parts[:, at] > 0) & (out[:, at] == 0)
        out = np.where((parts == parts[:, [at]]) & fresh[:, None], following[:, None], out)
        following += fresh
    return out
