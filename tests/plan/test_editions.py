"""Editions of a plan, in the town of towns.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from towns import town

from gridkit.errors import UsageError
from gridkit.plan.editions import columns, editions, stand
from gridkit.plan.life.history import recorded, undo
from gridkit.plan.life.subdistricts import part
from gridkit.recipes.plans import read_plan, write_plan
from gridkit.recipes.standing import standing
from gridkit.render import export

if TYPE_CHECKING:
    from pathlib import Path

    from gridkit.plan.plan import Plan

TOWN = town()
ISSUED = stand(TOWN, "issued", since="2025-01-01", body="Qinglan street")


def redrawn(plan: Plan) -> Plan:
    """Return the plan with one unit in another grid."""
    units = plan.units.copy()
    units.loc["u0001", "grid_id"] = "W10"
    return recorded(plan, replace(plan, units=units), "edit", {"reason": "test", "author": "Q"}, {})


def test_a_new_plan_is_a_draft_of_nobody() -> None:
    assert TOWN.standing.facts == {"standing": "draft"}
    assert editions(TOWN) == ()


def test_an_issued_plan_that_is_redrawn_is_a_draft_without_dates_and_undo_gives_the_standing_back() -> None:
    assert ISSUED.standing.facts == {"standing": "issued", "since": "2025-01-01", "body": "Qinglan street"}
    after = redrawn(ISSUED)
    assert after.standing.facts == {"standing": "draft", "body": "Qinglan street"}
    assert undo(after).standing == ISSUED.standing


def test_an_edition_ends_where_the_next_begins_or_by_its_own_last_day() -> None:
    second = stand(redrawn(ISSUED), "issued", since="2026-07-01", until="2028-12-31")
    old, new = editions(second)
    assert (old.since, old.until) == (date(2025, 1, 1), date(2026, 6, 30))
    assert (new.since, new.until) == (date(2026, 7, 1), date(2028, 12, 31))
    assert old.grids.loc["W00"].geometry.equals(TOWN.grids.loc["W00"].geometry)
    assert not new.grids.loc["W00"].geometry.equals(TOWN.grids.loc["W00"].geometry)


def test_the_same_grids_issued_again_are_one_edition_with_the_dates_said_last() -> None:
    again = stand(ISSUED, "issued", since="2025-03-01")
    assert [each.since for each in editions(again)] == [date(2025, 3, 1)]
    assert again.standing.body == "Qinglan street"


def test_an_edition_called_a_draft_again_was_never_in_force() -> None:
    back = stand(ISSUED, "draft")
    assert editions(back) == ()
    assert not back.past


@pytest.mark.parametrize(
    ("stage", "said", "why"),
    [
        ("issued", {"since": "2025-01-01"}, "body in charge"),
        ("issued", {"body": "Q"}, "first day"),
        ("issued", {"since": "1/2/2025", "body": "Q"}, "no date"),
        ("approved", {"since": "2025-02-01", "until": "2025-01-31"}, "before the first"),
        ("isued", {}, "issued"),
        ("", {"body": "Q"}, "stage"),
    ],
)
def test_what_no_standing_can_be_is_refused(stage: str, said: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        standing(TOWN, stage, **said)


def test_an_edition_is_not_in_force_before_the_one_it_follows() -> None:
    with pytest.raises(UsageError, match="2025-01-01"):
        stand(redrawn(ISSUED), "issued", since="2025-01-01")


def test_a_plan_file_keeps_standing_and_editions_and_its_table_of_grids_says_them(tmp_path: Path) -> None:
    back = read_plan(write_plan(ISSUED, tmp_path / "plan.gpkg"))
    assert back.standings == ISSUED.standings
    assert editions(back)[0].grids.geometry.geom_equals(ISSUED.grids.geometry).all()
    export.export(back, tmp_path / "grids.csv")
    rows = (tmp_path / "grids.csv").read_text(encoding="utf-8-sig")
    assert "standing" in rows
    assert rows.count("issued") == len(TOWN.grids)
    assert columns(back)["body"] == "Qinglan street"


def test_a_part_counts_for_what_the_whole_does_and_holds_its_own_old_grids() -> None:
    named = replace(ISSUED, districts=ISSUED.districts.assign(street=["west", "east"][: len(ISSUED.districts)]))
    for small in part(named, "street").values():
        assert small.standing.stage == "issued"
        assert set(editions(small)[0].grids.index) == set(small.grids.index)
    for small in part(redrawn(named), "street").values():
        assert small.standing.stage == "draft"
