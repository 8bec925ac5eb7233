"""Zones laid on a plan, and the normal plan put back, in a town of sixteen blocks."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from openpyxl import load_workbook
from shapely.geometry import LineString, Point, box
from towns import METRES, town

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.recipes import emergency as recipe

LINES = [LineString([(100 * k, 100 * j) for j in range(5)]) for k in range(5)]
LINES += [LineString([(100 * j, 100 * k) for j in range(5)]) for k in range(5)]
ROADS = gpd.GeoDataFrame(
    {"kind": "residential", "name": [f"C{k}" for k in range(5)] + [f"R{k}" for k in range(5)]},
    geometry=LINES,
    crs=METRES,
).rename_axis("feature_id")
TOWN = replace(town(), backdrop={"roads": ROADS})
DAYS = {"since": "2027-01-10", "until": "2027-01-24"}


def zones(*areas, **columns):
    """Return zones by name: (name, kind, west, south, east, north)."""
    return gpd.GeoDataFrame(
        {"name": [a[0] for a in areas], "kind": [a[1] for a in areas], **columns},
        geometry=[box(*a[2:]) for a in areas],
        crs=METRES,
    )


TWO = zones(("A", "封控区", 4, 4, 196, 96), ("B", "controlled", 205, 205, 400, 400))


def closed(areas=TWO, **choices):
    return gk.emergency(TOWN, zones=areas, **{**DAYS, **choices})


def test_zones_are_made_of_units_and_counted():
    plan = closed(phone="010-1")
    table = plan.layers["emergency"].tables["zones"]
    assert table["units"].to_dict() == {"A": 2, "B": 4}
    assert table["people"].to_dict() == {"A": 20, "B": 40}
    assert table["kind"].to_dict() == {"A": "sealed", "B": "controlled"}
    assert table["since"].tolist() == ["2027-01-10"] * 2
    assert plan.digest == TOWN.digest
    units = plan.layers["emergency"].tables["units"]["zone"]
    assert set(units.index[units == "A"]) == {"u0000", "u0001"}
    # Two gates per street that leaves between two blocks of a zone, a door else; the river has no way through.
    gates = plan.layers["emergency"].tables["points"].query("category == 'gate'")
    assert table["gates"].sum() == len(gates) > 0
    duties = plan.layers["emergency"].tables["duties"].set_index(["zone", "duty"])["staff"]
    assert duties["A", "gate"] == table["gates"]["A"] * 2 * 3
    assert table["unseated"]["B"] == 0


def test_a_table_may_name_units_grids_or_compounds():
    named = pd.DataFrame({"zone": ["A", "A", "B"], "unit_id": ["u0000", "u0001", "u0303"]})
    plan = gk.emergency(TOWN, zones=named, kind="sealed")
    assert plan.layers["emergency"].tables["zones"]["units"].to_dict() == {"A": 2, "B": 1}
    grids = pd.DataFrame({"zone": ["A"], "grid_id": ["E11"]})
    assert gk.emergency(TOWN, zones=grids, kind="sealed").layers["emergency"].tables["zones"]["units"]["A"] == 4
    with pytest.raises(TableError, match="no unit"):
        gk.emergency(TOWN, zones=named.assign(unit_id="x"), kind="sealed")


def test_the_stricter_zone_holds_where_two_overlap():
    both = zones(("wide", "prevention", 0, 0, 400, 400), ("inner", "sealed", 0, 0, 100, 100))
    layer = closed(both).layers["emergency"]
    assert layer.tables["zones"]["units"].to_dict() == {"wide": 15, "inner": 1}
    assert layer.facts["units_claimed_twice"] == 1


@pytest.mark.parametrize(("ends", "said"), [("2027-01-30", True), ("2027-01-24", False)])
def test_a_zone_that_outlasts_the_one_that_covers_it_is_named(ends, said):
    both = zones(("outer", "sealed", 0, 0, 400, 400), ("inner", "controlled", 5, 5, 195, 195), until=[None, ends])
    with pytest.warns(GridkitWarning) as caught:
        closed(both)
    last = [str(each.message) for each in caught if "last longer than these: inner" in str(each.message)]
    assert bool(last) is said


def test_a_zone_smaller_than_half_a_unit_takes_that_unit_and_says_so():
    layer = closed(zones(("dot", "sealed", 40, 40, 60, 60))).layers["emergency"]
    assert layer.tables["zones"]["units"]["dot"] == 1
    small = closed(zones(("strip", "sealed", 0, 0, 30, 100))).layers["emergency"]
    assert small.facts["zones_small"] == ["strip"]


@pytest.mark.parametrize(
    ("areas", "choices", "error", "said"),
    [
        (zones(("far", "sealed", 9000, 9000, 9100, 9100)), {}, TableError, "far"),
        (TWO, {"since": "2027-02-01", "until": "2027-01-01"}, UsageError, "before the first"),
        (TWO, {"until": "soon"}, UsageError, "no day"),
        (TWO.drop(columns="kind"), {}, UsageError, "sealed | controlled"),
        (TWO.drop(columns="kind"), {"kind": "seald"}, UsageError, "sealed"),
        (zones(("old", "sealed", 0, 0, 100, 100), until=["2026-01-01"]), {}, TableError, "old"),
        (zones(("t", "sealed", 0, 0, 90, 90), since=["2027-03-01"], until=["2027-02-01"]), {}, TableError, "t"),
        ((), {}, UsageError, "no zone"),
    ],
)
def test_what_is_no_zone_is_named(areas, choices, error, said):
    with pytest.raises(error, match=said):
        closed(areas, **choices)


def test_zones_outside_and_over_are_left_out_and_named():
    mixed = zones(
        ("in", "sealed", 0, 0, 100, 100),
        ("out", "sealed", 9000, 0, 9100, 100),
        ("over", "sealed", 300, 0, 400, 100),
        until=["2027-01-20", "2027-01-20", "2027-01-02"],
    )
    with pytest.warns(GridkitWarning) as told:
        plan = closed(mixed)
    said = " ".join(str(each.message) for each in told)
    assert "out" in said
    assert "over" in said
    assert list(plan.layers["emergency"].tables["zones"].index) == ["in"]
    assert recipe.facts(plan)["zones_expired"] == ["over"]


def test_too_little_room_is_said_and_nobody_is_lost():
    few = gpd.GeoDataFrame({"name": ["hall"], "capacity": [15]}, geometry=[Point(300, 300)], crs=METRES)
    with pytest.warns(GridkitWarning, match="no point within reach"):
        plan = closed(zones(("B", "controlled", 200, 200, 400, 400)), candidates=few)
    zone = plan.layers["emergency"].tables["zones"].loc["B"]
    assert (zone["seated"], zone["unseated"]) == (15, 25)


def test_no_candidate_in_a_zone_leaves_all_without_and_says_so():
    away = gpd.GeoDataFrame({"name": ["hall"], "capacity": [100]}, geometry=[Point(10, 10)], crs=METRES)
    with pytest.warns(GridkitWarning, match="no point within reach"):
        plan = closed(zones(("B", "controlled", 200, 200, 400, 400)), candidates=away)
    assert plan.layers["emergency"].tables["zones"].loc["B", "unseated"] == 40


def test_who_leaves_walks_to_shelters_outside():
    halls = gpd.GeoDataFrame(
        {"name": ["near", "far", "wet"], "capacity": [30, 30, 90]},
        geometry=[Point(150, 290), Point(390, 390), Point(50, 50)],
        crs=METRES,
    )
    water = zones(("water", "evacuate", 0, 0, 400, 99))
    plan = gk.emergency(TOWN, zones=water, practice="flood", candidates=halls, **DAYS)
    layer = plan.layers["emergency"]
    places = layer.tables["points"].query("category == 'point'")
    assert set(places["name"]) == {"near", "far"}
    assert places["people"].sum() == 40
    assert layer.facts["unseated"] == 0


def test_the_normal_plan_comes_back_exactly_and_what_is_open_is_listed(tmp_path):
    named = replace(TOWN, attributes=pd.DataFrame({"name": ["a", "b", "c", "d"]}, index=TOWN.grids.index))
    plan = gk.emergency(named, zones=TWO, **DAYS)
    moved = gk.redraw(plan, moves="u0200=W00", loose=True)
    assert moved.digest != TOWN.digest
    gk.write_plan(moved, tmp_path / "closed.gpkg")
    held = gk.read_plan(tmp_path / "closed.gpkg")
    register = held.records["emergency"]
    gone = pd.DataFrame(
        {"measure_id": register.index, "withdrawn": ["2027-01-24", *["2027-02-03"] * (len(register) - 1)]}
    )
    back = gk.emergency(held, end=True, until="2027-01-24", withdrawn=gone[:-1])
    assert (back.digest, back.state) == (TOWN.digest, TOWN.state)
    assert back.grids["name"].tolist() == ["a", "b", "c", "d"]
    assert "emergency" not in back.layers
    told = recipe.returned(back)
    assert told["days_to_last"] is None
    assert sum(told["open"].values()) == 1
    assert told["still_open"][0]["measure_id"] == register.index[-1]
    whole = gk.emergency(held, end=True, until="2027-01-24", withdrawn=gone)
    assert recipe.returned(whole)["days_to_last"] == 10
    assert recipe.returned(whole)["units_put_back"] == 1
    with pytest.raises(UsageError, match="no edit to undo"):
        gk.undo(whole)


def test_volunteers_are_counted_after_the_peak_and_unknown_is_not_zero():
    months = pd.DataFrame(
        {"month": ["2026-12", "2027-01", "2027-02", "2027-05", "2028-02"], "active": [9, 40, 100, 60, 20]}
    )
    told = recipe.returned(gk.emergency(closed(), end=True, volunteers=months))
    assert (told["peak"], told["peak_month"]) == (100, "2027-02")
    assert (told["share_3"], told["share_6"], told["share_12"]) == (0.6, None, 0.2)


def test_a_day_that_is_none_leaves_its_measure_open_and_stops_nothing():
    held = closed()
    register = held.records["emergency"].index
    days = ["2027-02-03"] * (len(register) - 1) + ["after New Year"]
    gone = pd.DataFrame({"措施编号": register, "解除日期": days})
    months = pd.DataFrame({"月份": ["2027年1月", "2027年2月", "2027年3月", "春节"], "活跃人数": [40, 100, 60, 7]})
    with pytest.warns(GridkitWarning) as said:
        back = gk.emergency(held, end=True, until="2027-01-24", withdrawn=gone, volunteers=months)
    told = recipe.returned(back)
    assert [row["measure_id"] for row in told["still_open"]] == [register[-1]]
    assert (told["peak"], told["peak_month"]) == (100, "2027-02")
    words = " | ".join(str(each.message) for each in said)
    assert f"counts as open: {register[-1]}" in words
    assert "'after New Year'" in words
    assert "'春节'" in words
    (ended,) = [step for step in back.history if step.command == "emergency end"]
    lost = {account.role: (account.read, account.used, dict(account.lost)) for account in ended.ledger}
    assert lost["withdrawn"] == (len(register), len(register) - 1, {"unreadable": 1})
    assert lost["volunteers"] == (4, 3, {"blank": 1})


def test_ends_and_measures_that_are_none_are_named():
    with pytest.raises(UsageError, match="no emergency"):
        gk.emergency(TOWN, end=True)
    with pytest.raises(UsageError, match="begins one"):
        gk.emergency(closed(), end=True, zones=TWO)
    with pytest.raises(TableError, match="not in the register"):
        gk.emergency(closed(), end=True, withdrawn=pd.DataFrame({"measure_id": ["x"], "withdrawn": ["2027-02-01"]}))
    with pytest.raises(UsageError, match="before it begins"):
        gk.emergency(closed(), end=True, until="2026-01-01")


def test_finer_grids_are_made_inside_zones_alone():
    plan = gk.emergency(TOWN, zones=zones(("B", "sealed", 200, 200, 400, 400)), inside=20, **DAYS)
    posts = plan.records["emergency_posts"]
    assert set(posts["unit_id"]) == {"u0202", "u0203", "u0302", "u0303"}
    assert posts["post"].value_counts().tolist() == [2, 2]
    assert plan.units.equals(TOWN.units)


def test_the_workbook_has_zones_measures_and_the_return(tmp_path):
    def cells(plan, name):
        gk.report(plan, tmp_path / name, lang="en")
        sheet = load_workbook(tmp_path / name)["Emergency zones"]
        return {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}

    assert {"A", "B", "Temporary measures", "A/border"} <= cells(closed(), "zones.xlsx")
    assert {"The return", "days_to_last"} <= cells(gk.emergency(closed(), end=True), "after.xlsx")


def test_rounds_bring_supplies_to_every_door_of_a_sealed_zone_alone():
    pytest.importorskip("pyvrp", reason="PyVRP is not installed: rounds NOT checked")
    layer = closed(rounds=True).layers["emergency"]
    table = layer.tables["rounds"]
    assert set(table["zone"]) == {"A"}
    assert table["households"].sum() == 8
    assert layer.facts["households_unserved"] == 0
    assert set(table["base"]) <= set(layer.tables["points"].index)
    assert layer.tables["duties"].query("duty == 'round'")["staff"].tolist() == [layer.facts["carriers"]]
    assert layer.facts["carriers_least"] <= layer.facts["carriers"] <= layer.facts["rounds"]


def test_doors_are_come_to_within_their_hours_and_papers_say_when(tmp_path):
    pytest.importorskip("pyvrp", reason="PyVRP is not installed: rounds NOT checked")
    hours = pd.DataFrame({"zone": ["A"], "from": ["10:00"], "until": ["10:30"]})
    plan = closed(windows=hours)
    table = plan.layers["emergency"].tables["rounds"]
    assert table["households"].sum() == 8
    assert ((table["back"] > "10:00") & (table["leaves"] >= "09:30") & (table["leaves"] <= "10:30")).all()
    gk.write_plan(plan, tmp_path / "p.gpkg")
    again = gk.redraw(gk.read_plan(tmp_path / "p.gpkg"), moves="u0100=W10", loose=True)
    assert again.layers["emergency"].tables["rounds"]["leaves"].tolist() == table["leaves"].tolist()
    assert gk.emergency(again, end=True).digest == TOWN.digest
    late = pd.DataFrame({"zone": ["A"], "from": ["21:00"], "until": ["22:00"]})
    with pytest.warns(GridkitWarning, match="8 households are in no round"):
        assert closed(windows=late).layers["emergency"].facts["rounds"] == 0


@pytest.mark.filterwarnings("ignore")
def test_layers_and_redraws_live_through_an_emergency_and_the_plan_comes_back():
    halves = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 300, 400, 400), box(0, 0, 400, 300)], crs=METRES)
    before = gk.redraw(gk.departments_overlay(TOWN, {"police": halves}), moves="u0200=W00", loose=True)
    assert before.stale == ()
    shut = gk.emergency(before, zones=TWO, **DAYS)
    redrawn = gk.redraw(shut, moves="u0200=W10", loose=True)
    assert set(redrawn.layers) == {"departments", "emergency"}
    assert redrawn.stale == ()
    assert redrawn.digest != before.digest
    after = gk.emergency(redrawn, end=True)
    assert after.digest == before.digest
    assert after.units["grid_id"].equals(before.units["grid_id"])
    kept = (each.layers["departments"].tables["grids"] for each in (after, before))
    pd.testing.assert_frame_equal(*kept)


@pytest.mark.filterwarnings("ignore")
def test_no_codes_are_given_while_the_normal_plan_waits_with_those_of_before():
    with pytest.raises(UsageError, match="end it first"):
        gk.codes(closed())
    assert set(gk.codes(gk.emergency(closed(), end=True)).grids.index) != set(TOWN.grids.index)


def test_a_plan_moved_to_a_net_is_compared_with_what_it_was():
    halves = gpd.GeoDataFrame({"code": ["n", "s"]}, geometry=[box(0, 300, 400, 400), box(0, 0, 400, 300)], crs=METRES)
    fitted = gk.departments_harmonise(TOWN, {"police": halves}, union=True, fix="police")
    ways = fitted.records["harmony_ways"]
    moved = gk.compare(TOWN, fitted).facts["households_moved"]
    assert moved == ways.loc["asked", "plan_moved"] == ways.loc["asked", "bound"] == 16
    assert ways.loc["nets", ["plan_moved", "nets_moved"]].tolist() == [0, 16]
