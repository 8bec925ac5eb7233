"""Gi* and local Moran, judged by permutations."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from lattices import lattice_neighbours
from scipy import stats

from gridkit.measure.incidents.local_association import gi_star, local_moran, permuted
from gridkit.measure.incidents.rates import crude, smoothed

NEAR = lattice_neighbours(20)
SIZE = 400


def null(seed, mean=3.0, uneven=0.0):
    """Return counts and people of a map where nothing lies together: small and large places, uneven risks."""
    rng = np.random.default_rng(seed)
    people = pd.Series(rng.gamma(0.8, 1250, SIZE) + 20)
    risk = rng.gamma(1 / uneven, uneven, SIZE) if uneven else np.ones(SIZE)
    return pd.Series(rng.poisson(people / 1000 * mean * risk)), people


@pytest.mark.parametrize("uneven", [0.0, 0.5])
@pytest.mark.parametrize("rate", [crude, smoothed])
def test_few_null_maps_show_anything_and_the_normal_curve_shows_more(rate, uneven):
    named = by_curve = 0
    for seed in range(30):
        found = gi_star(rate(*null(seed, uneven=uneven)), NEAR, seed=seed)
        named += (found["q"] <= 0.05).any()
        by_curve += (stats.false_discovery_control(2 * stats.norm.sf(abs(found["z"]))) <= 0.05).any()
    assert named <= 4  # of 30; at 5 % more than 4 have a chance of 1.6 %
    assert by_curve > named


def test_a_planted_cluster_is_found_among_four_hundred_areas():
    counts, people = null(5)
    hot = (np.arange(SIZE) % 20 // 5 == 1) & (np.arange(SIZE) // 20 // 5 == 1)
    more = counts.where(~hot, counts + np.random.default_rng(1).poisson(people / 1000 * 12))
    found = gi_star(smoothed(more, people), NEAR)
    assert (found["q"] <= 0.05)[hot].mean() > 0.6
    assert (found["q"] <= 0.05)[~hot].mean() < 0.1


def test_a_p_value_is_that_of_all_deals_where_these_can_be_counted():
    x = np.array([0.0, 1, 2, 3, 5, 8, 13, 21, 2, 1])
    ring = lattice_neighbours(1)
    near = np.roll(np.eye(10), 1, axis=1) + np.roll(np.eye(10), -1, axis=1)
    found = permuted(x, type(ring)(near), seed=3)
    for area in (6, 7, 1):
        others = np.delete(x, area)
        sums = np.array([sum(pair) for pair in combinations(others, 2)])
        true = near[area] @ x
        side = 1 if true >= 2 * others.mean() else -1
        assert found[area] == pytest.approx(min(2 * (side * (sums - true) >= 0).mean(), 1), rel=0.5)


def test_a_strong_area_is_dealt_as_often_as_the_correction_wants():
    x = np.random.default_rng(0).normal(size=SIZE)
    x[[189, 190, 191, 209, 210, 211, 229, 230, 231]] += 9
    assert permuted(x, NEAR)[210] < 0.05 / SIZE


def test_one_seed_gives_one_answer_and_islands_and_flat_maps_none():
    x = np.random.default_rng(0).gamma(2, 1, SIZE)
    assert (permuted(x, NEAR, seed=4) == permuted(x, NEAR, seed=4)).all()
    assert (permuted(np.ones(SIZE), NEAR) == 1).all()
    assert permuted(np.arange(3.0), type(NEAR)((3, 3))).tolist() == [1, 1, 1]
    assert len(permuted(np.zeros(0), type(NEAR)((0, 0)))) == 0


def weights(matrix):
    """Return the matrix as libpysal knows it."""
    lib = pytest.importorskip("libpysal.weights")
    return lib.W({i: matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]].tolist() for i in range(matrix.shape[0])})


def test_gi_star_is_esdas():
    esda = pytest.importorskip("esda", reason="esda is not installed: Gi* NOT checked against it")
    rate = crude(*null(1, mean=20))
    theirs = esda.G_Local(rate.to_numpy(), weights(NEAR), transform="B", star=True, permutations=0)
    assert np.allclose(gi_star(rate, NEAR)["z"], theirs.Zs, atol=1e-10)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")  # esda tells the smaller tail
def test_local_moran_is_esdas():
    esda = pytest.importorskip("esda", reason="esda is not installed: local Moran NOT checked against it")
    rate = crude(*null(2, mean=20))
    theirs = esda.Moran_Local(rate.to_numpy(), weights(NEAR), permutations=999, n_jobs=1, seed=1)
    ours = local_moran(rate, NEAR)
    assert np.allclose(ours["moran"], theirs.Is * len(rate) / (len(rate) - 1), rtol=1e-9)
    assert (ours["quarter"] == np.array(["", "HH", "LH", "LL", "HL"])[theirs.q]).all()
    both_sides = np.minimum(2 * theirs.p_sim, 1)
    assert np.abs(both_sides - ours["p"]).mean() < 0.1  # ours stop as soon as a p-value is known to a fifth of itself
    assert np.corrcoef(both_sides, ours["p"])[0, 1] > 0.9
