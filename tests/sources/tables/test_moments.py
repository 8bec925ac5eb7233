"""One written moment: figures, serial days, seconds since 1970, months and clocks, each at its edges."""

import numpy as np
import pyarrow as pa
import pytest

from gridkit.sources.tables import moments


def at(ms):
    """Return moments as texts."""
    return np.datetime_as_string(moments.datetimes(np.asarray(ms, dtype=float)), unit="s").tolist()


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("45356.5", "2024-03-05T12:00:00"),  # Excel's days
        ("1709640000", "2024-03-05T12:00:00"),
        ("1709640000000", "2024-03-05T12:00:00"),
        ("1709640000000000", "2024-03-05T12:00:00"),
        ("1709640000000000000", "2024-03-05T12:00:00"),
        ("1.70964e+12", "2024-03-05T12:00:00"),
        ("17", "NaT"),
        ("five", "NaT"),
    ],
)
def test_numbers_of_machines(cell, right):
    ms, offset, _ = moments.of_machines(pa.array([cell]), "time", since_1904=False)
    assert at(ms) == [right]
    assert np.isnan(offset[0]) == (not cell.startswith("17096") and "e+" not in cell)  # since 1970 is in UTC


def test_a_mac_counted_from_1904():
    ms, _, notes = moments.of_machines(pa.array(["43894.5"]), "time", since_1904=True)
    assert at(ms) == ["2024-03-05T12:00:00"]
    assert "since 1904, as said" in str(notes[0])


def test_figures_that_are_a_day_and_an_hour_are_no_seconds_where_all_are_so():
    alone, _, notes = moments.of_machines(pa.array(["2024030514", "2024030515"]), "time", since_1904=False)
    assert np.isnan(alone).all()
    assert not notes
    beside, _, _ = moments.of_machines(pa.array(["2024030514", "1999999999"]), "time", since_1904=False)
    assert not np.isnan(beside).any()


@pytest.mark.parametrize(
    ("clock", "right"),
    [
        ("16:05", 16 * 3600 + 300), ("pm 4:05", 16 * 3600 + 300), ("4:05 pm", 16 * 3600 + 300), ("12:00 am", 0),
        ("12:30 pm", 12 * 3600 + 1800), ("24:00", 86_400), ("24:01", None), ("25:00", None), ("7:60", None),
    ],
)  # fmt: skip
def test_clocks(clock, right):
    ms = moments.clock_ms(moments.taken(pa.array([clock]), moments.ALONE))[0]
    assert (None if np.isnan(ms) else ms / 1000) == right


@pytest.mark.parametrize(
    ("cell", "year", "month", "marked"),
    [("2024-03", 2024, 3, True), ("3/2024", 2024, 3, True), ("202403", 2024, 3, False), ("113/03", 113, 3, True)],
)
def test_a_year_and_a_month(cell, year, month, marked):
    found = moments.monthly(pa.array([cell]))
    assert (found["a"][0], found["b"][0], not np.isnan(found["mark"][0])) == (year, month, marked)


def test_what_is_no_month_is_none():
    assert np.isnan(moments.monthly(pa.array(["202413", "2024-13", "1824-03"]))["a"]).all()


def test_no_day_is_no_moment():
    years, months, days = (np.array(each, dtype=float) for each in ([2024, 2023, 2567, 2024], [2, 2, 2, 13], [29] * 4))
    assert at(moments.milliseconds(years, months, days)) == [
        "2024-02-29T00:00:00", "NaT", "2024-02-29T00:00:00", "NaT"
    ]  # fmt: skip


def test_years_of_two_figures_are_of_this_century_up_to_next_year():
    turn = int(np.datetime64("now", "Y").astype(int)) + 1970 - 2000 + 1
    assert moments.full_years(np.array([turn, turn + 1, 2024.0])).tolist() == [2000 + turn, 1900 + turn + 1, 2024]


def test_far_beyond_any_year_is_no_moment():
    assert at([9e15, np.inf, np.nan, 0]) == ["NaT", "NaT", "NaT", "1970-01-01T00:00:00"]


def test_figures_without_marks_may_be_a_date():
    found = moments.taken(pa.array(["20240305", "20241305", "18240305"]), moments.PACKED)
    assert moments.likely(found).tolist() == [True, False, False]


def test_years_of_the_republic_and_of_the_buddha_are_said_and_the_first_put_into_ours():
    years, notes = moments.common_years(np.array([113.0, 2567.0, 2024.0, np.nan]), "month")
    assert np.array_equal(years, [2024, 2567, 2024, np.nan], equal_nan=True)
    assert [str(note).partition(": ")[2] for note in notes] == [
        "years counted from 1912",
        "years of the Buddhist calendar, 543 ahead",
    ]
    assert moments.common_years(np.array([2024.0]), "month")[1] == []


def test_an_offset_behind_a_time_is_read_in_minutes():
    found = moments.taken(pa.array(["20240305t120000+08:00", "20240305t120000"]), moments.PACKED)
    assert found["offset"][0] == 480
    assert np.isnan(found["offset"][1])
