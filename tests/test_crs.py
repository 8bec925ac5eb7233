"""The CRS gate lets metres in and says how to mend everything else."""

from __future__ import annotations

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import Point

from gridkit.crs import is_metric, metric_crs, require_metric, to_metric
from gridkit.errors import TableError


def points(x: float, y: float, crs: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(x, y)], crs=crs)


@pytest.mark.parametrize(
    ("code", "expected"), [(32650, True), (4528, True), (4326, False), (4490, False), (2263, False), (None, False)]
)
def test_only_projected_metres_are_metric(code: int | None, expected: object) -> None:
    assert is_metric(CRS.from_epsg(code) if code else None) is expected


def test_degrees_go_to_the_utm_zone_of_their_middle() -> None:
    assert to_metric(points(120.9, 32.0, 4326)).crs.to_epsg() == 32651


def test_a_metric_crs_is_kept() -> None:
    frame = points(500_000, 3_500_000, 4528)
    assert to_metric(frame) is frame


def test_web_mercator_is_never_worked_in() -> None:
    frame = points(120.9, 32.0, 4326).to_crs(3857)
    assert metric_crs(frame).to_epsg() == 32651


@pytest.mark.parametrize(("x", "looks"), [(120.9, "degrees"), (447_000.0, "metres")])
def test_a_missing_crs_is_named_with_what_the_numbers_look_like(x: float, looks: str) -> None:
    with pytest.raises(TableError, match=f"x.shp: there is no coordinate reference system.*{looks}"):
        to_metric(points(x, 32.0, None), where="x.shp")


def test_degrees_do_not_pass_where_metres_are_needed() -> None:
    with pytest.raises(TableError, match="not in metres"):
        require_metric(points(120.9, 32.0, 4326))
