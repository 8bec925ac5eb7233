"""Areas at home in grids, units grown onto them, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.departments.fit import Net
from gridkit.measure.departments.homes import by_homes, least

ROW = np.stack([np.arange(5), np.arange(1, 6)], axis=1)
"""Six units in a row."""


def row(grid, area, weight=(1, 1, 1, 1, 1, 1)):
    return Net(np.array(weight, dtype=float), np.array(grid), np.array(area), ROW)


@pytest.mark.parametrize(
    ("goal", "area", "wanted", "moved"),
    [
        ("nest", [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1], 1),
        ("union", [0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0], 1),
        ("equal", [0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1], 1),
        ("nest", [0, 0, -1, 0, 1, 1], [0, 0, -1, 1, 1, 1], 1),
    ],
)
def test_units_go_to_the_area_at_home_where_they_are(goal, area, wanted, moved):
    found = by_homes(row([0, 0, 0, 1, 1, 1], area), goal)
    assert found.area.tolist() == wanted
    assert (found.moved, found.bound) == (moved, moved)


def test_a_grid_that_people_live_in_gets_an_area_of_its_own_where_there_are_enough():
    found = by_homes(row([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 0], (1, 1, 9, 1, 1, 1)), "nest")
    assert found.area.tolist() == [0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(("goal", "bound"), [("nest", 2 + 1), ("union", 1 + 2), ("equal", 3)])
def test_what_each_area_or_grid_holds_most_of_need_not_move(goal, bound):
    assert least(np.array([[5.0, 2.0], [1.0, 4.0]]), goal) == bound


def test_nothing_held_moves_nothing():
    assert least(np.empty((0, 0)), "nest") == 0
