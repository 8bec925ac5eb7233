"""The people of the made-up district: in each building, in each compound, and as the pixels of a population product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import gaussian_filter

from gridkit.synthetic import frame
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry import Polygon

    from gridkit.synthetic.features import Feature

PEOPLE = 60_000
HOUSEHOLDS = 22_900
"""2.62 people in a household, as the 2020 census counted."""

PIXEL_DEG = 1 / 1200
"""Three seconds of arc, about 79 by 92 metres here, as the open population products have it."""

NODATA = -99_999.0

HOUSEHOLD_SIZE = {"house": 2.45, "walkups": 2.5, "midrise": 2.75, "towers": 2.85}
ELDERLY = {"house": 0.31, "walkups": 0.27, "midrise": 0.18, "towers": 0.12}
CHILDREN = {"house": 0.10, "walkups": 0.11, "midrise": 0.16, "towers": 0.19}
FULL = {"house": 0.86, "walkups": 0.90, "midrise": 0.88, "towers": 0.80, "new": 0.45}
FULL_LAST_YEAR = {**FULL, "new": 0.06}
"""Share of flats that are lived in, by kind of housing."""

WALKUP_LEVELS, MIDRISE_LEVELS = 6, 13
"""Most floors of a house without a lift, and of a middling one."""

TITLE = "Q区居民小区住户统计表（虚构数据）"
HEADER = ("小区名称", "社区", "户数", "人口", "60岁以上", "0-14岁")
SPELT = {7: "{}（一期）", 19: " {}", 31: "{} ", 43: "{}小区", 55: "{}(含车库)"}
"""Rows whose name somebody spelt otherwise, and how."""

FULL_WIDTH_ROW = 11
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
"""One figure was typed in full-width digits."""


def kind_of(building: Feature) -> str:
    """Return the kind of housing a residential building is: house, walkups, midrise or towers."""
    levels = int(building.tags["building:levels"])
    if building.tags["building"] == "house":
        return "house"
    return "walkups" if levels <= WALKUP_LEVELS else "midrise" if levels <= MIDRISE_LEVELS else "towers"


def compounds(features: Sequence[Feature]) -> gpd.GeoDataFrame:
    """Return the estates and neighbourhoods on the sheet: names, whether new, and their ground."""
    found = [feature for feature in features if feature.tags.get("landuse") == "residential"]
    return gpd.GeoDataFrame(
        {
            "name": [feature.tags["name"] for feature in found],
            "name_en": [feature.tags["name:en"] for feature in found],
            "new": ["start_date" in feature.tags for feature in found],
        },
        geometry=[feature.geometry for feature in found],
        index=pd.RangeIndex(len(found), name="compound_id"),
    )


def buildings(features: Sequence[Feature], estates: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the residential buildings on the sheet with their flats, households and people, now and a year ago."""
    found = [feature for feature in features if "building:flats" in feature.tags]
    homes = gpd.GeoDataFrame(
        {"kind": [kind_of(feature) for feature in found], "flats": [int(f.tags["building:flats"]) for f in found]},
        geometry=[feature.geometry for feature in found],
        index=pd.RangeIndex(len(found), name="building_id"),
    )
    tree = shapely.STRtree(homes.representative_point().to_numpy())
    inside, which = tree.query(estates.geometry.to_numpy(), predicate="contains")
    homes["compound_id"] = pd.Series(inside, index=which).reindex(homes.index).astype("int64")
    new = homes["compound_id"].map(estates["new"]).to_numpy()
    mood = rng.normal(1.0, 0.06, len(estates))[homes["compound_id"]]
    size = homes["kind"].map(HOUSEHOLD_SIZE).to_numpy() * rng.normal(1.0, 0.04, len(estates))[homes["compound_id"]]
    for column, full in (("households", FULL), ("households_last_year", FULL_LAST_YEAR)):
        lived_in = np.where(new, full["new"], homes["kind"].map(full).to_numpy())
        share = lived_in * mood * rng.normal(1.0, 0.05, len(homes))
        homes[column] = homes["flats"].to_numpy() * share.clip(0.0, 0.96)
    growth = homes["households_last_year"].sum() / homes["households"].sum()
    homes["households_last_year"] = whole(homes["households_last_year"].to_numpy(), round(HOUSEHOLDS * growth))
    homes["households"] = whole(homes["households"].to_numpy(), HOUSEHOLDS)
    homes["people"] = whole(homes["households"].to_numpy() * size, PEOPLE)
    return homes


