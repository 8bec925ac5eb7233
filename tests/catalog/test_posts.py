"""Posts of grid workers: what says its kind, and what leaves it open."""

from __future__ import annotations

import pytest

from gridkit.catalog.posts import Taken, taken
from gridkit.catalog.presets import presets

ROLES = presets()["cn-social"].workload.roles


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("网格员", "full_time"),
        ("专职网格员（二级）", "full_time"),
        ("二级网格员", "full_time"),
        ("网格员（一级）", "full_time"),
        ("高级网格员", "full_time"),
        ("网格员A岗", "full_time"),
        ("第3网格网格员", "full_time"),
        ("和平里社区网格员", "full_time"),
        ("综合网格员", "full_time"),
        ("全科网格员", "full_time"),
        ("网格员（专职）", "full_time"),
        ("Senior grid worker", "full_time"),
        ("Full-time grid workers", "full_time"),
        ("网格员（兼职）", "part_time"),
        ("社区兼职网格员", "part_time"),
        ("微网格员", "micro_head"),
        ("志愿者网格员", "volunteer"),
        ("社区律师（法律顾问）", "lawyer"),
        ("包联人员（下沉干部）", "sunk_cadre"),
        ("Policial militar", "police"),
    ],
)
def test_a_kind_that_is_said_goes_without_a_word(said, role):
    assert taken(said, ROLES) == Taken(role, sure=True)


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("超级网格员", "full_time"),
        ("网格员（超级）", "full_time"),
        ("见习网格员", "full_time"),
        ("城管网格员", "full_time"),
        ("副网格员", "full_time"),
        ("前网格员", "full_time"),
        ("Super grid worker", "full_time"),
        ("非专职网格员", "full_time"),
        ("专兼职网格员", "part_time"),
        ("楼栋长兼网格员", "building_head"),
        ("社区民警、楼栋长", "building_head"),
    ],
)
def test_a_kind_that_is_not_known_is_taken_as_one_and_said(said, role):
    assert taken(said, ROLES) == Taken(role, sure=False)


@pytest.mark.parametrize("said", ["", "保洁员", "cozinheiro"])
def test_what_is_no_post_of_the_practice_is_none(said):
    assert taken(said, ROLES) == Taken(None)
