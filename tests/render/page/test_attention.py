"""What needs an official: which grids, in which order, and what is not known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.plan.plan import Layer
from gridkit.render.page.attention import attention, worklist


@pytest.fixture
def plan():
    return crooked_plan(Size(incidents=0, buildings=0))


def by_name(plan, contacts=None):
    return {matter.name: matter for matter in attention(plan, list(plan.layers.values()), contacts)}


def with_overdue(plan, counts, days):
    layer = plan.layers["incidents"]
    grids = pd.DataFrame({"count": 9.0, "overdue": 0.0}, index=plan.grids.index)
    grids.loc[list(counts), "overdue"] = list(counts.values())
    late = pd.DataFrame({"grid_id": list(days), "days_over": list(days.values())})
    return plan.with_layer(Layer(layer.definition, {"grids": grids, "overdue": late}, digest=layer.digest))


def test_overdue_grids_come_by_their_number_with_their_oldest(plan):
    first, _, third = plan.grids.index[:3]
    found = by_name(with_overdue(plan, {first: 2, third: 5}, {first: 3.2, third: 40.0}))["overdue"].packed()
    assert [grid for grid, _ in found["rows"]] == [2, 0]
    assert found["rows"][0][1][0].endswith("5 overdue, the oldest by 40 days")
    assert found["count"] == 2


def test_what_is_not_known_is_said_and_is_not_nothing(plan):
    bare = replace(plan, layers={}, attributes=None)
    found = by_name(bare)
    for name in ("overdue", "rising", "uncovered", "unstaffed"):
        assert found[name].unknown
        assert not found[name].rows
    assert "gridkit staffing" in found["unstaffed"].how


def test_grids_outside_the_band_are_told_by_how_much_and_dedicated_ones_are_not(plan):
    band, people = plan.parameters.band, plan.grids["people"]
    outside = set(plan.grids.index[band.outside(people)])
    found = by_name(plan)["outside"]
    assert {plan.grids.index[grid] for grid in found.grids} == outside
    assert len(outside) > 0
    worst = plan.grids.index[found.packed()["rows"][0][0]]
    assert band.excess(people[worst]) == band.excess(people).max()
    units = plan.units.assign(dedicated=plan.units["grid_id"].map(lambda grid: "park" if grid in outside else None))
    assert by_name(replace(plan, units=units))["outside"].rows == []


def test_a_grid_beyond_the_longest_time_of_a_layer_is_uncovered(plan):
    layer = plan.layers["clinics"]
    goal = max(layer.definition.minutes)
    grids = layer.tables["grids"].assign(minutes=goal)
    grids.iloc[4, grids.columns.get_loc("minutes")] = goal + 7
    grids.iloc[5, grids.columns.get_loc("minutes")] = float("nan")
    told = plan.with_layer(Layer(layer.definition, {**layer.tables, "grids": grids}, digest=layer.digest))
    assert [grid for grid, _ in by_name(told)["uncovered"].packed()["rows"]] == [5, 4]


def test_a_grid_without_a_worker_is_one_whose_post_nobody_filled(plan):
    bare = replace(plan, attributes=None)
    contacts = pd.DataFrame({"post": ["worker"] * len(bare.grids)}, index=bare.grids.index)
    contacts.iloc[3] = None
    assert by_name(bare, contacts)["unstaffed"].grids == {3}


def test_findings_of_the_check_are_listed_failures_first_and_as_the_check_found_them(plan):
    first, second = plan.grids.index[:2]
    table = gpd.GeoDataFrame(
        {
            "rule": ["compact", "compact", "band"],
            "verdict": ["WARN", "WARN", "FAIL"],
            "value": [0.19, 0.11, 900.0],
            "grid_id": [first, second, first],
        },
        geometry=[plan.grids.geometry.iloc[0]] * 3,
        crs=plan.crs,
        index=pd.Index(["f1", "f2", "f3"], dtype="str", name="finding_id"),
    )
    found = worklist(plan.with_record("findings", table))
    assert [matter.name for matter in found] == ["findings/band", "findings/compact"]
    assert [grid for grid, _ in found[1].packed()["rows"]] == [0, 1]


def test_a_grid_whose_orders_tell_no_days_is_told_without_its_oldest(plan):
    first = plan.grids.index[0]
    (row,) = by_name(with_overdue(plan, {first: 2}, {}))["overdue"].rows
    assert row[:2] == (0, 2.0)
    assert row[2].said("en").endswith(": 2 overdue")
    assert "days" not in row[2].said("en")


def test_a_grid_rises_by_what_it_has_more_than_the_month_before(plan):
    grid = plan.grids.index[2]
    spot = plan.grids.geometry.iloc[2].representative_point()
    days = ["2026-01-05", "2026-02-20", *[f"2026-03-{day:02d}" for day in range(2, 30)]]
    points = gpd.GeoDataFrame(
        {"time": pd.to_datetime(days), "grid_id": grid}, geometry=[spot] * len(days), crs=plan.crs
    )
    layer = plan.layers["incidents"]
    told = plan.with_layer(Layer(layer.definition, {**layer.tables, "points": points}, digest=layer.digest))
    found = by_name(told)["rising"]
    assert not found.unknown
    ((at, more, said),) = found.rows
    assert at == 2
    assert more == 27
    assert said.said("en").endswith("28 in the last 30 days, 1 before")


def test_without_a_range_of_size_no_grid_is_outside_and_it_is_said(plan):
    free = replace(plan, parameters=replace(plan.parameters, low=0.0, target=0.0, high=0.0))
    found = by_name(free)["outside"]
    assert found.rows == []
    assert found.unknown.said("en") == "This plan was made without a range of size."


def test_a_plan_that_nobody_checked_says_so_and_a_rule_of_ones_own_is_called_by_its_name(plan):
    (unchecked,) = worklist(plan)
    assert unchecked.how == "gridkit audit PLAN"
    table = gpd.GeoDataFrame(
        {"rule": ["own rule"], "verdict": ["WARN"], "value": [2.5], "grid_id": [None]},
        geometry=[plan.grids.geometry.iloc[0]],
        crs=plan.crs,
        index=pd.Index(["f1"], dtype="str", name="finding_id"),
    )
    (found,) = worklist(plan.with_record("findings", table))
    assert found.title.said("en") == "own rule"
    assert found.grids == set()
    assert found.packed()["rows"][0][1][0] == "2.50"
