"""The shortest ways between junctions: counted by hand, and beside Floyd and Warshall's."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.routes.ways import Streets, leading, leaned, shortest, tree, way_to

ENDS = np.array([[0, 1], [1, 2], [0, 2], [2, 3], [4, 5]])
LENGTH = np.array([10.0, 10.0, 25.0, 5.0, 1.0])


def streets(required=()):
    """Return a triangle with a tail, and a street that nothing joins to it."""
    return Streets(6, ENDS, LENGTH, np.isin(np.arange(5), list(required)))


def test_the_shortest_way_goes_around_the_long_side():
    ways = shortest(streets(), np.array([0, 3, 4]))
    assert ways.far.tolist() == [[0, 25, np.inf], [25, 0, np.inf], [np.inf, np.inf, 0]]
    assert sorted(leading(ways, np.array([[0, 1]])).tolist()) == [0, 1, 3]


def test_a_tree_tells_the_way_in_order():
    far, last = tree(streets(), 3)
    assert far[:4].tolist() == [25, 15, 5, 0]
    assert np.isinf(far[4:]).all()
    assert way_to(streets(), last, 0).tolist() == [3, 1, 0]
    assert way_to(streets(), last, 3).tolist() == []


def test_streets_that_no_way_uses_are_left_out_and_what_is_required_stays():
    assert leaned(shortest(streets(), np.array([0, 3]))).length.tolist() == [10, 10, 5]
    assert leaned(shortest(streets([2, 4]), np.array([0, 3]))).length.tolist() == [10, 10, 25, 5, 1]


@pytest.mark.parametrize("seed", range(5))
def test_every_way_is_as_short_as_floyd_and_warshall_say(seed):
    rng = np.random.default_rng(seed)
    ends, length = rng.integers(0, 12, (25, 2)), rng.integers(1, 40, 25).astype(float)
    far = np.full((12, 12), np.inf)
    np.fill_diagonal(far, 0)
    for (a, b), metres in zip(ends, length, strict=True):
        far[a, b] = far[b, a] = min(far[a, b], metres)
    for k in range(12):
        far = np.minimum(far, far[:, k : k + 1] + far[k : k + 1])
    assert (shortest(Streets(12, ends, length, np.zeros(25, dtype=bool)), np.arange(12)).far == far).all()
