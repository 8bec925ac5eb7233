from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.language.catalogue import languages
from gridkit.render.page.points import both, packed, period
from gridkit.render.page.view import PageView


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(side=12, incidents=500))


def test_points_carry_the_grid_they_lie_in(plan):
    page = PageView((plan,), maps()["official"])
    events = next(each for each in packed(page, plan) if each["kind"] == "events")
    place = np.array(events["gridOf"])
    counts = np.bincount(place[place >= 0], minlength=len(plan.grids))
    assert counts.tolist() == plan.layers["incidents"].tables["grids"]["incidents"].tolist()


def test_events_are_no_points_of_a_public_page(plan):
    page = PageView((plan,), maps()["public"])
    assert [each["kind"] for each in packed(page, plan)] == ["facilities"]


def test_times_are_digits_that_json_leaves_as_they_are(plan):
    page = PageView((plan,), maps()["official"])
    layers = packed(page, plan)
    events = next(each for each in layers if each["kind"] == "events")
    minutes = list(events["minutes"])
    period(layers, plan)
    assert json.dumps(events["minutes"]) == f'"{events["minutes"]}"'
    signs = events["minutes"].replace("}", "\\")
    wide = len(signs) // len(minutes)
    groups = [signs[at : at + wide] for at in range(0, len(signs), wide)]
    assert [sum((ord(sign) - 35) * 90 ** (wide - 1 - at) for at, sign in enumerate(each)) for each in groups] == [
        minute + 1 for minute in minutes
    ]


def test_a_view_without_a_time_carries_no_times(plan):
    still = replace(maps()["official"], shows=("points", "card"))
    events = next(each for each in packed(PageView((plan,), still), plan) if each["kind"] == "events")
    assert "minutes" not in events


def events_of(plan, table):
    layer = plan.layers["incidents"]
    return plan.with_layer(replace(layer, tables={**layer.tables, "points": table}, digest=layer.digest))


def packed_events(plan):
    page = PageView((plan,), maps()["official"])
    return next(each for each in packed(page, plan) if each["kind"] == "events")


def test_incidents_that_tell_nothing_but_a_place_are_drawn_as_places(plan):
    bare = plan.layers["incidents"].tables["points"][["geometry"]]
    events = packed_events(events_of(plan, bare))
    assert {"categories", "statuses", "classes", "minutes"}.isdisjoint(events)
    assert len(events["gridOf"]) == len(bare)
    assert events["gridOf"] == packed_events(plan)["gridOf"], "found by where they lie, else by what the table says"
    assert period([events], plan) is None


def test_one_class_needs_no_colours_and_many_share_the_last(plan):
    table = plan.layers["incidents"].tables["points"]
    alone = packed_events(events_of(plan, table.assign(category="noise")))
    assert len(alone["categories"]) == 1
    assert "classes" not in alone
    many = packed_events(events_of(plan, table.assign(category=[f"c{at % 210}" for at in range(len(table))])))
    assert len(many["categories"]) == 200
    assert many["categories"][-1] == "…"
    assert max(many["category"]) == 199
    assert many["category"].count(199) == sum(sorted(Counter(each % 210 for each in range(len(table))).values())[:11])
    assert len(many["classes"]) == 8
    assert "others" in many["classes"][-1][0]


def test_names_that_a_table_has_in_a_language_of_its_own_are_told_in_each():
    table = pd.DataFrame({"name": ["秋汀", None, "河畔"], "name_en": ["Qiuting", None, None]})
    english, chinese = languages().index("en"), languages().index("zh")
    first, missing, third = both(table, "name")
    assert (first[english], first[chinese]) == ("Qiuting", "秋汀")
    assert missing is None
    assert third[english] == "河畔"
    assert both(table[["name"]], "name") == ["秋汀", None, "河畔"]
