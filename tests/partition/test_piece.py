import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay
from squares import lattice

from gridkit.partition import Band, Problem
from gridkit.partition.annealing.moves import holds_together, labelling_of
from gridkit.partition.annealing.workspace import workspace
from gridkit.partition.piece import NEAR_MAX, hilbert, pieces


def triangles(size, seed):
    """Random places, each joined to those around it: a planar graph with nodes of many degrees."""
    points = np.random.default_rng(seed).uniform(0, 1, (size, 2))
    mesh = Delaunay(points).simplices
    edges = np.unique(np.sort(np.vstack([mesh[:, pair] for pair in ([0, 1], [1, 2], [0, 2])]), axis=1), axis=0)
    return Problem(weights=np.ones(size), edges=edges, points=points, grids=3, band=0.5)


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


@settings(max_examples=15, deadline=None)
@given(st.integers(12, 60), st.integers(0, 2**16))
def test_a_grid_is_said_to_hold_together_just_when_it_does(size, seed):
    [piece] = pieces(triangles(size, seed))
    graph = piece.graph
    label = (np.argsort(np.argsort(piece.points[:, 0])) * 3 // size).astype(np.int32)
    plan, space = labelling_of(graph, label, 3), workspace(size, 3)
    source = np.repeat(np.arange(size), np.diff(graph.start))
    for node in range(size):
        rest = np.flatnonzero((plan.label == label[node]) & (np.arange(size) != node))
        world = nx.Graph()
        world.add_nodes_from(rest.tolist())
        inside = np.isin(source, rest) & np.isin(graph.neighbour, rest)
        world.add_edges_from(zip(source[inside].tolist(), graph.neighbour[inside].tolist(), strict=True))
        beside = [v for v in graph.neighbour[graph.start[node] : graph.start[node + 1]].tolist() if v in world]
        # Only the part that the node's own neighbours are in matters: whether they still reach each other.
        whole = bool(beside) and set(beside) <= nx.node_connected_component(world, beside[0])
        assert holds_together(graph, plan.label, node, space) == whole
        assert not space.mark.any()


def test_a_hub_of_many_neighbours_has_no_table_and_is_walked_around():
    spokes = NEAR_MAX + 2
    ring = np.column_stack([np.arange(1, spokes + 1), np.r_[np.arange(2, spokes + 1), 1]])
    hub = np.column_stack([np.zeros(spokes, int), np.arange(1, spokes + 1)])
    angle = np.linspace(0, 2 * np.pi, spokes, endpoint=False)
    points = np.vstack([[0, 0], np.column_stack([np.cos(angle), np.sin(angle)])])
    [piece] = pieces(
        Problem(weights=np.ones(spokes + 1), edges=np.vstack([hub, ring]), points=points, grids=2, band=0.9)
    )
    centre = int(np.diff(piece.graph.start).argmax())
    assert piece.graph.table[centre] == -1
    label = np.zeros(spokes + 1, dtype=np.int32)
    assert holds_together(piece.graph, label, centre, workspace(spokes + 1, 2))
    label[np.argsort(piece.points[:, 0])[[0, -1]]] = 1
    label[centre] = 1
    assert not holds_together(piece.graph, label, centre, workspace(spokes + 1, 2))


def test_neighbours_along_the_curve_are_neighbours_on_the_ground():
    arrays = lattice(8, 8)
    along = arrays["points"][np.argsort(hilbert(arrays["points"], bits=3))]
    assert np.hypot(*np.diff(along, axis=0).T).max() == pytest.approx(1.0)


def test_weights_are_whole_grains_so_that_sums_are_exact_in_any_order():
    arrays = lattice(3, 4) | {"weights": np.random.default_rng(0).uniform(0, 1, 12)}
    [piece] = pieces(Problem(**arrays, grids=2, band=Band(0, 3, 9)))
    weight = piece.graph.weight[:, 0]
    assert weight.sum() == weight[::-1].sum() == weight[np.random.default_rng(1).permutation(12)].sum()
