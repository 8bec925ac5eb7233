"""The inner steps of a postman's walk: by hand, and beside scipy's tree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree

from gridkit.measure.routes.circuit import circuit, closed, linked, ordered, spanning, uneven
from gridkit.measure.routes.ways import Streets, shortest

SQUARE = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [0, 2]])


def test_a_connection_walked_there_and_back_in_vain_is_dropped():
    square = Streets(4, SQUARE, np.ones(5), np.arange(5) < 4)
    ways = shortest(square, np.array([0, 2]))
    known = (square.ends, square.length, square.nodes, np.arange(4), 0, ways.arcs, ways.last, ways.places)
    rows, _, serving = closed(*known, np.array([[0, 1], [0, 1]]))
    assert sorted(rows.tolist()) == [0, 1, 2, 3]
    assert serving.all()


def test_a_circuit_passes_every_street_once_and_comes_back():
    at, ahead = circuit(SQUARE[:4], 4, 1)
    assert sorted(at.tolist()) == [0, 1, 2, 3]
    node = 1
    for street, forward in zip(at, ahead, strict=True):
        assert SQUARE[street, int(not forward)] == node
        node = SQUARE[street, int(forward)]
    assert node == 1


@pytest.mark.parametrize("seed", range(5))
def test_parts_are_joined_by_a_tree_no_longer_than_scipys(seed):
    spots = np.random.default_rng(seed).random((12, 2)) * 100
    far = np.hypot(*(spots[:, None] - spots).transpose(2, 0, 1))
    links = spanning(np.arange(12), np.arange(12), far)
    assert far[links[:, 0], links[:, 1]].sum() == pytest.approx(minimum_spanning_tree(far).sum())
    assert len(links) == 11


def test_two_streets_are_joined_at_their_nearer_ends_and_passed_in_order():
    at = np.array([0.0, 10.0, 15.0, 30.0])
    node, far = np.arange(4), np.abs(at - at[:, None])
    links = spanning(node, np.array([0, 0, 2, 2]), far)
    assert links.tolist() == [[1, 2]]
    assert uneven(node, links, 4).tolist() == [0, 3]
    order = ordered(node, np.array([[1, 2], [0, 3]]), 4)
    assert order.tolist() in ([0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1])
    assert {tuple(sorted(link)) for link in linked(node, order).tolist()} == {(1, 2), (0, 3)}
