"""A year of incidents as a hotline exports them: in GCJ-02, with rhythms, hot spots, repeats, gaps and strays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Polygon

from gridkit.sources.coordinates.datums import gcj02_from_wgs84
from gridkit.synthetic import frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.synthetic.features import Feature

THIS_YEAR, LAST_YEAR = 2025, 2024
LAST_DAY = f"{THIS_YEAR}-12-31"
COUNT = {THIS_YEAR: 6000, LAST_YEAR: 5600}
COLUMNS = ("编号", "上报时间", "类别", "状态", "部门", "办结时间", "期限", "来源", "经度", "纬度", "地址")


@dataclass(frozen=True)
class Category:
    """A kind of incident: its department, its share of all, the hours allowed, where it happens, who reports it."""

    department: str
    share: float
    hours: int
    where: str
    sources: tuple[str, ...]


OFFICIAL = ("网格员上报", "视频巡查", "部门巡查")
CITIZEN = ("12345热线", "居民随手拍", "微信小程序")
CATEGORIES = {
    "市容环境": Category("城管局", 0.24, 24, "shops", (*OFFICIAL, "居民随手拍")),
    "公共设施": Category("住建局", 0.14, 72, "streets", (*OFFICIAL, "12345热线")),
    "交通事故": Category("交警大队", 0.08, 24, "streets", ("122报警", "视频巡查")),
    "治安": Category("公安分局", 0.07, 48, "shops", ("110报警", "网格员上报")),
    "消防隐患": Category("消防救援大队", 0.09, 48, "homes", (*OFFICIAL, "12345热线")),
    "矛盾纠纷": Category("司法局", 0.10, 120, "homes", ("网格员上报", "12345热线")),
    "咨询": Category("政务服务中心", 0.07, 24, "homes", CITIZEN),
    "求助": Category("民政局", 0.08, 72, "homes", CITIZEN),
    "投诉": Category("市场监管局", 0.09, 120, "shops", CITIZEN),
    "举报": Category("市场监管局", 0.02, 120, "shops", CITIZEN),
    "建议": Category("街道办事处", 0.02, 240, "homes", CITIZEN),
}


@dataclass(frozen=True)
class HotSpot:
    """A place on the sheet with far more incidents of one kind than its people explain, and how many in each year."""

    x: float
    y: float
    spread_m: float
    category: str
    count: dict[int, int]


HOT_SPOTS = (
    HotSpot(1128, 675, 70, "市容环境", {THIS_YEAR: 230, LAST_YEAR: 190}),
    HotSpot(2560, 1230, 60, "治安", {THIS_YEAR: 120, LAST_YEAR: 125}),
    HotSpot(1412, 667, 75, "投诉", {THIS_YEAR: 130, LAST_YEAR: 50}),
    HotSpot(2207, 760, 90, "消防隐患", {THIS_YEAR: 110, LAST_YEAR: 105}),
    HotSpot(2372, 1787, 70, "投诉", {THIS_YEAR: 115, LAST_YEAR: 8}),
    HotSpot(1270, 1100, 45, "交通事故", {THIS_YEAR: 70, LAST_YEAR: 72}),
)
"""The market, the station, the mall (growing), a village, the new towers (new this year), the main crossing."""

REPEATED_PLACES = 60
SLOW = "投诉"
"""The category that takes longer than it should."""

FORGOTTEN, PUT_ASIDE = 0.015, 0.025
"""Share of cases that stay open though their time has come, and that are returned, suspended or void."""

MINUTE = "%Y-%m-%d %H:%M"
WITHOUT_PLACE = 0.03
OUTSIDE = 0.012
MONTHS = np.array([0.92, 0.72, 0.95, 1.00, 1.06, 1.15, 1.24, 1.20, 1.04, 0.98, 0.92, 0.82])
HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 13, 14, 12, 9, 6, 8, 12, 12, 11, 10, 9, 8, 7, 6, 4, 3], dtype=float)
WEEKDAYS = np.array([1.12, 1.06, 1.03, 1.02, 1.05, 0.88, 0.84])
OPEN_STATES = ("已上报", "已受理", "已立案", "已派遣", "处置中", "待核查")
CLOSED = "已结案"
OTHER_STATES = ("退回", "挂起", "作废")


@dataclass(frozen=True)
class Scenery:
    """Where incidents may happen on the sheet: homes by their people, shops, named streets, all within the outline."""

    homes: NDArray[np.float64]
    home_weight: NDArray[np.float64]
    home_name: Sequence[str]
    shops: NDArray[np.float64]
    streets: Sequence[LineString]
    street_name: Sequence[str]
    outline: Polygon


def scenery(
    features: Sequence[Feature], homes: gpd.GeoDataFrame, estates: gpd.GeoDataFrame, outline: Polygon
) -> Scenery:
    """Return the scenery of a sheet."""
    named = [
        (feature.geometry, feature.tags["name"])
        for feature in features
        if isinstance(feature.geometry, LineString) and "highway" in feature.tags and "name" in feature.tags
    ]
    inside = [(line, name) for line, name in named if outline.contains(line.interpolate(0.5, normalized=True))]
    shops = [feature.geometry for feature in features if feature.tags.get("building") == "retail"]
    return Scenery(
        homes=shapely.get_coordinates(homes.representative_point().to_numpy()),
        home_weight=homes["people"].to_numpy().astype(float),
        home_name=estates["name"].reindex(homes["compound_id"]).tolist(),
        shops=shapely.get_coordinates(shapely.centroid(shops)),
        streets=[line for line, _ in inside],
        street_name=[name for _, name in inside],
        outline=outline,
    )


def year(scene: Scenery, when: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the incidents of one year in the order they were reported, as text as the export has it."""
    categories, places = happened(scene, when, rng)
    order = rng.permutation(len(places))
    categories, places = categories[order], places[order]
    kinds = [CATEGORIES[name] for name in categories]
    limit = np.array([kind.hours for kind in kinds])
    reported = times(len(places), when, rng)
    took = limit * rng.lognormal(-0.65, 0.75, len(places)) * np.where(categories == SLOW, 1.35, 1.0)
    closed = reported + pd.to_timedelta(np.ceil(took * 60), unit="min")
    status = states(np.asarray(closed > pd.Timestamp(year=when, month=12, day=31, hour=18)), rng)
    lon, lat = written(places)
    known = rng.random(len(places)) >= WITHOUT_PLACE
    columns = (
        [f"Q{when}{number:06d}" for number in range(1, len(places) + 1)],
        reported.strftime(MINUTE),
        categories,
        status,
        [kind.department for kind in kinds],
        np.where(status == CLOSED, closed.strftime(MINUTE), ""),
        (reported + pd.to_timedelta(limit, unit="h")).strftime(MINUTE),
        [kind.sources[int(rng.integers(len(kind.sources)))] for kind in kinds],
        np.where(known, lon, ""),
        np.where(known, lat, ""),
        addresses(scene, categories, places, rng),
    )
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def happened(scene: Scenery, when: int, rng: np.random.Generator) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Return category and place on the sheet of every incident: hot spots, repeats, strays, and all the others."""
    categories: list[str] = []
    places: list[NDArray[np.float64]] = []
    for spot in HOT_SPOTS:
        number = spot.count[when]
        places.append(rng.normal((spot.x, spot.y), spot.spread_m / 2, (number, 2)))
        categories.extend([spot.category] * number)
    kinds = list(CATEGORIES)
    share = np.array([kind.share for kind in CATEGORIES.values()])
    for _ in range(REPEATED_PLACES):
        kind = str(rng.choice(kinds, p=share / share.sum()))
        number = 3 + int(rng.geometric(0.22))
        places.append(np.repeat(ordinary(scene, [kind], rng), number, axis=0))
        categories.extend([kind] * number)
    strays = round(COUNT[when] * OUTSIDE)
    places.append(outside(scene.outline, strays, rng))
    categories.extend(rng.choice(kinds, strays, p=share / share.sum()).tolist())
    rest = rng.choice(kinds, COUNT[when] - len(categories), p=share / share.sum()).tolist()
    places.append(ordinary(scene, rest, rng))
    return np.array(categories + rest), np.concatenate(places)


def ordinary(scene: Scenery, categories: Sequence[str], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return one place per category: at a home, by a shop or along a street, by the number of people, shops, metres."""
    length = np.array([street.length for street in scene.streets])
    count = len(categories)
    homes = scene.homes[rng.choice(len(scene.homes), count, p=scene.home_weight / scene.home_weight.sum())]
    shops = scene.shops[rng.integers(len(scene.shops), size=count)]
    which = rng.choice(len(length), count, p=length / length.sum())
    along = rng.random(count)
    streets = np.array(
        [scene.streets[i].interpolate(share, normalized=True).coords[0] for i, share in zip(which, along, strict=True)]
    )
    by = {"homes": homes, "shops": shops, "streets": streets}
    places = np.array([by[CATEGORIES[kind].where][i] for i, kind in enumerate(categories)])
    moved = places + rng.normal(0.0, 7.0, places.shape)
    kept = shapely.contains_xy(scene.outline, moved)
    return np.where(kept[:, None], moved, homes)


