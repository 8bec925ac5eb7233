"""Layers laid on parts of a plan are layers of the whole once it is joined, as far as all of it is known."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit.plan.life.subdistricts import join, left_behind, part

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
