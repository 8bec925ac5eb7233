"""The scorecard of a town of thirty-six grids: sums add up, few are hidden, nothing is filled in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.measure.scorecard.card import funnels
from gridkit.measure.scorecard.known import trend
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")


def made():
    """Return a plan of 16 grids of 40 to 70 households, with activities of two years and counts; one is all office."""
    plan = town(wide=8, blocks=2)
    plan.units["households"] = [10.0 + at % 8 for at in range(len(plan.units))]
    grids = list(plan.grids.index)
    rows = []
    for at, grid in enumerate(grids):
        for month in range(24):
            for each in range(1 + (at + month) % 3):
                who = "街道" if at == 3 or (each + month) % 2 else "居民"
                rows.append((grid, who, f"{2024 + month // 12}-{month % 12 + 1:02d}-10"))
    rows += [(None, "居民", "2025-12-01")] * 3
    activities = pd.DataFrame(rows, columns=["网格编码", "发起方", "日期"])
    activities["社区"] = [None] * (len(rows) - 3) + ["East"] * 3
    counts = pd.DataFrame({"网格编码": grids[:-1], "参与户数": [4 + 2 * at for at in range(len(grids) - 1)]})
    return gk.participation(plan, activities=activities, counts=counts)


@pytest.fixture(scope="module")
def layer():
    return scored(made()).layers["scorecard"]


def lines(layer, indicator, level):
    table = layer.tables["lines"]
    return table[(table["indicator"] == indicator) & (table["level"] == level)].set_index("area")


def test_every_indicator_is_told_or_said_to_be_missing(layer):
    told = {each["indicator"]: each for each in layer.facts["lines"]}
    assert list(told) == list(layer.definition.indicators)
    assert set(layer.facts["missing"]) == {name for name, each in told.items() if each["why"] == "missing"}
    assert told["trust"]["why"] == "missing"
    assert all(told[name]["n"] is None and told[name]["share"] is None for name in layer.facts["missing"])
    assert layer.facts["known"] + layer.facts["few"] + len(layer.facts["missing"]) == len(told)


def test_communities_are_the_sums_of_their_grids_and_of_what_is_theirs_alone(layer):
    grids = lines(layer, "residents_start", "grid")
    whole = lines(layer, "residents_start", "district").iloc[0]
    parts = lines(layer, "residents_start", "community")
    assert parts["n"].sum() == whole["n"]
    assert parts["of"].sum() == whole["of"]
    west = [grid for grid in grids.index if grid.startswith("W")]
    assert parts.loc[WEST, "of"] == grids.loc[west, "of"].sum()
    east = [grid for grid in grids.index if grid.startswith("E")]
    assert parts.loc[EAST, "of"] == grids.loc[east, "of"].sum() + 3
    upper = lines(layer, "residents_start", "subdistrict")
    assert upper["of"].to_dict() == {"西街道": parts.loc[WEST, "of"], "东街道": parts.loc[EAST, "of"]}


def test_a_grid_where_the_administration_starts_everything_lies_beyond_chance(layer):
    grids = lines(layer, "administration_start", "grid")
    assert grids[grids["share"] == 1.0].index.tolist() == [grids.index[3]]
    assert grids["outside"].iloc[3] == "high"
    assert "administration_start" in funnels(layer.tables["lines"], layer.definition.indicators)


def test_coverage_is_told_and_a_grid_without_data_has_none(layer):
    whole = lines(layer, "taking_part", "district").iloc[0]
    assert (whole["grids_known"], whole["grids"]) == (15, 16)
    last = lines(layer, "taking_part", "grid").iloc[-1]
    assert last["why"] == "missing"
    assert np.isnan(last["n"])


def test_an_attack_on_all_levels_of_a_line_of_households_recovers_no_small_count(layer):
    plan = made()
    truth = plan.brought["participation"].set_index("grid_id")["taking_part"].dropna()
    of = plan.grids["households"].reindex(truth.index)
    index = list(truth.index)
    rows, values = [], []

    def tell(members, n, total):
        for shift, value in ((0, n), (len(index), total - n)):
            row = np.zeros(2 * len(index))
            row[[shift + index.index(grid) for grid in members]] = 1
            rows.append(row)
            values.append(value)

    table = layer.tables["lines"]
    shown = table[(table["indicator"] == "taking_part") & (table["why"] == "")]
    parents = plan.grids["parent"]
    areas = {"西街道": WEST, "东街道": EAST}
    for row in shown.itertuples():
        of_area = {
            "grid": [row.area], "district": index,
            "community": [grid for grid in index if parents[grid] == row.area],
            "subdistrict": [grid for grid in index if parents[grid] == areas.get(row.area)],
        }[row.level]  # fmt: skip
        tell(of_area, row.n, row.of)
    counts = np.concatenate([truth.to_numpy(), (of - truth).to_numpy()])
    small = np.flatnonzero((counts > 0) & (counts < 10))
    assert len(small) > 0
    for at in small:
        goal = np.zeros(len(counts))
        goal[at] = -1
        answer = linprog(goal, A_eq=np.array(rows), b_eq=np.array(values), bounds=(0, None), method="highs")
        assert answer.status == 0
        assert -answer.fun >= 10 - 1e-6


def test_a_trend_is_of_the_same_months_a_year_before_and_of_less_nothing(layer):
    assert layer.facts["trends"]["residents_start"]["months"] == 12
    months = pd.DataFrame({"n": 5.0, "of": 10.0}, index=[f"2025-{m:02d}" for m in range(1, 13)])
    assert trend(months) == {}
    assert trend(None) == {}
    longer = pd.DataFrame({"n": 5.0, "of": 10.0}, index=[*months.index, "2026-01", "2026-02", "2026-03"])
    assert trend(longer) == {"months": 3, "now_n": 15, "now_of": 30, "before_n": 15, "before_of": 30}


def test_a_plan_that_holds_nothing_has_a_scorecard_of_what_is_missing():
    layer = scored(town()).layers["scorecard"]
    assert layer.facts["known"] == 0
    assert layer.facts["missing"] == list(layer.definition.indicators)


def test_no_column_totals_or_ranks(layer):
    for table in layer.tables.values():
        assert not [name for name in table if "rank" in str(name) or "total" in str(name)]
