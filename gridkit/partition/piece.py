"""Pieces: the parts of a problem that can be split on their own, with compounds drawn together into single nodes.

A piece is one connected part of one parent. Its nodes stand in an order that depends on the units' places and weights,
never on their numbers, so that renumbering the units renames a plan and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.band import Band
from gridkit.errors import InfeasibleError, TableError
from gridkit.graph import components
from gridkit.kernels import compiled
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import template
from gridkit.partition.faults import Faults, Ground
from gridkit.partition.objectives import NONE, Nodes, Wishes, gathered, standing
from gridkit.partition.totals import totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem

NEAR_MAX = 10  # neighbours up to which it is written down which of their subsets hang together
GRAIN = 2.0**30  # weights are whole multiples of target / GRAIN, so that sums are exact in any order


class Graph(NamedTuple):
    """The border graph of one piece, as the kernels see it. Never written to."""

    start: NDArray[np.int32]  # [n + 1] where the neighbours of a node begin
    neighbour: NDArray[np.int32]  # [2 m]
    price: NDArray[np.float64]  # [2 m] metres saved when this border lies inside a grid; may be negative
    joined: NDArray[np.uint64]  # a bit for each subset of a node's neighbours: do they hang together without it?
    table: NDArray[
        np.int32
    ]  # [n] where the bits of a node begin, in words of 64; -1 with more than NEAR_MAX neighbours
    weight: NDArray[np.float64]  # [n, q + 2 c] the measures to balance, in targets; then what the wishes are told by
    fixed: NDArray[np.int32]  # [n] the grid a node must stay in, or -1
    old: NDArray[np.int32]  # [n] the grid a node was in, or -1
    change: NDArray[np.float64]  # [n] metres charged when it leaves that grid
    low: NDArray[np.float64]  # [q] the band of a grid, in targets
    high: NDArray[np.float64]  # [q]
    term: NDArray[np.float64]  # [c, 2] wishes that are functions of sums over a grid; see Wishes
    stand: NDArray[
        np.float64
    ]  # [n, k] metres a node is charged in each grid; the one array here that the search writes

    @property
    def measures(self) -> NDArray[np.float64]:
        """The measures that have a band [n, q]."""
        return self.weight[:, : len(self.low)]


@dataclass(frozen=True, eq=False)
class Piece:
    """One connected part of one parent, ready to be split into ``k`` grids."""

    parent: int
    units: NDArray[np.int64]  # [u] positions in the problem
    node: NDArray[np.int64]  # [u] the node each unit belongs to
    graph: Graph
    points: NDArray[np.float64]  # [n, 2] metres
    land: NDArray[np.int64]  # [n] the part a node is in when no bridge is crossed
    k: int
    names: NDArray[np.int64]  # [k] labels its grids will have
    targets: NDArray[np.float64]  # [q] what one grid should hold, in the measures' own units
    ground: Ground
    faults: Faults
    wishes: Wishes = NONE  # what is asked for beside borders; graphs are handed on too often to carry it

    @property
    def wishful(self) -> bool:
        """Whether more is wished than short borders, so that proofs by borders do not hold."""
        return bool(len(self.graph.term) or len(self.graph.stand))

    @property
    def target(self) -> float:
        """What one grid should hold of the first measure."""
        return float(self.targets[0])

    @property
    def bands(self) -> tuple[Band, ...]:
        """The band of each measure, in targets."""
        return tuple(
            Band(float(low), 1.0, float(high)) for low, high in zip(self.graph.low, self.graph.high, strict=True)
        )


def pieces(problem: Problem) -> list[Piece]:
    """Return the pieces of ``problem``, ordered by place.

    Raises
    ------
    TableError
        A group is torn between parents, or is not contiguous; its units are named.
    InfeasibleError
        More grids are asked than there are units, or locks contradict each other.
    """
    inner = _inner(problem)
    part = _parts(problem, inner)
    node_of = _draw_together(problem, inner)
    _check_groups(problem, part)
    if problem.objectives is not None:
        problem = replace(problem, objectives=problem.objectives.scaled(problem.weights))
    members = [np.flatnonzero(part == number) for number in range(part.max(initial=-1) + 1)]
    members.sort(key=lambda units: tuple(problem.points[units].min(axis=0)) + tuple(problem.points[units].max(axis=0)))
    counts = allot(problem, members)
    names = _name(problem, members, counts)
    return [
        _piece(problem, units, inner, node_of, label) for units, label in zip(members, names, strict=True) if len(units)
    ]


def _inner(problem: Problem) -> NDArray[np.bool_]:
    """Say of each border whether a grid may reach over it."""
    u, v = problem.edges.T
    free = problem.dedicated < 0
    return np.asarray((problem.parents[u] == problem.parents[v]) & free[u] & free[v])


def _parts(problem: Problem, inner: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the connected part of each unit; -1 for dedicated units."""
    part = components(problem.edges[inner], problem.size)
    free = problem.dedicated < 0
    out = np.full(problem.size, -1, dtype=np.int64)
    out[free] = np.unique(part[free], return_inverse=True)[1]
    return out


