from dataclasses import replace

import numpy as np
from squares import contiguous, lattice

from gridkit.partition import Band, Prices, Problem
from gridkit.partition.alternatives import Facts, alternatives, facts


def test_alternatives_differ_and_hold_the_rules():
    problem = Problem(**lattice(6, 6), band=0.2, grids=4, feature=np.arange(60) % 2)
    made = alternatives(problem, 4, effort=0.05)
    assert 2 <= len(made) <= 4
    assert made[0].emphasis == "as priced"
    assert any(each.best for each in made)
    for each in made:
        assert contiguous(problem, each.solution.labels)
        assert len(np.unique(each.solution.labels)) == 4


def test_a_problem_with_one_plan_has_one_alternative(row):
    assert len(alternatives(row, 3, effort=0.05)) == 1


def test_facts_are_counted_from_the_labels(square):
    marked = replace(square, feature=np.where(np.arange(24) < 12, 1, 0), old=np.zeros(16, int))
    halves = np.repeat([0, 1], 8)
    assert facts(marked, halves) == Facts(balance=0.0, border_m=4.0, followed=0.0, changed=0.5)


def test_a_plan_beats_another_when_nothing_is_worse():
    better = Facts(0.1, 10.0, 0.5, 0.0)
    assert better.beats(Facts(0.1, 11.0, 0.5, 0.0))
    assert not better.beats(Facts(0.1, 11.0, 0.6, 0.0))
    assert not better.beats(better)


def test_little_change_is_an_emphasis_where_change_has_a_price(square):
    old = np.repeat([0, 1, 2, 3], 4)
    priced = replace(square, band=Band(3, 4, 5), old=old, prices=Prices(change=0.3))
    assert min(each.facts.changed for each in alternatives(priced, 5, effort=0.05)) == 0
