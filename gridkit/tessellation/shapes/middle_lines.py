"""The middle lines of street areas, by which they are shared out between the blocks around them.

A street area (a median, a roundabout, the tracks of a station, a river) is cut into triangles. A line through the
middles of those triangle edges that lead from one block to another is its chordal axis (Prasad 1997, CNLS Newsletter
139): between two parallel kerbs it is exactly their middle line. Here an axis is drawn only where the blocks on its two
sides differ, and it ends exactly at the vertices where two blocks meet, so that the mosaic stays a mosaic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridkit.circularity import circularity
from gridkit.tessellation import mosaic
from gridkit.tessellation.mosaic import number
from gridkit.tessellation.shapes import ears
from gridkit.tessellation.shapes.triangles import INNER, NONE, Kerbs, Triangles, directed, looked_up, triangulated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

ANY = -3
"""The label of a vertex where two blocks meet: it fits either."""
LEAST_STEP_M = 60.0
"""Kerbs shorter than this are not cut for their length alone. Metres."""
SLENDER = 1.0
"""A piece of kerb is at most about so many times as long as the street is wide. Dimensionless."""
WIDE = 2.5
"""The opposite kerb is looked for within so many mean widths. Dimensionless."""
SMOOTHINGS = 8
"""So often a line is drawn straighter."""
SWAY = 0.25
"""A line stays this share of the street's width off the kerbs while it is drawn straighter. Dimensionless."""
ALIGNED = 1e-3
"""The sine of an angle below which two directions count as one. Dimensionless."""
STRAIGHTENINGS = 8
"""So often the crossings that are not needed are taken out, a third or so of them at a time."""
STRAIGHT_M = 0.03
"""A crossing this near to a straight line is not needed. Metres."""
LEAST_CHORD_M = 4.0
"""A shorter edge keeps its crossing: the line must not leave the edge. Metres."""
SCATTER = 7_919
"""A prime, by which neighbours get numbers that differ in no order."""
NEAR_M = 2.0
"""A vertex this near to the perpendicular will do. Metres."""
INWARD = 0.01
"""A kerb is found by spots this share of its length inside its ends. Dimensionless."""
ROUND = 0.85
"""A part whose area is this share of a circle's with its outline is a roundabout. Dimensionless."""
CROSSING = 0.6
"""A chord to another meeting of blocks counts as this much shorter, so that four blocks meet in one point."""


def middle_lines(parts: Polygons, area: Indices, kerbs: Kerbs) -> Floats:
    """Return the straight pieces of the lines that share out street areas between the blocks around them.

    Parameters
    ----------
    parts
        Polygons in metres, which may have holes: street areas in one or several parts (a large one is faster in parts).
    area
        The number of the street area that each part belongs to. Each area needs a kerb with a block behind it.
    kerbs
        The outlines of the parts with the block behind each segment. A kerb at the edge of the parent is given to the
        nearest block, half by half (see :func:`halved`).

    Returns
    -------
    array
        Coordinates, shape (number of pieces, 2, 2). Together with the outlines between blocks and the outer edge they
        enclose the blocks with their shares.
    """
    if not len(parts):
        return np.zeros((0, 2, 2))
    # A circle has no axis: where its triangles meet is chance. It is shared out by straight spokes instead.
    spokes, hub = _spokes(parts, kerbs)
    others = np.setdiff1d(np.arange(len(parts)), hub)
    if not len(others):
        return spokes
    kept = np.isin(kerbs.part, others)
    rest = Kerbs(kerbs.ends[kept], np.searchsorted(others, kerbs.part[kept]), kerbs.label[kept])
    reach = _Reach(rest, area[others])
    dense, outline = _thinned(*_densified(parts[others], rest), reach)
    triangles = triangulated(dense, area[others], outline)
    return np.concatenate([spokes, _axes(triangles, _corner_labels(triangles, reach))])


