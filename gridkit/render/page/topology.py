"""Polygons that share their borders, cut into arcs that are each kept once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.render.page.payload import DEGREE, cut, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray


_SHIFT = np.array([180 * DEGREE, 90 * DEGREE])
"""Makes both coordinates positive, so that they fit one key side by side."""


@dataclass(frozen=True)
class Topology:
    """Arcs between junctions, and for each polygon the rings they make.

    Attributes
    ----------
    arcs
        Vertices of each arc, integers in 1e-5 degree, shape (n, 2).
    rings
        For each polygon its rings, each a list of ``2 * arc + reversed``.
    """

    arcs: list[NDArray[np.int64]]
    rings: list[list[list[int]]]

    def pack(self) -> dict[str, Any]:
        """Return the head's entry: arcs as steps, and the rings of each polygon as steps between their references."""
        vertices = np.vstack(self.arcs) if self.arcs else np.zeros((0, 2), dtype=np.int64)
        walk = iter(steps([reference for polygon in self.rings for ring in polygon for reference in ring]))
        return {
            "arcs": cut(vertices, np.array([len(arc) for arc in self.arcs], dtype=np.int64)),
            "rings": [[list(islice(walk, len(ring))) for ring in polygon] for polygon in self.rings],
        }


def topology(shapes: NDArray[Any]) -> Topology:
    """Return the arcs of a planar coverage in longitude and latitude, whose neighbours share their vertices.

    A junction is a vertex from which other than two edges leave. Polygons that overlap or do not meet exactly only
    share less.

    Examples
    --------
    >>> two = topology(np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]))
    >>> len(two.arcs), [[len(ring) for ring in polygon] for polygon in two.rings]
    (3, [[2], [2]])
    """
    vertices, ring, owner = _vertices(shapes)
    if not len(vertices):
        return Topology([], [[] for _ in shapes])
    positive = vertices + _SHIFT
    distinct, ident = np.unique(positive[:, 0] << 32 | positive[:, 1], return_inverse=True)
    starts = np.flatnonzero(np.r_[True, ring[1:] != ring[:-1]])
    following = np.r_[ident[1:], ident[:1]]
    following[np.r_[starts[1:], len(ident)] - 1] = ident[starts]
    edges = np.unique(np.minimum(ident, following) * len(distinct) + np.maximum(ident, following))
    degree = np.bincount(edges // len(distinct), minlength=len(distinct))
    degree += np.bincount(edges % len(distinct), minlength=len(distinct))
    junction = degree != 2  # noqa: PLR2004 - the path goes on
    rings: list[list[list[int]]] = [[] for _ in shapes]
    arcs: dict[bytes, int] = {}
    for start, end in zip(starts, np.r_[starts[1:], len(ident)], strict=True):
        rings[owner[start]].append(_arcs_of(ident[start:end], junction, arcs))
    where = np.column_stack([distinct >> 32, distinct & 0xFFFFFFFF]) - _SHIFT
    return Topology([where[np.frombuffer(arc, dtype=np.int64)] for arc in arcs], rings)


def _vertices(shapes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices of all rings without their closing one, the ring and the polygon of each."""
    parts, polygon = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return np.zeros((0, 2), dtype=np.int64), ring, ring
    whole = np.rint(points * DEGREE).astype(np.int64)
    kept = np.r_[(ring[1:] == ring[:-1]) & (whole[1:] != whole[:-1]).any(axis=1), False]
    whole, ring = whole[kept], ring[kept]
    solid = np.bincount(ring, minlength=len(rings)) >= 3  # noqa: PLR2004 - a ring that rounding left flat encloses nothing
    return whole[solid[ring]], ring[solid[ring]], polygon[part[ring[solid[ring]]]]


def _arcs_of(ring: NDArray[np.int64], junction: NDArray[np.bool_], arcs: dict[bytes, int]) -> list[int]:
    """Return the references of the arcs along one ring, adding those that are new."""
    cuts = np.flatnonzero(junction[ring])
    if not len(cuts):
        first = int(np.argmin(ring))
        closed = np.r_[ring[first:], ring[: first + 1]]
        return [_reference(closed, arcs)]
    turned = np.r_[ring[cuts[0] :], ring[: cuts[0] + 1]]
    bounds = np.r_[cuts - cuts[0], len(ring)]
    return [_reference(turned[a : b + 1], arcs) for a, b in pairwise(bounds)]


def _reference(arc: NDArray[np.int64], arcs: dict[bytes, int]) -> int:
    backward = np.ascontiguousarray(arc[::-1]).tobytes()
    if backward in arcs:
        return 2 * arcs[backward] + 1
    return 2 * arcs.setdefault(arc.tobytes(), len(arcs))
