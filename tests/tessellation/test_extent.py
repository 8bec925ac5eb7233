"""What of the units lies beyond the outermost streets of a map."""

import geopandas as gpd
import pandas as pd
import pytest
import scenes
from shapely import box

from gridkit.tessellation import barriers, borders, extent, quality


def units(*shapes, **columns):
    index = pd.Index([f"u{k}" for k in range(len(shapes))], name="unit_id")
    values = {"kind": ["block"] * len(shapes), "parent": ["a"] * len(shapes), **columns}
    return gpd.GeoDataFrame(values, index=index, geometry=list(shapes), crs=scenes.METRES).assign(
        area_m2=lambda table: table.area
    )


def crossing(size=1000.0):
    """Return two streets that cross in a square of this size."""
    return [scenes.way((0, 0), (size, size)), scenes.way((0, size), (size, 0))]


def told(table, extract):
    found = quality.report(table, borders.touching(table, barriers.select(extract), extract), extract)
    return found["completeness"], [str(each) for each in found["warnings"] if "comes as far" in str(each)]


def test_ground_beyond_the_hull_of_all_streets_is_measured():
    table = units(box(0, 0, 1000, 1000), box(1000, 0, 1200, 1000), box(3000, 0, 4000, 1000))
    assert extent.beyond(table, scenes.extract(roads=crossing())).tolist() == pytest.approx([0.0, 0.5, 1.0])


def test_ferries_reach_nothing_and_water_lacks_no_street():
    table = units(box(0, 0, 1000, 1000), box(3000, 0, 4000, 1000), kind=["block", "water"])
    far = units(box(0, 0, 1000, 1000), box(3000, 0, 4000, 1000))
    sailed = [*crossing(), scenes.way((500, 500), (4500, 500), kind="ferry")]
    assert extent.beyond(table, scenes.extract(roads=sailed)).tolist() == [0.0, 0.0]
    assert extent.beyond(far, scenes.extract(roads=sailed)).tolist() == [0.0, 1.0]


def test_a_map_of_a_part_of_the_district_is_told_with_ground_and_people():
    table = units(box(0, 0, 1000, 1000), box(1000, 0, 4000, 1000), people=[300.0, 700.0])
    complete, said = told(table, scenes.extract(roads=crossing()))
    assert complete["share_beyond_streets"] == pytest.approx(2.9 / 4, rel=1e-6)
    assert complete["people_beyond_streets"] == pytest.approx(700 * 2.9 / 3, rel=1e-6)
    lived = (
        "no street on the map comes as far as 72% of the ground, where 677 people live (68%):"
        " the map may be of a part of the district"
    )
    assert said == [lived]
    _, said = told(table.drop(columns="people"), scenes.extract(roads=crossing()))
    assert said == ["no street on the map comes as far as 72% of the ground: the map may be of a part of the district"]


def test_a_whole_map_and_one_without_streets_are_not_told_so():
    table = units(box(0, 0, 1000, 1000), people=[300.0])
    assert told(table, scenes.extract(roads=crossing()))[1] == []
    complete, said = told(table, scenes.extract())
    assert (complete["share_beyond_streets"], said) == (1.0, [])


def test_the_shore_of_a_river_counts_its_ground_alone():
    half = units(box(0, 0, 1000, 1000)).assign(area_m2=5e5)
    road = scenes.extract(roads=[scenes.way((-10, 500), (1010, 500))])
    assert told(half, road)[0]["road_km_per_km2"] == pytest.approx(2.04)
