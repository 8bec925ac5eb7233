"""Pricing: the contiguous sets in the band that cost least, or less than a limit, when every node pays for being in.

The sets are the paths of a diagram (``exact.decision_diagram``). Backwards through it goes, per state and people so
 the least that the rest costs (dynamic programming); forwards goes a walk that turns back wherever the limit cannot
be kept any more, so that every step of it leads to a set that is wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.kernels import kernel
from gridkit.partition.exact.decision_diagram import diagram
from gridkit.partition.piece import GRAIN

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gridkit.partition.exact.decision_diagram import Diagram
    from gridkit.partition.piece import Graph, Piece

ENTRIES = 25_000_000  # of the table of what the rest costs: 200 MB
FINE = 1000  # steps to the band's upper end where weights are no whole numbers
STRIDE = 5_000_000  # steps of a walk between two looks at the clock
NEAR_WHOLE = 1e-5


class Ruler(NamedTuple):
    """The first measure in whole steps, for the table, and all measures as they are, for the sets found."""

    steps: NDArray[np.int64]  # [n]
    low: int  # steps that no set in the band is below, whatever was rounded
    high: int
    weight: NDArray[np.float64]  # [n, q]
    least: NDArray[np.float64]  # [q]
    most: NDArray[np.float64]  # [q]


class Fare(NamedTuple):
    """What nodes pay, and what follows from it. Infinite where an answer is not allowed."""

    out: NDArray[np.float64]  # [n]
    into: NDArray[np.float64]  # [n]
    rest: NDArray[np.float64]  # [s + 1, high + 1] the least that is still to pay; written by ``foresee``


class Path(NamedTuple):
    """Where a walk is: the states on its way, what was paid and weighed there, the answers given, and what it found."""

    depth: NDArray[np.int64]  # [1] -1 when the walk is over
    state: NDArray[np.int64]  # [n + 1]
    paid: NDArray[np.float64]  # [n + 1]
    steps: NDArray[np.int64]  # [n + 1]
    total: NDArray[np.float64]  # [n + 1, q]
    next: NDArray[np.int64]  # [n + 1] the answer to try next: 1 is in, 0 is out, -1 is none
    inside: NDArray[np.bool_]  # [n]
    sets: NDArray[np.bool_]  # [most, n] the sets found
    amount: NDArray[np.int64]  # [1] how many; more than there is room for when the walk was broken off


@kernel
def foresee(ways: Diagram, ruler: Ruler, fare: Fare) -> float:
    """Write, per state and steps so far, the least that the rest of a set costs; return the least of all sets.

    No set in the band costs less, as rounding only widens the band. O(states * steps).
    """
    end = ways.node.shape[0]
    width = fare.rest.shape[1]
    rest = fare.rest
    for w in range(width):
        rest[end, w] = 0.0 if ruler.low <= w <= ruler.high else np.inf
    # States stand in the order of questions, so from the end all that follows a state is known when it is reached.
    for s in range(end - 1, -1, -1):
        u = ways.node[s]
        out, into = ways.follow[s]
        if out >= 0:
            charge = ways.border[s, 0] + fare.out[u]
            for w in range(width):
                rest[s, w] = charge + rest[out, w]
        else:
            for w in range(width):
                rest[s, w] = np.inf
        if into >= 0:
            charge = ways.border[s, 1] + fare.into[u]
            more = ruler.steps[u]
            for w in range(width - more):
                rest[s, w] = min(rest[s, w], charge + rest[into, w + more])
    return float(rest[0, 0])


@kernel
def walk(ways: Diagram, ruler: Ruler, fare: Fare, path: Path, limit: float) -> bool:
    """Go on along ``path`` and note in ``path.sets`` each set in the band that costs at most ``limit``.

    Stop after ``STRIDE`` steps, or at the first set for which there is no room; say whether there is more to walk.
    Invariant: what was paid and the least that is still to pay are within the limit, so that with one measure in whole
    steps each step leads to a set: O(n * sets).
    """
    for _ in range(STRIDE):
        d = path.depth[0]
        # One more than there is room for was counted: that tells "just full" from "cut short".
        if d < 0 or path.amount[0] > path.sets.shape[0]:
            return False
        s = path.state[d]
        answer = path.next[d]
        path.next[d] -= 1
        if s == ways.node.shape[0]:
            _note(ruler, path)
            path.depth[0] -= 1
            continue
        if answer < 0:
            path.depth[0] -= 1
            continue
        u = ways.node[s]
        path.inside[u] = answer == 1
        after = ways.follow[s, answer]
        steps = path.steps[d] + answer * ruler.steps[u]
        if after < 0 or steps > ruler.high:
            continue
        paid = path.paid[d] + ways.border[s, answer] + (fare.into[u] if answer else fare.out[u])
        # This looks ahead to the end at the price of one look into the table: no way is begun that leads to no set.
        fits = paid + fare.rest[after, steps] <= limit
        for q in range(ruler.most.shape[0]):
            path.total[d + 1, q] = path.total[d, q] + answer * ruler.weight[u, q]
            fits &= path.total[d + 1, q] <= ruler.most[q]
        if fits:
            path.depth[0] = d + 1
            path.state[d + 1] = after
            path.paid[d + 1] = paid
            path.steps[d + 1] = steps
            path.next[d + 1] = 1
    return True


@kernel
def _note(ruler: Ruler, path: Path) -> None:
    """Count the set at the end of ``path`` if it is heavy enough, and note it if there is room. O(n)."""
    for q in range(ruler.least.shape[0]):
        if path.total[path.depth[0], q] < ruler.least[q]:
            return
    at = path.amount[0]
    path.amount[0] += 1
    if at < path.sets.shape[0]:
        for u in range(path.inside.shape[0]):
            path.sets[at, u] = path.inside[u]


def _set_out(weight: NDArray[np.float64], most: int) -> Path:
    """Return a path that starts at the first state, with room for ``most`` sets."""
    size, measures = weight.shape
    return Path(
        depth=np.zeros(1, dtype=np.int64),
        state=np.zeros(size + 1, dtype=np.int64),
        paid=np.zeros(size + 1),
        steps=np.zeros(size + 1, dtype=np.int64),
        total=np.zeros((size + 1, measures)),
        next=np.ones(size + 1, dtype=np.int64),
        inside=np.zeros(size, dtype=bool),
        sets=np.empty((most, size), dtype=bool),
        amount=np.zeros(1, dtype=np.int64),
    )


class Pricing:
    """All contiguous sets in the band of one piece, to be looked through at ever other prices.

    Raises
    ------
    LimitError
        The piece hangs together in too many ways.
    """

    def __init__(self, piece: Piece) -> None:
        self._priced = self._ways = diagram(piece.graph)
        self._free = self._priced._replace(border=np.zeros_like(self._priced.border))
        self._ruler = _ruler(piece, len(self._ways.node))
        size = len(piece.points)
        self._fare = Fare(np.zeros(size), np.zeros(size), np.empty((len(self._ways.node) + 1, self._ruler.high + 1)))

    def least(self, out: NDArray[np.float64], into: NDArray[np.float64], *, free: bool = False) -> float:
        """Take what each node pays for being out [n] or in [n] and return metres that no set in the band goes below.

        Half the metres of its borders are charged as well, unless borders are ``free``. Infinite if there is no set in
        the band.
        """
        self._fare.out[:], self._fare.into[:] = out, into
        self._ways = self._free if free else self._priced
        return float(foresee(self._ways, self._ruler, self._fare))

    def sets(self, limit: float, most: int, look: Callable[[], None]) -> tuple[NDArray[np.bool_], bool]:
        """Return the sets [s, n] in the band that cost at most ``limit`` at the prices last told to ``least``.

        At most ``most`` of them; and whether that is all. ``look`` is called now and then.
        """
        path = _set_out(self._ruler.weight, most)
        while walk(self._ways, self._ruler, self._fare, path, limit):
            look()
        amount = int(path.amount[0])
        return path.sets[: min(amount, most)], amount <= most


def roundings(graph: Graph) -> float:
    """Return the targets by which a set can be off the band only because its nodes' weights are rounded to a grain."""
    return len(graph.weight) / 2 / GRAIN


def _ruler(piece: Piece, states: int) -> Ruler:
    """Return the measures, the first in units of its own where these are few whole numbers, else rounded.

    What rounding takes from or gives to a set is at most what it takes from or gives to all nodes; the band in steps is
    wider by that.
    """
    graph = piece.graph
    # Rounding must only ever let too many sets in: those are weighed exactly when they are noted, but one that is left
    # out would make a proof false.
    least, most = graph.low - roundings(graph), graph.high + roundings(graph)
    first, room = graph.weight[:, 0], ENTRIES // states
    # People counted in whole numbers give steps without any rounding; spread people do not.
    whole = np.abs(first * piece.target - np.round(first * piece.target)).max() < NEAR_WHOLE
    scale = piece.target if whole and most[0] * piece.target <= room else min(room, FINE) / most[0]
    steps = np.round(first * scale)
    lost = first * scale - steps
    return Ruler(
        steps.astype(np.int64),
        int(np.ceil(least[0] * scale - np.maximum(lost, 0).sum())),
        int(np.floor(most[0] * scale + np.maximum(-lost, 0).sum())),
        graph.weight,
        least,
        most,
    )
