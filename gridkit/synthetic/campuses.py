"""Plots of one institution each: schools, a college, the hospital, works, malls, offices, the market, the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString, Point, Polygon, box

from gridkit.synthetic import names, shapes
from gridkit.synthetic.features import Feature, Tags

if TYPE_CHECKING:
    import numpy as np

    from gridkit.synthetic.plots import Site
    from gridkit.synthetic.shapes import XY

DRIVE_M = 6.0
"""From the middle of the drive to the buildings beside it."""

YARD_FROM_M, YARD_SHARE = 26.0, 0.4
"""Of the buildings at least this deep, this share has a yard in its middle."""

TRACK_M = (12.0, 42.0)
"""Least and greatest radius of a running track."""


@dataclass(frozen=True)
class Campus:
    """How one kind of institution is laid out; lengths in metres.

    Parameters
    ----------
    ground
        Tags of the whole plot.
    suffix
        How it is called.
    building
        Tags of its buildings.
    depth, length, pitch
        Of its buildings, and from row to row.
    levels
        Fewest and most floors.
    barrier
        Wall or fence around it, if any.
    sports
        Share of the plot, from the south, that is a sports field.
    """

    ground: Tags
    suffix: names.Name
    building: Tags
    depth: float
    length: float
    pitch: float
    levels: tuple[int, int]
    barrier: str = ""
    sports: float = 0.0


CAMPUSES = {
    "school": Campus(
        {"amenity": "school", "capacity": "1620"}, names.Name("实验学校", "School"),
        {"building": "school"}, 14.0, 66.0, 38.0, (3, 5), "wall", 0.42,
    ),
    "college": Campus(
        {"amenity": "college", "capacity": "3200"}, names.Name("职业学院", "Vocational College"),
        {"building": "college"}, 26.0, 70.0, 50.0, (4, 7), "fence", 0.34,
    ),
    "hospital": Campus(
        {"amenity": "hospital", "healthcare": "hospital", "beds": "480"}, names.Name("医院", "Hospital"),
        {"building": "hospital"}, 27.0, 62.0, 48.0, (4, 12), "fence",
    ),
    "factory": Campus(
        {"landuse": "industrial"}, names.Name("机械厂", "Machine Works"),
        {"building": "industrial"}, 34.0, 84.0, 50.0, (1, 2), "wall",
    ),
    "mall": Campus(
        {"landuse": "retail"}, names.Name("广场", "Plaza"),
        {"building": "retail"}, 44.0, 78.0, 60.0, (3, 6),
    ),
    "civic": Campus(
        {"landuse": "commercial"}, names.Name("政务中心", "Government Service Centre"),
        {"building": "government"}, 28.0, 66.0, 62.0, (5, 14), "fence",
    ),
    "market": Campus(
        {"amenity": "marketplace", "capacity": "260"}, names.Name("农贸市场", "Farmers' Market"),
        {"building": "retail"}, 22.0, 58.0, 32.0, (1, 2),
    ),
    "station": Campus(
        {"landuse": "railway"}, names.Name("站前广场", "Station Square"),
        {"building": "commercial"}, 26.0, 60.0, 64.0, (2, 9),
    ),
}  # fmt: skip


def campus(site: Site) -> list[Feature]:
    """Return one institution: its ground, wall, gates, drive, buildings and sports field."""
    kind = CAMPUSES[site.use]
    name = site.stems.draw() + kind.suffix
    ground = shapes.inset(site.plot, 3.0, tolerance=1.0)
    inner = shapes.inset(ground, 9.0)
    spine = shapes.upright(inner, inner.centroid.x)
    ways, gates = drive(spine, ground, inner, site)
    features = [Feature(ground, kind.ground | name.tags()), *ways]
    if kind.barrier:
        features.append(Feature(shapes.open_at(ground, gates), {"barrier": kind.barrier}))
        features.extend(Feature(gate, {"barrier": "gate", "access": "permissive"}) for gate in gates)
    _, bottom, _, top = inner.bounds
    if kind.sports:
        south, bottom = bottom, bottom + (top - bottom) * kind.sports
        features.extend(sports_field(inner, south, bottom, spine))
        bottom += 6.0
    for low, high in shapes.fit(bottom, top, kind.depth, kind.pitch - kind.depth):
        clear = shapes.span(inner, low, high)
        halves = beside_drive(clear, spine) if clear else ()
        places = [place for half in halves for place in shapes.row(*half, (kind.length, kind.length * 0.62), 16.0)]
        features.extend(hall(place, (low, high), kind, site.rng) for place in places)
    return features


def beside_drive(clear: XY, spine: LineString) -> tuple[XY, XY]:
    """Return what is clear west of the drive and east of it."""
    x = spine.bounds[0]
    return (clear[0], x - DRIVE_M), (x + DRIVE_M, clear[1])


def drive(spine: LineString, ground: Polygon, inner: Polygon, site: Site) -> tuple[list[Feature], list[Point]]:
    """Return the drive through the grounds with its gates: at both ends, or across if neither end reaches a street."""
    middle = shapes.xy(spine.interpolate(0.5, normalized=True))
    west, _, east, _ = inner.bounds
    first, last = (shapes.xy(Point(end)) for end in (spine.coords[0], spine.coords[-1]))
    outs = [way_out(ground, middle, end, site) for end in (first, last)]
    path = [*reversed(outs[0]), first, middle, last, *outs[1]]
    ways = [Feature(LineString(path), {"highway": "service"})]
    if not any(outs):
        outs = [way_out(ground, middle, (x, middle[1]), site) for x in (west, east)]
        ways.extend(Feature(LineString([middle, *out]), {"highway": "service"}) for out in outs if out)
    return ways, [Point(out[0]) for out in outs if out]


def way_out(ground: Polygon, start: XY, end: XY, site: Site) -> list[XY]:
    """Return the gate and the place in the street on the way from inside through ``end``; nothing if there is none."""
    ray = LineString([start, shapes.beyond(start, end, 60.0)])
    x, y = min(shapes.meetings(ray, ground.exterior), key=lambda hit: ray.project(Point(hit)))
    gate = round(x, 2), round(y, 2)
    street = site.streets.reach(start, gate)
    return [] if street is None else [gate, street]


def hall(place: XY, heights: XY, kind: Campus, rng: np.random.Generator) -> Feature:
    """Return one building; a deep one may have a yard, which makes it a multipolygon."""
    (left, right), (low, high) = place, heights
    shape = box(left, low, right, high)
    if high - low >= YARD_FROM_M and rng.random() < YARD_SHARE:
        shape = shapes.largest(shapely.difference(shape, box(left + 10.0, low + 8.0, right - 10.0, high - 8.0)))
    levels = int(rng.integers(kind.levels[0], kind.levels[1] + 1))
    return Feature(shape, kind.building | {"building:levels": str(levels)})


def sports_field(inner: Polygon, bottom: float, top: float, spine: LineString) -> list[Feature]:
    """Return a running track with a pitch in it, west of the drive or east of it, where there is more room."""
    clear = shapes.span(inner, bottom + 2.0, top - 4.0)
    if clear is None:
        return []
    left, right = max(beside_drive(clear, spine), key=lambda side: side[1] - side[0])
    radius = min((top - bottom - 8.0) / 2, (right - left) / 4, TRACK_M[1])
    if radius < TRACK_M[0]:
        return []
    straight = min((right - left) / 2 - radius - 2.0, 48.0)
    x, y = (left + right) / 2, (bottom + top) / 2
    track = LineString([(x - straight, y), (x + straight, y)]).buffer(radius, quad_segs=6)
    pitch = box(x - straight, y - radius * 0.6, x + straight, y + radius * 0.6)
    return [
        Feature(track, {"leisure": "track", "sport": "running"}),
        Feature(pitch, {"leisure": "pitch", "sport": "soccer"}),
    ]
