import numpy as np
import pytest
from connected import contiguous_sets
from hypothesis import given, settings
from hypothesis import strategies as st
from squares import lattice

from gridkit.errors import LimitError
from gridkit.partition import Problem
from gridkit.partition.exact.decision_diagram import diagram
from gridkit.partition.piece import pieces


def drawn(rows, columns, seed):
    """A lattice whose borders have random lengths and some of which are missing; its largest piece."""
    random = np.random.default_rng(seed)
    arrays = lattice(rows, columns)
    arrays["edges"] = arrays["edges"][random.random(len(arrays["edges"])) < 0.8]
    border_m = random.uniform(0, 2, len(arrays["edges"]))
    parts = pieces(Problem(**arrays, border_m=border_m, band=0.5, grids=rows * columns))
    return max(parts, key=lambda part: len(part.points)).graph


def paths(ways):
    """Return the sets of all paths, each with what is charged on the way."""
    found, todo = [], [(0, (), 0.0)]
    while todo:
        state, chosen, charge = todo.pop()
        if state == len(ways.node):
            found.append((tuple(sorted(chosen)), charge))
            continue
        for answer, more in ((0, ()), (1, (int(ways.node[state]),))):
            if ways.follow[state, answer] >= 0:
                todo.append((ways.follow[state, answer], chosen + more, charge + ways.border[state, answer]))
    return found


@settings(max_examples=20, deadline=None)
@given(rows=st.integers(1, 3), columns=st.integers(1, 4), seed=st.integers(0, 99))
def test_each_contiguous_set_is_one_path_that_is_charged_half_its_border(rows, columns, seed):
    graph = drawn(rows, columns, seed)
    wanted = contiguous_sets(graph)
    found = paths(diagram(graph))
    assert len(found) == len(wanted)
    assert dict(found) == pytest.approx(wanted)


def test_a_hundred_squares_need_few_states():
    graph = pieces(Problem(**lattice(5, 20), band=0.5, grids=4))[0].graph
    assert len(diagram(graph).node) < 100 * 2 * 3**5


def test_a_graph_in_which_all_touch_all_is_refused():
    edges = np.column_stack(np.triu_indices(30, 1))
    everyone = Problem(weights=np.ones(30), edges=edges, points=np.zeros((30, 2)), band=0.5, grids=4)
    with pytest.raises(LimitError, match="too many ways"):
        diagram(pieces(everyone)[0].graph)
