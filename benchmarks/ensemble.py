"""Plans drawn at random, beside GerryChain's in one run, and against whole enumerations.

``python benchmarks/ensemble.py`` draws on a lattice of 20 x 25 units in 10 grids at 10 % with both, and prints plans a
CPU second: a plan is one that a step has changed, for both. ``--exact 5 5 5 --plans 2500000`` draws plans of a small
lattice whose grids are all of one size, and prints the total variation between how often each plan came up and the
product of the spanning trees of its grids. GerryChain is not among gridkit's dependencies: ``pip install gerrychain``.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gridkit.partition.ensemble import chain
from gridkit.partition.problem import Band, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ROWS, COLUMNS, GRIDS, TOLERANCE = 20, 25, 10, 0.1


def lattice(rows: int, columns: int, grids: int, tolerance: float) -> Problem:
    """Return a lattice of units that all weigh 1."""
    number = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    points = np.column_stack([number.ravel() % columns, number.ravel() // columns])
    band = Band.around(rows * columns / grids, tolerance)
    return Problem(np.ones(number.size), np.concatenate([across, down]), points, band)


def enumerated(problem: Problem) -> Iterator[tuple[frozenset[int], ...]]:
    """Yield every plan whose grids are contiguous and of the band's target size."""
    near = [set[int]() for _ in range(problem.size)]
    for one, other in problem.edges.tolist():
        near[one].add(other)
        near[other].add(one)
    size = round(problem.band.target)

    def grids(first: int, free: frozenset[int]) -> set[frozenset[int]]:
        layer = {frozenset([first])}
        for _ in range(size - 1):
            layer = {part | {more} for part in layer for unit in part for more in near[unit] & free - part}
        return layer

    def plans(free: frozenset[int], chosen: tuple[frozenset[int], ...]) -> Iterator[tuple[frozenset[int], ...]]:
        if not free:
            yield chosen
            return
        for part in grids(min(free), free):
            yield from plans(free - part, (*chosen, part))

    yield from plans(frozenset(range(problem.size)), ())


def trees(problem: Problem, part: frozenset[int]) -> float:
    """Return the number of spanning trees of a grid (Kirchhoff)."""
    place = {unit: at for at, unit in enumerate(sorted(part))}
    laplace = np.zeros((len(part), len(part)))
    for one, other in problem.edges.tolist():
        if one in place and other in place:
            a, b = place[one], place[other]
            laplace[[a, b], [b, a]] -= 1
            laplace[[a, b], [a, b]] += 1
    return float(np.round(np.linalg.det(laplace[1:, 1:])))


def canonical(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return plans [p, n] whose grids are numbered in the order of their first units."""
    names = np.unique(labels)
    first = np.stack([(labels == name).argmax(axis=1) for name in names], axis=1)
    return np.take_along_axis(first.argsort(axis=1).argsort(axis=1), np.searchsorted(names, labels), axis=1)


def variation(problem: Problem, labels: NDArray[np.int64], plans: int, steps: int) -> tuple[float, int, float]:
    """Return the total variation between plans drawn and the target, how many plans there are, and CPU seconds."""
    whole = list(enumerated(problem))
    target = np.array([np.prod([trees(problem, part) for part in plan]) for plan in whole])
    target /= target.sum()
    place = {}
    for at, plan in enumerate(whole):
        label = np.zeros(problem.size, dtype=np.int64)
        for grid, part in enumerate(sorted(plan, key=min)):
            label[list(part)] = grid
        place[label.tobytes()] = at
    begun = time.process_time()
    drawn = chain(problem, labels, plans, 1, steps=steps).labels
    seconds = time.process_time() - begun
    found, times = np.unique(canonical(drawn), axis=0, return_counts=True)
    share = np.zeros(len(whole))
    share[[place[np.ascontiguousarray(label).tobytes()] for label in found]] = times / plans
    return float(np.abs(share - target).sum() / 2), len(whole), seconds


def gerrychain(problem: Problem, labels: NDArray[np.int64], steps: int) -> tuple[int, float]:
    """Return how many plans GerryChain's ReCom drew, and in how many CPU seconds."""
    import networkx as nx
    from gerrychain import Graph, MarkovChain, Partition, updaters
    from gerrychain.accept import always_accept
    from gerrychain.constraints import within_percent_of_ideal_population
    from gerrychain.proposals import recom

    graph = nx.Graph()
    graph.add_nodes_from((unit, {"people": 1, "grid": int(labels[unit])}) for unit in range(problem.size))
    graph.add_edges_from(problem.edges.tolist())
    first = Partition(
        Graph.from_networkx(graph), assignment="grid", updaters={"population": updaters.Tally("people", "population")}
    )
    propose = partial(recom, pop_col="people", pop_target=problem.band.target, epsilon=TOLERANCE, node_repeats=0)
    kept = within_percent_of_ideal_population(first, TOLERANCE)
    begun = time.process_time()
    drawn = sum(1 for _ in MarkovChain(propose, [kept], always_accept, first, steps))
    return drawn, time.process_time() - begun


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--exact", nargs=3, type=int, metavar=("ROWS", "COLUMNS", "GRIDS"))
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=8)
    given = parser.parse_args()
    rows, columns, grids = given.exact or (ROWS, COLUMNS, GRIDS)
    problem = lattice(rows, columns, grids, 0.0 if given.exact else TOLERANCE)
    labels = np.repeat(np.arange(grids), rows * columns // grids)
    chain(problem, labels, 2, steps=1)  # compiles
    if given.exact:
        off, amount, seconds = variation(problem, labels, given.plans, given.steps)
        print(f"{amount} plans, {given.plans} drawn: total variation {off:.4f}, CPU {seconds:.1f} s")
        return
    begun = time.process_time()
    ours = chain(problem, labels, 1000, steps=200)
    seconds = time.process_time() - begun
    mine = ours.taken / seconds
    print(f"gridkit: {ours.steps} steps, {ours.taken} changed the plan, CPU {seconds:.2f} s: {mine:.0f} plans a second")
    drawn, seconds = gerrychain(problem, labels, 300)
    theirs = drawn / seconds
    print(f"GerryChain: {drawn} plans, CPU {seconds:.2f} s: {theirs:.1f} a second; ours {mine / theirs:.0f} times")


if __name__ == "__main__":
    main()
