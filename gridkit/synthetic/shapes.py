"""Small cuts and measures of shapes that laying out a sheet needs again and again; all in sheet metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import split as cut_by
from shapely.ops import substring

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

XY = tuple[float, float]


def polygons(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons a shape is made of."""
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, Polygon) and not part.is_empty]


def lines(shape: BaseGeometry) -> list[LineString]:
    """Return the lines a shape is made of."""
    return [part for part in shapely.get_parts(shape).tolist() if isinstance(part, LineString) and part.length > 0]


def largest(shape: BaseGeometry) -> Polygon:
    """Return the largest polygon of a shape; an empty one when it holds none."""
    return max(polygons(shape), key=lambda part: part.area, default=Polygon())


def longest(shape: BaseGeometry) -> LineString:
    """Return the longest line of a shape; an empty one when it holds none."""
    return max(lines(shape), key=lambda part: part.length, default=LineString())


def inset(plot: BaseGeometry, metres: float, tolerance: float = 0.0) -> Polygon:
    """Return the plot drawn in by some metres, its corners kept sharp; an empty one when nothing is left."""
    return largest(shapely.simplify(plot.buffer(-metres, join_style="mitre"), tolerance))


def offset(line: LineString, metres: float) -> LineString:
    """Return the line moved sideways: to the left when ``metres`` is positive."""
    return longest(shapely.offset_curve(line, metres, join_style="mitre"))


def stretch(line: LineString, start: float, end: float) -> LineString:
    """Return the part of a line from one distance along it to another."""
    return longest(substring(line, start, end))


def beside(line: LineString, along: float, metres: float) -> Point:
    """Return the point this far beside a line (left when positive), this far along it."""
    here, ahead = (xy(line.interpolate(at)) for at in (along - 0.5, along + 0.5))
    heading = np.subtract(ahead, here) / np.hypot(*np.subtract(ahead, here))
    return Point(np.add(here, ahead) / 2 + metres * np.array([-heading[1], heading[0]]))


def beyond(start: XY, through: XY, metres: float) -> XY:
    """Return the point this far beyond ``through`` on the way from ``start``."""
    heading = np.subtract(through, start)
    x, y = np.add(through, heading / np.hypot(*heading) * metres).tolist()
    return x, y


def xy(point: Point) -> XY:
    """Return the coordinates of a point."""
    return point.x, point.y


def meetings(one: BaseGeometry, other: BaseGeometry) -> list[XY]:
    """Return the points where two lines meet."""
    return [(x, y) for x, y in shapely.get_coordinates(shapely.intersection(one, other)).tolist()]


def split(plot: Polygon, share: float = 0.5, skew: float = 0.0) -> tuple[list[Polygon], LineString]:
    """Return the parts of a plot cut across its longer side at this share of it, and the cut itself.

    ``skew`` turns the cut out of the right angle, in metres at its end per metre of the plot's length.
    """
    frame = shapely.get_coordinates(shapely.minimum_rotated_rectangle(plot))[:4]
    sides = np.roll(frame, -1, axis=0) - frame
    lengths = np.hypot(*sides.T)
    longer = int(lengths[0] < lengths[1])
    along, across = sides[longer], sides[longer + 1]
    start = frame[longer] + along * (share - skew / 2) - across * 0.1
    end = frame[longer] + along * (share + skew / 2) + across * 1.1
    ruler = LineString([start, end])
    parts = polygons(cut_by(plot, ruler))
    return sorted(parts, key=lambda part: xy(part.centroid)), longest(shapely.intersection(plot, ruler))


def span(plot: Polygon, bottom: float, top: float) -> tuple[float, float] | None:
    """Return from where to where a plot is clear between two heights, its widest stretch; None when it is not."""
    west, _, east, _ = plot.bounds
    left, right = west, east
    for y in (bottom, (bottom + top) / 2, top):
        widest = longest(shapely.intersection(plot, LineString([(west - 1, y), (east + 1, y)])))
        if widest.is_empty:
            return None
        left, right = max(left, widest.bounds[0]), min(right, widest.bounds[2])
    return (left, right) if right > left else None


def upright(plot: Polygon, x: float) -> LineString:
    """Return the longest way through a plot straight north."""
    _, bottom, _, top = plot.bounds
    way = longest(shapely.intersection(plot, LineString([(x, bottom - 1), (x, top + 1)])))
    return LineString([(x, way.bounds[1]), (x, way.bounds[3])])


def fit(left: float, right: float, length: float, gap: float) -> list[XY]:
    """Return as many stretches of this length as fit between two ends, spread evenly; a single one in the middle.

    Examples
    --------
    >>> fit(0.0, 100.0, 40.0, 10.0)
    [(0.0, 40.0), (60.0, 100.0)]
    """
    count = int((right - left + gap) // (length + gap))
    if count < 1:
        return []
    if count == 1:
        middle = (left + right) / 2
        return [(middle - length / 2, middle + length / 2)]
    step = (right - left - length) / (count - 1)
    return [(left + i * step, left + i * step + length) for i in range(count)]


def row(left: float, right: float, lengths: tuple[float, ...], gap: float) -> list[XY]:
    """Return the fullest even row between two ends of buildings of one of these lengths, the first that is fullest.

    Examples
    --------
    >>> row(0.0, 50.0, (60.0, 40.0, 22.0), 6.0)
    [(0.0, 22.0), (28.0, 50.0)]
    """
    rows = [fit(left, right, length, gap) for length in lengths]
    return max(rows, key=lambda places: sum(end - start for start, end in places))


def open_at(plot: Polygon, gates: list[Point]) -> LineString:
    """Return the edge of a plot as a closed line with a vertex at each gate.

    Examples
    --------
    >>> square = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)])
    >>> open_at(square, [Point(2, 0)]).wkt
    'LINESTRING (0 0, 2 0, 4 0, 4 4, 0 4, 0 0)'
    """
    ring = LineString(plot.exterior.coords)
    vertices = [(ring.project(Point(at)), at) for at in ring.coords[:-1]]
    posts = [(ring.project(gate), xy(gate)) for gate in gates]
    path = [at for _, at in sorted([*vertices, *posts], key=lambda vertex: vertex[0])]
    return LineString([*path, path[0]])
