import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous, lattice

from gridkit.partition import Problem
from gridkit.partition.annealing.ejection_chain import ejection_chain
from gridkit.partition.annealing.exchange import exchange
from gridkit.partition.annealing.moves import Heat, excess, labelling_of, price_of
from gridkit.partition.annealing.reanneal import reanneal
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.piece import pieces

HARD = 1e5


def world(seed, rows=8, columns=8, k=4):
    random = np.random.default_rng(seed)
    arrays = lattice(rows, columns) | {"weights": random.integers(1, 5, rows * columns).astype(float)}
    problem = Problem(**arrays, border_m=random.uniform(0.5, 2, len(arrays["edges"])), grids=k, band=0.1)
    [piece] = pieces(problem)
    label = (np.argsort(np.argsort(piece.points[:, 0], kind="stable")) * k // (rows * columns)).astype(np.int32)
    return problem, piece, labelling_of(piece.graph, label, k)


def cost(graph, plan):
    return price_of(graph, plan.label) + HARD * excess(graph, plan.total).sum()


def sums_are_true(graph, plan):
    fresh = labelling_of(graph, plan.label, len(plan.amount))
    return all(np.array_equal(getattr(plan, name), getattr(fresh, name)) for name in ("total", "amount", "outer"))


few = settings(max_examples=20, deadline=None)


@few
@given(st.integers(0, 2**16), st.integers(1, 4))
def test_reannealing_never_makes_a_plan_worse_and_keeps_its_sums(seed, size):
    problem, piece, plan = world(seed)
    everything = np.arange(problem.size, dtype=np.int32)
    heats = (Heat(1.0, 0.1, 1.0, 50.0, 0.9, 30),)
    before = cost(piece.graph, plan)
    roots = np.arange(0, problem.size, 7, dtype=np.int32)
    state = np.array([seed + 1], dtype=np.uint64)
    reanneal(piece.graph, plan, everything, roots, size, heats, HARD, state, workspace(problem.size, piece.k))
    # The excess is charged with the square too while a try is judged, so that the plain sum may differ by rounding.
    assert cost(piece.graph, plan) <= before + 1e-6
    assert sums_are_true(piece.graph, plan)
    assert not plan.region.any()
    assert contiguous(problem, plan.label[piece.node])


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


def test_only_the_region_at_hand_is_reannealed():
    _, piece, plan = world(3)
    plan.region[:] = [0, 0, 1, 1]
    before = plan.label.copy()
    mine = np.flatnonzero(plan.region[plan.label] == 0).astype(np.int32)
    heats = (Heat(2.0, 0.1, 1.0, 50.0, 0.9, 50),)
    worked = reanneal(
        piece.graph,
        plan,
        mine,
        np.repeat(mine, 4),
        4,
        heats,
        HARD,
        np.array([9], dtype=np.uint64),
        workspace(64, 4),
    )
    assert worked > 0
    assert np.array_equal(plan.label[before >= 2], before[before >= 2])
    assert plan.region.tolist() == [0, 0, 1, 1]


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
