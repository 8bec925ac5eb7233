"""The annealing schedule: how one piece is solved, from its first plan to one that no small change betters.

The course is: a first plan; annealing over all units while temperatures fall and the charge for leaving the band rises;
settling of the grids that are outside all the same; re-annealing of a few grids at a time. Why each step is there and
what it is worth was measured; benchmarks/split.md holds the figures and what was tried instead.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.band import ROUNDING
from gridkit.partition.annealing.construct import first_plan, power_cells
from gridkit.partition.annealing.ejection_chain import ejection_chain
from gridkit.partition.annealing.moves import Heat, Labelling, anneal, excess, labelling_of, rank
from gridkit.partition.annealing.reanneal import reanneal
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.bound import least_excess
from gridkit.partition.objectives import middles, standing, walked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from gridkit.partition.annealing.workspace import Workspace
    from gridkit.partition.piece import Graph, Piece

SWEEPS = 13_000  # over a piece at effort 1
SLICES = 60  # stretches of a schedule, between which regions change and the clock is looked at
VISITS = 10_000_000  # most visits of one stretch, so that the clock is looked at often enough
QUICK = 0.02  # share of the moves spent on a plan to fall back on when the search is stopped while hot
REGION = 8_000  # nodes that make it worth its while to anneal a region on a thread of its own
STARTS = 4  # first plans tried in short
TRIES_OF = 1_500  # nodes: a piece of half as many gets twice as many tries
MOST = 8.0  # times as many tries
AGREED = 3  # tries in a row that end in the best plan known after which no more are made; twice as many off the band
SMALL = 1_500  # nodes up to which more effort is only spent on more tries
STARTS_BELOW = 6_000  # nodes up to which they are
HARD = 1e5  # mean borders charged for a mean node outside the band, when a plan is finished
MARGIN = 0.05  # of a mean node: how far inside the band the charge begins, as moves are no finer than nodes


class Stage(NamedTuple):
    """One stretch of a schedule: temperatures, and charges for a mean node outside the band, both in mean borders."""

    hot: float
    cold: float
    soft: float
    firm: float
    share: float  # of the sweeps


class Retry(NamedTuple):
    """One way of re-annealing a few grids."""

    hot: float  # temperature at the start, mean borders
    sweeps: int
    tries: float  # places, per grid of the piece at effort 1
    growth: float  # power of the effort with which places grow more


# Many quick places first, then fewer slow ones, which more effort makes more of. Hot, eight grids at a time and the
# better plan kept, this shortened borders by .3 to .6 % for a quarter of the time.
RETRIES = (Retry(0.5, 80, 4, 0.5), Retry(0.65, 500, 1, 1.0))
# The band is cheap while it is hot, as units near half a grid could not move through a neighbour otherwise, and dear in
# the end. Most sweeps are spent above a quarter of a mean border, as below it little is gained. Other temperatures,
# longer hot or cold ends and other charges made no difference beyond noise.
SCHEDULE = (Stage(0.7, 0.25, 0.1, 0.5, 0.60), Stage(0.25, 0.12, 0.5, 5.0, 0.33), Stage(0.12, 0.05, 5.0, 20.0, 0.07))
# A plan in force is where a redraw begins and what it is to stay near: the hot stretch, which forgets it, is left out.
MILD_SCHEDULE = (Stage(0.25, 0.12, 0.5, 5.0, 0.8), Stage(0.12, 0.05, 5.0, 20.0, 0.2))
NEAR = 8  # grids re-annealed at a time
ROUNDS = 10  # of a way of re-annealing at least, each in other regions
TURNS = 20  # of settling
PATIENCE = 3  # ladders that may help nothing, in a piece that is not tried again
HASTY = 2  # of the plan to fall back on
SETTLERS = 6  # tries per grid outside its band and turn
SOFT = (1.0, 0.1, 0.01, 0.003)  # charges at the start of a try, turn by turn: units near half a grid move only if soft
CHEAP = 200.0  # mean borders that a mean node outside the band is worth in the first turn; twice as many in the next


@dataclass
class Clock:
    """When to stop: at a time, or when told. And how far the search is."""

    limit: float | None = None
    tell: Callable[[float, float, float], None] | None = None
    stopped: bool = False
    fired: bool = False
    planned: float = 1.0  # visits
    done: float = 0.0
    begun: float = field(default_factory=time.monotonic)
    known: dict[int, tuple[float, float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def over(self, share: float = 1.0) -> bool:
        """Say whether the search must end now; ``share`` of the limit is what may have passed."""
        if self.limit is not None and time.monotonic() - self.begun > share * self.limit:
            self.fired = True
        return self.stopped or self.fired

    def count(self, number: int, piece: Piece, plan: Labelling, visits: float) -> None:
        """Take note of the visits made for piece ``number`` and tell the caller how things stand."""
        with self.lock:
            self.done += visits
            if self.tell is not None:
                off, paid = rank(piece.graph, plan, piece.wishes)
                self.known[number] = (paid, off)
                costs, over = np.sum(list(self.known.values()), axis=0)
                self.tell(min(self.done / self.planned, 1.0), float(costs), float(over))


@dataclass(frozen=True, eq=False)
class Work:
    """One piece being solved: what does not change on the way."""

    piece: Piece
    number: int
    clock: Clock
    pool: Executor
    random: np.random.Generator
    space: Workspace

    @property
    def graph(self) -> Graph:
        """The piece's border graph."""
        return self.piece.graph

    @cached_property
    def metre(self) -> float:
        """The mean price of a border, the yardstick of temperatures."""
        price = self.piece.graph.price
        return float(price[price > 0].mean()) if (price > 0).any() else 1.0

    @cached_property
    def grain(self) -> float:
        """The mean weight of a node, in targets."""
        return max(float(self.piece.graph.weight[:, 0].mean()), 1e-12)

    def state(self) -> NDArray[np.uint64]:
        """Return a fresh state for a kernel's random numbers."""
        return self.random.integers(1, 2**63, 1, dtype=np.uint64)

    def heat(self, stage: Stage, start: float, end: float, sweeps: int) -> Heat:
        """Return the part ``start`` to ``end`` of ``stage`` in metres."""
        cold, firm = stage.cold / stage.hot, stage.firm / stage.soft
        half = float((self.graph.high - self.graph.low).min()) / 2
        return Heat(
            self.metre * stage.hot * cold**start,
            self.metre * stage.hot * cold**end,
            self.metre / self.grain * stage.soft * firm**start,
            self.metre / self.grain * stage.soft * firm**end,
            1 - min(0.1, MARGIN * self.grain / max(half, 1e-12)),
            sweeps,
        )

    @cached_property
    def bound(self) -> float:
        """The targets outside the band that no plan can do without."""
        return least_excess(self.piece)

    def heats(self, schedule: tuple[Stage, ...], sweeps: int) -> tuple[Heat, ...]:
        """Return the whole of ``schedule`` in metres."""
        return tuple(self.heat(stage, 0.0, 1.0, max(1, round(sweeps * stage.share))) for stage in schedule)

    @property
    def hard(self) -> float:
        """The metres charged for a target outside the band when a plan is finished."""
        return self.metre / self.grain * HARD

    @cached_property
    def base(self) -> NDArray[np.float64]:
        """What nodes are charged in each grid before any walk to its middle."""
        return standing(self.piece.wishes, self.graph.fixed, self.piece.k)

    def look_for_middles(self, plan: Labelling) -> None:
        """Charge every node for the walk to the middle that each grid of a plan has now, where walks are priced.

        A middle stays where it is while nodes move, and is looked for again between the stretches of a search: each
        step then lowers what the plan pays.
        """
        wishes = self.piece.wishes
        if len(wishes.first):
            walked(wishes, middles(wishes, plan.label, self.piece.k)[0], self.base, self.graph.stand)

    def rank(self, plan: Labelling) -> tuple[float, float]:
        """Return what a plan is judged by."""
        return rank(self.graph, plan, self.piece.wishes)


