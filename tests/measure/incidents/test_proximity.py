"""What is near what, without a table of pairs, beside what all pairs say."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.measure.incidents.proximity import weights_within
from gridkit.measure.incidents.repeats import NOISE, clusters, places


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9), st.integers(1, 5)), max_size=60))
@settings(max_examples=50)
def test_weights_are_those_of_all_pairs(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    xy = table[:, :2].astype(float)
    near = ((xy[:, None] - xy) ** 2).sum(axis=2) <= 25
    assert weights_within(xy, table[:, 2], 5.0).tolist() == (near @ table[:, 2]).tolist()


def test_a_crowd_of_incidents_is_one_place_and_one_cluster():
    count = 120_000  # seven thousand million pairs
    xy = np.column_stack([np.arange(count) % 400, np.arange(count) // 400]) * 0.01
    days = np.arange(count) % 7.0
    assert len(set(places(xy, 25.0))) == 1
    assert set(clusters(xy, days, 25.0, 7.0)) == {0}


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.integers(0, 9)), max_size=40), st.integers(1, 5))
@settings(max_examples=50)
def test_clusters_are_those_of_all_pairs(rows, least):
    table = np.array(rows, dtype=float).reshape(-1, 3)
    xy, days = table[:, :2] * 10, table[:, 2]
    near = (np.hypot(*np.moveaxis(xy[:, None] - xy, 2, 0)) <= 20) & (np.abs(days[:, None] - days) <= 1)
    core = near.sum(axis=1) >= least
    want, cluster = np.full(len(xy), NOISE), 0
    for first in np.flatnonzero(core):
        if want[first] == NOISE:
            found = np.arange(len(xy)) == first
            while (more := core & near[found].any(axis=0)).sum() > found.sum():
                found = more
            want[found], cluster = cluster, cluster + 1
    for one in np.flatnonzero(~core & (near & core).any(axis=1)):
        want[one] = want[near[one] & core].min()
    assert clusters(xy, days, 20.0, 1.0, least).tolist() == want.tolist()
