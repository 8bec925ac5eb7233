"""Walks shared out: every street once, within the shift, from the start and back."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.routes.walkers import shared
from gridkit.measure.routes.ways import Streets


@pytest.fixture(scope="module", autouse=True)
def _there():
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: walkers NOT checked")


def lattice(side=5):
    """Return a square town of streets of 100 m, all of them required, and where its junctions lie."""
    at = np.arange(side * side).reshape(side, side)
    across = np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()])
    ends = np.concatenate([across, np.column_stack([at[:-1].ravel(), at[1:].ravel()])])
    spots = np.column_stack([np.tile(np.arange(side), side), np.repeat(np.arange(side), side)]) * 100.0
    return Streets(side * side, ends, np.full(len(ends), 100.0), np.ones(len(ends), dtype=bool)), spots


def served(streets, walks):
    """Return how often each street is served."""
    return sum(np.bincount(walk.streets[walk.serving], minlength=len(streets)) for walk in walks)


def test_one_walker_with_time_has_one_walk():
    streets, spots = lattice()
    assert len(shared(streets, spots, 12)) == 1


@pytest.mark.parametrize("walkers", [2, 3, 5])
def test_walkers_share_the_streets_evenly(walkers):
    streets, spots = lattice()
    walks = shared(streets, spots, 12, walkers=walkers)
    assert len(walks) == walkers
    assert (served(streets, walks) == 1).all()
    lengths = [walk.length(streets) for walk in walks]
    assert max(lengths) <= 1.6 * min(lengths)


@pytest.mark.parametrize("longest", [900.0, 1500.0, 2500.0])
def test_no_walk_is_longer_than_a_shift(longest):
    streets, spots = lattice()
    walks = shared(streets, spots, 12, longest=longest)
    assert (served(streets, walks) == 1).all()
    assert max(walk.length(streets) for walk in walks) <= longest
    ends = streets.ends
    for walk in walks:
        begin = ends[walk.streets[0], 0 if walk.forward[0] else 1]
        assert begin == 12


def test_a_street_too_far_for_a_shift_is_walked_all_the_same():
    streets = Streets(3, np.array([[0, 1], [1, 2]]), np.array([1000.0, 10.0]), np.array([False, True]))
    [walk] = shared(streets, np.zeros((3, 2)), 0, longest=500.0)
    assert walk.length(streets) == 2020.0


def test_more_walkers_than_streets_are_no_more_walks_than_streets():
    streets, spots = lattice(2)
    walks = shared(streets, spots, 0, walkers=9)
    assert len(walks) <= 4
    assert (served(streets, walks) == 1).all()
