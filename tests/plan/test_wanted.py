"""What a plan is asked for beside size and borders is kept as JSON and read again."""

from __future__ import annotations

import json

from gridkit.plan.wanted import Wanted


def test_what_is_asked_for_comes_back_from_json():
    asked = Wanted({"owners/people": 40.0}, {"elderly": 20.0}, walk=3.0, office=2.0, offices={"Q": (1.0, 2.0)})
    again = Wanted.of(json.loads(json.dumps(asked.record())))
    assert (again.homogeneous, again.even, again.walk, again.office) == (asked.homogeneous, asked.even, 3.0, 2.0)
    assert {name: tuple(xy) for name, xy in again.offices.items()} == asked.offices
    assert "target_by" not in asked.record()


def test_nothing_asked_for_is_nothing_kept():
    assert Wanted().record() == {}
    assert Wanted.of({}) == Wanted()
    assert Wanted().columns == []


def test_columns_are_those_of_both_sides_each_once():
    assert Wanted({"owners/people": 1.0, "people": 1.0}, {"owners": 1.0}).columns == ["owners", "people"]
