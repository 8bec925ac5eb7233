"""Hours and minutes by the word in the cell, else in the heading, else as the table has them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.recipes.survival import _MONTHLY
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import durations


@pytest.mark.parametrize(
    ("heading", "cells", "found"),
    [
        ("服务时长（分钟）", [90, 120], [1.5, 2]),
        ("服务分钟数", [90, 120], [1.5, 2]),
        ("Minutes", [90, 120], [1.5, 2]),
        ("Минуты", ["90", "120"], [1.5, 2]),
        ("服务时长", ["90分钟", "2小时"], [1.5, 2]),
        ("服务时长(小时)", [90, "30分钟"], [90, 0.5]),
        ("Hours", [90, 120], [90, 120]),
        ("人数", [90, 120], [90, 120]),
    ],
)
def test_hours_of_a_register_are_hours_whatever_its_heading_counts(heading, cells, found):
    table = pd.DataFrame({"月份": ["2025-01", "2025-02"], heading: cells})
    read = registers.read(table, _MONTHLY, reading=Reading(), needed=("month", "amount"))
    assert read.hours("amount").tolist() == found


def test_a_bare_number_of_a_ledger_of_forms_is_minutes():
    assert durations.minutes(pd.Series([30, "2 h"], name="time"), where="t").tolist() == [30, 120]
    assert durations.minutes(pd.Series([1.5], name="用时(小时)"), where="t").tolist() == [90]
