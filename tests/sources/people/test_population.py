"""People come from rasters, areas, points and tables of compounds, and none that cannot be."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from gridkit.errors import GridkitWarning, LimitError, SourceError, TableError, UsageError
from gridkit.sources import districts
from gridkit.sources.people import compound_names, population, rasters
from gridkit.sources.reading import Reading
from gridkit.tables import PEOPLE, Raster

KRUEGER = "EPSG:4549"


def test_a_raster_comes_as_people_per_pixel(raster, square):
    path = raster(np.arange(100).reshape(10, 10), nodata=-1)
    people, notes = population.read(path, square)
    assert isinstance(people, Raster)
    assert np.nansum(people.values) == 4950
    assert people.bounds == (553_400, 3_603_200, 554_400, 3_604_200)
    assert notes == [
        "10 x 10 pixels of CGCS2000 / 3-degree Gauss-Kruger CM 120E, 4,950 people in and round the district"
    ]


def test_only_the_window_round_the_district_is_read(raster, square):
    small = square.set_geometry([box(553_650, 3_603_450, 553_750, 3_603_550)], crs=KRUEGER)
    people, _ = population.read(raster(np.ones((10, 10))), small)
    assert people.values.shape == (4, 4)
    assert people.bounds == (553_500, 3_603_300, 553_900, 3_603_700)


def test_a_raster_in_degrees_is_left_in_degrees(raster, square):
    from rasterio.transform import Affine

    path = raster(np.ones((40, 40)), crs="EPSG:4326", transform=Affine(0.001, 0, 120.55, 0, -0.001, 32.58))
    people, _ = population.read(path, square)
    assert people.crs.to_epsg() == 4326
    west, south, east, north = square.to_crs(4326).total_bounds
    assert people.bounds[0] <= west
    assert people.bounds[3] >= north
    assert people.bounds[1] <= south
    assert people.bounds[2] >= east


def test_no_data_is_nan_also_where_its_tag_is_rounded(raster, square):
    values = np.ones((10, 10), dtype="float32")
    values[0] = -3.4028234663852886e38
    people, _ = population.read(raster(values, nodata=-3.4028e38), square, nodata=-3.402823e38)
    assert np.isnan(people.values[0]).all()
    assert np.nansum(people.values) == 90


def test_an_untagged_minus_9999_is_refused_with_its_mend(raster, square):
    values = np.ones((10, 10))
    values[:2] = -9999
    path = raster(values)
    with pytest.raises(
        TableError, match=r"the value -9999 occurs 20 times and is below zero.*people\.tif:nodata=-9999"
    ):
        population.read(path, square)
    for people, _ in (population.read(path, square, nodata=-9999), population.read(f"{path}:nodata=-9999", square)):
        assert np.nansum(people.values) == 80


@pytest.mark.parametrize(
    ("low", "said"),
    [
        ((-1.5, -2.5), r"2 pixels are below zero, the first at row 0, column 0 \(-1\.5\)"),
        ((np.inf, 1), "1 pixel is infinite"),
    ],
)
def test_people_that_cannot_be_are_refused(raster, square, low, said):
    values = np.ones((10, 10))
    values[0, :2] = low
    with pytest.raises(TableError, match=said):
        population.read(raster(values), square)


def test_a_raster_elsewhere_says_where_both_are(raster, square):
    with pytest.raises(TableError, match=r"does not meet the district"):
        population.read(raster(np.ones((10, 10))), square.set_geometry(square.translate(50_000), crs=KRUEGER))


def test_a_raster_too_large_is_refused_before_it_is_read(raster, square, monkeypatch):
    path = raster(np.ones((10, 10)))
    monkeypatch.setattr(rasters, "LIMIT_BYTES", 1000)
    with pytest.raises(LimitError, match="10 x 10 pixels"):
        population.read(path, square)


def test_a_raster_cut_off_names_file_and_place(raster, square):
    rng = np.random.default_rng(0)
    path = raster(rng.random((400, 400)), pixel=2.5)
    path.write_bytes(path.read_bytes()[: -400 * 400])
    with pytest.raises(SourceError, match=r"people\.tif: is cut off or damaged in band 1, at row \d+, column 0"):
        population.read(path, square)


def test_bands_are_asked_about(tmp_path, square):
    import rasterio
    from rasterio.transform import Affine

    path = tmp_path / "two.tif"
    transform = Affine(100, 0, 553_400, 0, -100, 3_604_200)
    profile = {"driver": "GTiff", "height": 10, "width": 10, "count": 2, "dtype": "float32", "crs": KRUEGER}
    with rasterio.open(path, "w", transform=transform, **profile) as file:
        file.write(np.ones((10, 10), "float32"), 1)
        file.write(np.full((10, 10), 2, "float32"), 2)
    with pytest.raises(TableError, match=r"there are 2 bands - name one by its number, as in two\.tif:1"):
        population.read(path, square)
    assert np.nansum(population.read(f"{path}:2", square)[0].values) == 200
    assert np.nansum(population.read(f"{path}:2:nodata=2", square)[0].values) == 0


def test_a_density_taken_for_counts_is_asked_about(raster, square):
    path = raster(np.full((10, 10), 5000))
    with pytest.raises(TableError, match="are these densities"):
        population.read(path, square)
    assert np.nansum(population.read(path, square, reading=Reading(density="km2"))[0].values) == pytest.approx(5000)
    assert np.nansum(population.read(path, square, reading=Reading(density="none"))[0].values) == 500_000


def test_a_raster_without_crs_needs_one(raster, square):
    path = raster(np.ones((10, 10)), crs=None)
    with pytest.raises(TableError, match="names no coordinate reference system"):
        population.read(path, square)
    assert np.nansum(population.read(path, square, reading=Reading(KRUEGER))[0].values) == 100


# ---------------------------------------------------------------- areas and points


def test_areas_with_a_count_are_people(tmp_path, blocks, square):
    blocks.rename(columns={"people": "bewohner"}).to_file(tmp_path / "a.gpkg")
    people, notes = population.read(f"{tmp_path / 'a.gpkg'}:bewohner", square)
    PEOPLE.check(people)
    assert people["people"].tolist() == [10, 20, 30, 40]
    assert notes == []


def test_a_usual_name_need_not_be_named(blocks, square):
    people, _ = population.read(blocks.rename(columns={"people": "常住人口"}).assign(户数=[4, 7, 11, 14]), square)
    assert people["people"].sum() == 100
    assert people["households"].sum() == 36


def test_a_column_of_households_is_counted_as_households(tmp_path, blocks, square):
    blocks.rename(columns={"people": "hh_2026"}).to_file(tmp_path / "a.gpkg")
    made, _ = population.read(f"{tmp_path / 'a.gpkg'}:hh_2026", square, counts="households")
    assert made["households"].sum() == 100
    assert made["people"].sum() == 0
    with pytest.raises(TableError, match="no column of people was named"):
        population.read(blocks.rename(columns={"people": "户数"}), square)


def test_the_old_and_the_young_come_along(blocks, square):
    made, _ = population.read(blocks.assign(老年人口=[1, 2, 3, 4], 儿童=[4, 3, 2, 1]), square)
    assert made["elderly"].tolist() == [1, 2, 3, 4]
    assert made["children"].tolist() == [4, 3, 2, 1]


def test_without_a_column_of_people_its_numbers_are_listed(blocks, square):
    with pytest.raises(TableError, match="its columns of numbers are bewohner"):
        population.read(blocks.rename(columns={"people": "bewohner"}), square)


def test_people_outside_are_told(blocks, square):
    moved = blocks.set_geometry([*blocks.geometry[:3], blocks.translate(5000).iloc[3]], crs=KRUEGER)
    people, notes = population.read(moved, square)
    assert people["people"].sum() == 60
    assert notes == ["1 row with 40 people lies outside the district"]


def test_areas_elsewhere_say_where_both_are(blocks, square):
    with pytest.raises(TableError, match="nothing in it meets the district"):
        population.read(blocks.set_geometry(blocks.translate(50_000), crs=KRUEGER), square)


def test_a_count_below_zero_names_its_rows(blocks, square):
    with pytest.raises(TableError, match=r"column 'people' is below zero in 1 row: \[1\]"):
        population.read(blocks.assign(people=[1, -2, 3, 4]), square)


# ---------------------------------------------------------------- tables


@pytest.fixture
def compounds(blocks):
    return blocks.assign(name=["幸福花园", "和平小区", "长江新村", "黄河大院"], kind="residential").rename_axis(
        "feature_id"
    )


def test_a_table_of_compounds_finds_them_by_name(tmp_path, compounds, square):
    path = tmp_path / "households.csv"
    path.write_bytes(
        "小区名称,户数,人口\n幸福花园（一期）,4,10\n和平 小区,7,20\n长江,11,30\n黄河大院,14,40\n".encode("gbk")
    )
    people, notes = population.read(path, square, compounds=compounds)
    assert people.set_index("name")["people"].to_dict() == {
        "幸福花园": 10,
        "和平小区": 20,
        "长江新村": 30,
        "黄河大院": 40,
    }
    assert people["households"].sum() == 36
    assert "4 of 4 rows found among the compounds by name" in notes


def test_compounds_not_on_the_map_are_warned_of_with_their_people(tmp_path, compounds, square):
    path = tmp_path / "households.csv"
    path.write_text("小区名称,人口\n幸福花园,10\n天涯海角,25\n", encoding="utf-8")
    with pytest.warns(GridkitWarning, match="1 compound with 25 people is not on the map: 天涯海角"):
        people, _ = population.read(path, square, compounds=compounds)
    assert people["people"].sum() == 10


def test_a_table_with_coordinates_is_points(tmp_path, places, square):
    path = tmp_path / "addresses.csv"
    table = places.drop(columns="geometry").assign(lon=places.geometry.x, lat=places.geometry.y, 人口=5)
    table.to_csv(path, index=False)
    people, _ = population.read(path, square)
    assert people.geom_type.unique().tolist() == ["Point"]
    assert people["people"].sum() == 45


def test_no_two_compounds_take_one_place_by_likeness():
    among = ["青澜花园", "青汀花园"]
    assert compound_names.matched(["青澜花园", "青汀花园"], among) == [0, 1]
    assert compound_names.matched(["青澜花圆", "青汀花园"], among) == [0, 1]
    assert compound_names.matched(["青溪府"], among) == [None]


@given(st.lists(st.text("甲乙丙丁戊己庚辛", min_size=2, max_size=4), min_size=1, max_size=8, unique=True), st.randoms())
def test_the_same_names_in_any_order_find_each_other(names, order):
    shuffled = list(names)
    order.shuffle(shuffled)
    assert [shuffled[at] for at in compound_names.matched(names, shuffled)] == names


def test_the_made_up_table_finds_every_compound(demo_dir):
    from gridkit.sources.osm import extract as osm

    district, _ = districts.read(f"{demo_dir / 'district.gpkg'}:district")
    extract = osm.read(demo_dir / "district.osm.pbf", district=district)
    people, _ = population.read(demo_dir / "households.csv", district, compounds=extract.tables["compounds"])
    assert people["people"].sum() == 60_000
    assert people["households"].sum() == 22_900


@pytest.mark.real
def test_real_people_are_all_there(real_data):
    hexagons = real_data / "sao-paulo-centre" / "spo_hexgrid_EPSG32723.gpkg.zip"
    district, _ = districts.read(hexagons)
    assert population.read(f"{hexagons}:population", district)[0]["people"].sum() == 517_570
    district, _ = districts.read(gpd.GeoDataFrame(geometry=[box(103.6057, 1.1583, 104.0881, 1.4707)], crs=4326))
    with pytest.warns(GridkitWarning, match="58% of the district has no data in it"):  # the sea around
        people, _ = population.read(real_data / "singapore-raster" / "sgpop.tif", district)
    assert np.nansum(people.values) == pytest.approx(5_399_000, abs=1)


def test_an_account_names_the_archive_that_was_given_and_not_where_it_was_unpacked(blocks, square, tmp_path):
    blocks.assign(population=5).to_file(tmp_path / "blocks.gpkg")
    with zipfile.ZipFile(tmp_path / "blocks.gpkg.zip", "w") as archive:
        archive.write(tmp_path / "blocks.gpkg", "blocks.gpkg")
    people, _ = population.read(f"{tmp_path / 'blocks.gpkg.zip'}:population", square)
    assert {account.source for account in people.attrs["accounts"]} == {str(tmp_path / "blocks.gpkg.zip")}


def test_tiles_of_one_raster_are_read_as_one(raster, square, tmp_path):
    from rasterio.transform import Affine

    halves = [
        raster(np.full((10, 5), value), name=f"{name}.tif", transform=Affine(100, 0, west, 0, -100, 3_604_200))
        for name, value, west in (("west", 1.0, 553_400), ("east", 2.0, 553_900))
    ]
    with zipfile.ZipFile(tmp_path / "tiles.zip", "w") as archive:
        for path in halves:
            archive.write(path, path.name)
    people, _ = population.read(tmp_path / "tiles.zip", square)
    assert np.nansum(people.values) == 50 * 1 + 50 * 2


def test_rows_without_a_place_are_left_out_and_their_people_told(blocks, square):
    lost = blocks.set_geometry([None, *blocks.geometry[1:]], crs=KRUEGER)
    people, notes = population.read(lost, square)
    assert people["people"].sum() == 90
    assert "1 row has no place: 10 people left out" in notes


def test_points_alike_in_everything_are_asked_about_and_taken_as_said(blocks, square):
    spot = blocks.geometry.iloc[0].centroid
    twice = gpd.GeoDataFrame({"people": [7, 7, 5]}, geometry=[spot, spot, spot], crs=KRUEGER)
    with pytest.warns(GridkitWarning, match="1 row is at the same place as another"):
        assert population.read(twice, square)[0]["people"].sum() == 19
    assert population.read(twice, square, reading=Reading(alike="once"))[0]["people"].sum() == 12
    assert population.read(twice, square, reading=Reading(alike="apart"))[0]["people"].sum() == 19
    named = twice.assign(id=["a", "b", "c"])
    assert population.read(named, square)[0]["people"].sum() == 19


@pytest.mark.parametrize(("density", "people"), [("km2", 25.0), ("ha", 2500.0), ("none", 100.0)])
def test_densities_of_areas_become_counts_by_their_ground(blocks, square, density, people):
    made, _ = population.read(blocks, square, reading=Reading(density=density))
    assert made["people"].sum() == pytest.approx(people)


def test_points_have_no_density(blocks, square):
    with pytest.raises(UsageError, match="points have no density"):
        population.read(blocks.set_geometry(blocks.centroid), square, reading=Reading(density="km2"))


def test_areas_that_lie_over_one_another_are_warned_of(blocks, square):
    wide = blocks.set_geometry(blocks.buffer(100, join_style="mitre"), crs=KRUEGER)
    with pytest.warns(GridkitWarning, match="its areas lie over one another by"):
        population.read(wide, square)


def test_rows_without_a_count_take_what_the_totals_leave(blocks, square):
    blank = blocks.assign(people=[10.0, 20.0, 30.0, np.nan])
    found, _ = population.read(blank, square, reading=Reading(suppressed="remainder"))
    totals = square[["name"]].assign(people=[100.0])
    assert population.with_remainders(found, totals, square)["people"].tolist() == [10, 20, 30, 40]
    with pytest.raises(UsageError, match="a remainder needs official totals"):
        population.with_remainders(found, None, square)
    with pytest.warns(GridkitWarning, match="in 1 parent the rows with a count reach the official total"):
        assert population.with_remainders(found, totals.assign(people=[50.0]), square)["people"].sum() == 60
    whole, _ = population.read(blocks, square)
    assert population.with_remainders(whole, None, square) is whole


@pytest.mark.parametrize("shapes", [[], [None], ["POINT EMPTY"]])
def test_a_table_of_people_without_any_shape_is_said_as_such(shapes, square):
    there = gpd.GeoSeries.from_wkt([shape or "POINT EMPTY" for shape in shapes], crs=square.crs)
    there = there if shapes != [None] else gpd.GeoSeries([None], crs=square.crs)
    nobody = gpd.GeoDataFrame({"people": [3.0] * len(shapes)}, geometry=there, crs=square.crs)
    with pytest.raises(TableError, match="there is nothing in it - hand over rows with shapes"):
        population.read(nobody, square)
