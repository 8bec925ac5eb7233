"""What became of proposals, as exports of several platforms write it."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.measure.participation.proposals import counted, fates, of_comments

STATES = {
    "answered": ["accepted", "rejected", "已答复"],
    "open": ["not_answered", "未答复"],
    "withdrawn": ["withdrawn"],
    "done": ["done", "已完成"],
    "undone": ["under way"],
    "yes": ["true", "是"],
    "no": ["false", "否", "no"],
}


def column(found, fate):
    return [None if pd.isna(each) else each for each in found[fate]]


def test_a_day_answers_and_a_blank_does_not_a_text_is_a_reason():
    days, states = ["2024-03-01", "", "2024-04-02"], ["accepted", "not_answered", "rejected"]
    rows = pd.DataFrame({"state": states, "answered": days, "answer": ["because", None, ""]})
    found = fates(rows, STATES)
    assert column(found, "answered") == [1, 0, 1]
    assert column(found, "reasoned") == [1, 0, 0]
    assert column(found, "linked") == [None, None, None]
    assert column(found, "done") == [None, None, None]


def test_an_older_export_without_days_goes_by_the_state_and_odd_words_are_unknown():
    found = fates(pd.DataFrame({"state": ["已答复", "未答复", "？", None]}), STATES)
    assert column(found, "answered") == [1, 0, None, None]
    table = counted(found, pd.DataFrame({"g": ["x"] * 4}))
    assert table[["n", "answered", "answered_known"]].to_numpy().tolist() == [[4, 1, 2]]


def test_withdrawn_proposals_stand_apart():
    found = fates(pd.DataFrame({"state": ["withdrawn", "accepted"], "withdrawn": ["true", "false"]}), STATES)
    table = counted(found, pd.DataFrame({"g": ["x", "x"]}))
    assert table[["n", "withdrawn", "answered", "answered_known"]].to_numpy().tolist() == [[1, 1, 1, 1]]


def test_a_result_is_done_at_a_hundred_per_cent_or_by_its_word():
    rows = pd.DataFrame({"result": ["r1", "r2", "r3", ""], "progress": ["100%", "40", "已完成", "100"]})
    found = fates(rows, STATES)
    assert column(found, "linked") == [1, 1, 1, 0]
    assert column(found, "done") == [1, 0, 1, None]


def test_comments_of_officials_answer():
    found = fates(pd.DataFrame({"official": [0, 2, None]}), STATES)
    assert column(found, "answered") == [0, 1, None]


@pytest.mark.parametrize("text", ["because of the wall", "the wall"])
def test_opinions_on_a_plan_are_answered_when_they_are_decided(text):
    comments = pd.DataFrame({
        "kind": ["comment", "move", "move"], "status": ["declined", "accepted", "open"],
        "answer": [text, None, None], "reason": [None, None, None],
    })  # fmt: skip
    assert of_comments(comments) == {"answered": (2, 3), "reasoned": (1, 3), "done": (1, 2)}
