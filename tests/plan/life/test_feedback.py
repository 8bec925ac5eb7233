import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import town

from gridkit.errors import TableError
from gridkit.plan.life.edits_file import read
from gridkit.plan.life.feedback import Decision, conflicts, decide, declined, reply, take, told

TOWN = town(6, 3)


def sheet(tmp_path, name, plan=TOWN, **parts):
    """Return the edits of one person, read back from a file as the map writes it."""
    document = {"schema": "gridkit-edits", "version": 1, "plan": plan.digest, "author": name, **parts}
    text = json.dumps(document, ensure_ascii=False)
    path = tmp_path / f"{name}.html"
    island = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    path.write_text(
        f'<!doctype html><title>x</title><script type="application/json" id="gridkit-edits">{island}</script>', "utf-8"
    )
    return read(path)


def move(unit, to, was=None, **more):
    return {"unit_id": unit, "from": was or TOWN.units["grid_id"][unit], "to": to, **more}


def test_a_move_that_fits_is_applied_and_answered(tmp_path):
    plan = take(TOWN, [sheet(tmp_path, "Pan", moves=[move("u0200", "W10", reason="近</script>")])])
    assert plan.units["grid_id"]["u0200"] == "W10"
    assert plan.history[-1].parameters["author"] == "Pan"
    said = plan.records["comments"].iloc[0]
    assert (said["status"], said["text"]) == ("accepted", "近</script>")
    assert reply(plan, "zh")["答复"].tolist() == ["已采纳"]


def test_moves_that_only_hold_together_are_taken_together(tmp_path):
    both = [move("u0100", "W10"), move("u0200", "W10")]
    plan = take(TOWN, [sheet(tmp_path, "Pan", moves=both)])
    assert plan.units["grid_id"][["u0100", "u0200"]].tolist() == ["W10", "W10"]


def test_a_move_that_tears_a_grid_is_declined_with_the_reason_and_the_rest_is_taken(tmp_path):
    plan = take(TOWN, [sheet(tmp_path, "Pan", moves=[move("u0000", "W10"), move("u0203", "E11")])])
    table = reply(plan).set_index("unit")
    assert table["status"].to_dict() == {"u0000": "declined", "u0203": "accepted"}
    assert "fall into 2 pieces" in table["answer"]["u0000"]


def test_two_people_who_disagree_are_both_listed_and_neither_is_applied(tmp_path):
    one = sheet(tmp_path, "Pan", moves=[move("u0200", "W10", reason="the gate")])
    other = sheet(tmp_path, "Ren", moves=[move("u0200", "E01", reason="the river is no border")])
    plan = take(TOWN, [one, other])
    assert plan.units["grid_id"]["u0200"] == "W00"
    sides = conflicts(plan)
    assert sides[["author", "to_grid", "text", "source"]].to_numpy().tolist() == [
        ["Ren", "E01", "the river is no border", "Ren.html"],
        ["Pan", "W10", "the gate", "Pan.html"],
    ]
    settled = decide(plan, {sides.index[1]: Decision("accepted", "agreed"), sides.index[0]: Decision("declined", "no")})
    assert settled.units["grid_id"]["u0200"] == "W10"
    assert conflicts(settled).empty


def test_a_third_voice_does_not_settle_what_waits_as_a_conflict(tmp_path):
    sides = [sheet(tmp_path, name, moves=[move("u0200", to)]) for name, to in (("Pan", "W10"), ("Ren", "E01"))]
    plan = take(TOWN, sides)
    after = take(plan, [sheet(tmp_path, "Tang", moves=[move("u0200", "W10")])])
    assert after.units["grid_id"]["u0200"] == "W00"
    assert len(conflicts(after)) == 3


