"""Areas that were drawn as lines."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import LineString, MultiLineString, Point, box

from gridkit.errors import TableError
from gridkit.sources.files.closed_lines import areas

SQUARE = LineString(box(0, 0, 10, 10).exterior.coords)
OPEN = LineString([(0, 0), (10, 0)])


def frame(*shapes, drawing=False, **columns):
    made = gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:32650")
    if drawing:
        made.attrs["drawing"] = True
    return made


def told(made, **more):
    found, notes = areas(made, **more)
    return found, [str(note) for note in notes]


def test_areas_are_left_as_they_are():
    given = frame(box(0, 0, 1, 1), Point(0, 0))
    found, notes = told(given)
    assert found is given
    assert notes == []


def test_a_closed_line_is_the_area_it_encloses_and_keeps_its_columns():
    given = frame(SQUARE, box(20, 0, 30, 10), name=["a", "b"])
    found, notes = told(given)
    assert found.area.tolist() == [100, 100]
    assert found["name"].tolist() == ["a", "b"]
    assert notes == ["1 closed line is taken as an area"]
    assert given.geometry.iloc[0].geom_type == "LineString"


def test_a_ring_within_another_is_a_hole():
    ring = MultiLineString([SQUARE.coords, LineString(box(2, 2, 4, 4).exterior.coords).coords])
    assert told(frame(ring))[0].area.tolist() == [96]


def test_a_line_there_and_back_encloses_nothing_and_is_not_closed():
    there_and_back = LineString([(0, 0), (10, 0), (0, 0)])
    with pytest.raises(TableError, match="encloses no area"):
        told(frame(there_and_back))


def test_lines_that_close_only_together_become_their_faces():
    sides = [
        LineString([(0, 0), (10, 0), (10, 10)]),
        LineString([(10, 10), (0, 10), (0, 0)]),
        LineString([(0, 0), (10, 10)]),
    ]
    found, notes = told(frame(*sides, name=list("abc")))
    assert found.area.tolist() == [50, 50]
    assert "name" not in found
    assert found.crs == "EPSG:32650"
    assert notes == ["areas enclosed by 3 lines: 2"]


def test_lines_that_enclose_nothing_are_refused_by_name():
    with pytest.raises(TableError, match=r"a\.shp: there is 1 line in it, and it encloses no area"):
        told(frame(OPEN), where="a.shp")


def test_an_open_line_beside_an_area_stays_for_whoever_asks_for_areas_to_refuse():
    found, notes = told(frame(OPEN, box(0, 0, 1, 1)))
    assert len(found) == 2
    assert notes == []


def test_in_a_drawing_texts_and_open_lines_are_left_out_and_counted():
    found, notes = told(frame(SQUARE, OPEN, Point(1, 1), box(0, 0, 1, 1), drawing=True))
    assert found.area.tolist() == [100, 1]
    assert found.attrs["left_out"] == 2
    assert notes == [
        "1 closed line is taken as an area",
        "2 points, texts and open lines of the drawing left out",
    ]


def test_a_drawing_of_areas_alone_loses_nothing():
    found, notes = told(frame(box(0, 0, 1, 1), drawing=True))
    assert (len(found), notes) == (1, [])


def test_a_closed_line_that_crosses_itself_is_mended():
    bow = LineString([(0, 0), (10, 10), (10, 0), (0, 10), (0, 0)])
    found, _ = told(frame(bow))
    assert found.is_valid.all()
    assert found.area.tolist() == pytest.approx([50])


def test_an_empty_frame_of_lines_has_no_areas():
    found, notes = told(frame(SQUARE).iloc[:0])
    assert (len(found), notes) == (0, [])
