"""Shares of grids beside the sums above them: an attack by linear programming on all that is told recovers nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridkit.measure.privacy.rolled import rolled

K = 10


def told(n, of, parents, found):
    """Return the equations of what is told: rows of coefficients over n and the rest of every grid, and values."""
    size, rows, values = len(n), [], []
    rest = of - n

    def tell(members):
        for shift, counts in ((0, n), (size, rest)):
            row = np.zeros(2 * size)
            row[[shift + at for at in members]] = 1
            rows.append(row)
            values.append(counts[members].sum())

    for at in range(size):
        if not found.withheld.iloc[at]:
            tell([at])
    for group in found.groups:
        tell([at for at in range(size) if parents[at] in group])
    return np.array(rows).reshape(-1, 2 * size), np.array(values)


def most(n, of, parents, found):
    """Return for each count from 1 to 9 the largest that it may be in another world with the same prints."""
    rows, values = told(n, of, parents, found)
    counts = np.concatenate([n, of - n])
    for at in np.flatnonzero((counts > 0) & (counts < K)):
        goal = np.zeros(len(counts))
        goal[at] = -1
        if not len(rows):
            yield np.inf
            continue
        answer = linprog(goal, A_eq=rows, b_eq=values, bounds=(0, None), method="highs")
        yield np.inf if answer.status == 3 else -answer.fun


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from("abc")), min_size=1, max_size=12))
def test_no_small_count_of_households_follows_from_what_is_told(cells):
    n = np.array([float(a) for a, _, _ in cells])
    of = n + np.array([float(b) for _, b, _ in cells])
    parents = [p for _, _, p in cells]
    found = rolled(pd.Series(n), pd.Series(of), pd.Series(parents), persons=True)
    assert all(value >= K - 1e-6 for value in most(n, of, parents, found))


def test_of_things_shares_of_few_are_hidden_and_another_with_them():
    n, of = pd.Series([1.0, 20.0, 30.0]), pd.Series([4.0, 40.0, 60.0])
    found = rolled(n, of, pd.Series(["p", "p", "q"]), persons=False)
    assert found.withheld.tolist() == [True, True, False]
    assert found.tells({"p"})
    assert found.tells({"p", "q"})


def test_where_nothing_can_hide_a_count_the_community_is_told_with_another_alone():
    n, of = pd.Series([3.0, 40.0, 50.0]), pd.Series([40.0, 90.0, 99.0])
    found = rolled(n, of, pd.Series(["p", "q", "q"]), persons=True)
    assert found.groups == (("p", "q"),)
    assert not found.tells({"p"})
    assert found.areas({"p": "west", "q": "east"}) == {"west": False, "east": False}
    assert found.areas({"p": "all", "q": "all"}) == {"all": True}


@pytest.mark.parametrize("persons", [True, False])
def test_what_nobody_knows_is_not_withheld(persons):
    found = rolled(pd.Series([np.nan, 30.0]), pd.Series([50.0, 60.0]), pd.Series(["p", "p"]), persons=persons)
    assert found.withheld.tolist() == [False, False]
    assert rolled(pd.Series([np.nan]), pd.Series([np.nan]), pd.Series(["p"]), persons=persons).groups == ()
