"""What a raster says nothing of is told, never taken for people or for nobody in silence; tiles are one raster."""

from __future__ import annotations

import re
import warnings
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from shapely.geometry import Point, box

from gridkit.errors import GridkitWarning, TableError
from gridkit.sources import districts
from gridkit.sources.people import no_data, population
from gridkit.sources.reading import Reading

KRUEGER = "EPSG:4549"


def hole(share_of_rows: float, value: float, dtype: str = "float32"):
    """Return 100 pixels of 25 people, the upper rows of them no data."""
    values = np.full((10, 10), 25, dtype=dtype)
    values[: round(10 * share_of_rows)] = value
    return values


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (99_999, "float32"), (9_999, "float64"), (65_535, "float32"), (32_767, "int32"), (999_999, "int32"),
        (3.4028235e38, "float32"), (1e12, "float64"), (2**32 - 1, "uint32"), (-32_768, "int16"),
    ],
)  # fmt: skip
def test_a_code_without_a_tag_is_asked_about_and_the_answer_works_when_pasted(raster, square, value, kind):
    path = raster(hole(0.2, value, kind), dtype=kind)
    with pytest.raises(TableError, match=r"nodata=") as asked:
        population.read(path, square)
    answer = re.search(r"nodata=[^\s,]+", str(asked.value))
    assert answer is not None
    people, _ = population.read(f"{path}:{answer[0]}", square)
    assert np.nansum(people.values) == 80 * 25


@pytest.mark.parametrize("values", [[1.0, 1200.0, 1200.0], [4.0, 99.0, 99.0], [900.0, 9999.0, 9999.0, 2000.0, 2400.0]])
def test_large_counts_that_may_be_people_are_no_code(values):
    assert no_data.sentinel(np.array(values), np.dtype("float32")) is None


@pytest.mark.parametrize("by", ["tag", "nan", "mask"])
def test_no_data_within_the_raster_stands_in_the_account(raster, square, by):
    values = hole(0.3, {"tag": -1, "nan": np.nan, "mask": 7}[by])
    path = raster(values, nodata=-1 if by == "tag" else None)
    if by == "mask":
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as file:
            file.write_mask(np.where(values == 7, 0, 255).astype("uint8"))
    with pytest.warns(GridkitWarning, match="30% of the district has no data in it"):
        people, _ = population.read(path, square)
    assert np.nansum(people.values) == 70 * 25
    (account,) = people.accounts
    assert account.lost == pytest.approx({"nodata": 300_000.0})
    assert account.share() == 0


def test_beside_zeros_no_data_is_warned_of_and_stops_nothing(raster, square):
    values = hole(0.3, np.nan)
    values[9] = 0
    with pytest.warns(GridkitWarning, match="30% of the district has no data in it"):
        people, _ = population.read(raster(values), square)
    (account,) = people.accounts
    assert account.lost == pytest.approx({"nodata": 300_000.0})
    assert account.share() == 0


def test_a_raster_without_any_data_covers_nothing(raster, square):
    people, _ = population.read(raster(np.full((10, 10), np.nan)), square)
    assert people.accounts[0].share() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("people_density.tif", {}), ("chn_pd_2020_1km.tif", {}), ("人口密度.tif", {}),
        ("a.tif", {"units": "persons per sq km"}), ("a.tif", {"long_name": "Population density"}),
    ],
)  # fmt: skip
def test_what_calls_itself_a_density_is_asked_about(raster, square, name, tags):
    path = raster(np.full((10, 10), 5.0), name)
    with rasterio.open(path, "r+") as file:
        file.update_tags(**tags)
    with pytest.raises(TableError, match="it says that it holds densities"):
        population.read(path, square)
    assert np.nansum(population.read(path, square, reading=Reading(density="none"))[0].values) == 500
    assert np.nansum(population.read(path, square, reading=Reading(density="km2"))[0].values) == pytest.approx(5)


def test_a_raster_from_south_to_north_is_turned_over_and_a_turned_one_is_refused(raster, square):
    values = np.arange(100.0).reshape(10, 10)
    upright, _ = population.read(raster(values, "n.tif"), square)
    over = raster(values[::-1], "s.tif", transform=Affine(100, 0, 553_400, 0, 100, 3_603_200))
    people, _ = population.read(over, square)
    assert np.array_equal(people.values, upright.values)
    assert people.bounds == upright.bounds
    askew = raster(values, "t.tif", transform=Affine(100, 9, 553_400, 9, -100, 3_604_200))
    with pytest.raises(TableError, match="gdalwarp -r sum puts it north up"):
        population.read(askew, square)


def test_complex_numbers_are_no_people(raster, square):
    with pytest.raises(TableError, match="complex numbers"):
        population.read(raster(np.ones((10, 10)), dtype="complex64"), square)


# ---------------------------------------------------------------- tiles


