"""Lines are streets where they say so, and else the user's own."""

from __future__ import annotations

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import LineString, Point, box

from gridkit.errors import TableError
from gridkit.parts import lines

METRES = CRS.from_epsg(32651)
ALONG = LineString([(0, 0), (100, 0)])


def test_classes_of_streets_in_three_spellings_are_roads_and_the_rest_is_not():
    given = {"highway": [["residential", "service"], "primary_link", "主干路", "garden wall", None]}
    frame = gpd.GeoDataFrame(given, geometry=[ALONG] * 5, crs=METRES)
    extract, own = lines.read(frame, None, METRES)
    assert extract.table("roads")["kind"].tolist() == ["residential", "primary_link", "primary"]
    assert own is not None
    assert own.index.tolist() == [3, 4]


def test_a_feature_says_more_than_a_class():
    frame = gpd.GeoDataFrame({"kind": ["service"], "feature": ["river"]}, geometry=[ALONG], crs=METRES)
    extract, own = lines.read(frame, None, METRES)
    assert not len(extract.table("roads"))
    assert own is not None
    assert len(own) == 1


def test_lines_without_columns_and_areas_are_the_users_own():
    extract, own = lines.read(gpd.GeoSeries([ALONG, box(0, 0, 1, 1)], crs=METRES), None, METRES)
    assert not len(extract.table("roads"))
    assert own is not None
    assert len(own) == 2


def test_points_are_no_lines():
    with pytest.raises(TableError, match="lines: geometry is Point"):
        lines.read(gpd.GeoSeries([Point(0, 0)], crs=METRES), None, METRES)
