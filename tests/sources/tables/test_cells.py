"""Cells mean what people mean by them."""

from __future__ import annotations

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
