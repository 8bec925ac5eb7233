"""Whatever a user has passes the gate as a file or a GeoDataFrame, or is named with what is taken."""

from __future__ import annotations

import io
from types import SimpleNamespace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import rasterio
import shapely
import xarray as xr
from rasterio.transform import Affine

from gridkit.errors import TableError, UsageError
from gridkit.ledger import Account
from gridkit.sources import facilities, gate
from gridkit.sources.files import vectors

TRANSFORM = Affine(100, 0, 553_400, 0, -100, 3_603_500)
VALUES = np.arange(6, dtype="float32").reshape(2, 3)


def read_back(path):
    with rasterio.open(path) as file:
        return file.read(1), file.transform, file.crs.to_epsg()


def test_files_and_frames_pass_as_they_are(tmp_path):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326)
    assert gate.taken(frame) is frame
    assert gate.taken(tmp_path / "a.gpkg") == tmp_path / "a.gpkg"
    assert gate.taken("a.gpkg:layer:people") == "a.gpkg:layer:people"


def test_shapes_alone_are_a_frame():
    square = shapely.box(0, 0, 1, 1)
    assert gate.taken(square).geometry.iloc[0].equals(square)
    series = gpd.GeoSeries([square, square], index=[5, 7], crs=3857)
    assert gate.taken(series).crs.to_epsg() == 3857


def test_a_frame_of_rows_is_read_as_a_table_is():
    rows = pd.DataFrame({"name": ["clinic"], "lon": [120.57], "lat": [32.55], "beds": [20]})
    found, _ = facilities.read(gate.taken(rows))
    assert found["capacity"].tolist() == [20]


@pytest.mark.parametrize("by_nodes", [True, False])
def test_a_graph_is_its_edges(by_nodes):
    graph = nx.MultiDiGraph(crs="EPSG:4326")
    graph.add_node(1, x=120.0, y=32.0)
    graph.add_node(2, x=120.1, y=32.0)
    line = {} if by_nodes else {"geometry": shapely.LineString([(120, 32), (120.05, 32.05), (120.1, 32)])}
    graph.add_edge(1, 2, highway="residential", **line)
    frame = gate.taken(graph)
    assert frame.crs.to_epsg() == 4326
    assert frame["highway"].tolist() == ["residential"]
    assert len(frame.geometry.iloc[0].coords) == (2 if by_nodes else 3)
    assert len(vectors.read(frame)) == 1


def test_a_graph_without_places_is_said():
    with pytest.raises(UsageError, match="has no x and y"):
        gate.taken(nx.path_graph(3))


def test_a_raster_is_a_raster_however_it_is_held(tmp_path):
    path = gate.taken((VALUES, TRANSFORM, "EPSG:4549"))
    x, y = 553_450 + 100 * np.arange(3), 3_603_450 - 100 * np.arange(2)
    array = xr.DataArray(VALUES, coords={"y": y, "x": x}, dims=("y", "x"), attrs={"crs": "EPSG:4549"})
    turned = array.isel(y=[1, 0])  # from south to north, as netCDF has it
    with rasterio.open(path) as file:
        given = [gate.taken(array), gate.taken(turned), gate.taken(file), path]
    for each in given:
        values, transform, epsg = read_back(each)
        assert values.tolist() == VALUES.tolist()
        assert transform == TRANSFORM
        assert epsg == 4549


@pytest.mark.parametrize("source", ["mysql://me:w0rd@host/db", "PG:dbname=x password=w0rd", "sqlite:///a.db"])
def test_a_database_is_named_with_the_way_round_and_without_its_password(source):
    with pytest.raises(UsageError, match="of databases PostgreSQL alone is read - export the table") as caught:
        gate.taken(source)
    assert "w0rd" not in str(caught.value)


def test_what_is_not_taken_is_named_with_what_is():
    with pytest.raises(UsageError, match="what is of the type int is not read - hand over a path, FILE:LAYER"):
        gate.taken(3)
    with pytest.raises(UsageError, match="of databases PostgreSQL alone is read"):
        gate.taken(SimpleNamespace(cursor=lambda: None))


def test_accounts_call_what_was_handed_over_by_what_it_is():
    path = gate.taken(pd.DataFrame({"community": ["A"], "people": [3]}))
    assert Account(str(path), "totals", "rows", 1, 1).source == "the DataFrame"
    assert Account(f"{path}:people", "totals", "rows", 1, 1).source == "the DataFrame:people"


