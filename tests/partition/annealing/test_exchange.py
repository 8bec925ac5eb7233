"""The end of the search: moves, and pairs of moves that make up for each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous
from strips import HARD, board, cost, shown, sums_are_true, world

from gridkit.partition.annealing.exchange import exchange, list_by_grid, second
from gridkit.partition.annealing.moves import move
from gridkit.partition.annealing.workspace import workspace

few = settings(max_examples=20, deadline=None)


@few
@given(st.integers(0, 2**16))
def test_exchanging_ends_where_no_single_move_helps(seed):
    problem, piece, plan = world(seed)
    everything = np.arange(problem.size, dtype=np.int32)
    space = workspace(problem.size, piece.k)
    before = cost(piece.graph, plan)
    made = exchange(piece.graph, plan, everything, HARD, 2.0, 50, space)
    assert cost(piece.graph, plan) < before or made == 0
    assert exchange(piece.graph, plan, everything, HARD, 2.0, 50, space) == 0
    assert sums_are_true(piece.graph, plan)
    assert contiguous(problem, plan.label[piece.node])


def run(piece, plan, passes=5, reach=5.0):
    everything = np.arange(len(plan.label), dtype=np.int32)
    return exchange(piece.graph, plan, everything, HARD, reach, passes, workspace(len(plan.label), piece.k))


def test_a_move_that_straightens_the_border_is_made():
    piece, plan = board("0011 0001 0011", band=0.2)  # 7 and 5 are within it: the tooth costs two borders more
    assert run(piece, plan) > 0
    assert shown(piece, plan, 4) == "0011 0011 0011"
    assert sums_are_true(piece.graph, plan)


def test_two_moves_are_made_together_where_each_alone_would_leave_the_band():
    piece, plan = board("0001 0011 0111", band=0.01)
    assert run(piece, plan) == 2
    assert shown(piece, plan, 4) == "0011 0011 0011"


def test_a_first_move_that_loses_more_than_the_reach_is_not_followed_up():
    piece, plan = board("0001 0011 0111", band=0.01)
    assert run(piece, plan, reach=-1e9) == 0
    assert shown(piece, plan, 4) == "0001 0011 0111"


def test_no_pass_makes_no_move():
    piece, plan = board("0011 0001 0011", band=0.9)
    assert run(piece, plan, passes=0) == 0


def test_nothing_leaves_its_region_nor_its_lock():
    piece, plan = board("0011 0001 0011", band=0.9)
    plan.region[:] = [0, 1]
    assert run(piece, plan) == 0
    locks = np.full(12, -1)
    locks[6] = 0  # the tooth
    piece, plan = board("0011 0001 0011", band=0.9, locks=locks)
    run(piece, plan)
    assert shown(piece, plan, 4)[7] == "0"


def test_a_grid_of_one_square_is_not_given_away():
    piece, plan = board("01 00", band=0.99)
    assert run(piece, plan) == 0
    assert sorted(plan.amount) == [1, 3]


def test_squares_are_listed_grid_by_grid():
    _, plan = board("0102 1122")
    space = workspace(8, 3)
    list_by_grid(plan.label, np.arange(8, dtype=np.int32), space)
    for grid in range(3):
        members = space.listed[space.first[grid] : space.first[grid + 1]]
        assert sorted(members) == np.flatnonzero(plan.label == grid).tolist()


@pytest.mark.parametrize("least", [0.0, 1e9])
def test_a_second_move_is_made_only_when_it_gains_enough(least):
    piece, plan = board("0001 0011 0111", band=0.01)
    space = workspace(12, 2)
    everything = np.arange(12, dtype=np.int32)
    list_by_grid(plan.label, everything, space)
    place = piece.node
    first = np.int32(place[2])  # the tooth of the upper row
    move(piece.graph, plan, first, np.int32(1))
    unit, to = second(piece.graph, plan, first, np.int32(0), np.int32(1), least, HARD, space)
    assert (unit, to) == ((-1, -1) if least else (place[9], 0))