def solve_piece(piece: Piece, seed: Iterable[int], effort: float, clock: Clock, pool: Executor) -> NDArray[np.int32]:
    """Return the best plan found for one piece.

    First plans are tried in short, the best is annealed slowly, brought into the band where it still is outside, and
    re-annealed a few grids at a time.
    """
    seed = list(seed)
    number = seed[-1]
    size = len(piece.points)
    work = Work(piece, number, clock, pool, np.random.default_rng(seed), workspace(size, piece.k))
    each = max(1, round(SWEEPS * effort * more(size) / restarts(effort, size)))
    moved = (piece.graph.old >= 0).any()
    plan, pins = begin(work)
    if piece.k in (1, size):
        return plan.label
    # A search that is stopped while hot holds a worse plan than its first; this one is there to fall back on.
    best = quick(work, plan, pins, each)
    met = 0
    for sweeps, trier in [*short_restarts(work, each, seed), *[(each, work)] * restarts(effort, size)]:
        plan, pins = (begin if moved else best_start)(trier, sweeps)
        follow(trier, plan, MILD_SCHEDULE if moved else SCHEDULE, sweeps, pins)
        finish(trier, plan, sweeps / SWEEPS)
        now, least = work.rank(plan), work.rank(best)
        met = met + 1 if now[0] <= least[0] + ROUNDING and abs(now[1] - least[1]) <= ROUNDING * now[1] else 0
        if now < least:
            best = plan
        # Where restarts from other first plans agree, a further one is not likely to differ.
        if clock.over() or met == (AGREED if least[0] <= work.bound + ROUNDING else 2 * AGREED):
            break
    return best.label


