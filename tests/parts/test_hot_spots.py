"""Hot spots are found on any polygons."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

import gridkit as gk
from gridkit.errors import TableError


def row_of(count):
    shapes = [box(100 * x, 0, 100 * x + 100, 100) for x in range(count)]
    return gpd.GeoSeries(shapes, index=[f"r{x}" for x in range(count)], crs=32651)


def test_three_hot_squares_of_forty_are_found_and_no_other():
    counts = np.array([30 if 20 <= x < 23 else 3 + x % 3 for x in range(40)])
    found = gk.hot_spots(row_of(40), counts)
    assert found.index[found["hot"]].tolist() == ["r20", "r21", "r22"]
    assert found["observed"]["r21"] == 90
    assert found["observed"]["r0"] == 3 + 4


def test_where_ten_times_as_many_live_ten_times_as_much_is_usual():
    people = np.array([100.0 if 20 <= x < 23 else 10.0 for x in range(40)])
    assert not gk.hot_spots(row_of(40), people / 2, base=people)["hot"].any()


def test_a_net_in_degrees_touches_across_its_hairs(net):
    found = gk.hot_spots(net, "n")
    assert found.index.equals(net.index)
    assert found["observed"]["s5"] == net["n"][["s0", "s1", "s2", "s4", "s5", "s6", "s8", "s9", "s10"]].sum()


def test_counts_that_are_not_known_are_not_taken_as_none(net):
    with pytest.raises(TableError, match="column 'n' is empty in 1 row"):
        gk.hot_spots(net.assign(n=net["n"].mask(net.index == "s3")), "n")