def _draw_together(problem: Problem, inner: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a number per unit that the units of one group share."""
    u, v = problem.edges.T
    group = problem.groups
    same = inner & (group[u] >= 0) & (group[u] == group[v])
    return components(problem.edges[same], problem.size)


def _check_groups(problem: Problem, part: NDArray[np.int64]) -> None:
    u, v = problem.edges.T
    kin = (problem.groups[u] >= 0) & (problem.groups[u] == problem.groups[v])
    whole = components(problem.edges[kin], problem.size)
    grouped = np.flatnonzero((problem.groups >= 0) & (part >= 0))
    order = grouped[np.argsort(problem.groups[grouped], kind="stable")]
    starts = np.flatnonzero(np.diff(problem.groups[order], prepend=-2))
    first = np.repeat(order[starts], np.diff(np.append(starts, len(order))))
    rules = (
        (problem.parents[order] != problem.parents[first], "lies in two parents", "give its units one parent"),
        (whole[order] != whole[first], "is not contiguous", "join it by a border or divide it"),
        (_clash(problem.locks[order], problem.locks[first]), "is locked to two grids", "lock its units to one"),
    )
    for broken, what, mend in rules:
        if broken.any():
            at = order[broken][0]
            units = np.flatnonzero(problem.groups == problem.groups[at])
            raise TableError(
                "group {group} (units {units}) " + what,
                group=int(problem.groups[at]),
                units=problem.named(units),
                mend=mend,
            )


def _clash(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((a >= 0) & (b >= 0) & (a != b))


def allot(problem: Problem, members: list[NDArray[np.int64]]) -> list[int]:
    """Return the number of grids of each part.

    With a band alone it is the number nearest to total / target whose grids can lie in low..high on average. A number
    asked of a parent is shared over its parts, one grid at a time, each to the part whose grids are then the heaviest.
    """
    totals = [float(problem.weights[units].sum()) for units in members]
    if problem.grids is None and isinstance(problem.band, Band):
        return [_implied(total, problem.band, len(units)) for total, units in zip(totals, members, strict=True)]
    parent_of = [int(problem.parents[units[0]]) for units in members]
    asked = _asked(problem, parent_of)
    counts = [1] * len(members)
    for parent, number in asked.items():
        mine = [i for i, owner in enumerate(parent_of) if owner == parent]
        room = sum(len(members[i]) for i in mine)
        if not len(mine) <= number <= room:
            raise InfeasibleError(
                template(
                    "parent {parent} cannot have {grids}: it has {units} in {parts} connected part",
                    "parent {parent} cannot have {grids}: it has {units} in {parts} connected parts",
                ),
                parent=problem.parent_named(parent),
                grids=Quantity(number, "grids"),
                units=Quantity(room, "units"),
                room=room,
                parts=len(mine),
                mend="ask for {parts} to {room}, or join the parts by a border",
            )
        for _ in range(number - len(mine)):
            best = max((i for i in mine if counts[i] < len(members[i])), key=lambda i: totals[i] / counts[i])
            counts[best] += 1
    return counts


def _asked(problem: Problem, parent_of: list[int]) -> Mapping[int, int]:
    """Return the number of grids asked of each parent."""
    there = sorted(set(parent_of))
    if isinstance(problem.grids, Mapping):
        missing = [parent for parent in there if parent not in problem.grids]
        if missing:
            raise TableError(
                "'grids' names no number for parent {parent}",
                parent=problem.parent_named(missing[0]),
                mend="give one for every parent",
            )
        return {parent: int(problem.grids[parent]) for parent in there}
    number = int(problem.grids or 0)
    if len(there) == 1:
        return {there[0]: number}
    totals = {parent: float(problem.weights[problem.parents == parent].sum()) for parent in there}
    shares = dict.fromkeys(there, 1)
    if number < len(there):
        raise InfeasibleError(
            template("{number} grid cannot serve {parents} parents", "{number} grids cannot serve {parents} parents"),
            number=number,
            parents=len(there),
            mend="ask for at least {parents}",
        )
    for _ in range(number - len(there)):
        heaviest = max(there, key=lambda parent: totals[parent] / shares[parent])
        shares[heaviest] += 1
    return shares


def _implied(total: float, band: Band, units: int) -> int:
    """Return the number of grids nearest to total / target with a mean inside the band, else nearest to the band."""
    ratio = total / band.target
    tried = range(1, min(units, int(np.ceil(total / max(band.low, band.target / 2))) + 1) + 1)

    def miss(k: int) -> tuple[float, float, int]:
        mean = total / k
        return float(band.excess(mean)) / band.target, abs(k - ratio), k

    return min(tried, key=miss)


def _name(problem: Problem, members: list[NDArray[np.int64]], counts: list[int]) -> list[NDArray[np.int64]]:
    """Return the labels of each part's grids: locked ones, then old ones by weight, then fresh numbers."""
    used = np.concatenate([problem.locks, problem.old])
    reserved = set(used[used >= 0].tolist())
    fresh = (number for number in range(len(reserved) + problem.size) if number not in reserved)
    taken: set[int] = set()
    out = []
    for units, count in zip(members, counts, strict=True):
        locked = sorted(set(problem.locks[units][problem.locks[units] >= 0].tolist()))
        seeds = int((problem.seeds[units] & (problem.locks[units] < 0)).sum())
        if len(locked) + seeds > count:
            raise InfeasibleError(
                template(
                    "{count} grid around unit {units} cannot hold what is locked ({locks}) and seeded ({seeds})",
                    "{count} grids around unit {units} cannot hold what is locked ({locks}) and seeded ({seeds})",
                ),
                count=count,
                units=problem.named(units[:1]),
                locks=len(locked),
                seeds=seeds,
                mend="ask for more grids, or lock fewer",
            )
        elsewhere = [label for label in locked if label in taken]
        if elsewhere:
            raise InfeasibleError(
                "the units locked to grid {label} are not connected inside one parent",
                label=elsewhere[0],
                mend="unlock some of them",
            )
        old, pull = np.unique(problem.old[units], return_inverse=True)
        by_weight = np.argsort(-np.bincount(pull, problem.weights[units], len(old)), kind="stable")
        wanted = locked + [int(old[i]) for i in by_weight if old[i] >= 0]
        mine = [label for label in dict.fromkeys(wanted) if label not in taken][:count]
        mine += [next(fresh) for _ in range(count - len(mine))]
        taken.update(mine)
        out.append(np.array(mine, dtype=np.int64))
    return out


def hilbert(points: NDArray[np.float64], bits: int = 16) -> NDArray[np.int64]:
    """Return each point's place along a Hilbert curve, so that neighbours in order are neighbours on the ground."""
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-12)
    x, y = ((points - low) / side * (2**bits - 1)).astype(np.int64).T
    place = np.zeros(len(points), dtype=np.int64)
    step = 1 << (bits - 1)
    while step:
        right, up = (x & step) > 0, (y & step) > 0
        place += step * step * ((3 * right) ^ up)
        x, y = x & (step - 1), y & (step - 1)
        turn = right & ~up
        x, y = np.where(turn, step - 1 - x, x), np.where(turn, step - 1 - y, y)
        x, y = np.where(up, x, y), np.where(up, y, x)
        step >>= 1
    return place


