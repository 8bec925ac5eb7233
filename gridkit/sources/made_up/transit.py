"""The railway with its station, and the buses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import shapely.ops
from shapely.geometry import Point

from gridkit.sources.made_up import names, plots, skeleton, streets
from gridkit.sources.made_up.features import Feature

if TYPE_CHECKING:
    from gridkit.sources.made_up.names import Stems
    from gridkit.sources.made_up.skeleton import Skeleton
    from gridkit.sources.made_up.streets import Streets

STATION_Y = 1255.0
BUS_EVERY_M = 430.0


def railway(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return a double track with a bridge over the northern ring, and a station with two platforms."""
    name = stems.draw() + names.Name("铁路", "Railway")
    gap = bones.street("north").middle.buffer(bones.street("north").half_width_m + 5.0)
    features = []
    for offset in (-2.4, 2.4):
        track = shapely.offset_curve(bones.rail, offset)
        crossing = sorted(
            float(track.project(Point(at))) for at in shapely.get_coordinates(track.intersection(gap.boundary))
        )
        stretches = [(0.0, crossing[0], 0), (crossing[0], crossing[-1], 1), (crossing[-1], track.length, 0)]
        for start, end, level in stretches:
            tags = {"railway": "rail", "gauge": "1435", "electrified": "contact_line", **name.tags()}
            tags |= streets.BRIDGE if level else {}
            features.append(Feature(shapely.ops.substring(track, start, end), tags, level))
    return features + station(bones, stems)


def station(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return the station: its node on the track, its hall and its platforms."""
    name = stems.draw() + names.Name("站", "Railway Station")
    along = bones.rail.project(Point(bones.rail.interpolate(0.5, normalized=True).x, STATION_Y))
    at = bones.rail.interpolate(along)
    platforms = [
        shapely.offset_curve(shapely.ops.substring(bones.rail, along - 110.0, along + 110.0), side * 7.0).buffer(
            2.2, cap_style="flat"
        )
        for side in (-1.0, 1.0)
    ]
    hall = plots.rectangle(at.x - 46.0, at.y - 34.0, at.x - 14.0, at.y + 34.0)
    return [
        Feature(at, {"railway": "station", "train": "yes", "public_transport": "station", **name.tags()}),
        Feature(hall, {"building": "train_station", "building:levels": "2", **name.tags()}),
        *(
            Feature(platform.simplify(0.5), {"railway": "platform", "public_transport": "platform"})
            for platform in platforms
        ),
    ]


def bus_stops(bones: Skeleton, roads: Streets) -> list[Feature]:
    """Return a pair of bus stops every few hundred metres along the larger streets, named after the street."""
    stops = []
    for street in bones.streets:
        if street.kind not in {"primary", "secondary", "tertiary"}:
            continue
        name = roads.names[street.key]
        count = int(street.middle.length // BUS_EVERY_M)
        for number in range(count):
            along = (number + 0.55) * BUS_EVERY_M
            for side, place in ((-1.0, along), (1.0, along + 35.0)):
                spot = skeleton.beside(street.middle, place, side * (street.half_width_m - 3.5))
                stop = names.Name(f"{name.zh}{number + 1}站", f"{name.en} Stop {number + 1}")
                tags = {"highway": "bus_stop", "public_transport": "platform", "bus": "yes", **stop.tags()}
                stops.append(Feature(spot, tags))
    return stops
