"""Registers of activities, proposals and counts on a town of sixteen blocks; every figure by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point
from towns import EAST, METRES, WEST, town

import gridkit as gk
from gridkit.errors import UsageError
from gridkit.recipes import participation as recipe
from gridkit.recipes.participation import facts
from gridkit.store import geopackage

pytestmark = pytest.mark.filterwarnings("ignore")
REAL = Path(os.environ.get("GRIDKIT_REAL_DATA", "../shared/data"))


def activities(*rows):
    """Return a register: (grid, who started it, how many such, month)."""
    made = [
        (grid, who, f"2026-{month:02d}-{1 + k % 28:02d}", 2) for grid, who, count, month in rows for k in range(count)
    ]
    return pd.DataFrame(made, columns=["网格编码", "发起方", "活动日期", "小时"])


REGISTER = activities(
    ("W00", "居民", 6, 1), ("W00", "社区居委会", 14, 2), ("W10", "西社区党支部", 20, 2), ("E01", "业委会", 12, 3),
    ("E01", "居民、街道", 3, 3), ("E11", "", 11, 3), ("E11", "某某", 4, 3), ("X99", "居民", 2, 3),
)  # fmt: skip


def told(plan):
    return {each["indicator"]: each for each in recipe.facts(plan)["lines"]}


@pytest.fixture(scope="module")
def laid():
    return gk.participation(town(), activities=REGISTER)


def test_who_starts_it_is_told_of_all_with_the_unknown_among_them(laid):
    found = told(laid)
    assert (found["residents_start"]["n"], found["residents_start"]["of"]) == (8, 72)
    assert [found[f"{who}_start"]["n"] for who in ("organisations", "administration", "several", "unknown")] == [
        12, 34, 3, 15,
    ]  # fmt: skip
    assert found["residents_hours"]["n"] == 16
    assert (found["residents_start"]["grids_known"], found["residents_start"]["grids"]) == (4, 4)
    assert found["residents_start"]["asof"] == "2026-03-12"
    assert found["residents_start"]["share_low"] < 8 / 72 < found["residents_start"]["share_high"]


def test_every_grid_has_its_own_and_communities_are_their_sums(laid):
    layer = laid.layers["participation"]
    grids, parents = layer.tables["grids"], layer.tables["parents"]
    assert grids.loc["W10", ["residents_start_n", "residents_start_of", "residents_start"]].tolist() == [0, 20, 0]
    assert grids.loc["W10", "administration_start"] == 1
    assert grids["residents_start_of"].to_dict() == {"W00": 20, "W10": 20, "E01": 15, "E11": 15}
    assert parents["residents_start_of"].to_dict() == {WEST: 40, EAST: 30}
    assert layer.tables["months"]["activities"].to_dict() == {"2026-01": 6, "2026-02": 34, "2026-03": 32}
    assert layer.facts["nowhere"] == 2


def test_what_nobody_knows_is_named_and_a_name_is_not(laid):
    notes = " ".join(str(note) for note in recipe.facts(laid)["notes"])
    assert "11 rows do not say who started it" in notes
    assert "某某 (4)" in notes
    assert "2 rows belong to no grid" in notes
    once = gk.participation(town(), activities=pd.concat([REGISTER, activities(("W00", "张三丰", 1, 1))]))
    assert "张三丰" not in " ".join(str(note) for note in recipe.facts(once)["notes"])


def test_a_word_that_is_said_counts():
    plan = gk.participation(town(), activities=REGISTER, initiators={"某某": "residents"})
    assert told(plan)["residents_start"]["n"] == 12
    with pytest.raises(UsageError, match="cannot be"):
        gk.participation(town(), activities=REGISTER, initiators={"某某": "nobody"})


def test_without_a_column_of_initiators_all_are_unknown():
    plan = gk.participation(town(), activities=REGISTER.drop(columns="发起方"))
    assert (told(plan)["unknown_start"]["n"], told(plan)["unknown_start"]["of"]) == (72, 72)


def test_a_grid_of_few_is_hidden_and_another_with_it():
    few = activities(("W00", "居民", 3, 1), ("W10", "居民", 30, 1), ("E01", "居民", 20, 1), ("E11", "居民", 25, 1))
    grids = gk.participation(town(), activities=few).layers["participation"].tables["grids"]
    assert grids["residents_start_of"].isna().to_dict() == {"W00": True, "W10": True, "E01": False, "E11": False}


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
    notes = " ".join(str(note) for note in recipe.facts(after)["notes"])
    assert "1 older row of" in notes
    assert "1 row counts more households" in notes
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


def test_an_export_of_decidim_is_read_in_its_languages_and_versions():
    export = pd.DataFrame({
        "id": range(12), "state": ["accepted"] * 4 + ["rejected"] * 3 + ["not_answered"] * 4 + ["withdrawn"],
        "answer/en": ["yes, built", "yes", None, None, "no room", None, None, *[None] * 5],
        "answer/es": [None, None, "sí", None, None, None, None, *[None] * 5],
        "published_at": "2024-05-01 10:00:00", "latitude": None, "longitude": None,
    })  # fmt: skip
    found = told(gk.participation(town(), proposals=export))
    assert (found["answered"]["n"], found["answered"]["of"]) == (7, 11)
    assert (found["reasoned"]["n"], found["reasoned"]["of"]) == (4, 11)
    assert "linked" not in found
    newer = export.assign(answered_at=["2024-06-01"] * 8 + [None] * 4)
    assert told(gk.participation(town(), proposals=newer))["answered"]["n"] == 8


def flat(made, before=""):
    """Return a proposal as a row of a sheet: what is nested stands behind slashes."""
    row = {}
    for key, value in made.items():
        row |= flat(value, f"{before}{key}/") if isinstance(value, dict) else {f"{before}{key}": value}
    return row


def decidim(*, newer):
    """Return twelve proposals as Decidim exports them, of which seven are answered and one is withdrawn."""
    for at in range(12):
        answered, gone = at < 7, at == 11
        common = {
            "id": at + 1, "title": {"en": "A bench", "ca": ""}, "published_at": f"2024-03-{at + 1:02d} 10:00:00 UTC",
            "answer": {"en": "", "ca": "fet" if at < 3 else ""}, "meeting_urls": "", "comments": 2,
        }  # fmt: skip
        if newer:
            yield common | {
                "taxonomies": {"ids": "12,14", "12": {"en": "Parks"}, "14": {"en": "East"}},
                "state": "accepted" if answered else "not_answered", "answered_at": "2024-06-01" if answered else None,
                "withdrawn": gone, "withdrawn_at": "2024-05-01" if gone else None,
            }  # fmt: skip
        else:
            state = "withdrawn" if gone else "accepted" if answered else ""
            yield common | {"scope": {"id": 2, "name": {"en": "", "ca": "East"}}, "state": state}


@pytest.mark.parametrize("newer", [False, True])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_exports_of_decidim_say_the_same_in_every_version_and_format(tmp_path, kind, newer):
    rows, file = list(decidim(newer=newer)), tmp_path / f"proposals.{kind}"
    if kind == "json":
        file.write_text(json.dumps(rows), encoding="utf-8")
    else:
        table = pd.DataFrame([flat(row) for row in rows])
        table.to_csv(file, sep=";", index=False) if kind == "csv" else table.to_excel(file, index=False)
    plan = gk.participation(town(), proposals=file)
    found = told(plan)
    assert (found["answered"]["n"], found["answered"]["of"]) == (7, 11)
    assert (found["reasoned"]["n"], found["reasoned"]["of"]) == (3, 11)
    assert plan.layers["participation"].facts["nowhere"] == 0
    assert set(plan.brought["participation"]["parent"]) == {EAST}
    said = "4 proposals have neither a state nor an answer, and count as not answered"
    assert any(said in str(note) for note in facts(plan)["notes"]) == (not newer)


def test_exports_of_consul_retire_on_a_day_and_number_debates_like_proposals():
    proposals = pd.DataFrame({
        "id": range(1, 13), "cached_votes_up": 5, "created_at": "2024-03-01 10:00:00 UTC",
        "retired_at": [*[None] * 11, "2024-05-01 09:00:00 UTC"], "retired_reason": [*[None] * 11, "duplicated"],
    })  # fmt: skip
    comments = pd.DataFrame({
        "id": range(8), "commentable_id": [1, 2, 3, 4, 5, 6, 7, 8], "administrator_id": [9] * 6 + [None] * 2,
        "commentable_type": [
            "Proposal", "Decidim::Proposals::Proposal", "Debate", "Proposal", *["Poll"] * 3, "Proposal",
        ],
    })  # fmt: skip
    plan = gk.participation(town(), proposals=proposals, comments=comments)
    assert (told(plan)["answered"]["n"], told(plan)["answered"]["of"]) == (3, 11)
    assert any("4 comments are on something else than a proposal" in str(note) for note in facts(plan)["notes"])


def test_projects_of_consul_are_answered_where_it_is_said_whether_they_can_be_done():
    projects = pd.DataFrame({
        "id": range(12), "feasibility": ["feasible", "unfeasible", "undecided"] * 4,
        "unfeasibility_explanation": [None, "no room", None] * 4, "selected": False,
    })  # fmt: skip
    found = told(gk.participation(town(), proposals=projects))
    assert (found["answered"]["n"], found["reasoned"]["n"], found["answered"]["of"]) == (8, 4, 12)


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


def test_nothing_given_is_said():
    with pytest.raises(UsageError, match="no table"):
        gk.participation(town())
    with pytest.raises(UsageError, match="comments go with"):
        gk.participation(town(), activities=REGISTER, comments=pd.DataFrame({"proposal_id": [1]}))


@pytest.mark.skipif(not (REAL / "decide-madrid").is_dir(), reason="decide-madrid is not there")
def test_of_55_proposals_of_decide_madrid_two_were_answered():
    folder = REAL / "decide-madrid"
    plan = gk.participation(town(), proposals=folder / "proposals.csv", comments=folder / "comments.csv")
    found = told(plan)
    assert (found["answered"]["n"], found["answered"]["of"]) == (2, 55)
    assert found["answered"]["share_low"] == pytest.approx(0.0100, abs=1e-4)
