import itertools

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import lattice
from strips import triangles

from gridkit.errors import InfeasibleError, TableError
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


def split(rows, columns, **given):
    return pieces(Problem(**lattice(rows, columns, **given)))


def numbers(*values):
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"groups": numbers(0, -1, 0, -1), "grids": 2, "band": 0.5}, "group 0 .* is not contiguous"),
        ({"groups": numbers(0, 0, -1, -1), "parents": numbers(0, 1, 1, 1), "grids": 2, "band": 0.5},
         "group 0 .* lies in two parents"),
        ({"groups": numbers(0, 0, -1, -1), "locks": numbers(1, 2, -1, -1), "grids": 2, "band": 0.5},
         "group 0 .* is locked to two grids"),
        ({"grids": {7: 2}, "band": 0.5}, "'grids' names no number for parent 0"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_named_with_its_units(given, said):
    with pytest.raises(TableError, match=said):
        split(1, 4, **given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"grids": 5, "band": 0.5}, "cannot have 5 grids: it has 4 units in 1 connected part"),
        ({"grids": 1, "parents": numbers(0, 0, 1, 1), "band": 0.5}, "1 grid cannot serve 2 parents"),
        ({"grids": 1, "seeds": np.array([True, False, False, True]), "band": 0.5}, "cannot hold what is locked"),
        ({"grids": 2, "locks": numbers(3, -1, -1, 3), "parents": numbers(0, 0, 1, 1), "band": 0.5},
         "locked to grid 3 are not connected inside one parent"),
        ({"grids": 3, "groups": numbers(0, 0, 1, 1), "band": 0.5}, "3 grids cannot be made of the units and groups"),
    ],
)  # fmt: skip
def test_what_no_plan_can_hold_is_said_with_the_numbers(given, said):
    with pytest.raises(InfeasibleError, match=said):
        split(1, 4, **given)


def test_grids_go_to_the_parent_whose_grids_are_heaviest_and_to_the_part_likewise():
    weights = np.array([9.0, 9, 9, 1, 1, 1])
    found = split(1, 6, weights=weights, parents=numbers(0, 0, 0, 1, 1, 1), grids=4, band=0.9)
    assert [piece.k for piece in found] == [3, 1]
    # One parent in two parts, which a unit of another parent parts.
    apart = split(1, 7, weights=np.array([8.0, 8, 8, 1, 1, 1, 1]), parents=numbers(0, 0, 0, 1, 0, 0, 0),
                  grids={0: 4, 1: 1}, band=0.9)  # fmt: skip
    assert [piece.k for piece in apart] == [3, 1, 1]


def test_a_unit_of_a_grid_of_its_own_is_in_no_piece():
    found = split(1, 5, dedicated=numbers(-1, -1, 4, -1, -1), band=Band(1, 2, 3))
    assert [sorted(piece.graph.old.shape) for piece in found] == [[2], [2]]


def test_grids_keep_the_labels_they_are_locked_to_then_those_of_before_by_weight():
    old = numbers(5, 5, 5, 9, 9, 2)
    [kept] = split(1, 6, old=old, grids=2, band=0.9)
    assert sorted(kept.names.tolist()) == [5, 9]
    [locked] = split(1, 6, old=old, locks=numbers(-1, -1, -1, -1, -1, 7), grids=2, band=0.9)
    assert locked.names.tolist() == [7, 5]
    [more] = split(1, 6, old=old, grids=5, band=0.9)
    assert set(more.names.tolist()) >= {5, 9, 2}
    assert len(set(more.names.tolist())) == 5


def test_seeds_are_fixed_to_grids_of_their_own_beside_those_that_are_locked():
    [piece] = split(1, 6, seeds=np.array([True, False, False, False, True, True]),
                    locks=numbers(-1, -1, -1, -1, 3, -1), grids=3, band=0.9)  # fmt: skip
    fixed = piece.graph.fixed[piece.graph.fixed >= 0]
    assert sorted(fixed.tolist()) == [0, 1, 2]


@pytest.mark.parametrize(
    ("total", "band", "grids"), [(12, Band(2, 3, 4), 4), (11, Band(5, 6, 7), 2), (4, Band(9, 10, 11), 1)]
)
def test_a_band_alone_implies_the_number_of_grids_nearest_to_its_target(total, band, grids):
    [piece] = split(1, total, band=band)
    assert piece.k == grids
