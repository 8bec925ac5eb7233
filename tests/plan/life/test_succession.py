"""Who inherits a code when the town of towns.py is cut into grids anew."""

from dataclasses import replace

import pandas as pd
from towns import town

from gridkit.plan.codes import renamed
from gridkit.plan.life.succession import retired_rows, succeed, successors
from gridkit.plan.records import RETIRED

TOWN = town()


def test_the_successor_of_most_households_keeps_the_code():
    units = TOWN.units.assign(grid_id=TOWN.units["grid_id"].replace({"W00": "a", "W10": "b", "E01": "c", "E11": "d"}))
    units.loc[["u0000", "u0001", "u0100"], "grid_id"] = "b"
    new = replace(TOWN, units=units)
    table = successors(TOWN, new)
    assert table.query("old == 'W00'")[["new", "households", "heir"]].to_numpy().tolist() == [
        ["b", 12, True],
        ["a", 4, False],
    ]
    codes = succeed(TOWN, new)
    assert codes.to_dict() == {"a": "G001", "b": "W10", "c": "E01", "d": "E11"}


def test_renamed_grids_inherit_every_code():
    names = {"W00": "x", "W10": "y", "E01": "z", "E11": "w"}
    assert succeed(TOWN, renamed(TOWN, names)).to_dict() == {new: old for old, new in names.items()}


def regrouped(**grids):
    """Return the town with these units (``grid=[unit, ...]``) in grids of their own."""
    units = TOWN.units.copy()
    for grid, members in grids.items():
        units.loc[members, "grid_id"] = grid
    return replace(TOWN, units=units)


def test_shares_are_of_the_old_grids_people_and_of_its_ground_where_nobody_lives():
    new = regrouped(a=["u0000"], b=["u0200"])
    old = replace(TOWN, units=TOWN.units.assign(people=TOWN.units["people"].where(TOWN.units["grid_id"] != "W10", 0)))
    empty = replace(new, units=new.units.assign(people=old.units["people"]))
    table = successors(old, empty).set_index(["old", "new"])["share"]
    assert table["W00", "a"] == 0.25
    assert table["W10", "b"] == 0.25  # a quarter of its ground
    assert table["W10", "W10"] == 0.75


def test_people_decide_where_households_are_not_known():
    units = regrouped(a=["u0000"], b=["u0001", "u0100", "u0101"]).units
    units.loc["u0000", "people"] = 100
    new = replace(TOWN, units=units)
    assert succeed(TOWN, new)["b"] == "W00"
    unknown = replace(TOWN, units=units.assign(households=0.0))
    assert succeed(replace(TOWN, units=TOWN.units.assign(households=0.0)), unknown)["a"] == "W00"


def test_a_grid_that_inherits_two_codes_keeps_the_one_it_took_most_from():
    new = regrouped(a=["u0000", "u0001", "u0100", "u0101", "u0200"], b=["u0201", "u0300", "u0301"])
    assert succeed(TOWN, new).to_dict() == {"E01": "E01", "E11": "E11", "a": "W00", "b": "W10"}
    merged = regrouped(a=["u0000", "u0001", "u0100", "u0101", "u0200", "u0201", "u0300", "u0301"])
    assert succeed(TOWN, merged)["a"] == "W00"  # as much of both: the first by name


def test_a_grid_without_an_heir_gets_a_number_that_was_never_given():
    new = regrouped(a=["u0000"])
    assert succeed(TOWN, new)["a"] == "G001"
    assert succeed(TOWN, new, retired=["G001", "G002"])["a"] == "G003"


def test_units_alone_are_as_good_as_a_plan_before_it():
    new = regrouped(a=["u0000"])
    assert succeed(TOWN.units, new).to_dict() == succeed(TOWN, new).to_dict()


def test_the_register_names_the_heir_of_every_code_given_up():
    rows = retired_rows({"W10": "W00", "E01": "E11"}, time="2026-03-01T08:00:00+00:00", reason="merged")
    assert rows.index.tolist() == ["E01", "W10"]
    assert rows.index.name == RETIRED.index
    assert rows["successor"].tolist() == ["E11", "W00"]
    assert set(rows["reason"]) == {"merged"}
    assert retired_rows({}, time="", reason="").empty
    assert pd.concat([rows, retired_rows({}, time="", reason="")]).index.tolist() == ["E01", "W10"]
