"""Faulty tables of work and participation: each fault named in a line, nobody lost, the rest computed."""

from __future__ import annotations

import warnings
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.recipes import participation as participations

TOWN = town()
STAFF = pd.DataFrame({"网格": ["W00", "W10"], "岗位": ["专职网格员", "网格长"], "每周工时": [40, 40]})
REGISTER = pd.DataFrame({"网格编码": ["W00"] * 12, "发起方": "居民", "活动日期": "2026-01-01", "小时": 2})
PROPOSALS = pd.DataFrame({"id": range(1, 13), "published_at": "2026-01-01 10:00:00 UTC"})
EXCHANGE = pd.DataFrame({"giver": range(12), "taker": [*range(1, 12), 0], "hours": 1})
LIVES = pd.DataFrame({"first": ["2025-01"] * 12, "last": ["2025-06"] * 12})
BALLOTS = """META
key;value
date_end;19.09.2026
PROJECTS
project_id;cost;votes;name;selected
A/1;100;{votes};Benches;1
A/2;200;1;"Trees; and more";0
VOTES
voter_id;vote;sex
1;A/1,A/2;F
2;A/1;M
"""


def told(call):
    """Return what a call made, and all that it warned of."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        made = call()
    return made, " | ".join(str(each.message) for each in said if issubclass(each.category, GridkitWarning))


# ------------------------------------------------------------------ staff
def staffing(**columns):
    """Return the facts of staffing by a table with other columns, and what was warned of."""
    made, said = told(lambda: gk.staffing(TOWN, staff=STAFF.assign(**columns), asof="2027-01-01"))
    facts = made.layers["staffing"].facts
    return facts, f"{said} | {' | '.join(map(str, facts['notes']))}"


@pytest.mark.parametrize(
    ("columns", "said", "hours"),
    [
        ({"岗位": ["厨师", "专职网格员"]}, "posts of no known role, whose hours are not known: 厨师", 1),
        ({"网格": [None, "W10"]}, "staff without a grid of the plan", 1),
        ({"网格": [None, None]}, "staff without a grid of the plan", 0),
        ({"网格": ["W00", "Z99"]}, "grids that the plan has not: Z99", 1),
        ({"到岗日期": ["2026-05-01"] * 2, "离岗日期": ["2026-01-01", "2027-05-01"]}, "ends before it begins", 2),
        ({"每周工时": [-5, 40]}, "hours that cannot be", 1),
        ({"每周工时": [40, "40小时"]}, "", 2),
    ],
    ids=["role", "no grid", "no grid at all", "strange grid", "reversed days", "hours below nought", "mixed cells"],
)
def test_faults_of_staff_are_named_and_nobody_is_lost(columns, said, hours):
    facts, words = staffing(**columns)
    assert said in words
    assert facts["staff_read"] == 2
    assert facts["posts_with_hours"]["n"] == hours


def test_a_table_without_rows_is_staff_of_nobody():
    plan = gk.staffing(TOWN, staff=STAFF.iloc[:0], asof="2027-01-01")
    assert plan.layers["staffing"].facts["staff_read"] == 0
    assert plan.layers["staffing"].facts["hours"] > 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: gk.staffing(TOWN, staff=STAFF, asof="soon"),
        lambda: gk.survival(LIVES, asof="soon"),
        lambda: gk.survival(LIVES, peak_since="soon"),
        lambda: gk.visits(
            TOWN, due=gpd.GeoDataFrame({"class": ["困难户"]}, geometry=[Point(5, 5)], crs=METRES), asof="soon"
        ),
    ],
    ids=["staffing", "survival", "a peak", "visits"],
)
def test_a_day_that_is_none_is_one_line(call):
    with pytest.raises(UsageError, match="'soon' is no day"):
        call()


# ------------------------------------------------------------------ workload
@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ({"网格": ["W00"], "困难户": [-3]}, "1 count of households is below nought and unknown"),
        ({"网格": ["W00", "W10"], "困难户": [300, 2]}, "1 place has more households of classes than households: W00"),
        ({"网格": ["W00", "W10", "E01"], "类别": ["困难户", "怪户", "困难户"]}, "not counted: 怪户"),
    ],
)
def test_faults_of_classes_are_named_and_the_rest_counts(classes, said):
    plan, _ = told(lambda: gk.workload(TOWN, classes=pd.DataFrame(classes)))
    facts = plan.layers["workload"].facts
    assert said in " | ".join(map(str, facts["notes"]))
    assert facts["hours_visits"] >= 64 * 2 / 12 * 15 / 60 - 1e-9 - 3 / 2


def test_a_count_below_nought_takes_no_hour_away():
    plan, _ = told(lambda: gk.workload(TOWN, classes=pd.DataFrame({"网格": ["W00"], "困难户": [-3]})))
    bare = gk.workload(TOWN)
    assert plan.layers["workload"].facts["hours"] == pytest.approx(bare.layers["workload"].facts["hours"])


# ------------------------------------------------------------------ patrols
def test_a_class_of_streets_that_no_street_is_of_is_refused_with_those_there_are():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: patrols NOT checked")
    roads = gpd.GeoDataFrame({"kind": ["residential"]}, geometry=[LineString([(0, 0), (400, 0)])], crs=METRES)
    place = replace(TOWN, backdrop={"roads": roads.rename_axis("feature_id")})
    with pytest.raises(UsageError, match=r"class motorwayy - choose from residential"):
        gk.patrol(place, classes=("residential", "motorwayy"))


# ------------------------------------------------------------------ participation
def participation(**tables):
    """Return the lines of participation by their names, and its notes."""
    plan, _ = told(lambda: gk.participation(TOWN, **tables))
    facts = participations.facts(plan)
    return {each["indicator"]: each for each in facts["lines"]}, " | ".join(map(str, facts["notes"]))


@pytest.mark.parametrize(
    ("table", "said", "activities"),
    [
        (REGISTER.iloc[:0], "it has no row", 0),
        (REGISTER.drop(columns="活动日期"), "no column says when", 12),
        (REGISTER.assign(活动日期="someday"), "are no dates", 12),
        (REGISTER.drop(columns="发起方"), "no column says who started what; all are unknown", 12),
        (REGISTER.drop(columns="网格编码"), "12 rows belong to no grid", 12),
        (REGISTER.assign(小时=[-1] + [2] * 11), "1 number is below nought and unknown", 12),
    ],
)
def test_faults_of_a_register_are_named_and_its_activities_count(table, said, activities):
    lines, notes = participation(activities=table)
    assert said in notes
    assert sum(each["of"] for name, each in lines.items() if name == "unknown_start") == activities
    assert ("residents_start" in lines) is (activities > 0 and "发起方" in table), "none is not nought"


def test_states_that_no_list_knows_are_named_and_no_answer_is_made_of_them():
    lines, notes = participation(proposals=PROPOSALS.assign(state=["in_study"] * 2 + ["accepted"] * 10))
    assert "in_study (2)" in notes
    assert (lines["answered"]["n"], lines["answered"]["of"]) == (10, 10)
    later = PROPOSALS.assign(state="in_study", answered_at=["2026-02-01"] * 3 + [None] * 9)
    lines, notes = participation(proposals=later)
    assert "in_study" not in notes
    assert (lines["answered"]["n"], lines["answered"]["of"]) == (3, 12)


def test_budget_investments_of_consul_are_answered_where_they_were_judged():
    table = pd.DataFrame({"ID": range(12), "Feasibility": ["Feasible"] * 6 + ["Unfeasible"] * 3 + ["Undecided"] * 3})
    lines, _ = participation(proposals=table)
    assert (lines["answered"]["n"], lines["answered"]["of"]) == (9, 12)


def test_ballots_of_a_budget_are_read_as_its_projects_and_no_voter_is_kept(tmp_path):
    file = tmp_path / "town.pb"
    file.write_text(BALLOTS.format(votes=2), encoding="utf-8")
    plan, _ = told(lambda: gk.participation(TOWN, proposals=file))
    kept = plan.brought["participation"]
    assert (kept["proposals"].sum(), kept["answered"].sum()) == (2, 2)
    assert kept["asof"].tolist() == ["2026-09-19"]
    notes = " | ".join(map(str, participations.facts(plan)["notes"]))
    assert "town.pb: 2 ballots of persons" in notes
    assert "are not those" not in notes
    file.write_text(BALLOTS.format(votes=7), encoding="utf-8")
    assert "the votes of A/1 are not those that its ballots have" in participation(proposals=file)[1]


def test_ballots_that_are_none_or_given_as_something_else_are_one_line(tmp_path):
    file = tmp_path / "town.pb"
    file.write_text(BALLOTS.format(votes=2).replace("PROJECTS", "PROYECTOS"), encoding="utf-8")
    with pytest.raises(TableError, match="no section of it is called PROJECTS"):
        gk.participation(TOWN, proposals=file)
    with pytest.raises(TableError, match="whose projects are proposals"):
        gk.participation(TOWN, activities=file)


# ------------------------------------------------------------------ exchange and lives
def test_rows_of_no_exchange_are_counted_by_reason_and_the_rest_is_told():
    more = pd.concat([EXCHANGE, EXCHANGE.iloc[:3].assign(hours=[-1, None, "?"])])
    made, said = told(lambda: gk.reciprocity(more))
    assert "2 rows without a value, 1 row below zero" in said
    assert made.facts["exchanges"] == 12


def test_lives_that_end_before_they_begin_are_left_out_and_said():
    made, said = told(lambda: gk.survival(LIVES.assign(last=["2024-01"] * 2 + ["2025-06"] * 10), asof="2026-01"))
    assert "2 rows end before they begin and are left out" in " | ".join(map(str, made.facts["notes"]))
    assert "2 rows with an impossible value" in said
    assert made.facts["lives"][0]["n"] == 10
