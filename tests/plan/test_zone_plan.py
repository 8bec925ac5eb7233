"""Zones are drawn as the grids of a plan, and residents know their places by compound, else by the streets around."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from gridkit.plan.zone_plan import known_as, zone_plan


def test_each_zone_is_a_grid_and_a_name_that_a_zone_bears_is_no_grids(q_town):
    zone = pd.Series({"u0000": "A", "u0001": "A", "u0303": "7"})
    called = {"W00": "7", "W10": "8", "E01": "9", "E11": "10"}
    made = zone_plan(q_town, zone, called)
    grid = made.units["grid_id"]
    assert grid[["u0000", "u0001"]].tolist() == ["A", "A"]
    assert grid["u0303"] == "7"
    assert grid["u0100"] == "W00", "7 is a zone: the grid keeps its whole code"
    assert grid["u0200"] == "8"
    assert grid["u0203"] == "10"
    assert (made.layers, made.records, made.attributes) == ({}, {}, None)


def test_a_place_is_known_by_its_compound_else_by_the_streets_around_it(q_town):
    estates = gpd.GeoDataFrame(
        {"name": ["Rose Garden", None]}, geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100)], crs=q_town.crs
    )
    plan = replace(q_town, backdrop={"compounds": estates})
    known = known_as(plan, ["u0101", "u0000", "u0001"])
    assert known.index.tolist() == ["u0101", "u0000", "u0001"]
    assert known["u0000"] == "Rose Garden"
    assert known["u0101"] == "R2 Road / 南河"
    assert known["u0001"] == "南河"


def test_no_more_than_three_streets_are_named_the_longest_first(q_town):
    around = (q_town.borders[["unit_id", "neighbour"]] == "u0101").any(axis=1)
    names = np.array(["Short Lane", "D Road", "B Road", "C Road"])
    borders = q_town.borders.assign(name=None)
    borders.loc[around, "name"] = names
    borders.loc[around, "shared_m"] = [10.0, 100.0, 100.0, 100.0]
    plan = replace(q_town, borders=borders)
    assert known_as(plan, ["u0101"])["u0101"] == "B Road / C Road / D Road"


def test_where_nothing_has_a_name_nothing_is_said(q_town):
    plan = replace(q_town, borders=q_town.borders.assign(name=None))
    assert known_as(plan, ["u0000"]).tolist() == [""]
    bare = replace(q_town, borders=q_town.borders.drop(columns="name"))
    assert known_as(bare, ["u0000"]).tolist() == [""]
