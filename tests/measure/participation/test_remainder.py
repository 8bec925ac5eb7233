"""What is left of a community beside its grids: a total counts once, and what does not fit is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from towns import EAST, WEST, town

import gridkit as gk
from gridkit.measure.participation.remainder import UPPER, remainder
from gridkit.recipes.participation import facts
from gridkit.recipes.refresh import scored

pytestmark = pytest.mark.filterwarnings("ignore")

UPPERS = {"p": "S", "q": "S", "r": "T"}
KEYS = pd.DataFrame(
    {"grid_id": ["a", "b", "c", None, None, None], "parent": ["p", "p", "q", "p", UPPER + "S", UPPER + "T"]}
)


def left(*values, of=(20.0, 20.0, 10.0, 60.0, 100.0, 40.0)):
    made = pd.DataFrame({"covered": [float(value) for value in values], "covered_of": of})
    return remainder(made, KEYS, UPPERS, ("covered",))


def test_a_community_beside_its_grids_is_what_they_leave_and_a_subdistrict_what_both_leave():
    found = left(5, 6, 4, 20, 30, 12)
    # 20 of 60 in p less 11 of 40 in its grids; 30 of 100 in S less that and less 4 of 10 in q; T has no parts.
    assert found.made["covered"].tolist() == [5, 6, 4, 9, 6, 12]
    assert found.made["covered_of"].tolist() == [20, 20, 10, 20, 30, 40]
    assert (found.taken, found.apart) == (2, {})


def test_a_total_of_all_its_grids_counts_once():
    found = left(5, 6, np.nan, 11, 11, np.nan, of=(20.0, 20.0, np.nan, 40.0, 40.0, np.nan))
    assert found.made["covered"].dropna().tolist() == [5, 6]


def test_a_total_below_its_parts_is_said_and_the_parts_count():
    found = left(5, 6, 4, 7, 40, 12)
    assert found.apart == {"covered": 1}
    assert np.isnan(found.made["covered"][3])
    assert found.made["covered"][4] == 40 - 5 - 6 - 4


def housed():
    plan = town(wide=8, blocks=2)
    plan.units["households"] = [10.0 + at % 8 for at in range(len(plan.units))]
    return plan


def of_town(**columns):
    return gk.participation(housed(), **{name: pd.DataFrame(table) for name, table in columns.items()})


def lines(plan, indicator):
    table = scored(plan).layers["scorecard"].tables["lines"]
    own = table[(table["indicator"] == indicator) & (table["level"] != "grid")]
    return {(row.level, row.area): (row.n, row.of) for row in own[own["why"] == ""].itertuples()}


@pytest.mark.parametrize("code", ["西社区", WEST])
def test_households_of_a_community_and_of_its_grids_are_counted_once(code):
    plan = housed()
    grids = list(plan.grids.index)
    some = [*grids[:-1], None, None]
    counts = {"网格编码": some, "社区": [None] * 15 + [code, "East"], "参与户数": [20] * 15 + [180, 160]}
    found = gk.participation(plan, counts=pd.DataFrame(counts))
    homes = plan.grids.groupby("parent")["households"].sum()
    told = lines(found, "taking_part")
    assert told["district", ""] == (340, homes.sum())
    assert told["community", WEST] == told["subdistrict", "西街道"] == (180, homes[WEST])
    assert told["community", EAST] == (160, homes[EAST])
    assert any("what these leave of it counts" in str(note) for note in facts(found)["notes"])


def activities(*places):
    rows = [(place, who) for place, count in places for who in ["居民", "街道"] * count]
    return {"社区": [place for place, _ in rows], "发起方": [who for _, who in rows]}


def test_activities_known_of_communities_alone_are_told_of_them():
    plan = of_town(activities=activities(("西社区", 12), ("East", 8)))
    told = lines(plan, "residents_start")
    assert told["community", WEST] == told["subdistrict", "西街道"] == (12, 24)
    assert told["community", EAST] == (8, 16)
    assert told["district", ""] == (20, 40)
    parents = plan.layers["participation"].tables["parents"]
    assert parents["residents_start_of"].to_dict() == {WEST: 24, EAST: 16}


def test_of_fewer_than_ten_activities_nothing_is_told_nor_by_the_community_beside():
    told = lines(of_town(activities=activities(("西社区", 12), ("East", 2))), "residents_start")
    assert set(told) == {("district", "")}


def test_activities_of_a_subdistrict_are_its_own_and_of_no_community():
    plan = of_town(activities=activities(("西街道", 6), ("西社区", 12), ("East", 8)))
    told = lines(plan, "residents_start")
    assert told["community", WEST] == (12, 24)
    assert told["subdistrict", "西街道"] == (18, 36)
    assert told["district", ""] == (26, 52)


def test_households_of_a_subdistrict_are_those_of_its_communities():
    plan = of_town(counts={"社区": ["西街道", "East"], "参与户数": [100, 90]})
    told = lines(plan, "taking_part")
    homes = plan.grids.groupby("parent")["households"].sum()
    assert told["subdistrict", "西街道"] == (100, homes[WEST])
    assert ("community", WEST) not in told