def test_a_comment_that_comes_back_settled_is_settled(tmp_path):
    note = {"id": "c1", "text": "hm", "author": "Pan"}
    plan = take(TOWN, [sheet(tmp_path, "Pan", comments=[note])])
    after = take(plan, [sheet(tmp_path, "chief", comments=[{**note, "status": "declined"}])])
    assert after.records["comments"]["status"].to_dict() == {"c1": "declined"}


def test_two_people_who_agree_are_both_accepted(tmp_path):
    sheets = [sheet(tmp_path, name, moves=[move("u0200", "W10")]) for name in ("Pan", "Ren")]
    plan = take(TOWN, sheets)
    assert plan.records["comments"]["status"].tolist() == ["accepted", "accepted"]


def test_reading_the_same_file_again_changes_nothing(tmp_path):
    sheets = [
        sheet(tmp_path, "Pan", moves=[move("u0200", "W10")], comments=[{"id": "c1", "text": "hm", "grid_id": "W00"}])
    ]
    plan = take(TOWN, sheets)
    again = take(plan, sheets, rebase=True)
    assert again.digest == plan.digest
    assert again.records["comments"].equals(plan.records["comments"])


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(TOWN.units.index.tolist()), st.sampled_from(TOWN.grids.index.tolist())), max_size=6
    ),
    st.lists(
        st.tuples(st.sampled_from(TOWN.units.index.tolist()), st.sampled_from(TOWN.grids.index.tolist())), max_size=6
    ),
    st.lists(st.text(max_size=20), max_size=3),
)
def test_nothing_that_was_said_is_lost(tmp_path_factory, one, other, texts):
    folder = tmp_path_factory.mktemp("sheets")
    comments = [{"id": f"c{k}", "text": text} for k, text in enumerate(texts)]
    sheets = [
        sheet(folder, name, moves=[move(*pair) for pair in pairs], comments=comments)
        for name, pairs in (("Pan", one), ("Ren", other))
    ]
    plan = take(TOWN, sheets, loose=True)
    said = plan.records["comments"]
    for name, pairs in (("Pan", one), ("Ren", other)):
        mine = said[(said["author"] == name) & (said["kind"] == "move")]
        assert set(zip(mine["unit_id"], mine["to_grid"], strict=True)) == set(pairs)
        kept = said[(said["author"] == name) & (said["kind"] == "comment")]
        assert sorted(kept["text"]) == sorted(texts)
    applied = said[(said["kind"] == "move") & (said["status"] == "accepted")]
    for unit, grid in zip(applied["unit_id"], applied["to_grid"], strict=True):
        assert plan.units["grid_id"][unit] == grid


def test_two_comments_under_one_id_are_both_kept_whenever_they_come(tmp_path):
    one = sheet(tmp_path, "Pan", comments=[{"id": "c1", "text": "first"}])
    other = sheet(tmp_path, "Ren", comments=[{"id": "c1", "text": "second"}])
    together, apart = take(TOWN, [one, other]), take(take(TOWN, [one]), [other])
    assert together.records["comments"].index.tolist() == apart.records["comments"].index.tolist()
    assert sorted(apart.records["comments"]["text"]) == ["first", "second"]


def test_a_comment_lies_where_it_was_put_else_in_its_unit_or_grid(tmp_path):
    place = TOWN.units.to_crs(4326).geometry["u0303"].representative_point()
    notes = [
        {"id": "a", "text": "there", "lon": place.x, "lat": place.y},
        {"id": "b", "text": "unit", "unit_id": "u0000", "grid_id": None},
        {"id": "c", "text": "grid", "grid_id": "E11", "lon": None, "lat": None},
    ]
    points = take(TOWN, [sheet(tmp_path, "Pan", comments=notes)]).records["comments"].geometry
    assert TOWN.units.geometry["u0303"].contains(points["a"])
    assert TOWN.units.geometry["u0000"].contains(points["b"])
    assert TOWN.grids.geometry["E11"].contains(points["c"])


