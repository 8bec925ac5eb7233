"""Hexagons, cuts, slivers, dwellings and the mosaic under them: small parts, each by hand."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scenes import METRES, area, district, extract, way
from shapely.geometry import Point, Polygon, box

from gridkit.tables import Extract
from gridkit.tessellation import mosaic
from gridkit.tessellation.people import dwellings
from gridkit.tessellation.shapes import blocks, cuts, faces, hexagons, slivers


def test_hexagons_tile_a_district_without_streets():
    areas = district(box(0, 0, 1_000, 1_000))
    units = blocks.enclose(areas, hexagons.lattice(areas, 10_000), Extract({}, METRES))
    assert units["kind"].unique().tolist() == ["hexagon"]
    assert units.area_m2.sum() == pytest.approx(1_000_000)
    assert units.area_m2.median() == pytest.approx(10_000, rel=1e-6)
    assert shapely.coverage_is_valid(units.geometry.to_numpy())


def test_hexagons_of_neighbours_are_the_same_lattice():
    one, other = (set(hexagons.lattice(district(box(x, 0, x + 500, 500)), 9_000).geometry.to_wkb()) for x in (0, 300))
    assert len(one & other) > 20


def test_strips_have_equal_areas():
    shape = Polygon([(0, 0), (300, 0), (300, 40), (100, 100), (0, 80)])
    assert shapely.area(cuts.strips(shape, 4)).tolist() == pytest.approx([shape.area / 4] * 4, rel=1e-6)


def test_the_same_shape_is_cut_the_same_way_wherever_its_outline_begins():
    shape = box(0, 0, 90, 20)
    turned = Polygon([*shape.exterior.coords[2:], *shape.exterior.coords[1:3]])
    one, other = (shapely.union_all(shapely.boundary(cuts.strips(part, 3))) for part in (shape, turned))
    assert one.symmetric_difference(other).length < 1e-6


def test_each_building_has_the_ground_nearest_to_it():
    houses = np.array([box(10, 10, 20, 20), box(70, 10, 80, 20)])
    cells = cuts.building_cells(box(0, 0, 90, 30), houses)
    assert sorted(shapely.area(cells)) == pytest.approx([1_350, 1_350], rel=1e-3)


def test_houses_that_share_a_wall_are_parted_along_it():
    cells = cuts.building_cells(box(0, 0, 40, 20), np.array([box(5, 5, 20, 15), box(20, 5, 35, 15)]))
    assert sorted(shapely.area(cells)) == pytest.approx([400, 400], rel=1e-2)


NO_LINES = slivers.NO_LINES


def test_a_small_piece_joins_along_its_longest_border():
    pieces = np.array([box(0, 0, 100, 100), box(100, 0, 104, 100), box(104, 0, 200, 300), box(100, 100, 104, 300)])
    joined, _ = slivers.join(pieces, np.zeros(4, dtype=int), NO_LINES, 1_000)
    assert sorted(shapely.area(joined)) == pytest.approx([10_400, 29_600]) or len(joined) == 2


def test_pieces_of_two_parents_are_never_joined():
    pieces = np.array([box(0, 0, 100, 100), box(100, 0, 101, 100)])
    parent = slivers.join(pieces, np.array([0, 1]), NO_LINES, 1_000)[1]
    assert parent.tolist() == [0, 1]


def test_a_chain_of_slivers_becomes_one_piece():
    pieces = np.array([box(x, 0, x + 1, 10) for x in range(8)])
    joined, _ = slivers.join(pieces, np.zeros(8, dtype=int), NO_LINES, 1_000)
    assert shapely.area(joined).tolist() == [80]


def test_floor_area_counts_storeys_where_people_live():
    features = extract(
        buildings=[
            area(box(0, 0, 10, 10), "apartments", levels=6.0, residential=True),
            area(box(0, 0, 10, 10), "apartments", height=9.0, residential=True),
            area(box(0, 0, 10, 10), "apartments", residential=True),
            area(box(0, 0, 10, 10), "office", levels=20.0, residential=False),
        ]
    )
    assert dwellings.floor_area(features.table("buildings")).tolist() == pytest.approx([600, 300, 450, 0])


def test_roads_and_water_are_not_habitable():
    features = extract(roads=[way((0, 50), (100, 50), kind="secondary")], water=[area(box(0, 0, 100, 20), "lake")])
    assert shapely.area(dwellings.habitable(np.array([box(0, 0, 100, 100)]), features)).tolist() == [6_000]


def test_a_mosaic_knows_what_lies_on_both_sides():
    sides = mosaic.sides(np.array([box(0, 0, 10, 10), box(10, 0, 20, 10)]))
    inner = sides.right >= 0
    assert inner.sum() == 1
    assert sides.lengths[inner].tolist() == [10]
    assert {int(sides.left[inner][0]), int(sides.right[inner][0])} == {0, 1}


def test_a_segment_finds_its_line_even_when_a_crossing_cut_it():
    lines = np.array([shapely.LineString([(10, -5), (10, 15)]), shapely.LineString([(-5, 5), (25, 5)])])
    found = faces.enclosed_by(np.array([*lines, box(0, 0, 20, 10).boundary]))
    sides = mosaic.sides(found)
    on = mosaic.line_of(sides, lines, np.array([1, 1]))
    assert sorted(on[sides.right >= 0].tolist()) == [0, 0, 1, 1]


def test_neighbours_get_the_corners_of_what_was_cut():
    cut = np.array([box(0, 0, 5, 10), box(5, 0, 10, 10)])
    whole = np.array([*cut, box(0, 10, 10, 20)])
    assert not shapely.coverage_is_valid(whole)
    assert shapely.coverage_is_valid(mosaic.stitched(whole, cut))


def test_loose_ends_are_led_on_to_the_nearest_line():
    lines = np.array([shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(5, 9), (5, 0.5)])])
    led = mosaic.leads(lines, 1.0)
    assert len(led) == 1
    assert led[0].crosses(lines[0])
    assert not len(mosaic.leads(lines, 0.4))


def test_a_round_part_is_found_whatever_its_size():
    table = gpd.GeoSeries([Point(0, 0).buffer(r) for r in (5, 50)], crs=METRES)
    assert (4 * np.pi * table.area / table.length**2 > 0.98).all()
