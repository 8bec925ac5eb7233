"""Hot spots that hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lattices import lattice_neighbours
from scipy.sparse import csr_array

from gridkit.measure.incidents.hotspots import alone, hot_spots, likely, visible

N = 40
NEAR = lattice_neighbours(N)
PLANTED = (np.arange(N * N) % N // 5 == 3) & (np.arange(N * N) // N // 5 == 3)


def world(rng, ratio=1.0, uneven=0.0, mean=5.0):
    people = rng.lognormal(0, 0.3, N * N) * 1000
    risk = np.where(PLANTED, ratio, 1.0) * mean / 1000
    if uneven:
        risk = risk * rng.gamma(1 / uneven, uneven, N * N)
    return pd.Series(rng.poisson(risk * people)), pd.Series(people)


def test_planted_hot_spots_are_found_and_little_else():
    found = [hot_spots(*world(np.random.default_rng(seed), ratio=3.0), NEAR).table["hot"] for seed in range(10)]
    assert np.mean([hot[PLANTED].mean() for hot in found]) > 0.9
    assert np.mean([(hot & ~PLANTED).sum() for hot in found]) <= 2


@pytest.mark.parametrize("uneven", [0.0, 0.25, 0.5])
def test_a_map_that_is_merely_uneven_has_no_hot_spots(uneven):
    found = [hot_spots(*world(np.random.default_rng(seed), uneven=uneven), NEAR) for seed in range(10)]
    assert sum(each.table["hot"].sum() for each in found) <= 2
    assert np.mean([each.dispersion for each in found]) == pytest.approx(uneven, abs=0.05)


@pytest.mark.parametrize("uneven", [0.5, 1.0])
def test_the_windows_name_little_on_small_maps_of_very_uneven_areas(uneven):
    people = pd.Series(np.random.default_rng(9).gamma(0.8, 1250, SMALL**2) + 20)
    named = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        counts = pd.Series(rng.poisson(people / 1000 * 4 * rng.gamma(1 / uneven, uneven, SMALL**2)))
        named += hot_spots(counts, people, BESIDE).table["hot"].any()
    assert named <= 10  # at 5 % more than 10 have a chance of 1.1 %


def test_a_weak_hot_spot_stays_hidden_and_the_limit_says_so():
    weak = hot_spots(*world(np.random.default_rng(1), ratio=1.3), NEAR)
    assert weak.table["hot"].mean() < 0.005
    assert visible(weak, NEAR) > 1.5


SMALL, BESIDE = 14, lattice_neighbours(14)


def small_world(seed, uneven=0.0, mean=8.0, hot=(), ratio=1.0):
    """Return 196 areas with a few of them hot."""
    people = np.random.default_rng(0).lognormal(0, 0.3, SMALL**2) * 1000
    rng = np.random.default_rng(seed)
    risk = rng.gamma(1 / uneven, uneven, SMALL**2) if uneven else np.ones(SMALL**2)
    risk[list(hot)] *= ratio
    return pd.Series(rng.poisson(risk * people * mean / 1000)), pd.Series(people)


@pytest.mark.slow
@pytest.mark.parametrize("uneven", [0.0, 0.3])
def test_a_hot_spot_of_the_told_strength_is_found_four_times_in_five(uneven):
    middle = [place for place in range(SMALL**2) if 2 < place % SMALL < SMALL - 3 and 2 < place // SMALL < SMALL - 3]
    found = 0
    for learnt in range(4):
        limit = visible(hot_spots(*small_world(learnt, uneven), BESIDE), BESIDE)
        for seed in range(100 * learnt + 100, 100 * learnt + 120):  # on other maps than those it was learnt from
            centre = middle[seed % len(middle)]
            hot = [centre, *BESIDE[[centre]].indices]
            found += hot_spots(*small_world(seed, uneven, hot=hot, ratio=limit), BESIDE).table["hot"].iloc[centre]
    assert found >= 56  # 80 % of 80 is 64; fewer than 56 have a chance of 1.2 %


@pytest.mark.slow
@pytest.mark.parametrize("uneven", [0.0, 0.3])
def test_a_lone_hot_area_is_seen_by_the_test_of_single_areas_and_not_by_the_window(uneven):
    alone_found = window_found = 0
    for learnt in range(5):
        limit = visible(hot_spots(*small_world(learnt, uneven), BESIDE), BESIDE, single=True)
        for seed in range(100 * learnt + 100, 100 * learnt + 120):
            centre = (seed * 37) % SMALL**2
            counts, people = small_world(seed, uneven, hot=[centre], ratio=limit)
            alone_found += alone(counts, people)["alone"].iloc[centre]
            window_found += hot_spots(counts, people, BESIDE).table["hot"].iloc[centre]
    assert alone_found >= 70  # 80 % of 100 is 80; fewer than 70 have a chance of 0.6 %
    assert window_found < alone_found - 10


def test_dispersions_a_map_may_have_lie_around_the_learnt_one_and_above_it(rng):
    due = np.random.default_rng(0).gamma(0.8, 5, 200)
    assert 0 <= np.median(likely(0.0, due, rng, 48)) < 0.05
    thought = likely(0.3, due, rng, 200)
    assert 0.1 < np.quantile(thought, 0.1) < 0.3 < np.median(thought) < 0.6
    many = likely(0.3, np.tile(due, 20), rng, 200)
    assert np.ptp(many) < np.ptp(thought)


@pytest.mark.parametrize("uneven", [0.0, 0.3, 0.6])
def test_the_test_of_single_areas_names_little_on_a_map_that_is_merely_uneven(uneven):
    named = sum(alone(*small_world(seed, uneven))["alone"].any() for seed in range(100))
    assert named <= 10  # at 5 % more than 10 have a chance of 1.1 %


def test_more_incidents_lower_the_limit_and_nothing_to_expect_leaves_none():
    few, many = (visible(hot_spots(*small_world(0, mean=mean), BESIDE), BESIDE) for mean in (2.0, 30.0))
    assert 1 < many < few
    nobody = hot_spots(pd.Series([0, 0, 0]), pd.Series([0.0, 0.0, 0.0]), csr_array((3, 3)))
    assert visible(nobody, csr_array((3, 3))) == np.inf


def test_the_order_of_the_areas_does_not_matter(rng):
    counts, people = world(rng, ratio=3.0)
    order = rng.permutation(N * N)
    shuffled = hot_spots(counts.iloc[order], people.iloc[order], csr_array(NEAR[order][:, order])).table
    plain = hot_spots(counts, people, NEAR).table
    pd.testing.assert_series_equal(shuffled["hot"].sort_index(), plain["hot"])


def test_where_nobody_is_expected_nothing_is_hot():
    counts, people = pd.Series([9, 0, 0]), pd.Series([0.0, 0.0, 0.0])
    assert not hot_spots(counts, people, csr_array((3, 3))).table["hot"].any()
