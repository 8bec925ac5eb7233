"""Waists: where a polygon is so narrow that one could not walk from one end of it to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.tessellation.shapes.cuts import pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Polygons

BODY_M2 = 100.0
"""What is left of a polygon drawn in by half a width is a body from so many square metres on; less is a crumb."""
REACH_M = 0.05
"""A cut is led so far over the outline at either end, so that it ends outside. Metres."""
TURNS = 60
"""Ways that are tried across a waist where two bodies all but touch."""
ARC = 8
"""Segments to a quarter of a circle: what is drawn in and let out again differs from a corner by under 1 %."""


def waisted(shapes: Polygons, width_m: float) -> NDArray[np.bool_]:
    """Return which polygons fall apart into bodies when they are drawn in by half of ``width_m``."""
    parts, owner = shapely.get_parts(shapely.buffer(shapes, -width_m / 2, quad_segs=ARC), return_index=True)
    bodies = np.bincount(owner[shapely.area(parts) >= BODY_M2], minlength=len(shapes))
    return np.asarray(bodies > 1)


def parted(shape: shapely.Polygon, width_m: float, least_m2: float) -> Polygons:
    """Return a polygon cut through its waists, each by the shortest line across; one piece where it has none.

    Parameters
    ----------
    shape
        In metres.
    width_m
        What is narrower than this between two bodies is a waist.
    least_m2
        A cut that would leave a piece smaller than this is not made.

    Examples
    --------
    >>> dumbbell = shapely.union_all(
    ...     [shapely.box(0, 0, 50, 50), shapely.box(50, 20, 90, 30), shapely.box(90, 0, 140, 50)]
    ... )
    >>> sorted(round(piece.area, -1) for piece in parted(dumbbell, 16, 500))
    [2500.0, 2900.0]
    """
    whole = np.array([shape], dtype=object)
    left = _bodies(shape, width_m)
    if len(left) < 2:  # noqa: PLR2004 - two bodies have a waist between them
        return whole
    bodies = shapely.intersection(shapely.buffer(left, width_m / 2, quad_segs=ARC), shape)
    rest = shapely.get_parts(shapely.difference(shape, shapely.union_all(bodies)))
    necks = []
    for neck in rest:
        beside = bodies[shapely.intersects(bodies, neck)]
        lines = [line for body in beside if (line := _across(neck, body)) is not None]
        if len(beside) > 1 and lines:
            necks.append(min(lines, key=lambda line: line.length))
    # Between bodies that all but touch there is no neck to be seen, only where they are nearest.
    one, two = np.triu_indices(len(left), 1)
    near = sorted(zip(shapely.distance(left[one], left[two]).tolist(), one, two, strict=True))
    between = [_through(shape, shapely.shortest_line(left[i], left[j])) for metres, i, j in near if metres <= width_m]
    # Around a hole a polygon has two necks, of which one alone parts nothing.
    out = whole
    for cut in [*([neck] for neck in necks), *([line] for line in between), necks, between]:
        if cut and any(len(_bodies(part, width_m)) > 1 for part in out):
            out = _cut(out, cut, least_m2)
    return out


def _bodies(shape: shapely.Polygon, width_m: float) -> Polygons:
    """Return what is left of a polygon drawn in by half a width, without crumbs."""
    left = shapely.get_parts(shapely.buffer(shape, -width_m / 2, quad_segs=ARC))
    return left[shapely.area(left) >= BODY_M2]


def _cut(shapes: Polygons, lines: list[shapely.LineString], least_m2: float) -> Polygons:
    """Return polygons cut by some lines at once, as they were where a piece would be too small."""
    made = np.concatenate([pieces(shape, np.array(lines, dtype=object)) for shape in shapes])
    return made if shapely.area(made).min() >= least_m2 else shapes


def _through(shape: shapely.Polygon, gap: shapely.LineString) -> shapely.LineString:
    """Return the shortest line across a polygon through the middle of a gap, a little over."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(gap, 0.5, normalized=True))[0]
    reach = 2 * np.hypot(*np.ptp(shapely.get_coordinates(shape), axis=0))
    # Seen from the gap itself, so that a polygon that is turned is cut as it was.
    ahead = np.diff(shapely.get_coordinates(gap), axis=0)[0]
    angle = np.arctan2(ahead[1], ahead[0]) + np.linspace(0, np.pi, TURNS, endpoint=False)
    way = np.column_stack([np.cos(angle), np.sin(angle)])
    spans = shapely.intersection(
        shapely.linestrings(np.stack([middle - way * reach, middle + way * reach], axis=1)), shape
    )
    parts, turn = shapely.get_parts(spans, return_index=True)
    here = shapely.dwithin(parts, shapely.Point(middle), REACH_M)
    parts, turn = parts[here], turn[here]
    best = int(np.argmin(shapely.length(parts)))
    ends = shapely.get_coordinates(parts[best])[[0, -1]]
    over = np.outer([-REACH_M, REACH_M], way[turn[best]])
    return shapely.LineString(ends + over)


def _across(neck: shapely.Polygon, body: shapely.Polygon) -> shapely.LineString | None:
    """Return the straight line between the ends of where a neck meets a body, a little over; None where it is none."""
    # Where two polygons meet is the same line in both but for rounding, so it is looked for a little around one.
    beside = shapely.buffer(body, REACH_M / 5)
    shared = shapely.line_merge(shapely.intersection(shapely.boundary(neck), beside))
    lines = [each for each in shapely.get_parts(shared) if each.geom_type == "LineString" and not each.is_closed]
    if not lines:
        return None
    ends = shapely.get_coordinates(max(lines, key=lambda line: line.length))[[0, -1]]
    along = (ends[1] - ends[0]) / max(np.hypot(*(ends[1] - ends[0])), 1e-9)
    return shapely.LineString([ends[0] - along * REACH_M, ends[1] + along * REACH_M])
