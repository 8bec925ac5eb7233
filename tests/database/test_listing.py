"""What there is in a database is told by its catalogue: plans, tables and views, with shapes and rows about."""

from __future__ import annotations

import pandas as pd

from gridkit.database.address import address
from gridkit.database.connection import connected
from gridkit.database.listing import listing
from gridkit.recipes.inspect import inspect
from gridkit.render.inspection.lines import lines
from tests import clusters


def filled(gis):
    gis.sql(
        "CREATE SCHEMA data",
        "CREATE SCHEMA plan_x",
        "CREATE TABLE data.blocks (people int, geom geometry(Polygon, 32650))",
        "INSERT INTO data.blocks SELECT i, ST_MakeEnvelope(5e5, 35e5, 5e5 + i, 35e5 + 9, 32650)"
        " FROM generate_series(1, 20) i",
        "ANALYZE data.blocks",
        "CREATE TABLE data.log (at timestamptz, what text)",
        "INSERT INTO data.log VALUES ('2026-03-01 23:30+00', 'a'), ('2026-03-02 01:00+00', 'b')",
        "CREATE VIEW data.seen AS SELECT * FROM data.blocks",
        "CREATE TABLE data.two (a geometry(Point, 4326), b geography(LineString, 4326))",
        "CREATE TABLE plan_x.gridkit_plan (uri text)",
        "CREATE TABLE plan_x.grids (geom geometry(MultiPolygon, 32650))",
    )
    return gis


def test_plans_tables_views_and_columns_of_shapes_are_listed_with_what_the_catalogue_knows(gis):
    with connected(address(filled(gis).address())) as connection:
        found = {each.name: each for each in listing(connection)}
    assert [*found] == ["plan_x", "data.blocks", "data.log", "data.seen", "data.two(a)", "data.two(b)"]
    assert found["plan_x"].plan
    blocks = found["data.blocks"]
    assert (blocks.rows, blocks.type, blocks.crs.to_epsg()) == (20, "Polygon", 32650)
    assert (found["data.log"].rows, found["data.log"].type) == (None, "")
    assert (found["data.seen"].rows, found["data.seen"].type) == (None, "Polygon")
    assert found["data.two(b)"].type == "LineString"


def test_inspect_lists_a_database_or_a_schema_and_looks_into_a_table(gis):
    at = filled(gis).address()
    look = inspect(at)
    assert [each["name"] for each in look["tables"]][:2] == ["plan_x", "data.blocks"]
    assert look["go_on"] == [f"gridkit inspect {at}:data.blocks"]
    assert [each["name"] for each in inspect(f"{at}:plan_x")["tables"]] == ["plan_x.gridkit_plan", "plan_x.grids"]
    said = {lang: [each.text for each in lines(look, lang, 100)] for lang in ("en", "zh")}
    assert any("about 20 (Polygon)" in line for line in said["en"])
    assert any("约 20" in line for line in said["zh"])
    one = inspect(f"{at}:data.blocks")
    assert (one["file"], one["kind"], one["layers"][0]["count"]) == (f"{at}:data.blocks", "postgresql", 20)


def test_a_role_sees_what_it_may_read_alone(gis):
    filled(gis)
    grants = ("GRANT USAGE ON SCHEMA data TO stranger", "GRANT SELECT ON data.log, data.blocks TO stranger")
    clusters.role(gis, "stranger", *grants)
    look = inspect(gis.address(user="stranger"))
    assert {each["name"] for each in look["tables"]} == {"data.blocks", "data.log"}


def test_moments_come_by_the_clock_that_the_database_shows_them_in(gis):
    filled(gis)
    gis.sql("ALTER ROLE owner SET timezone = 'Asia/Shanghai'")
    try:
        look = inspect(f"{gis.address()}:data.log")
    finally:
        gis.sql("ALTER ROLE owner RESET timezone")
    at = next(each for each in look["tables"][0]["columns"] if each["name"] == "at")
    assert [pd.Timestamp(each).hour for each in at["examples"]] == [7, 9]
    assert "+08:00" in at["examples"][0]
