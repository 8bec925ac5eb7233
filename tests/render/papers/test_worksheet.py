"""The cells of a workbook hold what was meant, and no more."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from gridkit.band import Band
from gridkit.language.phrases import Phrase
from gridkit.render.papers import worksheet
from gridkit.render.papers.worksheet import SheetColumn


@pytest.fixture
def sheet():
    return Workbook().active


def values(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("nothing", [None, pd.NaT, pd.NA, float("nan"), float("inf"), np.float64("nan")])
def test_what_is_no_value_leaves_its_cell_empty(sheet, nothing):
    worksheet.put(sheet, 1, 1, nothing)
    assert sheet.cell(1, 1).value is None


def test_a_text_is_no_formula_and_holds_no_control_sign(sheet):
    worksheet.put(sheet, 1, 1, "=1+1\x00" + "x" * 40_000)
    cell = sheet.cell(1, 1)
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert cell.value.startswith("=1+1 x")
    assert len(cell.value) == worksheet.LONGEST


def test_numbers_keep_their_form_and_times_lose_their_zone(sheet):
    worksheet.put(sheet, 1, 1, np.int64(7), "#,##0")
    worksheet.put(sheet, 1, 2, datetime(2026, 5, 1, 8, 30, tzinfo=UTC))
    worksheet.put(sheet, 1, 3, datetime(2026, 5, 1), "yyyy")  # noqa: DTZ001 - a day, as sheets have them
    assert [cell.value for cell in sheet[1]] == [7, datetime(2026, 5, 1, 8, 30), datetime(2026, 5, 1)]  # noqa: DTZ001
    assert [cell.number_format for cell in sheet[1]] == ["#,##0", "yyyy-mm-dd hh:mm", "yyyy"]


def test_a_table_has_a_head_that_stays_and_a_filter_over_all_rows(sheet):
    worksheet.put_table(sheet, [SheetColumn("Name", "@", 20), SheetColumn("People", "#,##0")], [["a", 1], ["b", None]])
    assert values(sheet) == [["Name", "People"], ["a", 1], ["b", None]]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    assert sheet.column_dimensions["A"].width == 20


def test_a_table_without_rows_is_its_head(sheet):
    worksheet.put_table(sheet, [SheetColumn("Name")], [])
    assert sheet.auto_filter.ref == "A1:A1"


def test_a_block_names_its_columns_and_says_where_the_next_may_begin(sheet):
    table = pd.DataFrame({"weekday": [1], "incidents": [3], "geometry": [None]})
    assert worksheet.put_block(sheet, 2, "By day of the week", table, "en") == 5
    assert values(sheet)[1:] == [["By day of the week", None], ["Day of the week", "Incidents"], ["Monday", 3]]


def test_a_named_index_is_a_column_of_its_block(sheet):
    worksheet.put_block(sheet, 1, "t", pd.DataFrame({"incidents": [3]}, index=pd.Index(["a"], name="class_")), "en")
    assert values(sheet)[2] == ["a", 3]


def test_facts_stand_one_under_the_other_and_what_is_no_fact_is_left_out(sheet):
    facts = {"share_of_people": 0.25, "incidents": 3, "months": [1, 2], "closed": True}
    assert worksheet.put_facts(sheet, 4, facts, "en") == 7
    assert [row[1] for row in values(sheet)[3:]] == [0.25, 3, "yes"]
    assert sheet.cell(4, 2).number_format == "0.0%"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("x", True, "yes"),
        ("x", False, "no"),
        ("x", 3, 3),
        ("weekday", 1, "Monday"),
        ("x", "plain", "plain"),
    ],
)
def test_values_are_said_as_people_say_them(name, value, said):
    assert worksheet.meant(name, value, "en") == said


def test_a_time_is_written_as_its_reader_writes_it():
    assert worksheet.meant("x", "2026-05-01T08:30", "en") != "2026-05-01T08:30"


def test_why_a_layer_has_no_value_is_said_in_the_language_of_the_sheet():
    why = Phrase("there are no orders")
    said = [worksheet.meant("rate_why", why, lang) for lang in ("zh", "en")]
    assert said == [why.said("zh"), "there are no orders"]


def test_values_outside_the_band_are_marked_by_its_very_edges(sheet):
    band = Band(low=340, target=400, high=460)
    worksheet.mark_band(sheet, 2, 3, band)
    (rules,) = sheet.conditional_formatting
    assert str(rules.sqref) == "B2:B4"
    assert [float(rule.formula[0]) for rule in rules.rules] == [float(edge) for edge in band.edges]


def test_a_long_text_makes_its_row_high_and_wide_signs_count_twice(sheet):
    columns = [SheetColumn("Note", "@", 20)]
    heights = []
    for row, text in enumerate(["short", "x" * 100, "\u7f51" * 100], 1):
        worksheet.put(sheet, row, 1, text)
        worksheet.wrap(sheet, row, columns, (1,))
        heights.append(sheet.row_dimensions[row].height)
    assert heights == sorted(set(heights))


def test_names_of_sheets_are_allowed_and_told_apart():
    book = Workbook()
    book.remove(book.active)
    for title in ("a/b[c]", "A/B[C]", "x" * 40, "x" * 40, "   "):
        book.create_sheet(worksheet.sheet_name(book, title))
    assert book.sheetnames == ["a b c", "A B C 2", "x" * 28, "x" * 25 + " 2", "-"]


@pytest.mark.parametrize(("line", "kind"), [(True, "LineChart"), (False, "BarChart")])
def test_a_small_chart_stands_beside_its_rows(sheet, line, kind):
    worksheet.put_block(sheet, 1, "By hour", pd.DataFrame({"hour": [1, 2], "incidents": [3, 4]}), "en")
    worksheet.put_small_chart(sheet, "By hour", (3, 4), "H3", line=line)
    (chart,) = sheet._charts
    assert type(chart).__name__ == kind
    assert chart.series[0].val.numRef.f == "'Sheet'!$B$3:$B$4"


def test_the_chart_of_a_column_has_a_sheet_of_its_own():
    book = Workbook()
    worksheet.put_table(book.active, [SheetColumn("Code"), SheetColumn("People")], [["a", 1], ["b", 2]])
    worksheet.put_chart(book, book.active, 2, 2, "People per grid")
    (chart,) = book["People per grid"]._charts
    assert chart.series[0].val.numRef.f == "'Sheet'!$B$2:$B$3"


def test_columns_print_whole_numbers_whole():
    assert [worksheet.form_of(pd.Series(each)) for each in ([1.5], [1], ["a"])] == ["#,##0.00", "#,##0", "General"]
    assert [worksheet.number_form(digits) for digits in (0, 2)] == ["#,##0", "#,##0.00"]
