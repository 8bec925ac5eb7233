"""The planar mosaic under the units: faces, the segments between them, and which face lies on either side.

A mosaic's faces share their edges exactly (the same numbers), so that everything here is integers and sorting; no
tolerance is needed to say what touches what.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridkit.graph import components

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    Polygons = NDArray[np.object_]
    Indices = NDArray[np.integer[Any]]
    Floats = NDArray[np.floating[Any]]

FEW = 8
"""Where lines are so many times more than segments, these are found by their middles alone."""
ON_LINE_M = 1e-3
"""A segment whose middle is this near to a line lies on it. Metres."""

OVERSHOOT = 1.1
"""A loose end is led on this many times as far as it has to go. Dimensionless."""
TOUCH_M = 1e-6
"""A vertex this near to an edge lies on it. Metres."""


@dataclass(frozen=True)
class Sides:
    """The segments of a mosaic, each once.

    Attributes
    ----------
    points
        Coordinates of the vertices, shape (number of vertices, 2), sorted by x then y.
    start, end
        The vertex each segment runs from and to.
    left, right
        The face on either side of it; -1 on the right where the mosaic ends.
    """

    points: Floats
    start: Indices
    end: Indices
    left: Indices
    right: Indices

    @property
    def lengths(self) -> Floats:
        """Return the length of each segment in metres."""
        step = self.points[self.end] - self.points[self.start]
        return np.hypot(step[:, 0], step[:, 1])

    @property
    def middles(self) -> Floats:
        """Return the middle of each segment."""
        return (self.points[self.start] + self.points[self.end]) / 2

    @property
    def keys(self) -> Indices:
        """Return a number for each segment that is the same in both directions."""
        return undirected(self.start, self.end, len(self.points))

    def ends(self) -> Floats:
        """Return the segments' coordinates, shape (number of segments, 2, 2)."""
        return np.stack([self.points[self.start], self.points[self.end]], axis=1)


def undirected(start: Indices, end: Indices, vertices: int) -> Indices:
    """Return a number for each pair of vertices that does not depend on their order."""
    return np.minimum(start, end) * vertices + np.maximum(start, end)


def drawn(segments: Floats) -> Polygons:
    """Return one line for each pair of coordinates, shape (number of segments, 2, 2)."""
    return np.asarray(shapely.linestrings(segments), dtype=object).reshape(len(segments))


def leads(lines: Polygons, gap_m: float) -> Polygons:
    """Return the short lines that lead loose ends on to another line no more than a gap away.

    They overshoot a little, so that they cross it whatever the rounding; the rest is a dead end, and encloses nothing.
    """
    at, line = shapely.get_coordinates(lines, return_index=True)
    points, vertex = number(at)
    change = np.flatnonzero(line[1:] != line[:-1])
    ends = np.unique(np.concatenate([[0], change, change + 1, [len(at) - 1]])) if len(at) else np.zeros(0, dtype=int)
    loose = ends[np.bincount(vertex, minlength=len(points))[vertex[ends]] == 1]
    if not len(loose) or gap_m <= 0:
        return np.zeros(0, dtype=object)
    spots = np.asarray(shapely.points(at[loose]), dtype=object)
    spot, near = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=gap_m)
    # A loose end is always nearest to its own line, which it must not be led on to.
    other = near != line[loose[spot]]
    spot, near = spot[other], near[other]
    gap = shapely.distance(spots[spot], lines[near])
    order = np.lexsort((near, gap, spot))
    _, first = np.unique(spot[order], return_index=True)
    best = order[first]
    ways = shapely.get_coordinates(shapely.shortest_line(spots[spot[best]], lines[near[best]])).reshape(-1, 2, 2)
    ways = ways[gap[best] > TOUCH_M]
    return drawn(np.stack([ways[:, 0], ways[:, 0] + OVERSHOOT * (ways[:, 1] - ways[:, 0])], axis=1))


def sides(polygons: Polygons) -> Sides:
    """Return the segments of polygons that form a mosaic; the index of a polygon is its face's number."""
    rings, owner = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    points, vertex = number(at)
    inside = ring[1:] == ring[:-1]
    start, end, face = vertex[:-1][inside], vertex[1:][inside], owner[ring[:-1][inside]]
    # Neighbours run along a shared edge in opposite directions, so both get one key, and the second is the face on the
    # right.
    key = undirected(start, end, len(points))
    order = np.argsort(key, kind="stable")
    again = np.append(key[order][1:] == key[order][:-1], False)
    first = np.ones(len(order), dtype=bool)
    first[1:] = ~again[:-1]
    once = order[first]
    right = np.full(len(order), -1)
    right[again] = face[order[1:]][again[:-1]]
    return Sides(points, start[once], end[once], face[once], right[first])


