from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box
from towns import METRES, town

from gridkit.errors import GridkitError, InfeasibleError, TableError, UsageError
from gridkit.plan.life.edit import Dedicated, Free, Lock, Merge, Move, Split, Together, asked, dedicated, edit
from gridkit.plan.life.history import undo
from gridkit.tables import TEXT

TOWN = town(6, 3)
UNITS = TOWN.units.index.tolist()
GRIDS = TOWN.grids.index.tolist()


def identical(one, other):
    pd.testing.assert_frame_equal(pd.DataFrame(one.units), pd.DataFrame(other.units))
    assert one.history == other.history
    assert one.parameters == other.parameters
    assert one.digest == other.digest
    assert one.records.keys() == other.records.keys()
    for name, table in one.records.items():
        pd.testing.assert_frame_equal(table, other.records[name])


unit_ids, grid_ids = st.sampled_from(UNITS), st.sampled_from(GRIDS)
edits = st.one_of(
    st.builds(Move, st.tuples(unit_ids), grid_ids),
    st.builds(Merge, st.tuples(grid_ids, grid_ids)),
    st.builds(Split, grid_ids, st.integers(2, 3)),
    st.builds(Lock, st.tuples(st.one_of(unit_ids, grid_ids))),
    st.builds(Free, st.tuples(st.one_of(unit_ids, grid_ids))),
    st.builds(Dedicated, st.just("Q School"), st.tuples(unit_ids)),
)


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(edits, min_size=1, max_size=5))
def test_undo_gives_back_the_identical_plan(wishes):
    states = [TOWN]
    for wish in wishes:
        try:
            states.append(edit(states[-1], [wish], reason="law", loose=True))
        except GridkitError:
            continue
    plan = states[-1]
    for before in reversed(states[:-1]):
        plan = undo(plan)
        identical(plan, before)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(edits, min_size=1, max_size=6))
def test_a_code_once_retired_is_never_used_again(wishes):
    plan, given_up = TOWN, set()
    for wish in wishes:
        try:
            plan = edit(plan, [wish], loose=True)
        except GridkitError:
            continue
        in_use = set(plan.units["grid_id"])
        assert not in_use & given_up
        given_up |= set(plan.records["retired"].index) if "retired" in plan.records else set()
        assert plan.units["grid_id"].nunique() == len(plan.grids)


def test_a_move_is_recorded_with_reason_and_time():
    plan = edit(TOWN, [Move(("u0200",), "W10")], reason="the gate opens north", author="Pan", loose=True)
    step = plan.history[-1]
    assert step.command == "edit"
    assert step.parameters["reason"] == "the gate opens north"
    assert step.parameters["edits"] == [{"kind": "move", "units": ["u0200"], "to": "W10"}]
    assert step.finished
    assert plan.units["grid_id"]["u0200"] == "W10"


