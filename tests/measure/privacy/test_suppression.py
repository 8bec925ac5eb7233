"""Small numbers stay hidden, whoever adds and subtracts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog

from gridkit.measure.privacy.suppression import TOTAL, Published, published, together

K = 10


def equations(shown: Published, parents: pd.Series) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray]:
    """Return the hidden counts, and every equation between them that the published numbers give."""
    grids = shown.grids
    hidden = [(row, column) for row in grids.index for column in grids.columns if pd.isna(grids.loc[row, column])]
    place = {cell: k for k, cell in enumerate(hidden)}
    lines, right = [], []

    def tell(cells: dict[tuple[str, str], int], total: float) -> None:
        line = np.zeros(len(hidden))
        for cell, factor in cells.items():
            if cell in place:
                line[place[cell]] += factor
            else:
                total -= factor * grids.loc[cell]
        lines.append(line)
        right.append(float(total))

    for column in grids.columns:
        if pd.notna(shown.everything[column]):
            tell({(row, column): 1 for row in grids.index}, shown.everything[column])
        for parent, total in shown.parents[column].dropna().items():
            tell({(row, column): 1 for row in grids.index[parents == parent]}, total)
    if TOTAL in grids:
        for row in grids.index:
            tell({(row, column): -1 if column == TOTAL else 1 for column in grids.columns}, 0)
    return hidden, np.array(lines).reshape(len(lines), len(hidden)), np.array(right)


def solved(shown: Published, parents: pd.Series) -> set[tuple[str, str]]:
    """Return the hidden counts that linear algebra gives away: those no solution of the equations changes."""
    hidden, lines, _ = equations(shown, parents)
    if not hidden:
        return set()
    free = null_space(lines) if len(lines) else np.eye(len(hidden))
    return {cell for k, cell in enumerate(hidden) if not free.size or np.abs(free[k]).max() < 1e-9}


def bounded(shown: Published, parents: pd.Series, cell: tuple[str, str]) -> tuple[float, float]:
    """Return the least and the most a hidden count can be, for one who also knows that hidden counts are at least 1."""
    hidden, lines, right = equations(shown, parents)
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(hidden))
        cost[hidden.index(cell)] = sign
        answer = linprog(cost, A_eq=lines if len(lines) else None, b_eq=right if len(lines) else None, bounds=(1, None))
        ends.append(sign * answer.fun if answer.status == 0 else np.inf)
    return ends[0], ends[1]


def as_table(rows: list[list[int]], parents: int) -> tuple[pd.DataFrame, pd.Series]:
    index = [f"g{i}" for i in range(len(rows))]
    table = pd.DataFrame(rows, index=index, columns=[f"c{i}" for i in range(len(rows[0]))])
    return table, pd.Series([f"p{i % parents}" for i in range(len(rows))], index=index)


def small_cells(table: pd.DataFrame, shown: Published) -> list[tuple[str, str]]:
    full = table.assign(**{TOTAL: table.sum(axis=1)}) if TOTAL in shown.grids else table
    return [(row, column) for row in full.index for column in full.columns if 0 < full.loc[row, column] < K]


count = st.one_of(st.just(0), st.integers(1, 14), st.integers(0, 200))
tables = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(count, min_size=columns, max_size=columns), min_size=1, max_size=12)
)


@pytest.mark.slow
@given(tables, st.integers(1, 4))
@settings(max_examples=80)
def test_an_attack_by_linear_algebra_recovers_nothing(rows, parents):
    table, parent = as_table(rows, parents)
    shown = published(table, parent)
    small = small_cells(table, shown)
    assert all(pd.isna(shown.grids.loc[cell]) for cell in small)
    assert not solved(shown, parent) & set(small)
    for cell in small[:4]:
        least, most = bounded(shown, parent, cell)
        assert least < K <= most + 1e-6


@given(tables, st.integers(1, 4))
@settings(max_examples=40)
def test_what_is_shown_is_true(rows, parents):
    table, parent = as_table(rows, parents)
    shown = published(table, parent)
    full = table.assign(**{TOTAL: table.sum(axis=1)}) if TOTAL in shown.grids else table
    for said, true in ((shown.grids, full), (shown.parents, full.groupby(parent).sum())):
        assert (said.notna() <= (said.fillna(-1) == true)).all().all()
    assert (shown.grids.notna() | (full > 0)).all().all()  # noughts are shown


def test_naive_suppression_falls_to_the_same_attack():
    table, parent = as_table([[3, 50, 60], [70, 80, 90]], 1)
    safe = published(table, parent)
    full = table.assign(**{TOTAL: table.sum(axis=1)})
    naive = Published(full.astype("Int64").mask(full < K), safe.parents, safe.everything)
    assert solved(naive, parent) == {("g0", "c0")}


def test_nothing_small_hides_nothing():
    table, parent = as_table([[10, 50], [70, 0]], 1)
    shown = published(table, parent)
    assert shown.grids.notna().all().all()
    assert shown.parents.notna().all().all()


def test_two_ones_do_not_give_each_other_away():
    # Their sum is 2, and each is at least 1: without a third they would both be known.
    table = pd.DataFrame({"n": [1, 1, 40, 50]}, index=list("abcd"))
    shown = published(table, pd.Series("p", index=table.index))
    assert shown.grids["n"].isna().tolist() == [True, True, True, False]


def test_a_parent_with_one_grid_keeps_its_sum_to_itself():
    table = pd.DataFrame({"n": [4, 40, 50, 30]}, index=list("abcd"))
    shown = published(table, pd.Series(["p", "q", "q", "r"], index=table.index))
    assert shown.parents["n"].isna().sum() == 2
    assert shown.everything["n"] == 124
    assert pd.isna(shown.grids.loc["a", "n"])


def test_one_small_count_alone_in_the_world_leaves_nothing_to_tell():
    table = pd.DataFrame({"n": [4, 0, 0]}, index=list("abc"))
    shown = published(table, pd.Series("p", index=table.index))
    assert shown.grids["n"].tolist()[1:] == [0, 0]
    assert shown.parents["n"].isna().all()
    assert shown.everything.isna().all()


def test_a_district_of_a_hundred_grids_in_ten_communities_shows_most_of_what_it_may(rng):
    counts = rng.poisson(rng.gamma(1, 12, (100, 5)))
    table, parent = as_table(counts.tolist(), 10)
    shown = published(table, parent)
    small = small_cells(table, shown)
    assert not solved(shown, parent) & set(small)
    assert shown.grids.isna().sum().sum() < 1.8 * len(small)


# ------------------------------------------------------------------ whole rows, where columns depend on each other
@given(tables, st.integers(1, 4), st.sets(st.integers(0, 11)))
@settings(max_examples=60)
def test_behind_every_small_count_stands_one_that_is_not_small_or_enough_small_ones(rows, parents, withheld):
    table, parent = as_table(rows, parents)
    also = np.isin(np.arange(len(table)), list(withheld))
    shut, groups = together(table, parent, K, also=also)
    small = (table > 0) & (table < K)
    assert shut[also].all()
    assert shut[small.any(axis=1)].all()
    assert sorted(each for group in groups for each in group) == (sorted(parent.unique()) if groups else [])
    if not groups:
        assert shut[(table > 0).any(axis=1)].all()
    for group in groups:
        own = shut & parent.isin(group).to_numpy()
        others = (table[own] - 1).clip(lower=0).sum()  # a reader may know that none of them is nought
        assert (~small[own].any() | (1 + others >= K)).all()


def test_the_least_row_that_hides_a_count_is_withheld_with_it():
    table, parent = as_table([[30, 3], [12, 6], [40, 20], [25, 12]], 1)
    assert together(table, parent, K)[0].tolist() == [True, True, False, True]


def test_a_parent_in_which_nothing_hides_a_count_is_told_only_in_a_sum_with_another():
    table = pd.DataFrame({"n": [4, 40, 50, 30]}, index=list("abcd"))
    shut, groups = together(table, pd.Series(["p", "q", "q", "r"], index=table.index), K)
    assert (shut.tolist(), groups) == ([True, True, False, False], [["p", "q"], ["r"]])


def test_where_nothing_in_all_hides_a_count_no_sum_may_be_known():
    table = pd.DataFrame({"n": [4, 0, 2]}, index=list("abc"))
    shut, groups = together(table, pd.Series(["p", "p", "q"], index=table.index), K)
    assert (shut.tolist(), groups) == ([True, False, True], [])


def test_small_counts_hide_behind_each_other_where_together_they_are_enough():
    table = pd.DataFrame({"n": [4, 5, 6, 1, 2, 30]}, index=list("abcdef"))
    shut, groups = together(table, pd.Series(["p", "p", "p", "q", "q", "r"], index=table.index), K)
    assert shut.tolist() == [True, True, True, True, True, True]
    assert groups == [["p"], ["q", "r"]]


def test_of_two_that_are_ten_together_the_other_would_be_known_to_be_nine_at_most():
    both = pd.DataFrame({"n": [1, 9]}, index=list("ab"))
    assert together(both, pd.Series("p", index=both.index), K)[1] == []
    assert together(both + 1, pd.Series("p", index=both.index), K)[1] == [["p"]]
