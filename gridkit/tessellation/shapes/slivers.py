"""Slivers: pieces too small or too thin to stand alone, and the neighbour that each is joined to."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.tessellation import mosaic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

LAST = 1e-6
"""A metre of border along rail or water counts this much: it decides only where there is no other. Dimensionless."""


@dataclass(frozen=True)
class Lines:
    """The lines that pieces may be parted by.

    Attributes
    ----------
    shapes, strength
        Their geometries, and how strong each is.
    closed
        Whether it parts what lies on its two sides for good (rail, water).
    """

    shapes: Polygons
    strength: Indices
    closed: NDArray[np.bool_]


NO_LINES = Lines(np.zeros(0, dtype=object), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def join(
    pieces: Polygons, parent: Indices, lines: Lines, least_m2: float, least_width_m: float = 0.0
) -> tuple[Polygons, Indices]:
    """Return the pieces with each one that is too small joined to the neighbour with the longest ordinary border.

    Parameters
    ----------
    pieces
        Polygons in metres that form a coverage.
    parent
        A number for each; pieces of different parents are never joined.
    lines
        What may run along their borders.
    least_m2, least_width_m
        The least area and the least mean width (2 x area / outline) of a piece that stands alone. The smallest piece is
        joined first.

    Returns
    -------
    pieces, parent
        The fewer pieces, in the order of the first piece of each. A piece stays small only where it has no neighbour.
    """
    area = shapely.area(pieces)
    thin = 2 * area < least_width_m * shapely.length(pieces)
    if not (thin | (area < least_m2)).any():
        return pieces, parent
    home = _homes(area, thin, _borders(pieces, parent, lines, thin | (area < least_m2)), least_m2)
    kept, inverse = np.unique(home, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(inverse[order])) + 1)
    return merged(pieces, groups), parent[kept]


def merged(pieces: Polygons, groups: Sequence[Indices]) -> Polygons:
    """Return the union of each group of pieces of a coverage."""
    out = np.empty(len(groups), dtype=object)
    out[:] = [_united(pieces[group]) if len(group) > 1 else pieces[group[0]] for group in groups]
    return out


def _united(pieces: Polygons) -> shapely.Geometry:
    """Return the union of pieces; those whose shared edges differ by rounding are united the slower, general way."""
    try:
        # Only shared edges are dissolved, which is faster than a general union by far and moves no vertex.
        return shapely.coverage_union_all(pieces)
    except shapely.GEOSException:
        return shapely.union_all(pieces)


def _borders(pieces: Polygons, parent: Indices, lines: Lines, small: NDArray[np.bool_]) -> list[dict[int, float]]:
    """Return for each piece its small neighbours, for each small one all, and how long the border with each is."""
    sides = mosaic.sides(pieces)
    inside = (sides.right >= 0) & (parent[sides.left] == parent[sides.right])
    sides = mosaic.chosen(sides, inside & (small[sides.left] | small[sides.right]))
    line = mosaic.line_of(sides, lines.shapes, lines.strength)
    closed = (line >= 0) & (lines.closed[line] if len(lines.closed) else False)
    # Rail and water count a little, not nothing: a sliver between tracks and a canal has no other neighbour.
    metres = sides.lengths * np.where(closed, LAST, 1.0)
    one, two = np.minimum(sides.left, sides.right), np.maximum(sides.left, sides.right)
    keys, inverse = np.unique(one * len(pieces) + two, return_inverse=True)
    borders: list[dict[int, float]] = [{} for _ in pieces]
    for key, total in zip(keys.tolist(), np.bincount(inverse, metres, len(keys)).tolist(), strict=True):
        a, b = divmod(key, len(pieces))
        borders[a][b] = borders[b][a] = total
    return borders


def _homes(area: Floats, thin: NDArray[np.bool_], borders: list[dict[int, float]], least_m2: float) -> Indices:
    """Return for each piece the piece that it becomes part of."""
    home, size, weak = np.arange(len(area)), area.copy(), thin.copy()
    queue = [(float(size[i]), int(i)) for i in np.flatnonzero(thin | (area < least_m2))]
    heapq.heapify(queue)
    while queue:
        was, small = heapq.heappop(queue)
        # Entries of the heap are never changed; one that is out of date is passed over when it comes up.
        if home[small] != small or was != size[small] or not borders[small]:
            continue
        neighbours = borders[small]
        # Another sliver is taken only where there is nothing else, and a tie goes to the first.
        target = max(neighbours, key=lambda other: (not weak[other], neighbours[other], -other))
        for other, metres in neighbours.items():
            del borders[other][small]
            if other != target:
                borders[target][other] = borders[other][target] = borders[target].get(other, 0.0) + metres
        borders[small] = {}
        home[small] = target
        size[target] += was
        if size[target] < least_m2 or weak[target]:
            heapq.heappush(queue, (float(size[target]), target))
    while (home[home] != home).any():
        home = home[home]
    return home
