"""House numbers, by compound and by street."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
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


def test_a_house_with_neither_compound_nor_street_is_left_out():
    plan, backdrop = town()
    alone = backdrop["buildings"].assign(street=None)
    packed = addresses.pack({"buildings": alone}, plan)
    assert packed == {"streets": [], "of": [], "numbers": [], "at": [], "left": 0}


def test_houses_are_found_by_their_street_where_compounds_have_no_names():
    plan, backdrop = town()
    nameless = {**backdrop, "compounds": backdrop["compounds"][["geometry"]]}
    assert addresses.pack(nameless, plan)["streets"] == [["文昌路", ""]]
    without = {**backdrop, "buildings": backdrop["buildings"].drop(columns="street")}
    assert addresses.pack(without, plan)["streets"] == [["秋汀新村", "Qiuting"]]


def test_a_house_in_two_compounds_is_found_under_the_first_that_has_a_name():
    plan, backdrop = town()
    own = backdrop["compounds"]
    several = pd.concat([own.assign(name=None, name_en=None), own, own.assign(name="别名", name_en=None)])
    packed = addresses.pack({**backdrop, "compounds": several.reset_index(drop=True)}, plan)
    assert ["秋汀新村", "Qiuting"] in packed["streets"]
    assert "别名" not in [name for name, _ in packed["streets"]]


def test_houses_beyond_the_most_are_counted(monkeypatch):
    plan, backdrop = town()
    monkeypatch.setattr(addresses, "MOST", 2)
    packed = addresses.pack(backdrop, plan)
    assert packed["left"] == 1
    assert len(packed["numbers"]) == 2
