"""The nearest line is the nearest line."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.measure.access.pieces import indexed, nearest


def crooked(rng, count, span):
    """Return lines of two to six vertices, some of them long and some tiny."""
    sizes = rng.integers(2, 7, count)
    step = rng.normal(0, 1, (sizes.sum(), 2)) * np.repeat(rng.choice([1.0, 30.0, 400.0], count), sizes)[:, None]
    first = np.concatenate([[0], np.cumsum(sizes)])
    walk = np.cumsum(step, axis=0)
    start = np.repeat(rng.random((count, 2)) * span, sizes, axis=0)
    return walk - np.repeat(walk[first[:-1]], sizes, axis=0) + start, first


@given(seed=st.integers(0, 10_000), count=st.integers(1, 60), span=st.sampled_from([0.0, 50.0, 3000.0]))
@settings(max_examples=40)
def test_it_is_the_one_that_shapely_finds(seed, count, span):
    rng = np.random.default_rng(seed)
    vertices, first = crooked(rng, count, span)
    lines = shapely.linestrings(vertices, indices=np.repeat(np.arange(count), np.diff(first)))
    points = rng.normal(span / 2, span + 100, (50, 2))
    found, along, far = nearest(indexed(vertices, first), points)
    gaps = shapely.distance(np.atleast_1d(lines)[:, None], shapely.points(points))
    assert far == pytest.approx(gaps.min(axis=0), abs=1e-9)
    spots = shapely.line_interpolate_point(np.atleast_1d(lines)[found], along)
    assert shapely.distance(spots, shapely.points(points)) == pytest.approx(far, abs=1e-6)


def test_of_two_lines_as_near_the_first_one_is_taken():
    vertices = np.array([[0.0, 10.0], [100.0, 10.0], [0.0, -10.0], [100.0, -10.0]])
    for order, expected in (([0, 1, 2, 3], 0), ([2, 3, 0, 1], 0)):
        found, along, far = nearest(indexed(vertices[order], np.array([0, 2, 4])), np.array([[30.0, 0.0]]))
        assert (found[0], along[0], far[0]) == (expected, 30.0, 10.0)


def test_one_straight_street_along_an_axis_is_enough():
    pieces = indexed(np.array([[0.0, 0.0], [500.0, 0.0], [1000.0, 0.0]]), np.array([0, 3]))
    found, along, far = nearest(pieces, np.array([[700.0, 30.0], [-40.0, 30.0], [1e5, 0.0]]))
    assert found.tolist() == [0, 0, 0]
    assert along.tolist() == [700.0, 0.0, 1000.0]
    assert far.tolist() == [30.0, 50.0, 99_000.0]
