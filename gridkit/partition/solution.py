"""Solutions: a plan of a problem, what it costs, how well it keeps the band, and what no plan could better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import ROUNDING
from gridkit.language.phrases import Phrase
from gridkit.partition.bound import least_excess, unreachable
from gridkit.partition.objectives import metres
from gridkit.partition.piece import metres_kept, metres_saved, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridkit.partition.annealing.schedule import Clock
    from gridkit.partition.piece import Piece
    from gridkit.partition.problem import Problem


BORDERS_ALONE = Phrase("a proof weighs borders alone: where more is asked for, it says only whether the range holds")
"""Said of a part that would have been proven best, had nothing been wished beside borders."""


@dataclass(frozen=True)
class Progress:
    """How far a search is, and how good its plan is by now."""

    done: float  # share of the moves, 0 to 1
    cost_m: float  # metres the plan pays, of the pieces begun
    excess: float  # targets outside the band, summed


@dataclass(frozen=True)
class Solution:
    """A plan and what is known about it."""

    labels: NDArray[np.int64]  # [n]
    cost_m: float  # metres paid for borders, features inside and change
    excess: float  # targets outside the band, summed over grids and measures
    bound: float  # excess that no plan can go below: proven
    deviation: float  # largest |weight / target - 1| of a grid
    time_limit_fired: bool
    interrupted: bool
    proven: NDArray[np.bool_] | None = None  # [n] in a part of which no plan is better, or none keeps the band
    shut: NDArray[np.bool_] | None = None  # [n] in a grid outside it around which no window can be brought into it
    notes: tuple[str, ...] = ()  # why the band cannot be kept where it is not


def judge(
    problem: Problem,
    labels: NDArray[np.int64],
    parts: list[Piece] | None = None,
    clock: Clock | None = None,
    proven: Sequence[bool] = (),
) -> Solution:
    """Return ``labels`` as a solution: its cost, its excess, the bound, the notes; ``proven`` says which parts are."""
    parts = pieces(problem) if parts is None else parts
    over, worst = 0.0, 0.0
    notes: list[str] = []
    for part in parts:
        grid = np.searchsorted(np.unique(labels[part.units]), labels[part.units])
        measures = [problem.weights, *problem.measures.T]
        for column, weight in enumerate(measures):
            total = np.bincount(grid, weight[part.units])
            target = float(part.targets[column])
            over += float(part.bands[column].excess(total / target).sum())
            if column == 0:
                worst = max(worst, float(np.abs(total / target - 1).max()))
        notes += [reason.sentence for reason in unreachable(problem, part)]
    bound = sum(least_excess(part) for part in parts)
    if over > ROUNDING and not notes:
        said = "the plan found leaves {over:.4g} of a grid outside the range of size; at least {bound:.4g} is proven"
        notes.append(Phrase(said, over=over, bound=bound))
    fired, stopped = (clock.fired, clock.stopped) if clock else (False, False)
    sure = np.zeros(problem.size, dtype=bool)
    for part, known in zip(parts, proven or [False] * len(parts), strict=True):
        sure[part.units] = known
    paid = cost_m(problem, labels) + sum(_wished(part, labels) for part in parts)
    return Solution(labels, paid, over, bound, worst, fired, stopped, sure, notes=tuple(notes))


def _wished(part: Piece, labels: NDArray[np.int64]) -> float:
    """Return the metres that a plan pays in a part for what is wished beside borders."""
    of_node = np.empty(len(part.points), dtype=np.int64)
    of_node[part.node] = labels[part.units]
    return metres(part.wishes, part.graph.weight[:, len(part.graph.low) :], of_node)


def cost_m(problem: Problem, labels: NDArray[np.int64]) -> float:
    """Return the metres that a plan pays: borders, features and thin joints inside its grids, change."""
    u, v = problem.edges.T
    inside = float(metres_kept(problem).sum())
    gone = (problem.old >= 0) & (problem.old != labels)
    change = problem.prices.change * float(problem.weights[gone].sum()) + float(problem.leaving[gone].sum())
    return inside + float(metres_saved(problem)[labels[u] != labels[v]].sum()) + change
