"""Orders that several departments handle, every answer by hand, and real logs whole."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridkit.measure.response.orders import by_departments, departments, log, summed, told

REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def at(hour):
    return pd.Timestamp("2026-03-01") + pd.Timedelta(hours=hour)


STEPS = pd.DataFrame(
    [
        ("a", at(0), "road", "dispatched", None),
        ("a", at(1), "water", "returned", None),
        ("a", at(2), "road", "closed", at(10)),
        ("b", at(0), "road", "closed", at(4)),
        ("b", at(6), "road", "reopened", None),
        ("c", at(0), "water;housing", "closed", at(20)),
        ("d", at(0), None, "open", None),
        (None, at(0), "road", "open", None),
    ],
    columns=["order", "time", "department", "status", "closed"],
).astype({"closed": "datetime64[ns]", "time": "datetime64[ns]"})


def test_rows_of_a_number_are_one_order_and_rows_without_one_stay_apart():
    orders = log(STEPS).orders
    assert len(orders) == 5
    assert orders.loc["a", "chain"] == ("road", "water", "road")
    assert orders["departments"].to_dict() == {"a": 2, "b": 1, "c": 2, "d": 0, "?7": 1}
    assert orders["hours"].dropna().to_dict() == {"a": 10, "b": 4, "c": 20}


def test_hands_returns_and_reopenings_are_counted():
    found = log(STEPS)
    assert found.hands.to_numpy().tolist() == [["road", "water", 1], ["water", "road", 1]]
    everyone = summed(found.orders).iloc[0]
    assert (everyone["returned_rate_n"], everyone["returned_rate_of"]) == (1, 4)
    # What two departments of one cell handle together is nothing that one handed on.
    assert (everyone["transferred_rate_n"], everyone["several_rate_n"]) == (1, 2)
    assert (everyone["reopened_rate_n"], everyone["reopened_rate_of"]) == (1, 3)


@pytest.mark.parametrize(
    ("cells", "pairs", "back"),
    [
        (["a;b"], [], 0),
        (["a", "a;b"], [], 0),
        (["a", "a;b", "b"], [], 0),
        (["a;b", "c"], [["a", "c", 1], ["b", "c", 1]], 0),
        (["a;b", "b;a", "c", "a"], [["a", "c", 1], ["b", "c", 1], ["c", "a", 1]], 1),
        (["a → b"], [["a", "b", 1]], 0),
        (["a->a; b->b"], [], 0),
        (["a→b; a→c"], [["a", "b", 1], ["a", "c", 1]], 0),
        (["a、d→b", "a"], [["a", "b", 1], ["b", "a", 1], ["d", "b", 1]], 1),
    ],
)
def test_who_is_asked_to_help_takes_nothing_over(cells, pairs, back):
    steps = pd.DataFrame({"order": "x", "time": [at(k) for k in range(len(cells))], "department": cells})
    found = log(steps)
    assert found.hands.to_numpy().tolist() == pairs
    everyone = summed(found.orders).iloc[0]
    assert everyone["transferred_rate_n"] == bool(pairs)
    assert everyone["returned_rate_n"] == back


@pytest.mark.parametrize(("cells", "stayed"), [(["a", "a", "b"], 1), (["a→a; b→b"], 2), (["a;b", "b;a", "b"], 1)])
def test_what_stays_with_the_same_departments_hands_on_nothing_and_is_counted(cells, stayed):
    steps = pd.DataFrame({"order": "x", "time": [at(k) for k in range(len(cells))], "department": cells})
    assert log(steps).stayed == stayed


def test_hours_are_told_by_the_number_of_departments():
    table = by_departments(log(STEPS).orders)
    assert table["orders"].to_dict() == {"1": 2, "2": 2}
    assert table["median_hours"].to_dict() == {"1": 4, "2": 15}
    many = pd.DataFrame({"department": ["a;b;c;d;e", "a;b;c;d"]})
    assert by_departments(log(many).orders).index.tolist() == ["4+"]


def test_solved_and_satisfied_are_of_those_the_call_back_reached():
    rows = pd.DataFrame(
        {
            "department": "x",
            "reached": ["是", "是", "是", "否", None],
            "solved": ["已解决", "未解决", "", "已解决", "已解决"],
            "satisfied": ["满意", "不满意", "不满意", "满意", None],
        }
    )
    everyone = summed(log(rows).orders).iloc[0]
    assert (everyone["reached_rate_n"], everyone["reached_rate_of"]) == (3, 4)
    assert (everyone["solved_rate_n"], everyone["solved_rate_of"]) == (1, 2)
    assert (everyone["satisfied_rate_n"], everyone["satisfied_rate_of"]) == (1, 3)
    bare = summed(log(rows.drop(columns="reached")).orders).iloc[0]
    assert (bare["solved_rate_n"], bare["solved_rate_of"]) == (3, 4)


def test_what_nobody_wrote_down_has_no_rate():
    everyone = summed(log(pd.DataFrame({"department": ["x", "y"]})).orders).iloc[0]
    for name in ("solved_rate", "satisfied_rate", "response_rate", "reopened_rate", "median_hours"):
        assert np.isnan(everyone[name])


def test_a_time_turned_round_is_no_duration_and_is_counted():
    rows = pd.DataFrame({"time": [at(5)], "closed": [at(1)], "department": ["x"]})
    orders = log(rows).orders
    assert np.isnan(orders["hours"].iloc[0])
    assert orders["reversed"].sum() == 1


@pytest.mark.parametrize(
    ("cell", "names"),
    [("城管局、住建局", ("城管局", "住建局")), ("a; b;a", ("a", "b")), ("", ()), (None, ()), (float("nan"), ())],
)
def test_a_cell_may_name_several_departments(cell, names):
    assert departments(cell) == names


def test_a_cell_that_says_neither_is_unknown():
    assert told(pd.Series(["基本满意", "No", "也许"])).tolist()[:2] == [1, 0]
    assert np.isnan(told(pd.Series(["也许"]))[0])


def test_baltimore_is_what_its_office_published():
    path = REAL / "baltimore-311" / "baltimore_311_sample.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there: Baltimore's orders NOT checked")
    raw = pd.read_csv(path)
    day = {"format": "%m/%d/%Y %I:%M:%S %p"}
    rows = pd.DataFrame(
        {
            "order": raw["SRRecordID"],
            "time": pd.to_datetime(raw["CreatedDate"], **day),
            "closed": pd.to_datetime(raw["CloseDate"], **day),
            "department": raw["Agency"],
        }
    )
    orders = log(rows).orders
    assert (len(orders), int(orders["closed"].sum())) == (6648, 6501)
    by = summed(orders, orders["first"])
    assert by.loc[["Solid Waste", "Transportation", "Housing"], "median_hours"].round(2).tolist() == [
        25.79,
        21.38,
        72.33,
    ]
    assert by.loc["Water Wastewater", ["orders", "timed"]].tolist() == [560, 527]
