from dataclasses import replace

import numpy as np
import pytest
from squares import lattice

from gridkit.partition import Band, Problem, search
from gridkit.partition.stability import forced, keeping, kept


def test_only_what_the_band_forces_changes_grid():
    weights = np.ones(8)
    weights[0] = 2
    old = np.repeat([0, 1], 4)
    problem = keeping(Problem(**lattice(1, 8, weights=weights), band=Band(4, 4.5, 5), old=old, grids=2))
    assert kept(problem, search(problem)) == 1
    tight = replace(problem, band=Band(4.4, 4.5, 4.6))
    assert kept(tight, search(tight)) == pytest.approx(1)


def test_forced_is_what_is_too_much_or_missing():
    old = np.array([0, 0, 0, 1])
    assert forced(Problem(**lattice(1, 4), band=Band(2, 2, 2), old=old)) == 1
    assert forced(Problem(**lattice(1, 4), band=Band(2, 2, 2))) == 0


def test_a_row_moves_one_unit_when_it_has_to():
    old = np.array([0, 0, 0, 1])
    problem = keeping(Problem(**lattice(1, 4), band=Band(2, 2, 2), old=old))
    found = search(problem)
    assert found.labels.tolist() == [0, 0, 1, 1]
    assert kept(problem, found) == 0.75


def test_change_is_priced_in_borders_for_a_mean_unit():
    problem = Problem(**lattice(1, 4, weights=[2.0] * 4), band=Band(4, 4, 4), border_m=[0.0, 6.0, 6.0])
    assert keeping(problem, 3).prices.change == 3 * 6 / 2


def test_newcomers_make_up_for_what_is_missing():
    old = np.array([0, 0, 1, -1])
    assert forced(Problem(**lattice(1, 4), band=Band(2, 2, 2), old=old)) == 0
    assert forced(Problem(**lattice(1, 4), band=0.1, grids=2, old=old)) == 0


def test_without_an_old_plan_all_is_kept(row):
    assert kept(row, search(row)) == 1
