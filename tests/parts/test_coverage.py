"""Minutes from any places to any facilities, along a graph, lines or straight across."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely import LineString, Point, box

import gridkit as gk
from gridkit.errors import TableError, UsageError

CLINIC = gpd.GeoSeries([Point(1500, 0)], crs=32651)
STREET = LineString([(0, 0), (1500, 0)])
HOMES = gpd.GeoSeries([Point(0, 0), Point(1125, 0)], index=["a", "b"], crs=32651)


def test_75_metres_of_street_are_a_minute_on_foot():
    edges = gpd.GeoDataFrame({"highway": ["residential"]}, geometry=[STREET], crs=32651)
    found = gk.coverage(HOMES, CLINIC, edges)
    assert found.index.tolist() == ["a", "b"]
    assert found.tolist() == pytest.approx([20, 5], abs=1e-6)


def test_a_graph_as_osmnx_makes_it_is_a_network():
    graph = nx.MultiDiGraph(crs="EPSG:32651")
    for name, x in (("w", 0), ("m", 700), ("e", 1500)):
        graph.add_node(name, x=x, y=0)
    for one, other in (("w", "m"), ("m", "e")):
        graph.add_edge(one, other, highway=["residential", "service"], oneway=False)
        graph.add_edge(other, one, highway=["residential", "service"], oneway=False)
    assert gk.coverage(HOMES, CLINIC, graph).tolist() == pytest.approx([20, 5], abs=1e-6)


def test_lines_that_say_nothing_are_streets_one_walks():
    assert gk.coverage(HOMES, CLINIC, gpd.GeoSeries([STREET], crs=32651))["b"] == pytest.approx(5)


def test_straight_across_streets_are_taken_to_be_1_3_times_as_long():
    assert gk.coverage(HOMES, CLINIC).tolist() == pytest.approx([26, 6.5])


def test_areas_set_out_from_all_over_and_are_reached_at_their_edge():
    areas = gpd.GeoSeries([box(0, -50, 200, 50)], index=[9], crs=32651)  # points at 50 and 150 m
    hall = gpd.GeoSeries([box(300, -50, 400, 50)], crs=32651)
    assert gk.coverage(areas, hall).to_dict() == {9: pytest.approx(200 / (75 / 1.3))}


def test_degrees_on_a_string_index_come_back_on_it(net):
    clinic = gpd.GeoSeries([Point(120.8005, 32.0005)], crs=4326)
    found = gk.coverage(net.representative_point(), clinic)
    assert found.index.equals(net.index)
    assert found["s0"] == pytest.approx(0, abs=1e-6)
    assert found.idxmax() == "s15"


def test_what_two_hours_do_not_reach_is_infinite():
    far = gpd.GeoSeries([Point(0, 0)], crs=32651)
    assert np.isinf(gk.coverage(far, gpd.GeoSeries([Point(50_000, 0)], crs=32651)).iloc[0])


def test_what_cannot_be_is_one_line():
    with pytest.raises(UsageError, match="profile is one of walk, cycle, drive, not 'fly'"):
        gk.coverage(HOMES, CLINIC, profile="fly")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="without a network one walks"):
        gk.coverage(HOMES, CLINIC, profile="drive")
    river = gpd.GeoDataFrame({"kind": ["river"]}, geometry=[STREET], crs=32651)
    with pytest.raises(TableError, match="the one road there is cannot be used"):
        gk.coverage(HOMES, CLINIC, river)
