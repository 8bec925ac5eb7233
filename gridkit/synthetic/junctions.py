"""Where ways meet: the vertices that lines on the same level share, as OpenStreetMap wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TOUCH_M = 0.05
"""An end this near to another line meets it."""

SAME_M = 0.6
"""Crossings this near to each other are one junction."""


def join(lines: Sequence[LineString]) -> list[LineString]:
    """Return the lines with a vertex at every place where two of them cross or touch, the very same in both."""
    tree = shapely.STRtree(list(lines))
    left, right = tree.query(list(lines), predicate="dwithin", distance=TOUCH_M)
    pairs = np.column_stack([left, right])[left < right]
    places: list[NDArray[np.float64]] = []
    owners: list[NDArray[np.int64]] = []
    for one, other in pairs.tolist():
        met = meetings(lines[one], lines[other])
        for owner in (one, other):
            places.append(met)
            owners.append(np.full(len(met), owner))
    if not places:
        return list(lines)
    at = settle(np.concatenate(places))
    whose = np.concatenate(owners)
    order = np.argsort(whose, kind="stable")
    at, whose = at[order], whose[order]
    starts = np.searchsorted(whose, np.arange(len(lines) + 1))
    return [insert(line, at[starts[i] : starts[i + 1]]) for i, line in enumerate(lines)]


def meetings(one: LineString, other: LineString) -> NDArray[np.float64]:
    """Return the points where two lines cross, or where an end of one lies on the other."""
    crossings = shapely.get_coordinates(shapely.intersection(one, other))
    ends = [
        end
        for line, across in ((one, other), (other, one))
        for end in (line.coords[0], line.coords[-1])
        if across.distance(Point(end)) <= TOUCH_M
    ]
    return np.concatenate([np.array(ends).reshape(-1, 2), crossings]) if ends else crossings


def settle(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points with those closer than `SAME_M` drawn to the first of them, to the centimetre."""
    points = points.round(2)
    unique, inverse = np.unique(points, axis=0, return_inverse=True)
    chosen = np.arange(len(unique))
    for low, high in sorted(cKDTree(unique).query_pairs(SAME_M)):
        chosen[high] = min(chosen[high], chosen[low])
    return unique[chosen][inverse.ravel()]


def insert(line: LineString, points: NDArray[np.float64]) -> LineString:
    """Return the line with these points among its vertices; a vertex within `SAME_M` of one gives way to it."""
    if len(points) == 0:
        return line
    points = np.unique(points, axis=0)
    own = np.asarray(line.coords)
    free = cKDTree(points).query(own)[0] > SAME_M
    along_own = np.concatenate([[0.0], np.hypot(*np.diff(own, axis=0).T).cumsum()])
    along = shapely.line_locate_point(line, shapely.points(points))
    vertices = np.concatenate([own[free], points])
    where = np.concatenate([along_own[free], along])
    merged = vertices[np.argsort(where, kind="stable")]
    if line.is_closed:
        merged = np.vstack([merged, merged[:1]]) if tuple(merged[0]) != tuple(merged[-1]) else merged
    return LineString(merged)
