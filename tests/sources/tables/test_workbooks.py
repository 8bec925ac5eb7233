"""Sheets are read as a person sees them: merged cells filled, whole numbers whole, and what is missing named."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from gridkit.errors import LimitError, SourceError, TableError
from gridkit.sources.tables import workbooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from gridkit.sources.tables.rows import Raw

ROWS = [["code", "name", "people"], ["a1", "x", 5], ["a2", "y", 7]]


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def one(path: Path, rows: list[list[Any]], then: Callable[[Worksheet], object] = lambda _: None) -> Raw:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    then(made.active)
    made.save(path / "a.xlsx")
    return workbooks.read(path / "a.xlsx", None)


def cells(raw: Raw) -> list[list[str]]:
    return raw.cells.to_numpy().tolist()


def test_the_one_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", Empty=[], People=ROWS, Notes=[])
    assert workbooks.sheets(path) == ["Empty", "People", "Notes"]
    raw = workbooks.read(path, None)
    assert cells(raw) == [["code", "name", "people"], ["a1", "x", "5"], ["a2", "y", "7"]]
    assert "sheet 'People'" in str(raw.notes[0])
    assert raw.delimiter == ""


def test_several_filled_sheets_are_asked_about_and_one_is_read_by_name(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", People=ROWS, Old=ROWS[:2])
    with pytest.raises(TableError, match=r"there are 2 sheets: People, Old - name one, as in a\.xlsx:People"):
        workbooks.read(path, None)
    assert len(workbooks.read(path, "Old").cells) == 2


def test_a_sheet_that_is_not_there_is_named_with_the_nearest_or_with_all(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", People=ROWS, Old=ROWS)
    with pytest.raises(TableError, match="did you mean 'People'"):
        workbooks.read(path, "Peopel")
    with pytest.raises(TableError, match="its sheets are People, Old"):
        workbooks.read(path, "zzzzz")


def test_a_workbook_of_empty_sheets_has_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="there is nothing in it"):
        workbooks.read(book(tmp_path / "a.xlsx", A=[], B=[]), None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (1e15 - 1, "999999999999999"),
        (320508001002003001.0, "3.20508001002003E+17"),
        (True, "True"),
        ("007", "007"),
        (None, ""),
        (datetime(2026, 5, 1, 8, 30), "2026-05-01 08:30:00"),  # noqa: DTZ001 - sheets know no zones
        (date(2026, 5, 1), "2026-05-01"),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(tmp_path: Path, value: object, text: str) -> None:
    assert cells(one(tmp_path, [["code", "x"], ["a", value], ["b", 1]]))[1] == ["a", text]


def test_numbers_that_the_spreadsheet_rounded_are_counted(tmp_path: Path) -> None:
    raw = one(tmp_path, [["code", "x"], ["a", 320508001002003001], ["b", 320508001002003002], ["c", 5]])
    assert any("2 numbers of more than 15 digits" in str(note) for note in raw.notes)


def test_a_text_merged_over_rows_belongs_to_each(tmp_path: Path) -> None:
    rows = [["community", "building", "people"], ["east", "1", 5], [None, "2", 6], ["west", "1", 7]]
    raw = one(tmp_path, rows, lambda sheet: sheet.merge_cells("A2:A3"))
    assert [row[0] for row in cells(raw)] == ["community", "east", "east", "west"]
    assert any("1 cell under a merged one has its value" in str(note) for note in raw.notes)


def test_a_number_merged_over_rows_is_of_all_of_them_together_unless_it_is_a_code(tmp_path: Path) -> None:
    rows = [["编号", "building", "people"], [101, "1", 5], [None, "2", None], [102, "1", 7]]

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("C2:C3")

    assert cells(one(tmp_path, rows, merge))[1:3] == [["101", "1", "5"], ["101", "2", ""]]


def test_a_title_over_the_whole_table_is_no_cell_of_it(tmp_path: Path) -> None:
    raw = one(tmp_path, [["People of the district", None, None], *ROWS], lambda sheet: sheet.merge_cells("A1:C1"))
    assert cells(raw)[0] == ROWS[0]
    assert raw.titles == ("People of the district",)


def test_a_table_that_does_not_begin_in_the_corner_has_its_merged_cells_where_they_are(tmp_path: Path) -> None:
    def put(sheet: Worksheet) -> None:
        for at, row in enumerate([["community", "building"], ["east", "1"], [None, "2"], ["west", "3"]], 4):
            for to, value in enumerate(row, 3):
                sheet.cell(at, to, value)
        sheet.merge_cells("C5:C6")
        sheet.merge_cells("A1:B2")  # outside what holds anything

    assert cells(one(tmp_path, [], put))[1:] == [["east", "1"], ["east", "2"], ["west", "3"]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a"])
def test_a_workbook_is_known_by_its_bytes_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    whole = book(tmp_path / "whole.xlsx", People=ROWS).read_bytes()
    (tmp_path / name).write_bytes(whole)
    assert cells(workbooks.read(tmp_path / name, None))[1] == ["a1", "x", "5"]


@pytest.mark.parametrize("kept", [40, 0.5, -30])
def test_a_damaged_workbook_is_one_clear_line(tmp_path: Path, kept: float) -> None:
    path = book(tmp_path / "a.xlsx", People=ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    with pytest.raises(SourceError, match="the workbook is damaged") as caught:
        workbooks.read(path, None)
    assert "\n" not in str(caught.value)


def test_a_workbook_that_is_whole_outside_and_spoilt_inside_is_damaged(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", People=ROWS)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, b"<workbook><sheets>" if name == "xl/workbook.xml" else part)
    with pytest.raises(SourceError, match="the workbook is damaged"):
        workbooks.sheets(path)


def test_a_stray_cell_far_out_is_named_before_room_is_made_for_it(tmp_path: Path) -> None:
    def stray(sheet: Worksheet) -> None:
        sheet["XFD1048576"] = "x"

    with pytest.raises(LimitError, match=r"sheet1\.xml reaches to row 1,048,576 and column 16,384"):
        one(tmp_path, ROWS, stray)


def test_a_long_narrow_sheet_is_no_matter(tmp_path: Path) -> None:
    raw = one(tmp_path, ROWS, lambda sheet: sheet.cell(20_000, 1, "a9"))
    assert len(raw.cells) >= 3
