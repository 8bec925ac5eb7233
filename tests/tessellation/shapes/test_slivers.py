"""Slivers and what they are joined to, each by hand."""

import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon, box

from gridkit.tessellation import mosaic
from gridkit.tessellation.shapes import slivers
from gridkit.tessellation.shapes.slivers import NO_LINES, Lines

ONE_PARENT = np.zeros(9, dtype=int)


def boxes(*bounds):
    """Return boxes that know of each other's corners, as the pieces of a coverage do."""
    shapes = np.array([box(*each) for each in bounds])
    return mosaic.stitched(shapes, shapes)


def joined(pieces, least_m2, least_width_m=0.0, lines=NO_LINES):
    """Return the areas after joining pieces of one parent."""
    found, _ = slivers.join(pieces, ONE_PARENT[: len(pieces)], lines, least_m2, least_width_m)
    return shapely.area(found).tolist()


def test_a_small_piece_joins_along_its_longest_border():
    """A strip of 100 m between two blocks: the western ends with 60 m at it, the eastern with all."""
    pieces = boxes((0, 40, 100, 100), (100, 0, 104, 100), (104, 0, 200, 100))
    assert joined(pieces, 1_000) == [6_000, 10_000]


def test_pieces_of_two_parents_are_never_joined():
    pieces = np.array([box(0, 0, 100, 100), box(100, 0, 101, 100)])
    parent = slivers.join(pieces, np.array([0, 1]), NO_LINES, 1_000)[1]
    assert parent.tolist() == [0, 1]


def test_a_chain_of_slivers_becomes_one_piece():
    pieces = np.array([box(x, 0, x + 1, 10) for x in range(8)])
    joined, _ = slivers.join(pieces, np.zeros(8, dtype=int), NO_LINES, 1_000)
    assert shapely.area(joined).tolist() == [80]


def test_what_is_large_and_wide_enough_stays_as_it_is():
    pieces = boxes((0, 0, 50, 50), (50, 0, 100, 50))
    found, parent = slivers.join(pieces, np.array([4, 7]), NO_LINES, 2_500, 10.0)
    assert found is pieces
    assert parent.tolist() == [4, 7]


def test_a_thin_piece_is_joined_however_large_it_is():
    pieces = boxes((0, 0, 1_000, 100), (0, 100, 1_000, 103))  # the strip has 3,000 m2 and a mean width of 2.99 m
    assert joined(pieces, 1_000) == [100_000, 3_000]
    assert joined(pieces, 1_000, least_width_m=5.0) == [103_000]


def test_another_sliver_is_taken_only_where_there_is_nothing_else():
    """Two strips share 100 m, and 4 m each with the blocks at their ends: they join the first block."""
    pieces = boxes((0, -50, 100, 0), (0, 0, 4, 100), (4, 0, 8, 100), (0, 100, 100, 150))
    assert sorted(joined(pieces, 1_000, least_width_m=5.0)) == [5_000, 5_800]


def test_rail_and_water_part_for_good_unless_there_is_no_other_way():
    pieces = boxes((0, 0, 100, 100), (100, 0, 104, 100), (104, 0, 200, 20))
    rail = Lines(np.array([LineString([(100, 0), (100, 100)])]), np.array([1]), np.array([True]))
    assert joined(pieces, 1_000) == [10_400, 1_920]
    assert joined(pieces, 1_000, lines=rail) == [10_000, 2_320]
    assert joined(pieces[:2], 1_000, lines=rail) == [10_400]


def test_a_street_does_not_part_for_good():
    pieces = boxes((0, 0, 100, 100), (100, 0, 104, 100), (104, 0, 200, 20))
    street = Lines(np.array([LineString([(100, 0), (100, 100)])]), np.array([1]), np.array([False]))
    assert joined(pieces, 1_000, lines=street) == [10_400, 1_920]


def test_a_piece_without_a_neighbour_stays_small():
    assert joined(boxes((0, 0, 1, 1), (50, 50, 100, 100)), 1_000) == [1, 2_500]


def test_a_group_of_one_is_the_piece_itself():
    pieces = boxes((0, 0, 1, 1), (1, 0, 2, 1), (5, 5, 6, 6))
    one, two = slivers.merged(pieces, [np.array([2]), np.array([0, 1])])
    assert one is pieces[2]
    assert two.equals(box(0, 0, 2, 1))


def test_pieces_whose_edges_differ_by_rounding_are_united_all_the_same():
    pieces = np.array([box(0, 0, 10, 10), Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10 - 1e-9, 5)])])
    with pytest.raises(shapely.GEOSException):
        shapely.coverage_union_all(pieces)
    [whole] = slivers.merged(pieces, [np.array([0, 1])])
    assert whole.area == pytest.approx(200)
