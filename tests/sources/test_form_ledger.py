"""A ledger of forms: how often and how long, in any words an office has; what is not said is not known."""

from __future__ import annotations

import pandas as pd
import pytest

import gridkit as gk
from gridkit import ledger
from gridkit.catalog.presets import presets
from gridkit.errors import TableError
from gridkit.sources import form_ledger

TIME = gk.presets()["cn-social"].workload.time


def read(**columns):
    return form_ledger.read(pd.DataFrame(columns), TIME)


def test_times_a_year_and_minutes_are_read_as_they_stand():
    made = read(报表名称=["月报", "季报"], 每年次数=["12", "4"], 每次用时=["30", "90"])
    assert made["form"].tolist() == ["月报", "季报"]
    assert made["a_year"].tolist() == [12, 4]
    assert made["minutes"].tolist() == [30, 90]
    assert made.index.tolist() == ["form-1", "form-2"]


@pytest.mark.parametrize(
    ("word", "times"),
    [("每月", 12), ("weekly", TIME.weeks.value), ("Quarterly", 4), ("半年报", 2), ("yearly", 1), ("每半月", 24)],
)
def test_the_word_for_how_often_says_how_many_times(word, times):
    assert read(form=["a"], 频次=[word], minutes=[5])["a_year"].tolist() == [times]


def test_what_is_due_daily_is_due_on_every_working_day():
    daily = read(form=["a"], every=["每日"], minutes=[5])["a_year"].iloc[0]
    assert daily == pytest.approx(TIME.weeks.value * TIME.days_per_week.value * TIME.worked)
    assert daily < 366


def test_a_number_goes_before_a_word_and_a_word_stands_in_for_a_missing_one():
    made = read(form=["a", "b"], a_year=[3, None], every=["每月", "每季"], minutes=[5, 5])
    assert made["a_year"].tolist() == [3, 4]


def test_what_is_not_said_is_not_known_and_is_counted():
    made = read(form=["a", "b", "c"], every=["每月", "now and then", "每月"], minutes=["10", "10", "-4"])
    assert made["a_year"].isna().tolist() == [False, True, False]
    assert made["minutes"].isna().tolist() == [False, False, True]
    (account,) = ledger.of(made).accounts
    assert account.used == 3
    assert any("2 forms do not say" in str(note) for note in account.notes)


def test_a_table_of_something_else_is_refused_with_its_columns():
    with pytest.raises(TableError, match=r"how often a form is due.*name, colour"):
        form_ledger.read(pd.DataFrame({"name": ["a"], "colour": ["red"]}), TIME)


def test_hours_of_a_form_are_sixty_minutes_by_the_word_in_the_cell_or_in_the_heading():
    time = presets()["cn-social"].workload.time
    cells = ["45 min", "8 h", "30", "1,5 horas", "2 ч", "10 мин", "1.5小时"]
    table = pd.DataFrame({"form": list("abcdefg"), "every": "monthly", "minutes": cells})
    assert form_ledger.read(table, time)["minutes"].tolist() == [45, 480, 30, 90, 120, 10, 90]
    headed = table[:3].rename(columns={"minutes": "用时(小时)"}).assign(**{"用时(小时)": ["2", "0.5", "30分钟"]})
    assert form_ledger.read(headed, time)["minutes"].tolist() == [120, 30, 30]


def test_hours_of_a_form_are_read_by_the_line_above_and_by_a_column_of_units(tmp_path):
    file = tmp_path / "forms.csv"
    file.write_text("单位：小时,,\n报表名称,频次,用时\na,每月,2\nb,每月,30分钟\nc,每周,1\n", encoding="utf-8")
    assert form_ledger.read(file, TIME)["minutes"].tolist() == [120.0, 30.0, 60.0]
    rows = pd.DataFrame({"формa": ["a", "b"], "раз в год": [12, 4], "время": [2, 45], "ед. изм.": ["ч", "мин"]})
    assert form_ledger.read(rows, TIME)["minutes"].tolist() == [120.0, 45.0]