def tiled(folder, raster, *, east=None, shift=0.0, pixel=100.0, crs=KRUEGER):
    """Write the square as two tiles, west and east, into a folder of their own."""
    (folder / "tiles").mkdir()
    west = np.full((10, 5), 25.0)
    raster(west, "tiles/w.tif")
    values = west if east is None else east
    transform = Affine(pixel, 0, 553_900 + shift, 0, -pixel, 3_604_200)
    raster(values, "tiles/e.tif", transform=transform, crs=crs)
    return folder / "tiles"


@pytest.mark.parametrize("packed", [False, True])
def test_the_tiles_in_a_folder_or_zip_are_one_raster(tmp_path, raster, square, packed):
    path = tiled(tmp_path, raster)
    if packed:
        with zipfile.ZipFile(tmp_path / "tiles.zip", "w") as archive:
            for tile in path.iterdir():
                archive.write(tile, f"2025/{tile.name}")
        path = tmp_path / "tiles.zip"
    people, _ = population.read(path, square)
    assert np.nansum(people.values) == 2500
    assert people.accounts[0].lost == {}


def test_what_means_no_data_is_said_of_all_tiles_at_once(tmp_path, raster, square):
    path = tiled(tmp_path, raster, east=np.full((10, 5), -9999.0))
    people, _ = population.read(f"{path}:nodata=-9999", square)
    assert np.nansum(people.values) == 1250


def test_tiles_that_reach_over_one_another_must_say_the_same(tmp_path, raster, square):
    same = tiled(tmp_path, raster, east=np.full((10, 7), 25.0), shift=-200.0)
    assert np.nansum(population.read(same, square)[0].values) == 2500
    (tmp_path / "other").mkdir()
    other = tiled(tmp_path / "other", lambda *a, **k: raster(a[0], f"other/{a[1]}", **k), east=np.full((10, 7), 26.0),
                  shift=-200.0)  # fmt: skip
    with pytest.raises(TableError, match="say different things, in 20 pixels"):
        population.read(other, square)


@pytest.mark.parametrize("how", [{"shift": 30.0}, {"pixel": 90.0}])
def test_tiles_that_do_not_fit_are_refused(tmp_path, raster, square, how):
    with pytest.raises(TableError, match="do not fit together"):
        population.read(tiled(tmp_path, raster, **how), square)


def test_tiles_of_two_systems_are_refused(tmp_path, raster, square):
    with pytest.raises(TableError, match="different systems"):
        population.read(tiled(tmp_path, raster, crs="EPSG:4547"), square)


# ---------------------------------------------------------------- over the 180th meridian


@pytest.fixture(scope="module")
def island() -> gpd.GeoDataFrame:
    """Return 3 km x 2 km on both sides of the 180th meridian, in the local system of Fiji."""
    middle = gpd.GeoSeries([Point(180, -17)], crs=4326).to_crs(3460).iloc[0]
    shape = box(middle.x - 1500, middle.y, middle.x + 1500, middle.y + 2000)
    return districts.read(gpd.GeoDataFrame({"name": ["i"]}, geometry=[shape], crs=3460))[0]


def degrees(path, west, columns, pixel=0.001):
    profile = {"driver": "GTiff", "height": 60, "width": columns, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(path, "w", transform=Affine(pixel, 0, west, 0, -pixel, -16.97), **profile) as file:
        file.write(np.full((60, columns), 5, "float32"), 1)
    return path


def test_longitudes_over_180_and_a_whole_world_cover_an_island_on_the_meridian(tmp_path, island):
    people, _ = population.read(degrees(tmp_path / "a.tif", 179.95, 100), island)
    assert people.accounts[0].lost == {}
    whole, _ = population.read(degrees(tmp_path / "w.tif", -180, 3600, 0.1), island)
    assert whole.accounts[0].lost == {}


def test_each_side_of_the_meridian_is_half_and_both_are_the_whole(tmp_path, island):
    (tmp_path / "both").mkdir()
    west, east = degrees(tmp_path / "both" / "w.tif", 179.95, 50), degrees(tmp_path / "both" / "e.tif", -180, 50)
    one, other = (population.read(each, island)[0] for each in (west, east))
    assert one.accounts[0].share() + other.accounts[0].share() == pytest.approx(1, abs=0.02)
    both, _ = population.read(tmp_path / "both", island)
    assert both.accounts[0].share() == pytest.approx(0, abs=0.02)
    assert np.nansum(both.values) == np.nansum(one.values) + np.nansum(other.values)


def test_longitudes_counted_to_360_meet_a_district_in_the_west(tmp_path):
    area = gpd.GeoDataFrame({"name": ["r"]}, geometry=[box(-58.40, -17.02, -58.38, -17.0)], crs=4326)
    district, _ = districts.read(area)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        people, _ = population.read(degrees(tmp_path / "a.tif", 301.58, 60), district)
    assert people.bounds[0] == pytest.approx(-58.401, abs=0.002)
