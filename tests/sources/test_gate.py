"""Whatever a user has passes the gate as a file or a GeoDataFrame, or is named with what is taken."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
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
    with pytest.raises(UsageError, match="a int is not read - hand over a path, FILE:LAYER"):
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
