"""The fewest edges that part two sides, against every choice there is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.errors import UsageError
from gridkit.graph import components
from gridkit.measure.emergency.minimum_cut import NEVER, minimum_cut


def apart(ends, cut, source, sink, nodes):
    part = components(ends[~cut], nodes)
    return not set(part[source]) & set(part[sink])


def by_force(ends, cost, source, sink, nodes):
    """Return the least cost of any set of edges that parts the sides."""
    best = np.inf
    for chosen in itertools.product([False, True], repeat=len(ends)):
        cut = np.array(chosen, dtype=bool)
        if cost[cut].sum() < best and apart(ends, cut, source, sink, nodes):
            best = cost[cut].sum()
    return best


@given(st.integers(0, 100_000))
@settings(max_examples=40, deadline=None)
def test_no_choice_of_edges_is_cheaper(seed):
    rng = np.random.default_rng(seed)
    nodes, edges = int(rng.integers(4, 8)), int(rng.integers(3, 11))
    ends = rng.integers(0, nodes, (edges, 2))  # loops and several edges between two nodes too
    cost = rng.integers(1, 9, edges)
    source, sink = np.array([0, 1]), np.array([nodes - 1])
    cut = minimum_cut(ends, cost, source, sink, nodes)
    assert apart(ends, cut, source, sink, nodes)
    assert cost[cut].sum() == by_force(ends, cost, source, sink, nodes)


def test_what_may_not_be_cut_is_not():
    ends, cost = np.array([[0, 1], [1, 2]]), np.array([NEVER, 5])
    assert minimum_cut(ends, cost, np.array([0]), np.array([2]), 3).tolist() == [False, True]
    with pytest.raises(UsageError, match="may be cut"):
        minimum_cut(ends[:1], cost[:1], np.array([0]), np.array([1]), 2)
    with pytest.raises(UsageError, match="both sides"):
        minimum_cut(ends, cost, np.array([1]), np.array([1]), 3)


def test_where_nothing_leads_nothing_is_cut():
    nobody = np.empty(0, dtype=np.int64)
    assert minimum_cut(np.empty((0, 2), dtype=np.int64), nobody, nobody, nobody, 3).tolist() == []
