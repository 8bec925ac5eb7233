"""Division: what is too large is cut where one can see it, and nobody is lost."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import scenes
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import METRES, area, extract, way
from shapely.geometry import box

from gridkit.tables import UNITS, Extract
from gridkit.tessellation import barriers
from gridkit.tessellation.cut_rules import Rules
from gridkit.tessellation.shapes import blocks, divide

NOTHING = Extract({}, METRES)
ONLY_LARGE = Rules(fill=1.0)


def units(*shapes, people, **columns):
    names = pd.Index([f"u{i}" for i in range(len(shapes))], name="unit_id")
    frame = gpd.GeoDataFrame(
        {"parent": "a", "people": people, "kind": "block", **columns}, geometry=list(shapes), index=names, crs=METRES
    )
    return frame.assign(area_m2=frame.area)


def divided(start, limit, features=NOTHING, rules=ONLY_LARGE, **more):
    out, report = divide.divide(start, limit, features, rules=rules, **more)
    UNITS.check(out)
    shapes = out.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert out["people"].sum() == pytest.approx(start["people"].sum(), rel=1e-12)
    assert out.area.sum() == pytest.approx(start.area.sum(), rel=1e-12)
    return out, report


def ways(out):
    return sorted(out.loc[out["way"] != "", "way"])


def test_what_fits_is_left_as_it_is():
    out, report = divided(units(box(0, 0, 100, 100), people=[900.0]), 1_000)
    assert out.index.tolist() == ["u0"]
    assert report["cut"] == 0


def test_a_large_block_is_cut_by_its_lanes():
    lanes = extract(roads=[way((50, 0), (50, 100), kind="service")])
    out, _ = divided(units(box(0, 0, 100, 100), people=[1_800.0]), 1_000, lanes)
    assert out.index.tolist() == ["u0.1", "u0.2"]
    assert ways(out) == ["lane", "lane"]
    assert out["people"].tolist() == pytest.approx([900, 900])


def test_ground_between_a_road_and_the_footways_beside_it_goes_with_what_lies_behind():
    ring = [way((8, 8), (192, 8), (192, 192), (8, 192), (8, 8), kind="footway")]
    lane = [way((100, 8), (100, 192), kind="service")]
    houses = [area(box(30 + 90 * i, 60, 50 + 90 * i, 140), levels=3.0, residential=True) for i in range(2)]
    start = units(box(0, 0, 200, 200), people=[1_800.0])
    out, _ = divided(start, 1_000, extract(roads=ring + lane, buildings=houses))
    assert len(out) == 2, "two halves, and no frame of eight metres around them"
    assert shapely.area(out.geometry.to_numpy()) == pytest.approx([20_000, 20_000], rel=0.02)
    assert all(shape.covers(house["geometry"]) for shape, house in zip(out.geometry, houses, strict=True))


def test_a_row_of_houses_along_a_road_is_no_strip():
    footway = [way((0, 20), (200, 20), kind="footway")]
    row = [area(box(10 + 40 * i, 4, 35 + 40 * i, 16), levels=3.0, residential=True) for i in range(5)]
    start = units(box(0, 0, 200, 120), people=[1_800.0])
    out, _ = divided(start, 1_000, extract(roads=footway, buildings=row))
    assert sorted(out["way"].unique()) == ["cell", "lane"] or set(out["way"]) == {"lane"}
    assert any(shape.bounds[3] <= 20.01 for shape in out.geometry), "the row stays a row"


def test_without_lanes_it_is_cut_between_its_buildings():
    houses = [
        area(box(10 + 40 * i, 10 + 40 * j, 25 + 40 * i, 25 + 40 * j), levels=3.0, residential=True)
        for i in range(5)
        for j in range(3)
    ]
    out, _ = divided(units(box(0, 0, 200, 120), people=[1_500.0]), 600, extract(buildings=houses))
    assert set(ways(out)) == {"cell"}
    assert out["people"].max() <= 600
    whole = [sum(shape.covers(house["geometry"]) for shape in out.geometry) for house in houses]
    assert whole == [1] * len(houses)


def test_a_tower_is_cut_by_its_stair_units_and_the_report_says_so():
    tower = extract(buildings=[area(box(20, 40, 80, 60), levels=30.0, residential=True, stairs=3.0)])
    out, report = divided(units(box(0, 0, 100, 100), people=[1_500.0]), 600, tower)
    assert ways(out) == ["stairs"] * 3
    assert out["people"].tolist() == pytest.approx([500] * 3)
    assert [share["tower"] for share in report["shares"]] == ["u0"] * 3


def test_one_building_that_could_not_hold_everybody_is_no_tower():
    hut = extract(buildings=[area(box(20, 40, 40, 60), levels=2.0, residential=True, stairs=3.0)])
    out, _ = divided(units(box(0, 0, 300, 100), people=[1_500.0]), 1_000, hut)
    assert set(ways(out)) == {"area"}


def test_where_the_map_shows_nothing_it_is_cut_in_equal_strips():
    out, report = divided(units(box(0, 0, 300, 100), people=[1_500.0]), 1_000)
    assert set(ways(out)) == {"area"}
    assert out["people"].max() <= 1_000
    assert report["pieces"]["area"] == len(out)


def test_a_dead_end_is_led_on_before_anything_is_cut_straight():
    lane = extract(roads=[way((40, 0), (40, 75), kind="service")])
    out, report = divided(units(box(0, 0, 90, 100), people=[900.0]), 800, lane)
    assert "led" in ways(out)
    assert report["pieces"]["led"] >= 1
    edges = shapely.union_all(shapely.boundary(out.geometry.to_numpy()))
    assert edges.buffer(0.1).covers(lane.table("roads").geometry.iloc[0]), "the lane parts what lies beside it"


def town(small, *, large=650.0):
    """Return a block of many people before a row of blocks of a few."""
    row = [box(300 + 50 * i, 0, 350 + 50 * i, 100) for i in range(small)]
    return units(box(0, 0, 300, 100), *row, people=[large, *[250.0] * small])


ROOM, NO_ROOM = divide.Limit(1_000, least=800), divide.Limit(1_000, least=970)
"""Grids from 800 to 1,000 leave bare blocks whole up to 700, grids from 970 on up to 500."""


@pytest.mark.parametrize(
    ("start", "limit", "whole"),
    [
        (town(60), ROOM, True),
        (town(60), NO_ROOM, False),
        (town(60), divide.Limit(1_000), False),
        (town(60, large=800.0), ROOM, False),
        (town(30), ROOM, False),
        (town(60).assign(parent=["a", *["b"] * 60]), ROOM, False),
    ],
    ids=["room", "narrow band", "band unknown", "too large", "few grids", "a parent alone"],
)
def test_no_straight_line_cuts_a_block_that_finds_its_place_beside_small_ones(start, limit, whole):
    _, report = divided(start, limit, rules=Rules(straight=0.7))
    assert (report["pieces"]["area"] == 0) == whole


@pytest.mark.parametrize(("compounds", "whole"), [(2, True), (4, False)])
def test_what_stays_large_for_other_reasons_takes_the_room_of_blocks(compounds, whole):
    """Compounds of 700 stay whole in any case; with four of them, large units hold a fifth of the people."""
    start = town(60)
    people, group = start["people"].to_numpy(copy=True), np.full(len(start), None, dtype=object)
    people[1 : 1 + compounds], group[1 : 1 + compounds] = 700.0, [f"c{i}" for i in range(compounds)]
    _, report = divided(start.assign(people=people, group=group), ROOM, rules=Rules(straight=0.7))
    assert (report["pieces"]["area"] == 0) == whole


def test_a_block_that_straight_lines_leave_whole_is_cut_along_the_lane_inside():
    lane = extract(roads=[way((150, 0), (150, 90), kind="service")])
    out, report = divided(town(60), ROOM, lane, rules=Rules(straight=0.7))
    assert ways(out) == ["led"] * 2
    assert report["pieces"]["area"] == 0


def test_a_yard_where_nobody_lives_is_cut_between_its_sheds():
    sheds = [area(box(10 + 100 * i, 20, 60 + 100 * i, 80), levels=1.0, residential=False) for i in range(3)]
    out, _ = divided(units(box(0, 0, 300, 100), people=[1_500.0]), 600, extract(buildings=sheds))
    assert set(ways(out)) == {"cell"}
    assert all(any(shape.covers(shed["geometry"]) for shape in out.geometry) for shed in sheds)


def test_bare_ground_is_cut_along_the_areas_that_people_were_counted_in():
    cells = np.array([box(100 * i, 0, 100 * i + 100, 130) for i in range(3)])
    out, report = divided(units(box(0, 0, 300, 100), people=[900.0]), 700, rules=Rules(fill=1.0), areas=cells)
    assert ways(out) == ["area"] * len(out), "no area lies in it whole"
    out, report = divided(units(box(0, 0, 300, 130), people=[900.0]), 700, rules=Rules(fill=1.0), areas=cells)
    assert ways(out) == ["count"] * 3
    assert report["pieces"]["count"] == 3


def test_areas_larger_than_a_block_say_nothing_of_it():
    around = np.array([box(-500, -500, 150, 500), box(150, -500, 800, 500)])
    out, _ = divided(units(box(0, 0, 280, 100), people=[900.0]), 800, areas=around)
    assert ways(out) == ["area"] * 3
    assert out.area.max() - out.area.min() < 1


def test_a_neighbour_gets_the_new_corners():
    start = units(box(0, 0, 300, 100), box(0, 100, 300, 200), people=[1_500.0, 10.0])
    out, _ = divided(start, 1_000)
    assert shapely.get_num_coordinates(out.loc["u1"].geometry) > 5


def test_a_compound_that_fits_stays_whole():
    start = units(box(0, 0, 100, 100), box(100, 0, 200, 100), people=[450.0, 450.0], group=["g", "g"])
    out, report = divided(start, 1_000, rules=Rules(fill=0.4))
    assert out["group"].tolist() == ["g", "g"]
    assert report["groups_given_up"] == []


def test_a_compound_that_no_grid_could_hold_is_given_up_and_divided():
    start = units(box(0, 0, 100, 100), box(100, 0, 200, 100), people=[450.0, 1_450.0], group=["g", "g"])
    out, report = divided(start, 1_000)
    assert report["groups_given_up"] == ["g"]
    assert out["group"].isna().all()
    assert out["people"].max() <= 1_000


def test_blocks_nearly_as_large_as_a_grid_are_divided_too():
    out, _ = divided(units(box(0, 0, 300, 100), people=[900.0]), 1_000, rules=Rules(fill=0.5))
    assert len(out) > 1


def test_every_count_goes_with_its_people():
    out, _ = divided(units(box(0, 0, 300, 100), people=[1_500.0], households=[500.0]), 1_000)
    assert (out["households"] / out["people"]).tolist() == pytest.approx([1 / 3] * len(out))
    assert out["households"].sum() == pytest.approx(500)


def test_people_are_counted_where_the_source_has_them():
    def west(pieces):
        return pd.DataFrame({"people": (pieces.centroid.x < 50).astype(float)}, index=pieces.index)

    lanes = extract(roads=[way((50, 0), (50, 100), kind="service")])
    out, _ = divided(units(box(0, 0, 100, 100), people=[600.0]), 500, lanes, Rules(fill=1.0), count=west)
    assert out[out.centroid.x > 50]["people"].sum() == 0


def test_the_superblock_is_cut_inside_by_its_own_lanes():
    areas, features = scenes.superblock()
    start = blocks.enclose(areas, barriers.select(features), features)
    start = start.assign(people=np.where(start["group"].notna(), 3_000.0, 0.0))
    out, report = divided(start, 1_000, features)
    assert report["groups_given_up"] == ["compounds0"]
    assert report["still_above"] == []
    assert out["people"].max() <= 1_000


@given(
    st.lists(st.tuples(st.integers(0, 280), st.integers(0, 280)), min_size=0, max_size=14, unique=True),
    st.integers(1, 8),
)
@settings(max_examples=25)
def test_whatever_stands_on_it_a_unit_is_cut_without_loss(corners, times):
    houses = [area(box(x, y, x + 12, y + 12), levels=2.0, residential=True) for x, y in corners]
    start = units(box(0, 0, 300, 300), box(300, 0, 400, 300), people=[400.0 * times, 90.0])
    divided(start, 500, extract(buildings=houses), Rules())


@pytest.mark.parametrize("apart", [2e-7, 1e-5, 9e-4, 5e-3])
def test_two_lanes_that_should_be_one_leave_no_hair_between_them(apart, monkeypatch):
    # Made dense, a hair turns inside out by rounding; GEOS finds no triangle in it, and the run ended there.
    drawn, real = [], blocks.middle_lines
    monkeypatch.setattr(blocks, "middle_lines", lambda parts, *rest: drawn.extend(parts) or real(parts, *rest))
    lanes = [
        way((0, 60.3), (71.234567, 57.1), (200, 50.7), kind="service"),
        way((0, 60.3), (35.6172835, 58.7 + apart), (71.234567, 57.1 - apart / 3), (200, 50.7), kind="footway"),
    ]
    start = units(box(0, 0, 200, 120), people=[1_800.0])
    out, _ = divided(start, 1_000, extract(roads=lanes))
    assert len(out) == 2
    assert out.area.min() > 1_000
    assert all(2 * part.area > 0.01 * part.length for part in drawn)
