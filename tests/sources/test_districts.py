"""A district is one area, or one per parent, with no gap and no overlap."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from gridkit.errors import TableError
from gridkit.sources import districts
from gridkit.tables import DISTRICTS

KRUEGER = "EPSG:4549"


def test_polygons_are_dissolved_into_one(blocks):
    made, notes = districts.read(blocks)
    DISTRICTS.check(made)
    assert made.index.tolist() == ["district"]
    assert made.area.sum() == pytest.approx(1e6)
    assert notes == ["4 polygons dissolved into one district"]


def test_parents_are_walls(blocks):
    made, _ = districts.read(blocks, parents="社区")
    assert made.index.tolist() == sorted(["东", "西"])
    assert made["name"].tolist() == made.index.tolist()
    assert made.area.tolist() == [5e5, 5e5]


def test_the_column_of_parents_may_stand_behind_the_file(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg", layer="x")
    made, _ = districts.read(f"{tmp_path / 'a.gpkg'}:社区")
    assert made.index.tolist() == sorted(["东", "西"])


def test_longitudes_and_latitudes_come_out_in_metres(blocks):
    made, _ = districts.read(blocks.to_crs(4490))
    assert made.crs.is_projected
    assert made.area.sum() == pytest.approx(1e6, rel=1e-3)


def test_islands_stay_parts_of_one_district(blocks):
    apart = blocks.set_geometry([*blocks.geometry[:3], translate(blocks.geometry[3], 2000, 0)])
    made, notes = districts.read(apart)
    assert len(made) == 1
    assert made.geometry.iloc[0].geom_type == "MultiPolygon"
    assert any("2 parts that do not touch" in note for note in notes)


def test_holes_are_kept_and_cracks_are_closed(blocks):
    x, y = 553_400, 3_603_200
    lake = box(x + 100, y + 100, x + 200, y + 200)
    crack = Polygon([(x + 499.9, y + 250), (x + 500, y + 260), (x + 500.1, y + 250), (x + 500, y + 240)])
    holed = blocks.set_geometry(
        shapely.difference(shapely.difference(blocks.geometry.values, lake), crack), crs=KRUEGER
    )
    made, notes = districts.read(holed)
    assert made.area.sum() == pytest.approx(1e6 - 1e4)
    assert any("1 crack narrower than 1 m closed" in note for note in notes)


@settings(max_examples=20)
@given(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
def test_slips_between_parents_are_closed_to_a_coverage(dx, dy):
    x, y = 553_400, 3_603_200
    shapes = [box(x, y, x + 500, y + 500), translate(box(x + 500, y, x + 900, y + 500), dx, dy)]
    frame = gpd.GeoDataFrame({"p": ["a", "b"]}, geometry=shapes, crs=KRUEGER)
    made, _ = districts.read(frame, parents="p")
    assert shapely.coverage_is_valid(made.geometry.values)
    assert shapely.intersection(*made.geometry).area < 1e-9
    gap = max(0.0, dx) * 500
    assert made.area.sum() == pytest.approx(sum(shape.area for shape in shapes) - max(0.0, -dx) * 500 + gap, abs=1.0)


@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(order):
    x, y = 553_400, 3_603_200
    shapes = [box(x + dx, y + dy, x + dx + 500, y + dy + 500) for dy in (0, 500) for dx in (0, 500)]
    frame = gpd.GeoDataFrame({"p": ["a", "b", "a", "b"]}, geometry=shapes, crs=KRUEGER)
    for parents in (None, "p"):
        made = [districts.read(rows, parents=parents)[0] for rows in (frame, frame.iloc[list(order)])]
        assert made[0].index.equals(made[1].index)
        assert made[0].geom_equals(made[1].geometry).all()


def test_parents_that_overlap_are_refused_with_their_area(blocks):
    wide = blocks.set_geometry([*blocks.geometry[:3], blocks.geometry[3].buffer(20)], crs=KRUEGER)
    with pytest.raises(TableError, match=r"parents overlap: 东 and 西 by [\d,]+ m2"):
        districts.read(wide, parents="社区")
    assert districts.read(wide)[0].area.sum() > 1e6, "as one district they may"


def test_land_of_no_parent_stays_out_and_is_told(blocks):
    x, y = 553_400, 3_603_200
    lake = box(x + 450, y + 450, x + 550, y + 550)
    holed = blocks.set_geometry(shapely.difference(blocks.geometry.values, lake), crs=KRUEGER)
    made, notes = districts.read(holed, parents="社区")
    assert made.area.sum() == pytest.approx(1e6 - 1e4)
    assert "1 area of 10,000 m2 inside the district belongs to no parent and stays out" in notes


def test_codes_of_parents_keep_their_zeros(blocks):
    made, _ = districts.read(blocks.assign(code=["001", "002", "001", "002"]), parents="code")
    assert made.index.tolist() == ["001", "002"]


def test_a_bow_tie_keeps_both_halves(bow_tie):
    made, notes = districts.read(gpd.GeoDataFrame(geometry=[bow_tie], crs=KRUEGER))
    assert made.area.sum() == pytest.approx(5000)
    assert any("1 invalid polygon repaired" in note for note in notes)


def test_heights_are_dropped_with_a_note(blocks):
    made, notes = districts.read(blocks.set_geometry(shapely.force_3d(blocks.geometry.values, 5.0), crs=KRUEGER))
    assert not made.has_z.any()
    assert any("heights (Z) dropped" in note for note in notes)


def test_the_polygons_of_a_collection_are_taken(blocks):
    mixed = blocks.geometry.tolist()
    mixed[0] = GeometryCollection([mixed[0], LineString([(553_400, 3_603_200), (553_500, 3_603_300)])])
    made, _ = districts.read(blocks.set_geometry(mixed, crs=KRUEGER))
    assert made.area.sum() == pytest.approx(1e6)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ([None, box(0, 0, 1, 1)], r"1 row has no geometry: \[0\]"),
        ([Polygon(), box(0, 0, 1, 1)], r"1 row has no geometry: \[0\]"),
        ([Point(0, 0), box(0, 0, 1, 1)], "there are 1 Point in it"),
        ([box(0, 0, 1, 1), box(0, 0, 1, 1)], r"the same polygon stands there more than once: rows \[0, 1\]"),
        ([Polygon([(0, 0), (1, 0), (np.inf, 1)])], r"coordinates of \[0\] are not finite"),
        ([], "the layer is empty"),
    ],
)
def test_what_cannot_be_a_district_is_told(shapes, said):
    with pytest.raises(TableError, match=said):
        districts.read(gpd.GeoDataFrame(geometry=shapes, crs=KRUEGER))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (MultiPolygon([box(20, 10, 140, 11), box(-100, 10, -20, 11)]), "reaches half round the earth"),
        (box(0, 86, 10, 89), "touches a pole"),
    ],
)
def test_where_no_metric_system_holds_is_refused(shape, said):
    with pytest.raises(TableError, match=said):
        districts.read(gpd.GeoDataFrame(geometry=[shape], crs=4326))


@pytest.mark.parametrize(
    "shape",
    [
        MultiPolygon([box(179.9, -17, 180, -16.9), box(-180, -17, -179.9, -16.9)]),
        box(179.9, -17, 180.1, -16.9),
        box(-180.1, -17, -179.9, -16.9),
    ],
)
def test_islands_across_the_180th_meridian_are_one_district_however_their_longitudes_are_written(shape):
    areas, _ = districts.read(gpd.GeoDataFrame(geometry=[shape], crs=4326))
    assert areas.area.sum() / 1e6 == pytest.approx(235.6, rel=2e-3)
    assert areas.geometry.iloc[0].geom_type == "Polygon"


def test_an_outline_that_was_drawn_as_a_line_is_an_area():
    ring = box(553_400, 3_603_200, 554_600, 3_604_400).exterior
    areas, notes = districts.read(gpd.GeoDataFrame(geometry=[ring], crs=KRUEGER))
    assert areas.area.sum() == pytest.approx(1_440_000)
    assert any("closed line" in note for note in notes)
    corners = list(ring.coords)
    sides = [LineString(pair) for pair in pairwise(corners)]
    areas, notes = districts.read(gpd.GeoDataFrame(geometry=sides, crs=KRUEGER))
    assert areas.area.sum() == pytest.approx(1_440_000)
    with pytest.raises(TableError, match="enclose no area - close them"):
        districts.read(gpd.GeoDataFrame(geometry=sides[:3], crs=KRUEGER))


def test_a_parent_without_a_name_is_refused(blocks):
    with pytest.raises(TableError, match=r"column '社区' is empty in rows \[1\]"):
        districts.read(blocks.assign(社区=["西", None, "西", "东"]), parents="社区")


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "km2"),
    [
        ("sao-paulo-centre/spo_hexgrid_EPSG32723.gpkg.zip", 34.28),
        ("vologda/boundaries.parquet", 114.2),
        ("helsinki-core/helsinki_population_grid_2020.gpkg", 5.75),
    ],
)
def test_real_districts_have_their_area(real_data, file, km2):
    made, _ = districts.read(real_data / file)
    assert made.area.sum() / 1e6 == pytest.approx(km2, abs=0.05)


def test_a_file_where_the_column_of_parents_is_meant_is_told_with_the_words_that_name_both(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg", layer="x")
    for told, words in (("a.gpkg", "a.gpkg as DISTRICT, and parents='COLUMN'"),
                        ("a.gpkg:社区", "a.gpkg:x as DISTRICT, and parents='社区'")):  # fmt: skip
        with pytest.raises(TableError, match=r"names a column of the district, and a\.gpkg is a file") as error:
            districts.read(blocks, parents=str(tmp_path / told))
        assert words in str(error.value)
    blocks.to_file(tmp_path / "a.gpkg", layer="y")
    with pytest.raises(TableError, match=r"a\.gpkg:LAYER as DISTRICT"):
        districts.read(blocks, parents=str(tmp_path / "a.gpkg"))
    with pytest.raises(TableError, match=r"there is no column 'b\.gpkg'"):
        districts.read(blocks, parents="b.gpkg")
