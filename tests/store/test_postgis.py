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
from plans import edited

from gridkit.cli import run
from gridkit.database import connection as connections
from gridkit.database.address import address
from gridkit.errors import GridkitWarning, OutputError
from gridkit.recipes import plans
from gridkit.store import postgis, postgis_schema


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


# ------------------------------------------------------------------ whole or not at all
@pytest.mark.parametrize(
    ("part", "stage"),
    [(postgis, "put"), (postgis_schema, "exchange"), (postgis_schema, "grant_again"), (postgis, "_commit")],
)
def test_a_server_that_dies_in_the_middle_leaves_the_old_plan_whole(gis, plan, there, monkeypatch, part, stage):
    before = postgis.read(there)
    real = getattr(part, stage)

    def dies(*words, **more):
        gis.kill()
        return real(*words, **more)

    monkeypatch.setattr(part, stage, dies)
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
