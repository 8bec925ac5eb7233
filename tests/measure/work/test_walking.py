"""The way between doors: the formula by hand, and walks along streets that can be seen to be shortest."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from gridkit.catalog.presets import presets
from gridkit.measure.access.network import build
from gridkit.measure.work.walking import doors_visited, tour_m, tours_along_streets

WALKING = presets()["cn-social"].workload.walking


def test_visits_end_at_fewer_doors_than_there_are_of_either():
    doors = doors_visited(pd.Series([10.0, 10.0, 1.0, 0.0, 50.0]), pd.Series([1.0, 1e6, 7.0, 3.0, 0.0]))
    assert doors.round(6).tolist() == [1.0, 10.0, 1.0, 0.0, 0.0]


def test_what_is_not_known_stays_unknown():
    assert doors_visited(pd.Series([10.0]), pd.Series([np.nan])).isna().all()


def test_the_formula_is_that_of_the_shortest_tour_through_points_at_random():
    metres = tour_m(pd.Series([400.0]), pd.Series([40_000.0]), WALKING)
    assert metres.tolist() == pytest.approx([0.7124 * 1.273 * 4_000])


def test_it_adds_up_over_parts_of_one_density():
    whole = tour_m(pd.Series([100.0]), pd.Series([10_000.0]), WALKING).sum()
    parts = tour_m(pd.Series([25.0] * 4), pd.Series([2_500.0] * 4), WALKING).sum()
    assert parts == pytest.approx(whole)


def test_a_walk_round_a_square_is_its_four_sides():
    roads = gpd.GeoDataFrame(
        {"kind": "residential"},
        geometry=[LineString([(0, 0), (300, 0), (300, 300), (0, 300), (0, 0)])],
        crs=32650,
        index=["r"],
    )
    corners = [(0, 0), (300, 300), (300, 0), (0, 300)]
    doors = gpd.GeoDataFrame({"grid_id": ["g"] * 4}, geometry=[Point(each) for each in corners], crs=32650)
    network = build(roads)
    minutes = tours_along_streets(network, doors, 120.0)
    assert minutes.tolist() == pytest.approx([4 * network.there.sum() / 4], rel=1e-6)


def test_doors_in_two_networks_have_no_walk_along_streets():
    roads = gpd.GeoDataFrame(
        {"kind": "residential"},
        geometry=[LineString([(0, 0), (300, 0)]), LineString([(0, 900), (300, 900)])],
        crs=32650,
        index=["r", "s"],
    )
    doors = gpd.GeoDataFrame(
        {"grid_id": ["g", "g", "h"]}, geometry=[Point(10, 0), Point(10, 900), Point(20, 0)], crs=32650
    )
    minutes = tours_along_streets(build(roads), doors, 120.0)
    assert np.isnan(minutes["g"])
    assert minutes["h"] == 0.0


def test_a_crossing_in_a_tour_is_undone():
    # Doors on a line: who goes to the nearest first from the middle crosses the way again; the best is there and back.
    roads = gpd.GeoDataFrame(
        {"kind": "residential"}, geometry=[LineString([(0, 0), (1000, 0)])], crs=32650, index=["r"]
    )
    at = [500, 540, 450, 600, 380, 1000, 0]
    doors = gpd.GeoDataFrame({"grid_id": ["g"] * 7}, geometry=[Point(x, 0) for x in at], crs=32650)
    network = build(roads)
    assert tours_along_streets(network, doors, 120.0)["g"] == pytest.approx(2 * network.there.sum(), rel=1e-6)
