"""The carriageways: dual ones with their median, bridges, tunnels, the roundabout, the interchange and slip roads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, Point, Polygon
from shapely.geometry.polygon import orient

from gridkit.synthetic import names, shapes, skeleton
from gridkit.synthetic.features import Feature, Tags

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gridkit.synthetic.names import Name, Stems
    from gridkit.synthetic.shapes import XY
    from gridkit.synthetic.skeleton import Skeleton, Street

PROMENADE_M = 7.0
"""From the water's edge to the promenade."""

CLEAR_M = 14.0
"""Bridges begin this far from the water, so that the promenade passes below."""

FRONTAGE_M = 14.0
"""Depth of the strip along a shopping street where the shops stand, in front of an estate's wall."""

SHOP_STREETS = ("secondary", "tertiary")

REACH_M = 70.0

LANES = {"trunk": "3", "primary": "3", "secondary": "4", "tertiary": "2", "residential": "2"}
SPEED = {"trunk": "80", "primary": "60", "secondary": "50", "tertiary": "40", "residential": "30"}
RING_NAMES = {
    "west": names.Name("环城西路", "Ring Road West"),
    "south": names.Name("环城南路", "Ring Road South"),
    "north": names.Name("环城北路", "Ring Road North"),
    "east": names.Name("环城东路", "Ring Road East"),
}
SUFFIX = {
    "primary": (names.AVENUE,),
    "secondary": (names.ROAD,),
    "tertiary": (names.ROAD, names.STREET),
    "residential": (names.STREET, names.ALLEY),
}
BRIDGE: Tags = {"bridge": "yes", "layer": "1"}
TUNNEL: Tags = {"tunnel": "yes", "layer": "-1"}


@dataclass(frozen=True)
class Zone:
    """A stretch where streets leave the ground: which of them (all when none is named), and how."""

    area: Polygon
    tags: Tags
    keys: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    def holds(self, street: Street, point: Point) -> bool:
        """Tell whether this street is off the ground at this point."""
        named = street.key in self.keys if self.keys else street.key not in self.but
        return bool(named and self.area.contains(point))


@dataclass(frozen=True)
class Streets:
    """The streets as ways, and what others need of them.

    Parameters
    ----------
    features
        The ways.
    names
        The name of each street by its key.
    open_lines
        The lines on the ground that one can turn into.
    right_of_way
        The land they take.
    frontage
        The land along shopping streets.
    """

    features: tuple[Feature, ...]
    names: dict[str, Name]
    open_lines: MultiLineString
    right_of_way: BaseGeometry
    frontage: BaseGeometry

    def reach(self, start: XY, through: XY) -> XY | None:
        """Return where the straight way from one point through another first meets a street, else None.

        The street must be within `REACH_M` beyond the second point.
        """
        ray = LineString([through, shapes.beyond(start, through, REACH_M)])
        hits = shapes.meetings(ray, self.open_lines)
        return min(hits, key=lambda hit: ray.project(Point(hit)), default=None)


def build(bones: Skeleton, stems: Stems) -> Streets:
    """Return the streets along the main lines."""
    named = street_names(bones, stems)
    zones = off_ground(bones)
    centre = crossing(bones, *skeleton.ROUNDABOUT)
    island = centre.buffer(skeleton.ROUNDABOUT_M, quad_segs=6)
    lanes = carriageways(bones)
    features: list[Feature] = []
    for street in bones.streets:
        for lane in lanes[street.key]:
            for part in shapes.lines(shapely.difference(lane, island)):
                features.extend(sections(part, street, zones, named[street.key]))
    features.append(roundabout(island, named[skeleton.ROUNDABOUT[0]]))
    slips = slip_roads(bones, lanes)
    features.extend(slips)
    ground = [line for feature in features if feature.level == 0 for line in shapes.lines(feature.geometry)]
    wide = [
        *(street.middle.buffer(street.half_width_m, cap_style="flat") for street in bones.streets),
        *(slip.geometry.buffer(9.0) for slip in slips),
        centre.buffer(skeleton.ROUNDABOUT_M + 14.0),
    ]
    frontage = [
        street.middle.buffer(street.half_width_m + FRONTAGE_M)
        for street in bones.streets
        if street.kind in SHOP_STREETS
    ]
    return Streets(
        tuple(features), named, MultiLineString(ground), shapely.union_all(wide), shapely.union_all(frontage)
    )


def street_names(bones: Skeleton, stems: Stems) -> dict[str, Name]:
    """Return one invented name per street; the ring keeps its plain names."""
    named = {}
    for number, street in enumerate(bones.streets):
        suffixes = SUFFIX.get(street.kind, (names.ROAD,))
        named[street.key] = RING_NAMES.get(street.key) or stems.draw() + suffixes[number % len(suffixes)]
    return named


def crossing(bones: Skeleton, one: str, other: str) -> Point:
    """Return the place where the middles of two streets cross."""
    return Point(shapes.meetings(bones.street(one).drawn, bones.street(other).drawn)[0])


