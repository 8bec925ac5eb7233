"""Exchanges read from tables, and kept with a plan."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from towns import town

import gridkit as gk
from gridkit import cli
from gridkit.errors import TableError
from gridkit.plan.lines import lines
from gridkit.store import geopackage

REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def ring(size: int = 12) -> pd.DataFrame:
    """Return members who each give two hours to the next, the first four of whom get one back."""
    rows = [(f"m{k}", f"m{(k + 1) % size}", 2.0, "STANDARD") for k in range(size)]
    rows += [(f"m{k + 1}", f"m{k}", 1.0, "STANDARD") for k in range(4)]
    rows += [("bank", "m1", 100.0, "DISBURSEMENT"), ("m0", "m0", 5.0, "STANDARD"), ("m0", None, 1.0, "STANDARD")]
    rows += [("m2", "m3", -1.0, "STANDARD")]
    return pd.DataFrame(rows, columns=["source", "target", "hours", "transfer_type"])


def by_indicator(told):
    return {each["indicator"]: each for each in told.facts["lines"]}


@pytest.mark.filterwarnings("ignore")
def test_issued_credits_are_no_exchange_and_every_row_is_accounted_for():
    told = gk.reciprocity(ring(), plan=town())
    found = by_indicator(told)
    assert (found["both"]["n"], found["both"]["of"]) == (12, 12)
    assert (found["returned"]["n"], found["returned"]["of"]) == (8, 16)
    assert (found["evenness"]["n"], found["evenness"]["of"]) == (4, 14)
    assert told.facts["to_oneself"] == 1
    assert any("issued" in note for note in told.facts["notes"])
    account = told.plan.history[-1].ledger
    assert [(each.read, each.used, dict(each.lost)) for each in account] == [
        (20, 17, {"blank": 1, "negative": 1, "other": 1})
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_plan_keeps_lines_alone_and_no_member(tmp_path):
    told = gk.reciprocity(ring(), plan=town())
    gk.write_plan(told.plan, tmp_path / "plan.gpkg")
    again = geopackage.read(tmp_path / "plan.gpkg")
    assert set(lines(again)["indicator"]) == {"both", "returned", "evenness"}
    assert b"m11" not in (tmp_path / "plan.gpkg").read_bytes()
    twice = gk.reciprocity(ring(), plan=again)
    assert len(lines(twice.plan)) == 3


@pytest.mark.filterwarnings("ignore")
def test_an_exchange_that_is_still_to_come_is_not_the_day_the_lines_are_of():
    rows = ring().assign(date="2026-03-12")
    rows.loc[3, "date"] = "2199-01-01"
    assert by_indicator(gk.reciprocity(rows))["both"]["asof"] == "2026-03-12"


@pytest.mark.filterwarnings("ignore")
def test_of_fewer_than_ten_members_nothing_is_told():
    told = gk.reciprocity(ring(6))
    assert all(each["why"] == "few" for each in told.facts["lines"])
    assert told.facts["exchanges"] is None


@pytest.mark.filterwarnings("ignore")
def test_the_core_is_told_with_the_grid_office_and_without():
    star = pd.DataFrame({"one": ["West grid office"] * 5, "other": list("abcde")})
    told = gk.reciprocity(ring(), bodies=pd.concat([star, pd.DataFrame({"one": ["a"], "other": ["b"]})]))
    found = by_indicator(told)
    assert (found["centralisation"]["n"], found["centralisation"]["of"]) == (18, 20)
    assert (found["centralisation_without"]["n"], found["centralisation_without"]["of"]) == (3, 12)
    assert told.facts["alone_without"] == 3
    assert told.facts["offices"] == 1


def test_a_table_without_takers_is_told_what_it_lacks():
    with pytest.raises(TableError, match="who takes"):
        gk.reciprocity(pd.DataFrame({"giver": ["a", "b"], "hours": [1, 2]}))
    with pytest.raises(TableError, match="giver"):
        gk.reciprocity(pd.DataFrame({"who": ["a", "b"], "hours": [1, 2]}))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not (REAL / "decide-madrid").is_dir(), reason="decide-madrid is not there")
def test_of_the_replies_of_decide_madrid_348_of_1141_ties_go_both_ways():
    told = gk.reciprocity(REAL / "decide-madrid" / "comments.csv")
    found = by_indicator(told)
    assert (found["returned"]["n"], found["returned"]["of"]) == (348, 1141)
    assert found["both"]["of"] == 772
    assert told.facts["mutual"] == 174
    assert told.facts["to_oneself"] == 147


@pytest.mark.filterwarnings("ignore")
def test_the_plan_that_keeps_it_may_be_named_as_the_output_too(tmp_path):
    plan, table = tmp_path / "plan.gpkg", tmp_path / "exchange.csv"
    gk.write_plan(town(), plan)
    ring(24).to_csv(table, index=False)
    assert cli.run(["reciprocity", str(table), "--plan", str(plan), "-o", str(plan), "--overwrite"]) == 0
    assert len(lines(gk.read_plan(plan)))
    assert cli.run(["reciprocity", str(table), "-o", str(table), "--overwrite"]) == 6
