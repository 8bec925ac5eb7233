"""Hours of grids, every term by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridkit.catalog.presets import presets
from gridkit.measure.work import workload
from gridkit.measure.work.workload import Counts, a_month, by_class, fixed_hours, needed, of_units, tasks, walked

WORK = presets()["cn-social"].workload
GRIDS = pd.Index(["a", "b"], name="grid_id")


def counts(**more: object) -> Counts:
    households = by_class(pd.Series([400.0, 300.0], GRIDS), pd.DataFrame({"hardship": [12.0, 0.0]}, GRIDS), WORK)
    events = pd.DataFrame({name: [0.0, 0.0] for name in WORK.events}, GRIDS)
    return Counts(households, events.assign(dispute=[3.0, 1.0]), **more)


def test_visits_are_households_by_how_often_by_how_long():
    hours = tasks(counts(), WORK)
    # 388 twice a year, 15 minutes; 12 monthly, 20 minutes.
    assert hours.loc["a", "visits.ordinary"] == pytest.approx(388 * 2 / 12 * 15 / 60)
    assert hours.loc["a", "visits.hardship"] == pytest.approx(12 * 20 / 60)
    assert hours.loc["b", "visits.hardship"] == 0.0


def test_a_class_that_nobody_counted_is_unknown_and_no_zero():
    hours = tasks(counts(), WORK)
    assert hours["visits.migrant"].isna().all()
    table = needed(hours, pd.Series(0.0, GRIDS), WORK)
    assert table["tasks_missing"].tolist() == [3, 3]
    known = hours[["visits.ordinary", "visits.hardship"]].sum(axis=1)
    assert table["hours_visits"].tolist() == pytest.approx(known.tolist())


def test_the_rest_is_never_below_nothing():
    made = by_class(pd.Series([10.0]), pd.DataFrame({"hardship": [12.0]}), WORK)
    assert made["ordinary"].tolist() == [0.0]


def test_events_are_those_of_a_month_by_minutes():
    hours = tasks(counts(), WORK)
    assert hours["events.dispute"].tolist() == pytest.approx([3 * 120 / 60, 120 / 60])
    assert a_month(pd.DataFrame({"dispute": [36.0]}), 365.25)["dispute"].tolist() == pytest.approx([3.0])


def test_without_a_log_of_events_their_hours_are_unknown():
    own = counts()
    table = needed(tasks(Counts(own.households, pd.DataFrame(index=GRIDS)), WORK), pd.Series(0.0, GRIDS), WORK)
    assert table["hours_events"].isna().all()
    assert table["hours"].notna().all()


def test_duties_are_those_of_every_grid_and_a_ledger_takes_the_place_of_the_starting_value():
    assert tasks(counts(), WORK).loc["b", "duties.patrol"] == pytest.approx(250 / 12 * 0.5)
    forms = pd.Series([9.0, 9.0], GRIDS)
    assert tasks(counts(forms=forms), WORK)["duties.forms"].tolist() == [9.0, 9.0]


def test_allowances_come_on_top():
    table = needed(tasks(counts(), WORK), pd.Series([5.0, 5.0], GRIDS), WORK)
    terms = [f"hours_{name}" for name in workload.TERMS]
    assert table["hours_basic"].tolist() == pytest.approx(table[terms].sum(axis=1).tolist())
    assert table["hours"].tolist() == pytest.approx((table["hours_basic"] / 0.9 + 24 / 12).tolist())
    parts = table["hours_basic"] + table["hours_category"] + table["hours_individual"]
    assert parts.tolist() == pytest.approx(table["hours"].tolist())


def test_a_walk_along_streets_shrinks_with_the_root_of_the_doors():
    households = by_class(pd.Series([60.0], ["a"]), pd.DataFrame(), WORK)
    doors, area = pd.Series([20.0], ["a"]), pd.Series([10_000.0], ["a"])
    there = 20 * (1 - (1 - 1 / 20) ** 10)  # 60 twice a year: 10 visits a month
    along = walked(households, doors, area, WORK, pd.Series([30.0], ["a"]))
    assert along["hours"].tolist() == pytest.approx([0.5 * np.sqrt(there / 20)])
    assert along["along_streets"].tolist() == [True]
    guessed = walked(households, doors, area, WORK)
    assert guessed["hours"].tolist() == pytest.approx([0.7124 * 1.273 * np.sqrt(there * 10_000) / 75 / 60])
    assert guessed["along_streets"].tolist() == [False]


def test_what_units_add_and_what_every_grid_has_is_all_that_it_needs():
    own = counts()
    walking = pd.Series([5.0, 4.0], GRIDS)
    whole = needed(tasks(own, WORK), walking, WORK)["hours"]
    assert (of_units(own, walking, WORK) + fixed_hours(WORK)).tolist() == pytest.approx(whole.tolist())


@pytest.mark.parametrize(
    ("said", "kind"),
    [("矛盾纠纷", "dispute"), ("消防隐患", "safety"), ("市容环境", "order"), ("咨询", "other"), (None, "other")],
    ids=["dispute", "safety", "order", "enquiry", "nothing"],
)
def test_an_event_is_of_the_class_that_its_log_says(said, kind):
    assert workload.classed(pd.Series([said], dtype=object), WORK).tolist() == [kind]
