"""What a table may be used as, and the command line to go on with."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Point, box

from gridkit.sources.files.containers import Spec
from gridkit.sources.files.uses import Use, commands, is_summed, roles, use


def spec(name="my file.csv"):
    return Spec(Path(name))


def shaped(shape, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shape], crs="EPSG:32650")


@pytest.mark.parametrize(
    ("frame", "told", "line"),
    [
        (shaped(LineString([(0, 0), (1, 1)])), "roads", "--feature roads='my file.csv'"),
        (shaped(box(0, 0, 1, 1)), "district", "gridkit split 'my file.csv' --units hexagons --by area_m2"),
        (shaped(MultiPolygon([box(0, 0, 1, 1)]), 人口=[5]), "people", "--people 'my file.csv:人口'"),
        (shaped(box(0, 0, 1, 1), households=[5]), "households", "--households 'my file.csv:households'"),
        (shaped(box(0, 0, 1, 1), Height=[5]), "buildings", "--feature buildings='my file.csv'"),
        (shaped(Point(0, 0), time=["2024-01-01 08:00"]), "incidents", "layer plan.gpkg incidents --data"),
        (shaped(Point(0, 0), people=[5]), "people", "--people 'my file.csv'"),
        (shaped(Point(0, 0)), "facilities", "layer plan.gpkg LAYER --data"),
        (pd.DataFrame({"name": ["a"], "households": [5]}), "totals", "--totals 'my file.csv'"),
        (pd.DataFrame({"lon": [1.0], "lat": [1.0], "households": [5]}), "households", "--households"),
        (pd.DataFrame({"lon": [1.0], "lat": [1.0]}), "facilities", "LAYER"),
        (pd.DataFrame({"wkt": ["POINT (1 1)"]}), "facilities", "LAYER"),
    ],
)
def test_shapes_and_columns_tell_the_use_and_the_way_on(frame, told, line):
    found = use(frame, spec())
    assert found is not None
    assert found.role == told
    assert any(line in command for command in commands([found]))


def test_what_tells_nothing_has_no_use():
    assert use(pd.DataFrame({"note": ["a"]}), spec()) is None
    assert commands([]) == []


@pytest.mark.parametrize(
    ("name", "layer"), [("学校.csv", "schools"), ("bus stops.csv", "bus-stops"), ("list.csv", "LAYER")]
)
def test_the_name_of_a_file_tells_the_layer_of_facilities(name, layer):
    found = use(shaped(Point(0, 0)), spec(name))
    assert found is not None
    assert found.layer == layer


def test_communities_are_the_parents_and_files_together_are_one_command():
    areas = gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs="EPSG:32650")
    district = use(areas, spec("q.gpkg"))
    assert district is not None
    together = [Use("osm", "m.osm.pbf"), Use("people", "p.tif", ("--people", "p.tif")), district]
    (split, layer) = commands([*together, Use("incidents", "i.csv", layer="incidents")])
    assert split == "gridkit split q.gpkg --parents code --osm m.osm.pbf --people p.tif --target 1000 -o plan.gpkg"
    assert layer == "gridkit layer plan.gpkg incidents --data i.csv"
    assert commands(together[:1], district="q.gpkg")[0].startswith("gridkit split q.gpkg --osm m.osm.pbf")


def test_each_column_has_one_role():
    found = roles(shaped(Point(0, 0), 经度=[1.0], beds=[3], note=["x"]))
    assert found == {"经度": "lon", "beds": "capacity"}


@pytest.mark.parametrize(
    ("name", "role", "summed"),
    [
        ("people", "people", True),
        ("beds", "capacity", True),
        ("lon", "lon", False),
        ("编码", None, False),
        ("n", None, True),
    ],
)
def test_only_what_counts_is_summed(name, role, summed):
    assert is_summed(name, role) is summed
