"""Cuts through one polygon, each by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box

from gridkit.tessellation.shapes import cuts


def tiles(parts, ground):
    """Say whether parts cover the ground and nothing twice."""
    return shapely.area(parts).sum() == pytest.approx(ground.area) and shapely.union_all(parts).equals_exact(
        ground.normalize(), 1e-6, normalize=True
    )


def test_strips_have_equal_areas():
    shape = Polygon([(0, 0), (300, 0), (300, 40), (100, 100), (0, 80)])
    assert shapely.area(cuts.strips(shape, 4)).tolist() == pytest.approx([shape.area / 4] * 4, rel=1e-6)


def test_the_same_shape_is_cut_the_same_way_wherever_its_outline_begins():
    shape = box(0, 0, 90, 20)
    turned = Polygon([*shape.exterior.coords[2:], *shape.exterior.coords[1:3]])
    one, other = (shapely.union_all(shapely.boundary(cuts.strips(part, 3))) for part in (shape, turned))
    assert one.symmetric_difference(other).length < 1e-6


def test_each_building_has_the_ground_nearest_to_it():
    houses = np.array([box(10, 10, 20, 20), box(70, 10, 80, 20)])
    cells = cuts.building_cells(box(0, 0, 90, 30), houses)
    assert sorted(shapely.area(cells)) == pytest.approx([1_350, 1_350], rel=1e-3)


def test_houses_that_share_a_wall_are_parted_along_it():
    cells = cuts.building_cells(box(0, 0, 40, 20), np.array([box(5, 5, 20, 15), box(20, 5, 35, 15)]))
    assert sorted(shapely.area(cells)) == pytest.approx([400, 400], rel=1e-2)


@settings(max_examples=20)
@given(st.integers(20, 400), st.integers(20, 400), st.integers(1, 9))
def test_strips_are_as_many_as_asked_for_and_of_one_area(wide, high, count):
    ground = box(0, 0, wide, high)
    found = cuts.strips(ground, count)
    assert shapely.area(found).tolist() == pytest.approx([ground.area / count] * count, rel=1e-6)


def test_strips_are_cut_across_the_length():
    low, high = sorted(shapely.bounds(part).tolist() for part in cuts.strips(box(0, 0, 100, 20), 2))
    assert low == pytest.approx([0, 0, 50, 20], abs=1e-6)
    assert high == pytest.approx([50, 0, 100, 20], abs=1e-6)


def test_a_part_that_falls_off_a_cut_stands_alone_and_no_ground_is_lost():
    horseshoe = Polygon([(0, 0), (100, 0), (100, 60), (80, 60), (80, 20), (20, 20), (20, 60), (0, 60)])
    found = cuts.strips(horseshoe, 3)
    assert shapely.area(found).sum() == pytest.approx(horseshoe.area)
    assert shapely.area(shapely.union_all(found)) == pytest.approx(horseshoe.area)


def test_one_strip_is_the_ground_itself():
    ground = box(0, 0, 10, 10)
    assert cuts.strips(ground, 1).tolist() == cuts.strips(ground, 0).tolist() == [ground]


def test_a_line_that_ends_inside_cuts_nothing():
    ground = box(0, 0, 10, 10)
    through, dead = LineString([(-1, 5), (11, 5)]), LineString([(5, 5), (5, 8)])
    assert sorted(shapely.area(cuts.pieces(ground, np.array([through, dead])))) == [50, 50]
    assert shapely.area(cuts.pieces(ground, np.array([dead]))).tolist() == [100]


def test_a_court_is_no_piece_of_the_ground_around_it():
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])
    found = cuts.pieces(ring, np.array([LineString([(15, -5), (15, 35)])]))
    assert sorted(shapely.area(found)) == pytest.approx([400, 400])


def test_stair_units_lie_side_by_side_along_the_building():
    ground, house = box(0, 0, 80, 30), box(10, 10, 70, 20)
    found = sorted(cuts.stair_units(ground, house, 3), key=lambda part: part.bounds)
    assert shapely.bounds(found).ravel().tolist() == pytest.approx([0, 0, 30, 30, 30, 0, 50, 30, 50, 0, 80, 30])


def test_a_house_too_thin_to_be_drawn_in_keeps_its_ground():
    houses = np.array([box(10, 10, 10.5, 20), box(69.5, 10, 70, 20)])
    cells = cuts.building_cells(box(0, 0, 80, 30), houses)
    assert sorted(shapely.area(cells)) == pytest.approx([1_200, 1_200], rel=1e-2)


def test_the_ground_of_a_lone_building_is_whole():
    ground = box(0, 0, 50, 50)
    cells = cuts.building_cells(ground, np.array([box(10, 10, 20, 20)]))
    assert shapely.area(cells).tolist() == pytest.approx([2_500])


@pytest.mark.parametrize("count", [2, 3, 5, 7])
@pytest.mark.parametrize(("degrees", "mirrored"), [(0, True), (90, False), (180, False), (211, True)])
def test_a_shape_that_is_turned_or_mirrored_is_cut_as_it_was(count, degrees, mirrored):
    shape = Polygon([(0, 0), (300, 0), (300, 40), (100, 100), (0, 80)])
    turn = np.radians(degrees)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([1 - 2 * mirrored, 1])

    def there(shapes):
        return shapely.transform(shapes, lambda xy: xy @ matrix.T)

    expected, found = there(cuts.strips(shape, count)), cuts.strips(there(shape), count)
    middles = [np.sort(shapely.get_coordinates(shapely.centroid(each)), axis=0) for each in (expected, found)]
    assert middles[0] == pytest.approx(middles[1], abs=1e-3)
