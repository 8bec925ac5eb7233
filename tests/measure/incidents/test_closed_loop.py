"""The closed loop: rates with their denominators."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.catalog.definitions import STATES, layers
from gridkit.measure.incidents.closed_loop import (
    UNKNOWN,
    bottleneck,
    closed_loop,
    due,
    judged,
    rates,
    started,
    states,
    steps,
)

HOTLINE = layers()["hotline-12345"]
NOW = pd.Timestamp("2024-03-01")


def table(**columns):
    frame = pd.DataFrame(columns)
    for name in ("time", "due", *STATES):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame.rename_axis("incident_id")


def test_words_of_both_languages_become_states():
    said = ["Closed", "已结案", "办 结", "in progress", "退件", None, "???"]
    assert states(table(status=said), HOTLINE).tolist() == [
        "closed", "closed", "closed", "handled", "returned", UNKNOWN, UNKNOWN,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Closed (Duplicate)", "closed"),
        ("Closed (Transferred)", "closed"),
        ("Closed - no action", "closed"),
        ("已办结（转办）", "closed"),
        ("New (Duplicate)", "reported"),
        ("In-Progress", "handled"),
        ("in_progress", "handled"),
        ("Cancelled by caller", UNKNOWN),
        ("Canceled", "void"),
        ("作废", "void"),
        ("退回重办", "returned"),
        ("Reopened", "returned"),
        ("已归档", "closed"),
        ("Concluído", "closed"),
        ("Закрыта", "closed"),
        ("Not closed", UNKNOWN),
        ("Resolved", "closed"),
        ("Won\u2019t Fix", "void"),
        ("Waiting for customer", "suspended"),
        ("Closed Incomplete", "closed"),
        ("Unable to fix", "closed"),
        ("Referred Out", "dispatched"),
        ("超期办结", "closed"),
        ("未办结", "handled"),
        ("直接答复", "closed"),
        ("不满意重办", "returned"),
        ("重复工单", "void"),
        ("核查不通过", "returned"),
        ("In Bearbeitung", "handled"),
        ("Решено", "closed"),
        ("未解决", UNKNOWN),
    ],
)
def test_statuses_of_real_systems_become_states(status, state):
    assert states(table(status=[status]), HOTLINE).tolist() == [state]


def test_a_time_of_closing_beats_a_status_that_nobody_knows_and_no_other():
    events = table(status=["???", "???", "挂起"], closed=["2024-01-05", None, "2024-01-05"])
    assert states(events, HOTLINE).tolist() == ["closed", UNKNOWN, "suspended"]


def test_statuses_that_nobody_knows_are_listed_with_their_counts():
    events = table(time=["2024-01-01"] * 5, status=["???", "closed", "Zzz", "???", None])
    _, facts, _ = closed_loop(events, pd.Series([None] * 5, dtype=object), HOTLINE, NOW)
    assert facts["unknown_statuses"] == {"???": 2, "Zzz": 1}
    assert facts["unknown_status"] == 4


def test_every_denominator_of_a_world_of_ten_orders():
    # Ten rows. Void: j. Suspended: i, not due. Without a limit: h. Not due yet: g (open), f (closed, in time).
    # Due by now: a, b, c, d, e. Closed of these: a (in time), b (late), c (nobody knows when). Open: d, e.
    events = table(
        status=["closed", "closed", "closed", "open", "open", "closed", "open", "closed", "suspended", "void"],
        time=["2024-01-01"] * 10,
        due=["2024-02-01"] * 5 + ["2024-04-01"] * 2 + [None] + ["2024-02-01"] * 2,
        closed=["2024-01-20", "2024-02-20", None, None, None, "2024-02-20", None, "2024-02-20", None, None],
    )
    _, facts, _ = closed_loop(events, pd.Series([None] * 10, dtype=object), layers()["incidents"], NOW)
    assert [facts[name] for name in ("reported", "orders", "void", "suspended")] == [10, 9, 1, 1]
    assert [facts[name] for name in ("closed", "due", "due_closed", "due_untimed", "on_time")] == [5, 5, 3, 1, 1]
    assert [facts[name] for name in ("closed_limited", "closed_in_time", "overdue", "without_limit")] == [3, 2, 2, 1]
    assert facts["closure_rate"] == pytest.approx(5 / 9)
    assert facts["due_closure_rate"] == pytest.approx(3 / 5)
    assert facts["on_time_rate"] == pytest.approx(1 / 4)  # of the five due, one was closed nobody knows when
    assert facts["on_time_of_closed"] == pytest.approx(2 / 3)


def test_orders_without_a_limit_are_in_no_rate_on_time():
    events = table(time=["2024-01-01"] * 2, status=["closed", "open"], closed=["2024-01-05", None])
    _, facts, _ = closed_loop(events, pd.Series([None] * 2, dtype=object), layers()["incidents"], NOW)
    assert facts["closure_rate"] == 0.5
    assert facts["due"] == 0
    assert facts["on_time_rate"] is None
    assert facts["without_value"]["on_time_rate"] == "no order with a limit is due by now"


def test_the_311_orders_of_baltimore_have_their_published_rates(real_data):
    columns = {"SRStatus": "status", "CreatedDate": "time", "DueDate": "due", "CloseDate": "closed"}
    rows = pd.read_csv(real_data / "baltimore-311" / "baltimore_311_sample.csv", usecols=list(columns))
    events = rows.rename(columns=columns)
    events[["time", "due", "closed"]] = events[["time", "due", "closed"]].apply(
        pd.to_datetime, format="%m/%d/%Y %I:%M:%S %p"
    )
    nowhere = pd.Series(None, index=events.index, dtype=object)
    _, facts, _ = closed_loop(events, nowhere, layers()["incidents"], pd.Timestamp("2019-02-13 16:18:53"))
    assert [facts[name] for name in ("reported", "orders", "closed")] == [6648, 6648, 6501]
    assert [facts[name] for name in ("due", "due_closed", "on_time")] == [6422, 6325, 5303]
    assert [facts[name] for name in ("closed_limited", "closed_in_time")] == [6354, 5332]
    assert facts["unknown_statuses"] == {}


def test_without_a_status_the_last_step_with_a_time_is_the_state():
    events = table(
        time=["2024-01-01"] * 3, accepted=["2024-01-02", "2024-01-02", None], closed=["2024-01-05", None, None]
    )
    assert states(events, HOTLINE).tolist() == ["closed", "accepted", UNKNOWN]


def test_the_limits_of_the_source_go_before_the_days_of_the_definition_and_a_row_without_one_has_none():
    events = table(time=["2024-01-01", "2024-01-01"], due=["2024-01-03", None])
    assert due(events, HOTLINE).isna().tolist() == [False, True]
    assert due(events, HOTLINE)[0] == pd.Timestamp("2024-01-03")
    without = table(time=["2024-01-01", "2024-01-01"], due=[None, None])
    assert due(without, HOTLINE).tolist() == [pd.Timestamp("2024-01-08")] * 2
    assert judged(events, HOTLINE, pd.Timestamp("2025-01-01"))["due"].tolist() == [True, False]


def test_the_rates_of_tianmen():
    # 972 due to be closed, 911 closed, of which 737 on time: 93.72 % and 75.82 %.
    events = table(
        time=["2024-01-01"] * 980,
        status=["closed"] * 911 + ["handled"] * 61 + ["void"] * 5 + ["suspended"] * 3,
        closed=["2024-01-05"] * 737 + ["2024-01-20"] * 174 + [None] * 69,
    )
    everyone = rates(judged(events, HOTLINE, NOW)).loc["all"]
    assert everyone["due"] == 972
    assert round(100 * everyone["due_closure_rate"], 2) == 93.72
    assert round(100 * everyone["on_time_rate"], 2) == 75.82
    assert everyone["overdue"] == 61


def test_what_is_not_yet_due_is_not_held_against_anyone():
    events = table(time=["2024-02-28", "2024-01-01"], status=["handled", "handled"])
    flags = judged(events, HOTLINE, NOW)
    assert flags["due"].tolist() == [False, True]
    assert flags["overdue"].tolist() == [False, True]
    assert flags["days_over"].tolist()[1] == 53


def test_a_rate_on_nothing_is_null_and_not_nought():
    nothing = judged(table(time=["2024-02-28"], status=["handled"]), HOTLINE, NOW)
    assert rates(nothing)["on_time_rate"].isna().all()
    assert rates(nothing).loc["all", "closure_rate"] == 0
    undated = judged(table(time=["2024-01-01"], status=["closed"]), HOTLINE, NOW)
    assert rates(undated).loc["all", "closure_rate"] == 1
    assert rates(undated)["on_time_rate"].isna().all()


def test_steps_are_timed_from_the_step_before_and_slips_are_told():
    events = table(
        time=["2024-01-01 00:00"] * 4,
        accepted=["2024-01-01 02:00", "2024-01-01 04:00", None, "2023-12-31 20:00"],
        closed=["2024-01-02 02:00", None, None, None],
    )
    found = steps(events).set_index("step")
    assert found.loc["accepted", ["count", "median_hours", "reversed"]].tolist() == [2, 3.0, 1]
    assert found.loc["closed", ["after", "count", "median_hours"]].tolist() == ["accepted", 1, 24.0]


def test_the_bottleneck_is_where_most_time_goes_and_not_the_slowest_of_two():
    rows = pd.DataFrame(
        {"group": "all", "step": ["a", "b", "c"], "count": [2, 50, 40], "median_hours": [900.0, 20.0, 30.0]}
    )
    assert bottleneck(rows)["step"] == "c"
    assert bottleneck(rows[:1]) is None


def test_who_started_it():
    assert started(table(origin=["居民上报", "Hotline", "巡查", None]), HOTLINE).tolist() == [
        "resident", "resident", "administration", UNKNOWN,
    ]  # fmt: skip
    assert started(table(time=["2024-01-01"]), HOTLINE) is None


def test_all_together_per_grid_and_department():
    events = table(
        time=["2024-01-01"] * 12,
        status=["closed"] * 6 + ["handled"] * 6,
        closed=["2024-01-03"] * 6 + [None] * 6,
        department=["roads"] * 8 + ["water"] * 4,
    )
    grid = pd.Series(["g1"] * 6 + ["g2"] * 5 + [None], index=events.index, dtype=object)
    tables, facts, per_grid = closed_loop(events, grid, HOTLINE, NOW)
    assert facts["closure_rate"] == 0.5
    assert facts["orders"] == facts["due"] == 12
    assert per_grid["closure_rate"].tolist() == [1.0, 0.0]
    assert per_grid["due"].tolist() == [6, 5]
    assert tables["departments"].loc["water", "closure_rate"] == 0
    assert len(tables["overdue"]) == 6
    assert tables["states"]["count"].to_dict() == {"handled": 6, "closed": 6}
    assert facts["bottleneck_department"]["group"] == "roads"


def test_without_now_the_last_moment_in_the_data_is_taken():
    events = table(time=["2024-01-01", "2024-01-20"], status=["handled", "handled"])
    _, facts, _ = closed_loop(events, pd.Series([None, None], dtype=object), HOTLINE, None)
    assert facts["as_of"] == "2024-01-20T00:00:00"
    assert facts["overdue"] == 1
    assert facts["closure_rate"] == pytest.approx(0)
