"""The last days beside those before them."""

from __future__ import annotations

import pandas as pd

from gridkit.measure.incidents.recent import DAYS, recent

END = pd.Timestamp("2025-06-30 09:00")
GRIDS = pd.Index(["a", "b"], name="grid_id")


def events(grid, days_ago):
    return pd.DataFrame({"time": [END - pd.Timedelta(days=each) for each in days_ago], "grid_id": grid})


def test_each_grid_has_its_counts_and_one_without_an_event_has_none():
    table = recent(pd.concat([events("a", [0, 3, 3, 40, 59]), events("c", [70])]), GRIDS)
    assert table[["now", "before"]].to_numpy().tolist() == [[3, 2], [0, 0]]


def test_an_event_at_the_start_of_a_period_is_in_it_and_none_is_counted_twice():
    edge = events("a", [0, DAYS - 1, DAYS, 2 * DAYS - 1, 2 * DAYS, 200])
    assert recent(edge, GRIDS).loc["a", ["now", "before"]].tolist() == [2, 2]


def test_a_rise_that_chance_makes_is_none():
    few, many = events("a", [1, 2, 90]), events("a", [*[1] * 40, *[35] * 5, 90])
    assert recent(few, GRIDS).loc["a", "trend"] == "unclear"
    assert recent(many, GRIDS).loc["a", "trend"] == "up"


def test_less_than_both_periods_says_nothing_rather_than_that_everything_rose():
    assert recent(events("a", [0, 1, 50]), GRIDS) is None
    assert recent(events("a", []), GRIDS) is None
    assert recent(pd.DataFrame({"grid_id": ["a"]}), GRIDS) is None
