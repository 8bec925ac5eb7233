"""What an accord of nets and a plan comes to, by hand on a town of sixteen blocks."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

from gridkit.plan import agreement
from gridkit.plan.harmony import PLAN, STAYS, harmony

TOWN = town()
ROWS = TOWN.units.index.str[1:3].astype(int)
NORTH = pd.Series(np.where(ROWS >= 3, "north", "south"), index=TOWN.units.index)
"""The northern row of blocks is one area, the three others another: grids are two rows high."""
COLUMNS = TOWN.units.index.str[3:].astype(int)
EAST = pd.Series(np.where(COLUMNS >= 2, "east", "west"), index=TOWN.units.index)
STAY = {PLAN: STAYS, "police": 1.0, "school": 1.0}


def accord(**prices):
    return harmony(TOWN, {"police": NORTH, "school": EAST}, "union", STAY | prices)


def test_the_ways_are_told_beside_each_other():
    table = agreement.ways(TOWN, {"police": NORTH, "school": EAST}, "union", {}, accord())
    assert table["cost"].to_dict() == {"asked": 16, "nets": 16, "grids": 16, "both": 16}
    assert table["plan_moved"].to_dict() == {"asked": 0, "nets": 0, "grids": 16, "both": table["plan_moved"]["both"]}
    assert table["proven"].all()
    assert table["chosen"].to_dict() == {"asked": True, "nets": True, "grids": False, "both": False}
    assert (table["nets_fitting"] == 2).all()


def test_a_move_of_the_plan_that_spares_two_nets_a_move_is_made():
    found = harmony(TOWN, {"police": NORTH, "fire": NORTH}, "union", {PLAN: 1.0, "police": 1.0, "fire": 1.0})
    assert (found.cost, found.bound, found.proven) == (16, 16, True)
    assert found.sides["police"].harmony.moved == found.sides["fire"].harmony.moved == 0


def test_each_area_gains_what_another_loses_and_sites_stay_where_they_are():
    sites = gpd.GeoDataFrame(
        {"net": ["police", "police"], "officers": [5.0, 3.0]}, geometry=[Point(50, 250), Point(50, 50)], crs=METRES
    )
    table = agreement.areas(TOWN, accord(), sites)
    police = table[table["net"] == "police"].set_index("code")
    gained = police["households_after"] - police["households_before"]
    assert gained.to_dict() == {"north": 16, "south": -16}
    assert police["sites_before"].to_dict() == {"north": 0, "south": 2}
    assert police["sites_after"].to_dict() == {"north": 1, "south": 1}
    assert police["officers_after"].to_dict() == {"north": 5, "south": 3}
    school = table[table["net"] == "school"]
    assert school[["sites_before", "officers_before"]].isna().all(axis=None)
    moves = agreement.moves(TOWN, accord())
    assert moves["households"].sum() == 16
    assert set(moves["net"]) == {"police"}


@pytest.mark.parametrize(
    ("goal", "prices", "why"),
    [("nest", {}, "fewer"), ("equal", {"police": STAYS, PLAN: 1.0}, "fewer"), ("union", {}, "")],
)
def test_why_a_net_does_not_fit_is_told(goal, prices, why):
    codes = {"police": NORTH}
    found = harmony(TOWN, codes, goal, {PLAN: STAYS, "police": 1.0} | prices)
    alone = {"police": agreement.plan_to(TOWN, codes, goal, ("police",))}
    assert agreement.told(found, alone).loc["police", "why"] == why


def test_a_locked_unit_and_a_compound_stay_together():
    locked = TOWN.units.assign(lock=None, group=None)
    locked.loc["u0200", "lock"] = "W10"
    locked.loc[["u0201", "u0301"], "group"] = "court"
    plan = type(TOWN)(locked, TOWN.borders, TOWN.districts, TOWN.parameters)
    found = harmony(plan, {"police": NORTH}, "union", {PLAN: 1.0, "police": STAYS})
    grids = found.sides[PLAN].codes
    assert grids["u0200"] == "W10"
    assert grids["u0201"] == grids["u0301"]
