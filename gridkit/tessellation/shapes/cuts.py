"""Cuts through one polygon: into building cells, into strips of equal area, and along a building's stair units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.tessellation import mosaic
from gridkit.tessellation.shapes.faces import enclosed_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Polygons

OUTLINE_STEP_M = 3.0
"""Outlines of buildings get a point this often before the ground is shared out to the nearest. Metres."""
JITTER_M = 0.01
"""Points of outlines are moved at random by up to this. Metres."""
SHRINK_M = 0.4
"""Outlines are drawn in by this, so that houses that share a wall keep a line between them. Metres."""
EVEN = 1e-6
"""Ends and rectangles that differ by no more of a length, or of an area, are alike. Dimensionless."""
HALVINGS = 40
"""Halvings of a length by which a cut finds its place: a length over 2^40."""


def building_cells(ground: shapely.Polygon, buildings: Polygons) -> Polygons:
    """Return the cells of a polygon, each the ground nearest to one building (enclosed tessellation).

    Parameters
    ----------
    ground
        The polygon to be cut, in metres.
    buildings
        Outlines inside it.

    Returns
    -------
    array
        Polygons that tile ``ground``; a building whose ground falls apart has several.

    References
    ----------
    Fleischmann, Feliciotti, Romice & Porta (2020), Computers, Environment and Urban Systems 80, 101441; Arribas-Bel &
    Fleischmann (2022), "Spatial Signatures", Habitat International 128, 102641, for the enclosures.
    """
    drawn_in = shapely.buffer(buildings, -SHRINK_M, join_style="mitre")
    outlines = np.where(shapely.is_empty(drawn_in), shapely.centroid(buildings), drawn_in)
    at, owner = shapely.get_coordinates(shapely.segmentize(outlines, OUTLINE_STEP_M), return_index=True)
    at, first = np.unique(at, axis=0, return_index=True)
    # Rows of equal houses have many points on one circle, of which GEOS makes cells that overlap: none is on it now.
    at += np.random.default_rng(0).uniform(-JITTER_M, JITTER_M, at.shape)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(at), extend_to=ground, ordered=True))
    # GEOS now and then drops or overlaps cells of nearly equal points; such ground is left whole for the next step to
    # cut.
    if len(cells) < len(at) or not shapely.coverage_is_valid(cells):
        return np.array([ground], dtype=object)
    sides = mosaic.sides(cells)
    owner = owner[first]
    between = (sides.right >= 0) & (owner[sides.left] != owner[np.maximum(sides.right, 0)])
    walls = mosaic.chosen(sides, between).ends()
    return pieces(ground, mosaic.drawn(walls))


def pieces(ground: shapely.Polygon, lines: Polygons) -> Polygons:
    """Return the pieces of a polygon between lines that run through it; what ends inside cuts nothing."""
    near = lines[shapely.intersects(lines, ground)]
    found = enclosed_by(np.array([*near, shapely.boundary(ground)], dtype=object))
    return found[shapely.intersects(shapely.point_on_surface(found), ground)]


def strips(ground: shapely.Polygon, count: int) -> Polygons:
    """Return a polygon cut across its length into about equal areas, halved again and again.

    Examples
    --------
    >>> sorted(round(piece.area) for piece in strips(shapely.box(0, 0, 90, 10), 3))
    [300, 300, 300]
    """
    if count <= 1:
        return np.array([ground], dtype=object)
    first = count // 2
    line = across(ground, first / count)
    found = pieces(ground, np.array([line], dtype=object))
    behind = _is_behind(found, line)
    out = []
    for side, share in ((behind, first), (~behind, count - first)):
        parts = found[side]
        if not len(parts):
            continue
        # A concave piece falls into several at a cut; the crumbs are not cut again, or they would get shares of their
        # own.
        largest = int(np.argmax(shapely.area(parts)))
        out += [strips(part, share if i == largest else 1) for i, part in enumerate(parts)]
    return np.concatenate(out) if out else np.array([ground], dtype=object)


def stair_units(ground: shapely.Polygon, building: shapely.Polygon, count: int) -> Polygons:
    """Return the ground of one building cut across the building's length, as its stair units lie side by side."""
    start, along, length, beside = _frame(building)
    reach = 2 * np.hypot(*np.ptp(np.array(ground.exterior.coords), axis=0))
    lines = [
        shapely.LineString([spot - beside * reach, spot + beside * reach])
        for spot in (start + along * length * k / count for k in range(1, count))
    ]
    return pieces(ground, np.array(lines, dtype=object))


