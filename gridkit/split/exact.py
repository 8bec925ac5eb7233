r"""The exact way for small pieces: the best plan, with a proof, by columns that HiGHS prices.

A plan is a choice of k grids out of all sets of nodes that are contiguous and in the band, so that each node is in one.
That choice is a set partitioning problem with a strong linear relaxation, but with far too many columns to list; they
are made when they are wanted (Gilmore & Gomory):

1. The relaxation over the columns known gives a value per node.
2. An integer programme finds the contiguous set in the band whose cost is least against these values; contiguity enters
   by cuts, one whenever a set found falls apart. If none costs less than its values, the relaxation is solved.
3. If the relaxation's best is below the best plan known, every column is added whose reduced cost is within that gap
   (no other can be in a better plan), and the choice among them is made in whole numbers.

References
----------
Garfinkel & Nemhauser (1970), Optimal political districting by implicit enumeration techniques, Management Science
16(8), B495-B508.
Mehrotra, Johnson & Nemhauser (1998), An optimization based heuristic for political districting, Management Science
44(8), 1100-1114.
Huangfu & Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation 10, 119-142
(HiGHS).
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from gridkit.errors import LimitError
from gridkit.split.anneal import excess, lay_out, price_of
from gridkit.split.cooling import Clock, solve_piece
from gridkit.split.piece import Piece, pieces
from gridkit.split.solution import Solution, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.split.problem import Problem

LARGEST = 80  # nodes of a piece beyond which the proof would not end in a working day
TRIES = 4  # heuristic plans whose grids are the first columns
NEARBY = 40  # columns whose neighbours are looked at before HiGHS is asked
GAP_M = 1e-4  # metres below which two costs are the same
HOUR = 3600.0


@dataclass(frozen=True)
class Proof:
    """The best plan and how well that is proven."""

    solution: Solution
    bound_m: float  # metres no plan in the band can go below
    proven: bool  # the plan's metres are that bound, or the band was proven to be out of reach

    @property
    def labels(self) -> NDArray[np.int64]:
        """The label of each unit's grid."""
        return self.solution.labels


def prove(problem: Problem, seed: int = 0, *, time_limit: float | None = None) -> Proof:
    """Return the plan of least cost whose grids all keep the band, with its proof.

    Parameters
    ----------
    problem
        A problem whose pieces have at most 80 nodes each.
    seed
        Of the heuristic plans it starts from; the cost found does not depend on it.
    time_limit
        Seconds after which the best plan and the bound so far are returned.

    Raises
    ------
    LimitError
        A piece is too large.
    """
    parts = pieces(problem)
    largest = max((len(part.points) for part in parts), default=0)
    if largest > LARGEST:
        raise LimitError(
            "a part of {size} units is too large to be solved exactly",
            mend="split parents of at most {most} units this way, or leave the exact mode",
            size=largest,
            most=LARGEST,
        )
    end = time.monotonic() + (HOUR if time_limit is None else time_limit)
    labels = np.full(problem.size, -1, dtype=np.int64)
    own = problem.dedicated >= 0
    first = max([int(part.names.max()) for part in parts], default=-1) + 1
    labels[own] = first + np.unique(problem.dedicated[own], return_inverse=True)[1]
    slack, proven = 0.0, True
    for number, part in enumerate(parts):
        best = _Columns(part, end).best([seed, number])
        labels[part.units] = part.names[best.label[part.node]]
        slack += best.cost - best.bound
        proven = proven and best.proven
    solution = judge(problem, labels, parts)
    return Proof(solution, solution.cost_m - slack, proven)


@dataclass(frozen=True)
class _Best:
    label: NDArray[np.int32]
    cost: float
    bound: float
    proven: bool


