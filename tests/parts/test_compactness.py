"""How compact any polygons are, by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import pytest
from shapely import Polygon, box

import gridkit as gk


def test_a_ribbon_and_an_ell_have_the_scores_of_their_formulas():
    ell = Polygon([(0, 0), (20, 0), (20, 10), (10, 10), (10, 20), (0, 20)])
    found = gk.compactness(gpd.GeoSeries([box(0, 0, 10, 40), ell], index=["ribbon", "ell"], crs=32651))
    assert found["polsby_popper"].tolist() == pytest.approx([4 * math.pi * 400 / 100**2, 4 * math.pi * 300 / 80**2])
    assert found["reock"]["ribbon"] == pytest.approx(400 / (math.pi * (100 + 1600) / 4))
    assert found["convexity"].tolist() == pytest.approx([1, 300 / 350])
    assert found["elongation"]["ribbon"] == pytest.approx(0.25)


def test_degrees_are_measured_in_metres_on_their_own_index(net):
    found = gk.compactness(net)
    assert found.index.equals(net.index)
    # A thousandth of a degree at 32 north is 94.4 m by 110.9 m.
    assert found["elongation"].tolist() == pytest.approx([94.4 / 110.9] * 16, rel=2e-3)


def test_two_rows_of_one_label_stay_two(net):
    assert gk.compactness(net.set_axis(["same"] * 16)).index.tolist() == ["same"] * 16
