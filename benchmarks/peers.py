"""The splitter beside METIS in one run.

``python benchmarks/peers.py INSTANCE.npz ... --tolerance 0.01 0.05 --effort 1`` prints a table. METIS runs as its best
of ten cuts, and once more with borders along features discounted; CPU seconds are of the process, without compilation.
KaHIP (strong), Mt-KaHyPar (highest quality) and KaMinPar (strong) run too where they are installed: ``pip install kahip
mtkahypar kaminpar``. They run by their presets, which ask for no contiguous parts.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pymetis
from scipy.sparse import coo_matrix
from split import INSIDE, problem_of, score

from gridkit.partition import Prices, Problem, search, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DISCOUNT = np.array([1.0, 0.5, 0.3, 1.0])
DIAL = 0.43  # metres paid for a weighted metre of feature inside a grid, when features are priced


def metis(problem: Problem, k: int, tolerance: float, cuts: int, factor: NDArray[np.float64] | None = None) -> NDArray:
    """Return METIS' labels: k-way, contiguous, its best of ``cuts``."""
    border = problem.border_m if factor is None else problem.border_m * factor[problem.feature]
    whole = np.maximum(1, np.rint(10 * border)).astype(np.int64)
    u, v = problem.edges.T
    rows = coo_matrix((np.r_[whole, whole], (np.r_[u, v], np.r_[v, u])), shape=(problem.size,) * 2).tocsr()
    options = pymetis.Options(ufactor=max(1, round(1000 * tolerance)), ncuts=cuts, seed=1, contig=1)
    graph = pymetis.CSRAdjacency(rows.indptr, rows.indices)
    weights = problem.weights.astype(np.int64)
    return np.array(
        pymetis.part_graph(k, graph, vweights=weights, eweights=rows.data, recursive=False, options=options)[1]
    )


def rows(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the graph by rows (starts, neighbours, decimetres of border) and the weights, in whole numbers."""
    whole = np.maximum(1, np.rint(10 * problem.border_m)).astype(np.int64)
    u, v = problem.edges.T
    graph = coo_matrix((np.r_[whole, whole], (np.r_[u, v], np.r_[v, u])), shape=(problem.size,) * 2).tocsr()
    return graph.indptr, graph.indices, graph.data, problem.weights.astype(np.int64)


def kahip(problem: Problem, k: int, tolerance: float) -> NDArray:
    """Return KaHIP's labels, mode strong."""
    import kahip as kaffpa

    starts, near, border, weights = (part.tolist() for part in rows(problem))
    return np.array(kaffpa.kaffpa(weights, starts, border, near, k, tolerance, True, 1, 2)[1])  # noqa: FBT003 - positional there


def mtkahypar(problem: Problem, k: int, tolerance: float) -> NDArray:
    """Return Mt-KaHyPar's labels, preset highest quality, one thread."""
    import mtkahypar as library

    maker = library.initialize(1, False)  # noqa: FBT003 - positional there
    context = maker.context_from_preset(library.PresetType.HIGHEST_QUALITY)
    context.set_partitioning_parameters(k, tolerance, library.Objective.CUT)
    context.logging = False
    library.set_seed(1)
    border = np.maximum(1, np.rint(10 * problem.border_m)).astype(np.int64)
    weights = problem.weights.astype(np.int64)
    pairs = [(int(u), int(v)) for u, v in problem.edges]
    graph = maker.create_graph(context, problem.size, len(pairs), pairs, weights.tolist(), border.tolist())
    return np.array(graph.partition(context).get_partition())


def kaminpar(problem: Problem, k: int, tolerance: float) -> NDArray:
    """Return KaMinPar's labels, preset strong, one thread; its graphs come from files alone."""
    import kaminpar as library

    starts, near, border, weights = rows(problem)
    text = [f"{problem.size} {len(near) // 2} 11"]
    for node in range(problem.size):
        here = slice(starts[node], starts[node + 1])
        # METIS' own form knows no node without weight.
        pairs = np.column_stack([near[here] + 1, border[here]]).ravel().tolist()
        text.append(" ".join(map(str, [max(int(weights[node]), 1), *pairs])))
    with tempfile.NamedTemporaryFile("w", suffix=".metis") as file:
        file.write("\n".join(text) + "\n")
        file.flush()
        graph = library.load_graph(file.name, library.GraphFileFormat.METIS)
    library.reseed(1)
    return np.array(library.KaMinPar(1, library.strong_context()).compute_partition(graph, k, tolerance))


PEERS = {"KaHIP strong": kahip, "Mt-KaHyPar highest": mtkahypar, "KaMinPar strong": kaminpar}


def line(
    name: str, problem: Problem, k: int, made: tuple[NDArray, float], base: dict[str, float] | None
) -> dict[str, float]:
    """Print one row of the table; return its figures."""
    labels, seconds = made
    figures = score(problem, labels, k)
    ratio = f"{figures['cut km'] / base['cut km']:.3f}" if base else "1.000"
    inside = (
        f"{figures['features inside km'] / base['features inside km']:.3f}"
        if base and base["features inside km"]
        else "1.000"
    )
    print(
        f"{name:22s} worst {figures['worst %']:6.2f} %  torn {figures['torn']}  split {figures['groups split']:3d}  "
        f"cut {figures['cut km']:8.2f} km ({ratio})  inside {figures['features inside km']:7.2f} km ({inside})  "
        f"PP {figures['Polsby-Popper']:.3f}  CPU {seconds:.2f} s",
        flush=True,
    )
    return figures


def timed(call: Callable[[], NDArray]) -> tuple[NDArray, float]:
    """Return what ``call`` returns and the CPU seconds it took."""
    begun = time.process_time()
    return call(), time.process_time() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instances", nargs="+", type=Path)
    parser.add_argument("--tolerance", nargs="+", type=float, default=[0.05, 0.01])
    parser.add_argument("--effort", nargs="+", type=float, default=[1.0])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for path in given.instances:
        with np.load(path) as stored:
            arrays = dict(stored)
        k = int(arrays["k"])
        for tolerance in given.tolerance:
            print(f"\n{path.stem}, tolerance {tolerance:.0%}")
            plain = problem_of(arrays, tolerance)
            priced = problem_of(arrays, tolerance, Prices(inside=tuple(DIAL * weight for weight in INSIDE)))
            search(plain, effort=1e-3, threads=1)  # compiles
            ours = partial(solve, plain, given.seed, threads=1)
            base = line("METIS best of 10", plain, k, timed(partial(metis, plain, k, tolerance, 10)), None)
            for name, peer in PEERS.items():
                if importlib.util.find_spec(peer.__name__):
                    line(name, plain, k, timed(partial(peer, plain, k, tolerance)), base)
            for effort in given.effort:
                line(f"gridkit, effort {effort:g}", plain, k, timed(partial(ours, effort=effort)), base)
            base = line("METIS discounted", plain, k, timed(partial(metis, plain, k, tolerance, 1, DISCOUNT)), None)
            made = timed(partial(solve, priced, given.seed, threads=1, effort=max(given.effort)))
            line(f"gridkit, priced {DIAL:g}", plain, k, made, base)


if __name__ == "__main__":
    main()