def short_restarts(work: Work, sweeps: int, seed: list[int]) -> list[tuple[int, Work]]:
    """Return shorter searches to make before the long one of a piece, the shortest first, each four times the last.

    They are for searches with a time limit, which may end the long one while it is hot, and draw numbers of their own.
    """
    if work.clock.limit is None or len(work.piece.points) <= SMALL:
        return []
    shorter = [sweeps // 4**step for step in (4, 3, 2, 1)]
    return [
        (amount, replace(work, random=np.random.default_rng([*seed, amount])))
        for amount in shorter
        if amount >= QUICK * SWEEPS
    ]


def quick(work: Work, plan: Labelling, pins: NDArray[np.int32], sweeps: int) -> Labelling:
    """Return a plan made in a moment from the same start."""
    fast = labelling_of(work.graph, plan.label, work.piece.k)
    follow(work, fast, SCHEDULE, min(round(QUICK * sweeps), round(QUICK * SWEEPS)), pins)
    finish(work, fast, 0.0)
    return fast


def more(size: int) -> float:
    """Return how many times the usual effort a small piece gets: it costs little there, and tiny ones need none."""
    return max(min(TRIES_OF / size, size / 4, MOST), 1.0)


def restarts(effort: float, size: int) -> int:
    """Return how many times over a piece is annealed with the effort.

    Small pieces gain more from a restart than from slower annealing.
    """
    if size > STARTS_BELOW:
        return 1
    return max(1, round(effort * more(size) if size <= SMALL else effort**0.5))


def visits(piece: Piece, effort: float) -> float:
    """Return about how many visits to nodes solving a piece takes."""
    return len(piece.points) * SWEEPS * effort


def begin(work: Work, _: int = 0) -> tuple[Labelling, NDArray[np.int32]]:
    """Return the first plan and its pins."""
    label, pins = first_plan(work.piece, int(work.random.integers(2**31)))
    return labelling_of(work.graph, label, work.piece.k), pins


def best_start(work: Work, sweeps: int) -> tuple[Labelling, NDArray[np.int32]]:
    """Return the first plan that promises most after short annealing.

    Where a grid should reach over a bridge, several bridges are tried.
    """
    plan, pins = begin(work)
    if len(plan.label) > STARTS_BELOW or np.array_equal(pins, work.graph.fixed):
        return plan, pins
    tried = [(plan, pins), *(begin(work) for _ in range(STARTS - 1))]
    ranks = []
    for other, held in tried:
        trial = labelling_of(work.graph, other.label, work.piece.k)
        follow(work, trial, SCHEDULE, sweeps // (3 * STARTS), held)
        better(work, trial, RETRIES[0], work.piece.k)
        ranks.append(work.rank(trial))
    return tried[ranks.index(min(ranks))]


def follow(work: Work, plan: Labelling, schedule: tuple[Stage, ...], sweeps: int, pins: NDArray[np.int32]) -> None:
    """Anneal the whole piece along ``schedule``, slice by slice; a large one in regions, which change with every slice.

    Moves stay within a region, so that regions can be annealed at once and the plan is the same on any number of
    threads.
    """
    graph = work.graph._replace(fixed=pins)
    for stage in schedule:
        amount = max(1, round(sweeps * stage.share))
        slices = min(amount, max(1, round(SLICES * stage.share), amount * len(plan.label) // VISITS))
        for i in range(slices):
            if work.clock.over(0.9):
                return
            work.look_for_middles(plan)
            step = amount * (i + 1) // slices - amount * i // slices
            heat = work.heat(stage, i / slices, (i + 1) / slices, step)
            # The last stretch goes over the whole piece, so that no seam of regions is left where nothing was tried.
            regions = divide(work, plan, whole=stage is schedule[-1])
            jobs = [work.pool.submit(_anneal, graph, plan, region, heat, work.state()) for region in regions]
            for job in jobs:
                job.result()
            work.clock.count(work.number, work.piece, plan, len(plan.label) * step)


def _anneal(graph: Graph, plan: Labelling, members: NDArray[np.int32], heat: Heat, state: NDArray[np.uint64]) -> int:
    return anneal(graph, plan, members, heat, state, workspace(len(plan.label), len(plan.amount)))


def divide(work: Work, plan: Labelling, *, whole: bool) -> list[NDArray[np.int32]]:
    """Return the nodes of compact regions of about equal size.

    They are other regions at each call, and just one where the piece is small or to be left ``whole``.
    """
    size, k = len(plan.label), len(plan.amount)
    parts = min(size // REGION, k // 8)
    plan.region[:] = 0
    if parts <= 1 or whole:
        return [np.arange(size, dtype=np.int32)]
    centre = np.column_stack([np.bincount(plan.label, axis, k) for axis in work.piece.points.T]) / plan.amount[:, None]
    # Regions are drawn in another direction each time: what was on a seam is inside next time.
    turn = work.random.uniform(0, 2 * np.pi)
    rotated = centre @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    order = np.argsort(rotated[:, 0], kind="stable")
    plan.region[order] = power_cells(rotated[order], plan.amount[order].astype(float), parts)
    own = plan.region[plan.label]
    return [np.flatnonzero(own == part).astype(np.int32) for part in range(parts)]


def finish(work: Work, plan: Labelling, effort: float) -> None:
    """Bring every grid into its band that can be, and better the plan a few grids at a time."""
    plan.region[:] = 0
    settle(work, plan, TURNS if effort else HASTY)
    for retry in RETRIES:
        tries = round(retry.tries * work.piece.k * effort**retry.growth)
        rounds = max(min(ROUNDS, tries), tries // work.piece.k)  # between them the clock is looked at
        for i in range(rounds):
            if work.clock.over(0.95):
                return
            better(work, plan, retry, tries * (i + 1) // rounds - tries * i // rounds)
    plan.region[:] = 0


def better(work: Work, plan: Labelling, retry: Retry, tries: int) -> None:
    """Re-anneal around ``tries`` places drawn at random, in regions at once where the piece is large."""
    work.look_for_middles(plan)
    heats = work.heats((Stage(retry.hot, 0.12, 1.0, 5.0, 0.75), Stage(0.12, 0.05, 5.0, 20.0, 0.25)), retry.sweeps)
    jobs = []
    for region in divide(work, plan, whole=False):
        share = max(1, round(tries * len(region) / len(plan.label)))
        roots = region[work.random.integers(len(region), size=share)]
        jobs.append(work.pool.submit(_reanneal, work, plan, region, roots, (NEAR, heats, work.hard), work.state()))
    for job in jobs:
        job.result()


def _reanneal(
    work: Work,
    plan: Labelling,
    within: NDArray[np.int32],
    roots: NDArray[np.int32],
    how: tuple[int, tuple[Heat, ...], float],
    state: NDArray[np.uint64],
) -> int:
    return reanneal(work.graph, plan, within, roots, *how, state, workspace(len(plan.label), len(plan.amount)))


def settle(work: Work, plan: Labelling, turns: int) -> None:
    """Re-anneal around the grids outside their band until none is, or no better can be.

    Every turn opens more grids, begins with a softer charge and ends with a higher price for what is left outside, so
    that the cheap ways are found before the dear ones. Every ladder of turns tries twice as often as the one before;
    the search ends when a whole one helped nothing, or three of a large piece.
    """
    graph, k = work.graph, work.piece.k
    everything = np.arange(len(plan.label), dtype=np.int32)
    patience = len(SOFT) * (1 if len(plan.label) <= SMALL else PATIENCE)
    idle = 0
    for turn in range(turns):
        bad = np.flatnonzero(excess(graph, plan.total) > ROUNDING)
        before = work.rank(plan)
        # Of many grids each may be outside by less than a rounding, and all together by more.
        if not len(bad) or before[0] <= work.bound + ROUNDING or idle == patience or work.clock.over():
            return
        kept = plan.label.copy()
        work.look_for_middles(plan)
        # What is missing may lie several grids away, where no neighbourhood reaches: it is handed on through those in
        # between, and the re-annealing that follows mends the ragged borders that leaves.
        if turn % len(SOFT) == len(SOFT) - 1:
            ejection_chain(graph, plan, work.metre / work.grain, work.space)
        tried = np.repeat(bad, max(1, min(SETTLERS * 2 ** (turn // len(SOFT)), 2 * k // len(bad))))
        roots = np.array([work.random.choice(np.flatnonzero(plan.label == grid)) for grid in tried], dtype=np.int32)
        soft = SOFT[turn % len(SOFT)]
        heats = work.heats((Stage(0.3, 0.12, soft, 20.0, 0.75), Stage(0.12, 0.05, 20.0, 100.0, 0.25)), 150)
        hard = min(work.hard, work.metre / work.grain * CHEAP * 2**turn)
        reanneal(graph, plan, everything, roots, 4 + turn, heats, hard, work.state(), work.space)
        now = work.rank(plan)
        idle = 0 if now[0] < before[0] else idle + 1
        # While the band is still cheap a turn may lengthen borders on its way into it, but never leave it further.
        if (now > before and hard == work.hard) or now[0] > before[0]:
            restore(graph, plan, kept)


def restore(graph: Graph, plan: Labelling, label: NDArray[np.int32]) -> None:
    """Make ``label`` the plan of ``plan`` again, in one region."""
    fresh = labelling_of(graph, label, len(plan.amount))
    plan.label[:], plan.total[:], plan.amount[:] = fresh.label, fresh.total, fresh.amount
    plan.outer[:], plan.region[:] = fresh.outer, fresh.region
