"""Shares of grids beside the sums above them: an attack by linear programming on all that is told recovers nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, milp

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


def most_of_each(n, of, parents, found):
    """Return the largest that each small count may be, for one who knows how many households every grid has.

    He also knows that of ten households and more none is hidden of which all or nobody takes part: whole numbers, at
    least one on either side of a small count.
    """
    size, sums = len(n), [np.isin(parents, group) for group in found.groups]
    rows = np.array([*np.eye(size, dtype=bool)[~found.withheld.to_numpy()], *sums], dtype=float).reshape(-1, size)
    likely = (of >= K).astype(float)
    for counts in (n, of - n):
        low, high = np.where(counts > 0, likely, 0.0), np.where(counts < of, of - likely, of)
        for at in np.flatnonzero((counts > 0) & (counts < K)):
            told = [LinearConstraint(rows, rows @ counts, rows @ counts)] if len(rows) else []
            answer = milp(-np.eye(size)[at], bounds=(low, high), constraints=told, integrality=np.ones(size))
            yield -answer.fun, min(K, high[at])


homes = st.one_of(st.integers(0, 9), st.integers(0, 60))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(homes, homes, st.sampled_from("abc")), min_size=1, max_size=12))
def test_who_knows_the_households_of_every_grid_learns_no_small_count_either(cells):
    n = np.array([float(a) for a, _, _ in cells])
    of = n + np.array([float(b) for _, b, _ in cells])
    parents = [p for _, _, p in cells]
    found = rolled(pd.Series(n), pd.Series(of), pd.Series(parents), persons=True)
    assert all(value >= enough - 1e-6 for value, enough in most_of_each(n, of, parents, found))


def test_where_every_grid_is_small_the_sums_are_told_and_no_grid_follows():
    n, of = np.array([5.0, 6, 4, 7, 3, 5] * 10), np.array([9.0, 9, 8, 9, 7, 8] * 10)
    parents = ["p", "q", "r"] * 20
    found = rolled(pd.Series(n), pd.Series(of), pd.Series(parents), persons=True)
    assert found.withheld.all()
    assert found.groups == (("p",), ("q",), ("r",))
    assert all(value >= K for value in most(n, of, parents, found))
    assert all(value >= enough for value, enough in most_of_each(n, of, parents, found))


def test_lines_over_the_same_households_are_told_of_the_same_parents_together():
    # Behind the nine of b stand those of c. A line in which a and b are enough together must not tell of these two.
    of, parents = pd.Series([50.0, 60.0, 9.0, 80.0]), pd.Series(["a", "a", "b", "c"])
    for n, groups in (([30.0, 30, 9, 40], (("a",), ("b", "c"))), ([4.0, 0, 9, 40], (("a", "b", "c"),))):
        assert rolled(pd.Series(n), of, parents, persons=True).groups == groups


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
