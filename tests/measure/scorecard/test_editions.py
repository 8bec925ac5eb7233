"""A reader of a series of scorecards, who solves for all of them and all their lines of households at once.

Every line of households stands over the same number of them. So what one line hides of a grid, another line of the same
edition, or a later month of the same line, may tell: the unknown households of every grid are one unknown in all of
them, those who take part are others in each line and month, and never more than the households.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.measure.privacy import rolled
from gridkit.plan.scored import remembered
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")

K = 10
COUNTED = {"taking_part": "参与户数", "covered": "覆盖户数", "only_worker": "仅与网格员联系户数"}
MONTHS = 3
BESIDE = {"W00": "W01", "W01": "W00", "W10": "W11", "W11": "W10"}


MIXED, SMALL = (0.0, 1.0, 2.0, 5.0, 12.0, 15.0), (1.0, 2.0)
"""Households of a unit, four to a grid: grids of all sizes, and none of ten."""


def editions(seed, homes=MIXED):
    """Return scorecards of some months, with households and counts of which many are few, and what was counted."""
    plan = town(wide=8, blocks=2)
    rng = np.random.default_rng(seed)
    plan.units["households"] = rng.choice(homes, len(plan.units))
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


def moved(seed, *, forgets=False):
    """Return scorecards between which a unit goes from grid to grid, with what was told of whom, unit by unit."""
    plan = town(wide=8, blocks=2)
    rng = np.random.default_rng(seed)
    plan.units["households"] = rng.choice([2.0, 5.0, 12.0, 15.0, 40.0], len(plan.units))
    told, few = [], {}
    for month in range(4):
        if month:
            unit = (f"u0{month}01", f"u0{month}02")[month % 2]
            grid = plan.units["grid_id"].where(plan.units.index != unit, BESIDE[plan.units.loc[unit, "grid_id"]])
            plan = replace(plan, units=plan.units.assign(grid_id=grid))
            few[unit] = plan.units.loc[unit, "households"]
        of = plan.grids["households"].astype(int)
        counts = pd.DataFrame({"网格编码": of.index, "参与户数": rng.integers(0, of + 1)})
        plan = scored(gk.participation(plan, counts=counts))
        lines = plan.layers["scorecard"].tables["lines"]
        shown = lines[(lines["indicator"] == "taking_part") & (lines["why"] == "") & (lines["level"] == "grid")]
        told += [((plan.units["grid_id"] == row.area).to_numpy(), row.of) for row in shown.itertuples()]
        assert len(shown) >= 4
        plan = plan if forgets else remembered(plan)
    return plan.units, told, {unit: homes for unit, homes in few.items() if homes < K}


def found_out(units, told, few):
    """Return the units that moved whose few households the reader knows."""
    rows, values = (np.array(each, dtype=float) for each in zip(*told, strict=True))
    known = []
    for unit in few:
        goal = -(units.index == unit).astype(float)
        answer = linprog(goal, A_eq=rows, b_eq=values, method="highs")
        assert answer.status in (0, 3)
        if answer.status == 0 and -answer.fun < K - 1e-6:
            known.append(unit)
    return known


@pytest.mark.parametrize("seed", range(6))
def test_editions_between_which_units_moved_do_not_tell_the_few_who_live_there(seed):
    assert found_out(*moved(seed)) == []


def test_the_same_reader_finds_them_where_earlier_editions_are_forgotten():
    worlds = [moved(seed, forgets=True) for seed in range(6)]
    assert sum(len(few) for _, _, few in worlds) > 0
    assert [found_out(*world) for world in worlds if found_out(*world)]


def test_a_plan_in_a_file_knows_of_its_scorecards_and_the_next_one_is_judged_beside_them(tmp_path):
    plan = town(wide=8, blocks=2)
    plan.units["households"] = [10.0 + at % 8 for at in range(len(plan.units))]
    counts = pd.DataFrame({"网格编码": plan.grids.index, "参与户数": 20})
    file = gk.write_plan(gk.participation(plan, counts=counts), tmp_path / "plan.gpkg")
    gk.scorecard(gk.read_plan(file), tmp_path / "one.csv")
    held = gk.read_plan(file)
    assert held.stale == ()
    assert set(held.records["scored_from"]["source"]) == {"participation"}
    before = file.read_bytes()
    gk.scorecard(held, tmp_path / "two.csv")
    assert file.read_bytes() == before
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


@pytest.mark.parametrize("seed", range(4))
def test_all_lines_of_households_of_all_months_together_tell_no_count_of_few(seed):
    few, told, lines = solved(*editions(seed))
    assert few > 40
    assert lines > 60
    assert told == 0


@pytest.mark.parametrize("seed", range(2))
def test_where_every_grid_is_small_the_district_is_told_and_no_grid(seed):
    plan, of, found = editions(seed, SMALL)
    assert of.max() < K
    for card, counts in found:
        lines = card.layers["scorecard"].tables["lines"]
        whole = lines[lines["level"] == "district"].set_index("indicator")
        for name in COUNTED:
            assert (whole.loc[name, "n"], whole.loc[name, "of"]) == (counts[name].sum(), of.sum())
    few, told, lines = solved(plan, of, found)
    assert few > 40
    assert lines >= 2 * MONTHS * len(COUNTED)
    assert told == 0


def test_the_same_reader_finds_counts_of_few_where_every_line_hides_for_itself(monkeypatch):
    monkeypatch.setattr(rolled, "_of_all", lambda table, parents, k: (np.zeros(len(table), dtype=bool), []))
    assert sum(solved(*editions(seed))[1] for seed in range(4)) > 0
