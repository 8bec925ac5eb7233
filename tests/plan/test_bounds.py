from dataclasses import replace

import pandas as pd
from towns import moved, town

from gridkit.plan.bounds import bounds, sides


def test_each_side_is_called_by_what_it_follows(q_town):
    said = bounds(q_town, "zh")
    assert said["W00"] == "东至南河，南至辖区界，西至辖区界，北至R2 Road"
    assert (
        bounds(q_town)["E11"]
        == "East to the edge of the district, south to R2 Road, west to 南河, north to the edge of the district"
    )


def test_a_border_without_a_name_is_called_by_its_kind_or_the_neighbour(q_town):
    bare = q_town.borders.assign(name=None)
    assert "west to the river" in bounds(replace(q_town, borders=bare))["E01"]
    nothing = replace(q_town, borders=bare.assign(feature="none"))
    assert "north to grid E11" in bounds(nothing)["E01"]
    assert "北至E11网格" in bounds(nothing, "zh")["E01"]


def test_two_long_neighbours_on_one_side_are_both_named(q_town):
    names = q_town.borders["name"].where(q_town.borders["unit_id"] != "u0001", "桥路")
    assert bounds(replace(q_town, borders=q_town.borders.assign(name=names)), "zh")["W00"].startswith("东至南河、桥路")


def test_the_pieces_of_an_outline_add_up_to_it(q_town):
    plan = moved(q_town, {"u0100": "W10"})
    around = sides(plan).groupby("grid_id")["metres"].sum()
    pd.testing.assert_series_equal(around, plan.grids.length, check_names=False)


def test_every_grid_of_a_larger_town_has_four_bounds_in_both_languages():
    plan = town(12, 3)
    assert bounds(plan, "zh").str.fullmatch("东至.+，南至.+，西至.+，北至.+").all()
    assert bounds(plan).str.fullmatch("East to .+, south to .+, west to .+, north to .+").all()
