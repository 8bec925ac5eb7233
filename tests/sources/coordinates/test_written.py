"""Coordinates as they stand in cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridkit.errors import TableError
from gridkit.sources.coordinates.written import degrees, form, pairs, shapes
from gridkit.tables import TEXT

POINT = shapely.Point(120.5, 32.25)


def column(*cells, name="where"):
    return pd.Series(list(cells), name=name, dtype=TEXT)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("POINT (120.5 32.25)", "wkt"),
        ("SRID=4326;point(120.5 32.25)", "wkt"),
        (POINT.wkb_hex, "wkb"),
        ("0x" + POINT.wkb_hex, "wkb"),
        ('{"type": "Point", "coordinates": [120.5, 32.25]}', "geojson"),
        ("{'type': 'Point', 'coordinates': [120.5, 32.25]}", "geojson"),
        ("120.5, 32.25", "pair"),
        ("(120.5 32.25)", "pair"),
        ("N 32°15′, E 120°30′", "pair"),
        ("Q Road 5", None),
        ("120.5", None),
        ("", None),
    ],
)
def test_the_form_of_a_column_is_told_by_its_cells(cell, kind):
    assert form(column("", cell)) == kind


def test_numbers_and_times_hold_no_coordinates_and_a_few_pairs_among_names_make_none():
    assert form(pd.Series([120.5])) is None
    assert form(pd.Series(pd.to_datetime(["2024-01-01"]))) is None
    assert form(column("1, 2", "Q Road", "R Road")) is None


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("wkt", "POINT (120.5 32.25)"),
        ("wkb", "\\x" + POINT.wkb_hex),
        ("geojson", "{'type': 'Point', 'coordinates': [120.5, 32.25]}"),
    ],
)
def test_shapes_are_read_blanks_stay_blank_and_what_is_none_is_named(kind, cell):
    made, crs = shapes(column(cell, "", cell), kind, "a.csv")
    assert made[0].equals(POINT)
    assert made[1] is None
    assert made[2].equals(POINT)
    assert crs == ""
    with pytest.raises(TableError, match=r"a\.csv: column 'where' holds what is no \w+, in rows \[1\]"):
        shapes(column(cell, "Q Road"), kind, "a.csv")


def test_the_crs_that_cells_name_is_told():
    assert shapes(column("SRID=4549;POINT (1 2)", "POINT (3 4)"), "wkt", "")[1] == "EPSG:4549"
    named = shapely.to_wkb(shapely.set_srid(POINT, 4549), hex=True, include_srid=True)
    assert shapes(column(named), "wkb", "")[1] == "EPSG:4549"


# ------------------------------------------------------------------ degrees
@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("120°30'", 120.5),
        ("120度30分36秒", 120.51),
        ("32°15′0″S", -32.25),
        ("W 70 54 11.8", -(70 + 54 / 60 + 11.8 / 3600)),
        ("-0°30'", -0.5),
        ("北纬32°15′", 32.25),
        ("120:30:36", 120.51),
        ("120,5°", 120.5),
    ],
)
def test_degrees_minutes_and_seconds_are_degrees(cell, value):
    assert degrees(column(cell, "")).tolist() == pytest.approx([value, np.nan], nan_ok=True)


@given(st.floats(-179, 179))
def test_degrees_written_in_parts_come_back(value):
    size = abs(value)
    whole, minutes = int(size), int(size % 1 * 60)
    seconds = (size - whole - minutes / 60) * 3600
    text = f"{whole}°{minutes}′{min(max(seconds, 0), 59.999999):.6f}″{'W' if value < 0 else 'E'}"
    assert degrees(column(text))[0] == pytest.approx(value, abs=1e-6)


def test_plain_numbers_are_read_as_numbers_and_what_is_no_angle_is_named():
    assert degrees(pd.Series([120.5])).tolist() == [120.5]
    assert degrees(column("120.5", "120,25")).tolist() == [120.5, 120.25]
    for wrong in ("120°75'", "200°30'", "Q°"):
        with pytest.raises(TableError, match=r"rows \[1\]"):
            degrees(column("120°30'", wrong))


# ------------------------------------------------------------------ pairs
@pytest.mark.parametrize(
    ("cell", "name", "both", "latitude_first"),
    [
        ("120.5,32.25", "p", [120.5, 32.25], False),
        ("32.25 120.5", "p", [32.25, 120.5], True),
        ("POINT-ish [120.5; 32.25]", "p", [120.5, 32.25], False),
        ("20,5 32,25", "lat_lon", [20.5, 32.25], True),
        ("20.5 32.25", "lonlat", [20.5, 32.25], False),
        ("20.5 32.25", "p", [20.5, 32.25], None),
        ("20.5 32.25 12.0", "经纬度", [20.5, 32.25], False),
        ("N32°15′ E20°30′", "p", [32.25, 20.5], True),
        ("E20°30′, N32°15′", "p", [20.5, 32.25], False),
        ("S32°15′ W20°30′", "p", [-32.25, -20.5], True),
        ("32°15′S 20°30′W", "p", [-32.25, -20.5], True),
        ("南纬32°15′ 西经20°30′", "p", [-32.25, -20.5], True),
        ("lat: 32.25, lon: 20.5", "p", [32.25, 20.5], True),
    ],
)
def test_which_of_two_numbers_is_the_latitude_is_told_or_left_open(cell, name, both, latitude_first):
    found, first = pairs(column(cell, name=name))
    assert found.tolist() == [pytest.approx(both)]
    assert first is latitude_first


def test_blank_pairs_are_missing_and_what_is_no_pair_is_named():
    found, first = pairs(column("", "120.5,32.25"))
    assert np.isnan(found[0]).all()
    assert first is False
    assert pairs(column("", ""))[1] is None
    with pytest.raises(TableError, match=r"no pair of coordinates, in rows \[1\]"):
        pairs(column("120.5,32.25", "Q Road"))


def test_cells_that_disagree_in_their_compass_are_settled_by_size():
    assert pairs(column("N32°15′ E120°30′", "E120°30′ N32°15′"))[1] is None
