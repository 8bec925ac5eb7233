"""Windows around grids that are outside their band."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous, lattice

from gridkit.errors import LimitError
from gridkit.partition import Band, Problem
from gridkit.partition.annealing.moves import labelling_of, price_of, rank
from gridkit.partition.annealing.schedule import Clock
from gridkit.partition.exact import windows
from gridkit.partition.exact.windows import ANY, SAME, settled, window
from gridkit.partition.piece import pieces


def band_of(weights, grids, tolerance):
    return Band.around(float(np.sum(weights)) / grids, tolerance)


def stripes(rows, columns, wide):
    """Return grids that are bars ``wide`` columns wide."""
    return (np.tile(np.arange(columns), rows) // wide).astype(np.int32)


def in_order(problem, piece, label):
    """Return labels of units as labels of the nodes of a piece."""
    out = np.empty(problem.size, dtype=np.int32)
    out[piece.node] = label[piece.units]
    return out


def test_a_chain_of_heavy_units_is_passed_on():
    """A row of 5 5 4 | 4 5 5 | 3 5 4 in thirds of 12 to 14: only two moves at once lead into the band."""
    weights = np.array([5.0, 5, 4, 4, 5, 5, 3, 5, 4])
    problem = Problem(**lattice(1, 9, weights=weights), band=Band(12, 13, 14.5), grids=3)
    (piece,) = pieces(problem)
    bars = in_order(problem, piece, np.repeat([0, 1, 2], 3).astype(np.int32))
    assert np.sort(labelling_of(piece.graph, bars, 3).total[:, 0] * 13).tolist() == pytest.approx([12, 14, 14])
    off = in_order(problem, piece, np.array([0, 0, 1, 1, 1, 2, 2, 2, 2], dtype=np.int32))
    found = settled(piece, off).label
    assert rank(piece.graph, labelling_of(piece.graph, found, 3))[0] == 0


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_windows_never_leave_the_band_further_and_tear_nothing(seed):
    rng = np.random.default_rng(seed)
    weights = np.round(rng.lognormal(0, 0.5, 48) * 100)
    problem = Problem(**lattice(6, 8, weights=weights), band=band_of(weights, 8, 0.15), grids=8)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, stripes(6, 8, 1))
    found = settled(piece, label, effort=0.05).label
    was, now = (rank(piece.graph, labelling_of(piece.graph, each, 8)) for each in (label, found))
    assert now[0] <= was[0]
    assert contiguous(problem, found[piece.node])
    assert len(np.unique(found)) == 8
    assert np.array_equal(found, settled(piece, label, effort=0.05).label), "the same window, the same answer"


def test_a_window_pays_what_the_piece_pays_inside_it():
    problem = Problem(**lattice(6, 8), band=Band(5, 6, 7), grids=8, border_m=np.linspace(1, 2, 82))
    (piece,) = pieces(problem)
    label = in_order(problem, piece, stripes(6, 8, 1))
    grids = np.array([2, 3, 4])
    nodes = np.flatnonzero(np.isin(label, grids))
    part = window(piece, nodes, grids)
    local = np.searchsorted(grids, label[nodes]).astype(np.int32)
    moved = local.copy()
    moved[np.flatnonzero(local == 1)[:2]] = 0
    whole = label.copy()
    whole[nodes] = grids[moved]
    saved = price_of(piece.graph, label) - price_of(piece.graph, whole)
    assert price_of(part.graph, local) - price_of(part.graph, moved) == pytest.approx(saved)


def test_each_grid_outside_has_one_window_before_any_has_its_second(monkeypatch):
    """What cannot be mended far outside must not take the steps of what can be, nearer to the band."""
    weights = np.full((4, 60), 10.0)
    for column, more in ((10, 3.0), (30, 1.0), (50, 2.0)):
        weights[:, column : column + 2] += more, -more
    problem = Problem(**lattice(4, 60, weights=weights.ravel()), band=Band(38, 40, 42), grids=60)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, stripes(4, 60, 1))
    tried = []

    def fruitless(piece, label, at, end, left):
        assert left > 0
        tried.append(at.bad)
        return windows._Outcome(None, none=False, steps=100)

    monkeypatch.setattr(windows, "_solved", fruitless)
    settled(piece, label, effort=0.1)
    assert {bad // 20 for bad in tried[:3]} == {0, 1, 2}, "three places with two grids each"
    assert len(tried) == np.ceil(windows.MOST * 0.1**0.5 / 100)


def test_nothing_is_tried_when_the_search_is_over():
    problem = Problem(**lattice(1, 6), band=Band(2, 2, 2), grids=3)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 1, 1, 1, 2, 2], dtype=np.int32))
    clock = Clock(stopped=True)
    assert np.array_equal(settled(piece, label, over=clock.over).label, label)
    assert rank(piece.graph, labelling_of(piece.graph, settled(piece, label).label, 3))[0] == 0


def test_what_is_shut_no_plan_of_all_there_are_can_open():
    """4 3 4 3 4 in a row, twice of 9 +- 1: 4 3 | 4 3 4 and 4 3 4 | 3 4 are all there is, and neither fits."""
    weights = np.array([4.0, 3, 4, 3, 4])
    problem = Problem(**lattice(1, 5, weights=weights), band=Band(8, 9, 10), grids=2)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 0, 1, 1, 1], dtype=np.int32))
    found = settled(piece, label)
    assert found.shut.all()
    cuts = [(weights[:at].sum(), weights[at:].sum()) for at in range(1, 5)]
    assert not any(8 <= one <= 10 and 8 <= other <= 10 for one, other in cuts)


def test_nothing_is_called_shut_where_no_window_was_searched():
    weights = np.array([4.0, 3, 4, 3, 4])
    problem = Problem(**lattice(1, 5, weights=weights), band=Band(8, 9, 10), grids=2)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 0, 1, 1, 1], dtype=np.int32))
    assert not settled(piece, label, over=lambda: True).shut.any()


@pytest.mark.parametrize(
    ("weights", "begun", "ended"),
    [([4.0, 3, 3, 4, 6], [0, 0, 1, 1, 2], [10, 10]), ([5.0] * 6, [0, 0, 0, 1, 1, 1], [10, 10, 10])],
    ids=["fewer", "more"],
)
def test_a_window_makes_another_number_of_grids_only_where_nobody_asked_for_one(weights, begun, ended):
    problem = Problem(**lattice(1, len(weights), weights=np.array(weights)), band=Band(9, 10, 11))
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array(begun, dtype=np.int32))
    found = settled(piece, label, change=ANY)
    assert np.bincount(found.label, piece.graph.weight[:, 0] * 10).tolist() == pytest.approx(ended)
    assert not found.shut.any()
    assert np.array_equal(settled(piece, label, change=SAME).label, label)


def test_a_window_that_memory_does_not_hold_is_left_as_it_is_and_not_called_shut(monkeypatch):
    weights = np.array([5.0, 5, 4, 4, 5, 5, 3, 5, 4])
    problem = Problem(**lattice(1, 9, weights=weights), band=Band(12, 13, 14.5), grids=3)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 0, 1, 1, 1, 2, 2, 2, 2], dtype=np.int32))

    def too_large(*_):
        raise LimitError("the diagram does not fit")

    monkeypatch.setattr(windows, "ColumnGeneration", too_large)
    found = settled(piece, label)
    assert np.array_equal(found.label, label)
    assert not found.shut.any()


def test_a_unit_larger_than_a_grid_shuts_its_window_without_a_search(monkeypatch):
    problem = Problem(**lattice(1, 2, weights=np.array([12.0, 8.0])), band=Band(9, 10, 11), grids=2)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 1], dtype=np.int32))
    monkeypatch.setattr(windows, "ColumnGeneration", None)
    assert settled(piece, label).shut.all()


def test_the_steps_of_a_piece_are_those_of_all_its_windows(monkeypatch):
    """A search that has taken all its steps leaves what it did not look at open."""
    weights = np.array([4.0, 3, 4, 3, 4])
    problem = Problem(**lattice(1, 5, weights=weights), band=Band(8, 9, 10), grids=2)
    (piece,) = pieces(problem)
    label = in_order(problem, piece, np.array([0, 0, 1, 1, 1], dtype=np.int32))
    monkeypatch.setattr(windows, "MOST", 0)
    assert not settled(piece, label).shut.any()
