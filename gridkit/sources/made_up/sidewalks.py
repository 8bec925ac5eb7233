"""The walks beside the larger streets, and the crossings that join them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon

from gridkit.sources.made_up import skeleton
from gridkit.sources.made_up.features import Feature

if TYPE_CHECKING:
    from gridkit.sources.made_up.skeleton import Skeleton

KINDS = ("trunk", "primary", "secondary")
BESIDE_M = 3.0
"""From a plot's edge to the walk, towards the street."""

BEFORE_JUNCTION_M = 34.0


def sidewalks(bones: Skeleton, plots: list[Polygon]) -> list[Feature]:
    """Return a walk along each plot's edge wherever a larger street runs there."""
    beside = shapely.union_all(
        [street.middle.buffer(street.half_width_m + 0.5) for street in bones.streets if street.kind in KINDS]
    )
    tags = {"highway": "footway", "footway": "sidewalk", "surface": "paving_stones"}
    walks = []
    for plot in plots:
        ring = LineString(plot.buffer(BESIDE_M, join_style="mitre").simplify(0.3).exterior.coords)
        stretches = shapely.get_parts(shapely.line_merge(shapely.intersection(ring, beside)))
        walks.extend(Feature(stretch, tags) for stretch in stretches if stretch.length > 30.0)
    return walks


def crossings(bones: Skeleton, walks: list[Feature], ground: MultiLineString) -> list[Feature]:
    """Return zebra crossings near the junctions: from walk to walk, with a node where each carriageway is crossed."""
    lines = MultiLineString([walk.geometry for walk in walks])
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
    met = [
        point
        for i, one in enumerate(larger)
        for other in larger[i + 1 :]
        for point in shapely.get_coordinates(shapely.intersection(one, other)).round(2).tolist()
    ]
    return [Point(point) for point in met]


def zebra(middle: LineString, along: float, walks: MultiLineString, ground: MultiLineString) -> list[Feature]:
    """Return one crossing and its nodes, nothing where there is no walk on both sides."""
    if not 5.0 < along < middle.length - 5.0:
        return []
    at = middle.interpolate(along)
    ends = []
    for side in (-1.0, 1.0):
        ray = LineString([at, skeleton.beside(middle, along, side * 32.0)])
        hits = [Point(hit) for hit in shapely.get_coordinates(shapely.intersection(ray, walks))]
        if not hits:
            return []
        ends.append(min(hits, key=ray.project))
    line = LineString([ends[0], ends[1]])
    nodes = shapely.get_coordinates(shapely.intersection(line, ground))
    if len(nodes) == 0:
        return []
    return [
        Feature(line, {"highway": "footway", "footway": "crossing", "crossing": "zebra"}),
        *(Feature(Point(node), {"highway": "crossing", "crossing": "zebra"}) for node in nodes),
    ]
