from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from squares import lattice

from gridkit.partition import Problem
from gridkit.partition.annealing.moves import excess
from gridkit.partition.annealing.schedule import SMALL, SWEEPS, Clock, Work, begin, restarts, settle, short_restarts
from gridkit.partition.annealing.workspace import workspace
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
