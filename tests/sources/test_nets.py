"""Departments' nets from whatever they are kept in."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, box

from gridkit.errors import TableError, UsageError
from gridkit.sources import nets

METRES = "EPSG:32650"
AREAS = gpd.GeoDataFrame(
    {"id": [5, 9], "Precinct": [1, 10], "BORO": ["M", "M"], "Shape_Area": [1.5, 2.5], "name": ["East", None]},
    geometry=[box(500000, 4000000, 500010, 4000010), box(500010, 4000000, 500020, 4000010)],
    crs=METRES,
)


def written(tmp_path, frame, name="police_precincts.geojson"):
    frame.to_file(tmp_path / name)
    return tmp_path / name


@pytest.mark.parametrize(
    ("source", "name", "rest"),
    [
        ("police=beats.gpkg:beats:code", "police", "beats.gpkg:beats:code"),
        ("beats.gpkg", "beats", "beats.gpkg"),
        ("folder/beats.shp", "beats", "folder/beats.shp"),
        ("警务=网.geojson", "警务", "网.geojson"),
        ("C:/x=1/beats.shp", "beats", "C:/x=1/beats.shp"),
        (AREAS, "", AREAS),
    ],
)
def test_a_net_is_called_what_is_said_else_like_its_file(source, name, rest):
    found = nets.named(source)
    assert found[0] == name
    assert found[1] is rest or found[1] == rest


def test_the_codes_are_the_column_called_like_the_file(tmp_path):
    net, notes = nets.read(f"{written(tmp_path, AREAS)}:police_precincts:id", "police")
    assert net["code"].tolist() == ["5", "9"]
    assert "told apart" not in str(notes)


def test_areas_without_any_telling_column_are_numbered(tmp_path):
    net, notes = nets.read(AREAS[["BORO", "geometry"]], "p")
    assert net["code"].tolist() == ["1", "2"]
    assert "numbered" in str(notes)


def test_an_area_without_a_code_is_numbered_and_told():
    net, notes = nets.read(AREAS.assign(code=["a", None])[["code", "geometry"]], "p")
    assert net["code"].tolist() == ["a", "?2"]
    assert "1 area has no code" in str(notes)


def test_two_polygons_of_one_code_are_one_area():
    net, _ = nets.read(AREAS.assign(code="a")[["code", "geometry"]], "p")
    assert net.index.tolist() == ["p:a", "p:a#2"]
    assert net["code"].nunique() == 1


def test_codes_keep_their_zeros_and_lose_the_point_of_a_spreadsheet():
    assert nets.read(AREAS.assign(code=["07", "7"])[["code", "geometry"]], "p")[0]["code"].tolist() == ["07", "7"]
    assert nets.read(AREAS.assign(code=[1.0, 2.0])[["code", "geometry"]], "p")[0]["code"].tolist() == ["1", "2"]


def test_lines_and_points_beside_areas_are_accounted_for():
    mixed = gpd.GeoDataFrame(
        {"code": ["a", "b", "c"]},
        geometry=[box(0, 0, 1, 1), LineString([(0, 0), (1, 1)]), Point(0, 0)],
        crs=METRES,
    )
    net, _ = nets.read(mixed, "p")
    assert len(net) == 1
    [account] = net.attrs["accounts"]
    assert (account.read, account.used, dict(account.lost)) == (3, 1, {"other": 2})


def test_a_net_without_areas_is_named():
    points = gpd.GeoDataFrame({"code": ["x"]}, geometry=[Point(1, 1)], crs=METRES)
    with pytest.raises(TableError, match="no area"):
        nets.read(points, "p")


def test_two_nets_of_one_name_are_refused():
    one, _ = nets.read(AREAS.assign(code=["a", "b"])[["code", "geometry"]], "p")
    with pytest.raises(UsageError, match="two nets are called 'p'"):
        nets.together([one, one])
    with pytest.raises(UsageError, match="no net"):
        nets.together([])


def test_units_without_a_code_are_ground_the_net_does_not_cover():
    units = AREAS.assign(beat=["7", None])
    net = nets.of_units(units, "beat", "p")
    assert net["code"].tolist() == ["7"]
    assert net.area.sum() == 100
