"""Posts: who serves where, and what the grids have of them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.catalog.presets import presets
from gridkit.measure.work.posts import available, on_duty, posts, served, worked_hours

WORK = presets()["cn-social"].workload
GRIDS = pd.Index(["a", "b", "c"], name="grid_id")
CALLED = [("p1", "North"), ("p1", "North"), ("p2", "South")]


def staff(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame(columns)
    table.index = pd.Index([f"s{at + 1}" for at in range(len(table))], name="staff_id")
    return table.assign(**{name: None for name in ("since", "until") if name not in table})


def test_several_grids_of_one_person_share_the_hours_by_what_they_need():
    people = staff(role=["full_time"], hours_per_week=[40.0], grid_id=["a、b"])
    places, wrong = served(people, GRIDS, CALLED)
    made = posts(people, places, pd.Series([90.0, 30.0, 50.0], GRIDS), WORK)
    assert wrong == {}
    assert made["hours"].tolist() == pytest.approx([156 * 0.75, 156 * 0.25])
    assert not made["whole"].any()


def test_shares_are_even_where_a_need_is_not_known():
    people = staff(role=["full_time"], hours_per_week=[40.0], grid_id=["a b"])
    places, _ = served(people, GRIDS, CALLED)
    made = posts(people, places, pd.Series([90.0, float("nan"), 50.0], GRIDS), WORK)
    assert made["hours"].tolist() == pytest.approx([78.0, 78.0])


def test_a_community_is_all_its_grids():
    people = staff(role=["community_worker"], hours_per_week=[40.0], parent=["North"])
    places, _ = served(people, GRIDS, CALLED)
    assert places["grid_id"].tolist() == ["a", "b"]


def test_nobody_is_lost_whose_grid_is_not_in_the_plan():
    people = staff(role=["full_time"] * 4, grid_id=["a", "zz", None, "b"], parent=[None, None, "Nowhere", None])
    places, wrong = served(people, GRIDS, CALLED)
    assert places["staff_id"].tolist() == ["s1", "s4"]
    assert wrong == {"unknown_grids": ["zz"], "unknown_parents": ["Nowhere"], "without_grid": ["s2", "s3"]}


def test_hours_are_unknown_where_nobody_says_them_or_the_role_is_none():
    people = staff(role=["full_time", None, "police"], hours_per_week=[None, 40.0, 40.0])
    assert worked_hours(people, WORK).isna().tolist() == [True, True, False]
    assert worked_hours(people, WORK).iloc[2] == 0.0


def test_a_grid_without_posts_has_no_hour_and_one_whose_hours_are_unknown_is_unknown():
    table = pd.DataFrame({"grid_id": ["a", "a", "b"], "hours": [100.0, None, None]})
    assert available(table, GRIDS)["available"].tolist() == pytest.approx([100.0, float("nan"), 0.0], nan_ok=True)


def test_who_serves_on_a_day():
    table = pd.DataFrame(
        {
            "since": [None, "2027-02-01", "2026-01-01"],
            "until": ["2027-01-31", None, "2027-02-01"],
        }
    )
    assert on_duty(table, pd.Timestamp("2027-01-31")).index.tolist() == [0, 2]
    assert on_duty(table, pd.Timestamp("2027-02-01")).index.tolist() == [1, 2]
