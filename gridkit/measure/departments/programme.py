"""Who is whose, as an integer programme: every unit in one grid and, in each net, in one area; areas at home in grids.

::

    Model(town, goal, choices).solved() -> Answer    sides' areas by unit, and what no choice is below

A choice of a unit is a grid and, net by net, an area; an area is open to it in a grid only where the two belong
together (``homes``). That an area is in one piece, in its range of size, or not given up is asked by rows added later.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import highspy
import numpy as np
from scipy.sparse import csr_array, vstack

from gridkit.partition.exact.relaxation import Quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

Goal = Literal["nest", "union", "equal"]
NOBODY = -1
"""The area of units that a net does not cover: they stay so, and ask nothing of the grids."""
NODES, FEWER, LARGE = 2_000, 60, 1_500
"""After how many nodes of its search a programme ends, and not after how long; of so many columns it is large."""
TIE = 1e-5
"""What a unit of nobody costs that moves, as a share of the mean unit: it does not move for nothing."""


@dataclass(frozen=True)
class Choices:
    """What may become of each node (a unit, or all units of one lot in the plan and in every net).

    Attributes
    ----------
    weight
        Households (or people) of each node.
    grid, area
        Where it is now: its grid, and by net its area.
    price
        What the plan's and each net's households cost that move; infinite for a side that stays.
    grids
        Pairs of a node and a grid that it may be in, shape (m, 2), sorted, its own among them.
    areas
        By net, pairs of a node and an area that it may be in; :data:`NOBODY` for those that stay without one.
    homes
        By net, which area (row) may be at home in which grid (column). The last row is of areas that are not told
        apart, which are at home everywhere: one more than there are areas.
    settled
        Whether ``homes`` fits the grids as it is; else the programme chooses among them.
    whole
        Whether nodes are units that go as one; else they are lots that may be shared out.
    group
        Of each node, the number of the first one that shares its grid whatever happens; None where each is free.
    """

    weight: Floats
    grid: Ints
    area: tuple[Ints, ...]
    price: tuple[float, ...]
    grids: Ints
    areas: tuple[Ints, ...]
    homes: tuple[NDArray[np.bool_], ...]
    settled: bool = False
    whole: bool = True
    group: Ints | None = None


@dataclass(frozen=True)
class Answer:
    """What a programme found: by side (the plan, then each net) the area of each node, homes by net, and a bound."""

    sides: tuple[Ints, ...]
    homes: tuple[NDArray[np.bool_], ...]
    bound: float


@dataclass
class Rows:
    """Rows of a programme: which limits a sum of columns keeps."""

    size: int
    blocks: list[tuple[csr_array, Floats, Floats]] = field(default_factory=list)

    def add(self, row: Ints, column: Ints, value: Floats | float, least: Floats | float, most: Floats | float) -> None:
        """Ask for ``least <= sum(value * x[column]) <= most`` for each row, numbered from 0."""
        if not len(row):
            return
        count = int(row.max()) + 1
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
        table = csr_array((values, (row, column)), shape=(count, self.size))
        limits = [np.broadcast_to(np.asarray(each, dtype=np.float64), count) for each in (least, most)]
        self.blocks.append((table, limits[0], limits[1]))

    def stacked(self) -> tuple[csr_array, Floats, Floats]:
        """Return all rows as one table, and what each sum is at least and at most."""
        tables, low, high = zip(*self.blocks, strict=True)
        return csr_array(vstack(tables, format="csr")), np.concatenate(low), np.concatenate(high)


def least_cost(
    cost: Floats, rows: tuple[csr_array, Floats, Floats], whole: Floats, nodes: int
) -> tuple[Floats, float] | None:
    """Return values from 0 to 1 of least cost and a bound below every such cost; None where nothing keeps the rows.

    scipy's own HiGHS writes to the standard output in some searches, where answers in JSON stand.
    """
    table, low, high = rows
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    programme: Any = highspy.HighsLp()
    said = {
        "num_col": len(cost), "num_row": len(low), "col_cost": cost, "col_lower": 0 * cost, "col_upper": 0 * cost + 1,
        "row_lower": low, "row_upper": high, "integrality": [kinds[int(each)] for each in whole],
    }  # fmt: skip
    for name, value in said.items():
        setattr(programme, f"{name}_", value)
    held = {
        "format": highspy.MatrixFormat.kRowwise, "start": table.indptr, "index": table.indices, "value": table.data,
    }  # fmt: skip
    for name, value in held.items():
        setattr(programme.a_matrix_, f"{name}_", value)
    quiet: Any = Quiet
    solver = quiet()
    solver.setOptionValue("output_flag", "off")
    # HiGHS keeps one pool of threads in a process: whoever asks for another number of them later gets no solution.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_max_nodes", nodes)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(programme)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.asarray(solver.getSolution().col_value, dtype=np.float64), float(info.mip_dual_bound)


class Model:
    """The programme of a town's choices.

    Parameters
    ----------
    choices
        What may become of each node.
    goal
        ``nest``: an area is at home in one grid; ``union``: a grid is home of one area; ``equal``: both.
    """

    def __init__(self, choices: Choices, goal: Goal) -> None:
        self.choices, self.goal = choices, goal
        self.node, self.ground = choices.grids.T
        self.shares = [self._options(net) for net in range(len(choices.areas))]
        """By net: place of the pair of node and grid, and the area."""
        self.pairs = [np.argwhere(homes[:-1]) for homes in choices.homes]
        start = len(self.node)
        self.first = []
        for options, _ in self.shares:
            self.first.append(start)
            start += len(options)
        self.home_first = []
        for pairs in self.pairs:
            self.home_first.append(start)
            start += 0 if choices.settled else len(pairs)
        self.size = start
        self.rows = Rows(start)
        self.cost = self._costs()
        self._asked()

    def _options(self, net: int) -> tuple[Ints, Ints]:
        """Return the options of a net: which pair of node and grid, with which area."""
        choices = self.choices
        pairs, homes = choices.areas[net], choices.homes[net]
        starts = np.searchsorted(pairs[:, 0], self.node)
        counts = np.searchsorted(pairs[:, 0], self.node, side="right") - starts
        pair = np.repeat(np.arange(len(self.node)), counts)
        at = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(starts, counts)
        area = pairs[at, 1]
        fits = (area == NOBODY) | homes[area, self.ground[pair]]
        return pair[fits], area[fits]

    def _costs(self) -> Floats:
        choices, cost = self.choices, np.zeros(self.size)
        mean = choices.weight.mean() or 1.0
        weight = np.where(choices.weight > 0, choices.weight, TIE * mean) / mean
        if np.isfinite(choices.price[0]):
            cost[: len(self.node)] = choices.price[0] * weight[self.node] * (self.ground != choices.grid[self.node])
        for net, (pair, area) in enumerate(self.shares):
            node = self.node[pair]
            if np.isfinite(choices.price[net + 1]):
                moved = area != choices.area[net][node]
                cost[self.first[net] + np.arange(len(pair))] = choices.price[net + 1] * weight[node] * moved
        return cost

    def _asked(self) -> None:
        """Ask for one grid a node, one area a node and net, and areas at home where they are."""
        columns = np.arange(len(self.node))
        self.rows.add(self.node, columns, 1.0, 1.0, 1.0)
        self._grouped()
        for net, (pair, area) in enumerate(self.shares):
            own = self.first[net] + np.arange(len(pair))
            row, column = np.concatenate([pair, columns]), np.concatenate([own, columns])
            self.rows.add(row, column, np.repeat([1.0, -1.0], [len(pair), len(columns)]), 0.0, 0.0)
            if not self.choices.settled:
                self._homes(net, pair, area, own)

    def _grouped(self) -> None:
        """Ask that nodes of one group are in one grid: all have the same grids to choose from."""
        group = self.choices.group
        if group is None:
            return
        at = np.flatnonzero(group[self.node] != self.node)
        same = self.choices.grids[at] * [0, 1] + np.stack([group[self.node[at]], 0 * at], axis=1)
        count = int(self.ground.max()) + 1
        first = np.searchsorted(self.node * count + self.ground, same[:, 0] * count + same[:, 1])
        row = np.arange(len(at))
        factors = np.repeat([1.0, -1.0], len(at))
        self.rows.add(np.tile(row, 2), np.concatenate([at, first]), factors, 0.0, 0.0)

    def _homes(self, net: int, pair: Ints, area: Ints, own: Ints) -> None:
        pairs, homes = self.pairs[net], self.choices.homes[net]
        place = np.full(homes.shape, -1)
        place[tuple(pairs.T)] = self.home_first[net] + np.arange(len(pairs))
        real = np.flatnonzero((area >= 0) & (area < len(homes) - 1))
        row = np.arange(len(real))
        of = place[area[real], self.ground[pair[real]]]
        factors = np.repeat([1.0, -1.0], len(real))
        self.rows.add(np.tile(row, 2), np.concatenate([own[real], of]), factors, -np.inf, 0.0)
        columns = self.home_first[net] + np.arange(len(pairs))
        for side, goals in ((0, ("nest", "equal")), (1, ("union", "equal"))):
            if self.goal in goals:
                self.rows.add(_numbered(pairs[:, side]), columns, 1.0, -np.inf, 1.0)

    def members(self, side: int, area: int) -> tuple[Ints, Ints]:
        """Return the nodes and columns that are of an area of a side: the plan's grids, or a net's areas."""
        if side == 0:
            at = np.flatnonzero(self.ground == area)
            return self.node[at], at
        pair, areas = self.shares[side - 1]
        at = np.flatnonzero(areas == area)
        return self.node[pair[at]], self.first[side - 1] + at

    def peopled(self, net: int, grids: Ints) -> None:
        """Ask for an area at home in each of some grids."""
        pairs = self.pairs[net]
        at = np.flatnonzero(np.isin(pairs[:, 1], grids))
        self.rows.add(_numbered(pairs[at, 1]), self.home_first[net] + at, 1.0, 1.0, np.inf)

    def eased(self, wishes: Sequence[list[tuple[Ints, Floats, float, float]]]) -> Answer | None:
        """Return the best answer with as many of the wishes as can be kept, the last ones given up first."""
        own = list(self.rows.blocks)
        for count in range(len(wishes), -1, -1):
            self.rows.blocks = list(own)
            for columns, values, least, most in (row for wish in wishes[:count] for row in wish):
                self.rows.add(np.zeros(len(columns), dtype=np.int64), columns, values, least, most)
            found = self.solved()
            if found is not None:
                return found
        return None

    def solved(self) -> Answer | None:
        """Return the best answer; None where none keeps the rows."""
        whole = np.ones(self.size)
        if not self.choices.whole:
            whole[len(self.node) : self.home_first[0]] = 0
        found = least_cost(self.cost, self.rows.stacked(), whole, NODES if self.size <= LARGE else FEWER)
        if found is None:
            return None
        values, bound = found
        mean = self.choices.weight.mean() or 1.0
        bare = float((self.choices.weight <= 0).sum()) * TIE * sum(p for p in self.choices.price if np.isfinite(p))
        return self._answer(values, max(bound - bare, 0.0) * mean)

    def _answer(self, values: Floats, bound: float) -> Answer:
        count = len(self.choices.weight)
        sides = []
        for side in range(len(self.shares) + 1):
            node, area, at = self.node, self.ground, np.arange(len(self.node))
            if side:
                pair, area = self.shares[side - 1]
                node, at = self.node[pair], self.first[side - 1] + np.arange(len(pair))
            # The largest share of a node says whose it is; whole nodes have one.
            order = np.argsort(values[at], kind="stable")
            chosen = np.full(count, NOBODY, dtype=np.int64)
            chosen[node[order]] = area[order]
            sides.append(chosen)
        homes = []
        for net, pairs in enumerate(self.pairs):
            held = self.choices.homes[net][:-1].copy()
            if not self.choices.settled:
                on = values[self.home_first[net] + np.arange(len(pairs))] > 0.5  # noqa: PLR2004 - a yes
                held[:] = False
                held[tuple(pairs[on].T)] = True
            homes.append(held)
        return Answer(tuple(sides), tuple(homes), bound)


def _numbered(values: Ints) -> Ints:
    """Return values numbered from 0 without a gap."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
