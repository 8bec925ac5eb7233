"""Weight handed on through the grids between, along rows of squares."""

import numpy as np
import pytest
from squares import contiguous, lattice

from gridkit.partition import Problem
from gridkit.partition.annealing.ejection_chain import ejection_chain
from gridkit.partition.annealing.moves import labelling_of
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.piece import pieces


def test_weight_is_handed_on_through_the_grids_between():
    """o-o-o-o-o-o-o-o-o: three grids of 5, 3 and 1; the first hands on to the last through the second."""
    arrays = lattice(1, 9)
    [piece] = pieces(Problem(**arrays, grids=3, band=0.01))
    label = np.empty(9, dtype=np.int32)
    label[np.argsort(piece.points[:, 0])] = [0] * 5 + [1] * 3 + [2]
    plan = labelling_of(piece.graph, label, 3)
    moves = [ejection_chain(piece.graph, plan, 1.0, workspace(9, 3)) for _ in range(3)]
    assert sum(moves) == 4
    assert moves[-1] == 0
    assert plan.total[:, 0] == pytest.approx([1.0, 1.0, 1.0])


def chain(text, weights=None, **other):
    """Return a problem, its piece and its plan from one row of digits, the grid of each square."""
    arrays = lattice(1, len(text))
    if weights is not None:
        arrays["weights"] = np.array(weights, dtype=float)
    wanted = np.array([int(cell) for cell in text], dtype=np.int32)
    problem = Problem(**arrays, grids=int(wanted.max()) + 1, **{"band": 0.01, **other})
    [piece] = pieces(problem)
    return problem, piece, labelling_of(piece.graph, wanted[np.argsort(piece.node)], piece.k)


def run(piece, plan):
    return ejection_chain(piece.graph, plan, 1.0, workspace(len(plan.label), piece.k))


def shown(piece, plan):
    return "".join(map(str, plan.label[piece.node]))


def test_a_plan_within_its_band_is_left_alone():
    _, piece, plan = chain("001122")
    assert run(piece, plan) == 0
    assert shown(piece, plan) == "001122"


def test_a_grid_with_too_little_draws_from_where_there_is_more():
    problem, piece, plan = chain("011122222", band=0.3)  # 1, 3 and 5 of a wanted 3
    while run(piece, plan):
        assert contiguous(problem, plan.label[piece.node])
    assert shown(piece, plan) == "000111222"


def test_weight_that_no_grid_has_room_for_stays_where_it_is():
    _, piece, plan = chain("0011", weights=[5, 5, 5, 5], band=0.01)
    plan.total[:] *= 2  # every grid is above its band now
    assert run(piece, plan) == 0


def test_what_is_locked_is_not_handed_on():
    locks = np.array([-1, -1, -1, 0, -1, -1])
    _, piece, plan = chain("000011", locks=locks)
    assert run(piece, plan) == 0
    assert shown(piece, plan) == "000011"


def test_the_square_that_fits_what_is_owed_is_the_one_that_moves():
    """Two rows, the western grid with one person too many: of its two squares at the border the lighter one goes."""
    arrays = lattice(2, 3) | {"weights": np.array([1.0, 3.0, 2.0, 1.0, 1.0, 2.0])}
    problem = Problem(**arrays, grids=2, band=0.01)
    [piece] = pieces(problem)
    plan = labelling_of(piece.graph, np.array([0, 0, 1, 0, 0, 1], dtype=np.int32)[np.argsort(piece.node)], 2)
    assert run(piece, plan) == 1
    assert plan.label[piece.node].tolist() == [0, 0, 1, 0, 1, 1]


def test_a_grid_is_not_emptied():
    _, piece, plan = chain("01", weights=[9, 1])
    assert run(piece, plan) == 0
