"""Lists and structures in cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridkit.sources.nested import several, structure, together, unlisted, values


@pytest.mark.parametrize(
    ("cell", "held"),
    [
        ("['50', '60']", ["50", "60"]),
        ('["50", "60"]', ["50", "60"]),
        ('{"primary": "Mill Lane"}', {"primary": "Mill Lane"}),
        ("{'a': ['b']}", {"a": ["b"]}),
        ("{'a'}", ["a"]),
        (np.array(["a", None], dtype=object), ["a", None]),
        (("a", ["b"]), ["a", ["b"]]),
        ({1: ("a",)}, {"1": ["a"]}),
        ("[draft] road", "[draft] road"),
        ("[__import__('os')]", "[__import__('os')]"),
        ("plain", "plain"),
        (30.0, 30.0),
        (float("nan"), None),
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
    ],
)
def test_what_a_cell_holds_is_told_without_running_it(cell, held):
    assert structure(cell) == held


def test_the_values_of_a_cell_stand_once_each_in_their_order():
    assert values("['b', 'a', 'b', None, ['c']]".replace("None", "null").replace("'", '"')) == ["b", "a"]
    assert values(30.0) == [30.0]
    assert values(None) == values("{'a': 1}") == []


def test_a_column_is_of_lists_when_any_cell_is_one():
    assert several(pd.Series(["a", "['b']"]))
    assert not several(pd.Series(["a", "[b"]))
    assert not several(pd.Series([1.0, 2.0]))
    assert not several(pd.Series([True, False]))


def test_lists_are_made_one_value_each_and_other_columns_stay():
    plain = pd.Series(["a", "b"])
    assert unlisted(plain, together) is plain
    made = unlisted(pd.Series(["['a', 'b']", None, "c"], index=[5, 6, 7], name="road"), together)
    assert made.to_dict() == {5: "a/b", 6: None, 7: "c"}
    assert made.name == "road"
    assert unlisted(pd.Series(["[3, 1]", 2]), min).tolist() == [1, 2]
