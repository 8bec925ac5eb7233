"""NetworkWalk become a network as they are drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString

from gridkit.errors import TableError, UsageError
from gridkit.measure.access.network import build
from gridkit.measure.heights import Heights, tobler


def street(coordinates, kind="residential", **tags):
    return {"kind": kind, "geometry": LineString(coordinates), **tags}


def roads(*rows):
    return gpd.GeoDataFrame(list(rows), crs="EPSG:32650").rename_axis("feature_id")


def test_streets_meet_where_they_share_a_vertex_and_bridges_meet_nothing(cross):
    network = build(cross)
    assert len(network) == 5
    assert network.length.sum() == pytest.approx(500)
    assert sorted(map(tuple, network.xy.tolist())) == [
        (0, 100), (50, 150), (100, 0), (100, 100), (100, 200), (150, 150), (200, 100),
    ]  # fmt: skip


def test_a_ring_and_a_doubled_vertex_are_harmless():
    ring = street([(0, 0), (100, 0), (100, 0), (100, 100), (0, 0)])
    network = build(roads(ring, street([(100, 100), (200, 100)])))
    assert len(network) == 3
    assert network.length.sum() == pytest.approx(200 + np.hypot(100, 100) + 100)


def test_a_scrap_that_is_cut_off_is_left_out():
    network = build(roads(street([(0, 0), (5000, 0)]), street([(0, 500), (20, 500)])))
    assert network.length.tolist() == [5000.0]


@pytest.mark.parametrize(
    ("tags", "walk", "cycle", "drive"),
    [
        ({"kind": "motorway"}, False, False, True),
        ({"kind": "motorway", "foot": "yes"}, True, False, True),
        ({"kind": "footway"}, True, False, False),
        ({"kind": "footway", "bicycle": "designated"}, True, True, False),
        ({"kind": "steps"}, True, False, False),
        ({"kind": "cycleway"}, False, True, False),
        ({"kind": "service"}, True, True, True),
        ({"kind": "residential", "access": "private"}, False, False, False),
        ({"kind": "residential", "access": "private", "foot": "yes"}, True, False, False),
        ({"kind": "residential", "access": "no", "bicycle": "yes"}, False, True, False),
        ({"kind": "residential", "foot": "no"}, False, True, True),
        ({"kind": "construction", "foot": "yes"}, False, False, False),
    ],
)
def test_who_may_use_what(tags, walk, cycle, drive):
    always = street([(0, 0), (0, 900)], kind="residential")
    frame = roads(always, street([(0, 0), (100, 0)], **tags))
    used = {name: len(build(frame, name)) == 2 for name in ("walk", "cycle", "drive")}
    assert used == {"walk": walk, "cycle": cycle, "drive": drive}


def test_one_way_streets_bind_cars_and_not_people_on_foot():
    frame = roads(street([(0, 0), (100, 0)], oneway=True), street([(100, 0), (200, 0)], oneway=False))
    assert np.isinf(build(frame, "drive").back).tolist() == [True, False]
    assert np.isfinite(build(frame, "walk").back).all()


def test_a_posted_limit_slows_a_car_and_no_walker():
    frame = roads(street([(0, 0), (1000, 0)], maxspeed=30.0), street([(1000, 0), (2000, 0)], maxspeed=None))
    assert build(frame, "drive").there.tolist() == pytest.approx([60 / 18, 60 / 20])
    assert build(frame, "walk").there.tolist() == pytest.approx([60 / 4.5] * 2)


def test_no_street_at_all_is_an_error_that_says_what_to_do():
    with pytest.raises(TableError, match="straight"):
        build(roads(street([(0, 0), (1, 0)], kind="motorway")))
    with pytest.raises(UsageError, match="walk, cycle, drive"):
        build(roads(street([(0, 0), (1, 0)])), "swim")


def test_uphill_takes_longer_than_the_flat_and_gently_downhill_less():
    # Heights rise by one metre per ten from west to east.
    heights = Heights(np.tile(np.arange(0.0, 20.0), (5, 1)), corner=(0.0, 50.0), pixel=(10.0, 10.0))
    network = build(roads(street([(10, 20), (110, 20)])), heights=heights)
    flat = build(roads(street([(10, 20), (110, 20)])))
    assert network.there[0] == pytest.approx(flat.there[0] / tobler(np.array([0.1]))[0])
    assert network.back[0] == pytest.approx(flat.there[0] / tobler(np.array([-0.1]))[0])
    gentle = build(roads(street([(10, 20), (110, 20)])), heights=Heights(heights.values / 4, (0.0, 50.0), (10.0, 10.0)))
    assert network.there[0] > flat.there[0] > gentle.back[0]


def test_heights_are_linear_between_pixels_and_unknown_outside():
    heights = Heights(np.array([[0.0, 10.0], [20.0, 30.0]]), corner=(0.0, 20.0), pixel=(10.0, 10.0))
    at = heights.at(np.array([[5.0, 15.0], [10.0, 10.0], [15.0, 5.0], [2.0, 18.0], [30.0, 5.0]]))
    assert at[:4].tolist() == [0.0, 15.0, 30.0, 0.0]
    assert np.isnan(at[4])
