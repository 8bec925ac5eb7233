"""One grid more where grids above the band leave room for it, and none where they do not."""

from dataclasses import fields

import numpy as np
import pytest
from squares import lattice, partition, reordered

from gridkit.band import Band
from gridkit.partition import missing
from gridkit.partition.missing import with_missing
from gridkit.partition.problem import Problem
from gridkit.partition.solver import solve


def row(weights, **more):
    count = len(weights)
    edges = [[i, i + 1] for i in range(count - 1)]
    return Problem(weights=weights, edges=edges, points=[[i, 0] for i in range(count)], band=Band(9, 10, 11), **more)


def test_two_grids_of_one_and_a_half_become_three():
    problem = row([5.0] * 6)
    found = with_missing(problem, np.array([0, 0, 0, 1, 1, 1]), lambda part: solve(part, effort=0.1))
    assert sorted(np.bincount(found).tolist()) == [2, 2, 2]
    assert len(np.unique(found[:2])) == 1


def test_a_part_takes_every_array_of_its_units_and_borders_along():
    whole = row([5.0] * 7)
    arrays = {each.name: getattr(whole, each.name) for each in fields(whole)}
    lengths = {name: array.shape[:1] for name, array in arrays.items() if isinstance(array, np.ndarray)}
    assert {name for name, shape in lengths.items() if shape == (7,)} == set(missing.UNITS)
    assert {name for name, shape in lengths.items() if shape == (6,)} == {"edges", *missing.BORDERS}


@pytest.mark.parametrize("more", [{"grids": 2}, {"locks": [0, -1, -1, 1, -1, -1]}], ids=["asked", "locked"])
def test_what_was_asked_stays(more):
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert with_missing(row([5.0] * 6, **more), labels, solve) is labels


def test_what_makes_no_grid_more_stays():
    labels = np.array([0, 0, 1, 1, 1])
    assert with_missing(row([5.0, 5.0, 4.0, 4.0, 4.0]), labels, solve).tolist() == labels.tolist()


def test_a_unit_that_is_too_large_alone_is_left():
    assert with_missing(row([20.0, 10.0]), np.array([0, 1]), solve).tolist() == [0, 1]


def test_the_order_of_units_and_borders_does_not_choose_between_grids_as_large():
    """Tenths summed in another order differ in the last digit, and grids of the same tenths are ties."""
    random = np.random.default_rng(6)
    arrays = lattice(4, 6, weights=random.choice([0.1, 0.2, 0.3, 0.7], 24))
    borders = random.choice([0.1, 0.2, 0.3, 0.7, 1.1], len(arrays["edges"]))
    problem = Problem(**arrays, border_m=borders, band=Band(0.9, 1.0, 1.1))
    row, column = np.divmod(np.arange(24), 6)
    labels = column // 3 + 10 * (row // 2)
    found = with_missing(problem, labels, lambda part: solve(part, effort=0.02))
    assert partition(found) != partition(labels)
    for _ in range(4):
        order = random.permutation(24)
        turned = reordered(problem, order, random.permutation(len(borders)))
        other = with_missing(turned, labels[order], lambda part: solve(part, effort=0.02))
        assert partition(other[np.argsort(order)]) == partition(found)