@dataclass
class _Columns:
    """The sets of nodes known so far for one piece; each with the class of grids it may serve as."""

    piece: Piece
    end: float
    sets: list[NDArray[np.bool_]] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    known: set[tuple[int, bytes]] = field(default_factory=set)
    cuts: list[tuple[NDArray[np.int64], NDArray[np.float64], float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        graph = self.piece.graph
        size = len(self.piece.points)
        source = np.repeat(np.arange(size), np.diff(graph.start))
        once = source < graph.neighbour
        self.u, self.v, self.price = source[once], graph.neighbour[once], graph.price[once]
        # Grids are all alike unless locks or an old plan tell them apart.
        alike = not (graph.fixed >= 0).any() and not ((graph.old >= 0) & (graph.change > 0)).any()
        self.classes = [list(range(self.piece.k))] if alike else [[grid] for grid in range(self.piece.k)]

    def best(self, seed: list[int]) -> _Best:
        """Return the best plan and its bound."""
        label, feasible = self._start(seed)
        cost = price_of(self.piece.graph, label)
        if self.piece.k == 1:
            return _Best(label, cost, cost, proven=True)
        bound = self._relax(cost if feasible else np.inf)
        if bound is None:  # proven: no fractional plan keeps the band
            return _Best(label, cost, cost, proven=not feasible)
        value, duals, finished = bound
        if finished and (not feasible or value < cost - GAP_M):
            finished = self._add_within((cost if feasible else np.inf) - value, duals)
            chosen = self._choose()
            if chosen is not None:
                chosen_cost = price_of(self.piece.graph, chosen)
                if not feasible or chosen_cost < cost:
                    label, cost, feasible = chosen, chosen_cost, True
        return _Best(label, cost, cost if finished else min(value, cost), proven=finished)

    def _start(self, seed: list[int]) -> tuple[NDArray[np.int32], bool]:
        """Take the grids of some heuristic plans as the first columns.

        Return the best plan, and whether it keeps the band.
        """
        plans = []
        graph, k = self.piece.graph, self.piece.k
        with ThreadPoolExecutor(1) as pool:
            for turn in range(TRIES):
                label = solve_piece(self.piece, [*seed, turn], 0.5, Clock(max(self.end - time.monotonic(), 0.1)), pool)
                over = excess(graph, lay_out(graph, label, k).total)
                plans.append((float(over.sum()), price_of(graph, label), turn, label))
                for grid in range(k):
                    if over[grid] == 0:
                        self._add(label == grid, 0 if len(self.classes) == 1 else grid)
        least, _, _, label = min(plans)
        return label, least == 0

    def _add(self, chosen: NDArray[np.bool_], kind: int) -> bool:
        key = (kind, chosen.tobytes())
        if key in self.known:
            return False
        self.known.add(key)
        self.sets.append(chosen)
        self.kinds.append(kind)
        self.costs.append(self._cost(chosen, kind))
        return True

    def _cost(self, chosen: NDArray[np.bool_], kind: int) -> float:
        cut = chosen[self.u] != chosen[self.v]
        return float(self.price[cut].sum()) / 2 + float(self._leaving(kind)[chosen].sum())

    def _leaving(self, kind: int) -> NDArray[np.float64]:
        """Return what each node pays when it joins a grid of this class though it was in another."""
        graph = self.piece.graph
        other = (graph.old >= 0) & (len(self.classes) > 1) & (graph.old != self.classes[kind][0])
        return np.where(other, graph.change, 0.0)

    def _rows(self) -> tuple[csr_array, NDArray[np.float64]]:
        """Return the rows "each node once" and "as many of a class as it has", and their right side."""
        member = csr_array(np.column_stack(self.sets).astype(float))
        kinds = np.array(self.kinds)
        served = csr_array(np.array([(kinds == kind).astype(float) for kind in range(len(self.classes))]))
        right = np.r_[np.ones(member.shape[0]), [len(grids) for grids in self.classes]]
        return vstack([member, served]).tocsr(), right

    def _relax(  # noqa: C901 - one loop of column generation
        self, known: float
    ) -> tuple[float, NDArray[np.float64], bool] | None:
        """Solve the relaxation by adding columns; return its value, its duals and whether it is proven.

        None if no plan keeps the band.

        It ends early when no plan can be better than the ``known`` one.
        """
        size = len(self.piece.points)
        dear = 10 * (np.abs(self.price).sum() + self.piece.graph.change.sum() + 1)
        value, proven_value = 0.0, -np.inf
        if not self.sets:
            self._add(
                np.ones(size, dtype=bool), 0
            )  # a place to start from; in no plan when k > 1 as it is outside the band
            self.costs[-1] = dear * size
        while True:
            rows, right = self._rows()
            spare = csr_array(np.eye(rows.shape[0]))
            costs = np.r_[self.costs, np.full(rows.shape[0], dear)]
            solved = linprog(costs, A_eq=hstack([rows, spare]).tocsr(), b_eq=right, bounds=(0, None), method="highs")
            duals, value = solved.eqlin.marginals, float(solved.fun)
            if self._nearby(duals):
                continue
            found, finished, least = False, True, 0.0
            for kind, grids in enumerate(self.classes):
                priced = self._price(kind, duals)
                if priced is None:
                    finished = False
                    break
                chosen, reduced, floor = priced
                if reduced > -GAP_M / 10 and floor < -GAP_M / 10:
                    priced = self._price(kind, duals, gap=0.0)
                    if priced is None:
                        finished = False
                        break
                    chosen, reduced, floor = priced
                least += len(grids) * min(floor, 0.0)
                found = (chosen is not None and reduced < -GAP_M / 10 and self._add(chosen, kind)) or found
            if not finished:
                return max(proven_value, 0.0), duals, False
            proven_value = max(proven_value, value + least)
            if proven_value > known - GAP_M:
                return known, duals, True
            if not found:
                unserved = float(solved.x[len(self.sets) :].sum()) if len(solved.x) > len(self.sets) else 0.0
                return None if unserved > GAP_M else (value, duals, True)

    def _nearby(self, duals: NDArray[np.float64]) -> bool:
        """Add columns of negative reduced cost that differ by a node or two from the most promising ones.

        Say whether there are any.
        """
        size = len(self.piece.points)
        values = duals[:size]
        reduced = (
            np.array(self.costs)
            - np.array([values[chosen].sum() for chosen in self.sets])
            - duals[size + np.array(self.kinds)]
        )
        added = 0
        for column in np.argsort(reduced, kind="stable")[:NEARBY]:
            start, kind = self.sets[column], self.kinds[column]
            leaving = self._leaving(kind) - values
            fresh = [np.flatnonzero(start ^ change) for change in self._changes(start)]
            options = []
            for members in fresh:
                chosen = np.zeros(size, dtype=bool)
                chosen[members] = True
                cut = chosen[self.u] != chosen[self.v]
                price = float(self.price[cut].sum()) / 2 + float(leaving[chosen].sum()) - float(duals[size + kind])
                if price < -GAP_M:
                    options.append((price, chosen))
            options.sort(key=lambda option: option[0])
            for _, chosen in options[:3]:
                if self._fits(chosen, kind):
                    added += self._add(chosen, kind)
        return added > 0

    def _changes(self, start: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
        """Return the changes by one node at the edge of a set, and by two of them."""
        edge = start[self.u] != start[self.v]
        nodes = np.unique(np.r_[self.u[edge], self.v[edge]])
        single = np.eye(len(start), dtype=bool)[nodes]
        weight = self.piece.graph.weight[:, 0]
        before = float(weight[start].sum())
        sign = np.where(start[nodes], -weight[nodes], weight[nodes])
        low, high = self.piece.graph.low[0] - 1e-12, self.piece.graph.high[0] + 1e-12
        ones = [single[i] for i in np.flatnonzero((before + sign >= low) & (before + sign <= high))]
        a, b = np.triu_indices(len(nodes), 1)
        twos = np.flatnonzero((before + sign[a] + sign[b] >= low) & (before + sign[a] + sign[b] <= high))
        return ones + [single[a[i]] | single[b[i]] for i in twos]

    def _fits(self, chosen: NDArray[np.bool_], kind: int) -> bool:
        """Say whether a set is contiguous, in every band, and holds the locks of its class."""
        graph = self.piece.graph
        total = graph.weight[chosen].sum(axis=0)
        if not chosen.any() or (total < graph.low - 1e-12).any() or (total > graph.high + 1e-12).any():
            return False
        if len(self.classes) > 1:
            mine = self.classes[kind][0]
            if (chosen & (graph.fixed >= 0) & (graph.fixed != mine)).any() or (~chosen & (graph.fixed == mine)).any():
                return False
        inside = chosen[self.u] & chosen[self.v]
        size = len(chosen)
        joined = csr_array((np.ones(int(inside.sum())), (self.u[inside], self.v[inside])), shape=(size, size))
        return int(connected_components(joined, directed=False)[0]) == size - int(chosen.sum()) + 1

    def _price(
        self, kind: int, duals: NDArray[np.float64], barred: list[NDArray[np.bool_]] | None = None, gap: float = 0.3
    ) -> tuple[NDArray[np.bool_] | None, float, float] | None:
        """Return the contiguous set in the band of least reduced cost, that cost, and one that no set goes below.

        There may be no set; the answer is None when time is up. With a ``gap`` the set may be that share off the least.
        """
        graph, size, borders = self.piece.graph, len(self.piece.points), len(self.u)
        objective = np.r_[self._leaving(kind) - duals[:size], self.price / 2]
        lower, upper = np.zeros(size + borders), np.ones(size + borders)
        mine = self.classes[kind]
        if len(self.classes) > 1:
            lower[:size][graph.fixed == mine[0]] = 1.0
            upper[:size][(graph.fixed >= 0) & (graph.fixed != mine[0])] = 0.0
        row = np.arange(borders)
        one = np.ones(borders)
        ends = csr_array((np.r_[one, -one], (np.r_[row, row], np.r_[self.u, self.v])), shape=(borders, size))
        both = csr_array((np.r_[one, one], (np.r_[row, row], np.r_[self.u, self.v])), shape=(borders, size))
        cut = csr_array(np.eye(borders))
        tempting = self.price <= 0  # a border that pays to be cut has to be told when it is none
        limits = [
            LinearConstraint(hstack([ends, -cut]).tocsr(), -np.inf, 0.0),
            LinearConstraint(hstack([-ends, -cut]).tocsr(), -np.inf, 0.0),
            *(
                LinearConstraint(hstack([both[tempting], sign * cut[tempting]]).tocsr(), low, high)
                for sign, low, high in ((-1, 0.0, np.inf), (1, -np.inf, 2.0))
                if tempting.any()
            ),
            LinearConstraint(
                hstack([csr_array(graph.weight.T), csr_array((graph.weight.shape[1], borders))]).tocsr(),
                graph.low,
                graph.high,
            ),
        ]
        for other in barred or []:
            sign = np.where(other, -1.0, 1.0)
            limits.append(LinearConstraint(np.r_[sign, np.zeros(borders)], 1.0 - other.sum(), np.inf))
        while True:
            left = self.end - time.monotonic()
            if left <= 0:
                return None
            stored = [
                LinearConstraint(self._row(at, values, size + borders), -np.inf, most) for at, values, most in self.cuts
            ]
            whole = np.r_[np.ones(size), np.zeros(borders)]
            solved = milp(
                objective,
                integrality=whole,
                bounds=Bounds(lower, upper),
                constraints=[*limits, *stored],
                options={"time_limit": left, "mip_rel_gap": gap},
            )
            if solved.status == 2:  # noqa: PLR2004 - infeasible, in HiGHS' numbers
                return None if solved.x is not None else (None, 0.0, 0.0)
            if solved.status != 0 or solved.x is None:
                return None
            chosen = solved.x[:size] > 0.5  # noqa: PLR2004 - a binary's middle
            if self._cut_apart(chosen):
                continue
            served = float(duals[size + kind])
            return chosen, float(solved.fun) - served, float(solved.mip_dual_bound) - served

    @staticmethod
    def _row(at: NDArray[np.int64], values: NDArray[np.float64], width: int) -> csr_array:
        return csr_array((values, (np.zeros(len(at), dtype=int), at)), shape=(1, width))

    def _cut_apart(self, chosen: NDArray[np.bool_]) -> bool:
        """If ``chosen`` falls apart, forbid it and its like by separators, and say so.

        Of two parts, a node of each can only be in one grid when some node is in it that separates them: one of those
        around the first part.
        """
        inside = chosen[self.u] & chosen[self.v]
        size = len(chosen)
        graph = csr_array((np.ones(int(inside.sum())), (self.u[inside], self.v[inside])), shape=(size, size))
        number, part = connected_components(graph, directed=False)
        parts = [
            members for members in (np.flatnonzero((part == each) & chosen) for each in range(number)) if len(members)
        ]
        if len(parts) < 2:  # noqa: PLR2004 - one part is whole
            return False
        weight = self.piece.graph.weight[:, 0]
        parts.sort(key=lambda members: -weight[members].sum())
        heart = parts[0]
        for members in parts[1:]:
            around = self._around(members)
            a, b = members[np.argmax(weight[members])], heart[np.argmax(weight[heart])]
            self.cuts.append((np.r_[a, b, around], np.r_[1.0, 1.0, -np.ones(len(around))], 1.0))
        return True

    def _around(self, members: NDArray[np.int64]) -> NDArray[np.int64]:
        inside = np.zeros(len(self.piece.points), dtype=bool)
        inside[members] = True
        touched = np.r_[self.v[inside[self.u]], self.u[inside[self.v]]]
        return np.unique(touched[~inside[touched]])

    def _add_within(self, gap: float, duals: NDArray[np.float64]) -> bool:
        """Add every column whose reduced cost is at most ``gap``; say whether time allowed all of them."""
        for kind in range(len(self.classes)):
            barred = [chosen for chosen, own in zip(self.sets, self.kinds, strict=True) if own == kind]
            while True:
                priced = self._price(kind, duals, barred, gap=0.0)
                if priced is None:
                    return False
                chosen, reduced, _ = priced
                if chosen is None or reduced > gap - GAP_M / 10:
                    break
                self._add(chosen, kind)
                barred.append(chosen)
        return True

    def _choose(self) -> NDArray[np.int32] | None:
        """Return the best plan among the columns, or None if they make none."""
        rows, right = self._rows()
        left = max(self.end - time.monotonic(), 1.0)
        solved = milp(
            np.array(self.costs),
            integrality=np.ones(len(self.costs)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, right, right),
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if solved.x is None:
            return None
        label = np.full(len(self.piece.points), -1, dtype=np.int32)
        free = {kind: iter(grids) for kind, grids in enumerate(self.classes)}
        for column in np.flatnonzero(solved.x > 0.5):  # noqa: PLR2004 - a binary's middle
            label[self.sets[column]] = next(free[self.kinds[column]])
        return label
