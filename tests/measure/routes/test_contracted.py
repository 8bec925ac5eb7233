"""Ways past junctions that nobody asks for: as long as before, and walked street by street."""

from __future__ import annotations

import numpy as np
import pytest

from gridkit.measure.routes.contracted import contracted
from gridkit.measure.routes.ways import Streets, leading, leaned, shortest


def test_a_chain_becomes_one_arc_and_a_dead_end_none():
    ends = np.array([[0, 1], [1, 2], [2, 3], [1, 4], [0, 3], [2, 2]])
    (first, head, _, far), (arcs, _) = contracted(ends, np.array([1.0, 2, 3, 9, 7, 5]), 5, np.array([0, 3]))
    assert first.tolist() == [0, 1, 1, 1, 2, 2]
    assert head.tolist() == [3, 0]
    assert far.tolist() == [6, 6]
    assert len(arcs) > len(ends)


@pytest.mark.parametrize("seed", range(20))
def test_ways_past_junctions_nobody_asks_for_are_as_long_and_are_walked_street_by_street(seed):
    rng = np.random.default_rng(seed)
    nodes, size = 30, int(rng.integers(35, 90))
    ends, length = rng.integers(0, nodes, (size, 2)), rng.integers(0, 40, size).astype(float)
    network = Streets(nodes, ends, length, np.zeros(size, dtype=bool))
    places = np.sort(rng.choice(nodes, 6, replace=False))
    whole, some = shortest(network, np.arange(nodes)), shortest(network, places)
    assert (some.far == whole.far[np.ix_(places, places)]).all()
    for one, other in np.argwhere(np.isfinite(some.far) & ~np.eye(6, dtype=bool)):
        way = leading(some, np.array([[one, other]]))
        assert length[way].sum() == some.far[one, other]
        node = places[other]
        for street in way:
            assert node in ends[street]
            node = ends[street].sum() - node
        assert node == places[one]
    lean = leaned(some)
    assert (shortest(lean, places).far == some.far).all()
