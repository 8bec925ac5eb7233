"""Chords: lines across a polygon by which it is divided where no line of the map runs from outline to outline.

A way that ends inside is led on from where it ends, a street that meets the outline is led across, and where there is
neither the cut goes through the narrowest place. Of all such chords the one is taken that runs least over ground where
nothing is to be seen, for what it parts: the ratio cut.

References
----------
Leighton & Rao (1999), Journal of the ACM 46, 787-832, for the ratio cut; Vanegas, Kelly, Weber, Halatsch, Aliaga &
Mueller (2012), Computer Graphics Forum 31, 681-690, for blocks that are divided like parcels, across their length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridkit.tessellation.mosaic import number
from gridkit.tessellation.shapes import cuts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

LEAST_M2 = 500.0
"""A chord that would leave less on a side is not made. Square metres."""
OFF = 0.45
"""A side may be off a whole number of parts by this share of a part. Dimensionless."""
ALONG = 0.1
"""A metre along a way counts this much of a metre over ground where nothing is to be seen. Dimensionless."""
MOUTH = 0.8
"""So does a metre from the mouth of a street, for each of a chord's ends that is one. Dimensionless."""
THROUGH = 10.0
"""So does a metre through a building or water. Dimensionless."""
UNEVEN = 0.5
"""A chord costs this share more for each part by which a side is off. Dimensionless."""
EDGE_M = 2.0
"""A way nearer to the outline runs along it and is no way inside. Metres."""
STUB_M = 10.0
"""Ways inside that come to less in all are none. Metres."""
BACK_M = 8.0
"""A way is led on as its last metres ran. Metres."""
REACH_M = 0.05
"""A chord is led so far over the outline, so that it ends outside. Metres."""
TURNS = np.radians([0.0, -15.0, 15.0, -30.0, 30.0, -45.0, 45.0])
"""By so much a chord may turn off from straight ahead, each at the price of its own length. Radians."""
STRAIGHT = np.radians(40.0)
"""An outline that turns by less at a place where streets meet passes it: a mouth. One that turns more is a corner."""
PLACES = 25
"""Straight cuts that are tried across a polygon, either way."""
TRIED = 12
"""So many of the best chords are drawn; the first that parts the polygon in two is taken."""
ON_M = 0.05
"""What is this near to the outline is on it. Metres."""


class Seen(NamedTuple):
    """What there is on the ground of a polygon.

    Attributes
    ----------
    ways
        Lines that a border may run along.
    mouths
        Where streets meet the outlines of units, shape (number, 2).
    shut
        Areas that no chord leads through if it can be helped: buildings and ponds.
    """

    ways: Polygons
    mouths: Floats
    shut: Polygons


class _Chords(NamedTuple):
    """Lines from outline to outline, and what each costs."""

    lines: Polygons
    cost: Floats


def mouths(units: Polygons) -> Floats:
    """Return the vertices of a coverage at which three polygons or more meet."""
    at, owner = shapely.get_coordinates(units, return_index=True)
    points, vertex = number(at)
    pairs = np.unique(np.column_stack([vertex, owner]), axis=0)
    return np.asarray(points[np.bincount(pairs[:, 0], minlength=len(points)) > 2])  # noqa: PLR2004 - two share an edge


def divided(ground: shapely.Polygon, count: int, seen: Seen) -> Polygons:
    """Return a polygon cut into about ``count`` parts of equal area by the cheapest chords, again and again.

    Examples
    --------
    >>> lane = shapely.LineString([(40, 0), (40, 70)])
    >>> seen = Seen(np.array([lane], dtype=object), np.zeros((0, 2)), np.zeros(0, dtype=object))
    >>> sorted(round(piece.area, -1) for piece in divided(shapely.box(0, 0, 90, 100), 2, seen))
    [4000.0, 5000.0]
    """
    if count <= 1:
        return np.array([ground], dtype=object)
    ground = shapely.orient_polygons(ground)
    found = _chords(ground, count, seen)
    parts = _parted(ground, found, count)
    if parts is None:
        return cuts.strips(ground, count)
    first = min(max(round(shapely.area(parts[0]) / ground.area * count), 1), count - 1)
    return np.concatenate([divided(parts[0], first, seen), divided(parts[1], count - first, seen)])


