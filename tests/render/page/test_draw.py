from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.columns import Measure
from gridkit.catalog.definitions import CoverageLayer
from gridkit.catalog.map_views import maps
from gridkit.language.catalogue import languages
from gridkit.language.phrases import Text
from gridkit.render.page.draw import answers, bounds, grids, surroundings
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


@pytest.fixture(scope="module")
def small():
    return crooked_plan(Size(side=4, incidents=60, buildings=60))


def packed(plan, view="planner", **changes):
    return grids(PageView((plan,), replace(maps()[view], **changes)), plan)


def test_who_edits_gets_units_with_what_they_are_judged_by_and_the_public_none(small):
    units = small.units.assign(
        lock=pd.Series({small.units.index[0]: small.units["grid_id"].iloc[0]}),
        group=pd.Series({small.units.index[0]: "yard", small.units.index[1]: "yard"}),
    )
    locked = replace(small, units=units, layers={})
    head = packed(locked)
    cells, rules = head["cells"], head["rules"]
    assert sorted(cells["ids"]) == sorted(units.index)
    assert [cells["ids"][at] for at, is_so in enumerate(cells["locked"]) if is_so] == [units.index[0]]
    assert sum(each >= 0 for each in cells["group"]) == 2
    assert (rules["measure"], rules["band"]["low"]) == ("people", 1080)
    assert rules["parent"] is None, "no grid lies in two communities"
    assert not {"rules"} & packed(locked, "public").keys()
    assert "ids" not in packed(locked, "public")["cells"]
    free = replace(locked, parameters=replace(locked.parameters, low=None, target=None, high=None))
    assert packed(free)["rules"]["band"] is None


def test_grids_over_two_communities_tell_the_page_where_each_unit_lies(small):
    one = replace(small, units=small.units.assign(grid_id="A"), layers={}, attributes=None)
    rules = packed(one)["rules"]
    assert len(rules["parent"]) == len(one.units)


def test_what_a_bridge_joins_and_a_river_parts_is_sent_beside_what_touches(small):
    assert packed(small)["rules"]["joined"] == packed(small)["rules"]["parted"] == []
    parted = replace(small, borders=small.borders.iloc[1:], layers={})
    assert len(packed(parted)["rules"]["parted"]) == 2


def comments(plan, **columns):
    there = plan.units.index[:3]
    return gpd.GeoDataFrame(
        {
            "kind": ["comment", "move", "lock"],
            "status": ["accepted", "open", "open"],
            "text": ["no light", None, None],
            "unit_id": [None, there[1], None],
            "grid_id": [None, plan.units["grid_id"].loc[there[1]], plan.grids.index[0]],
            "to_grid": [None, plan.grids.index[-1], None],
            "author": ["Zhu", None, "No. 3"],
            "time": "2026-11-20T08:00:00+00:00",
            "source": "slips.csv",
            "reason": [None, None, None],
            "answer": ["seen", None, None],
            **columns,
        },
        geometry=plan.units.geometry.loc[there].representative_point().to_numpy(),
        index=pd.Index(["c1", "c2", "c3"], name="comment_id"),
        crs=plan.crs,
    )


def test_what_was_asked_for_stands_undecided_first_and_never_on_a_public_page(small):
    plan = replace(small, records={"comments": comments(small)})
    told = answers(PageView((plan,), maps()["planner"]), plan)
    assert [each["kind"] for each in told] == ["move", "lock", "comment"]
    assert "→" in told[0]["text"][0]
    assert all(small.grids.index[0] in said for said in told[1]["text"])
    assert set(told[2]["text"]) == {"no light"}
    assert all(-180 <= each["lon"] <= 180 and -90 <= each["lat"] <= 90 for each in told)
    assert answers(PageView((plan,), maps()["public"]), plan) == []
    assert answers(PageView((small,), maps()["planner"]), small) == []
    gone = replace(small, records={"comments": comments(small, status="withdrawn")})
    assert answers(PageView((gone,), maps()["planner"]), gone) == []


def test_the_ground_of_a_map_is_the_districts_and_a_margin_round_them(small):
    west, south, east, north = bounds([small, small])
    assert (west < east, south < north) == (True, True)
    whole = small.districts.geometry.union_all()
    assert surroundings([small]).contains(whole.buffer(1))


def test_a_long_name_is_cut_on_the_map_and_whole_on_its_card(small):
    long = "The grid of the long road beside the river"
    named = replace(small, attributes=small.attributes.assign(name=long), layers={})
    head = json.dumps(packed(named), ensure_ascii=False)
    assert f"{long[:23].rstrip()}…" in head
