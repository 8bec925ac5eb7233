"""Any polygons are taken on their own index, in metres, and tiled; what cannot be is one line."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, Polygon, box

from gridkit.errors import TableError
from gridkit.parts import polygons


def test_degrees_become_metres_and_it_is_said(net):
    read = polygons.read(net)
    assert read.crs.axis_info[0].unit_name == "metre"
    assert read.index.equals(net.index)
    assert read.attrs["notes"] == ["measured in metres of WGS 84 / UTM zone 51N"]
    assert net.crs.to_epsg() == 4326  # the caller's is left as it was


def test_metres_stay_as_they_are_and_nothing_is_said(net):
    metric = net.to_crs(32651)
    read = polygons.read(metric)
    assert read.geometry.geom_equals(metric.geometry).all()
    assert read.attrs["notes"] == []


def test_a_bow_tie_is_mended_and_it_is_said():
    tie = gpd.GeoSeries([Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])], crs=32651)
    read = polygons.read(tie)
    assert read.area.tolist() == [5000.0]
    assert "1 invalid polygon repaired" in read.attrs["notes"][0]


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([Point(0, 0)], "geometry is Point, not MultiPolygon or Polygon"),
        ([box(0, 0, 1, 1), None], "1 row has no geometry: ['1']"),
        ([], "there is nothing in it"),
    ],
)
def test_what_is_no_polygon_is_named(shapes, said):
    with pytest.raises(TableError) as told:
        polygons.read(gpd.GeoSeries(shapes, crs=32651))
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_net_with_hairs_between_its_squares_is_one_piece(net):
    ground = shapely.union_all(net.to_crs(32651).geometry.values)
    assert shapely.get_num_geometries(ground) > 1  # or the test would show nothing
    tiles = polygons.tiled(polygons.read(net))
    assert shapely.coverage_is_valid(tiles.geometry.values)
    assert shapely.get_num_geometries(shapely.coverage_union_all(tiles.geometry.values)) == 1
    assert tiles.index.tolist() == net.index.tolist()
    assert np.allclose(tiles.area, net.to_crs(32651).area)


def test_an_open_crack_of_half_a_metre_is_closed():
    apart = gpd.GeoSeries([box(0, 0, 100, 100), box(100.5, 0, 200, 100)], crs=32651)
    tiles = polygons.tiled(polygons.read(apart))
    assert tiles.geometry.iloc[0].touches(tiles.geometry.iloc[1])
    assert tiles.area.sum() == pytest.approx(20_000)


def test_a_yard_between_polygons_stays_open():
    apart = gpd.GeoSeries([box(0, 0, 100, 100), box(105, 0, 200, 100)], crs=32651)
    assert polygons.tiled(polygons.read(apart)).area.tolist() == [10_000, 9_500]


def test_one_polygon_of_two_parts_stays_one():
    two = shapely.MultiPolygon([box(0, 0, 50, 50), box(100, 0, 150, 50)])
    tiles = polygons.tiled(polygons.read(gpd.GeoSeries([two, box(50, 0, 100, 50)], index=[7, 7], crs=32651)))
    assert tiles.area.tolist() == [5000, 2500]
    assert tiles.index.tolist() == ["1", "2"]


def test_polygons_over_one_another_and_crumbs_are_refused():
    twice = gpd.GeoSeries([box(0, 0, 100, 100), box(50, 0, 150, 100)], crs=32651)
    with pytest.raises(TableError, match="they lie over one another by 25% of their ground"):
        polygons.tiled(polygons.read(twice))
    crumb = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 0, 100.5, 0.5)], index=["a", "crumb"], crs=32651)
    with pytest.raises(TableError, match="too small to be drawn: crumb"):
        polygons.tiled(polygons.read(crumb))


def test_values_go_by_their_index_or_by_their_order(net):
    assert polygons.values(net, "n", "by").tolist() == net["n"].tolist()
    assert polygons.values(net, net["n"][::-1], "by").tolist() == net["n"].tolist()
    assert polygons.values(net, list(range(16)), "by").tolist() == list(range(16))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("m", "there is no column 'm'"),
        ([1, 2], "2 for 16"),
        (pd.Series([1.0], index=["other"]), "by holds other, which no polygon is called"),
        (pd.Series([1.0], index=["s0"]), "column 'by' is empty in 15 rows"),
        ([-1.0] * 16, "column 'by' is below 0 in 16 rows"),
        (["x"] * 16, "not a number"),
    ],
)
def test_values_that_are_none_are_named(net, given, said):
    with pytest.raises(TableError) as told:
        polygons.values(net, given, "by")
    assert said in str(told.value)
