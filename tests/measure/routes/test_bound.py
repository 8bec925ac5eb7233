"""What no walk falls below: figures counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.routes.bound import bound
from gridkit.measure.routes.ways import Streets


def streets(required, other=()):
    """Return streets given as (junction, junction, length)."""
    rows = np.array([*required, *other], dtype=float)
    count = int(rows[:, :2].max()) + 1
    return Streets(count, rows[:, :2].astype(int), rows[:, 2], np.arange(len(rows)) < len(required))


RING = [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 0, 10)]


def test_a_ring_is_walked_once():
    assert bound(streets(RING)) == pytest.approx(40)


def test_a_dead_end_is_walked_there_and_back():
    assert bound(streets([(0, 1, 10), (1, 2, 5)])) == pytest.approx(30)


def test_the_nearer_way_back_is_counted():
    assert bound(streets([(0, 1, 10)], [(0, 1, 4)])) == pytest.approx(14)


def test_parts_are_joined_twice_unless_walks_need_not_meet():
    apart = streets([(0, 1, 10), (1, 0, 10), (2, 3, 10), (3, 2, 10)], [(1, 2, 7)])
    assert bound(apart) == pytest.approx(40 + 14)
    assert bound(apart, joined=False) == pytest.approx(40)


def test_the_way_from_the_office_counts_there_and_back():
    assert bound(streets(RING, [(4, 0, 25)]), 4) == pytest.approx(40 + 50)
