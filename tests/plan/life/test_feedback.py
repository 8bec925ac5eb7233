import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from towns import town

from gridkit.errors import SourceError, TableError
from gridkit.plan.life.edits_file import read, schema
from gridkit.plan.life.feedback import Decision, conflicts, decide, reply, take

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


def test_the_schema_that_ships_is_the_one_that_is_read():
    shipped = json.loads(files("gridkit.plan.life").joinpath("edits.schema.json").read_text("utf-8"))
    assert shipped == json.loads(json.dumps(schema()))
    assert set(shipped["required"]) == {"schema", "version", "plan"}
    assert "from" in shipped["$defs"]["Wish"]["properties"]


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


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", SourceError, "not JSON"),
        ("{", SourceError, "not JSON"),
        ("[" * 100_000, SourceError, "not JSON"),
        ("<html><body>no</body></html>", SourceError, "no edits"),
        ("[]", TableError, "schema"),
        ('{"schema": "other", "version": 1, "plan": "x"}', TableError, "schema"),
        ('{"schema": "gridkit-edits", "version": 2, "plan": "x"}', TableError, "version"),
        (
            '{"schema": "gridkit-edits", "version": 1, "plan": "x", "moves": [{"unit_id": "a", "to": "b"}]}',
            TableError,
            "moves.0.from",
        ),
        ('{"schema": "gridkit-edits", "version": 1, "plan": "x", "extra": 1}', TableError, "extra"),
        (
            '{"schema": "gridkit-edits", "version": 1, "plan": "x", "comments": [{"id": "c", "text": "", "lon": 500}]}',
            TableError,
            "lon",
        ),
    ],
)
def test_what_is_no_edits_file_is_named_in_one_line(tmp_path, text, error, said):
    path = tmp_path / "edits.json"
    path.write_text(text, "utf-8")
    with pytest.raises(error, match=said):
        read(path)


def test_a_missing_or_binary_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "gone.json")
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="UTF-8"):
        read(tmp_path / "x.json")
