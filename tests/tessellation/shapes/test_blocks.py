"""Blocks: street scenes with one right answer each, and the laws that every coverage keeps."""

import geopandas as gpd
import numpy as np
import pytest
import scenes
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import area, assert_tiles, district, extract, way
from shapely.affinity import rotate, translate
from shapely.geometry import Point, box

from gridkit.errors import TableError
from gridkit.tables import UNITS, Extract
from gridkit.tessellation import barriers
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks


def enclosed(areas, features, rules=None, extra=None):
    units = blocks.enclose(areas, barriers.select(features, extra, rules), features, rules)
    assert_tiles(units, areas)
    UNITS.check(units.assign(people=0.0))
    return units


def at(units, x, y):
    """Return the id of the unit at a place."""
    return units.index[units.contains(Point(x, y))][0]


# ------------------------------------------------------------------ scenes
def test_the_border_between_two_carriageways_runs_along_their_middle():
    units = enclosed(*scenes.median())
    assert len(units) == 3
    south = units.loc[at(units, 100, 50)].geometry
    assert south.bounds[3] == pytest.approx(100)
    across = shapely.LineString([(150, 0), (150, 200)])
    assert shapely.intersection(south, across).length == pytest.approx(100)


def test_a_side_street_is_led_straight_across_the_median():
    units = enclosed(*scenes.median())
    west, east = units.loc[at(units, 50, 150)].geometry, units.loc[at(units, 150, 150)].geometry
    shared = shapely.intersection(west, east)
    assert shared.bounds == pytest.approx((100, 100, 100, 200))


def test_four_blocks_meet_in_the_middle_of_a_roundabout():
    units = enclosed(*scenes.roundabout())
    assert len(units) == 4
    for shape in units.geometry:
        assert shape.distance(Point(100, 100)) < 1
    assert units.area_m2.tolist() == pytest.approx([10_000] * 4, rel=0.02)


def test_a_dead_end_does_not_cut():
    streets = extract(roads=[way((50, -10), (50, 60))])
    assert len(enclosed(district(box(0, 0, 100, 100)), streets)) == 1


def test_a_tunnel_does_not_cut():
    streets = extract(roads=[way((50, -10), (50, 110), kind="primary", tunnel=True)])
    assert len(enclosed(district(box(0, 0, 100, 100)), streets)) == 1


def test_a_ring_at_the_end_of_a_lane_is_a_block_inside_a_block():
    ring = way((50, 100), (50, 50), (150, 50), (150, 150), (50, 150), (50, 100))
    units = enclosed(district(box(0, 0, 200, 200)), extract(roads=[way((-10, 100), (50, 100)), ring]))
    assert sorted(units.area_m2) == pytest.approx([10_000, 30_000])


def test_what_a_slip_road_cuts_off_is_part_of_the_corner():
    roads = [
        way((-10, 100), (100, 100), (210, 100), kind="primary", name="Bell Avenue"),
        way((100, -10), (100, 100), (100, 210), kind="secondary", name="Lime Street"),
        way((60, 100), (100, 140), kind="primary_link", oneway=True),
    ]
    units = enclosed(district(box(0, 0, 200, 200)), extract(roads=roads))
    assert units.area_m2.tolist() == pytest.approx([10_000] * 4)


def test_what_lies_between_a_motorway_and_its_service_roads_goes_to_each_block_before_it():
    """Four blocks on either side: one of them used to get the whole strip before all four, 1,000 m long."""
    halves = [way((-10, y), (1010, y), kind="motorway", oneway=True) for y in (292, 308)]
    beside = [way((-10, y), (1010, y), kind="tertiary", oneway=True) for y in (267, 333)]
    streets = [way((x, low), (x, high)) for x in (250, 500, 750) for low, high in ((-10, 267), (333, 610))]
    units = enclosed(district(box(0, 0, 1000, 600)), extract(roads=[*halves, *beside, *streets]))
    assert units.area_m2.tolist() == pytest.approx([75_000] * 8, rel=0.01)