@pytest.mark.parametrize("kind", [pd.DataFrame, gpd.GeoDataFrame])
def test_columns_that_are_called_alike_are_said_and_none_is_taken_for_the_other(kind):
    frame = gpd.GeoDataFrame({"people": [3]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    twice = kind(pd.concat([frame, frame[["people"]]], axis=1))
    with pytest.raises(TableError, match="several columns are called people"):
        gate.taken(twice)


def test_rows_named_by_two_levels_are_named_by_both():
    rows = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])
    frame = gpd.GeoDataFrame({"people": [3, 4]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs=4326, index=rows)
    assert gate.taken(frame).index.tolist() == ["a-1", "a-2"]
    assert frame.index.nlevels == 2, "what was handed over stays as it is"


def test_columns_called_by_numbers_or_two_levels_are_called_by_text() -> None:
    frame = gpd.GeoDataFrame({5: [3], "homes": [4]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    assert gate.taken(frame).columns.tolist() == ["5", "homes", "geometry"]
    frame.columns = pd.MultiIndex.from_tuples([("2020", "people"), ("2020", "homes"), ("geometry", "")])
    taken = gate.taken(frame)
    assert taken.columns.tolist() == ["2020-people", "2020-homes", "geometry"]
    assert taken.active_geometry_name == "geometry"
    assert taken.crs.to_epsg() == 4326
    assert frame.columns.nlevels == 2, "what was handed over stays as it is"


def test_a_frame_for_shapes_without_any_is_a_table() -> None:
    assert pd.read_parquet(gate.taken(gpd.GeoDataFrame({"people": [3]}))).to_dict("list") == {"people": [3]}


def test_geojson_is_read_as_its_file_would_be() -> None:
    square = shapely.box(120, 32, 121, 33)
    told = gpd.GeoDataFrame({"people": [3]}, geometry=[square], crs=4326).__geo_interface__
    whole = vectors.read(gate.taken({**told, "features": [*told["features"]]}))
    assert (whole["people"].tolist(), whole.crs.to_epsg()) == ([3], 4326)
    assert vectors.read(gate.taken(shapely.geometry.mapping(square))).geometry.iloc[0].equals(square)
    feature = {"type": "Feature", "properties": {"people": np.int64(3), "day": pd.Timestamp("2026-01-02")}}
    one = vectors.read(gate.taken({**feature, "geometry": shapely.geometry.mapping(square)}))
    assert one["people"].tolist() == [3]


def test_a_table_of_arrow_is_read_as_a_table_is() -> None:
    rows = pa.table({"name": ["clinic"], "lon": [120.57], "lat": [32.55], "beds": [20]})
    found, _ = facilities.read(gate.taken(rows))
    assert found["capacity"].tolist() == [20]


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "this is the WKT itself.*shapely.from_wkt"),
        ("SRID=4326; multipolygon z (((0 0 0, 1 0 0, 1 1 0, 0 0 0)))", "this is the WKT itself"),
        ("POINT EMPTY", "this is the WKT itself"),
        ('{"type": "FeatureCollection", "features": []}' + " " * 5_000, "this is the GeoJSON itself.*json.loads"),
        ("", "the name of a file is empty"),
        ("  ", "the name of a file is empty"),
    ],
)
def test_a_text_that_is_no_name_of_a_file_is_said(text, way) -> None:
    with pytest.raises(UsageError, match=way) as caught:
        gate.taken(text)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)
    assert caught.value.sentence("zh") != str(caught.value)


def test_a_file_that_is_called_like_wkt_is_a_file(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "point (1).csv").write_text("lon,lat\n")
    assert gate.taken("point (1).csv") == "point (1).csv"


@pytest.mark.parametrize(
    ("what", "way"),
    [
        (pd.Series([1], name="people"), r"of the type Series .* \.to_frame\(\)"),
        (b"district.gpkg", "of the type bytes is not read - hand over its path"),
        (io.BytesIO(b""), "of the type BytesIO is not read - hand over its path"),
        (io.StringIO(""), "of the type StringIO is not read - hand over its path"),
        (gpd.GeoDataFrame, "of the type type is not read"),
        ({"people": [3]}, "of the type dict is not read"),
        (None, "of the type NoneType is not read"),
    ],
)
def test_what_is_near_to_what_is_taken_is_told_the_way(what, way) -> None:
    with pytest.raises(UsageError, match=way):
        gate.taken(what)
