"""The whole search: a problem's pieces solved at once, the small ones to the proof, and their plans put together."""

from __future__ import annotations

import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gridkit.band import ROUNDING, Band
from gridkit.errors import LimitError, UsageError
from gridkit.language.phrases import Phrase
from gridkit.partition import mend
from gridkit.partition.annealing.moves import labelling_of, rank
from gridkit.partition.annealing.schedule import Clock, Work, solve_piece, visits
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.bound import least_excess
from gridkit.partition.exact import windows
from gridkit.partition.exact.column_generation import Best, ColumnGeneration
from gridkit.partition.exact.prove import prove
from gridkit.partition.missing import with_missing
from gridkit.partition.piece import Piece, pieces
from gridkit.partition.problem import Problem
from gridkit.partition.solution import BORDERS_ALONE, Progress, Solution, judge
from gridkit.partition.spare import without_spare

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from numpy.typing import NDArray


class Found(NamedTuple):
    """What was found for a piece."""

    label: NDArray[np.int32]
    proven: bool  # that none is better, or that none keeps the band
    shut: NDArray[np.bool_]  # [n] in a grid outside the band around which no window holds a plan inside it: proven


SURE = 60  # nodes up to which the best plan is proven at effort 1
PROVABLE = 120  # nodes up to which one that keeps the band is looked for, or proven not to be: some 4 CPU s at 90 nodes
STEPS = 60  # of a proof at effort 1
BRIEF = 0.25  # effort of the plan that a proof begins with
MENDING = 15  # what the random numbers of mending are drawn from beside the seed


def solve(  # noqa: PLR0913 - the options of a search
    problem: Problem,
    seed: int = 0,
    *,
    effort: float = 1.0,
    threads: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    exact: bool = False,
) -> NDArray[np.int64]:
    """Return the label of each unit's grid in the best plan found.

    See :func:`search`, and :func:`gridkit.partition.exact.prove.prove` for ``exact``. Labels alone cannot say that they
    are not final: Ctrl-C ends this function, while :func:`search` returns the best plan so far.
    """
    if exact:
        return prove(problem, seed, time_limit=time_limit).labels
    found = search(problem, seed, effort=effort, threads=threads, time_limit=time_limit, progress=progress)
    if found.interrupted:
        raise KeyboardInterrupt
    return found.labels


