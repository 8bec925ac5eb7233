"""Faults of grids of squares, told by sums, beside the same told by shapes."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from squares import lattice

from gridkit.errors import TableError
from gridkit.partition import Band, Prices, Problem
from gridkit.partition.faults import NONE, Faults
from gridkit.partition.piece import pieces

ROAD = 2
MAIN = (False, False, True)
"""Code 2 is a main road."""


def board(rows, columns, east_of, band, **faults):
    """Return squares of 1 m with a main road along the east of one column."""
    arrays = lattice(rows, columns)
    u, v = np.sort(arrays["edges"], axis=1).T
    road = (v == u + 1) & (u % columns == east_of)
    faults = Faults(roads=MAIN, **faults)
    return Problem(**arrays, feature=np.where(road, ROAD, 0), band=band, prices=Prices(faults=faults))


def test_roads_and_outlines_are_those_of_the_shapes():
    problem = board(5, 6, 2, Band(1, 5, 30), straddling=100.0, road_m=2.5, thin=7.0, compact=0.5)
    (piece,) = pieces(problem)
    random = np.random.default_rng(3)
    squares = shapely.box(*(np.array([problem.points[:, 0], problem.points[:, 1]]) - 0.5), *(problem.points.T + 0.5))
    for _ in range(20):
        of_unit = random.integers(0, 4, problem.size)
        node = np.empty(len(piece.points), dtype=np.int32)
        node[piece.node] = of_unit[piece.units]
        charged = piece.faults.metres(piece.ground, node, 4)
        for grid in range(4):
            shape = shapely.union_all(squares[of_unit == grid])
            score = 4 * np.pi * shape.area / shape.length**2 if shape.area else 1.0
            u, v = problem.edges[problem.feature == ROAD].T
            road = int(((of_unit[u] == grid) & (of_unit[v] == grid)).sum())
            assert charged[grid] == 100.0 * (road > 2.5) + 7.0 * (score < 0.5)


def test_a_road_between_the_units_of_one_compound_is_inside_whatever_grid_it_is_in():
    problem = board(1, 4, 1, Band(1, 2, 4), straddling=5.0, road_m=0.5)
    (piece,) = pieces(replace(problem, groups=[-1, 7, 7, -1]))
    label = np.zeros(len(piece.points), dtype=np.int32)
    assert piece.faults.metres(piece.ground, label, 1).tolist() == [5.0]


def test_the_shore_of_water_is_an_outline_of_the_land_whoever_has_the_water():
    """Three squares of land in a row and one of water: with or without it the land is a bar of 3 by 1."""
    arrays = lattice(1, 4)
    arrays["areas"] = np.array([1.0, 1.0, 1.0, 0.0])
    bar = 4 * np.pi * 3 / 8**2
    for compact, charged in ((bar + 0.001, 3.0), (bar - 0.001, 0.0)):
        faults = Faults(thin=3.0, compact=compact)
        (piece,) = pieces(Problem(**arrays, band=Band(1, 2, 4), prices=Prices(faults=faults)))
        for with_water in (0, 1):
            node = np.empty(4, dtype=np.int32)
            node[piece.node] = np.array([0, 0, 0, 1 - with_water], dtype=np.int32)[piece.units]
            assert piece.faults.metres(piece.ground, node, 2)[0] == charged


def test_the_ground_of_some_nodes_is_that_of_a_piece_of_them_alone():
    problem = board(4, 4, 1, Band(1, 4, 16), straddling=1.0, road_m=0.5)
    (piece,) = pieces(problem)
    nodes = np.array([1, 2, 3, 8, 9])
    part, label = piece.ground.within(nodes), np.zeros(len(nodes), dtype=np.int32)
    alone = np.where(np.isin(np.arange(16), nodes), 0, 1).astype(np.int32)
    whole = replace(piece.faults, compact=0.7, thin=1.0)
    assert whole.metres(part, label, 1)[0] == whole.metres(piece.ground, alone, 2)[0]


def test_no_fault_costs_anything_unless_it_is_priced_and_no_price_is_below_zero():
    assert not NONE.priced
    with pytest.raises(TableError, match="straddling"):
        Faults(straddling=-1.0)
