"""The plots between the streets, and what each is used for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import Point, Polygon

from gridkit.synthetic import skeleton, transit
from gridkit.synthetic.shapes import largest

if TYPE_CHECKING:
    import numpy as np

    from gridkit.synthetic.names import Stems
    from gridkit.synthetic.skeleton import Skeleton
    from gridkit.synthetic.streets import Streets

LEAST_M2 = 4000.0

USES: tuple[tuple[float, float, str], ...] = (
    (108, 693, "walkups"), (147, 414, "midrise"), (150, 1811, "village"), (154, 130, "factory"),
    (170, 1277, "village"), (151, 1526, "park"), (174, 951, "walkups"), (175, 2081, "factory"), (436, 672, "towers"),
    (473, 1229, "walkups"), (464, 1808, "midrise"), (463, 1494, "walkups"), (482, 2080, "towers"),
    (485, 930, "walkups"), (486, 391, "midrise"), (485, 106, "village"), (779, 1200, "hospital"),
    (781, 1499, "walkups"), (785, 1956, "college"), (787, 417, "walkups"), (800, 959, "old_town"),
    (821, 690, "old_town"), (828, 163, "midrise"), (1091, 417, "walkups"), (1109, 2047, "midrise"),
    (1122, 1820, "walkups"), (1128, 675, "market"), (1119, 1240, "old_town"), (1131, 1509, "towers"),
    (1123, 943, "old_town"), (1141, 136, "school"), (1412, 667, "mall"), (1420, 922, "civic"),
    (1423, 2097, "midrise"), (1428, 1826, "walkups"), (1437, 287, "walkups"), (1449, 1227, "towers"),
    (1543, 1377, "lake_park"), (1663, 930, "park"), (1745, 1809, "midrise"), (1737, 720, "walkups"),
    (1744, 464, "midrise"), (1757, 153, "walkups"), (1747, 2066, "towers"), (1783, 1507, "school"),
    (1809, 945, "park"), (1974, 691, "park"), (2021, 1222, "towers"), (2039, 103, "walkups"), (2043, 1480, "midrise"),
    (2049, 413, "school"), (2050, 973, "walkups"), (2074, 2070, "walkups"), (2091, 1813, "walkups"),
    (2207, 760, "village"), (2300, 1226, "mall"), (2322, 277, "towers"), (2327, 1512, "walkups"),
    (2329, 978, "midrise"), (2349, 2072, "factory"), (2372, 1787, "new_towers"), (2567, 837, "factory"),
    (2575, 293, "factory"), (2575, 1372, "station"), (2587, 1925, "factory"),
)  # fmt: skip
"""What the plot around each point of the sheet is used for."""


@dataclass(frozen=True)
class Site:
    """A plot to be filled, and what the filling needs to know of its surroundings."""

    plot: Polygon
    use: str
    streets: Streets
    stems: Stems
    rng: np.random.Generator


def plots(bones: Skeleton, streets: Streets) -> list[tuple[Polygon, str]]:
    """Return the land between streets, water and railway with its use, in the order of `USES`."""
    taken = shapely.union_all(
        [
            streets.right_of_way,
            bones.river.buffer(skeleton.RIVER_HALF_M + skeleton.BANK_M),
            bones.canal.buffer(skeleton.CANAL_HALF_M + 11.0),
            bones.rail.buffer(13.0),
            transit.station_hall(bones).buffer(12.0, join_style="mitre"),
        ]
    )
    land = [largest(shapely.difference(face, taken)) for face in bones.faces()]
    land = [largest(plot.simplify(0.4)) for plot in land if plot.area > LEAST_M2]
    uses = shapely.STRtree([Point(x, y) for x, y, _ in USES])
    ranked = sorted((int(uses.nearest(plot.centroid)), plot.centroid.x, plot) for plot in land)
    return [(plot, USES[number][2]) for number, _, plot in ranked]
