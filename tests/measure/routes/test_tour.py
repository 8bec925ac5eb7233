"""The search on tours: what it must never break, and what it finds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from benchmark import benchmark

from gridkit.measure.routes.doors import round_trip
from gridkit.measure.routes.tour import shortened

ROUTES = benchmark("routes")

BEST = {"berlin52": 7542, "eil51": 426, "eil76": 538, "st70": 675, "pr76": 108159}
BEST |= {"kroA100": 21282, "lin105": 14379, "ch130": 6110, "d198": 15780}


def between(xy):
    """Return the distances between points."""
    return np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))


def length(far, order, node=None):
    """Return the length of a tour."""
    at = order if node is None else node[order]
    return far[at, np.roll(at, -1)].sum()


@pytest.mark.parametrize("seed", range(6))
def test_no_tour_through_eight_doors_is_shorter(seed):
    far = between(np.random.default_rng(seed).random((8, 2)))
    best = min(length(far, np.array([0, *rest])) for rest in itertools.permutations(range(1, 8)))
    assert length(far, round_trip(far)) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(6))
def test_mates_stay_beside_each_other_and_the_tour_is_no_longer(seed):
    rng = np.random.default_rng(seed)
    count = 30
    far = between(rng.random((25, 2)))
    node = rng.integers(0, 25, 2 * count)
    order = np.column_stack([2 * rng.permutation(count), np.zeros(count, dtype=int)])
    order[:, 1] = order[:, 0] + 1
    order = order.ravel()
    found = shortened(far, order, node, 500, mated=True, seed=seed)
    assert sorted(found) == list(range(2 * count))
    paired = found if found[0] ^ 1 == found[1] else np.roll(found, 1)
    assert (paired[::2] ^ 1 == paired[1::2]).all()
    assert length(far, found, node) <= length(far, order, node) + 1e-9


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 9])
def test_a_few_doors_are_a_round_too(count):
    far = between(np.random.default_rng(count).random((count, 2)))
    assert sorted(round_trip(far)) == list(range(count))
    assert round_trip(far)[0] == 0


def test_doors_at_one_place_cost_nothing():
    assert sorted(round_trip(np.zeros((12, 12)))) == list(range(12))


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(BEST))
def test_rounds_through_the_points_of_tsplib_are_within_half_a_hundredth(name, real_data):
    far = ROUTES.doors_instance((real_data / "tsplib" / f"{name}.tsp").read_text())
    assert BEST[name] <= length(far, round_trip(far)) <= BEST[name] * 1.005
