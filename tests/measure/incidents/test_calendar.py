"""When incidents happen."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.measure.incidents.calendar import by_rhythm, has_hours, has_year


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts), format="mixed"))


def test_rhythms_count_every_time_once():
    times = days("2024-01-01 00:00", "2024-02-29 23:59", None)
    for rhythm, steps in (("hours", 24), ("weekdays", 7), ("months", 12)):
        table = by_rhythm(times, rhythm, pd.Series(["a", "b", "a"]))
        assert len(table) == steps
        assert table["count"].sum() == 2
        assert (table["a"].sum(), table["b"].sum()) == (1, 1)


def test_dates_name_no_hours_and_a_season_no_year():
    assert not has_hours(days("2024-01-01", "2024-05-01"))
    assert has_hours(days("2024-01-01", "2024-05-01 10:00"))
    assert not has_year(days("2024-01-01", "2024-05-01"))
    assert has_year(days("2024-01-01", "2024-12-30"))


@pytest.mark.parametrize(("rhythm", "first", "last"), [("hours", 0, 23), ("weekdays", 1, 7), ("months", 1, 12)])
def test_every_step_is_listed_and_each_end_counts_at_its_own(rhythm, first, last):
    # 1 January 2024 was a Monday, 31 December 2023 a Sunday.
    table = by_rhythm(days("2024-01-01 00:30", "2023-12-31 23:30"), rhythm)
    assert (table.index[0], table.index[-1], table.index.name) == (first, last, rhythm[:-1])
    assert table["count"].to_dict() == dict.fromkeys(range(first, last + 1), 0) | {first: 1, last: 1}


def test_incidents_without_a_class_are_counted_in_a_column_of_their_own():
    table = by_rhythm(days("2024-01-01", "2024-01-02"), "weekdays", pd.Series(["noise", None]))
    assert table.loc[[1, 2], ["count", "noise", ""]].to_numpy().tolist() == [[1, 1, 0], [1, 0, 1]]


def test_of_no_times_at_all_there_are_neither_hours_nor_a_year():
    none = days().astype("datetime64[ns]")
    assert not has_hours(none)
    assert not has_year(none)
    assert by_rhythm(none, "hours")["count"].tolist() == [0] * 24


def test_ten_months_are_enough_of_a_year():
    assert not has_year(days("2024-01-01", "2024-10-26"))
    assert has_year(days("2024-01-01", "2024-10-27", None))
