"""House numbers, by compound and by street."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from plans import Size, crooked_plan

from gridkit.crs import LONLAT
from gridkit.render.page import addresses


def town():
    plan = crooked_plan(Size(incidents=0, buildings=0))
    west, south, *_ = plan.units.total_bounds
    box = shapely.box(west + 40, south + 40, west + 140, south + 140)
    compounds = gpd.GeoDataFrame({"name": ["秋汀新村"], "name_en": ["Qiuting"]}, geometry=[box], crs=plan.crs)
    spots = [(60, 60), (90, 60), (300, 60), (330, 60), (360, 60), (-9000, 0)]
    houses = gpd.GeoDataFrame(
        {
            "number": ["12", "2", "8", "10", None, "1"],
            "street": ["文昌路", None, "文昌路", None, "文昌路", "远方路"],
        },
        geometry=[shapely.Point(west + x, south + y).buffer(5) for x, y in spots],
        crs=plan.crs,
    )
    return plan, {"compounds": compounds, "buildings": houses}


def test_a_house_is_found_under_its_compound_else_its_street_and_numbers_come_as_they_count():
    plan, backdrop = town()
    packed = addresses.pack(backdrop, plan)
    streets = [packed["streets"][at] for at in np.cumsum(packed["of"])]
    assert list(zip([name for name, _ in streets], packed["numbers"], strict=True)) == [
        ("文昌路", "8"),
        ("秋汀新村", "2"),
        ("秋汀新村", "12"),
    ]
    assert streets[1][1] == "Qiuting"


def test_places_are_where_the_houses_stand():
    plan, backdrop = town()
    packed = addresses.pack(backdrop, plan)
    at = np.cumsum(np.array(packed["at"]).reshape(-1, 2), axis=0) / 1e5
    house = backdrop["buildings"].to_crs(LONLAT).geometry.iloc[2]
    assert shapely.Point(at[0]).distance(house) < 2e-5


def test_a_map_without_house_numbers_has_none():
    plan, backdrop = town()
    assert addresses.pack({}, plan)["numbers"] == []
    assert addresses.pack({"buildings": backdrop["buildings"].drop(columns="number")}, plan)["numbers"] == []
