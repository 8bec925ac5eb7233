"""Cells of H3 tile a district as well as any given units."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from gridkit.errors import UsageError
from gridkit.tessellation.shapes.given import given
from gridkit.tessellation.shapes.hexagons import cells


@pytest.fixture
def village() -> gpd.GeoDataFrame:
    """Return a square of 2 km."""
    square = shapely.box(500_000, 3_600_000, 502_000, 3_602_000)
    return gpd.GeoDataFrame({"name": ["v"]}, geometry=[square], index=["v"], crs=32651).rename_axis("district_id")


def test_the_cells_of_h3_tile_the_district(village: gpd.GeoDataFrame) -> None:
    units = given(cells(village, 9), village)
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    assert units.union_all().symmetric_difference(village.geometry.iloc[0]).area < 1
    assert 40 < len(units) < 70
    assert units.index.str.match("^89[0-9a-f]{13}").all(), "a unit is called as its cell"


def test_there_are_sixteen_resolutions(village: gpd.GeoDataFrame) -> None:
    with pytest.raises(UsageError, match="no resolution 16"):
        cells(village, 16)
