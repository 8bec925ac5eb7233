"""Housing estates: a wall with gates around rows of slabs or towers, inner lanes, gardens, sometimes a kindergarten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon, box

from gridkit.synthetic import names, shapes
from gridkit.synthetic.features import Feature, Tags

if TYPE_CHECKING:
    from gridkit.synthetic.plots import Site
    from gridkit.synthetic.shapes import XY

    Place = tuple[float, float, float, float]

LARGEST_M2 = 62_000.0
"""A plot above it holds two estates, each behind its own wall."""

SHOPS_IN_FRONT = ("walkups", "midrise")
"""Kinds of estate that leave the strip along a shopping street to shops."""

LANE_M = 6.5
"""From the middle of an inner lane to the buildings beside it."""

GARDEN_FROM, NURSERY_FROM, NURSERY_SHARE = 8, 12, 0.34
"""Buildings from which an estate has a garden, and from which this share of estates has a kindergarten."""


@dataclass(frozen=True)
class Estate:
    """How one kind of estate is laid out; lengths in metres.

    Parameters
    ----------
    pitch, depth
        From row to row, and the depth of a building.
    lengths
        The lengths buildings come in; a row takes the one that fills it best.
    stair
        Length of building that one stair serves.
    flats
        Flats at one stair on one floor.
    levels
        Fewest and most floors.
    gap
        Between two buildings of a row.
    barrier
        Kind of the wall around.
    """

    pitch: float
    depth: float
    lengths: tuple[float, ...]
    stair: float
    flats: int
    levels: tuple[int, int]
    gap: float
    barrier: str


ESTATES = {
    "walkups": Estate(32.0, 11.5, (58.0, 38.0, 20.0), 19.0, 2, (4, 6), 10.0, "wall"),
    "midrise": Estate(46.0, 13.0, (54.0, 36.0), 18.0, 2, (7, 11), 16.0, "fence"),
    "towers": Estate(60.0, 22.0, (27.0,), 27.0, 4, (15, 26), 32.0, "fence"),
}


def estates(site: Site) -> list[Feature]:
    """Return one estate, or two when the plot is large."""
    extra = {"start_date": "this year"} if site.use.startswith("new_") else {}
    site = replace(site, use=site.use.removeprefix("new_"))
    parts = [site.plot]
    if site.plot.area > LARGEST_M2:
        parts, _ = shapes.split(site.plot, float(site.rng.uniform(0.44, 0.56)))
    return [feature for part in parts for feature in estate(replace(site, plot=part), extra)]


def estate(site: Site, extra: Tags) -> list[Feature]:
    """Return everything inside one wall, and the wall."""
    kind = ESTATES[site.use]
    suffixes = names.ESTATES[site.use]
    name = site.stems.draw() + suffixes[int(site.rng.integers(len(suffixes)))]
    land = shapely.difference(site.plot, site.streets.frontage) if site.use in SHOPS_IN_FRONT else site.plot
    wall = shapes.inset(shapes.largest(land), 3.0, tolerance=1.0)
    inner = shapes.inset(wall, 6.0)
    spine = shapes.upright(inner, inner.centroid.x + float(site.rng.uniform(-12.0, 12.0)))
    rows = row_heights(inner, kind)
    ways, gates = gateways(site, wall, [spine, *row_lanes(inner, kind, rows, spine)])
    kinds = ["lift_gate"] + ["gate"] * len(gates)
    return [
        Feature(wall, {"landuse": "residential", "residential": "gated", **name.tags(), **extra}),
        Feature(shapes.open_at(wall, gates), {"barrier": kind.barrier}),
        *(Feature(gate, {"barrier": post, "access": "private"}) for gate, post in zip(gates, kinds, strict=False)),
        *ways,
        *buildings(site, inner, rows, spine),
    ]


def row_heights(inner: Polygon, kind: Estate) -> list[float]:
    """Return the southern edge of each row, spread over the plot."""
    _, bottom, _, top = inner.bounds
    return [low for low, _ in shapes.fit(bottom + 3.0, top - 8.0, kind.depth, kind.pitch - kind.depth)]


def row_lanes(inner: Polygon, kind: Estate, rows: list[float], spine: LineString) -> list[LineString]:
    """Return the lane behind each row, where the stairs are, as far as it crosses the spine."""
    x, bottom, _, top = spine.bounds
    lanes = []
    for y in (low + kind.depth + 4.5 for low in rows):
        clear = shapes.span(inner, y - 0.5, y + 0.5)
        if clear and clear[0] + LANE_M < x < clear[1] - LANE_M and bottom < y < top:
            lanes.append(LineString([(clear[0] + 3, y), (clear[1] - 3, y)]))
    return lanes


def gateways(site: Site, wall: Polygon, lanes: list[LineString]) -> tuple[list[Feature], list[Point]]:
    """Return the lanes as ways, some of them led through the wall to the street, and the gates they pass.

    Both ends of the first lane look for a street; then those of a lane in the middle, until there are gates enough.
    """
    paths = [list(lane.coords) for lane in lanes]
    gates: list[Point] = []
    enough = 2 + int(site.rng.integers(0, 2))
    for number in dict.fromkeys([0, len(lanes) // 2]):
        for end, before in ((0, 1), (-1, -2)):
            lane = lanes[number].coords
            ends = shapes.xy(Point(lane[before])), shapes.xy(Point(lane[end]))
            out = way_out(site, wall, *ends) if len(gates) < enough else []
            paths[number] = [*reversed(out), *paths[number]] if end == 0 else [*paths[number], *out]
            gates.extend(Point(gate) for gate in out[:1])
    tags = {"highway": "service", "access": "private"}
    driveway = {"service": "driveway"}
    return [Feature(LineString(path), tags | (driveway if i % 2 else {})) for i, path in enumerate(paths)], gates


def way_out(site: Site, wall: Polygon, start: XY, end: XY) -> list[XY]:
    """Return the gate and the place in the street that a lane reaches beyond its end; nothing if it reaches none."""
    hits = shapes.meetings(LineString([end, shapes.beyond(start, end, 25.0)]), wall.exterior)
    if not hits:
        return []
    gate = round(hits[0][0], 2), round(hits[0][1], 2)
    street = site.streets.reach(start, gate)
    return [] if street is None else [gate, street]


def buildings(site: Site, inner: Polygon, rows: list[float], spine: LineString) -> list[Feature]:
    """Return the rows of buildings; one place may be a garden, one a kindergarten."""
    kind, rng = ESTATES[site.use], site.rng
    places: list[Place] = []
    for number, low in enumerate(rows):
        clear = shapes.span(inner, low, low + kind.depth)
        if clear is None:
            continue
        stagger = 2.0 + (kind.gap / 2 if site.use == "towers" and number % 2 else 0.0)
        west, east, x = clear[0] + stagger, clear[1] - stagger, spine.bounds[0]
        halves = (west, min(x - LANE_M, east)), (max(x + LANE_M, west), east)
        stretches = [place for half in halves for place in shapes.row(*half, kind.lengths, kind.gap)]
        places.extend((left, low, right, low + kind.depth) for left, right in stretches)
    inmost = sorted(range(len(places)), key=lambda i: Point(places[i][:2]).distance(inner.centroid))
    garden = inmost[:1] if len(places) >= GARDEN_FROM else []
    nursery = inmost[3:4] if len(places) >= NURSERY_FROM and rng.random() < NURSERY_SHARE else []
    usual = int(rng.integers(kind.levels[0], kind.levels[1] + 1))
    features: list[Feature] = []
    for i, place in enumerate(places):
        if i in garden:
            features.extend(green(place))
        elif i in nursery:
            features.extend(kindergarten(place, site))
        else:
            levels = int(np.clip(usual + rng.integers(-1, 2), *kind.levels))
            features.extend(house(kind, place, levels, i + 1))
    return features


def house(kind: Estate, place: Place, levels: int, number: int) -> list[Feature]:
    """Return a residential building with a door for each stair on its northern side; a square one is cut as a cross."""
    left, bottom, right, top = place
    stairs = max(1, round((right - left) / kind.stair))
    doors = [round(left + (right - left) * (i + 0.5) / stairs, 2) for i in range(stairs)]
    tags = {
        "building": "apartments",
        "building:levels": str(levels),
        "building:flats": str(levels * stairs * kind.flats),
        "addr:housenumber": f"{number}幢",
    }
    if kind is ESTATES["towers"]:
        third, low, high = (right - left) / 3, bottom + 4.0, top - 4.0
        west, east = left + third, right - third
        shape = Polygon(
            [
                (left, low), (west, low), (west, bottom), (east, bottom), (east, low), (right, low), (right, high),
                (east, high), (east, top), (doors[0], top), (west, top), (west, high), (left, high),
            ]
        )  # fmt: skip
    else:
        northern = [(x, top) for x in reversed(doors)]
        shape = Polygon([(left, bottom), (right, bottom), (right, top), *northern, (left, top)])
    way_in = "main" if stairs == 1 else "staircase"
    entrances = [Feature(Point(x, top), {"entrance": way_in, "ref": str(i + 1)}) for i, x in enumerate(doors)]
    return [Feature(shape, tags), *entrances]


def green(place: Place) -> list[Feature]:
    """Return a garden with a playground in it."""
    left, bottom, right, top = place
    return [
        Feature(box(left, bottom - 4, right, top + 1), {"leisure": "garden"}),
        Feature(box(left + 6, bottom, left + 15, bottom + 8), {"leisure": "playground"}),
    ]


def kindergarten(place: Place, site: Site) -> list[Feature]:
    """Return a kindergarten on one building's place."""
    left, bottom, right, top = place
    name = site.stems.draw() + names.Name("幼儿园", "Kindergarten")
    seats = str(int(site.rng.integers(6, 15)) * 30)
    return [
        Feature(box(left, bottom - 6, right, top + 2), {"amenity": "kindergarten", "capacity": seats, **name.tags()}),
        Feature(box(left + 4, bottom + 1, right - 4, top), {"building": "kindergarten", "building:levels": "3"}),
    ]
