"""Tiny worlds with one right answer each: from lines and areas to grids, as `split` does it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scenes import METRES, area, district, extract, lake, river, way
from shapely.geometry import box

from gridkit.adjacency import GAP
from gridkit.band import Band
from gridkit.catalog.presets import presets
from gridkit.partition.solver import search
from gridkit.plan import arrays
from gridkit.plan.arrays import prices
from gridkit.tessellation import barriers, borders, coast
from gridkit.tessellation.people import dasymetric, land_use
from gridkit.tessellation.shapes import blocks, divide

if TYPE_CHECKING:
    from gridkit.tables import Extract

PRESET = presets()["cn-social"]


@dataclass(frozen=True)
class World:
    """Units with their grids, their borders, and what the search says."""

    units: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    excess: float

    @property
    def grids(self) -> gpd.GeoSeries:
        """The land of each grid."""
        dry = self.units[self.units["kind"] != "water"]
        return dry.dissolve("grid_id").geometry

    def whole(self) -> bool:
        """Say whether every grid hangs together by more than a way's width."""
        left = shapely.buffer(self.grids.to_numpy(), -8.0)
        return bool((shapely.get_num_geometries(left) == 1).all())

    def grid_at(self, x: float, y: float) -> str:
        """Return the grid of the unit at a place."""
        return str(self.units["grid_id"][self.units.contains(shapely.Point(x, y))].iloc[0])


