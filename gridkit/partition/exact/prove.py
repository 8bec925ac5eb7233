"""The exact way for small pieces: the best plan of a problem, with a proof (``column_generation``)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import ROUNDING
from gridkit.errors import LimitError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.partition.annealing.moves import labelling_of, rank
from gridkit.partition.annealing.schedule import Clock, solve_piece
from gridkit.partition.exact.column_generation import Best, ColumnGeneration
from gridkit.partition.piece import Piece, pieces
from gridkit.partition.solution import BORDERS_ALONE, Solution, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gridkit.partition.problem import Problem

LARGEST = 120  # nodes of a piece beyond which diagrams get too large
TRIES = 2  # heuristic plans whose grids are the first columns
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


def prove(problem: Problem, seed: int = 0, *, time_limit: float | None = None, effort: float = 1.0) -> Proof:
    """Return the plan of least cost whose grids all keep the band, with its proof.

    A part of more than :data:`LARGEST` nodes, one that hangs together in too many ways, or one with objectives beside
    borders is searched as usual; the notes of the solution say which parts that are.

    Parameters
    ----------
    problem
        A problem, of whose parts those of at most 120 nodes are solved exactly.
    seed
        Of the heuristic plans it starts from; the cost found of a small part does not depend on it.
    time_limit
        Seconds after which the best plan and the bound so far are returned.
    effort
        Of the search of parts that are too large.
    """
    parts = pieces(problem)
    end = time.monotonic() + (HOUR if time_limit is None else time_limit)
    labels = np.full(problem.size, -1, dtype=np.int64)
    own = problem.dedicated >= 0
    # Grids of institutions are given, not searched; they are numbered after all others, whose numbers they must not
    # shift.
    first = max([int(part.names.max()) for part in parts], default=-1) + 1
    labels[own] = first + np.unique(problem.dedicated[own], return_inverse=True)[1]
    slack, proven = 0.0, []
    for number, part in enumerate(parts):
        best = _best(part, [seed, number], end, effort)
        labels[part.units] = part.names[best.label[part.node]]
        slack += best.cost - best.bound
        proven.append(best.proven)
    solution = judge(problem, labels, parts, proven=proven)
    solution = replace(
        solution, notes=(*solution.notes, *_of_proofs(problem, parts, proven, kept=solution.excess <= ROUNDING))
    )
    return Proof(solution, solution.cost_m - slack, all(proven))


def _best(part: Piece, seed: list[int], end: float, effort: float) -> Best:
    """Return the best plan of a part, proven where that can be done."""
    if len(part.points) <= LARGEST and not part.wishful:
        try:
            return ColumnGeneration(part, end).best(_plans(part, seed, end))
        # Too wide a front shows only while the diagram grows; such a part is searched as a large one is.
        except LimitError:
            pass
    with ThreadPoolExecutor(1) as pool:
        label = solve_piece(part, seed, effort, Clock(max(end - time.monotonic(), 0.1)), pool)
    label, none = _in_band(part, label, end) if part.wishful else (label, False)
    cost, least = _metres(part, label), float(np.minimum(part.graph.price, 0).sum() / 2)
    return Best(label, cost, least, proven=none)


def _in_band(part: Piece, label: NDArray[np.int32], end: float) -> tuple[NDArray[np.int32], bool]:
    """Return a plan in the band instead of one outside it, and whether it is proven that there is none.

    A proof weighs borders alone, so that it says nothing of the best plan where more is wished; whether the band can be
    kept does not hang on wishes.
    """
    if _off(part, label) <= ROUNDING or len(part.points) > LARGEST:
        return label, False
    try:
        best = ColumnGeneration(part, end).best([label])
    except LimitError:
        return label, False
    nearer = best.label if _off(part, best.label) < _off(part, label) else label
    return nearer, best.proven and _off(part, nearer) > ROUNDING


def _off(part: Piece, label: NDArray[np.int32]) -> float:
    """Return how many targets a plan of a part is outside the band."""
    return rank(part.graph, labelling_of(part.graph, label, part.k), part.wishes)[0]


def _metres(part: Piece, label: NDArray[np.int32]) -> float:
    """Return what a plan of a part pays, as the exact search counts it."""
    return rank(part.graph, labelling_of(part.graph, label, part.k), part.wishes)[1]


def _of_proofs(problem: Problem, parts: list[Piece], proven: list[bool], *, kept: bool) -> list[Phrase]:
    """Return what is said of the proofs of a plan that has ``kept`` the band, or has not."""
    if all(proven):
        best = Phrase("proven: no plan whose grids are all in the range of size costs less")
        return [best if kept else Phrase("proven: no contiguous plan of so many grids keeps all in the range of size")]
    names = sorted({problem.parent_named(part.parent) for part, sure in zip(parts, proven, strict=True) if not sure})
    said = template(
        "{count} of {parts} connected parts is proven best; searched without proof: {names}",
        "{count} of {parts} connected parts are proven best; searched without proof: {names}",
    )
    notes = [Phrase(said, count=sum(proven), parts=len(parts), names=listed(names))]
    if any(part.wishful for part in parts):
        notes.append(BORDERS_ALONE)
    return notes


def _plans(part: Piece, seed: list[int], end: float) -> Iterator[NDArray[np.int32]]:
    """Yield heuristic plans of one piece."""
    with ThreadPoolExecutor(1) as pool:
        for turn in range(TRIES):
            yield solve_piece(part, [*seed, turn], 0.5, Clock(max(end - time.monotonic(), 0.1)), pool)
