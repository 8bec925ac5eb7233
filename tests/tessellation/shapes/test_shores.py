"""Shores: a river goes to the ground on its banks, a lake stays in one piece, and units tile what they did."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scenes import area, assert_tiles, district, extract, way
from shapely.affinity import rotate, scale
from shapely.geometry import LineString, Point, box

from gridkit.tables import Extract
from gridkit.tessellation import barriers, borders
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks, shores

LONG = box(-10, 200, 2_010, 280)
"""A river of 80 m between y = 200 and 280; 2 km of it in the district."""
GROUND = district(box(0, 0, 2_000, 500))
ROUNDING_M2 = 1e-3
"""What a river shared out may lose to rounding."""
STREETS = [way((x, -10), (x, 200)) for x in (400, 900, 1_500)] + [way((x, 280), (x, 510)) for x in (700, 1_300)]


def enclosed(areas, features, rules=None):
    return blocks.enclose(areas, barriers.select(features, None, rules), features, rules)


def shared(areas, features, rules=None, **asked):
    return shores.shared_out(enclosed(areas, features, rules), features, rules or Rules(), **asked)


@pytest.mark.parametrize("kind", ["river", "canal", "water", None])
def test_a_river_is_shared_out_along_its_middle_to_the_ground_on_its_banks(kind):
    features = extract(roads=STREETS, water=[area(LONG, kind)])
    before, units = enclosed(GROUND, features), shared(GROUND, features)
    assert (before["kind"] == "water").sum() == 1
    assert not (units["kind"] == "water").any()
    assert len(units) == len(before) - 1 == 7
    assert_tiles(units, GROUND, ROUNDING_M2)
    south = units[units.centroid.y < 240]
    assert south.bounds["maxy"].tolist() == pytest.approx([240] * 4, abs=1)
    for x in (200, 600, 1_200, 1_800):
        assert len(units[units.contains(Point(x, 100))].index.intersection(units.index[units.contains(Point(x, 230))]))


def test_water_does_not_count_in_the_area_unless_asked():
    features = extract(roads=STREETS, water=[area(LONG, "river")])
    before, units = enclosed(GROUND, features), shared(GROUND, features)
    assert units["area_m2"].sum() == pytest.approx(2_000 * 420)
    assert units["area_m2"].to_dict() == before["area_m2"][before["kind"] != "water"].to_dict()
    counted = shared(GROUND, features, counted=True)
    assert counted["area_m2"].tolist() == pytest.approx(counted.area.tolist())


@pytest.mark.parametrize("kind", ["lake", "reservoir", "sea", "water"])
def test_a_lake_stays_in_one_piece(kind):
    lake = [area(box(800, 100, 1_200, 400), kind)]
    features = extract(roads=[way((-10, 250), (800, 250)), way((1_200, 250), (2_010, 250))], water=lake)
    assert (shared(GROUND, features)["kind"] == "water").tolist().count(True) == 1


def test_a_long_lake_of_which_it_is_said_stays_in_one_piece():
    features = extract(roads=STREETS, water=[area(LONG, "lake")])
    assert (shared(GROUND, features)["kind"] == "water").any()


def test_a_river_stays_a_unit_where_the_rules_say_so():
    features = extract(roads=STREETS, water=[area(LONG, "river")])
    assert (shared(GROUND, features, Rules(water="unit"))["kind"] == "water").any()


def test_a_river_between_two_parents_goes_to_either_bank_of_its_own():
    areas = district(box(0, 0, 2_000, 240), box(0, 240, 2_000, 500))
    units = shared(areas, extract(roads=STREETS, water=[area(LONG, "river")]))
    assert not (units["kind"] == "water").any()
    assert_tiles(units, areas, ROUNDING_M2)


def test_water_without_ground_of_its_own_parent_stays_a_unit():
    areas = district(box(0, 0, 2_000, 200), box(0, 200, 2_000, 280), box(0, 280, 2_000, 500))
    units = shared(areas, extract(roads=STREETS, water=[area(LONG, "river")]))
    assert units.loc[units["parent"] == "b", "kind"].tolist() == ["water"]
    assert_tiles(units, areas, ROUNDING_M2)


def test_the_banks_are_joined_by_bridges_alone():
    bridge = [way((1_000, 150), (1_000, 350), bridge=True)]
    for over, link in (([], []), (bridge, ["bridge"])):
        features = extract(roads=STREETS + over, water=[area(LONG, "river")])
        cuts = barriers.select(features)
        units = shores.shared_out(blocks.enclose(GROUND, cuts, features), features, Rules())
        joined = borders.touching(units, cuts, features, Rules(islands="apart"))
        north = units.centroid.y > 240
        over_it = north.loc[joined["unit_id"]].to_numpy() != north.loc[joined["neighbour"]].to_numpy()
        assert sorted(set(joined.loc[over_it, "link"])) == link
        assert (joined.loc[~over_it, "link"] == "border").all()


def test_the_water_before_two_shores_is_no_passage_between_them():
    """A hill leaves 12 m of bank, which a street crosses at a slant: the way along it is no wider for the river."""
    hill = way((900, -10), (900, 188), (1_100, 188), (1_100, -10))
    features = extract(roads=[hill, way((985, 188), (1_015, 200))], water=[area(LONG, "river")])
    cuts = barriers.select(features)
    before = blocks.enclose(GROUND, cuts, features)
    for units in (before, shores.shared_out(before, features, Rules())):
        west, east = (units.index[units.contains(Point(x, 100))][0] for x in (500, 1_500))
        joined = borders.touching(units, cuts, features).set_index(["unit_id", "neighbour"])
        assert tuple(sorted((west, east))) not in joined.index
        assert len(joined) > 1


@example([23, 210], 1, False)  # noqa: FBT003 - as drawn
@given(st.lists(st.integers(20, 1_980), min_size=1, max_size=6, unique=True), st.integers(0, 3), st.booleans())
@settings(max_examples=15, deadline=None)
def test_whatever_the_river_units_tile_their_parents(crossings, turns, mirrored):
    middle = LineString([(-50, 240), (500, 180 + 20 * turns), (1_100, 300 - 30 * turns), (2_050, 250)])
    roads = [way((x, -10), (x + 5 * turns, 510)) for x in crossings]

    def moved(shape):
        return rotate(scale(shape, xfact=-1, origin=(0, 0)) if mirrored else shape, 25 * turns, origin=(0, 0))

    features = extract(roads=roads, water=[area(middle.buffer(35), "river")])
    tables = {name: table.set_geometry(table.geometry.map(moved)) for name, table in features.tables.items()}
    areas = GROUND.set_geometry(GROUND.geometry.map(moved))
    here, there = shared(GROUND, features), shared(areas, Extract(tables, features.crs))
    assert_tiles(here, GROUND, ROUNDING_M2)
    assert_tiles(there, areas, ROUNDING_M2)
    assert not (here["kind"] == "water").any()
    # Ground whose edge is the bank was taken for water, turned by some degrees: GEOS cut the touching edges wrong.
    assert not (there["kind"] == "water").any()
    # The ground is the same. Where water ends at the edge of a parcel hangs on where points of a middle line fall: by
    # some metres along a river 70 m wide.
    assert np.allclose(sorted(here["area_m2"]), sorted(there["area_m2"]), rtol=1e-3, atol=30)
    assert np.allclose(sorted(here.area), sorted(there.area), atol=10 * 70)
