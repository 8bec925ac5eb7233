"""Hexagons, ours and those of H3, tile a district as well as any given units."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from scenes import METRES, district
from shapely.geometry import box

from gridkit.errors import UsageError
from gridkit.tables import Extract
from gridkit.tessellation.shapes import blocks
from gridkit.tessellation.shapes.given import given
from gridkit.tessellation.shapes.hexagons import cells, lattice


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


def test_hexagons_tile_a_district_without_streets():
    areas = district(box(0, 0, 1_000, 1_000))
    units = blocks.enclose(areas, lattice(areas, 10_000), Extract({}, METRES))
    assert units["kind"].unique().tolist() == ["hexagon"]
    assert units.area_m2.sum() == pytest.approx(1_000_000)
    assert units.area_m2.median() == pytest.approx(10_000, rel=1e-6)
    assert shapely.coverage_is_valid(units.geometry.to_numpy())


def test_hexagons_of_neighbours_are_the_same_lattice():
    one, other = (set(lattice(district(box(x, 0, x + 500, 500)), 9_000).geometry.to_wkb()) for x in (0, 300))
    assert len(one & other) > 20
