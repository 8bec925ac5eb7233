from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.partition.exact.set_partition import go_on, sets_of, tree_of


def cheapest(member, cost, number, limit):
    """Return the sets of the best cover by so many sets, and what it costs."""
    sets = sets_of(member, cost)
    tree = tree_of(sets, number, limit)
    while go_on(sets, tree):
        pass
    return tree.best[tree.best >= 0].tolist(), float(tree.limit[0])


def best_of_all(member, cost, number, limit):
    """Return what the best cover costs, or the limit where none is cheaper, every choice looked at."""
    choices = (list(choice) for choice in combinations(range(len(cost)), number))
    covers = [cost[choice].sum() for choice in choices if (member[choice].sum(axis=0) == 1).all()]
    return min([*covers, limit])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 9999), items=st.sampled_from([3, 5, 70]), number=st.integers(1, 4))
def test_the_cover_found_is_the_cheapest_of_all(seed, items, number):
    random = np.random.default_rng(seed)
    owner = random.integers(0, 3, (5, items))
    member = np.vstack([owner == part for part in range(3)] + [random.random((3, items)) < 0.3])
    member = member[member.any(axis=1)]
    cost = np.sort(random.integers(0, 5, len(member)).astype(float))
    limit = float(random.integers(1, 12))
    chosen, spent = cheapest(member, cost, number, limit)
    assert spent == pytest.approx(best_of_all(member, cost, number, limit))
    if spent < limit:
        assert (member[chosen].sum(axis=0) == 1).all()
        assert cost[chosen].sum() == pytest.approx(spent)
    else:
        assert not chosen


def test_a_cover_by_fewer_sets_than_asked_is_none():
    member = np.array([[True, True], [True, False], [False, True]])
    assert cheapest(member, np.array([0.0, 1.0, 1.0]), 2, 9.0) == ([1, 2], 2.0)
    assert cheapest(member, np.array([0.0, 1.0, 1.0]), 1, 9.0) == ([0], 0.0)
    assert cheapest(member, np.array([0.0, 1.0, 1.0]), 3, 9.0) == ([], 9.0)


def test_a_cover_that_costs_the_limit_is_none():
    assert cheapest(np.ones((1, 3), dtype=bool), np.array([2.0]), 1, 2.0) == ([], 2.0)
    assert cheapest(np.ones((1, 3), dtype=bool), np.array([2.0]), 1, 2.1) == ([0], 2.0)


def test_an_item_in_no_set_leaves_no_cover():
    assert cheapest(np.array([[True, False]]), np.array([0.0]), 1, 9.0) == ([], 9.0)


def test_no_sets_make_no_cover():
    assert cheapest(np.zeros((0, 3), dtype=bool), np.zeros(0), 2, 9.0) == ([], 9.0)
