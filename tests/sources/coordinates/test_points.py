"""Rows find their place by the coordinates in them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridkit.errors import TableError
from gridkit.sources.coordinates import datums, points
from gridkit.sources.reading import Reading


@pytest.fixture
def spots(places):
    return places.geometry.x.to_numpy(), places.geometry.y.to_numpy()


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("lon", "lat"),
        ("经度", "纬度"),
        ("Longitude", "Latitude"),
        ("GPS经度", "GPS 纬度"),
        ("x", "y"),
        ("longitud", "latitud"),
    ],
)
def test_longitude_and_latitude_go_by_many_names(spots, places, x, y):
    read = points.from_table(pd.DataFrame({x: spots[0], y: spots[1], "n": range(9)}))
    assert read.crs.to_epsg() == 4326
    assert read.geometry.geom_equals(places.geometry).all()
    assert read.columns.tolist() == ["n", "geometry"]


def test_names_asked_for_come_first(spots):
    frame = pd.DataFrame({"lon": spots[0] + 1, "lat": spots[1], "真经度": spots[0]})
    assert points.from_table(frame, {"lon": ["真经度"]}).geometry.x.iloc[0] == pytest.approx(spots[0][0])


def test_wkt_is_found_by_name_and_by_sight(places):
    for name in ("WKT", "location_of_it"):
        read = points.from_table(pd.DataFrame({name: places.geometry.to_wkt(), "n": range(9)}))
        assert read.geometry.geom_equals_exact(places.geometry, 1e-5).all()


def test_a_pair_in_one_cell_is_read(spots):
    pairs = [f"{x:.6f}，{y:.6f}" for x, y in zip(*spots, strict=True)]
    read = points.from_table(pd.DataFrame({"坐标": pairs, "n": range(9)}))
    assert read.geometry.x.to_numpy() == pytest.approx(spots[0], abs=1e-6)


def test_rows_without_a_place_are_kept_and_counted(spots):
    frame = pd.DataFrame({"lon": [str(spots[0][0]), "", "0"], "lat": [str(spots[1][0]), "", "0"]})
    read = points.from_table(frame)
    assert read.geometry.isna().tolist() == [False, True, True]
    assert "2 of 3 rows have no coordinates" in read.attrs["notes"]
    read = points.from_table(pd.DataFrame({"WKT": ["POINT (120 32)", "POINT EMPTY", None]}))
    assert read.geometry.isna().tolist() == [False, True, True]


def test_datum_and_projection_are_taken_as_asked(spots, places):
    lon, lat = datums.gcj02_from_wgs84(*spots)
    read = points.from_table(pd.DataFrame({"lon": lon, "lat": lat}), reading=Reading(datum="gcj02"))
    assert read.to_crs(4549).distance(places.to_crs(4549)).max() < 1e-3
    metric = places.to_crs(4549)
    frame = pd.DataFrame({"X坐标": metric.geometry.y, "Y坐标": metric.geometry.x})  # survey order: X is north
    with pytest.raises(TableError, match=r"north first \(swap_xy=True"):
        points.from_table(frame)
    read = points.from_table(frame, reading=Reading("EPSG:4549", swap_xy=True))
    assert read.distance(metric).max() < 1e-6


def test_a_layers_plain_wgs84_does_not_upset_metres(places):
    metric = places.to_crs(4549)
    frame = pd.DataFrame({"x": metric.geometry.x, "y": metric.geometry.y})
    read = points.from_table(frame, reading=Reading("EPSG:4549", datum="WGS84"))
    assert read.crs.to_epsg() == 4549


def test_latitudes_for_longitudes_are_told(spots):
    with pytest.raises(TableError, match="latitude first"):
        points.from_table(pd.DataFrame({"lon": spots[1], "lat": spots[0]}))


def test_no_coordinates_at_all_lists_the_columns():
    with pytest.raises(TableError, match="no coordinates among its columns: name, 户数"):
        points.from_table(pd.DataFrame({"name": ["a"], "户数": [1]}))


def test_bad_cells_are_named():
    with pytest.raises(TableError, match=r"column 'lat' holds 'north'.*rows \[0\]"):
        points.from_table(pd.DataFrame({"lon": ["120.1"], "lat": ["north"]}))
    with pytest.raises(TableError, match=r"column 'WKT' holds what is no WKT, in rows \[1\]"):
        points.from_table(pd.DataFrame({"WKT": ["POINT (1 2)", "POINT (1"]}))


def test_a_vector_file_or_frame_of_points_is_taken_as_it_is(tmp_path, places):
    places.to_file(tmp_path / "a.gpkg")
    assert points.read(tmp_path / "a.gpkg")["n"].tolist() == list(range(9))
    assert len(points.read(gpd.GeoDataFrame(geometry=[Point(1, 2)], crs=4326))) == 1


def test_a_table_in_an_archive_or_beside_shapes_gives_its_rows_as_places(tmp_path, spots, places):
    table = tmp_path / "a.csv"
    pd.DataFrame({"lon": spots[0], "lat": spots[1], "n": range(9)}).to_csv(table, index=False)
    for read in (points.read(table), points.shapes(str(table))):
        assert read["n"].tolist() == list(range(9))
        assert read.geometry.geom_equals_exact(places.geometry, 1e-9).all()
    places.to_file(tmp_path / "a.gpkg")
    assert len(points.shapes(tmp_path / "a.gpkg")) == len(points.shapes(places)) == 9


def test_a_datum_that_a_column_names_is_put_back_and_said(spots, places):
    lon, lat = datums.gcj02_from_wgs84(*spots)
    read = points.from_table(pd.DataFrame({"高德经度": lon, "高德纬度": lat}))
    assert read.attrs["datum"] == "gcj02"
    assert any("says its datum: gcj02" in str(note) for note in read.attrs["notes"])
    assert read.geometry.geom_equals_exact(places.geometry, 1e-6).all()


def test_degrees_written_as_one_figure_are_read_as_said():
    frame = pd.DataFrame({"lon": [12030.0], "lat": [3015.0]})
    read = points.from_table(frame, reading=Reading(degrees="ddmm"))
    assert (read.geometry.x[0], read.geometry.y[0]) == pytest.approx((120.5, 30.25))


@pytest.mark.parametrize("north_first", [False, True])
def test_the_order_of_pairs_that_leave_it_open_is_told_by_the_district(north_first):
    district = gpd.GeoDataFrame(geometry=[box(30.0, 40.0, 30.1, 40.1)], crs=4326)
    pair = "40.05,30.05" if north_first else "30.05,40.05"
    read = points.from_table(pd.DataFrame({"at": [pair, pair]}), {"pair": "at"}, district=district)
    assert (read.geometry.x[0], read.geometry.y[0]) == (30.05, 40.05)
    assert ("latitude first" in str(read.attrs["notes"][0])) == north_first


def test_metres_without_a_system_are_asked_about_with_the_one_that_fits(square, places):
    metres = places.to_crs(square.crs)
    frame = pd.DataFrame({"x": metres.geometry.x, "y": metres.geometry.y})
    with pytest.raises(TableError, match=r"as CGCS2000 .* lie in the district.*--crs EPSG:"):
        points.from_table(frame, district=square)
    with pytest.raises(TableError, match=r"name no coordinate reference system - name it with"):
        points.from_table(frame)


def test_whether_a_table_has_coordinates_is_told_by_its_columns():
    assert points.located(pd.DataFrame({"经度": ["?"], "纬度": ["?"]}))
    assert not points.located(pd.DataFrame({"lon": [120.5], "name": ["a"]}))
