"""Single moves and the annealing made of them."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous
from strips import HARD, board, cost, shown, sums_are_true, triangles, world

from gridkit.partition import Prices, Problem
from gridkit.partition.annealing.moves import (
    SEARCH_MAX,
    Heat,
    anneal,
    below,
    draw,
    excess,
    gain_of,
    holds_together,
    labelling_of,
    move,
    penalty,
    penalty_saved,
    price_of,
    rank,
)
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.piece import NEAR_MAX, pieces

few = settings(max_examples=20, deadline=None)
I32 = np.int32


@settings(max_examples=15, deadline=None)
@given(st.integers(12, 60), st.integers(0, 2**16))
def test_a_grid_is_said_to_hold_together_just_when_it_does(size, seed):
    [piece] = pieces(triangles(size, seed))
    graph = piece.graph
    label = (np.argsort(np.argsort(piece.points[:, 0])) * 3 // size).astype(np.int32)
    plan, space = labelling_of(graph, label, 3), workspace(size, 3)
    source = np.repeat(np.arange(size), np.diff(graph.start))
    for node in range(size):
        rest = np.flatnonzero((plan.label == label[node]) & (np.arange(size) != node))
        world = nx.Graph()
        world.add_nodes_from(rest.tolist())
        inside = np.isin(source, rest) & np.isin(graph.neighbour, rest)
        world.add_edges_from(zip(source[inside].tolist(), graph.neighbour[inside].tolist(), strict=True))
        beside = [v for v in graph.neighbour[graph.start[node] : graph.start[node + 1]].tolist() if v in world]
        # Only the part that the node's own neighbours are in matters: whether they still reach each other.
        whole = bool(beside) and set(beside) <= nx.node_connected_component(world, beside[0])
        assert holds_together(graph, plan.label, node, space) == whole
        assert not space.mark.any()


def test_a_hub_of_many_neighbours_has_no_table_and_is_walked_around():
    spokes = NEAR_MAX + 2
    ring = np.column_stack([np.arange(1, spokes + 1), np.r_[np.arange(2, spokes + 1), 1]])
    hub = np.column_stack([np.zeros(spokes, int), np.arange(1, spokes + 1)])
    angle = np.linspace(0, 2 * np.pi, spokes, endpoint=False)
    points = np.vstack([[0, 0], np.column_stack([np.cos(angle), np.sin(angle)])])
    [piece] = pieces(
        Problem(weights=np.ones(spokes + 1), edges=np.vstack([hub, ring]), points=points, grids=2, band=0.9)
    )
    centre = int(np.diff(piece.graph.start).argmax())
    assert piece.graph.table[centre] == -1
    label = np.zeros(spokes + 1, dtype=np.int32)
    assert holds_together(piece.graph, label, centre, workspace(spokes + 1, 2))
    label[np.argsort(piece.points[:, 0])[[0, -1]]] = 1
    label[centre] = 1
    assert not holds_together(piece.graph, label, centre, workspace(spokes + 1, 2))


def test_a_doubtful_move_is_given_up_in_a_grid_too_large_to_search():
    """A ring of more nodes than are looked at: taking one out leaves it whole, and that is not found out."""
    size = SEARCH_MAX + 10
    along = np.arange(size)
    angle = 2 * np.pi * along / size
    ring = np.column_stack([along, (along + 1) % size])
    points = np.column_stack([np.cos(angle), np.sin(angle)]) * size
    [piece] = pieces(Problem(weights=np.ones(size), edges=ring, points=points, grids=2, band=0.9))
    label, space = np.zeros(size, dtype=I32), workspace(size, 2)
    assert not holds_together(piece.graph, label, I32(0), space)
    assert not space.mark.any()
    label[piece.node[size // 2 :]] = 1  # an arc of half of them is searched whole
    assert holds_together(piece.graph, label, I32(piece.node[0]), space)


# ------------------------------------------------------------------ what a move saves
@few
@given(st.integers(0, 2**16), st.floats(0.1, 1), st.floats(0, 100))
def test_what_a_move_is_said_to_save_is_what_it_saves(seed, slack, steep):
    problem, piece, plan = world(seed)
    graph = piece.graph

    def charged():
        return sum(penalty(graph, plan.total, I32(grid), I32(0), 0, slack, steep) for grid in range(piece.k))

    random = np.random.default_rng(seed)
    for unit in random.permutation(problem.size)[:10].astype(I32):
        own = plan.label[unit]
        to = I32((own + 1) % piece.k)
        gain = gain_of(graph, plan, unit, to)
        saved = penalty_saved(graph, plan.total, own, to, unit, slack, steep)
        before = price_of(graph, plan.label), charged()
        move(graph, plan, unit, to)
        assert before[0] - price_of(graph, plan.label) == pytest.approx(gain, abs=1e-6)
        assert before[1] - charged() == pytest.approx(saved, rel=1e-6, abs=1e-6)
    assert sums_are_true(graph, plan)


def test_within_the_free_share_of_the_band_nothing_is_charged_and_beyond_it_more_and_more():
    piece, plan = board("0011 0011", band=0.2)
    for total, free in ((1.0, True), (1.19, True), (0.81, True), (1.21, False), (0.79, False)):
        plan.total[0] = total
        assert bool(penalty(piece.graph, plan.total, I32(0), I32(0), 0, 1.0, 5.0)) is not free
    charges = []
    for total in (1.3, 1.4, 1.5):
        plan.total[0] = total
        charges.append(penalty(piece.graph, plan.total, I32(0), I32(0), 0, 1.0, 5.0))
    assert charges[2] - charges[1] > charges[1] - charges[0] > 0
    plan.total[0] = 1.19
    assert penalty(piece.graph, plan.total, I32(0), I32(0), 0, 0.5, 5.0) > 0


def test_leaving_the_old_grid_is_paid_for_and_coming_back_is_paid_out():
    piece, plan = board("01", old=np.array([0, 0]), prices=Prices(change=10))
    graph, there = piece.graph, np.argsort(plan.label)
    assert (graph.change > 0).all()
    both_new = plan._replace(label=np.array([1, 1], dtype=I32))
    assert price_of(graph, plan.label) == pytest.approx(graph.price[0] + graph.change[there[1]])
    assert price_of(graph, both_new.label) == pytest.approx(graph.change.sum())
    assert gain_of(graph, plan, I32(there[1]), I32(0)) == pytest.approx(graph.price[0] + graph.change[there[1]])
    assert gain_of(graph, plan, I32(there[0]), I32(1)) == pytest.approx(graph.price[0] - graph.change[there[0]])


def test_a_plan_is_ranked_by_the_band_before_its_metres():
    crooked, straight = board("0001 0011 0111", band=0.01), board("0001 0001 0001", band=0.01)
    ranks = [rank(piece.graph, plan) for piece, plan in (crooked, straight)]
    assert ranks[0][0] == 0 < ranks[1][0]
    assert ranks[0][1] == 5 > ranks[1][1] == 3
    assert excess(straight[0].graph, straight[1].total).tolist() == pytest.approx([0.49, 0.49])


# ------------------------------------------------------------------ annealing
@few
@given(st.integers(0, 2**16), st.integers(1, 20))
def test_annealing_keeps_every_grid_whole_and_its_sums_true(seed, sweeps):
    problem, piece, plan = world(seed)
    everything = np.arange(problem.size, dtype=I32)
    heat = Heat(2.0, 0.1, 1.0, 50.0, 0.9, sweeps)
    anneal(piece.graph, plan, everything, heat, np.array([seed + 1], dtype=np.uint64), workspace(problem.size, piece.k))
    assert sums_are_true(piece.graph, plan)
    assert plan.amount.min() >= 1
    assert contiguous(problem, plan.label[piece.node])


def heated(piece, plan, seed=5, sweeps=60, first=0.5):
    everything = np.arange(len(plan.label), dtype=I32)
    heat = Heat(first, 0.01, HARD, HARD, 1.0, sweeps)
    state = np.array([seed], dtype=np.uint64)
    return anneal(piece.graph, plan, everything, heat, state, workspace(len(plan.label), piece.k))


def test_a_crooked_border_is_straightened():
    piece, plan = board("0011 0001 0011", band=0.2)
    before = cost(piece.graph, plan)
    assert heated(piece, plan) > 0
    assert cost(piece.graph, plan) == 3 < before == 5


def test_one_seed_makes_one_plan_and_no_sweep_changes_nothing():
    plans = [world(3) for _ in range(2)]
    for _, piece, plan in plans:
        heated(piece, plan, first=3.0)
    assert plans[0][2].label.tolist() == plans[1][2].label.tolist() != world(3)[2].label.tolist()
    _, piece, plan = world(3)
    assert heated(piece, plan, sweeps=0) == 0


def test_what_is_locked_or_of_another_region_stays():
    locks = np.full(12, -1)
    locks[6] = 0
    piece, plan = board("0011 0001 0011", band=0.2, locks=locks)
    heated(piece, plan)
    assert shown(piece, plan, 4).replace(" ", "")[6] == "0"
    piece, plan = board("0011 0001 0011", band=0.2)
    plan.region[:] = [0, 1]
    assert heated(piece, plan) == 0


# ------------------------------------------------------------------ random bits
def test_random_numbers_are_of_their_range_and_all_of_it_comes_up():
    state = np.array([7], dtype=np.uint64)
    drawn = [int(below(np.uint64(draw(state)), 6)) for _ in range(600)]
    assert set(drawn) == set(range(6))
    assert min(drawn.count(number) for number in range(6)) > 60


def test_the_generator_never_sticks_and_differs_by_seed():
    one, other = np.array([1], dtype=np.uint64), np.array([2], dtype=np.uint64)
    first = [int(draw(one)) for _ in range(50)]
    assert len(set(first)) == 50
    assert first != [int(draw(other)) for _ in range(50)]
