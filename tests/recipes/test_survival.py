"""Lives of groups and hours by month, read from tables."""

from __future__ import annotations

import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.plan.lines import lines
from gridkit.store import geopackage


def lives() -> pd.DataFrame:
    """Return twenty groups of the year 2025: twelve end after their third month, eight go on."""
    ended = [("2025-01", "2025-03", "互助")] * 12
    return pd.DataFrame([*ended, *[("2025-01", None, "合唱")] * 8], columns=["首月", "末月", "类别"])


def hours(*counts: float, source: str = "志愿者") -> pd.DataFrame:
    months = pd.period_range("2025-01", periods=len(counts), freq="M").astype(str)
    return pd.DataFrame({"月份": months, "小时": counts, "来源": source})


@pytest.mark.filterwarnings("ignore")
def test_groups_that_go_on_are_not_gone():
    told = gk.survival(lives(), asof="2025-12-31")
    row = told.facts["lives"][0]
    assert (row["n"], round(row["median_months"], 4)) == (20, 2.8333)
    assert (row["ended"], row["left_3"], row["left_3_low"]) == (None, None, None)  # eight are left: fewer than ten
    assert [each["why"] for each in told.facts["lives"][1:]] == ["", "few"]


@pytest.mark.filterwarnings("ignore")
def test_table_line_and_curve_hide_the_same_few():
    """Of eighty, one ends after two months, thirty-three after five; forty-six go on."""
    rows = [("2025-01", "2025-02")] + [("2025-01", "2025-05")] * 33 + [("2025-01", None)] * 46
    told = gk.survival(pd.DataFrame(rows, columns=["first", "last"]), asof="2025-12-31")
    (row,), curve = told.facts["lives"], told.tables["lasting_curve"].set_index("month")
    lines = {each["indicator"]: each for each in told.facts["lines"]}
    assert (lines["left_3"]["why"], row["left_3"], row["left_3_low"]) == ("few", None, None)
    assert curve["share"].isna().to_dict() == {0.0: False, 2.0: True, 5.0: False}
    assert (lines["left_6"]["n"], round(row["left_6"], 6)) == (46, 0.575)
    assert row["ended"] == 34
    assert any("below 10" in str(note) for note in told.facts["notes"])


@pytest.mark.filterwarnings("ignore")
def test_a_kind_that_is_hidden_does_not_follow_from_all_less_the_others():
    """Of forty of one kind 3 end, of two others 20 of forty and 30 of sixty: all less these would be the first."""
    rows = [
        ("2025-01", "2025-02" if k < gone else None, kind)
        for kind, count, gone in (("a", 40, 3), ("b", 40, 20), ("c", 60, 30))
        for k in range(count)
    ]
    told = gk.survival(pd.DataFrame(rows, columns=["first", "last", "kind"]), asof="2025-12-31")
    found = {row["kind"]: row for row in told.facts["lives"]}
    for name in ("ended", "left_3"):
        assert {kind: row[name] is None for kind, row in found.items()} == {
            "all": False, "a": True, "b": True, "c": False,
        }, name  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_the_newest_month_of_the_records_ends_nobody():
    table = pd.DataFrame({"first": ["2025-01"] * 20, "last": ["2025-03"] * 10 + ["2025-06"] * 10})
    told = gk.survival(table)
    assert told.facts["asof"] == "2025-06-01"
    assert told.facts["lives"][0]["ended"] == 10


@pytest.mark.filterwarnings("ignore")
def test_faulty_rows_are_named_and_the_rest_is_computed():
    bad = pd.DataFrame([("2025-05", "2025-02", "互助"), (None, "2025-02", "互助")], columns=["首月", "末月", "类别"])
    told = gk.survival(pd.concat([lives(), bad]), asof="2025-12-31", plan=town())
    assert told.facts["lives"][0]["n"] == 20
    assert any("1 row ends before it begins" in note for note in told.facts["notes"])
    account = next(iter(told.plan.history[-1].ledger))
    assert (account.read, account.used, dict(account.lost)) == (22, 20, {"blank": 1, "invalid": 1})


@pytest.mark.filterwarnings("ignore")
def test_who_ended_on_a_day_that_cannot_be_read_is_not_among_those_still_active():
    bad = pd.DataFrame([("2025-01", "in spring", "互助"), ("soon", None, "互助")], columns=["首月", "末月", "类别"])
    told = gk.survival(pd.concat([lives(), bad], ignore_index=True), asof="2025-12-31")
    row = told.facts["lives"][0]
    assert row["n"] == 20
    notes = " | ".join(map(str, told.facts["notes"]))
    assert "'in spring' in row 20, is no date" in notes
    assert "'soon' in row 21, is no date" in notes


@pytest.mark.filterwarnings("ignore")
def test_one_month_of_hours_that_is_none_is_left_out_and_said():
    table = pd.concat([hours(400, 300, 200, 100), hours(9).assign(月份="total")], ignore_index=True)
    told = gk.survival(lives(), hours=table, asof="2025-12-31")
    assert told.facts["hours"][0]["peak"] == 400
    assert any("'total' in row 4, is no date" in str(note) for note in told.facts["notes"])


@pytest.mark.filterwarnings("ignore")
def test_what_is_left_and_the_month_of_the_target_are_told_and_three_points_refused(tmp_path):
    fading = hours(*[round(400 * 0.8**k) for k in range(12)])
    told = gk.survival(lives(), hours=fading, target=100, asof="2025-12-31", plan=town())
    row = told.facts["hours"][0]
    assert (row["peak"], row["peak_month"], row["share_3"]) == (400, "2025-01", pytest.approx(205 / 400))
    assert row["missed"] == "2025-07"
    assert row["missed_low"] <= row["missed"] <= row["missed_high"]
    kept = lines(told.plan).set_index("indicator")
    assert (kept.loc["peak_3", "n"], kept.loc["peak_3", "of"]) == (205, 400)
    gk.write_plan(told.plan, tmp_path / "plan.gpkg")
    assert len(geopackage.read(tmp_path / "plan.gpkg").records["lasting_months"]) == 12
    three = gk.survival(lives(), hours=hours(100, 60, 30), target=10, asof="2025-12-31")
    assert three.facts["hours"][0]["why"] == "few_months"


@pytest.mark.filterwarnings("ignore")
def test_sources_are_told_apart_and_together():
    both = pd.concat([hours(10, 20, 30), hours(5, 5, 5, source="下沉干部")])
    rows = gk.survival(lives(), hours=both, asof="2025-12-31").facts["hours"]
    assert [(row["source"], row["peak"]) for row in rows] == [("all", 35), ("下沉干部", 5), ("志愿者", 30)]


def test_what_cannot_be_is_refused_in_a_line():
    with pytest.raises(UsageError, match="target"):
        gk.survival(lives(), target=0)
    with pytest.raises(UsageError, match="no day"):
        gk.survival(lives(), asof="soon")
    with pytest.raises(TableError, match="first"):
        gk.survival(pd.DataFrame({"a": [1], "b": [2]}))


def test_an_end_still_to_come_does_not_move_the_day_that_is_counted_to():
    later = str((pd.Timestamp.now() + pd.Timedelta(days=300)).date())
    lives = pd.DataFrame({"首月": ["2025-01"] * 12, "末月": ["2025-06"] * 10 + [later, None]})
    assert gk.survival(lives).facts["asof"] == "2025-06-01"
