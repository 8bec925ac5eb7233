"""The work of a practice: what its words are, and that its order names every task."""

from __future__ import annotations

import dataclasses

import pytest

from gridkit.catalog.presets import presets
from gridkit.catalog.workload import known_as

WORK = presets()["cn-social"].workload


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("专职网格员", "full_time"),
        ("兼职网格员", "part_time"),
        ("Grid worker", "full_time"),
        ("网格长", "grid_head"),
        ("微网格长", "micro_head"),
        ("楼栋长", "building_head"),
        ("下沉干部（城管局）", "sunk_cadre"),
        ("社区民警", "police"),
        ("Family doctor", "doctor"),
        ("志愿者", "volunteer"),
        ("保洁员", None),
        ("", None),
    ],
    ids=lambda each: str(each) or "blank",
)
def test_a_role_is_known_by_its_words_in_both_languages(said, role):
    assert WORK.role_of(said) == role


@pytest.mark.parametrize(
    ("said", "role", "household"),
    [
        ("Agente em tempo integral", "full_time", None),
        ("Voluntária", "volunteer", None),
        ("cozinheiro", None, None),
        ("idosa só", None, "empty_nest"),
        ("малоимущая", None, "hardship"),
    ],
)
def test_words_of_other_countries_are_known_and_others_are_not(said, role, household):
    assert (WORK.role_of(said), known_as(said, WORK.visits)) == (role, household)


def test_every_number_has_a_source():
    numbers = WORK.numbers()
    assert "visits.ordinary.a_year" in numbers
    assert all(each.source for each in numbers.values())


@pytest.mark.parametrize("name", [name for name in presets() if presets()[name].workload is not None])
def test_an_order_that_leaves_a_task_out_is_refused(name):
    work = presets()[name].workload
    with pytest.raises(ValueError, match="order must name"):
        dataclasses.replace(work, order=work.order[1:])


def test_two_classes_cannot_both_be_the_rest():
    hardship = dataclasses.replace(WORK.visits["hardship"], rest=True)
    with pytest.raises(ValueError, match="cannot all be the rest"):
        dataclasses.replace(WORK, visits={**WORK.visits, "hardship": hardship})
