import numpy as np
import pytest
from gridkit.split import Band, Problem, search, solve


@pytest.fixture
def row():
    """o-o-o-o, one person each."""
    return Problem(
        weights=np.ones(4), edges=[[0, 1], [1, 2], [2, 3]], points=[[0, 0], [1, 0], [2, 0], [3, 0]], band=Band(2, 2, 2)
    )


def test_a_row_of_four_is_cut_in_the_middle(row):
    assert solve(row).tolist() in ([0, 0, 1, 1], [1, 1, 0, 0])


def test_the_solution_knows_its_cost(row):
    assert search(row).cost_m == 1.0
    assert search(row).excess == 0.0
