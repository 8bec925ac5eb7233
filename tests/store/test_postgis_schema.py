"""The schema of a plan: what is there already, who may do what with it, and what others made of it."""

from __future__ import annotations

import dataclasses

import pytest
from clusters import role
from plans import edited

from gridkit.database.address import address
from gridkit.errors import OutputError, SourceError, TableError, UsageError
from gridkit.store import postgis


# ------------------------------------------------------------------ what is there already
def test_a_schema_of_somebody_else_is_left_alone(gis, plan):
    gis.sql("CREATE SCHEMA land", "CREATE TABLE land.parcels (id int)", "CREATE SCHEMA ready")
    with pytest.raises(OutputError, match="holds something else than a plan: parcels"):
        postgis.write(plan, address(gis.address() + ":land"), overwrite=True)
    postgis.write(plan, address(gis.address() + ":ready"))
    with pytest.raises(OutputError, match="the plan exists"):
        postgis.refuse(address(gis.address() + ":ready"), overwrite=False)


@pytest.mark.parametrize("name", ['x"; DROP TABLE y;--', "", "public", "pg_mine", "a b", "网格", "a" * 64, "1a"])
def test_a_name_that_no_plan_may_bear_is_refused(gis, plan, name):
    with pytest.raises(UsageError) as caught:
        postgis.write(plan, address(gis.address() + (f":{name}" if name else "")))
    assert caught.value.exit_code == 2


def test_a_plan_of_a_newer_gridkit_is_neither_read_nor_written_over(gis, plan, there):
    gis.sql("UPDATE plan_a.gridkit_plan SET document = jsonb_set(document::jsonb, '{format}', '99')::text"
            " WHERE uri = 'urn:gridkit:plan'")  # fmt: skip
    with pytest.raises(SourceError, match="a newer gridkit wrote this plan"):
        postgis.read(there)
    with pytest.raises(OutputError, match="a newer gridkit wrote this plan"):
        postgis.write(plan, there, overwrite=True)


def test_what_is_no_plan_or_half_of_one_is_said(gis, there):
    with pytest.raises(SourceError, match="no plan 'plan_b' in the database; its plans: plan_a"):
        postgis.read(address(gis.address() + ":plan_b"))
    gis.sql("DROP TABLE plan_a.borders")
    with pytest.raises(TableError, match="tables of the plan are gone: \\['borders'\\]"):
        postgis.read(there)
    gis.sql("UPDATE plan_a.gridkit_plan SET document = 'x'")
    with pytest.raises(SourceError, match="the plan is damaged"):
        postgis.read(there)


def test_views_of_others_stay_and_what_would_break_them_is_said(gis, plan, there):
    gis.sql("CREATE VIEW public.lean AS SELECT grid_id, xmin_2, geom FROM plan_a.units")
    back = postgis.read(there)
    changed = edited(back, plan.units.index[0], plan.units["grid_id"].iloc[-1])
    postgis.write(changed, there, overwrite=True)
    assert gis.sql("SELECT count(*)::int FROM public.lean") == [(len(plan.units),)]
    assert postgis.read(there).digest == changed.digest
    assert len(postgis.trail(there)) == 2
    with pytest.raises(OutputError, match="views of others stand on tables that change"):
        postgis.write(dataclasses.replace(changed, units=changed.units.drop(columns="xmin")), there, overwrite=True)


# ------------------------------------------------------------------ rights
def test_readers_read_planners_write_and_others_are_told(gis, plan, there):
    role(
        gis, "reader", "GRANT USAGE ON SCHEMA plan_a TO reader", "GRANT SELECT ON ALL TABLES IN SCHEMA plan_a TO reader"
    )
    as_reader = address(gis.address(user="reader") + ":plan_a")
    back = postgis.read(as_reader)
    assert back.digest == plan.digest
    with pytest.raises(OutputError, match=r"rights are missing in the database: .*docs/postgis\.md"):
        postgis.write(back, as_reader, overwrite=True)
    role(gis, "stranger")
    with pytest.raises(SourceError, match="rights are missing"):
        postgis.read(address(gis.address(user="stranger") + ":plan_a"))
    with pytest.raises(OutputError, match="rights are missing"):
        postgis.write(plan, address(gis.address(user="stranger") + ":plan_new"))


def test_planners_of_one_role_replace_each_others_plans(gis, plan):
    role(gis, "planners")
    for name in ("ann", "bo"):
        role(gis, name, f"GRANT planners TO {name}")
    gis.sql("CREATE SCHEMA plan_c AUTHORIZATION planners")
    one, two = (address(gis.address(user=name) + ":plan_c") for name in ("ann", "bo"))
    postgis.write(plan, one)
    postgis.write(edited(postgis.read(two), plan.units.index[0], plan.units["grid_id"].iloc[-1]), two, overwrite=True)
    assert postgis.trail(one)["who"].tolist() == ["ann", "bo"]


def test_rights_stay_as_they_were_given(gis, plan, there):
    role(gis, "reader", "GRANT USAGE ON SCHEMA plan_a TO reader", "GRANT SELECT ON plan_a.units TO reader",
         "GRANT UPDATE (grid_id) ON plan_a.units TO reader", "GRANT SELECT ON plan_a.incidents__on_grids TO reader",
         "ALTER DEFAULT PRIVILEGES IN SCHEMA plan_a GRANT SELECT ON TABLES TO reader")  # fmt: skip
    gis.sql("REVOKE ALL ON plan_a.incidents__points FROM reader")
    postgis.write(postgis.read(there), there, overwrite=True)
    may = gis.sql(
        "SELECT has_table_privilege('reader', 'plan_a.units', 'SELECT'),"
        " has_table_privilege('reader', 'plan_a.incidents__on_grids', 'SELECT'),"
        " has_column_privilege('reader', 'plan_a.units', 'grid_id', 'UPDATE'),"
        " has_column_privilege('reader', 'plan_a.units', 'people', 'UPDATE'),"
        " has_table_privilege('reader', 'plan_a.incidents__points', 'SELECT')"
    )
    assert may == [(True, True, True, False, False)]
    # An editor by hand needs no right to the trail to be noted in it.
    gis.sql("UPDATE plan_a.units SET grid_id = 'x' WHERE fid = 1", user="reader")
    assert postgis.trail(there).iloc[-1]["who"] == "reader"
