"""Land use: who lives in parks, schools and fields, and who does not."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scenes import METRES, area, district, extract, way
from shapely.geometry import Point, box

from gridkit.catalog.presets import presets
from gridkit.tables import Raster
from gridkit.tessellation import barriers
from gridkit.tessellation.people import dasymetric, dwellings, land_use
from gridkit.tessellation.shapes import blocks

SHARES = {"park": 0.0, "school": 0.1, "nature_reserve": 0.0, "residential": 1.0}
STREETS = [way((200, -10), (200, 210)), way((400, -10), (400, 210))]
ROW = district(box(0, 0, 600, 200))
EVERYBODY = gpd.GeoDataFrame({"people": [1000.0]}, geometry=[box(0, 0, 600, 200)], crs=METRES)


def peopled(source=EVERYBODY, **tables):
    features = land_use.marked(extract(roads=STREETS, **tables), SHARES)
    units = blocks.enclose(ROW, barriers.select(features), features)
    return dasymetric.allocate(units, source, features)[0]


def test_nobody_lives_in_the_park_and_everybody_is_somewhere():
    units = peopled(green=[area(box(202, 2, 398, 198), "park")])
    assert units["people"].tolist() == pytest.approx([500, 0, 500])
    assert units["people_from"].isna().tolist() == [False, True, False]


def test_a_school_holds_a_tenth_of_what_housing_would():
    units = peopled(compounds=[area(box(202, 2, 398, 198), "school")])
    middle = shapely.area(shapely.box(204, 0, 396, 200))
    sides = shapely.area(shapely.box(0, 0, 196, 200))
    assert units["people"].tolist()[1] == pytest.approx(1000 * 0.1 * middle / (0.1 * middle + 2 * sides), rel=1e-6)


def test_a_village_in_a_nature_reserve_is_a_village():
    reserve = area(box(-100, -100, 700, 300), "nature_reserve")
    units = peopled(green=[reserve], compounds=[area(box(402, 2, 598, 198), "residential")])
    assert units["people"].tolist() == pytest.approx([0, 0, 1000])


def test_where_all_is_park_people_lie_by_area():
    units = peopled(green=[area(box(-100, -100, 700, 300), "park")])
    assert units["people"].sum() == pytest.approx(1000)


def test_a_raster_without_buildings_heeds_land_use_too():
    pixels = Raster(np.full((1, 2), 100.0), (300, 0, 0, 0, -200, 200), METRES)
    units = peopled(pixels, green=[area(box(200, 0, 400, 200), "park")])
    assert units["people"].tolist() == pytest.approx([100, 0, 100])
    assert units["people_from"].dropna().tolist() == ["pixels", "pixels"]  # the raster tells where, not area alone


def test_a_plain_building_in_a_school_is_no_home_and_a_dormitory_is():
    school = area(box(0, 0, 200, 200), "school")
    houses = [
        area(box(10, 10, 30, 30), "yes", residential=True),
        area(box(50, 10, 70, 30), "dormitory", residential=True),
        area(box(300, 10, 320, 30), "yes", residential=True),
    ]
    features = land_use.marked(extract(compounds=[school], buildings=houses), SHARES)
    assert dwellings.dwellings(features).floor_m2.tolist() == pytest.approx([40, 400, 400])


def test_nobody_lives_on_water_and_nobody_is_lost():
    lake = area(Point(300, 100).buffer(95), "lake")
    counted = gpd.GeoDataFrame({"people": [7.0, 5.0]}, geometry=[Point(300, 100), Point(50, 50)], crs=METRES)
    units = peopled(counted, water=[lake])
    assert units["people"][units["kind"] == "water"].tolist() == [0]
    assert units["people"].sum() == 12
    cells = Raster(np.full((2, 6), 100.0), (100, 0, 0, 0, -100, 200), METRES)
    units = peopled(cells, water=[lake])
    assert units["people"][units["kind"] == "water"].tolist() == [0]
    assert units["people"].sum() == pytest.approx(1200)


def test_every_preset_says_how_land_is_lived_on():
    for name in presets():
        shares = presets()[name].land_use
        assert shares is not None
        assert all(0 <= share <= 1 for share in shares.people.values())
        assert shares.people["park"] < shares.people["university"] < 1
