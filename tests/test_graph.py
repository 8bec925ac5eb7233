"""What hangs together over pairs of nodes."""

from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridkit.graph import components

NONE = np.empty((0, 2), dtype=np.int64)
pairs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12)


@given(pairs)
def test_parts_are_those_of_networkx_numbered_by_their_first_nodes(drawn):
    graph = nx.Graph(drawn)
    graph.add_nodes_from(range(10))
    wanted = sorted(sorted(part) for part in nx.connected_components(graph))
    found = components(np.array(drawn), 10)
    assert [np.flatnonzero(found == number).tolist() for number in range(found.max() + 1)] == wanted


@given(pairs)
def test_neither_the_order_of_a_pair_nor_its_being_given_twice_matters(drawn):
    given_once = np.array(drawn)
    assert components(given_once, 10).tolist() == components(np.vstack([given_once[:, ::-1], given_once]), 10).tolist()


def test_without_a_pair_every_node_is_its_own_part():
    assert components(NONE, 3).tolist() == [0, 1, 2]


def test_without_a_node_there_is_no_part():
    assert components(NONE, 0).tolist() == []
