"""Funnels: what chance alone does to the rates of small numbers."""

from __future__ import annotations

import numpy as np

from gridkit.measure.response.funnel import LEAST, funnel


def test_chance_puts_hardly_any_area_outside_and_a_real_difference_is_found():
    rng = np.random.default_rng(1)
    total = rng.integers(5, 400, 2000).astype(float)
    count = rng.binomial(total.astype(int), 0.7).astype(float)
    assert (funnel(count, total)["outside"] != "").mean() < 0.004
    count[0], total[0] = 20, 100
    assert funnel(count, total)["outside"][0] == "low"


def test_no_area_of_few_orders_is_ranked():
    table = funnel(np.array([1.0, 20.0, 40.0]), np.array([LEAST - 1.0, LEAST, 50.0]))
    assert np.isnan(table["rank"][0])
    assert table["rank"].tolist()[1:] == [2, 1]


def test_an_area_without_orders_has_no_rate():
    table = funnel(np.array([0.0, 3.0]), np.array([0.0, 6.0]))
    assert np.isnan(table["rate"][0])
    assert table["outside"][0] == ""
