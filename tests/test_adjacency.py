"""The border graph: a row of four squares, ``a-b-c-d``."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.adjacency import pieces, positions

BORDERS = pd.DataFrame({"unit_id": ["a", "c", "c"], "neighbour": ["b", "b", "d"]})


def test_ends_of_borders_are_found_among_the_units_in_the_order_of_the_borders(row):
    assert positions(BORDERS, row.index).tolist() == [[0, 1], [2, 1], [2, 3]]


def test_an_end_that_is_not_among_the_units_is_said_and_not_guessed(row):
    assert positions(BORDERS, row.index[1:]).tolist() == [[-1, 0], [1, 0], [1, 2]]


@pytest.mark.parametrize(("members", "count"), [("abcd", 1), ("abd", 2), ("ac", 2), ("acd", 2), ("b", 1), ("", 0)])
def test_a_border_joins_units_only_when_both_of_its_ends_are_members(members, count):
    assert pieces(BORDERS, pd.Index(list(members))) == count
