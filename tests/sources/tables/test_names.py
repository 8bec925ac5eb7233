"""Names that columns go by."""

from __future__ import annotations

import pandas as pd
import pytest

from gridkit.errors import TableError
from gridkit.sources.tables.names import COORDINATES, column_for, require


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