def _piece(
    problem: Problem,
    units: NDArray[np.int64],
    inner: NDArray[np.bool_],
    node_of: NDArray[np.int64],
    names: NDArray[np.int64],
) -> Piece:
    node, size = _order(problem, units, node_of)
    k = len(names)
    if k > size:
        raise InfeasibleError(
            template(
                "{k} grid cannot be made of the units and groups around unit {units}, of which there are {size}",
                "{k} grids cannot be made of the units and groups around unit {units}, of which there are {size}",
            ),
            k=k,
            size=size,
            units=problem.named(units[:1]),
            mend="ask for at most {size}",
        )
    to_node = np.full(problem.size, -1, dtype=np.int64)
    to_node[units] = node
    total = float(problem.weights[units].sum())
    band = problem.band if isinstance(problem.band, Band) else Band.around(max(total / k, 1e-300), problem.band)
    bands = (band, *problem.measure_bands)
    weight = np.column_stack([problem.weights, problem.measures])[units] / [each.target for each in bands]
    weight = np.column_stack([np.bincount(node, column, size) for column in weight.T])
    points = _centre(problem, units, node, size)
    nodes = Nodes(units, node, problem.weights[units], points, k, bands[0].target)
    wishes, sums = gathered(problem.objectives, nodes)
    part_of = {int(name): i for i, name in enumerate(names)}
    fixed = _largest(node, _translate(problem.locks[units], part_of), size)
    _plant(problem.seeds[units], node, fixed, k)
    kept = inner & (to_node[problem.edges[:, 0]] >= 0)
    start, neighbour, price = _borders(problem, kept, to_node, size)
    walked = problem.edges[kept & (problem.border_m > 0)]
    old, change = _was(problem, units, node, part_of, size)
    table = table_of(start)
    joined = hang_together(start, neighbour, table)
    graph = Graph(
        start=start,
        neighbour=neighbour,
        price=price,
        joined=joined,
        table=table,
        weight=np.round(np.column_stack([weight, sums]) * GRAIN) / GRAIN,
        fixed=fixed,
        old=old,
        change=change,
        low=np.array([each.low / each.target for each in bands]),
        high=np.array([each.high / each.target for each in bands]),
        term=wishes.term,
        stand=standing(wishes, fixed, k),
    )
    return Piece(
        parent=int(problem.parents[units[0]]),
        units=units,
        node=node,
        graph=graph,
        points=points,
        land=components(to_node[walked], size),
        k=k,
        names=names,
        targets=np.array([each.target for each in bands]),
        ground=_ground(problem, to_node, kept, start, neighbour),
        faults=problem.prices.faults,
        wishes=wishes,
    )


