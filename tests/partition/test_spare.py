"""A grid that the band does not need is joined to a neighbour, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from squares import lattice, reordered

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


def test_the_order_of_borders_does_not_choose_between_two_as_long() -> None:
    arrays = lattice(3, 3, weights=np.tile([0.3, 0.1, 0.3], 3))
    across = np.diff(arrays["edges"], axis=1)[:, 0] == 1
    metres = np.ones(len(across))
    metres[across] = np.repeat([0.1, 0.2, 0.3], 2)
    problem = Problem(**arrays, border_m=metres, band=Band(0.9, 1.0, 1.3))
    labels = np.tile([0, 1, 2], 3)
    left = np.isin(arrays["edges"], [0, 3, 6]).any(axis=1)
    assert metres[across & left][::-1].cumsum()[-1] != metres[across & left].cumsum()[-1]
    found = without_spare(problem, labels)
    back = np.where(left, -1, 1) * np.arange(len(left))
    for order in (np.arange(len(left))[::-1], np.argsort(back), np.argsort(-back)):
        assert without_spare(reordered(problem, np.arange(9), order), labels).tolist() == found.tolist()
