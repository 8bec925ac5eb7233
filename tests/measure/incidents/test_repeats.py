"""Incidents that come back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import points

from gridkit.measure.incidents.repeats import NOISE, close_pairs, clusters, knox, places, repeats


def test_a_row_of_incidents_is_not_one_place():
    row = np.column_stack([np.arange(10) * 20.0, np.zeros(10)])
    assert len(set(places(row, 25.0))) >= 3


def test_the_busiest_spot_makes_the_place():
    xy = np.array([[0.0, 0], [20, 0], [40, 0], [20, 10], [300, 0]])
    assert places(xy, 25.0).tolist() == [0, 0, 0, 0, 1]


def test_repeats_are_told_with_their_days():
    times = pd.to_datetime(["2024-01-01", "2024-01-05", "2024-06-01", "2024-01-02"])
    events = points({"a": (0, 0), "b": (5, 0), "c": (0, 5), "d": (500, 0)}, time=times, grid_id=["g", "g", "g", "h"])
    always = repeats(events, 25.0)
    assert always["count"].tolist() == [3]
    soon = repeats(events, 25.0, days=7)
    assert soon[["count", "grid_id"]].to_numpy().tolist() == [[2, "g"]]
    assert soon["last"].iloc[0] == times[1]


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(0, 12))
def test_counting_close_pairs_gives_what_making_them_gives(days, within):
    values = np.array(days, dtype=float)
    one, other = np.triu_indices(len(values), 1)
    assert close_pairs(values, within) == (np.abs(values[one] - values[other]) <= within).sum()


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 3)), max_size=40))
@settings(max_examples=50)
def test_places_are_those_of_all_pairs(cells):
    xy = np.array(cells, dtype=float).reshape(-1, 2) * 10
    near = np.hypot(*np.moveaxis(xy[:, None] - xy, 2, 0)) <= 15.0
    label = np.full(len(xy), -1)
    for spot in sorted(range(len(xy)), key=lambda i: (-near[i].sum(), xy[i, 0], xy[i, 1])):
        if label[spot] < 0:
            label[near[spot] & (label < 0)] = spot
    ours = places(xy, 15.0)
    assert all((ours[i] == ours[j]) == (label[i] == label[j]) for i in range(len(xy)) for j in range(i))


def test_a_million_incidents_are_counted_without_making_their_pairs():
    assert close_pairs(np.zeros(1_000_000), 1.0) == 1_000_000 * 999_999 // 2


def test_of_a_crowd_knox_tests_a_draw_and_says_of_how_many(rng, monkeypatch):
    monkeypatch.setattr("gridkit.measure.incidents.repeats.MOST_PAIRS", 2000)
    xy, days = rng.random((3000, 2)) * 300, rng.random(3000) * 365
    drawn = knox(xy, days, 50, 10)
    assert 100 < drawn.tested < 400
    assert drawn.p > 0.01
    assert knox(xy, xy[:, 0], 50, 10).p == 0.001, "a wave that crosses the ground"


@pytest.mark.filterwarnings("ignore:This function is deprecated")  # its class, not the statistic
def test_knox_is_that_of_pointpats_and_finds_interaction(rng):
    peer = pytest.importorskip("pointpats.spacetime", reason="pointpats is not installed: Knox NOT checked against it")
    xy, days = rng.random((300, 2)) * 1000, rng.random(300) * 365
    chance = knox(xy, days, 50, 10)
    theirs = peer.knox(xy, days[:, None], 50, 10, permutations=199)
    assert chance.near == theirs["stat"]
    assert chance.p == pytest.approx(float(theirs["pvalue"][0]), abs=0.1)
    assert chance.p > 0.01
    burst = knox(np.vstack([xy, xy + 5]), np.r_[days, days + 1], 50, 10)
    assert burst.p == 0.001
    assert burst.near > 2 * burst.expected


def test_clusters_are_dbscans(rng):
    cluster = pytest.importorskip("sklearn.cluster", reason="scikit-learn is not installed: clusters NOT checked")
    xy, days = rng.random((400, 2)) * 800, rng.random(400) * 100
    ours = clusters(xy, days, 60, 20, least=4)
    far = np.hypot(*np.moveaxis(xy[:, None] - xy, 2, 0)) > 60
    apart = np.where(far | (abs(days[:, None] - days) > 20), 1.0, 0.0)
    theirs = cluster.DBSCAN(eps=0.5, min_samples=4, metric="precomputed").fit(apart)
    assert ((ours == NOISE) == (theirs.labels_ == NOISE)).all()
    core = theirs.core_sample_indices_
    assert len(np.unique(ours[core])) == len(np.unique(theirs.labels_[core])) > 3
    assert len(set(zip(ours[core], theirs.labels_[core], strict=True))) == len(np.unique(ours[core]))


def test_nothing_at_all_is_no_trouble():
    assert places(np.empty((0, 2)), 5.0).tolist() == []
    assert clusters(np.empty((0, 2)), np.empty(0), 5.0, 5.0).tolist() == []


def test_repeats_without_times_or_grids_are_counted_where_they_are():
    spots = points({"a": (0, 0), "b": (6, 0), "c": (500, 0)})
    found = repeats(spots, 25.0, days=7)
    assert found[["count", "x", "y"]].to_numpy().tolist() == [[2, 3, 0]]
    assert list(found.columns) == ["count", "x", "y"]


def test_of_more_incidents_than_are_tested_knox_draws(rng, monkeypatch):
    monkeypatch.setattr("gridkit.measure.incidents.repeats.MOST", 200)
    drawn = knox(rng.random((1000, 2)) * 3000, rng.random(1000) * 365, 50, 10)
    assert drawn.tested == 200
