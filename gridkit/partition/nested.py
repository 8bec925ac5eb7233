"""Nested grids: the grids of a plan, each split again by the same rules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gridkit.partition.problem import ABSENT
from gridkit.partition.solver import search

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from gridkit.band import Band
    from gridkit.partition.problem import Problem
    from gridkit.partition.solution import Progress, Solution


def nest(  # noqa: PLR0913 - the options of a search
    problem: Problem,
    labels: NDArray[np.int64],
    band: Band,
    seed: int = 0,
    *,
    effort: float = 1.0,
    threads: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Solution:
    """Return a plan of smaller grids, none of which crosses a grid of ``labels``.

    Compounds stay whole, borders, features and prices are the same; locks, seeds, the old plan and dedicated grids
    speak of the level above and are left out. Each grid gets the number of small ones its own weight implies.

    Parameters
    ----------
    problem
        What the plan above was made from.
    labels
        [n] the plan above.
    band
        The band of the small grids, in the units of ``problem.weights``.
    """
    inner = replace(
        problem,
        parents=labels,
        parent_names=None,
        band=band,
        grids=None,
        locks=ABSENT,
        seeds=ABSENT,
        dedicated=ABSENT,
        old=ABSENT,
        leaving=ABSENT,
        measures=ABSENT,
        measure_bands=(),
        objectives=None,
    )
    return search(inner, seed, effort=effort, threads=threads, progress=progress)
