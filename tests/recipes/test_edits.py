"""Slips typed into a table join the log, whatever the office's spreadsheet did to them, all rows or none."""

from __future__ import annotations

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
