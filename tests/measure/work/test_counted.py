"""What there is to do, counted from a log of events: a class that it does not know is unknown, and not nought."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

import gridkit as gk
from gridkit.measure.work.counted import logged

WORK = gk.presets()["cn-social"].workload
DEFINITION = gk.layers()["incidents"]
UNITS = town().units


def log(*categories):
    days = pd.date_range("2025-01-01", periods=len(categories))
    said = {"time": days, "category": list(categories)}
    return gpd.GeoDataFrame(said, geometry=[Point(10, 10)] * len(categories), crs=METRES)


@pytest.mark.parametrize("words", [("3", "4", "9"), ("AT", "CO", "AT"), (None, None, None)])
def test_a_log_whose_categories_are_codes_tells_how_many_events_and_of_no_class_how_many(words):
    found = logged(log(*words), UNITS, WORK, DEFINITION)
    assert found.facts["events"] == 3
    assert found.a_month["other"].sum() == pytest.approx(365.25 / 12)
    assert found.a_month.drop(columns="other").isna().all(axis=None)


def test_a_log_that_knows_some_class_tells_that_others_had_none():
    found = logged(log("3", "邻里纠纷", "x"), UNITS, WORK, DEFINITION).a_month
    assert found.notna().all(axis=None)
    assert (found["dispute"].sum() > 0, found["safety"].sum()) == (True, 0.0)


def test_grids_of_such_a_log_say_what_is_not_known_and_still_have_hours_of_events():
    layer = gk.workload(town(), events=log("3", "4", "9")).layers["workload"]
    assert layer.tables["terms"].loc["events.dispute", ["known", "of_grids"]].tolist() == [0, 4]
    assert "events.dispute" in layer.facts["tasks_unknown"]
    assert layer.tables["grids"].loc["W00", "hours_events"] > 0
    assert layer.tables["grids"]["hours_events"].notna().all()
