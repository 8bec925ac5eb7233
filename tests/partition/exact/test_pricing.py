import numpy as np
import pytest
from connected import contiguous_sets
from hypothesis import example, given, settings
from hypothesis import strategies as st
from squares import lattice

from gridkit.partition import Band, Problem
from gridkit.partition.exact.pricing import Pricing
from gridkit.partition.piece import pieces


def piece_of(seed, *, whole, measures):
    random = np.random.default_rng(seed)
    weights = random.integers(0, 5, 12).astype(float) if whole else random.gamma(2, 1, 12)
    other = random.integers(1, 4, (12, 1)).astype(float)
    return pieces(
        Problem(
            **lattice(3, 4, weights=weights + 0.5 * (weights.sum() == 0)),
            border_m=random.uniform(0, 2, 17),
            band=0.2,
            grids=3,
            measures=other if measures else None,
            measure_bands=(Band.around(other.sum() / 3, 0.3),) if measures else (),
        )
    )[0]


def in_band(piece, values):
    """Return every contiguous set in the bands with its cost less the values of its nodes."""
    graph = piece.graph
    found = {}
    for chosen, charge in contiguous_sets(graph).items():
        total = graph.weight[list(chosen)].sum(axis=0)
        if (total >= graph.low - 1e-8).all() and (total <= graph.high + 1e-8).all():
            found[chosen] = charge - values[list(chosen)].sum()
    return found


def listed(sets):
    return [tuple(np.flatnonzero(chosen).tolist()) for chosen in sets]


def never():
    """Look at no clock."""


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), whole=st.booleans(), measures=st.booleans(), share=st.floats(0, 1))
@example(seed=1, whole=True, measures=False, share=0.5)
def test_the_sets_within_a_limit_are_those_of_all_that_are(seed, whole, measures, share):
    piece = piece_of(seed, whole=whole, measures=measures)
    values = np.random.default_rng(seed).uniform(0, 2, 12)
    wanted = in_band(piece, values)
    pricing = Pricing(piece)
    least = pricing.least(np.zeros(12), -values)
    assert least <= min(wanted.values(), default=np.inf) + 1e-9
    if whole and not measures:
        assert least == pytest.approx(min(wanted.values(), default=np.inf))
    costs = sorted(wanted.values()) or [0.0]
    limit = costs[int(share * (len(costs) - 1))] + 1e-9
    sets, complete = pricing.sets(limit, 10_000, never)
    assert complete
    assert sorted(listed(sets)) == sorted(chosen for chosen, cost in wanted.items() if cost <= limit)


def test_no_more_sets_are_listed_than_asked():
    pricing = Pricing(piece_of(1, whole=True, measures=False))
    pricing.least(np.zeros(12), np.zeros(12))
    everything, complete = pricing.sets(np.inf, 1_000, never)
    assert complete
    some, complete = pricing.sets(np.inf, 3, never)
    assert not complete
    assert some.tolist() == everything[:3].tolist()
    exactly, complete = pricing.sets(np.inf, len(everything), never)
    assert complete
    assert len(exactly) == len(everything)


def test_an_answer_that_costs_infinitely_much_is_never_given():
    pricing = Pricing(piece_of(1, whole=True, measures=False))
    out, into = np.zeros(12), np.zeros(12)
    out[3], into[7] = np.inf, np.inf
    pricing.least(out, into)
    sets, _ = pricing.sets(1e6, 1_000, never)
    assert len(sets)
    assert sets[:, 3].all()
    assert not sets[:, 7].any()


def test_a_long_walk_looks_at_the_clock_and_goes_on_where_it_was():
    free = Problem(**lattice(5, 5), border_m=np.ones(40), band=Band(5, 12, 20), grids=2)
    pricing = Pricing(pieces(free)[0])
    pricing.least(np.zeros(25), np.zeros(25))
    looks = []
    sets, complete = pricing.sets(np.inf, 2_500_000, lambda: looks.append(1))
    assert looks
    assert complete
    weight = sets.sum(axis=1)
    assert weight.min() >= 5
    assert weight.max() <= 20
    assert len(np.unique(np.packbits(sets, axis=1).view(np.uint32))) == len(sets), "none is told twice"
