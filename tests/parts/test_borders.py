"""Any polygons have borders, on the labels they came with."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, box

import gridkit as gk
from gridkit.errors import TableError


def test_a_net_of_four_by_four_has_its_24_borders(net):
    found = gk.borders(net)
    assert len(found) == 24
    assert set(found["unit_id"]) | set(found["neighbour"]) == set(net.index)
    east_west = found[(found["unit_id"] == "s0") & (found["neighbour"] == "s1")]
    assert east_west["shared_m"].tolist() == [pytest.approx(110.9, abs=0.2)]  # a thousandth of a degree of latitude
    assert set(found["feature"]) == {"none"}


def test_labels_keep_their_kind_and_vertices_on_one_side_alone_are_no_matter():
    shapes = [box(0, 0, 100, 100), box(100, 0, 200, 40), box(100, 40, 200, 100)]
    found = gk.borders(gpd.GeoSeries(shapes, index=[30, 20, 10], crs=32651))
    rows = {frozenset(row[:2]): row[2] for row in found[["unit_id", "neighbour", "shared_m"]].itertuples(index=False)}
    assert rows == {frozenset({30, 20}): 40.0, frozenset({30, 10}): 60.0, frozenset({20, 10}): 100.0}


def test_a_river_between_two_rows_is_named_and_still_a_border(net):
    river = LineString([(120.79, 32.002), (120.81, 32.002)])
    drawn = gpd.GeoDataFrame({"feature": ["river"], "name": ["Tong"]}, geometry=[river], crs=4326)
    found = gk.borders(net, drawn)
    across = found[found["feature"] == "river"]
    assert len(found) == 24
    assert {frozenset(pair) for pair in across[["unit_id", "neighbour"]].to_numpy().tolist()} == {
        frozenset({f"s{at}", f"s{at + 4}"}) for at in range(4, 8)
    }
    assert set(across["name"]) == {"Tong"}


def test_a_corner_is_no_border():
    corners = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 100, 200, 200)], crs=32651)
    assert len(gk.borders(corners)) == 0


def test_two_polygons_of_one_label_have_no_borders(net):
    with pytest.raises(TableError, match="give each polygon an index of its own"):
        gk.borders(pd.concat([net, net]))
