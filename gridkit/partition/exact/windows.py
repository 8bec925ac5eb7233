"""Windows: a grid that stays outside its band, and grids around it, divided anew by the best plan that there is.

Annealing moves units one by one. Where units are heavy, five to ten to a grid, a way into the band may take many of
them at once, each of which is worse for itself; of a window of some sixty nodes it is found, or proven that there is
none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridkit.band import ROUNDING
from gridkit.errors import LimitError
from gridkit.partition.annealing.moves import excess, labelling_of, rank
from gridkit.partition.bound import least_excess
from gridkit.partition.exact.column_generation import ColumnGeneration
from gridkit.partition.objectives import NONE
from gridkit.partition.piece import hang_together, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridkit.partition.piece import Graph, Piece


Label = NDArray[np.int32]

NODES = 60
"""Most nodes of a window."""
STEPS = 300
"""Of the proof of one window: most take a tenth of it, and some that bring a grid in take half."""
FIRST = 3
"""So many neighbours of a grid begin a window with it each; two more begin with the grid alone."""
MOST = 1_000
"""Steps of all windows of one piece at effort 1."""
SAME, ANY, OTHER = (0,), (0, -1, 1), (-1, 1)
"""By how many grids a window may come to have more, in the order in which that is tried."""


class Settled(NamedTuple):
    """A plan after its windows, and what they prove."""

    label: Label
    shut: NDArray[np.bool_]  # [n] in a grid outside the band around which no window can be divided into it: proven


class _Window(NamedTuple):
    bad: int  # the grid outside the band
    grids: NDArray[np.int64]  # those around it that are divided anew with it
    many: int  # into so many
    nodes: NDArray[np.int64]


class _Outcome(NamedTuple):
    label: Label | None  # the plan that is better; None where there is none in the window
    none: bool  # whether it is proven that the window holds no plan in the band
    steps: float = 0.0  # that it took


def settled(
    piece: Piece,
    label: Label,
    end: float = np.inf,
    effort: float = 1.0,
    over: Callable[[], bool] = lambda: False,
    change: tuple[int, ...] = SAME,
) -> Settled:
    """Return labels with grids brought into the band, window by window, where a window shows that they can be.

    Each grid outside has one window tried before any has its second; the farthest comes first. A window is taken when
    its total can be shared out within the band, and holds when all its grids are in the band afterwards; what it pays
    is then the least there is. Grids elsewhere stay as they are.

    Parameters
    ----------
    piece, label
        A plan of a piece.
    end, over
        When to stop: a monotonic time, and what says so.
    effort
        Number of steps, relative to the usual.
    change
        By how many grids a window may come to have more or fewer, in the order in which that is tried: where nobody
        asked for so many, and nothing tells one from another. Grids are then numbered anew.
    """
    left = MOST * effort**0.5
    known: dict[bytes, bool] = {}
    while True:
        better, open_ = None, set()
        for bad, grids, many in _windows(piece, label, change):
            nodes = np.flatnonzero(np.isin(label, grids))
            key = nodes.tobytes() + bytes([many])
            if key not in known:
                if left <= 0 or over():
                    open_.add(bad)
                    continue
                better, known[key], taken = _solved(piece, label, _Window(bad, grids, many, nodes), end, left)
                left -= taken
                if better is not None:
                    break
            if not known[key]:
                open_.add(bad)
        if better is None:
            break
        label = better
    told = {bad for bad, *_ in _windows(piece, label, change)} - open_
    return Settled(label, np.isin(label, sorted(told)))


def _windows(piece: Piece, label: Label, change: tuple[int, ...]) -> Iterator[tuple[int, NDArray[np.int64], int]]:
    """Yield grids outside the band with grids around them and how many their total makes, one of each in turn."""
    graph, k = piece.graph, int(label.max()) + 1
    total = labelling_of(graph, label, k).total
    off = excess(graph, total)
    amount = np.bincount(label, minlength=k)
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    beside = np.zeros((k, k), dtype=bool)
    beside[label[source], label[graph.neighbour]] = True
    np.fill_diagonal(beside, val=False)
    middle = (graph.low[0] + graph.high[0]) / 2
    far = sorted(np.flatnonzero(off > ROUNDING).tolist(), key=lambda grid: (-off[grid], grid))
    around = [_around(bad, beside, amount, np.sign(total[bad, 0] - middle) * total[:, 0]) for bad in far]
    turns = [[(grids, len(grids) + more) for grids in each for more in change] for each in around]
    for turn in range(max(map(len, turns), default=0)):
        for bad, each in zip(far, turns, strict=True):
            if turn < len(each):
                grids, many = each[turn]
                if len(grids) > 1 and many > 0 and _fits(piece, total[grids].sum(axis=0), many):
                    yield bad, np.array(grids), many


def _around(
    bad: int, beside: NDArray[np.bool_], amount: NDArray[np.int64], lean: NDArray[np.float64]
) -> list[list[int]]:
    """Return the windows of one grid: grown from it, eagerly too, and from it with each of some neighbours."""
    # What is too much goes where there is too little, so such neighbours come first.
    near = sorted(np.flatnonzero(beside[bad]).tolist(), key=lambda grid: (lean[grid], grid))
    starts = [([bad], False), ([bad], True), *(([bad, other], False) for other in near[:FIRST])]
    return [sorted(_grown(first, beside, amount, lean, eager=eager)) for first, eager in starts]


def _grown(
    first: list[int],
    beside: NDArray[np.bool_],
    amount: NDArray[np.int64],
    lean: NDArray[np.float64],
    *,
    eager: bool,
) -> list[int]:
    """Return grids grown from the first ones, as many as a window holds: round, or eager for those with room."""
    grids = list(first)
    held = int(amount[grids].sum())
    while True:
        ring = [grid for grid in np.flatnonzero(beside[grids].any(axis=0)).tolist() if grid not in grids]
        room = [grid for grid in ring if held + amount[grid] <= NODES]
        if not room:
            return grids
        # Those that touch most of the window keep it round; where a whole quarter holds too much, room is farther off.
        best = min(room, key=lambda grid: (0 if eager else -int(beside[grid][grids].sum()), lean[grid], grid))
        grids.append(best)
        held += int(amount[best])


def _fits(piece: Piece, total: NDArray[np.float64], grids: int) -> bool:
    measured = total[: len(piece.bands)] / grids
    return all(bool(band.inside(each)) for band, each in zip(piece.bands, measured, strict=True))


def _solved(piece: Piece, label: Label, at: _Window, end: float, left: float) -> _Outcome:
    """Return the plan with a window divided anew, if it is better, and whether the window proves to hold none.

    It takes no more steps than are ``left``.
    """
    nodes, grids = at.nodes, at.grids
    part = window(piece, nodes, grids, at.many)
    if least_excess(part) > ROUNDING:
        return _Outcome(None, none=True)
    if len(nodes) > NODES or at.many > len(nodes):
        return _Outcome(None, none=False)
    steps = min(left, STEPS)
    try:
        search = ColumnGeneration(part, end, steps)
        found = search.best([_begun(piece, label, at)])
    except LimitError:
        return _Outcome(None, none=False, steps=1)
    taken = steps - max(search.steps, 0)
    made = label.copy()
    made[nodes] = np.r_[grids, label.max() + 1][found.label]
    if at.many != len(grids):
        made = np.unique(made, return_inverse=True)[1].astype(np.int32)
    graph = piece.graph
    was, now = (_off(graph, each) for each in (label, made))
    if now < was - ROUNDING:
        return _Outcome(made, none=False, steps=taken)
    inside = rank(part.graph, labelling_of(part.graph, found.label, part.k))[0] <= ROUNDING
    return _Outcome(None, none=found.proven and not inside, steps=taken)


def _off(graph: Graph, label: Label) -> float:
    return rank(graph, labelling_of(graph, label, int(label.max()) + 1))[0]


def _begun(piece: Piece, label: Label, at: _Window) -> Label:
    """Return the plan that a window begins with; of one grid fewer the bad one is joined to one beside it."""
    old = np.searchsorted(at.grids, label[at.nodes]).astype(np.int32)
    if at.many >= len(at.grids):
        return old
    graph = piece.graph
    source = np.repeat(np.arange(len(label)), np.diff(graph.start))
    beside = label[graph.neighbour[label[source] == at.bad]]
    other = int(np.intersect1d(beside[beside != at.bad], at.grids)[0])
    joined = np.where(label[at.nodes] == at.bad, other, label[at.nodes])
    return np.searchsorted(at.grids[at.grids != at.bad], joined).astype(np.int32)


def window(piece: Piece, nodes: NDArray[np.int64], grids: NDArray[np.int64], many: int | None = None) -> Piece:
    """Return the nodes of some grids of a piece as a piece of their own; borders around it stay as they are.

    It is to be divided into as ``many`` grids as there are, unless another number is given.
    """
    graph = piece.graph
    many = len(grids) if many is None else many
    place = np.full(len(piece.points), -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    source = np.repeat(np.arange(len(place)), np.diff(graph.start))
    inner = (place[source] >= 0) & (place[graph.neighbour] >= 0)
    start = np.zeros(len(nodes) + 1, dtype=np.int32)
    start[1:] = np.cumsum(np.bincount(place[source[inner]], minlength=len(nodes)))
    neighbour = place[graph.neighbour[inner]].astype(np.int32)
    number = np.full(max(piece.k, int(grids.max()) + 1) + 1, -1, dtype=np.int32)  # the last one is that of none
    if many == len(grids):
        number[grids] = np.arange(many)
    table = table_of(start)
    own = graph._replace(
        start=start,
        neighbour=neighbour,
        price=graph.price[inner],
        joined=hang_together(start, neighbour, table),
        table=table,
        weight=graph.measures[nodes],
        fixed=number[graph.fixed[nodes]],
        old=number[graph.old[nodes]],
        change=graph.change[nodes],
        term=NONE.term,
        stand=np.zeros((0, 0)),
    )
    units = np.flatnonzero(place[piece.node] >= 0)
    return replace(
        piece,
        units=piece.units[units],
        node=place[piece.node[units]],
        graph=own,
        points=piece.points[nodes],
        land=piece.land[nodes],
        k=many,
        names=np.arange(many),
        ground=piece.ground.within(nodes),
        wishes=NONE,
    )
