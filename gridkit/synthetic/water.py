"""The river with its islet and promenades, the canal that joins it, and the green and the fields along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import shapely.affinity

from gridkit.synthetic import names, shapes, skeleton
from gridkit.synthetic.features import Feature
from gridkit.synthetic.streets import PROMENADE_M

if TYPE_CHECKING:
    from gridkit.synthetic.names import Stems
    from gridkit.synthetic.skeleton import Skeleton

ISLET_AT = 0.31
"""Share of the river's length where the islet lies."""

LEAST_BELT_M2, LEAST_FIELD_M2 = 800.0, 10_000.0


def water(bones: Skeleton, stems: Stems) -> list[Feature]:
    """Return river and canal, as lines and as one water area with an islet."""
    river_name = stems.draw() + names.Name("河", "River")
    canal_name = stems.draw() + names.Name("港", "Canal")
    wet = shapely.union_all(
        [
            bones.river.buffer(skeleton.RIVER_HALF_M, cap_style="flat"),
            bones.canal.buffer(skeleton.CANAL_HALF_M, cap_style="flat"),
        ]
    )
    islet_at = bones.river.interpolate(ISLET_AT, normalized=True)
    islet = shapely.affinity.scale(islet_at.buffer(9.0, quad_segs=3), 3.2, 0.8)
    river = shapes.largest(shapely.difference(wet.simplify(0.5), islet))
    return [
        Feature(river, {"natural": "water", "water": "river", **river_name.tags()}),
        Feature(bones.river, {"waterway": "river", **river_name.tags()}),
        Feature(shapely.reverse(bones.canal), {"waterway": "canal", **canal_name.tags()}),
    ]


def promenades(bones: Skeleton) -> list[Feature]:
    """Return the walks along both banks, cut where the canal flows in."""
    mouth = bones.canal.buffer(skeleton.CANAL_HALF_M + 4.0)
    tags = {"highway": "footway", "surface": "paving_stones"}
    walks = [shapes.offset(bones.river, side * (skeleton.RIVER_HALF_M + PROMENADE_M)) for side in (-1.0, 1.0)]
    return [Feature(part, tags) for walk in walks for part in shapes.lines(shapely.difference(walk, mouth))]


def belts(bones: Skeleton) -> list[Feature]:
    """Return the green behind the promenades, between the streets."""
    streets = [street.middle.buffer(street.half_width_m + 6.0) for street in bones.streets]
    taken = shapely.union_all([*streets, bones.canal.buffer(skeleton.CANAL_HALF_M + 4.0)])
    green = [shapes.offset(bones.river, side * (skeleton.RIVER_HALF_M + 15.0)) for side in (-1.0, 1.0)]
    return [
        Feature(part, {"landuse": "grass"})
        for line in green
        for part in shapes.polygons(shapely.difference(line.buffer(5.0, cap_style="flat"), taken).simplify(0.5))
        if part.area > LEAST_BELT_M2
    ]


def fields(bones: Skeleton) -> list[Feature]:
    """Return the farmland around the district, between the streets and the waters that leave it."""
    taken = shapely.union_all(
        [
            bones.outline().buffer(40.0),
            bones.river.buffer(skeleton.RIVER_HALF_M + 30.0),
            bones.canal.buffer(skeleton.CANAL_HALF_M + 15.0),
            bones.rail.buffer(20.0),
            *(street.middle.buffer(street.half_width_m + 4.0) for street in bones.streets),
        ]
    )
    land = shapes.polygons(shapely.difference(skeleton.SHEET, taken).simplify(1.0))
    return [Feature(field, {"landuse": "farmland"}) for field in land if field.area > LEAST_FIELD_M2]
