import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import lattice
from strips import triangles

from gridkit.partition import Band, Problem
from gridkit.partition.piece import NEAR_MAX, hilbert, pieces


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 40), st.integers(0, 2**16))
def test_what_is_written_down_of_neighbours_is_whether_they_hang_together(size, seed):
    [piece] = pieces(triangles(size, seed))
    start, neighbour, table, joined = (
        piece.graph.start,
        piece.graph.neighbour,
        piece.graph.table,
        piece.graph.joined,
    )
    world = nx.Graph(
        zip(np.repeat(np.arange(len(start) - 1), np.diff(start)).tolist(), neighbour.tolist(), strict=True)
    )
    for node in range(min(size, 8)):
        around = neighbour[start[node] : start[node + 1]].tolist()
        assert (table[node] < 0) == (len(around) > NEAR_MAX)
        if table[node] < 0:
            continue
        for chosen in itertools.product((False, True), repeat=len(around)):
            kin = [v for v, held in zip(around, chosen, strict=True) if held]
            bits = sum(1 << j for j, held in enumerate(chosen) if held)
            said = bool(int(joined[table[node] + (bits >> 6)]) >> (bits & 63) & 1)
            assert said == bool(kin and nx.is_connected(world.subgraph(kin)))


def test_neighbours_along_the_curve_are_neighbours_on_the_ground():
    arrays = lattice(8, 8)
    along = arrays["points"][np.argsort(hilbert(arrays["points"], bits=3))]
    assert np.hypot(*np.diff(along, axis=0).T).max() == pytest.approx(1.0)


def test_weights_are_whole_grains_so_that_sums_are_exact_in_any_order():
    arrays = lattice(3, 4) | {"weights": np.random.default_rng(0).uniform(0, 1, 12)}
    [piece] = pieces(Problem(**arrays, grids=2, band=Band(0, 3, 9)))
    weight = piece.graph.weight[:, 0]
    assert weight.sum() == weight[::-1].sum() == weight[np.random.default_rng(1).permutation(12)].sum()
