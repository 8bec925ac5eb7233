"""The planar mosaic, each part by hand."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, box

from gridkit.tessellation import mosaic
from gridkit.tessellation.shapes import faces

PAIR = np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)])


def test_a_mosaic_knows_what_lies_on_both_sides():
    sides = mosaic.sides(np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)]))
    inner = sides.right >= 0
    assert inner.sum() == 1
    assert sides.lengths[inner].tolist() == [10]
    assert {int(sides.left[inner][0]), int(sides.right[inner][0])} == {0, 1}


def test_a_segment_finds_its_line_even_when_a_crossing_cut_it():
    lines = np.array([shapely.LineString([(10, -5), (10, 15)]), shapely.LineString([(-5, 5), (25, 5)])])
    found = faces.enclosed_by(np.array([*lines, box(0, 0, 20, 10).boundary]))
    sides = mosaic.sides(found)
    on = mosaic.line_of(sides, lines, np.array([1, 1]))
    assert sorted(on[sides.right >= 0].tolist()) == [0, 0, 1, 1]


def test_neighbours_get_the_corners_of_what_was_cut():
    cut = np.array([box(0, 0, 5, 10), box(5, 0, 10, 10)])
    whole = np.array([*cut, box(0, 10, 10, 20)])
    assert not shapely.coverage_is_valid(whole)
    assert shapely.coverage_is_valid(mosaic.stitched(whole, cut))


def test_what_was_cut_gets_back_the_corners_that_its_neighbours_have():
    # A lane along the edge took its place, and had no corner where the neighbour has two.
    neighbour = shapely.Polygon([(0, 10), (3, 10), (7, 10), (10, 10), (10, 20), (0, 20)])
    cut = np.array([box(0, 0, 5, 10), box(5, 0, 10, 10)])
    found = mosaic.stitched(np.array([*cut, neighbour]), cut)
    assert shapely.coverage_is_valid(found)
    sides = mosaic.sides(found)
    shared = mosaic.chosen(sides, (sides.right >= 0) & ((sides.left == 2) | (sides.right == 2)))
    assert shared.lengths.sum() == 10


def test_loose_ends_are_led_on_to_the_nearest_line():
    lines = np.array([shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(5, 9), (5, 0.5)])])
    led = mosaic.leads(lines, 1.0)
    assert len(led) == 1
    assert led[0].crosses(lines[0])
    assert not len(mosaic.leads(lines, 0.4))


def test_every_segment_stands_once_with_its_middle_length_and_ends():
    sides = mosaic.sides(PAIR)
    assert len(sides.start) == 7
    assert sides.lengths.sum() == 70
    inner = mosaic.chosen(sides, sides.right >= 0)
    assert inner.middles.tolist() == [[10, 5]]
    assert sorted(inner.ends()[0].tolist()) == [[10, 0], [10, 10]]
    assert len(set(sides.keys.tolist())) == 7


def test_a_hole_has_nothing_on_its_far_side():
    sides = mosaic.sides(np.array([shapely.Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])]))
    assert (sides.left == 0).all()
    assert (sides.right == -1).all()


def test_minus_zero_is_the_same_place_as_zero():
    points, vertex = mosaic.number(np.array([[0.0, 1.0], [-0.0, 1.0], [0.0, -0.0], [0.0, 0.0]]))
    assert points.tolist() == [[0, 0], [0, 1]]
    assert vertex.tolist() == [1, 1, 0, 0]


def test_places_are_looked_up_among_sorted_ones():
    points, _ = mosaic.number(np.array([[5.0, 5.0], [1.0, 2.0]]))
    there, which = mosaic.lookup(points, np.array([[5.0, 5.0], [9.0, 9.0], [1.0, 2.0]]))
    assert there.tolist() == [True, False, True]
    assert which[there].tolist() == [1, 0]


def test_the_strongest_of_several_lines_is_the_one_a_segment_lies_on():
    lines = np.array([LineString([(10, 0), (10, 10)])] * 3)
    sides = mosaic.sides(PAIR)
    on = mosaic.line_of(sides, lines, np.array([1, 3, 2]))
    assert on[sides.right >= 0].tolist() == [1]
    assert (on[sides.right < 0] == -1).all()


def test_the_strongest_line_wins_where_only_its_middle_tells_too():
    lines = np.array([LineString([(10, -5), (10, 15)])] * 2)
    sides = mosaic.sides(PAIR)
    for strength, best in (([1, 2], 1), ([2, 1], 0)):
        on = mosaic.line_of(sides, lines, np.array(strength))
        assert on[sides.right >= 0].tolist() == [best]


def test_many_lines_and_few_segments_are_matched_by_their_middles_alone():
    lines = np.array([LineString([(10, 0), (10, 10)]), *[LineString([(50, k), (60, k)]) for k in range(80)]])
    sides = mosaic.sides(PAIR)
    on = mosaic.line_of(sides, lines, np.ones(81, dtype=int))
    assert on[sides.right >= 0].tolist() == [0]
    assert (on == -1).sum() == 6


def test_without_lines_no_segment_lies_on_one():
    sides = mosaic.sides(PAIR)
    assert (mosaic.line_of(sides, np.zeros(0, dtype=object), np.zeros(0, dtype=int)) == -1).all()


def test_an_end_that_meets_another_line_is_not_loose():
    lines = np.array([LineString([(0, 0), (10, 0)]), LineString([(10, 0), (10, 10)])])
    assert not len(mosaic.leads(lines, 5.0))
    assert not len(mosaic.leads(np.zeros(0, dtype=object), 5.0))


def test_of_two_lines_in_reach_the_nearer_is_led_to():
    lines = np.array([LineString([(0, 0), (10, 0)]), LineString([(0, 9.7), (10, 9.7)]), LineString([(5, 9), (5, 0.5)])])
    led = mosaic.leads(lines, 0.8)
    assert sorted(shapely.length(led)) == pytest.approx([0.5 * 1.1, 0.7 * 1.1])
    assert not len(mosaic.leads(lines, 0.0))


def test_cuts_that_differ_in_the_last_digit_become_one_corner():
    cut = np.array([box(0, 0, 5, 10), shapely.Polygon([(5, 0), (5 + 1e-9, 10), (10, 10), (10, 0)])])
    assert shapely.get_num_coordinates(shapely.union_all(cut)) > 5
    found = mosaic.stitched(cut, cut)
    assert shapely.coverage_is_valid(found)
    assert shapely.area(found).tolist() == pytest.approx([50, 50])