def led(parts: Polygons, whole: Polygons, ways: Polygons) -> NDArray[np.bool_]:
    """Return of each part of a polygon whether it was cut off along ways more than over open ground."""
    inner = shapely.difference(shapely.boundary(parts), shapely.buffer(shapely.boundary(whole), ON_M, quad_segs=1))
    part, way = shapely.STRtree(ways).query(inner, predicate="dwithin", distance=ON_M)
    on = np.zeros(len(parts))
    for i in np.unique(part):
        beside = shapely.buffer(shapely.union_all(ways[way[part == i]]), ON_M, quad_segs=1)
        on[i] = shapely.length(shapely.intersection(inner[i], beside))
    return np.asarray(on > shapely.length(inner) / 2)


def _parted(ground: shapely.Polygon, chords: _Chords, count: int) -> Polygons | None:
    """Return the two sides of the cheapest chord that has two; None where none has."""
    if not len(chords.lines):
        return None
    share = _shares(ground, chords.lines)
    sides = np.clip(np.round(share * count), 1, count - 1)
    off = np.abs(share * count - sides)
    score = chords.cost * (1 + UNEVEN * off) / np.minimum(sides, count - sides)
    score[(off > OFF) | (np.minimum(share, 1 - share) * ground.area < LEAST_M2)] = np.inf
    # Equal but for rounding is equal: what is drawn first is taken, in whatever way the polygon lies.
    for i in np.argsort(np.round(score, 3), kind="stable")[:TRIED]:
        if not np.isfinite(score[i]):
            return None
        parts = cuts.pieces(ground, chords.lines[i : i + 1])
        if len(parts) == 2 and shapely.area(parts).min() >= LEAST_M2:  # noqa: PLR2004 - a chord has two sides
            return parts
    return None


def _shares(ground: shapely.Polygon, lines: Polygons) -> Floats:
    """Return the share of the area that lies on the left of each chord, holes counted in."""
    ring = shapely.get_exterior_ring(ground)
    at = shapely.get_coordinates(ring)
    # Seen from the polygon itself: a chord ends a little outside, which far from the origin would be much.
    origin = at[0]
    at = at - origin
    place = np.asarray(shapely.line_locate_point(ring, shapely.points(_ends(lines))))
    # Twice the area is the sum of the cross products along an outline: the chord, then the ring back to its start.
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(at, axis=0).T))])
    swept = np.concatenate([[0.0], np.cumsum(_cross(at[:-1], at[1:]))])
    row = np.clip(np.searchsorted(steps, place, side="right") - 1, 0, len(at) - 2)
    spot = shapely.get_coordinates(shapely.line_interpolate_point(ring, place.ravel())).reshape(-1, 2, 2) - origin
    reached = swept[row] + _cross(at[row], spot)
    back = reached[:, 0] - reached[:, 1] + np.where(place[:, 0] < place[:, 1], swept[-1], 0.0)
    vertex, owner = shapely.get_coordinates(lines, return_index=True)
    vertex = vertex - origin
    same = owner[:-1] == owner[1:]
    along = np.bincount(owner[:-1][same], _cross(vertex[:-1], vertex[1:])[same], len(lines))
    # A chord ends beyond the outline: without the steps from there to the ring and back, the area would hang on where
    # the ring begins.
    ends = _ends(lines) - origin
    over = _cross(ends[:, 1], spot[:, 1]) + _cross(spot[:, 0], ends[:, 0])
    return np.asarray((along + over + back) / swept[-1])


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _chords(ground: shapely.Polygon, count: int, seen: Seen) -> _Chords:
    """Return the chords of a polygon: straight ones, from mouths and narrow places, and along ways led on."""
    made = [_across(ground, count), _from_outline(ground, seen.mouths), _along(ground, seen.ways)]
    lines, cost = (np.concatenate([getattr(each, name) for each in made]) for name in _Chords._fields)
    if len(seen.shut) and len(lines):
        line, area = shapely.STRtree(seen.shut).query(lines, predicate="intersects")
        through = shapely.length(shapely.intersection(lines[line], seen.shut[area]))
        cost = cost + (THROUGH - 1) * np.bincount(line, through, len(lines))
    return _Chords(lines, cost)


