"""Barriers: which lines cut."""

import geopandas as gpd
import pytest
import scenes
import shapely
from scenes import area, extract, way
from shapely.geometry import LineString, box

from gridkit.errors import TableError
from gridkit.tables import FEATURES, Extract
from gridkit.tessellation import barriers
from gridkit.tessellation.cut_rules import Rules

ACROSS = ((0, 0), (100, 0))


def kinds(features, rules=None, extra=None):
    return sorted(barriers.select(features, extra, rules)["feature"])


@pytest.mark.parametrize(
    ("kind", "feature"),
    [
        ("motorway_link", "motorway"),
        ("primary", "arterial"),
        ("tertiary_link", "collector"),
        ("living_street", "street"),
        ("service", "service"),
        ("steps", "path"),
    ],
)
def test_each_road_class_is_a_feature(kind, feature):
    line = barriers.lines(extract(roads=[way(*ACROSS, kind=kind)])).iloc[0]
    assert line["feature"] == feature
    assert line["link"] == kind.endswith("_link")


def test_every_feature_is_known():
    named = {*barriers.ROAD_FEATURE.values(), *barriers.WATERWAY_FEATURE.values(), *barriers.WATER_FEATURE.values()}
    assert named < set(FEATURES)


def test_lanes_and_paths_do_not_cut_unless_asked():
    features = extract(roads=[way(*ACROSS, kind=kind) for kind in ("service", "footway", "residential")])
    assert kinds(features) == ["street"]
    assert kinds(features, Rules(least_road="service")) == ["service", "street"]
    assert kinds(features, Rules(least_road="path")) == ["path", "service", "street"]


def test_what_is_no_line_to_follow_is_left_out():
    assert barriers.lines(extract(roads=[way(*ACROSS, kind=kind) for kind in ("construction", "elevator")])).empty


def test_a_private_street_counts_as_a_lane():
    assert kinds(extract(roads=[way(*ACROSS, access="private")])) == []


def test_tunnels_are_left_out():
    below = {"tunnel": True}
    features = extract(
        roads=[way(*ACROSS, **below)],
        rails=[way(*ACROSS, kind="rail", **below)],
        waterways=[way(*ACROSS, kind="river", **below)],
    )
    assert barriers.lines(features).empty


def test_yards_and_trams_do_not_cut():
    rails = [way(*ACROSS, kind="rail", service="yard"), way(*ACROSS, kind="tram"), way(*ACROSS, kind="light_rail")]
    assert kinds(extract(rails=rails)) == ["rail"]


def test_walls_cut_but_fences_do_not_unless_asked():
    features = extract(walls=[way(*ACROSS, kind="wall"), way(*ACROSS, kind="fence")])
    assert kinds(features) == ["wall"]
    assert kinds(features, Rules(walls=("wall", "fence"))) == ["wall", "wall"]


def test_only_large_water_has_banks_that_cut():
    features = extract(water=[area(box(0, 0, 100, 100), "lake"), area(box(200, 0, 210, 10), "pond")])
    banks = barriers.select(features)
    assert banks["kind"].tolist() == ["bank"]
    assert banks.length.tolist() == [400]


def test_own_lines_always_cut_and_are_as_strong_as_they_say():
    own = gpd.GeoDataFrame(
        {"feature": ["path", None]}, geometry=[shapely.LineString(ACROSS), box(0, 0, 9, 9)], crs=scenes.METRES
    )
    assert kinds(Extract({}, scenes.METRES), extra=own) == ["arterial", "path"]


def test_own_lines_come_into_the_crs_of_the_extract():
    own = gpd.GeoDataFrame(geometry=[shapely.LineString(ACROSS)], crs=scenes.METRES).to_crs(4326)
    line = barriers.select(Extract({}, scenes.METRES), own)
    assert line.length.iloc[0] == pytest.approx(100, rel=1e-6)


def test_an_unknown_feature_is_refused_by_name():
    own = gpd.GeoDataFrame({"feature": ["wal"]}, geometry=[shapely.LineString(ACROSS)], crs=scenes.METRES)
    with pytest.raises(TableError, match=r"wal.*use one of"):
        barriers.select(Extract({}, scenes.METRES), own)


def test_an_unknown_road_class_is_refused_by_name():
    with pytest.raises(TableError, match="did you mean 'service'"):
        barriers.select(Extract({}, scenes.METRES), rules=Rules(least_road="servic"))


def test_without_a_line_on_the_map_there_is_a_table_of_none():
    assert barriers.lines(Extract({}, scenes.METRES)).empty
    assert list(barriers.lines(Extract({}, scenes.METRES)).columns)[:3] == ["feature", "kind", "name"]


def test_lines_of_several_parts_are_parted():
    both = shapely.union(LineString([(0, 0), (10, 0)]), LineString([(20, 0), (30, 0)]))
    found = barriers.lines(extract(roads=[{"kind": "residential", "geometry": both}]))
    assert set(found.geom_type) == {"LineString"}
    assert len(found) == 2


def test_parks_cut_by_their_outline_only_where_it_is_asked():
    park = extract(green=[area(box(0, 0, 300, 300), "park")])
    assert kinds(park) == []
    cut = barriers.select(park, None, Rules(parks="cut"))
    assert len(cut) >= 1
    assert cut.length.sum() == pytest.approx(1200)


def test_water_stands_alone_where_all_of_it_is_to_or_what_is_wide():
    pond = extract(water=[area(box(0, 0, 30, 30), "pond"), area(box(500, 0, 2500, 2000), "lake")])
    for rule, alone in (("unit", [True, True]), ("share", [False, False]), ("wide", [False, True])):
        found = barriers.water_areas(pond, Rules(water=rule))
        assert found["alone"].tolist() == alone[-len(found) :]
    assert len(barriers.banks(pond, Rules(water="wide"), wide=True)) == 1
