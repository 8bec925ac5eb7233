from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.columns import Measure
from gridkit.catalog.map_views import maps
from gridkit.language.phrases import Text
from gridkit.render.page.draw import grids
from gridkit.render.page.payload import HIDDEN
from gridkit.render.page.view import PageView


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=12, incidents=500))


def columns(plan, view="public"):
    """Return by column which rows are shown."""
    page = PageView((plan,), maps()[view])
    head = grids(page, plan)
    return {each["name"]: np.array([value != HIDDEN for value in each["of"]]) for each in head["columns"]}


def laid(plan, **tables):
    layer = plan.layers["incidents"]
    values = layer.tables["grids"].assign(**tables)
    measures = (*layer.definition.measures, *(Measure(name, Text(en=name, zh=name)) for name in tables))
    definition = replace(layer.definition, measures=measures)
    return replace(
        plan, layers={**plan.layers, "incidents": replace(layer, definition=definition, tables={"grids": values})}
    )


def test_rates_are_withheld_with_their_counts_and_no_others(plan):
    counts = plan.layers["incidents"].tables["grids"]["incidents"].to_numpy()
    found = columns(plan)
    assert ((counts > 0) & (counts < 10)).any()
    assert (~found["incidents"][(counts > 0) & (counts < 10)]).all()
    assert (found["incidents"] == found["rate"]).all()
    assert (found["incidents"]).any()


def test_a_small_further_count_takes_nothing_else_with_it(plan):
    overdue = np.full(len(plan.grids), 3)
    found = columns(laid(plan, overdue=overdue))
    assert (~found["overdue"]).all()
    assert (found["incidents"]).any()


def test_a_share_goes_with_the_small_count_that_it_would_tell(plan):
    closed = Measure("closed", Text(en="Closed", zh="Closed"), percent=True)
    held = laid(plan, overdue=np.full(len(plan.grids), 3)).layers["incidents"]
    values = held.tables["grids"].assign(closed=0.97)
    definition = replace(held.definition, measures=(*held.definition.measures, closed))
    changed = replace(held, definition=definition, tables={"grids": values})
    found = columns(replace(plan, layers={**plan.layers, "incidents": changed}))
    assert (~found["closed"]).all()


def test_breaks_are_made_from_what_is_shown(plan):
    page = PageView((plan,), maps()["public"])
    found = next(each for each in grids(page, plan)["columns"] if each["name"] == "incidents")
    # None is a class of its own, up to 1, which is no count of any grid.
    assert all(each in {0, 1} or each >= 10 for each in found["breaks"])


def test_a_density_is_no_count(plan):
    found = columns(laid(plan, per_km2=plan.grids["people"].to_numpy() / 900.0))
    assert (found["per_km2"] == found["incidents"]).all()


def test_few_people_are_not_shown_nor_told_by_their_deviation(plan):
    few = plan.layers["balance"].tables["grids"].copy()
    few.iloc[0, few.columns.get_loc("people")] = 4.0
    layers = {**plan.layers, "balance": replace(plan.layers["balance"], tables={"grids": few})}
    found = columns(replace(plan, layers=layers))
    assert not found["people"][0]
    assert not found["deviation"][0]


def test_nothing_is_withheld_inside_the_office(plan):
    assert all(shown.all() for shown in columns(plan, "official").values())


def test_an_emergency_map_opens_with_the_old_people_of_each_grid(plan):
    units = plan.units.assign(elderly=np.arange(len(plan.units)) % 7)
    old = replace(plan, units=units)
    columns = grids(PageView((old,), maps()["emergency"]), old)["columns"]
    assert columns[0]["name"] == "elderly"
    assert columns[0]["of"] == units.groupby("grid_id")["elderly"].sum().reindex(plan.grids.index).tolist()
    assert grids(PageView((plan,), maps()["emergency"]), plan)["columns"][0]["name"] != "elderly"


def test_no_public_map_counts_the_old_people(plan):
    asked = replace(maps()["public"], measures=("elderly",))
    old = replace(plan, units=plan.units.assign(elderly=1))
    assert "elderly" not in {each["name"] for each in grids(PageView((old,), asked), old)["columns"]}


def test_a_planner_sees_how_much_of_a_grid_was_placed_by_area_alone_and_nobody_else_does(plan):
    way = np.where(np.arange(len(plan.units)) % 4 == 0, "area", "buildings")
    guessed = replace(plan, units=plan.units.assign(people_from=way))
    page = PageView((guessed,), maps()["planner"])
    found = next(each for each in grids(page, guessed)["columns"] if each["name"] == "by_area")
    people = guessed.units["people"].where(guessed.units["people_from"] == "area", 0)
    share = people.groupby(guessed.units["grid_id"]).sum() / guessed.units.groupby("grid_id")["people"].sum()
    assert found["percent"]
    assert found["of"] == pytest.approx(share.reindex(plan.grids.index).tolist(), abs=0.01)
    assert "by_area" not in columns(guessed, "public")
    assert "by_area" not in columns(replace(plan, units=plan.units.assign(people_from="buildings")), "planner")


def test_a_class_of_those_who_have_none_is_called_none(plan):
    some = np.where(np.arange(len(plan.grids)) % 2, np.arange(len(plan.grids)) * 11.5, 0.0)
    head = grids(PageView((laid(plan, hours=some),), maps()["official"]), laid(plan, hours=some))
    ranges = next(each for each in head["columns"] if each["name"] == "hours")["ranges"]
    assert ranges[0] == ["0", "0"]
    assert len(ranges) > 2
