"""Faces that lines enclose, against shapely's own."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from gridkit.tessellation.shapes.faces import enclosed, enclosed_by

spots = st.tuples(st.integers(0, 8), st.integers(0, 8))
lines = st.lists(st.lists(spots, min_size=2, max_size=5, unique=True), min_size=1, max_size=8)


def as_polygonized(drawn):
    """Return the faces of the noded lines as shapely finds them."""
    return sorted(
        shapely.normalize(shapely.get_parts(shapely.polygonize([shapely.unary_union(drawn)]))).tolist(), key=str
    )


@settings(max_examples=60)
@given(lines)
def test_faces_are_those_of_shapely(ways):
    drawn = np.array([LineString(way) for way in ways])
    ours = sorted(shapely.normalize(enclosed_by(drawn)).tolist(), key=str)
    theirs = as_polygonized(drawn)
    assert len(ours) == len(theirs)
    for one, other in zip(ours, theirs, strict=True):
        assert one.equals(other)


def test_dead_ends_and_bridges_between_rings_enclose_nothing():
    """::

    +--+      +--+
    |  |------|  |---
    +--+      +--+
    """
    drawn = [
        box(0, 0, 2, 2).boundary,
        box(6, 0, 8, 2).boundary,
        LineString([(2, 1), (6, 1)]),
        LineString([(8, 1), (9, 1)]),
    ]
    assert sorted(shapely.area(enclosed_by(np.array(drawn)))) == [4, 4]


def test_a_ring_inside_another_is_a_hole_of_it_and_a_face_itself():
    found = enclosed_by(np.array([box(0, 0, 30, 30).boundary, box(10, 10, 20, 20).boundary]))
    assert sorted(shapely.area(found)) == [100, 800]


def test_rings_that_touch_in_one_corner_stay_two_faces():
    found = enclosed_by(np.array([box(0, 0, 10, 10).boundary, box(10, 10, 20, 20).boundary]))
    assert sorted(shapely.area(found)) == [100, 100]
    assert shapely.is_valid(found).all()


def test_a_segment_given_twice_or_without_length_changes_nothing():
    square = np.array([[[0, 0], [1, 0]], [[1, 0], [1, 1]], [[1, 1], [0, 1]], [[0, 1], [0, 0]]], dtype=float)
    more = np.concatenate([square, square[:1, ::-1], [[[1.0, 1.0], [1.0, 1.0]]]])
    assert shapely.area(enclosed(more)).tolist() == [1]


def test_what_encloses_nothing_has_no_face():
    assert not len(enclosed_by(np.zeros(0, dtype=object)))
    assert not len(enclosed_by(np.array([LineString([(0, 0), (5, 5)])])))
    assert not len(enclosed(np.zeros((0, 2, 2))))


def test_far_from_the_origin_the_faces_are_as_good():
    east, north = 680_000.0, 3_540_000.0
    found = enclosed_by(np.array([box(east, north, east + 0.5, north + 0.5).boundary]))
    assert shapely.area(found).tolist() == [0.25]
    assert shapely.is_ccw(shapely.get_exterior_ring(found)).all()
