from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import contiguous, lattice

from gridkit.partition import Band, Prices, Problem, search, solve
from gridkit.partition.annealing.moves import labelling_of, rank
from gridkit.partition.annealing.schedule import Clock, solve_piece
from gridkit.partition.exact.prove import prove
from gridkit.partition.objectives import Objectives
from gridkit.partition.piece import pieces


def test_four_squares_of_four_are_proven_best(square):
    proof = prove(square)
    assert proof.proven
    assert proof.solution.cost_m == pytest.approx(8)
    assert proof.bound_m == pytest.approx(8)
    assert contiguous(square, proof.labels)


def test_the_search_finds_what_is_proven(riverside):
    assert search(riverside).cost_m == pytest.approx(prove(riverside).solution.cost_m)


def test_uneven_people_are_proven_best_too():
    random = np.random.default_rng(5)
    problem = Problem(**lattice(4, 5, weights=random.integers(1, 6, 20).astype(float)), band=0.25, grids=3)
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess == 0
    assert search(problem).cost_m <= 1.02 * proof.solution.cost_m


def test_a_band_out_of_reach_is_proven():
    problem = Problem(**lattice(1, 4, weights=[3.0, 1.0, 3.0, 3.0]), band=Band(5, 5, 5), grids=2)
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess > 0


def test_whatever_is_wished_a_band_out_of_reach_is_proven_and_the_best_plan_is_not():
    wish = Objectives(even=np.array([[1.0], [2.0], [1.0], [2.0]]), even_m=(0.1,))
    out = Problem(**lattice(1, 4, weights=[3.0, 1.0, 3.0, 3.0]), band=Band(5, 5, 5), grids=2, objectives=wish)
    proof = prove(out)
    assert proof.proven
    assert proof.solution.excess > 0
    within = prove(replace(out, band=Band(3, 5, 7)))
    assert not within.proven
    assert any("weighs borders alone" in note for note in within.solution.notes)


@pytest.mark.slow
def test_a_plan_in_the_band_is_found_where_annealing_finds_none():
    random = np.random.default_rng(3)
    gained = 0
    for _ in range(12):
        weights = np.round(np.exp(random.normal(0, 1.0, 24)) * 10)
        problem = Problem(**lattice(4, 6, weights=weights), band=0.08, grids=6)
        (part,) = pieces(problem)
        with ThreadPoolExecutor(1) as pool:
            label = solve_piece(part, [0, 0], 0.02, Clock(), pool)
        annealed = rank(part.graph, labelling_of(part.graph, label, part.k))[0]
        exact = prove(problem)
        assert exact.proven
        assert exact.solution.excess == 0 or annealed > 0
        gained += exact.solution.excess == 0 < annealed
    assert gained


def test_locks_and_change_tell_the_grids_apart(square):
    old = np.repeat([5, 6, 7, 8], 4)
    proof = prove(replace(square, old=old, prices=Prices(change=10)))
    assert proof.proven
    assert proof.labels.tolist() == old.tolist()


def test_exact_is_an_option_of_solve(row):
    assert sorted(np.bincount(solve(row, exact=True)).tolist()) == [2, 2]


def test_a_large_part_is_searched_and_said_to_be_without_proof():
    problem = Problem(**lattice(11, 11), band=0.1, grids=4)
    proof = prove(problem, effort=0.1)
    assert not proof.proven
    assert sorted(np.bincount(proof.labels).tolist()) == pytest.approx([30, 30, 30, 31], abs=3)
    assert "0 of 1 connected parts are proven best" in str(proof.solution.notes[-1])


def test_the_time_limit_leaves_a_plan_and_a_bound():
    problem = Problem(**lattice(7, 8), band=0.05, grids=6)
    proof = prove(problem, time_limit=0.0)
    assert not proof.proven
    assert proof.bound_m <= proof.solution.cost_m
    assert contiguous(problem, proof.labels)


def best_of_all(problem):
    """Return the least metres of all plans in the band, every plan looked at; infinite if there is none."""
    count, size = problem.grids, problem.size
    labels = np.array(np.unravel_index(np.arange(count ** (size - 1)), (count,) * (size - 1))).T
    labels = np.column_stack([np.zeros(len(labels), dtype=int), labels])
    totals = np.array([(labels == grid) @ problem.weights for grid in range(count)])
    share = totals / (problem.weights.sum() / count)
    kept = labels[((share >= 1 - problem.band - 1e-9) & (share <= 1 + problem.band + 1e-9)).all(axis=0)]
    u, v = problem.edges.T
    cut = (kept[:, u] != kept[:, v]) @ problem.border_m
    for at in np.argsort(cut, kind="stable"):
        if len(np.unique(kept[at])) == count and contiguous(problem, kept[at]):
            return float(cut[at])
    return np.inf


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), grids=st.integers(2, 3), band=st.sampled_from([0.05, 0.1, 0.3]), whole=st.booleans())
def test_the_proven_plan_is_the_best_of_all(seed, grids, band, whole):
    random = np.random.default_rng(seed)
    weights = random.integers(0, 6, 10).astype(float) + 0.1 if whole else random.gamma(2, 1, 10)
    problem = Problem(**lattice(2, 5, weights=weights), border_m=random.uniform(0, 2, 13), band=band, grids=grids)
    proof = prove(problem)
    best = best_of_all(problem)
    assert proof.proven
    assert (proof.solution.excess > 0) == np.isinf(best)
    if np.isfinite(best):
        assert proof.solution.cost_m == pytest.approx(best)
        assert proof.bound_m == pytest.approx(best, abs=1e-3)


def test_sixty_squares_with_uneven_people_are_proven():
    random = np.random.default_rng(60)
    problem = Problem(
        **lattice(6, 10, weights=np.round(np.exp(random.normal(4, 1, 60)))),
        border_m=random.uniform(50, 150, 104),
        band=0.05,
        grids=5,
    )
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess == 0
    assert contiguous(problem, proof.labels)


def test_a_grid_at_the_very_edge_of_the_band_is_in_it():
    problem = Problem(**lattice(8, 10), band=0.05, grids=6)  # 14 squares are 1.05 of the mean
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.cost_m == pytest.approx(30)


def test_a_second_measure_is_kept_within_its_band_too():
    problem = Problem(
        **lattice(4, 4),
        band=0.0,
        grids=2,
        measures=np.repeat([1.0, 0.0], 8)[:, None],
        measure_bands=(Band(4, 4, 4),),
    )
    proof = prove(problem)
    assert proof.proven
    assert proof.solution.excess == 0
    assert proof.solution.cost_m == pytest.approx(4)
    assert [int((proof.labels[:8] == label).sum()) for label in np.unique(proof.labels)] == [4, 4]


def test_features_that_pay_to_be_cut_leave_an_honest_bound():
    arrays = lattice(3, 3)
    problem = Problem(
        **arrays,
        feature=np.ones(12, dtype=int),
        feature_m=np.full(12, 5.0),
        prices=Prices(cut=(1.0, 0.0), inside=(0.0, 1.0)),
        band=0.5,
        grids=3,
    )
    proof = prove(problem, time_limit=0.0)
    assert proof.bound_m <= prove(problem).solution.cost_m
