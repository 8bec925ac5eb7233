from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import town

import gridkit as gk
from gridkit.catalog.definitions import layers
from gridkit.catalog.layer import Layer
from gridkit.errors import GridkitWarning, TableError
from gridkit.plan.compare import compare
from gridkit.plan.life.edit import Move, Split, edit
from gridkit.plan.life.history import undo
from gridkit.plan.life.subdistricts import join, left_behind, part
from gridkit.plan.life.typed import relined

TOWN = town(8, 4)


def test_a_part_holds_its_own_units_and_inner_borders():
    parts = part(TOWN, "street")
    assert sorted(parts) == ["东街道", "西街道"]
    assert all(len(each.units) == 32 for each in parts.values())
    assert sum(len(each.borders) for each in parts.values()) == len(TOWN.borders) - 8  # the river


def test_parts_put_together_unchanged_are_the_whole():
    whole = join(TOWN, part(TOWN, "street"))
    assert whole.digest == TOWN.digest
    pd.testing.assert_frame_equal(pd.DataFrame(whole.units), pd.DataFrame(TOWN.units))


def test_work_in_the_parts_comes_back_to_the_whole_and_can_be_undone():
    parts = part(TOWN, "street")
    parts["西街道"] = edit(parts["西街道"], [Move(("u0300",), "W10")], reason="gate", loose=True)
    whole = join(TOWN, parts)
    assert compare(TOWN, whole).facts["people_moved"] == 10
    assert whole.history[-1].parameters["reason"] == "gate"
    assert undo(whole).digest == TOWN.digest


def test_what_was_done_in_the_whole_meanwhile_is_never_taken_back_by_a_part():
    parts = part(TOWN, "street")
    later = edit(TOWN, [Move(("u0300",), "W10")], loose=True)
    # The other part alone was worked on: both stay.
    east = edit(parts["东街道"], [Move(("u0306",), "E11")], loose=True)
    both = join(later, {**parts, "东街道": east})
    assert both.units.loc["u0300", "grid_id"] == "W10"
    assert both.units.loc["u0306", "grid_id"] == "E11"
    assert undo(both).digest == later.digest
    west = edit(parts["西街道"], [Move(("u0301",), "W10")], loose=True)
    with pytest.raises(TableError, match=r"西街道 was changed in the whole since it was parted.*u0300"):
        join(later, {"西街道": west})
    assert join(join(TOWN, {"西街道": west}), {"西街道": west}).digest == join(TOWN, {"西街道": west}).digest


def test_lines_walked_in_a_part_come_back_and_what_was_laid_there_is_named():
    parts = part(TOWN, "street")
    border = parts["西街道"].borders.index[0]
    parts["西街道"] = relined(parts["西街道"], {str(border): ("wall", "North Wall")})
    whole = join(TOWN, parts)
    assert whole.borders.loc[border, ["feature", "name"]].tolist() == ["wall", "North Wall"]
    assert undo(whole).borders.loc[border, "feature"] == TOWN.borders.loc[border, "feature"]
    assert left_behind(whole, parts) == {}
    staff = pd.DataFrame({"工号": ["1"], "网格": ["E01"], "岗位": ["专职网格员"]})
    laid = {"东街道": gk.staffing(parts["东街道"], staff=staff)}
    assert left_behind(join(TOWN, laid), laid) == {"东街道": ["staffing"]}
    with pytest.warns(GridkitWarning, match="stays there: staffing"):
        assert gk.join(TOWN, laid).digest == TOWN.digest


def test_a_code_given_in_two_parts_is_given_anew_in_one():
    parts = {
        name: edit(each, [Split(each.grids.index[0], 2)], loose=True) for name, each in part(TOWN, "street").items()
    }
    assert all("G001" in each.grids.index for each in parts.values())
    whole = join(TOWN, parts)
    assert len(whole.grids) == 6
    assert compare(TOWN, whole).facts["people_moved"] == 160


def test_a_changed_edge_is_refused_by_name():
    parts = part(TOWN, "street")
    units = parts["东街道"].units.copy()
    units.loc["u0004", "geometry"] = box(402, 0, 500, 100)
    with pytest.raises(TableError, match="edge of 东街道 changed: u0004"):
        join(TOWN, {**parts, "东街道": replace(parts["东街道"], units=units)})


def test_a_changed_outline_is_refused():
    parts = part(TOWN, "street")
    units = parts["东街道"].units.copy()
    units.loc["u0007", "geometry"] = box(700, 0, 790, 100)
    with pytest.raises(TableError, match="outline of 东街道"):
        join(TOWN, {**parts, "东街道": replace(parts["东街道"], units=units)})


def test_units_cut_anew_inside_a_part_come_back():
    parts = part(TOWN, "street")
    small = parts["东街道"]
    units = small.units.copy()
    units.loc["u0007", "geometry"] = box(700, 0, 750, 100)
    half = (
        units.loc[["u0007"]]
        .assign(geometry=[box(750, 0, 800, 100)], people=0)
        .set_axis(pd.Index(["x"], name="unit_id"))
    )
    both = pd.concat([units, half])
    both["area_m2"] = both.area
    borders = small.borders.copy()
    borders.loc["bx"] = {**borders.iloc[0].to_dict(), "unit_id": "u0007", "neighbour": "x"}
    new = replace(small, units=both, borders=borders.set_crs(small.crs).rename_axis("border_id"))
    whole = join(TOWN, {**parts, "东街道": new})
    assert len(whole.units) == 65
    assert whole.units["people"].sum() == TOWN.units["people"].sum()
    assert len(whole.borders) == len(TOWN.borders) + 1


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(TableError, match="street"):
        part(TOWN, "streets")


def test_of_a_layer_a_part_keeps_the_rows_that_are_about_it():
    spots = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(50, 50), Point(750, 50)], crs=TOWN.crs)
    tables = {
        "grids": pd.DataFrame({"n": 1}, index=TOWN.grids.index),
        "units": pd.DataFrame({"n": 1}, index=TOWN.units.index),
        "rows": pd.DataFrame({"grid_id": ["W00", "E01", None]}),
        "points": spots,
        "told": pd.DataFrame({"n": [1, 2, 3]}),
    }
    whole = replace(TOWN, layers={"balance": Layer(layers()["balance"], tables)})
    west = part(whole, "street")["西街道"].layers["balance"].tables
    assert set(west["grids"].index) == {"W00", "W10"}
    assert len(west["units"]) == 32
    assert west["rows"]["grid_id"].fillna("").tolist() == ["W00", ""]
    assert west["points"]["n"].tolist() == [1]
    assert len(west["told"]) == 3
