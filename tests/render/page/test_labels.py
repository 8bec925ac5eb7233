"""Where names go on a page."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Polygon, box

from gridkit.render.page.labels import EVERY_M, LEAST_M, METRES_PER_PIXEL, pack, spots
from gridkit.render.page.look import look
from gridkit.render.page.payload import DEGREE

METRES = "EPSG:32650"
EAST, NORTH = 500_000.0, 3_500_000.0
KINDS = list(look()["names"])
STREET = KINDS[0]


def placed(*shapes):
    return gpd.GeoSeries(
        [shapely.transform(shape, lambda at: np.add(at, (EAST, NORTH))) for shape in shapes], crs=METRES
    )


def where(at):
    """Return places given as steps in metres from the corner."""
    lonlat = np.cumsum(np.reshape(at, (-1, 2)), axis=0) / DEGREE
    metres = gpd.GeoSeries(gpd.points_from_xy(*lonlat.T), crs=4326).to_crs(METRES)
    return np.column_stack([metres.x - EAST, metres.y - NORTH])


def table(*shapes, pairs=None):
    given = pairs or [("Q Road", "Q Road")] * len(shapes)
    return gpd.GeoDataFrame({"pair": given}, geometry=placed(*shapes))


# ------------------------------------------------------------------ grids
def test_the_label_of_a_square_stands_in_its_middle_with_the_room_of_its_width():
    found = spots(placed(box(0, 0, 1000, 1000)))
    assert where(found["at"])[0] == pytest.approx([500, 500], abs=2)
    scale = METRES_PER_PIXEL * np.cos(np.radians(31.63))
    assert found["room"] == [pytest.approx(1000 / scale, abs=1)]


def test_a_label_goes_where_the_grid_is_wide():
    bell = Polygon([(400, 300), (600, 300), (600, 1000), (400, 1000)]).union(box(0, 0, 1000, 300))
    [[_, y]] = where(spots(placed(bell))["at"])
    assert y < 300


def test_a_label_stands_in_a_part_of_a_torn_grid_and_not_between_them():
    torn = MultiPolygon([box(0, 0, 400, 400), box(1000, 0, 1300, 400)])
    assert where(spots(placed(torn))["at"])[0] == pytest.approx([200, 200], abs=2)


def test_every_grid_has_its_own_place_in_their_order():
    found = where(spots(placed(box(2000, 0, 2100, 100), box(0, 0, 100, 100)))["at"])
    assert found[:, 0] == pytest.approx([2050, 50], abs=2)


# ------------------------------------------------------------------ names on the ground
def test_a_name_runs_along_the_middle_of_its_street_and_is_never_upside_down():
    for way in ([(0, 0), (600, 600)], [(600, 600), (0, 0)]):
        found = pack({STREET: table(LineString(way))})
        assert where(found["at"])[0] == pytest.approx([300, 300], abs=2)
        assert found["turn"] == [-45]  # on the screen, y runs down
        assert found["texts"] == [[0, "Q Road", "Q Road"]]


def test_a_long_street_bears_its_name_again_and_again_and_a_short_one_once():
    way = [(x, 0) for x in range(0, 3001, 100)]
    long = pack({STREET: table(LineString(way))})
    assert len(long["of"]) == int(3000 // EVERY_M) + 1
    assert set(long["of"]) == {0}
    assert len(pack({STREET: table(LineString([(0, 0), (LEAST_M / 2, 0)]))})["of"]) == 1


def test_the_straight_piece_is_chosen_before_the_bends():
    bends = [(0, 0), (10, 30), (20, 0), (30, 30), (40, 0), (240, 0)]
    assert where(pack({STREET: table(LineString(bends))})["at"])[0] == pytest.approx([140, 0], abs=2)


def test_streets_of_one_name_share_the_text_and_those_without_are_left_out():
    lines = [LineString([(0, 100 * k), (500, 100 * k)]) for k in range(3)]
    found = pack({STREET: table(*lines, pairs=[("Q Road", "Q"), None, ("Q Road", "Q")])})
    assert found["texts"] == [[0, "Q Road", "Q"]]
    assert found["of"] == [0, 0]


def test_the_name_of_an_area_stands_inside_it_upright():
    park = Polygon(box(0, 0, 300, 300).exterior, [box(50, 50, 250, 250).exterior])
    found = pack({KINDS[-1]: table(park)})
    assert found["turn"] == [0]
    assert placed(park).iloc[0].buffer(2).contains(shapely.Point(np.add(where(found["at"])[0], (EAST, NORTH))))


def test_without_names_nothing_is_offered():
    for tables in ({}, {STREET: table()}, {STREET: table(LineString([(0, 0), (9, 9)]), pairs=[None])}):
        found = pack(tables)
        assert found["texts"] == found["of"] == found["at"] == found["room"] == []
        assert len(found["kinds"]) == len(KINDS)
