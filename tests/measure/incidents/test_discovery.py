"""The share of false discoveries is the one that scipy gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gridkit.measure.incidents.discovery import false_discovery


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_it_is_what_scipy_gives(p):
    p = np.array(p)
    assert np.array_equal(false_discovery(p), stats.false_discovery_control(p))


def test_no_test_makes_no_discovery():
    assert len(false_discovery(np.array([]))) == 0
