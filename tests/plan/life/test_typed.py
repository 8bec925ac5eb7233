"""Slips and walking sheets as acts: the letters, numbers and names that stand on our papers mean what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hostile import HOSTILE
from towns import EAST, WEST, town

from gridkit.errors import TableError
from gridkit.plan import codes
from gridkit.plan.life import typed
from gridkit.plan.life.edits_file import Comment, Hold, Wish
from gridkit.plan.life.history import undo
from gridkit.plan.segments import segments, walk_code
from gridkit.sources.filled import COLUMNS


@pytest.fixture
def plan():
    return codes.coded(town(), "{county:6}{street:3}{community:3}{seq:3}")


@pytest.fixture
def reader(plan):
    return typed.Reader(plan, "en")


def row(**given):
    return {**dict.fromkeys(COLUMNS, ""), "where": "row 2", **given}


# ------------------------------------------------------------ slips
@pytest.mark.parametrize("called", [f"{WEST}001", "西社区第一网格", "Xi Community, grid 1", " xi community,grid 1 "])
def test_a_grid_is_known_by_its_code_and_its_names(called, reader):
    assert reader.grid(called, "row 2") == f"{WEST}001"


def test_the_end_of_a_code_is_enough_where_it_is_one_grid_s(reader):
    assert reader.grid("2002", "row 2") == f"{EAST}002"
    with pytest.raises(TableError, match="several grids"):
        reader.grid("002", "row 2")
    assert reader.grid("2", "row 2", WEST) == f"{WEST}002"
    assert reader.grid("第二网格", "row 2", WEST) == f"{WEST}002"
    with pytest.raises(TableError, match="no grid is called 'nowhere'"):
        reader.grid("nowhere", "row 2")


def test_units_are_known_by_their_numbers_spans_and_ids(reader):
    by_number = {number: unit for unit, number in reader.numbers.of.items() if reader.numbers.parents[unit] == WEST}
    assert reader.units("1, 3-5、7", WEST, "row 2") == [by_number[number] for number in (1, 3, 4, 5, 7)]
    assert reader.units("2 ～ 3", WEST, "row 2") == [by_number[2], by_number[3]]
    assert reader.units(f"{by_number[4]}；4", WEST, "row 2") == [by_number[4]]
    for wrong in ("99", "5-2", "1-99999999", "x"):
        with pytest.raises(TableError, match="no unit of this community"):
            reader.units(wrong, WEST, "row 2")


def test_a_box_asks_for_what_it_says(reader):
    unit = reader.units("1", WEST, "")[0]
    here = reader.own[unit]
    [agrees] = typed.slip(reader, row(grid=here, box="a", name="Pan"))
    assert isinstance(agrees, Comment)
    assert (agrees.text, agrees.author) == ("agrees with the plan", "Pan")
    [wish] = typed.slip(reader, row(grid=here, box="B", units="1", to="2", text="same yard", date="2026-11-20"))
    assert isinstance(wish, Wish)
    assert (wish.unit_id, wish.was, wish.to, wish.time) == (unit, here, f"{WEST}002", "2026-11-20")
    [hold] = typed.slip(reader, row(grid=here, box="C", units="1"))
    assert isinstance(hold, Hold)
    assert (hold.unit_id, hold.locked) == (unit, True)
    [whole] = typed.slip(reader, row(grid=here, box="C"))
    assert isinstance(whole, Hold)
    assert (whole.grid_id, whole.unit_id) == (here, None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"box": "B", "units": "1"}, "box B needs units"),
        ({"box": "D"}, "box D needs words"),
        ({"box": "E"}, "is no box of a slip"),
        ({"box": "D", "text": "x", "code": "ABCDEF"}, "check code ABCDEF"),
    ],
)
def test_a_row_that_says_too_little_is_refused_with_its_place(given, said, reader):
    with pytest.raises(TableError, match=said) as caught:
        typed.slip(reader, row(grid=f"{WEST}001", **given))
    assert "row 2" in str(caught.value)


def test_what_was_typed_twice_is_said_once_and_two_who_ask_for_the_same_are_two(reader, plan):
    acts, _ = typed.told(reader, row(grid=f"{WEST}001", box="D", text="no light", slip="slip 1"))
    assert typed.sheet(plan, acts).acts == typed.sheet(plan, acts).acts
    two = typed.sheet(plan, [*acts, replace(acts[0], mark="slip 2"), acts[0]]).acts
    assert len({act.id for act in two}) == 3
    assert typed.sheet(plan, [replace(acts[0], mark="slip 9"), *acts]).acts[1] == typed.sheet(plan, acts).acts[0], (
        "order is nothing"
    )


@pytest.mark.parametrize("text", HOSTILE[::10])
def test_hostile_words_are_words(text, reader, plan):
    [comment] = typed.slip(reader, row(grid=f"{WEST}001", box="D", text=text, name=text))
    assert comment.text == comment.author == text
    assert typed.sheet(plan, [typed.Told(comment, text, "row 2")]).acts[0].text == text
    for place in ("grid", "units", "to"):
        with pytest.raises(TableError):
            typed.slip(reader, row(**{"grid": f"{WEST}001", "box": "B", "units": "1", "to": "2", place: text}))
    with pytest.raises(TableError):
        typed.walked(reader, row(segment=text))


# ------------------------------------------------------------ walking sheets
def test_a_line_that_is_right_holds_the_units_along_it(reader, plan):
    [first, *_] = segments(plan)
    said = typed.walked(reader, row(segment="S1", right="√", code=walk_code(plan)))
    assert {act.unit_id for act in said.acts} == set(first.units)
    assert {act.grid_id for act in said.acts} == set(first.grids)
    assert said.lines == {}
    part = typed.walked(reader, row(segment=f"1{first.pieces[0].letter}", right="ok"))
    assert {act.unit_id for act in part.acts} <= set(first.units)


def test_a_line_that_follows_something_else_is_told_so_and_undone(reader, plan):
    [first, *_] = segments(plan)
    said = typed.walked(reader, row(segment="S1", right="有误", follows="围墙", called="和平花园"))
    assert set(said.lines.values()) == {("wall", "和平花园")}
    after = typed.relined(plan, said.lines, "Pan")
    changed = after.borders.loc[list(said.lines)]
    assert set(changed["feature"]) == {"wall"}
    assert set(changed["name"]) == {"和平花园"}
    assert after.history[-1].command == "walk"
    assert undo(after).borders["feature"].tolist() == plan.borders["feature"].tolist()
    assert typed.relined(plan, {}) is plan
    assert {border for piece in first.pieces for border in piece.borders} == set(said.lines)


def test_units_for_the_other_side_are_wishes(reader, plan):
    [first, *_] = segments(plan)
    one, two = first.grids
    if reader.parents[one] != reader.parents[two]:
        pytest.fail("the first border of this town lies inside a community")
    unit = next(unit for unit in first.units if reader.own[unit] == one)
    number = str(reader.numbers.of[unit])
    [wish] = typed.walked(reader, row(segment="S1", right="wrong", units=number)).acts
    assert (wish.unit_id, wish.was, wish.to) == (unit, one, two)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"segment": "S99"}, "there is no border"),
        ({"segment": "1z"}, "has no piece z"),
        ({"segment": "1", "right": "perhaps"}, "neither right nor wrong"),
        ({"segment": "1", "follows": "a dragon"}, "nothing that a border follows"),
        ({"segment": "1", "right": "ok", "code": "000000"}, "check code 000000"),
    ],
)
def test_a_sheet_that_means_nothing_is_refused(given, said, reader):
    with pytest.raises(TableError, match=said):
        typed.walked(reader, row(**given))


def test_a_line_that_is_wrong_and_nothing_else_is_a_remark_and_so_are_words(reader):
    [remark] = typed.walked(reader, row(segment="S1", right="no")).acts
    assert (type(remark), remark.text) == (Comment, "S1: no")
    [words] = typed.walked(reader, row(segment="S1", right="no", text="a fence was built")).acts
    assert words.text == "S1: a fence was built"


def test_a_unit_on_neither_side_is_named(reader, plan):
    [first, *_] = segments(plan)
    beyond = next(unit for unit in plan.units.index if reader.own[unit] not in first.grids)
    with pytest.raises(TableError, match=f"unit {beyond} lies on neither side of S1"):
        typed.walked(reader, row(segment="S1", units=beyond))


def test_a_line_that_is_only_named_follows_what_it_did(plan):
    [first, *_] = segments(plan)
    borders = first.pieces[0].borders
    nameless = replace(plan, borders=plan.borders.drop(columns="name", errors="ignore"))
    after = typed.relined(nameless, dict.fromkeys(borders, ("", "Long Lane")))
    changed = after.borders.loc[list(borders)]
    assert set(changed["name"]) == {"Long Lane"}
    assert changed["feature"].tolist() == plan.borders.loc[list(borders), "feature"].tolist()
