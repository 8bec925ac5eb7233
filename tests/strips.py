"""Plans of the splitter to be made better: squares cut into strips, boards drawn in digits, and random triangles."""

import numpy as np
from scipy.spatial import Delaunay
from squares import lattice

from gridkit.partition import Problem
from gridkit.partition.annealing.moves import excess, labelling_of, price_of
from gridkit.partition.piece import pieces

HARD = 1e5
"""Metres that a target outside the band costs here: more than all borders together."""


def world(seed, rows=8, columns=8, k=4):
    random = np.random.default_rng(seed)
    arrays = lattice(rows, columns) | {"weights": random.integers(1, 5, rows * columns).astype(float)}
    problem = Problem(**arrays, border_m=random.uniform(0.5, 2, len(arrays["edges"])), grids=k, band=0.1)
    [piece] = pieces(problem)
    label = (np.argsort(np.argsort(piece.points[:, 0], kind="stable")) * k // (rows * columns)).astype(np.int32)
    return problem, piece, labelling_of(piece.graph, label, k)


def cost(graph, plan):
    return price_of(graph, plan.label) + HARD * excess(graph, plan.total).sum()


def sums_are_true(graph, plan):
    fresh = labelling_of(graph, plan.label, len(plan.amount))
    return all(np.array_equal(getattr(plan, name), getattr(fresh, name)) for name in ("total", "amount", "outer"))


def board(text, weights=None, **other):
    """Return a piece and its plan from rows of digits, the grid of each square; borders are 1 m long."""
    rows = text.split()
    arrays = lattice(len(rows), len(rows[0]))
    arrays["border_m"] = np.ones(len(arrays["edges"]))
    if weights is not None:
        arrays["weights"] = np.array(weights, dtype=float)
    wanted = np.array([int(cell) for row in rows for cell in row], dtype=np.int32)
    grids = int(wanted.max()) + 1
    [piece] = pieces(Problem(**arrays, grids=grids, **{"band": 0.1, **other}))
    return piece, labelling_of(piece.graph, wanted[np.argsort(piece.node)], grids)


def shown(piece, plan, columns):
    """Return a plan as rows of digits."""
    return " ".join("".join(map(str, row)) for row in plan.label[piece.node].reshape(-1, columns))


def triangles(size, seed):
    """Random places, each joined to those around it: a planar graph with nodes of many degrees."""
    points = np.random.default_rng(seed).uniform(0, 1, (size, 2))
    mesh = Delaunay(points).simplices
    edges = np.unique(np.sort(np.vstack([mesh[:, pair] for pair in ([0, 1], [1, 2], [0, 2])]), axis=1), axis=0)
    return Problem(weights=np.ones(size), edges=edges, points=points, grids=3, band=0.5)
