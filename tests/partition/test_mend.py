"""Grids with a fault, drawn anew with their neighbours."""

from dataclasses import replace

import numpy as np
from squares import lattice

from gridkit.partition import Band, Prices, Problem, search
from gridkit.partition.faults import Faults
from gridkit.partition.piece import pieces

MAIN = (False, True)


def split_by_road(straddling):
    """Return 4 x 4 squares in grids of four, with a main road between the first column and the second.

    ::

        o | o o o      four blocks of 2 x 2 share 8 m of border, and two of them have 2 m of the road inside;
        o | o o o      with the first column a grid of its own it takes 10 m
        o | o o o
        o | o o o
    """
    arrays = lattice(4, 4)
    u, v = np.sort(arrays["edges"], axis=1).T
    faults = Faults(straddling=straddling, road_m=1.5, roads=MAIN)
    road = (v == u + 1) & (u % 4 == 0)
    return Problem(**arrays, feature=road.astype(int), band=Band(4, 4, 4), prices=Prices(faults=faults))


def cut(problem, labels):
    u, v = problem.edges.T
    return float(problem.border_m[labels[u] != labels[v]].sum())


def test_a_road_is_made_the_border_of_grids_where_the_fault_is_dearer_than_the_way_round():
    problem = split_by_road(3.0)
    found = search(problem, threads=1)
    assert len(np.unique(found.labels[::4])) == 1
    assert (found.excess, cut(problem, found.labels)) == (0, 10)
    assert not found.proven.any(), "a proof is of borders alone"


def test_a_fault_cheaper_than_the_way_round_it_stays():
    problem = split_by_road(0.9)
    found = search(problem, threads=1)
    assert cut(problem, found.labels) == 8
    assert found.proven.all()


def test_a_plan_that_keeps_to_an_older_one_mends_no_fault_of_that():
    problem = split_by_road(30.0)
    blocks = np.array([0, 0, 1, 1] * 2 + [2, 2, 3, 3] * 2)
    again = search(replace(problem, old=blocks), threads=1)
    assert np.array_equal(again.labels, blocks)


def test_a_grid_that_need_not_be_a_strip_is_none():
    """Borders along the rows cost next to nothing, so that strips are cheapest by metres."""
    arrays = lattice(4, 4)
    u, v = np.sort(arrays["edges"], axis=1).T
    along = (v == u + 4).astype(int)
    band = Band(3, 4, 5)
    plain = Problem(**arrays, feature=along, band=band, prices=Prices(cut=(1.0, 0.1)))
    faulty = Faults(thin=20.0, compact=0.6)
    priced = replace(plain, prices=replace(plain.prices, faults=faulty))
    assert all(len(np.unique(row)) == 1 for row in search(plain, threads=1).labels.reshape(4, 4))
    labels = search(priced, threads=1).labels
    (piece,) = pieces(priced)
    node = np.empty(16, dtype=np.int32)
    node[piece.node] = np.unique(labels, return_inverse=True)[1][piece.units]
    assert not piece.faults.metres(piece.ground, node, 4).any()


def test_the_same_seed_mends_the_same_way_on_any_number_of_threads():
    arrays = lattice(12, 12)
    u, v = np.sort(arrays["edges"], axis=1).T
    road = (v == u + 1) & (u % 12 == 4)
    faults = Faults(straddling=30.0, road_m=1.5, roads=MAIN, thin=20.0, compact=0.5)
    problem = Problem(**arrays, feature=road.astype(int), band=Band(7, 8, 9), prices=Prices(faults=faults))
    one, four = (search(problem, 2, threads=threads).labels for threads in (1, 4))
    assert np.array_equal(one, four)
