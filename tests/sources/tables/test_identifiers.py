"""Identifiers stay as the file has them; what stands twice is told apart, or is one."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from gridkit.sources.tables import identifiers


def test_identifiers_are_kept_and_doubles_numbered():
    ids, notes = identifiers.named(pd.Series(["a", "b", "a", None, "a-2"], name="id"), 5, "incident_id")
    assert ids.tolist() == ["a", "b", "a-3", "i4", "a-2"]
    assert len(notes) == 2


def test_identifiers_that_a_spreadsheet_rounded_are_never_taken_for_doubles():
    ids, notes = identifiers.named(pd.Series(["2.02503050001000E+17"] * 2, name="id"), 2, "incident_id")
    assert ids.tolist() == ["i1", "i2"]
    assert "lost digits" in notes[0]


@pytest.mark.parametrize(
    ("places", "days", "gone"),
    [
        ([(0, 0), (0, 0)], [2, 1], [False, True]),  # one place: the latest stays
        ([(0, 0), (9, 9)], [1, 1], [True, False]),  # one time: the last in the file stays
        ([(0, 0), (9, 9)], [1, 2], [False, False]),  # two cases
    ],
)
def test_updates_share_their_place_or_their_time(places, days, gone):
    times = pd.Series([pd.Timestamp(2025, 3, day) for day in days])
    points = [Point(*place) for place in places]
    assert identifiers.superseded(pd.Series(["a", "a"]), points, times).tolist() == gone


def test_one_case_in_two_files_counts_once_and_another_keeps_its_name():
    first = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(1, 1)], index=pd.Index(["a", "b"], name="incident_id"))
    second = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(5, 5)], index=pd.Index(["a", "b"], name="incident_id"))
    kept, ids, notes = identifiers.together([first, second])
    assert kept.tolist() == [True, True, False, True]
    assert ids.tolist() == ["a", "b", "b-2"]
    assert len(notes) == 2
