"""The whole sheet: every feature of the made-up district, drawn from the main lines inwards, and joined up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString

from gridkit.synthetic import (
    campuses,
    estates,
    junctions,
    lots,
    parks,
    plots,
    services,
    shapes,
    sidewalks,
    skeleton,
    streets,
    transit,
    water,
)
from gridkit.synthetic.features import Feature
from gridkit.synthetic.names import Stems

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapely.geometry import MultiLineString, Polygon

    from gridkit.synthetic.skeleton import Skeleton

FILL: dict[str, Callable[[plots.Site], list[Feature]]] = {
    **dict.fromkeys([*estates.ESTATES, "new_towers"], estates.estates),
    **dict.fromkeys(lots.WARRENS, lots.warren),
    **dict.fromkeys(campuses.CAMPUSES, campuses.campus),
    "park": parks.park,
    "lake_park": parks.lake_park,
}
"""How a plot of each use is filled."""


@dataclass(frozen=True)
class Drawing:
    """The sheet when it is done."""

    bones: Skeleton
    features: tuple[Feature, ...]


def draw(seed: int) -> Drawing:
    """Return the sheet for a seed."""
    rng = np.random.default_rng(seed)
    stems = Stems(rng)
    bones = skeleton.draw(rng)
    roads = streets.build(bones, stems)
    land = plots.plots(bones, roads)
    filled = [feature for plot, use in land for feature in FILL[use](plots.Site(plot, use, roads, stems, rng))]
    ways = [feature for feature in (*roads.features, *filled) if is_way(feature, "highway")]
    homes = [feature.geometry.centroid for feature in filled if "building:flats" in feature.tags]
    built = services.shops(bones, land, ways)
    features = [
        *water.fields(bones),
        *water.water(bones, stems),
        *water.belts(bones),
        *roads.features,
        *on_foot(bones, [plot for plot, _ in land], ways, roads.open_lines),
        *transit.railway(bones, stems),
        *transit.bus_stops(bones, roads),
        *filled,
        *services.open_services(built, homes, stems, rng),
    ]
    return Drawing(bones, tuple(meet(features)))


def on_foot(bones: Skeleton, land: list[Polygon], ways: list[Feature], ground: MultiLineString) -> list[Feature]:
    """Return sidewalks and promenades, and what joins them to the streets."""
    walks = sidewalks.sidewalks(bones, land)
    promenades = water.promenades(bones)
    crossings = sidewalks.crossings(bones, walks, ground)
    kerbs = sidewalks.kerbs(walks, [*ways, *crossings], ground)
    return [*walks, *promenades, *crossings, *kerbs, *sidewalks.stairs(bones, promenades, ground)]


def is_way(feature: Feature, key: str) -> bool:
    """Tell whether a feature is a line of this key on the ground."""
    return key in feature.tags and feature.level == 0 and isinstance(feature.geometry, LineString)


def meet(features: list[Feature]) -> list[Feature]:
    """Return the features with streets joined to streets and waterways to waterways, on the ground."""
    done = list(features)
    for key in ("highway", "waterway"):
        which = [i for i, feature in enumerate(features) if is_way(feature, key)]
        joined = junctions.join([shapes.longest(features[i].geometry) for i in which])
        for i, line in zip(which, joined, strict=True):
            done[i] = Feature(line, features[i].tags)
    return done
