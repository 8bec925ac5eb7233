"""Shapes are drawn as a few lines of text."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from gridkit.sources.files.sketch import HEIGHT, WIDTH, sketch


@pytest.mark.parametrize(
    "shapes",
    [
        [box(0, 0, 1000, 10)],
        [box(0, 0, 10, 1000), None, Point()],
        [Point(5, 5)],
        [LineString([(0, 0), (3, 9), (9, 9)]), Point(1, 1)],
    ],
)
def test_any_shapes_fit_the_room_there_is(shapes):
    drawn = sketch(gpd.GeoSeries(shapes)).split("\n")
    assert 1 <= len(drawn) <= HEIGHT
    assert max(map(len, drawn)) <= WIDTH


def test_what_is_not_there_is_drawn_as_nothing():
    assert sketch(gpd.GeoSeries([None, Point()])) == ""


def test_degrees_are_drawn_as_wide_as_they_are():
    far_north = sketch(gpd.GeoSeries([box(0, 59.5, 2, 60.5)], crs=4326)).split("\n")
    assert abs(2 * len(far_north[0]) - 4 * len(far_north)) <= 4, "two degrees across are one up, at 60 degrees north"


def test_more_shapes_than_can_be_seen_are_thinned_out():
    assert sketch(gpd.GeoSeries(shapely.points(np.random.default_rng(0).random((50_000, 2)))))
