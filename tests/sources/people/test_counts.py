"""What stands in cells without a count is treated by one rule that is said, and no row is lost without a reason."""

from __future__ import annotations

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import Point, box

from gridkit import ledger
from gridkit.errors import GridkitWarning, TableError, UsageError
from gridkit.sources.people import no_data, population
from gridkit.sources.reading import Reading

KRUEGER = "EPSG:4549"
X, Y = 553_400, 3_603_200


def people_of(frame, square, **said):
    return population.read(frame, square, reading=Reading(**said))[0]


def rows_of(frame: gpd.GeoDataFrame) -> ledger.Account:
    return next(each for each in ledger.of(frame) if each.counted == "rows")


def ground_of(frame: gpd.GeoDataFrame) -> ledger.Account:
    return next(each for each in ledger.of(frame) if each.counted == "m2")


@pytest.mark.parametrize("cell", ["<5", "..", "*", "x", "…", "", "-", None, "n/a"])
def test_a_cell_without_a_count_is_told_and_counts_as_nobody(blocks, square, cell):
    frame = blocks.assign(people=["10", "20", "30", cell])
    with pytest.warns(GridkitWarning, match="1 row has no count.*suppressed zero, mean or remainder"):
        found = people_of(frame, square)
    assert found["people"].tolist() == [10, 20, 30, 0]
    assert sum(rows_of(found).counting().values()) == 1


@pytest.mark.parametrize(
    ("cells", "rule", "counts"),
    [
        (["10", "20", "30", "<5"], "zero", [10, 20, 30, 0]),
        (["10", "20", "30", "<5"], "mean", [10, 20, 30, 2.5]),
        (["10", "20", "<10", "*"], "mean", [10, 20, 5, 5]),
        (["10", "20", "..", ""], "mean", [10, 20, 15, 15]),
        (["10", "20", "-9999", "-9999"], "mean", [10, 20, 15, 15]),
        ([10, 20, np.nan, 30], "mean", [10, 20, 20, 30]),
    ],
)
def test_the_rule_that_was_said_decides(blocks, square, cells, rule, counts):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = people_of(blocks.assign(people=cells), square, suppressed=rule)
    assert found["people"].tolist() == counts
    assert rows_of(found).lost == {}
    assert any("without a count" in note for note in rows_of(found).notes)


def test_the_remainder_of_a_total_is_shared_by_area(blocks, square):
    frame = blocks.assign(people=["10", "*", "30", "*"])
    frame.geometry = [*frame.geometry[:3], box(X + 500, Y + 500, X + 1000, Y + 750)]
    found = people_of(frame, square, suppressed="remainder")
    totals = pd.DataFrame({"people": [100.0]}, index=square.index)
    made = population.with_remainders(found, totals, square)
    assert made["people"].tolist() == [10, 40, 30, 20]
    with pytest.raises(UsageError, match="needs official totals"):
        population.with_remainders(found, None, square)
    with pytest.warns(GridkitWarning, match="nothing is left"):
        assert population.with_remainders(found, totals * 0.3, square)["people"].sum() == 40


def test_a_negative_code_is_named_with_the_rule_that_mends_it(blocks, square):
    with pytest.raises(TableError, match=r"below zero in 2 rows.*if -99 means that nothing is known, say .*suppressed"):
        people_of(blocks.assign(people=[10, 20, -99, -99]), square)
    with pytest.raises(TableError, match="fix these rows"):
        people_of(blocks.assign(people=[10, 20, -1, -2]), square, suppressed="zero")


@pytest.mark.parametrize("code", [65_535, 32_767, 999_999, 2**31 - 1])
def test_a_code_at_the_end_of_a_type_is_no_number_of_people(blocks, square, code):
    with pytest.warns(GridkitWarning, match="have no count"):
        found = people_of(blocks.assign(people=[10, 20, code, code]), square)
    assert found["people"].sum() == 30
    assert rows_of(found).lost == {"invalid": 2}


def test_an_area_that_stands_twice_counts_once_and_two_at_one_place_do_not(blocks, square):
    twice = gpd.GeoDataFrame(pd.concat([blocks, blocks.iloc[:2]], ignore_index=True), crs=KRUEGER)
    twice["id"] = range(6)
    found = people_of(twice, square)
    assert (found["people"].sum(), rows_of(found).lost) == (100, {"doubled": 2})
    long = gpd.GeoDataFrame(pd.concat([blocks, blocks.assign(people=[1, 2, 3, 4])], ignore_index=True), crs=KRUEGER)
    with pytest.warns(GridkitWarning, match="lie over one another by 50%"):
        assert people_of(long, square)["people"].sum() == 110


