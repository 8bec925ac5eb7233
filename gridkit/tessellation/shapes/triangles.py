"""Street areas cut into triangles, each edge with what lies across it: another triangle, or a kerb and its block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.tessellation import mosaic
from gridkit.tessellation.mosaic import number, undirected

if TYPE_CHECKING:
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

NONE = -1
"""The label of a kerb that no block lies behind: the edge of the parent."""
INNER = -2
"""The label of an outline that two parts of one street area share."""
FLAT = 1e-9
"""A triangle is flat whose height is this share of its longest side, or less. Dimensionless."""
FLAT_ROUNDS = 64
"""So many flat triangles in a row are made good."""


@dataclass(frozen=True)
class Kerbs:
    """The outline of the parts of street areas, segment by segment, the part on the left of each.

    Attributes
    ----------
    ends
        Coordinates, shape (number of segments, 2, 2), the same numbers as in the parts' rings.
    part
        The index of the part.
    label
        The block behind the kerb, or :data:`NONE`, or :data:`INNER` where another part of the same area lies behind.
    """

    ends: Floats
    part: Indices
    label: Indices


@dataclass(frozen=True)
class Triangles:
    """The triangles of street areas, turned counterclockwise.

    Corner ``c = 3 * t + i`` is corner i of triangle t, and edge c leads from it to the next corner.

    Attributes
    ----------
    at
        Coordinates of the corners, shape (number of triangles, 3, 2).
    vertex
        The vertex at each corner, shape (number of triangles, 3).
    area
        The street area that each triangle is part of.
    twin
        For each edge the edge of the neighbouring triangle that runs the other way, -1 at a kerb.
    label
        For each edge at a kerb the block behind it.
    """

    at: Floats
    vertex: Indices
    area: Indices
    twin: Indices
    label: Indices


def directed(start: Indices, end: Indices, vertices: int) -> Indices:
    """Return a number for each edge that is that of no other: not of the edge the other way either."""
    return start * vertices + end


def looked_up(wanted: Indices, keys: Indices, values: Indices) -> Indices:
    """Return the value of each wanted key, :data:`NONE` for a key that is not there."""
    if not len(keys):
        return np.full(len(wanted), NONE)
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    return np.where(keys[order][place] == wanted, values[order][place], NONE)


def triangulated(parts: Polygons, area: Indices, outline: Kerbs) -> Triangles:
    """Return the constrained Delaunay triangles of parts, and what lies across each of their edges."""
    shapes = shapely.constrained_delaunay_triangles(parts)
    spots, part = shapely.get_coordinates(shapes, return_index=True)
    spots, part = spots.reshape(-1, 4, 2)[:, :3], part[::4]
    points, place = number(outline.ends[:, 0])
    # Areas of two parents may touch, or two areas in a point: a vertex belongs to one area.
    vertices = np.unique(area[outline.part] * len(points) + place)
    count = len(vertices)

    # The triangles' corners are the outline's own numbers, so they are looked up; nothing is matched by distance.
    def vertex(at: Floats, of: Indices) -> Indices:
        return np.searchsorted(vertices, of * len(points) + mosaic.lookup(points, at)[1])

    corner = vertex(spots.reshape(-1, 2), np.repeat(area[part], 3)).reshape(-1, 3)
    where = points[vertices % len(points)]
    corner = _unflattened(_counterclockwise(corner, where), where)
    start, end = corner.ravel(), np.roll(corner, -1, axis=1).ravel()
    kerb_start, kerb_end = (vertex(outline.ends[:, k], area[outline.part]) for k in (0, 1))
    label = looked_up(directed(start, end, count), directed(kerb_start, kerb_end, count), outline.label)
    twin = _twins(undirected(start, end, count))
    return Triangles(where[corner], corner, vertices[corner[:, 0]] // len(points), twin, label)


def _turns(corner: Indices, where: Floats) -> Floats:
    """Return twice the area of each triangle, below 0 for one that runs clockwise."""
    one, two = where[corner[:, 1]] - where[corner[:, 0]], where[corner[:, 2]] - where[corner[:, 0]]
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


def _counterclockwise(corner: Indices, where: Floats) -> Indices:
    return np.where((_turns(corner, where) < 0)[:, None], corner[:, ::-1], corner)


def _unflattened(corner: Indices, where: Floats) -> Indices:
    """Return triangles none of which is flat: a vertex on a straight kerb is joined to the corner across instead.

    A flat triangle's long edge is the edge of another; together they are cut from the vertex between its ends.
    """
    corner = corner.copy()
    for _ in range(FLAT_ROUNDS):
        step = where[np.roll(corner, -1, axis=1)] - where[corner]
        length = (step**2).sum(axis=2)
        flat = np.abs(_turns(corner, where)) <= FLAT * length.max(axis=1)
        if not flat.any():
            break
        start, end = corner.ravel(), np.roll(corner, -1, axis=1).ravel()
        twin = _twins(undirected(start, end, len(where)))
        triangle = np.flatnonzero(flat)
        longest = np.argmax(length[triangle], axis=1)
        other = twin[3 * triangle + longest]
        # Flat ones in a row are made good from the sound end on, one a round; a sound one is cut for one at a time.
        sound = (other >= 0) & ~flat[other // 3]
        triangle, longest, other = triangle[sound], longest[sound], other[sound]
        _, first = np.unique(other // 3, return_index=True)
        triangle, longest, other = triangle[first], longest[first], other[first]
        if not len(triangle):
            break
        between = corner[triangle, (longest + 2) % 3]
        across, edge = other // 3, other % 3
        one, two, top = (corner[across, (edge + k) % 3] for k in range(3))
        corner[triangle] = np.stack([one, between, top], axis=1)
        corner[across] = np.stack([between, two, top], axis=1)
    return corner


def _twins(keys: Indices) -> Indices:
    order = np.argsort(keys, kind="stable")
    pair = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    twin = np.full(len(keys), -1)
    twin[order[pair]], twin[order[pair + 1]] = order[pair + 1], order[pair]
    return twin
