"""Objectives beside borders: likeness inside grids, evenness of further columns, walks to a middle or to an office.

Each is a price in metres of ordinary border, so that it can be weighed against the borders and against the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gridkit.errors import TableError
from gridkit.kernels import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIKENESS, EVENNESS = 0.0, 1.0  # kinds of term, in the first column of ``Wishes.term``
TENTH = 0.1  # of the mean: what a price of evenness is for


@dataclass(frozen=True, eq=False)
class Walks:
    """Minutes between units that are near each other.

    Parameters
    ----------
    start
        [n + 1] where the rows of a unit that is walked to begin.
    walker
        [p] the unit that people walk there from.
    minutes
        [p] how long that takes.
    limit
        Minutes that every pair without a row takes at least.
    pace
        Metres in a minute, straight across, for pairs without a row.
    """

    start: NDArray[np.int64]
    walker: NDArray[np.int64]
    minutes: NDArray[np.float64]
    limit: float
    pace: float

    def of(self, members: NDArray[np.int64]) -> Walks:
        """Return the walks among some units, numbered in their order."""
        place = np.full(len(self.start) - 1, -1, dtype=np.int64)
        place[members] = np.arange(len(members))
        source = place[np.repeat(np.arange(len(place)), np.diff(self.start))]
        kept = (source >= 0) & (place[self.walker] >= 0)
        order = np.argsort(source[kept], kind="stable")
        start = np.r_[0, np.cumsum(np.bincount(source[kept], minlength=len(members)))]
        return replace(self, start=start, walker=place[self.walker][kept][order], minutes=self.minutes[kept][order])


@dataclass(frozen=True, eq=False)
class Objectives:
    """What a plan is to be good at beside borders and the band; each has its price, and none is asked for by default.

    Parameters
    ----------
    alike
        [n, h] columns in which the units of a grid are to be like each other, in any unit; NaN where unknown.
    alike_m
        [h] metres for one of the measure that stands one standard deviation from the mean of its grid (the square of
        the distance counts).
    even
        [n, e] columns of which every grid of a part is to hold as much as the others, >= 0.
    even_m
        [e] metres for a grid that holds a tenth more or less than the mean (the square counts).
    walks
        Minutes between units; None where walks are not priced.
    walk_m
        Metres for a minute that one of the measure walks to the middle of its grid: the unit nearest to all.
    office
        [n] the number of the office that stands in a unit; -1 for none. A grid holds one at most.
    to_office
        [n, c] minutes from each unit to each office.
    office_m
        Metres for a minute that one of the measure walks to the office of its grid; from a grid without one to the
        nearest.
    """

    alike: NDArray[np.float64] | None = None
    alike_m: tuple[float, ...] = ()
    even: NDArray[np.float64] | None = None
    even_m: tuple[float, ...] = ()
    walks: Walks | None = None
    walk_m: float = 0.0
    office: NDArray[np.int64] | None = None
    to_office: NDArray[np.float64] | None = None
    office_m: float = 0.0

    def __post_init__(self) -> None:
        for price in (*self.alike_m, *self.even_m, self.walk_m, self.office_m):
            if not 0 <= price < np.inf:
                raise TableError("the weight of an objective is {price}", mend="give metres >= 0", price=price)

    def of(self, members: NDArray[np.int64]) -> Objectives:
        """Return the objectives of some units alone; likeness is measured by the spread among all units still."""
        arrays: dict[str, Any] = {
            name: None if getattr(self, name) is None else getattr(self, name)[members]
            for name in ("alike", "even", "office", "to_office")
        }
        return replace(self, **arrays, walks=None if self.walks is None else self.walks.of(members))

    def scaled(self, weights: NDArray[np.float64]) -> Objectives:
        """Return the objectives with every column of likeness in standard deviations from its mean, by weight."""
        if self.alike is None:
            return self
        scores = np.array(self.alike, dtype=np.float64)
        for column in scores.T:
            known = np.isfinite(column) & (weights > 0)
            total = float(weights[known].sum())
            middle = float((weights[known] * column[known]).sum()) / total if total else 0.0
            spread = float((weights[known] * (column[known] - middle) ** 2).sum() / total) ** 0.5 if total else 0.0
            column[:] = (column - middle) / spread if spread > 0 else column * 0.0
        return replace(self, alike=scores)


class Wishes(NamedTuple):
    """Objectives of one piece, as the search sees them."""

    term: NDArray[np.float64]  # [c, 2] kind and metres of each term that is a function of sums over a grid
    always: float  # metres of likeness that all nodes would pay in one grid of mean zero
    weight: NDArray[np.float64]  # [n] how many walk from a node
    first: NDArray[np.int64]  # [n + 1] where the walks to a node begin; empty where walks are not priced
    walker: NDArray[np.int32]  # [p] the node that they begin at
    metres: NDArray[np.float64]  # [p] what all who live there are charged for it
    at: NDArray[np.float64]  # [n, 2]
    limit: float
    pace: float
    walk_m: float
    office: NDArray[np.int32]  # [n] the office in a node, or -1; empty where there is none
    to_office: NDArray[np.float64]  # [n, c + 1] metres charged for the way to each, and to the nearest


NONE = Wishes(
    np.zeros((0, 2)),
    0.0,
    np.zeros(0),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int32),
    np.zeros(0),
    np.zeros((0, 2)),
    0.0,
    1.0,
    0.0,
    np.zeros(0, dtype=np.int32),
    np.zeros((0, 0)),
)
"""What a piece wishes that has no objectives."""


@dataclass(frozen=True)
class Nodes:
    """The nodes of a piece: what its objectives are gathered by."""

    units: NDArray[np.int64]  # [u] positions in the problem
    node: NDArray[np.int64]  # [u]
    weights: NDArray[np.float64]  # [u]
    points: NDArray[np.float64]  # [n, 2]
    k: int
    target: float = field(default=1.0)  # of the first measure, in its own unit


def gathered(asked: Objectives | None, nodes: Nodes) -> tuple[Wishes, NDArray[np.float64]]:
    """Return the wishes of a piece, and two columns [n, 2 c] for each term whose sums over a grid it is told by."""
    size = len(nodes.points)
    if asked is None:
        return NONE, np.zeros((size, 0))
    columns: list[NDArray[np.float64]] = []
    terms: list[tuple[float, float]] = []
    always = 0.0
    for score, price in zip(_columns(asked.alike, nodes), asked.alike_m, strict=True):
        known = np.isfinite(score)
        weight = np.where(known, nodes.weights, 0.0) / nodes.target
        score = np.where(known, score, 0.0)  # noqa: PLW2901 - what is unknown weighs nothing
        columns += [_sums(nodes, each) for each in (weight * score, weight)]
        terms.append((LIKENESS, price * nodes.target))
        always += price * nodes.target * float((weight * score**2).sum())
    for amount, price in zip(_columns(asked.even, nodes), asked.even_m, strict=True):
        mean = float(amount.sum()) / nodes.k
        columns += [_sums(nodes, amount / mean if mean > 0 else amount * 0.0), np.zeros(size)]
        terms.append((EVENNESS, price / TENTH**2 if mean > 0 else 0.0))
    wishes = NONE._replace(
        term=np.array(terms, dtype=np.float64).reshape(-1, 2),
        always=always,
        weight=_sums(nodes, nodes.weights),
        at=nodes.points,
    )
    if asked.walks is not None and asked.walk_m:
        wishes = _with_walks(wishes, asked.walks.of(nodes.units), asked.walk_m, nodes)
    if asked.office is not None and asked.to_office is not None and asked.office_m:
        wishes = _with_offices(wishes, asked.office, asked.to_office * asked.office_m, nodes)
    return wishes, np.column_stack(columns) if columns else np.zeros((size, 0))


def _sums(nodes: Nodes, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of a column of units over each node."""
    return np.asarray(np.bincount(nodes.node, values, len(nodes.points)), dtype=np.float64)


