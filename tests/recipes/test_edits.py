"""Slips typed into a table join the log, whatever the office's spreadsheet did to them, all rows or none."""

from __future__ import annotations

import sqlite3

import pandas as pd
import pytest
from hostile import HOSTILE
from towns import WEST, town

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.plan import codes
from gridkit.plan.numbering import numbering


@pytest.fixture
def plan():
    return codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}")


def slips(plan, **more):
    rows = {
        "编号": [1, 2, 3],
        "网格": ["西社区第一网格", f"{WEST}002", "西社区第一网格"],
        "选项": ["D", "C", "A"],
        "地块": ["", "", ""],
        "意见": ["东门没有路灯", "", ""],
        "姓名": ["朱大伟", "", ""],
        "日期": ["2026/11/20", "2026/11/21", "2026/11/21"],
        "校验码": [numbering(plan).code] * 3,
    }
    return pd.DataFrame({**rows, **more})


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_table_joins_the_log_once_however_often_it_is_read(ending, plan, tmp_path):
    path = tmp_path / f"slips{ending}"
    table = slips(plan)
    table.to_csv(path, index=False, encoding="gb18030") if ending == ".csv" else table.to_excel(path, index=False)
    typed = gk.type_edits(plan, str(path))
    comments = typed.records["comments"]
    assert len(comments) == 3
    assert set(comments["author"]) == {"朱大伟", "No. 2", "No. 3"}
    assert set(comments["time"].str[:10]) == {"2026-11-20", "2026-11-21"}
    assert set(comments["source"]) == {path.name}
    assert typed.units.loc[typed.units["grid_id"] == f"{WEST}002", "lock"].notna().all(), "box C locks the grid"
    assert len(gk.type_edits(typed, str(path)).records["comments"]) == 3
    replies = gk.list_edits(typed, lang="zh")
    assert replies["accepted"] == 1


def test_one_wrong_row_leaves_the_plan_as_it_was_and_names_every_place(plan, tmp_path):
    path = tmp_path / "slips.csv"
    slips(plan, 网格=["西社区第一网格", "西社区第九网格", "nowhere"]).to_csv(path, index=False)
    with pytest.raises(TableError, match="2 rows cannot be taken") as caught:
        gk.type_edits(plan, path)
    assert f"{path}, 3" in str(caught.value)
    assert f"{path}, 4" in str(caught.value)


def test_walking_sheets_change_lines_before_their_locks(plan):
    sheet = pd.DataFrame(
        {"border": ["S1", "S2"], "right or wrong": ["wrong", "right"], "it follows instead": ["wall", ""]}
    )
    typed = gk.type_edits(plan, sheet)
    assert (typed.borders["feature"] == "wall").sum() > 0
    assert typed.units["lock"].notna().any()
    assert gk.undo(typed).units["lock"].isna().sum() >= typed.units["lock"].isna().sum()


def test_a_table_that_is_about_nothing_says_what_it_lacks(plan):
    with pytest.raises(TableError, match="which grid or which border"):
        gk.type_edits(plan, pd.DataFrame({"x": [1]}))
    with pytest.raises(UsageError, match="nothing to type in"):
        gk.type_edits(plan, ())


def test_two_hundred_hostile_slips_are_kept_word_for_word(plan):
    table = pd.DataFrame({"grid": [f"{WEST}001"] * len(HOSTILE), "box": "D", "words": HOSTILE, "name": HOSTILE})
    comments = gk.type_edits(plan, table).records["comments"]
    assert sorted(comments["text"]) == sorted(HOSTILE)
    assert sorted(comments["author"]) == sorted(HOSTILE)


# ------------------------------------------------------------------ a copy that was changed in QGIS
def changed(plan, path, **grids):
    """Write a copy of a plan in which units were given another grid by hand, as an editor of tables does it."""
    gk.write_plan(plan, path)
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')  # those of the R-tree want functions of GDAL
        for unit, grid in grids.items():
            connection.execute("UPDATE units SET grid_id = ? WHERE unit_id = ?", (grid, unit))
    return path


@pytest.fixture
def move(plan):
    grid_of, parent = plan.units["grid_id"], plan.units["parent"]
    pairs = [tuple(plan.units.index[ends]) for ends in plan.ends]
    unit, beside = next((a, b) for a, b in pairs if grid_of[a] != grid_of[b] and parent[a] == parent[b])
    return unit, grid_of[beside]


def test_a_unit_that_was_moved_in_a_copy_comes_back_as_a_move(plan, move, tmp_path):
    unit, grid = move
    taken = gk.import_edits(plan, [changed(plan, tmp_path / "copy.gpkg", **{unit: grid})], loose=True)
    (row,) = taken.records["comments"].to_dict("records")
    assert (row["unit_id"], row["to_grid"], row["source"]) == (unit, grid, "copy.gpkg")
    assert row["status"] == "accepted"
    assert taken.units["grid_id"][unit] == grid
    assert (taken.units["grid_id"] != plan.units["grid_id"]).sum() == 1


def test_a_copy_in_which_nothing_was_moved_asks_for_nothing(plan, tmp_path):
    taken = gk.import_edits(plan, [changed(plan, tmp_path / "copy.gpkg")])
    assert len(taken.records.get("comments", ())) == 0


def test_a_copy_of_an_older_state_is_refused(plan, move, tmp_path):
    copy = changed(plan, tmp_path / "copy.gpkg", **{move[0]: move[1]})
    later = gk.import_edits(plan, [copy], loose=True)
    with pytest.raises(TableError, match="no copy of the plan as it is now"):
        gk.import_edits(later, [copy])


def test_a_code_that_no_grid_has_is_named(plan, move, tmp_path):
    with pytest.raises(TableError, match=rf"{move[0]}: there is no grid 'X99'"):
        gk.import_edits(plan, [changed(plan, tmp_path / "copy.gpkg", **{move[0]: "X99"})])