def off_ground(bones: Skeleton) -> list[Zone]:
    """Return the bridges over river, canal and railway, the tunnels below them, and the interchange's viaduct."""
    knot = crossing(bones, *skeleton.INTERCHANGE)
    return [
        Zone(bones.river.buffer(skeleton.RIVER_HALF_M + CLEAR_M), BRIDGE, but=("third",)),
        Zone(bones.river.buffer(skeleton.RIVER_HALF_M + CLEAR_M), TUNNEL, keys=("third",)),
        Zone(bones.canal.buffer(skeleton.CANAL_HALF_M + 9.0), BRIDGE, keys=("upper", "north", "nw_h")),
        Zone(bones.rail.buffer(17.0), TUNNEL, keys=("south", "middle", "upper")),
        Zone(bones.rail.buffer(55.0), BRIDGE, keys=("lower",)),
        Zone(knot.buffer(125.0), BRIDGE, keys=("west",)),
    ]


def carriageways(bones: Skeleton) -> dict[str, list[LineString]]:
    """Return the lines one drives on, in driving direction where there are two, each on the right-hand side."""
    duals = {
        street.key: [
            shapes.offset(street.drawn, -street.median_m),
            shapely.reverse(shapes.offset(street.drawn, street.median_m)),
        ]
        for street in bones.streets
        if street.median_m
    }
    shore = bones.river.buffer(skeleton.RIVER_HALF_M + PROMENADE_M)
    lanes = dict(duals)
    for street in bones.streets:
        if street.key in skeleton.ENDING:
            others = [line for pair in duals.values() for line in pair]
            others += [other.drawn for other in bones.streets if not other.median_m and other.key != street.key]
            lanes[street.key] = [ashore(skeleton.cut_at_ends(street.drawn, MultiLineString(others)), shore)]
        elif not street.median_m:
            lanes[street.key] = [street.drawn]
    return lanes


def ashore(line: LineString, water: Polygon) -> LineString:
    """Return the line without an end that lies in the water; a line that crosses it stays whole."""
    wet = [water.contains(Point(end)) for end in (line.coords[0], line.coords[-1])]
    if not any(wet):
        return line
    return shapes.longest(shapely.difference(line, water))


def sections(line: LineString, street: Street, zones: list[Zone], name: Name) -> list[Feature]:
    """Return one carriageway as ways: on the ground, on bridges and in tunnels; its ends are on the ground."""
    cuts = [0.0, line.length]
    for zone in zones:
        cuts.extend(line.project(Point(end)) for end in shapes.meetings(line, zone.area.boundary))
    plain = {"highway": street.kind, "lanes": LANES[street.kind], "maxspeed": SPEED[street.kind], "surface": "asphalt"}
    plain |= name.tags() | ({"oneway": "yes"} if street.median_m else {})
    ways: list[tuple[float, float, Tags]] = []
    for start, end in pairwise(sorted(set(cuts))):
        middle = line.interpolate((start + end) / 2)
        inner = start > 0.0 and end < line.length
        extra = next((zone.tags for zone in zones if inner and zone.holds(street, middle)), {})
        if ways and ways[-1][2] == extra:
            ways[-1] = (ways[-1][0], end, extra)
        else:
            ways.append((start, end, extra))
    return [
        Feature(shapes.stretch(line, start, end), plain | extra, int(extra.get("layer", "0")))
        for start, end, extra in ways
    ]


def roundabout(island: Polygon, name: Name) -> Feature:
    """Return the ring one drives counter-clockwise."""
    ring = LineString(orient(island).exterior.coords)
    tags = {"highway": "primary", "junction": "roundabout", "oneway": "yes", "lanes": "3"}
    return Feature(ring, tags | name.tags())


def slip_roads(bones: Skeleton, lanes: dict[str, list[LineString]]) -> list[Feature]:
    """Return the ramps of the interchange, and the right-turn lanes of the main crossing."""
    plans = (("west", "middle", 250.0, 75.0, "trunk_link"), ("axis", "middle", 62.0, 58.0, "primary_link"))
    slips = []
    for major, minor, far, near, kind in plans:
        knot = crossing(bones, major, minor)
        for leaving, joining in right_turns(lanes[major], lanes[minor]):
            before, after = (far, near) if leaving in lanes[major] else (near, far)
            curve = slip(leaving, joining, knot, before, after)
            slips.append(Feature(curve, {"highway": kind, "oneway": "yes", "lanes": "1", "maxspeed": "40"}))
    return slips


def right_turns(major: list[LineString], minor: list[LineString]) -> list[tuple[LineString, LineString]]:
    """Return the four pairs of carriageways between which one turns right, each pair in driving order."""
    (ahead, back), (across, returning) = major, minor
    return [(ahead, across), (across, back), (back, returning), (returning, ahead)]


def slip(leaving: LineString, joining: LineString, knot: Point, before: float, after: float) -> LineString:
    """Return a curve that leaves one carriageway ``before`` metres ahead of the knot and joins another ``after`` it."""
    start = leaving.interpolate(leaving.project(knot) - before)
    end = joining.interpolate(joining.project(knot) + after)
    corner = np.array(shapes.meetings(leaving, joining)[0])
    at = np.linspace(0.0, 1.0, 9)[:, None]
    inner = 0.55 * corner + 0.45 * (np.array(start.coords[0]) + np.array(end.coords[0])) / 2
    points = (1 - at) ** 2 * start.coords[0] + 2 * at * (1 - at) * inner + at**2 * end.coords[0]
    return LineString(points)