def _columns(table: NDArray[np.float64] | None, nodes: Nodes) -> NDArray[np.float64]:
    return np.zeros((0, len(nodes.units))) if table is None else np.asarray(table, dtype=np.float64)[nodes.units].T


def _with_walks(wishes: Wishes, walks: Walks, price: float, nodes: Nodes) -> Wishes:
    """Return the wishes with the walks to the heaviest unit of each node."""
    size = len(nodes.points)
    order = np.lexsort((np.arange(len(nodes.node)), -nodes.weights, nodes.node))
    heart = order[np.diff(nodes.node[order], prepend=-1) > 0]
    rows = [slice(walks.start[unit], walks.start[unit + 1]) for unit in heart]
    count = np.array([row.stop - row.start for row in rows])
    to_node = np.repeat(np.arange(size), count)
    unit = np.concatenate([walks.walker[row] for row in rows])
    paid = np.concatenate([walks.minutes[row] for row in rows]) * nodes.weights[unit] * price
    key, at = np.unique(to_node * size + nodes.node[unit], return_inverse=True)
    # Of a node of several units, those without a row are as far as the others: they are its neighbours.
    held = np.bincount(at, nodes.weights[unit], len(key))
    whole = np.bincount(nodes.node, nodes.weights, size)[key % size]
    scale = np.divide(whole, held, out=np.ones(len(key)), where=held > 0)
    return wishes._replace(
        first=np.r_[0, np.cumsum(np.bincount(key // size, minlength=size))].astype(np.int64),
        walker=(key % size).astype(np.int32),
        metres=np.bincount(at, paid, len(key)) * scale,
        limit=walks.limit,
        pace=walks.pace,
        walk_m=price,
    )


def _with_offices(wishes: Wishes, stands: NDArray[np.int64], metres_to: NDArray[np.float64], nodes: Nodes) -> Wishes:
    """Return the wishes with the ways to offices, and to the nearest in the last column."""
    size, ways = len(nodes.points), metres_to[nodes.units]
    paid = np.column_stack([ways, ways.min(axis=1)]) * nodes.weights[:, None]
    office = np.full(size, -1, dtype=np.int32)
    np.maximum.at(office, nodes.node, stands[nodes.units].astype(np.int32))
    charged = np.column_stack([_sums(nodes, column) for column in paid.T])
    return wishes._replace(office=office, to_office=charged)


# ------------------------------------------------------------------ what a plan pays
def standing(wishes: Wishes, fixed: NDArray[np.int32], k: int) -> NDArray[np.float64]:
    """Return what each node is charged [n, k] in each grid for the way to its office; empty where nothing is."""
    if not len(wishes.office) and not len(wishes.first):
        return np.zeros((0, 0))
    out = np.zeros((len(wishes.at), k))
    if len(wishes.office):
        out[:] = wishes.to_office[:, -1:]
        for node in np.flatnonzero((wishes.office >= 0) & (fixed >= 0)):
            out[:, fixed[node]] = wishes.to_office[:, wishes.office[node]]
    return out


def metres(wishes: Wishes, columns: NDArray[np.float64], label: NDArray[Any]) -> float:
    """Return the metres that ``label`` pays for what is wished; ``columns`` are those of :func:`gathered`."""
    grid = np.unique(label, return_inverse=True)[1].astype(np.int32)
    k = int(grid.max(initial=-1)) + 1
    paid = wishes.always
    for i, (kind, price) in enumerate(wishes.term):
        s, w = (np.bincount(grid, columns[:, 2 * i + side], k) for side in (0, 1))
        if kind == LIKENESS:
            paid -= price * float(np.divide(s * s, w, out=np.zeros(k), where=w > 0).sum())
        else:
            paid += price * float(((s - 1) ** 2).sum())
    if len(wishes.first):
        paid += float(middles(wishes, grid, k)[1].sum())
    if len(wishes.office):
        mine = np.full(k, -1)
        np.maximum.at(mine, grid, wishes.office)
        paid += float(wishes.to_office[np.arange(len(grid)), mine[grid]].sum())
    return paid


@compiled
def middles(  # noqa: C901 - one search, whole
    wishes: Wishes, label: NDArray[np.int32], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the node of each grid [k] that its people walk least to, and the metres they are charged for it.

    O(walks + nodes * nodes of a grid).
    """
    n = len(label)
    first = np.zeros(k + 1, np.int64)
    for u in range(n):
        first[label[u] + 1] += 1
    for g in range(k):
        first[g + 1] += first[g]
    place, members = first[:k].copy(), np.empty(n, np.int64)
    for u in range(n):
        members[place[label[u]]] = u
        place[label[u]] += 1
    near = np.full(n, -1.0)
    middle, paid = np.full(k, -1), np.zeros(k)
    for g in range(k):
        least = np.inf
        for i in range(first[g], first[g + 1]):
            heart = members[i]
            for e in range(wishes.first[heart], wishes.first[heart + 1]):
                near[wishes.walker[e]] = wishes.metres[e]
            total = 0.0
            for j in range(first[g], first[g + 1]):
                u = members[j]
                total += near[u] if near[u] >= 0.0 else apart(wishes, u, heart)
                if total >= least:
                    break
            if total < least:
                least, middle[g] = total, heart
            for e in range(wishes.first[heart], wishes.first[heart + 1]):
                near[wishes.walker[e]] = -1.0
        paid[g] = least
    return middle, paid


@compiled
def apart(wishes: Wishes, u: int, heart: int) -> float:
    """Return the metres charged for the walk from ``u`` to a node that has no row with it."""
    x, y = wishes.at[u, 0] - wishes.at[heart, 0], wishes.at[u, 1] - wishes.at[heart, 1]
    return float(wishes.weight[u] * wishes.walk_m * max(wishes.limit, np.sqrt(x * x + y * y) / wishes.pace))


@compiled
def walked(wishes: Wishes, middle: NDArray[np.int64], base: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Write into ``out`` [n, k] what each node is charged in each grid: ``base``, and the walk to the grid's middle."""
    for g in range(len(middle)):
        heart = middle[g]
        if heart < 0:
            continue
        for u in range(out.shape[0]):
            out[u, g] = base[u, g] + apart(wishes, u, heart)
        for e in range(wishes.first[heart], wishes.first[heart + 1]):
            out[wishes.walker[e], g] = base[wishes.walker[e], g] + wishes.metres[e]
