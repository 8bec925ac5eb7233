"""The smallest moves of units that make a department's net fit the grids.

::

    harmonised(net, "nest") -> Harmony       new areas of the units, who moves, and what no net that fits can do better

A net fits the grids in one of three ways: its areas *nest* in grids (a grid holds whole areas), are *unions* of grids
(an area holds whole grids), or *equal* them. Who moves at least is an integer programme: which area each unit, or each
grid, goes to. That an area is in one piece is asked where a solution breaks it: of the units that separate two pieces,
one must be the area's too.

References
----------
Fischetti et al. (2017), Thinning out Steiner trees: a node-based model for uniform edge costs, Mathematical Programming
Computation 9(2), 203-229 (connectivity by node separators).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array

from gridkit.errors import InfeasibleError
from gridkit.graph import components

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.band import Band

Goal = Literal["nest", "union", "equal"]
NOBODY = -1
"""The area of units that the net does not cover: they stay so."""
Row = tuple[NDArray[np.int64], NDArray[np.float64], float, float]
"""Columns, their factors, and between which limits their sum has to lie."""
LARGEST = 3_000
"""Up to so many choices a net is searched unit by unit."""
ROUNDS = 20
"""So many times are broken areas mended by further cuts; what is still in pieces then is told."""
NODES = 2_000
"""After how many nodes of its search a programme ends, and not after how long."""


@dataclass(frozen=True)
class Net:
    """A net on units, as numbers.

    Attributes
    ----------
    weight
        Households (or people) of each unit.
    grid, area
        The grid and the area of each unit, numbered from 0; :data:`NOBODY` for units without an area.
    ends
        Pairs of units that touch.
    band
        What each area may hold; None for no limit.
    """

    weight: NDArray[np.float64]
    grid: NDArray[np.int64]
    area: NDArray[np.int64]
    ends: NDArray[np.int64]
    band: Band | None = None

    @property
    def held(self) -> NDArray[np.float64]:
        """What of each area (row) lies in each grid (column)."""
        table = np.zeros((int(self.area.max(initial=-1)) + 1, int(self.grid.max(initial=-1)) + 1))
        covered = self.area >= 0
        np.add.at(table, (self.area[covered], self.grid[covered]), self.weight[covered])
        return table


@dataclass(frozen=True)
class Harmony:
    """A net that fits the grids.

    Attributes
    ----------
    area
        The new area of each unit.
    moved
        The weight of the units that change area.
    bound
        No net that fits moves less than this.
    proven
        Whether ``moved`` is proven to be the least.
    torn, outside
        Areas that are in more pieces than before, and areas outside their range of size.
    given_up
        Areas that hold no unit any more.
    misfits
        Areas that still do not fit, where none can: there are fewer areas than grids, or they lie apart.
    """

    area: NDArray[np.int64]
    moved: float
    bound: float
    proven: bool
    torn: tuple[int, ...] = ()
    outside: tuple[int, ...] = ()
    given_up: tuple[int, ...] = ()
    misfits: tuple[int, ...] = ()


@dataclass
class _Programme:
    """A choice of one option for each chooser, at the least cost, under rows that are added."""

    cost: NDArray[np.float64]
    chooser: NDArray[np.int64]
    rows: list[Row] = field(default_factory=list)

    def add(self, columns: NDArray[np.int64], values: NDArray[np.float64], least: float, most: float) -> None:
        """Ask for ``least <= sum(values * x[columns]) <= most``."""
        self.rows.append((columns, values, least, most))

    def eased(self, wishes: Sequence[list[Row]]) -> tuple[NDArray[np.bool_], float]:
        """Return the best choice with as many of the wishes as can be kept, the last ones given up first."""
        own = list(self.rows)
        for count in range(len(wishes), -1, -1):
            self.rows = [*own, *(row for wish in wishes[:count] for row in wish)]
            found = self.solved()
            if found is not None:
                return found
        raise InfeasibleError("no net fits these grids")

    def solved(self) -> tuple[NDArray[np.bool_], float] | None:
        """Return the options chosen and a bound below every choice; None where none keeps the rows."""
        size = len(self.cost)
        choose = csr_array((np.ones(size), (self.chooser, np.arange(size))), shape=(self.chooser.max() + 1, size))
        asked = [LinearConstraint(choose, 1, 1)]
        if self.rows:
            at = np.repeat(np.arange(len(self.rows)), [len(row[0]) for row in self.rows])
            values, columns = (np.concatenate([row[side] for row in self.rows]) for side in (1, 0))
            table = csr_array((values, (at, columns)), shape=(len(self.rows), size))
            asked.append(LinearConstraint(table, [row[2] for row in self.rows], [row[3] for row in self.rows]))
        found = milp(
            self.cost,
            constraints=asked,
            integrality=np.ones(size),
            bounds=Bounds(0, 1),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if found.x is None:
            return None
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        return np.asarray(found.x > 0.5, dtype=bool), float(bound)  # noqa: PLR2004 - a yes


def harmonised(net: Net, goal: Goal) -> Harmony:
    """Return a net's units moved as little as can be, so that it fits the grids.

    Parameters
    ----------
    net
        The net as it is.
    goal
        ``nest``: every area lies in one grid; ``union``: every grid lies in one area; ``equal``: both.

    Notes
    -----
    Contiguity and the range of size are kept where a net can; else the areas at fault are named, and the bound is that
    of nets without these rules.
    """
    if not (net.area >= 0).any():
        return Harmony(net.area.copy(), 0.0, 0.0, proven=True)
    return {"nest": _nested, "union": _united, "equal": _equal}[goal](net)


def _equal(net: Net) -> Harmony:
    """Return the net with each area on the grid that it is matched with; areas left over are given up."""
    held = net.held
    areas, grids = linear_sum_assignment(-held)
    of_grid = np.full(held.shape[1], NOBODY)
    of_grid[grids] = areas
    # Grids without an area of their own go with the one that holds most of them: they cannot be equal to any.
    bare = np.flatnonzero(of_grid < 0)
    of_grid[bare] = held[:, bare].argmax(axis=0)
    moved = _kept_bare(net, of_grid[net.grid])
    return _judged(net, moved, "equal", bound=float(held.sum() - held[areas, grids].sum()))


def _united(net: Net) -> Harmony:
    """Return the net whose areas hold whole grids."""
    held, near = net.held, _grid_pairs(net)
    wanted = held > 0
    for one, other in near:  # a grid may also go to an area of a neighbour, which keeps an area in one piece
        wanted[:, one] |= held[:, other] > 0
        wanted[:, other] |= held[:, one] > 0
    wanted |= (held.sum(axis=0) == 0)[None, :]
    area, grid = np.nonzero(wanted)
    weight = held.sum(axis=0)
    options = _Options(area, grid, weight, near, held.shape[0])
    chosen, bound = _searched(net, _Programme(weight[grid] - held[area, grid], grid), options)
    of_grid = options.taken(chosen)
    return _judged(net, _kept_bare(net, of_grid[net.grid]), "union", bound=bound)


def _nested(net: Net) -> Harmony:
    """Return the net whose areas lie in one grid each.

    Who stays is known once each area has its home. Small nets are searched unit by unit, so that every area is in one
    piece and in its range of size; in large ones only the homes are, and the units that lose their area grow onto those
    of their grid.
    """
    held = net.held
    wanted = held > 0
    for one, other in _grid_pairs(net):  # an area may have its home next door
        wanted[:, one] |= held[:, other] > 0
        wanted[:, other] |= held[:, one] > 0
    if not (wanted.sum(axis=0)[net.grid].sum() <= LARGEST):
        return _by_homes(net)
    covered = np.flatnonzero(net.area >= 0)
    at, area = np.nonzero(wanted[:, net.grid[covered]].T)
    unit = covered[at]
    cost = np.where(area == net.area[unit], 0.0, net.weight[unit])
    inside = net.ends[(net.grid[net.ends[:, 0]] == net.grid[net.ends[:, 1]])]
    options = _Options(area, unit, net.weight, inside, held.shape[0])
    home_area, home_grid = np.nonzero(wanted)
    programme = _Programme(
        np.concatenate([cost, np.zeros(len(home_area))]), np.concatenate([at, at.max() + 1 + _numbered(home_area)])
    )
    place = np.full(wanted.shape, NOBODY)
    place[home_area, home_grid] = len(area) + np.arange(len(home_area))
    for option, (each, ground) in enumerate(zip(area, net.grid[unit], strict=True)):
        # A unit is an area's only where the area has its home.
        programme.add(np.array([option, place[each, ground]]), np.array([1.0, -1.0]), -np.inf, 0.0)
    try:
        chosen, bound = _searched(net, programme, options)
    except InfeasibleError:  # fewer areas than grids: some of these stay shared
        return _by_homes(net)
    new = net.area.copy()
    new[unit[chosen[: len(unit)]]] = area[chosen[: len(unit)]]
    return _judged(net, new, "nest", bound=bound)


def _by_homes(net: Net) -> Harmony:
    """Return a large net whose areas lie in one grid each: the best homes, then units grown onto the areas there."""
    held = net.held
    area, grid = np.nonzero(held > 0)
    programme = _Programme(held.sum(axis=1)[area] - held[area, grid], _numbered(area))
    # A grid that people live in needs an area of its own.
    full = [np.flatnonzero(grid == each) for each in np.flatnonzero(held.sum(axis=0) > 0)]
    chosen, bound = programme.eased([[(at, np.ones(len(at)), 1.0, np.inf) for at in full]])
    home = np.full(held.shape[0], NOBODY)
    home[area[chosen]] = grid[chosen]
    return _judged(net, _grown(net, home), "nest", bound=bound)


def _grown(net: Net, home: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the areas with displaced units given, one after the other, to the lightest area there that they touch."""
    bare = ~np.isin(net.grid, home[home >= 0])  # where a grid is no area's home, its units stay with theirs
    stays = (net.area < 0) | (home[net.area] == net.grid) | bare
    new = np.where(stays, net.area, _OPEN)
    load = np.bincount(new[new >= 0], weights=net.weight[new >= 0], minlength=len(home)).astype(float)
    both = np.concatenate([net.ends, net.ends[:, ::-1]])
    inside = both[net.grid[both[:, 0]] == net.grid[both[:, 1]]]
    while (new == _OPEN).any():
        edge = inside[(new[inside[:, 0]] == _OPEN) & (new[inside[:, 1]] >= 0)]
        edge = edge[home[new[edge[:, 1]]] == net.grid[edge[:, 0]]]
        if len(edge):
            best = np.lexsort((edge[:, 0], edge[:, 1], load[new[edge[:, 1]]]))[0]
            unit, taker = int(edge[best, 0]), int(new[edge[best, 1]])
        else:  # apart from every area of its grid
            unit = int(np.flatnonzero(new == _OPEN)[0])
            own = np.flatnonzero(home == net.grid[unit])
            taker = int(own[load[own].argmin()])
        new[unit] = taker
        load[taker] += net.weight[unit]
    return new


