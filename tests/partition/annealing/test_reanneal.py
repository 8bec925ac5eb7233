import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous
from strips import HARD, cost, sums_are_true, world

from gridkit.partition.annealing.moves import Heat
from gridkit.partition.annealing.reanneal import reanneal
from gridkit.partition.annealing.workspace import workspace

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
