"""Tables that were brought, when the grids they speak of are cut, merged, called otherwise, or parted."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import WEST, town

import gridkit as gk
from gridkit.plan import brought

pytestmark = pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
STAFF = pd.DataFrame(
    {
        "工号": ["1", "2", "3"],
        "网格": ["W00", "W10，E01", "E11"],
        "岗位": ["专职网格员", "专职网格员", "专职网格员"],
        "每周工时": [40, 40, 40],
    }
)


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    return gk.staffing(town(), staff=STAFF, asof="2027-01-01", assign=True)


def hours(plan: gk.Plan) -> dict[str, float]:
    return plan.layers["staffing"].tables["grids"]["available"].round(3).to_dict()


def test_who_served_a_grid_that_was_given_up_serves_its_heir_and_its_card_says_so(plan):
    merged = gk.redraw(plan, merges=("W00,W10",), loose=True)
    (gone,) = set(plan.grids.index) - set(merged.grids.index)
    (heir,) = {"W00", "W10"} - {gone}
    was = hours(plan)
    # Who serves another grid beside the heir gives each by what it needs: the hours of all stay.
    assert sum(hours(merged).values()) == pytest.approx(sum(was.values()))
    assert hours(merged)[heir] >= was["W00"] + was["W10"]
    assert merged.grids.loc[heir, "staff_en"] == "Full-time grid worker × 2"
    assert "assignment" in merged.stale
    back = gk.undo(merged)
    assert hours(back) == was
    assert back.stale == ()
    pd.testing.assert_series_equal(back.grids["staff_en"], plan.grids["staff_en"])


def test_grids_called_otherwise_keep_their_staff_and_are_called_back_by_undo(plan):
    called = gk.codes(plan, template="{county:6}{street:3}{community:3}{seq:3}")
    assert not set(called.grids.index) & set(plan.grids.index)
    names = dict(zip(plan.units["grid_id"], called.units["grid_id"], strict=True))
    assert hours(called) == {names[grid]: n for grid, n in hours(plan).items()}
    assert called.brought["work_staff"]["grid_id"].tolist()[1] == f"{names['W10']}，{names['E01']}"
    back = gk.undo(called)
    assert back.units.equals(plan.units)
    assert back.parameters == plan.parameters
    assert back.state == plan.state
    assert back.history == plan.history
    assert hours(back) == hours(plan)
    assert back.brought["work_staff"]["grid_id"].tolist() == plan.brought["work_staff"]["grid_id"].tolist()
    pd.testing.assert_frame_equal(back.records["assignment"], plan.records["assignment"])


def test_an_edit_before_new_codes_is_taken_back_after_them(plan):
    edited = gk.redraw(plan, moves=("u0101=W10",), loose=True)
    called = gk.codes(edited, template="{county:6}{street:3}{community:3}{seq:3}")
    assert gk.undo(gk.undo(called)).units.equals(plan.units)


def test_a_part_has_its_own_staff_and_the_forms_of_all(plan, tmp_path):
    paths = gk.part(plan, "street", tmp_path / "parts")
    assert len(paths) == 2
    told = {}
    for path in paths:
        part = gk.read_plan(path)
        assert part.stale == ()
        told |= hours(part)
        assert set(part.records["assignment"]["grid_id"]) == set(part.grids.index)
    # Who serves a grid of each part gives all hours to the one that is there.
    assert told["W00"] == hours(plan)["W00"]
    assert told["E11"] == hours(plan)["E11"]


def test_rows_of_a_part_are_those_with_a_place_in_it_and_those_that_name_it():
    whole = town()
    units = whole.units[whole.units["parent"] == WEST]
    places = [Point(50, 50), Point(350, 50), None, None, None, None]
    table = gpd.GeoDataFrame(
        {
            "grid_id": [None, None, "W00", "E11", None, None],
            "parent": [None, None, None, None, "西社区", None],
        },
        geometry=places,
        crs=whole.crs,
    )
    ground = units.union_all()
    assert brought.parted(table, ground, units, named=["西社区"]).index.tolist() == [0, 2, 4]
    forms = gpd.GeoDataFrame({"form": ["a", "b"]}, geometry=[None, None], crs=whole.crs)
    assert len(brought.parted(forms, ground, units)) == 2
    assert brought.parted(table[["geometry"]], ground, units).index.tolist() == [0]


def test_a_code_follows_its_unit_before_its_heir():
    whole = town()
    rows = gpd.GeoDataFrame(
        {"grid_id": ["W00", "gone", "gone"], "unit_id": ["u0303", None, "u0303"]}, geometry=[None] * 3, crs=whole.crs
    )
    register = pd.DataFrame(
        {"successor": ["older", "W10"], "time": "t", "reason": "r"}, index=pd.Index(["gone", "older"], name="code")
    )
    found = brought.followed(whole.with_record("retired", register), rows)
    assert found["grid_id"].tolist() == ["E11", "W10", "E11"]


def test_a_table_that_speaks_of_no_grid_stays_as_it_is():
    rows = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(50, 50)], crs=town().crs)
    assert brought.followed(town(), rows) is rows
    same = rows.assign(grid_id=["W00"])
    assert brought.followed(town(), same) is same
    assert brought.followed(town(), rows.assign(grid_id=["W99"], unit_id=["u0000"]))["grid_id"].tolist() == ["W00"]


def test_a_code_that_was_given_up_is_read_as_its_heir_of_now():
    register = pd.DataFrame(
        {"successor": ["W08", "W00"], "time": "2026-01-01", "reason": "merged"},
        index=pd.Index(["W09", "W08"], name="code"),
    )
    plan = town().with_record("retired", register)
    assert brought.inherited(plan) == {"W09": "W00", "W08": "W00"}
    rows = gpd.GeoDataFrame({"grid_id": ["W09", "E01", None]}, geometry=[None] * 3, crs=plan.crs)
    told = brought.followed(plan, rows)["grid_id"]
    assert told.tolist()[:2] == ["W00", "E01"]
    assert told.isna().tolist() == [False, False, True]
