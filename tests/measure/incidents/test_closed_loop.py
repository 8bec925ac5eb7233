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


def test_without_a_status_the_last_step_with_a_time_is_the_state():
    events = table(
        time=["2024-01-01"] * 3, accepted=["2024-01-02", "2024-01-02", None], closed=["2024-01-05", None, None]
    )
    assert states(events, HOTLINE).tolist() == ["closed", "accepted", UNKNOWN]


def test_an_incidents_own_limit_goes_before_the_days_of_the_definition():
    events = table(time=["2024-01-01", "2024-01-01"], due=["2024-01-03", None])
    assert due(events, HOTLINE).tolist() == [pd.Timestamp("2024-01-03"), pd.Timestamp("2024-01-08")]


def test_the_rates_of_tianmen():
    # 972 due to be closed, 911 closed, of which 737 on time: 93.72 % and 75.82 %.
    events = table(
        time=["2024-01-01"] * 980,
        status=["closed"] * 911 + ["handled"] * 61 + ["void"] * 5 + ["suspended"] * 3,
        closed=["2024-01-05"] * 737 + ["2024-01-20"] * 174 + [None] * 69,
    )
    everyone = rates(judged(events, HOTLINE, NOW)).loc["all"]
    assert everyone["to_close"] == 972
    assert round(100 * everyone["closure_rate"], 2) == 93.72
    assert round(100 * everyone["on_time_rate"], 2) == 75.82
    assert everyone["overdue"] == 61


def test_what_is_not_yet_due_is_not_held_against_anyone():
    events = table(time=["2024-02-28", "2024-01-01"], status=["handled", "handled"])
    flags = judged(events, HOTLINE, NOW)
    assert flags["to_close"].tolist() == [False, True]
    assert flags["overdue"].tolist() == [False, True]
    assert flags["days_over"].tolist()[1] == 53


def test_a_rate_on_nothing_is_null_and_not_nought():
    nothing = judged(table(time=["2024-02-28"], status=["handled"]), HOTLINE, NOW)
    assert rates(nothing)["closure_rate"].isna().all()
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
    assert facts["to_close"] == 12
    assert per_grid["closure_rate"].tolist() == [1.0, 0.0]
    assert per_grid["to_close"].tolist() == [6, 5]
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
