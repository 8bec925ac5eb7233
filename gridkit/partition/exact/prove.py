"""The exact way for small pieces: the best plan of a problem, with a proof (``column_generation``)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import LimitError
from gridkit.partition.annealing.schedule import Clock, solve_piece
from gridkit.partition.exact.column_generation import ColumnGeneration
from gridkit.partition.piece import Piece, pieces
from gridkit.partition.solution import Solution, judge

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


def prove(problem: Problem, seed: int = 0, *, time_limit: float | None = None) -> Proof:
    """Return the plan of least cost whose grids all keep the band, with its proof.

    Parameters
    ----------
    problem
        A problem whose pieces have at most 120 nodes each.
    seed
        Of the heuristic plans it starts from; the cost found does not depend on it.
    time_limit
        Seconds after which the best plan and the bound so far are returned.

    Raises
    ------
    LimitError
        A piece is too large, or hangs together in too many ways.
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
        best = ColumnGeneration(part, end).best(_plans(part, [seed, number], end))
        labels[part.units] = part.names[best.label[part.node]]
        slack += best.cost - best.bound
        proven = proven and best.proven
    solution = judge(problem, labels, parts)
    return Proof(solution, solution.cost_m - slack, proven)


def _plans(part: Piece, seed: list[int], end: float) -> Iterator[NDArray[np.int32]]:
    """Yield heuristic plans of one piece."""
    with ThreadPoolExecutor(1) as pool:
        for turn in range(TRIES):
            yield solve_piece(part, [*seed, turn], 0.5, Clock(max(end - time.monotonic(), 0.1)), pool)
