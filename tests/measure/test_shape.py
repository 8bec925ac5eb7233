"""How compact shapes are, against scores known from geometry."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, affinity, box

from gridkit.measure.shape import convexity, elongation, polsby_popper, reock

MEASURES = (polsby_popper, reock, convexity, elongation)
ELL = Polygon([(0, 0), (20, 0), (20, 10), (10, 10), (10, 20), (0, 20)])


def frame(*shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), index=list("abcdef")[: len(shapes)], crs="EPSG:32650")


def test_shapes_keep_their_scores_when_they_grow(doughnut, three_by_three):
    for measure in (polsby_popper, reock, convexity, elongation):
        for shapes in (doughnut, three_by_three):
            larger = shapes.set_geometry(shapes.scale(3, 3, origin=(0, 0)))
            assert measure(larger).tolist() == pytest.approx(measure(shapes).tolist())
            assert measure(shapes).between(0, 1 + 1e-9).all()


def test_a_hole_makes_a_grid_less_compact(doughnut):
    assert polsby_popper(doughnut)["a"] < polsby_popper(doughnut)["b"]


def test_a_circle_has_the_best_score_of_every_measure():
    circle = frame(Point(0, 0).buffer(100, quad_segs=256))
    assert [measure(circle)["a"] for measure in MEASURES] == pytest.approx([1, 1, 1, 1], abs=1e-3)


def test_a_square_has_the_scores_of_a_square():
    scores = [measure(frame(box(0, 0, 10, 10)))["a"] for measure in MEASURES]
    assert scores == pytest.approx([np.pi / 4, 2 / np.pi, 1, 1])


def test_a_bend_is_seen_by_the_hull_and_not_by_the_rectangle_around_it():
    assert convexity(frame(ELL))["a"] == pytest.approx(300 / 350)
    assert convexity(frame(box(0, 0, 10, 90)))["a"] == 1
    assert elongation(frame(ELL, box(0, 0, 10, 90)))["b"] == pytest.approx(1 / 9)


@settings(max_examples=15)
@given(st.integers(1, 50), st.floats(0, 180), st.floats(-1e5, 1e5))
def test_turning_and_moving_changes_no_score(length, angle, aside):
    shape = box(0, 0, 10, 10 + length)
    turned = affinity.translate(affinity.rotate(shape, angle), aside, -aside)
    for measure in MEASURES:
        assert measure(frame(turned))["a"] == pytest.approx(measure(frame(shape))["a"], rel=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_scores_stand_on_the_index_of_the_shapes_under_their_own_name(measure):
    scores = measure(frame(ELL, box(0, 0, 1, 1)))
    assert scores.index.tolist() == ["a", "b"]
    assert scores.name == measure.__name__
