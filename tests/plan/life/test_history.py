"""A step and the way back from it, in the town of towns.py."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from towns import town

from gridkit.errors import UsageError
from gridkit.plan.life.history import recorded, undo
from gridkit.tables import TEXT

TOWN = town()


def step(before, units=None, gone=(), **other):
    """Return a plan after one recorded step."""
    after = replace(before, units=before.units if units is None else units, **other)
    return recorded(before, after, "edit", {"reason": "test", "author": "Q"}, dict(gone))


def with_grid(plan, grid, *units):
    table = plan.units.copy()
    table.loc[list(units), "grid_id"] = grid
    return table


def same_tables(one, other):
    for name in ("units", "borders"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(one, name)), pd.DataFrame(getattr(other, name)))
    assert one.parameters == other.parameters
    assert one.history == other.history
    assert one.records.keys() == other.records.keys()
    assert one.past.keys() == other.past.keys()


def test_a_step_says_what_was_asked_and_keeps_the_cells_that_changed_and_no_others():
    done = step(TOWN, with_grid(TOWN, "W10", "u0001"))
    [last] = done.history
    assert (last.command, last.parameters["reason"], last.parameters["author"]) == ("edit", "test", "Q")
    assert last.finished
    columns = last.parameters["undo"]["columns"]
    assert {name: was["values"] for name, was in columns.items()} == {"grid_id": {"u0001": "W00"}}
    assert not done.past


def test_undo_gives_back_grids_columns_band_and_history():
    units = with_grid(TOWN, "W10", "u0001").assign(lock=pd.Series({"u0001": "W10"}, dtype=TEXT))
    done = step(TOWN, units, parameters=replace(TOWN.parameters, low=1.0, title="other"))
    same_tables(undo(done), TOWN)


def test_a_column_the_step_took_away_comes_back_with_its_type_and_its_blanks():
    marked = replace(TOWN, units=TOWN.units.assign(lock=pd.Series({"u0001": "W00"}, dtype=TEXT)))
    done = step(marked, marked.units.drop(columns="lock"))
    assert "lock" not in done.units
    same_tables(undo(done), marked)


def test_the_last_step_that_can_be_undone_is_and_what_came_after_stays():
    first = step(TOWN, with_grid(TOWN, "W10", "u0001"))
    second = step(first, with_grid(first, "E11", "u0002"))
    later = replace(second, history=(*second.history, replace(second.history[0], command="audit", parameters={})))
    back = undo(later)
    assert back.units["grid_id"][["u0001", "u0002"]].tolist() == ["W10", "E01"]
    assert [each.command for each in back.history] == ["edit", "audit"]
    same_tables(undo(replace(back, history=back.history[:1])), TOWN)


def test_codes_given_up_are_registered_once_and_taken_out_again():
    units = TOWN.units.assign(grid_id=TOWN.units["grid_id"].replace("W10", "W00"))
    done = step(TOWN, units, gone={"W10": "W00", "E01": "E11"})  # E01 is still in use
    assert done.records["retired"]["successor"].to_dict() == {"W10": "W00"}
    more = step(done, done.units.assign(grid_id="E11"), gone={"W10": "E11", "W00": "E11", "E01": "E11"})
    assert more.records["retired"]["successor"].to_dict() == {"W10": "W00", "W00": "E11", "E01": "E11"}
    assert undo(more).records["retired"].index.tolist() == ["W10"]
    same_tables(undo(undo(more)), TOWN)


def test_the_reason_stands_in_the_register_and_the_command_where_none_was_given():
    units = TOWN.units.assign(grid_id=TOWN.units["grid_id"].replace("W10", "W00"))
    assert step(TOWN, units, gone={"W10": "W00"}).records["retired"]["reason"].tolist() == ["test"]
    silent = recorded(TOWN, replace(TOWN, units=units), "redraw", {}, {"W10": "W00"})
    assert silent.records["retired"]["reason"].tolist() == ["redraw"]


def test_units_cut_anew_bring_their_old_shapes_and_borders_back():
    halves = TOWN.units[["geometry", "parent", "people", "households", "kind", "grid_id", "area_m2"]].copy()
    cut = gpd.GeoDataFrame(halves.rename(index={"u0000": "v0000"}), crs=TOWN.units.crs).rename_axis("unit_id")
    ends = TOWN.borders.replace({"u0000": "v0000"})
    done = step(TOWN, cut, borders=ends)
    assert set(done.past) == {"units_0", "borders_0"}
    same_tables(undo(done), TOWN)


def test_micro_grids_are_kept_whole_as_they_are_made_anew():
    fine = replace(TOWN, units=TOWN.units.assign(micro_id=TOWN.units["grid_id"] + "-1"))
    done = step(fine, with_grid(fine, "W10", "u0001"))
    anew = replace(done, units=done.units.assign(micro_id="other"))
    assert undo(anew).units["micro_id"].tolist() == fine.units["micro_id"].tolist()


def test_attributes_come_back_to_the_grids_there_were():
    named = replace(TOWN, attributes=pd.DataFrame({"head": list("abcd")}, index=TOWN.grids.index))
    done = step(
        named,
        named.units.assign(grid_id=named.units["grid_id"].replace("W10", "W00")),
        attributes=named.attributes.drop(index="W10"),
    )
    back = undo(done).attributes
    assert back.index.tolist() == TOWN.grids.index.tolist()
    assert back["head"].drop("W10").tolist() == named.attributes["head"].drop("W10").tolist()


def test_numbers_of_numpy_are_kept_as_json_has_them():
    done = step(TOWN, TOWN.units.assign(people=TOWN.units["people"] + 1))
    kept = done.history[0].parameters["undo"]["columns"]["people"]["values"]
    assert {type(value) for value in kept.values()} == {int}


def test_there_is_nothing_to_undo_in_a_fresh_plan():
    with pytest.raises(UsageError, match="no edit to undo"):
        undo(TOWN)
