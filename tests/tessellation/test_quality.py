"""The quality report of units."""

import json

import pytest
import scenes

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
