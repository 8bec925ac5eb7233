from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import CoverageLayer
from gridkit.catalog.map_views import maps
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Text
from gridkit.render.page.draw import grids
from gridkit.render.page.view import PageView


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=12, incidents=500))


def test_a_card_names_the_facility_that_most_people_of_the_grid_are_nearest_to(plan):
    layer = plan.layers["clinics"]
    measures = (*layer.definition.measures, Measure("minutes", Text(en="Minutes", zh="分钟"), digits=1))
    points = layer.tables["points"]
    nearest = pd.Series([points.index[0]] * len(plan.units), plan.units.index, dtype=object)
    first = plan.units.index[plan.units["grid_id"] == plan.grids.index[0]]
    crowded = plan.units["people"].loc[first].idxmax()
    units = plan.units.assign(people=plan.units["people"].where(plan.units.index != crowded, 1e6))
    nearest[crowded] = points.index[1]
    tables = {
        "grids": layer.tables["grids"].assign(minutes=4.5),
        "units": pd.DataFrame({"nearest": nearest}),
        "points": points,
    }
    near = replace(layer, definition=replace(layer.definition, measures=measures), tables=tables)
    changed = replace(plan, units=units, layers={}).with_layer(replace(near, digest=""))
    head = grids(PageView((changed,), maps()["official"]), changed)
    (row,) = next(each for each in head["card"] if "Services" in each["title"])["rows"]
    assert [head["columns"][at]["name"] for at in row["columns"]] == ["share_15", "minutes"]
    assert row["values"] == [points["name"].iloc[1], *[points["name"].iloc[0]] * (len(plan.grids) - 1)]


def test_minutes_say_how_one_gets_there_and_of_whom_where_only_some_do(plan):
    layer = plan.layers["clinics"]
    definition = CoverageLayer(name="clinics", title=Text(en="Clinics", zh="诊所"))
    minutes = pd.Series(6.0, plan.units.index)
    lived = plan.units["people"] > 0
    lost = lived.idxmax()
    minutes[lost] = float("nan")
    tables = {
        "grids": pd.DataFrame({"minutes": 6.0}, plan.grids.index),
        "units": pd.DataFrame({"minutes": minutes}),
        "points": layer.tables["points"],
    }
    said = {}
    for profile, left in (("walk", 1.0), ("drive", 0.0)):
        laid = replace(layer, definition=replace(definition, profile=profile, measures=()), tables=tables)
        laid = replace(laid, facts={"unreached": left}, digest="")
        shown = replace(plan, layers={}).with_layer(laid)
        head = grids(PageView((shown,), maps()["official"]), shown)
        (row,) = next(each for each in head["card"] if "Services" in each["title"])["rows"]
        said[profile] = row["ways"], row["few"], head["columns"][row["columns"][-1]]["title"]
    english, chinese = languages().index("en"), languages().index("zh")
    (all_, some), partly, title = said["walk"]
    assert (all_[english], all_[chinese]) == ("{0} on foot", "步行{0}")
    assert some[english] == "{0} on foot for those who can get there"
    assert partly == [plan.grids.index.get_loc(plan.units.loc[lost, "grid_id"])]
    assert title[english].endswith("Minutes on foot to the nearest, of those who get there")
    assert said["drive"][0][0][chinese] == "行车{0}"
    assert said["drive"][2][english].endswith("Minutes by car to the nearest")


def test_a_card_says_who_works_there_before_how_they_are_reached_and_what_they_do(plan):
    named = pd.DataFrame({"head": "H", "staff": "W", "note": "N"}, plan.grids.index)
    whom = pd.DataFrame({"post": "P", "phone": "0500-1", "duties": "D"}, plan.grids.index)
    shown = replace(plan, attributes=named)
    head = grids(PageView((shown,), maps()["official"], whom), shown)
    values = [row["values"][0] for row in head["card"][0]["rows"]]
    assert [each for each in values if each in ("H", "W", "0500-1", "D", "N")] == ["H", "W", "0500-1", "D", "N"]


def test_shares_say_what_they_count(plan):
    layer = plan.layers["clinics"]
    measures = tuple(Measure(name, Text(en=name), percent=True) for name in ("nets_cut", "share_15"))
    table = pd.DataFrame(
        {f"{name}{end}": 0.5 if not end else 2.0 for name in ("nets_cut", "share_15") for end in ("", "_n", "_of")},
        plan.grids.index,
    )
    laid = replace(layer, definition=replace(layer.definition, measures=measures), tables={"grids": table}, digest="")
    shown = replace(plan, layers={}).with_layer(laid)
    found = {each["name"]: each for each in grids(PageView((shown,), maps()["official"]), shown)["columns"]}
    assert found["nets_cut"]["counted"] == "grids"
    assert "counted" not in found["share_15"]
