"""Joints: two squares of 100 m that touch along what each test says."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, box

from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders, joints
from gridkit.tessellation.cut_rules import Rules

CRS = 32650
WEST = box(0, 0, 100, 100)


def units(*shapes):
    names = list("abcdefgh")[: len(shapes)]
    frame = {"parent": ["p"] * len(shapes), "kind": ["block"] * len(shapes)}
    return gpd.GeoDataFrame(frame, geometry=list(shapes), crs=CRS, index=pd.Index(names, name="unit_id"))


def extract(*roads, kind="residential", **tables):
    ways = gpd.GeoDataFrame({"kind": [kind] * len(roads), "name": None}, geometry=list(roads), crs=CRS)
    return Extract({"roads": ways, **tables} if roads else tables, ways.crs)


def rails(*lines):
    return gpd.GeoDataFrame({"kind": ["rail"] * len(lines), "name": None}, geometry=list(lines), crs=CRS)


def touching(frame, known):
    return borders.touching(frame, barriers.select(known), known)


def test_a_straight_border_is_as_wide_as_it_is_long():
    pair = [WEST, box(100, 0, 200, 100)]
    assert np.isinf(joints.passages(np.array(pair), np.array([[0, 1]]), np.array([20.0])))


@pytest.mark.parametrize("gap", [4.0, 10.0, 14.0])
def test_a_border_that_winds_through_a_gap_is_as_wide_as_the_gap(gap):
    """A tongue of the east reaches 30 m into the west, ``gap`` wide: its three sides are longer than a joint asks."""
    tongue = box(70, 50, 100, 50 + gap)
    west, east = WEST.difference(tongue), box(100, 0, 200, 100)
    # Only the tongue touches: the rest of the east lies behind a ditch that belongs to neither.
    east = east.difference(box(100, 0, 110, 50)).difference(box(100, 50 + gap, 110, 100)).union(tongue)
    west = west.difference(box(95, 0, 100, 50)).difference(box(95, 50 + gap, 100, 100))
    passage = joints.passages(np.array([west, east]), np.array([[0, 1]]), np.array([20.0]))[0]
    # The tongue ends inside the west, so its own width is the way through.
    assert passage == pytest.approx(gap, abs=1.0)


def test_a_unit_thinner_than_a_way_is_no_bottleneck_of_its_own():
    strip = box(100, 0, 110, 100)
    assert np.isinf(joints.passages(np.array([WEST, strip]), np.array([[0, 1]]), np.array([19.0])))


@pytest.mark.parametrize("off", [0.0, 1e-10, -1e-10])
@pytest.mark.parametrize("turn", [0.0, 37.5, 211.0])
def test_a_bridge_between_four_units_joins_both_pairs_whatever_the_rounding(off, turn):
    """The street of the bridge is the edge of the units on its two sides; the river's edges end on its line."""
    shapes = [WEST, box(0, 100, 100, 200), box(100, 0, 200, 100), box(100, 100, 200, 200)]
    lines = [LineString([(0, 100), (200, 100)]), LineString([(100 + off, 0), (100 + off, 200)])]
    *turned, river, street = [shapely.affinity.rotate(each, turn, origin=(30, 40)) for each in (*shapes, *lines)]
    water = gpd.GeoDataFrame({"kind": ["river"], "name": None}, geometry=[river], crs=CRS)
    table = touching(units(*turned), extract(street, kind="tertiary", waterways=water))
    over = table[table["link"] == "bridge"]
    assert sorted(zip(over["unit_id"], over["neighbour"], strict=True)) == [("a", "b"), ("c", "d")]


def test_a_road_that_touches_a_railway_is_no_crossing_and_one_that_leads_over_is():
    frame = units(WEST, box(100, 0, 200, 100))
    track = rails(LineString([(100, -10), (100, 110)]))
    up_to = touching(frame, extract(LineString([(20, 50), (100, 50)]), rails=track))
    assert up_to["link"].tolist() == ["unbridged"]
    over = touching(frame, extract(LineString([(20, 50), (180, 50)]), rails=track))
    assert (over["link"].tolist(), over["crossings"].tolist()) == (["bridge"], [1])


def test_a_lane_along_the_border_that_ends_where_a_railway_goes_on_in_its_line_leads_over_nothing():
    """83 m of the border are a railway, the other 17 m a lane that both units hold and that goes on northwards."""
    west = shapely.Polygon([(0, 0), (100, 0), (100, 83), (100, 100), (0, 100)])
    east = shapely.Polygon([(200, 0), (200, 100), (100, 100), (100, 83), (100, 0)])
    frame = units(west, east)
    lane = LineString([(100, 83), (100, 160)])
    made = touching(frame, extract(lane, kind="service", rails=rails(LineString([(100, -10), (100, 83)])))).iloc[0]
    assert (made["link"], made["crossings"]) == ("border", 0), "it is thin, and the only joint there is"
    assert made["joining_m"] == pytest.approx(17)


def test_a_road_broken_on_the_railway_leads_over_it_all_the_same():
    frame = units(WEST, box(100, 0, 200, 100))
    halves = LineString([(20, 50), (100, 50)]), LineString([(100, 50), (180, 50)])
    table = touching(frame, extract(*halves, rails=rails(LineString([(100, -10), (100, 110)]))))
    assert (table["link"].tolist(), table["crossings"].tolist()) == (["bridge"], [1])


def test_what_is_left_of_two_units_hangs_together_whatever_way_they_lie():
    turned = shapely.transform(np.array([WEST, box(100, 90, 200, 190)]), lambda xy: xy[:, ::-1])
    narrow = joints.passages(turned, np.array([[0, 1]]), np.array([20.0]))[0]
    assert narrow == pytest.approx(10.0, abs=1.0)


def test_of_a_unit_that_vanishes_when_it_is_drawn_in_nothing_is_known():
    assert joints._core(box(0, 0, 100, 2), 20.0) is None
    # Two wide parts with a neck between them, which is a unit: nothing of it is left, so it is no bottleneck.
    wide, neck = shapely.union(box(0, 0, 100, 100), box(300, 0, 400, 100)), box(100, 49, 300, 51)
    both, shapes = np.array([shapely.union(wide, neck)]), np.array([wide, neck], dtype=object)
    assert joints._hang_together(both, shapes, np.array([[0, 1]]), np.array([20.0])).tolist() == [True]


def test_footbridges_lead_over_where_they_are_asked_to_and_slip_roads_never():
    known = extract(LineString([(0, 0), (9, 0)]), kind="footway")
    assert len(joints.ways(known, Rules(footbridges=True))) == 1
    assert len(joints.ways(known, Rules(footbridges=False))) == 0
    assert len(joints.ways(extract(LineString([(0, 0), (9, 0)]), kind="primary_link"), Rules())) == 0
