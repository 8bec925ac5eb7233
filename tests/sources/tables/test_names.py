"""Names that columns go by."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.tables.names import COORDINATES, alike, column_for, datum_of, of_degrees, require, twins


def frame(*columns):
    return pd.DataFrame([[0] * len(columns)], columns=list(columns))


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ("Population_Total", "population total"),
        ("人口（人）", "人口"),
        ("Population 2024 (persons)", "population"),
        ("户数/户", "户数"),
        ("2025年末人口", "人口"),
        ("LON.", "lon"),
    ],
)
def test_case_marks_units_notes_and_years_do_not_count(there, asked):
    assert column_for(frame("other", there), asked) == there


def test_the_first_candidate_that_is_there_wins_and_the_exact_one_before_the_like():
    assert column_for(frame("b", "a"), ["x", "a", "b"]) == "a"
    assert column_for(frame("人口（人）", "人口"), "人口") == "人口"
    assert column_for(frame("A", "a"), "a") == "A"


def test_columns_that_differ_by_nothing_but_a_year_are_not_guessed_between():
    assert column_for(frame("人口2024", "人口2025"), "人口") is None
    assert column_for(frame("人口2024", "人口2025"), "人口2025") == "人口2025"


def test_a_column_that_is_not_there_is_named_with_the_nearest_or_all():
    require(frame("people", "kind"), ["People"], "a.csv")
    with pytest.raises(TableError, match=r"a\.csv: there is no column 'poeple' - did you mean 'people'"):
        require(frame("people", "kind"), ["people", "poeple"], "a.csv")
    with pytest.raises(TableError, match=r"its columns are people, kind"):
        require(frame("people", "kind"), ["zzz"], "a.csv")


def test_no_name_of_a_coordinate_means_two_things():
    names = [name for candidates in COORDINATES.values() for name in candidates]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (("事发经度", "事发纬度"), {"lon": "事发经度", "lat": "事发纬度"}),
        (("id", "start_lng", "start_lat"), {"lon": "start_lng", "lat": "start_lat"}),
        (("GIS_X", "GIS_Y"), {"x": "GIS_X", "y": "GIS_Y"}),
        (("width_x", "width_y"), {}),  # no word of a place
        (("start_lng", "end_lat"), {}),
        (("GIS_X",), {}),
    ],
)
def test_two_columns_that_differ_by_the_words_for_coordinates_alone_are_twins(columns, found):
    assert twins(frame(*columns)) == found


def test_the_first_of_several_twins_is_taken():
    assert twins(frame("start_lng", "start_lat", "end_lng", "end_lat")) == {"lon": "start_lng", "lat": "start_lat"}


@pytest.mark.parametrize(
    ("name", "says"), [("事发经度", True), ("Longitude (deg)", True), ("lat", True), ("人口", False)]
)
def test_a_column_of_degrees_is_known_by_its_name(name, says):
    assert of_degrees(name) == says


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("bd_lng", "bd09"),
        ("百度经度", "bd09"),
        ("高德经度", "gcj02"),
        ("wgs84_lon", "wgs84"),
        ("abdomen", None),
        ("lon", None),
    ],
)
def test_a_datum_is_told_by_the_name_of_a_column(name, datum):
    assert datum_of(name) == datum


def test_columns_that_a_name_stands_for_alike_are_all_named():
    assert alike(frame("2023年人口", "户数", "2024年人口"), ["人口"]) == ["2023年人口", "2024年人口"]
