"""Which streets a patrol passes and whose they are: squares of 100 m, counted by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from gridkit.measure.access.network import build
from gridkit.measure.routes.streets import approach, around, compact, ground, pieces

METRES = "EPSG:32650"
LEFT, RIGHT = box(0, 0, 100, 100), box(100, 0, 200, 100)


def town(lines, areas=(LEFT, RIGHT), kinds=None, offices=(), **more):
    """Return the ground of streets given as points, and how long its streets are."""
    roads = gpd.GeoDataFrame(
        {"kind": kinds or ["residential"] * len(lines), **more},
        geometry=[LineString(each) for each in lines],
        crs=METRES,
        index=[f"r{k}" for k in range(len(lines))],
    ).rename_axis("feature_id")
    shapes = gpd.GeoSeries(list(areas), crs=METRES)
    network = build(roads, "walk", whole=True)
    return ground(network, roads, shapes, (("residential", "primary"), ("primary",)), np.array(offices, dtype=object))


def metres(here, area):
    """Return the metres that are asked of an area."""
    own = here.asked(area)
    return float((here.streets.length[own] * here.times[own]).sum())


def test_a_street_belongs_to_the_area_that_holds_most_of_it():
    here = town([[(20, 50), (130, 50)], [(150, 10), (150, 90)], [(300, 0), (400, 0)]])
    assert (metres(here, 0), metres(here, 1), metres(here, -1)) == pytest.approx((110, 80, 100))


def test_a_street_on_a_border_goes_to_who_has_less():
    here = town([[(100, 0), (100, 100)], [(20, 20), (80, 20)]])
    assert (metres(here, 0), metres(here, 1)) == pytest.approx((60, 100))


def test_wide_streets_count_on_either_side_carriageways_once_and_others_not():
    lines = [[(10, y), (90, y)] for y in (10, 30, 50)]
    here = town(lines, kinds=["primary", "primary", "footway"], oneway=[False, True, False])
    assert metres(here, 0) == pytest.approx(80 * 2 + 80)


def test_an_office_is_joined_to_the_nearest_street():
    here = town([[(0, 50), (100, 50)]], offices=[Point(30, 60)])
    way = approach(here, int(here.offices[0]))
    assert sorted(way.far[:2].tolist()) == pytest.approx([40, 80])


def test_from_door_to_door_on_one_street_nobody_goes_around_by_its_ends():
    here = town([[(0, 50), (100, 50)]], offices=[Point(70, 55), Point(30, 60), Point(50, 40)])
    way = approach(here, int(here.offices[1]))
    assert way.far[here.offices].tolist() == pytest.approx([10 + 40 + 5, 0, 10 + 20 + 10])
    spots = (
        shapely.get_coordinates(shapely.get_point(here.lines, 0)),
        shapely.get_coordinates(shapely.get_point(here.lines, -1)),
    )
    assert np.allclose(spots[0], here.xy[here.streets.ends[:, 0]])
    assert np.allclose(spots[1], here.xy[here.streets.ends[:, 1]])


def test_pieces_come_largest_first_and_only_what_is_reached_has_an_office():
    here = town([[(0, 10), (40, 10)], [(0, 80), (90, 80)]], offices=[Point(0, 15)])
    own = here.asked(0)
    found = list(pieces(here, own, approach(here, int(here.offices[0]))))
    assert [float(each.streets.length[each.streets.required].sum()) for each in found] == pytest.approx([90, 40])
    assert found[0].start is None
    assert found[1].start is not None


def lattice(side):
    """Return the ground of a square town of streets of 100 m as one area."""
    at = [100.0 * k for k in range(side + 1)]
    every = [[(x, y) for y in at] for x in at] + [[(x, y) for x in at] for y in at]
    return town(every, areas=(box(0, 0, at[-1], at[-1]),))


def test_what_is_too_large_for_one_search_is_cut_into_compact_parts_of_even_size():
    here = lattice(12)
    own = here.asked(0)
    parts = compact(here, own, most=50)
    assert np.sort(np.concatenate(parts)).tolist() == own.tolist()
    assert {len(part) <= 50 for part in parts} == {True}
    assert min(map(len, parts)) >= 0.8 * max(map(len, parts))
    wide = [np.ptp(here.xy[here.streets.ends[part].ravel()], axis=0).max() for part in parts]
    assert max(wide) <= 600, "a stripe across the whole town is no compact part"


def test_a_street_passed_on_either_side_is_two_to_a_part_and_one_street_is_never_cut():
    here = town([[(10, 50), (90, 50)], [(90, 50), (90, 90)]], kinds=["primary", "residential"])
    assert [part.tolist() for part in compact(here, here.asked(0), most=1)] == [[0], [1]]


def test_ways_around_are_looked_for_further_out_before_everywhere():
    far = [(0, 0), (0, 900), (100, 900), (100, 0)]
    lines = [[(0, 0), (20, 0)], [(80, 0), (100, 0)], far, [(90000, 0), (90000, 10)]]
    here = town(lines, kinds=["residential", "residential", "footway", "footway"])
    own = np.flatnonzero(here.times > 0)
    assert len(own) == 2
    assert around(here, own).tolist() == [0, 1, 2]


def test_a_way_from_the_office_is_unfolded_into_the_streets_it_is_made_of():
    here = town([[(0, 10), (40, 10)], [(40, 10), (80, 10)], [(80, 10), (98, 10)]], offices=[Point(0, 15)])
    last = np.flatnonzero(shapely.length(here.lines) == 18)
    ways = approach(here, int(here.offices[0]))
    [local] = pieces(here, last, ways)
    leading = np.flatnonzero(local.row < 0)
    assert len(leading)
    for row in leading:
        there, ahead, serves = local.unfolded(np.array([row]), np.array([True]), np.array([False]))
        to = local.node[local.streets.ends[row, 1]]
        assert here.streets.length[there].sum() == pytest.approx(ways.far[to])
        assert not serves.any()
        back, turned, _ = local.unfolded(np.array([row]), np.array([False]), np.array([False]))
        assert back.tolist() == there[::-1].tolist()
        assert turned.tolist() == (~ahead[::-1]).tolist()
    own = np.flatnonzero(local.row == last[0])[:1]
    served = local.unfolded(own, np.array([True]), np.array([True]))
    assert [each.tolist() for each in served] == [[last[0]], [True], [True]]
