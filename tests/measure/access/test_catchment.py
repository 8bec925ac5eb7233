"""Capacity shared out among those who reach it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.measure.access.catchment import floating_catchment, gaussian, stepped
from gridkit.measure.access.equity import gini, worst
from gridkit.measure.access.reach import Pairs


def world(seed, places=40, facilities=6):
    rng = np.random.default_rng(seed)
    minutes = rng.random((places, facilities)) * 40
    near = np.argwhere(minutes <= 30)
    near = near[np.lexsort((near[:, 0], near[:, 1]))]
    pairs = Pairs(near[:, 0], near[:, 1], minutes[near[:, 0], near[:, 1]])
    return pairs, rng.integers(0, 500, places).astype(float), rng.integers(1, 50, facilities).astype(float)


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_what_people_can_count_on_adds_up_to_the_capacity_in_reach(seed):
    pairs, people, capacity = world(seed)
    access = floating_catchment(pairs, gaussian(pairs.minutes, 30.0), people, capacity)
    assert (access.score * people).sum() == pytest.approx(capacity[access.demand > 0].sum())


@pytest.mark.filterwarnings("ignore")  # access uses what pandas deprecates
def test_the_package_access_says_the_same():
    package = pytest.importorskip("access", reason="access is not installed: E2SFCA NOT checked against it")
    pairs, people, capacity = world(3)
    weight = stepped(pairs.minutes, (10.0, 20.0, 30.0), (1.0, 0.68, 0.22))
    ours = floating_catchment(pairs, weight, people, capacity).score
    theirs = package.Access(
        demand_df=pd.DataFrame({"id": np.arange(len(people)), "people": people}),
        demand_index="id",
        demand_value="people",
        supply_df=pd.DataFrame({"id": np.arange(len(capacity)), "doctors": capacity}),
        supply_index="id",
        supply_value=["doctors"],
        cost_df=pd.DataFrame({"origin": pairs.origin, "dest": pairs.facility, "cost": pairs.minutes}),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )
    theirs.enhanced_two_stage_fca(name="e", weight_fn=package.weights.step_fn({10: 1, 20: 0.68, 30: 0.22}))
    assert np.allclose(theirs.access_df["e_doctors"].fillna(0), ours, atol=1e-15)


def test_people_without_capacity_overload_it():
    pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 1.0]))
    access = floating_catchment(pairs, np.ones(2), np.array([10.0]), np.array([0.0, 5.0]))
    assert access.load.tolist() == [np.inf, 2.0]
    assert access.score.tolist() == [0.5]


@given(st.lists(st.tuples(st.floats(0.1, 60), st.integers(1, 90)), min_size=1, max_size=20))
def test_gini_is_the_mean_difference_between_people(rows):
    values, people = np.array(rows).T
    each = np.repeat(values, people.astype(int))
    difference = np.abs(each[:, None] - each).mean() / (2 * each.mean())
    assert gini(values, people) == pytest.approx(difference, abs=1e-9)
    assert gini(values * 3, people) == pytest.approx(difference, abs=1e-9)


def test_those_who_reach_nothing_are_the_worst_off():
    assert worst([5.0, np.inf], [99, 1], 0.01) == np.inf
    assert worst([1.0, 2.0, 3.0, 4.0], [10, 10, 10, 10], 0.25, high_is_bad=False) == 1.0
    assert np.isnan(worst([], []))
    assert gini([0.0, 0.0], [1, 1]) == 0
