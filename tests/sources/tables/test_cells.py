"""Cells mean what people mean by them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.tables import cells, quantities
from gridkit.sources.tables import read as tables


def typed(name, values):
    return tables.typed(pd.DataFrame({name: pd.Series(values, dtype="str")}))[0][name]


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
    assert quantities.number(cell) == pytest.approx(value)


@pytest.mark.parametrize("cell", ["abc", "12a", "1,23,4", "12 34x", "2026-03-05", "1.2.3"])
def test_what_is_no_number_is_none(cell):
    assert quantities.number(cell) is None


@given(st.integers(-(10**11), 10**11))
def test_a_number_with_commas_is_the_number(value):
    assert quantities.number(f"{value:,}") == value


def test_a_bad_cell_is_named_by_column_and_row():
    with pytest.raises(
        TableError, match=r"households\.csv: column '户数' holds 'many', which are no numbers, in rows \[1\]"
    ):
        quantities.read(pd.Series(["12", "many", ""], name="户数"), where="households.csv")


def test_blanks_are_missing_numbers():
    read = quantities.read(pd.Series(["12", "—", "无", None, "N/A"]))
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
    assert str(typed("value", values).dtype) in (
        kind,
        "object" if kind == "str" else kind,
    )


def test_a_column_called_a_code_is_text():
    assert typed("社区编码", ["12", "13"]).tolist() == ["12", "13"]
