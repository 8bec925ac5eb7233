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
    left = shapely.get_parts(shapely.buffer(shape, -width_m / 2, quad_segs=ARC))
    left = left[shapely.area(left) >= BODY_M2]
    if len(left) < 2:  # noqa: PLR2004 - two bodies have a waist between them
        return whole
    bodies = shapely.intersection(shapely.buffer(left, width_m / 2, quad_segs=ARC), shape)
    rest = shapely.get_parts(shapely.difference(shape, shapely.union_all(bodies)))
    out = whole
    for neck in rest:
        beside = bodies[shapely.intersects(bodies, neck)]
        lines = [line for body in beside if (line := _across(neck, body)) is not None]
        if len(beside) < 2 or not lines:  # noqa: PLR2004
            continue
        cut = min(lines, key=lambda line: line.length)
        made = np.concatenate([pieces(part, np.array([cut], dtype=object)) for part in out])
        out = made if shapely.area(made).min() >= least_m2 else out
    return out


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
