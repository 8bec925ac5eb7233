"""Gates: what a wall leaves open for a gate, closed for the blocks that the wall encloses.

A wall is drawn as it stands, so that it ends at its gate, and a line that ends encloses nothing. Its loose ends are led
across a gap no wider than a gate to the other side of it: to another loose end, or to the wall, road or house that the
wall leads up to. The gap itself is a way through, not a wall. A house between two ends is part of the enclosure: its
front is, on the side that faces away from what is enclosed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.ops import substring

from gridkit.tessellation import mosaic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry import LineString

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

AROUND = 3.0
"""The two ends of one wall are a gate's when the wall is so many times as long as the gap between them."""
INSIDE = 0.01
"""A gap is asked about by this share of its length inside its ends, where it meets the walls anyway. Dimensionless."""
BESIDE_M = 0.5
"""What lies on either side of a front is asked about so far off it. Metres."""
NOTHING = np.zeros(0, dtype=object)


@dataclass(frozen=True)
class Closing:
    """What closes walls: the gaps of gates, and the fronts of houses that walls lead up to."""

    gaps: Polygons
    fronts: Polygons


def closing(lines: Polygons, wall: NDArray[np.bool_], houses: Polygons, gate_m: float, gap_m: float) -> Closing:
    """Return the lines that close walls across their gates.

    Parameters
    ----------
    lines
        All lines that cut, in metres.
    wall
        Which of them are walls.
    houses
        The outlines of buildings, as polygons.
    gate_m
        A gate is no wider. Metres; 0 closes nothing.
    gap_m
        An end this near to another line is no gate's: it is led on to it in any case.

    Returns
    -------
    Closing
        None of them crosses another line that cuts. What encloses nothing all the same is a dead end.
    """
    if gate_m <= 0 or not wall.any():
        return Closing(NOTHING, NOTHING)
    # A wall is one wall however many pieces it is drawn in; where several meet they stay apart.
    whole = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(list(lines[wall]))))
    lines, wall = np.append(whole, lines[~wall]), np.arange(len(whole) + int((~wall).sum())) < len(whole)
    at, of = _loose(lines, wall, gap_m)
    if not len(at):
        return Closing(NOTHING, NOTHING)
    pairs, spans = _facing(at, of, lines, gate_m)
    left = np.setdiff1d(np.arange(len(at)), pairs)
    house = _leaning(at[left], houses, gate_m)
    leant, shared = left[house >= 0], house[house >= 0]
    between = np.bincount(shared, minlength=len(houses))[shared] > 1
    fronts = _fronts(at[leant[between]], of[leant[between]], shared[between], lines, spans, houses)
    rest = np.setdiff1d(left, leant[between])
    return Closing(np.concatenate([spans, _led(at[rest], of[rest], lines, gate_m)]), fronts)


def _loose(lines: Polygons, wall: NDArray[np.bool_], gap_m: float) -> tuple[Floats, Indices]:
    """Return the ends of walls that meet no other line, in an order that hangs on places alone, and whose each is."""
    at, line = shapely.get_coordinates(lines, return_index=True)
    points, vertex = mosaic.number(at)
    once = np.bincount(vertex, minlength=len(points))[vertex] == 1
    first = np.append(True, line[1:] != line[:-1])
    loose = np.flatnonzero((first | np.append(first[1:], True)) & once & wall[line])
    spots = np.asarray(shapely.points(at[loose]), dtype=object)
    spot, near = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=gap_m)
    loose = np.delete(loose, np.unique(spot[near != line[loose[spot]]]))
    loose = loose[np.lexsort((at[loose, 1], at[loose, 0]))]
    return at[loose], line[loose]


def _facing(at: Floats, of: Indices, lines: Polygons, gate_m: float) -> tuple[Indices, Polygons]:
    """Return the ends that face each other across a gate, the nearest first, and the gaps between them."""
    spots = np.asarray(shapely.points(at), dtype=object)
    one, two = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=gate_m)
    one, two = one[one < two], two[one < two]
    wide = shapely.distance(spots[one], spots[two])
    # A piece of wall shorter than the gap is no enclosure, and its own ends are near each other along it.
    least = np.minimum(shapely.length(lines[of[one]]), shapely.length(lines[of[two]]))
    fit = least >= np.where(of[one] == of[two], AROUND, 1.0) * wide
    one, two, wide = one[fit], two[fit], wide[fit]
    spans = mosaic.drawn(np.stack([at[one], at[two]], axis=1))
    free = ~_crossed(spans, lines)
    taken: set[int] = set()
    kept = []
    for i in np.lexsort((two, one, wide)):
        if free[i] and not taken & {int(one[i]), int(two[i])}:
            taken |= {int(one[i]), int(two[i])}
            kept.append(int(i))
    return np.array(sorted(taken), dtype=np.int64), spans[kept]


def _crossed(spans: Polygons, lines: Polygons) -> NDArray[np.bool_]:
    """Return which spans another line crosses between their ends: a road or a wall that runs there is no gate."""
    out = np.zeros(len(spans), dtype=bool)
    ends = shapely.get_coordinates(spans).reshape(-1, 2, 2)
    step = INSIDE * (ends[:, 1] - ends[:, 0])
    inner = mosaic.drawn(np.stack([ends[:, 0] + step, ends[:, 1] - step], axis=1))
    out[shapely.STRtree(lines).query(inner, predicate="intersects")[0]] = True
    return out