_OPEN = -2
"""The area of a unit that is still to be given one."""


@dataclass(frozen=True)
class _Options:
    """What a programme chooses between: an area for each node, a grid or a unit."""

    area: NDArray[np.int64]
    node: NDArray[np.int64]
    weight: NDArray[np.float64]
    near: NDArray[np.int64]
    areas: int

    def taken(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the area of each node."""
        area = np.full(len(self.weight), NOBODY)
        area[self.node[chosen]] = self.area[chosen]
        return area

    def of(self, area: int) -> NDArray[np.int64]:
        """Return the places of an area's options."""
        return np.flatnonzero(self.area == area)


def _searched(net: Net, programme: _Programme, options: _Options) -> tuple[NDArray[np.bool_], float]:
    """Return the best choice: every area kept, in its band and in one piece, as far as that can be, and its bound."""
    size = len(options.area)
    wishes = [(options.of(each), np.ones(len(options.of(each))), 1.0, np.inf) for each in range(options.areas)]
    limits = []
    if net.band is not None:
        low, high = net.band.edges
        limits = [
            (options.of(each), options.weight[options.node[options.of(each)]], low, high)
            for each in range(options.areas)
        ]
    chosen, bound = programme.eased((wishes, limits))
    for _ in range(ROUNDS):
        cuts = _cuts(chosen[:size], options)
        if not cuts:
            break
        programme.rows += cuts
        again = programme.solved()
        if again is None:
            break
        chosen, bound = again[0], max(bound, again[1])
    return chosen[:size], bound


def _cuts(chosen: NDArray[np.bool_], options: _Options) -> list[Row]:
    """Return, for pieces of an area, that one of the nodes around a piece must be the area's too, if both are."""
    place = {(int(a), int(n)): at for at, (a, n) in enumerate(zip(options.area, options.node, strict=True))}
    ground = components(options.near, len(options.weight))
    cuts: list[Row] = []
    for each in range(options.areas):
        first, *others = _parts(options.node[chosen & (options.area == each)], options.near) or [np.empty(0, int)]
        for piece in others:
            if ground[first[0]] != ground[piece[0]]:
                continue  # the ground itself keeps them apart
            around = [(each, int(node)) for node in _around(piece, options.near)]
            at = [place[key] for key in around if key in place]
            ends = [place[each, int(first[0])], place[each, int(piece[0])]]
            cuts.append((np.array([*ends, *at]), np.array([1.0, 1.0, *[-1.0] * len(at)]), -np.inf, 1.0))
    return cuts


def _parts(nodes: NDArray[np.int64], near: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the pieces of some nodes, the largest first."""
    ordered = np.sort(nodes)
    inside = near[np.isin(near, ordered).all(axis=1)]
    part = components(np.searchsorted(ordered, inside), len(ordered))
    pieces = [ordered[part == each] for each in np.unique(part)]
    return sorted(pieces, key=lambda piece: (-len(piece), int(piece[0])))


def _around(nodes: NDArray[np.int64], near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nodes that touch some nodes."""
    inside = np.isin(near, nodes)
    edge = inside.sum(axis=1) == 1
    return np.unique(near[edge][~inside[edge]])


def _grid_pairs(net: Net) -> NDArray[np.int64]:
    """Return the pairs of grids that touch."""
    pairs = np.sort(net.grid[net.ends], axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _numbered(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return values numbered from 0 without a gap."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _kept_bare(net: Net, area: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return new areas, units without one left as they are."""
    return np.where(net.area >= 0, area, net.area)


def _judged(net: Net, area: NDArray[np.int64], goal: Goal, *, bound: float) -> Harmony:
    """Return a net with what it costs and what is still wrong with it."""
    moved = float(net.weight[area != net.area].sum())
    before, after = _pieces(net, net.area), _pieces(net, area)
    torn = tuple(each for each, count in after.items() if count > max(before.get(each, 1), 1))
    loads = np.bincount(area[area >= 0], weights=net.weight[area >= 0], minlength=int(net.area.max()) + 1)
    used = np.unique(area[area >= 0])
    outside = () if net.band is None else tuple(int(each) for each in used if not net.band.inside(loads[each]))
    given_up = tuple(int(each) for each in np.setdiff1d(np.unique(net.area[net.area >= 0]), used))
    misfits = _misfits(net, area, goal)
    # What does not fit is compared with no net that does.
    least = 0.0 if misfits else min(bound, moved)
    lost = given_up if goal != "equal" else ()  # of more areas than grids some have to go
    proven = not (misfits or torn or outside or lost) and moved <= least + _EXACT * max(moved, 1.0)
    return Harmony(area, moved, least, proven, torn, outside, given_up, misfits)


def _misfits(net: Net, area: NDArray[np.int64], goal: Goal) -> tuple[int, ...]:
    """Return the areas that do not fit the grids."""
    pairs = np.unique(np.stack([area, net.grid])[:, area >= 0], axis=1)
    in_grids, of_areas = (np.bincount(side) for side in pairs)
    wrong = np.zeros(pairs.shape[1], dtype=bool)
    if goal != "union":
        wrong |= in_grids[pairs[0]] > 1
    if goal != "nest":
        wrong |= of_areas[pairs[1]] > 1
    return tuple(int(each) for each in np.unique(pairs[0][wrong]))


_EXACT = 1e-6


def _pieces(net: Net, area: NDArray[np.int64]) -> dict[int, int]:
    """Return in how many pieces each area is."""
    ends = net.ends[area[net.ends[:, 0]] == area[net.ends[:, 1]]]
    part = components(ends, len(area))
    return {int(each): len(np.unique(part[area == each])) for each in np.unique(area[area >= 0])}
