"""A net made to fit the grids, against every net there could be."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gridkit.band import Band
from gridkit.graph import components
from gridkit.measure.departments.fit import Net
from gridkit.measure.departments.harmonise import harmonised


def lattice(wide, high):
    """Return the pairs of cells that touch in a lattice of wide x high, numbered row by row."""
    cells = np.arange(wide * high).reshape(high, wide)
    across = np.stack([cells[:, :-1].ravel(), cells[:, 1:].ravel()], axis=1)
    up = np.stack([cells[:-1].ravel(), cells[1:].ravel()], axis=1)
    return np.concatenate([across, up])


def in_one_piece(net, area, each):
    own = area == each
    ends = net.ends[own[net.ends].all(axis=1)]
    return len(np.unique(components(ends, len(area))[own])) <= 1


def fits(net, area, goal):
    pairs = {(int(a), int(g)) for a, g in zip(area, net.grid, strict=True)}
    if goal in ("nest", "equal") and len({a for a, _ in pairs}) < len(pairs):
        return False
    return goal == "nest" or len({g for _, g in pairs}) == len(pairs)


def least(net, goal):
    """Return the least that moves by trying every net, each area kept, in one piece and in its range of size."""
    areas = range(int(net.area.max()) + 1)
    best = np.inf
    for tried in product(areas, repeat=len(net.area)):
        area = np.array(tried)
        moved = net.weight[area != net.area].sum()
        if moved >= best or len(set(tried)) < len(areas) or not fits(net, area, goal):
            continue
        loads = np.bincount(area, weights=net.weight)
        if net.band is not None and not net.band.inside(loads).all():
            continue
        if all(in_one_piece(net, area, each) for each in areas):
            best = moved
    return best


def example(seed, band=None):
    rng = np.random.default_rng(seed)
    grid = np.array([0, 0, 1, 1, 0, 0, 1, 1]) if seed % 2 else np.array([0, 0, 0, 1, 0, 1, 1, 1])
    area = np.array([0, 0, 0, 1, 0, 1, 1, 1] if seed % 3 else [0, 1, 1, 1, 0, 0, 2, 2])
    return Net(rng.integers(1, 20, 8).astype(float), grid, area, lattice(4, 2), band)


@pytest.mark.parametrize("goal", ["nest", "union"])
@pytest.mark.parametrize("seed", range(6))
def test_no_net_that_fits_moves_fewer(seed, goal):
    net = example(seed)
    found = harmonised(net, goal)
    wanted = least(net, goal)
    if np.isfinite(wanted):
        assert fits(net, found.area, goal)
        assert found.moved == pytest.approx(wanted)
        assert found.bound == pytest.approx(wanted)
        assert found.proven
    else:
        assert not found.proven
        assert found.given_up or found.torn or found.misfits


@pytest.mark.parametrize("seed", range(4))
def test_areas_stay_within_their_range_of_size(seed):
    net = example(seed, Band(0.0, 40.0, 60.0))
    found, wanted = harmonised(net, "nest"), least(net, "nest")
    if np.isfinite(wanted):
        assert found.moved == pytest.approx(wanted)
        assert not found.outside


def test_an_equal_net_is_the_best_matching():
    net = example(1)
    found = harmonised(net, "equal")
    assert fits(net, found.area, "equal")
    assert found.moved == pytest.approx(least(net, "equal"))


def test_a_net_that_fits_already_does_not_move():
    grid = np.array([0, 0, 1, 1])
    found = harmonised(Net(np.ones(4), grid, grid.copy(), lattice(4, 1)), "nest")
    assert (found.moved, found.bound, found.proven) == (0, 0, True)


def test_units_without_an_area_stay_without_one():
    net = Net(np.ones(4), np.array([0, 0, 1, 1]), np.array([0, 0, -1, 1]), lattice(4, 1))
    assert harmonised(net, "nest").area.tolist() == [0, 0, -1, 1]


def test_more_grids_than_areas_leave_some_grids_shared_and_it_is_told():
    net = Net(np.ones(4), np.array([0, 1, 2, 3]), np.zeros(4, dtype=np.int64), lattice(4, 1))
    found = harmonised(net, "equal")
    assert not found.proven
    assert found.misfits == (0,)


def town(side):
    """Return 500 units in 20 grids of 5 x 5, under areas of about ``side`` x ``side``."""
    rng = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(25), np.arange(20))
    area = (x + 2) // side + 100 * ((y + 1) // side)
    return Net(
        rng.integers(1, 30, 500).astype(float),
        (x // 5 + 5 * (y // 5)).ravel().astype(np.int64),
        np.unique(area.ravel(), return_inverse=True)[1].astype(np.int64),
        lattice(25, 20),
    )


@pytest.mark.parametrize(
    ("goal", "side"), [pytest.param("nest", 4, marks=pytest.mark.slow), ("union", 8), ("equal", 4)]
)
def test_the_bound_holds_on_a_town(goal, side):
    net = town(side)
    found = harmonised(net, goal)
    assert found.moved == net.weight[found.area != net.area].sum()
    assert 0 < found.bound <= found.moved <= 1.2 * found.bound
    assert not found.misfits
    assert found.proven
    assert bool(found.given_up) == (goal == "equal")


def test_fewer_areas_than_grids_cannot_nest_and_are_named():
    found = harmonised(town(8), "nest")
    assert found.misfits
    assert not found.proven
