"""A reader of a series of scorecards, who solves for all of them and all their lines of households at once.

Every line of households stands over the same number of them. So what one line hides of a grid, another line of the same
edition, or a later month of the same line, may tell: the unknown households of every grid are one unknown in all of
them, those who take part are others in each line and month, and never more than the households.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.measure.privacy import rolled
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")

K = 10
COUNTED = {"taking_part": "参与户数", "covered": "覆盖户数", "only_worker": "仅与网格员联系户数"}
MONTHS = 3


def editions(seed):
    """Return scorecards of some months, with households and counts of which many are few, and what was counted."""
    plan = town(wide=8, blocks=2)
    rng = np.random.default_rng(seed)
    plan.units["households"] = rng.choice([0.0, 1.0, 2.0, 5.0, 12.0, 15.0], len(plan.units))
    of = plan.grids["households"].astype(int)
    found = []
    for _ in range(MONTHS):
        counts = pd.DataFrame({name: rng.integers(0, of + 1) for name in COUNTED}, index=of.index)
        told = counts.rename(columns=COUNTED).rename_axis("网格编码").reset_index()
        found.append((scored(gk.participation(plan, counts=told)), counts))
    return plan, of, found


def solved(plan, of, found):
    """Return how many counts of few there are, and how many the reader knows to be few."""
    size, upper = len(of), {"西街道": WEST, "东街道": EAST}
    names = [(month, name) for month in range(len(found)) for name in COUNTED]
    width = size * (1 + len(names))
    rows, values = [], []

    def tell(members, first, value):
        row = np.zeros(width)
        row[first * size + np.flatnonzero(members)] = 1.0
        rows.append(row)
        values.append(value)

    for at, (month, name) in enumerate(names, start=1):
        lines = found[month][0].layers["scorecard"].tables["lines"]
        for line in lines[(lines["indicator"] == name) & (lines["why"] == "")].itertuples():
            parent = upper.get(line.area, line.area)
            members = {
                "district": np.ones(size, dtype=bool), "grid": of.index == line.area,
            }.get(line.level, (plan.grids["parent"] == parent).to_numpy())  # fmt: skip
            tell(members, 0, line.of)
            tell(members, at, line.n)
    # No more take part than live there.
    within = np.hstack([-np.tile(np.eye(size), (len(names), 1)), np.eye(size * len(names))])
    asked = [(np.eye(width)[at], int(of.iloc[at])) for at in range(size)]
    for at, (month, name) in enumerate(names, start=1):
        for grid in range(size):
            n = int(found[month][1][name].iloc[grid])
            own = np.eye(width)[at * size + grid]
            asked += [(own, n), (np.eye(width)[grid] - own, int(of.iloc[grid]) - n)]
    few = [(goal, count) for goal, count in asked if 0 < count < K]
    told = 0
    for goal, _ in few:
        answer = linprog(
            -goal, A_ub=within, b_ub=np.zeros(len(within)), A_eq=np.array(rows), b_eq=np.array(values), method="highs"
        )
        assert answer.status in (0, 3)
        told += answer.status == 0 and -answer.fun < K - 1e-6
    return len(few), told, len(rows)


@pytest.mark.parametrize("seed", range(4))
def test_all_lines_of_households_of_all_months_together_tell_no_count_of_few(seed):
    few, told, lines = solved(*editions(seed))
    assert few > 40
    assert lines > 60
    assert told == 0


def test_the_same_reader_finds_counts_of_few_where_every_line_hides_for_itself(monkeypatch):
    monkeypatch.setattr(rolled, "_of_all", lambda table, parents, k: np.zeros(len(table), dtype=bool))
    assert sum(solved(*editions(seed))[1] for seed in range(4)) > 0
