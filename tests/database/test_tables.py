"""Tables of a database: whatever they are called and hold, they come as files do."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from shapely.geometry import box

from gridkit.database import tables
from gridkit.database.address import address
from gridkit.database.connection import connected
from gridkit.database.names import quoted
from gridkit.database.once import once
from gridkit.dispatch import districts, windows
from gridkit.errors import SourceError, TableError
from gridkit.recipes.inspect import inspect
from gridkit.sources import gate
from gridkit.sources.files import databases, vectors
from gridkit.sources.tables import read as read_table

HOSTILE = ['x"; DROP TABLE data.blocks;--', "geom'); SELECT pg_sleep(9); --", "a:b", "网格 人口", "select", "%s $1 {x}"]
BLOCKS = """
CREATE TABLE data.blocks (id text PRIMARY KEY, people int, code numeric(18,0), share numeric(8,2), tag char(4),
  more jsonb, seen timestamptz, geom geometry(Polygon, 32650))
"""


@pytest.fixture
def blocks(gis):
    """Return the server with ten squares in data.blocks, written from the last to the first."""
    gis.sql(
        "CREATE SCHEMA data",
        BLOCKS,
        "INSERT INTO data.blocks SELECT lpad(i::text, 3, '0'), i, 123456789012345670 + i, i / 4.0, 'ab', '{\"a\": 1}',"
        " '2026-01-01 00:00Z', ST_MakeEnvelope(5e5 + 100 * i, 35e5, 5e5 + 100 * i + 100, 35e5 + 100, 32650)"
        " FROM generate_series(10, 1, -1) i",
    )
    return gis


def test_a_table_comes_with_its_crs_in_the_order_of_its_key(blocks):
    frame = vectors.read(blocks.address() + ":data.blocks")
    assert frame.crs.to_epsg() == 32650
    assert frame["id"].tolist() == [f"{i:03}" for i in range(1, 11)]
    assert frame.geometry.iloc[0].equals(box(500100, 3500000, 500200, 3500100))
    # Codes longer than a float can tell apart keep every digit.
    assert frame["code"].iloc[0] == "123456789012345671"
    assert frame["share"].iloc[0] == 0.25
    assert frame["tag"].iloc[0] == "ab"


@pytest.mark.parametrize("rest", ["blocks", '"data"."blocks"', "data.blocks:people", '"data"."blocks":people'])
def test_schema_quotes_and_column_may_be_said(blocks, rest):
    blocks.sql("ALTER ROLE owner SET search_path = data, public")
    spec = vectors.parse(f"{blocks.address()}:{rest}")
    assert spec.column == ("people" if rest.endswith(":people") else None)
    blocks.sql("ALTER ROLE owner RESET search_path")


@pytest.mark.parametrize("name", HOSTILE, ids=[f"hostile-{i}" for i in range(len(HOSTILE))])
def test_a_name_is_never_part_of_a_statement(blocks, name):
    blocks.sql(
        f"CREATE TABLE data.{quoted(name)} ({quoted(name)} int, {quoted(name + 'g')} geometry(Point, 4326))",
        f"INSERT INTO data.{quoted(name)} VALUES (7, ST_SetSRID(ST_Point(120, 30), 4326))",  # noqa: S608 - quoted
    )
    frame = vectors.read(f"{blocks.address()}:data.{name}")
    assert frame[name].tolist() == [7]
    assert blocks.sql("SELECT count(*)::int FROM data.blocks") == [(10,)]
    with pytest.raises(TableError, match="there is no table"):
        vectors.read(f"{blocks.address()}:data.{name}; DROP TABLE data.blocks")


def test_views_arcs_and_several_shapes_are_read(blocks):
    blocks.sql(
        "CREATE VIEW data.lonlat AS SELECT id, ST_Transform(geom, 4326) AS g FROM data.blocks",
        "CREATE TABLE data.curved (g geometry)",
        "INSERT INTO data.curved VALUES"
        " (ST_SetSRID('CURVEPOLYGON(CIRCULARSTRING(4e5 35e5, 400400 35e5, 4e5 35e5))'::geometry, 32650))",
        "CREATE TABLE data.two (a geometry(Point, 4326), b geometry(Point, 4326))",
        "INSERT INTO data.two VALUES (NULL, ST_SetSRID(ST_Point(120, 30), 4326))",
    )
    assert vectors.read(blocks.address() + ":data.lonlat").crs.to_epsg() == 4326
    assert vectors.read(blocks.address() + ":data.curved").geometry.iloc[0].area == pytest.approx(np.pi * 200**2, 0.01)
    with pytest.raises(TableError, match=r"2 columns of shapes: a, b - name one in brackets: data.two\(a\)"):
        vectors.read(blocks.address() + ":data.two")
    assert vectors.read(blocks.address() + ":data.two(b)").geometry.iloc[0].x == 120


def test_shapes_of_several_srids_are_refused(blocks):
    blocks.sql(
        "CREATE TABLE data.mixed (g geometry)",
        "INSERT INTO data.mixed VALUES (ST_SetSRID(ST_Point(1, 2), 4326)), (ST_SetSRID(ST_Point(1, 2), 32650))",
    )
    with pytest.raises(TableError, match="several SRIDs: 4326, 32650"):
        vectors.read(blocks.address() + ":data.mixed")


def test_a_table_without_shapes_is_read_as_a_table_of_a_file_is(blocks):
    blocks.sql("CREATE TABLE data.people (community text, people int)", "INSERT INTO data.people VALUES ('甲', 3)")
    spec = vectors.parse(blocks.address() + ":data.people:people")
    assert spec.column == "people"
    assert read_table.read(spec.path).to_dict("records") == [{"community": "甲", "people": 3}]


def test_what_is_not_there_or_not_said_is_named(blocks):
    with pytest.raises(TableError, match=r"no table 'data.block' - did you mean 'data.blocks'"):
        vectors.read(blocks.address() + ":data.block")
    blocks.sql("CREATE TABLE data.other (id int)")
    with pytest.raises(TableError, match=r"there are 2 tables: data.blocks, data.other - name one behind a colon"):
        vectors.read(blocks.address())


def test_missing_rights_are_said_with_what_grants_them(blocks):
    blocks.sql("DROP ROLE IF EXISTS stranger", "CREATE ROLE stranger LOGIN PASSWORD 'w0rd-of-the-tests'")
    with pytest.raises(SourceError, match=r"data.blocks may not be read - ask its owner: GRANT USAGE ON SCHEMA"):
        vectors.read(blocks.address(user="stranger") + ":data.blocks")


def test_a_database_without_postgis_is_said(cluster):
    cluster.sql("DROP DATABASE IF EXISTS bare WITH (FORCE)", "CREATE DATABASE bare", database="postgres")
    cluster.sql("CREATE TABLE t (id int)", database="bare")
    with connected(address(cluster.address("bare"))) as connection, pytest.raises(SourceError, match="no PostGIS"):
        tables.require_postgis(connection)


def test_functions_of_others_are_not_called(blocks):
    blocks.sql(
        "CREATE FUNCTION data.st_asbinary(geometry) RETURNS bytea LANGUAGE sql AS $$ SELECT 'planted'::bytea $$",
        "ALTER ROLE owner SET search_path = data, public",
    )
    assert len(vectors.read(blocks.address() + ":data.blocks")) == 10
    blocks.sql("ALTER ROLE owner RESET search_path")


def test_messages_and_looks_call_a_table_by_its_address(blocks):
    found = inspect(blocks.address() + ":data.blocks")
    assert any(f"127.0.0.1:{blocks.port}/gis:data.blocks" in line for line in found["go_on"])
    with pytest.raises(TableError, match=rf"{blocks.port}/gis:data.blocks"):
        vectors.read(blocks.address() + ":data.blocks", crs="EPSG:4326").pipe(
            vectors.column, "nothing", where=vectors.parse(blocks.address() + ":data.blocks").path
        )


def test_within_one_call_a_table_is_read_once(blocks):
    text = blocks.address() + ":data.blocks"
    with once():
        first = gate.taken(text)
        blocks.sql("DELETE FROM data.blocks WHERE people > 5")
        assert gate.taken(text) == first
        assert len(vectors.read(first)) == 10
    assert len(vectors.read(gate.taken(text))) == 5


def test_what_is_written_comes_back_with_every_kind_of_shape(gis):
    shapes = {
        "point": [shapely.Point(1, 2), None, shapely.Point()],
        "mixed": [shapely.Point(1, 2), box(0, 0, 1, 1), shapely.GeometryCollection([shapely.Point(0, 0)])],
        "high": [shapely.Point(1, 2, 3), shapely.Point(1, 2), box(0, 0, 1, 1)],
    }
    with connected(address(gis.address()), writing=True) as connection:
        for name, held in shapes.items():
            wkb, kind = tables.ewkb(np.array(held, dtype=object), 32650)
            tables.create(connection, "public", name, pa.table({"a": [1.5, None, 2.5], "geom": wkb}), "geom", kind)
        connection.commit()
    for name, held in shapes.items():
        with connected(address(gis.address())) as connection:
            rows, crs = tables.read(connection, tables.found(connection, name)[0])
        assert crs.to_epsg() == 32650
        assert rows["fid"].to_pylist() == [1, 2, 3]
        assert rows["a"].to_pylist() == [1.5, None, 2.5]
        back = shapely.from_wkb(rows["geom"].to_numpy(zero_copy_only=False))
        assert gpd.GeoSeries(back).to_wkt().tolist() == gpd.GeoSeries(held).to_wkt().tolist()


def test_a_window_of_a_table_is_read_by_its_index_alone(blocks):
    blocks.sql("CREATE INDEX ON data.blocks USING gist (geom)", "ANALYZE data.blocks")
    west, south, east, north = (
        gpd.GeoSeries([box(500310, 3500010, 500390, 3500090)], crs=32650).to_crs(4326).total_bounds
    )
    rows, name, column = databases.window(blocks.address() + ":data.blocks:people", (west, south, east, north))
    assert (rows["id"].tolist(), name, column) == (["003"], "data.blocks", "people")
    assert rows.crs.to_epsg() == 32650
    blocks.sql(
        "CREATE TABLE data.plain AS SELECT 1 AS n",
        "CREATE TABLE data.round AS SELECT id, ST_Transform(geom, 4326)::geography AS g FROM data.blocks",
    )
    assert databases.window(blocks.address() + ":data.plain", (0, 0, 1, 1))[0] is None
    # What is round has boxes in space, which are wider.
    near = databases.window(blocks.address() + ":data.round", (west, south, east, north))[0]["id"]
    assert "003" in set(near) < {f"{i:03}" for i in range(1, 11)}


def test_districts_of_a_batch_get_their_parts_of_a_table(blocks, tmp_path):
    halves = gpd.GeoDataFrame(
        {"code": ["w", "e"]},
        geometry=[box(500100, 35e5, 500600, 3500100), box(500600, 35e5, 501100, 3500100)],
        crs=32650,
    )
    halves.to_crs(4326).to_file(tmp_path / "d.gpkg")
    parts = windows.Parts(tmp_path / "parts", districts.read(f"{tmp_path}/d.gpkg:code"), lambda _stage, _share: None)
    held = {
        "people": blocks.address() + ":data.blocks:people",
        "layer": {"name": "x", "data": blocks.address() + ":data.blocks"},
    }
    found = {each.id: parts.of(each, held, tmp_path) for each in parts.districts}
    rows = {
        name: gpd.read_parquet(each["people"].removesuffix(":people"))["id"].tolist() for name, each in found.items()
    }
    assert {name: len(each) for name, each in rows.items()} == {"w": 5, "e": 5}
    assert sorted(rows["w"] + rows["e"]) == [f"{i:03}" for i in range(1, 11)], "each row counts once"
    assert "postgresql" not in str(found), "no worker needs the database, or its password"