def number(at: Floats) -> tuple[Floats, Indices]:
    """Return the different points among coordinates, sorted, and which of them each coordinate is."""
    # Complex numbers sort by real, then imaginary part: one sort for two columns. Adding 0 makes -0.0 the same as 0.0.
    points, vertex = np.unique(np.ascontiguousarray(at + 0.0).view(np.complex128).ravel(), return_inverse=True)
    return points.view(np.float64).reshape(-1, 2), vertex


def line_of(mosaic: Sides, lines: Polygons, strength: Indices) -> Indices:
    """Return for each segment of a mosaic the index of the line that it lies on, the strongest first; -1 for none.

    Most segments are segments of a line, and found by their two ends; what is left (lines cut at a crossing that is no
    vertex of theirs) is found by its middle.
    """
    found = np.full(len(mosaic.start), -1)
    if not len(lines):
        return found
    # Matching indexes every vertex of every line; for a few segments in a city's lines the tree is faster.
    if FEW * len(mosaic.start) > len(lines):
        _match(mosaic, lines, strength, found)
    rest = np.flatnonzero(found < 0)
    hit, near = shapely.STRtree(lines).query(
        shapely.points(mosaic.middles[rest]), predicate="dwithin", distance=ON_LINE_M
    )
    # Written from the weakest to the strongest, which stays.
    order = np.argsort(strength[near], kind="stable")
    found[rest[hit[order]]] = near[order]
    return found


def _match(mosaic: Sides, lines: Polygons, strength: Indices, found: Indices) -> None:
    """Fill in, in place, the lines of segments that are a segment of a line themselves."""
    at, line = shapely.get_coordinates(lines, return_index=True)
    there, vertex = lookup(mosaic.points, at)
    both = (line[1:] == line[:-1]) & there[1:] & there[:-1]
    key = undirected(vertex[:-1][both], vertex[1:][both], len(mosaic.points))
    of = line[:-1][both]
    order = np.lexsort((-strength[of], key))
    key, of = key[order], of[order]
    place = np.minimum(np.searchsorted(key, mosaic.keys), max(len(key) - 1, 0))
    if len(key):
        match = key[place] == mosaic.keys
        found[match] = of[place[match]]


def _collected(polygons: Polygons, points: Floats) -> tuple[Polygons, Floats]:
    """Return polygons with points that all but coincide made one, and the points that are left.

    Two cuts that end on one edge from its two sides may differ in the last digit.
    """
    # Groups of coinciding points, not pairs: three cuts may end in one place.
    pairs = cKDTree(points).query_pairs(TOUCH_M, output_type="ndarray")
    if not len(pairs):
        return polygons.copy(), points
    _, first, of = np.unique(components(pairs, len(points)), return_index=True, return_inverse=True)
    at = shapely.get_coordinates(polygons)
    known, place = lookup(points, at)
    at[known] = points[first[of[place[known]]]]
    return shapely.set_coordinates(polygons.copy(), at), points[np.sort(first)]


def lookup(points: Floats, at: Floats) -> tuple[NDArray[np.bool_], Indices]:
    """Return whether each coordinate is one of the sorted points, and which."""
    sorted_points = np.ascontiguousarray(points).view(np.complex128).ravel()
    wanted = np.ascontiguousarray(at + 0.0).view(np.complex128).ravel()
    place = np.minimum(np.searchsorted(sorted_points, wanted), max(len(sorted_points) - 1, 0))
    return sorted_points[place] == wanted, place


def stitched(polygons: Polygons, changed: Polygons) -> Polygons:
    """Return polygons with the vertices of changed ones, and of those beside them, wherever they lie on another's edge.

    What was cut has vertices that its neighbours do not know of, and may have lost some that they have: a lane along an
    edge takes its place, but for rounding, without them. With all of them the polygons share their edges exactly.
    """
    beside = np.unique(shapely.STRtree(polygons).query(changed, predicate="dwithin", distance=TOUCH_M)[1])
    polygons, at = _collected(polygons, number(shapely.get_coordinates(polygons[beside]))[0])
    spots = shapely.points(at)
    spot, polygon = shapely.STRtree(polygons).query(spots, predicate="dwithin", distance=TOUCH_M)
    corners, owner = shapely.get_coordinates(polygons, return_index=True)
    points, vertex = number(np.concatenate([at, corners]))
    known = np.unique(owner * len(points) + vertex[len(at) :])
    new = ~np.isin(polygon * len(points) + vertex[: len(at)][spot], known)
    out = polygons
    for i, some in itertools.groupby(
        sorted(zip(polygon[new].tolist(), spot[new].tolist(), strict=True)), itemgetter(0)
    ):
        # Snapping only adds the vertices here: the points lie on the edge already, to a micrometre.
        out[i] = shapely.snap(out[i], shapely.multipoints(at[[place for _, place in some]]), TOUCH_M)
    return out


def chosen(mosaic: Sides, which: NDArray[np.bool_]) -> Sides:
    """Return a mosaic's segments with only those that are marked."""
    return Sides(mosaic.points, mosaic.start[which], mosaic.end[which], mosaic.left[which], mosaic.right[which])
