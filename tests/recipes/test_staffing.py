"""The staff of a town of four grids: who serves, whether it suffices, who should answer for what."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from towns import WEST, town

import gridkit as gk
from gridkit.errors import TableError
from gridkit.recipes.staffing import facts
from gridkit.tables import TEXT

TOWN = town()
STAFF = pd.DataFrame(
    {
        "工号": ["1", "2", "3", "4", "5"],
        "姓名": ["甲一", "乙二", "丙三", "丁四", "戊五"],
        "手机": ["13800001111"] * 5,
        "网格": ["W00", "W10、E01", "E11", "E11", "zz"],
        "岗位": ["专职网格员", "专职网格员", "下沉干部", "厨师", "网格长"],
        "每周工时": [40, 40, 40, 40, None],
        "派出单位": [None, None, "城管局", None, None],
        "下沉开始": [None, None, "2026-06-01", "2027-05-01", None],
        "下沉截止日期": [None, None, "2027-03-31", "2027-01-01", None],
        "办公电话": ["0512-66660001", "13900002222", None, None, None],
        "职责": ["巡查", "走访", None, None, None],
    }
)
pytestmark = pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")


def staffed(**more):
    return gk.staffing(TOWN, **{"staff": STAFF, "asof": "2027-01-01", **more})


def test_faults_are_named_and_nobody_is_lost():
    with pytest.warns(gk.errors.GridkitWarning, match="厨师"):
        plan = gk.staffing(TOWN, staff=STAFF)
    facts = plan.layers["staffing"].facts
    assert facts["staff_read"] == 5
    assert facts["roles_unknown"] == {"厨师": 1}
    assert facts["unknown_grids"] == ["zz"]
    assert facts["without_grid"] == ["5"]
    assert facts["posts_with_hours"] == {"n": 4, "of": 5}
    assert any("ends before it begins" in note for note in facts["notes"])
    assert any("telephone" in note for note in facts["notes"])


def test_posts_of_an_unknown_kind_are_counted_and_it_is_said_as_what():
    staff = pd.DataFrame(
        {"网格": ["W00", "W10", "E01", "E11"], "岗位": ["超级网格员", "超级网格员", "网格员（二级）", "见习网格员"]}
    )
    with pytest.warns(gk.errors.GridkitWarning) as said:
        plan = gk.staffing(TOWN, staff=staff)
    (own,) = [str(each.message) for each in said if "unknown kind" in str(each.message)]
    assert "3 rows" in own
    assert "Full-time grid worker: 超级网格员 (2)" in own
    assert "二级" not in own
    facts = plan.layers["staffing"].facts
    assert {each["post"]: each["rows"] for each in facts["roles_unsure"]} == {"超级网格员": 2, "见习网格员": 1}
    assert facts["roles"] == {"full_time": 4}


def test_hours_are_shared_by_who_serves_two_grids():
    table = staffed().layers["staffing"].tables["grids"]
    assert table.loc[["W10", "E01"], "available"].sum() == pytest.approx(156.0)
    assert table.loc[["W10", "E01", "W00"], "shared"].tolist() == [1, 1, 0]
    assert table.loc["W00", "fit"] == pytest.approx(156.0 / table.loc["W00", "hours"])


def test_those_who_are_lent_go_on_the_day_after_their_last():
    layer = staffed().layers["staffing"]
    stress = layer.tables["stress"]
    assert stress.index.tolist() == ["2027-01-01", "2027-04-01"]
    assert stress["posts"].tolist() == [5, 4]
    own = layer.tables["grids"].loc["E11"]
    assert pd.isna(own["available_own"])
    assert own["available"] == pytest.approx(156.0)


def test_names_stay_out_unless_they_are_asked_for():
    quiet = staffed()
    assert "name" not in quiet.layers["staffing"].tables["posts"]
    assert quiet.grids.loc["W00", "staff_zh"] == "专职网格员"
    assert not any("13900002222" in str(each) for each in quiet.brought["work_staff"].to_numpy().ravel())
    told = staffed(names=True)
    assert told.grids.loc["W00", "staff_zh"] == "甲一（专职网格员）"
    assert told.grids.loc["E11", "staff_en"] == "丙三 (Cadre sent down)"
    assert not any("13800001111" in str(each) for each in told.brought["work_staff"].to_numpy().ravel())


def test_homes_decide_who_is_near_and_are_not_kept():
    homes = pd.DataFrame(
        {
            "工号": ["1", "2"],
            "网格": ["W00", "E11"],
            "岗位": ["专职网格员", "专职网格员"],
            "住处经度": [None, None],
            "住处纬度": [None, None],
        }
    )
    spots = TOWN.grids.representative_point().to_crs(4326)
    for row, grid in enumerate(("E11", "W00")):
        homes.loc[row, ["住处经度", "住处纬度"]] = [spots[grid].x, spots[grid].y]
    plan = staffed(staff=homes.assign(每周工时=40), assign=True)
    table = plan.records["assignment"].set_index("grid_id")["staff_id"]
    # 20 metres for each of 16 households weigh as much as the way across the town: here the way is longer.
    assert table["W00"] == "1"
    assert set(plan.brought["work_staff"].columns).isdisjoint({"home_lon", "home_lat"})
    facts = plan.layers["staffing"].facts["assignment"]
    assert facts["homes_known"] == {"n": 2, "of": 2}
    assert facts["households_keep_worker"] == {"n": 32.0, "of": 32.0}


def test_staff_of_other_grids_are_counted_where_most_of_their_households_are_now():
    old = TOWN.units.dissolve("parent").reset_index()[["geometry"]].assign(grid_id=["west", "east"])
    west = pd.DataFrame({"工号": ["1"], "网格": ["west"], "岗位": ["专职网格员"], "每周工时": [40]})
    plan = staffed(staff=west, old=old, assign=True)
    assert "unknown_grids" not in plan.layers["staffing"].facts
    table = plan.records["assignment"]
    assert table["households"].sum() == 32.0
    assert plan.layers["staffing"].facts["assignment"]["households_keep_worker"]["n"] == 16.0


def test_the_staff_of_a_plan_is_known_to_it_afterwards(tmp_path):
    back = gk.read_plan(gk.write_plan(staffed(), tmp_path / "p.gpkg"))
    again = gk.staffing(back, asof="2027-04-01").layers["staffing"]
    assert again.facts["posts"] == 4
    for plan in (staffed(), back):
        days = plan.layers["staffing"].tables["grids"]["falls_short"]
        assert days.dtype == TEXT


def test_a_plan_without_staff_says_how_to_bring_it():
    with pytest.raises(TableError, match="there is no staff"):
        gk.staffing(TOWN)


def test_hours_of_a_task_that_nobody_knows_are_unknown_and_not_none():
    tasks = staffed().layers["staffing"].tables["tasks"]
    unknown = tasks["of_grids"] == 0
    assert unknown.any()
    assert tasks.loc[unknown, ["needed", "fits", "share"]].isna().all(axis=None)
    assert tasks.loc[~unknown, ["needed", "fits"]].notna().all(axis=None)


def test_a_redraw_that_knows_the_staff_leaves_more_households_with_their_worker(tmp_path):
    bare = town(wide=8)
    bare = replace(bare, units=bare.units.assign(households=20))
    seats = pd.DataFrame({"工号": range(16), "网格": bare.grids.index, "岗位": "专职网格员", "每周工时": 40})
    known = gk.staffing(bare, staff=seats, asof="2027-01-01")
    census = bare.units[["people", "geometry"]].reset_index(drop=True)
    census.loc[census.geometry.bounds["miny"] == 0, "people"] = 25
    census.to_file(tmp_path / "census.gpkg")
    asked = {"people": f"{tmp_path / 'census.gpkg'}:people", "target": 40, "tolerance": 0.3, "everywhere": True}
    free, priced = (gk.compare(known, gk.redraw(plan, **asked)) for plan in (bare, known))
    told = [each.facts["households_keep_worker"] for each in (free, priced)]
    assert [each["of"] for each in told] == [1280.0, 1280.0]
    assert told[0]["n"] < told[1]["n"] < 1280.0


def test_communities_are_told_by_their_names_and_those_that_the_plan_has_not_are_said():
    staff = pd.DataFrame(
        {"工号": ["1", "2"], "社区": ["西社区", "无此社区"], "岗位": ["社区工作者", "社区工作者"], "每周工时": [40, 40]}
    )
    with pytest.warns(gk.errors.GridkitWarning, match="communities that the plan has not: 无此社区"):
        plan = gk.staffing(TOWN, staff=staff)
    assert plan.layers["staffing"].facts["unknown_parents"] == ["无此社区"]
    assert WEST in set(plan.brought["work_staff"]["parent"])


def test_a_table_without_codes_of_grids_needs_none_of_the_old_ones():
    staff = pd.DataFrame({"工号": ["1"], "社区": ["西社区"], "岗位": ["社区工作者"], "每周工时": [40]})
    old = TOWN.units.dissolve("parent").reset_index()[["geometry"]].assign(grid_id=["west", "east"])
    assert staffed(staff=staff, old=old).layers["staffing"].facts["staff_read"] == 1


def test_who_speaks_a_language_answers_for_grids_of_it_and_nobody_is_made_up():
    spoken = TOWN.having(attributes=pd.DataFrame({"language": ["bo", None, None, None]}, index=TOWN.grids.index))
    staff = pd.DataFrame(
        {
            "工号": ["1", "2"],
            "网格": ["E11", "W00"],
            "岗位": ["专职网格员", "专职网格员"],
            "每周工时": [40, 40],
            "语言": ["bo、zh", None],
        }
    )
    plan = gk.staffing(spoken, staff=staff, asof="2027-01-01", assign=True)
    table = plan.records["assignment"]
    facts = plan.layers["staffing"].facts["assignment"]
    assert facts["seats"] == 4
    assert facts["seats_filled"] == table["staff_id"].notna().sum() == 2
    assert facts["left_over"] == 0
    assert facts["mean_way_m"] is None
    assert facts["homes_known"] == {"n": 0, "of": 2}


def test_a_plan_that_knows_its_staff_assigns_it_without_the_table_and_says_so_by_titles():
    known = staffed()
    plan = gk.staffing(known, asof="2027-01-01", assign=True)
    table = plan.records["assignment"]
    assert set(table["staff_id"].dropna()) <= {"1", "2", "3", "4", "5"}
    assert "roles_unknown" in plan.layers["staffing"].facts
    told, codes = (facts(plan, titles=titles) for titles in (True, False))
    assert {"tasks", "ratios", "stress", "gaps", "assignment"} <= set(told)
    assert [row["task"] for row in codes["tasks"]] != [row["task"] for row in told["tasks"]]
    assert "assignment" not in facts(known, titles=True)


def test_a_table_of_other_staff_makes_the_old_assignment_stale():
    first = staffed(assign=True)
    other = gk.staffing(first, staff=STAFF.iloc[:2], asof="2027-01-01")
    assert "assignment" in other.stale
    assert "assignment" not in gk.staffing(first, staff=STAFF, asof="2027-01-01").stale
