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
from gridkit.language.phrases import Phrase
from gridkit.plan.compare import compare
from gridkit.render.page import question
from gridkit.render.page.attention import Matter, attention, worklist
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


def laid(plan, kind, tables=None, **facts):
    """Return a plan with one layer, as its recipe leaves it."""
    return replace(plan, layers={kind: Layer(layers()[kind], tables or {}, facts)})


def said_of(kind, plan, **more):
    said = headline(kind, Asked(plan, **more))
    return said.said("en"), said.said("zh")


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"several_rate": {"n": 3, "of": 40}, "median_hours": 5.25},
            (
                "3 of 40 orders took several departments; half of all were closed within 5.2 h.",
                "40件工单中有3件涉及多个部门；半数工单在5.2小时内办结。",
            ),
        ),
        (
            {"several_rate": {"n": 0, "of": 40}, "median_hours": None},
            ("0 of 40 orders took several departments.", "40件工单中有0件涉及多个部门。"),
        ),
        ({}, ("No log of departments' orders is on this plan.", None)),
    ],
)
def test_the_headline_of_orders_says_how_long_only_where_it_is_known(facts, told, plan):
    english, chinese = said_of("response", laid(plan, "response", **facts))
    assert english == told[0]
    assert told[1] is None or chinese == told[1]


def test_the_headline_of_departments_tables_counts_rows_that_lie_in_a_grid(plan):
    facts = {"grids_with_all": 5, "departments": 3, "joined": 90, "rows": 120}
    english, chinese = said_of("sharing", laid(plan, "sharing", **facts))
    assert (
        english
        == f"5 of {len(plan.grids)} grids have rows of all 3 departments. Rows that lie in a grid: 90 of 120 rows."
    )
    assert "120" in chinese
    assert said_of("sharing", plan)[0] == "No table of a department is on this plan."


def test_the_headline_of_nets_counts_the_grids_that_one_cuts(plan):
    crossed = pd.DataFrame({"nets_crossing": [2, 1, *[0] * (len(plan.grids) - 2)]}, plan.grids.index)
    english, _ = said_of("departments", laid(plan, "departments", {"grids": crossed}))
    assert english == f"2 of {len(plan.grids)} grids are cut by the net of a department."
    assert said_of("departments", plan)[0] == "No net of a department is on this plan."


def line_of(indicator, share, why=""):
    return {"indicator": indicator, "share": share, "why": why}


def test_the_headline_of_a_scorecard_tells_the_first_known_line_of_each_group(plan):
    indicators = layers()["scorecard"].indicators
    by_pillar = {}
    for name, each in indicators.items():
        by_pillar.setdefault(each.pillar, []).append(name)
    (one, *_), (two, second, *_) = list(by_pillar.values())[:2]
    rows = [line_of(one, None, "missing"), line_of(two, 0.25), line_of(second, 0.5)]
    english, chinese = said_of("scorecard", laid(plan, "scorecard", known=2, lines=rows))
    assert english.startswith("2 of 3 indicators are known; ")
    assert english.count("%") == 1
    assert "25" in english
    assert "25" in chinese
    bare, _ = said_of("scorecard", laid(plan, "scorecard", known=0, lines=rows[:1]))
    assert bare == "0 of 1 indicator is known."
    assert said_of("scorecard", plan)[0] == "Nothing is known yet: the scorecard says who could supply it."


def matter(name, rows=(), unknown=None):
    title = Phrase("Overdue") if name == "overdue" else Phrase("Rising")
    return Matter(name, title, [(at, 1.0, Phrase("Overdue")) for at in rows], unknown)


def test_the_headline_of_what_needs_somebody_counts_each_grid_once(plan):
    many = [matter("overdue", [0, 1, 1]), matter("rising", [1])]
    english, _ = said_of("attention", plan, matters=many)
    assert english == f"2 of {len(plan.grids)} grids need you today. Overdue: 3, Rising: 1."
    nothing = [matter("overdue"), matter("rising", unknown=Phrase("Who works where is not known."))]
    assert said_of("attention", plan, matters=nothing)[0].startswith("Nothing that is known needs you in")
    assert said_of("attention", plan, matters=nothing[1:])[0].startswith("Nothing is known yet of what needs you")


def test_the_headline_of_a_checked_plan_says_what_was_found(plan):
    assert said_of("plan", plan, matters=[])[0].endswith("the check found nothing.")
    assert said_of("plan", plan, matters=[matter("overdue", [0, 4])])[0].endswith(
        "the check found 2 places to look at."
    )
    free = replace(plan, parameters=replace(plan.parameters, low=0.0, target=0.0, high=0.0))
    assert said_of("plan", free, matters=[])[0].startswith(f"{len(plan.grids)} grids without a range of size;")


def test_the_headline_of_an_emergency_tells_the_old_and_who_lives_in_a_zone(plan):
    zones = pd.DataFrame({"zone_people": [120.0, 30.0, *[0.0] * (len(plan.grids) - 2)]}, plan.grids.index)
    old = plan.units.assign(elderly=1.0)
    english, chinese = said_of("reach", laid(replace(plan, units=old), "emergency", {"grids": zones}))
    assert f"home to {len(old)} people of 60 or older. 150 people in 2 grids live in a zone." in english
    assert "150人" in chinese
    unasked = laid(plan, "emergency", {"grids": zones})
    assert "zone" not in said_of("reach", unasked, shown=("clinics",))[0]
    near = laid(plan, "clinics", {"grids": pd.DataFrame({"minutes": 0.0}, plan.grids.index)})
    assert said_of("reach", near)[0] == f"{len(plan.grids)} grids in 4 communities."


def test_a_long_list_of_what_a_view_lacks_is_cut_and_counted():
    lacking = [(name, Phrase("Overdue"), "") for name in "abcdefg"]
    assert question.told(lacking).said("en").endswith("and 2 more")
    assert question.told(lacking[:2]).said("en") == "Overdue and Overdue"


def test_a_layer_of_a_folder_that_is_not_named_is_lacking_by_its_name(plan):
    view = replace(maps()["official"], layers=("balance", "murals"))
    assert question.lacks(plan, view) == [("murals", "murals", "gridkit layer PLAN murals")]
