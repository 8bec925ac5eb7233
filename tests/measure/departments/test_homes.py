"""Areas at home in grids, units grown onto them, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.measure.departments.fit import Net, judged
from gridkit.measure.departments.homes import by_homes, least, mended

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


def test_a_torn_area_in_a_grid_that_is_no_areas_home_stays_as_it_is():
    net = Net(np.ones(4), np.array([1, 0, 1, 2]), np.array([2, 2, 1, 1]), np.array([[0, 1], [1, 2], [2, 3]]))
    assert by_homes(net, "nest").area.tolist() == [1, 2, 1, 1]


def test_nothing_held_moves_nothing():
    assert least(np.empty((0, 0)), "nest") == 0


def test_an_area_that_fell_into_pieces_is_put_together_again_in_its_grid():
    # Area 0 holds both ends of the one grid and area 1 its middle: before, all of 0 was beside each other.
    ends = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]])
    net = Net(np.array([5.0, 1, 1, 1, 3]), np.zeros(5, dtype=int), np.array([0, 1, 1, 1, 0]), ends)
    torn = np.array([0, 1, 0, 1, 0])
    assert mended(net, torn, "nest").tolist() == [0, 1, 1, 1, 0]


def test_grids_of_a_torn_area_go_to_the_neighbour_that_holds_most_of_them():
    grid = [0, 0, 1, 1, 2, 2]
    net = row(grid, [0, 0, 0, 1, 1, 1], (9, 1, 1, 1, 1, 1))
    assert mended(net, np.array([0, 0, 1, 1, 0, 0]), "union").tolist() == [0, 0, 1, 1, 1, 1]
    whole = np.array([0, 0, 0, 0, 1, 1])
    assert mended(net, whole, "union").tolist() == whole.tolist()


@given(st.integers(0, 2**31 - 1), st.sampled_from(["nest", "union"]))
@settings(max_examples=60, deadline=None)
def test_homes_keep_areas_in_one_piece_wherever_their_grids_let_them(seed, goal):
    rng = np.random.default_rng(seed)
    side = 8
    at = np.arange(side * side).reshape(side, side)
    ends = np.concatenate([np.stack([at[:, :-1], at[:, 1:]], -1).reshape(-1, 2),
                           np.stack([at[:-1], at[1:]], -1).reshape(-1, 2)])  # fmt: skip
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    grid = (y // 4 * 2 + x // 4).ravel()
    spots = rng.uniform(0, side, (int(rng.integers(5, 9)), 2))
    nearest = ((x.ravel()[:, None] - spots[:, 0]) ** 2 + (y.ravel()[:, None] - spots[:, 1]) ** 2).argmin(axis=1)
    area = np.unique(nearest, return_inverse=True)[1]
    net = Net(rng.integers(1, 9, side * side).astype(float), grid, area, ends)
    found = by_homes(net, goal)
    assert found.bound <= found.moved + 1e-6
    again = mended(net, found.area, goal)
    # What is in pieces still, no neighbour in its grid could take.
    assert again.tolist() == found.area.tolist() or len(judged(net, again, goal, bound=0.0).torn) >= len(found.torn)
    assert not (goal == "union" and found.torn)
