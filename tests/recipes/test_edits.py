"""Slips typed into a table join the log, whatever the office's spreadsheet did to them, all rows or none."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta

import pandas as pd
import pytest
from hostile import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from towns import WEST, town, uneven_town

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import spoken
from gridkit.plan import codes
from gridkit.plan.life import typed
from gridkit.plan.names import Names
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
    taken = gk.type_edits(plan, str(path))
    comments = taken.records["comments"]
    assert len(comments) == 3
    assert set(comments["author"]) == {"朱大伟", "No. 2", "No. 3"}
    assert set(comments["time"].str[:10]) == {"2026-11-20", "2026-11-21"}
    assert set(comments["source"]) == {path.name}
    assert taken.units.loc[taken.units["grid_id"] == f"{WEST}002", "lock"].notna().all(), "box C locks the grid"
    assert len(gk.type_edits(taken, str(path)).records["comments"]) == 3
    replies = gk.list_edits(taken, lang="zh")
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
    taken = gk.type_edits(plan, sheet)
    assert (taken.borders["feature"] == "wall").sum() > 0
    assert taken.units["lock"].notna().any()
    assert gk.undo(taken).units["lock"].isna().sum() >= taken.units["lock"].isna().sum()


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


# ------------------------------------------------------------------ paper against the library
UNEVEN = uneven_town()
READER = typed.Reader(UNEVEN, "en")
PARENTS = UNEVEN.grids["parent"].astype(str).to_dict()
HANDS = st.sampled_from(["Pan", "任", ""])
BOXES = st.tuples(
    st.sampled_from(sorted(PARENTS)),
    st.sampled_from("AbBBBCCcD"),
    st.lists(st.integers(1, 32), min_size=1, max_size=4, unique=True),
    st.integers(0, 7),
    HANDS,
    st.integers(0, 1),
)
"""A grid, the box ticked, numbers of units, the place of the other grid, whose slip, and days since the last."""


def written(numbers):
    """Return numbers of units as somebody writes them: runs of them as spans."""
    spans = []
    for each in sorted(numbers):
        if spans and each == spans[-1][1] + 1:
            spans[-1][1] = each
        else:
            spans.append([each, each])
    return "、".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def on_paper_and_in_a_log(boxes):
    """Return the same boxes as rows of a table and as acts of a log, each written without the other."""
    rows, acts, hands, day = [], [], [], date(2026, 11, 1)
    own = UNEVEN.units["grid_id"].to_dict()
    for at, (grid, box, numbers, other, name, later) in enumerate(boxes):
        slip = at % 3
        hands.append(name or f"No. {slip}")
        day += timedelta(days=later or hands[-1] != hands[max(0, at - 1)])  # two hands have no order on one day
        parent = PARENTS[grid]
        near = [each for each in sorted(PARENTS) if PARENTS[each] == parent]
        to = near[other % len(near)]
        units = [READER.numbers.unit(parent, number) for number in sorted(numbers)]
        names = Names(UNEVEN)
        row = {"grid": spoken(names.whole(grid), ["zh", "en"][at % 2]), "box": box, "name": name, "slip": slip}
        row |= {"date": day.isoformat(), "units": "", "to": "", "text": f"words {at}"}
        head = {"author": hands[-1], "time": day.isoformat()}
        asked = {"act": "comment", "grid_id": grid, "text": f"words {at}"}
        if box in "bB":
            row |= {"units": written(numbers), "to": to if at % 2 else spoken(names.within(to), "zh")}
            said = [{"act": "move", "unit_id": unit, "from": own[unit], "to": to} for unit in units]
            acts += [head | each | {"reason": f"words {at}"} for each in said]
        elif box in "cC":
            row["units"] = written(numbers) if other else ""
            held = [{"unit_id": unit, "grid_id": own[unit]} for unit in units] if other else [{"grid_id": grid}]
            acts += [head | {"act": "lock", "reason": f"words {at}"} | each for each in held]
        else:
            acts.append(head | asked | ({"text": f"agrees with the plan: words {at}"} if box == "A" else {}))
            row["units"] = ""
        rows.append(row)
    # Of one day units are moved in the order of their numbers, before anything is held.
    number = READER.numbers.of
    acts.sort(key=lambda act: (act["time"], act["act"] != "move", number.get(act.get("unit_id"), 0)))
    return pd.DataFrame(rows), [act | {"id": f"abcdefg{len(act['author'])}-{at}"} for at, act in enumerate(acts)]


def two_ways(acts):
    """Return whether one hand wants a unit, or two of a compound in one grid, in two grids on one day."""
    group = UNEVEN.units["group"]
    aims = {}
    for act in acts:
        if act.get("unit_id"):
            unit = act["unit_id"]
            about = (group[unit], UNEVEN.units["grid_id"][unit]) if pd.notna(group[unit]) else unit
            aims.setdefault((act["author"], act["time"], about), set()).add(act.get("to") or act["grid_id"])
    return any(len(each) > 1 for each in aims.values())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BOXES, min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_any_boxes_typed_in_any_order_come_to_what_the_library_makes_of_the_same_acts(tmp_path, boxes, chance):
    rows, acts = on_paper_and_in_a_log(boxes)
    order = list(range(len(rows)))
    chance.shuffle(order)
    rows.iloc[order].to_csv(tmp_path / "slips.csv", index=False)
    if two_ways(acts):
        with pytest.raises(TableError, match="the same hand wants unit"):
            gk.type_edits(UNEVEN, tmp_path / "slips.csv")
        return
    log = {"schema": "gridkit-edits", "version": 2, "plan": UNEVEN.digest, "acts": acts}
    (tmp_path / "log.json").write_text(json.dumps(log, ensure_ascii=False), encoding="utf-8")
    paper, library = gk.type_edits(UNEVEN, tmp_path / "slips.csv"), gk.import_edits(UNEVEN, [tmp_path / "log.json"])
    assert paper.units["grid_id"].equals(library.units["grid_id"])
    held = [plan.units["lock"].notna() for plan in (paper, library)]
    assert held[0].equals(held[1])
    said = [
        sorted(
            plan.records["comments"]
            .drop(columns=["geometry", "source"])
            .astype(object)
            .where(lambda table: table.notna(), None)
            .itertuples(index=False, name=None),
            key=repr,
        )
        for plan in (paper, library)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize("days", [("2026-11-20", "2026-11-20"), ("", "2026-11-20"), ("", "")])
def test_a_unit_that_one_hand_wants_in_two_grids_is_nobody_s_guess(days):
    rows = [{"grid": "W00", "box": "B", "units": "1", "to": to, "name": "Pan"} for to in ("W01", "W10")]
    table = pd.DataFrame(rows).assign(date=days)
    with pytest.raises(TableError, match="the same hand wants unit 1"):
        gk.type_edits(UNEVEN, table)
    taken = gk.type_edits(UNEVEN, table.assign(date=["2026-11-20", "2026-11-21"]))
    assert "withdrawn" in set(taken.records["comments"]["status"]), "dated apart, the later counts"
    assert len(gk.type_edits(UNEVEN, table.assign(name=["Pan", "Ren"])).records["comments"]) == 2


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
