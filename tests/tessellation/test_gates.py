"""Gates: a wall with a gap for its gate encloses what it was built around."""

import numpy as np
import pytest
import scenes
import shapely
from scenes import area, district, extract, way
from shapely.affinity import rotate, scale
from shapely.geometry import Point, box

from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks

GROUND = district(box(0, 0, 300, 200))
"""One block; the estate of the scenes lies in its middle, from 100 to 200 and from 60 to 140."""
GATE = [(153, 60), (200, 60), (200, 140), (100, 140), (100, 60), (145, 60)]
TWO_GATES = ([(150, 60), (200, 60), (200, 140), (154, 140)], [(146, 140), (100, 140), (100, 60), (141, 60)])


def walls(*ways, kind="wall"):
    return [way(*spots, kind=kind) for spots in ways]


def enclosed(areas, features, rules=None, extra=None):
    cuts = barriers.select(features, extra, rules)
    return blocks.enclose(areas, cuts, features, rules), cuts


def sizes(features, areas=GROUND, rules=None, extra=None):
    return sorted(float(size) for size in enclosed(areas, features, rules, extra)[0].area.round())


@pytest.mark.parametrize(
    ("lines", "houses"),
    [
        ([GATE], []),
        (TWO_GATES, []),
        # A wall that ends before the side of another one, and before its own.
        ([[(100, 90), (100, 140), (200, 140), (200, 60), (100, 60), (100, 82)], [(90, 60), (70, 60)]], []),
        # A gatehouse in the gap.
        ([GATE], [box(146, 56, 152, 64)]),
    ],
)
def test_a_wall_is_led_across_its_gate(lines, houses):
    features = extract(walls=walls(*lines), buildings=[area(house) for house in houses])
    assert sizes(features) == [8_000, 52_000]
    assert sizes(features, rules=Rules(gate_m=0)) == [60_000]


def test_a_wall_that_comes_round_to_its_own_side_encloses():
    features = extract(walls=walls([(108, 60), (200, 60), (200, 140), (100, 140), (100, 40)]))
    assert sizes(features) == [8_000, 52_000]


def test_a_street_may_lead_through_the_gate():
    """Its line lies in the gap, so that either end of the wall is led to it; inside it is a dead end."""
    features = extract(walls=walls(GATE), roads=[way((149, 30), (149, 100))])
    assert sizes(features) == [8_000, 52_000]


def test_walls_that_end_short_of_a_road_enclose_with_it():
    """The estate's fourth side is the street: its walls end before the kerb of it."""
    features = extract(roads=[way((-10, 50), (310, 50))], walls=walls([(100, 60), (100, 140), (200, 140), (200, 58)]))
    assert sizes(features) == [9_000, 15_000, 36_000]


def test_a_wall_is_led_to_another_wall_along_its_side():
    features = extract(walls=walls([(100, -10), (100, 210)], [(108, 60), (200, 60), (200, 140), (110, 140)]))
    assert sizes(features) == [8_000, 20_000, 32_000]


def test_a_house_that_a_wall_ends_at_closes_it_and_stands_inside():
    house = box(130, 50, 170, 62)
    lines = walls([(168, 60), (200, 60), (200, 140), (100, 140), (100, 60), (125, 60)])
    for outer in (house, box(130, 58, 170, 70)):
        units, cuts = enclosed(GROUND, extract(walls=lines, buildings=[area(outer)]))
        assert len(units) == 2
        estate = units.geometry.loc[units.contains(Point(150, 100))].iloc[0]
        assert estate.buffer(0.01).contains(outer)
        assert set(cuts.loc[cuts["kind"] == "gate", "feature"]) == {"wall"}


def test_a_gate_is_a_way_through():
    rules = Rules(closed=("wall",), joint_m=5.0, islands="apart")
    features = extract(walls=walls(GATE))
    units, cuts = enclosed(GROUND, features, rules)
    joined = borders.touching(units, cuts, features, rules)
    assert joined["link"].tolist() == ["border"]
    assert joined["joining_m"].tolist() == [8.0]
    whole = extract(walls=walls([*GATE, GATE[0]]))
    units, cuts = enclosed(GROUND, whole, rules)
    assert borders.touching(units, cuts, whole, rules).empty


def test_the_planners_own_wall_is_led_across_its_gate_too():
    own = scenes.table("walls", walls(GATE))[["geometry"]].assign(feature="wall")
    assert sizes(extract(), extra=own) == [8_000, 52_000]
    assert sizes(extract(), extra=own.assign(feature="arterial")) == [60_000]


@pytest.mark.parametrize(
    ("features", "count"),
    [
        # Wider than a gate.
        (extract(walls=walls([(160, 60), *GATE[1:]])), 1),
        # A hedge encloses no estate.
        (extract(walls=walls(GATE, kind="hedge")), 1),
        # A short piece of wall is not closed upon itself.
        (extract(walls=walls([(100, 100), (110, 100)])), 1),
        # Two pieces of a garden wall at one side of a house, which is far larger than they are.
        (
            extract(
                walls=walls([(100, 60), (120, 60)], [(130, 30), (130, 45)]), buildings=[area(box(122, 46, 240, 150))]
            ),
            1,
        ),
        # A garden wall beside a house encloses nothing with it alone.
        (extract(walls=walls([(100, 60), (120, 60)]), buildings=[area(box(123, 50, 140, 70))]), 1),
    ],
)
def test_what_is_no_gate_is_not_closed(features, count):
    assert len(sizes(features)) == count


@pytest.mark.parametrize("turn", [0, 17, 90, 131])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_turned_mirrored_and_reordered_worlds_are_closed_alike(turn, mirrored, seed):
    house = area(box(130, 50, 170, 62))
    around = [(168, 60), (200, 60), (200, 140), (100, 140), (100, 60), (125, 60)]
    lines = walls([(x + 300, y) for x, y in TWO_GATES[0]], [(x + 300, y) for x, y in TWO_GATES[1]], around)
    lines += walls([(600, -10), (600, 210)], [(608, 60), (700, 60), (700, 140), (610, 140)])
    drawn = np.random.default_rng(seed)
    order = drawn.permutation(len(lines))
    flipped = drawn.random(len(lines)) < 0.5

    def moved(shape):
        return rotate(scale(shape, xfact=-1, origin=(0, 0)) if mirrored else shape, turn, origin=(0, 0))

    areas = district(box(0, 0, 900, 200))
    features = extract(walls=[lines[i] for i in order], buildings=[house])
    tables = {
        name: table.set_geometry(
            [
                moved(shape.reverse() if name == "walls" and flipped[i] else shape)
                for i, shape in enumerate(table.geometry)
            ]
        ).set_crs(features.crs, allow_override=True)
        for name, table in features.tables.items()
    }
    there = areas.set_geometry(areas.geometry.map(moved))
    assert sizes(Extract(tables, features.crs), there) == pytest.approx([8_000, 8_000, 8_400, 52_000, 103_600], abs=1)


def test_lines_that_meet_leave_no_loose_end():
    """What is closed as it stands gets no line more."""
    cuts = barriers.select(extract(walls=walls([*GATE, GATE[0]], [(100, 0), (100, 60)])))
    assert not (cuts["kind"] == "gate").any()
    assert shapely.length(cuts.geometry.to_numpy()).sum() == pytest.approx(360 + 60)
