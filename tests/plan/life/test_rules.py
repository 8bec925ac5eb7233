from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from towns import town

from gridkit.band import Band
from gridkit.plan.life.rules import NONE, Rules, Standing, ground, refusal

TOWN = town(6, 3)
RULES = Rules(Band(45, 90, 135))
FINE = Standing(9, (0,), 1, 90.0)


def grounded(plan=TOWN, **columns):
    units = plan.units.assign(**{name: pd.Series(values).reindex(plan.units.index) for name, values in columns.items()})
    return ground(units, plan.ends, plan.parameters, plan.attributes)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (FINE, FINE, ""),
        (FINE, NONE, "empty"),
        (FINE, replace(FINE, parents=(0, 1), pieces=2), "parent"),
        (FINE, replace(FINE, pieces=2, size=500.0), "whole"),
        (FINE, replace(FINE, size=136.0), "band"),
        (FINE, replace(FINE, size=136.0, unbound=True), ""),
        (FINE, replace(FINE, size=0.0), "band"),
        (replace(FINE, size=0.0), replace(FINE, size=0.0), ""),
        # What was out of order may stay so, and is not made worse.
        (replace(FINE, pieces=2), replace(FINE, pieces=2), ""),
        (replace(FINE, parents=(0, 1)), replace(FINE, parents=(0, 1)), ""),
        (replace(FINE, size=200.0), replace(FINE, size=190.0), ""),
        (replace(FINE, size=200.0), replace(FINE, size=200.0), ""),
        (replace(FINE, size=200.0), replace(FINE, size=201.0), "band"),
        (replace(FINE, size=200.0), replace(FINE, size=20.0), ""),
    ],
)
def test_a_grid_is_judged_by_what_it_was(before, after, rule):
    assert RULES.broken(before, after) == rule
    assert RULES.broken(before, after, loose=True) == ("" if rule == "band" else rule)


def test_rounding_of_sums_breaks_no_rule():
    assert RULES.broken(replace(FINE, size=200.0), replace(FINE, size=np.nextafter(200.0, 300.0))) == ""
    assert Rules(None).broken(FINE, replace(FINE, size=1e9)) == ""


def test_a_ground_knows_pieces_by_the_borders_of_the_plan_and_compounds_by_their_grid():
    here = grounded(group={"u0000": "c", "u0001": "c", "u0500": "c"})
    place = here.place
    assert here.pieces([place[name] for name in ("u0000", "u0001", "u0003")]) == 2
    assert here.kin(place["u0000"]) == [place["u0000"], place["u0001"]], "the third lies in another grid"
    assert here.kin(place["u0002"]) == [place["u0002"]]


def test_an_institution_is_bound_by_no_band_once_all_its_units_are_its_own():
    west = [unit for unit in TOWN.units.index if TOWN.units["grid_id"][unit] == "W00"]
    whole, part = (grounded(dedicated=dict.fromkeys(units, "Q School")) for units in (west, west[1:]))
    grid = whole.number["W00"]
    assert whole.standing(grid, whole.members[grid]).unbound
    assert not part.standing(grid, part.members[grid]).unbound
    told = replace(TOWN, attributes=pd.DataFrame({"dedicated": [True]}, index=pd.Index(["W00"], name="grid_id")))
    assert grounded(told).unbound == {grid}


def test_people_who_are_not_known_count_as_none():
    here = grounded(people={"u0000": 7.0})
    assert here.standing(here.number["W00"], here.members[here.number["W00"]]).size == 7.0


@pytest.mark.parametrize(
    ("rule", "said"),
    [("empty", "no unit left"), ("parent", "110101001001"), ("whole", "1 pieces"), ("band", "90 people, outside")],
)
def test_every_rule_is_told_in_words(rule, said):
    assert said in str(refusal(rule, "W00", FINE, TOWN.parameters, grounded().parents))
