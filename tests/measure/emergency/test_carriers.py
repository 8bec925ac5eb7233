"""Rounds shared among carriers: answers by hand, and nobody in two places."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridkit.measure.emergency.carriers import shared


def test_rounds_that_may_wait_fill_a_shift():
    day = shared(np.zeros(4), np.full(4, 900.0), np.array([100.0, 200.0, 300.0, 120.0]), 480.0)
    assert day.least == 2
    assert day.carriers == 2
    assert sorted(np.bincount(day.carrier, weights=[100, 200, 300, 120])) == [300.0, 420.0]


def test_rounds_out_at_once_take_a_carrier_each():
    at = np.array([0.0, 0.0, 30.0, 100.0])
    day = shared(at, at, np.full(4, 60.0), 480.0)
    assert (day.carriers, day.least) == (3, 3)
    assert day.leaves.tolist() == at.tolist()


def test_nobody_is_out_for_more_than_a_shift():
    at = np.array([0.0, 500.0])
    day = shared(at, at, np.full(2, 60.0), 480.0)
    assert day.carriers == 2
    assert day.least == 1
    assert shared(np.zeros(0), np.zeros(0), np.zeros(0), 480.0).carriers == 0


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 200), st.integers(1, 180)), min_size=1, max_size=12))
def test_no_carrier_is_on_two_rounds_and_each_begins_when_it_may(rows):
    earliest, slack, minutes = (np.array(each, dtype=float) for each in zip(*rows, strict=True))
    day = shared(earliest, earliest + slack, minutes, 480.0)
    assert (day.leaves >= earliest).all()
    assert (day.leaves <= earliest + slack).all()
    assert day.carriers >= day.least
    for each in range(day.carriers):
        own = np.flatnonzero(day.carrier == each)
        own = own[np.argsort(day.leaves[own])]
        ends = day.leaves[own] + minutes[own]
        assert (day.leaves[own][1:] >= ends[:-1] - 1e-6).all()
        assert ends.max() - day.leaves[own].min() <= 480 + 1e-6
