"""Waists: polygons of two bodies are cut between them, and nothing else is."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity
from shapely.geometry import box

from gridkit.tessellation.shapes import waists


def dumbbell(bar_m):
    """Two squares of 50 m with a bar of 40 m between them."""
    return shapely.union_all([box(0, 0, 50, 50), box(50, 25 - bar_m / 2, 90, 25 + bar_m / 2), box(90, 0, 140, 50)])


@given(turn=st.floats(0, 360), bar_m=st.floats(4, 14))
def test_a_dumbbell_is_cut_across_its_bar_whichever_way_it_lies(turn, bar_m):
    shape = affinity.rotate(dumbbell(bar_m), turn, origin=(70, 25))
    parts = waists.parted(shape, 16, 500)
    assert len(parts) == 2
    assert shapely.area(parts).sum() == pytest.approx(shape.area, rel=1e-6)
    assert not waists.waisted(parts, 16).any()
    cut = shapely.length(shapely.intersection(shapely.boundary(parts[0]), shapely.boundary(parts[1])))
    assert cut < 1.5 * bar_m + 1, "the shortest way across, not along"


@pytest.mark.parametrize("shape", [dumbbell(18), box(0, 0, 10, 300), box(0, 0, 100, 100)])
def test_what_has_no_waist_stays_whole(shape):
    assert not waists.waisted(np.array([shape]), 16).any()
    assert waists.parted(shape, 16, 500).tolist() == [shape]


def test_a_cut_that_would_leave_a_crumb_is_not_made():
    assert len(waists.parted(dumbbell(10), 16, 2_600)) == 1


def test_three_bodies_in_a_row_become_three_pieces():
    shape = shapely.union_all([dumbbell(10), affinity.translate(dumbbell(10), 90)])
    assert len(waists.parted(shape, 16, 500)) == 3


def test_bodies_that_all_but_touch_are_cut_between_them():
    shape = shapely.union_all([box(0, 0, 50, 50), box(49, 17.05, 52, 32.95), box(51, 0, 100, 50)])
    parts = waists.parted(shape, 16, 500)
    assert len(parts) == 2
    assert not waists.waisted(parts, 16).any()


def test_around_a_hole_both_necks_are_cut():
    frame = box(0, 0, 200, 100).difference(box(50, 12, 150, 88))
    parts = waists.parted(frame, 16, 500)
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(frame.area)
    assert not waists.waisted(parts, 16).any()
