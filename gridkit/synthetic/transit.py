"""The railway with its station, and the buses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.geometry import Point, Polygon, box

from gridkit.synthetic import names, shapes, streets
from gridkit.synthetic.features import Feature

if TYPE_CHECKING:
    from gridkit.synthetic.names import Stems
    from gridkit.synthetic.skeleton import Skeleton
    from gridkit.synthetic.streets import Streets

STATION_Y = 1255.0
BUS_EVERY_M = 430.0


def railway(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return a double track with a bridge over the northern ring, and a station with two platforms."""
    name = stems.draw() + names.Name("铁路", "Railway")
    plain = {"railway": "rail", "gauge": "1435", "electrified": "contact_line", **name.tags()}
    north = bones.street("north")
    below = north.middle.buffer(north.half_width_m + 5.0)
    features = []
    for side in (-2.4, 2.4):
        track = shapes.offset(bones.rail, side)
        start, end = sorted(track.project(Point(at)) for at in shapes.meetings(track, below.boundary))
        features += [
            Feature(shapes.stretch(track, 0.0, start), plain),
            Feature(shapes.stretch(track, start, end), plain | streets.BRIDGE, 1),
            Feature(shapes.stretch(track, end, track.length), plain),
        ]
    return features + station(bones, stems)


def station(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return the station: its node on the track, its hall and its platforms."""
    name = stems.draw() + names.Name("站", "Railway Station")
    at, along = station_place(bones)
    platform_at = shapes.stretch(bones.rail, along - 110.0, along + 110.0)
    platforms = [shapes.offset(platform_at, side).buffer(2.2, cap_style="flat").simplify(0.5) for side in (-7.0, 7.0)]
    return [
        Feature(at, {"railway": "station", "train": "yes", "public_transport": "station", **name.tags()}),
        Feature(station_hall(bones), {"building": "train_station", "building:levels": "2", **name.tags()}),
        *(Feature(platform, {"railway": "platform", "public_transport": "platform"}) for platform in platforms),
    ]


def station_place(bones: Skeleton) -> tuple[Point, float]:
    """Return the place of the station on the railway, and how far along it that is."""
    along = bones.rail.project(Point(bones.rail.centroid.x, STATION_Y))
    return bones.rail.interpolate(along), along


def station_hall(bones: Skeleton) -> Polygon:
    """Return the ground plan of the station's hall, on the town's side of the railway."""
    at, _ = station_place(bones)
    return box(at.x - 46.0, at.y - 34.0, at.x - 14.0, at.y + 34.0)


def bus_stops(bones: Skeleton, roads: Streets) -> list[Feature]:
    """Return a pair of bus stops every few hundred metres along the larger streets, named after the street."""
    inside = bones.outline().buffer(30.0)
    stops = []
    for street in bones.streets:
        if street.kind not in {"primary", "secondary", "tertiary"}:
            continue
        name = roads.names[street.key]
        count = int(street.middle.length // BUS_EVERY_M)
        for number in range(count):
            along = (number + 0.55) * BUS_EVERY_M
            for side, place in ((-1.0, along), (1.0, along + 35.0)):
                spot = shapes.beside(street.middle, place, side * (street.half_width_m - 3.5))
                stop = names.Name(f"{name.zh}{number + 1}站", f"{name.en} Stop {number + 1}")
                tags = {"highway": "bus_stop", "public_transport": "platform", "bus": "yes", **stop.tags()}
                if inside.contains(spot):
                    stops.append(Feature(spot, tags))
    return stops