def search(
    problem: Problem,
    seed: int = 0,
    *,
    effort: float = 1.0,
    threads: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """Return the best plan found for ``problem``, and what is known about it.

    Parameters
    ----------
    problem
        What to split.
    seed
        Same problem, same seed: same plan, on any number of threads.
    effort
        Number of moves, relative to the usual; dimensionless.
    threads
        How many pieces, or regions of a large one, are worked on at once; by default one per core.
    time_limit
        Seconds after which the best plan so far is returned. A limit that ends the search ends its repeatability too.
    progress
        Called now and then with a :class:`Progress`.

    Raises
    ------
    TableError
        A group is torn, or a unit's column contradicts another.
    InfeasibleError
        No plan can hold the hard rules. A band that cannot be kept is no error: the plan comes as near as was found,
        and ``notes`` say why.
    """
    if not isinstance(problem, Problem):
        raise UsageError(
            "what is of the type {kind} is not read",
            mend="hand over {takes}",
            kind=type(problem).__name__,
            takes=Phrase("a Problem, as gridkit.Problem(...) makes it"),
        )
    clock = Clock(time_limit, tell=progress and (lambda *values: progress(Progress(*values))))
    parts = pieces(problem)
    labels = _dedicated(problem, parts)
    implied = problem.grids is None and isinstance(problem.band, Band)
    found = _all(parts, seed, effort, clock, threads or os.cpu_count() or 1, implied=implied)
    shut = np.zeros(problem.size, dtype=bool)
    fresh = max([int(labels.max(initial=-1)), *(int(part.names.max()) for part in parts)]) + 1
    for part, each in zip(parts, found, strict=True):
        more = max(int(each.label.max()) + 1 - len(part.names), 0)
        names = np.r_[part.names, np.arange(fresh, fresh + more)]
        fresh += more
        labels[part.units] = names[each.label[part.node]]
        shut[part.units] = each.shut[part.node]
    before = labels
    labels = without_spare(problem, labels)
    if not clock.over():
        labels = with_missing(problem, labels, lambda few: _alone(few, seed, min(effort, 1.0), clock))
    changed = np.unique([labels[labels != before], before[labels != before]])
    told = judge(problem, labels, parts, clock, [each.proven for each in found])
    unproven = any(part.wishful and _provable(part, effort) for part in parts)
    notes = (*told.notes, BORDERS_ALONE) if unproven else told.notes
    return replace(told, shut=shut & ~np.isin(labels, changed), notes=notes)


def _provable(piece: Piece, effort: float) -> bool:
    """Return whether a piece is small enough for the best plan by borders to be proven."""
    return bool(1 < piece.k < len(piece.points) <= SURE * effort**0.25)


def _alone(problem: Problem, seed: int, effort: float, clock: Clock) -> NDArray[np.int64]:
    """Return the best labels found of a few units."""
    labels = np.zeros(problem.size, dtype=np.int64)
    with ThreadPoolExecutor(1) as pool:
        for i, part in enumerate(pieces(problem)):
            label = solve_piece(part, (seed, i), effort, clock, pool)
            labels[part.units] = part.names[label[part.node]]
    return labels


def _dedicated(problem: Problem, parts: list[Piece]) -> NDArray[np.int64]:
    """Return labels in which only the dedicated grids are named, by numbers no other grid has."""
    used = max([int(part.names.max()) for part in parts], default=-1) + 1
    labels = np.full(problem.size, -1, dtype=np.int64)
    own = problem.dedicated >= 0
    labels[own] = used + np.unique(problem.dedicated[own], return_inverse=True)[1]
    return labels


def _all(parts: list[Piece], seed: int, effort: float, clock: Clock, threads: int, *, implied: bool) -> list[Found]:
    """Solve the pieces in threads, the largest first; Ctrl-C stops them at the best plan they have."""
    clock.planned = sum(visits(part, effort) for part in parts)
    with ThreadPoolExecutor(threads) as regions, ThreadPoolExecutor(threads) as pool:
        order = sorted(range(len(parts)), key=lambda i: -len(parts[i].points))
        futures = {i: pool.submit(_solved, parts[i], (seed, i), effort, clock, regions, implied=implied) for i in order}
        try:
            wait(futures.values(), return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            clock.stopped = True
        finally:
            clock.stopped = clock.stopped or any(each.done() and each.exception() for each in futures.values())
        return [futures[i].result() for i in range(len(parts))]


def _solved(
    piece: Piece, seed: tuple[int, int], effort: float, clock: Clock, pool: Executor, *, implied: bool
) -> Found:
    """Return the best plan found for a piece, its grids mended; see :func:`gridkit.partition.mend.mended`.

    A proof is of borders alone: it holds no more where a longer plan has fewer faults.
    """
    found = _searched(piece, seed, effort, clock, pool, implied=implied)
    many = int(found.label.max()) + 1
    if clock.over() or many != piece.k:
        return found
    random = np.random.default_rng([*seed, MENDING])
    work = Work(piece, seed[-1], clock, pool, random, workspace(len(piece.points), piece.k))
    label = mend.mended(work, found.label, min(effort, 1.0))
    if label is found.label:
        return found
    return Found(label, proven=False, shut=found.shut & (label == found.label))


def _searched(
    piece: Piece, seed: tuple[int, int], effort: float, clock: Clock, pool: Executor, *, implied: bool
) -> Found:
    """Return the best plan found for a piece by its borders, and whether it is proven the best or that none is in band.

    Of a small piece that is the best there is, proven; of one a little larger too where the search leaves the band
    though nothing forbids to keep it. Where the proof takes too many steps, the search goes on as for a large one.
    """
    size = len(piece.points)
    plans: list[NDArray[np.int32]] = []
    best: Best | None = None
    if not piece.wishful and _provable(piece, effort):
        plans.append(solve_piece(piece, seed, min(effort, BRIEF), clock, pool))
        best = _proven(piece, plans, effort, clock)
        if best is not None:
            plans.append(best.label)
            if best.proven and _rank(piece, best.label)[0] <= ROUNDING:
                return Found(best.label, proven=True, shut=np.zeros(size, dtype=bool))
    plans.append(solve_piece(piece, seed, effort, clock, pool))
    tried = len(plans) > 1
    outside, _ = min(_rank(piece, label) for label in plans)
    if not tried and 1 < piece.k < size <= PROVABLE and outside > least_excess(piece) + ROUNDING:
        best = _proven(piece, plans, effort, clock)
        plans += [] if best is None else [best.label]
    chosen = min(plans, key=lambda label: _rank(piece, label))
    shut = np.zeros(size, dtype=bool)
    none = best is not None and best.proven and _rank(piece, chosen)[0] > ROUNDING
    if 1 < piece.k < size and (none or best is None or not best.proven):
        settled, shut = _in_windows(piece, chosen, effort, clock, implied=implied, none=none)
        chosen, best = settled, None if none and settled is not chosen else best
    # A proof weighs borders alone: where more is wished it can tell no more than that no plan keeps the band.
    sure = best is not None and best.proven and (not piece.wishful or _rank(piece, chosen)[0] > ROUNDING)
    return Found(chosen, sure, shut)


def _in_windows(
    piece: Piece, label: NDArray[np.int32], effort: float, clock: Clock, *, implied: bool, none: bool
) -> windows.Settled:
    """Return a plan with grids outside the band brought into it where windows around them show that they can be.

    Where the number of grids is only ``implied`` by the band, a window may make one more of them or one fewer; it must,
    where ``none`` of so many grids as there are keeps the band.
    """
    if clock.over() or _rank(piece, label)[0] <= least_excess(piece) + ROUNDING:
        return windows.Settled(label, np.zeros(len(label), dtype=bool))
    end = np.inf if clock.limit is None else clock.begun + clock.limit
    graph = piece.graph
    free = implied and not piece.wishful and (graph.fixed < 0).all() and (graph.old < 0).all()
    if none and not free:
        return windows.Settled(label, np.zeros(len(label), dtype=bool))
    change = windows.SAME if not free else windows.OTHER if none else windows.ANY
    return windows.settled(piece, label, end, effort, clock.over, change)


def _proven(piece: Piece, plans: list[NDArray[np.int32]], effort: float, clock: Clock) -> Best | None:
    """Return what a proof of so many steps finds, beginning with ``plans``; None where there is no time or room."""
    if clock.over():
        return None
    end = np.inf if clock.limit is None else clock.begun + clock.limit
    try:
        return ColumnGeneration(piece, end, STEPS * effort**0.5, lambda: clock.stopped).best(plans)
    except LimitError:
        return None


def _rank(piece: Piece, label: NDArray[np.int32]) -> tuple[float, float]:
    return rank(piece.graph, labelling_of(piece.graph, label, piece.k), piece.wishes)
