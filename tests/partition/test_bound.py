import numpy as np
import pytest
from squares import lattice

from gridkit.partition import Band, Problem, search
from gridkit.partition.bound import least_border_m, least_excess, unreachable
from gridkit.partition.piece import pieces


def test_nothing_speaks_against_a_band_that_fits(square):
    assert least_excess(pieces(square)[0]) == 0


def test_what_is_off_by_the_rounding_of_weights_alone_is_no_reason():
    twelfths = Problem(**lattice(4, 6), band=Band(12, 12, 12))
    assert unreachable(twelfths, pieces(twelfths)[0]) == []


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


def test_the_reasons_name_units_numbers_and_the_best_that_can_be():
    heavy = Problem(**lattice(1, 3, weights=[9.0, 3.0, 3.0]), band=Band(3, 4, 5), grids=3, names=list("abc"))
    (reason,) = unreachable(heavy, pieces(heavy)[0])
    assert reason.sentence == "unit a alone holds 9, above the limit 5: at best 4 stay outside the range"
    assert reason.units.tolist() == [0]
    assert reason.excess == pytest.approx(1.0)
    short = Problem(**lattice(1, 5), band=Band(4, 4, 4), names=list("abcde"))
    (reason,) = unreachable(short, pieces(short)[0])
    assert reason.sentence == (
        "1 grid for 5 around unit a (parent 0) makes 5, outside 4 to 4: it is at best 1 outside the range of size"
    )
    assert len(reason.units) == 0


def test_a_band_that_fits_has_no_reasons(square):
    assert unreachable(square, pieces(square)[0]) == []


def test_the_border_bound_of_even_squares_is_that_of_circles():
    problem = Problem(**lattice(4, 4), band=Band(4, 4, 4))
    circles = 4 * 2 * np.sqrt(np.pi * 4)
    assert least_border_m(pieces(problem)[0], np.ones(16), outline_m=16) == pytest.approx((circles - 16) / 2)
    assert least_border_m(pieces(problem)[0], np.ones(16), outline_m=100) == 0


def test_the_border_bound_lets_grids_be_as_small_as_the_band():
    problem = Problem(**lattice(4, 4), band=Band(2, 4, 16), grids=4)
    areas = [2, 2, 2, 10]
    circles = sum(2 * np.sqrt(np.pi * area) for area in areas)
    assert least_border_m(pieces(problem)[0], np.ones(16), outline_m=0) == pytest.approx(circles / 2)
