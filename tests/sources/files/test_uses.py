"""What a table may be used as, and the command line to go on with."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Point, box

from gridkit.sources.files.containers import Spec
from gridkit.sources.files.uses import is_summed, roles, use


def spec(name="my file.csv"):
    return Spec(Path(name))


def shaped(shape, **columns):
    return gpd.GeoDataFrame(columns, geometry=[shape], crs="EPSG:32650")


@pytest.mark.parametrize(
    ("frame", "told", "line"),
    [
        (shaped(LineString([(0, 0), (1, 1)])), "roads", "--feature roads='my file.csv'"),
        (shaped(box(0, 0, 1, 1)), "district", "gridkit split 'my file.csv' --osm"),
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
        (pd.DataFrame({"note": ["a"]}), "", ""),
    ],
)
def test_shapes_and_columns_tell_the_use_and_the_way_on(frame, told, line):
    found, command = use(frame, spec())
    assert found == told
    assert line in command


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
