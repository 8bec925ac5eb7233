"""Who answers for grids: kept from one plan to the next, dear to lose in a redraw, told without names."""

from __future__ import annotations

import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.plan.workers import answering, board, leaving_m

TOWN = town()
STAFF = pd.DataFrame(
    {
        "工号": ["1", "2", "3"],
        "姓名": ["甲一", "乙二", "丙三"],
        "网格": ["W00", "W10", "W10"],
        "岗位": ["专职网格员", "专职网格员", "社区民警"],
        "每周工时": [40, 40, 40],
        "办公电话": ["0512-66660001", None, "0512-66660002"],
        "职责": ["巡查", "走访", None],
    }
)
STAFFED = gk.staffing(TOWN, staff=STAFF, names=True, asof="2027-01-01")


def test_who_holds_a_seat_answers_for_a_grid():
    assert answering(STAFFED) == {"W00": frozenset({"1"}), "W10": frozenset({"2"})}
    assert answering(TOWN) == {}


def test_households_that_keep_their_worker_are_counted_from_plan_to_plan():
    moved = gk.redraw(STAFFED, moves="u0100=W10", loose=True, reason="a gate")
    facts = gk.compare(STAFFED, moved).facts["households_keep_worker"]
    # Of 32 households that had a worker, the four of one block have another; those of the east had none.
    assert facts == {"n": 28.0, "of": 32.0, "share": pytest.approx(28 / 32)}
    assert "households_keep_worker" not in gk.compare(TOWN, moved).facts


def test_leaving_costs_where_there_is_somebody_to_lose():
    metres = leaving_m(STAFFED, STAFFED.units, 2.0)
    assert metres.groupby(STAFFED.units["grid_id"]).sum().to_dict() == {
        "E01": 0.0,
        "E11": 0.0,
        "W00": 32.0,
        "W10": 32.0,
    }
    assert leaving_m(TOWN, TOWN.units, 2.0) is None
    assert leaving_m(STAFFED, STAFFED.units, 0.0) is None


def test_a_notice_board_names_posts_and_offices_and_nobody():
    told = board(STAFFED)
    assert told.loc["W10", "post_zh"] == "专职网格员、社区民警"
    assert told.loc["W10", ["phone", "duties"]].tolist() == ["0512-66660002", "走访"]
    assert told.loc["E01"].isna().all()
    assert not any(name in str(told.to_dict()) for name in STAFF["姓名"])
    assert board(TOWN) is None


def test_duties_are_told_in_the_languages_that_the_table_of_staff_has():
    table = STAFF.assign(duties_en=["rounds", "visits", None])
    told = board(gk.staffing(TOWN, staff=table))
    assert told.loc["W10", ["duties", "duties_en"]].tolist() == ["走访", "visits"]


def test_duties_are_told_apart_by_the_marks_of_the_language_they_are_written_in():
    chinese = board(gk.staffing(TOWN, staff=STAFF.assign(职责=["巡查", "走访", "宣传"]))).loc["W10", "duties"]
    english = board(gk.staffing(TOWN, staff=STAFF.assign(职责=["rounds", "visits", "talks"]))).loc["W10", "duties"]
    assert (chinese, english) == ("走访；宣传", "visits; talks")


@pytest.mark.parametrize("names", [False, True], ids=["posts", "names"])
def test_a_public_page_names_nobody_unless_it_is_told_to(names):
    assert ("甲一" in str(gk.map(STAFFED, "public", names=names).printed)) == names
