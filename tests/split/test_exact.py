from dataclasses import replace

import numpy as np
import pytest
from squares import contiguous, lattice

from gridkit.errors import LimitError
from gridkit.split import Band, Prices, Problem, search, solve
from gridkit.split.exact import prove


def test_four_squares_of_four_are_proven_best(square):
    proof = prove(square)
    assert proof.proven
    assert proof.solution.cost_m == pytest.approx(8)
    assert proof.bound_m == pytest.approx(8)
    assert contiguous(square, proof.labels)


def test_the_search_finds_what_is_proven(riverside):
    assert search(riverside).cost_m == pytest.approx(prove(riverside).solution.cost_m)


def test_uneven_people_are_proven_best_too():
    random = np.random.default_rng(5)
    problem = Problem(**lattice(4, 5, weights=random.integers(1, 6, 20).astype(float)), band=0.25, grids=3)
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess == 0
    assert search(problem).cost_m <= 1.02 * proof.solution.cost_m


def test_a_band_out_of_reach_is_proven():
    problem = Problem(**lattice(1, 4, weights=[3.0, 1.0, 3.0, 3.0]), band=Band(5, 5, 5), grids=2)
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess > 0


def test_locks_and_change_tell_the_grids_apart(square):
    old = np.repeat([5, 6, 7, 8], 4)
    proof = prove(replace(square, old=old, prices=Prices(change=10)))
    assert proof.proven
    assert proof.labels.tolist() == old.tolist()


def test_exact_is_an_option_of_solve(row):
    assert sorted(np.bincount(solve(row, exact=True)).tolist()) == [2, 2]


def test_a_large_piece_is_refused():
    with pytest.raises(LimitError, match="100 units"):
        prove(Problem(**lattice(10, 10), band=0.1, grids=4))


def test_the_time_limit_leaves_a_plan_and_a_bound():
    problem = Problem(**lattice(7, 8), band=0.05, grids=6)
    proof = prove(problem, time_limit=0.0)
    assert not proof.proven
    assert proof.bound_m <= proof.solution.cost_m
    assert contiguous(problem, proof.labels)
