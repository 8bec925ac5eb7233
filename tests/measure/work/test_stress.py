"""What is left when those go who are lent."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.catalog.presets import presets
from gridkit.measure.work.gaps import between, surplus
from gridkit.measure.work.stress import falls_short, over_time, without_lent

WORK = presets()["cn-social"].workload
DAY = pd.Timestamp("2027-01-01")
HOURS = pd.Series({"a": 100.0, "b": 100.0}).rename_axis("grid_id")
POSTS = pd.DataFrame(
    {
        "staff_id": ["s1", "s2", "s3", "s4"],
        "grid_id": ["a", "a", "b", "b"],
        "role": ["full_time", "sunk_cadre", "full_time", "sunk_cadre"],
        "hours": [60.0, 60.0, 110.0, 50.0],
        "since": [None] * 4,
        "until": [None, pd.Timestamp("2027-03-31"), None, pd.Timestamp("2027-06-30")],
    }
)


def test_the_fit_steps_down_on_the_day_after_each_last_day():
    table = over_time(POSTS, HOURS, DAY)
    assert table.index.tolist() == ["2027-01-01", "2027-04-01", "2027-07-01"]
    assert table["available"].tolist() == [280.0, 220.0, 170.0]
    assert table["fit"].tolist() == pytest.approx([1.4, 1.1, 0.85])
    assert table["short"].tolist() == [0, 1, 1]


def test_each_grid_falls_short_on_a_day_of_its_own_or_never():
    assert falls_short(POSTS, HOURS, DAY).fillna("").tolist() == ["2027-04-01", ""]


def test_without_those_who_are_lent():
    assert without_lent(POSTS, HOURS.index, WORK).tolist() == [60.0, 110.0]


def test_neighbours_are_named_from_both_sides_of_a_border():
    gaps = surplus(pd.Series({"a": 60.0, "b": 160.0}), HOURS)
    pairs = pd.DataFrame({"grid_id": ["b"], "neighbour": ["a"]})
    assert between(gaps, pairs)[["grid_id", "neighbour", "could"]].to_dict("records") == [
        {"grid_id": "a", "neighbour": "b", "could": 40.0}
    ]
