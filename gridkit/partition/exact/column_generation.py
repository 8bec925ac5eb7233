r"""Column generation: the best plan of one small piece, with a proof, by columns that a decision diagram prices.

A plan is a choice of k grids out of all sets of nodes that are contiguous and in the band, so that each node is in one.
That choice is a set partitioning problem with a strong linear relaxation, but with far too many columns to list; they
are made when they are wanted (Gilmore & Gomory):

1. The relaxation over the columns known gives a value per node. Columns are priced a part of the way from there to the
   values that gave the best bound so far (Wentges), as the values alone jump about.
2. Dynamic programming over the diagram of all contiguous sets (``exact.pricing``) tells the least that a
   set costs against these values, which bounds every plan from below (Lagrange); a walk lists sets that cost little.
3. Where the bound stays below the best plan known, all columns are listed whose reduced cost is within that gap, as no
   other can be in a better plan; mostly these are a few thousand. The best plan among them is found by implicit
   enumeration (``exact.set_partition``), which the reduced costs keep short: those of a better plan sum to less than
   the gap. Where the columns are very many, they are taken in the order of their reduced costs, ever more of them: a
   plan with any other costs more than the bound and the reduced cost of the next.

References
----------
Garfinkel & Nemhauser (1970), Optimal political districting by implicit enumeration techniques, Management Science
16(8), B495-B508.
Mehrotra, Johnson & Nemhauser (1998), An optimization based heuristic for political districting, Management Science
44(8), 1100-1114.
Wentges (1997), Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming, International Transactions in
Operational Research 4(2), 151-162.
Baldacci, Christofides & Mingozzi (2008), An exact algorithm for the vehicle routing problem based on the set
partitioning formulation with additional cuts, Mathematical Programming 115(2), 351-385 (columns within the gap).
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.partition.annealing.moves import excess, labelling_of, price_of
from gridkit.partition.exact.pricing import Pricing, roundings
from gridkit.partition.exact.relaxation import Relaxation, Solved
from gridkit.partition.exact.set_partition import go_on, sets_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from gridkit.partition.piece import Piece

SHORT = 0.01  # seconds that HiGHS gets at least
COVERING = 20  # times the work of another step that one of the enumeration is
GAP_M = 1e-4  # metres below which two costs are the same
NONE_M = 1e-6  # metres of reduced cost that are none
TOWARDS = 0.5  # share of the way to the values of the best bound that is gone before pricing
LATE = 0.05  # a share of that way not worth going
DEPTH = 0.7  # share of the least reduced cost within which sets are listed
ROUND = 300  # sets listed at once
FEW, MANY = 5_000, 200_000  # columns of the first choice in whole numbers, and of any
MORE = 4  # times as many in the next
HALVINGS = 20  # of a limit within which there are too many sets
DEAR = 10.0  # what a node without a grid costs, in the most that a plan can cost; grows by as much when too little
DEARER = 6  # times it may grow
UNSERVED = 1e-6  # nodes


class Best(NamedTuple):
    """The best plan of a piece and what is proven of it."""

    label: NDArray[np.int32]
    cost: float
    bound: float
    proven: bool


class _Columns(NamedTuple):
    """Sets of nodes; each with the class of grids it serves as, and the metres it pays."""

    sets: NDArray[np.bool_]  # [c, n]
    kinds: NDArray[np.int64]  # [c]
    costs: NDArray[np.float64]  # [c]

    def of(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> _Columns:
        return _Columns(self.sets[which], self.kinds[which], self.costs[which])

    def reduced(self, values: _Values) -> NDArray[np.float64]:
        """Return what each costs beyond the values of its nodes and of its class."""
        return self.costs - self.sets @ values.nodes - values.kinds[self.kinds]


class _Values(NamedTuple):
    """The values of a relaxation: what a node is worth that gets a grid, and a grid that is made."""

    nodes: NDArray[np.float64]  # [n] metres
    kinds: NDArray[np.float64]  # [classes] metres

    def towards(self, other: _Values, share: float) -> _Values:
        return _Values(*(share * there + (1 - share) * here for here, there in zip(self, other, strict=True)))


class _StopError(Exception):
    """The time is up, or HiGHS has lost its way; what is known so far stays."""


class ColumnGeneration:
    """The search for the best plan of one piece. What is known so far stays when the time is up."""

    def __init__(
        self, piece: Piece, end: float = np.inf, steps: float = np.inf, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Prepare the search: it ends at the monotonic time ``end``, after so many steps, or when ``stopped`` says."""
        self.piece, self.end, self.steps, self.stopped = piece, end, steps, stopped
        graph, size = piece.graph, len(piece.points)
        source = np.repeat(np.arange(size), np.diff(graph.start))
        once = source < graph.neighbour
        self.u, self.v, self.price = source[once], graph.neighbour[once], graph.price[once]
        # Grids are all alike unless locks or an old plan tell them apart.
        alike = not (graph.fixed >= 0).any() and not ((graph.old >= 0) & (graph.change > 0)).any()
        self.classes = [list(range(piece.k))] if alike else [[grid] for grid in range(piece.k)]
        self.amounts = np.array([len(grids) for grids in self.classes])
        self.most = float(np.maximum(self.price, 0).sum() + graph.change.sum()) + 1  # no plan costs as much
        self.lower = float(np.minimum(self.price, 0).sum())  # no plan costs less
        self.center = _Values(np.zeros(size), np.zeros(len(self.classes)))  # values of the best bound by pricing,
        self.floors = np.zeros(len(self.classes))  # the least that a column of each class costs beyond these,
        self.reached = -np.inf  # and that bound
        self.free = False  # whether borders and change cost nothing
        self.columns = self._columns(np.zeros((0, size), dtype=bool), 0)

    @cached_property
    def pricing(self) -> Pricing:
        """The diagram of the piece's contiguous sets."""
        return Pricing(self.piece)

    def best(self, plans: Iterable[NDArray[np.int32]]) -> Best:
        """Return the best plan and its bound; ``plans``, at least one, give the first columns."""
        self._start(plans)
        # One grid is the whole piece: there is nothing to choose, and no diagram need be built.
        if self.piece.k == 1:
            return Best(self.label, self.cost, self.cost, proven=True)
        try:
            if self._reachable():
                self._relax()
                self._settle()
            else:
                self.lower = self.most
        except _StopError:
            pass
        return Best(self.label, self.cost, min(self.lower, self.cost), self.proven)

    @property
    def known(self) -> float:
        """Metres of the best plan known, or metres that no plan costs while none in the band is known."""
        return self.cost if self.feasible else self.most

    @property
    def proven(self) -> bool:
        """Whether no plan in the band is better than the one known."""
        return self.lower > self.known - GAP_M

    def _look(self, steps: int = 1) -> None:
        # Steps before seconds: a search that ends by steps gives the same plan on any machine; the clock is for users
        # in a hurry.
        self.steps -= steps
        if self.steps < 0 or self.stopped() or time.monotonic() > self.end:
            raise _StopError

    def _start(self, plans: Iterable[NDArray[np.int32]]) -> None:
        """Take the best of the plans, and the grids of all as the first columns."""
        graph, k = self.piece.graph, self.piece.k
        ranks = []
        for turn, label in enumerate(plans):
            over = excess(graph, labelling_of(graph, label, k).total)
            # Weights are rounded to a grain inside; what is off by no more than that is in the band as given.
            over[over <= roundings(graph)] = 0
            ranks.append((float(over.sum()), price_of(graph, label), turn, label))
            # Grids of a plan that is outside elsewhere are columns as good as any.
            for grid in np.flatnonzero(over == 0):
                self._add(self._columns((label == grid)[None], 0 if len(self.classes) == 1 else int(grid)))
        outside, self.cost, _, self.label = min(ranks)
        self.feasible = outside == 0

    def _columns(self, sets: NDArray[np.bool_], kind: int) -> _Columns:
        # Each border is paid half by either side, so that a plan's cost is the sum of its columns'.
        if self.free:
            return _Columns(sets, np.full(len(sets), kind), np.zeros(len(sets)))
        cut = sets[:, self.u] != sets[:, self.v]
        return _Columns(sets, np.full(len(sets), kind), cut @ self.price / 2 + sets @ self._leaving(kind))

    def _add(self, more: _Columns) -> None:
        self.columns = _joined([self.columns, more])

    def _leaving(self, kind: int) -> NDArray[np.float64]:
        """Return what each node pays when it joins a grid of this class though it was in another."""
        graph = self.piece.graph
        other = (graph.old >= 0) & (len(self.classes) > 1) & (graph.old != self.classes[kind][0])
        return np.where(other, graph.change, 0.0)

    def _reachable(self) -> bool:
        """Return False where it is proven that no plan keeps the band, by the relaxation in which borders are free.

        What is left over is counted in nodes, not in metres: with borders at a price beside it, the price of going
        without would have to be far above any border's, and its values of little use for long.
        """
        if self.feasible:
            return True
        self._free(yes=True)
        self._relaxation = Relaxation(self._right, 1.0)
        self._relaxation.add(*self._rows(self.columns))
        values, unserved = self._solve()
        while unserved > UNSERVED and self.reached <= UNSERVED and self._price(values):
            values, unserved = self._solve()
        self._free(yes=False)
        return unserved <= UNSERVED

    def _free(self, *, yes: bool) -> None:
        """Let borders and change cost nothing, or what they cost; what was known of values is of no use any more."""
        self.free = yes
        self.columns = _joined(
            [self._columns(self.columns.sets[self.columns.kinds == kind], kind) for kind in range(len(self.classes))]
        )
        self.center = _Values(np.zeros(len(self.piece.points)), np.zeros(len(self.classes)))
        self.floors, self.reached = np.zeros(len(self.classes)), -np.inf

    @property
    def _right(self) -> NDArray[np.float64]:
        """How often each node is in a grid, and how many grids of each class there are."""
        return np.asarray(np.r_[np.ones(len(self.piece.points)), self.amounts])

    def _relax(self) -> None:
        """Solve the relaxation by adding columns, or end early when no plan can be better than the one known.

        Nodes may go without a grid at a price that is raised until none does, or until the bound is above what any plan
        costs: then there is none.
        """
        self._look()
        # Columns known at first may cover nothing together; paid for instead of forbidden, that leaves a relaxation to
        # price from.
        dear = DEAR * (self.most - self.lower)
        self._relaxation = Relaxation(self._right, dear)
        self._relaxation.add(*self._rows(self.columns))
        self._listed(self.center)
        for _ in range(DEARER):
            unserved = 0.0
            while not self.proven:
                values, unserved = self._solve()
                if not self._price(values):
                    break
            if unserved < UNSERVED:
                return
            dear *= DEAR
            self._relaxation.reprice(dear)

    def _solve(self) -> tuple[_Values, float]:
        """Solve the relaxation over the columns known; return its values and how many nodes go without a grid."""
        solved = self._solved(self._relaxation)
        return _Values(*np.split(solved.values, [len(self.piece.points)])), solved.unserved

    def _solved(self, relaxation: Relaxation) -> Solved:
        self._look()
        solved = relaxation.solve(np.inf if self.end == np.inf else max(self.end - time.monotonic(), SHORT))
        # Also when HiGHS ran out of time or lost its way: the bound that was reached holds without this solution.
        if solved is None:
            raise _StopError
        return solved

    def _rows(self, columns: _Columns) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Return of each column the nodes and the class it serves [c, n + classes], and its metres."""
        return np.hstack([columns.sets, columns.kinds[:, None] == np.arange(len(self.classes))]), columns.costs

    def _price(self, values: _Values) -> bool:
        """Add columns that cost less than ``values``, if there are any, and say so.

        They are looked for on the way to the values of the best bound, ever less far along.
        """
        # Values of a relaxation with few columns jump from one extreme to another; priced nearer to the best known,
        # they settle in far fewer rounds (Wentges 1997).
        share = TOWARDS
        while True:
            more = self._listed(values.towards(self.center, share))
            # Found at other values than those of the relaxation, a column may still not enter it: only what does is
            # kept.
            more = more.of(more.reduced(values) < -NONE_M)
            self._add(more)
            self._relaxation.add(*self._rows(more))
            if len(more.costs) or share == 0 or self.proven:
                return len(more.costs) > 0
            share = share / 2 if share > LATE else 0.0

    def _listed(self, values: _Values) -> _Columns:
        """Return columns that cost little against ``values``, and keep the bound that these give if it is the best."""
        listed = [self._cheapest(kind, values) for kind in range(len(self.classes))]
        floors = np.array([floor for _, floor in listed])
        bound = float(values.nodes.sum() + self.amounts @ floors)
        # Any values give a bound (Lagrange), so that of the smoothed ones counts as well, not only that of the
        # relaxation.
        if bound > self.reached:
            self.center, self.floors, self.reached = values, floors, bound
            self.lower = self.lower if self.free else max(self.lower, bound)
        return _joined([columns for columns, _ in listed])

    def _cheapest(self, kind: int, values: _Values) -> tuple[_Columns, float]:
        """Return columns of a class that cost less than ``values``, and what none of that class costs less than."""
        floor, wanted = self._least(kind, values), values.kinds[kind] - NONE_M
        sets = self.columns.sets[:0]
        if floor < wanted:
            # The cheap ones first: listing all that are below zero takes longest just when they are of least use, at
            # the beginning.
            for limit in (floor + DEPTH * (wanted - floor), wanted):
                sets = self._some_within(floor, limit)
                if len(sets):
                    break
                floor = limit
        return self._columns(sets, kind), floor

    def _least(self, kind: int, values: _Values) -> float:
        fixed, mine = self.piece.graph.fixed, self.classes[kind][0]
        told = len(self.classes) > 1
        out = np.where(told & (fixed == mine), np.inf, 0.0)
        pays = (0.0 if self.free else self._leaving(kind)) - values.nodes
        into = np.where(told & (fixed >= 0) & (fixed != mine), np.inf, pays)
        return self.pricing.least(out, into, free=self.free)

    def _some_within(self, floor: float, limit: float) -> NDArray[np.bool_]:
        """Return sets that cost at most ``limit`` at the prices last told, the cheaper ones where they are many."""
        sets, whole = self.pricing.sets(limit, ROUND, self._look)
        for _ in range(HALVINGS):
            if whole:
                break
            limit = (floor + limit) / 2
            cheaper, whole = self.pricing.sets(limit, ROUND, self._look)
            if not len(cheaper):
                break
            sets = cheaper
        return sets

    def _settle(self) -> None:
        """Choose in whole numbers among ever more of the columns that can be in a better plan than the one known.

        A plan costs the bound and what each of its columns costs beyond the floor of its class. So a plan with a column
        that is not among those chosen from costs no less than the next column adds to the bound.
        """
        if self.proven:
            return
        columns, width = self._all_within(self.known - self.reached)
        beyond = columns.reduced(_Values(self.center.nodes, self.floors))
        order = np.argsort(beyond, kind="stable")
        amount = FEW
        while not self.proven:
            some = order[:amount]
            some = some[beyond[some] < self.known - self.reached]
            self._choose(columns.of(some), beyond[some])
            added = float(beyond[order[amount]]) if amount < len(order) else width
            self.lower = max(self.lower, min(self.reached + added, self.known))
            if amount >= len(order):
                break
            amount *= MORE

    def _all_within(self, width: float) -> tuple[_Columns, float]:
        """Return all columns that cost at most ``width`` beyond their floors; half of that where they are too many."""
        for _ in range(HALVINGS):
            listed = []
            for kind, floor in enumerate(self.floors):
                # The fare is one table for all classes, overwritten by each: it is written anew for the class that is
                # listed.
                self._least(kind, self.center)
                sets, whole = self.pricing.sets(floor + width, MANY, self._look)
                if not whole:
                    break
                listed.append(self._columns(sets, kind))
            else:
                return _joined(listed), width
            width /= 2
        return self.columns.of(self.columns.kinds < 0), 0.0

    def _choose(self, columns: _Columns, beyond: NDArray[np.float64]) -> None:
        """Take the best plan among ``columns``, which stand in order of ``beyond``, if it beats the one known."""
        # Classes of one grid become items of their own, to be covered once as nodes are.
        served = columns.kinds[:, None] == np.flatnonzero(self.amounts == 1)
        sets = sets_of(np.hstack([columns.sets, served]), np.maximum(beyond, 0.0))
        tree = tree_of(sets, self.piece.k, self.known - self.reached)
        try:
            while go_on(sets, tree):
                self._look(COVERING)
        # Also when the time is up in the middle: the best cover so far is a plan.
        finally:
            chosen = tree.best[tree.best >= 0]
            if len(chosen):
                self._take(columns.of(chosen))

    def _take(self, plan: _Columns) -> None:
        label = np.full(len(self.piece.points), -1, dtype=np.int32)
        free = [iter(grids) for grids in self.classes]
        for chosen, kind in zip(plan.sets, plan.kinds, strict=True):
            label[chosen] = next(free[kind])
        self.label, self.cost, self.feasible = label, price_of(self.piece.graph, label), True


def _joined(columns: list[_Columns]) -> _Columns:
    return _Columns(*map(np.concatenate, zip(*columns, strict=True)))
