"""Hours by month as people keep them: a column a month with the year above, in the sheet's name, or nowhere."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.recipes.survival import _MONTHLY
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import month_names

MONTHS = [f"{month}月" for month in range(1, 13)]
HOURS = [100, 90, 80, 70, 65, 60, 50, 45, 40, 35, 30, 20]
BOTH = [["自发", *HOURS], ["街道", *HOURS]]
PORTUGUESE = ["Jan", "Fev", "Mar", "Abr", "Mai", "Jun", "Jul", "Ago", "Set", "Out", "Nov", "Dez"]
ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
RUSSIAN = ["Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг", "Сен", "Окт", "Ноя", "Дек"]
LONG = [[month, "自发", 2 * hours] for month, hours in zip(MONTHS, HOURS, strict=True)]
TOTAL = ["合计", *(2 * hours for hours in HOURS)]
SIGNED = ["填表人：张三", "", "审核人：李四", "日期：2026-01-05", *[""] * 9]
SHEETS = {
    "a title, who filled it in above and below, a total": (
        [["2025年志愿服务工时统计表", *[""] * 12], SIGNED, ["来源", *MONTHS], *BOTH, TOTAL, SIGNED],
        "S",
    ),
    "who filled it in, a cell a word": (
        [["来源", *MONTHS], *BOTH, ["制表人", "张三", "审核", "李四", *[""] * 9]], "2025年",
    ),
    "a merged head with the year and the unit": ([["来源", "2025年（小时）", *[""] * 11], ["", *MONTHS], *BOTH], "S"),
    "units in the head": ([["来源", *(f"{month}(小时)" for month in MONTHS)], *BOTH], "志愿者2025"),
    "a row a month": ([["月份", "来源", "小时"], *LONG], "2025年"),
    "Portuguese": ([["Fonte", *PORTUGUESE], *BOTH], "2025"),
    "Russian": ([["Источник", *RUSSIAN], *BOTH], "2025"),
}  # fmt: skip


def read(path, rows, sheet, year=None):
    """Return the register of a workbook of one sheet."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    if rows[0][1] == "2025年（小时）":
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:M1")
    book.save(path)
    wide = ("month", "amount", year)
    return registers.read(path, _MONTHLY, reading=Reading(), needed=("month", "amount"), wide=wide)


@pytest.mark.parametrize("name", SHEETS)
def test_months_are_of_the_year_that_the_sheet_says(tmp_path, name):
    held = read(tmp_path / "hours.xlsx", *SHEETS[name])
    days, amounts = held.days("month"), held.numbers("amount")
    assert sorted(set(days.dt.strftime("%Y-%m"))) == [f"2025-{month:02d}" for month in range(1, 13)]
    assert amounts.sum() == 2 * sum(HOURS)
    assert amounts[days == "2025-03-01"].sum() == 160
    assert any("taken as those of 2025" in str(note) for note in held.notes)


def test_a_column_of_years_goes_before_and_where_nothing_says_it_the_year_is_asked_for(tmp_path):
    years = [["年份", "来源", *MONTHS], [2024, "自发", *HOURS], [2025, "自发", *HOURS]]
    days = read(tmp_path / "years.xlsx", years, "S").days("month")
    assert (days.min().year, days.max().year, len(days)) == (2024, 2025, 24)
    bare = [["来源", *MONTHS], *BOTH]
    for sheet in ("S", "2024-2025"):
        with pytest.raises(TableError, match="of which year its months are: 1月"):
            read(tmp_path / "bare.xlsx", bare, sheet)
    assert read(tmp_path / "bare.xlsx", bare, "S", year=2023).days("month").max().year == 2023


@pytest.mark.parametrize("mark", [".", ","])
def test_months_that_a_sheet_took_for_numbers_are_months(tmp_path, mark):
    months = [f"{month:02d}{mark}{year}" for year in (2019, 2020) for month in range(1, 13)]
    file = tmp_path / "hours.csv"
    file.write_text("Дата;Часы\n" + "".join(f"{month};7\n" for month in months), encoding="utf-8")
    read = registers.read(file, _MONTHLY, reading=Reading(), needed=("month", "amount"), wide=("month", "amount", None))
    assert read.days("month").dt.strftime("%m.%Y").tolist() == [month.replace(",", ".") for month in months]