def world(areas: gpd.GeoDataFrame, features: Extract, people: gpd.GeoDataFrame, band: Band) -> World:
    """Return a district taken through the steps of a split."""
    features = land_use.marked(coast.with_sea(features, areas)[0], PRESET.land_use.people)
    lines = barriers.select(features)
    units, _ = dasymetric.allocate(blocks.enclose(areas, lines, features), people, features)

    def count(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return dasymetric.allocate(pieces, people, features)[0].drop(columns="geometry")

    units, _ = divide.divide(units, band.high, features, count)
    joined = borders.standing(borders.touching(units, lines, features), units, "people", band)
    problem, _ = arrays.problem(units, joined, arrays.Aim("people", band, prices(PRESET)))
    found = search(problem, effort=0.2, threads=1)
    return World(units.assign(grid_id=found.labels.astype(str)), joined, found.excess)


def everybody(areas: gpd.GeoDataFrame, people: float) -> gpd.GeoDataFrame:
    """Return people over a whole district, by area."""
    return gpd.GeoDataFrame({"people": [people]}, geometry=[areas.union_all()], crs=METRES)


def streets(xs: tuple[float, ...], ys: tuple[float, ...], right: float, top: float) -> list[dict[str, object]]:
    return [way((x, -10), (x, top + 10)) for x in xs] + [way((-10, y), (right + 10, y)) for y in ys]


def test_a_harbour_is_one_unit_of_water_and_its_grids_are_of_land():
    areas = district(box(0, 0, 1000, 600))
    roads = streets((200, 400), (200, 400), 1000, 600)
    shore = [way((600, -3000), (600, 3000), kind="coastline")]
    made = world(areas, extract(roads=roads, waterways=shore), everybody(areas, 900), Band(270, 300, 330))
    sea = made.units[made.units["kind"] == "water"]
    assert sea.area.tolist() == pytest.approx([240_000])
    assert (sea["people"].tolist(), sea["area_m2"].tolist()) == ([0], [0])
    assert made.units["people"].sum() == pytest.approx(900)
    assert (made.excess, len(made.grids), made.whole()) == (0, 3, True)


def test_an_island_in_a_lake_too_small_for_a_grid_hangs_on_a_gap_that_is_named():
    areas, features = lake()
    made = world(areas, features, everybody(areas, 650), Band(180, 200, 220))
    assert (made.borders["link"] == GAP).sum() == 1
    gap = made.borders[made.borders["link"] == GAP].iloc[0]
    assert gap["feature_m"] == pytest.approx(150)


def test_an_island_with_a_bridge_hangs_on_the_bridge():
    areas, features = lake(way((650, -10), (650, 350), kind="residential", bridge=True))
    made = world(areas, features, everybody(areas, 650), Band(180, 200, 220))
    assert not (made.borders["link"] == GAP).any()
    assert "bridge" in set(made.borders["link"])


@pytest.mark.parametrize("bridge", [True, False])
def test_a_grid_reaches_over_a_river_by_a_bridge_and_not_without_one(bridge):
    areas, features = river(bridge=bridge)
    made = world(areas, features, everybody(areas, 400), Band(100, 200, 200))
    joined = set(made.borders["link"])
    assert ("bridge" in joined) == bridge
    assert (made.borders["link"] == GAP).sum() == 0, "either bank can be split alone"
    assert made.grid_at(40, 100) != made.grid_at(160, 100) or bridge


def test_two_rows_of_houses_are_cut_between_the_houses_and_do_not_interleave():
    areas = district(box(0, 0, 600, 120))
    houses = [
        area(box(10 + 40 * i, y, 40 + 40 * i, y + 12), "house", levels=3.0, residential=True)
        for i in range(14)
        for y in (20, 80)
    ]
    made = world(areas, extract(buildings=houses), everybody(areas, 1000), Band(200, 250, 300))
    assert (made.excess, len(made.grids), made.whole()) == (0, 4, True)
    west = sorted(made.grids.bounds[["minx", "maxx"]].to_numpy().tolist())
    assert all(right > left - 45 for (_, right), (left, _) in pairwise(west))
    cut = shapely.intersection(
        shapely.union_all(shapely.boundary(made.grids.to_numpy())),
        shapely.union_all([row["geometry"] for row in houses]),
    )
    assert shapely.length(cut) == 0, "no house is cut"


def test_no_grid_hangs_on_a_touch_of_one_metre():
    """Two fields of 200 people touch along 1 m; each has a neighbour of 200 behind a street of its own."""
    shapes = [
        shapely.Polygon([(0, 0), (200, 0), (200, 199), (200, 200), (0, 200)]),
        box(0, 200, 200, 400),
        shapely.Polygon([(200, 199), (400, 199), (400, 400), (200, 400), (200, 200)]),
        box(200, 0, 400, 199),
    ]
    units = gpd.GeoDataFrame(
        {"people": [200.0, 200.0, 200.0, 200.0], "parent": "p", "kind": "block", "area_m2": [s.area for s in shapes]},
        geometry=shapes,
        crs=METRES,
        index=[f"u{i}" for i in range(4)],
    ).rename_axis("unit_id")
    joined = borders.touching(units, barriers.select(extract()), extract())
    problem, _ = arrays.problem(units, joined, arrays.Aim("people", Band(380, 400, 420), prices(PRESET)))
    labels = search(problem, effort=0.2, threads=1).labels
    pairs = set(zip(joined["unit_id"], joined["neighbour"], strict=True))
    assert ("u0", "u2") not in pairs, "they share 1 m"
    assert labels[0] != labels[2]


def test_the_ground_of_an_interchange_belongs_to_the_blocks_around_and_nobody_lives_on_it():
    ramp, motorway = {"kind": "motorway_link", "oneway": True}, {"kind": "motorway", "oneway": True}
    loop = [(500, 700), (560, 760), (700, 720), (760, 620), (720, 540), (700, 500)]
    roads = [
        way((-10, 500), (1010, 500), **motorway),
        way((500, -10), (500, 1010), **motorway),
        way(*loop, **ramp),
        way((500, 620), (540, 560), (620, 500), **ramp),
    ]
    areas = district(box(0, 0, 1000, 1000))
    made = world(areas, extract(roads=roads), everybody(areas, 800), Band(180, 200, 220))
    blocks_cut = {str(name).split(".")[0] for name in made.units.index}
    assert (len(blocks_cut), len(made.grids), made.excess) == (4, 4, 0)
    assert made.whole()


def test_nobody_lives_in_the_park_and_no_grid_is_the_park_alone():
    areas = district(box(0, 0, 600, 400))
    roads = streets((200, 400), (200,), 600, 400)
    green = [area(box(202, -20, 398, 420), "park")]
    made = world(areas, extract(roads=roads, green=green), everybody(areas, 800), Band(360, 400, 440))
    inside = made.units[made.units.representative_point().x.between(200, 400)]
    assert inside["people"].sum() == 0
    assert made.units["people"].sum() == pytest.approx(800)
    held = made.units.groupby("grid_id")["people"].sum()
    assert np.allclose(held, 400)


def test_a_reservoir_is_a_unit_where_nobody_lives_and_no_cut_runs_through_it():
    """A reservoir of 300 by 200 m in one block of 700 by 500 m, too large for a grid: the land around it is cut."""
    areas = district(box(0, 0, 700, 500))
    pond = box(200, 150, 500, 350)
    made = world(
        areas,
        extract(water=[area(pond, "reservoir")]),
        everybody(areas, 900),
        Band(240, 300, 360),
    )
    wet = made.units[made.units["kind"] == "water"]
    assert wet.union_all().symmetric_difference(pond).area < 1
    assert len(wet) == 1, "no line cuts it"
    assert wet["people"].sum() == 0
    assert made.units["people"].sum() == pytest.approx(900)
    assert made.excess == 0


def test_a_river_drawn_with_holes_keeps_its_island_as_land():
    """A river area 100 m wide with a hole: an island of 60 by 200 m that a bridge leads to."""
    areas = district(box(0, 0, 600, 600))
    island = box(270, 200, 330, 400)
    wide = box(250, -20, 350, 620).difference(island)
    roads = [
        way((-10, 300), (250, 300)),
        way((250, 300), (270, 300), bridge=True),
        way((270, 300), (330, 300)),
        way((330, 300), (350, 300), bridge=True),
        way((350, 300), (610, 300)),
        way((300, 210), (300, 390)),
    ]
    made = world(areas, extract(roads=roads, water=[area(wide, "river")]), everybody(areas, 900), Band(200, 300, 500))
    wet = made.units[made.units["kind"] == "water"]
    assert wet.union_all().intersection(island).area < 1
    on_it = made.units[made.units.representative_point().within(island)]
    assert on_it["people"].sum() > 0, "the island is land"
    assert on_it.area.sum() == pytest.approx(island.area, rel=0.01)
    assert made.units["people"].sum() == pytest.approx(900)
    assert not (made.borders["link"] == GAP).any(), "bridges lead there"


def test_a_rail_yard_has_no_people_and_parts_grids_but_at_its_crossing():
    """Tracks side by side on railway ground, 80 m wide, between two quarters; one street crosses them on a bridge."""
    areas = district(box(0, 0, 600, 480))
    rails = [way((-10, y), (610, y), kind="rail") for y in range(205, 280, 10)]
    yard = [area(box(-10, 200, 610, 280), "railway")]
    roads = [
        *streets((200, 400), (100, 380), 600, 480)[2:],
        way((300, -10), (300, 195)),
        way((300, 195), (300, 285), bridge=True),
        way((300, 285), (300, 490)),
    ]
    made = world(areas, extract(roads=roads, rails=rails, green=yard), everybody(areas, 800), Band(180, 200, 220))
    inside = made.units[made.units.representative_point().y.between(206, 274)]
    assert inside["people"].sum() < 8, "hardly anybody lives among the tracks"
    assert made.units["people"].sum() == pytest.approx(800)
    assert made.excess == 0
    assert made.grid_at(100, 50) != made.grid_at(100, 430)


def test_an_airport_has_no_people_and_makes_no_grid_of_its_own():
    areas = district(box(0, 0, 1200, 800))
    roads = streets((300, 600, 900), (200,), 1200, 800)
    field = [area(box(0, 210, 1200, 800), "aerodrome")]
    made = world(areas, extract(roads=roads, green=field), everybody(areas, 800), Band(180, 200, 220))
    inside = made.units[made.units.representative_point().y > 220]
    assert inside["people"].sum() == 0
    held = made.units.groupby("grid_id")["people"].sum()
    assert np.allclose(held, 200, atol=2)


def test_the_piers_of_a_marina_are_no_grids_and_no_water():
    """A quay at y = 400 with three piers of 12 by 150 m into the sea."""
    areas = district(box(0, 0, 900, 700))
    shore = [(1900.0, 400.0)]
    for x in (700, 450, 200):
        shore += [(x + 12, 400), (x + 12, 550), (x, 550), (x, 400)]
    coastline = [way(*shore, (-1000, 400), kind="coastline")]  # land is on its left hand
    roads = streets((300, 600), (200,), 900, 399)
    made = world(areas, extract(roads=roads, waterways=coastline), everybody(areas, 900), Band(270, 300, 330))
    sides = made.units[made.units["kind"] == "water"]
    land = made.units[made.units["kind"] != "water"]
    assert land.area.sum() == pytest.approx(900 * 400 + 3 * 12 * 150, rel=0.01)
    assert sides["people"].sum() == 0
    assert made.units["people"].sum() == pytest.approx(900)
    assert (made.excess, len(made.grids)) == (0, 3)
    assert {made.grid_at(x + 6, 500) for x in (200, 450, 700)} <= {made.grid_at(x, 300) for x in (150, 450, 750)}


def test_an_oxbow_lake_is_cut_by_nothing_and_nobody_lives_in_it():
    """A bow of water 60 m wide around a tongue of land that is open to the north."""
    areas = district(box(0, 0, 900, 700))
    bow = shapely.LineString([(300, 520), (300, 250), (450, 180), (600, 250), (600, 520)]).buffer(30)
    roads = streets((150, 750), (100, 600), 900, 700)
    lake_of = [area(bow, "oxbow")]
    made = world(areas, extract(roads=roads, water=lake_of), everybody(areas, 1000), Band(180, 200, 220))
    wet = made.units[made.units["kind"] == "water"]
    assert (len(wet), wet["people"].sum()) == (1, 0)
    assert wet.union_all().symmetric_difference(bow).area < 1
    assert made.units["people"].sum() == pytest.approx(1000)
    assert made.excess == 0
    assert made.whole()
    assert made.grid_at(450, 300) != made.grid_at(450, 50), "no grid reaches over the water"


def test_a_canal_town_hangs_together_at_its_two_bridges_alone():
    """Four islands between two canals that cross; bridges lead over the western and the southern arm."""
    areas = district(box(0, 0, 620, 620))
    canals = shapely.union_all([box(290, -20, 330, 640), box(-20, 290, 640, 330)])
    roads = [
        way((150, -10), (150, 290)),
        way((150, 290), (150, 330), bridge=True),
        way((150, 330), (150, 630)),
        way((-10, 150), (290, 150)),
        way((290, 150), (330, 150), bridge=True),
        way((330, 150), (630, 150)),
    ]
    made = world(areas, extract(roads=roads, water=[area(canals, "canal")]), everybody(areas, 800), Band(300, 400, 500))
    joined = made.borders[made.borders["link"] == "bridge"]
    assert len(joined) >= 2
    crossed = joined.geometry.union_all()
    assert crossed.distance(shapely.Point(150, 310)) < 160
    assert crossed.distance(shapely.Point(310, 150)) < 160
    assert made.grid_at(100, 450) != made.grid_at(500, 100), "no bridge leads from one to the other"
    far = made.grid_at(500, 500)
    gaps = made.borders[made.borders["link"] == GAP]
    assert len(gaps) == 1, "the island without a bridge hangs on a gap that is named"
    assert far in set(made.units["grid_id"])


def test_a_cloverleaf_on_a_ring_road_makes_no_grid_and_no_splinter():
    motorway, ramp = {"kind": "motorway", "oneway": True}, {"kind": "motorway_link", "oneway": True}
    turns = np.linspace(0, 1.5 * np.pi, 13)
    leaves = []
    for right, up in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        x, y = 700 + 90 * right, 700 + 90 * up
        start = np.arctan2(-up, -right) + np.pi / 4
        leaves.append(way(*[(x + 55 * np.cos(start + turn), y + 55 * np.sin(start + turn)) for turn in turns], **ramp))
    roads = [
        *[way((-10, 700 + off), (1410, 700 + off), **motorway) for off in (-9, 9)],
        *[way((700 + off, -10), (700 + off, 1410), **motorway) for off in (-9, 9)],
        *leaves,
        *streets((350, 1050), (350, 1050), 1400, 1400),
    ]
    areas = district(box(0, 0, 1400, 1400))
    made = world(areas, extract(roads=roads), everybody(areas, 1600), Band(360, 400, 440))
    assert (made.excess, made.whole()) == (0, True)
    assert made.units["people"].sum() == pytest.approx(1600)
    quarters = {made.grid_at(700 + 500 * right, 700 + 500 * up) for right in (-1, 1) for up in (-1, 1)}
    assert len(quarters) == len(made.grids) == 4


def test_a_cemetery_between_two_estates_has_no_residents_and_goes_with_one_of_them():
    areas = district(box(0, 0, 700, 300))
    roads = streets((250, 450), (), 700, 300)
    graves = [area(box(250, -10, 450, 310), "cemetery")]
    made = world(areas, extract(roads=roads, green=graves), everybody(areas, 500), Band(225, 250, 275))
    assert made.units["people"][made.units.contains(shapely.Point(350, 150))].sum() == 0
    assert (made.excess, len(made.grids), made.whole()) == (0, 2, True)
    assert made.grid_at(100, 150) != made.grid_at(600, 150)
    assert made.grid_at(350, 150) in {made.grid_at(100, 150), made.grid_at(600, 150)}


def test_rows_of_dormitories_on_a_campus_hold_its_people_and_no_row_is_cut():
    """A campus with six dormitories in its east and lecture halls in its west."""
    areas = district(box(0, 0, 800, 400))
    halls = [area(box(40 + 120 * i, 100, 130 + 120 * i, 300), "university", levels=3.0) for i in range(3)]
    rows = [area(box(450, 20 + 62 * i, 760, 34 + 62 * i), "dormitory", levels=6.0, residential=True) for i in range(6)]
    campus = [area(box(0, 0, 800, 400), "university")]
    made = world(areas, extract(buildings=[*halls, *rows], green=campus), everybody(areas, 1200), Band(360, 400, 440))
    west = made.units[made.units.representative_point().x < 400]
    assert west["people"].sum() < 120, "nobody sleeps in a lecture hall"
    assert made.units["people"].sum() == pytest.approx(1200)
    assert made.excess == 0
    outlines = shapely.union_all(shapely.boundary(made.units.geometry.to_numpy()))
    dorms = shapely.union_all([shapely.buffer(row["geometry"], -0.5) for row in rows])
    assert shapely.length(shapely.intersection(outlines, dorms)) == 0


@pytest.mark.parametrize("sails", [True, False])
def test_an_island_is_joined_by_the_ferry_of_the_map_else_by_a_gap_that_is_named(sails):
    ferry = [way((650, 90), (650, 310), kind="ferry")] if sails else []
    areas, features = lake(*ferry)
    made = world(areas, features, everybody(areas, 650), Band(180, 200, 220))
    links = set(made.borders["link"])
    assert ("ferry" in links) == sails
    assert (GAP in links) != sails


def test_tidal_flats_and_the_beach_before_them_have_no_residents():
    areas = district(box(0, 0, 800, 800))
    roads = streets((200, 400, 600), (200, 400), 800, 410)
    shore = [area(box(-10, 410, 810, 500), "beach"), area(box(-10, 500, 810, 820), "wetland")]
    made = world(areas, extract(roads=roads, green=shore), everybody(areas, 800), Band(180, 200, 220))
    assert made.units["people"][made.units.representative_point().y > 420].sum() == 0
    assert (made.excess, len(made.grids), made.whole()) == (0, 4, True)


def test_the_streets_of_a_valley_are_kept_together_along_it_and_the_wood_above_has_nobody():
    """A valley 240 m wide between two woods, with a road and a brook along it."""
    areas = district(box(0, 0, 1600, 800))
    woods = [area(box(-10, -10, 1610, 280), "forest"), area(box(-10, 520, 1610, 810), "forest")]
    roads = [way((-10, 400), (1610, 400), kind="tertiary")]
    roads += [way((200 + 400 * i, 280), (200 + 400 * i, 520)) for i in range(4)]
    brook = [way((-10, 330), (1610, 330), kind="stream")]
    made = world(areas, extract(roads=roads, green=woods, waterways=brook), everybody(areas, 1200), Band(270, 300, 330))
    inside = made.units.representative_point().y.between(280, 520)
    assert made.units["people"].sum() == pytest.approx(1200)
    assert made.units["people"][~inside].sum() < 60
    assert (made.excess, made.whole()) == (0, True)


def test_a_town_of_quays_belongs_to_its_houses_and_crosses_its_canals_by_bridges():
    """Two canals of 30 m between three islands of houses; a quay of 9 m and its street run along each bank."""
    areas = district(box(0, 0, 900, 420))
    canals = [area(box(x, -20, x + 30, 440), "canal") for x in (285, 585)]
    quays = [way((x, -10), (x, 430)) for x in (276, 324, 576, 624)]
    crossing = [
        way((-10, 210), (285, 210)),
        way((285, 210), (315, 210), bridge=True),
        way((315, 210), (585, 210)),
        way((585, 210), (615, 210), bridge=True),
        way((615, 210), (910, 210)),
    ]
    features = extract(roads=[*quays, *crossing], water=canals)
    made = world(areas, features, everybody(areas, 1200), Band(360, 400, 440))
    assert made.units["people"].sum() == pytest.approx(1200)
    assert (made.excess, len(made.grids), made.whole()) == (0, 3, True)
    dry = made.units[made.units["kind"] != "water"]
    assert (2 * dry.area / dry.length > 40).all(), "no quay is a unit"
    assert len({made.grid_at(x, y) for x in (100, 450, 800) for y in (100, 320)}) == 3
    for x in (100, 450, 800):
        assert made.grid_at(x, 100) == made.grid_at(x, 320), "an island is a grid, and none reaches over a canal"


def test_nothing_between_a_motorway_and_its_service_roads_is_a_unit_and_grids_cross_at_the_bridge():
    """A motorway of two carriageways with a service road 25 m from it on either side; one bridge leads over."""
    motorway = {"kind": "motorway", "oneway": True}
    areas = district(box(0, 0, 1000, 600))
    roads = [
        *[way((-10, y), (1010, y), **motorway) for y in (292, 308)],
        *[way((-10, y), (1010, y), kind="tertiary", oneway=True) for y in (267, 333)],
        *[way((x, -10), (x, 267)) for x in (250, 500, 750)],
        *[way((x, 333), (x, 610)) for x in (250, 500, 750)],
        way((500, 267), (500, 333), bridge=True),
    ]
    made = world(areas, extract(roads=roads), everybody(areas, 1200), Band(270, 300, 330))
    assert made.units["people"].sum() == pytest.approx(1200)
    assert (made.excess, len(made.grids), made.whole()) == (0, 4, True)
    assert (2 * made.units.area / made.units.length > 60).all(), "what lies between is no unit"
    south = {made.grid_at(x, 100) for x in (100, 400, 600, 900)}
    north = {made.grid_at(x, 500) for x in (100, 400, 600, 900)}
    assert (len(south), len(north), south & north) == (2, 2, set())


def test_a_peninsula_too_small_for_a_grid_goes_with_the_land_that_its_road_leads_to():
    """A head of land of 200 by 200 m at the end of a neck 40 m wide and 200 m long, along which one road runs."""
    areas = district(box(0, 0, 900, 800))
    shore = [(1900, 350), (470, 350), (470, 550), (550, 550), (550, 750), (350, 750), (350, 550), (430, 550)]
    coastline = [way(*shore, (430, 350), (-1000, 350), kind="coastline")]  # land is on its left hand
    roads = [*streets((300, 600), (180,), 900, 340), way((450, 180), (450, 650), kind="residential")]
    made = world(areas, extract(roads=roads, waterways=coastline), everybody(areas, 1000), Band(450, 500, 550))
    land = made.units[made.units["kind"] != "water"]
    assert land.area.sum() == pytest.approx(900 * 350 + 200 * 40 + 200 * 200, rel=0.01)
    assert made.units["people"][made.units["kind"] == "water"].sum() == 0
    assert (made.excess, len(made.grids), made.whole()) == (0, 2, True)
    assert not (made.borders["link"] == GAP).any(), "the road leads there"
    assert made.grid_at(380, 700) == made.grid_at(520, 600) == made.grid_at(455, 450)
