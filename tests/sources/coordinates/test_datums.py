"""Datums go there and back, and lie where known points lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from gridkit.errors import TableError
from gridkit.sources.coordinates import datums

METRES_PER_DEGREE = 111_320
lon = st.floats(73.5, 135.0)
lat = st.floats(4.0, 53.5)
PAIRS = {
    "gcj02": (datums.gcj02_from_wgs84, datums.wgs84_from_gcj02),
    "bd09": (datums.bd09_from_wgs84, datums.wgs84_from_bd09),
    "bd09 on gcj02": (datums.bd09_from_gcj02, datums.gcj02_from_bd09),
}


@pytest.mark.parametrize("name", PAIRS)
@given(lon=lon, lat=lat)
def test_there_and_back_is_within_a_tenth_of_a_millimetre(name, lon, lat):
    there, back = PAIRS[name]
    x, y = back(*there(lon, lat))
    assert abs(float(x) - lon) * METRES_PER_DEGREE < 1e-4
    assert abs(float(y) - lat) * METRES_PER_DEGREE < 1e-4


def test_there_and_back_holds_on_the_meridian_where_the_formula_has_a_kink():
    x, y = datums.wgs84_from_gcj02(*datums.gcj02_from_wgs84([105.0, 105.0 + 1e-9, 105.0 - 1e-9], [35.0] * 3))
    assert np.abs(x - [105.0, 105.0 + 1e-9, 105.0 - 1e-9]).max() * METRES_PER_DEGREE < 1e-4
    assert np.abs(y - 35.0).max() * METRES_PER_DEGREE < 1e-4


def test_a_known_point_shifts_by_what_the_field_agrees_on():
    x, y = datums.gcj02_from_wgs84(116.404, 39.915)
    assert (round(float(x), 8), round(float(y), 8)) == (116.4102445, 39.91640428)
    x, y = datums.bd09_from_gcj02(116.404, 39.915)
    assert (round(float(x), 8), round(float(y), 8)) == (116.41036949, 39.92133699)


def test_outside_china_nothing_shifts():
    x, y = datums.gcj02_from_wgs84([-46.6, 24.9], [-23.5, 60.2])
    assert x.tolist() == [-46.6, 24.9]
    assert y.tolist() == [-23.5, 60.2]


def test_the_shift_in_jiangsu_is_larger_than_a_grid():
    x, y = datums.gcj02_from_wgs84(120.9, 32.0)
    metres = np.hypot((x - 120.9) * 94_000, (y - 32.0) * 110_900)
    assert 400 < metres < 600


def test_every_zone_of_the_tables_has_the_meridian_pyproj_knows():
    for width, zones in datums.KRUEGER_ZONES.items():
        for zone in zones:
            meridian = zone * 3 if width == 3 else zone * 6 - 3
            for prefix in (True, False):
                crs = CRS.from_epsg(datums.krueger_epsg(meridian, width=width, prefix=prefix))
                by_name = {each.name: each.value for each in crs.coordinate_operation.params}
                assert by_name["Longitude of natural origin"] == meridian
                assert by_name["False easting"] == 500_000 + (zone * 1_000_000 if prefix else 0)


def test_a_meridian_without_a_zone_is_refused():
    with pytest.raises(TableError, match="central meridian 121"):
        datums.krueger_epsg(121)


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((553400, 3603200, 556400, 3606200), "CGCS2000 Gauss-Krueger (EPSG:4534 to 4554 by central meridian)"),
        ((40553400, 3603200, 40556400, 3606200), "EPSG:4528"),
        ((3603200, 40553400, 3606200, 40556400), "in the easting, north first"),
        ((21553400, 3603200, 21556400, 3606200), "EPSG:4499"),
        ((-20037508, 3603200, 20037508, 3606200), ""),
    ],
)
def test_gauss_krueger_is_known_by_its_numbers(bounds, said):
    looks = datums.krueger_looks(bounds)
    assert said in looks
    assert bool(said) == bool(looks)


def test_datums_are_named_in_any_way():
    assert datums.to_wgs84("GCJ-02") is datums.wgs84_from_gcj02
    assert datums.to_wgs84("bd 09") is datums.wgs84_from_bd09
    with pytest.raises(TableError, match="no datum 'beijing54' here"):
        datums.to_wgs84("beijing54")
