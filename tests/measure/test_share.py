"""Shares as they are told: few are hidden, what is missing stays missing, and intervals hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from gridkit.measure.share import Share, few, sentence, wilson


def test_nothing_is_told_of_few_and_nothing_filled_in_for_what_is_missing():
    assert Share(3, 9).told()["why"] == "few"
    assert Share(3, 9).told()["n"] is None
    assert Share(None, 55).told()["why"] == "missing"
    assert Share(0, 0).told()["share"] is None
    assert Share(float("nan"), 20).why == "missing"


def test_of_people_nobody_is_singled_out_on_either_side():
    assert Share(3, 200, persons=True).why == "few"
    assert Share(195, 200, persons=True).why == "few"
    assert Share(0, 200, persons=True).why == ""
    assert Share(200, 200, persons=True).why == ""
    assert not few(10, 20, persons=True)


def test_a_share_of_fewer_than_a_hundred_has_its_interval():
    told = Share(2, 55).told()
    assert (told["share_low"], told["share_high"]) == pytest.approx((0.0100, 0.1232), abs=1e-4)
    assert Share(20, 155).told()["share_low"] is None
    assert Share(20.5, 55.0, binomial=False).told()["share_low"] is None


def test_an_amount_of_less_than_one_is_not_told_as_none():
    """Two who gave each other half an hour of 316: the line said 0 of 316 (0.2%)."""
    assert str(sentence(Share(0.632, 316.0, binomial=False).told())) == "0.6 of 316 (0.2%)"


def test_a_line_says_where_it_is_from_and_whom_it_covers():
    line = Share(12, 40, "activities.xlsx", "2026-06-30", known=7, grids=9).told()
    assert sentence(line) == (
        "12 of 40 (30.0%, 18.1% to 45.4%); activities.xlsx, to 2026-06-30; 7 of 9 grids with data"
    )
    assert sentence(Share(None, None).told()) == "no data"


@pytest.mark.parametrize("size", [20, 50, 90])
def test_the_interval_holds_the_truth_as_often_as_it_says_over_all_shares(size):
    n = np.arange(size + 1)
    ends = np.array([wilson(k, size) for k in n])
    truths = np.linspace(0.05, 0.95, 181)
    held = [binom.pmf(n, size, p)[(ends[:, 0] <= p) & (p <= ends[:, 1])].sum() for p in truths]
    assert 0.93 <= np.mean(held) <= 0.97
    assert min(held) > 0.9
