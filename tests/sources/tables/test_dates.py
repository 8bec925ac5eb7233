"""Times mean what people mean by them, however they write them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.tables import dates


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05 14:30:00",
        "2026-03-05T14:30:00",
        "2026/3/5 14:30",
        "2026年3月5日 14:30",
        "2026年3月5日14时30分",
        "２０２６－０３－０５　１４：３０",
        "46086.604166666664",
        "20260305143000",
        "2026-03-05T14:30:00+00:00",
    ],
)
def test_times_as_people_and_excel_write_them(cell):
    assert dates.read(pd.Series([cell, None], name="time")).tolist()[0] == pd.Timestamp("2026-03-05 14:30")


def test_day_and_month_are_told_apart_by_the_whole_column():
    read = dates.read(pd.Series(["05/03/2026", "13/03/2026"], name="date"))
    assert read.dt.month.tolist() == [3, 3]
    read = dates.read(pd.Series(["05/03/2026", "05/13/2026"], name="date"))
    assert read.dt.month.tolist() == [5, 5]


@pytest.mark.parametrize(
    ("clock", "at"), [("1605", "16:05"), ("905", "09:05"), ("16:05", "16:05"), ("9999", "00:00"), ("", "00:00")]
)
def test_a_time_of_day_in_its_own_column_is_added(clock, at):
    read = dates.read(pd.Series(["2026/03/05 00:00:00"], name="date"), pd.Series([clock], name="hour"))
    assert read.iloc[0] == pd.Timestamp(f"2026-03-05 {at}")


def test_what_is_no_time_is_named_by_row():
    with pytest.raises(TableError, match=r"column 'time' holds 'yesterday', which are no times, in rows \[1\]"):
        dates.read(pd.Series(["2026-03-05", "yesterday"], name="time"))


def test_times_of_another_age_are_refused():
    with pytest.raises(TableError, match="outside the years 1900 to"):
        dates.read(pd.Series(["1026-03-05", "2026-03-05"], name="time"))


@given(
    st.datetimes(
        min_value=pd.Timestamp("1990-01-01").to_pydatetime(), max_value=pd.Timestamp("2040-01-01").to_pydatetime()
    )
)
def test_iso_times_come_back_to_the_second(moment):
    moment = moment.replace(microsecond=0)
    assert dates.read(pd.Series([moment.isoformat(sep=" ")], name="t")).iloc[0] == pd.Timestamp(moment)
