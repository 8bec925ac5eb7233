import numpy as np
import pytest
import shapely

from gridkit.render.page.payload import DEGREE
from gridkit.render.page.topology import topology

NINE = [shapely.box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
ISLAND = shapely.box(0.25, 0.25, 0.75, 0.75)
RING = shapely.box(0, 0, 1, 1).difference(ISLAND)
WEST_SOUTH = [shapely.box(-2, -3, -1, -2), shapely.box(-1, -3, 0, -2)]


def rebuilt(shapes):
    made = topology(np.array(shapes))
    polygons = []
    for rings in made.rings:
        lines = []
        for ring in rings:
            points = []
            for reference in ring:
                arc = made.arcs[reference >> 1]
                piece = arc[::-1] if reference & 1 else arc
                points += piece.tolist() if not points else piece[1:].tolist()
            assert points[0] == points[-1]
            lines.append(shapely.Polygon(np.array(points) / DEGREE))
        area = lines[0]
        for line in lines[1:]:
            area = area.symmetric_difference(line)
        polygons.append(area)
    return made, polygons


@pytest.mark.parametrize(
    "shapes", [NINE, [RING, ISLAND], WEST_SOUTH, [shapely.MultiPolygon([NINE[0], NINE[8]]), NINE[4]]]
)
def test_polygons_come_back_from_their_arcs(shapes):
    _, polygons = rebuilt(shapes)
    assert all(one.equals(other) for one, other in zip(polygons, shapes, strict=True))


def test_a_shared_border_is_kept_once():
    made, _ = rebuilt(NINE)
    segments = sum(len(arc) - 1 for arc in made.arcs)
    assert segments == 24


def test_a_hole_and_the_island_in_it_share_one_arc():
    made, _ = rebuilt([RING, ISLAND])
    assert len(made.arcs) == 2


def test_a_polygon_smaller_than_a_metre_leaves_no_ring():
    assert topology(np.array([shapely.box(0, 0, 1e-7, 1e-7)])).rings == [[]]


def test_nothing_has_no_arcs():
    assert topology(np.array([], dtype=object)).arcs == []