def outside(outline: Polygon, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return places up to a few hundred metres outside the district."""
    edge = outline.buffer(140.0).exterior
    points = [edge.interpolate(share, normalized=True).coords[0] for share in rng.random(count)]
    return np.array(points) + rng.normal(0.0, 35.0, (count, 2))


def times(count: int, when: int, rng: np.random.Generator) -> pd.DatetimeIndex:
    """Return moments of a year in order: more in summer, on working days, in the morning and the afternoon."""
    days = pd.date_range(f"{when}-01-01", f"{when}-12-31", freq="D")
    weight = MONTHS[days.month - 1] * WEEKDAYS[days.day_of_week]
    day = rng.choice(len(days), count, p=weight / weight.sum())
    hour = rng.choice(24, count, p=HOURS / HOURS.sum())
    minutes = pd.to_timedelta(hour * 60 + rng.integers(0, 60, count), unit="min")
    return pd.DatetimeIndex(days[day] + minutes).sort_values()


def states(unfinished: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.str_]:
    """Return the state of each case: closed where it is finished, but for a few returned, suspended or void."""
    count = len(unfinished)
    pending = rng.choice(OPEN_STATES, count)
    other = rng.choice(OTHER_STATES, count)
    forgotten, put_aside = rng.random(count) < FORGOTTEN, rng.random(count) < PUT_ASIDE
    return np.where(put_aside, other, np.where(unfinished | forgotten, pending, CLOSED))


def written(places: NDArray[np.float64]) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return GCJ-02 longitudes and latitudes of places on the sheet, as text with six decimals."""
    degrees = frame.lonlat(places)
    lon, lat = gcj02_from_wgs84(degrees[:, 0], degrees[:, 1])
    return np.char.mod("%.6f", lon), np.char.mod("%.6f", lat)


def addresses(
    scene: Scenery, categories: NDArray[np.str_], places: NDArray[np.float64], rng: np.random.Generator
) -> list[str]:
    """Return an address per incident: in an estate for what happens at homes, else by the nearest named street."""
    points = shapely.points(places)
    streets = np.asarray(shapely.STRtree(list(scene.streets)).nearest(points))
    homes = cKDTree(scene.homes).query(places)[1]
    numbers = rng.integers(1, 200, len(places))
    return [
        f"{scene.home_name[home]}{number % 20 + 1}幢附近"
        if CATEGORIES[str(category)].where == "homes"
        else f"{scene.street_name[street]}{number}号附近"
        for category, home, street, number in zip(categories, homes, streets, numbers, strict=True)
    ]
