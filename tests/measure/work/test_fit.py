"""Whether work fits: by hand, and at the edge where it just does."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.catalog.presets import presets
from gridkit.measure.work.fit import door_to_desk, fit, fitting, with_walking
from gridkit.measure.work.workload import needed

WORK = presets()["cn-social"].workload


def test_all_tasks_fit_where_the_fit_is_one_and_the_last_does_not_with_an_hour_less():
    hours = pd.DataFrame({name: [2.0] for name in WORK.order})
    whole = needed(hours, pd.Series([0.0]), WORK)["hours"]
    assert fitting(hours, whole, WORK).iloc[0].tolist() == pytest.approx([2.0] * len(WORK.order))
    less = fitting(hours, whole - 1.0, WORK).iloc[0]
    assert less.iloc[-1] == pytest.approx(2.0 - 0.9)
    assert less.iloc[:-1].tolist() == pytest.approx([2.0] * (len(WORK.order) - 1))


def test_hours_that_are_not_known_fit_nothing_that_is_known():
    hours = pd.DataFrame({"events.dispute": [2.0], "visits.ordinary": [float("nan")]})
    found = fitting(hours, pd.Series([float("nan")]), WORK)
    assert found.isna().all(axis=None)
    assert fit(pd.Series([float("nan")]), pd.Series([1.0])).isna().all()


def test_the_way_goes_with_the_visits():
    hours = pd.DataFrame({"visits.ordinary": [3.0], "visits.hardship": [1.0], "duties.forms": [4.0]})
    made = with_walking(hours, pd.Series([2.0]))
    assert made.iloc[0].tolist() == pytest.approx([4.5, 1.5, 4.0])


def test_door_to_desk_is_unknown_without_forms():
    found = door_to_desk(pd.Series([20.0, 20.0]), pd.Series([10.0, 10.0]), pd.Series([15.0, float("nan")]))
    assert found.iloc[0] == 2.0
    assert found.isna().tolist() == [False, True]
