"""A plan in a database: as it was, whole or not at all, and nobody's work is lost."""

from __future__ import annotations

import binascii
import dataclasses
import io
import json
import threading
import warnings
import zipfile
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from clusters import PASSWORD
from pandas.testing import assert_frame_equal
from plans import Size, crooked_plan

from gridkit.cli import run
from gridkit.database import connection as connections
from gridkit.database.address import address
from gridkit.errors import GridkitWarning, OutputError, SourceError, TableError, UsageError
from gridkit.provenance import step
from gridkit.recipes import plans
from gridkit.store import postgis

TIME = pd.Timestamp("2026-03-05 08:30")


@pytest.fixture(scope="module")
def plan():
    made = crooked_plan(Size(side=6, incidents=40, buildings=200))
    # What no file format likes: names equal but for case, of PostgreSQL's own, too long, of other scripts, with quotes.
    names = {"FID": 1, "xmin": "a", "网格名称" * 9: True, 'x"; DROP TABLE y;--': 2.5, "XMIN": None, "b": TIME}
    units = made.units.assign(**{name: [value] * len(made.units) for name, value in names.items()})
    backdrop = {name: made.backdrop[name] for name in ("roads", "places")}
    return dataclasses.replace(made, units=units, backdrop=backdrop)


@pytest.fixture
def there(gis, plan):
    """Return the address of a plan in the database."""
    return postgis.write(plan, address(gis.address() + ":plan_a"))


def edited(plan, unit, grid, word="move"):
    """Return a plan with one unit in another grid, as its next step."""
    return dataclasses.replace(
        plan, units=plan.units.assign(grid_id=plan.units["grid_id"].where(plan.units.index != unit, grid))
    ).with_step(step(word, {"unit": unit}))


def role(gis, name, *statements):
    gis.sql(
        f"DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{name}') THEN"  # noqa: S608
        f" EXECUTE 'DROP OWNED BY {name} CASCADE'; EXECUTE 'DROP ROLE {name}'; END IF; END $$",
        f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'",
        *statements,
    )


# ------------------------------------------------------------------ as it was
def test_a_plan_comes_back_as_it_was(plan, there):
    back = postgis.read(there)
    assert (back.digest, back.state, back.history) == (plan.digest, plan.state, plan.history)
    assert back.parameters == plan.parameters
    pairs = [
        *((name, getattr(plan, name), getattr(back, name)) for name in ("units", "borders", "districts")),
        *((name, table, back.backdrop[name]) for name, table in plan.backdrop.items()),
        *((name, table, back.layers[layer].tables[name])
          for layer, each in plan.layers.items() for name, table in each.tables.items()),
    ]  # fmt: skip
    for name, one, other in pairs:
        assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other), obj=name)
        assert getattr(one, "crs", None) == getattr(other, "crs", None)


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
def test_tables_that_are_out_of_date_say_so_and_are_drawn_nowhere_until_they_are_made_again(gis, plan):
    where = address(gis.address() + ":plan_s")
    about = "SELECT obj_description('plan_s.incidents__points'::regclass), (SELECT content FROM plan_s.qgis_projects)"
    grown = dataclasses.replace(plan, units=plan.units.assign(people=plan.units["people"] + 1), brought={})
    told = []
    for each in (plan, grown, plan):
        postgis.write(each, where, overwrite=True)
        ((said, content),) = gis.sql(about)
        drawn = "incidents__points" in zipfile.ZipFile(io.BytesIO(content)).read("gridkit.qgs").decode()
        told.append((bool(said and "out of date" in said), drawn))
    assert told == [(False, True), (True, False), (False, True)]


def test_qgis_finds_a_project_that_holds_no_password(gis, plan):
    where = f"postgresql://owner:{PASSWORD}@127.0.0.1:{gis.port}/gis:plan_q"
    postgis.write(plan, address(where))
    ((content,),) = gis.sql("SELECT content FROM plan_q.qgis_projects WHERE name = 'gridkit'")
    written = zipfile.ZipFile(io.BytesIO(content)).read("gridkit.qgs").decode()
    assert PASSWORD not in written
    layers = ET.fromstring(written.partition("\n")[2]).findall(".//maplayer")  # noqa: S314 - our own
    sources = {each.findtext("datasource") for each in layers}
    assert (
        f"dbname='gis' host='127.0.0.1' port='{gis.port}' key='fid' srid=32650 type=MultiPolygon"
        ' table="plan_q"."grids" (geom)'
    ) in sources
    assert {each.findtext("provider") for each in layers} == {"postgres"}
    with pytest.raises(binascii.Error):
        binascii.unhexlify(content[:7])


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


