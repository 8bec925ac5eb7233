"""Hours of work of a town of four grids, by what is known of it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.recipes.workload import entitled, facts

TOWN = town()
"""Four grids of four blocks; sixteen households each."""
EVENTS = gpd.GeoDataFrame(
    {"time": ["2026-03-01", "2026-03-31", "2026-03-02"], "category": ["矛盾纠纷", "消防隐患", "咨询"]},
    geometry=[Point(50, 50), Point(350, 350), Point(9000, 50)],
    crs=METRES,
)
FORMS = pd.DataFrame(
    {"报表名称": ["a", "b", "c"], "频次": ["每月", "每周", None], "用时": ["60分钟", "30", "20"]},
)
CLASSES = pd.DataFrame({"网格": ["W00", "W10", "E01"], "困难户": [3, 0, 1], "空巢老人户": [2, 2, 2]})


def laid(**more):
    return gk.workload(TOWN, **more).layers["workload"]


def test_every_term_is_as_reckoned_by_hand():
    layer = laid(events=EVENTS, forms=FORMS, classes=CLASSES)
    grid = layer.tables["grids"].loc["W00"]
    assert grid["households"] == 16.0
    # 11 ordinary twice a year, 15 minutes; 3 and 2 monthly, 20 minutes.
    assert grid["hours_visits"] == pytest.approx(11 * 2 / 12 / 4 + 3 / 3 + 2 / 3)
    # One dispute of two hours in 31 days.
    assert grid["hours_events"] == pytest.approx(2.0 * 365.25 / 12 / 31)
    assert grid["hours_patrol"] == pytest.approx(250 / 12 / 2)
    # Monthly an hour, weekly half an hour; the third says nothing of how often.
    assert grid["hours_forms"] == pytest.approx(1.0 + 52 / 12 / 2)
    assert grid["door_to_desk"] == pytest.approx((grid["hours_visits"] + grid["hours_patrol"]) / grid["hours_forms"])
    assert layer.facts["forms"] == {"n": 2, "of": 3}
    assert layer.facts["events_outside"] == 1
    assert layer.tables["terms"].loc["visits.hardship", ["n", "known", "of_grids"]].tolist() == [4.0, 3, 4]


def test_what_nobody_told_is_unknown_and_said():
    layer = laid()
    table = layer.tables["grids"]
    assert table["hours_events"].isna().all()
    assert table["door_to_desk"].isna().all()
    assert "events.dispute" in layer.facts["tasks_unknown"]
    assert "visits.hardship" in layer.facts["tasks_unknown"]
    assert layer.facts["grids_with_all_known"] == 0


def test_a_register_of_households_knows_who_there_is_not():
    register = pd.DataFrame({"网格": ["W00", "W00", "W10"], "类别": ["困难户", "空巢户", "低保"]})
    table = laid(classes=register).tables["terms"]
    assert table.loc["visits.hardship", ["n", "known"]].tolist() == [2.0, 2]
    assert table.loc["visits.empty_nest", ["n", "known"]].tolist() == [1.0, 2]


@pytest.mark.filterwarnings("ignore")
def test_counts_of_a_community_are_shared_by_households_and_strange_places_are_told():
    table = pd.DataFrame({"社区": ["110101001001", "elsewhere"], "困难户": [8, 5]})
    plan = gk.workload(TOWN, classes=table, accept="all")
    hours = plan.layers["workload"].tables["tasks"].set_index(["grid_id", "task"])["hours"]
    # Four of the eight are in each of the two grids; monthly, 20 minutes.
    assert hours.loc[[("W00", "visits.hardship"), ("W10", "visits.hardship")]].tolist() == pytest.approx([4 / 3, 4 / 3])
    assert any("a place that the plan has not" in note for note in plan.layers["workload"].facts["notes"])


def test_it_is_measured_again_when_grids_change():
    plan = gk.workload(TOWN, events=EVENTS, forms=FORMS, classes=CLASSES)
    before = plan.layers["workload"].tables["grids"]["hours_visits"].sum()
    moved = gk.redraw(plan, moves="u0100=W10", loose=True, reason="a gate")
    after = moved.layers["workload"].tables["grids"]
    assert moved.layers["workload"].digest == moved.state
    assert after["households"].to_dict() == {"E01": 16.0, "E11": 16.0, "W00": 12.0, "W10": 20.0}
    assert after["hours_visits"].sum() == pytest.approx(before)


def test_it_is_kept_in_the_file_of_a_plan(tmp_path):
    plan = gk.workload(TOWN, events=EVENTS, forms=FORMS, classes=CLASSES)
    back = gk.read_plan(gk.write_plan(plan, tmp_path / "p.gpkg"))
    ours, theirs = (each.layers["workload"].tables["grids"] for each in (plan, back))
    assert theirs["hours"].tolist() == pytest.approx(ours["hours"].tolist())
    again = gk.redraw(back, moves="u0100=W10", loose=True, reason="a gate").layers["workload"]
    assert again.facts["forms"] == {"n": 2, "of": 3}


def test_a_preset_without_standards_is_refused_by_name():
    with pytest.raises(UsageError, match="says nothing of work"):
        gk.workload(TOWN, preset="electoral")


def test_a_layer_of_events_that_is_not_there_is_refused():
    with pytest.raises(UsageError, match="no layer of events called 'calls'"):
        gk.workload(TOWN, events="calls")


def test_a_ledger_that_says_nothing_of_time_is_refused():
    with pytest.raises(TableError, match="how often a form is due"):
        gk.workload(TOWN, forms=pd.DataFrame({"报表名称": ["a"]}))


def test_events_are_those_of_the_layer_that_is_named_and_another_one_is_refused():
    rows = gpd.GeoDataFrame({"time": EVENTS["time"], "category": EVENTS["category"]}, geometry=EVENTS.geometry)
    plan = gk.layer(TOWN, "incidents", data=rows)
    usual, named = (gk.workload(plan, **more).layers["workload"] for more in ({}, {"events": "incidents"}))
    assert usual.tables["grids"]["hours_events"].equals(named.tables["grids"]["hours_events"])
    assert usual.tables["grids"]["hours_events"].notna().any()
    with pytest.raises(UsageError, match="the plan has no layer of events called 'accidents' - name one of incidents"):
        gk.workload(plan, events="accidents")


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_person_reads_tasks_by_their_titles_and_a_program_by_their_names():
    plan = gk.workload(TOWN, events=EVENTS, forms=FORMS, classes=CLASSES)
    named, titled = facts(plan), facts(plan, titles=True)
    assert named["forms"] == {"n": 2, "of": 3}
    assert (titled["forms"], titled["forms"].said("zh") != "") == ("2 of 3", True)
    assert "visits.hardship" in {row["task"] for row in named["terms"]}
    told = {str(row["task"]) for row in titled["terms"]}
    assert len(told) == len({row["task"] for row in named["terms"]})
    assert not {each for each in told if each.startswith("visits.")}
    assert entitled({"roles": {"zz": 2}, "tasks_unknown": ["zz"]}, str(named["preset"])) == {
        "roles": {"zz": 2},
        "tasks_unknown": ["zz"],
    }
