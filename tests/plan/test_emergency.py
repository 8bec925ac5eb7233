"""What an emergency opens stands in a register; the normal plan comes back exactly, or the reason why not is said."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from towns import moved

from gridkit.catalog import definitions
from gridkit.errors import TableError, UsageError
from gridkit.plan import emergency
from gridkit.plan.plan import Layer
from gridkit.provenance import step
from gridkit.tables import TEXT


def zones(*names, since="2027-01-05"):
    table = pd.DataFrame({"gates": [2.0, None][: len(names)], "since": since, "until": ""}, index=list(names))
    points = pd.DataFrame({"zone": ["A"], "category": ["gate"], "name": ["North"]}, index=["A/gate-1"])
    duties = pd.DataFrame({"zone": ["A"], "duty": ["visits"], "staff": [3.0]}, index=[0])
    return Layer(definitions.layers()["emergency"], {"zones": table, "points": points, "duties": duties})


def drawn(plan):
    return gpd.GeoDataFrame({"name": ["A"]}, geometry=[plan.units.union_all()], crs=plan.crs, index=["A"])


def opened(plan, *names, **told):
    kept = {} if emergency.running(plan) else {"normal": emergency.normal(plan)}
    return emergency.begun(plan, zones(*names, **told), drawn(plan)).with_step(step("emergency", kept))


def test_the_register_names_what_each_zone_opens_and_no_permission_where_there_is_no_gate():
    held = emergency.register(zones("A", "B"))
    assert held["what"].to_dict() == {
        "A/border": "border",
        "A/permission": "permission",
        "B/border": "border",
        "A/gate-1": "gate",
        "A/staff-visits": "staff",
    }
    assert held.loc["A/staff-visits", "staff"] == 3
    assert set(held["since"]) == {"2027-01-05"}
    assert set(held["withdrawn"]) == {""}


def test_what_is_in_no_zone_any_more_stays_open_until_it_is_withdrawn():
    first = emergency.register(zones("A", "B"))
    again = emergency.register(zones("A"), first)
    assert sorted(again.index) == sorted(first.index)
    assert again.index.is_unique


def test_the_normal_plan_comes_back_as_it_was(q_town):
    plan = q_town.having(attributes=pd.DataFrame({"name": ["one"] * 4}, index=q_town.grids.index, dtype=TEXT))
    posts = pd.DataFrame({"unit_id": ["u0000"], "zone": ["A"], "post": ["A-01"]})
    first = emergency.begun(plan, zones("A", "B"), drawn(plan), posts)
    assert emergency.POSTS in first.records
    first = first.with_step(step("emergency", {"normal": emergency.normal(plan)}))
    later = opened(moved(first, {"u0000": "W10"}), "A")
    assert emergency.POSTS not in later.records
    later = later.with_step(step("edit", {"undo": "what it was"}))
    back = emergency.ended(later, {"A/gate-1": "2027-01-09"})
    assert back.digest == plan.digest
    assert back.attributes.equals(plan.attributes)
    assert not emergency.running(back)
    assert (set(back.layers), set(back.brought)) == (set(plan.layers), set(plan.brought))
    assert all("undo" not in each.parameters for each in back.history)
    held = back.records[emergency.LAYER]
    assert held.loc["A/gate-1", "withdrawn"] == "2027-01-09"
    assert held["withdrawn"].eq("").sum() == len(held) - 1


def test_a_plan_in_no_emergency_has_none_to_end(q_town):
    with pytest.raises(UsageError, match="in no emergency"):
        emergency.ended(q_town, {})


@pytest.mark.parametrize(
    ("withdrawn", "said"),
    [
        ({"A/gate": "2027-01-09"}, "1 measure is not in the register: A/gate"),
        ({"A/gate": "2027-01-09", "C/border": ""}, "2 measures are not in the register"),
        ({"A/gate-1": "2027-01-04"}, "withdrawn before it began: A/gate-1"),
    ],
)
def test_a_day_that_cannot_be_is_said(q_town, withdrawn, said):
    with pytest.raises(TableError, match=said):
        emergency.ended(opened(q_town, "A"), withdrawn)


def test_a_normal_plan_that_was_tampered_with_is_not_given_back(q_town):
    plan = opened(q_town, "A")
    units = plan.past["normal_units"].assign(grid_id="W00")
    with pytest.raises(TableError, match="not the one there was"):
        emergency.ended(replace(plan, past={**plan.past, "normal_units": units}), {})


def test_days_to_the_last_measure_are_not_known_while_one_is_open():
    held = emergency.register(zones("A"))
    open_ = emergency.came_back(held, "2027-01-08")
    assert (open_["measures"], open_["withdrawn"], open_["days_to_last"], open_["staff_open"]) == (4, 0, None, 3.0)
    assert open_["open"] == {"border": 1, "gate": 1, "permission": 1, "staff": 1}
    done = emergency.came_back(
        held.assign(withdrawn=["2027-01-09", "2027-01-11", "2027-01-08", "2027-01-08"]), "2027-01-08"
    )
    assert (done["open"], done["days_to_last"]) == ({}, 3)
    early = emergency.came_back(held.assign(withdrawn="2027-01-07"), "2027-01-08")
    assert early["days_to_last"] == 0, "all was withdrawn before the end"
    assert emergency.came_back(held[:0], "2027-01-08")["days_to_last"] is None