def _spokes(parts: Polygons, kerbs: Kerbs) -> tuple[Floats, Indices]:
    """Return the lines from the middle of each roundabout to where two blocks meet, and which parts are roundabouts.

    These are round parts with blocks all around, of whose middle every such place can be seen.
    """
    round_enough = circularity(shapely.area(parts), shapely.length(parts)) >= ROUND
    # A kerb without a block behind it has nobody to give its sector to.
    round_enough[kerbs.part[kerbs.label < 0]] = False
    kerb = np.flatnonzero(round_enough[kerbs.part])
    # A kerb's end is another kerb's start: the two come together when sorted by the place.
    points, start = number(kerbs.ends[kerb, 0])
    end = mosaic.lookup(points, kerbs.ends[kerb, 1])[1]
    next_label = looked_up(
        kerbs.part[kerb] * len(points) + end, kerbs.part[kerb] * len(points) + start, kerbs.label[kerb]
    )
    meets = kerb[next_label != kerbs.label[kerb]]
    middle = shapely.get_coordinates(shapely.centroid(parts[kerbs.part[meets]]))
    spokes = np.stack([kerbs.ends[meets, 1], middle], axis=1)
    # A spoke that leaves the part would cut a block; one such spoke, and the whole part is triangulated as the others.
    seen = shapely.covers(parts[kerbs.part[meets]], mosaic.drawn(spokes))
    round_enough[kerbs.part[meets[~seen]]] = False
    return spokes[round_enough[kerbs.part[meets]]], np.flatnonzero(round_enough)


class _Reach:
    """Finds the nearest block to a place in a street area: that of the nearest end of a kerb."""

    def __init__(self, kerbs: Kerbs, area: Indices) -> None:
        self.area = area
        self.low = kerbs.ends.min(axis=(0, 1))
        # A third coordinate keeps the areas so far apart that no nearest neighbour is in another one.
        self.apart = 4 * float(np.ptp(kerbs.ends[:, :, 0]) + np.ptp(kerbs.ends[:, :, 1]) + 1)
        known = np.flatnonzero(kerbs.label >= 0)
        # A little inside each kerb, so that of two kerbs with one end the one on this side is nearer.
        inward = INWARD * (kerbs.ends[known, 0] - kerbs.ends[known, 1])
        ends = np.concatenate([kerbs.ends[known, 1] + inward, kerbs.ends[known, 0] - inward])
        self.labels = np.concatenate([kerbs.label[known]] * 2)
        self.tree = cKDTree(self._lifted(ends, np.concatenate([area[kerbs.part[known]]] * 2)))

    def _lifted(self, at: Floats, area: Indices) -> Floats:
        return np.column_stack([at - self.low, area * self.apart])

    def nearest(self, at: Floats, area: Indices) -> Indices:
        """Return the label of the block nearest to each place of an area."""
        return np.asarray(self.labels[self.tree.query(self._lifted(at, area))[1]])

    def to_edges(self, kerbs: Kerbs) -> Kerbs:
        """Return kerbs with each one at the parent's edge given to the nearest block."""
        bare = kerbs.label == NONE
        if not bare.any():
            return kerbs
        label = kerbs.label.copy()
        label[bare] = self.nearest(kerbs.ends[bare].mean(axis=1), self.area[kerbs.part[bare]])
        return Kerbs(kerbs.ends, kerbs.part, label)


def halved(ends: Floats) -> Floats:
    """Return segments as their halves; the middle is the same number whichever way a segment runs."""
    middle = (ends[:, 0] + ends[:, 1]) / 2
    return np.concatenate([np.stack([ends[:, 0], middle], axis=1), np.stack([middle, ends[:, 1]], axis=1)])


