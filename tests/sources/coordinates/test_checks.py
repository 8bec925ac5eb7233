"""Coordinates that make sense."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Point, box

from gridkit.errors import TableError
from gridkit.sources.coordinates import datums
from gridkit.sources.coordinates.checks import (
    from_datum,
    looks_like,
    placed,
    require_sense,
    swapped,
    taken,
    unnamed,
    within,
)

KRUEGER = "EPSG:4549"
METRES = box(553_400, 3_603_200, 554_400, 3_604_200)
DEGREES = box(120.5, 32.5, 120.6, 32.6)


def frame(*shapes, crs=KRUEGER):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs)


def test_numbers_that_fit_their_crs_pass():
    for good in (
        frame(METRES),
        frame(DEGREES, crs=4326),
        frame(box(190, 0, 200, 10), crs=4326),  # eastwards all the way round
        frame(DEGREES, crs=None),
        frame(crs=4326),
        frame(Point(), None, crs=4326),
    ):
        require_sense(good, "a.shp")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (frame(METRES, crs=4326), "are not degrees, as WGS 84 has them"),
        (frame(DEGREES), "are degrees, not metres of CGCS2000"),
        (frame(box(3_603_200, 553_400, 3_604_200, 554_400)), "x and y are swapped"),
        (frame(box(553_400, -3_603_200, 554_400, -3_603_100)), "far outside the area that CGCS2000"),
    ],
)
def test_numbers_that_cannot_be_what_the_crs_says_are_refused(wrong, said):
    with pytest.raises(TableError, match=f"a.shp: .*{said}"):
        require_sense(wrong, "a.shp")


def test_a_frame_keeps_its_own_crs_else_takes_the_one_that_was_asked_for():
    own = frame(METRES)
    assert placed(own, "EPSG:4326", "a.shp") == (own, [])
    found, notes = placed(frame(METRES, crs=None), KRUEGER, "a.shp")
    assert found.crs == KRUEGER
    assert "taken as CGCS2000" in str(notes[0])
    with pytest.raises(TableError, match="no coordinate reference system"):
        placed(frame(METRES, crs=None), None, "a.shp")
    with pytest.raises(TableError, match="no coordinate reference system"):
        placed(frame(crs=None), None, "a.shp")


def test_axes_are_swapped_back_before_the_crs_is_held_against_them():
    turned = swapped(frame(METRES).geometry)
    assert turned.total_bounds.tolist() == [3_603_200, 553_400, 3_604_200, 554_400]
    found, notes = taken(turned.to_frame("geometry"), swap_xy=True)
    assert found.geometry.iloc[0].equals(METRES)
    assert "swapped, as asked" in str(notes[0])
    with pytest.raises(TableError, match="swapped"):
        taken(turned.to_frame("geometry"))
    assert len(taken(turned.to_frame("geometry"), doubted=False)[0]) == 1


def test_a_shifted_datum_is_put_back_and_said():
    lon, lat = datums.gcj02_from_wgs84(120.5, 32.5)
    given = frame(Point(lon, lat), crs=4326)
    found, notes = taken(given, datum="gcj02")
    assert found.geometry.iloc[0].distance(Point(120.5, 32.5)) < 1e-8
    assert given.geometry.iloc[0].distance(Point(120.5, 32.5)) > 1e-3
    assert "gcj02" in str(notes[-1])


def test_wgs84_moves_nothing_and_metres_have_no_datum():
    given = frame(DEGREES, crs=4326)
    assert from_datum(given, "wgs84") is given
    assert taken(given, datum="wgs84")[1] == []
    for wrong in (frame(METRES), frame(METRES, crs=None)):
        with pytest.raises(TableError, match="of longitudes and latitudes"):
            from_datum(wrong, "gcj02")


def test_a_crs_is_taken_away_without_moving_anything():
    found = unnamed(frame(METRES))
    assert found.crs is None
    assert found.geometry.iloc[0].equals(METRES)


def test_bounds_on_the_edge_of_a_box_lie_in_it():
    assert within((0, 0, 1, 1), (0, 0, 1, 1))
    for outside in ((-0.1, 0, 1, 1), (0, -0.1, 1, 1), (0, 0, 1.1, 1), (0, 0, 1, 1.1)):
        assert not within(outside, (0, 0, 1, 1))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (DEGREES.bounds, "degrees (EPSG:4326"),
        ((32.5, 120.5, 32.6, 120.6), "degrees with the latitude first"),
        (METRES.bounds, "CGCS2000 Gauss-Krueger"),
        ((1e8, 1e8, 2e8, 2e8), "metres of a projected system"),
    ],
)
def test_what_numbers_look_like_is_told_apart(bounds, said):
    assert said in str(looks_like(bounds))
