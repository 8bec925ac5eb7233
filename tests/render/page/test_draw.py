from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.columns import Measure
from gridkit.catalog.map_views import maps
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
