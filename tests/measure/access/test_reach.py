"""Minutes along the streets are exact."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import lattice

from gridkit.measure.access.network import build
from gridkit.measure.access.reach import Stops, nearest_facility, snap, within


def as_stops(network, rng, count):
    return Stops(rng.integers(0, len(network), count), rng.random(count), rng.random(count))


def by_networkx(network, origins, facilities):
    """Return the minutes by splitting the edges at all points and asking networkx, facilities being the goal."""
    graph = nx.MultiDiGraph()
    on = {}
    for kind, stops in (("o", origins), ("f", facilities)):
        for k, (edge, share) in enumerate(zip(stops.edge, stops.share, strict=True)):
            on.setdefault(int(edge), []).append((float(share), (kind, k)))
    for edge, (a, b) in enumerate(network.ends):
        chain = [(0.0, int(a)), *sorted(on.get(edge, [])), (1.0, int(b))]
        for (s, one), (t, other) in itertools.pairwise(chain):
            if np.isfinite(network.there[edge]):
                graph.add_edge(one, other, weight=(t - s) * network.there[edge])
            if np.isfinite(network.back[edge]):
                graph.add_edge(other, one, weight=(t - s) * network.back[edge])
    for k in range(len(facilities)):
        graph.add_edge(("f", k), "goal", weight=facilities.access[k])
    ways = nx.single_source_dijkstra_path_length(graph.reverse(), "goal")
    return np.array([ways.get(("o", k), np.inf) for k in range(len(origins))]) + origins.access


@pytest.mark.parametrize("profile", ["walk", "drive"])
@given(seed=st.integers(0, 10_000), facilities=st.integers(1, 6))
@settings(max_examples=15)
def test_the_minutes_are_those_of_networkx(profile, seed, facilities):
    rng = np.random.default_rng(seed)
    streets = lattice(5)
    streets["oneway"] = rng.random(len(streets)) < 0.4
    network = build(streets, profile)
    o, f = as_stops(network, rng, 25), as_stops(network, rng, facilities)
    found = nearest_facility(network, o, f)
    expected = by_networkx(network, o, f)
    assert np.allclose(found.minutes, expected, rtol=0, atol=1e-9)
    assert ((found.facility >= 0) == np.isfinite(expected)).all()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15)
def test_a_further_facility_never_lengthens_a_way(seed):
    rng = np.random.default_rng(seed)
    network = build(lattice(5))
    o, f = as_stops(network, rng, 25), as_stops(network, rng, 5)
    minutes = [
        nearest_facility(network, o, Stops(f.edge[:k], f.share[:k], f.access[:k]), limit=6.0).minutes for k in range(6)
    ]
    assert np.isinf(minutes[0]).all()
    assert all((more <= fewer).all() for fewer, more in itertools.pairwise(minutes))


@pytest.mark.parametrize("outward", [False, True])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_the_pairs_within_reach_agree_with_one_search_per_facility(outward, seed):
    rng = np.random.default_rng(seed)
    streets = lattice(4)
    streets["oneway"] = rng.random(len(streets)) < 0.5
    network = build(streets, "drive")
    o, f = as_stops(network, rng, 20), as_stops(network, rng, 9)
    pairs = within(network, o, f, 1.5, outward=outward)
    table = np.full((20, 9), np.inf)
    table[pairs.origin, pairs.facility] = pairs.minutes
    for k in range(9):
        one = Stops(f.edge[k : k + 1], f.share[k : k + 1], f.access[k : k + 1])
        alone = nearest_facility(network, o, one, limit=1.5, outward=outward).minutes
        assert np.allclose(table[:, k], alone, rtol=0, atol=1e-9)


def test_without_facilities_nothing_is_within_reach():
    network = build(lattice(4))
    rng = np.random.default_rng(0)
    o, none = as_stops(network, rng, 5), as_stops(network, rng, 0)
    assert len(within(network, o, none, 10.0).origin) == 0
    assert np.isinf(nearest_facility(network, o, none).minutes).all()


def test_out_and_back_differ_on_a_one_way_street():
    streets = lattice(2)
    streets["oneway"] = True
    network = build(streets, "drive")
    o, f = snap(network, shapely.points([(20, 0)])), snap(network, shapely.points([(80, 0)]))
    there = nearest_facility(network, o, f).minutes[0]
    back = nearest_facility(network, o, f, outward=True).minutes[0]
    assert there == pytest.approx(60 / (20 * 1000 / 60))
    assert np.isinf(back)


def test_points_snap_to_edges_and_not_to_nodes(cross):
    network = build(cross)
    stops = snap(network, shapely.points([(40, 107), (100, 20)]))
    assert shapely.get_coordinates(
        shapely.line_interpolate_point(network.lines[stops.edge], stops.share, normalized=True)
    ).tolist() == [[40, 100], [100, 20]]
    assert stops.access.tolist() == pytest.approx([7 / 75, 0])


def test_a_limit_ends_the_search(cross):
    network = build(cross)
    o, f = snap(network, shapely.points([(0, 100), (190, 100)])), snap(network, shapely.points([(200, 100)]))
    found = nearest_facility(network, o, f, limit=1.0)
    assert found.facility.tolist() == [-1, 0]
    assert found.minutes.tolist() == pytest.approx([np.inf, 10 / 75])
