from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.render.page.points import packed, period
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
