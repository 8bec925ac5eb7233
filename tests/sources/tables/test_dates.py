"""Times mean what people mean by them, however they write them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.reading import Reading
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


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-3-15 中午11点半", "2024-03-15 11:30"),
        ("2024-3-15 中午12:30", "2024-03-15 12:30"),
        ("2024-3-15 夜间1点", "2024-03-15 01:00"),
        ("2024-3-15 深夜11点", "2024-03-15 23:00"),
        ("2024年3月15日晚8点", "2024-03-15 20:00"),
        ("2024年3月15日早8点", "2024-03-15 08:00"),
        ("2024、3、15", "2024-03-15"),
        ("R6.3.15", "2024-03-15"),
        ("H31/4/15", "2019-04-15"),
        ("Fri, 15 Mar 2024 01:30:00 GMT", "2024-03-15 01:30"),
        ("Fri Mar 15 2024 09:30:00 GMT+0800 (China Standard Time)", "2024-03-15 09:30"),
        ("Fri Mar 15 2024 09:30:00 GMT+0800 (中国标准时间)", "2024-03-15 09:30"),
        ("/Date(1710466200000)/", "2024-03-15 01:30"),
        ("15-MAR-24 09.30.00.000000 PM", "2024-03-15 21:30"),
        ("15/3/2024 9.30pm", "2024-03-15 21:30"),
        ("03/15/2024 0930 hrs", "2024-03-15 09:30"),
        ("3/15/2024 12:00 noon", "2024-03-15 12:00"),
        ("12/15/24 @ 11:40 PM", "2024-12-15 23:40"),
        ("2024 - 03 - 15 09 : 30", "2024-03-15 09:30"),
        ("15.3.2024 klo 9.30", "2024-03-15 09:30"),
    ],
)
def test_a_time_is_read_as_its_country_or_program_writes_it(cell: str, moment: str) -> None:
    assert dates.read(pd.Series([cell], name="time")).tolist() == [pd.Timestamp(moment)]


@pytest.mark.parametrize("cell", ["2024-3-15 晚上12点", "2024-3-15 晚上1点", "2024-3-15 半夜12点"])
def test_an_hour_that_may_be_of_the_next_day_is_not_guessed(cell: str) -> None:
    with pytest.raises(TableError, match="no times"):
        dates.read(pd.Series([cell], name="time"))


@pytest.mark.parametrize("never", ["0000-00-00 00:00:00", "1900-01-00", "1900/1/0", "9999-12-31"])
def test_what_databases_write_for_no_date_is_none_and_said(never: str) -> None:
    read = dates.read(pd.Series([never, "2024-03-15"], name="closed"))
    assert read.isna().tolist() == [True, False]
    assert "stands for no date" in str(read.attrs["notes"][0])


def test_days_that_a_mac_counted_are_read_as_said_and_the_way_is_named() -> None:
    column = pd.Series([43_894.5, 43_895.0], name="time").astype("str")
    plainly = dates.read(column)
    assert plainly.tolist() == [pd.Timestamp("2020-03-04 12:00"), pd.Timestamp("2020-03-05")]
    assert "dates='1904'" in str(plainly.attrs["notes"][0])
    said = dates.read(column, reading=Reading(dates="1904"))
    assert said.tolist() == [pd.Timestamp("2024-03-05 12:00"), pd.Timestamp("2024-03-06")]
    assert dates.read(pd.Series(["25/03/2024"], name="time"), reading=Reading(dates="1904")).dt.day.tolist() == [25]


@pytest.mark.parametrize("bad", ["soon", "1026-03-05", "2026-02-30", "31/13/2026"])
def test_a_cell_that_is_no_date_is_not_known_where_the_others_are(bad: str) -> None:
    column = pd.Series(["2026-03-05", bad, None, "2026-03-07"], index=[1, 2, 3, 4], name="since")
    read = dates.known(column)
    assert read.dropna().tolist() == [pd.Timestamp("2026-03-05"), pd.Timestamp("2026-03-07")]
    assert read.attrs["unread"] == [2]
    assert f"column 'since': 1 cell, '{bad}' in row 2, is no date and not known" in str(read.attrs["notes"][0])


def test_a_column_that_holds_other_things_than_dates_is_refused_all_the_same() -> None:
    with pytest.raises(TableError, match="no times"):
        dates.known(pd.Series(["soon", "later", "2026-03-05"], name="since"))
    with pytest.raises(TableError, match="does not tell day from month"):
        dates.known(pd.Series(["05/03/2026", "06/03/2026", "07/03/2026", "soon"], name="since"))


def test_a_day_that_is_none_in_any_order_does_not_decide_the_order_of_the_others() -> None:
    read = dates.known(pd.Series(["05/03/2026", "13/03/2026", "31/02/2026"], name="since"))
    assert read.dt.month.tolist()[:2] == [3, 3]
    assert read.isna().tolist() == [False, False, True]


# ------------------------------------------------------------------ columns that are times already, and their zones
def test_times_of_a_zone_keep_their_clock_and_take_another_where_it_is_asked_for():
    values = pd.Series(pd.to_datetime(["2026-03-05 14:30", None]).tz_localize("Asia/Shanghai"), name="time")
    kept = dates.read(values)
    assert kept[0] == pd.Timestamp("2026-03-05 14:30")
    assert pd.isna(kept[1])
    moved = dates.read(values, reading=Reading(timezone="UTC"))
    assert moved[0] == pd.Timestamp("2026-03-05 06:30")
    assert "times put to the clock of UTC" in [str(note) for note in moved.attrs["notes"]]
    bare = pd.Series(pd.to_datetime(["2026-03-05 14:30"]), name="time")
    assert dates.read(bare).tolist() == bare.tolist()


def test_times_of_one_offset_keep_the_clock_they_are_written_in():
    values = pd.Series(["2026-03-05T14:30:00+08:00", "2026-07-05T14:30:00+08:00"], name="time")
    assert dates.read(values).dt.hour.tolist() == [14, 14]
    assert dates.read(values, reading=Reading(timezone="UTC")).dt.hour.tolist() == [6, 6]


def test_a_true_time_of_another_age_is_refused_whatever_few_may_be_unknown():
    values = pd.Series(np.array(["1026-03-05", "2026-03-05"], dtype="datetime64[s]"), name="time")
    with pytest.raises(TableError, match="outside the years 1900 to"):
        dates.known(values, few=5)


# ------------------------------------------------------------------ one column helps another
@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/05/2026", "05/03/2026"], "dmy"),
        (["05/13/2026", "05/03/2026"], "mdy"),
        (["05/03/2026"], None),
        (["2026-03-05"], None),
        (["13/05/2026", "05/13/2026"], None),
    ],
)
def test_a_column_tells_the_order_of_day_and_month_where_one_order_alone_fits(cells, order):
    assert dates.told_order(pd.Series(cells)) == order


def test_numbers_and_times_tell_no_order():
    assert dates.told_order(pd.Series([46086.5])) is None
    assert dates.told_order(pd.Series(pd.to_datetime(["2026-03-05"]))) is None


def test_a_column_that_leaves_the_order_open_takes_that_of_its_neighbours():
    told, open_ = pd.Series(["13/05/2026"]), pd.Series(["05/03/2026"])
    found = dates.readings({"opened": told, "closed": open_})
    assert (found["opened"].dates, found["closed"].dates) == (None, "dmy")
    against = dates.readings({"a": told, "b": pd.Series(["05/13/2026"]), "c": open_})
    assert against["c"].dates is None
    assert dates.readings({"closed": open_}) == {"closed": Reading()}
    asked = Reading(dates="mdy")
    assert dates.readings({"opened": told, "closed": open_}, asked) == {"opened": asked, "closed": asked}


@pytest.mark.parametrize(
    ("cells", "alone"),
    [
        (["14:30", "9:05", None], True),
        (["下午4点", "9时"], True),
        (["14:30", "2026-03-05 14:30"], False),
        (["1430", "0905"], False),  # figures without a mark may be anything
        ([1430, 905], False),
    ],
)
def test_a_column_of_times_of_day_alone_is_known(cells, alone):
    assert dates.only_clock(pd.Series(cells)) == alone


@pytest.mark.parametrize(
    ("cells", "months"),
    [
        (["2024-03", "2024-04"], True),
        (["Mar 2024"], True),
        (["2009-10", "2010-11", "2011-12"], False),  # years of schools
        ([2024.1, 2024.2], False),
        ([202403.0, 202404.0], True),
        ([None, ""], False),
        (["a long word about what happened in 2024-03"], False),
    ],
)
def test_a_column_of_months_is_known(cells, months):
    assert dates.of_months(pd.Series(cells)) == months


def test_a_month_without_a_day_among_dates_is_taken_as_of_its_first_and_said():
    read = dates.read(pd.Series(["2026-03-05", "2026-04"], name="date"))
    assert read.tolist() == [pd.Timestamp("2026-03-05"), pd.Timestamp("2026-04-01")]
    assert any("names the month and no day" in str(note) for note in read.attrs["notes"])


@pytest.mark.parametrize(
    ("years", "calendar"),
    [([1403, 1404], "Iranian"), ([2567, 2568], "Buddhist"), ([113, 112], "Republic"), ([5785], "Hebrew")],
)
def test_years_of_another_calendar_are_asked_about(years, calendar):
    assert calendar in str(dates.odd_years(pd.Series(years, name="year")))


def test_years_of_ours_and_figures_that_are_no_years_are_not_asked_about():
    assert dates.odd_years(pd.Series([2024, 2025])) is None
    assert dates.odd_years(pd.Series([113.5, 112.5])) is None


def test_dates_of_another_calendar_are_refused_with_one_in_ours():
    with pytest.raises(TableError, match="years of another calendar, Iranian"):
        dates.read(pd.Series(["1403/01/01", "1403/02/01"], name="date"))
