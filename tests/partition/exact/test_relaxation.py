import numpy as np
import pytest
from scipy.optimize import linprog

from gridkit.partition.exact.relaxation import Relaxation


def by_linprog(members, costs, right, dear):
    rows = len(right)
    solved = linprog(
        np.r_[costs, np.full(2 * rows, dear)],
        A_eq=np.hstack([members.T.astype(float), np.eye(rows), -np.eye(rows)]),
        b_eq=right,
        bounds=(0, None),
    )
    return solved.fun, solved.x[len(costs) :].sum()


def test_columns_added_one_after_the_other_are_solved_like_all_at_once():
    random = np.random.default_rng(3)
    members, costs, right = random.random((60, 9)) < 0.4, random.uniform(1, 5, 60), np.ones(9)
    relaxation = Relaxation(right, 40.0)
    for end in (20, 40, 60):
        relaxation.add(members[end - 20 : end], costs[end - 20 : end])
        solved = relaxation.solve()
        least, missed = by_linprog(members[:end], costs[:end], right, 40.0)
        assert solved.values @ right == pytest.approx(least)
        assert solved.unserved == pytest.approx(missed)
        assert (members[:end] @ solved.values <= costs[:end] + 1e-6).all()


def test_a_row_that_no_column_serves_is_worth_what_missing_it_costs():
    relaxation = Relaxation(np.ones(2), 7.0)
    relaxation.add(np.array([[True, False]]), np.array([2.0]))
    assert relaxation.solve().values.tolist() == [2.0, 7.0]
    relaxation.reprice(11.0)
    assert relaxation.solve().values.tolist() == [2.0, 11.0]


def test_no_time_is_no_solution(capfd):
    relaxation = Relaxation(np.ones(40), 7.0)
    relaxation.add(np.random.default_rng(0).random((4000, 40)) < 0.3, np.random.default_rng(1).random(4000))
    assert relaxation.solve(0.0) is None
    assert capfd.readouterr().out == ""
