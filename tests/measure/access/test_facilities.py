"""Which facilities a service has, and where each is reached."""

from __future__ import annotations

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lattices import METRES, points, town
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gridkit.catalog.definitions import CoverageLayer
from gridkit.language.phrases import Text
from gridkit.measure.access.facilities import EDGE_STEP_M, doors, facilities
from gridkit.tables import Extract

CLINICS = CoverageLayer(
    "clinics", Text(en="Clinics", zh="诊所"), tags={"amenity": ("clinic", "doctors"), "healthcare": ("centre",)}
)
PARKS = CoverageLayer("parks", Text(en="Parks", zh="公园"), areas={"green": ("park", "garden")})


def around(**tables):
    """Return the town of lattices.py with these tables of features."""
    return replace(town(2), extract=Extract(tables, METRES))


def places(**kinds):
    """Return places at one point: ``name="kind"`` or ``name=(kind, tags)``."""
    rows = {name: each if isinstance(each, tuple) else (each, {}) for name, each in kinds.items()}
    frame = gpd.GeoDataFrame(
        {
            "kind": [kind for kind, _ in rows.values()],
            "name": list(rows),
            "tags": [json.dumps(tags) for _, tags in rows.values()],
        },
        index=list(rows),
        geometry=[Point(0, 0)] * len(rows),
        crs=METRES,
    )
    return frame.rename_axis("feature_id")


def test_a_place_is_found_by_its_kind_or_by_any_other_of_its_tags():
    subject = around(
        places=places(
            kind="amenity=clinic",
            other="amenity=doctors",
            second=("shop=chemist", {"healthcare": "centre"}),
            school="amenity=school",
            near_miss=("shop=chemist", {"healthcare": "laboratory", "name": "clinic"}),
        )
    )
    found = facilities(CLINICS, subject)
    assert found.index.tolist() == ["kind", "other", "second"]
    assert found.index.name == "facility_id"
    assert found["kind"].tolist() == ["amenity=clinic", "amenity=doctors", "shop=chemist"]
    assert found["capacity"].isna().all()
    assert found.crs == METRES


def test_areas_are_found_by_their_table_and_kind():
    green = gpd.GeoDataFrame(
        {"kind": ["park", "forest", "garden"], "name": ["Q Park", "Q Wood", "Q Garden"]},
        index=list("pfg"),
        geometry=[box(0, 0, 9, 9)] * 3,
        crs=METRES,
    ).rename_axis("feature_id")
    found = facilities(PARKS, around(green=green))
    assert found.index.tolist() == ["g", "p"]
    assert found["name"].tolist() == ["Q Garden", "Q Park"]


def test_what_was_brought_for_the_service_takes_the_place_of_what_is_on_the_map():
    mine = points({"m": (1, 1)}, name=["Q Clinic"], capacity=["12"])
    subject = around(places=places(one="amenity=clinic"))
    found = facilities(CLINICS, replace(subject, services={"clinics": mine}))
    assert found[["name", "kind", "capacity"]].to_numpy().tolist() == [["Q Clinic", "clinics", 12.0]]
    assert facilities(CLINICS, replace(subject, services={"parks": mine})).index.tolist() == ["one"]


def test_what_is_given_goes_before_what_was_brought_and_rows_without_a_place_are_left_out():
    brought, given = points({"b": (1, 1)}), points({"y": (1, 1), "x": (2, 2), "none": (3, 3)})
    given = given.set_geometry([Point(1, 1), Point(), None])
    found = facilities(CLINICS, replace(around(), services={"clinics": brought}), given)
    assert found.index.tolist() == ["y"]


def test_an_id_given_twice_is_one_facility_and_capacities_that_are_no_numbers_are_unknown():
    mine = pd.concat(
        [points({"b": (1, 1)}, capacity=["many"]), points({"a": (2, 2), "b": (3, 3)}, capacity=["5", "9"])]
    )
    found = facilities(CLINICS, around(), mine)
    assert found.index.tolist() == ["a", "b"]
    assert found["capacity"]["a"] == 5
    assert np.isnan(found["capacity"]["b"])


# ------------------------------------------------------------------ doors
def test_a_point_is_its_own_door():
    at, owner = doors(points({"a": (1, 2), "b": (3, 4)}))
    assert [(point.x, point.y) for point in at] == [(1, 2), (3, 4)]
    assert owner.tolist() == [0, 1]


def test_an_area_is_reached_along_its_whole_edge_its_holes_and_parts_too():
    lake = Polygon(box(0, 0, 300, 300).exterior, [box(100, 100, 200, 200).exterior])
    parts = MultiPolygon([box(0, 0, 10, 10), box(20, 0, 30, 10)])
    found = gpd.GeoDataFrame(geometry=[lake, Point(5, 5), parts], crs=METRES)
    at, owner = doors(found)
    assert owner[0] == 1  # points come first
    assert at[0] == Point(5, 5)
    mine = [point for point, one in zip(at, owner, strict=True) if one == 0]
    assert min(Point(150, 100).distance(point) for point in mine) == 0  # the middle of a side of the hole
    for along in np.linspace(0, lake.exterior.length, 50):
        on_edge = lake.exterior.interpolate(along)
        assert min(on_edge.distance(point) for point in mine) <= EDGE_STEP_M / 2
    assert {(point.x, point.y) for point, one in zip(at, owner, strict=True) if one == 2} == {
        (x, y) for x in (0, 10, 20, 30) for y in (0, 10)
    }


@pytest.mark.parametrize("found", [points({}), points({"a": (0, 0)}).iloc[:0]])
def test_without_facilities_there_is_no_door(found):
    at, owner = doors(found)
    assert (len(at), len(owner)) == (0, 0)