def _order(problem: Problem, units: NDArray[np.int64], node_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the node of each unit, nodes numbered along a Hilbert curve by their first unit."""
    keys = (
        problem.perimeters[units],
        problem.areas[units],
        problem.weights[units],
        *problem.points[units].T,
        hilbert(problem.points[units]),
    )
    order = np.lexsort(keys)
    _, first, node = np.unique(node_of[units][order], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    out = np.empty(len(units), dtype=np.int64)
    out[order] = rank[node]
    return out, len(first)


def _translate(labels: NDArray[np.int64], part_of: dict[int, int]) -> NDArray[np.int64]:
    values, at = np.unique(labels, return_inverse=True)
    return np.array([part_of.get(int(value), -1) for value in values], dtype=np.int64)[at]


def _largest(node: NDArray[np.int64], value: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    out = np.full(size, -1, dtype=np.int32)
    np.maximum.at(out, node, value.astype(np.int32))
    return out


def _plant(seeds: NDArray[np.bool_], node: NDArray[np.int64], fixed: NDArray[np.int32], k: int) -> None:
    """Fix every seed that is not locked yet to a grid of its own."""
    free = iter(sorted(set(range(k)) - set(fixed[fixed >= 0].tolist()), reverse=True))
    for unit in np.unique(node[seeds]):
        if fixed[unit] < 0:
            fixed[unit] = next(free)


def _borders(
    problem: Problem, kept: NDArray[np.bool_], to_node: NDArray[np.int64], size: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Return the borders between nodes as rows of neighbours, each with the metres saved when it is not cut."""
    u, v = to_node[problem.edges[kept]].T
    metres = metres_saved(problem)[kept]
    between = u != v
    low, high = np.minimum(u, v)[between], np.maximum(u, v)[between]
    key, at = np.unique(low * size + high, return_inverse=True)
    price = totals(at, metres[between], len(key))
    low, high = key // size, key % size
    source, other, price = np.r_[low, high], np.r_[high, low], np.r_[price, price]
    order = np.lexsort((other, source))
    start = np.zeros(size + 1, dtype=np.int32)
    start[1:] = np.cumsum(np.bincount(source, minlength=size))
    return start, other[order].astype(np.int32), price[order]


def _ground(
    problem: Problem,
    to_node: NDArray[np.int64],
    kept: NDArray[np.bool_],
    start: NDArray[np.int32],
    neighbour: NDArray[np.int32],
) -> Ground:
    """Return what the faults of a piece are told by; ``kept`` are the borders inside it, then the rows of its graph."""
    size = len(start) - 1
    here = to_node >= 0
    land = here & (problem.areas > 0)
    u, v = problem.edges[kept].T
    # The shore of water is an outline of the land before it, whoever's grid the water is in.
    shared = np.where(land[u] & land[v], problem.border_m[kept], 0.0)
    main = np.zeros(max(int(problem.feature.max(initial=0)) + 1, len(problem.prices.faults.roads)), dtype=bool)
    main[: len(problem.prices.faults.roads)] = problem.prices.faults.roads
    road = np.where(main[problem.feature[kept]], problem.feature_m[kept], 0.0)
    one, two = to_node[u], to_node[v]
    own = one == two
    outline = totals(to_node[land], problem.perimeters[land], size) - 2 * totals(one[own], shared[own], size)
    source = np.repeat(np.arange(size), np.diff(start))
    # The rows of the graph are in the order of these keys.
    rows = source * size + neighbour
    at = np.searchsorted(rows, np.r_[one * size + two, two * size + one][np.tile(~own, 2)])
    return Ground(
        source,
        neighbour,
        totals(at, np.tile(shared[~own], 2), len(rows)),
        totals(at, np.tile(road[~own], 2), len(rows)),
        totals(to_node[land], problem.areas[land], size),
        outline,
        totals(one[own], road[own], size),
    )


def metres_saved(problem: Problem) -> NDArray[np.float64]:
    """Return, per border, the metres a plan saves by not cutting it: the price of the cut less that of keeping it."""
    along = problem.prices.factor("cut", problem.feature) + problem.prices.shape
    return along * problem.border_m - metres_kept(problem)


def metres_kept(problem: Problem) -> NDArray[np.float64]:
    """Return, per border, the metres a plan pays for keeping it inside a grid: what runs there, what it lacks."""
    prices = problem.prices
    return prices.factor("inside", problem.feature) * problem.feature_m + prices.joint * problem.lack_m


def _was(
    problem: Problem, units: NDArray[np.int64], node: NDArray[np.int64], part_of: dict[int, int], size: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the old grid of each node, by weight, and what leaving it costs beyond what any other grid costs."""
    old = _translate(problem.old[units], part_of)
    held = old >= 0
    key, at = np.unique(node[held] * len(part_of) + old[held], return_inverse=True)
    pull = np.bincount(at, problem.weights[units][held], len(key))
    owner, grid = key // len(part_of), key % len(part_of)
    order = np.lexsort((grid, -pull, owner))
    first = order[np.diff(owner[order], prepend=-1) > 0]
    was, change = np.full(size, -1, dtype=np.int32), np.zeros(size)
    was[owner[first]] = grid[first]
    left = np.bincount(at, problem.leaving[units][held], len(key))
    change[owner[first]] = pull[first] * problem.prices.change + left[first]
    return was, change


def _centre(problem: Problem, units: NDArray[np.int64], node: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    mass = problem.areas[units] + 1e-9
    mass = mass if mass.max() > 1e-6 else np.ones(len(units))
    return (
        np.column_stack([np.bincount(node, mass * axis, size) for axis in problem.points[units].T])
        / np.bincount(node, mass, size)[:, None]
    )


def table_of(start: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return where the bits of each node begin, in words; one word more than all nodes need stands at the end."""
    degree = np.diff(start)
    words = np.where(degree <= NEAR_MAX, np.maximum(2 ** np.minimum(degree, NEAR_MAX) // 64, 1), 0)
    table: NDArray[np.int32] = np.r_[0, np.cumsum(words)].astype(np.int32)
    table[:-1][degree > NEAR_MAX] = -1
    return table


@compiled
def hang_together(
    start: NDArray[np.int32], neighbour: NDArray[np.int32], table: NDArray[np.int32]
) -> NDArray[np.uint64]:
    """Return a bit for each subset of each node's neighbours: whether they reach each other over mutual borders.

    The empty set does not. O(2 ** degree * degree) a node.
    """
    n = start.shape[0] - 1
    one = np.uint64(1)
    joined = np.zeros(max(table[n], 1), np.uint64)
    place = np.full(n, -1, np.int32)
    near = np.zeros(NEAR_MAX, np.uint64)
    for u in range(n):
        if table[u] < 0:
            continue
        first, degree = start[u], start[u + 1] - start[u]
        for j in range(degree):
            place[neighbour[first + j]] = j
        for j in range(degree):
            near[j] = 0
            v = neighbour[first + j]
            for f in range(start[v], start[v + 1]):
                if place[neighbour[f]] >= 0:
                    near[j] |= one << np.uint64(place[neighbour[f]])
        for j in range(degree):
            place[neighbour[first + j]] = -1
        for subset in range(1, 1 << degree):
            kin = np.uint64(subset)
            reached = np.uint64(0)
            grown = kin & (~kin + one)
            while grown != reached:
                reached = grown
                for j in range(degree):
                    if (reached >> np.uint64(j)) & one:
                        grown |= near[j] & kin
            if reached == kin:
                joined[table[u] + (subset >> 6)] |= one << np.uint64(subset & 63)
    return joined
