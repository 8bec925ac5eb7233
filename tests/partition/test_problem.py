import numpy as np
import pytest
from squares import lattice

from gridkit.errors import InfeasibleError, TableError
from gridkit.partition import Band, Prices, Problem, solve


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": [1, 1, np.nan, 1]}, "'weights' is missing at unit c"),
        ({"weights": [1, 1, 1, -2]}, "'weights' is negative at unit d"),
        ({"areas": [1, 1, 1, np.inf]}, "'areas' is missing at unit d"),
        ({"points": np.zeros((3, 2))}, "shape"),
        ({"weights": ["x"] * 4}, "does not hold numbers"),
        ({"groups": [0.5, 0, 0, 0]}, "whole numbers"),
        ({"edges": [[0, 4]]}, "not there"),
        ({"edges": [[2, 2]]}, "unit c borders itself"),
        ({"border_m": [1, -1, 1]}, "between units b, c"),
        ({"feature": [0, -1, 0]}, "negative code"),
        ({"groups": [0, -1, 0, -1]}, "group 0 .units a, c. is not contiguous"),
        ({"groups": [0, 0, -1, -1], "parents": [0, 1, 1, 1]}, "group 0 .units a, b. lies in two parents"),
        ({"groups": [0, 0, -1, -1], "locks": [1, 2, -1, -1]}, "group 0 .units a, b. is locked to two grids"),
        ({"grids": {1: 2}}, "no number for parent 0"),
    ],
)
def test_what_breaks_a_table_is_named(change, said):
    with pytest.raises(TableError, match=said):
        solve(Problem(**{**lattice(1, 4), "band": 0.1, "grids": 2, "names": list("abcd"), **change}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"grids": 5}, "4 units in 1 connected part"),
        ({"grids": 1, "parents": [0, 0, 1, 1]}, "1 grid cannot serve 2 parents"),
        ({"grids": None}, "implies no number"),
        ({"band": 1.5}, "no share"),
        ({"locks": [3, 4, 5, -1]}, "cannot hold what is locked .3."),
        ({"locks": [3, 4, 3, -1]}, "locked to grid 3 cannot be joined"),
        ({"locks": [3, -1, -1, 3], "parents": [0, 0, 1, 1], "grids": {0: 1, 1: 1}}, "not connected inside one parent"),
        ({"groups": [0, 0, 0, 0]}, "of which there are 1"),
        ({"locks": [3, 3, 3, 3]}, "around the locked units"),
    ],
)
def test_what_no_plan_can_hold_is_said(change, said):
    with pytest.raises(InfeasibleError, match=said):
        solve(Problem(**{**lattice(1, 4), "band": 0.1, "grids": 2, "names": list("abcd"), **change}))


def test_no_units_are_nothing_to_split():
    with pytest.raises(InfeasibleError, match="no units"):
        Problem(weights=[], edges=np.empty((0, 2)), points=np.empty((0, 2)), band=0.1, grids=1)


@pytest.mark.parametrize("numbers", [(2, 1, 3), (-1, 1, 3), (0, 4, 3), (0, 0, 3)])
def test_a_band_is_in_order(numbers):
    with pytest.raises(InfeasibleError, match="holds nothing"):
        Band(*numbers)


@pytest.mark.parametrize("prices", [{"cut": (-1.0,)}, {"inside": (np.nan,)}, {"change": -1.0}])
def test_prices_are_not_negative(prices):
    with pytest.raises(TableError, match="weight"):
        Prices(**prices)


def test_only_five_units_are_named():
    problem = Problem(**lattice(1, 8), band=0.1, grids=1)
    assert problem.named(range(5)) == "0, 1, 2, 3, 4"
    assert problem.named(range(8)) == "0, 1, 2, 3, 4, ..."


def test_arrays_are_copied_and_cannot_be_written():
    weights = np.ones(4)
    problem = Problem(**lattice(1, 4, weights=weights), band=0.1, grids=1)
    weights[0] = 9
    assert problem.weights[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        problem.weights[0] = 2


def test_a_band_around_a_target_is_a_share_of_it():
    assert Band.around(1000, 0.05) == Band(950, 1000, 1050)


def test_codes_past_the_end_are_cut_at_one_and_inside_at_nothing():
    codes = np.array([0, 1, 2, 5])
    prices = Prices(cut=(1, 0.5), inside=(0, 2))
    assert prices.factor("cut", codes).tolist() == [1, 0.5, 1, 1]
    assert prices.factor("inside", codes).tolist() == [0, 2, 0, 0]
