"""A reader of a series of scorecards, who solves for all of them and all their lines of households at once.

Every line of households stands over the same number of them. So what one line hides of a grid, another line of the same
edition, or a later month of the same line, may tell: the unknown households of every grid are one unknown in all of
them, those who take part are others in each line and month, and never more than the households.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.catalog.layer import Layer
from gridkit.measure.participation import layer
from gridkit.measure.privacy.rolled import Behind
from gridkit.plan.scored import remembered
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")

K = 10
COUNTED = {"taking_part": "参与户数", "covered": "覆盖户数", "only_worker": "仅与网格员联系户数"}
MONTHS = 3
BESIDE = {"W00": "W01", "W01": "W00", "W10": "W11", "W11": "W10"}


MIXED, SMALL = (0.0, 1.0, 2.0, 5.0, 12.0, 15.0), (1.0, 2.0)
"""Households of a unit, four to a grid: grids of all sizes, and none of ten."""


def editions(seed, homes=MIXED, gaps=0, *, nets=False):
    """Return scorecards of some months, with households and counts of which many are few, and what was counted.

    Of so many grids (``gaps``) nothing is known in each line of each month. With ``nets`` the plan also knows how many
    households of each grid belong elsewhere for a department.
    """
    plan = town(wide=8, blocks=2)
    rng = np.random.default_rng(seed)
    plan.units["households"] = rng.choice(homes, len(plan.units))
    of = plan.grids["households"].astype(int)
    found = []
    for _ in range(MONTHS):
        counts = pd.DataFrame({name: rng.integers(0, of + 1) for name in COUNTED}, index=of.index)
        counts = without_some(counts, rng, gaps)
        told = counts.rename(columns=COUNTED).rename_axis("网格编码").reset_index()
        laid = gk.participation(plan, counts=told)
        if nets:
            counts["apart"] = rng.integers(0, of + 1)
            grids = pd.DataFrame({"nets_crossing": 1, "apart": counts["apart"].astype(float)}, index=of.index)
            laid = laid.with_layer(Layer(gk.layers()["departments"], {"grids": grids}, {}))
        card = scored(laid)
        found.append((card, counts))
        plan = remembered(card) if gaps else plan
    return plan, of, found


def without_some(counts, rng, gaps):
    """Return counts of which some are not known in each column."""
    return counts.apply(
        lambda line: line.astype(float).mask(line.index.isin(rng.choice(line.index, gaps, replace=False)))
    )


def solved(plan, of, found):
    """Return how many counts of few there are, and how many the reader knows to be few."""
    size, upper = len(of), {"西街道": WEST, "东街道": EAST}
    names = [(month, name) for month in range(len(found)) for name in found[month][1]]
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
            members = members & found[month][1][name].notna().to_numpy()
            tell(members, 0, line.of)
            tell(members, at, line.n)
    # No more take part than live there.
    within = np.hstack([-np.tile(np.eye(size), (len(names), 1)), np.eye(size * len(names))])
    asked = [(np.eye(width)[at], int(of.iloc[at])) for at in range(size)]
    for at, (month, name) in enumerate(names, start=1):
        for grid in range(size):
            n = found[month][1][name].iloc[grid]
            if np.isnan(n):
                continue
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


def retold(seed, *, gaps, across, same):
    """Return what scorecards of several registers tell of whose households, line by line, while many units move.

    With what is few, as units: the grids of every edition, and what went from grid to grid. Of some grids nothing is
    known in each line (``gaps``), ground goes to another community (``across``), one register is told again (``same``).
    """
    plan, rng = town(wide=8, blocks=2), np.random.default_rng(seed)
    plan.units["households"] = rng.choice([0.0, 0.0, 1.0, 2.0, 5.0, 12.0, 30.0], len(plan.units))
    homes, borders = plan.units["households"], plan.borders[["unit_id", "neighbour"]].to_numpy()
    told, few, layouts, counts = [], set(), [], pd.DataFrame()
    for _ in range(3):
        for unit, other in borders[rng.integers(len(borders), size=4 if layouts else 0)]:
            units = plan.units.assign()
            if (units["grid_id"] == units.loc[unit, "grid_id"]).sum() > 1 and (
                across or units.loc[unit, "parent"] == units.loc[other, "parent"]
            ):
                units.loc[unit, ["grid_id", "parent"]] = units.loc[other, ["grid_id", "parent"]]
            plan = replace(plan, units=units)
        of = plan.grids["households"].astype(int)
        if not same or set(counts.index) != set(of.index):
            counts = pd.DataFrame({name: rng.integers(0, of + 1) for name in COUNTED}, index=of.index)
            counts = without_some(counts, rng, gaps)
        plan = scored(
            gk.participation(plan, counts=counts.rename(columns=COUNTED).rename_axis("网格编码").reset_index())
        )
        lines = plan.layers["scorecard"].tables["lines"]
        grid, parent = plan.units["grid_id"], plan.units["parent"]
        for row in lines[lines["indicator"].isin(COUNTED) & (lines["why"] == "")].itertuples():
            fits = counts[row.indicator].notna() & (counts[row.indicator] <= of)
            area = {"西街道": WEST, "东街道": EAST}.get(row.area, row.area)
            whose = grid.notna() if row.level == "district" else grid == area if row.level == "grid" else parent == area
            members = (grid.isin(fits.index[fits]) & whose).to_numpy()
            assert homes[members].sum() == row.of  # what is told is true
            told.append((members, row.of))
        layouts.append(grid)
        pieces = [grid, *(grid + "|" + earlier for earlier in layouts[:-1])]
        few |= {frozenset(those) for each in pieces for those in each.groupby(each).groups.values()}
        plan = remembered(plan)
    return plan.units, told, [each for each in few if 0 < homes[list(each)].sum() < K]


WORLDS = [
    {"seed": 10, "gaps": 3, "across": False, "same": False},
    {"seed": 11, "gaps": 0, "across": False, "same": False},
    {"seed": 12, "gaps": 0, "across": True, "same": True},
    {"seed": 13, "gaps": 2, "across": True, "same": True},
]
"""Registers of which lines have gaps, another one each time, ground across communities, the same told again."""


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: str(world["seed"]))
def test_all_lines_of_all_editions_together_tell_no_grid_of_few_and_no_few_that_moved(world):
    units, told, few = retold(**world)
    assert len(few) >= 2
    assert len(told) > 20
    assert found_out(units, told, few) == []


def test_the_same_reader_finds_grids_of_few_where_lines_hide_behind_nothing_in_common(monkeypatch):
    monkeypatch.setattr(layer, "behind", lambda lines, past=None: Behind())
    assert found_out(*retold(**WORLDS[0])) != []


def found_out(units, told, few):
    """Return the units, or sets of them, whose few households the reader knows."""
    rows, values = (np.array(each, dtype=float) for each in zip(*told, strict=True))
    known = []
    for unit in few:
        goal = -units.index.isin([unit] if isinstance(unit, str) else list(unit)).astype(float)
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
    assert set(held.records["scored_from"]["source"]) == {"participation", "households"}
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


@pytest.mark.parametrize("seed", range(4))
def test_lines_that_know_other_grids_together_tell_no_count_of_few(seed):
    few, told, lines = solved(*editions(seed, gaps=2))
    assert few > 40
    assert lines > 20
    assert told == 0


@pytest.mark.parametrize("gaps", [0, 2])
@pytest.mark.parametrize("seed", range(3))
def test_lines_of_other_layers_over_the_same_households_tell_no_count_of_few_either(seed, gaps):
    few, told, lines = solved(*editions(seed, gaps=gaps, nets=True))
    assert few > 40
    assert lines > 20
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
    monkeypatch.setattr(layer, "behind", lambda lines, past=None: Behind())
    assert sum(solved(*editions(seed))[1] for seed in range(4)) > 0


def others_first(seed, gaps=3):
    """Return a scorecard of visits alone and one of participation after it, and who is few: as :func:`solved` asks."""
    plan, rng = town(wide=8, blocks=2), np.random.default_rng(seed)
    plan.units["households"], plan.units["people"] = rng.choice(MIXED, len(plan.units)), 2000.0
    of = plan.grids["households"].astype(int)
    visited = pd.DataFrame({"visited": rng.integers(0, of + 1).astype(float)}, index=of.index)
    grids = visited.assign(households=of.astype(float))
    doors = gpd.GeoDataFrame({"rows": [1.0]}, geometry=plan.units.representative_point().iloc[:1].to_numpy())
    laid = plan.with_layer(Layer(gk.layers()["visits"], {"grids": grids}, {}))
    first = scored(laid.having(brought={**plan.brought, "visits": doors.set_crs(plan.crs)}))
    counts = pd.DataFrame({"taking_part": rng.integers(0, of + 1)}, index=of.index)
    counts = without_some(counts, rng, gaps)
    told = counts.rename(columns=COUNTED).rename_axis("网格编码").reset_index()
    second = scored(gk.participation(remembered(first), counts=told))
    return plan, of, [(first, visited), (second, counts)]


@pytest.mark.parametrize("seed", range(6))
def test_what_visits_told_before_participation_was_known_tells_no_count_of_few_with_it(seed):
    few, told, lines = solved(*others_first(seed))
    assert few > 15
    assert lines > 8
    assert told == 0


def test_lines_of_visits_are_told_beside_participation_that_knows_of_no_households():
    plan, _, ((first, visited), _) = others_first(0)
    activities = pd.DataFrame({"网格编码": plan.grids.index, "日期": "2025-03-01", "发起方": "居民"})
    later = scored(gk.participation(first, activities=activities))
    for card in (first, later, scored(remembered(later))):
        lines = card.layers["scorecard"].tables["lines"]
        whole = lines[(lines["indicator"] == "visited") & (lines["level"] == "district")].iloc[0]
        assert (whole["why"], whole["n"]) == ("", visited["visited"].sum())


def test_volunteers_hide_for_themselves_beside_households_that_hide_much():
    plan, _, ((first, _), _) = others_first(0)
    counts = pd.DataFrame({"网格编码": plan.grids.index, "志愿者": 40})
    lines = scored(gk.participation(first, counts=counts)).layers["scorecard"].tables["lines"]
    own = lines[(lines["indicator"] == "volunteers") & (lines["level"] == "grid")]
    assert len(own) == len(plan.grids)
    assert set(own["why"]) == {""}
