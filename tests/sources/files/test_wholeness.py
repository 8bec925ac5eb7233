"""A file that holds more than can be read of it is refused; one that says of itself that there is more is told."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
from shapely.geometry import LineString, Point, box

from gridkit.errors import GridkitWarning, SourceError
from gridkit.sources.files import vectors

AREAS = gpd.GeoDataFrame(
    {"name": ["映杏", "柳舟", "石岚"]}, geometry=[box(120 + k, 32, 120.5 + k, 32.5) for k in range(3)], crs=4326
)


def test_a_feature_that_is_none_is_not_passed_over(tmp_path):
    text = AREAS.to_json()
    (tmp_path / "a.geojson").write_text(text.replace('"Feature"', '"Featurd"', 1))
    with pytest.raises(SourceError, match="3 features stand in it, and 2 can be read"):
        vectors.read(tmp_path / "a.geojson")
    (tmp_path / "b.geojson").write_text(text.replace('"name": "', '"geometry": "'))  # a column may be called so
    assert len(vectors.read(tmp_path / "b.geojson")) == 3


@pytest.mark.parametrize("kind", ["geojson", "esrijson"])
def test_a_server_that_stopped_at_its_limit_is_told(kind, tmp_path):
    features = json.loads(AREAS.to_json())["features"]
    rows = [
        {"attributes": each["properties"], "geometry": {"rings": each["geometry"]["coordinates"]}} for each in features
    ]
    body = {
        "geojson": {"type": "FeatureCollection", "features": features, "properties": {"exceededTransferLimit": True}},
        "esrijson": {
            "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326}, "features": rows,
            "fields": [{"name": "name", "type": "esriFieldTypeString"}], "exceededTransferLimit": True,
        },
    }[kind]  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(body))
    with pytest.warns(GridkitWarning, match="gave 3 features and says that there are more"):
        assert len(vectors.read(tmp_path / "a.json")) == 3


def test_shapes_and_rows_of_mapinfo_come_in_pairs(tmp_path):
    pyogrio.write_dataframe(AREAS, tmp_path / "a.mif", driver="MapInfo File", encoding="UTF-8")
    text = (tmp_path / "a.mif").read_text()
    (tmp_path / "a.mif").write_text(text[: text.rindex("Region")])
    with pytest.raises(SourceError, match="3 features stand in it, and 2 can be read"):
        vectors.read(tmp_path / "a.mif")


def test_a_way_point_that_cannot_be_read_is_missed(tmp_path):
    spots = "".join(f'<wpt lat="32.5{k}" lon="120.5"/>' for k in range(3))
    head = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
    (tmp_path / "a.gpx").write_text(f"{head}{spots.replace('lat', 'lot', 1)}</gpx>")
    with pytest.raises(SourceError, match="3 features stand in it, and 2 can be read"):
        vectors.read(tmp_path / "a.gpx")


def test_a_polyline_of_a_drawing_has_the_corners_it_counts(tmp_path):
    outline = gpd.GeoDataFrame(
        geometry=[LineString([(553400, 3603200), (553409, 3603200), (553409, 3603209), (553400, 3603209)])],
        crs="EPSG:4549",
    )
    pyogrio.write_dataframe(outline, tmp_path / "a.dxf", driver="DXF")
    assert len(vectors.read(tmp_path / "a.dxf", crs="EPSG:4549")) == 1
    text = (tmp_path / "a.dxf").read_text()
    cut = text.index(" 10\n", text.index("LWPOLYLINE", text.index("ENTITIES")))
    (tmp_path / "a.dxf").write_text(text[:cut] + "\n".join(text[cut:].split("\n")[4:]))
    with pytest.raises(SourceError, match="a polyline says 4 corners and has 3"):
        vectors.read(tmp_path / "a.dxf", crs="EPSG:4549")


def test_shapes_outside_the_box_of_their_record_are_told(tmp_path, recwarn):
    AREAS.to_file(tmp_path / "a.shp")
    assert len(vectors.read(tmp_path / "a.shp")) == 3
    assert not [each for each in recwarn if each.category is GridkitWarning]
    data = bytearray((tmp_path / "a.shp").read_bytes())
    corner = 100 + 8 + 4 + 32 + 4 + 4 + 4 + 16  # header, record, type, box, parts, points, first part; second corner
    data[corner : corner + 8] = np.float64(121.9).tobytes()
    (tmp_path / "a.shp").write_bytes(data)
    with pytest.warns(GridkitWarning, match="1 of its shapes does not lie in the box"):
        vectors.read(tmp_path / "a.shp")


def test_flatgeobuf_keeps_a_box_of_all(tmp_path):
    spots = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(120.25, 32.5), Point(121.75, 32.5)], crs=4326)
    spots.to_file(tmp_path / "a.fgb", driver="FlatGeobuf")
    assert len(vectors.read(tmp_path / "a.fgb")) == 2
    data = (tmp_path / "a.fgb").read_bytes()
    at = data.rindex(np.float64(121.75).tobytes())
    (tmp_path / "a.fgb").write_bytes(data[:at] + np.float64(129.5).tobytes() + data[at + 8 :])
    with pytest.warns(GridkitWarning, match="does not lie in the box"):
        vectors.read(tmp_path / "a.fgb")


def test_pages_of_parquet_are_held_against_their_checksums(tmp_path):
    path = tmp_path / "a.parquet"
    AREAS.to_parquet(path, write_page_checksum=True, compression="none")
    assert len(vectors.read(path)) == 3
    data = bytearray(path.read_bytes())
    data[data.index("柳舟".encode())] ^= 1
    path.write_bytes(data)
    assert pq.read_metadata(path).num_rows == 3
    with pytest.raises(SourceError, match="cannot be read"):
        vectors.read(path)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('"type": "Feature", "properties": {"name": "B"', '"type": "Featuse", "properties": {"name": "B"'),
     ('"id": "1", "type": "Feature"', '"id": "\0\0\0\0 Feature"')],
)  # fmt: skip
def test_a_feature_of_geojson_that_gdal_passes_over_is_told(tmp_path, right, wrong):
    areas = gpd.GeoDataFrame({"name": ["A", "B"]}, geometry=[box(120, 32, 120.1, 32.1), box(121, 32, 121.1, 32.1)])
    text = areas.to_json()
    assert right in text
    path = tmp_path / "a.geojson"
    path.write_text(text.replace(right, wrong))
    with pytest.raises(SourceError):
        vectors.read(path)


def test_letters_among_the_corners_of_a_mif_are_told(tmp_path):
    areas = gpd.GeoDataFrame({"name": ["A"]}, geometry=[box(120.5, 32, 120.75, 32.5)], crs=4326)
    path = tmp_path / "a.mif"
    pyogrio.write_dataframe(areas, path, driver="MapInfo File", encoding="UTF-8")
    path.write_bytes(path.read_bytes().replace(b"120.5 32", b"120n5 32", 1))
    with pytest.raises(SourceError, match="120n5"):
        vectors.read(path)


def test_letters_among_the_corners_of_a_dxf_are_told(tmp_path):
    corners = "10\n5534x0\n20\n3603200\n10\n554400\n20\n3603200\n10\n554400\n20\n3604200\n"
    path = tmp_path / "a.dxf"
    path.write_text(f"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nA\n90\n3\n70\n1\n{corners}0\nENDSEC\n0\nEOF\n")
    with pytest.raises(SourceError, match="5534x0"):
        vectors.read(path, crs="EPSG:4549")