def test_a_compound_moves_as_a_whole():
    units = TOWN.units.copy()
    units["group"] = pd.Series({"u0200": "c", "u0201": "c"}, dtype=TEXT).reindex(units.index)
    plan = edit(replace(TOWN, units=units), [Move(("u0200",), "W10")], loose=True)
    assert plan.units.loc[["u0200", "u0201"], "grid_id"].tolist() == ["W10", "W10"]


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        (Move(("u9999",), "W10"), TableError, "no unit 'u9999'"),
        (Move(("u0200",), "W99"), TableError, "no grid 'W99'"),
        (Move(("u0000",), "W10"), InfeasibleError, "W10 would fall into 2 pieces"),
        (Move(("u0203",), "W00"), InfeasibleError, "would lie in 110101001001 and 110101001002"),
        (Merge(("W00", "E01")), InfeasibleError, "would lie in"),
        (Merge(("W00", "W00")), UsageError, "two grids"),
        (Split("W00", 1), InfeasibleError, "2 to 9"),
        (Split("W00", 10), InfeasibleError, "2 to 9"),
        (Lock(("x",)), TableError, "no grid or unit 'x'"),
        (Free(("x",)), TableError, "no grid or unit 'x'"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_in_words(wish, error, said):
    with pytest.raises(error, match=said):
        edit(TOWN, [wish], loose=True)


def test_one_bad_edit_leaves_all_unapplied():
    before = TOWN.digest
    with pytest.raises(InfeasibleError):
        edit(TOWN, [Move(("u0200",), "W10"), Move(("u0000",), "W10")], loose=True)
    assert TOWN.digest == before


def test_a_grid_may_not_leave_the_band_unless_told():
    with pytest.raises(InfeasibleError, match="180 people, outside 45 to 135"):
        edit(TOWN, [Merge(("W00", "W10"))])
    assert edit(TOWN, [Merge(("W00", "W10"))], loose=True).grids["people"]["W00"] == 180


def test_a_grid_outside_the_band_may_come_nearer_to_it():
    tight = replace(TOWN, parameters=replace(TOWN.parameters, low=91, target=95, high=99))
    assert edit(tight, [Move(("u0200",), "W10")], loose=True)
    with pytest.raises(InfeasibleError, match="outside"):
        edit(tight, [Move(("u0200",), "W10")])


def test_a_split_whose_new_part_is_outside_the_band_is_refused_as_any_other_edit():
    # 90 people, too many for 40 to 80: of two parts, 50 and 40, both hold; of three, 30 each, none would.
    tight = replace(TOWN, parameters=replace(TOWN.parameters, low=35, target=50, high=80))
    assert sorted(edit(tight, [Split("W00", 2)]).grids["people"][["W00", "G001"]]) == [40, 50]
    small = replace(TOWN, parameters=replace(TOWN.parameters, low=45, target=50, high=55))
    with pytest.raises(InfeasibleError, match=r"grid G001 would have 40 people, outside 45 to 55.*loose"):
        edit(small, [Split("W00", 2)])
    assert edit(small, [Split("W00", 2)], loose=True).grids["people"]["G001"] == 40


def test_the_grid_with_most_households_keeps_its_code_in_a_merge():
    units = TOWN.units.copy()
    units.loc["u0500", "households"] = 5
    plan = edit(replace(TOWN, units=units), [Merge(("W00", "W10"))], reason="small", loose=True)
    assert plan.records["retired"]["successor"].to_dict() == {"W00": "W10"}
    assert plan.records["retired"]["reason"].tolist() == ["small"]


def test_a_split_makes_contiguous_parts_with_fresh_codes():
    plan = edit(TOWN, [Split("W00", 3)], loose=True)
    assert plan.grids.index.tolist() == ["E01", "E11", "G001", "G002", "W00", "W10"]
    assert plan.grids["people"][["W00", "G001", "G002"]].tolist() == [30, 30, 30]
    assert (plan.grids.geom_type == "Polygon").all()


def test_locked_units_stay_in_a_split_and_in_no_move():
    locked = edit(TOWN, [Lock(("u0000",))])
    plan = edit(locked, [Split("W00", 3)], loose=True)
    assert plan.units["grid_id"]["u0000"] == "W00"
    whole = edit(TOWN, [Lock(("W00",))])
    with pytest.raises(InfeasibleError, match="locked to W00"):
        edit(whole, [Move(("u0200",), "W10")], loose=True)
    assert edit(whole, [Free(("u0200",)), Move(("u0200",), "W10")], loose=True)


def test_locks_follow_their_grid_into_a_merge():
    plan = edit(TOWN, [Lock(("W10",)), Merge(("W00", "W10"))], loose=True)
    assert set(plan.units["lock"].dropna()) == {"W00"}


def test_moves_that_only_hold_together_are_made_together():
    chain = (Move(("u0100",), "W10"), Move(("u0200",), "W10"))
    with pytest.raises(InfeasibleError, match="pieces"):
        edit(TOWN, list(chain), loose=True)
    assert edit(TOWN, [Together(chain)], loose=True).grids["units"]["W10"] == 11


def test_an_institution_gets_a_grid_of_its_own():
    schools = gpd.GeoDataFrame({"name": ["Q School"]}, geometry=[box(10, 10, 190, 90)], crs=METRES).to_crs(4326)
    plan = edit(TOWN, dedicated(TOWN, schools))
    assert plan.units.loc[["u0000", "u0001"], "grid_id"].tolist() == ["G001", "G001"]
    assert plan.units["dedicated"].dropna().tolist() == ["Q School", "Q School"]
    with pytest.raises(TableError, match="no unit"):
        dedicated(TOWN, schools.set_geometry([box(0, 0, 1, 1)], crs=METRES))


def test_texts_of_the_command_line_become_edits():
    assert asked(moves=["a=b=G1"], merges=["A, B"], splits=["A=3"], locks=["L"], frees=["F"]) == (
        Lock(("L",)),
        Free(("F",)),
        Merge(("A", "B")),
        Split("A", 3),
        Move(("a=b",), "G1"),
    )
    for wrong in ({"moves": ["a"]}, {"splits": ["A=x"]}, {"splits": ["=3"]}):
        with pytest.raises(UsageError):
            asked(**wrong)