@pytest.mark.parametrize(("columns", "lost"), [({}, {}), ({"case_id": ["a", "b", "b"]}, {"doubled": 1})])
def test_points_are_one_when_their_whole_row_is_and_something_tells_them_apart(square, columns, lost):
    spots = [Point(X + 100, Y + 100), Point(X + 200, Y + 200), Point(X + 200, Y + 200)]
    frame = gpd.GeoDataFrame({"people": [3, 4, 4], **columns}, geometry=spots, crs=KRUEGER)
    if columns:
        found = people_of(frame, square)
    else:
        with pytest.warns(GridkitWarning, match="at the same place as another and alike"):
            found = people_of(frame, square)
    assert (found["people"].sum(), dict(rows_of(found).lost)) == (11 - 4 * len(lost), lost)


@pytest.mark.parametrize(("rule", "people"), [("once", 7), ("apart", 11)])
def test_points_alike_in_everything_count_as_was_said(square, rule, people):
    spots = [Point(X + 100, Y + 100), Point(X + 200, Y + 200), Point(X + 200, Y + 200)]
    frame = gpd.GeoDataFrame({"people": [3, 4, 4]}, geometry=spots, crs=KRUEGER)
    assert people_of(frame, square, alike=rule)["people"].sum() == people


def test_areas_that_lie_over_one_another_are_told(blocks, square):
    frame = blocks.set_geometry([*blocks.geometry[:3], translate(blocks.geometry[3], -250, 0)])
    with pytest.warns(GridkitWarning, match="its areas lie over one another by"):
        people_of(frame, square)


@pytest.mark.parametrize("name", ["pop_density", "人口密度", "people_per_km2", "pop_ha", "人/平方公里"])
def test_what_is_called_a_density_is_asked_about(blocks, square, name):
    frame = blocks.rename(columns={"people": name})
    with pytest.raises(TableError, match=r"is called a density.*say .*density none"):
        people_of(frame, square, columns={"people": name})


def test_densities_become_people_by_the_area_of_each(blocks, square):
    frame = blocks.assign(people=[1000, 2000, 3000, 4000])
    assert people_of(frame, square, density="km2")["people"].tolist() == pytest.approx([250, 500, 750, 1000])
    assert people_of(frame, square, density="ha")["people"].sum() == pytest.approx(250_000)
    assert people_of(frame, square, density="none")["people"].sum() == 10_000


def test_age_bands_come_along(blocks, square):
    frame = blocks.assign(**{"0-14": [1, 2, 3, 4], "m_15_64": [5, 5, 5, 5], "65+": [1, 1, 1, 1], "floor": [9, 9, 9, 9]})
    found = people_of(frame, square)
    assert found["0-14" if "0-14" in found else "children"].sum() == 10
    assert found["m_15_64"].sum() == 20
    assert found["elderly"].sum() == 4
    assert "floor" not in found


def test_a_district_beyond_the_net_of_areas_is_uncovered(blocks, square):
    assert ground_of(people_of(blocks, square)).lost == {}
    half = people_of(blocks.iloc[[0, 2]], square)
    assert ground_of(half).share() == pytest.approx(0.5, abs=0.01)


def test_a_parent_without_a_building_is_uncovered_and_ground_between_buildings_is_not(square):
    x, y = X, Y
    parents = gpd.GeoDataFrame(
        {"name": ["西", "东"]}, geometry=[box(x, y, x + 500, y + 1000), box(x + 500, y, x + 1000, y + 1000)],
        index=pd.Index(["a", "b"], name="district_id"), crs=KRUEGER,
    )  # fmt: skip
    homes = [box(x + 40 * at, y + 40 * at, x + 40 * at + 10, y + 40 * at + 10) for at in range(20)]
    frame = gpd.GeoDataFrame({"people": [5] * 20}, geometry=homes, crs=KRUEGER)
    assert ground_of(population.read(frame, parents)[0]).lost == {}
    west = frame[frame.geometry.centroid.x < x + 490]
    assert ground_of(population.read(west, parents)[0]).share() == pytest.approx(0.5)


# ---------------------------------------------------------------- rasters


