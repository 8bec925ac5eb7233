"""A view as a question: headline, opening measure, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from plans import Size, crooked_plan

from gridkit.catalog.definitions import layers
from gridkit.catalog.layer import Layer
from gridkit.catalog.map_views import maps
from gridkit.errors import UsageError
from gridkit.language.catalogue import languages
from gridkit.plan.compare import compare
from gridkit.render.page import question
from gridkit.render.page.attention import attention, worklist
from gridkit.render.page.compose import compose
from gridkit.render.page.payload import open_island
from gridkit.render.page.question import NEIGHBOURS, PLAIN, Asked, headline, opening, told_apart


@pytest.fixture(scope="module")
def plan():
    return crooked_plan(Size(incidents=400, buildings=0))


def moved(plan, units=3):
    own = plan.units.copy()
    first, second = plan.grids.index[:2]
    own.loc[own.index[own["grid_id"] == first][:units], "grid_id"] = second
    return replace(plan, units=own)


def column(name, of, breaks=(10,)):
    return {"name": name, "of": list(of), "breaks": list(breaks)}


@pytest.mark.parametrize("name", list(maps()))
def test_every_view_asks_and_answers_in_every_language(name, plan):
    view = maps()[name]
    other = moved(plan) if name == "compare" else None
    compared = compare(other, plan) if other else None
    said = headline(view.asks, Asked(plan, attention(plan, list(plan.layers.values())), compared))
    for lang in languages():
        assert view.question.said(lang)
        assert said.said(lang)
    assert view.question.said("en") != view.question.said("zh")
    assert said.said("en") != said.said("zh")


def test_the_headline_of_a_change_counts_who_moves(plan):
    other = moved(plan)
    found = compare(other, plan)
    said = str(headline("changes", Asked(plan, comparison=found)))
    assert f"{found.facts['people_moved']:,.0f} people of" in said
    assert "from 1 grid of the old plan into 1 grid of the new one" in said
    assert (
        headline("changes", Asked(plan, comparison=compare(plan, plan))) == "Nobody changes grid between the two plans."
    )


def test_the_headline_of_a_plan_counts_what_the_band_holds_and_says_that_nobody_has_checked(plan):
    inside = int(plan.parameters.band.inside(plan.grids["people"].to_numpy()).sum())
    said = str(headline("plan", Asked(plan, worklist(plan))))
    assert said.startswith(f"{inside} of {len(plan.grids)} grids in the range of size")
    assert "has not been checked" in said


def test_a_change_of_every_grid_never_counts_more_grids_than_a_plan_has(plan):
    codes = [f"old {each}" for each in plan.grids.index]
    found = compare(moved(plan), plan)
    renamed = replace(found, flows=pd.DataFrame({"old": codes, "new": plan.grids.index, "people": 1.0}))
    said = str(headline("changes", Asked(plan, comparison=renamed)))
    assert said.count(f"{len(plan.grids)} grids of") == 2
    assert f"{2 * len(plan.grids)} grids" not in said


def test_the_headline_of_an_emergency_is_a_sentence_in_either_language(plan):
    kind = layers()["clinics"]
    grids = pd.DataFrame({"minutes": [1000.0, *[0.0] * (len(plan.grids) - 1)]}, index=plan.grids.index)
    said = headline("reach", Asked(replace(plan, layers={"clinics": Layer(kind, {"grids": grids})})))
    goal = max(kind.minutes)
    assert f"1 grid is more than {goal:.0f} min from the nearest of “Clinics”." in said.said("en")
    assert f"1个网格距最近的“社区卫生服务机构”超过{goal:.0f}分钟。" in said.said("zh")


def test_a_page_opens_with_the_measure_that_tells_grids_apart_and_never_with_one_colour():
    official = maps()["official"]
    one, two, four = column("a", [1] * 8), column("b", [1] * 7 + [11]), column("c", range(8), (2, 4, 6))
    assert opening([one, two, four], official) == 2
    assert opening([one, None, column("d", [None] * 8)], official) == NEIGHBOURS
    assert opening([], official) == NEIGHBOURS
    assert opening([four, two], replace(official, measures=("b",))) == 1
    assert opening([four, one], replace(official, measures=("a",))) == 0
    assert opening([four], replace(official, colours="plain")) == PLAIN
    assert opening([four], maps()["public"]) == NEIGHBOURS


def test_a_measure_that_is_known_of_few_grids_tells_nothing_apart():
    assert told_apart(column("a", [1, 11, None, None, None])) == 0
    assert told_apart(column("a", [1, 11, "hidden", None])) == 1


def test_what_a_plan_lacks_is_named_with_the_command_that_brings_it(plan):
    found = question.lacks(plan, maps()["emergency"])
    assert [name for name, *_ in found] == [name for name in maps()["emergency"].layers if name not in plan.layers]
    assert {"hospitals", "fire-stations"} <= {name for name, *_ in found}
    services = [(name, command) for name, _, command in found if name != "emergency"]
    assert all(command == f"gridkit layer PLAN {name}" for name, command in services)
    assert ("hotline-12345", "--data FILE") in [
        (name, command[-11:]) for name, _, command in question.lacks(plan, maps()["official"])
    ]


def test_a_page_for_the_public_does_not_tell_residents_what_the_office_lacks(plan):
    import re

    def head(name):
        text = compose(plan, maps()[name], lang="en").to_html()
        return open_island(re.search(r'id="gk-island">(.*?)</script>', text, re.DOTALL)[1])

    assert head("public")["parts"]["lacks"] is None
    assert head("public")["matters"] == []
    assert [row["command"] for row in head("emergency")["parts"]["lacks"]["rows"]]


def test_a_comparison_of_one_plan_is_refused(plan):
    with pytest.raises(UsageError, match="none is given"):
        compose(plan, maps()["compare"])