def _densified(parts: Polygons, kerbs: Kerbs) -> tuple[Polygons, Kerbs]:
    """Return the parts with more vertices, and their outline in these shorter pieces.

    Across from every meeting of two blocks the kerb gets a vertex, so that the border leads straight across; besides,
    no piece is much longer than the part is wide. The parent's edge is halved, so that a border ends in the middle of
    its street. What two parts share stays as it is.
    """
    rings, owner = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    inside = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.stack([at[inside], at[inside + 1]], axis=1)
    outline = Kerbs(ends, owner[ring[inside]], _label_of(ends, kerbs))
    # Delaunay's triangles follow the vertices: a long kerb without any gives needles whose middles zigzag across the
    # street.
    width = 2 * shapely.area(parts) / shapely.length(parts)
    step = ends[:, 1] - ends[:, 0]
    # What two parts share gets no vertex: the part across would not have it, and the mosaic would gape there.
    spacing = np.where(outline.label == INNER, np.inf, np.maximum(SLENDER * width, LEAST_STEP_M)[outline.part])
    pieces = np.maximum(np.ceil(np.hypot(step[:, 0], step[:, 1]) / spacing), 1).astype(int)
    pieces[outline.label == NONE] = 2
    of = np.repeat(np.arange(len(inside)), pieces)
    along = (np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[of]
    across, place = _opposite(outline, ring[inside], width)
    of, along = np.concatenate([of, across]), np.concatenate([along, place])
    order = np.lexsort((along, of))
    of, along = of[order], along[order]
    dense = ends[of, 0] + step[of] * along[:, None]
    edge = (outline.label[of] == NONE) & (along > 0)
    # The very number that `halved` gives: start + step / 2 may differ from it in the last digit.
    dense[edge] = (ends[of[edge], 0] + ends[of[edge], 1]) / 2
    ring_of = ring[inside][of]
    last = np.append(ring_of[1:] != ring_of[:-1], True)
    first = np.flatnonzero(np.append(True, last[:-1]))
    shorter = np.stack([dense, np.roll(dense, -1, axis=0)], axis=1)
    shorter[last, 1] = dense[first]
    polygons = shapely.polygons(shapely.linearrings(dense, indices=ring_of), indices=owner)
    return polygons, Kerbs(shorter, outline.part[of], outline.label[of])


def _thinned(parts: Polygons, outline: Kerbs, reach: _Reach) -> tuple[Polygons, Kerbs]:
    """Return parts with the parent's edge given to the nearest blocks, without ears where it is far too fine.

    What stays are the vertices where blocks meet. A line that is drawn in what is left crosses no edge of before.
    """
    given = reach.to_edges(outline)
    ring = np.cumsum(np.append(False, (outline.ends[1:, 0] != outline.ends[:-1, 1]).any(axis=1)))
    before, _ = ears.beside(ring)
    bare = outline.label == NONE
    loose = bare & bare[before] & (given.label == given.label[before])
    kept = ears.without_ears(outline.ends[:, 0], ring, outline.part, loose)
    if kept.all():
        return parts, given
    _, after = ears.beside(ring[kept])
    at, of = outline.ends[kept, 0], ring[kept]
    owner = outline.part[np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))]
    fewer = shapely.polygons(shapely.linearrings(at, indices=of), indices=owner)
    return np.asarray(fewer), Kerbs(np.stack([at, at[after]], axis=1), given.part[kept], given.label[kept])


def _opposite(outline: Kerbs, ring: Indices, width: Floats) -> tuple[Indices, Floats]:
    """Return the segments across from where two blocks meet, and the share of each at which the perpendicular ends."""
    start = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    before = np.arange(len(ring)) - 1
    before[start] = np.append(start[1:], len(ring)) - 1
    meets = np.flatnonzero(outline.label != outline.label[before])
    spots = outline.ends[meets, 0]
    walls = shapely.STRtree(mosaic.drawn(outline.ends))
    spot, wall = walls.query(shapely.points(spots), predicate="dwithin", distance=WIDE * width[outline.part[meets]])
    of, own = meets[spot], outline.label
    # Across the street is a third block's kerb: one of the two that meet here would only lead along the street.
    kept = (outline.part[of] == outline.part[wall]) & (own[wall] != INNER)
    kept &= (own[wall] != own[of]) & (own[wall] != own[before[of]]) & (own[wall] != NONE)
    spot, wall = spot[kept], wall[kept]
    step = outline.ends[wall, 1] - outline.ends[wall, 0]
    place = ((spots[spot] - outline.ends[wall, 0]) * step).sum(axis=1) / (step**2).sum(axis=1)
    foot = outline.ends[wall, 0] + np.clip(place, 0, 1)[:, None] * step
    gap = np.hypot(*(foot - spots[spot]).T)
    order = np.lexsort((gap, spot))
    first = order[np.append(True, spot[order][1:] != spot[order][:-1])] if len(order) else order
    # Near a vertex there is no need for another one.
    margin = np.minimum(NEAR_M / np.hypot(*step[first].T), 0.5)
    first = first[(place[first] > margin) & (place[first] < 1 - margin)]
    return wall[first], place[first]


def _label_of(ends: Floats, kerbs: Kerbs) -> Indices:
    """Return the label of each directed segment, looked up among the kerbs."""
    points, vertex = number(np.concatenate([ends[:, 0], ends[:, 1], kerbs.ends[:, 0], kerbs.ends[:, 1]]))
    n, k = len(ends), len(kerbs.label)
    wanted = directed(vertex[:n], vertex[n : 2 * n], len(points))
    known = directed(vertex[2 * n : 2 * n + k], vertex[2 * n + k :], len(points))
    return looked_up(wanted, known, kerbs.label)


