"""The sites that bring people's mean way down the most, against every choice there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sites import as_pairs, world

from gridkit.errors import UsageError
from gridkit.measure.access.reach import Pairs
from gridkit.measure.siting.p_median import p_median


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=25)
def test_the_median_is_the_best_of_all_choices(seed, count):
    minutes, people = world(seed)
    now = np.random.default_rng(seed + 1).random(len(people)) * 40
    best = min(
        (people * np.minimum(now, minutes[:, list(choice)].min(axis=1))).sum()
        for choice in itertools.combinations(range(8), count)
    )
    answer = p_median(as_pairs(minutes), people, now, count, 8)
    assert answer.value == pytest.approx(best)
    assert answer.gap == pytest.approx(0, abs=1e-6)
    quick = p_median(as_pairs(minutes), people, now, count, 8, steps=0)
    assert quick.bound - 1e-6 <= best <= quick.value + 1e-9


def test_a_site_that_helps_nobody_is_chosen_all_the_same_when_so_many_are_asked_for():
    minutes = np.array([[5.0, 30.0, 30.0], [5.0, 30.0, 30.0]])
    answer = p_median(as_pairs(minutes), np.array([10.0, 10.0]), np.array([20.0, 20.0]), 2, 3)
    assert len(answer.chosen) == 2
    assert 0 in answer.chosen
    assert answer.value == pytest.approx(100)


def test_exchanges_find_what_adding_one_by_one_does_not():
    """Places at 0, 2, 4 and 6 minutes of a street, sites at 1, 3 and 5: the middle is best alone, the ends together."""
    places, sites = np.array([0.0, 2.0, 4.0, 6.0]), np.array([1.0, 3.0, 5.0])
    pairs = as_pairs(np.abs(places[:, None] - sites[None, :]))
    people, now = np.array([11.0, 10.0, 10.0, 11.0]), np.full(4, 60.0)
    assert p_median(pairs, people, now, 1, 3).chosen.tolist() == [1]
    for steps in (0, 100):
        two = p_median(pairs, people, now, 2, 3, steps=steps)
        assert two.chosen.tolist() == [0, 2]
        assert two.value == pytest.approx(42)


def test_where_no_site_is_nearer_than_what_there_is_nothing_is_gained():
    minutes = np.full((3, 2), 30.0)
    people, now = np.array([1.0, 2.0, 3.0]), np.full(3, 10.0)
    for steps in (0, 100):
        answer = p_median(as_pairs(minutes), people, now, 1, 2, steps=steps)
        assert (answer.value, answer.bound) == pytest.approx((60, 60))


def test_places_where_nobody_lives_do_not_count():
    minutes = np.array([[1.0, 9.0], [9.0, 1.0]])
    answer = p_median(as_pairs(minutes), np.array([0.0, 5.0]), np.full(2, 20.0), 1, 2)
    assert answer.chosen.tolist() == [1]
    assert answer.value == pytest.approx(5)


@pytest.mark.parametrize("count", [0, 3])
def test_as_many_sites_as_there_are_candidates_and_one_at_least(count):
    none = np.empty(0, dtype=np.int64)
    with pytest.raises(UsageError, match=f"{count} sites"):
        p_median(Pairs(none, none, np.empty(0)), np.array([1.0]), np.array([1.0]), count, 2)
