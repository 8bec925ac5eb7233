"""Hours over those who give them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.measure.participation.giving import top_tenth


def test_of_twenty_two_give_most():
    found = top_tenth(pd.Series([30.0, 10.0, *[1.0] * 18, 0.0]))
    assert (found["givers"], found["top"], found["top_hours"], found["hours"]) == (20, 2, 40, 58)


def test_where_all_give_alike_a_tenth_gives_a_tenth():
    found = top_tenth(pd.Series([2.0] * 30))
    assert found["top_hours"] / found["hours"] == pytest.approx(0.1)
    assert found["gini"] == pytest.approx(0.0)
