"""A round through doors: counted by hand, and beside every order there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gridkit.measure.routes.doors import round_trip


def length(far, order):
    """Return the length of a closed round."""
    return float(far[order, np.roll(order, -1)].sum())


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_few_doors_are_all_in_it_and_the_first_begins(count):
    at = np.arange(count, dtype=float)
    order = round_trip(np.abs(at - at[:, None]))
    assert sorted(order.tolist()) == list(range(count))
    assert order[:1].tolist() == [0][:count]


@pytest.mark.parametrize("seed", range(6))
def test_no_order_is_shorter(seed):
    xy = np.random.default_rng(seed).uniform(0, 100, (7, 2))
    far = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    least = min(length(far, np.array([0, *rest])) for rest in itertools.permutations(range(1, 7)))
    assert length(far, round_trip(far)) == pytest.approx(least)


def test_one_seed_is_one_round():
    xy = np.random.default_rng(3).uniform(0, 100, (40, 2))
    far = np.hypot(*(xy[:, None] - xy).transpose(2, 0, 1))
    assert (round_trip(far, seed=5) == round_trip(far, seed=5)).all()
