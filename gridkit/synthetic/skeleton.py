"""The main lines of the district: streets, river, canal and railway, drawn by hand and moved a little by the seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.interpolate import CubicSpline
from shapely.geometry import GeometryCollection, LineString, MultiLineString, Point, Polygon, box
from shapely.ops import polygonize

from gridkit.synthetic import shapes

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Points = tuple[tuple[float, float], ...]

STEP_M = 28.0
"""Distance between the vertices of a smooth line."""

HALF_WIDTH_M = {"trunk": 25.0, "primary": 21.0, "secondary": 14.0, "tertiary": 10.5, "residential": 7.5}
"""From a street's middle to the plots beside it."""

MEDIAN_M = {"trunk": 9.5, "primary": 7.0}
"""From the middle to each carriageway, for streets that have two."""

RIVER_HALF_M = 31.0
CANAL_HALF_M = 9.0
BANK_M = 24.0
"""From the water's edge to the first plot: promenade and green."""

JITTER_M = 9.0

NEAR_M = 90.0
"""An end is cut at another line this near to it."""

SHEET = box(-400.0, -400.0, 3060.0, 2600.0)
"""What is drawn; the district ends well within it."""


@dataclass(frozen=True)
class Street:
    """One street: its class, its middle line as drawn (ends may overshoot), and its middle line cut where it ends."""

    key: str
    kind: str
    drawn: LineString
    middle: LineString

    @property
    def half_width_m(self) -> float:
        """Metres from the middle to the plots."""
        return HALF_WIDTH_M[self.kind]

    @property
    def median_m(self) -> float:
        """Metres from the middle to each carriageway, 0 for a single one."""
        return MEDIAN_M.get(self.kind, 0.0)


@dataclass(frozen=True)
class Skeleton:
    """All main lines of one district, in sheet metres."""

    streets: tuple[Street, ...]
    river: LineString
    canal: LineString
    rail: LineString

    def street(self, key: str) -> Street:
        """Return the street of that key."""
        return next(street for street in self.streets if street.key == key)

    def middles(self, *kinds: str) -> MultiLineString:
        """Return the middle lines of the streets of these kinds, of all when none is named."""
        return MultiLineString([street.middle for street in self.streets if not kinds or street.kind in kinds])

    def faces(self) -> list[Polygon]:
        """Return the faces that all main lines enclose, west to east."""
        lines = shapely.union_all([self.middles(), self.river, self.canal, self.rail], grid_size=0.01)
        faces = shapes.polygons(GeometryCollection(list(polygonize(shapes.lines(lines)))))
        return sorted(faces, key=lambda face: (round(face.centroid.x, 3), round(face.centroid.y, 3)))

    def outline(self) -> Polygon:
        """Return the district: all faces together."""
        return shapes.largest(shapely.union_all(self.faces()))


THROUGH: dict[str, tuple[str, Points]] = {
    "west": ("trunk", ((0, -420), (0, 0), (-30, 560), (10, 1100), (-20, 1650), (20, 2200), (0, 2620))),
    "south": ("primary", ((-420, 20), (0, 0), (640, -30), (1280, 10), (1900, -20), (2440, 10), (2680, 0), (3080, 30))),
    "north": (
        "primary",
        ((-420, 2180), (20, 2200), (640, 2230), (1260, 2190), (1900, 2230), (2460, 2200), (3080, 2160)),
    ),
    "east": (
        "primary",
        ((2440, -420), (2440, 10), (2470, 560), (2430, 1100), (2480, 1660), (2460, 2200), (2440, 2620)),
    ),
    "middle": (
        "primary",
        ((-420, 1115), (10, 1100), (620, 1060), (1270, 1100), (1880, 1060), (2430, 1100), (3080, 1090)),
    ),
    "axis": (
        "primary",
        ((1260, -420), (1280, 10), (1250, 540), (1270, 1100), (1300, 1680), (1260, 2190), (1280, 2620)),
    ),
    "lower": ("secondary", ((-420, 590), (-30, 560), (640, 520), (1250, 540), (1900, 580), (2470, 560), (3080, 600))),
    "upper": (
        "secondary",
        ((-420, 1640), (-20, 1650), (640, 1690), (1300, 1680), (1900, 1640), (2480, 1660), (3080, 1650)),
    ),
    "first": ("secondary", ((640, -420), (640, -30), (640, 520), (620, 1060), (600, 1600), (640, 2230), (620, 2620))),
    "third": (
        "secondary",
        ((1900, -420), (1900, -20), (1900, 580), (1880, 1060), (1920, 1640), (1900, 2230), (1900, 2620)),
    ),
}
"""Streets that run through the district and beyond it."""

