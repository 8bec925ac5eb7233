"""What no edit may break, and what a name stands for, in the town of towns.py (grids W00, W10, E01, E11)."""

from dataclasses import replace

import pandas as pd
import pytest
from towns import EAST, WEST, town

from gridkit.errors import InfeasibleError, TableError
from gridkit.partition import Prices
from gridkit.plan.life.draft import Draft, check, check_locks, fresh, known_units, units_of, weight, with_groups
from gridkit.plan.life.succession import retired_rows
from gridkit.tables import TEXT

TOWN = town()
DRAFT = Draft(TOWN, TOWN.units, Prices())


def put(draft, **grids):
    """Return a draft with units in other grids: ``u0001="W10"``."""
    for unit, grid in grids.items():
        draft = draft.put("grid_id", pd.Index([unit]), grid)
    return draft


def column(**cells):
    return pd.Series(cells, dtype=TEXT).reindex(TOWN.units.index)


def test_putting_a_cell_leaves_the_draft_before_as_it_was():
    after = put(DRAFT, u0001="W10")
    assert (after.units["grid_id"]["u0001"], DRAFT.units["grid_id"]["u0001"]) == ("W10", "W00")
    assert after.members("W00").tolist() == ["u0000", "u0100", "u0101"]


def test_a_column_that_was_not_there_begins_blank():
    after = DRAFT.put("lock", pd.Index(["u0001"]), "W00")
    assert after.units["lock"].dropna().to_dict() == {"u0001": "W00"}


def test_a_grid_or_unit_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(TableError, match=r"no grid 'W1'.*'W10'"):
        DRAFT.members("W1")
    with pytest.raises(TableError, match=r"no unit 'u03033'.*'u0303'"):
        known_units(DRAFT, ["u0000", "u03033"])
    with pytest.raises(TableError, match="no grid or unit 'x'"):
        units_of(DRAFT, "x")


def test_a_name_stands_for_the_units_of_a_grid_or_for_one_unit():
    assert units_of(DRAFT, "W00").tolist() == ["u0000", "u0001", "u0100", "u0101"]
    assert units_of(DRAFT, "u0303").tolist() == ["u0303"]
    assert known_units(DRAFT, ["u0303", "u0000"]).tolist() == ["u0303", "u0000"]


# ------------------------------------------------------------------ what is refused
def test_a_step_that_keeps_every_grid_whole_and_in_its_band_is_let_through():
    check(DRAFT, put(DRAFT, u0101="W10"), loose=False)


def test_a_grid_stays_inside_one_parent():
    with pytest.raises(InfeasibleError, match=f"W00 would lie in {WEST} and {EAST}"):
        check(DRAFT, put(DRAFT, u0002="W00"), loose=True)


def test_a_grid_is_not_torn_but_one_in_pieces_may_stay_so():
    torn = put(DRAFT, u0300="W00")
    with pytest.raises(InfeasibleError, match="W00 would fall into 2 pieces"):
        check(DRAFT, torn, loose=True)
    check(torn, put(torn, u0101="W10"), loose=True)
    with pytest.raises(InfeasibleError, match="W10 would fall into 2 pieces"):
        check(torn, put(torn, u0001="W10"), loose=True)


def test_a_grid_leaves_its_band_only_when_told_or_when_it_comes_nearer():
    tight = replace(TOWN, parameters=replace(TOWN.parameters, low=35, target=40, high=45))
    draft = Draft(tight, tight.units, Prices())
    away = put(draft, u0101="W10")
    with pytest.raises(InfeasibleError, match="W00 would have 30 people, outside 35 to 45"):
        check(draft, away, loose=False)
    check(draft, away, loose=True)
    check(put(away, u0001="W10"), away, loose=False)  # outside still, and nearer than it was
    with pytest.raises(InfeasibleError, match="outside"):
        check(away, put(away, u0001="W10"), loose=False)


def test_no_band_binds_where_there_is_none_nor_the_grids_of_institutions():
    free = replace(TOWN, parameters=replace(TOWN.parameters, low=0, target=0, high=0))
    check(Draft(free, free.units, Prices()), put(Draft(free, free.units, Prices()), u0101="W10"), loose=False)
    tight = replace(TOWN, parameters=replace(TOWN.parameters, low=35, target=40, high=45))
    west = ("u0000", "u0001", "u0100", "u0101", "u0200", "u0201", "u0300", "u0301")
    school = Draft(tight, TOWN.units.assign(dedicated=column(**dict.fromkeys(west[:3], "Q School"))), Prices())
    with pytest.raises(InfeasibleError, match="W10 would have 50"):
        check(school, put(school, u0101="W10"), loose=False)
    both = Draft(tight, TOWN.units.assign(dedicated=column(**dict.fromkeys(west, "Q Works"))), Prices())
    check(both, put(both, u0101="W10"), loose=False)


def test_locked_units_move_only_to_where_they_are_locked():
    check_locks(DRAFT, pd.Index(["u0000"]), "W10")  # nothing is locked
    held = replace(DRAFT, units=TOWN.units.assign(lock=column(u0000="W00")))
    check_locks(held, pd.Index(["u0000"]), "W00")
    check_locks(held, pd.Index(["u0001"]), "W10")
    with pytest.raises(InfeasibleError, match="units u0000 are locked to W00"):
        check_locks(held, pd.Index(["u0000", "u0001"]), "W10")


# ------------------------------------------------------------------ compounds, weights, codes
def test_a_compound_comes_along_as_far_as_it_shares_the_grid():
    assert with_groups(DRAFT, pd.Index(["u0000"])).tolist() == ["u0000"]
    groups = column(u0001="c", u0101="c", u0201="c", u0003="d")
    draft = replace(DRAFT, units=TOWN.units.assign(group=groups))
    assert set(with_groups(draft, pd.Index(["u0001"]))) == {"u0001", "u0101"}  # u0201 lies in W10
    assert set(with_groups(draft, pd.Index(["u0000"]))) == {"u0000"}


def test_a_code_is_kept_by_households_then_people_then_ground():
    assert weight(DRAFT, pd.Index(["u0000", "u0001"])) == (8.0, 20.0, 20_000.0)
    bare = replace(DRAFT, units=TOWN.units.drop(columns="households"))
    assert weight(bare, pd.Index(["u0000"])) == (0.0, 10.0, 10_000.0)


def test_fresh_codes_are_none_that_any_grid_has_or_had():
    new = TOWN.grids.loc[["W00"]]
    assert fresh(DRAFT, new).tolist() == ["G001"]
    retired = replace(TOWN, records={"retired": retired_rows({"G003": "W00"}, time="2026-03-01", reason="merged")})
    drawn = replace(put(DRAFT, u0000="G001"), plan=retired, gone={"G002": "W00"})
    assert fresh(drawn, new).tolist() == ["G004"]
