"""Grids divided by hours of work: what units add, and what each grid has whatever its size."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

import gridkit as gk
from gridkit.band import Band
from gridkit.catalog.presets import presets
from gridkit.errors import TableError, UsageError
from gridkit.recipes import hours

TOWN = town()
WORK = presets()["cn-social"].workload


def test_a_range_of_all_hours_is_that_of_a_worker_and_shrinks_by_what_every_grid_has():
    band = hours.usual(presets()["cn-social"])
    month = WORK.time.hours_a_year / 12
    assert (band.low, band.target, band.high) == pytest.approx((month * 0.75, month, month * 1.25))
    assert hours.beside(Band(90, 120, 150), 20.0) == Band(70, 100, 130)
    with pytest.raises(UsageError, match="whatever its size"):
        hours.beside(Band(10, 15, 20), 20.0)


def test_the_range_of_a_preset_that_counts_hours_is_its_own():
    assert hours.usual(presets()["chw"]) == Band(1200, 1500, 1650)
    # 12 times four hours, and a tenth of all on top.
    assert hours.fixed("chw") == pytest.approx(48 / 0.9)


def test_a_plan_is_redrawn_by_hours_and_what_grids_have_adds_up():
    plan = gk.redraw(TOWN, by="hours", target=25.0, tolerance=0.5, everywhere=True, seed=1)
    assert plan.parameters.measure == "hours"
    fixed = hours.fixed("cn-social")
    assert plan.parameters.target == pytest.approx(25.0 - fixed)
    assert plan.grids["hours"].sum() == pytest.approx(plan.units["hours"].sum())
    need = gk.workload(plan).layers["workload"].tables["grids"]
    assert (plan.grids["hours"] + fixed).tolist() == pytest.approx(need["hours"].tolist(), rel=0.05)


def test_hours_are_reckoned_anew_with_new_people(tmp_path):
    plan = gk.redraw(TOWN, by="hours", target=25.0, tolerance=0.9, everywhere=True)
    twice = TOWN.units[["geometry"]].assign(people=20.0, households=8.0)
    moved = gk.redraw(plan, people=twice, tolerance=0.9)
    assert hours.reckoned_by(moved) == "cn-social"
    assert moved.units["hours"].sum() > 1.5 * plan.units["hours"].sum()


def test_hours_that_were_brought_are_left_as_they_are():
    own = TOWN.units.assign(hours=2.0)
    plan = gk.redraw(gk.Plan.from_labels(own, "grid_id"), by="hours", target=8.0, everywhere=True)
    assert hours.reckoned_by(plan) is None
    assert plan.grids["hours"].tolist() == pytest.approx([8.0] * 4)
    assert plan.parameters.target == 8.0


def test_a_measure_that_the_units_have_not_is_refused():
    with pytest.raises(TableError, match="no 'dogs' to balance"):
        gk.redraw(TOWN, by="dogs", target=4.0)


def test_households_by_class_count_where_they_are_known():
    known = pd.DataFrame({"网格": ["W00", "W10", "E01", "E11"], "困难户": [8, 0, 0, 0]})
    plan = gk.redraw(gk.workload(TOWN, classes=known), by="hours", target=25.0, tolerance=0.9, everywhere=True)
    by_grid = plan.units["hours"].groupby(TOWN.units["grid_id"]).sum()
    # Eight households twelve times a year instead of twice, and five minutes longer.
    more = (8 * 20 / 60 - 8 * 2 / 12 * 15 / 60) / 0.9
    assert by_grid["W00"] - by_grid["W10"] == pytest.approx(more, rel=0.1)


def log(points):
    """Return a year of fire hazards at some points."""
    when = pd.date_range("2025-01-01", "2025-12-31", periods=len(points)).floor("min")
    rows = {"time": when, "category": "消防隐患"}
    return gpd.GeoDataFrame(rows, geometry=[Point(each) for each in points], crs=METRES)


BUSY = log([(50, 50)] * 300)
BLOCKS = TOWN.units[["geometry", "people", "households"]]


def split(**more):
    """Return the town split by hours."""
    return gk.split(
        TOWN.districts,
        units=BLOCKS,
        people=BLOCKS,
        by="hours",
        target=25.0,
        tolerance=0.9,
        effort=0.01,
        threads=1,
        **more,
    )


def notes(plan):
    """Return what the steps of a plan note."""
    return " | ".join(str(note) for step in plan.history for note in step.notes)


def test_hours_that_are_split_by_hold_the_events_of_each_unit_and_the_plan_keeps_them():
    bare, busy = split(), split(events=BUSY)
    more = busy.units["hours"].sort_index() - bare.units["hours"].sort_index()
    each = WORK.events["safety"].minutes.value / 60 / 0.9 * 300 * 365.25 / 365 / 12
    assert more.max() == pytest.approx(each, rel=1e-6)
    assert more.drop(more.idxmax()).abs().max() < 1e-9
    assert "no event is known" in notes(bare)
    assert "no event is known" not in notes(busy)
    laid = gk.workload(busy).layers["workload"]
    assert laid.facts["events"] == 300
    redrawn = gk.redraw(busy, everywhere=True, seed=2)
    assert redrawn.units["hours"].sum() == pytest.approx(busy.units["hours"].sum())


def test_a_redraw_takes_events_and_says_where_there_are_none():
    bare = gk.redraw(TOWN, by="hours", target=25.0, tolerance=0.9, everywhere=True)
    assert "no event is known" in notes(bare)
    busy = gk.redraw(TOWN, by="hours", events=BUSY, target=25.0, tolerance=0.9, everywhere=True)
    later = gk.redraw(bare, events=BUSY, everywhere=True)
    assert later.units["hours"].sum() == pytest.approx(busy.units["hours"].sum())
    assert busy.units["hours"].sum() > bare.units["hours"].sum()
    assert [step.inputs for step in busy.history if any(own.role == "events" for own in step.inputs)]


def test_an_audit_judges_by_the_events_it_is_given():
    plan = gk.redraw(TOWN, by="hours", target=25.0, tolerance=0.9, everywhere=True)
    quiet, busy = (gk.audit(plan, events=events) for events in (None, log([(50, 50)] * 900)))
    assert quiet.verdicts["band"] == "PASS"
    assert busy.verdicts["band"] != "PASS"


OWN = gk.Plan.from_labels(TOWN.units.assign(hours=2.0), "grid_id")


@pytest.mark.parametrize(
    "asked",
    [
        lambda: gk.split(TOWN.districts, units=BLOCKS, people=BLOCKS, by="people", target=40, events=BUSY),
        lambda: gk.redraw(TOWN, events=BUSY, everywhere=True),
        lambda: gk.redraw(OWN, by="hours", target=8.0, events=BUSY, everywhere=True),
        lambda: gk.audit(TOWN, events=BUSY),
    ],
    ids=["split by people", "redraw by people", "hours of one's own", "audit by people"],
)
def test_events_where_no_hours_are_reckoned_are_refused(asked):
    with pytest.raises(UsageError, match="divided by hours"):
        asked()


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_events_without_times_are_said():
    timeless = BUSY.drop(columns="time").assign(time=pd.NaT)
    plan = split(events=timeless)
    assert "no event of the log has a time" in notes(plan)
