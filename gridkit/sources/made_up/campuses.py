"""Plots of one institution each: schools, a college, the hospital, works, malls, offices, the market, the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from gridkit.sources.made_up import junctions, names, plots
from gridkit.sources.made_up.features import Feature, Tags

if TYPE_CHECKING:
    from gridkit.sources.made_up.plots import Site

YARD_M = 26.0
"""A building at least this deep has a yard in its middle."""


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
    gap: float = 16.0


CAMPUSES = {
    "school": Campus(
        {"amenity": "school", "capacity": "1620"}, names.Name("实验学校", "School"),
        {"building": "school"}, 14.0, 66.0, 38.0, (3, 5), "wall", 0.42,
    ),
    "college": Campus(
        {"amenity": "college"}, names.Name("职业学院", "Vocational College"),
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
        {"amenity": "marketplace"}, names.Name("农贸市场", "Farmers' Market"),
        {"building": "retail"}, 22.0, 58.0, 32.0, (1, 2),
    ),
    "station": Campus(
        {"landuse": "railway"}, names.Name("站前广场", "Station Square"),
        {"building": "commercial"}, 26.0, 60.0, 64.0, (2, 9),
    ),
}  # fmt: skip


def campus(site: Site) -> list[Feature]:
    """Return one institution: its ground, wall, gate, drive, buildings and sports field."""
    kind = CAMPUSES[site.use]
    name = site.stems.draw() + kind.suffix
    ground = plots.largest(site.plot.buffer(-3.0, join_style="mitre")).simplify(1.0)
    inner = plots.largest(ground.buffer(-9.0, join_style="mitre"))
    west, bottom, east, top = inner.bounds
    spine_x = inner.centroid.x
    field_top = bottom + (top - bottom) * kind.sports
    features = [Feature(ground, kind.ground | name.tags())]
    ways, gates = drive(inner, ground, spine_x, site)
    features.extend(ways)
    if kind.barrier:
        ring = junctions.insert(
            LineString(ground.exterior.coords), np.array([gate.coords[0] for gate in gates]).reshape(-1, 2)
        )
        features.append(Feature(ring, {"barrier": kind.barrier}))
        features.extend(Feature(gate, {"barrier": "gate", "access": "permissive"}) for gate in gates)
    if kind.sports:
        features.extend(sports_field(inner, bottom, field_top, spine_x))
    for low, high in plots.fit(field_top + (6.0 if kind.sports else 0.0), top, kind.depth, kind.pitch - kind.depth):
        clear = plots.span(inner, low, high)
        if clear is None:
            continue
        halves = (clear[0], spine_x - 6.0), (spine_x + 6.0, clear[1])
        for left, right in halves:
            for place in plots.row(left, right, (kind.length, kind.length * 0.62), kind.gap):
                features.append(hall(place, low, high, kind, site.rng))
    return features


def drive(inner: Polygon, ground: Polygon, spine_x: float, site: Site) -> tuple[list[Feature], list[Point]]:
    """Return the drive through the grounds with the gates at its ends, as far as there are streets to reach."""
    _, bottom, _, top = inner.bounds
    clear = max(
        shapely.get_parts(shapely.intersection(inner, LineString([(spine_x, bottom - 1), (spine_x, top + 1)]))),
        key=lambda part: part.length,
    )
    low, high = clear.bounds[1], clear.bounds[3]
    middle = (low + high) / 2
    path, gates = [(spine_x, low), (spine_x, middle), (spine_x, high)], []
    ways = []
    for end in (0, -1):
        gate = exit_point(ground, (spine_x, middle), path[end])
        way_out = site.streets.reach((spine_x, middle), gate)
        if way_out is not None:
            gates.append(Point(gate))
            path = [way_out.coords[-1], gate, *path] if end == 0 else [*path, gate, way_out.coords[-1]]
    if not gates:
        west, _, east, _ = inner.bounds
        for x in (west, east):
            gate = exit_point(ground, (spine_x, middle), (x, middle))
            way_out = site.streets.reach((spine_x, middle), gate)
            if way_out is not None:
                gates.append(Point(gate))
                ways.append(Feature(LineString([(spine_x, middle), gate, way_out.coords[-1]]), {"highway": "service"}))
    ways.append(Feature(LineString(path), {"highway": "service"}))
    return ways, gates


def exit_point(ground: Polygon, start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Return where the way from inside through a point leaves the grounds, to the centimetre."""
    heading = np.subtract(end, start)
    far = np.add(end, heading / np.hypot(*heading) * 60.0)
    hits = shapely.get_coordinates(shapely.intersection(LineString([start, far]), ground.exterior))
    nearest = min(hits, key=lambda hit: float(np.hypot(*(hit - np.array(start))))).round(2)
    return float(nearest[0]), float(nearest[1])


def hall(place: tuple[float, float], low: float, high: float, kind: Campus, rng: np.random.Generator) -> Feature:
    """Return one building; a deep one has a yard, which makes it a multipolygon."""
    left, right = place
    shape = plots.rectangle(left, low, right, high)
    if high - low >= YARD_M and rng.random() < 0.4:
        yard = plots.rectangle(left + 10.0, low + 8.0, right - 10.0, high - 8.0)
        shape = Polygon(shape.exterior.coords, [yard.exterior.coords])
    levels = int(rng.integers(kind.levels[0], kind.levels[1] + 1))
    return Feature(shape, kind.building | {"building:levels": str(levels)})


def sports_field(inner: Polygon, bottom: float, top: float, spine_x: float) -> list[Feature]:
    """Return a running track with a pitch in it, west of the drive or east of it, where there is more room."""
    clear = plots.span(inner, bottom + 2.0, top - 4.0)
    if clear is None:
        return []
    left, right = max((clear[0], spine_x - 5.0), (spine_x + 5.0, clear[1]), key=lambda side: side[1] - side[0])
    radius = min((top - bottom - 8.0) / 2, (right - left) / 4, 42.0)
    y = (bottom + top) / 2
    straight = min((right - left) / 2 - radius - 2.0, 48.0)
    if radius < 12.0 or straight < 8.0:
        return []
    x = (left + right) / 2
    track = LineString([(x - straight, y), (x + straight, y)]).buffer(radius, quad_segs=6)
    pitch = plots.rectangle(x - straight, y - radius * 0.6, x + straight, y + radius * 0.6)
    return [
        Feature(track, {"leisure": "track", "sport": "running"}),
        Feature(pitch, {"leisure": "pitch", "sport": "soccer"}),
    ]
