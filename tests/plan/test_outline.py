from dataclasses import replace

import pandas as pd
import pytest
from towns import moved, town

from gridkit.plan.bounds import bounds
from gridkit.plan.outline import sides


@pytest.fixture
def q_town():
    return town()


def test_the_pieces_of_an_outline_add_up_to_it(q_town):
    plan = moved(q_town, {"u0100": "W10"})
    around = sides(plan).groupby("grid_id")["metres"].sum()
    pd.testing.assert_series_equal(around, plan.grids.length, check_names=False)


def test_a_bank_that_nothing_joins_is_a_side_like_any_other(q_town):
    # No border is kept between units that nothing joins: the outline has it all the same.
    at_river = q_town.borders["feature"] == "river"
    apart = replace(q_town, borders=q_town.borders[~at_river])
    table = sides(apart)
    around = table.groupby("grid_id")["metres"].sum()
    pd.testing.assert_series_equal(around, apart.grids.length, check_names=False)
    assert set(table[(table["grid_id"] == "W00") & (table["side"] == "east")]["other"]) == {"E01"}
    assert "东至E01网格" in bounds(apart, "zh")["W00"]


def test_a_notch_faces_the_way_it_is_open(q_town):
    # The grid reaches around its neighbour: the inner side of its arm faces into the notch, wherever its units lie.
    plan = moved(q_town, {"u0100": "W10", "u0000": "W10"})
    table = sides(plan)
    for grid in plan.grids.index:
        east = table[(table["grid_id"] == grid) & (table["side"] == "east")]
        west = table[(table["grid_id"] == grid) & (table["side"] == "west")]
        assert east["metres"].sum() == pytest.approx(west["metres"].sum()), "a closed line goes as far back as forth"
