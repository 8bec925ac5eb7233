"""Choices of grids and areas, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridkit.measure.departments.programme import Choices, Model


def two(**more):
    """Return two units of weights 3 and 1 in grids 0 and 1, both of area 0; area 1 is anywhere else."""
    node, other = np.arange(2), np.array([0, 1])
    every = np.stack([np.repeat(node, 2), np.tile(other, 2)], axis=1)
    made = Choices(
        weight=np.array([3.0, 1.0]),
        grid=np.array([0, 1]),
        area=(np.array([0, 0]),),
        price=(1.0, 1.0),
        grids=every,
        areas=(every,),
        homes=(np.ones((3, 2), dtype=bool),),
    )
    return replace(made, **more)


def moved(answer, choices):
    plan, net = answer.sides
    return choices.weight[plan != choices.grid].sum(), choices.weight[net != choices.area[0]].sum()


def test_an_area_in_two_grids_is_left_by_the_lighter_unit():
    choices = two()
    found = Model(choices, "nest").solved()
    assert sum(moved(found, choices)) == 1
    assert found.bound == pytest.approx(1)


def test_a_dear_plan_stays_and_a_plan_that_stays_is_dearer_than_all():
    for price in (5.0, np.inf):
        choices = two(price=(price, 1.0), grids=np.array([[0, 0], [1, 1]]) if np.isinf(price) else two().grids)
        assert moved(Model(choices, "nest").solved(), choices) == (0, 1)


def test_areas_are_at_home_in_one_grid_each_and_grids_of_one_area_each_when_they_are_equal():
    found = Model(two(), "equal").solved()
    assert (found.homes[0].sum(axis=0) <= 1).all()
    assert (found.homes[0].sum(axis=1) <= 1).all()


def test_units_of_a_compound_are_in_one_grid():
    choices = two(group=np.array([0, 0]))
    plan, _ = Model(choices, "union").solved().sides
    assert plan[0] == plan[1]


def test_the_last_wish_is_given_up_first():
    stays = (np.array([0]), np.ones(1), 1.0, np.inf)  # unit 0 in grid 0
    leaves = (np.array([0]), np.ones(1), -np.inf, 0.0)
    assert Model(two(), "nest").eased([[stays], [leaves]]).sides[0][0] == 0
    assert Model(two(), "nest").eased([[leaves], [stays]]).sides[0][0] == 1


def test_a_grid_that_needs_an_area_gets_one():
    model = Model(two(), "nest")
    model.peopled(0, np.array([0, 1]))
    assert model.solved().homes[0].any(axis=0).all()


def test_what_cannot_be_is_none():
    model = Model(two(), "nest")
    model.rows.add(np.zeros(2, dtype=np.int64), np.array([0, 1]), 1.0, 2.0, 2.0)
    assert model.solved() is None
