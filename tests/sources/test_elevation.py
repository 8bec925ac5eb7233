"""Heights come in the CRS of the district, whatever the raster's own is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from gridkit.errors import SourceError, TableError
from gridkit.measure.heights import Heights
from gridkit.sources import elevation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def district() -> gpd.GeoDataFrame:
    """Return a square of a kilometre near 120.6 E, 32.5 N."""
    return gpd.GeoDataFrame(geometry=[shapely.box(275_000, 3_600_000, 276_000, 3_601_000)], crs=32651)


def slope(path: Path, west: float, crs: str = "EPSG:4326") -> Path:
    """Write heights that rise by a metre per thousandth of a degree to the east."""
    columns = np.arange(100, dtype="float32")
    grid = rasterio.Affine(0.001, 0, west, 0, -0.001, 32.6)
    options = {"driver": "GTiff", "width": 100, "height": 100, "count": 1, "dtype": "float32", "transform": grid}
    with rasterio.open(path, "w", crs=crs, **options) as raster:
        raster.write(np.tile(columns, (100, 1)), 1)
    return path


def test_heights_are_read_where_they_are(district: gpd.GeoDataFrame, tmp_path: Path) -> None:
    heights = Heights(*elevation.read(slope(tmp_path / "h.tif", 120.53), district))
    west, south, east, _ = district.total_bounds
    spots = gpd.GeoSeries.from_xy([west, east], [south, south], crs=district.crs)
    expected = (spots.to_crs(4326).x - 120.53) / 0.001 - 0.5
    assert heights.at(spots.get_coordinates().to_numpy()) == pytest.approx(expected.to_numpy(), abs=0.1)


def test_heights_elsewhere_are_named(district: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="do not reach the district"):
        elevation.read(slope(tmp_path / "h.tif", 100.0), district)


def test_a_file_that_is_no_raster_is_named(district: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "h.tif").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match="no GeoTIFF"):
        elevation.read(tmp_path / "h.tif", district)
