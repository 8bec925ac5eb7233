"""Where to build next: the best there is, and how sure that is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import points, town
from scipy.sparse import csr_array
from sites import as_pairs, world

from gridkit.catalog.definitions import SitingLayer, layers
from gridkit.errors import DefinitionError, InfeasibleError, UsageError
from gridkit.language.phrases import Text
from gridkit.measure.siting import location
from gridkit.measure.siting.location import maximal_coverage, set_cover
from gridkit.measure.siting.p_median import p_median
from gridkit.measure.siting.proposal import siting


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=25)
def test_maximal_coverage_is_the_best_of_all_choices(seed, count):
    minutes, people = world(seed)
    covers = minutes.T <= 15
    best = max(people[covers[list(choice)].any(axis=0)].sum() for choice in itertools.combinations(range(8), count))
    answer = maximal_coverage(csr_array(covers.astype(float)), people, count)
    assert answer.value == pytest.approx(best)
    assert answer.gap == 0
    assert people[covers[answer.chosen].any(axis=0)].sum() == pytest.approx(answer.value)
    quick = maximal_coverage(csr_array(covers.astype(float)), people, count, steps=0)
    assert quick.value <= best + 1e-9 <= quick.bound + 1e-6


@pytest.mark.parametrize("seed", [3, 8, 20, 33])
def test_where_swaps_leave_a_gap_the_proof_closes_it(seed):
    rng = np.random.default_rng(seed)
    covers = rng.random((10, 24)) < 0.3
    people = rng.integers(1, 9, 24).astype(float)
    reach = csr_array(covers.astype(float))
    best = max(people[covers[list(choice)].any(axis=0)].sum() for choice in itertools.combinations(range(10), 3))
    quick, proven = maximal_coverage(reach, people, 3, steps=0), maximal_coverage(reach, people, 3)
    assert quick.gap > 0
    assert quick.value <= best <= quick.bound
    assert (proven.value, proven.gap) == (pytest.approx(best), 0)


def test_sites_that_nobody_would_use_are_chosen_all_the_same():
    answer = maximal_coverage(csr_array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2), 1)
    assert (len(answer.chosen), answer.value, answer.gap) == (1, 0, 0)


def test_where_the_solver_comes_to_no_answer_all_is_covered_and_little_is_promised(monkeypatch):
    monkeypatch.setattr(location, "milp", lambda *_, **__: SimpleNamespace(x=None))
    covers = np.random.default_rng(0).random((12, 30)) < 0.25
    wanted = covers.any(axis=0)
    answer = set_cover(csr_array(covers.astype(float)), wanted)
    assert covers[answer.chosen].any(axis=0)[wanted].all()
    assert (answer.value, answer.bound) == (len(answer.chosen), 1)
    assert answer.gap > 0


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_set_cover_needs_no_fewer_than_any_choice(seed):
    minutes, _ = world(seed)
    covers = minutes.T <= 25
    wanted = covers.any(axis=0)
    fewest = next(
        count
        for count in range(9)
        if any(covers[list(choice)].any(axis=0)[wanted].all() for choice in itertools.combinations(range(8), count))
    )
    answer = set_cover(csr_array(covers.astype(float)), wanted)
    assert (answer.value, answer.gap) == (fewest, 0)
    assert covers[answer.chosen].any(axis=0)[wanted].all()


@pytest.mark.filterwarnings("ignore")  # spopt uses what PuLP deprecates
def test_the_optimum_is_spopts():
    locate = pytest.importorskip("spopt.locate", reason="spopt is not installed: siting NOT checked against it")
    pulp = pytest.importorskip("pulp")
    minutes, people = world(11, places=60, candidates=12)
    model = locate.MCLP.from_cost_matrix(minutes, people, 12.0, p_facilities=3)
    model = model.solve(pulp.PULP_CBC_CMD(msg=False))
    answer = maximal_coverage(csr_array((minutes.T <= 12).astype(float)), people, 3)
    assert answer.value == pytest.approx(model.problem.objective.value())
    median = locate.PMedian.from_cost_matrix(minutes, people, p_facilities=3).solve(pulp.PULP_CBC_CMD(msg=False))
    ours = p_median(as_pairs(minutes), people, np.full(60, 1000.0), 3, 12)
    assert ours.value == pytest.approx(median.problem.objective.value())


def test_a_place_in_nobodys_reach_cannot_be_covered():
    with pytest.raises(InfeasibleError, match="1 place"):
        set_cover(csr_array([[1.0, 0.0]]), np.array([True, True]))
    assert len(set_cover(csr_array([[1.0, 0.0]]), np.array([False, False])).chosen) == 0


def test_more_sites_than_candidates_are_refused():
    for count in (0, 3):
        with pytest.raises(UsageError, match=f"{count} sites"):
            maximal_coverage(csr_array([[1.0], [1.0]]), np.array([1.0]), count)


# ------------------------------------------------------------------ the layer
NEXT = SitingLayer("next", Text(en="n", zh="n"), service="clinics", new=2, minutes=3.0, spacing_m=50.0)


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
@pytest.mark.parametrize("goal", ["cover", "median", "all"])
def test_building_helps_and_never_hurts(goal):
    layer = siting(replace(NEXT, goal=goal), town())
    units = layer.tables["units"]
    assert (units["within_after"] >= units["within_before"]).all()
    assert (units["minutes_after"] <= units["minutes_before"]).all()
    assert layer.facts["share_after"] > layer.facts["share_before"] == 0
    assert layer.facts["gap"] == pytest.approx(0, abs=1e-6)
    assert layer.facts["gain"] == pytest.approx(layer.tables["grids"]["gain"].sum())
    assert layer.tables["points"]["people"].sum() == pytest.approx(layer.facts["gain"])
    if goal == "all":
        assert layer.facts["share_after"] == 1
    else:
        assert len(layer.tables["points"]) == 2


@pytest.mark.filterwarnings("ignore::gridkit.errors.GridkitWarning")
def test_only_the_users_candidates_are_chosen_among():
    mine = points({"x": (50, 50), "y": (550, 550), "z": (60, 60)}, name=list("xyz")).rename_axis("facility_id")
    layer = siting(NEXT, replace(town(), data=mine))
    assert set(layer.tables["points"].index) < set("xyz")
    assert layer.facts["candidates"] == 3


def test_the_service_has_to_be_a_coverage_layer():
    with pytest.raises(DefinitionError, match="balance"):
        siting(replace(NEXT, service="balance"), replace(town(), registry=layers()))
