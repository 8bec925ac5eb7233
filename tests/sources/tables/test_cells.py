"""Cells mean what people mean by them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.tables import cells


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("1,234,567", 1_234_567),
        ("１，２３４", 1234),
        ("-3.5", -3.5),
        ("12,5", 12.5),
        ("1.2E+05", 120_000),
        ("45%", 0.45),
        ("80 户", 80),
        ("　７　", 7),
        (".5", 0.5),
    ],
)
def test_numbers_as_people_write_them(cell, value):
    assert cells.number(cell) == pytest.approx(value)


@pytest.mark.parametrize("cell", ["abc", "12a", "1,23,4", "12 34x", "2026-03-05", "1.2.3"])
def test_what_is_no_number_is_none(cell):
    assert cells.number(cell) is None


@given(st.integers(-(10**11), 10**11))
def test_a_number_with_commas_is_the_number(value):
    assert cells.number(f"{value:,}") == value


def test_a_bad_cell_is_named_by_column_and_row():
    with pytest.raises(
        TableError, match=r"households\.csv: column '户数' holds 'many', which are no numbers, in rows \[1\]"
    ):
        cells.numbers(pd.Series(["12", "many", ""], name="户数"), where="households.csv")


def test_blanks_are_missing_numbers():
    read = cells.numbers(pd.Series(["12", "—", "无", None, "N/A"]))
    assert read.isna().tolist() == [False, True, True, True, True]


def test_codes_keep_their_zeros_and_lose_excels_decimals():
    read = cells.codes(pd.Series(["007", "320508001.0", "3.20508001E+8", "３２０５", None]))
    assert read.iloc[:4].tolist() == ["007", "320508001", "320508001", "3205"]
    assert pd.isna(read.iloc[4])


def test_codes_that_lost_digits_are_named_by_row():
    with pytest.raises(TableError, match=r"3\.20508E\+11: the last digits of these codes are lost, in rows \[1\]"):
        cells.codes(pd.Series(["320508001002", "3.20508E+11"], name="编码"))


@given(st.integers(10**5, 10**15))
def test_a_code_excel_wrote_in_full_comes_back(code):
    digits = str(code)
    mantissa = f"{digits[0]}.{digits[1:]}"
    assert cells.code(f"{mantissa}E+{len(digits) - 1}") == digits


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2"], "int64"),
        (["1", ""], "float64"),
        (["1.5", "2"], "float64"),
        (["1", "x"], "str"),
        (["01", "02"], "str"),
        (["320508001002", "320508001003"], "str"),
    ],
)
def test_columns_get_the_kind_all_their_cells_have(values, kind):
    assert str(cells.typed(pd.Series(values, name="value", dtype="str")).dtype) in (
        kind,
        "object" if kind == "str" else kind,
    )


def test_a_column_called_a_code_is_text():
    assert cells.typed(pd.Series(["12", "13"], name="社区编码", dtype="str")).tolist() == ["12", "13"]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05 14:30:00",
        "2026-03-05T14:30:00",
        "2026/3/5 14:30",
        "2026年3月5日 14:30",
        "2026年3月5日14时30分",
        "２０２６－０３－０５　１４：３０",
        "05/03/2026 14:30",
        "46086.604166666664",
        "20260305143000",
        "2026-03-05T14:30:00+00:00",
    ],
)
def test_times_as_people_and_excel_write_them(cell):
    assert cells.times(pd.Series([cell, None], name="time")).tolist()[0] == pd.Timestamp("2026-03-05 14:30")


def test_day_and_month_are_told_apart_by_the_whole_column():
    read = cells.times(pd.Series(["05/03/2026", "13/03/2026"], name="date"))
    assert read.dt.month.tolist() == [3, 3]
    read = cells.times(pd.Series(["05/03/2026", "05/13/2026"], name="date"))
    assert read.dt.month.tolist() == [5, 5]


@pytest.mark.parametrize(
    ("clock", "at"), [("1605", "16:05"), ("905", "09:05"), ("16:05", "16:05"), ("9999", "00:00"), ("", "00:00")]
)
def test_a_time_of_day_in_its_own_column_is_added(clock, at):
    read = cells.times(pd.Series(["2026/03/05 00:00:00"], name="date"), pd.Series([clock], name="hour"))
    assert read.iloc[0] == pd.Timestamp(f"2026-03-05 {at}")


def test_what_is_no_time_is_named_by_row():
    with pytest.raises(TableError, match=r"column 'time' holds 'yesterday', which are no times, in rows \[1\]"):
        cells.times(pd.Series(["2026-03-05", "yesterday"], name="time"))


def test_times_of_another_age_are_refused():
    with pytest.raises(TableError, match="outside the years 1900 to"):
        cells.times(pd.Series(["1026-03-05", "2026-03-05"], name="time"))


@given(
    st.datetimes(
        min_value=pd.Timestamp("1990-01-01").to_pydatetime(), max_value=pd.Timestamp("2040-01-01").to_pydatetime()
    )
)
def test_iso_times_come_back_to_the_second(moment):
    moment = moment.replace(microsecond=0)
    assert cells.times(pd.Series([moment.isoformat(sep=" ")], name="t")).iloc[0] == pd.Timestamp(moment)
