"""Work, staff, visits, taking part, nets and the scorecard follow a plan's grids, whatever is done to those."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from freshness import KINDS, assert_fresh, step
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning
from gridkit.recipes.refresh import refresh, scored

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
WIDE = 8
NAMES = {"incidents", "clinics", "workload", "staffing", "visits", "participation", "departments", "scorecard"}


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    """Return a town of 16 grids with all that a year of work brings: some rows by place, some by the code of a grid."""
    rng = np.random.default_rng(3)
    plan = town(WIDE, 2)
    grids = plan.grids.index.tolist()

    def spots(count: int) -> gpd.GeoSeries:
        side = 100 * WIDE - 5
        return gpd.points_from_xy(rng.uniform(5, side, count), rng.uniform(5, side, count), crs=METRES)

    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, 60), unit="D")
    events = {"time": days, "category": rng.choice(["矛盾纠纷", "消防隐患"], 60)}
    plan = gk.layer(plan, "incidents", data=gpd.GeoDataFrame(events, geometry=spots(60)))
    plan = gk.layer(plan, "clinics", data=gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=spots(2)))
    forms = pd.DataFrame({"报表名称": ["a", "b"], "频次": ["每月", "每周"], "用时": ["60分钟", "30"]})
    classes = pd.DataFrame({"网格": grids, "困难户": rng.integers(0, 4, 16), "空巢老人户": rng.integers(0, 3, 16)})
    plan = gk.workload(plan, forms=forms, classes=classes)
    served = [*grids[:-2], f"{grids[0]}、{grids[5]}", grids[3]]
    roles = ["专职网格员"] * 13 + ["下沉干部", "专职网格员", "专职网格员"]
    staff = pd.DataFrame({"工号": [str(k) for k in range(16)], "网格": served, "岗位": roles, "每周工时": 40})
    plan = gk.staffing(plan, staff=staff, asof="2027-01-01")
    due = {"last_visit": rng.choice(["2025-01-01", "2027-01-30", None], 40), "class": ["ordinary", "hardship"] * 20}
    plan = gk.visits(plan, due=gpd.GeoDataFrame(due, geometry=spots(40)), asof="2027-01-31")
    starters = rng.choice(["居民", "社区居委会", "业委会"], 300)
    activities = pd.DataFrame({"网格编码": rng.choice(grids, 300), "发起方": starters, "活动日期": "2026-02-03"})
    plan = gk.participation(plan, activities=activities)
    plan = scored(gk.departments_overlay(plan, {"net": "parent"}))
    laid = refresh(gk.audit(plan).kept(plan))
    assert set(laid.layers) == NAMES
    return laid


@pytest.mark.slow
@given(turns=st.lists(st.integers(0, KINDS - 1), min_size=1, max_size=3), seed=st.integers(0, 99))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_all_of_the_work_equals_what_is_made_from_scratch(
    plan: gk.Plan, turns: list[int], seed: int, tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    for turn in turns:
        plan = step(plan, turn, rng, tmp_path)
    assert set(plan.layers) == NAMES
    assert_fresh(plan)


@pytest.mark.slow
def test_nobody_and_nothing_that_was_brought_is_lost_where_a_grid_is_given_up(plan: gk.Plan) -> None:
    merged = gk.redraw(plan, merges=("W00,W01",), loose=True)
    assert len(merged.grids) == len(plan.grids) - 1
    assert_fresh(merged)
    for name, column in (("workload", "households"), ("staffing", "available"), ("visits", "due")):
        was, now = (each.layers[name].tables["grids"][column] for each in (plan, merged))
        assert now.sum() == pytest.approx(was.sum()), name
    back = gk.undo(merged)
    assert back.state == plan.state
    assert_fresh(back)


def test_what_a_command_said_outlives_a_refresh_on_the_same_grids_and_what_was_read_outlives_every_one() -> None:
    bare = town()
    staff = pd.DataFrame({"工号": ["1", "2"], "网格": ["W00", "W10"], "岗位": ["专职网格员", "下沉干部"]})
    staff = staff.assign(下沉开始=[None, "2027-05-01"], 下沉截止日期=[None, "2027-01-01"])
    plan = gk.staffing(bare, staff=staff, assign=True)
    held = plan.layers["staffing"]
    assert held.facts["assignment"]["seats"] > 0
    assert held.facts["notes"]
    other = plan.having(layers={**plan.layers, "staffing": replace(held, inputs={"brought clinics": "another"})})
    assert "staffing" in other.stale
    again = refresh(other).layers["staffing"]
    assert again.inputs == held.inputs
    assert {name: again.facts[name] for name in ("assignment", "notes")} == {
        name: held.facts[name] for name in ("assignment", "notes")
    }
    moved = gk.redraw(plan, moves=("u0100=W10",), loose=True)
    assert "assignment" not in moved.layers["staffing"].facts
    assert "assignment" in moved.stale
    assert moved.layers["staffing"].facts["notes"] == held.facts["notes"]


def test_a_new_grid_that_nobody_answers_for_is_named_and_who_should_answer_holds_for_the_staff_it_was_found_among():
    staff = pd.DataFrame({"工号": ["1", "2"], "网格": ["W00", "W10"], "岗位": ["专职网格员", "专职网格员"]})
    plan = gk.staffing(town(), staff=staff, assign=True)
    assert plan.stale == ()
    with pytest.warns(GridkitWarning, match=r"nobody answers for grid \S+") as told:
        divided = gk.redraw(plan, splits=("W00=2",), loose=True)
    [new] = set(divided.grids.index) - set(plan.grids.index)
    said = [str(each.message) for each in told if "nobody answers" in str(each.message)]
    # Grids that had nobody before are not named again.
    assert [new in each and "E01" not in each for each in said] == [True]
    assert "assignment" in gk.staffing(plan, staff=staff.iloc[:1]).stale
    assert "assignment" not in gk.staffing(plan, staff=staff.iloc[:1], assign=True).stale