def test_locks_are_set_and_lifted(tmp_path):
    plan = take(
        TOWN,
        [
            sheet(
                tmp_path, "Pan", locks=[{"grid_id": "W00"}, {"grid_id": "E01", "unit_id": "u0003"}, {"grid_id": "gone"}]
            )
        ],
    )
    assert plan.units["lock"].notna().sum() == 10
    assert reply(plan)["status"].tolist() == ["accepted", "accepted", "declined"]
    free = take(plan, [sheet(tmp_path, "Ren", plan, locks=[{"grid_id": "W00", "locked": False}])])
    assert free.units["lock"].notna().sum() == 1


def test_edits_of_another_state_of_the_plan_need_to_be_rebased(tmp_path):
    sheets = [sheet(tmp_path, "Pan", moves=[move("u0200", "W10"), move("u0203", "E11", was="E11")])]
    stale = [replace(each, plan="0" * 16) for each in sheets]
    with pytest.raises(TableError, match="rebase=True"):
        take(TOWN, stale)
    said = take(TOWN, stale, rebase=True).records["comments"]
    assert said["status"].tolist() == ["accepted", "declined"]


def test_comments_are_answered_and_the_reply_speaks_chinese(tmp_path):
    plan = take(TOWN, [sheet(tmp_path, "Pan", comments=[{"id": "c1", "text": "路灯"}])])
    answered = decide(plan, {"c1": Decision("declined", "已转城管")})
    row = reply(answered, "zh").iloc[0]
    assert row[["类别", "状态", "答复"]].tolist() == ["意见", "未采纳", "已转城管"]
    with pytest.raises(TableError, match="c1"):
        decide(plan, {"c2": Decision("accepted")})


# ------------------------------------------------------------------ what is decided
def test_deciding_for_one_side_decides_against_the_other_with_the_reason(tmp_path):
    sides = [sheet(tmp_path, name, moves=[move("u0200", to)]) for name, to in (("Pan", "W10"), ("Ren", "W00"))]
    plan = take(TOWN, [*sides, sheet(tmp_path, "Tang", moves=[move("u0200", "W10")])])
    assert len(conflicts(plan)) == 3
    mine = conflicts(plan).index[conflicts(plan)["author"] == "Pan"][0]
    settled = decide(plan, {mine: Decision("accepted", "the gate opens north")})
    assert settled.units["grid_id"]["u0200"] == "W10"
    table = reply(settled).set_index("from")
    assert table["status"].to_dict() == {"Pan": "accepted", "Ren": "declined", "Tang": "accepted"}
    assert set(table["answer"]) == {"the gate opens north"}
    assert conflicts(settled).empty


def test_a_lock_that_is_disputed_waits_and_is_set_once_it_is_accepted(tmp_path):
    keep, go = sheet(tmp_path, "Pan", locks=[{"grid_id": "W00"}]), sheet(tmp_path, "Ren", moves=[move("u0200", "W10")])
    plan = take(TOWN, [keep, go])
    assert "lock" not in plan.units
    assert sorted(conflicts(plan)["kind"]) == ["lock", "move"]
    name = conflicts(plan).index[conflicts(plan)["kind"] == "lock"][0]
    settled = decide(plan, {name: Decision("accepted")})
    assert settled.units["lock"].notna().sum() == 9
    assert sorted(reply(settled)["status"]) == ["accepted", "declined"]
    assert "decided otherwise" in set(reply(settled)["answer"])


def test_what_an_import_declined_is_told_apart_from_what_was_declined_before(tmp_path):
    first = take(TOWN, [sheet(tmp_path, "Pan", moves=[move("u0000", "W10")])])
    assert declined(TOWN, first)["unit_id"].tolist() == ["u0000"]
    second = take(first, [sheet(tmp_path, "Ren", first, moves=[move("u0001", "W10")])])
    assert declined(first, second)["unit_id"].tolist() == ["u0001"]
    assert "would fall into" in told(declined(first, second), "en")["reason"][0]