ENDING: dict[str, tuple[str, Points]] = {
    "sw_v": ("tertiary", ((300, -45), (330, 250), (310, 575))),
    "sw_h": ("residential", ((-35, 285), (330, 265), (665, 250))),
    "s_h": ("tertiary", ((615, 335), (950, 300), (1295, 290))),
    "s_v": ("residential", ((915, 280), (925, 420), (900, 555))),
    "s_w": ("residential", ((1010, -40), (1000, 150), (1010, 325))),
    "c_v": ("tertiary", ((1585, -30), (1600, 280), (1565, 560), (1575, 780), (1540, 1110))),
    "c_h": ("residential", ((1565, 310), (1750, 330), (1930, 320))),
    "se_h": ("residential", ((1870, 225), (2010, 235), (2208, 230))),
    "w_h": ("tertiary", ((-45, 830), (310, 810), (655, 780))),
    "w_v": ("residential", ((345, 780), (340, 950), (318, 1090), (325, 1200), (315, 1430))),
    "w_s": ("residential", ((255, 530), (240, 680), (250, 845))),
    "o_h": ("tertiary", ((595, 860), (940, 830), (1260, 790), (1500, 760), (1838, 880))),
    "o_v": ("residential", ((985, 500), (1000, 800), (950, 1100), (950, 1340), (965, 1680), (950, 1950), (965, 2250))),
    "e_h": ("tertiary", ((1855, 940), (2200, 870), (2490, 840))),
    "e_v": ("residential", ((2235, 830), (2230, 980), (2240, 1115))),
    "park_v": ("tertiary", ((1640, 1360), (1650, 1500), (1645, 1690))),
    "park_h": ("residential", ((1615, 1400), (1750, 1370), (1945, 1420))),
    "ne_h": ("tertiary", ((1870, 1330), (2200, 1370), (2490, 1390))),
    "ne_v": ("residential", ((2150, 1050), (2170, 1370), (2200, 1690))),
    "nw_h": ("tertiary", ((-35, 1940), (300, 1930), (655, 1950))),
    "nc_h": ("residential", ((920, 1960), (1100, 1950), (1310, 1890))),
    "nm_v": ("tertiary", ((1550, 1620), (1570, 1930), (1590, 2250))),
    "nm_h": ("residential", ((1240, 1965), (1590, 1975), (1940, 1910))),
    "nn_v": ("residential", ((2270, 1620), (2250, 1930), (2220, 2250))),
    "nn_h": ("tertiary", ((1880, 1980), (2240, 1930), (2500, 1925))),
}
"""Streets that end on another street, or by the water; drawn a little too long and cut where they end."""

RIVER: Points = (
    (-450, 1600), (-20, 1505), (330, 1400), (620, 1310), (950, 1335), (1290, 1395), (1540, 1310), (1680, 1080),
    (1770, 910), (1900, 800), (2060, 690), (2150, 540), (2185, 400), (2190, 200), (2170, -20), (2210, -440),
)  # fmt: skip
CANAL: Points = ((330, 1400), (312, 1680), (345, 2210), (335, 2640))
RAIL: Points = ((2640, -440), (2680, 0), (2700, 560), (2680, 1100), (2700, 1660), (2680, 2200), (2700, 2640))
INTERCHANGE = ("west", "middle")
ROUNDABOUT = ("axis", "lower")
ROUNDABOUT_M = 34.0


def smooth(controls: Points, rng: np.random.Generator) -> LineString:
    """Return a smooth line through the control points, each moved by up to `JITTER_M` across and along."""
    points = np.asarray(controls, dtype=float) + rng.uniform(-JITTER_M, JITTER_M, (len(controls), 2))
    along = np.concatenate([[0.0], np.hypot(*np.diff(points, axis=0).T).cumsum()])
    curve = CubicSpline(along, points, bc_type="natural")
    return LineString(curve(np.linspace(0.0, along[-1], max(3, round(along[-1] / STEP_M)))).round(3))


def cut_at_ends(line: LineString, others: BaseGeometry) -> LineString:
    """Return the line from its first crossing with the others to its last; an end that meets nothing near stays."""
    along = sorted(line.project(Point(at)) for at in shapes.meetings(line, others))
    start = along[0] if along and along[0] < NEAR_M else 0.0
    end = along[-1] if along and line.length - along[-1] < NEAR_M else line.length
    return shapes.stretch(line, start, end)


def draw(rng: np.random.Generator) -> Skeleton:
    """Return the main lines for this state of the random numbers."""
    through = {key: smooth(points, rng) for key, (_, points) in THROUGH.items()}
    ending = {key: smooth(points, rng) for key, (_, points) in ENDING.items()}
    drawn = through | ending
    river = smooth(RIVER, rng)
    kinds = {key: kind for key, (kind, _) in (THROUGH | ENDING).items()}
    streets = []
    for key, line in drawn.items():
        others = MultiLineString([river, *(other for name, other in drawn.items() if name != key)])
        middle = cut_at_ends(line, others) if key in ending else line
        streets.append(Street(key, kinds[key], line, middle))
    canal = smooth(CANAL, rng)
    mouth = river.interpolate(river.project(Point(canal.coords[0])))
    canal = LineString([mouth.coords[0], *canal.coords[1:]])
    return Skeleton(tuple(streets), river, canal, smooth(RAIL, rng))
