"""Identifiers stay as the file has them; what stands twice is told apart, or is one."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point

from gridkit.errors import GridkitWarning
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


def test_rows_without_identifiers_are_numbered():
    ids, notes = identifiers.named(None, 3, "incident_id")
    assert (ids.tolist(), ids.name, notes) == (["i1", "i2", "i3"], "incident_id", [])


def test_cases_that_stand_once_are_no_updates_and_of_updates_the_one_written_last_stays():
    here = [Point(0, 0)] * 3
    assert not identifiers.superseded(pd.Series(["a", "b", None]), here, None).any()
    written = pd.Series(pd.to_datetime(["2026-03-02", "2026-03-03", "2026-03-01"]))
    assert identifiers.superseded(pd.Series(["a", "a", "a"]), here, None, written).tolist() == [True, False, True]


def test_rows_alike_in_place_and_every_column_are_found_and_rows_nowhere_never_are():
    table = gpd.GeoDataFrame(
        {"what": ["fire", "fire", "theft", "fire", "fire"]},
        geometry=[Point(0, 0), Point(0, 0), Point(0, 0), None, None],
        crs=32650,
    )
    assert identifiers.alike(table).tolist() == [False, True, False, False, False]
    assert not identifiers.alike(table.iloc[2:]).any()
    with pytest.warns(
        GridkitWarning, match=r"a\.csv: 1 row is at the same place as another .* alike once counts them once"
    ):
        identifiers.warn_of_alike(1, "a.csv")


def test_files_without_a_common_row_are_put_together_without_a_word():
    one, other = (
        gpd.GeoDataFrame(geometry=[Point(at, 0)], index=pd.Index([name], name="incident_id"), crs=32650)
        for at, name in ((0, "a"), (1, "b"))
    )
    kept, ids, notes = identifiers.together([one, other])
    assert (kept.tolist(), ids.tolist(), notes) == ([True, True], ["a", "b"], [])
