"""Cells mean what people mean by them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.tables import cells
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT


def typed(name, values):
    return tables.typed(pd.DataFrame({name: pd.Series(values, dtype=TEXT)}))[0][name]


def test_codes_keep_their_zeros_and_lose_excels_decimals():
    read = cells.codes(pd.Series(["007", "320508001.0", "3.20508001E+8", "３２０５", None]))
    assert read.iloc[:4].tolist() == ["007", "320508001", "320508001", "3205"]
    assert pd.isna(read.iloc[4])


@pytest.mark.parametrize("name", ["ริมน้ำเก่า", "ນ້ຳງື່ມ", "น้ำ"])
def test_names_in_thai_and_lao_stay_as_they_were_typed(name):
    assert cells.plains(pa.array([f"{name}　１"])).to_pylist() == [f"{name} 1"]


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


@pytest.mark.parametrize("composes", [True, False])
def test_an_accent_written_apart_belongs_to_its_letter_whatever_pyarrow(composes, monkeypatch):
    if composes and not cells._composes():
        pytest.skip("this pyarrow cannot")
    monkeypatch.setattr(cells, "_composes", lambda: composes)
    apart = pd.Series(["sem informac\u0327a\u0303o", "Ma\u0308rz", "３２０５", None], dtype=TEXT)
    each = cells.plains(pa.array(apart, type=pa.string(), from_pandas=True))
    assert each.to_pylist() == ["sem informação", "März", "3205", None]


def test_digits_of_other_scripts_are_western_ones_and_their_marks_stay_marks():
    read = cells.plains(pa.array(["١٢٬٣٤٥", "३२०५", "٣٫٥", "１２"]))
    assert read.to_pylist() == ["12'345", "3205", "3.5", "12"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [("'007", "007"), ("12.0", "12"), ("n/a", None), ("1.5E+3", None), ("1.234E+3", "1234"), ("A-1", "A-1")],
)
def test_one_code_as_a_spreadsheet_leaves_it(cell, code):
    assert cells.code(cell) == code


def test_a_long_column_in_which_hardly_any_text_stands_twice_is_read_alike():
    texts = pd.Series([f"case {number}" for number in range(20_000)] + [None], dtype=TEXT)
    found = cells.distinct(texts)
    assert found.spread(np.arange(len(found.texts)), -1).tolist() == [*range(20_000), -1]
    assert found.texts[7].as_py() == "case 7"


def test_nothing_in_a_cell_is_known_in_numbers_and_texts_alike():
    assert cells.blanks(pd.Series([1.0, None])).tolist() == [False, True]
    assert cells.blanks(pd.Series(["x", " n/a ", None], dtype=TEXT)).tolist() == [False, True, True]
    assert cells.blanks(pd.Series(["x", 5, None], dtype=object)).tolist() == [False, False, True]
