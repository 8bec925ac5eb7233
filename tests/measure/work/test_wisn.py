"""Allowances and working time, against a published example; its numbers are copied by hand."""

from __future__ import annotations

import pytest

from gridkit.catalog.number import Number
from gridkit.catalog.workload import Time
from gridkit.measure.work.wisn import (
    category_allowance_factor,
    hours_a_month,
    individual_allowance_factor,
    required,
)

WEEKS, DAYS_PER_WEEK, OFF = 52, 4.5, (10, 30, 15)
"""Burmen, Owuor & Mitei (2017), Human Resources for Health 15:9, table 3: holidays, annual leave, sick leave."""


def test_the_published_clinic_needs_as_many_as_its_authors_say():
    days = WEEKS * DAYS_PER_WEEK - sum(OFF)
    workload = 10_000 * 10 * 15 / 60
    assert days == 179
    assert workload == 25_000
    assert workload / 8 == 3_125
    assert round(required(workload, days * 8, category=1.0), 2) == 17.46


def test_allowances_of_all_multiply_and_those_of_some_add():
    # By hand: 10 of 179 days go to all; 1,432 hours are a worker's year, of which one gives 358 to students.
    caf = category_allowance_factor(10 / 179)
    iaf = individual_allowance_factor(358, 1_432)
    assert caf == pytest.approx(179 / 169)
    assert required(25_000, 1_432, caf, iaf) == pytest.approx(25_000 / 1_432 * 179 / 169 + 0.25)


@pytest.mark.parametrize("share", [-0.1, 1.0, 1.5])
def test_no_share_of_all_time_and_none_below_nothing(share):
    with pytest.raises(ValueError, match="share of working time"):
        category_allowance_factor(share)


def test_a_month_is_a_twelfth_of_the_weeks_that_are_worked():
    def number(value: float) -> Number:
        return Number(value, "by hand")

    time = Time(number(52), number(4.5), number(8), number(10), number(30), number(15), number(0))
    assert time.hours_a_year == pytest.approx(179 * 8)
    assert time.worked == pytest.approx(179 / 234)
    # 36 hours a week are 8 a day: 179 days of 8 hours in twelve months.
    assert hours_a_month(36.0, time) == pytest.approx(179 * 8 / 12)
