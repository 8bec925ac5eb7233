"""The space-time scan."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from gridkit.errors import UsageError
from gridkit.measure.incidents import space_time_scan as scan_module
from gridkit.measure.incidents.space_time_scan import Cylinders, Shape, least_visible, scan


def world(seed=0, areas=60, periods=20, *, planted=False):
    rng = np.random.default_rng(seed)
    xy = rng.random((areas, 2)) * 1000
    people = rng.lognormal(0, 0.3, areas) * 100
    counts = rng.poisson(people[:, None] / people.sum() * 600 / periods * np.ones(periods))
    if planted:
        near = cKDTree(xy).query(xy[7], k=4)[1]
        counts[near, -3:] += 4
    return counts, xy, people, rng


def highest(counts, xy, people, share, length):
    """Return the best score by trying every ongoing cylinder, slowly."""
    total, best = counts.sum(), 0.0
    for centre in range(len(xy)):
        order = np.argsort(np.hypot(*(xy - xy[centre]).T), kind="stable")
        for k in range(1, len(xy) + 1):
            base = people[order[:k]].sum() / people.sum()
            if base > share and k > 1:
                break
            for w in range(1, length + 1):
                c = counts[order[:k], -w:].sum()
                mu = total * base * w / counts.shape[1]
                if c > mu:
                    rest = (total - c) * np.log((total - c) / (total - mu)) if total > c else 0
                    best = max(best, c * np.log(c / mu) + rest)
    return best


def test_the_best_cylinder_is_that_of_trying_them_all():
    counts, xy, people, _ = world(planted=True)
    found = scan(counts, xy, people, Cylinders(share=0.2, periods=6), simulations=9)
    assert found["score"].iloc[0] == pytest.approx(highest(counts, xy, people, 0.2, 6))


@pytest.mark.parametrize("model", ["poisson", "permutation"])
def test_what_is_planted_is_found_where_and_when_it_is(model):
    counts, xy, people, _ = world(planted=True)
    found = scan(counts, xy, people if model == "poisson" else None, Cylinders(share=0.2, periods=6), simulations=199)
    best = found.iloc[0]
    near = cKDTree(xy).query(xy[7], k=4)[1]
    assert best["p"] == 0.005
    assert len(set(best["members"]) & set(near)) >= 3
    assert (best["begin"], best["end"]) == (17, 19)
    assert best["observed"] == counts[best["members"], 17:].sum()


def test_chance_alone_is_found_about_as_often_as_its_p_says():
    p = []
    for seed in range(40):
        counts, xy, people, _ = world(seed, areas=25, periods=10)
        p.append(scan(counts, xy, people, Cylinders(share=0.3, periods=5), simulations=39, seed=seed)["p"].iloc[0])
    assert 0.3 < np.mean(p) < 0.7
    assert np.mean(np.array(p) <= 0.1) <= 0.25


def test_clusters_do_not_overlap_and_come_by_score():
    counts, xy, people, _ = world(planted=True)
    found = scan(counts, xy, people, simulations=19)
    members = [one for each in found["members"] for one in each]
    assert len(members) == len(set(members))
    assert found["score"].is_monotonic_decreasing
    assert found["p"].is_monotonic_increasing


def test_the_same_seed_gives_the_same_p_on_any_number_of_threads(monkeypatch):
    counts, xy, people, _ = world()
    two = scan(counts, xy, people, simulations=99, seed=5)
    monkeypatch.setattr(scan_module, "THREADS", 1)
    assert scan(counts, xy, people, simulations=99, seed=5).equals(two)


def test_made_up_maps_are_scored_as_slowly_as_quickly(monkeypatch):
    counts, xy, people, _ = world()
    quick = scan(counts, xy, people, simulations=60)
    monkeypatch.setattr(scan_module, "FIRST", 60)  # all by the way that knows no limit
    assert scan(counts, xy, people, simulations=60).equals(quick)


def test_what_is_over_is_only_found_when_asked_for():
    counts, xy, people, _ = world()
    counts[cKDTree(xy).query(xy[7], k=4)[1], 5:8] += 5
    over = scan(counts, xy, people, Cylinders(share=0.2, periods=6, ongoing=False), simulations=99).iloc[0]
    assert (over["begin"], over["end"], over["p"]) == (5, 7, 0.01)
    assert scan(counts, xy, people, Cylinders(share=0.2, periods=6), simulations=99)["p"].iloc[0] > 0.05


def test_nothing_happened_means_no_cluster():
    assert scan(np.zeros((5, 4), dtype=np.int64), np.random.default_rng(0).random((5, 2))).empty


def test_counts_and_places_that_do_not_match_are_refused():
    with pytest.raises(UsageError, match="6 areas"):
        scan(np.ones((5, 4), dtype=np.int64), np.zeros((6, 2)))


def test_a_cluster_of_the_told_strength_is_seen_four_times_in_five():
    side, periods = 8, 20
    xy = np.array([[x, y] for x in range(side) for y in range(side)], dtype=float) * 100
    usual = np.random.default_rng(0).poisson(2.0, (side**2, periods))
    ratio = least_visible(usual, Shape(4, 4), scan(usual, xy, simulations=199).attrs["limit"])
    assert 1 < ratio < 6
    seen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        mean = np.full((side**2, periods), 2.0)
        mean[np.ix_([27, 28, 35, 36], range(periods - 4, periods))] *= ratio
        seen += scan(rng.poisson(mean), xy, simulations=99, seed=seed)["p"].min() <= 0.05
    assert seen >= 13


def test_where_nothing_happens_nothing_is_visible():
    nothing = np.zeros((4, 3), dtype=np.int64)
    found = scan(nothing, np.eye(4)[:, :2], simulations=9)
    assert least_visible(nothing, Shape(1, 1), found.attrs["limit"]) == np.inf
