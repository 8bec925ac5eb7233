"""Chords: a polygon is divided where something is to be seen, else where it is narrow."""

import numpy as np
import pytest
import shapely
from shapely.affinity import rotate, translate
from shapely.geometry import LineString, Polygon, box

from gridkit.tessellation.shapes import chords

NOTHING = np.zeros(0, dtype=object)
NOWHERE = np.zeros((0, 2))


def seen(ways=(), mouths=NOWHERE, shut=()):
    return chords.Seen(np.array([*ways, None])[:-1], np.asarray(mouths, dtype=float), np.array([*shut, None])[:-1])


def cut(ground, count, there):
    parts = chords.divided(ground, count, there)
    assert shapely.is_valid(parts).all()
    assert shapely.union_all(parts).symmetric_difference(ground).area < 1e-6
    assert sum(part.area for part in parts) == pytest.approx(ground.area, rel=1e-9)
    inner = shapely.union_all(shapely.boundary(parts)).difference(ground.boundary.buffer(0.01))
    return parts, inner


def test_a_lane_that_ends_inside_is_led_on():
    lane = LineString([(40, -5), (40, 35), (48, 50), (48, 70)])
    parts, inner = cut(box(0, 0, 90, 100), 2, seen([lane]))
    assert len(parts) == 2
    assert inner.intersection(lane.buffer(0.1)).length == pytest.approx(lane.length - 5, abs=0.5)
    assert inner.distance(shapely.Point(48, 99)) < 0.1


def test_lanes_that_meet_inside_are_one_way():
    lanes = [LineString([(30, 0), (30, 50)]), LineString([(30, 50), (70, 50)]), LineString([(30, 50), (30, 80)])]
    _, inner = cut(box(0, 0, 60, 200), 2, seen([LineString([(0, 90), (25, 100)]), LineString([(25, 100), (50, 104)])]))
    assert inner.length < 63, "across the width, along both"
    parts, inner = cut(box(0, 0, 100, 100), 2, seen(lanes))
    assert len(parts) == 2
    assert inner.length < 130


def test_a_street_that_meets_the_outline_is_led_across():
    ground = Polygon([(0, 0), (45, 0), (100, 0), (100, 60), (47, 60), (0, 60)])
    assert cut(ground, 2, seen())[1].centroid.x == pytest.approx(50)
    _, between = cut(ground, 2, seen(mouths=[(45, 0), (47, 60)]))
    assert between.buffer(0.1).covers(LineString([(45, 0.2), (47, 59.8)]))


def test_a_corner_of_the_outline_is_no_mouth():
    _, inner = cut(box(0, 0, 100, 60), 2, seen(mouths=[(0, 0), (100, 0), (100, 60), (0, 60)]))
    assert inner.centroid.x == pytest.approx(50)


def test_where_nothing_is_seen_the_narrow_place_is_taken():
    hourglass = Polygon(
        [(0, 0), (100, 0), (115, 20), (130, 0), (220, 0), (220, 60), (130, 60), (115, 40), (100, 60), (0, 60)]
    )
    _, inner = cut(hourglass, 2, seen())
    assert inner.length == pytest.approx(20, abs=1)


def test_without_anything_the_parts_are_equal():
    parts, _ = cut(box(0, 0, 400, 100), 4, seen())
    assert shapely.area(parts) == pytest.approx([10_000] * 4, rel=1e-6)


def test_no_chord_leads_through_water_or_a_building_that_can_be_passed():
    pond = box(40, 20, 62, 40)
    _, inner = cut(box(0, 0, 100, 60), 2, seen(shut=[pond]))
    assert inner.intersection(pond).length < 0.1


def test_what_has_no_chord_is_cut_in_strips():
    ring = box(0, 0, 100, 100).difference(box(10, 10, 90, 90))
    assert len(cut(ring, 3, seen())[0]) >= 3


def test_ways_along_the_outline_are_none_inside():
    _, inner = cut(box(0, 0, 100, 60), 2, seen([box(0, 0, 100, 60).exterior, LineString([(1, 1), (99, 1)])]))
    assert inner.length == pytest.approx(60, abs=0.1)


@pytest.mark.parametrize("angle", [17.0, 90.0, 200.0])
def test_a_turned_polygon_is_cut_as_it_was(angle):
    ground = Polygon([(0, 0), (120, 10), (210, 0), (190, 60), (140, 75), (90, 50), (10, 80)])
    lane = LineString([(60, -5), (62, 30)])
    mouths = [(120, 10)]

    def there(shape):
        return translate(rotate(shape, angle, origin=(0, 0)), 1_000, 2_000)

    expected, _ = cut(ground, 4, seen([lane], mouths))
    turned = [there(shapely.Point(at)).coords[0] for at in mouths]
    found, _ = cut(there(ground), 4, seen([there(lane)], turned))
    areas = [sorted(shapely.area(parts).round(2).tolist()) for parts in (expected, found)]
    assert areas[0] == pytest.approx(areas[1], abs=0.5)


@pytest.mark.parametrize("first", range(6))
def test_the_share_on_the_left_is_the_same_wherever_the_ring_begins(first):
    ring = [(23.0, 10.0), (24.9, 10.2), (74.5, 13.0), (89.4, 88.8), (29.6, 93.5), (27.0, 60.0)]
    ground = shapely.orient_polygons(Polygon([*ring[first:], *ring[:first]]))
    lines = shapely.intersection([LineString([(0, 57), (200, 41)]), LineString([(40, 0), (75, 200)])], ground)
    left = [Polygon([(0, 57), (200, 41), (200, 300), (0, 300)]), Polygon([(40, 0), (75, 200), (0, 200), (0, 0)])]
    expected = shapely.area(shapely.intersection(left, ground)) / ground.area
    assert chords._shares(ground, chords._lengthened(lines)) == pytest.approx(expected, abs=1e-6)


def test_mouths_are_where_three_units_meet():
    units = np.array(
        [Polygon([(0, 0), (50, 0), (100, 0), (100, 50), (0, 50)]), box(0, -50, 50, 0), box(50, -50, 100, 0)]
    )
    assert chords.mouths(units).tolist() == [[50.0, 0.0]]


def test_a_part_is_led_where_most_of_its_cut_runs_along_a_way():
    whole = box(0, 0, 100, 100)
    parts = np.array([box(0, 0, 50, 100), box(50, 0, 100, 100)])
    short, long = LineString([(50, 0), (50, 30)]), LineString([(50, 0), (50, 70)])
    for way, along in ((short, False), (long, True)):
        assert chords.led(parts, np.array([whole, whole]), np.array([way])).tolist() == [along, along]
    assert not chords.led(parts, np.array([whole, whole]), NOTHING).any()
