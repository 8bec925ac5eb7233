from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest
from squares import lattice

from gridkit.partition import Prices, Problem
from gridkit.partition.annealing import schedule
from gridkit.partition.annealing.moves import excess
from gridkit.partition.annealing.schedule import (
    SMALL,
    SWEEPS,
    Clock,
    Work,
    begin,
    best_start,
    divide,
    restarts,
    restore,
    settle,
    short_restarts,
    solve_piece,
)
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.objectives import Objectives, Walks
from gridkit.partition.piece import pieces


@pytest.fixture
def work():
    """Return a piece of 40 x 40 units of 1 to 4 people, to be split into 40 grids."""
    size = 1600
    weights = np.random.default_rng(1).integers(1, 5, size).astype(float)
    [piece] = pieces(Problem(**lattice(40, 40) | {"weights": weights}, grids=40, band=0.03))
    with ThreadPoolExecutor(1) as pool:
        yield Work(piece, 0, Clock(), pool, np.random.default_rng(1), workspace(size, piece.k))


def test_a_search_with_a_limit_makes_shorter_ones_first(work):
    assert short_restarts(work, SWEEPS, [1, 0]) == []
    work.clock.limit = 60.0
    amounts = [sweeps for sweeps, _ in short_restarts(work, SWEEPS, [1, 0])]
    assert amounts == sorted(amounts)
    assert amounts[-1] == SWEEPS // 4
    before = work.random.bit_generator.state
    for _, trier in short_restarts(work, SWEEPS, [1, 0]):
        trier.state()
    assert work.random.bit_generator.state == before


def test_only_small_pieces_are_tried_often():
    assert restarts(1, SMALL + 1) == 1
    assert restarts(1, 100) > restarts(1, 1000) >= 1
    assert restarts(4, 100) == 4 * restarts(1, 100)


def test_settling_brings_a_first_plan_into_the_band(work):
    plan, _ = begin(work)
    assert excess(work.graph, plan.total).sum() > 0
    settle(work, plan, 20)
    assert excess(work.graph, plan.total).sum() == 0
    assert not plan.region.any()


def small(rows=6, columns=6, **given):
    """Return the one piece of a small problem."""
    [piece] = pieces(Problem(**lattice(rows, columns, **given)))
    return piece


def working(piece, clock, seed=1):
    pool = Inline()
    return Work(piece, 0, clock, pool, np.random.default_rng(seed), workspace(len(piece.points), piece.k))


class Inline:
    """An executor that does what it is given at once."""

    def submit(self, function, *given):
        done = Future()
        done.set_result(function(*given))
        return done


def test_a_clock_ends_a_search_when_it_is_told_or_its_time_is_over():
    assert not Clock().over()
    assert Clock(stopped=True).over()
    late = Clock(limit=0.0, begun=-1.0)
    assert late.over()
    late.limit = None
    assert late.over(), "what is over stays over"


def test_a_clock_tells_how_far_all_pieces_are_together():
    told = []
    clock = Clock(tell=lambda *how: told.append(how), planned=200.0)
    piece = small(grids=4, band=0.2)
    plan, _ = begin(working(piece, clock))
    clock.count(0, piece, plan, 50.0)
    clock.count(1, piece, plan, 250.0)
    assert [share for share, *_ in told] == [0.25, 1.0]
    assert told[1][1] == pytest.approx(2 * told[0][1])


@pytest.mark.parametrize(("grids", "amounts"), [(1, [36]), (36, [1] * 36), (4, [9] * 4)])
def test_a_piece_is_solved_into_the_band_whatever_is_asked_of_it(grids, amounts):
    piece = small(grids=grids, band=0.0 if grids == 4 else 0.2)
    label = solve_piece(piece, [1, 0], 0.02, Clock(), Inline())
    assert np.bincount(label).tolist() == amounts
    again = solve_piece(piece, [1, 0], 0.02, Clock(), Inline())
    assert np.array_equal(label, again), "the same seed gives the same plan"


def test_a_search_that_is_stopped_at_once_has_a_plan_all_the_same():
    piece = small(grids=4, band=0.3)
    for clock in (Clock(stopped=True), Clock(limit=0.0, begun=-1.0)):
        label = solve_piece(piece, [1, 0], 1.0, clock, Inline())
        assert len(np.unique(label)) == 4


def test_a_plan_in_force_is_where_a_search_begins():
    old = np.repeat([0, 1, 2, 3], 9)
    piece = small(old=old, grids=4, band=0.3, prices=Prices(change=1e6))
    label = solve_piece(piece, [1, 0], 0.02, Clock(), Inline())
    pairs = {(int(a), int(b)) for a, b in zip(label, piece.graph.old, strict=True)}
    assert len(pairs) == 4, "what costs more than any border is not moved"


def test_without_prices_a_metre_is_one():
    assert working(small(grids=4, band=0.2, border_m=np.zeros(60)), Clock()).metre == 1.0


def test_many_first_plans_are_tried_where_a_grid_should_reach_over_a_bridge():
    border = np.ones(60)
    piece = small(grids=4, band=0.2, border_m=border)
    work = working(piece, Clock())
    plan, pins = best_start(work, 40)
    assert np.array_equal(pins, piece.graph.fixed)
    assert len(np.unique(plan.label)) == 4


def test_large_pieces_are_annealed_in_compact_regions_that_change(monkeypatch):
    monkeypatch.setattr(schedule, "REGION", 30)
    piece = small(12, 12, grids=24, band=0.5)
    work = working(piece, Clock())
    plan, _ = begin(work)
    first, second = divide(work, plan, whole=False), divide(work, plan, whole=False)
    for regions in (first, second):
        assert len(regions) == 3
        assert sorted(np.concatenate(regions).tolist()) == list(range(144))
        for part, nodes in enumerate(regions):
            assert (plan.region[plan.label[nodes]] == part).all() or regions is first
    assert [each.tolist() for each in first] != [each.tolist() for each in second]
    assert len(divide(work, plan, whole=True)) == 1
    assert not plan.region.any()


def test_what_is_restored_is_the_plan_it_was():
    piece = small(grids=4, band=0.2)
    plan, _ = begin(working(piece, Clock()))
    before = [each.copy() for each in plan]
    plan.label[:] = np.roll(plan.label, 7)
    plan.total[:] = 0
    restore(piece.graph, plan, before[0])
    assert all(np.array_equal(now, was) for now, was in zip(plan, before, strict=True))


def test_settling_what_cannot_be_settled_ends_and_leaves_nothing_worse():
    # Two heavy units can never both be in the band.
    weights = np.ones(36)
    weights[[0, 35]] = 40.0
    piece = small(weights=weights, grids=4, band=0.05)
    work = working(piece, Clock())
    plan, _ = begin(work)
    before = work.rank(plan)[0]
    settle(work, plan, 12)
    assert work.rank(plan)[0] <= before
    assert sorted(np.unique(plan.label).tolist()) == [0, 1, 2, 3]


def test_grids_whose_people_walk_to_a_middle_are_charged_for_it_anew():
    points = lattice(6, 6)["points"]
    far = np.linalg.norm(points[:, None] - points[None], axis=2)
    walks = Walks(np.arange(0, 36 * 36 + 1, 36), np.tile(np.arange(36), 36), far.ravel(), float(far.max()), 1.0)
    piece = small(grids=4, band=0.2, objectives=Objectives(walks=walks))
    work = working(piece, Clock())
    plan, _ = begin(work)
    before = piece.graph.stand.copy()
    work.look_for_middles(plan)
    assert not np.array_equal(piece.graph.stand, before) or not len(piece.wishes.first)
