"""Redraw plans after everybody's weight has changed a little, and see who changes grid.

``python benchmarks/redraw.py INSTANCE.npz ... --tolerance 0.05`` makes a plan, multiplies every weight by U(0.9, 1.1),
and asks for a plan of little change in the same band. Beside what was kept it prints what the band forces (a bound),
and, up to 60 units, the least change of any plan, proven.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from split import problem_of, score

from gridkit.partition import Band, Prices, Problem, search
from gridkit.partition.exact.prove import prove
from gridkit.partition.stability import forced, keeping, kept

SMALL = 60  # units up to which the least change is proven
CHANGE = 0.1


def changed(problem: Problem, seed: int, tolerance: float) -> Problem:
    """Return the problem with its own plan as the old one and weights that have changed."""
    old = search(problem, seed).labels
    weights = problem.weights * np.random.default_rng(seed).uniform(1 - CHANGE, 1 + CHANGE, problem.size)
    return replace(problem, weights=weights, old=old, band=Band.around(weights.sum() / problem.grids, tolerance))


def line(name: str, problem: Problem, seed: int) -> str:
    """Return what became of the plan in one line."""
    k = int(problem.grids)
    before = score(problem, problem.old, k)
    begun = time.process_time()
    found = search(keeping(problem), seed)
    seconds = time.process_time() - begun
    after = score(problem, found.labels, k)
    must = forced(problem) / problem.weights.sum()
    return (
        f"{name} seed {seed}: worst {before['worst %']:.2f} -> {after['worst %']:.2f} %, excess {found.excess:.4f}, "
        f"torn {after['torn']}, cut {before['cut km']:.2f} -> {after['cut km']:.2f} km, "
        f"kept {100 * kept(problem, found):.2f} %, the band forces {100 * must:.2f} %"
        f"{most(problem, seed)}, CPU {seconds:.2f} s"
    )


def most(problem: Problem, seed: int) -> str:
    """Return how many could be kept at most, where the piece is small enough to prove it."""
    if problem.size > SMALL:
        return ""
    proof = prove(replace(problem, prices=Prices(cut=(0.0,) * 4, change=1.0)), seed, time_limit=120)
    share = 1 - proof.bound_m / problem.weights.sum()
    return f" ({100 * share:.2f} % could be, {'proven' if proof.proven else 'a bound'})"


def main() -> None:
    """Print one line per instance and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instances", nargs="+", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.05)
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    given = parser.parse_args()
    for path in given.instances:
        with np.load(path) as stored:
            arrays = {name: stored[name] for name in stored if name != "old"}
        for seed in given.seeds:
            problem = changed(problem_of(arrays, given.tolerance), seed, given.tolerance)
            print(line(path.stem, problem, seed), flush=True)


if __name__ == "__main__":
    main()
