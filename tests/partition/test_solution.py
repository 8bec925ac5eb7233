import os
import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous, lattice, partition, reordered

from gridkit.errors import InfeasibleError
from gridkit.partition import Band, Prices, Problem, judge, search, solve
from gridkit.partition.exact.prove import prove
from gridkit.partition.solution import cost_m


@st.composite
def districts(draw):
    """Lattices with random people, borders and places, two groups, and two parents sometimes."""
    rows, columns = draw(st.integers(3, 5)), draw(st.integers(4, 6))
    random = np.random.default_rng(draw(st.integers(0, 2**16)))
    arrays = lattice(rows, columns)
    arrays["points"] = arrays["points"] + random.normal(0, 0.1, arrays["points"].shape)
    size = rows * columns
    arrays["weights"] = random.integers(0, 9, size).astype(float)
    arrays["weights"][0] = 5
    sides = random.uniform(0.5, 2, len(arrays["edges"]))
    parents = (np.arange(size) % columns < columns // 2).astype(int) if draw(st.booleans()) else np.zeros(size, int)
    groups = np.full(size, -1)
    for number, (u, v) in enumerate(arrays["edges"][random.permutation(len(arrays["edges"]))[:2]]):
        if parents[u] == parents[v] and groups[u] < 0 and groups[v] < 0:
            groups[[u, v]] = number
    grids = {int(parent): draw(st.integers(1, 3)) for parent in np.unique(parents)}
    return Problem(**arrays, border_m=sides, parents=parents, groups=groups, grids=grids, band=0.2)


few = settings(max_examples=8, deadline=None)


@few
@given(districts(), st.integers(0, 3))
def test_the_hard_rules_hold(problem, seed):
    labels = solve(problem, seed, effort=0.02)
    assert labels.shape == (problem.size,)
    assert labels.min() >= 0
    assert contiguous(problem, labels)
    for parent, number in problem.grids.items():
        assert len(np.unique(labels[problem.parents == parent])) == number
    assert len({(label, parent) for label, parent in zip(labels, problem.parents, strict=True)}) == len(
        np.unique(labels)
    )
    for group in np.unique(problem.groups[problem.groups >= 0]):
        assert len(np.unique(labels[problem.groups == group])) == 1


@few
@given(districts())
def test_threads_do_not_change_the_plan(problem):
    assert np.array_equal(solve(problem, 1, effort=0.02, threads=1), solve(problem, 1, effort=0.02, threads=2))


@few
@given(districts(), st.integers(0, 99))
def test_renumbering_the_units_and_borders_only_renames(problem, shuffle):
    random = np.random.default_rng(shuffle)
    order = random.permutation(problem.size)
    other = reordered(problem, order, random.permutation(len(problem.edges)))
    back = np.empty(problem.size, dtype=np.int64)
    back[order] = solve(other, 0, effort=0.02)
    assert partition(back) == partition(solve(problem, 0, effort=0.02))


@few
@given(districts(), st.sampled_from([0.001, 0.5, 3.0, 1e6]))
def test_scaling_the_weights_changes_nothing(problem, factor):
    scaled = replace(problem, weights=problem.weights * factor)
    assert np.array_equal(solve(scaled, 0, effort=0.02), solve(problem, 0, effort=0.02))


@few
@given(districts())
def test_a_unit_without_people_changes_no_balance(problem):
    labels = solve(problem, 0, effort=0.02)
    more = replace(
        Problem(
            weights=np.append(problem.weights, 0.0),
            edges=np.vstack([problem.edges, [[0, problem.size]]]),
            points=np.vstack([problem.points, [[-1.0, -1.0]]]),
            parents=np.append(problem.parents, problem.parents[0]),
            grids=problem.grids,
            band=problem.band,
        )
    )
    with_it = np.append(labels, labels[0])
    plain = replace(more, weights=np.append(problem.weights, 0.0))
    assert judge(plain, with_it).excess == pytest.approx(judge(replace(problem, groups=None), labels).excess)


def test_four_squares_of_four_are_found(square):
    found = search(square)
    assert found.cost_m == 8
    assert found.excess == 0
    assert found.notes == ()


def test_one_grid_is_the_whole():
    problem = Problem(**lattice(2, 3), band=0.1, grids=1)
    assert np.unique(solve(problem)).tolist() == [0]


def test_as_many_grids_as_units_is_each_alone():
    problem = Problem(**lattice(2, 3), band=0.1, grids=6)
    assert sorted(solve(problem).tolist()) == list(range(6))


def test_a_band_alone_implies_the_number_of_grids():
    labels = solve(Problem(**lattice(3, 4), band=Band(2, 3, 4)))
    assert len(np.unique(labels)) == 4


def test_a_grid_reaches_over_the_bridge_only_when_it_must(riverside):
    labels = solve(riverside)
    assert sorted(np.bincount(labels).tolist()) == [4, 4, 4]
    assert len(np.unique(labels[8:])) == 1


def test_a_priced_river_is_not_crossed(riverside):
    priced = replace(riverside, prices=Prices(inside=(0, 0, 0, 1)), band=Band(3, 4, 6))
    labels = solve(priced)
    assert labels[7] != labels[11]


def test_locks_are_kept_by_name(square):
    locks = np.full(16, -1)
    locks[[0, 15]] = [7, 3]
    labels = solve(replace(square, locks=locks))
    assert labels[0] == 7
    assert labels[15] == 3


def test_seeds_start_different_grids(square):
    seeds = np.zeros(16, dtype=bool)
    seeds[[0, 1]] = True
    labels = solve(replace(square, seeds=seeds))
    assert labels[0] != labels[1]


def test_a_dedicated_grid_is_cut_out_whatever_the_band(square):
    dedicated = np.full(16, -1)
    dedicated[0] = 0
    found = search(replace(square, dedicated=dedicated, band=Band(2, 3, 4)))
    assert (found.labels == found.labels[0]).sum() == 1


def test_two_measures_are_both_balanced():
    hours = np.tile([2.0, 0.0], 8)[:, None]
    problem = Problem(**lattice(4, 4), band=Band(4, 4, 4), measures=hours, measure_bands=(Band(4, 4, 4),))
    labels = solve(problem)
    assert np.bincount(labels, hours[:, 0]).tolist() == [4, 4, 4, 4]


def test_an_old_plan_that_fits_is_kept(square):
    old = np.repeat([5, 6, 7, 8], 4)
    found = search(replace(square, old=old, prices=Prices(change=10)))
    assert found.labels.tolist() == old.tolist()
    assert found.cost_m == 12


def test_the_cost_counts_borders_features_and_change(square):
    marked = replace(
        square,
        feature=np.where(np.arange(24) < 12, 1, 0),
        prices=Prices(cut=(1, 0.5), inside=(0, 2), change=3),
        old=np.zeros(16, int),
    )
    halves = np.repeat([0, 1], 8)
    assert cost_m(marked, halves) == 4 * 1 + 12 * 2 + 8 * 3


def test_a_unit_above_the_band_is_named_with_the_bound():
    weights = np.ones(6)
    weights[2] = 9
    found = search(Problem(**lattice(1, 6, weights=weights), band=Band(3, 4, 5), names=list("abcdef")))
    assert "unit c alone holds 9" in found.notes[0]
    assert found.bound == pytest.approx(1.0)
    assert found.excess >= found.bound


def test_a_total_that_no_number_of_grids_can_share_is_said_with_the_bound():
    found = search(Problem(**lattice(1, 5), band=Band(4, 4, 4)))
    assert "makes 5, outside 4 to 4" in found.notes[0]
    assert found.excess == found.bound == pytest.approx(0.25)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_small_piece_gets_the_best_plan_there_is(seed):
    random = np.random.default_rng(seed)
    arrays = lattice(5, 7) | {"weights": random.integers(1, 9, 35).astype(float)}
    problem = Problem(**arrays, border_m=random.uniform(0.5, 2, len(arrays["edges"])), grids=4, band=0.1)
    found, proof = search(problem, seed), prove(problem, seed)
    assert proof.proven
    assert found.excess == 0
    assert found.cost_m == pytest.approx(proof.bound_m, abs=1e-3)


def test_a_proof_of_too_many_steps_is_left_and_the_search_goes_on(monkeypatch):
    arrays = lattice(6, 6) | {"weights": np.random.default_rng(4).integers(1, 9, 36).astype(float)}
    problem = Problem(**arrays, grids=5, band=0.05)
    monkeypatch.setattr("gridkit.partition.solver.STEPS", 1)
    found = search(problem, 1)
    assert found.excess == 0
    assert contiguous(problem, found.labels)


def test_a_parent_is_called_by_its_name():
    problem = Problem(**lattice(1, 5), band=Band(2, 2, 2), parents=[0] * 3 + [1] * 2, parent_names=["Elm", "Oak"])
    assert "(parent Elm)" in str(search(problem).notes[0])
    with pytest.raises(InfeasibleError, match="parent Oak cannot have 3 grids"):
        search(replace(problem, grids={0: 1, 1: 3}))


def test_an_unlucky_band_is_reported_not_raised():
    found = search(Problem(**lattice(1, 4, weights=[3.0, 1.0, 3.0, 3.0]), band=Band(5, 5, 5), grids=2))
    assert found.excess == pytest.approx(0.4)
    assert "outside the range of size" in found.notes[0]


def test_zero_people_give_a_plan():
    labels = solve(Problem(**lattice(2, 4, weights=np.zeros(8)), band=0.1, grids=2))
    assert len(np.unique(labels)) == 2


def test_parts_that_do_not_touch_get_their_own_grids():
    arrays = lattice(1, 6)
    arrays["edges"] = arrays["edges"][[0, 1, 3, 4]]
    labels = solve(Problem(**arrays, band=0.1, grids=2))
    assert labels[0] == labels[2] != labels[3] == labels[5]


def test_a_time_limit_is_kept_and_recorded():
    big = Problem(**lattice(60, 60), band=0.02, grids=40)
    search(big, effort=0.001)
    begun = time.monotonic()
    found = search(big, effort=1e4, time_limit=1.0)
    assert found.time_limit_fired
    assert time.monotonic() - begun < 5
    assert len(np.unique(found.labels)) == 40


def test_an_interrupt_returns_the_plan_so_far(request):
    # What runs in the background of a shell is deaf to it, and would search to the end.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    big = Problem(**lattice(40, 40), band=0.05, grids=20)
    search(big, effort=0.001)
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    found = search(big, effort=1e4)
    assert found.interrupted
    assert len(np.unique(found.labels)) == 20
    assert contiguous(big, found.labels)


def test_progress_rises_to_the_end():
    told = []
    search(Problem(**lattice(10, 10), band=0.1, grids=5), effort=0.1, progress=told.append)
    shares = [each.done for each in told]
    assert shares == sorted(shares)
    assert 0 < shares[0] <= shares[-1] <= 1
    assert told[-1].cost_m > 0


def test_a_large_piece_is_the_same_on_one_and_two_threads():
    random = np.random.default_rng(0)
    arrays = lattice(140, 140, weights=random.integers(1, 9, 140 * 140).astype(float))
    problem = Problem(**arrays, band=0.1, grids=200)
    one, two = (search(problem, 3, effort=0.003, threads=threads) for threads in (1, 2))
    assert np.array_equal(one.labels, two.labels)
