"""The search: from a problem to the best plan found, piece by piece."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridkit.split.anneal import Heat, Layout, anneal, excess, lay_out, price_of
from gridkit.split.piece import Graph, Piece, pieces
from gridkit.split.problem import Problem
from gridkit.split.start import first_plan

SWEEPS = 6000  # of one piece at effort 1
SLICE = 2_000_000  # visits between two looks at the clock
HOT, COLD = 0.8, 0.05  # temperatures, in mean borders
SOFT, FIRM, HARD = 0.3, 3.0, 40.0  # mean borders charged for a mean unit outside the band


@dataclass(frozen=True)
class Progress:
    """How far a search is."""

    done: float  # share of the moves, 0 to 1
    cost_m: float  # metres the current plan of the piece at hand pays
    excess: float  # targets outside the band, summed


@dataclass
class Clock:
    """When to stop: at a time, or when told."""

    limit: float | None = None
    stopped: bool = False
    fired: bool = False
    begun: float = field(default_factory=time.monotonic)

    def over(self, share: float = 1.0) -> bool:
        """Say whether the search must end now; ``share`` of the limit is what may have passed."""
        if self.limit is not None and time.monotonic() - self.begun > share * self.limit:
            self.fired = True
        return self.stopped or self.fired


@dataclass(frozen=True)
class Solution:
    """A plan and what is known about it."""

    labels: NDArray[np.int64]  # [n]
    cost_m: float  # metres paid for borders, features inside and change
    excess: float  # targets outside the band, summed over grids
    time_limit_fired: bool
    interrupted: bool
    notes: tuple[str, ...] = ()


def solve(
    problem: Problem,
    seed: int = 0,
    *,
    effort: float = 1.0,
    threads: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> NDArray[np.int64]:
    """Return the label of each unit's grid in the best plan found; see :func:`search` for more about it."""
    return search(problem, seed, effort=effort, threads=threads, time_limit=time_limit, progress=progress).labels


def search(
    problem: Problem,
    seed: int = 0,
    *,
    effort: float = 1.0,
    threads: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """Return the best plan found for ``problem``.

    Parameters
    ----------
    problem
        What to split.
    seed
        Same problem, same seed: same plan, on any number of threads.
    effort
        Number of moves, relative to the usual; dimensionless.
    threads
        Pieces solved at once; by default one per core.
    time_limit
        Seconds after which the best plan so far is returned.
    progress
        Called now and then with a :class:`Progress`.

    Raises
    ------
    InfeasibleError
        No plan can hold the hard rules.
    """
    clock = Clock(time_limit)
    parts = pieces(problem)
    labels = _dedicated(problem, parts)
    solved = _all(parts, seed, effort, clock, threads or os.cpu_count() or 1, progress)
    cost = over = 0.0
    for part, label in zip(parts, solved, strict=True):
        labels[part.units] = part.names[label[part.node]]
        cost += price_of(part.graph, label)
        over += float(excess(part.graph, lay_out(part.graph, label, part.k).total).sum())
    return Solution(labels, cost, over, clock.fired, clock.stopped)


def _dedicated(problem: Problem, parts: list[Piece]) -> NDArray[np.int64]:
    """Return labels in which only the dedicated grids are named, by numbers no other grid has."""
    used = max([int(part.names.max()) for part in parts], default=-1) + 1
    labels = np.full(problem.size, -1, dtype=np.int64)
    own = problem.dedicated >= 0
    labels[own] = used + np.unique(problem.dedicated[own], return_inverse=True)[1]
    return labels


def _all(
    parts: list[Piece], seed: int, effort: float, clock: Clock, threads: int, progress: Callable[[Progress], None] | None
) -> list[NDArray[np.int32]]:
    """Solve the pieces in threads, the largest first; Ctrl-C stops them at their best."""
    with ThreadPoolExecutor(threads) as pool:
        order = sorted(range(len(parts)), key=lambda i: -len(parts[i].node))
        futures: dict[int, Future[NDArray[np.int32]]] = {
            i: pool.submit(solve_piece, parts[i], [seed, i], effort, clock, progress) for i in order
        }
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            clock.stopped = True
        return [futures[i].result() for i in range(len(parts))]


def solve_piece(
    piece: Piece, seed: list[int], effort: float, clock: Clock, progress: Callable[[Progress], None] | None = None
) -> NDArray[np.int32]:
    """Return the best plan found for one piece: first plan, slow cooling, then reheating where a grid is still outside its band."""
    label = first_plan(piece)
    if piece.k in (1, len(label)):
        return label
    state = np.random.default_rng(seed).integers(1, 2**63, 1, dtype=np.uint64)
    layout = lay_out(piece.graph, label, piece.k)
    everyone = np.arange(len(label), dtype=np.int32)
    sweeps = max(1, int(SWEEPS * effort))
    cool(piece.graph, layout, everyone, (HOT, COLD, SOFT, FIRM, sweeps), state, clock)
    settle(piece.graph, layout, state, clock)
    return layout.label


def cool(graph: Graph, layout: Layout, members: NDArray[np.int32], course: tuple[float, float, float, float, int], state: NDArray[np.uint64], clock: Clock) -> None:
    """Anneal ``members`` from hot to cold, a slice at a time."""
    metre = float(graph.price[graph.price > 0].mean()) if (graph.price > 0).any() else 1.0
    unit = max(float(graph.weight[:, 0].mean()), 1e-12)
    hot, cold, soft, firm, sweeps = course
    mark = np.zeros(len(layout.label), dtype=np.int8)
    at = 0
    while at < sweeps and not clock.over(0.9):
        step = min(sweeps - at, max(1, SLICE // max(1, len(members))))
        a, b = at / sweeps, (at + step) / sweeps
        heat = Heat(
            metre * hot * (cold / hot) ** a,
            metre * hot * (cold / hot) ** b,
            metre / unit * soft * (firm / soft) ** a,
            metre / unit * soft * (firm / soft) ** b,
            0.9,
            step,
        )
        anneal(graph, layout, members, heat, state, mark)
        at += step


def settle(graph: Graph, layout: Layout, state: NDArray[np.uint64], clock: Clock) -> None:
    """Reheat around the grids that are outside their band, wider and wider, until none is or nothing helps; keep the best plan met."""
    best = layout.label.copy()
    least = (float(excess(graph, layout.total).sum()), price_of(graph, best))
    for turn in range(40):
        over = excess(graph, layout.total)
        if not over.any() or clock.over():
            break
        reach = np.flatnonzero(over)
        for _ in range(1 + turn // 4):
            reach = _widen(graph, layout.label, reach)
        layout.region[:] = -1 - np.arange(len(layout.region))
        layout.region[reach] = 0
        members = np.flatnonzero(np.isin(layout.label, reach)).astype(np.int32)
        cool(graph, layout, members, (0.4, 0.03, 3.0, HARD, 400 * (1 + turn // 4)), state, clock)
        now = (float(excess(graph, layout.total).sum()), price_of(graph, layout.label))
        if now < least:
            least, best = now, layout.label.copy()
    restore(graph, layout, best)


def restore(graph: Graph, layout: Layout, label: NDArray[np.int32]) -> None:
    """Make ``label`` the plan of ``layout`` again."""
    fresh = lay_out(graph, label, len(layout.count))
    for mine, new in zip(layout, fresh, strict=True):
        mine[...] = new


def _widen(graph: Graph, label: NDArray[np.int32], reach: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ``reach`` and the grids that touch it."""
    source = np.repeat(label, np.diff(graph.start))
    return np.union1d(reach, label[graph.neighbour][np.isin(source, reach)])