def _none() -> _Chords:
    return _Chords(np.zeros(0, dtype=object), np.zeros(0))


def _across(ground: shapely.Polygon, count: int) -> _Chords:
    """Return straight cuts across the length of a polygon and along it; the first ones leave equal parts."""
    halves = sorted({count // 2, count - count // 2})
    equal = [cuts.across(ground, part / count, turned=turned) for turned in (False, True) for part in halves]
    places = (np.arange(PLACES) + 0.5) / PLACES
    others = [cuts.across_at(ground, places, turned=turned) for turned in (False, True)]
    inside = shapely.intersection(np.concatenate([equal, *others]), ground)
    one = inside[shapely.get_type_id(inside) == 1]
    return _Chords(_lengthened(one), shapely.length(one))


def _from_outline(ground: shapely.Polygon, mouths: Floats) -> _Chords:
    """Return the chords that begin where a street meets the outline or where it turns inwards, some from both."""
    at = shapely.get_coordinates(shapely.get_exterior_ring(ground))[:-1]
    before, after = at - np.roll(at, 1, axis=0), np.roll(at, -1, axis=0) - at
    turn = np.arctan2(_cross(before, after), (before * after).sum(axis=1))
    near = np.zeros(len(at), dtype=bool)
    if len(mouths):
        distance = shapely.distance(shapely.points(at), shapely.multipoints(mouths))
        near = (distance <= ON_M) & (np.abs(turn) < STRAIGHT)
    inward = turn <= -STRAIGHT
    chosen = np.flatnonzero(near | inward)
    if not len(chosen):
        return _none()
    # The ring runs counterclockwise, so the ground is on its left.
    sum_ = before / _norm(before) + after / _norm(after)
    ahead = np.column_stack([-sum_[:, 1], sum_[:, 0]])
    lines = _rays(ground, at[chosen], ahead[chosen], back_m=REACH_M)
    price = np.repeat(np.where(near[chosen], MOUTH, 1.0), len(TURNS))
    there = ~shapely.is_empty(lines)
    single = _Chords(lines[there], shapely.length(lines[there]) * price[there])
    street = np.flatnonzero(near)
    one, two = np.triu_indices(len(street), 1)
    pairs = np.asarray(shapely.linestrings(np.stack([at[street[one]], at[street[two]]], axis=1)), dtype=object)
    pairs = pairs[shapely.covers(shapely.buffer(ground, ON_M), pairs)]
    return _Chords(
        np.concatenate([single.lines, _lengthened(pairs)]),
        np.concatenate([single.cost, shapely.length(pairs) * MOUTH**2]),
    )


def _along(ground: shapely.Polygon, ways: Polygons) -> _Chords:
    """Return the chords that run along ways inside a polygon, led on from their ends to the outline."""
    near = ways[shapely.intersects(ways, ground)]
    core = shapely.buffer(ground, -EDGE_M)
    if not len(near) or shapely.is_empty(core):
        return _none()
    inside = shapely.line_merge(shapely.unary_union(shapely.intersection(near, core)))
    edges = shapely.get_parts(inside)
    edges = edges[(shapely.get_type_id(edges) == 1) & ~shapely.is_closed(edges)]
    if shapely.length(edges).sum() < STUB_M:
        return _none()
    spots, node = number(_ends(edges).reshape(-1, 2))
    node = node.reshape(-1, 2)
    open_ = np.flatnonzero(np.bincount(node.ravel(), minlength=len(spots)) == 1)
    edge = np.array([np.flatnonzero((node == one).any(axis=1))[0] for one in open_], dtype=np.int64)
    # How the last metres of a way ran, seen from its end.
    back = np.where(node[edge, 0] == open_, 1.0, -1.0) * np.minimum(BACK_M, shapely.length(edges[edge]))
    ahead = spots[open_] - shapely.get_coordinates(shapely.line_interpolate_point(edges[edge], back))
    leads = _rays(ground, spots[open_], ahead)
    bare = np.where(shapely.is_empty(leads), np.inf, shapely.length(leads)).reshape(-1, len(TURNS))
    leads = leads[np.argmin(bare, axis=1) + np.arange(len(open_)) * len(TURNS)]
    bare = bare.min(axis=1)
    paths = _Paths(edges, node, open_)
    lines, cost = [], []
    for one in range(len(open_)):
        for two in range(one + 1, len(open_)):
            path = paths.between(one, two)
            if path is None or not np.isfinite(bare[one] + bare[two]):
                continue
            first, last = (shapely.get_coordinates(leads[end])[1:] for end in (one, two))
            line = shapely.LineString(np.concatenate([first[::-1], path, last]))
            if shapely.is_simple(line):
                lines.append(line)
                cost.append(bare[one] + bare[two] + ALONG * paths.metres[one, open_[two]])
    return _Chords(np.array(lines, dtype=object), np.array(cost, dtype=float))


class _Paths:
    """The shortest ways between open ends of a net of lines."""

    def __init__(self, edges: Polygons, node: Indices, open_: Indices) -> None:
        metres = shapely.length(edges)
        # Of several edges between two nodes the shortest is written last and stays.
        order = np.argsort(-metres, kind="stable")
        self.edge = {(int(a), int(b)): int(i) for i in order for a, b in (node[i], node[i][::-1])}
        self.edges, self.node, self.open = edges, node, open_
        pairs = np.array(list(self.edge), dtype=np.int64).reshape(-1, 2)
        size = int(node.max()) + 1
        net = coo_array((metres[list(self.edge.values())], (pairs[:, 0], pairs[:, 1])), shape=(size, size)).tocsr()
        self.metres, self.before = dijkstra(net, indices=open_, return_predecessors=True)

    def between(self, one: int, two: int) -> Floats | None:
        """Return the vertices from one open end to another; None where no way leads there."""
        spot = int(self.open[two])
        if not np.isfinite(self.metres[one, spot]):
            return None
        parts = []
        while spot != self.open[one]:
            last = int(self.before[one, spot])
            edge = self.edge[last, spot]
            at = shapely.get_coordinates(self.edges[edge])
            parts.append(at if self.node[edge, 0] == last else at[::-1])
            spot = last
        parts.reverse()
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _rays(ground: shapely.Polygon, at: Floats, ahead: Floats, *, back_m: float = 0.0) -> Polygons:
    """Return for each place a line to the outline by each turn, a little over; an empty one where it leads outside."""
    angle = np.arctan2(ahead[:, 1], ahead[:, 0])[:, None] + TURNS[None, :]
    way = np.stack([np.cos(angle), np.sin(angle)], axis=-1).reshape(-1, 2)
    start = np.repeat(at, len(TURNS), axis=0)
    reach = 2 * np.hypot(*np.ptp(shapely.get_coordinates(ground), axis=0))
    far = shapely.linestrings(np.stack([start, start + way * reach], axis=1))
    outline = shapely.boundary(ground)
    shapely.prepare(outline)
    met, ray = shapely.get_coordinates(shapely.intersection(far, outline), return_index=True)
    metres = np.hypot(*(met - start[ray]).T)
    first = np.full(len(start), np.inf)
    beyond = metres > 2 * ON_M
    np.minimum.at(first, ray[beyond], metres[beyond])
    there = np.isfinite(first)
    length = np.where(there, first, 1.0)[:, None]
    # Up to where it first meets the outline a line is inside or outside with all of its length.
    there &= shapely.contains_xy(ground, *(start + way * length / 2).T)
    ends = np.stack([start - way * back_m, start + way * (length + REACH_M)], axis=1)
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    lines[~there] = shapely.LineString()
    return lines


def _lengthened(lines: Polygons) -> Polygons:
    """Return straight lines led a little over at both ends."""
    ends = _ends(lines)
    way = (ends[:, 1] - ends[:, 0]) / _norm(ends[:, 1] - ends[:, 0]) * REACH_M
    out = np.empty(len(lines), dtype=object)
    out[:] = shapely.linestrings(np.stack([ends[:, 0] - way, ends[:, 1] + way], axis=1))
    return out


def _ends(lines: Polygons) -> Floats:
    """Return the first and last vertex of lines, shape (number, 2, 2)."""
    return (
        shapely.get_coordinates([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
        .reshape(2, -1, 2)
        .swapaxes(0, 1)
    )


def _norm(vectors: Floats) -> Floats:
    return np.asarray(np.maximum(np.hypot(vectors[:, 0], vectors[:, 1]), 1e-12)[:, None])
