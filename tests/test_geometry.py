"""Mending keeps all the area there was, says what it did, and names what it cannot mend."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from gridkit.errors import TableError
from gridkit.geometry import around, mend, poles, united

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def frame(*shapes: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=32650, index=[f"r{i}" for i in range(len(shapes))])


def test_both_halves_of_a_bow_tie_are_kept() -> None:
    mended, notes = mend(frame(BOW_TIE))
    assert mended.area.iloc[0] == pytest.approx(50)
    assert mended.is_valid.all()
    assert "1 invalid polygon repaired" in notes[0]


def test_valid_polygons_are_left_as_they_are() -> None:
    good = frame(box(0, 0, 1, 1), MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)]))
    mended, notes = mend(good)
    assert mended.geometry.geom_equals_exact(good.geometry, 0).all()
    assert notes == []


def test_heights_are_dropped_with_a_note() -> None:
    mended, notes = mend(frame(Polygon([(0, 0, 1), (1, 0, 1), (1, 1, 1)])))
    assert not mended.has_z.any()
    assert "heights" in notes[0]


def test_lines_in_a_collection_are_dropped_and_polygons_stay() -> None:
    mended, _ = mend(frame(GeometryCollection([box(0, 0, 2, 2), LineString([(0, 0), (9, 9)])])))
    assert mended.geom_type.tolist() == ["Polygon"]
    assert mended.area.iloc[0] == 4


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (None, "no geometry"),
        (Polygon(), "no geometry"),
        (Point(0, 0), "nothing polygonal"),
        (Polygon([(0, 0), (float("inf"), 1), (1, 1)]), "not finite"),
    ],
)
def test_what_cannot_be_mended_is_named(shape: object, said: str) -> None:
    with pytest.raises(TableError, match=rf"a.gpkg: .*{said}.*|a.gpkg: .*r1.*{said}"):
        mend(frame(box(0, 0, 1, 1), shape), where="a.gpkg")


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=4, max_size=8, unique=True))
def test_mending_twice_changes_nothing_more(corners: list[tuple[int, int]]) -> None:
    shape = Polygon(corners)
    if shape.area == 0:
        return
    try:
        once, _ = mend(frame(shape))
    except TableError:
        return
    twice, notes = mend(once)
    assert twice.geometry.geom_equals_exact(once.geometry, 0).all()
    assert notes == []


def test_around_a_shape_of_many_corners_a_little_more_is_given_and_no_less():
    angle = np.linspace(0, 2 * np.pi, 40_001)[:-1]
    radius = 1000 + 20 * np.sin(800 * angle)
    ring = shapely.Polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
    (near,) = around(np.array([ring]), 1500.0)
    exact = shapely.buffer(shapely.Point(0, 0), 2500.0, quad_segs=64)
    assert shapely.difference(exact, near).area < 0.002 * exact.area
    assert near.area < 1.12 * exact.area
    few = shapely.box(0, 0, 100, 100)
    assert around(np.array([few]), 50.0)[0].equals(shapely.buffer(few, 50.0, quad_segs=4))


def test_a_pole_is_in_the_widest_part_and_of_what_is_no_area_a_point_on_it():
    arm = shapely.union(box(0, 0, 400, 400), box(400, 190, 2000, 210))
    line, nothing = LineString([(0, 0), (10, 0)]), shapely.Polygon()
    wide, thin, none = poles(np.array([arm, line, nothing], dtype=object))
    assert wide.distance(arm.boundary) == pytest.approx(200, rel=0.1)
    assert thin.distance(line) == 0
    assert none.is_empty


@pytest.mark.parametrize(
    ("shapes", "area"),
    [
        ([box(0, 0, 100, 100), box(100, 0, 200, 100)], 20_000),
        ([box(0, 0, 100, 100), box(80, 0, 200, 100)], 20_000),
        ([box(0, 0, 100, 100), box(100, 0.5, 200, 100), box(200, 0.5, 210, 20)], 20_145),
        ([box(0, 0, 100, 100), box(300, 0, 400, 100)], 20_000),
    ],
    ids=["a coverage", "overlapping", "corners that do not meet", "apart"],
)
def test_polygons_have_one_union_whether_or_not_they_are_a_coverage(shapes, area):
    union = united(np.array(shapes, dtype=object))
    assert union.is_valid
    assert union.area == pytest.approx(area)