def _led(at: Floats, of: Indices, lines: Polygons, gate_m: float) -> Polygons:
    """Return the gaps between ends and the line nearest to each, no wider than a gate; they overshoot a little."""
    tree, ways = shapely.STRtree(lines), []
    for spot, own in zip(np.asarray(shapely.points(at), dtype=object), of, strict=True):
        near = lines[[i for i in tree.query(spot, predicate="dwithin", distance=gate_m) if i != own]]
        # A wall that comes round to its own side may end before it; the stretch at its end is no other side.
        far = _beyond(lines[own], spot, AROUND * gate_m)
        if far is not None and shapely.distance(far, spot) <= gate_m:
            near = np.append(near, np.array([far], dtype=object))
        if len(near):
            ways.append(shapely.get_coordinates(shapely.shortest_line(spot, near[_nearest(spot, near)])))
    if not ways:
        return NOTHING
    ends = np.array(ways)
    return mosaic.drawn(np.stack([ends[:, 0], ends[:, 0] + mosaic.OVERSHOOT * (ends[:, 1] - ends[:, 0])], axis=1))


def _nearest(spot: shapely.Point, lines: Polygons) -> int:
    """Return which of some lines is nearest to a spot; of several as near, the shortest: it hangs on no order."""
    return int(np.lexsort((shapely.length(lines), shapely.distance(spot, lines)))[0])


def _beyond(line: LineString, end: shapely.Point, metres: float) -> shapely.Geometry | None:
    """Return a line without the stretch of so many metres at one of its ends; None where nothing is left."""
    if line.length <= metres:
        return None
    first = end.distance(shapely.get_point(line, 0)) <= mosaic.TOUCH_M
    return substring(line, metres, line.length) if first else substring(line, 0.0, line.length - metres)


# ------------------------------------------------------------------ houses in the line of a wall
def _leaning(at: Floats, houses: Polygons, gate_m: float) -> Indices:
    """Return the house nearest to each end that is no further off than a gate is wide; -1 for none."""
    out = np.full(len(at), -1)
    if len(at) and len(houses):
        spots = np.asarray(shapely.points(at), dtype=object)
        spot, house = shapely.STRtree(houses).query_nearest(spots, max_distance=gate_m, all_matches=False)
        out[spot] = house
    return out


def _fronts(at: Floats, of: Indices, house: Indices, lines: Polygons, spans: Polygons, houses: Polygons) -> Polygons:
    """Return the sides of houses between the ends that lead up to each, without the one that faces what is enclosed.

    A house stands in the smaller of the grounds that its sides part: inside the wall that ends at it. A side longer
    than the walls on either end of it is no part of them: they are its yard's.
    """
    numbers, metres = np.unique(house), np.asarray(shapely.length(lines[of]), dtype=np.float64)
    if not len(numbers):
        return NOTHING
    sides = [_sides(houses[k], at[house == k], metres[house == k]) for k in numbers]
    noded = shapely.unary_union(np.concatenate([lines, spans, *(some for some, _ in sides)]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    tree, size = shapely.STRtree(faces), np.asarray(shapely.area(faces), dtype=np.float64)
    kept = []
    for number, (some, short) in zip(numbers, sides, strict=True):
        ground = np.array([_beside(side, houses[number], tree, size) for side in some])
        if np.isfinite(ground).any():
            kept.append(some[short & (ground > ground.min())])
    return np.concatenate(kept) if kept else NOTHING


def _sides(house: shapely.Polygon, at: Floats, metres: Floats) -> tuple[Polygons, NDArray[np.bool_]]:
    """Return the stretches of a house's outline between the ends that lead up to it, each with the gaps to them.

    And which are no longer than the walls on either end.
    """
    ring = shapely.get_parts(house)[0].exterior
    place = shapely.line_locate_point(ring, shapely.points(at))
    order = np.argsort(place, kind="stable")
    place, at, metres = place[order], at[order], metres[order]
    lines, short = [], []
    for i in range(len(at)):
        j = (i + 1) % len(at)
        stretch = (
            shapely.get_coordinates(substring(ring, place[i], place[j])) if j else _round(ring, place[i], place[0])
        )
        both = np.concatenate([at[[i]], stretch, at[[j]]])
        both = both[np.append(True, (np.abs(np.diff(both, axis=0)) > mosaic.TOUCH_M).any(axis=1))]
        if len(both) > 1:
            lines.append(shapely.linestrings(both))
            short.append(lines[-1].length <= metres[i] + metres[j])
    return np.array(lines, dtype=object), np.array(short, dtype=bool)


def _round(ring: shapely.LinearRing, begin: float, end: float) -> Floats:
    """Return the coordinates of a ring from one place past its start to another."""
    parts = [substring(ring, begin, ring.length), substring(ring, 0.0, end)]
    return shapely.get_coordinates(np.array(parts, dtype=object))


def _beside(side: LineString, house: shapely.Polygon, tree: shapely.STRtree, size: Floats) -> float:
    """Return how large the face is that lies outside a side of a house: infinite where nothing encloses it."""
    along = side.intersection(shapely.boundary(house))
    middle = (along if along.length > 0 else side).interpolate(0.5, normalized=True)
    ring = shapely.difference(shapely.buffer(middle, BESIDE_M), shapely.buffer(house, mosaic.ON_LINE_M))
    faces = tree.query(shapely.point_on_surface(ring), predicate="within")
    return float(size[faces[0]]) if len(faces) else float("inf")
