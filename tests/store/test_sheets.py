"""A table for a spreadsheet: text is never a formula, signs that no workbook may hold are gone, endings are known."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from gridkit.errors import OutputError, UsageError
from gridkit.store import sheets

TABLE = pd.DataFrame({"=name": ["=1+1", "Q\x01Road", None], "n": [1.5, float("nan"), -3.0]})


def test_a_csv_opens_in_excel_as_what_it_says(tmp_path):
    path = sheets.write(TABLE, tmp_path / "t.csv")
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").split("\r\n")[:2] == ["'=name,n", "'=1+1,1.5"]
    assert pd.read_csv(path)["n"].tolist()[2] == -3


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(tmp_path):
    sheet = openpyxl.load_workbook(sheets.write(TABLE, tmp_path / "t.XLSX")).active
    assert [[cell.value for cell in row] for row in sheet] == [
        ["=name", "n"],
        ["=1+1", 1.5],
        ["Q Road", None],
        [None, -3],
    ]
    assert {sheet["A1"].data_type, sheet["A2"].data_type} == {"s"}
    assert sheet["B2"].data_type == "n"
    assert sheet.freeze_panes == "A2"


def test_a_table_is_poured_to_standard_output(capfdbinary):
    assert str(sheets.write(TABLE, "-")) == "-"
    assert capfdbinary.readouterr().out.decode("utf-8-sig").splitlines()[0] == "'=name,n"


def test_another_ending_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx"):
        sheets.write(TABLE, tmp_path / "t.ods")
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(OutputError):
        sheets.write(TABLE, path)
    assert path.read_text() == "old"
    sheets.write(TABLE, path, overwrite=True)
    assert path.read_text(encoding="utf-8-sig").startswith("'=name")
