"""The row of four squares ``a-b-c-d`` as the arrays of the splitter."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from gridkit.band import Band
from gridkit.errors import TableError
from gridkit.plan.arrays import Aim, problem, weights
from gridkit.tables import FEATURES

AIM = Aim("people", Band(40, 50, 60))


@pytest.fixture
def borders():
    """The three borders of the row, and one with a unit that is not in it."""
    return gpd.GeoDataFrame(
        {
            "unit_id": ["a", "b", "c", "d"],
            "neighbour": ["b", "c", "d", "elsewhere"],
            "shared_m": [100.0, 90.0, 80.0, 70.0],
            "feature": ["none", "river", "street", "river"],
            "feature_m": [0.0, 60.0, 50.0, 40.0],
        },
        geometry=[LineString([(100 * k, 0), (100 * k, 100)]) for k in (1, 2, 3, 4)],
        crs="EPSG:32650",
        index=pd.Index([f"b{k}" for k in range(4)], name="border_id"),
    )


def test_units_stand_in_their_own_order_with_what_is_balanced(row, borders):
    made, _ = problem(row, borders, AIM)
    assert made.names == list("abcd")
    assert np.ravel(made.weights).tolist() == [10, 20, 30, 40]
    assert np.asarray(made.areas).tolist() == [10_000] * 4
    assert np.asarray(made.perimeters).tolist() == [400] * 4
    assert np.asarray(made.points)[:, 0].tolist() == [50, 150, 250, 350]


def test_a_border_with_a_unit_from_elsewhere_does_not_count(row, borders):
    made, _ = problem(row, borders, AIM)
    assert np.asarray(made.edges).tolist() == [[0, 1], [1, 2], [2, 3]]
    assert np.asarray(made.border_m).tolist() == [100, 90, 80]
    assert np.asarray(made.feature_m).tolist() == [0, 60, 50]
    assert np.asarray(made.feature).tolist() == [list(FEATURES).index(name) for name in ("none", "river", "street")]


def test_old_grids_and_locks_are_numbered_by_one_list_of_names(row, borders):
    old = pd.Series(["g2", "g2", None, "g1"], row.index)
    locks = pd.Series([None, "g3", None, None], row.index)
    made, named = problem(row, borders, AIM, old=old, locks=locks)
    assert named.tolist() == ["g1", "g2", "g3"]
    assert np.asarray(made.old).tolist() == [1, 1, -1, 0]
    assert np.asarray(made.locks).tolist() == [-1, 2, -1, -1]


def test_without_old_grids_locks_and_compounds_all_are_free(row, borders):
    made, named = problem(row, borders, AIM)
    assert not len(named)
    for array in (made.old, made.locks, made.groups):
        assert np.asarray(array).tolist() == [-1] * 4


def test_units_of_one_compound_share_a_number_and_the_others_have_none(row, borders):
    made, _ = problem(row.assign(group=["q", None, "q", "p"]), borders, AIM)
    assert np.asarray(made.groups).tolist() == [1, -1, 1, 0]


def test_grids_are_counted_for_each_parent_by_its_name_or_for_all(row, borders):
    parted = row.assign(parent=["west", "west", "east", "east"])
    made, _ = problem(parted, borders, AIM, {"west": 1, "east": 2})
    assert made.parent_names == ["east", "west"]
    assert np.asarray(made.parents).tolist() == [1, 1, 0, 0]
    assert made.grids == {0: 2, 1: 1}
    assert problem(parted, borders, AIM, 3)[0].grids == 3


def test_what_is_not_known_everywhere_cannot_be_balanced_and_the_nearest_name_is_offered(row):
    with pytest.raises(TableError, match=r"no 'peple' to balance.*balance 'people' instead"):
        weights(row, "peple")
    with pytest.raises(TableError, match="not everywhere"):
        weights(row.assign(people=[1.0, None, 2.0, 3.0]), "people")
