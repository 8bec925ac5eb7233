"""A provider's own lines and areas become the same tables as OpenStreetMap's."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import LineString, Point, box

from gridkit.errors import TableError
from gridkit.sources import features
from gridkit.sources.reading import Reading
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


@pytest.mark.parametrize(
    ("columns", "column", "values"),
    [
        ({"name": ["['人民路', '解放路']", "a", "b"]}, "name", ["人民路/解放路", "a", "b"]),
        ({"name": [["Mill Lane", "Weir Road"], ["a"], None]}, "name", ["Mill Lane/Weir Road", "a", np.nan]),
        (
            {"name": ['["Mill Lane", "Weir Road"]', "[old] lane", "b"]},
            "name",
            ["Mill Lane/Weir Road", "[old] lane", "b"],
        ),
        ({"highway": [["tertiary", "residential"], ["primary"], []]}, "kind", ["tertiary", "primary", "residential"]),
        ({"maxspeed": ["['50', '60']", "30 mph", "none"]}, "maxspeed", [60, 48.28032, np.nan]),
        ({"maxspeed": [[50], [50, 60], None]}, "maxspeed", [50, 60, np.nan]),
        ({"maxspeed": [50, 0, -1]}, "maxspeed", [50, np.nan, np.nan]),
        ({"maxspeed": ["50 km/h", "30;50", "walk"]}, "maxspeed", [50, 50, 6]),
        ({"layer": ["-1", "1;2", ""]}, "layer", [-1, 2, 0]),
    ],
)
def test_lists_units_and_ranges_are_read_in_every_column(columns, column, values):
    made = features.read(lines(**columns), "roads", crs=KRUEGER).tables["roads"]
    assert [None if pd.isna(cell) else cell for cell in made[column]] == [
        None if pd.isna(cell) else pytest.approx(cell) if isinstance(cell, float) else cell for cell in values
    ]


def test_storeys_and_heights_come_as_ranges_lists_and_unknowns(blocks):
    homes = blocks.assign(floors=["3-5", "['6', '11']", "n/a", "5F"], height=[-1, 12.0, -1, 33.0])
    made = features.read(homes, "buildings", crs=KRUEGER)
    table = made.tables["buildings"]
    assert table["levels"].tolist()[:2] + table["levels"].tolist()[3:] == [5, 11, 5]
    assert table["height"].isna().tolist() == [True, False, True, False]
    assert any("2 cells below 0 say that nothing is known" in note for note in made.accounts[0].notes)


def test_country_extracts_say_bridge_and_tunnel_by_t_and_f():
    said = {"fclass": ["tertiary"] * 3, "bridge": ["F", "T", "F"], "tunnel": ["F", "F", "F"], "oneway": ["B", "F", "T"]}
    roads = features.read(lines(**said), "roads", crs=KRUEGER).tables["roads"]
    assert roads["bridge"].tolist() == [False, True, False]
    assert roads["tunnel"].tolist() == [False, False, False]
    assert roads["oneway"].tolist() == [False, True, True]
    east = [line.coords[-1][0] > line.coords[0][0] for line in roads.geometry]
    assert east == [True, True, False], "traffic against the line turns the line"


def test_tunnels_in_every_row_are_asked_about():
    with pytest.raises(TableError, match=r"say which words mean yes: .*tunnel=1, or .*tunnel=none"):
        features.read(lines(tunnel=["1", "1", "1"]), "roads", crs=KRUEGER)
    said = Reading(flags={"tunnel": "none"})
    assert (
        not features.read(lines(tunnel=["1"] * 3), "roads", crs=KRUEGER, reading=said).tables["roads"]["tunnel"].any()
    )


def test_a_table_with_its_shapes_as_text_is_read(blocks, tmp_path):
    shapes = blocks.to_crs(4326).geometry.to_wkt()
    pd.DataFrame({"latitude": 1.0, "confidence": 0.8, "geometry": shapes}).to_csv(tmp_path / "open.csv", index=False)
    made = features.read(str(tmp_path / "open.csv"), "buildings", crs=KRUEGER).tables["buildings"]
    assert made.area.sum() == pytest.approx(1e6, rel=1e-3)


@given(st.permutations(range(3)))
def test_the_order_of_rows_says_nothing(order):
    said = {"fclass": ["tertiary", "primary", "service"], "bridge": ["F", "T", "F"], "maxspeed": ["30 mph", "", "50"]}
    plain = features.read(lines(**said), "roads", crs=KRUEGER).tables["roads"]
    mixed = features.read(lines(**said).iloc[list(order)], "roads", crs=KRUEGER).tables["roads"]
    assert (
        mixed.reset_index(drop=True)
        .drop(columns="geometry")
        .equals(plain.iloc[list(order)].reset_index(drop=True).drop(columns="geometry"))
    )


def test_rows_far_without_a_shape_and_of_another_kind_stand_in_the_account(square):
    far = LineString([(0, 0), (1, 1)])
    frame = gpd.GeoDataFrame(geometry=[*lines().geometry, far, None, Point(553_500, 3_603_300)], crs=KRUEGER)
    account = features.read(frame, "roads", crs=KRUEGER, near=square).accounts[0]
    assert (account.read, account.used, account.lost) == (6, 3, {"shapeless": 1, "outside": 1, "other": 1})


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
