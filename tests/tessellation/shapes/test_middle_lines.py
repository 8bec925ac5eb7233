"""Middle lines: what they are in places where one can say it by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.tessellation.shapes import ears
from gridkit.tessellation.shapes.middle_lines import halved, middle_lines
from gridkit.tessellation.shapes.triangles import NONE, Kerbs


def shared(ring, labels):
    """Return the pieces that the middle lines of one street area cut it into, and the lines."""
    spots = np.array([*ring, ring[0]], dtype=float)
    kerbs = Kerbs(np.stack([spots[:-1], spots[1:]], axis=1), np.zeros(len(ring), dtype=int), np.array(labels))
    street = shapely.Polygon(ring)
    lines = middle_lines(np.array([street]), np.array([0]), kerbs)
    # A line may end in the middle of a kerb that is the parent's edge.
    noded = shapely.union_all([*shapely.linestrings(lines), *shapely.linestrings(halved(kerbs.ends))])
    return shapely.get_parts(shapely.polygonize([noded])), lines


def test_between_parallel_kerbs_runs_their_middle():
    pieces, lines = shared([(0, 0), (100, 0), (100, 10), (0, 10)], [0, NONE, 1, NONE])
    assert shapely.area(pieces).sum() == pytest.approx(1000)
    inner = lines[(lines[:, :, 0] > 10) & (lines[:, :, 0] < 90)]
    assert np.allclose(inner[:, 1], 5)


def test_where_two_blocks_meet_a_line_leads_straight_across():
    pieces, lines = shared([(0, 0), (60, 0), (200, 0), (200, 10), (0, 10)], [0, 1, NONE, 2, NONE])
    assert len(pieces) == 3
    starts = lines[(lines == [60, 0]).all(axis=2).any(axis=1)]
    assert np.allclose(starts[:, :, 0], 60)


def test_four_blocks_meet_in_one_point():
    ring = [(0, 0), (60, 0), (120, 0), (120, 10), (60, 10), (0, 10)]
    pieces, lines = shared(ring, [0, 1, NONE, 2, 3, NONE])
    assert len(pieces) == 4
    spots, counts = np.unique(lines.reshape(-1, 2).round(6), axis=0, return_counts=True)
    assert spots[counts == 4].tolist() == [[60, 5]]


def test_one_block_all_around_needs_no_line():
    _, lines = shared([(0, 0), (40, 0), (40, 10), (0, 10)], [7, 7, 7, 7])
    assert not len(lines)


def test_three_blocks_around_a_triangle_meet_inside():
    pieces, _ = shared([(0, 0), (30, 0), (15, 26)], [0, 1, 2])
    assert shapely.area(pieces).tolist() == pytest.approx([130] * 3, rel=0.01)


corners = st.lists(st.floats(6, 40), min_size=5, max_size=12)


@given(corners, st.data())
@settings(max_examples=120)
def test_every_block_gets_one_piece_and_nothing_is_lost(radii, data):
    """The street area is a star around (0, 0); each block lies behind one run of its kerbs."""
    turns = np.linspace(0, 2 * np.pi, len(radii) + 1)[:-1]
    ring = [(r * np.cos(t), r * np.sin(t)) for r, t in zip(radii, turns, strict=True)]
    cuts = sorted(data.draw(st.sets(st.integers(1, len(ring) - 1), min_size=1, max_size=4)))
    labels = np.searchsorted(cuts, np.arange(len(ring)), side="right")
    pieces, lines = shared(ring, labels)
    assert len(pieces) == len(cuts) + 1
    assert shapely.area(pieces).sum() == pytest.approx(shapely.Polygon(ring).area)
    assert shapely.covers(shapely.Polygon(ring).buffer(1e-9), shapely.linestrings(lines)).all()


@given(st.lists(st.floats(-0.2, 0.2), min_size=20, max_size=150), st.floats(20, 80))
@settings(max_examples=60, deadline=None)
def test_along_an_edge_far_too_fine_lines_end_at_its_vertices_and_cross_it_nowhere(teeth, meets):
    top = [(x, 10 + tooth) for x, tooth in zip(np.linspace(100, 0, len(teeth)), teeth, strict=True)]
    ring = [(0, 0), (meets, 0), (100, 0), *top]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ears, "MANY", 10)
        pieces, lines = shared(ring, [0, 1, *[NONE] * (len(top) + 1)])
    street = shapely.Polygon(ring)
    assert len(pieces) == 2
    assert shapely.area(pieces).sum() == pytest.approx(street.area)
    inner = shapely.line_interpolate_point(shapely.linestrings(lines), 0.5, normalized=True)
    assert shapely.contains(street, inner).all()


def test_ears_are_cut_off_where_nothing_lies_in_them_and_the_rest_stays():
    steps = np.arange(8_000) / 100
    edge = np.column_stack([steps, np.where(np.arange(8_000) % 2, -0.1, 0.0)])
    # A notch from above comes down into a corner of its own: without that corner the outline would cross itself.
    deep = np.array([[80.0, 0.0], [81.0, -0.2], [82.0, 0.0], [82.0, 9.0], [81.1, 9.0], [81.0, -0.15], [80.9, 9.0]])
    at = np.concatenate([edge, deep, [[0.0, 9.0]]])
    one, loose = np.zeros(len(at), dtype=int), np.arange(len(at)) < len(edge) + 3
    kept = ears.without_ears(at, one, one, loose)
    before, after = shapely.Polygon(at), shapely.Polygon(at[kept])
    assert kept.sum() < 200
    assert kept[len(edge) + 1]
    assert after.is_valid
    assert shapely.covers(shapely.buffer(before, 1e-9), after)
    assert before.area - after.area < 0.3 * 82
    assert ears.without_ears(at[7000:], one[7000:], one[7000:], loose[7000:]).all()
