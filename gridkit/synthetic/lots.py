"""Old town and villages in the city: a warren of lanes and small lots that nobody planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
import shapely.affinity
from shapely.geometry import LineString, Point, Polygon

from gridkit.synthetic import names, shapes
from gridkit.synthetic.features import Feature

if TYPE_CHECKING:
    import numpy as np

    from gridkit.synthetic.plots import Site

AT_EDGE_M = 0.01
LEAST_HOUSE_M2, LEAST_WITH_YARD_M2 = 40.0, 120.0
EMPTY_SHARE = 0.05
FLAT_M2 = 170.0
"""Floor area that makes one flat of a house."""


@dataclass(frozen=True)
class Warren:
    """How one kind of warren is cut; areas in square metres, widths in metres.

    Parameters
    ----------
    block, lot
        No block between lanes and no lot is larger.
    lanes
        Highway class of the cuts, first cuts first; the last goes for all further ones.
    width
        Width of a lane.
    yard
        Share of houses around a yard.
    levels
        Fewest and most floors.
    suffix
        How a neighbourhood of this kind is called.
    """

    block: float
    lot: float
    lanes: tuple[str, ...]
    width: float
    yard: float
    levels: tuple[int, int]
    suffix: names.Name


WARRENS = {
    "old_town": Warren(
        3600.0,
        330.0,
        ("residential", "living_street", "living_street", "footway"),
        4.5,
        0.2,
        (1, 3),
        names.Name("坊", "Ward"),
    ),
    "village": Warren(
        4200.0,
        300.0,
        ("residential", "service", "footway"),
        4.0,
        0.0,
        (2, 5),
        names.Name("家庄", "Jiazhuang Village"),
    ),
}


def warren(site: Site) -> list[Feature]:
    """Return a neighbourhood of small blocks, its lanes and its houses."""
    kind = WARRENS[site.use]
    name = site.stems.draw() + kind.suffix
    blocks, cuts = carve(site.plot, kind.block, site.rng)
    ground = Feature(site.plot, {"landuse": "residential", "place": "neighbourhood", **name.tags()})
    features = [ground]
    for depth, cut in cuts:
        highway = kind.lanes[min(depth, len(kind.lanes) - 1)]
        tags = {"highway": highway}
        if depth <= 1:
            tags |= (site.stems.draw() + names.ALLEY).tags()
        features.append(Feature(led_out(cut, site), tags))
    for block in blocks:
        land = shapes.inset(block, kind.width / 2)
        lots, _ = carve(land, kind.lot, site.rng) if land.area > kind.lot / 3 else ([], [])
        features.extend(cottage for lot in lots if (cottage := house(lot, kind, site.rng)) is not None)
    return features


def carve(plot: Polygon, most: float, rng: np.random.Generator) -> tuple[list[Polygon], list[tuple[int, LineString]]]:
    """Return the pieces left when a plot is cut in two until none is larger, and the cuts with their depth."""
    if plot.area <= most:
        return [plot], []
    parts, cut = shapes.split(plot, float(rng.uniform(0.40, 0.60)), float(rng.uniform(-0.07, 0.07)))
    pieces: list[Polygon] = []
    cuts = [(0, cut)]
    for part in parts:
        inner, deeper = carve(part, most, rng)
        pieces.extend(inner)
        cuts.extend((depth + 1, line) for depth, line in deeper)
    return pieces, cuts


def led_out(cut: LineString, site: Site) -> LineString:
    """Return a lane whose ends at the edge of the plot go on to the street there, if there is one."""
    ends = [shapes.xy(Point(end)) for end in (cut.coords[0], cut.coords[-1])]
    path = list(ends)
    for end, other in ((0, 1), (1, 0)):
        if site.plot.exterior.distance(Point(ends[end])) < AT_EDGE_M:
            path[end] = site.streets.reach(ends[other], ends[end]) or ends[end]
    return LineString(path)


def house(lot: Polygon, kind: Warren, rng: np.random.Generator) -> Feature | None:
    """Return the house on a lot, if the lot is large enough and not left empty."""
    walls = shapes.inset(lot, float(rng.uniform(0.6, 1.9)))
    if walls.area < LEAST_HOUSE_M2 or rng.random() < EMPTY_SHARE:
        return None
    if rng.random() < kind.yard and walls.area > LEAST_WITH_YARD_M2:
        yard = shapely.affinity.scale(walls, 0.45, 0.45)
        yard = shapely.affinity.translate(yard, 0.0, -0.45 * (walls.bounds[3] - walls.bounds[1]) / 2)
        walls = shapes.largest(shapely.difference(walls, yard))
    levels = int(rng.integers(kind.levels[0], kind.levels[1] + 1))
    flats = max(1, round(walls.area * levels / FLAT_M2))
    tags = {"building": "house", "building:levels": str(levels), "building:flats": str(flats)}
    return Feature(walls, tags)
