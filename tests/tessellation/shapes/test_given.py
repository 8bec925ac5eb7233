"""Given units: any polygons, made to tile."""

import geopandas as gpd
import pytest
import shapely
from scenes import METRES, district
from shapely.geometry import MultiPolygon, box

from gridkit.errors import GridkitWarning, TableError
from gridkit.tessellation.shapes.given import given

SQUARE = district(box(0, 0, 200, 100))


def polygons(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), index=[f"p{i}" for i in range(len(shapes))], crs=METRES)


def assert_tiles(units, areas):
    shapes = units.geometry.to_numpy()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_union_all(shapes).symmetric_difference(areas.union_all()).area < 1e-6


def test_polygons_that_tile_stay_as_they_are():
    units = given(polygons(box(0, 0, 100, 100), box(100, 0, 200, 100), kind=["census", "census"]), SQUARE)
    assert units.index.tolist() == ["p0", "p1"]
    assert units["kind"].tolist() == ["census", "census"]
    assert_tiles(units, SQUARE)


def test_they_come_in_any_crs():
    units = given(polygons(box(0, 0, 100, 100), box(100, 0, 200, 100)).to_crs(4326), SQUARE)
    assert_tiles(units, SQUARE)


def test_a_slip_of_the_pen_is_closed():
    units = given(polygons(box(0, 0, 99.5, 100), box(100.2, 0, 200, 100), box(99, 0, 99.9, 40)), SQUARE)
    assert_tiles(units, SQUARE)
    assert len(units) == 2


def test_an_overlap_is_refused():
    with pytest.raises(TableError, match="2 polygons overlap by 2,000 m2"):
        given(polygons(box(0, 0, 120, 100), box(100, 0, 200, 100)), SQUARE)


def test_ground_without_a_polygon_becomes_a_unit_and_is_told():
    with pytest.warns(GridkitWarning, match="8,000 m2"):
        units = given(polygons(box(0, 0, 120, 100)), SQUARE)
    assert units["kind"].to_dict() == {"p0": "given", "rest": "rest"}
    assert_tiles(units, SQUARE)


def test_what_lies_across_two_parents_is_cut():
    areas = district(box(0, 0, 100, 100), box(100, 0, 200, 100))
    units = given(polygons(box(0, 0, 200, 100)), areas)
    assert units["parent"].tolist() == ["a", "b"]
    assert units.index.tolist() == ["p0.1", "p0.2"]


def test_a_polygon_of_two_parts_is_two_units():
    two = MultiPolygon([box(0, 0, 50, 100), box(150, 0, 200, 100)])
    assert given(polygons(two, box(50, 0, 150, 100)), SQUARE).index.tolist() == ["p0.1", "p0.2", "p1"]


def test_corners_that_neighbours_lack_are_added():
    units = given(polygons(box(0, 0, 100, 100), box(100, 0, 200, 50), box(100, 50, 200, 100)), SQUARE)
    assert_tiles(units, SQUARE)


def test_columns_of_the_contract_are_kept():
    units = given(polygons(box(0, 0, 100, 100), box(100, 0, 200, 100), lock=["g1", None], other=[1, 2]), SQUARE)
    assert units["lock"].iloc[0] == "g1"
    assert units["lock"].isna().iloc[1]
    assert "other" not in units


def test_polygons_that_lie_elsewhere_are_refused():
    with pytest.raises(TableError, match="outside the districts"):
        given(polygons(box(900, 0, 990, 90)), SQUARE)


def test_names_that_stand_twice_are_numbers_and_columns_of_numbers_come_along():
    frame = polygons(box(0, 0, 100, 100), box(100, 0, 200, 100), dwellings=["4", "many"], name=["x", "y"])
    units = given(frame.set_axis(["p", "p"]), SQUARE, values=("dwellings", "gone"))
    assert units.index.tolist() == ["1", "2"]
    assert units["dwellings"].tolist()[0] == 4
    assert units["dwellings"].isna().tolist() == [False, True]


def test_counts_are_shared_by_ground_where_a_polygon_is_cut_and_values_are_not():
    two = district(box(0, 0, 150, 100), box(150, 0, 200, 100))
    frame = polygons(box(0, 0, 100, 100), box(100, 0, 200, 100), dwellings=[10.0, 8.0], storeys=[3.0, 6.0])
    units = given(frame, two, values=("storeys",), counts=("dwellings",))
    assert units["dwellings"].to_dict() == {"p0": 10, "p1.1": 4, "p1.2": 4}
    assert units["storeys"].to_dict() == {"p0": 3, "p1.1": 6, "p1.2": 6}


def test_no_polygon_at_all_is_said_as_such():
    with pytest.raises(TableError, match="there is nothing in it - hand over rows with shapes"):
        given(polygons(box(0, 0, 1, 1)).iloc[:0], SQUARE)