# ------------------------------------------------------------------ whole or not at all
@pytest.mark.parametrize("stage", ["_put", "_exchange", "_grant_again", "_commit"])
def test_a_server_that_dies_in_the_middle_leaves_the_old_plan_whole(gis, plan, there, monkeypatch, stage):
    before = postgis.read(there)
    real = getattr(postgis, stage)

    def dies(*words, **more):
        gis.kill()
        return real(*words, **more)

    monkeypatch.setattr(postgis, stage, dies)
    unit, grid = plan.units.index[0], plan.units["grid_id"].iloc[-1]
    with pytest.raises(OutputError) as caught:
        postgis.write(edited(before, unit, grid), there, overwrite=True)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 6
    monkeypatch.undo()
    gis.start()
    after = postgis.read(there)
    assert after.digest == plan.digest
    assert after.history == plan.history
    left = gis.sql("SELECT count(*)::int FROM pg_class WHERE relname LIKE 'gridkit_new_%' AND relkind = 'r'")
    assert left == [(0,)]


def test_a_server_that_dies_after_it_was_saved_keeps_the_new_plan(gis, plan, there):
    changed = edited(postgis.read(there), plan.units.index[0], plan.units["grid_id"].iloc[-1])
    postgis.write(changed, there, overwrite=True)
    gis.kill()
    gis.start()
    assert postgis.read(there).digest == changed.digest != plan.digest


def test_what_is_lost_while_it_is_saved_is_said_to_be_unknown(gis, there, monkeypatch):
    back = postgis.read(there)

    def lost(self):
        raise OutputError("the connection to the database was lost: {why}", why="gone")

    monkeypatch.setattr(connections.Connection, "commit", lost)
    with pytest.raises(OutputError, match="whether it was is not known: gone - look with gridkit"):
        postgis.write(back, there, overwrite=True)


def test_what_cannot_be_written_leaves_the_old_plan(gis, plan, there):
    back = postgis.read(there)
    broken = dataclasses.replace(back, units=back.units.assign(xmin=["\0"] * len(back.units)))
    with pytest.raises(OutputError, match="0x00"):
        postgis.write(broken, there, overwrite=True)
    assert postgis.read(there).digest == plan.digest


# ------------------------------------------------------------------ several planners
def test_the_second_of_two_planners_is_told_and_loses_nothing(plan, there):
    one, two = postgis.read(there), postgis.read(there)
    unit, other, grid = plan.units.index[0], plan.units.index[1], plan.units["grid_id"].iloc[-1]
    first = edited(one, unit, grid)
    postgis.write(first, there, overwrite=True)
    second = edited(two, other, grid)
    with pytest.raises(OutputError, match=r"changed by others since it was read: owner \(WRITE plan 1\)"):
        postgis.write(second, there, overwrite=True)
    assert postgis.read(there).digest == first.digest
    # Read again and repeated, both changes are there.
    again = edited(postgis.read(there), other, grid)
    postgis.write(again, there, overwrite=True)
    kept = postgis.read(there).units["grid_id"]
    assert kept[unit] == kept[other] == grid


def test_two_who_write_at_the_same_moment_do_not_both_succeed(plan, there):
    read = [postgis.read(there), postgis.read(there)]
    grid = plan.units["grid_id"].iloc[-1]
    made = [edited(each, plan.units.index[i], grid) for i, each in enumerate(read)]
    start, faults = threading.Barrier(2), []

    def write(each):
        start.wait()
        try:
            postgis.write(each, there, overwrite=True)
        except OutputError as error:
            faults.append(error)

    writers = [threading.Thread(target=write, args=(each,)) for each in made]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert len(faults) == 1
    assert "changed by others" in str(faults[0])
    assert postgis.read(there).digest in {each.digest for each in made}


