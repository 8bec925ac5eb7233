"""The border graph: a row of four squares, ``a-b-c-d``."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridkit.adjacency import GAP, WAY_M, needed, pieces, positions, widths

BORDERS = pd.DataFrame({"unit_id": ["a", "c", "c"], "neighbour": ["b", "b", "d"]})


def test_ends_of_borders_are_found_among_the_units_in_the_order_of_the_borders(row):
    assert positions(BORDERS, row.index).tolist() == [[0, 1], [2, 1], [2, 3]]


def test_an_end_that_is_not_among_the_units_is_said_and_not_guessed(row):
    assert positions(BORDERS, row.index[1:]).tolist() == [[-1, 0], [1, 0], [1, 2]]


@pytest.mark.parametrize(("members", "count"), [("abcd", 1), ("abd", 2), ("ac", 2), ("acd", 2), ("b", 1), ("", 0)])
def test_a_border_joins_units_only_when_both_of_its_ends_are_members(members, count):
    assert pieces(BORDERS, pd.Index(list(members))) == count


def test_a_joint_is_as_wide_as_its_ordinary_metres_and_a_way_over_it_makes_it_a_ways_width_at_least():
    borders = pd.DataFrame({"shared_m": [50.0, 2.0, 0.0, 30.0], "link": [None, "bridge", "ferry", GAP]})
    assert widths(borders).tolist() == [50.0, WAY_M, WAY_M, 0.0]


def test_metres_that_no_one_passes_and_ways_that_cross_are_reckoned_where_they_are_known():
    borders = pd.DataFrame(
        {"shared_m": 100.0, "joining_m": [40.0, 0.0, 0.0], "crossings": [0, 2, 0], "link": [None, None, None]}
    )
    assert widths(borders).tolist() == [40.0, WAY_M, 0.0]


def test_units_too_small_for_a_whole_joint_need_less_by_the_smaller_of_two():
    areas, ends = np.array([40_000.0, 400.0, 90_000.0]), np.array([[0, 2], [0, 1], [1, 2]])
    assert needed(20.0, areas, ends).tolist() == [20.0, 12.0, 12.0]
