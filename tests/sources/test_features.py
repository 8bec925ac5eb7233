"""A provider's own lines and areas become the same tables as OpenStreetMap's."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely.geometry import LineString, Point, box

from gridkit.errors import TableError
from gridkit.sources import features
from gridkit.tables import FEATURE_TABLES

KRUEGER = CRS.from_epsg(4549)


def lines(**columns):
    shapes = [LineString([(553_400, 3_603_200 + 100 * at), (554_400, 3_603_200 + 100 * at)]) for at in range(3)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=KRUEGER)


@pytest.mark.parametrize("name", FEATURE_TABLES)
def test_bare_geometry_is_enough_for_every_table(name):
    contract = FEATURE_TABLES[name]
    shape = {
        "LineString": LineString([(553_400, 3_603_200), (553_500, 3_603_300)]),
        "Polygon": box(553_400, 3_603_200, 553_500, 3_603_300),
        "Point": Point(553_400, 3_603_200),
    }
    kind = next(kind for kind in shape if kind in contract.geometry)
    extract = features.read(gpd.GeoDataFrame(geometry=[shape[kind]], crs=KRUEGER), name, crs=KRUEGER)
    contract.check(extract.tables[name])
    assert extract.tables[name]["kind"].tolist() == [features.KINDS[name]]


def test_chinese_road_classes_and_osmnx_lists_are_understood():
    roads = features.read(lines(道路等级=["主干路", "支路", ""]), "roads", crs=KRUEGER).tables["roads"]
    assert roads["kind"].tolist() == ["primary", "tertiary", "residential"]
    roads = features.read(
        lines(highway=["['residential', 'service']", "motorway", "footway"]), "roads", crs=KRUEGER
    ).tables["roads"]
    assert roads["kind"].tolist() == ["residential", "motorway", "footway"]


def test_columns_come_by_their_usual_names(blocks):
    homes = blocks.assign(层数=["6", "11", "", "2"], is_living=[True, False, True, True])
    made = features.read(homes, "buildings", crs=KRUEGER).tables["buildings"]
    assert made["levels"].tolist()[:2] == [6, 11]
    assert np.isnan(made["levels"].iloc[2])
    assert made["residential"].tolist() == [True, False, True, True]


def test_water_parts_into_areas_and_lines(blocks):
    both = gpd.GeoDataFrame(geometry=[*blocks.geometry, *lines().geometry], crs=KRUEGER)
    extract = features.read(both, "water", crs=KRUEGER)
    assert {name: len(table) for name, table in extract.tables.items()} == {"water": 4, "waterways": 3}


def test_what_is_far_is_left_out(square):
    far = lines().set_geometry([*lines().geometry[:2], LineString([(0, 0), (1, 1)])], crs=KRUEGER)
    assert len(features.read(far, "roads", crs=KRUEGER, near=square).tables["roads"]) == 2


def test_geometry_of_no_use_is_refused(places):
    with pytest.raises(TableError, match="holds Point, which cannot be roads"):
        features.read(places, "roads", crs=KRUEGER)


def test_a_table_that_does_not_exist_is_refused():
    with pytest.raises(TableError, match="there is no table of 'streets'"):
        features.read(lines(), "streets", crs=KRUEGER)


def test_extracts_are_put_under_one_another_doubles_once():
    one = features.read(lines(name=["a", "b", "c"]), "roads", crs=KRUEGER)
    two = features.read(lines(name=["a", "b", "c"]).iloc[:1], "walls", crs=KRUEGER)
    both = features.merged([one, one, two])
    assert {name: len(table) for name, table in both.tables.items()} == {"roads": 3, "walls": 1}
    for name in both.tables:
        FEATURE_TABLES[name].check(both.tables[name])


@pytest.mark.real
def test_vologdas_files_without_tags_become_tables(real_data):
    crs = CRS.from_epsg(32637)
    found = {}
    for file, name in (("roads", "roads"), ("railways", "rails"), ("water", "water"), ("buildings", "buildings")):
        extract = features.read(real_data / "vologda" / f"{file}.parquet", name, crs=crs)
        found |= {table: len(rows) for table, rows in extract.tables.items()}
    assert found == {"roads": 1901, "rails": 328, "water": 171, "waterways": 50, "buildings": 25_324}
