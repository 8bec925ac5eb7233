"""Graphs of heavy units: ``python benchmarks/heavy.py --size 2294 --grids 300 --seeds 1 2 3``.

Districts of ``instances.py`` whose blocks have log-normal weights, the largest half a grid, five to ten of them to a
grid. Printed for each: grids outside the band, without and with windows, points by which the farthest is off, and CPU.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from instances import district

from gridkit.partition import Band, Problem, search
from gridkit.partition.exact import windows


def heavy(size: int, grids: int, seed: int, tolerance: float, spread: float) -> Problem:
    """Return a district of heavy units."""
    arrays = district(size, grids, seed)
    random = np.random.default_rng([seed, 15])
    weights = random.lognormal(0, spread, len(arrays["pop"]))
    weights = np.minimum(weights / weights.sum() * grids, 0.5)
    weights = np.round(weights / weights.sum() * grids * 1000)
    return Problem(
        weights=weights,
        edges=np.column_stack([arrays["u"], arrays["v"]]),
        points=arrays["xy"],
        band=Band.around(weights.sum() / grids, tolerance),
        border_m=arrays["border"],
        areas=arrays["area"],
        perimeters=arrays["perim"],
        grids=grids,
    )


def main() -> None:
    """Print a row for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2294)
    parser.add_argument("--grids", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--tolerance", type=float, default=0.05)
    parser.add_argument("--spread", type=float, default=0.6, help="of the logarithms of weights")
    parser.add_argument("--effort", type=float, default=1.0)
    asked = parser.parse_args()
    usual = windows.MOST
    for seed in asked.seeds:
        problem = heavy(asked.size, asked.grids, seed, asked.tolerance, asked.spread)
        told = []
        for most in (0, usual):
            windows.MOST = most
            begun = time.process_time()
            labels = search(problem, effort=asked.effort, threads=1).labels
            total = np.bincount(np.unique(labels, return_inverse=True)[1], problem.weights)
            out = problem.band.outside(total)
            off = 100 * float(problem.band.excess(total).max()) / problem.band.target
            told.append(f"{int(out.sum())} outside, by {off:.2f} points, {time.process_time() - begun:.1f} s")
        print(f"seed {seed}, {problem.size} / {asked.grids}: {told[0]}; with windows {told[1]}", flush=True)


if __name__ == "__main__":
    main()
