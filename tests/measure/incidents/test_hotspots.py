"""Hot spots that hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from lattices import lattice_neighbours
from scipy.sparse import csr_array

from gridkit.measure.incidents.hotspots import detectable, hot_spots

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


def test_a_weak_hot_spot_stays_hidden_and_the_limit_says_so():
    weak = hot_spots(*world(np.random.default_rng(1), ratio=1.3), NEAR)
    assert weak.table["hot"].mean() < 0.005
    assert weak.detectable > 1.5


def test_a_higher_spread_or_fewer_incidents_raise_the_limit():
    assert 1 < detectable(45, 0.0, 1e-4) < detectable(45, 0.03, 1e-4) < detectable(45, 0.06, 1e-4)
    assert detectable(10, 0.0, 1e-4) > detectable(45, 0.0, 1e-4)
    assert detectable(0, 0.0, 1e-4) == np.inf


def test_the_order_of_the_areas_does_not_matter(rng):
    counts, people = world(rng, ratio=3.0)
    order = rng.permutation(N * N)
    shuffled = hot_spots(counts.iloc[order], people.iloc[order], csr_array(NEAR[order][:, order])).table
    plain = hot_spots(counts, people, NEAR).table
    pd.testing.assert_series_equal(shuffled["hot"].sort_index(), plain["hot"])


def test_where_nobody_is_expected_nothing_is_hot():
    counts, people = pd.Series([9, 0, 0]), pd.Series([0.0, 0.0, 0.0])
    assert not hot_spots(counts, people, csr_array((3, 3))).table["hot"].any()
