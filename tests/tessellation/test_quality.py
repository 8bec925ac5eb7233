"""The quality report of units."""

import json

import geopandas as gpd
import pandas as pd
import pytest
import scenes
from shapely import box

from gridkit.tessellation import barriers, borders, quality
from gridkit.tessellation.shapes import blocks


def reported(scene, people=None, limit=None):
    areas, features = scene
    lines = barriers.select(features)
    units = blocks.enclose(areas, lines, features)
    units = units if people is None else units.assign(people=float(people))
    return units, quality.report(units, borders.touching(units, lines, features), features, limit)


def test_it_is_ready_for_json_and_counts_what_was_merged():
    _, found = reported(scenes.median(), people=100, limit=90)
    assert json.loads(json.dumps(found)) == found
    assert found["units"]["made"]["street_areas_shared"] >= 1
    assert len(found["people"]["above_limit"]) == 3
    assert found["coverage"] == {"valid": True, "unmatched_edges_m": 0.0, "invalid_units": []}


def test_borders_are_shared_out_by_what_runs_there():
    _, found = reported(scenes.median())
    assert found["borders"]["on_features"] == 1.0
    assert sum(found["borders"]["share"].values()) == pytest.approx(1)


def test_a_district_without_buildings_is_told_of():
    _, found = reported(scenes.median(), people=100)
    assert any("no building" in warning for warning in found["warnings"])


def test_people_without_a_building_are_told_of():
    _, found = reported(scenes.superblock(), people=100)
    assert found["completeness"]["people_without_building"] == 100
    assert any("100 people" in warning for warning in found["warnings"])


def said(found):
    return [str(warning) for warning in found["warnings"]]


def square(*shapes, **columns):
    """Return units of these shapes, each of a block's kind unless it is said."""
    values = {"kind": ["block"] * len(shapes), "parent": ["a"] * len(shapes), **columns}
    index = pd.Index([f"u{k}" for k in range(len(shapes))], name="unit_id")
    return gpd.GeoDataFrame(values, index=index, geometry=list(shapes), crs=scenes.METRES)


def judged(units, extract, limit=None):
    return quality.report(units, borders.touching(units, barriers.select(extract), extract), extract, limit)


def test_a_map_without_streets_or_buildings_says_so():
    found = judged(square(box(0, 0, 1000, 1000)), scenes.extract())
    assert said(found) == ["no street is on the map: no border follows one", "no building is on the map"]
    assert found["borders"]["units_without_neighbour"] == 1
    assert found["borders"]["share"] == {}


def test_few_streets_are_told_by_their_density_on_dry_ground():
    road = scenes.extract(roads=[scenes.way((-10, 500), (1010, 500))])
    dry = judged(square(box(0, 0, 1000, 1000)), road)
    half = judged(square(box(0, 0, 500, 1000), box(500, 0, 1000, 1000), kind=["block", "water"]), road)
    assert dry["completeness"]["road_km_per_km2"] == pytest.approx(1.02)
    assert half["completeness"]["road_km_per_km2"] == pytest.approx(2.04)
    assert "only 1.0 km of road per km2 are on the map: inner streets may be missing" in said(dry)


@pytest.mark.parametrize("built", [False, True])
def test_people_who_are_placed_roughly_are_told_of(built):
    units = square(box(0, 0, 100, 100), box(100, 0, 200, 100), people=[80.0, 20.0], people_from=["area", "building"],
                   way=["", "area"])  # fmt: skip
    buildings = [scenes.area(box(10, 10, 20, 20)), scenes.area(box(110, 10, 120, 20))] if built else []
    found = judged(units, scenes.extract(buildings=buildings), limit=50)
    people = found["people"]
    assert people["placed_by"] == {"area": 80.0, "building": 20.0}
    assert (people["cut_straight"], people["above_limit"], people["empty_units"]) == (20.0, ["u0"], 0)
    told = " ".join(said(found))
    assert ("the buildings on the map are too few for them" in told) == built
    assert ("no building or point tells where" in told) != built
    assert "20% of the people live in units cut by straight lines" in told


def test_few_who_are_placed_roughly_are_not_worth_a_word():
    units = square(box(0, 0, 100, 100), box(100, 0, 200, 100), people=[4.0, 96.0], people_from=["area", "building"],
                   way=["area", ""])  # fmt: skip
    assert not any("%" in each for each in said(judged(units, scenes.extract())) if "people" in each)


def test_edges_that_are_not_shared_exactly_are_told_in_metres_and_tiny_units_by_name():
    units = square(box(0, 0, 100, 100), box(100, 0.5, 200, 100), box(200, 0.5, 210, 20))
    for found in (judged(units, scenes.extract()), judged(units.assign(parent=["a", "b", "b"]), scenes.extract())):
        assert not found["coverage"]["valid"]
        assert found["coverage"]["unmatched_edges_m"] > 0
        assert any("m of edges are not shared exactly" in each for each in said(found))
        assert found["units"]["tiny"] == ["u2"]


def test_no_units_are_a_report_of_nothing():
    assert quality._deciles(pd.Series([], dtype=float)) == {}
