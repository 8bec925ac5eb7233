"""Tables of participation become counts by place and month; what is left out, unknown or doubtful is told."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import METRES, town

import gridkit as gk
from gridkit.errors import TableError
from gridkit.recipes.participation import facts
from gridkit.store import geopackage

pytestmark = pytest.mark.filterwarnings("ignore")


def told(plan):
    return {each["indicator"]: each for each in facts(plan)["lines"]}


def notes(plan):
    return " ".join(str(note) for note in facts(plan)["notes"])


def test_counts_are_of_households_asked_else_of_those_there_and_blank_stays_unknown(tmp_path):
    plan = town()
    plan.units["households"] = 40.0
    counts = pd.DataFrame({
        "网格编码": ["W00", "W10", "E01", "W00", "E11"],
        "日期": ["2026-06-30", "2026-06-30", "2026-06-30", "2025-06-30", "2026-06-30"],
        "参与户数": [40, None, 80, 11, 900],
        "楼栋长": [4, 8, 8, 1, 8],
    })  # fmt: skip
    after = gk.participation(plan, counts=counts)
    found = told(after)
    assert (found["taking_part"]["n"], found["taking_part"]["of"], found["taking_part"]["grids_known"]) == (120, 320, 2)
    assert (found["building_heads"]["n"], found["building_heads"]["of"]) == (28, 32)
    said = notes(after)
    assert "1 older row of" in said
    assert "1 row counts more households" in said
    gk.write_plan(after, tmp_path / "plan.gpkg")
    again = geopackage.read(tmp_path / "plan.gpkg")
    assert told(again)["taking_part"]["n"] == 120
    assert gk.refresh(again).layers["participation"].facts["lines"] == again.layers["participation"].facts["lines"]


def test_hours_of_givers_leave_the_tenth_alone_and_of_few_nothing(tmp_path):
    givers = pd.DataFrame({"志愿者编号": [f"giver-{k}" for k in range(100)], "小时": [10.0] * 10 + [1.0] * 90})
    plan = gk.participation(town(), givers=givers)
    assert (told(plan)["top_tenth"]["n"], told(plan)["top_tenth"]["of"]) == (100, 190)
    gk.write_plan(plan, tmp_path / "plan.gpkg")
    assert b"giver-7" not in (tmp_path / "plan.gpkg").read_bytes()
    assert told(gk.participation(town(), givers=givers.head(50)))["top_tenth"]["why"] == "few"


def test_places_by_coordinates_are_in_their_grid():
    rows = gpd.GeoDataFrame({"who": ["residents"] * 12}, geometry=[Point(150, 50)] * 12, crs=METRES)
    plan = gk.participation(town(), activities=rows.rename(columns={"who": "initiator"}))
    assert plan.layers["participation"].tables["grids"]["residents_start_of"].dropna().to_dict() == {"W00": 12}


def test_minutes_of_activities_and_givers_are_hours_of_sixty():
    rows = pd.DataFrame({"网格编码": ["W00"] * 12, "发起人": ["居民"] * 12, "活动时长（分钟）": [90] * 12})
    found = told(gk.participation(town(), activities=rows))
    assert (found["residents_hours"]["n"], found["residents_hours"]["of"]) == (18, 18)
    givers = pd.DataFrame({"编号": range(100), "服务分钟": [60] * 90 + [600] * 10})
    assert told(gk.participation(town(), givers=givers))["top_tenth"]["n"] == 100


def test_a_table_without_rows_and_one_without_days_are_told():
    empty = pd.DataFrame({"网格编码": [], "发起方": []})
    said = notes(gk.participation(town(), activities=[empty, pd.DataFrame({"网格编码": ["W00"], "发起方": ["居民"]})]))
    assert "it has no row" in said
    assert "no column says when" in said


def test_hours_below_nought_and_words_in_place_of_numbers_are_unknown_and_told():
    rows = pd.DataFrame({"网格编码": ["W00"] * 12, "发起人": ["居民"] * 12, "小时": [2.0] * 10 + [-1.0, 2.0]})
    plan = gk.participation(town(), activities=rows)
    assert told(plan)["residents_hours"]["of"] == 22
    assert "1 number is below nought and unknown" in notes(plan)
    counts = pd.DataFrame({"网格编码": ["W00", "E01"], "参与户数": [20, "许多"], "户数": [40, 40]})
    assert "cells are no numbers and unknown" in notes(gk.participation(town(), counts=counts))


def test_volunteers_are_of_people_and_organisations_of_communities():
    counts = pd.DataFrame({
        "网格编码": ["W00", None], "社区": [None, "西社区"], "志愿者": [30, None], "社会组织": [9, 12],
    })  # fmt: skip
    rows = gk.participation(town(), counts=counts).brought["participation"]
    by = rows.set_index(rows["grid_id"].fillna("community"))
    assert by.loc["W00", "volunteers"] == 30
    assert by.loc["W00", "volunteers_of"] > 0
    # A target for communities says nothing of a grid.
    assert by["organisations"].isna().to_dict() == {"W00": True, "community": False}


def test_states_that_no_list_knows_are_told():
    export = pd.DataFrame({"id": range(12), "state": ["accepted"] * 10 + ["pondered"] * 2})
    assert "states that no list knows say nothing of an answer: pondered (2)" in notes(
        gk.participation(town(), proposals=export)
    )


def test_ballots_of_a_budget_are_proposals_and_nothing_else(tmp_path):
    file = tmp_path / "budget.pb"
    file.write_text(
        "META\nkey;value\ndescription;A\nPROJECTS\nproject_id;cost;votes;name;selected\n"
        + "".join(f"{k};100;{9 - k % 5};Bench {k};{k % 2}\n" for k in range(12))
        + "VOTES\nvoter_id;vote\n1;1,2\n",
        encoding="utf-8",
    )
    plan = gk.participation(town(), proposals=file)
    assert plan.brought["participation"]["proposals"].sum() == 12
    with pytest.raises(TableError, match="whose projects are proposals"):
        gk.participation(town(), activities=file)


def test_minutes_are_minutes_by_a_line_above_the_table_and_by_a_column_of_units(tmp_path):
    rows = ["2026-03-01,居民,90", "2026-03-02,居民,30", "2026-03-03,街道办,60"]
    above = ["单位：分钟,,", "日期,发起方,时长,网格编码", *(f"{row},W00" for row in rows)]
    named = [*(f"{row},分钟,W00" for row in rows[:2]), "2026-03-03,街道办,1,小时,W00"]
    beside = ["日期,发起方,时长,单位,网格编码", *named]
    tongue = ["Data;Iniciado por;Horas;Unidade;Setor", "01/03/2026;moradores;90;min;W00"]
    tongue += ["02/03/2026;moradores;0,5;h;W00", "03/03/2026;prefeitura;60;min;W00"]
    cells = ["日期,发起方,时长,网格编码", *(f"{row}分钟,W00" for row in rows)]
    for at, lines in enumerate((above, beside, tongue, cells)):
        file = tmp_path / f"{at}.csv"
        file.write_text("\n".join(lines), encoding="utf-8")
        plan = gk.participation(town(), activities=file, columns={} if at == 2 else {"hours": "时长"})
        data = plan.brought["participation"]
        assert (data["hours"].sum(), data["hours_residents"].sum()) == (3.0, 2.0), lines[0]


def test_a_column_of_bodies_called_unit_says_nothing_of_time():
    rows = {"日期": ["2026-03-01"], "发起方": ["居民"], "工时": [90], "单位": ["东风物业"], "网格编码": ["W00"]}
    data = gk.participation(town(), activities=pd.DataFrame(rows)).brought["participation"]
    assert data["hours"].sum() == 90.0


def test_givers_hours_are_read_in_the_unit_of_their_row():
    rows = pd.DataFrame({"id": range(200), "hours": [60.0, 2.0] * 100, "unit": ["min", "h"] * 100})
    found = told(gk.participation(town(), givers=rows))["top_tenth"]
    assert (found["n"], found["of"]) == (40.0, 300.0)


def test_counts_of_which_nobody_knows_the_whole_are_left_out_with_a_word():
    plan = town()
    plan = replace(plan, units=plan.units.drop(columns="households"))
    counts = pd.DataFrame({"网格编码": ["W00", "W10"], "参与户数": [12, 15], "社会组织": [3, 4]})
    said = notes(gk.participation(plan, counts=counts))
    assert "2 rows of 参与户数 are left out: nobody knows of how many households" in said
    assert "2 rows of 社会组织 are left out: their target is one of whole communities" in said
