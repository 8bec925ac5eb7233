"""Housing estates: a wall with gates around rows of slabs or towers, inner lanes, gardens, sometimes a kindergarten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from gridkit.sources.made_up import junctions, names, plots
from gridkit.sources.made_up.features import Feature, Tags

if TYPE_CHECKING:
    from gridkit.sources.made_up.plots import Site

LARGEST_M2 = 62_000.0
"""A plot above it holds two estates, each behind its own wall."""

SHOPS_IN_FRONT = ("walkups", "midrise")


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
    new = site.use.startswith("new_")
    site = replace(site, use=site.use.removeprefix("new_"))
    parts = [site.plot]
    if site.plot.area > LARGEST_M2:
        parts, _ = plots.split(site.plot, site.rng.uniform(0.44, 0.56))
    features = []
    for part in parts:
        features.extend(estate(replace(site, plot=part), {"start_date": "this year"} if new else {}))
    return features


def estate(site: Site, extra: Tags) -> list[Feature]:
    """Return everything inside one wall, and the wall."""
    kind = ESTATES[site.use]
    suffixes = names.ESTATES[site.use]
    name = site.stems.draw() + suffixes[int(site.rng.integers(len(suffixes)))]
    land = shapely.difference(site.plot, site.streets.frontage) if site.use in SHOPS_IN_FRONT else site.plot
    wall = plots.largest(plots.largest(land).buffer(-3.0, join_style="mitre")).simplify(1.0)
    inner = plots.largest(wall.buffer(-6.0, join_style="mitre"))
    spine_x = inner.centroid.x + float(site.rng.uniform(-12.0, 12.0))
    rows = row_heights(inner, kind)
    lanes = inner_lanes(inner, kind, rows, spine_x)
    ways, gates = gateways(site, wall, lanes)
    ground = Feature(wall, {"landuse": "residential", "residential": "gated", **name.tags(), **extra})
    ring = junctions.insert(
        LineString(wall.exterior.coords), np.array([gate.coords[0] for gate in gates]).reshape(-1, 2)
    )
    barrier = Feature(ring, {"barrier": kind.barrier})
    posts = [
        Feature(gate, {"barrier": "gate" if i else "lift_gate", "access": "private"}) for i, gate in enumerate(gates)
    ]
    return [ground, barrier, *posts, *ways, *buildings(site, kind, inner, rows, spine_x)]


def row_heights(inner: Polygon, kind: Estate) -> list[float]:
    """Return the southern edge of each row, spread over the plot."""
    _, bottom, _, top = inner.bounds
    return [low for low, _ in plots.fit(bottom + 3.0, top - 8.0, kind.depth, kind.pitch - kind.depth)]


def inner_lanes(inner: Polygon, kind: Estate, rows: list[float], spine_x: float) -> list[LineString]:
    """Return the spine, north to south, and the lane behind each row where the stairs are."""
    _, bottom, _, top = inner.bounds
    spine = max(
        shapely.get_parts(shapely.intersection(inner, LineString([(spine_x, bottom - 1), (spine_x, top + 1)]))),
        key=lambda part: part.length,
    )
    lanes = [spine if spine.coords[0][1] < spine.coords[-1][1] else shapely.reverse(spine)]
    for low in rows:
        y = low + kind.depth + 4.5
        clear = plots.span(inner, y - 0.5, y + 0.5)
        if clear and clear[0] < spine_x - 5 and clear[1] > spine_x + 5 and spine.bounds[1] < y < spine.bounds[3]:
            lanes.append(LineString([(clear[0] + 3, y), (clear[1] - 3, y)]))
    return lanes


def gateways(site: Site, wall: Polygon, lanes: list[LineString]) -> tuple[list[Feature], list[Point]]:
    """Return the lanes as ways, some of them led through the wall to the street, and the gates they pass.

    Both ends of the spine look for a street first; then the middle row, towards one side, or both if none was found.
    """
    spine, *rows = lanes
    middle = len(rows) // 2
    made: list[Point] = []
    lines = {0: list(spine.coords)}
    lines |= {i + 1: list(row.coords) for i, row in enumerate(rows)}
    wanted = [(0, 0), (0, -1)] + ([(middle + 1, 0), (middle + 1, -1)] if rows else [])
    enough = 2 + int(site.rng.integers(0, 2))
    for lane, end in wanted:
        if len(made) >= enough:
            break
        path = lines[lane]
        out = np.subtract(path[end], path[1 if end == 0 else -2])
        far = np.add(path[end], out / np.hypot(*out) * 25.0)
        hit = shapely.intersection(LineString([path[end], far]), wall.exterior)
        if hit.is_empty:
            continue
        gate = Point(shapely.get_coordinates(hit)[0].round(2))
        way_out = site.streets.reach((gate.x, gate.y), tuple(np.add(gate.coords[0], out / np.hypot(*out) * 0.1)))
        if way_out is None:
            continue
        steps = [gate.coords[0], way_out.coords[-1]]
        lines[lane] = [*reversed(steps), *path] if end == 0 else [*path, *steps]
        made.append(gate)
    tags = {"highway": "service", "access": "private"}
    ways = [
        Feature(LineString(path), tags if lane % 2 == 0 else tags | {"service": "driveway"})
        for lane, path in lines.items()
    ]
    return ways, made


def buildings(site: Site, kind: Estate, inner: Polygon, rows: list[float], spine_x: float) -> list[Feature]:
    """Return the rows of buildings; one place may be a garden, one a kindergarten."""
    rng = site.rng
    places = []
    for row, low in enumerate(rows):
        clear = plots.span(inner, low, low + kind.depth)
        if clear is None:
            continue
        stagger = kind.gap / 2 if site.use == "towers" and row % 2 else 0.0
        west, east = clear[0] + 2 + stagger, clear[1] - 2 - stagger
        for left, right in (
            *plots.row(west, min(spine_x - 6.5, east), kind.lengths, kind.gap),
            *plots.row(max(spine_x + 6.5, west), east, kind.lengths, kind.gap),
        ):
            places.append((left, low, right, low + kind.depth))
    middle = sorted(range(len(places)), key=lambda i: Point(places[i][:2]).distance(inner.centroid))
    garden = middle[:1] if len(places) > 7 else []
    nursery = middle[3:4] if len(places) > 11 and rng.random() < 0.34 else []
    usual = int(rng.integers(kind.levels[0], kind.levels[1] + 1))
    features = []
    for number, place in enumerate(places):
        if number in garden:
            features.extend(green(place))
        elif number in nursery:
            features.extend(kindergarten(place, site))
        else:
            levels = int(np.clip(usual + rng.integers(-1, 2), *kind.levels))
            features.extend(house(kind, place, levels, str(number + 1)))
    return features


def house(kind: Estate, place: tuple[float, float, float, float], levels: int, number: str) -> list[Feature]:
    """Return a residential building with a door for each stair."""
    left, bottom, right, top = place
    stairs = max(1, round((right - left) / kind.stair))
    flats = stairs * kind.flats
    tags = {
        "building": "apartments",
        "building:levels": str(levels),
        "building:flats": str(levels * flats),
        "addr:housenumber": f"{number}幢",
    }
    if kind is ESTATES["towers"]:
        third, notch = (right - left) / 3, 4.0
        shape = Polygon(
            [
                (left, bottom + notch), (left + third, bottom + notch), (left + third, bottom), (right - third, bottom),
                (right - third, bottom + notch), (right, bottom + notch), (right, top - notch), (right - third, top - notch),
                (right - third, top), ((left + right) / 2, top), (left + third, top), (left + third, top - notch),
                (left, top - notch),
            ]
        )  # fmt: skip
        return [Feature(shape, tags), Feature(Point((left + right) / 2, top), {"entrance": "main", "ref": "1"})]
    doors = [round(left + (right - left) * (i + 0.5) / stairs, 2) for i in range(stairs)]
    shape = Polygon([(left, bottom), (right, bottom), (right, top), *((x, top) for x in reversed(doors)), (left, top)])
    return [
        Feature(shape, tags),
        *(Feature(Point(x, top), {"entrance": "staircase", "ref": str(i + 1)}) for i, x in enumerate(doors)),
    ]


def green(place: tuple[float, float, float, float]) -> list[Feature]:
    """Return a garden with a playground in it."""
    left, bottom, right, top = place
    lawn = plots.rectangle(left, bottom - 4, right, top + 1)
    swing = plots.rectangle(left + 8, bottom, left + 18, bottom + 8)
    return [Feature(lawn, {"leisure": "garden"}), Feature(swing, {"leisure": "playground"})]


def kindergarten(place: tuple[float, float, float, float], site: Site) -> list[Feature]:
    """Return a kindergarten on one building's place."""
    left, bottom, right, top = place
    name = site.stems.draw() + names.Name("幼儿园", "Kindergarten")
    yard = plots.rectangle(left, bottom - 6, right, top + 2)
    hall = plots.rectangle(left + 5, bottom + 1, right - 5, top)
    return [
        Feature(yard, {"amenity": "kindergarten", "capacity": str(int(site.rng.integers(6, 15)) * 30), **name.tags()}),
        Feature(hall, {"building": "kindergarten", "building:levels": "3"}),
    ]
