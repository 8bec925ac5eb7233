"""Registers of activities, proposals and counts on a town of sixteen blocks; every figure by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes import participation as recipe

pytestmark = pytest.mark.filterwarnings("ignore")


def activities(*rows):
    """Return a register: (grid, who started it, how many such, month)."""
    made = [
        (grid, who, f"2026-{month:02d}-{1 + k % 28:02d}", 2) for grid, who, count, month in rows for k in range(count)
    ]
    return pd.DataFrame(made, columns=["网格编码", "发起方", "活动日期", "小时"])


REGISTER = activities(
    ("W00", "居民", 6, 1), ("W00", "社区居委会", 14, 2), ("W10", "西社区党支部", 20, 2), ("E01", "业委会", 12, 3),
    ("E01", "居民、街道", 3, 3), ("E11", "", 11, 3), ("E11", "某某", 4, 3), ("X99", "居民", 2, 3),
)  # fmt: skip


def told(plan):
    return {each["indicator"]: each for each in recipe.facts(plan)["lines"]}


@pytest.fixture(scope="module")
def laid():
    return gk.participation(town(), activities=REGISTER)


def test_who_starts_it_is_told_of_all_with_the_unknown_among_them(laid):
    found = told(laid)
    assert (found["residents_start"]["n"], found["residents_start"]["of"]) == (8, 72)
    assert [found[f"{who}_start"]["n"] for who in ("organisations", "administration", "several", "unknown")] == [
        12, 34, 3, 15,
    ]  # fmt: skip
    assert found["residents_hours"]["n"] == 16
    assert (found["residents_start"]["grids_known"], found["residents_start"]["grids"]) == (4, 4)
    assert found["residents_start"]["asof"] == "2026-03-12"
    assert found["residents_start"]["share_low"] < 8 / 72 < found["residents_start"]["share_high"]


def test_an_activity_that_is_still_to_come_is_not_the_day_the_lines_are_of():
    planned = activities(("W00", "居民", 1, 1)).assign(活动日期="2199-01-01")
    found = told(gk.participation(town(), activities=pd.concat([REGISTER, planned])))
    assert (found["residents_start"]["of"], found["residents_start"]["asof"]) == (73, "2026-03-12")


def test_every_grid_has_its_own_and_communities_are_their_sums(laid):
    layer = laid.layers["participation"]
    grids, parents = layer.tables["grids"], layer.tables["parents"]
    assert grids.loc["W10", ["residents_start_n", "residents_start_of", "residents_start"]].tolist() == [0, 20, 0]
    assert grids.loc["W10", "administration_start"] == 1
    assert grids["residents_start_of"].to_dict() == {"W00": 20, "W10": 20, "E01": 15, "E11": 15}
    assert parents["residents_start_of"].to_dict() == {WEST: 40, EAST: 30}
    assert layer.tables["months"]["activities"].to_dict() == {"2026-01": 6, "2026-02": 34, "2026-03": 32}
    assert layer.facts["nowhere"] == 2


def test_what_nobody_knows_is_named_and_a_name_is_not(laid):
    notes = " ".join(str(note) for note in recipe.facts(laid)["notes"])
    assert "11 rows do not say who started it" in notes
    assert "某某 (4)" in notes
    assert "2 rows belong to no grid" in notes
    once = gk.participation(town(), activities=pd.concat([REGISTER, activities(("W00", "张三丰", 1, 1))]))
    assert "张三丰" not in " ".join(str(note) for note in recipe.facts(once)["notes"])


def test_a_word_that_is_said_counts():
    plan = gk.participation(town(), activities=REGISTER, initiators={"某某": "residents"})
    assert told(plan)["residents_start"]["n"] == 12
    with pytest.raises(UsageError, match="cannot be"):
        gk.participation(town(), activities=REGISTER, initiators={"某某": "nobody"})


def test_without_a_column_of_initiators_all_are_unknown():
    plan = gk.participation(town(), activities=REGISTER.drop(columns="发起方"))
    assert (told(plan)["unknown_start"]["n"], told(plan)["unknown_start"]["of"]) == (72, 72)


def test_a_grid_of_few_is_hidden_and_another_with_it():
    few = activities(("W00", "居民", 3, 1), ("W10", "居民", 30, 1), ("E01", "居民", 20, 1), ("E11", "居民", 25, 1))
    grids = gk.participation(town(), activities=few).layers["participation"].tables["grids"]
    assert grids["residents_start_of"].isna().to_dict() == {"W00": True, "W10": True, "E01": False, "E11": False}


def test_nothing_given_is_said():
    with pytest.raises(UsageError, match="no table"):
        gk.participation(town())
    with pytest.raises(UsageError, match="comments go with"):
        gk.participation(town(), activities=REGISTER, comments=pd.DataFrame({"proposal_id": [1]}))


def test_several_tables_are_counted_together_and_what_goes_with_nothing_is_refused():
    proposals = pd.DataFrame(
        {"网格编码": ["W00"] * 12, "提出日期": "2026-03-02", "状态": ["已采纳"] * 4 + ["未采纳"] * 8}
    )
    one = gk.participation(town(), activities=REGISTER, proposals=proposals)
    both = gk.participation(town(), activities=[REGISTER, REGISTER], proposals=[proposals])
    rows = [int(plan.brought[recipe.LAYER]["rows"].sum()) for plan in (one, both)]
    assert rows[1] > rows[0]
    with pytest.raises(UsageError, match="comments go with proposals"):
        gk.participation(town(), activities=REGISTER, comments=proposals)
    with pytest.raises(UsageError, match="'同乡会' cannot be 'friends'"):
        gk.participation(town(), activities=REGISTER, initiators={"同乡会": "friends"})
