"""The first plan of a piece: whole grids, as many as asked, around what is locked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous, lattice
from strips import board, shown, triangles

from gridkit.errors import InfeasibleError
from gridkit.partition import Band, Problem
from gridkit.partition.annealing.construct import first_plan, join, power_cells, repair, repair_empty
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.piece import pieces

few = settings(max_examples=20, deadline=None)
I32 = np.int32


def planned(problem, seed=0):
    """Return the only piece of a problem, and the grid and the pin of each of its squares."""
    [piece] = pieces(problem)
    label, pins = first_plan(piece, seed)
    return piece, label[piece.node], pins[piece.node]


# ------------------------------------------------------------------ the whole
@few
@given(st.integers(0, 2**16), st.integers(1, 9))
def test_every_grid_is_there_and_whole(seed, grids):
    mesh = triangles(60, seed)
    problem = Problem(weights=mesh.weights, edges=mesh.edges, points=mesh.points, grids=grids, band=0.5)
    _, label, pins = planned(problem, seed)
    assert np.unique(label).tolist() == list(range(grids))
    assert contiguous(problem, label)
    assert (pins == -1).all()


@pytest.mark.parametrize("grids", [1, 6])
def test_one_grid_takes_all_and_as_many_grids_as_squares_take_one_each(grids):
    _, label, _ = planned(Problem(**lattice(2, 3), grids=grids, band=0.9))
    assert np.bincount(label).tolist() == [6 // grids] * grids


def test_grids_of_an_even_lattice_are_nearly_even():
    _, label, _ = planned(Problem(**lattice(12, 12), grids=9, band=0.2))
    assert np.bincount(label).tolist() == pytest.approx([16] * 9, abs=4)


def test_the_old_plan_is_where_a_new_one_begins():
    old = np.array([0, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1])
    piece, label, _ = planned(Problem(**lattice(3, 4), grids=2, band=0.5, old=old))
    assert piece.names[label].tolist() == old.tolist()


def test_a_torn_old_grid_keeps_its_heavier_part():
    old = np.array([0, 0, 0, 1, 1, 0])  # along a row: the last square lies apart
    piece, label, _ = planned(Problem(**lattice(1, 6), grids=2, band=0.9, old=old))
    assert piece.names[label].tolist() == [0, 0, 0, 1, 1, 1]


# ------------------------------------------------------------------ locks
@few
@given(st.integers(0, 2**16))
def test_what_is_locked_is_in_its_grid_and_the_grid_is_whole_around_it(seed):
    random = np.random.default_rng(seed)
    locks = np.full(36, -1)
    for grid, corner in enumerate(random.permutation([0, 5, 30, 35])[:3]):
        locks[corner] = grid
    problem = Problem(**lattice(6, 6), grids=4, band=0.5, locks=locks)
    piece, label, pins = planned(problem, seed)
    held = locks >= 0
    assert piece.names[label[held]].tolist() == locks[held].tolist()
    assert pins[held].tolist() == label[held].tolist()
    assert contiguous(problem, label)


def test_squares_locked_to_one_grid_are_joined_by_what_is_free():
    locks = np.array([0, -1, 0, 1, -1, 1])  # 2 x 3: one lock in each corner
    piece, label, _ = planned(Problem(**lattice(2, 3), grids=2, band=0.9, locks=locks))
    assert piece.names[label].tolist() == [0, 0, 0, 1, 1, 1]


def test_squares_that_other_locks_part_cannot_be_joined():
    locks = np.array([0, 1, 0])
    with pytest.raises(InfeasibleError, match="locked to grid 0 cannot be joined"):
        planned(Problem(**lattice(1, 3), grids=2, band=0.9, locks=locks))


def test_a_grid_for_which_no_square_is_left_is_said():
    locks = np.array([0, 0, 0, 1])
    with pytest.raises(InfeasibleError, match="3 grids cannot be made around the locked units"):
        planned(Problem(**lattice(1, 4), grids=3, band=0.9, locks=locks))


# ------------------------------------------------------------------ banks of a river
def banks(left, right, **other):
    """Return two rows of squares with a river between them and one bridge at the western end."""
    arrays = lattice(2, max(left, right))
    size = max(left, right)
    kept = [*range(left), *range(size, size + right)]
    place = {square: k for k, square in enumerate(kept)}
    edges = [(place[u], place[v]) for u, v in arrays["edges"].tolist() if u in place and v in place]
    edges = np.array([(u, v) for u, v in edges if (u < left) == (v < left) or u == 0])
    over = (edges[:, 0] < left) & (edges[:, 1] >= left)
    return Problem(
        weights=np.ones(len(kept)),
        edges=edges,
        points=arrays["points"][kept],
        border_m=np.where(over, 0.0, 1.0),
        feature=np.where(over, 3, 0),
        feature_m=np.where(over, 9.0, 0.0),
        **other,
    )


def test_grids_keep_to_their_bank_where_their_number_fits():
    _, label, pins = planned(banks(8, 8, grids=4, band=Band(3, 4, 5)))
    assert len(set(label[:8])) == len(set(label[8:])) == 2
    assert not set(label[:8]) & set(label[8:])
    assert (pins == -1).all()


def test_one_grid_reaches_over_the_bridge_where_a_bank_has_an_odd_share_and_both_ends_are_pinned():
    problem = banks(10, 6, grids=4, band=Band(4, 4, 4))
    _, label, pins = planned(problem)
    both = set(label[:10]) & set(label[10:])
    assert len(both) == 1
    assert contiguous(problem, label)
    assert np.bincount(label).tolist() == [4] * 4
    assert np.flatnonzero(pins >= 0).tolist() == [0, 10]
    assert {int(pins[0]), int(pins[10])} == both


def test_a_bank_too_small_for_a_grid_joins_the_other():
    problem = banks(11, 1, grids=3, band=Band(3, 4, 5))
    _, label, _ = planned(problem)
    assert np.bincount(label).min() > 1
    assert contiguous(problem, label)


# ------------------------------------------------------------------ parts
@few
@given(st.integers(0, 2**16), st.integers(1, 8))
def test_power_cells_have_nearly_equal_weights(seed, count):
    random = np.random.default_rng(seed)
    arrays = lattice(20, 20)
    [piece] = pieces(Problem(**arrays, grids=count, band=0.5))
    weight = random.uniform(1, 3, 400)
    cell = power_cells(piece.points, weight, count)
    assert np.bincount(cell, weight, count) == pytest.approx(np.full(count, weight.sum() / count), rel=0.25)


def test_joining_walks_over_free_squares_only():
    piece, _ = board("000 000 000")
    graph, core = piece.graph, np.full(9, -1, dtype=I32)
    core[piece.node[[0, 2]]], core[piece.node[1]] = 0, 1
    assert join(graph.start, graph.neighbour, core, 0)
    there = core[piece.node]
    assert there[1] == 1
    assert (there == 0).sum() == 5  # round the one that is held: 0, 3, 4, 5, 2
    walled = np.full(9, -1, dtype=I32)
    walled[piece.node[[0, 2]]], walled[piece.node[[1, 4, 7]]] = 0, 1
    assert not join(graph.start, graph.neighbour, walled, 0)


def test_repairing_keeps_the_core_however_light_and_gives_the_rest_to_what_it_touches():
    piece, plan = board("00010")
    graph, label = piece.graph, plan.label.copy()
    core = np.full(5, -1, dtype=I32)
    core[piece.node[4]] = 0
    repair(graph.start, graph.neighbour, graph.price, graph.weight, core, label, 2)
    assert label[piece.node].tolist() == [1, 1, 1, 1, 0]
    free = plan.label.copy()
    repair(graph.start, graph.neighbour, graph.price, graph.weight, np.full(5, -1, dtype=I32), free, 2)
    assert free[piece.node].tolist() == [0, 0, 0, 1, 1]


def test_repairing_begins_with_one_square_where_none_has_a_grid():
    piece, _ = board("000")
    graph, label = piece.graph, np.full(3, -1, dtype=I32)
    repair(graph.start, graph.neighbour, graph.price, graph.weight, np.full(3, -1, dtype=I32), label, 1)
    assert label.tolist() == [0, 0, 0]


def test_an_empty_grid_gets_a_square_that_the_largest_can_spare():
    piece, plan = board("0001 1111")
    label, amount = plan.label.copy(), np.array([3, 5, 0], dtype=I32)
    assert repair_empty(piece.graph, np.full(8, -1, dtype=I32), label, amount, workspace(8, 3))
    assert amount.tolist() == [3, 4, 1]
    assert np.bincount(label).tolist() == [3, 4, 1]
    assert shown(piece, plan._replace(label=label), 4).count("0") == 3


def test_an_empty_grid_stays_empty_where_all_is_held():
    piece, plan = board("0001")
    amount = np.array([3, 1, 0], dtype=I32)
    held = plan.label.copy()
    assert not repair_empty(piece.graph, held, plan.label.copy(), amount, workspace(4, 3))