def test_a_footway_beside_a_street_leaves_no_sliver():
    roads = [way((-10, 100), (210, 100), name="Lime Street"), way((-10, 105), (210, 105), kind="footway")]
    units = enclosed(district(box(0, 0, 200, 200)), extract(roads=roads), Rules(least_road="path"))
    assert units.area_m2.tolist() == pytest.approx([20_000, 20_000])


def test_tracks_side_by_side_are_one_railway():
    rails = [way((-10, y), (210, y), kind="rail") for y in (92, 96, 100, 104, 108)]
    units = enclosed(district(box(0, 0, 200, 200)), extract(rails=rails))
    assert units.area_m2.tolist() == pytest.approx([20_000, 20_000])


def test_banks_share_a_river_along_its_middle():
    units = enclosed(*scenes.river())
    assert len(units) == 4
    assert units.area_m2.sum() == pytest.approx(60_000)
    west = shapely.union_all(units.geometry[units.centroid.x < 100].to_numpy())
    assert west.bounds == pytest.approx((0, 0, 100, 300))


def test_a_river_can_be_a_unit_of_its_own():
    units = enclosed(*scenes.river(), Rules(water="unit"))
    wet = units[units["kind"] == "water"]
    assert wet.area.tolist() == pytest.approx([12_000])
    assert wet.area_m2.tolist() == [0], "water does not count as ground"
    assert len(units) == 5


def test_a_pond_is_part_of_the_block_around_it():
    pond = area(Point(50, 50).buffer(30), "pond")
    units = enclosed(district(box(0, 0, 100, 100)), extract(water=[pond]))
    assert units.area_m2.tolist() == pytest.approx([10_000])


def test_a_block_under_a_park_is_a_park():
    park = area(box(102, 2, 198, 98), "park")
    units = enclosed(district(box(0, 0, 200, 100)), extract(roads=[way((100, -10), (100, 110))], green=[park]))
    assert units.loc[at(units, 150, 50), "kind"] == "park"
    assert units.loc[at(units, 50, 50), "kind"] == "block"


def test_a_park_can_cut():
    park = area(box(0, 0, 150, 150), "park")
    assert len(enclosed(district(box(0, 0, 300, 300)), extract(green=[park]), Rules(parks="cut"))) == 2


def test_blocks_of_one_compound_are_a_group():
    roads = [way((100, -10), (100, 210)), way((200, -10), (200, 210))]
    compound = area(box(0, 0, 200, 200), "residential", name="Lime Garden")
    units = enclosed(district(box(0, 0, 300, 200)), extract(roads=roads, compounds=[compound]))
    assert units["group"].tolist()[:2] == ["compounds0", "compounds0"]
    assert units["group"].isna().tolist()[2]


def test_a_whole_quarter_is_no_compound():
    quarter = area(box(0, 0, 200, 200), "residential")
    units = enclosed(district(box(0, 0, 200, 200)), extract(compounds=[quarter]), Rules(compound_m2=10_000))
    assert units["group"].isna().all()


def test_a_small_block_joins_across_the_street_and_not_across_the_railway():
    """The strip of 200 x 4 m touches the south along the railway and the north along the street."""
    features = extract(
        rails=[way((-10, 100), (210, 100), kind="rail")],
        roads=[way((-10, 120), (100, 120), (100, 210)), way((100, 120), (210, 120)), way((100, 100), (100, 120))],
    )
    units = enclosed(district(box(0, 0, 200, 200)), features, Rules(least_m2=5_000, sliver_m=0, median_m=0))
    assert units.loc[at(units, 50, 110)].geometry.bounds[1] == pytest.approx(100)
    assert at(units, 50, 110) != at(units, 50, 50)


def test_no_block_crosses_a_parent():
    avenue = {"kind": "primary", "name": "Bell Avenue", "oneway": True}
    roads = [way((-10, 94), (410, 94), **avenue), way((410, 106), (-10, 106), **avenue)]
    areas = district(box(0, 0, 200, 200), box(200, 0, 400, 200))
    units = enclosed(areas, extract(roads=roads))
    assert units.groupby("parent").size().to_dict() == {"a": 2, "b": 2}
    assert units.area_m2.sum() == pytest.approx(80_000)


