"""Layers laid on parts of a plan are layers of the whole once it is joined, as far as all of it is known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import town

import gridkit as gk
from gridkit.plan.life.subdistricts import join, left_behind, part
from gridkit.recipes import ingest

TOWN = town(8, 4)


def spots(*places, number=0):
    return gpd.GeoDataFrame(
        {"id": [str(number + k) for k in range(len(places))], "time": "2026-03-01 08:00"},
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs=TOWN.crs,
    )


WEST, EAST, BOTH = spots((50, 50), (250, 50)), spots((650, 50)), spots((50, 50), (250, 50), (650, 50))


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_laid_on_every_part_is_measured_on_the_whole_as_if_it_was_laid_there():
    parts = part(TOWN, "street")
    # The file of one part reaches over the river: what lies there is the other's to tell.
    rows = {"西街道": spots((50, 50), (250, 50), (650, 750)), "东街道": EAST}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in parts.items()}
    parts["西街道"] = gk.redraw(parts["西街道"], splits=("W00=2",), loose=True)
    whole = gk.join(TOWN, parts)
    once = gk.layer(replace(whole, layers={}, brought={}), "incidents", data=BOTH)
    assert whole.stale == ()
    assert left_behind(whole, parts) == {}
    columns = ["count", "rate"]
    tables = [each.layers["incidents"].tables["grids"][columns] for each in (whole, once)]
    assert len(whole.grids) == len(TOWN.grids) + 1
    pd.testing.assert_frame_equal(*tables)
    assert whole.layers["incidents"].facts["inside"] == 3
    assert [each.parameters.get("subdistrict") for each in whole.history if each.command == "layer"] == [
        "东街道",
        "西街道",
    ]
    assert len(gk.undo(whole).grids) == len(TOWN.grids)


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_rows_of_a_part_on_the_ground_of_another_are_counted_and_told():
    rows = {"西街道": spots((50, 50), (650, 50), (650, 60)), "东街道": EAST}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in part(TOWN, "street").items()}
    with pytest.warns(gk.GridkitWarning, match=r"^incidents: 2 rows belong to another part"):
        whole = gk.join(TOWN, parts)
    assert [each.parameters.get("elsewhere") for each in whole.history if each.command == "join"] == [{"incidents": 2}]
    assert whole.layers["incidents"].facts["inside"] == 2


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_rows_brought_anew_to_one_part_take_the_place_of_those_of_the_whole_there_alone():
    held = gk.layer(TOWN, "incidents", data=BOTH)
    parts = part(held, "street")
    parts["东街道"] = gk.layer(parts["东街道"], "incidents", data=spots((650, 50), (650, 60), (750, 750)))
    whole = gk.join(held, parts)
    assert whole.layers["incidents"].tables["grids"]["count"].to_dict() == {"W00": 2, "W10": 0, "E01": 2, "E11": 1}
    assert whole.brought["incidents"].index.is_unique
    assert gk.join(whole, parts).layers["incidents"].facts["inside"] == 5


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_whose_rows_nobody_brought_for_the_other_part_stays_where_it_is():
    parts = part(TOWN, "street")
    parts["东街道"] = gk.layer(parts["东街道"], "incidents", data=EAST)
    whole = join(TOWN, parts)
    assert "incidents" not in whole.layers
    assert left_behind(whole, parts) == {"东街道": ["layer incidents"]}


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_laid_on_the_whole_since_is_not_replaced_by_that_of_a_part():
    parts = part(TOWN, "street")
    rows = {"西街道": WEST, "东街道": spots((650, 50), (660, 50))}
    parts = {name: gk.layer(each, "incidents", data=rows[name]) for name, each in parts.items()}
    held = gk.layer(TOWN, "incidents", data=BOTH)
    whole = gk.join(held, parts)
    assert whole.layers["incidents"].facts["inside"] == 3
    assert set(left_behind(whole, parts)) == set(parts)


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_layer_of_what_the_plan_has_itself_is_measured_on_the_whole_and_services_around_stay():
    parts = part(TOWN, "street")
    places = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=gpd.points_from_xy([50, 900], [50, 50]), crs=TOWN.crs)
    parts = {name: gk.layer(gk.layer(each, "balance"), "clinics", data=places) for name, each in parts.items()}
    whole = gk.join(TOWN, parts)
    once = gk.layer(TOWN, "clinics", data=places)
    assert len(whole.layers["balance"].tables["grids"]) == len(TOWN.grids)
    assert len(whole.brought["clinics"]) == 2
    columns = once.layers["clinics"].tables["grids"].select_dtypes("number").columns
    pd.testing.assert_frame_equal(*(each.layers["clinics"].tables["grids"][columns] for each in (whole, once)))


def staff(*grids):
    return pd.DataFrame({"网格": grids, "岗位": "专职网格员", "每周工时": 40})


def households(*places):
    return gpd.GeoDataFrame(
        {"class": ["困难户"] * len(places), "last_visit": "2026-01-01"},
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs=TOWN.crs,
    )


def activities(*rows):
    return pd.DataFrame(rows, columns=["网格编码", "发起方", "活动日期"])


STAFF = {"西街道": staff("W00", "W10", "W10"), "东街道": staff("E01", "E11")}
DUE = {"西街道": households((50, 50), (250, 50), (60, 750)), "东街道": households((650, 50))}
HELD = {
    "西街道": activities(*[("W00", "居民", "2026-02-03")] * 12, *[("W10", "街道", "2026-02-04")] * 15),
    "东街道": activities(*[("E01", "居民", "2026-03-03")] * 11, *[("E11", "街道", "2026-02-04")] * 13),
}
LAYING = {
    "staffing": lambda plan, rows: gk.staffing(plan, staff=rows, asof="2026-06-01"),
    "visits": lambda plan, rows: gk.visits(plan, due=rows, asof="2026-06-01"),
    "participation": lambda plan, rows: gk.participation(plan, activities=rows),
}
ROWS = {"staffing": STAFF, "visits": DUE, "participation": HELD}
SUMS = {"staffing": ["posts", "available", "hours"], "visits": ["households", "due", "visited", "visit_rounds"],
        "participation": ["residents_start_n", "residents_start_of"]}  # fmt: skip


def together(rows):
    every = pd.concat(rows.values(), ignore_index=True)
    return gpd.GeoDataFrame(every, crs=TOWN.crs) if "geometry" in every else every


@pytest.mark.parametrize("name", LAYING)
@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_staff_visits_and_taking_part_of_every_part_are_those_of_the_whole(name):
    parts = {key: LAYING[name](each, ROWS[name][key]) for key, each in part(TOWN, "street").items()}
    whole = gk.join(TOWN, parts)
    once = LAYING[name](TOWN, together(ROWS[name]))
    assert whole.stale == ()
    assert left_behind(whole, parts) == {}
    assert set(whole.layers) == set(once.layers)
    tables = [each.layers[name].tables["grids"][SUMS[name]] for each in (whole, once)]
    assert tables[1].notna().any(axis=None)
    pd.testing.assert_frame_equal(*tables)
    for fact in ("staff_read", "doors", "rows"):
        assert whole.layers[name].facts.get(fact) == once.layers[name].facts.get(fact)
    again = gk.join(whole, parts)
    pd.testing.assert_frame_equal(again.layers[name].tables["grids"][SUMS[name]], tables[0])


@pytest.mark.parametrize("name", LAYING)
@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_a_file_of_the_whole_that_was_brought_to_every_part_counts_once(name):
    every = together(ROWS[name])
    parts = {key: LAYING[name](each, every) for key, each in part(TOWN, "street").items()}
    with pytest.warns(gk.GridkitWarning, match=f"^{name}: .* rows .*: not taken"):
        whole = gk.join(TOWN, parts)
    tables = [each.layers[name].tables["grids"][SUMS[name]] for each in (whole, LAYING[name](TOWN, every))]
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_who_serves_grids_of_two_parts_is_one_person_and_who_serves_none_is_told():
    rows = staff("W00", "W10、E01", "E11", "X99")
    parts = {key: LAYING["staffing"](each, rows) for key, each in part(TOWN, "street").items()}
    with pytest.warns(gk.GridkitWarning) as told:
        whole = gk.join(TOWN, parts)
    said = [str(each.message) for each in told if str(each.message).startswith("staffing: ")]
    # Of each part: the rows of the other one alone, and the one whose grid nobody knows.
    assert [each.split(": ")[1] for each in said] == [
        "2 rows belong to another part than the one they were laid in",
        "2 rows that were laid in parts belong to no place of the plan",
    ]
    posts = whole.layers["staffing"].tables["grids"]["posts"]
    assert posts.to_dict() == {"W00": 1, "W10": 1, "E01": 1, "E11": 1}
    assert whole.layers["staffing"].facts["staff_read"] == 3


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_staff_of_a_grid_that_was_given_up_in_a_part_serve_its_heir_there_and_in_the_whole():
    held = LAYING["staffing"](TOWN, together(STAFF))
    parts = part(held, "street")
    west = gk.redraw(parts["西街道"], merges=("W00,W10",), loose=True)
    west = LAYING["staffing"](west, STAFF["西街道"])
    assert west.layers["staffing"].tables["grids"]["posts"].tolist() == [3]
    [again] = part(west, "street").values()
    assert len(again.brought["work_staff"]) == 3
    whole = gk.join(held, {**parts, "西街道": west})
    assert whole.layers["staffing"].tables["grids"]["posts"].sum() == 5


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_forms_of_every_grid_are_taken_once_and_where_parts_differ_in_them_stay_there():
    def forms(often):
        said = {"报表名称": ["a", "b"], "频次": [often, "每周"], "用时": ["60分钟", "30"]}
        return pd.DataFrame(said | {"网格": [None, "W00"]})

    def laid(west, east):
        words = {"西街道": forms(west), "东街道": forms(east)}
        return {key: gk.workload(each, forms=words[key]) for key, each in part(TOWN, "street").items()}

    parts = laid("每月", "每月")
    assert all(len(each.brought["work_forms"]) == 2 for each in parts.values())
    whole = gk.join(TOWN, parts)
    once = gk.workload(TOWN, forms=forms("每月"))
    pd.testing.assert_series_equal(*(each.layers["workload"].tables["grids"]["hours"] for each in (whole, once)))
    assert len(whole.brought["work_forms"]) == 2
    with pytest.warns(gk.GridkitWarning, match="stays there: workload"):
        assert "workload" not in gk.join(TOWN, laid("每月", "每周")).layers


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_the_share_of_the_tenth_that_gives_most_stays_with_its_part_and_is_named():
    givers = pd.DataFrame({"编号": range(120), "小时": [float(k) for k in range(120)]})
    parts = {
        key: gk.participation(each, activities=HELD[key], givers=givers) for key, each in part(TOWN, "street").items()
    }
    whole = gk.join(TOWN, parts)
    assert "participation" in whole.layers
    assert left_behind(whole, parts)["西街道"] == ["participation: hours given by the tenth that gives most"]


def log(*rows):
    """Return orders: (number, department, x or None, y, hour)."""
    return gpd.GeoDataFrame(
        {
            "order_id": [row[0] for row in rows],
            "department": [row[1] for row in rows],
            "time": [f"2026-03-01 {row[4]:02d}:00" for row in rows],
        },
        geometry=[None if row[2] is None else Point(row[2], row[3]) for row in rows],
        crs=TOWN.crs,
    )


OF_WEST = log(
    ("1", "road", 50, 50, 1), ("1", "water", None, None, 2), ("2", "road", None, None, 1),
    ("5", "road", 60, 50, 1), ("5", "road", 60, 50, 2),
)  # fmt: skip
OF_EAST = log(("3", "water", 650, 650, 1), ("3", "road", 650, 650, 2), ("4", "road", 650, 660, 3))
COUNTED = ["orders", "several_rate_n", "several_rate_of", "transferred_rate_n"]


def orders(plan):
    layer = plan.layers["response"]
    facts = [layer.facts[name] for name in ("rows", "orders", "without_place", "stayed")]
    return layer.tables["grids"][COUNTED], facts, layer.tables["hands"].to_numpy().tolist()


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_orders_of_every_part_are_those_of_the_whole_and_steps_without_a_place_stay_with_theirs(same):
    every = pd.concat([OF_WEST, OF_EAST], ignore_index=True)
    rows = {"西街道": every, "东街道": every} if same else {"西街道": OF_WEST, "东街道": OF_EAST}
    parts = {key: gk.response(each, rows[key]) for key, each in part(TOWN, "street").items()}
    whole, once = gk.join(TOWN, parts), gk.response(TOWN, every)
    assert left_behind(whole, parts) == {}
    assert whole.stale == ()
    (grids, facts, hands), (grids_, facts_, hands_) = orders(whole), orders(once)
    pd.testing.assert_frame_equal(grids, grids_)
    assert facts == facts_ == [8, 5, 1, 1]
    assert hands == hands_ == [["road", "water", 1], ["water", "road", 1]]
    again = part(once, "street")
    assert {key: len(each.brought["response"]) for key, each in again.items()} == {"西街道": 4, "东街道": 3}
    assert orders(gk.join(whole, parts))[1] == facts


CIVIL = pd.DataFrame(
    {
        "编号": ["1", "2", "3", "4"],
        "网格编码": ["W00", "E01", "X99", ""],
        "社区": ["西社区", "西社区", "西社区", "East"],
        "户数": [3, 4, 5, 6],
        "更新日期": ["2026-03-01", "2026-03-05", "2026-03-02", "2026-03-04"],
    }
)
MARKET = CIVIL.assign(户数=[3, 5, 5, 7]).rename(columns={"编号": "序号"})
TABLES = {"民政": CIVIL, "市监": MARKET}
TOLD = ["rows", "joined", "matched", "unmatched", "tables", "asof", "grids_with_none"]


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_departments_tables_that_every_part_read_are_joined_once_as_on_the_whole():
    parts = {key: gk.ingest(each, TABLES) for key, each in part(TOWN, "street").items()}
    whole, once = gk.join(TOWN, parts), gk.ingest(TOWN, TABLES)
    assert left_behind(whole, parts) == {}
    assert whole.stale == ()
    held, wanted = (each.layers["sharing"] for each in (whole, once))
    assert {name: held.facts[name] for name in TOLD} == {name: wanted.facts[name] for name in TOLD}
    pd.testing.assert_frame_equal(held.tables["grids"], wanted.tables["grids"])
    for name in ("shared_tables", "shared_fields", "shared_asked", "shared_doubles", "shared_differences"):
        columns = [each for each in once.records[name] if each != "conflicts"]
        pd.testing.assert_frame_equal(whole.records[name][columns], once.records[name][columns], check_dtype=False)
    assert set(whole.records["shared_unknown"]["said"]) == set(once.records["shared_unknown"]["said"]) == {"X99"}
    assert recipe_notes(whole) == []


def recipe_notes(plan):
    return [str(each) for each in ingest.facts(plan)["notes"]]


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_tables_of_one_name_that_parts_read_from_their_own_files_stay_two_and_it_is_said(tmp_path):
    rows = {"西街道": {"民政": CIVIL[:1]}, "东街道": {"民政": CIVIL[1:2]}}
    parts = {key: gk.ingest(each, rows[key]) for key, each in part(TOWN, "street").items()}
    files = {key: gk.write_plan(each, tmp_path / f"{key}.gpkg") for key, each in parts.items()}
    whole = gk.join(TOWN, {key: gk.read_plan(file) for key, file in files.items()})
    layer = whole.layers["sharing"]
    assert (layer.facts["tables"], layer.facts["joined"], layer.facts["asof"]) == (2, 2, "2026-03-05")
    assert sorted(whole.records["shared_tables"].index) == ["民政", "民政 (西街道)"]
    assert "compared row by row" in recipe_notes(whole)[0]
    assert gk.read_plan(gk.write_plan(whole, tmp_path / "whole.gpkg")).stale == ()
    alone = gk.join(TOWN, {**part(TOWN, "street"), "西街道": parts["西街道"]})
    assert "sharing" not in alone.layers


@pytest.mark.filterwarnings("ignore::gridkit.GridkitWarning")
def test_nets_laid_on_every_part_are_those_of_the_whole():
    net = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 250, 800, 800), box(0, 0, 800, 250)], crs=TOWN.crs)
    parts = {key: gk.departments_overlay(each, {"police": net}) for key, each in part(TOWN, "street").items()}
    whole, once = gk.join(TOWN, parts), gk.departments_overlay(TOWN, {"police": net})
    assert left_behind(whole, parts) == {}
    pd.testing.assert_frame_equal(*(each.layers["departments"].tables["grids"] for each in (whole, once)))
