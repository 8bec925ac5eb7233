"""Middle lines: what they are in places where one can say it by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridkit.tessellation.shapes.middle_lines import NONE, Kerbs, middle_lines


def shared(ring, labels):
    """Return the pieces that the middle lines of one street area cut it into, and the lines."""
    spots = np.array([*ring, ring[0]], dtype=float)
    kerbs = Kerbs(np.stack([spots[:-1], spots[1:]], axis=1), np.zeros(len(ring), dtype=int), np.array(labels))
    street = shapely.Polygon(ring)
    lines = middle_lines(np.array([street]), np.array([0]), kerbs)
    outline = shapely.LineString(spots)
    noded = shapely.union_all([*shapely.linestrings(lines), outline])
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
