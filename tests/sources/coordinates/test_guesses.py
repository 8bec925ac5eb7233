"""The datum of unlabelled points is told by where they fall."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from gridkit.errors import TableError
from gridkit.sources.coordinates import checks, datums, guesses, points
from gridkit.sources.reading import Reading


@pytest.fixture
def inside(square):
    """Return 400 points that fill the square, in its own metres."""
    west, south, east, north = square.total_bounds
    x, y = np.meshgrid(np.linspace(west + 5, east - 5, 20), np.linspace(south + 5, north - 5, 20))
    return gpd.GeoSeries(shapely.points(x.ravel(), y.ravel()), crs=square.crs)


def coordinates(series):
    return shapely.get_coordinates(series.to_numpy())


WAYS = {
    "WGS 84": lambda lon, lat: (lon, lat),
    "GCJ-02": datums.gcj02_from_wgs84,
    "BD-09": datums.bd09_from_wgs84,
    "WGS 84, swapped": lambda lon, lat: (lat, lon),
    "GCJ-02, swapped": lambda lon, lat: datums.gcj02_from_wgs84(lon, lat)[::-1],
}


@pytest.mark.parametrize("name", WAYS)
def test_degrees_in_every_datum_are_told(inside, square, name):
    degrees = coordinates(inside.to_crs(4326))
    table = guesses.shares(np.column_stack(WAYS[name](degrees[:, 0], degrees[:, 1])), square)
    assert table.index[0] == name
    assert table["inside"].iloc[0] == 1
    assert table["inside"].iloc[1] < 0.98


@pytest.mark.parametrize(
    ("epsg", "swap", "name"),
    [
        (4549, False, "CGCS2000 / 3-degree Gauss-Krueger 120E"),
        (4549, True, "CGCS2000 / 3-degree Gauss-Krueger 120E, swapped"),
        (4528, False, "CGCS2000 / 3-degree Gauss-Krueger 120E, zone in the easting"),
        (4528, True, "CGCS2000 / 3-degree Gauss-Krueger 120E, zone in the easting, swapped"),
        (4550, False, "CGCS2000 / 3-degree Gauss-Krueger 123E"),
        (4510, False, "CGCS2000 / 6-degree Gauss-Krueger 123E"),
        (32651, False, "UTM 51N"),
        (3857, False, "Web Mercator"),
    ],
)
def test_metres_in_every_system_are_told_and_can_be_read_so(inside, square, epsg, swap, name):
    metres = coordinates(inside.to_crs(epsg))
    table = guesses.shares(metres[:, ::-1] if swap else metres, square)
    assert name in table.index[table["inside"] == 1]
    row = table.loc[name]
    frame = gpd.pd.DataFrame({"x": metres[:, 1 if swap else 0], "y": metres[:, 0 if swap else 1]})
    read = points.from_table(frame, reading=Reading(row["crs"], row["datum"], swap_xy=bool(row["swap_xy"])))
    assert read.to_crs(inside.crs).distance(inside).max() < 1e-3


def test_a_better_hypothesis_must_be_clearly_better(inside, square):
    degrees = coordinates(inside.to_crs(4326))
    shifted = np.column_stack(datums.gcj02_from_wgs84(degrees[:, 0], degrees[:, 1]))
    assert guesses.better(guesses.shares(shifted, square), "WGS 84") == "GCJ-02"
    assert guesses.better(guesses.shares(degrees, square), "WGS 84") is None


def test_outside_china_there_is_no_shift_to_tell():
    brazil = gpd.GeoDataFrame(geometry=[shapely.box(-46.7, -23.6, -46.5, -23.4)], crs=4326)
    table = guesses.shares([[-46.6, -23.5], [-46.65, -23.55]], brazil)
    assert table.index[0] == "WGS 84"
    assert table["inside"].iloc[0] == 1


def test_rows_without_coordinates_do_not_count(square):
    assert len(guesses.shares([[np.nan, np.nan]], square)) == 6


@pytest.mark.parametrize(
    ("moved", "option"),
    [
        (lambda x, y: (y, x), "--swap-xy|swap_xy"),
        (datums.gcj02_from_wgs84, "--datum gcj02|datum=.gcj02"),
        (datums.bd09_from_wgs84, "--datum bd09|datum=.bd09"),
    ],
)
def test_points_that_lie_in_the_district_only_otherwise_stop_with_the_option(moved, option):
    district = gpd.GeoDataFrame(geometry=[shapely.box(80.0, 32.0, 80.01, 32.01)], crs=4326)
    lon, lat = np.meshgrid(np.linspace(80.0005, 80.0095, 7), np.linspace(32.0005, 32.0095, 7))
    x, y = moved(lon.ravel(), lat.ravel())
    spots = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=4326)
    inside = spots.within(district.geometry.iloc[0]).to_numpy()
    with pytest.raises(TableError, match=option):
        guesses.doubted(spots, inside, district, Reading(), "a.csv")


def test_a_whole_city_on_one_district_and_what_was_said_are_not_doubted():
    district = gpd.GeoDataFrame(geometry=[shapely.box(120.0, 32.0, 120.01, 32.01)], crs=4326)
    rng = np.random.default_rng(1)
    spots = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(rng.uniform(119.95, 120.05, 900), rng.uniform(31.95, 32.05, 900)), crs=4326
    )
    inside = spots.within(district.geometry.iloc[0]).to_numpy()
    assert "no datum is named" in guesses.doubted(spots, inside, district, Reading(), "a.csv")[0]
    assert guesses.doubted(spots, inside, district, Reading(datum="wgs84"), "a.csv") == []


def test_metres_of_baidu_are_told_and_read_by_the_options_that_are_named(inside, square, tmp_path):
    # Baidu's own example of its two forms: 116.403874, 39.914889 is 12958160.97, 4825907.72.
    way = pyproj.Transformer.from_crs(pyproj.CRS(datums.BAIDU_METRES).geodetic_crs, datums.BAIDU_METRES, always_xy=True)
    assert way.transform(116.403874, 39.914889) == pytest.approx((12958160.97, 4825907.72), abs=0.02)
    degrees = coordinates(inside.to_crs(4326))
    metres = np.column_stack(way.transform(*datums.bd09_from_wgs84(degrees[:, 0], degrees[:, 1])))
    table = guesses.shares(metres, square)
    assert table.index[0] == "Baidu metres (BD-09 MC)"
    said = guesses.option(table.iloc[0], Reading())
    assert said == f'--crs "{datums.BAIDU_METRES}" --datum bd09'
    frame = gpd.GeoDataFrame(geometry=shapely.points(metres))
    read, _ = checks.taken(frame, crs=datums.BAIDU_METRES, datum="bd09")
    assert coordinates(read.geometry) == pytest.approx(degrees, abs=1e-7)


# ------------------------------------------------------------------ shapes whose datum is settled where they lie
@pytest.fixture
def lanes(square):
    """Return lines that fill the square, in longitude and latitude of WGS 84."""
    west, south, east, north = square.total_bounds
    rows = np.linspace(south + 5, north - 5, 30)
    lines = [shapely.LineString([(west + 5, y), (east - 5, y)]) for y in rows]
    return gpd.GeoDataFrame(geometry=lines, crs=square.crs).to_crs(4326)


def shifted(lanes):
    """Return lines as a map of GCJ-02 has them."""
    moved = shapely.transform(
        lanes.geometry.to_numpy(), lambda at: np.column_stack(datums.gcj02_from_wgs84(at[:, 0], at[:, 1]))
    )
    return gpd.GeoDataFrame(geometry=moved, crs=4326)


def test_a_datum_that_was_said_is_put_back_where_shapes_come_to_lie_no_worse(lanes, square):
    back, notes = guesses.settled(shifted(lanes), square, Reading(datum="gcj02"), "roads.shp")
    assert "put from gcj02 to WGS 84" in str(notes[0])
    assert shapely.hausdorff_distance(back.geometry.to_numpy(), lanes.geometry.to_numpy()).max() < 1e-6


def test_a_datum_that_was_said_of_another_file_is_not_put_back_and_that_is_told(lanes, square):
    kept, notes = guesses.settled(lanes, square, Reading(datum="gcj02"), "roads.shp")
    assert kept is lanes
    assert "taken as WGS 84: by gcj02 fewer" in str(notes[0])


def test_shapes_of_another_datum_than_nobody_named_stop_with_the_option(lanes, square):
    narrow = gpd.GeoDataFrame(geometry=square.buffer(-150.0), crs=square.crs)
    inner = lanes.iloc[8:22]
    assert guesses.looked_at(inner.iloc[:0], narrow, Reading(), "roads.shp") == []
    with pytest.raises(TableError, match=r"roads\.shp: .*GCJ-02"):
        guesses.looked_at(shifted(inner), narrow, Reading(), "roads.shp")


def test_nothing_read_leaves_nothing_to_settle(lanes, square):
    empty = lanes.iloc[:0]
    assert guesses.settled(empty, square, Reading(datum="gcj02"), "roads.shp") == (empty, [])


def test_a_system_that_a_file_names_wrong_is_to_be_set_in_the_file(inside, square):
    wrong = gpd.GeoDataFrame(geometry=inside.set_crs(32651, allow_override=True))
    with pytest.raises(TableError, match="its CRS is named wrong: set it to EPSG:"):
        guesses.doubted(wrong, np.zeros(len(wrong), dtype=bool), square, Reading(), "a.shp")


def test_the_option_leaves_out_what_was_said_wrong(square, inside):
    degrees = coordinates(inside.to_crs(4326))[:, ::-1]
    row = guesses.shares(degrees, square).loc["WGS 84, swapped"]
    assert guesses.option(row, Reading()) == "--swap-xy"
    assert guesses.option(row, Reading(swap_xy=True)) == "leave out --swap-xy"
