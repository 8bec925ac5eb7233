"""What is left of a peak, and the month in which a target is missed: by hand, and its interval by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.measure.lasting.fading import crossing, fit, missed, remains


def months(*counts, start="2025-01"):
    return pd.Series(counts, index=pd.period_range(start, periods=len(counts), freq="M").to_timestamp(), dtype=float)


def test_what_is_left_is_told_of_the_months_that_were_counted():
    found = remains(months(10, 80, 60, np.nan, 40, 30, 20, 16, 10))
    assert (found["peak"], found["peak_month"]) == (80, "2025-02")
    assert (found["share_3"], found["share_6"], found["share_12"]) == (0.5, 0.2, None)
    assert remains(months(10, np.nan, 60, 20, 10, 30), "2025-04")["peak"] == 30
    assert remains(months(np.nan))["peak"] is None


def test_a_month_that_stands_twice_is_told():
    twice = pd.concat([months(1, 2), months(3)])
    with pytest.raises(TableError, match="more than once"):
        remains(twice)


def test_no_curve_goes_through_three_points():
    assert missed(months(100, 50, 25), 10)["why"] == "few_months"
    assert "missed" not in missed(months(100, 50, 25), 10)


def test_what_halves_every_month_misses_a_target_when_it_must():
    found = missed(months(*[1000 * 0.5**k for k in range(8)]), 100)
    assert found["why"] == ""
    assert found["half_life"] == pytest.approx(1.0, abs=1e-3)
    assert found["missed"] == "2025-04"
    assert found["lost_a_month"] == pytest.approx(0.5, abs=1e-3)


def test_what_does_not_fall_and_what_bends_is_refused():
    steady = missed(months(60, 58, 61, 57, 60, 59, 58, 60, 57, 59), 20)
    assert steady["why"] == "not_falling"
    bent = missed(months(400, 200, 110, 80, 72, 70, 69, 70, 69, 70), 20)
    assert bent["why"] == "bent"
    assert "half_life" not in bent
    assert missed(months(0, 0, 0), 5)["why"] == "no_peak"


def test_of_a_thousand_worlds_the_interval_of_the_month_holds_the_truth_in_as_many_as_it_says():
    rng = np.random.default_rng(3)
    at = np.arange(12.0)
    truth = np.log(40 / 200) / np.log(0.85)
    held = told = 0
    for _ in range(1000):
        low, high = crossing(fit(at, rng.poisson(200 * 0.85**at).astype(float)), np.log(40))
        assert low is not None
        told += 1
        held += low <= truth <= (high or np.inf)
    assert told == 1000
    assert 0.93 <= held / told <= 0.97


def test_the_interval_holds_where_counts_come_in_bursts():
    rng = np.random.default_rng(5)
    at = np.arange(14.0)
    truth = np.log(40 / 200) / np.log(0.85)
    held = told = 0
    for _ in range(1000):
        mean = 200 * 0.85**at
        counts = rng.negative_binomial(mean / 3.0, 1 / 4.0).astype(float)  # four times a Poisson's variance
        low, high = crossing(fit(at, counts), np.log(40))
        told += low is not None
        held += low is not None and low <= truth <= (high or np.inf)
    assert told > 950
    assert 0.93 <= held / told <= 0.97