def test_numbers_are_months_all_of_them_or_none():
    assert month_names.of_numbers(pd.Series([5.2, 7.2])) is None
    assert month_names.of_numbers(pd.Series([5.2, 7.2023])).tolist() == ["2000-05", "2023-07"]
    for other in (13.2023, 0.2023, 2.5, 45000.0, 2.20235):
        assert month_names.of_numbers(pd.Series([2.2023, other])) is None


UNITS = {
    "minutes of Chinese months": ([f"{month}月(分钟)" for month in range(1, 13)], 60),
    "minutes of English months": ([f"{month} (min)" for month in ENGLISH], 60),
    "minutes behind the month": ([f"{month}月服务分钟数" for month in range(1, 13)], 60),
    "minutes before the month": ([f"Minutos {month}" for month in PORTUGUESE], 60),
    "hours with their noun": ([f"{month}月工时(小时)" for month in range(1, 13)], 1),
    "Russian hours": ([f"{month}, часы" for month in RUSSIAN], 1),
    "minutes of one month alone": (["1月(分钟)", *(f"{month}月(小时)" for month in range(2, 13))], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", UNITS)
def test_the_unit_in_the_heading_of_a_month_is_that_of_its_cells(tmp_path, name):
    heads, parts = UNITS[name]
    held = read(tmp_path / "hours.xlsx", [["来源", *heads], *BOTH], "2025")
    each = [parts or 60, *([parts or 1] * 11)]
    assert held.hours("amount").sum() == pytest.approx(2 * sum(n / of for n, of in zip(HOURS, each, strict=True)))
    assert held.days("month").nunique() == 12
    # Rows left out take their headings with them.
    kept = held.without(held.rows["amount"] != 100, "other")
    assert kept.hours("amount").tolist() == pytest.approx([100 / each[0]] * 2)


@pytest.mark.parametrize(
    ("above", "parts"), [("单位：分钟", 60), ("(Unit: minutes)", 60), ("单位：小时", 1), ("填报单位：东风街道", 1)]
)
def test_a_unit_above_the_table_is_that_of_its_months(tmp_path, above, parts):
    rows = [["2025年服务时长", *[""] * 12], [above, *[""] * 12], ["来源", *MONTHS], *BOTH]
    assert read(tmp_path / "hours.xlsx", rows, "S").hours("amount").sum() == pytest.approx(2 * sum(HOURS) / parts)


def test_a_month_with_hours_and_with_heads_is_read_by_its_hours_and_this_is_said(tmp_path):
    heads = [f"{month}月({what})" for month in range(1, 7) for what in ("小时", "人次")]
    held = read(tmp_path / "hours.xlsx", [["来源", *heads], ["自发", *HOURS], ["街道", *HOURS]], "2025")
    assert held.hours("amount").sum() == 2 * sum(HOURS[::2])
    assert any("6 columns of months that have one of time besides are left out" in str(note) for note in held.notes)


def test_months_counted_in_several_things_of_which_none_is_time_are_refused(tmp_path):
    heads = [f"{month}月({what})" for month in range(1, 7) for what in ("人", "人次")]
    with pytest.raises(TableError, match="counted in several things: 人, 人次"):
        read(tmp_path / "hours.xlsx", [["来源", *heads], ["自发", *HOURS], ["街道", *HOURS]], "2025")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_one_impossible_month_among_numbers_is_said_and_the_others_are_read(tmp_path, ending):
    months = ["01.2023", "02.2023", "13.2023", "10.2023", "11.2023"]
    file = tmp_path / f"hours.{ending}"
    if ending == "csv":
        file.write_text("Дата;Часы\n" + "".join(f"{month};7\n" for month in months), encoding="utf-8")
    else:
        pd.DataFrame({"Дата": [float(month) for month in months], "Часы": 7}).to_excel(file, index=False)
    held = registers.read(file, _MONTHLY, reading=Reading(), needed=("month", "amount"), wide=("month", "amount", None))
    days = held.days("month")
    assert days.dt.strftime("%m.%Y").dropna().tolist() == ["01.2023", "02.2023", "10.2023", "11.2023"]
    assert any("'13.2023'" in str(note) for note in days.attrs["notes"])
