"""Faces: the polygons that noded segments enclose, traced half edge by half edge.

It does what ``shapely.polygonize`` does (de Berg et al. 2008, Computational Geometry, chapter 2: the doubly connected
edge list) on arrays instead of geometries, several times faster where lines come as segments. Dead ends and bridges
between rings enclose nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.kernels import compiled
from gridkit.tessellation.mosaic import number, undirected

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons


def enclosed_by(lines: Polygons) -> Polygons:
    """Return the faces that lines enclose; the lines are noded first, dead ends enclose nothing."""
    noded = shapely.unary_union(lines)
    if shapely.is_empty(noded):
        return np.zeros(0, dtype=object)
    _, at, offsets = shapely.to_ragged_array(np.array([noded], dtype=object))
    last = offsets[0][1:-1] - 1
    kept = np.ones(len(at) - 1, dtype=bool)
    kept[last] = False
    return enclosed(np.stack([at[:-1], at[1:]], axis=1)[kept])


def enclosed(segments: Floats) -> Polygons:
    """Return the faces that segments enclose.

    Parameters
    ----------
    segments
        Coordinates, shape (number of segments, 2, 2). They meet in their ends only.

    Returns
    -------
    array
        Polygons, counterclockwise, with the holes that lie in them. Their vertices are the same numbers.

    Examples
    --------
    >>> square = np.array([[[0, 0], [1, 0]], [[1, 0], [1, 1]], [[1, 1], [0, 1]], [[0, 1], [0, 0]]], dtype=float)
    >>> shapely.area(enclosed(square)).tolist()
    [1.0]
    """
    points, vertex = number(segments.reshape(-1, 2))
    ends = vertex.reshape(-1, 2)
    ends = ends[ends[:, 0] != ends[:, 1]]
    _, once = np.unique(undirected(ends[:, 0], ends[:, 1], len(points)), return_index=True)
    ends = ends[once]
    # Without its dead ends nothing may be left, and without its bridges new dead ends may.
    while len(ends := ends[~_dead(ends[:, 0], ends[:, 1], len(points))]):
        ring, order, begins = _rings(ends, points)
        bridge = ring[: len(ends)] == ring[len(ends) :]
        if not bridge.any():
            corner = np.concatenate([ends[:, 0], ends[:, 1]])[order]
            return _polygons(*_simple(corner, begins, len(points)), points)
        ends = ends[~bridge]
    return np.zeros(0, dtype=object)


@compiled
def _dead(start: Indices, end: Indices, vertices: int) -> NDArray[np.bool_]:
    """Return which edges belong to dead ends: again and again those with an end that no other edge has."""
    degree = np.zeros(vertices, dtype=np.int64)
    # The exclusive or of the edges at a vertex is the last edge when one is left.
    left = np.zeros(vertices, dtype=np.int64)
    for edge in range(len(start)):
        for v in (start[edge], end[edge]):
            degree[v] += 1
            left[v] ^= edge
    dead = np.zeros(len(start), dtype=np.bool_)
    for first in range(vertices):
        v = first
        while degree[v] == 1:
            edge = left[v]
            dead[edge] = True
            other = end[edge] if start[edge] == v else start[edge]
            degree[v] = 0
            degree[other] -= 1
            left[other] ^= edge
            v = other
    return dead


def _rings(ends: Indices, points: Floats) -> tuple[Indices, Indices, Indices]:
    """Return the ring of each half edge, the half edges ring by ring in order, and where each ring begins.

    Half edge e runs along edge e, half edge e + n against it. The face of a ring is on its left.
    """
    count = len(ends)
    start, end = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    step = points[end] - points[start]
    around = np.lexsort((np.arctan2(step[:, 1], step[:, 0]), start))
    first = np.flatnonzero(np.append(True, np.diff(start[around]) > 0))
    # Before each half edge, counterclockwise around its start, comes the one clockwise of it.
    before = np.roll(around, 1)
    before[first] = around[np.append(first[1:], len(around)) - 1]
    clockwise = np.empty(2 * count, dtype=np.int64)
    clockwise[around] = before
    twin = np.concatenate([np.arange(count, 2 * count), np.arange(count)])
    return _traced(clockwise[twin])


@compiled
def _traced(following: Indices) -> tuple[Indices, Indices, Indices]:
    ring = np.full(len(following), -1, dtype=np.int64)
    order = np.empty(len(following), dtype=np.int64)
    begins = np.empty(len(following) + 1, dtype=np.int64)
    rings, place = 0, 0
    for first in range(len(following)):
        here = first
        if ring[here] >= 0:
            continue
        begins[rings] = place
        while ring[here] < 0:
            ring[here] = rings
            order[place] = here
            place += 1
            here = following[here]
        rings += 1
    begins[rings] = place
    return ring, order, begins[: rings + 1]


@compiled
def _simple(corner: Indices, begins: Indices, vertices: int) -> tuple[Indices, Indices]:
    """Return rings with each one that comes back to a vertex taken apart there, so that no ring touches itself."""
    out = np.empty(len(corner), dtype=np.int64)
    starts = np.empty(len(corner) + 1, dtype=np.int64)
    way = np.empty(len(corner), dtype=np.int64)
    at = np.full(vertices, -1, dtype=np.int64)
    place, rings = 0, 0
    for ring in range(len(begins) - 1):
        length = 0
        for k in range(begins[ring], begins[ring + 1]):
            v = corner[k]
            if at[v] >= 0:
                starts[rings] = place
                rings += 1
                for i in range(at[v], length):
                    out[place] = way[i]
                    place += 1
                    if i > at[v]:
                        at[way[i]] = -1
                length = at[v]
            at[v] = length
            way[length] = v
            length += 1
        starts[rings] = place
        rings += 1
        for i in range(length):
            out[place] = way[i]
            place += 1
            at[way[i]] = -1
    starts[rings] = place
    return out, starts[: rings + 1]


def _polygons(corner: Indices, begins: Indices, points: Floats) -> Polygons:
    """Return rings as polygons: those that run counterclockwise are shells, each other one a hole or an outer edge."""
    at = points[corner]
    of = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    onward = np.arange(1, len(at) + 1)
    onward[begins[1:] - 1] = begins[:-1]
    # Areas from each ring's first corner: far from the origin the products would lose their last digits.
    off = at - at[begins[of]]
    area = np.bincount(of, off[:, 0] * off[onward, 1] - off[onward, 0] * off[:, 1], len(begins) - 1)
    loops = np.asarray(shapely.linearrings(at, indices=of), dtype=object).reshape(-1)
    outer = np.flatnonzero(area > 0)
    shells = np.asarray(shapely.polygons(loops[outer]), dtype=object)
    inner = np.flatnonzero(area < 0)
    hole, shell = _placed(loops[inner], shells)
    if not len(hole):
        return np.asarray(shells)
    rings = np.concatenate([loops[outer], loops[inner][hole]])
    owner = np.concatenate([np.arange(len(outer)), shell])
    order = np.argsort(owner, kind="stable")
    return np.asarray(shapely.polygons(rings[order], indices=owner[order]))


def _placed(holes: Polygons, shells: Polygons) -> tuple[Indices, Indices]:
    """Return which rings are holes of which shells: of the smallest that properly contains it; outer edges of none."""
    areas = np.asarray(shapely.polygons(holes), dtype=object)
    hole, shell = shapely.STRtree(shells).query(areas, predicate="within")
    size = np.asarray(shapely.area(shells))
    larger = size[shell] > np.asarray(shapely.area(areas))[hole] * (1 + 1e-12)
    # A face inside the outer edge of its own network is within it too, but never contains it.
    hole, shell = hole[larger], shell[larger]
    order = np.lexsort((size[shell], hole))
    which, first = np.unique(hole[order], return_index=True)
    return which, shell[order][first]
