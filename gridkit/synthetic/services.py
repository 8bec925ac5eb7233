"""Shops along the streets, and the public services that open in some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Point, Polygon

from gridkit.synthetic import estates, names, shapes
from gridkit.synthetic.features import Feature, Tags
from gridkit.synthetic.streets import SHOP_STREETS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.synthetic.names import Stems
    from gridkit.synthetic.skeleton import Skeleton

SHOP_M = 34.0
DEPTH_M = 10.0
PASSAGE_M = 5.0
"""Kept free on both sides of a lane between shops."""

NEAR_M, APART_M = 400.0, 1500.0
"""Homes this near to a service draw it; two of a kind need not be further apart."""


@dataclass(frozen=True)
class Service:
    """A kind of public service: how many there are, its tags, how it is called, its usual capacity and hours."""

    count: int
    tags: Tags
    suffix: names.Name
    capacity: tuple[int, int]
    unit: str
    hours: str


SERVICES = {
    "clinic": Service(
        9, {"amenity": "clinic", "healthcare": "clinic"}, names.Name("社区卫生服务站", "Community Clinic"),
        (2, 6), "医生", "08:00-17:30",
    ),
    "pharmacy": Service(
        8, {"amenity": "pharmacy"}, names.Name("大药房", "Pharmacy"), (1, 3), "药师", "08:00-21:00",
    ),
    "community_centre": Service(
        5, {"amenity": "community_centre", "building": "public"},
        names.Name("党群服务中心", "Community Service Centre"), (8, 16), "窗口", "08:30-17:30",
    ),
    "elderly_care": Service(
        6, {"amenity": "social_facility", "social_facility": "day_care", "social_facility:for": "senior"},
        names.Name("日间照料中心", "Elderly Day Care"), (25, 60), "床位", "08:00-17:00",
    ),
    "police": Service(
        3, {"amenity": "police", "building": "public"}, names.Name("派出所", "Police Station"),
        (18, 40), "警力", "24/7",
    ),
    "fire_station": Service(
        2, {"amenity": "fire_station", "building": "fire_station"}, names.Name("消防救援站", "Fire Station"),
        (12, 30), "队员", "24/7",
    ),
    "supermarket": Service(
        9, {"shop": "supermarket"}, names.Name("生鲜超市", "Supermarket"), (4, 10), "收银台", "07:30-21:30",
    ),
    "marketplace": Service(
        2, {"amenity": "marketplace"}, names.Name("菜场", "Wet Market"), (40, 90), "摊位", "05:30-19:00",
    ),
    "post_office": Service(
        2, {"amenity": "post_office"}, names.Name("邮政所", "Post Office"), (2, 4), "窗口", "09:00-17:00",
    ),
    "library": Service(
        1, {"amenity": "library"}, names.Name("书房", "Library"), (80, 160), "座位", "09:00-21:00",
    ),
}  # fmt: skip
"""Opened in this order, each as far from its own kind as the shops allow."""


def shops(bones: Skeleton, land: Sequence[tuple[Polygon, str]], ways: Sequence[Feature]) -> list[Feature]:
    """Return the rows of shops in front of the estates, with passages where lanes come out."""
    ground = [plot.buffer(-1.0) for plot, use in land if use in estates.SHOPS_IN_FRONT]
    tree = shapely.STRtree(ground)
    lanes = shapely.STRtree([way.geometry for way in ways])
    built: list[Polygon] = []
    for street in bones.streets:
        if street.kind not in SHOP_STREETS:
            continue
        for side in (-1.0, 1.0):
            near, far = (
                shapes.offset(street.middle, side * (street.half_width_m + step)) for step in (2.0, 2.0 + DEPTH_M)
            )
            for start in np.arange(20.0, street.middle.length - SHOP_M, SHOP_M + 5.0):
                shop = quad(near, far, start / street.middle.length, (start + SHOP_M) / street.middle.length)
                clear = not len(lanes.query(shop, "dwithin", PASSAGE_M)) and not shapely.intersects(shop, built).any()
                if clear and len(tree.query(shop, predicate="within")):
                    built.append(shop)
    return [Feature(shop, {"building": "retail", "building:levels": "2"}) for shop in built]


def quad(near: LineString, far: LineString, start: float, end: float) -> Polygon:
    """Return the shop between two lines beside a street, from one share of their length to another."""
    points = [
        line.interpolate(share, normalized=True)
        for line, share in ((near, start), (near, end), (far, end), (far, start))
    ]
    return Polygon([point.coords[0] for point in points])


def open_services(
    built: Sequence[Feature], homes: Sequence[Point], stems: Stems, rng: np.random.Generator
) -> list[Feature]:
    """Return the shops, some of them turned into services near where people live, well apart within each kind."""
    spots = shapely.get_coordinates(shapely.centroid([shop.geometry for shop in built]))
    near = cKDTree(shapely.get_coordinates(list(homes))).query_ball_point(spots, NEAR_M, return_length=True)
    wanted = 1.0 + 0.3 * near / near.max()
    free = np.ones(len(spots), dtype=bool)
    opened = list(built)
    for service in SERVICES.values():
        apart = np.full(len(spots), APART_M)
        for _ in range(service.count):
            score = np.minimum(apart, APART_M) * wanted * rng.uniform(0.85, 1.0, len(spots))
            best = int(np.where(free, score, -1.0).argmax())
            free[best] = False
            apart = np.minimum(apart, np.hypot(*(spots - spots[best]).T))
            opened[best] = opened_in(built[best], service, stems, rng)
    return opened


def opened_in(shop: Feature, service: Service, stems: Stems, rng: np.random.Generator) -> Feature:
    """Return a shop turned into a service."""
    low, high = service.capacity
    how = {"capacity": str(int(rng.integers(low, high + 1))), "opening_hours": service.hours}
    return Feature(shop.geometry, shop.tags | service.tags | (stems.draw() + service.suffix).tags() | how)