def whole(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Return integers in proportion to the shares that sum to the total: largest remainders first.

    Examples
    --------
    >>> whole(np.array([1.0, 1.0, 2.0]), 5).tolist()
    [1, 1, 3]
    """
    exact = shares / shares.sum() * total
    floor: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(floor.sum())
    floor[np.argsort(floor - exact, kind="stable")[:left]] += 1
    return floor


def census(
    estates: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, parts: Sequence[Polygon], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return the compounds with their community's number, households, people, and people over 59 and under 15."""
    sums = homes.groupby("compound_id")[["households", "people"]].sum().reindex(estates.index, fill_value=0)
    counted = estates.join(sums)
    inside = shapely.STRtree(list(parts)).query(counted.representative_point().to_numpy(), predicate="within")
    counted["community"] = pd.Series(inside[1], index=counted.index[inside[0]])
    usual = homes.groupby("compound_id")["kind"].agg(lambda kinds: kinds.mode().iloc[0]).reindex(estates.index)
    for column, shares in (("elderly", ELDERLY), ("children", CHILDREN)):
        share = usual.map(shares).to_numpy(dtype=float) * rng.normal(1.0, 0.12, len(counted)).clip(0.6, 1.4)
        counted[column] = np.rint(counted["people"].to_numpy() * share).astype("int64")
    return counted


def household_table(counted: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> list[list[str]]:
    """Return the household table as an office would send it: title, header, rows, total, some names spelt otherwise."""
    columns = ["households", "people", "elderly", "children"]
    ordered = counted.sort_values(["community", "name"], kind="stable")
    named = [otherwise(name, number) for number, name in enumerate(ordered["name"])]
    where = communities["name"].to_numpy()[ordered["community"].to_numpy()]
    figures = ordered[columns].astype(TEXT).to_numpy()
    figures[FULL_WIDTH_ROW, 0] = str(figures[FULL_WIDTH_ROW, 0]).translate(FULL_WIDTH)
    rows = [[name, place, *numbers] for name, place, numbers in zip(named, where, figures.tolist(), strict=True)]
    totals = [str(int(ordered[column].sum())) for column in columns]
    return [[TITLE, *[""] * 5], list(HEADER), *rows, ["合计", "", *totals]]


def otherwise(name: str, number: int) -> str:
    """Return a name as somebody else would write it, every now and then.

    Examples
    --------
    >>> otherwise("听荷国际城", 7), otherwise("听荷国际城", 8)
    ('听荷国际城（一期）', '听荷国际城')
    """
    return SPELT.get(number, "{}").format(name)


def raster(
    homes: gpd.GeoDataFrame, district: gpd.GeoDataFrame, rng: np.random.Generator
) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return people per pixel, and the longitude and latitude of the north-west corner.

    The product is off as products are: people spill over into the pixels beside, each pixel errs by a fifth, and the
    sum is nearly right. Pixels that do not touch the district hold `NODATA`.
    """
    whole_district = district.to_crs(frame.LONLAT).geometry.iloc[0]
    west, south, east, north = whole_district.bounds
    left, top = np.floor(west / PIXEL_DEG - 1) * PIXEL_DEG, np.ceil(north / PIXEL_DEG + 1) * PIXEL_DEG
    columns, rows = int(np.ceil((east - left) / PIXEL_DEG)) + 1, int(np.ceil((top - south) / PIXEL_DEG)) + 1
    at = frame.lonlat(shapely.get_coordinates(shapely.centroid(homes.geometry.to_numpy())))
    edges = top - PIXEL_DEG * np.arange(rows, -1, -1), left + PIXEL_DEG * np.arange(columns + 1)
    counts, _, _ = np.histogram2d(at[:, 1], at[:, 0], bins=edges, weights=homes["people"].to_numpy())
    spread = gaussian_filter(counts[::-1], 0.55) * rng.lognormal(0.0, 0.2, counts.shape)
    lon = left + PIXEL_DEG * (np.arange(columns) + 0.5)
    lat = top - PIXEL_DEG * (np.arange(rows) + 0.5)
    half = PIXEL_DEG / 2
    x, y = np.meshgrid(lon, lat)
    touches = shapely.intersects(shapely.box(x - half, y - half, x + half, y + half), whole_district)
    spread = np.where(touches, spread, 0.0)
    spread *= PEOPLE * 1.004 / spread.sum()
    return np.where(touches, spread, NODATA).astype(np.float32), (float(left), float(top))