def test_scale_and_offset_are_applied_and_no_data_is_told_before(raster, square):
    import rasterio

    values = np.full((10, 10), 25, dtype="int16")
    values[0] = -1
    path = raster(values, dtype="int16", nodata=-1)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (1.0,)
    people, notes = population.read(path, square)
    assert np.nansum(people.values) == pytest.approx(90 * 3.5)
    assert any("scaled by 0.1 and moved by 1" in note for note in notes)


@pytest.mark.parametrize(
    ("kind", "code"), [("uint16", 65_535), ("int16", -32_768), ("uint8", 255), ("int32", 2**31 - 1)]
)
def test_the_largest_number_of_a_type_is_asked_about(raster, square, kind, code):
    values = np.ones((10, 10), dtype=kind)
    values[:2] = code
    path = raster(values, dtype=kind)
    with pytest.raises(TableError, match=f"the value {code} stands in 20 pixels"):
        population.read(path, square)
    assert np.nansum(population.read(f"{path}:nodata={code}", square)[0].values) == 80
    if code > 0:
        people, _ = population.read(f"{path}:nodata=none", square, reading=Reading(density="none"))
        assert np.nansum(people.values) == 80 + 20 * code


def test_one_full_pixel_is_no_code_nor_are_values_that_come_near_it():
    assert no_data.sentinel(np.array([1.0, 2.0, 255.0]), np.dtype("uint8")) is None
    assert no_data.sentinel(np.array([200.0, 240.0, 255.0, 255.0]), np.dtype("uint8")) is None
    assert no_data.sentinel(np.array([100.0, 90.0, 255.0, 255.0]), np.dtype("uint8")) == (255.0, 2)
    assert no_data.sentinel(np.array([1.0, 1200.0, 1200.0]), np.dtype("float32")) is None
    assert no_data.sentinel(np.array([1.0, 65535.0, 65535.0]), np.dtype("float32")) == (65535.0, 2)


def test_a_raster_of_half_the_district_leaves_half_uncovered(raster, square):
    people, _ = population.read(raster(np.ones((10, 5))), square)
    assert people.accounts[0].share() == pytest.approx(0.5, abs=1e-6)
    people, _ = population.read(raster(np.ones((10, 10))), square)
    assert people.accounts[0].lost == {}


def test_a_raster_of_densities_becomes_people_by_the_ground_of_each_pixel(raster, square):
    people, _ = population.read(raster(np.full((10, 10), 5000.0)), square, reading=Reading(density="km2"))
    assert np.nansum(people.values) == pytest.approx(5000)
    from rasterio.transform import Affine

    degrees = raster(np.full((40, 40), 50.0), crs="EPSG:4326", transform=Affine(0.001, 0, 120.55, 0, -0.001, 32.58))
    people, _ = population.read(degrees, square, reading=Reading(density="ha"))
    west, south, east, north = people.bounds
    ground = gpd.GeoSeries([box(west, south, east, north)], crs=4326).to_crs(KRUEGER).area.iloc[0] / 1e4
    assert np.nansum(people.values) == pytest.approx(50 * ground, rel=1e-3)


# ---------------------------------------------------------------- laws


CELLS = st.sampled_from(["7", "1,200", "0", "<5", "..", "", "*", "12"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cells=st.lists(CELLS, min_size=4, max_size=4), order=st.permutations(range(4)), rule=st.sampled_from(
    [None, "zero", "mean"]))  # fmt: skip
def test_rows_add_up_and_their_order_says_nothing(blocks, square, cells, order, rule):
    frame = blocks.assign(people=cells, row=range(4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = people_of(frame, square, suppressed=rule)
        mixed = people_of(frame.iloc[list(order)], square, suppressed=rule)
    for found in (plain, mixed):
        account = rows_of(found)
        assert account.read == account.used + sum(account.lost.values()) == 4
    assert mixed["people"].tolist() == plain["people"].iloc[list(order)].tolist()
    assert dict(rows_of(plain).lost) == dict(rows_of(mixed).lost)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".parquet", ".shp", ".fgb"])
def test_the_format_says_nothing(blocks, square, tmp_path, suffix):
    path = tmp_path / f"blocks{suffix}"
    frame = blocks[["people", "geometry"]].assign(people=[10.0, 20.0, 30.0, 40.0])
    if suffix == ".geojson":
        frame = frame.to_crs(4326)
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    found = population.read(f"{path}:people", square)[0]
    assert found["people"].tolist() == [10, 20, 30, 40] or sorted(found["people"]) == [10, 20, 30, 40]
    assert rows_of(found).used == 4