def _corner_labels(triangles: Triangles, reach: _Reach) -> Indices:
    """Return the block that each corner of each triangle goes to, towards its next and its previous corner.

    Around a vertex the triangles form a fan from one kerb to another. If the same block lies behind both, the fan is
    its own; else it is cut in two, see :func:`_cuts`. A vertex without a kerb goes to the nearest block.
    """
    previous = np.arange(triangles.twin.size).reshape(-1, 3)[:, [2, 0, 1]].ravel()
    fan, place, last = _fans(triangles.twin, previous)
    first_label = triangles.label[np.flatnonzero(triangles.twin < 0)]
    last_label = triangles.label[previous[last]]
    labels = np.stack([first_label[fan]] * 2, axis=1)
    around = np.flatnonzero(fan < 0)
    labels[around] = reach.nearest(triangles.at.reshape(-1, 2)[around], triangles.area[around // 3])[:, None]
    parted = (first_label != last_label)[fan] & (fan >= 0)
    # What a vertex holds decides on which side of a cut it is right; where blocks meet, it is right on either.
    at_vertex = np.full(int(triangles.vertex.max()) + 1, ANY)
    at_vertex[triangles.vertex.ravel()] = labels[:, 0]
    at_vertex[triangles.vertex.ravel()[parted]] = ANY

    corner = np.flatnonzero(parted)
    corner = corner[np.lexsort((place[corner], fan[corner]))]
    of = fan[corner]
    ahead, behind = _cuts(triangles, corner, of, (first_label[of], last_label[of]), at_vertex)
    labels[corner[ahead], 0] = last_label[of[ahead]]
    labels[corner[behind], 1] = last_label[of[behind]]
    return labels


def _cuts(
    triangles: Triangles, corner: Indices, fan: Indices, blocks: tuple[Indices, Indices], at_vertex: Indices
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which corners of fans to be cut go to the last block ahead (towards the next corner) and behind.

    A fan is cut through a triangle or along a chord, so that the fewest far vertices of either block lie on the other's
    side, and then as short as possible. ``corner`` and ``fan`` run through each fan in order.
    """
    following = np.arange(triangles.twin.size).reshape(-1, 3)[:, [1, 2, 0]].ravel()
    at, vertex = triangles.at.reshape(-1, 2), triangles.vertex.ravel()
    far, next_far = following[corner], following[following[corner]]
    there = at_vertex[vertex[far]]
    # The first chord of a fan is the kerb itself: a cut along it would give one block the whole fan and the other
    # none.
    begins = np.append(True, fan[1:] != fan[:-1])[: len(fan)]
    wrong_first = (there == blocks[1]) & ~begins
    wrong_last = (there == blocks[0]) & ~begins
    through = _running(wrong_first, fan) + _totals(wrong_last, fan) - _running(wrong_last, fan)
    aside = (there == blocks[0]) | (there == blocks[1])
    along = through - wrong_first + aside
    middle = (at[far] + at[next_far]) / 2 - at[corner]
    chord = (at[far] - at[corner]) * np.where(there == ANY, CROSSING, 1.0)[:, None]
    # A far vertex on the wrong side leaves its block a scrap across the street, so length only decides between equals.
    wrong = np.concatenate([through, np.where(begins, len(corner) + 1, along)])
    length = np.concatenate([np.hypot(*middle.T), np.hypot(*chord.T)])
    order = np.lexsort((length, wrong, np.concatenate([fan, fan])))
    which, first = np.unique(np.concatenate([fan, fan])[order], return_index=True)
    best = order[first]
    row = np.searchsorted(which, fan)
    cut, by_chord = best[row] % len(corner), best[row] >= len(corner)
    here = np.arange(len(corner))
    return (here > cut) | (by_chord & (here == cut)), here >= cut


def _fans(twin: Indices, previous: Indices) -> tuple[Indices, Indices, Indices]:
    """Return for each corner its fan and its place in it, and for each fan its last corner. Fans begin at kerbs."""
    starts = np.flatnonzero(twin < 0)
    fan, place = np.full(twin.size, -1), np.zeros(twin.size, dtype=np.int64)
    last = starts.copy()
    here, which, step = starts.astype(np.int64), np.arange(len(starts), dtype=np.int64), 0
    # All fans take a step at once: as many rounds as the largest has corners.
    while len(here):
        fan[here], place[here], last[which] = which, step, here
        onward = np.asarray(twin[previous[here]], dtype=np.int64)
        here, which, step = onward[onward >= 0], which[onward >= 0], step + 1
    return fan, place, last


def _running(flags: NDArray[np.bool_], group: Indices) -> Indices:
    """Return the running count of flags within each group; groups lie together."""
    total = np.cumsum(flags)
    begin = np.flatnonzero(np.append(True, group[1:] != group[:-1])) if len(group) else np.zeros(0, dtype=int)
    sizes = np.diff(np.append(begin, len(group)))
    return np.asarray(total - np.repeat(total[begin] - flags[begin], sizes))


def _totals(flags: NDArray[np.bool_], group: Indices) -> Indices:
    _, inverse = np.unique(group, return_inverse=True)
    return np.bincount(inverse, weights=flags).astype(np.int64)[inverse] if len(group) else np.zeros(0, dtype=np.int64)


def _axes(triangles: Triangles, labels: Indices) -> Floats:
    """Return the pieces of line between corners with different labels, smoothed.

    Their nodes are edges (a line crosses each at most once), triangles (where three lines meet in one) and corners.
    """
    count = len(triangles.at)
    edge = np.arange(3 * count).reshape(-1, 3)
    crossing = np.where(triangles.twin < 0, edge.ravel(), np.minimum(edge.ravel(), triangles.twin)).reshape(-1, 3)
    ahead, behind = labels[:, 0].reshape(-1, 3), labels[:, 1].reshape(-1, 3)
    crossed = ahead != np.roll(behind, -1, axis=1)
    parted = ahead != behind
    # Where a line only passes, its two crossings are joined: by way of the triangle's middle it would zigzag.
    straight = (crossed.sum(axis=1) == 2) & ~parted.any(axis=1)  # noqa: PLR2004 - in by one edge, out by another
    meeting = (crossed.any(axis=1) | parted.any(axis=1)) & ~straight
    centre = np.broadcast_to(3 * count + np.arange(count)[:, None], (count, 3))
    corner = 4 * count + edge
    pieces = np.concatenate(
        [
            crossing[straight][crossed[straight]].reshape(-1, 2),
            _pairs(crossing, centre, crossed & meeting[:, None]),
            _pairs(corner, centre, parted & meeting[:, None]),
            _chords(triangles, labels, crossing),
        ]
    )
    middles = (triangles.at + np.roll(triangles.at, -1, axis=1)) / 2
    spots = np.where(crossed.any(axis=1)[:, None, None], middles, triangles.at)
    weight = np.where(crossed.any(axis=1)[:, None], crossed, 1.0)
    # The mean of the crossed edges alone: the third edge's middle would pull the meeting towards a side no line comes
    # from.
    centres = (spots * weight[:, :, None]).sum(axis=1) / weight.sum(axis=1)[:, None]
    nodes = np.concatenate([middles.reshape(-1, 2), centres, triangles.at.reshape(-1, 2)])
    at = _smoothed(nodes, pieces, triangles)
    # Straightened after smoothing: before it few crossings lie on a straight line with their neighbours.
    lines = at[_straightened(at, pieces, triangles)]
    return np.asarray(lines[(lines[:, 0] != lines[:, 1]).any(axis=1)])


def _pairs(one: Indices, two: Indices, where: NDArray[np.bool_]) -> Indices:
    return np.stack([one[where], two[where]], axis=1)


def _chords(triangles: Triangles, labels: Indices, crossing: Indices) -> Indices:
    """Return the halves of inner edges along which the triangles on either side have different labels."""
    edge = np.flatnonzero(triangles.twin > np.arange(triangles.twin.size))
    twin = triangles.twin[edge]
    following = np.arange(triangles.twin.size).reshape(-1, 3)[:, [1, 2, 0]].ravel()
    first = labels[edge, 0] != labels[following[twin], 1]
    second = labels[following[edge], 1] != labels[twin, 0]
    corner, middle = 4 * len(triangles.at), crossing.ravel()[edge]
    return np.concatenate(
        [
            np.stack([corner + edge[first], middle[first]], axis=1),
            np.stack([middle[second], corner + following[edge[second]]], axis=1),
        ]
    )


def _smoothed(nodes: Floats, pieces: Indices, triangles: Triangles) -> Floats:
    """Return the nodes moved so that the lines run straighter, as far as they may go.

    A crossing slides along its edge to where the straight way between its two neighbours leads, a meeting of lines goes
    to the middle of its neighbours in its triangle, and a corner stays where it is: whatever moves, no line can cross
    another or leave the street. A side street that joins does not pull the line it joins.
    """
    edges, movable = 3 * len(triangles.at), 4 * len(triangles.at)
    one, two = np.concatenate([pieces, pieces[:, ::-1]]).T
    passed = np.bincount(one[two < movable], minlength=len(nodes)) > 1
    # What hangs between corners only (a chord straight across) is as short as it can be, and sliding would bend it.
    between_corners = np.bincount(one[two < movable], minlength=len(nodes)) == 0
    kept = (one < movable) & ((two < movable) | ~passed[one]) & ~between_corners[one]
    one, two = one[kept], two[kept]
    order = np.argsort(one, kind="stable")
    one, two = one[order], two[order]
    free, first, links = np.unique(one, return_index=True, return_counts=True)
    slides = free < edges
    between = slides & (links == 2)  # noqa: PLR2004 - a line goes in and out
    before, after = two[first[between]], two[first[between] + 1]
    start = triangles.at.reshape(-1, 2)
    step = np.roll(triangles.at, -1, axis=1).reshape(-1, 2) - start
    at = nodes.copy()
    for _ in range(SMOOTHINGS):
        total = np.add.reduceat(at[two], first, axis=0) if len(first) else np.zeros((0, 2))
        goal = total / links[:, None]
        place = np.full(len(free), 0.5)
        place[slides] = _along(goal[slides], start[free[slides]], step[free[slides]])
        place[between] = _met(at[before], at[after], start[free[between]], step[free[between]], place[between])
        # Off both ends of the edge, so that no line comes near a kerb, nor another line that ends there.
        place = np.clip(place, SWAY, 1 - SWAY)[slides]
        goal[slides] = start[free[slides]] + place[:, None] * step[free[slides]]
        at[free] = goal
    return at


def _along(spots: Floats, start: Floats, step: Floats) -> Floats:
    """Return the share of each edge at which it is nearest to a spot."""
    return np.asarray(((spots - start) * step).sum(axis=1) / (step**2).sum(axis=1))


def _met(one: Floats, two: Floats, start: Floats, step: Floats, otherwise: Floats) -> Floats:
    """Return the share of each edge at which the straight way from one spot to another meets it."""
    way, off = two - one, one - start
    slant = step[:, 0] * way[:, 1] - step[:, 1] * way[:, 0]
    across = off[:, 0] * way[:, 1] - off[:, 1] * way[:, 0]
    parallel = np.abs(slant) <= ALIGNED * np.hypot(*step.T) * np.hypot(*way.T)
    return np.where(parallel, otherwise, across / np.where(parallel, 1.0, slant))


def _straightened(at: Floats, pieces: Indices, triangles: Triangles) -> Indices:
    """Return the pieces without the crossings that lie on a straight line with their neighbours.

    A crossing of a long enough edge only: the line then stays on the edge. No two neighbours go at once.
    """
    edges = 3 * len(triangles.at)
    step = np.roll(triangles.at, -1, axis=1) - triangles.at
    long = np.zeros(len(at), dtype=bool)
    long[:edges] = np.hypot(step[..., 0], step[..., 1]).ravel() >= LEAST_CHORD_M
    for _ in range(STRAIGHTENINGS):
        ends = np.concatenate([pieces, pieces[:, ::-1]])
        order = np.argsort(ends[:, 0], kind="stable")
        node, first, links = np.unique(ends[order, 0], return_index=True, return_counts=True)
        middle = node[(links == 2) & long[node]]  # noqa: PLR2004 - a line goes in and out
        place = first[(links == 2) & long[node]]  # noqa: PLR2004
        one, two = ends[order[place], 1], ends[order[place + 1], 1]
        along, off = at[two] - at[one], at[middle] - at[one]
        length = np.maximum(np.hypot(*along.T), LEAST_CHORD_M)
        flat = np.abs(along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]) <= STRAIGHT_M * length
        middle, one, two = middle[flat], one[flat], two[flat]
        # Two neighbours that go at once would take the line between them along. By numbers in no order many go a round;
        # by their own, which may rise along a line, few would.
        turn = np.full(len(at), -1)
        turn[middle] = (middle * SCATTER) % len(at)
        goes = (turn[middle] > turn[one]) & (turn[middle] > turn[two]) & (one != two)
        if not goes.any():
            break
        gone = np.zeros(len(at), dtype=bool)
        gone[middle[goes]] = True
        stay = ~gone[pieces].any(axis=1)
        pieces = np.concatenate([pieces[stay], np.stack([one[goes], two[goes]], axis=1)])
    return pieces
