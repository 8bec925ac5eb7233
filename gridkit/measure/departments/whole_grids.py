"""Areas made of whole grids while the plan stays: which area each grid goes to, all grids at once.

::

    united(net) -> Harmony | None     the least that moves with areas kept, in their range and in one piece

Nothing smaller than a grid changes area here, so the programme knows grids alone. Where a solution breaks an area that
was whole, of the grids that separate two pieces one must be the area's too: contiguity is a rule of the search and of
its bound, and nothing is mended afterwards.

References
----------
Fischetti et al. (2017), Thinning out Steiner trees: a node-based model for uniform edge costs, Mathematical Programming
Computation 9(2), 203-229 (connectivity by node separators).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.graph import components
from gridkit.measure.departments.fit import Harmony, Net, judged, pieces
from gridkit.measure.departments.programme import FEWER, LARGE, NODES, TIE, Rows, least_cost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

CHOICES = 20_000
"""Up to so many choices of a grid and an area are weighed at once."""
ROUNDS = 40
"""So many times are broken areas forbidden; what is still in pieces then is told."""


def united(net: Net) -> Harmony | None:
    """Return the net with each grid given whole to one area; None where there are too many choices to weigh.

    What cannot be had together is given up in this order: areas in their range of size, out of it no further than they
    were, all areas kept.
    """
    grids = _Grids(net)
    if grids.size > CHOICES:
        return None
    for wishes in grids.wishes():
        rows = Rows(grids.size)
        rows.add(np.repeat(np.arange(grids.count), grids.areas), np.arange(grids.size), 1.0, 1.0, 1.0)
        for columns, values, least, most in wishes:
            rows.add(np.zeros(len(columns), dtype=np.int64), columns, values, least, most)
        found = grids.searched(rows)
        if found is not None:
            area, bound = found
            return judged(net, area, "union", bound=bound)
    return None


class _Grids:
    """Grids that a net covers, numbered from 0; a choice of grid and area is one column, grid by grid."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.covered = net.area >= 0
        own, self.grid = np.unique(net.grid[self.covered], return_inverse=True)
        self.count, self.areas = len(own), int(net.area.max(initial=-1)) + 1
        self.size = self.count * self.areas
        self.pieces = pieces(net.ends, net.area)
        place = np.full(len(net.area), -1)
        place[self.covered] = self.grid
        pairs = place[net.ends]
        pairs = np.sort(pairs[(pairs >= 0).all(axis=1) & (pairs[:, 0] != pairs[:, 1])], axis=1)
        self.ends = np.unique(pairs, axis=0)

    def wishes(self) -> Iterator[list[tuple[Ints, Floats, float, float]]]:
        """Yield what is asked of areas, as rows, the most first."""
        net, kept, eased, strict = self.net, [], [], []
        loads = np.bincount(net.area[self.covered], weights=net.measure[self.covered], minlength=self.areas)
        sizes = np.bincount(self.grid, weights=net.measure[self.covered], minlength=self.count)
        for each in np.unique(net.area[self.covered]):
            columns = np.arange(self.count) * self.areas + each
            kept.append((columns, np.ones(self.count), 1.0, np.inf))
            if net.band is not None:
                unit = net.band.target  # rows of like size keep the solver's tolerances
                (low, high), slack = (edge / unit for edge in net.band.edges), net.band.slack / unit
                held = loads[each] / unit
                strict.append((columns, sizes / unit, low, high))
                eased.append((columns, sizes / unit, min(low, held - slack), max(high, held + slack)))
        yield from [kept + strict, kept + eased, kept] if net.band is not None else [kept]
        yield []

    def searched(self, rows: Rows) -> tuple[Ints, float] | None:
        """Return the areas of units, and what no areas that keep the rows move less than; None where none do."""
        weight = self.net.weight[self.covered]
        mean = float(self.net.weight.mean()) or 1.0
        # Who has nobody does not move for nothing.
        told = np.where(weight > 0, weight, TIE * mean)
        held = np.zeros((self.count, self.areas))
        np.add.at(held, (self.grid, self.net.area[self.covered]), told)
        cost = (held.sum(axis=1, keepdims=True) - held).ravel() / mean
        nodes = NODES if self.size <= LARGE else FEWER
        area, bound = None, 0.0
        for _ in range(ROUNDS):
            found = least_cost(cost, rows.stacked(), np.ones(self.size), nodes)
            if found is None:  # what is asked cannot be had in one piece
                break
            values, least = found
            chosen = values.reshape(self.count, self.areas).argmax(axis=1)
            area = self.net.area.copy()
            area[self.covered] = chosen[self.grid]
            bound = max(bound, (least * mean) - float((weight <= 0).sum()) * TIE * mean)
            if not self.cut(rows, chosen):
                break
        return None if area is None else (area, bound)

    def cut(self, rows: Rows, chosen: Ints) -> bool:
        """Ask that areas be in no more pieces than before where grids break them; return whether any was."""
        same = chosen[self.ends[:, 0]] == chosen[self.ends[:, 1]]
        part, broken = components(self.ends[same], self.count), False
        for each, most in self.pieces.items():
            own = np.flatnonzero(chosen == each)
            _, first, size = np.unique(part[own], return_index=True, return_counts=True)
            spots = own[first[np.argsort(-size, kind="stable")]]
            for other in spots[most:]:
                # Of so many pieces two must meet: by a grid around one of those that are not the largest.
                ends = np.append(spots[:most], other)
                around = np.unique(np.concatenate([self._around(part == part[end]) for end in ends[1:]]))
                columns = np.concatenate([ends, around]) * self.areas + each
                values = np.repeat([1.0, -1.0], [len(ends), len(around)])
                rows.add(np.zeros(len(columns), dtype=np.int64), columns, values, -np.inf, float(most))
                broken = True
        return broken

    def _around(self, piece: NDArray[np.bool_]) -> Ints:
        """Return the grids that touch some grids."""
        inside = piece[self.ends]
        edge = inside.sum(axis=1) == 1
        beyond: Ints = self.ends[edge][~inside[edge]]
        return beyond
