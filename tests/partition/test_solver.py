"""The search as a whole, on boards small enough to see what is best."""

from __future__ import annotations

import numpy as np
import pytest
from squares import contiguous, lattice

from gridkit.partition import Band, Problem, solve
from gridkit.partition.solver import SURE, search


def test_a_square_is_cut_into_quarters(square):
    labels = solve(square)
    assert np.bincount(labels).tolist() == [4] * 4
    cut = labels[square.edges[:, 0]] != labels[square.edges[:, 1]]
    assert cut.sum() == 8
    assert contiguous(square, labels)


def test_the_proof_and_the_search_agree_on_what_is_best(square):
    proven, found = (solve(square, exact=exact) for exact in (True, False))
    assert len(np.unique(np.column_stack([proven, found]), axis=0)) == 4  # the same grids by other names


def test_one_seed_makes_one_plan_on_any_number_of_threads():
    problem = Problem(**lattice(SURE // 6, 12), grids=10, band=0.2)
    plans = [solve(problem, 3, effort=0.2, threads=threads).tolist() for threads in (1, 3)]
    assert plans[0] == plans[1]


def test_every_island_is_split_on_its_own_and_the_labels_are_all_different():
    arrays = lattice(2, 8)
    apart = arrays["edges"][~((arrays["edges"] % 8 == 3).any(axis=1) & (arrays["edges"] % 8 == 4).any(axis=1))]
    labels = solve(Problem(**arrays | {"edges": apart}, grids=4, band=Band(4, 4, 4)))
    assert np.bincount(labels).tolist() == [4] * 4
    west = np.arange(16) % 8 < 4
    assert not set(labels[west]) & set(labels[~west])


def test_a_dedicated_unit_is_a_grid_of_its_own_behind_all_others():
    dedicated = np.full(5, -1)
    dedicated[4] = 7
    labels = solve(Problem(**lattice(1, 5), grids=2, band=Band(2, 2, 2), dedicated=dedicated))
    assert labels[4] == labels.max() == 2
    assert np.bincount(labels).tolist() == [2, 2, 1]


def test_a_band_that_no_plan_keeps_is_come_near_to_and_noted():
    found = search(Problem(**lattice(1, 3), grids=2, band=Band(1.5, 1.5, 1.5)))
    assert np.bincount(found.labels).tolist() in ([1, 2], [2, 1])
    assert found.notes


def test_where_no_plan_of_the_implied_number_keeps_the_band_one_of_another_number_does():
    """8 7 1 7 7 makes 2.7 grids of 11: no three of them are in 9 to 15.5, two are."""
    row = {**lattice(1, 5, weights=np.array([8.0, 7, 1, 7, 7])), "band": Band(9, 11, 15.5)}
    found = search(Problem(**row))
    assert sorted(np.unique(found.labels, return_counts=True)[1].tolist()) == [2, 3]
    assert found.excess == 0
    assert not found.notes
    assert search(Problem(**row, grids=3)).excess > 0


def test_one_grid_and_one_unit_need_no_search():
    assert solve(Problem(**lattice(2, 2), grids=1, band=0.1)).tolist() == [0] * 4
    assert solve(Problem(**lattice(1, 1), grids=1, band=0.1)).tolist() == [0]


def test_a_limit_of_no_time_still_gives_a_whole_plan(square):
    labels = solve(square, time_limit=1e-6)
    assert len(set(labels)) == 4
    assert contiguous(square, labels)


def test_progress_is_told_while_the_search_goes_on():
    told = []
    problem = Problem(**lattice(10, 12), grids=6, band=0.2)
    search(problem, effort=0.5, progress=told.append)
    assert told


def test_what_is_torn_cannot_be_split(row):
    with pytest.raises(ValueError, match="group"):
        solve(Problem(**lattice(1, 3), grids=1, band=0.1, groups=np.array([0, -1, 0])))
