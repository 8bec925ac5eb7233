"""The parts the made-up district is drawn with, on tiny sheets."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from gridkit.synthetic import frame, junctions, shapes
from gridkit.synthetic.features import Feature
from gridkit.synthetic.names import Stems, phone
from gridkit.synthetic.osm_file import LONGEST_WAY, elements


def test_lines_that_cross_get_the_same_vertex():
    """One street over another.

    ::

          |
        --+--
          |
    """
    across, up = junctions.join([LineString([(0, 0), (100, 7)]), LineString([(50, -50), (51, 50)])])
    shared = set(across.coords) & set(up.coords)
    assert len(shared) == 1
    assert len(across.coords) == len(up.coords) == 3


def test_an_end_on_a_line_becomes_its_vertex():
    side, main = junctions.join([LineString([(50, 40), (50, 0.01)]), LineString([(0, 0), (100, 0)])])
    assert side.coords[-1] in main.coords[:]


def test_a_ring_stays_closed_when_it_is_joined():
    ring, _ = junctions.join([LineString(box(0, 0, 100, 100).exterior.coords), LineString([(-10, 50), (110, 50)])])
    assert ring.is_closed
    assert len(ring.coords) == 7


def test_crossings_within_a_step_are_one_junction():
    met = junctions.join(
        [LineString([(0, 0), (100, 0)]), LineString([(50, -9), (50, 9)]), LineString([(50.3, -9), (50.3, 9)])]
    )
    assert len(met[0].coords) == 3


def test_parts_of_a_cut_plot_make_the_plot():
    plot = Polygon([(0, 0), (90, 10), (80, 50), (-5, 40)])
    parts, cut = shapes.split(plot, 0.4, 0.1)
    assert len(parts) == 2
    assert sum(part.area for part in parts) == pytest.approx(plot.area)
    assert cut.length == pytest.approx(parts[0].intersection(parts[1]).length)


@given(
    st.floats(0, 500), st.floats(1, 500), st.floats(5, 80), st.floats(1, 30),
)  # fmt: skip
def test_a_row_fits_between_its_ends_and_keeps_its_gaps(left, width, length, gap):
    row = shapes.fit(left, left + width, length, gap)
    edges = [left, *(edge for place in row for edge in place), left + width]
    assert (np.diff(edges) > -1e-6).all()
    assert all(after[0] - before[1] > gap - 1e-6 for before, after in pairwise(row))


def test_a_point_beside_a_line_is_on_its_left():
    assert shapes.beside(LineString([(0, 0), (10, 0)]), 5.0, 2.0).distance(Point(5, 2)) < 1e-9


def test_the_sheet_is_laid_down_without_folding():
    grid = [box(x, y, x + 100, y + 100) for x in range(0, 2600, 100) for y in range(0, 2200, 100)]
    placed = np.array(frame.place(grid), dtype=object)
    assert shapely.is_valid(placed).all()
    assert shapely.coverage_is_valid(placed)
    areas = shapely.area(placed)
    assert areas.max() / areas.min() < 1.02


def test_features_with_the_same_vertex_share_its_node():
    made = elements(
        [
            Feature(LineString([(0, 0), (10, 0)]), {"highway": "service"}),
            Feature(LineString([(10, 0), (10, 10), (0, 10), (10, 0)]), {"barrier": "wall"}),
            Feature(Point(10.001, 0), {"barrier": "gate"}),
        ]
    )
    assert made.ways[0][0][-1] == made.ways[1][0][0]
    assert made.node_tags == {made.ways[0][0][-1]: {"barrier": "gate"}}


def test_an_area_with_a_hole_or_a_long_edge_is_a_relation():
    yard = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
    lake = Point(0, 0).buffer(500.0, quad_segs=LONGEST_WAY)
    made = elements([Feature(yard, {"building": "yes"}), Feature(lake, {"natural": "water"})])
    (yard_members, _), (lake_members, tags) = made.relations
    assert [role for _, role in yard_members] == ["outer", "inner"]
    assert {role for _, role in lake_members} == {"outer"}
    assert tags == {"type": "multipolygon", "natural": "water"}
    assert all(len(nodes) <= LONGEST_WAY + 1 for nodes, _ in made.ways)


def test_no_stem_is_drawn_twice():
    stems = Stems(np.random.default_rng(3))
    drawn = [stems.draw() for _ in range(400)]
    assert len({name.en for name in drawn}) == len({name.zh for name in drawn}) == 400


def test_phones_are_no_phones():
    assert phone(np.random.default_rng(0))[3:7] == "0000"
