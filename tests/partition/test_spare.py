"""A grid that the band does not need is joined to a neighbour, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridkit.partition.problem import Band, Problem
from gridkit.partition.spare import without_spare

ROW = Problem(
    weights=[5.0, 4.0, 1.0, 5.0],
    edges=[[0, 1], [1, 2], [2, 3]],
    points=[[0, 0], [1, 0], [2, 0], [3, 0]],
    band=Band(4, 5, 6),
)
APART = np.array([0, 1, 2, 3])


def test_a_short_grid_joins_the_neighbour_that_has_room() -> None:
    assert without_spare(ROW, APART).tolist() == [0, 1, 1, 3]


def test_the_longer_border_decides_between_two_that_have_room() -> None:
    longer = replace(ROW, weights=[5.0, 4.0, 1.0, 4.0], border_m=np.array([1.0, 1.0, 9.0]))
    assert without_spare(longer, APART).tolist() == [0, 1, 2, 2]


@pytest.mark.parametrize(
    "kept",
    [
        {"grids": 4},
        {"parents": np.array([0, 0, 1, 1]), "weights": np.array([5.0, 4.0, 1.0, 5.5])},
        {"locks": np.array([-1, -1, 2, -1])},
        {"seeds": np.array([False, False, True, False])},
        {"dedicated": np.array([-1, -1, 0, -1])},
        {"weights": np.array([5.0, 5.5, 1.0, 5.5])},
    ],
    ids=["asked for", "another parent", "locked", "a seed", "an institution", "no room"],
)
def test_it_stays_where_it_must(kept: dict[str, object]) -> None:
    assert without_spare(replace(ROW, **kept), APART).tolist() == [0, 1, 2, 3]


def test_grids_in_the_band_are_left_alone() -> None:
    labels = np.array([0, 1, 1, 3])
    assert without_spare(ROW, labels).tolist() == labels.tolist()
