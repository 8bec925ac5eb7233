"""People come to any polygons from rasters, areas and points, and none is lost unsaid."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import xarray as xr
from shapely import box, points

import gridkit as gk
from gridkit.errors import GridkitWarning, TableError

VALUES = np.arange(16.0).reshape(4, 4)
PLACE = (0.001, 0, 120.8, 0, -0.001, 32.004)
BY_SQUARE = VALUES[::-1].ravel()
"""The net's squares run from the south, pixels from the north."""


def as_path(folder):
    path = folder / "people.tif"
    size = {"height": 4, "width": 4, "count": 1, "dtype": "float64", "crs": 4326}
    with rasterio.open(path, "w", driver="GTiff", transform=rasterio.Affine(*PLACE), **size) as file:
        file.write(VALUES, 1)
    return path


def as_xarray(_folder):
    middles = 0.0005 + 0.001 * np.arange(4)
    places = {"y": 32.004 - middles, "x": 120.8 + middles}
    return xr.DataArray(VALUES, coords=places, dims=("y", "x"), attrs={"crs": "EPSG:4326"})


SOURCES = {
    "path": as_path,
    "array": lambda _: (VALUES, PLACE, 4326),
    "rasterio": lambda folder: rasterio.open(as_path(folder)),
    "xarray": as_xarray,
}


@pytest.mark.parametrize("source", SOURCES)
def test_each_square_has_the_people_of_its_pixel(net, source, tmp_path):
    found = gk.people(net, SOURCES[source](tmp_path))
    assert found.index.equals(net.index)
    assert np.allclose(found, BY_SQUARE, atol=1e-6)


def test_points_count_where_they_stand_and_those_elsewhere_are_told(net):
    spots = points([[120.8005, 32.0005], [120.8015, 32.0005], [121.0, 33.0]])
    homes = gpd.GeoDataFrame({"inhabitants": [5, 7, 100]}, geometry=spots, crs=4326)
    found = gk.people(net, homes, column="inhabitants")
    assert found[found > 0].to_dict() == {"s0": 5.0, "s1": 7.0}
    assert any("100 people lies outside" in note for note in found.attrs["notes"])


def test_an_area_shares_its_people_by_ground_and_what_reaches_beyond_is_told():
    halves = gpd.GeoSeries([box(0, 0, 100, 100), box(100, 0, 200, 100)], index=[5, 6], crs=32651)
    census = gpd.GeoDataFrame({"people": [400.0]}, geometry=[box(0, 0, 400, 100)], crs=32651)
    found = gk.people(halves, census)
    assert found.round(6).to_dict() == {5: 100.0, 6: 100.0}
    assert any("200 people outside the polygons" in note for note in found.attrs["notes"])


def test_a_table_with_coordinates_is_taken(net):
    table = pd.DataFrame({"lon": [120.8005], "lat": [32.0005], "people": [9]})
    found = gk.people(net, table)
    assert found["s0"] == 9
    assert found.sum() == 9


@pytest.mark.parametrize(
    ("column", "said"), [(None, "call its column people"), ("q", "there is no column 'q' - its columns are inhab")]
)
def test_a_source_that_counts_nobody_is_one_line(net, column, said):
    homes = gpd.GeoDataFrame({"inhab": [5]}, geometry=points([[120.8005, 32.0005]]), crs=4326)
    with pytest.raises(TableError) as told:
        gk.people(net, homes, column=column)
    assert said in str(told.value)


def test_polygons_over_one_another_would_count_people_twice(net):
    with pytest.raises(TableError, match="people there would be counted twice"):
        gk.people(pd.concat([net, net]), (VALUES, PLACE, 4326))


def test_a_column_of_a_table_is_named_behind_its_file_or_as_it_is_spelt(net, tmp_path):
    homes = gpd.GeoDataFrame({"Inhab ": [5]}, geometry=points([[120.8005, 32.0005]]), crs=4326)
    assert gk.people(net, homes, column="inhab")["s0"] == 5
    homes.to_file(tmp_path / "homes.gpkg")
    assert gk.people(net, tmp_path / "homes.gpkg", column="Inhab ")["s0"] == 5


def test_rows_that_are_lost_are_warned_of(net):
    homes = gpd.GeoDataFrame({"people": [5, 7]}, geometry=[*points([[120.8005, 32.0005]]), None], crs=4326)
    with pytest.warns(GridkitWarning, match="1 row without a shape"):
        gk.people(net, homes)
