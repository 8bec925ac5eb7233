"""Change: what an old plan is worth, and plans that leave as many people as can be where they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gridkit.band import Band

if TYPE_CHECKING:
    from gridkit.partition.problem import Problem
    from gridkit.partition.solution import Solution

DEAR = 3.0  # mean borders that moving a mean unit costs in a plan of little change


def keeping(problem: Problem, dear: float = DEAR) -> Problem:
    """Return the problem with change priced so that units move where the band asks for it, and hardly elsewhere.

    Moving a unit of mean weight costs ``dear`` mean borders. Far higher prices would not keep more people: the search
    could not move at all.
    """
    metre = float(problem.border_m[problem.border_m > 0].mean()) if (problem.border_m > 0).any() else 1.0
    weight = max(float(problem.weights.mean()), 1e-300)
    return replace(problem, prices=replace(problem.prices, change=dear * metre / weight))


def forced(problem: Problem) -> float:
    """Return the weight that has to leave its old grid, whatever the plan, for the band to be kept.

    A bound, proven grid by grid.

    An old grid above the band gives away what is too much, and one below it takes in what is missing; one move can
    serve one of each.
    """
    held = problem.old >= 0
    if not held.any():
        return 0.0
    _, grid = np.unique(problem.old[held], return_inverse=True)
    total = np.bincount(grid, problem.weights[held])
    band = problem.band
    if not isinstance(band, Band):
        return 0.0
    return float(
        max(
            band.over(total).sum(),
            band.short(total).sum() - problem.weights[~held].sum(),
            0.0,
        )
    )


def kept(problem: Problem, solution: Solution) -> float:
    """Return the share of the weight with an old grid that stays in it; 1 where there is none."""
    held = problem.old >= 0
    total = float(problem.weights[held].sum())
    return float(problem.weights[held & (problem.old == solution.labels)].sum()) / total if total else 1.0
