import numpy as np
import pytest
from squares import lattice

from gridkit.split import Band, Problem, search
from gridkit.split.bound import least_border_m, least_excess
from gridkit.split.piece import pieces


def test_nothing_speaks_against_a_band_that_fits(square):
    assert least_excess(pieces(square)[0]) == 0


def test_a_heavy_unit_and_a_wrong_total_are_bounds():
    heavy = Problem(**lattice(1, 4, weights=[5.0, 1.0, 1.0, 1.0]), band=Band(2, 2, 3), grids=3)
    assert least_excess(pieces(heavy)[0]) == pytest.approx(1.0)
    short = Problem(**lattice(1, 4), band=Band(3, 3, 3), grids=2)
    assert least_excess(pieces(short)[0]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_has_less_border_than_the_bound(seed):
    weights = np.random.default_rng(seed).integers(1, 5, 144).astype(float)
    problem = Problem(**lattice(12, 12, weights=weights), band=0.1, grids=9)
    (piece,) = pieces(problem)
    areas = np.bincount(piece.node, problem.areas[piece.units])
    bound = least_border_m(piece, areas, outline_m=48)
    assert 0 < bound <= search(problem, effort=0.1).cost_m