def _frame(shape: shapely.Polygon, *, turned: bool = False) -> tuple[Floats, Floats, float, Floats]:
    """Return where a shape's longest direction begins, the direction, its length and the direction across it.

    Of its width all the same, where ``turned``.

    It is that of the smallest rectangle around the shape; of several alike (around a triangle each edge has one) the
    longest. It begins at the heavier end, so that a shape that is turned or mirrored is cut as it was; in the west
    where both weigh the same.
    """
    corners = shapely.get_coordinates(shapely.convex_hull(shape))
    edges = np.diff(corners, axis=0)
    ways = edges / np.hypot(edges[:, 0], edges[:, 1])[:, None]
    ways = np.concatenate([ways, np.column_stack([-ways[:, 1], ways[:, 0]])])
    reach = np.ptp(corners @ ways.T, axis=0)
    size = reach * np.roll(reach, len(edges))
    alike = np.flatnonzero(size <= size.min() * (1 + EVEN))
    along = ways[alike[int(np.argmax(reach[alike]))]]
    along = np.array([-along[1], along[0]]) if turned else along
    # The same shape has the same direction however its outline begins.
    if along[0] < 0 or (along[0] == 0 and along[1] < 0):
        along = -along
    position = corners @ along
    middle = shapely.get_coordinates(shapely.centroid(shape))[0] @ along
    if middle - (position.min() + position.max()) / 2 > EVEN * np.ptp(position):
        along, position = -along, -position
    start = corners[int(np.argmin(position))]
    return start, along, float(np.ptp(position)), np.array([-along[1], along[0]])


def across(ground: shapely.Polygon, share: float, *, turned: bool = False) -> shapely.LineString:
    """Return the line across a polygon's length with this share of its area behind it; along it where ``turned``."""
    start, along, length, beside = _frame(ground, turned=turned)
    reach = 2 * (length + np.hypot(*np.ptp(np.array(ground.exterior.coords), axis=0)))
    low, high = 0.0, length
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        corners = [start - along * reach - beside * reach, start - along * reach + beside * reach]
        edge = [start + along * middle + beside * reach, start + along * middle - beside * reach]
        behind = shapely.area(shapely.intersection(ground, shapely.Polygon([*corners, *edge])))
        low, high = (middle, high) if behind < share * ground.area else (low, middle)
    spot = start + along * (low + high) / 2
    return shapely.LineString([spot - beside * reach, spot + beside * reach])


def across_at(ground: shapely.Polygon, places: Floats, *, turned: bool = False) -> Polygons:
    """Return the lines across a polygon at these shares of its length; of its width where ``turned``."""
    start, along, length, beside = _frame(ground, turned=turned)
    reach = 2 * (length + np.hypot(*np.ptp(np.array(ground.exterior.coords), axis=0)))
    spots = start + np.outer(places, along * length)
    return np.asarray(shapely.linestrings(np.stack([spots - beside * reach, spots + beside * reach], axis=1)))


def _is_behind(found: Polygons, line: shapely.LineString) -> NDArray[np.bool_]:
    """Return which pieces lie on the left of a line."""
    ends = shapely.get_coordinates(line)
    spots = shapely.get_coordinates(shapely.point_on_surface(found)) - ends[0]
    direction = ends[1] - ends[0]
    return np.asarray(direction[0] * spots[:, 1] > direction[1] * spots[:, 0])
