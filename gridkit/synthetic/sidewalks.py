"""The walks beside the larger streets, the crossings that join them, and the ways down to the river."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from gridkit.synthetic import shapes, skeleton, streets
from gridkit.synthetic.features import Feature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from gridkit.synthetic.skeleton import Skeleton

KINDS = ("trunk", "primary", "secondary")
"""Streets with walks beside them; all but the first have zebra crossings."""

BESIDE_M = 3.0
"""From a plot's edge to the walk, towards the street."""

BEFORE_JUNCTION_M = 34.0
LEAST_WALK_M = 30.0
ACROSS_M = 32.0
"""No walk is further from a street's middle."""

WALK = {"highway": "footway", "footway": "sidewalk", "surface": "paving_stones"}
ZEBRA = {"highway": "footway", "footway": "crossing", "crossing": "zebra"}


def sidewalks(bones: Skeleton, plots: Sequence[Polygon]) -> list[Feature]:
    """Return a walk along each plot's edge wherever a larger street runs there."""
    larger = [street for street in bones.streets if street.kind in KINDS]
    beside = shapely.union_all([street.middle.buffer(street.half_width_m + 0.5) for street in larger])
    walks: list[Feature] = []
    for plot in plots:
        ring = LineString(shapes.inset(plot, -BESIDE_M, tolerance=0.3).exterior.coords)
        stretches = shapes.lines(shapely.line_merge(shapely.intersection(ring, beside)))
        walks.extend(Feature(stretch, WALK) for stretch in stretches if stretch.length > LEAST_WALK_M)
    return walks


def crossings(bones: Skeleton, walks: Sequence[Feature], ground: MultiLineString) -> list[Feature]:
    """Return zebra crossings near the junctions: from walk to walk, with a node where each carriageway is crossed."""
    lines = shapely.union_all([walk.geometry for walk in walks])
    corners = junctions(bones)
    made: list[Feature] = []
    for street in bones.streets:
        if street.kind not in KINDS[1:]:
            continue
        for corner in (corner for corner in corners if street.middle.distance(corner) < 1.0):
            for step in (-BEFORE_JUNCTION_M, BEFORE_JUNCTION_M):
                made.extend(zebra(street.middle, street.middle.project(corner) + step, lines, ground))
    return made


def junctions(bones: Skeleton) -> list[Point]:
    """Return the places where the middles of larger streets cross."""
    larger = [street.middle for street in bones.streets if street.kind in KINDS]
    return [
        Point(at) for i, one in enumerate(larger) for other in larger[i + 1 :] for at in shapes.meetings(one, other)
    ]


def zebra(middle: LineString, along: float, walks: BaseGeometry, ground: MultiLineString) -> list[Feature]:
    """Return one crossing and its nodes, nothing where there is no walk on both sides."""
    if not 1.0 < along < middle.length - 1.0:
        return []
    at = middle.interpolate(along)
    ends: list[Point] = []
    for side in (-ACROSS_M, ACROSS_M):
        ray = LineString([at, shapes.beside(middle, along, side)])
        hits = [Point(hit) for hit in shapes.meetings(ray, walks)]
        ends.extend(sorted(hits, key=ray.project)[:1])
    line = LineString(ends) if len(ends) > 1 else LineString()
    nodes = [Feature(Point(node), ZEBRA | {"highway": "crossing"}) for node in shapes.meetings(line, ground)]
    return [Feature(line, ZEBRA), *nodes] if nodes else []


def kerbs(walks: Sequence[Feature], others: Iterable[Feature], ground: MultiLineString) -> list[Feature]:
    """Return a short link to the street for each walk that nothing else meets."""
    tree = shapely.STRtree([other.geometry for other in others])
    lonely = [walk for walk in walks if not len(tree.query(walk.geometry, predicate="intersects"))]
    links = [shapely.shortest_line(walk.geometry.interpolate(0.5, normalized=True), ground) for walk in lonely]
    return [Feature(link, WALK | {"footway": "link"}) for link in links if link.length < ACROSS_M]


def stairs(bones: Skeleton, promenades: Sequence[Feature], ground: MultiLineString) -> list[Feature]:
    """Return steps from the promenades up to the street at each bridgehead."""
    heads = bones.river.buffer(skeleton.RIVER_HALF_M + streets.CLEAR_M + 9.0).boundary
    walks = shapely.union_all([walk.geometry for walk in promenades])
    made = []
    for street in bones.streets:
        for head in shapes.meetings(street.middle, heads):
            landing = shapes.beside(street.middle, street.middle.project(Point(head)), street.half_width_m - 5.0)
            foot, top = (shapely.shortest_line(landing, lines) for lines in (walks, ground))
            if foot.length < ACROSS_M and top.length < ACROSS_M:
                made.append(Feature(LineString([*reversed(foot.coords), *top.coords[1:]]), {"highway": "steps"}))
    return made