def test_a_parent_that_ends_along_the_median_keeps_its_half_street():
    avenue = {"kind": "primary", "name": "Bell Avenue", "oneway": True}
    roads = [way((-10, 94), (210, 94), **avenue), way((210, 106), (-10, 106), **avenue)]
    units = enclosed(district(box(0, 0, 200, 100), box(0, 100, 200, 200)), extract(roads=roads))
    assert units.area_m2.tolist() == pytest.approx([20_000, 20_000])


def test_an_exclave_is_a_unit_of_its_own():
    parts = shapely.union_all([box(0, 0, 100, 100), box(300, 0, 400, 100)])
    units = enclosed(district(parts), extract(roads=[way((-10, 50), (410, 50))]))
    assert units["parent"].tolist() == ["a"] * 4


def test_a_hole_stays_a_hole():
    ring = box(0, 0, 300, 300).difference(box(100, 100, 200, 200))
    units = enclosed(district(ring), extract(roads=[way((-10, 150), (310, 150))]))
    assert units.area_m2.sum() == pytest.approx(80_000)


def test_a_district_without_lines_is_one_unit():
    assert len(enclosed(district(box(0, 0, 100, 100)), Extract({}, scenes.METRES))) == 1


def test_a_line_that_ends_just_short_is_led_on():
    streets = extract(roads=[way((-10, 50), (110, 50)), way((50, 110), (50, 50.6))])
    assert len(enclosed(district(box(0, 0, 100, 100)), streets)) == 3
    assert len(enclosed(district(box(0, 0, 100, 100)), streets, Rules(gap_m=0.5))) == 2


def test_districts_that_overlap_are_refused():
    areas = district(box(0, 0, 100, 100), box(50, 0, 150, 100))
    with pytest.raises(TableError, match="overlap by 5,000 m2: a, b"):
        enclosed(areas, Extract({}, scenes.METRES))


def test_the_users_lines_cut():
    own = gpd.GeoDataFrame(geometry=[shapely.LineString([(50, -5), (50, 105)])], crs=scenes.METRES)
    assert len(enclosed(district(box(0, 0, 100, 100)), Extract({}, scenes.METRES), extra=own)) == 2


def test_ids_count_west_to_east_inside_each_parent():
    areas = district(box(200, 0, 400, 100), box(0, 0, 200, 100))
    units = enclosed(areas, extract(roads=[way((x, -10), (x, 110)) for x in (50, 250)]))
    assert units.sort_index().centroid.x.tolist() == pytest.approx([225, 325, 25, 125])
    assert sorted(units.index) == ["a-1", "a-2", "b-1", "b-2"]


# ------------------------------------------------------------------ laws
spots = st.tuples(st.integers(-2, 22), st.integers(-2, 22)).map(lambda spot: (10.0 * spot[0], 10.0 * spot[1]))
streets = st.lists(
    st.tuples(
        spots, spots, st.sampled_from(["residential", "primary", "primary_link", "footway"]), st.booleans()
    ).filter(lambda street: street[0] != street[1]),
    max_size=12,
)


def drawn(rows):
    return extract(
        roads=[way(a, b, kind=kind, oneway=oneway, name="N" if oneway else None) for a, b, kind, oneway in rows]
    )


TWO = district(box(0, 0, 120, 200), box(120, 0, 200, 200))
TIGHT = Rules(least_m2=200, sliver_m=15, median_m=30, least_road="path")


@given(streets)
@settings(max_examples=40)
def test_whatever_the_streets_blocks_tile_their_parents(rows):
    enclosed(TWO, drawn(rows), TIGHT)


