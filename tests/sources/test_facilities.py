"""Facilities that users bring."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.facilities import read
from gridkit.sources.reading import Reading

UTM = "EPSG:32651"


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table of two places with these columns."""

    def write(**columns):
        frame = pd.DataFrame({"lon": [120.5, 120.6], "lat": [32.5, 32.6], **columns})
        frame.to_csv(tmp_path / "a.csv", index=False)
        return tmp_path / "a.csv"

    return write


def test_roles_are_found_by_the_names_of_columns(table):
    given = table(名称=["一号", "二号"], 床位数=["20张", "8"], 机构代码=["007", "008"])
    found, report = read(given, crs=UTM)
    assert found.index.tolist() == ["007", "008"]
    assert found["name"].tolist() == ["一号", "二号"]
    assert found["capacity"].tolist() == [20, 8]
    assert found.crs == UTM
    assert report


def test_columns_the_user_names_win_and_those_kept_come_along(table):
    given = table(name=["a", "b"], label=["x", "y"], phone=["1", "2"])
    found, _ = read(given, {"name": ["label"]}, crs=UTM, keep=("phone",))
    assert found["name"].tolist() == ["x", "y"]
    assert "phone" in found


def test_a_column_that_may_count_what_is_read_is_asked_about(table):
    given = table(clinics=[3, 0])
    with pytest.raises(TableError, match=r"'clinics' may be a count of facilities: 3 in 2 rows, 0 in 1 of them"):
        read(given, crs=UTM, called=("clinics",))
    assert len(read(given, crs=UTM, called=("schools",))[0]) == 2
    assert len(read(given, crs=UTM, called=("clinics",), reading=Reading(count="none"))[0]) == 2


@pytest.mark.parametrize("values", [[3.5, 1], [-1, 2], [500, 2], [True, False], ["a", "b"], [None, None]])
def test_what_cannot_be_a_count_of_facilities_is_not_asked_about(table, values):
    assert len(read(table(clinics=values), crs=UTM, called=("clinics",))[0]) == 2


def test_a_row_stands_for_as_many_facilities_as_it_counts(table):
    found, report = read(table(clinics=[3, 0]), crs=UTM, reading=Reading(count="clinics"))
    assert len(found) == 3
    assert len(set(found.geometry)) == 1
    assert found.index.is_unique
    assert "stands for 3 facilities" in str(report)
    assert "1 row stands for no facility" in str(report)


def test_a_row_without_a_count_is_lost_and_said(table):
    given = table(clinics=[2, None])
    found, report = read(given, crs=UTM, reading=Reading(count="clinics"))
    assert len(found) == 2
    assert "1 row has no count" in str(report)


@pytest.mark.parametrize("counts", [[1.5, 2], [-1, 2]])
def test_parts_of_a_facility_and_less_than_none_are_refused(table, counts):
    with pytest.raises(TableError, match="'clinics' does not count"):
        read(table(clinics=counts), crs=UTM, reading=Reading(count="clinics"))


def test_a_count_that_is_not_there_is_named_with_the_nearest(table):
    with pytest.raises(TableError, match="clinics"):
        read(table(clinics=[1, 2]), crs=UTM, reading=Reading(count="clinic"))
