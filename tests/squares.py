"""Squares in rows and columns as arrays for the splitter, in another order too, and whether labels hang together."""

from dataclasses import replace

import numpy as np

from gridkit.partition.missing import BORDERS, UNITS


def lattice(rows, columns, **other):
    """Return the arrays of rows x columns squares of side 1, one person each unless told otherwise."""
    place = np.arange(rows * columns).reshape(rows, columns)
    edges = [
        *np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()]).tolist(),
        *np.column_stack([place[:-1].ravel(), place[1:].ravel()]).tolist(),
    ]
    y, x = np.divmod(np.arange(rows * columns), columns)
    given = {
        "weights": np.ones(rows * columns),
        "edges": np.array(edges, dtype=int).reshape(-1, 2),
        "points": np.column_stack([x, y]).astype(float),
        "areas": np.ones(rows * columns),
        "perimeters": np.full(rows * columns, 4.0),
    }
    return {**given, **other}


def reordered(problem, units, borders):
    """Return a problem with its units and its borders in another order: row ``units[i]`` stands at i."""
    own = {name: getattr(problem, name)[units] for name in UNITS}
    between = {name: getattr(problem, name)[borders] for name in BORDERS}
    return replace(problem, **own, **between, edges=np.argsort(units)[problem.edges[borders]])


def partition(labels):
    """Return the grids as sets of units."""
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


def contiguous(problem, labels):
    """Say whether every label is one connected part."""
    for label in np.unique(labels):
        units = np.flatnonzero(labels == label)
        reached, todo = {int(units[0])}, [int(units[0])]
        while todo:
            here = todo.pop()
            for u, v in problem.edges.tolist():
                for there in (v,) if u == here else (u,) if v == here else ():
                    if labels[there] == label and there not in reached:
                        reached.add(there)
                        todo.append(there)
        if len(reached) != len(units):
            return False
    return True
