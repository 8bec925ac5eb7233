"""Reciprocity of small exchanges by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridkit.measure.participation.exchange import reciprocity


def rows(*each):
    return pd.DataFrame(each, columns=["giver", "taker", "amount"])


def test_a_ring_of_three_gives_nothing_back_though_all_do_both():
    found = reciprocity(rows(("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)))
    assert (found["both"], found["members"]) == (3, 3)
    assert (found["returned"], found["ties"], found["mutual"], found["pairs"]) == (0, 3, 0, 3)
    assert (found["least"], found["mean"]) == (0.0, 1.5)


def test_amounts_of_one_pair_are_added_and_the_lesser_counts():
    found = reciprocity(rows(("a", "b", 2.0), ("a", "b", 3.0), ("b", "a", 1.0), ("c", "a", 4.0), ("d", "d", 9.0)))
    assert (found["least"], found["mean"]) == (1.0, (5 + 1) / 2 + 4 / 2)
    assert (found["members"], found["both"], found["givers"], found["takers"]) == (3, 2, 3, 2)
    assert (found["exchanges"], found["to_oneself"], found["amount"]) == (4, 1, 10.0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9)), max_size=30))
def test_evenness_lies_within_nought_and_one_and_turning_round_changes_nothing(exchanges):
    table = rows(*[(str(a), str(b), float(n)) for a, b, n in exchanges])
    found = reciprocity(table)
    turned = reciprocity(table.rename(columns={"giver": "taker", "taker": "giver"}))
    assert 0 <= found["least"] <= found["mean"] + 1e-9
    assert found["returned"] <= found["ties"]
    same = ("both", "members", "ties", "returned", "pairs", "mutual")
    assert {name: found[name] for name in same} == {name: turned[name] for name in same}
    assert found["least"] == pytest.approx(turned["least"])