@given(streets, st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    one, other = enclosed(TWO, drawn(rows), TIGHT), enclosed(TWO.iloc[::-1], drawn(mixed), TIGHT)
    other = other.sort_index()
    assert one.sort_index().index.equals(other.index)
    assert np.allclose(one.sort_index().area, other.area)
    assert one.sort_index().geometry.geom_equals_exact(other.geometry, 1e-6).all() or np.allclose(
        shapely.area(shapely.symmetric_difference(one.sort_index().geometry.to_numpy(), other.geometry.to_numpy())),
        0,
        atol=1e-6,
    )


@pytest.mark.parametrize("scene", [scenes.median, scenes.roundabout, scenes.river, scenes.superblock])
def test_a_rigid_motion_gives_the_same_blocks(scene):
    areas, features = scene()

    def moved(shape):
        return rotate(translate(shape, 5_000, -3_000), 30, origin=(0, 0))

    tables = {name: table.set_geometry(table.geometry.map(moved)) for name, table in features.tables.items()}
    there = enclosed(areas.set_geometry(areas.geometry.map(moved)), Extract(tables, features.crs))
    here = enclosed(areas, features)
    assert sorted(there.area) == pytest.approx(sorted(here.area), rel=0.01)


# ------------------------------------------------------------------ strips, interchanges
AVENUE = {"kind": "primary", "name": "Bell Avenue", "oneway": True}
CARRIAGEWAYS = [way((-10, 180), (810, 180), **AVENUE), way((810, 230), (-10, 230), **AVENUE)]
SIDE_STREETS = [way((400, -10), (400, 180)), way((400, 230), (400, 410))]


def test_a_median_of_fifty_metres_goes_to_both_sides_of_the_avenue():
    units = enclosed(district(box(0, 0, 800, 400)), extract(roads=CARRIAGEWAYS + SIDE_STREETS))
    assert len(units) == 4
    assert units.bounds["maxy"].min() == pytest.approx(205)


def test_a_strip_with_a_house_on_it_is_a_block():
    house = [area(box(390, 200, 410, 210), "yes")]
    units = enclosed(district(box(0, 0, 800, 400)), extract(roads=CARRIAGEWAYS + SIDE_STREETS, buildings=house))
    assert len(units) == 5


def test_the_ground_inside_an_interchange_is_no_unit():
    ramp, motorway = {"kind": "motorway_link", "oneway": True}, {"kind": "motorway", "oneway": True}
    loop = [(500, 700), (560, 760), (700, 720), (760, 620), (720, 540), (700, 500)]
    roads = [
        way((-10, 500), (1010, 500), **motorway),
        way((500, -10), (500, 1010), **motorway),
        way(*loop, **ramp),
        way((500, 620), (540, 560), (620, 500), **ramp),
    ]
    assert len(enclosed(district(box(0, 0, 1000, 1000)), extract(roads=roads))) == 4


@given(st.lists(st.integers(-180, 180), min_size=15, max_size=15))
@settings(max_examples=8, deadline=None)
def test_streets_along_the_border_of_two_parents_and_at_its_corners_enclose_nothing_flat(shifts):
    """Borders are drawn along streets, corner by corner; what they enclose between them has no width to be shared."""
    wall = [(300 + x / 10, 90.0 * k) for k, x in enumerate(shifts[:5])]
    west, east = (
        shapely.Polygon([(0.0, 0.0), *wall, (0.0, 360.0)]),
        shapely.Polygon([*wall, (620.0, 360.0), (620.0, 0.0)]),
    )
    ring = [(0.0, 0.0), (620.0, 0.0), (620.0, 360.0), (0.0, 360.0), (0.0, 0.0)]
    across = [(0.0, 90.0), wall[1], (620.0, 90.0 + shifts[5] / 10)]
    slanting = [(0.0, 190.0 + shifts[6] / 10), (620.0, 170.0 + shifts[7] / 10)]
    features = extract(roads=[way(*ring), way(*wall), way(*across), way(*slanting)])
    units = enclosed(district(west, east), features)
    assert units["parent"].value_counts().to_dict() == {"a": 3, "b": 3}
    assert units.geometry.minimum_clearance().min() > 1e-3
