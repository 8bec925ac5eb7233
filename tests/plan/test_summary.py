"""A plan in numbers: the town of towns.py, four grids of forty people each."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from towns import moved

from gridkit.ledger import Account, Ledger
from gridkit.plan.summary import exceptions, summary, told
from gridkit.provenance import Step
from gridkit.tables import TEXT


def banded(plan, low, target, high):
    return replace(plan, parameters=replace(plan.parameters, low=low, target=target, high=high))


def test_a_plan_is_summed_up_in_plain_numbers(q_town):
    said = summary(q_town)
    assert json.loads(json.dumps(said)) == said
    assert (said["grids"], said["units"], said["parents"], said["people"]) == (4, 16, 2, 160.0)
    assert (said["title"], said["measure"], said["band"]) == ("Q Town", "people", [20.0, 40.0, 60.0])
    assert (said["share_in_band"], said["share_within_10_percent_of_mean"], said["share_farthest_off_mean"]) == (
        1,
        1,
        0,
    )
    assert said["compactness"] == pytest.approx(3.14159265 / 4)  # squares
    assert said["outside_the_band"] == said["notes"] == said["ledger"] == []


def test_grids_outside_the_band_are_listed_with_what_they_hold(q_town):
    plan = banded(moved(q_town, {"u0001": "W10"}), 35, 40, 45)  # 30 and 50 people in the west
    said = summary(plan)
    assert said["share_in_band"] == 0.5
    assert said["share_within_10_percent_of_mean"] == 0.5
    assert said["share_farthest_off_mean"] == pytest.approx(0.25)
    listed = {each["grid_id"]: (each["people"], each["units"]) for each in said["outside_the_band"]}
    assert listed == {"W00": (30, 3), "W10": (50, 5)}


def test_a_unit_that_alone_is_above_the_band_is_told_from_a_plan_that_could_be_better(q_town):
    plan = moved(q_town, {"u0001": "W10"})
    units = plan.units.copy()
    units.loc["u0303", "people"] = 90
    reasons = exceptions(banded(replace(plan, units=units), 35, 40, 45))["reason"].map(str)
    assert "unit u0303 alone holds 90" in reasons["E11"]
    assert "one unit alone" not in reasons["W10"]
    assert "try a longer one" in reasons["W10"]


def test_without_a_band_no_grid_is_outside_it(q_town):
    assert exceptions(banded(q_town, 0, 0, 0)).empty
    assert summary(banded(q_town, 0, 0, 0))["share_in_band"] == 1


def test_the_grid_of_an_institution_is_bound_by_no_band(q_town):
    plan = banded(moved(q_town, {"u0000": "school"}), 25, 40, 45)
    assert exceptions(plan).index.tolist() == ["school"]
    mark = pd.Series({"u0000": "Q School"}, dtype=TEXT).reindex(plan.units.index)
    assert exceptions(replace(plan, units=plan.units.assign(dedicated=mark))).empty


def test_notes_and_accounts_are_those_of_the_last_step(q_town):
    ledger = Ledger((Account("points.csv", "incidents", "rows", 10, 9, {"outside": 1}),))
    first, last = Step("units", notes=("old",)), Step("split", notes=("new",), ledger=ledger)
    said = summary(replace(q_town, history=(first, last)))
    assert said["notes"] == ["new"]
    assert said["ledger"] == ledger.rows()
    assert said["ledger"]


def test_a_person_reads_what_a_parent_is_called_and_a_machine_its_id(q_town):
    plan = banded(moved(q_town, {"u0001": "W10"}), 35, 40, 45)
    whole = plan.units.assign(parent="district")
    area = gpd.GeoDataFrame({"name": [""]}, index=["district"], geometry=[whole.union_all()], crs=plan.crs)
    alone = replace(plan, units=whole, districts=area.rename_axis("district_id"))
    assert {row["parent"] for row in summary(alone)["outside_the_band"]} == {"district"}
    assert {str(row["parent"]) for row in told(alone)["outside_the_band"]} == {"The whole district"}
