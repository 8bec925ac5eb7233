"""Walks past every required street: by hand, beside every order there is, and beside published optima."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from benchmark import benchmark

from gridkit.measure.routes.bound import bound
from gridkit.measure.routes.postman import patrol
from gridkit.measure.routes.ways import Streets, shortest

ROUTES = benchmark("routes")

OPTIMA = {"PALMA": 26, "UR552": 20097, "UR557": 48307, "UR562": 24556, "UR565": 42828, "UR567": 58971}
ONE_PART = ("UR557", "UR567")


@pytest.fixture(scope="module", autouse=True)
def _there():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")


def streets(required, other=(), nodes=None):
    """Return streets given as (junction, junction, length)."""
    rows = np.array([*required, *other], dtype=float)
    count = int(rows[:, :2].max()) + 1 if nodes is None else nodes
    return Streets(count, rows[:, :2].astype(int), rows[:, 2], np.arange(len(rows)) < len(required))


def drawn(seed, parts=4):
    """Return a lattice with a few required streets in several parts, lengths drawn."""
    rng = np.random.default_rng(seed)
    at = np.arange(16).reshape(4, 4)
    pairs = np.concatenate(
        [np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]), np.column_stack([at[:-1].ravel(), at[1:].ravel()])]
    )
    own = np.zeros(len(pairs), dtype=bool)
    own[rng.choice(len(pairs), parts, replace=False)] = True
    return Streets(16, pairs, rng.integers(1, 30, len(pairs)).astype(float), own)


def least(problem, start=None):
    """Return the least length over every order and direction of the required streets."""
    row = np.flatnonzero(problem.required)
    far = shortest(problem, np.arange(problem.nodes)).far
    fixed = problem.ends[row].tolist() if start is None else [[start, start], *problem.ends[row].tolist()]
    best = np.inf
    for order in itertools.permutations(range(1, len(fixed))):
        for turned in itertools.product((0, 1), repeat=len(order)):
            way = [fixed[0], *(fixed[k][::-1] if t else fixed[k] for k, t in zip(order, turned, strict=True))]
            total = sum(far[one[1], other[0]] for one, other in zip(way, [*way[1:], way[0]], strict=True))
            best = min(best, total)
    return best + problem.length[row].sum()


def holds(problem, walk, start=None):
    """Check that a walk is closed, in one piece, and serves every required street once."""
    ends = problem.ends[walk.streets]
    begin = np.where(walk.forward, ends[:, 0], ends[:, 1])
    end = np.where(walk.forward, ends[:, 1], ends[:, 0])
    assert (end == np.roll(begin, -1)).all()
    served = np.bincount(walk.streets[walk.serving], minlength=len(problem))
    assert (served == problem.required).all()
    if start is not None:
        assert begin[0] == start


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_few_streets_is_shorter(seed):
    problem = drawn(seed)
    start = seed % 16 if seed % 2 else None
    walk = patrol(problem, start)
    holds(problem, walk, start)
    assert walk.length(problem) == pytest.approx(least(problem, start))


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_never_above_the_least_and_near_it(seed):
    problem = drawn(seed)
    assert bound(problem) <= least(problem) + 1e-6
    assert bound(problem) >= 0.8 * least(problem)


def test_one_part_is_walked_in_the_length_of_its_bound():
    problem = streets([(0, 1, 5), (1, 2, 7), (2, 3, 5), (3, 0, 7), (0, 2, 8), (2, 4, 3)], [(4, 3, 1)])
    walk = patrol(problem)
    holds(problem, walk)
    assert walk.length(problem) == bound(problem)


def test_a_street_that_is_required_twice_is_walked_twice():
    problem = streets([(0, 1, 5), (0, 1, 5)])
    walk = patrol(problem, 0)
    holds(problem, walk, 0)
    assert walk.length(problem) == 10
    assert walk.serving.all()


def test_a_walk_goes_past_a_start_that_lies_apart():
    problem = streets([(0, 1, 5), (1, 2, 5)], [(2, 3, 4), (3, 4, 6)])
    walk = patrol(problem, 4)
    holds(problem, walk, 4)
    assert walk.length(problem) == 2 * (5 + 5 + 4 + 6)


def test_a_street_of_no_length_and_a_loop_are_walked():
    problem = streets([(0, 0, 9), (0, 1, 0), (2, 2, 4)], [(1, 2, 3)])
    walk = patrol(problem, 1)
    holds(problem, walk, 1)
    assert walk.length(problem) == 9 + 4 + 2 * 3


def test_the_same_seed_gives_the_same_walk():
    problem = drawn(3, parts=9)
    one, other = patrol(problem, seed=5), patrol(problem, seed=5)
    assert one.streets.tolist() == other.streets.tolist()


@pytest.mark.real
@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_published_instances_are_walked_within_a_hundredth(name, real_data):
    problem = ROUTES.postman_instance((real_data / "rpp-ur" / name).read_text(encoding="latin-1"))
    walk = patrol(problem)
    holds(problem, walk)
    assert OPTIMA[name] <= walk.length(problem) <= OPTIMA[name] * 1.01
    if name in ONE_PART:
        assert walk.length(problem) == OPTIMA[name]
    assert 0.99 * OPTIMA[name] <= bound(problem) <= OPTIMA[name] + 1e-6


@pytest.mark.real
def test_the_chinese_postman_of_gdb1_walks_294(real_data):
    problem = ROUTES.postman_instance((real_data / "carp-gdb" / "gdb1.dat").read_text(encoding="latin-1"))
    assert patrol(problem).length(problem) == 294
