"""Exact matching beside every matching there is."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

from gridkit.errors import OutputError
from gridkit.measure.routes.matching import pairs


def least(far, left):
    """Return the least total of pairs among some points, by trying all."""
    if not left:
        return 0.0
    first, *rest = left
    return min(far[first, other] + least(far, [k for k in rest if k != other]) for other in rest)


@pytest.mark.parametrize("seed", range(8))
def test_no_matching_is_nearer(seed):
    pytest.importorskip("rustworkx", reason="rustworkx is not installed: matching NOT checked")
    xy = np.random.default_rng(seed).random((8, 2)) * 100
    far = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    found = pairs(far)
    assert sorted(found.ravel().tolist()) == list(range(8))
    assert far[found[:, 0], found[:, 1]].sum() == pytest.approx(least(far, list(range(8))), abs=0.01)


def test_nobody_to_match_is_no_pair():
    assert pairs(np.empty((0, 0))).shape == (0, 2)


def test_where_the_extra_is_missing_it_is_said(monkeypatch):
    plain = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "rustworkx":
            raise ImportError(name)
        return plain(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(OutputError, match="rustworkx"):
        pairs(np.ones((4, 4)))


def test_two_points_are_one_pair_whatever_is_installed():
    assert pairs(np.array([[0.0, 7.0], [7.0, 0.0]])).tolist() == [[0, 1]]
