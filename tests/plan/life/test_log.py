from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.plan.life.edits_file import Comment, EditSheet, Recall, Wish
from gridkit.plan.life.log import hand, merged, taken_back


def wish(number, writer="panpan01", author="", time="", to="W10"):
    when = time or f"2026-11-29T04:00:{number:02d}.000Z"
    return Wish(id=f"{writer}-{number}", author=author, time=when, unit_id="u1", was="W00", to=to)


def sheet(*acts, exported="", author=""):
    return EditSheet("gridkit-edits", 2, "p", author, exported, acts, "a.json")


def ids(*sheets):
    return [entry.act.id for entry in merged(sheets)]


def test_an_act_that_stands_in_several_logs_is_one_act():
    one, other = sheet(wish(1), wish(2)), sheet(wish(1), wish(3, "renren01"), wish(2))
    assert ids(one, other) == ids(other, one) == ["panpan01-1", "panpan01-2", "renren01-3"]


def test_acts_are_told_in_the_order_of_time_and_of_one_time_in_that_of_their_count():
    same = "2026-11-29T04:00:00.000Z"
    assert ids(sheet(wish(10, time=same), wish(9, time=same), wish(8))) == ["panpan01-9", "panpan01-10", "panpan01-8"]


def test_a_name_that_was_given_later_is_the_acts():
    early, late = sheet(wish(1), exported="1"), sheet(wish(1, author="Pan"), exported="2")
    for sheets in ((early, late), (late, early)):
        (entry,) = merged(sheets)
        assert (entry.act.author, entry.hand) == ("Pan", "Pan")


def test_without_a_name_the_writer_is_told_by_his_key():
    hands = [entry.hand for entry in merged([sheet(wish(1), wish(1, "renren01"))])]
    assert hands == ["panpan01", "renren01"]
    assert hand("c1", "", "sheet") == "sheet"


def test_ids_that_no_log_made_may_meet_by_chance_and_all_is_kept():
    notes = [Comment(id="c1", text=text) for text in ("first", "second")]
    assert len(merged([sheet(notes[0]), sheet(notes[1])])) == 2


@pytest.mark.parametrize(("owner", "gone"), [("Pan", {"panpan01-1"}), ("Ren", set())])
def test_only_whoever_did_something_takes_it_back(owner, gone):
    undo = Recall(id="x1x1x1x1-9", author=owner, time="2026-11-29T05", act="undo", of=("panpan01-1",))
    assert taken_back(merged([sheet(wish(1, author="Pan"), undo)])) == gone
    redo = replace(undo, id="x1x1x1x1-10", time="2026-11-29T06", act="redo")
    assert taken_back(merged([sheet(wish(1, author="Pan"), redo, undo)])) == set()


@given(st.lists(st.lists(st.integers(1, 9), max_size=9), min_size=1, max_size=4), st.randoms())
def test_the_order_of_files_does_not_matter_nor_how_often_one_is_read(parts, rng):
    sheets = [sheet(*map(wish, part)) for part in parts]
    shuffled = [*sheets, *sheets]
    rng.shuffle(shuffled)
    assert merged(shuffled) == merged(sheets)
