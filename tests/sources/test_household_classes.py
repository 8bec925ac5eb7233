"""Households by class: a class per row, a column per class or a register, shared out to the units of a place."""

from __future__ import annotations

import pandas as pd
import pytest

import gridkit as gk
from gridkit import ledger
from gridkit.errors import TableError
from gridkit.sources import household_classes

WORK = gk.presets()["cn-social"].workload
UNITS = pd.DataFrame(
    {"grid_id": ["G1", "G1", "G2"], "parent": ["p", "p", "p"]}, index=pd.Index(["u1", "u2", "u3"], name="unit_id")
)
WEIGHTS = pd.Series([30.0, 10.0, 60.0], index=UNITS.index)


def read(parents=None, **columns):
    return household_classes.read(pd.DataFrame(columns), WORK, UNITS, WEIGHTS, parents or {})


def counts(made):
    return {(row.unit_id, row.kind): row.households for row in made.rename(columns={"class": "kind"}).itertuples()}


def test_a_count_of_a_grid_is_shared_out_by_the_households_of_its_units():
    made = read(网格=["G1"], 类别=["低保户"], 户数=["8"])
    assert counts(made) == {("u1", "hardship"): 6.0, ("u2", "hardship"): 2.0}


def test_a_column_for_each_class_says_the_same_as_a_class_in_each_row():
    wide = read(grid_id=["G1", "G2"], 困难户=[8, 3], 空巢老人户=[4, 0])
    long = read(grid_id=["G1", "G1", "G2", "G2"], kind=["困难户", "独居", "困难户", "独居"], count=[8, 4, 3, 0])
    assert counts(wide) == counts(long)


def test_a_register_has_none_of_the_classes_it_does_not_list():
    made = read(unit=["u1", "u1", "u3"], 户类别=["独居老人", "独居老人", "出租户"])
    assert counts(made) == {
        ("u1", "empty_nest"): 2.0,
        ("u1", "migrant"): 0.0,
        ("u3", "empty_nest"): 0.0,
        ("u3", "migrant"): 1.0,
    }


def test_a_community_is_found_by_any_of_its_names():
    made = read({"p": ["知砚社区"]}, 社区=["知砚社区"], 类别=["低保"], 户数=[10])
    assert made["households"].sum() == 10
    assert set(made["unit_id"]) == {"u1", "u2", "u3"}


def test_where_nobody_is_counted_units_share_alike():
    made = household_classes.read(
        pd.DataFrame({"grid_id": ["G1"], "class": ["低保户"], "households": [4]}), WORK, UNITS, WEIGHTS * 0, {}
    )
    assert made["households"].tolist() == [2.0, 2.0]


def test_places_and_classes_that_nobody_knows_are_named_and_counted():
    made = read(grid_id=["G1", "G9", "G1"], kind=["低保户", "低保户", "dragons"], count=[4, 4, 4])
    (account,) = ledger.of(made).accounts
    assert (account.read, account.used, account.lost["unmatched"]) == (3, 2, 1)
    assert any("dragons" in str(note) for note in account.notes)
    assert made["households"].sum() == 4


def test_a_table_without_a_place_or_a_class_is_refused():
    with pytest.raises(TableError, match="where the households are"):
        read(colour=["red"], households=[1])
