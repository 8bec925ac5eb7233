"""The river with its islet, bank and promenade, and the canal that joins it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import shapely.affinity
import shapely.ops
from shapely.geometry import LineString, Polygon

from gridkit.sources.made_up import names, plots, skeleton
from gridkit.sources.made_up.features import Feature
from gridkit.sources.made_up.streets import PROMENADE_M

if TYPE_CHECKING:
    from gridkit.sources.made_up.names import Stems
    from gridkit.sources.made_up.skeleton import Skeleton

ISLET_AT = 0.31
"""Share of the river's length where the islet lies."""


def water(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return river and canal as lines and as areas, the promenades along them and the green behind."""
    river_name = stems.draw() + names.Name("河", "River")
    canal_name = stems.draw() + names.Name("港", "Canal")
    wet = shapely.union_all(
        [
            bones.river.buffer(skeleton.RIVER_HALF_M, cap_style="flat"),
            bones.canal.buffer(skeleton.CANAL_HALF_M, cap_style="flat"),
        ]
    )
    river = plots.largest(wet).simplify(0.5)
    islet_at = bones.river.interpolate(ISLET_AT, normalized=True)
    islet = shapely.affinity.scale(islet_at.buffer(9.0, quad_segs=3), 3.2, 0.8)
    river = Polygon(river.exterior.coords, [islet.exterior.coords])
    return [
        Feature(river, {"natural": "water", "water": "river", **river_name.tags()}),
        Feature(bones.river, {"waterway": "river", **river_name.tags()}),
        Feature(shapely.reverse(bones.canal), {"waterway": "canal", **canal_name.tags()}),
        *promenades(bones, river),
    ]


def promenades(bones: Skeleton, river: Polygon) -> list[Feature]:
    """Return the walks along both banks, cut where the canal flows in, and a green strip behind each."""
    mouth = bones.canal.buffer(skeleton.CANAL_HALF_M + 4.0)
    features = []
    for side in (-1.0, 1.0):
        walk = shapely.offset_curve(bones.river, side * (skeleton.RIVER_HALF_M + PROMENADE_M), join_style="round")
        features.extend(
            Feature(part, {"highway": "footway", "surface": "paving_stones"})
            for part in shapely.get_parts(shapely.difference(walk, mouth))
        )
        green = shapely.offset_curve(bones.river, side * (skeleton.RIVER_HALF_M + 15.0), join_style="round")
        streets = shapely.union_all([street.middle.buffer(street.half_width_m + 6.0) for street in bones.streets])
        belt = shapely.difference(LineString(green).buffer(5.0, cap_style="flat"), shapely.union(streets, mouth))
        features.extend(
            Feature(part.simplify(0.5), {"landuse": "grass"}) for part in shapely.get_parts(belt) if part.area > 800.0
        )
    return features
