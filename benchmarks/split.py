"""Split one instance and print its score.

``python benchmarks/split.py INSTANCE.npz --tolerance 0.01 --seed 1 -o labels.npy``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridkit.partition import Band, Prices, Problem, search

if TYPE_CHECKING:
    from numpy.typing import NDArray

INSIDE = (
    0.0,
    1.0,
    2.0,
    3.0,
)  # weights of a metre of main road, railway, river left inside a grid, as the yardstick counts them


def problem_of(arrays: dict[str, NDArray], tolerance: float, prices: Prices | None = None) -> Problem:
    """Return the instance as a problem."""
    k = int(arrays["k"])
    return Problem(
        weights=arrays["pop"],
        edges=np.column_stack([arrays["u"], arrays["v"]]),
        points=arrays["xy"],
        band=Band.around(arrays["pop"].sum() / k, tolerance),
        border_m=arrays["border"],
        feature=arrays["btype"],
        feature_m=arrays["blen"],
        areas=arrays["area"],
        perimeters=arrays["perim"],
        groups=arrays["group"],
        old=arrays.get("old"),
        grids=k,
        prices=prices or Prices(),
    )


def score(problem: Problem, labels: NDArray[np.int64], k: int) -> dict[str, float]:
    """Return what the table of figures asks of a plan, counted anew from the arrays."""
    grid = np.unique(labels, return_inverse=True)[1]
    u, v = problem.edges.T
    inside = grid[u] == grid[v]
    ones = np.ones(int(inside.sum()))
    parts = connected_components(coo_matrix((ones, (u[inside], v[inside])), shape=(problem.size,) * 2), directed=False)[
        0
    ]
    total = np.bincount(grid, problem.weights)
    miss = np.abs(total / (problem.weights.sum() / k) - 1)
    kin = np.bincount(grid[u[inside]], problem.border_m[inside], len(total))
    perimeter = np.bincount(grid, problem.perimeters) - 2 * kin
    held = problem.groups >= 0
    pairs = np.unique(np.column_stack([problem.groups[held], grid[held]]), axis=0)
    weight = np.array(INSIDE)[np.minimum(problem.feature, 3)]
    return {
        "grids": len(total),
        "torn": int(parts) - len(total),
        "worst %": 100 * float(miss.max()),
        "mean %": 100 * float(miss.mean()),
        "cut km": float(problem.border_m[~inside].sum()) / 1e3,
        "Polsby-Popper": float((4 * np.pi * np.bincount(grid, problem.areas) / perimeter**2).mean()),
        "features inside km": float((weight * problem.feature_m)[inside].sum()) / 1e3,
        "groups split": len(pairs) - len(np.unique(pairs[:, 0])),
    }


def main() -> None:
    """Run one instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effort", type=float, default=1.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--inside", type=float, default=0.0, help="metres paid per weighted metre of feature inside a grid"
    )
    parser.add_argument("--cut", type=float, default=1.0, help="factor on borders along features")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    with np.load(given.instance) as stored:
        arrays = dict(stored)
    prices = Prices(cut=(1.0,) + (given.cut,) * 3, inside=tuple(given.inside * weight for weight in INSIDE))
    search(problem_of(arrays, given.tolerance), given.seed, effort=1e-3)  # compiles
    cpu, wall = time.process_time(), time.perf_counter()
    problem = problem_of(arrays, given.tolerance, prices)
    solution = search(problem, given.seed, effort=given.effort, threads=given.threads)
    figures = {"cpu s": time.process_time() - cpu, "wall s": time.perf_counter() - wall}
    figures |= score(problem, solution.labels, int(arrays["k"]))
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))
    if given.output:
        np.save(given.output, solution.labels)


if __name__ == "__main__":
    main()
