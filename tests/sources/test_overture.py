"""Overture's nested columns become plain ones: names, classes, and rules that hold along part of a segment."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely.geometry import LineString, Point, box

from gridkit.sources import features

KRUEGER = CRS.from_epsg(4549)
X, Y = 553_400, 3_603_200


def backward(**when: Any) -> list[dict[str, Any]]:
    return [{"access_type": "denied", "when": {"heading": "backward", **when}, "between": None}]


def segments(*, as_text: bool = False) -> gpd.GeoDataFrame:
    """Return a main street with a bridge in its middle, a lane that leaves it at a connector, a footway and a railway.

    ::

              | lane
        ------+===bridge===------   main street, 1000 m
        ------ - - - - - - - - -    railway, 200 m south
    """
    rows: list[dict[str, Any]] = [
        {"subtype": "road", "class": "primary", "names": {"primary": "大路", "common": {"en": "Main Road"}},
         "road_flags": [{"values": ["is_bridge"], "between": [0.4, 0.6]}], "access_restrictions": backward(),
         "level_rules": [{"value": 1, "between": [0.4, 0.6]}],
         "speed_limits": [{"max_speed": {"value": 30, "unit": "mph"}, "between": None}]},
        {"subtype": "road", "class": "unknown", "names": None, "access_restrictions": backward(mode=["car"])},
        {"subtype": "road", "class": "footway", "subclass": "sidewalk"},
        {"subtype": "rail", "class": "standard_gauge", "rail_flags": [{"values": ["is_tunnel"], "between": None}]},
    ]  # fmt: skip
    shapes = [
        LineString([(X, Y), (X + 200, Y), (X + 1000, Y)]),
        LineString([(X + 200, Y), (X + 200, Y + 300)]),
        LineString([(X, Y + 10), (X + 1000, Y + 10)]),
        LineString([(X, Y - 200), (X + 1000, Y - 200)]),
    ]
    names = {name for row in rows for name in row} | {"connectors", "sources"}
    said = (lambda cell: json.dumps(cell) if isinstance(cell, list | dict) else cell) if as_text else lambda cell: cell
    columns = {name: [said(row.get(name)) for row in rows] for name in sorted(names)}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=KRUEGER)


@pytest.mark.parametrize("form", ["structs", "text"])
def test_segments_are_cut_where_a_rule_begins_and_ends(form: str) -> None:
    as_text = form == "text"
    extract = features.read(segments(as_text=as_text), "roads", crs=KRUEGER)
    roads = extract.tables["roads"]
    assert roads.index.tolist() == ["roads1", "roads1.2", "roads1.3", "roads2", "roads3"]
    main = roads.iloc[:3]
    assert main.length.round().tolist() == [400, 200, 400]
    assert (main["bridge"].tolist(), main["layer"].tolist()) == ([False, True, False], [0, 1, 0])
    assert (main["kind"].unique().tolist(), main["name"].iloc[0], main["name_en"].iloc[0]) == (
        ["primary"], "大路", "Main Road",
    )  # fmt: skip
    assert main["oneway"].all()
    assert main["maxspeed"].round(1).unique().tolist() == [48.3]
    assert roads["kind"].tolist()[3:] == ["residential", "footway"]
    assert not roads["oneway"].iloc[3], "a rule for cars alone is none for all"
    assert extract.accounts[0].lost == {"other": 1}
    rails = features.read(segments(as_text=as_text), "rails", crs=KRUEGER).tables["rails"]
    assert (rails["kind"].tolist(), rails["tunnel"].tolist()) == (["rail"], [True])


def test_segments_join_at_connectors_along_their_length() -> None:
    roads = features.read(segments(), "roads", crs=KRUEGER).tables["roads"]
    corners = [set(map(tuple, shapely.get_coordinates(line))) for line in roads.geometry]
    assert corners[0] & corners[3] == {(X + 200, Y)}


@pytest.mark.slow
@given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=6, unique=True))
def test_no_metre_of_a_segment_is_lost_by_its_rules(ends: list[float]) -> None:
    frame = segments().iloc[:1].copy()
    low, high = min(ends), max(ends)
    rules = [{"values": ["is_tunnel"], "between": [low, high]}, *({"values": [], "between": [0, end]} for end in ends)]
    frame["road_flags"] = [rules]
    roads = features.read(frame, "roads", crs=KRUEGER).tables["roads"]
    assert roads.length.sum() == pytest.approx(1000, abs=1e-6)
    assert roads[roads["tunnel"]].length.sum() == pytest.approx(1000 * (high - low), abs=1e-6)


def test_buildings_have_their_floors_and_their_use() -> None:
    columns = {
        "names": [{"primary": "幸福楼", "common": None}, None, None],
        "class": ["apartments", None, None],
        "subtype": ["residential", "commercial", None],
        "num_floors": [6, np.nan, np.nan],
        "has_parts": [False, False, False],
    }
    shapes = [box(X + 30 * at, Y, X + 30 * at + 20, Y + 20) for at in range(3)]
    made = features.read(gpd.GeoDataFrame(columns, geometry=shapes, crs=KRUEGER), "buildings", crs=KRUEGER)
    table = made.tables["buildings"]
    assert table["kind"].tolist() == ["apartments", "commercial", "yes"]
    assert table["residential"].tolist() == [True, False, True]
    assert (table["levels"].iloc[0], table["name"].iloc[0]) == (6, "幸福楼")


def test_places_bear_the_tag_of_their_category() -> None:
    columns = {
        "names": [{"primary": "诊所"}, {"primary": "Rink"}],
        "categories": [{"primary": "clinic", "alternate": None}, {"primary": "skating_rink"}],
        "sources": [None, None],
    }
    frame = gpd.GeoDataFrame(columns, geometry=[Point(X, Y), Point(X, Y + 9)], crs=KRUEGER)
    places = features.read(frame, "places", crs=KRUEGER).tables["places"]
    assert places["kind"].tolist() == ["amenity=clinic", "place=skating_rink"]
    assert places["name"].tolist() == ["诊所", "Rink"]


@pytest.mark.real
def test_the_centre_of_lucknow_has_its_lengths_and_areas(real_data: Any) -> None:
    crs = CRS.from_epsg(32644)
    folder = real_data / "overture-lucknow"
    roads = features.read(folder / "overture_transportation.geojson", "roads", crs=crs)
    assert roads.tables["roads"].length.sum() == pytest.approx(87_567, abs=1)
    assert roads.accounts[0].lost == {"other": 6}
    buildings = features.read(folder / "overture_buildings.parquet", "buildings", crs=crs).tables["buildings"]
    assert (len(buildings), int(buildings["levels"].notna().sum()), int(buildings["name"].notna().sum())) == (
        4951,
        9,
        23,
    )
    assert buildings.area.sum() == pytest.approx(815_948, abs=1)
