"""Objectives beside borders: tiny worlds where the best plan is known, and laws of what is charged."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import lattice

from gridkit.errors import TableError
from gridkit.partition import Band, Problem, search
from gridkit.partition.annealing.moves import gain_of, labelling_of, move, price_of
from gridkit.partition.exact import prove
from gridkit.partition.objectives import Objectives, Walks
from gridkit.partition.piece import pieces
from gridkit.partition.solution import BORDERS_ALONE


def everyone(points, pace=1.0):
    """Return walks between all units, straight across."""
    far = np.linalg.norm(points[:, None] - points[None], axis=2) / pace
    n = len(points)
    return Walks(np.arange(0, n * n + 1, n), np.tile(np.arange(n), n), far.ravel(), float(far.max()), pace)


def wished(rows, columns, band, **objectives):
    arrays = lattice(rows, columns)
    return Problem(**arrays, band=band, objectives=Objectives(**objectives))


def sides(problem, labels):
    """Return the units of each grid, as sets."""
    return {frozenset(np.flatnonzero(labels == name).tolist()) for name in np.unique(labels)}


STRIPES = np.array([[row % 2 for _ in range(4)] for row in range(4)], dtype=float).reshape(-1, 1)
HALVES = np.array([[row // 2 for _ in range(6)] for row in range(4)], dtype=float).reshape(-1, 1)


def test_units_alike_are_put_together_though_the_border_is_longer():
    """Two halves of 4 x 6 squares, above and below, differ; the short border (4 m) would be the upright one."""
    plain = Problem(**lattice(4, 6), band=Band(12, 12, 12))
    short = search(plain, threads=1)
    assert short.cost_m == pytest.approx(4)
    assert short.proven is not None
    assert short.proven.all()
    assert not short.notes
    problem = replace(plain, objectives=Objectives(alike=HALVES, alike_m=(5.0,)))
    found = search(problem, threads=1)
    assert sides(problem, found.labels) == {frozenset(range(12)), frozenset(range(12, 24))}
    assert found.cost_m == pytest.approx(6), "nothing differs inside, so the border alone is paid"
    assert found.notes == (BORDERS_ALONE,), "what is no longer proven is said"


def test_what_is_unknown_is_no_reason_for_a_border():
    known = HALVES.copy()
    known[[0, 23]] = np.nan
    problem = wished(4, 6, Band(12, 12, 12), alike=known, alike_m=(5.0,))
    assert search(problem, threads=1).cost_m == pytest.approx(6)


def test_a_price_of_likeness_is_metres_per_person_and_square_of_the_deviation():
    problem = wished(4, 6, Band(12, 12, 12), alike=HALVES, alike_m=(0.01,))
    found = search(problem, threads=1)
    assert found.cost_m == pytest.approx(4 + 24 * 0.01), "all 24 stand one standard deviation from their mean"


def test_a_second_column_is_shared_out_evenly():
    """Cars stand in the left half of 4 x 6 squares: cut across, both grids have 12; upright, one has all."""
    cars = np.array([[2.0 if column < 3 else 0.0 for column in range(6)] for _ in range(4)]).reshape(-1, 1)
    problem = wished(4, 6, Band(12, 12, 12), even=cars, even_m=(1.0,))
    found = search(problem, threads=1)
    assert [cars[list(side)].sum() for side in sides(problem, found.labels)] == [12, 12]
    dear = Problem(**lattice(4, 6), band=Band(12, 12, 12), objectives=Objectives(even=cars, even_m=(0.001,)))
    assert search(dear, threads=1).cost_m == pytest.approx(4 + 2 * 0.001 * 100), "each grid is ten tenths off"


def test_walks_draw_grids_round():
    """A row of 2 x 8 with a cheap border along its middle is cut across where walks are priced."""
    arrays = lattice(2, 8)
    along = np.abs(arrays["edges"][:, 0] - arrays["edges"][:, 1]) == 8
    plain = Problem(**arrays, band=Band(8, 8, 8), border_m=np.where(along, 0.1, 1.0))
    assert sides(plain, search(plain, threads=1).labels) == {frozenset(range(8)), frozenset(range(8, 16))}
    walks = everyone(plain.points)
    problem = replace(plain, objectives=Objectives(walks=walks, walk_m=1.0))
    found = search(problem, threads=1)
    assert {min(side) % 8 for side in sides(problem, found.labels)} == {0, 4}


def test_people_go_to_the_office_that_is_near():
    """Two offices stand at the left end, above and below: grids are rows, though columns have the shorter border."""
    arrays = lattice(4, 6)
    points = arrays["points"]
    offices = np.array([0, 18])
    to_office = np.linalg.norm(points[:, None] - points[offices][None], axis=2)
    office = np.full(24, -1)
    office[offices] = [0, 1]
    seeds = office >= 0
    problem = Problem(
        **arrays,
        band=Band(12, 12, 12),
        seeds=seeds,
        objectives=Objectives(office=office, to_office=to_office, office_m=2.0),
    )
    found = search(problem, threads=1)
    assert sides(problem, found.labels) == {frozenset(range(12)), frozenset(range(12, 24))}
    mine = np.where(np.arange(24) < 12, to_office[:, 0], to_office[:, 1])
    assert found.cost_m == pytest.approx(6 + 2 * mine.sum())


def test_a_plan_with_objectives_is_never_called_proven():
    problem = wished(4, 4, Band(4, 4, 4), alike=STRIPES, alike_m=(1.0,))
    assert not search(problem, threads=1).proven.any()
    assert not prove.prove(problem).proven


def test_a_price_below_zero_is_refused():
    with pytest.raises(TableError, match="weight of an objective"):
        Objectives(alike=STRIPES, alike_m=(-1.0,))


def test_a_plan_of_objectives_is_the_same_on_any_number_of_threads():
    rng = np.random.default_rng(3)
    arrays = lattice(20, 20)
    problem = Problem(
        **arrays,
        band=Band(18, 20, 22),
        objectives=Objectives(
            alike=rng.normal(size=(400, 1)), alike_m=(0.2,), walks=everyone(arrays["points"]), walk_m=0.1
        ),
    )
    one, two = (search(problem, effort=0.1, threads=threads).labels for threads in (1, 3))
    assert np.array_equal(one, two)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_what_a_move_is_said_to_save_is_what_it_saves(seed):
    rng = np.random.default_rng(seed)
    arrays = lattice(5, 5)
    alike = rng.normal(size=(25, 2))
    alike[rng.random((25, 2)) < 0.2] = np.nan
    office = np.full(25, -1)
    office[[0, 24]] = [0, 1]
    problem = Problem(
        **{**arrays, "weights": rng.integers(0, 5, 25).astype(float)},
        band=Band(1, 12, 100),
        grids=3,
        seeds=office >= 0,
        objectives=Objectives(
            alike=alike,
            alike_m=(1.0, 0.3),
            even=rng.random((25, 1)),
            even_m=(2.0,),
            office=office,
            to_office=rng.random((25, 2)),
            office_m=0.5,
        ),
    )
    (piece,) = pieces(problem)
    label = rng.integers(0, 3, 25).astype(np.int32)
    label[piece.graph.fixed >= 0] = piece.graph.fixed[piece.graph.fixed >= 0]
    plan = labelling_of(piece.graph, label, 3)
    free = np.flatnonzero(piece.graph.fixed < 0)
    for _ in range(10):
        unit, to = np.int32(rng.choice(free)), np.int32(rng.integers(3))
        if plan.label[unit] == to or plan.amount[plan.label[unit]] == 1:
            continue
        before = price_of(piece.graph, plan.label, piece.wishes)
        said = gain_of(piece.graph, plan, unit, to)
        move(piece.graph, plan, unit, to)
        assert before - price_of(piece.graph, plan.label, piece.wishes) == pytest.approx(said, abs=1e-5)