def test_a_planner_goes_on_from_what_he_wrote(plan, there):
    back = postgis.read(there)
    grid = plan.units["grid_id"].iloc[-1]
    first = edited(back, plan.units.index[0], grid)
    postgis.write(first, there, overwrite=True)
    postgis.write(edited(first, plan.units.index[1], grid), there, overwrite=True)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE plan_a.units SET grid_id = (SELECT max(grid_id) FROM plan_a.units) WHERE fid = 1", "UPDATE units 1"),
        ("DELETE FROM plan_a.borders WHERE fid <= 3", "DELETE borders 3"),
        ("TRUNCATE plan_a.base_places", "TRUNCATE base_places 1"),
    ],
)
def test_a_change_by_hand_is_noted_and_not_written_over(gis, plan, there, change, what):
    before = postgis.read(there)
    gis.sql(change)
    with pytest.raises(OutputError, match=what):
        postgis.write(edited(before, plan.units.index[0], plan.units["grid_id"].iloc[0]), there, overwrite=True)
    with pytest.warns(GridkitWarning, match=f"1 table was changed since .*: {what.split()[1]}"):
        seen = postgis.read(there)
    if change.startswith("UPDATE"):
        assert seen.units["grid_id"].iloc[0] == plan.units["grid_id"].max()
        row = postgis.trail(there).iloc[-1]
        assert (row["who"], row["act"], row["part"], row["fid"]) == ("owner", "UPDATE", "units", 1)
        assert json.loads(row["before"]) == {"grid_id": plan.units["grid_id"].iloc[0]}
        assert json.loads(row["after"]) == {"grid_id": plan.units["grid_id"].max()}


def test_an_edit_that_is_under_way_is_waited_for_and_then_said(gis, there, monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE", "300ms")
    back = postgis.read(there)
    with connections.connected(address(gis.address()), writing=True) as editor:
        editor.run("UPDATE plan_a.units SET people = people + 1 WHERE fid = 1")
        with pytest.raises(OutputError, match="another program holds it"):
            postgis.write(back, there, overwrite=True)
        editor.commit()
    with pytest.raises(OutputError, match="changed by others"):
        postgis.write(back, there, overwrite=True)


def test_an_edit_committed_out_of_turn_is_seen(gis, plan, there):
    with connections.connected(address(gis.address()), writing=True) as slow:
        slow.run("UPDATE plan_a.units SET people = people + 1 WHERE fid = 1")
        gis.sql("UPDATE plan_a.units SET people = people + 1 WHERE fid = 2")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", GridkitWarning)
            back = postgis.read(there)
        slow.commit()
    with pytest.raises(OutputError, match="changed by others"):
        postgis.write(edited(back, plan.units.index[3], plan.units["grid_id"].iloc[0]), there, overwrite=True)


def test_a_row_touched_without_a_change_is_no_change(gis, there):
    back = postgis.read(there)
    gis.sql("UPDATE plan_a.units SET people = people")
    postgis.write(back, there, overwrite=True)


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


# ------------------------------------------------------------------ the command line
def test_commands_read_change_and_write_plans_in_the_database(gis, there, tmp_path, capsys):
    where = str(there)
    assert run(["audit", where, "--keep"]) in (0, 9)
    assert run(["report", where, "-o", str(tmp_path / "r.xlsx")]) == 0
    assert run(["history", where]) == 0
    assert run(["compare", where, where]) == 0
    assert run(["report", where, "-o", gis.address() + ":plan_x"]) == 6
    assert "a database takes plans" in capsys.readouterr().err
    assert PASSWORD not in "".join(capsys.readouterr())
    assert postgis.trail(there)["act"].tolist() == ["WRITE", "WRITE"]
    copied = plans.read_plan(where)
    plans.write_plan(copied, tmp_path / "plan.gpkg")
    assert plans.read_plan(tmp_path / "plan.gpkg").digest == copied.digest
    assert np.isclose(copied.units["people"].sum(), plans.read_plan(tmp_path / "plan.gpkg").units["people"].sum())
