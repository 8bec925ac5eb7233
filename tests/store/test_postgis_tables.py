"""Tables of a plan in a database: types, shapes and CRS as they were, and keys for who adds rows."""

from __future__ import annotations

import dataclasses

import pytest
from clusters import role

from gridkit.database.address import address
from gridkit.errors import GridkitWarning
from gridkit.store import postgis


def test_what_was_written_is_for_others_too(gis, there):
    assert gis.sql("SELECT count(*)::int FROM plan_a.incidents__on_grids WHERE people > 0")[0][0] > 0
    kinds = dict(gis.sql("SELECT f_table_name::text, type::text || srid FROM geometry_columns"))
    assert kinds["units"] == kinds["grids"] == "MULTIPOLYGON32650"
    indexes = gis.sql("SELECT count(*)::int FROM pg_indexes WHERE schemaname = 'plan_a' AND tablename = 'units'")
    assert indexes == [(2,)]
    gis.sql("INSERT INTO plan_a.units (unit_id) VALUES ('new')")
    fids = gis.sql("SELECT count(*) = max(fid) AND count(DISTINCT fid) = count(*) FROM plan_a.units")
    assert fids == [(True,)]


@pytest.mark.slow
def test_a_crs_that_the_database_does_not_know_is_made_or_said(gis, plan):
    local = "+proj=tmerc +lat_0=31 +lon_0=120.6 +k=1 +x_0=50000 +y_0=0 +ellps=GRS80 +units=m +type=crs"
    tables = {name: getattr(plan, name).to_crs(local) for name in ("units", "borders", "districts")}
    moved = dataclasses.replace(plan, **tables, backdrop={}, layers={}, brought={})
    where = postgis.write(moved, address(gis.address() + ":plan_l"))
    assert postgis.read(where).crs == moved.crs
    srids = gis.sql("SELECT DISTINCT ST_SRID(geom) FROM plan_l.units")
    postgis.write(moved, where, overwrite=True)
    assert gis.sql("SELECT DISTINCT ST_SRID(geom) FROM plan_l.units") == srids != [(0,)]
    role(gis, "planner", "CREATE SCHEMA plan_p AUTHORIZATION planner")
    elsewhere = {name: table.to_crs(local.replace("120.6", "120.7")) for name, table in tables.items()}
    moved_elsewhere = dataclasses.replace(moved, **elsewhere)
    with pytest.warns(GridkitWarning, match="does not know the plan's CRS"):
        postgis.write(moved_elsewhere, address(gis.address(user="planner") + ":plan_p"))
    assert gis.sql("SELECT DISTINCT ST_SRID(geom) FROM plan_p.units") == [(0,)]
    assert postgis.read(address(gis.address() + ":plan_p")).crs == moved_elsewhere.crs
