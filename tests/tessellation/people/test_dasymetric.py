"""People: every source spread, every total conserved."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scenes
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scenes import METRES, area, extract, spot, way
from shapely.geometry import Point, box

from gridkit.errors import TableError
from gridkit.tables import Extract, Raster
from gridkit.tessellation.people import dasymetric
from gridkit.tessellation.people.dasymetric import Spread
from gridkit.tessellation.people.raking import Margin

NOTHING = Extract({}, METRES)


def counted(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=METRES).rename_axis("people_id")


def test_an_area_is_shared_out_by_ground(row):
    units, report = dasymetric.allocate(row, counted([box(50, 0, 150, 100)], people=[100], households=[40]), NOTHING)
    assert units["people"].tolist() == pytest.approx([50, 50, 0, 0])
    assert units["households"].tolist() == pytest.approx([20, 20, 0, 0])
    assert report["people"]["by_area"] == pytest.approx(100)


def test_people_live_where_the_floors_are(row):
    houses = extract(
        buildings=[
            area(box(10, 10, 20, 20), levels=1.0, residential=True),
            area(box(110, 10, 120, 20), levels=9.0, residential=True),
            area(box(210, 10, 220, 20), levels=30.0, residential=False),
        ]
    )
    units, report = dasymetric.allocate(row, counted([box(0, 0, 400, 100)], people=[100]), houses)
    assert units["people"].tolist() == pytest.approx([10, 90, 0, 0])
    assert report["people"]["by_buildings"] == pytest.approx(100)


def test_buildings_too_few_to_hold_the_people_are_not_believed(row):
    hut = extract(buildings=[area(box(10, 10, 20, 20), levels=1.0, residential=True)])
    units, report = dasymetric.allocate(row, counted([box(0, 0, 400, 100)], people=[5_000]), hut)
    assert units["people"].tolist() == pytest.approx([1_250] * 4)
    assert report["people"]["by_buildings"] == 0


def test_nobody_lives_in_water_or_on_the_road(row):
    features = extract(water=[area(box(0, 0, 100, 50), "lake")], roads=[way((200, 50), (300, 50), kind="primary")])
    units, _ = dasymetric.allocate(row, counted([box(0, 0, 400, 100)], people=[330]), features)
    assert units["people"].tolist() == pytest.approx([50, 100, 80, 100])


def test_people_outside_are_left_out_and_reported(row):
    units, report = dasymetric.allocate(row, counted([box(300, 0, 500, 100)], people=[80]), NOTHING)
    assert units["people"].tolist() == pytest.approx([0, 0, 0, 40])
    assert report["people"]["outside"] == pytest.approx(40)


def test_at_a_coast_people_are_moved_ashore(row):
    units, _ = dasymetric.allocate(row, counted([box(300, 0, 500, 100)], people=[80]), NOTHING, Spread(outside="keep"))
    assert units["people"].tolist() == pytest.approx([0, 0, 0, 80])


def test_a_point_on_a_border_counts_once(row):
    places = gpd.GeoDataFrame([spot(100, 50, people=7.0), spot(50, 50, people=1.0)], crs=METRES)
    units, _ = dasymetric.allocate(row, places, NOTHING)
    assert units["people"].tolist() == [8, 0, 0, 0]


def test_a_point_just_outside_is_moved_and_one_far_outside_left_out(row):
    places = gpd.GeoDataFrame([spot(410, 50, people=7.0), spot(600, 50, people=5.0)], crs=METRES)
    units, report = dasymetric.allocate(row, places, NOTHING)
    assert units["people"].tolist() == [0, 0, 0, 7]
    assert (report["people"]["moved"], report["people"]["outside"]) == (7, 5)


def test_a_table_of_compounds_finds_them_by_name_however_it_is_written(row):
    compounds = extract(compounds=[area(box(0, 0, 200, 100), "residential", name="Lime Garden 1")])
    table = pd.DataFrame({"name": ["ＬＩＭＥ garden１", "Nowhere"], "people": [60, 5], "households": [20, 2]})
    units, report = dasymetric.allocate(row, table, compounds)
    assert units["people"].tolist() == pytest.approx([30, 30, 0, 0])
    assert report["people"]["outside"] == 5
    assert report["people"]["not_found"] == ["nowhere"]


def test_a_table_that_names_no_known_compound_is_refused(row):
    with pytest.raises(TableError, match="the 1 compound there is"):
        dasymetric.allocate(row, pd.DataFrame({"name": ["Nowhere"], "people": [5]}), NOTHING)


@pytest.mark.parametrize("crs", [METRES, CRS.from_epsg(4326)])
def test_a_pixel_goes_to_units_by_the_part_each_covers(row, crs):
    """Two pixels of 150 x 100 m: the units a and b, and half of each of the units b and c."""
    bounds = gpd.GeoSeries([box(0, 0, 300, 100)], crs=METRES).to_crs(crs).total_bounds
    west, south, east, north = bounds
    raster = Raster(np.array([[300.0, 60.0]]), ((east - west) / 2, 0, west, 0, south - north, north), crs)
    units, report = dasymetric.allocate(row, raster, NOTHING)
    assert units["people"].tolist() == pytest.approx([200, 100 + 20, 40, 0], rel=2e-3, abs=1e-3)
    assert report["people"]["in"] == 360
    assert units["people"].sum() + report["people"]["outside"] == pytest.approx(360, abs=1e-9)


def test_pixels_of_nothing_count_nothing(row):
    raster = Raster(np.array([[np.nan, 60.0]]), (200, 0, 0, 0, -100, 100), METRES)
    assert dasymetric.allocate(row, raster, NOTHING)[0]["people"].tolist() == pytest.approx([0, 0, 30, 30])


def test_a_raster_finds_the_buildings_in_its_pixels(row):
    slab = extract(buildings=[area(box(210, 10, 220, 90), levels=6.0, residential=True)])
    raster = Raster(np.array([[10.0, 60.0]]), (200, 0, 0, 0, -100, 100), METRES)
    units, _ = dasymetric.allocate(row, raster, slab)
    assert units["people"].tolist() == pytest.approx([5, 5, 60, 0])


@pytest.mark.parametrize(
    "source", [counted([box(0, 0, 9, 9)], people=[-1.0]), Raster(np.array([[-9999.0]]), (9, 0, 0, 0, -9, 9), METRES)]
)
def test_negative_people_are_refused(row, source):
    with pytest.raises(TableError, match="negative"):
        dasymetric.allocate(row, source, NOTHING)


def test_a_source_that_lies_elsewhere_is_refused(row):
    with pytest.raises(TableError, match="no people lie in the district"):
        dasymetric.allocate(row, counted([box(9_000, 0, 9_100, 100)], people=[5]), NOTHING)


def test_counts_are_brought_to_the_official_total(row):
    official = Margin(pd.DataFrame({"people": [1_000.0]}, index=["d"]))
    units, report = dasymetric.allocate(row, counted([box(0, 0, 400, 100)], people=[10]), NOTHING, margins=[official])
    assert units["people"].sum() == pytest.approx(1_000, rel=1e-12)
    assert report["people"]["scaled"] == pytest.approx(1_000)


def test_whole_people_add_up(row):
    units, _ = dasymetric.allocate(row, counted([box(0, 0, 400, 100)], people=[10]), NOTHING, Spread(whole=True))
    assert units["people"].tolist() == [3, 3, 2, 2]


numbers = st.floats(0, 1e6)
zones = st.lists(
    st.tuples(st.floats(-100, 480), st.floats(-50, 120), st.floats(1, 300), numbers), min_size=1, max_size=8
)


@given(zones, st.booleans())
@settings(max_examples=60)
def test_nobody_is_lost_and_nobody_is_invented(rows, houses):
    shapes = [box(x, y, x + size, y + size) for x, y, size, _ in rows]
    source = counted([*shapes, box(0, 0, 10, 10)], people=[*(n for *_, n in rows), 1.0])
    features = scenes.superblock()[1] if houses else NOTHING
    units, report = dasymetric.allocate(squares(), source, features)
    said = report["people"]
    assert said["out"] == pytest.approx(units["people"].sum(), rel=1e-12)
    assert said["out"] + said["outside"] == pytest.approx(said["in"], rel=1e-9)
    assert said["by_buildings"] + said["by_area"] == pytest.approx(said["out"], rel=1e-9)


def squares():
    shapes = [box(100 * x, 0, 100 * (x + 1), 100) for x in range(4)]
    frame = gpd.GeoDataFrame({"parent": "d", "kind": "block"}, geometry=shapes, index=list("abcd"), crs=METRES)
    return frame.rename_axis("unit_id")


def test_without_a_point_or_a_number_near_the_district_there_is_nothing_to_spread(row):
    far = counted([Point(9_000, 9_000)], people=[5])
    with pytest.raises(TableError, match="no people lie in the district"):
        dasymetric.allocate(row, far, NOTHING)
    with pytest.raises(TableError, match="there is no column of numbers to count"):
        dasymetric.allocate(row, counted([box(0, 0, 100, 100)], name=["x"]), NOTHING)


def test_a_lake_keeps_nobody_where_its_parent_has_land_and_all_where_it_has_none(row):
    census = counted([box(100, 0, 200, 100)], people=[30])
    lake = row.assign(kind=["block", "water", "block", "block"])
    units, _ = dasymetric.allocate(lake, census, NOTHING)
    assert units["people"].iloc[1] == 0
    assert units["people"].sum() == pytest.approx(30)
    parent_of_water = lake.assign(parent=["a", "b", "a", "a"])
    kept, _ = dasymetric.allocate(parent_of_water, census, NOTHING)
    assert kept["people"].iloc[1] == pytest.approx(30), "nobody is lost where there is no land to go to"
