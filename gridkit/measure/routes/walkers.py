"""One walk shared out among walkers, or among shifts: cut along its order, or its ground cut first.

Both ways are gone and the shorter one is kept: the whole walk cut where that costs least (Beasley, Ulusoy), each part
then walked anew; or the streets taken in sectors around the start, each walked for itself.

References
----------
Beasley (1983), Omega 11(4), 403-408; Ulusoy (1985), European Journal of Operational Research 22(3), 329-337; sectors:
Gillett & Miller (1974), Operations Research 22(2), 340-349.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gridkit.kernels import compiled
from gridkit.measure.routes import postman
from gridkit.measure.routes.postman import Walk, bettered, joined, walked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridkit.measure.routes.postman import Task
    from gridkit.measure.routes.ways import Streets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_HALVINGS = 30
"""Halvings of what the longest part may be."""
_MOST_CUTS = 60
"""So many parts at most are tried as sectors: each is a search."""


def shared(
    streets: Streets,
    spots: Floats,
    start: int | None,
    *,
    walkers: int = 1,
    longest: float = np.inf,
    seed: int = 0,
) -> list[Walk]:
    """Return walks that pass every required street between them.

    Parameters
    ----------
    streets
        The network.
    spots
        [nodes, 2] where its junctions lie.
    start
        Where every walk begins and ends; each where it likes where None.
    walkers
        At least so many walks, as even as can be; fewer where there are fewer streets.
    longest
        What a walk may be at most; one street that cannot be passed within it is a walk of its own, longer than that.
    seed
        Of the search.

    Returns
    -------
    list
        One walk, if one is enough and one is asked for; else as many as it takes.
    """
    whole, known = postman.planned(streets, start, seed=seed)
    if walkers <= 1 and whole.length(streets) <= longest:
        return [whole]
    task = known or postman.task(streets, start)
    order = _order(task, whole)
    base = None if start is None else int(task.node[0])
    count = min(walkers, int((task.row >= 0).sum()))
    drafts = [[_draft(task, part, ordered=True) for part in _cut(task, order, base, count, longest)]]
    for parts in _sectors(task, spots, start, count, longest, whole):
        drafts.append([_draft(task, part) for part in parts])
        if all(each.walk.length(streets) <= longest for each in drafts[-1]):
            break  # more of them would be walks more
    best = min(drafts, key=lambda each: _worth([own.walk for own in each], streets, count, longest))
    return [each.bettered(seed) for each in best]


@dataclass(frozen=True)
class _Draft:
    """A walk of some of the streets, before the search: their task, their order, and the walk itself."""

    task: Task
    order: Ints
    walk: Walk

    def bettered(self, seed: int) -> Walk:
        """Return the walk after the search, itself where that is no shorter."""
        order = bettered(self.task, self.order, seed=seed)
        if order is self.order:
            return self.walk
        return min((walked(self.task, order), self.walk), key=lambda walk: walk.length(self.task.streets))


def _worth(walks: list[Walk], streets: Streets, count: int, longest: float) -> tuple[float, ...]:
    """Return what is to be small: time over a shift, walks beyond one a walker, then metres: of all, or the longest."""
    lengths = [walk.length(streets) for walk in walks]
    over = sum(max(own - longest, 0.0) for own in lengths) if np.isfinite(longest) else 0.0
    metres = (sum(lengths), max(lengths))
    return (round(over, 6), max(len(walks) - count, 0), *(metres[::-1] if len(walks) <= count > 1 else metres))


def _order(task: Task, whole: Walk) -> Ints:
    """Return the required streets, as points of a task, as a walk passes them."""
    at = np.full(int(task.row.max()) + 1, -1)
    own = np.flatnonzero(task.row >= 0)
    at[task.row[own]] = own
    entered = 2 * at[whole.streets[whole.serving]] + ~whole.forward[whole.serving]
    return np.column_stack([entered, entered ^ 1]).ravel()


def _draft(task: Task, part: Ints, *, ordered: bool = False) -> _Draft:
    """Return a walk of some of the streets; where they have an order that is good already, by it or a better one."""
    rows = part[::2] // 2
    start = np.flatnonzero(task.row < 0)
    own = task.some(np.concatenate([start, rows]))
    orders = [bettered(own, joined(own), kicks=0)]
    if ordered:
        kept = np.arange(len(start), len(start) + len(rows)) * 2 + part[::2] % 2
        as_is = np.column_stack([kept, kept ^ 1]).ravel()
        orders.append(np.r_[0, 1, as_is] if len(start) else as_is)
    made = [_Draft(own, order, walked(own, order)) for order in orders]
    return min(made, key=lambda each: each.walk.length(task.streets))


def _cut(task: Task, order: Ints, base: int | None, count: int, longest: float) -> list[Ints]:
    """Return an order in parts: the fewest metres within the limit, as even as can be where that holds it too."""
    cost = _Costs(task, order, base)
    if count > 1:
        low, high = 0.0, cost.of(0, cost.size - 1)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if cost.fewest(middle) <= count else (middle, high)
        if high <= longest:
            cuts = cost.greedy(high)
            return [order[2 * begin : 2 * end] for begin, end in pairwise(cuts)]
    cuts = cost.cuts(longest)
    return [order[2 * begin : 2 * end] for begin, end in pairwise(cuts)]


class _Costs:
    """What stretches of an order cost as walks of their own."""

    def __init__(self, task: Task, order: Ints, base: int | None) -> None:
        self.size = len(order) // 2
        entered, left = task.node[order[::2]], task.node[order[1::2]]
        own = task.streets.length[task.row[order[::2] // 2]]
        gaps = task.ways.far[left[:-1], entered[1:]]
        before, along = np.r_[0.0, np.cumsum(gaps)], np.r_[0.0, np.cumsum(own)]
        self._known = (along, before, task.ways.far, entered, left, -1 if base is None else base)

    def of(self, begin: int, last: int) -> float:
        """Return the cost of the stretch from one street to another, both in it."""
        return float(_cost(self._known, begin, last))

    def cuts(self, longest: float) -> list[int]:
        """Return where the order is cut, at the least cost of all; a street alone may be longer than the limit."""
        found: list[int] = _cuts(self._known, longest).tolist()
        return found

    def greedy(self, longest: float) -> list[int]:
        """Return where the order is cut if each stretch is as long as the limit lets it be; [0] where one cannot be."""
        found: list[int] = _greedy(self._known, longest).tolist()
        return found

    def fewest(self, longest: float) -> float:
        """Return into how many stretches within the limit it falls; infinite where a street alone is longer."""
        return len(_greedy(self._known, longest)) - 1 or np.inf


_Known = tuple["Floats", "Floats", "Floats", "Ints", "Ints", int]
"""Metres of streets and of ways between them up to each, the ways, where each is entered and left, and the base."""


@compiled
def _cost(known: _Known, begin: int, last: int) -> float:  # pragma: no cover - compiled
    own, before, far, entered, left, base = known
    inner = own[last + 1] - own[begin] + before[last] - before[begin]
    if base < 0:
        return float(inner + far[left[last], entered[begin]])
    return float(inner + (far[base, entered[begin]] + far[left[last], base]))


@compiled
def _cuts(known: _Known, longest: float) -> Ints:  # pragma: no cover - compiled
    size = len(known[3])
    best, came = np.full(size + 1, np.inf), np.zeros(size + 1, dtype=np.int64)
    best[0] = 0.0
    for last in range(size):
        for begin in range(last + 1):
            cost = _cost(known, begin, last)
            if (cost <= longest or begin == last) and cost + best[begin] < best[last + 1]:
                best[last + 1], came[last + 1] = cost + best[begin], begin
    found, count = np.empty(size + 1, dtype=np.int64), 1
    found[0] = size
    while found[count - 1] > 0:
        found[count] = came[found[count - 1]]
        count += 1
    return found[:count][::-1].copy()


@compiled
def _greedy(known: _Known, longest: float) -> Ints:  # pragma: no cover - compiled
    size = len(known[3])
    found, count, begin = np.zeros(size + 1, dtype=np.int64), 1, 0
    while begin < size:
        last = begin
        if _cost(known, begin, begin) > longest:
            return found[:1].copy()
        while last + 1 < size and _cost(known, begin, last + 1) <= longest:
            last += 1
        begin = last + 1
        found[count] = begin
        count += 1
    return found[:count].copy()


def _sectors(
    task: Task, spots: Floats, start: int | None, count: int, longest: float, whole: Walk
) -> Iterator[list[Ints]]:
    """Yield the streets in sectors around the start, of as much length each, as few as may fit and one more."""
    own = np.flatnonzero(task.row >= 0)
    ends = task.streets.ends[task.row[own]]
    middle = spots[ends].mean(axis=1)
    centre = middle.mean(axis=0) if start is None else spots[start]
    length = task.streets.length[task.row[own]]
    angle = np.arctan2(*(middle - centre).T[::-1])
    rank = np.argsort(angle, kind="stable")
    gaps = np.diff(np.r_[angle[rank], angle[rank[0]] + 2 * np.pi])
    rank = np.roll(rank, -(int(np.argmax(gaps)) + 1))
    fewest = count
    if np.isfinite(longest):
        fewest = max(count, int(np.ceil(whole.length(task.streets) / longest)))
    for parts in range(fewest, min(fewest + 2, len(own) + 1, _MOST_CUTS)):
        run = np.cumsum(length[rank]) - length[rank] / 2
        of = np.minimum((run / length.sum() * parts).astype(np.int64), parts - 1)
        groups = [own[rank[of == each]] for each in np.unique(of)]
        yield [np.column_stack([2 * group, 2 * group + 1]).ravel() for group in groups]
