"""Any lines in any area make blocks."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import pytest
from shapely import LineString, box

import gridkit as gk
from gridkit.errors import TableError
from gridkit.tables import UNITS


def cross(**columns):
    drawn = [LineString([(-10, 100), (410, 100)]), LineString([(200, -10), (200, 410)])]
    return gpd.GeoDataFrame(columns, geometry=drawn, crs=32651)


SQUARE = gpd.GeoSeries([box(0, 0, 400, 400)], crs=32651)


@pytest.mark.parametrize("columns", [{}, {"highway": ["footway", "primary"]}, {"feature": ["river", "wall"]}])
def test_every_line_cuts_whatever_it_is(columns):
    found = gk.blocks(SQUARE, cross(**columns))
    assert sorted(found.area.round().tolist()) == [20_000, 20_000, 60_000, 60_000]
    UNITS.check(found.assign(people=0.0))


def test_degrees_and_a_graph_of_streets_are_taken_and_said():
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    for name, (x, y) in {"west": (120.7, 32.002), "east": (120.9, 32.002)}.items():
        graph.add_node(name, x=x, y=y)
    graph.add_edge("west", "east", highway="residential", oneway=False)
    area = gpd.GeoSeries([box(120.8, 32, 120.804, 32.004)], crs=4326)
    found = gk.blocks(area, graph)
    assert len(found) == 2
    assert found.area.sum() == pytest.approx(area.to_crs(found.crs).area.sum(), rel=1e-6)
    assert "UTM zone 51N" in found.attrs["notes"][0]


def test_an_area_of_several_polygons_is_one_but_where_parents_keep_them_apart(net):
    road = gpd.GeoSeries([LineString([(120.79, 32.0015), (120.81, 32.0015)])], crs=4326)
    assert len(gk.blocks(net, road)) == 2
    sides = net.assign(side=["west", "west", "east", "east"] * 4)
    found = gk.blocks(sides, road, parents="side")
    assert found["parent"].value_counts().to_dict() == {"west": 2, "east": 2}


def test_points_are_no_area():
    with pytest.raises(TableError, match="area: geometry is LineString"):
        gk.blocks(cross(), cross())
