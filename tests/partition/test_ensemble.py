from itertools import pairwise

import numpy as np
import pytest
from squares import contiguous, lattice

from gridkit.errors import InfeasibleError
from gridkit.partition import Band, Problem, ensemble
from gridkit.partition.ensemble import chain, effective

PLANS, TREES = 117, 4  # ways to cut 4 x 4 into four grids of four units; spanning trees of a square of four


@pytest.fixture
def town():
    """Six rows of eight units in eight grids of six, in two parents of four grids."""
    parents = np.tile(np.repeat([0, 1], 4), 6)
    random = np.random.default_rng(2)
    weights = random.integers(1, 4, 48).astype(float)
    columns = np.tile(np.arange(8), 6)
    labels = np.repeat([0, 1], 24)[np.argsort(np.argsort(columns // 4, kind="stable"), kind="stable")] * 4
    rows = np.repeat(np.arange(6), 8)
    labels = labels + np.minimum(rows * 4 // 6, 3)
    return Problem(**lattice(6, 8, weights=weights), parents=parents, band=Band(4, 12, 25)), labels


def canonical(labels):
    return tuple(np.unique(labels, return_index=True)[1].argsort().argsort()[np.unique(labels, return_inverse=True)[1]])


def is_square(units):
    return np.ptp(units) == 5 and np.ptp(units % 4) == 1


def test_plans_come_up_in_proportion_to_their_spanning_trees():
    problem = Problem(**lattice(4, 4), band=Band(4, 4, 4))
    drawn = chain(problem, np.repeat(np.arange(4), 4), 60_000, seed=1, steps=10)
    found, times = np.unique([canonical(labels) for labels in drawn.labels], axis=0, return_counts=True)
    # Of four units only the square has more than one spanning tree.
    squares = [sum(is_square(np.flatnonzero(plan == grid)) for grid in range(4)) for plan in found]
    target = float(TREES) ** np.array(squares)
    assert len(found) == PLANS
    assert np.abs(times / times.sum() - target / target.sum()).sum() / 2 < 0.02


def test_every_plan_obeys_the_rules(town):
    problem, labels = town
    locked = np.zeros(48, dtype=bool)
    locked[[0, 7, 40, 41]] = True
    drawn = chain(problem, labels, 40, seed=3, locked=locked, steps=60)
    assert len(np.unique(drawn.labels, axis=0)) > 20
    for plan in drawn.labels:
        assert contiguous(problem, plan)
        total = np.bincount(plan, problem.weights)
        assert problem.band.inside(total).all()
        assert len(np.unique(np.column_stack([plan, problem.parents]), axis=0)) == 8
        assert (plan[locked] == labels[locked]).all()


def test_the_same_seed_draws_the_same_plans_and_another_others(town):
    problem, labels = town
    one, same, other = (chain(problem, labels, 5, seed=seed, steps=50).labels for seed in (4, 4, 5))
    assert (one == same).all()
    assert (one != other).any()


def test_groups_stay_whole_and_grids_outside_the_band_stay_as_they_are(town):
    problem, labels = town
    groups = np.full(48, -1)
    groups[[9, 10]] = 0
    heavy = problem.weights.copy()
    heavy[labels == 7] += 20
    problem = Problem(**lattice(6, 8, weights=heavy), parents=problem.parents, band=problem.band, groups=groups)
    drawn = chain(problem, labels, 30, steps=60)
    assert not drawn.takes_part[labels == 7].any()
    for before, plan in pairwise(drawn.labels):
        assert plan[9] == plan[10]
        assert ((plan == 7) == (labels == 7)).all()
        assert ((before == 7) == (plan == 7)).all()


def test_nothing_to_draw_is_said():
    problem = Problem(**lattice(1, 4), band=Band(9, 9, 9))
    with pytest.raises(InfeasibleError, match="nothing to draw"):
        chain(problem, np.array([0, 0, 1, 1]), 5)


def test_nothing_to_draw_is_said_where_every_unit_has_a_use_of_its_own():
    problem = Problem(**lattice(1, 4), band=Band(1, 2, 3), dedicated=np.arange(4))
    with pytest.raises(InfeasibleError, match="nothing to draw"):
        chain(problem, np.arange(4), 5)


def test_a_chain_that_repeats_itself_counts_for_less():
    random = np.random.default_rng(0)
    walk = np.cumsum(random.normal(size=2000))
    assert effective(random.normal(size=2000)) > 20 * effective(walk)
    assert effective(np.ones(10)) == 10


def test_a_chain_with_too_little_room_begins_anew_until_every_tree_has_enough(town, monkeypatch):
    problem, labels = town
    told = []
    monkeypatch.setattr(ensemble, "PILOT", 0)
    drawn = chain(problem, labels, 20, seed=3, steps=60, progress=told.append)
    assert told.count(0.0) > 1, "without a pilot there is room for two edges of a tree alone"
    assert told[-1] == 16 / 20
    assert drawn.steps == 20 * 60
    for plan in drawn.labels:
        assert contiguous(problem, plan)
        assert problem.band.inside(np.bincount(plan, problem.weights)).all()


def test_units_of_a_use_of_their_own_are_in_every_plan_what_they_were(town):
    problem, labels = town
    dedicated = np.full(48, -1)
    dedicated[0] = 0
    own = labels.copy()
    own[0] = 8
    own_use = {"parents": problem.parents, "band": problem.band, "dedicated": dedicated}
    problem = Problem(**lattice(6, 8, weights=problem.weights), **own_use)
    drawn = chain(problem, own, 10, steps=60)
    assert (drawn.labels[:, 0] == 8).all()
    assert not drawn.takes_part[0]
    assert (drawn.labels[:, 1:] != 8).all()


def test_few_values_count_for_what_they_are_and_falling_ones_for_less():
    assert effective(np.array([1.0, 2.0, 3.0])) == 3
    assert effective(np.arange(50.0)) < 10
