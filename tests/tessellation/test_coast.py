"""The sea: what lies right of coastlines, in how many pieces they come and wherever they end."""

import numpy as np
import pytest
import shapely
from scenes import district, extract, way
from shapely.geometry import box

from gridkit.tessellation import barriers, coast
from gridkit.tessellation.shapes import blocks

SQUARE = district(box(0, 0, 1000, 1000))
NORTH, SOUTH = (600, 3000), (600, -3000)


def shore(*pieces, **more):
    return extract(waterways=[way(*piece, kind="coastline") for piece in pieces], **more)


def ring(x, y, radius=60.0):
    turns = np.linspace(0, 2 * np.pi, 33)
    return [(x + radius * np.cos(turn), y + radius * np.sin(turn)) for turn in turns[:-1]] + [(x + radius, y)]


def share_of_sea(features, areas=SQUARE):
    found, _ = coast.with_sea(features, areas)
    sea = shapely.union_all(found.table("water").geometry.to_numpy())
    return shapely.area(shapely.intersection(sea, areas.union_all())) / areas.area.sum()


@pytest.mark.parametrize(
    ("pieces", "share"),
    [
        ([(SOUTH, NORTH)], 0.4),
        ([(NORTH, SOUTH)], 0.6),
        ([((600, 500), (400, 500), (400, 600)), (SOUTH, (600, 500)), ((400, 600), (600, 600), NORTH)], 0.42),
        ([(SOUTH, NORTH), [(800, 400), (900, 400), (900, 500), (800, 500), (800, 400)]], 0.39),
        ([(SOUTH, (600, 480)), ((600, 520), NORTH)], 0.4),
        ([((600, -20), (600, 1010))], 0.4),
        ([((600.0123, 30.0456), (600.0123, 990.0789))], 0.4),
    ],
    ids=["coast", "the other way", "harbour in pieces", "island", "gap", "cut outside", "cut inside"],
)
def test_the_sea_lies_right_of_the_coast(pieces, share):
    assert share_of_sea(shore(*pieces)) == pytest.approx(share, abs=1e-3)


def test_around_islands_alone_all_is_sea():
    islands = shore(ring(200, 200), ring(700, 700), ring(300, 800))
    assert share_of_sea(islands) == pytest.approx(1 - 3 * shapely.Polygon(ring(0, 0)).area / 1e6)


def test_a_district_inside_its_coast_is_land():
    around = [(-100, -100), (1100, -100), (1100, 1100), (-100, 1100), (-100, -100)]
    assert share_of_sea(shore(around)) == 0


def test_a_part_far_from_any_piece_of_coast_takes_the_side_of_the_nearest():
    two = district(box(0, 0, 300, 300), box(900, 0, 1200, 300))
    assert share_of_sea(shore(((600, -3000), (600, 3000))), two) == pytest.approx(0.5)


def test_without_a_coast_nothing_changes():
    features = extract(roads=[way((0, 500), (1000, 500))])
    assert coast.with_sea(features, SQUARE) == (features, [])


def test_a_coast_that_ends_in_the_district_is_led_on_and_told_of():
    _, notes = coast.with_sea(shore(((600, 300), (600, 1100))), SQUARE)
    assert "ends inside the district" in str(notes[0])
    assert "300 m" in str(notes[0])


def test_the_sea_is_one_unit_without_ground_that_streets_do_not_cut():
    roads = [way((-10, 500), (1010, 500), kind="tertiary"), way((300, -10), (300, 1010), kind="tertiary")]
    features, _ = coast.with_sea(shore((SOUTH, NORTH), ring(800, 500), roads=roads), SQUARE)
    units = blocks.enclose(SQUARE, barriers.select(features), features)
    wet = units[units["kind"] == "water"]
    assert wet.area.tolist() == pytest.approx([4e5 - shapely.Polygon(ring(0, 0)).area])
    assert wet["area_m2"].tolist() == [0]
    assert units["area_m2"].sum() == pytest.approx(6e5 + shapely.Polygon(ring(0, 0)).area)


def test_a_lagoon_without_its_sea_and_two_loose_ends_are_no_more_than_they_are():
    # One loose end alone is led to the edge; ends far from each other each are.
    for pieces in ([((600, -3000), (600, 500))], [((600, -3000), (600, 100)), ((600, 900), (600, 3000))]):
        assert 0 <= share_of_sea(shore(*pieces)) <= 1


def test_a_ring_of_coast_around_a_whole_district_has_no_sea_in_it():
    found, notes = coast.with_sea(shore(ring(500, 500, 100_000.0)), SQUARE)
    assert not len(found.table("water"))
    assert notes == []
