from __future__ import annotations

import numpy as np
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.render.page.points import packed
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
