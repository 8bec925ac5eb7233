"""People of a project on its units: by whatever counts them, held to official totals."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from towns import METRES

from gridkit.errors import TableError
from gridkit.project import Project
from gridkit.recipes.people import peopled
from gridkit.tables import Extract

NOTHING = Extract({}, METRES)


@pytest.fixture
def areas():
    frame = gpd.GeoDataFrame(
        {"name": ["West", "East"], "parent": ["w", "e"]},
        index=pd.Index(["w", "e"], name="district_id"),
        geometry=[box(0, 0, 200, 100), box(200, 0, 400, 100)],
        crs=METRES,
    )
    return frame.assign(area_m2=frame.area)


@pytest.fixture
def bare(row):
    return row.drop(columns=["people", "households"]).assign(parent=["w", "w", "e", "e"])


def counted(tmp_path, name, text):
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def homes(**counts):
    places = [Point(50 + 100 * k, 50) for k in range(4)]
    return gpd.GeoDataFrame(counts, geometry=places, crs=METRES)


def test_people_of_points_are_on_the_units_they_lie_in_whole(areas, bare):
    units, sources, *_ = peopled(
        Project(district="unread.gpkg", people=homes(people=[10, 20, 30, 40])), areas, bare, NOTHING
    )
    assert units["people"].tolist() == [10, 20, 30, 40]
    assert len(sources) == 1


def test_without_any_count_there_are_no_people_and_no_guess(areas, bare):
    units, sources, report, notes, _ = peopled(Project(district="unread.gpkg"), areas, bare, NOTHING)
    assert units["people"].sum() == 0
    assert (sources, report, notes) == ((), {}, ())


def test_totals_alone_are_spread_inside_their_communities_and_say_so(areas, bare, tmp_path):
    totals = counted(tmp_path, "totals.csv", "community,people\nWest,60\nEast,140\n")
    units, _, _, notes, _ = peopled(Project(district="unread.gpkg", totals=totals), areas, bare, NOTHING)
    assert units.groupby("parent")["people"].sum().to_dict() == pytest.approx({"w": 60, "e": 140})
    assert any("official totals alone" in note for note in notes)


def test_the_file_of_people_holds_where_that_of_households_counts_people_too(areas, bare):
    both = Project(
        district="unread.gpkg",
        people=homes(people=[10, 20, 30, 40]),
        households=homes(people=[1, 1, 1, 1], households=[5, 6, 7, 8]),
    )
    units, *_ = peopled(both, areas, bare, NOTHING)
    assert units["people"].tolist() == [10, 20, 30, 40]
    assert units["households"].tolist() == [5, 6, 7, 8]


def test_what_only_the_totals_count_is_spread_by_them_and_said(areas, bare, tmp_path):
    totals = counted(tmp_path, "totals.csv", "community,people,households\nWest,30,12\nEast,70,28\n")
    asked = Project(district="unread.gpkg", totals=totals, people=homes(people=[10, 20, 30, 40]))
    units, _, _, notes, _ = peopled(asked, areas, bare, NOTHING)
    assert units.groupby("parent")["households"].sum().to_dict() == pytest.approx({"w": 12, "e": 28})
    assert units["people"].sum() == pytest.approx(100)
    assert any("households are spread from the official totals alone" in note for note in notes)


def test_a_second_column_that_is_not_there_is_named_with_the_nearest(areas, bare):
    asked = Project(district="unread.gpkg", people=homes(people=[1, 2, 3, 4], next_year=[2, 3, 4, 5]))
    found, *_ = peopled(Project(**{**vars(asked), "check_with": "next_year"}), areas, bare, NOTHING)
    assert found["next_year"].tolist() == [2, 3, 4, 5]
    with pytest.raises(TableError, match="next_yaer"):
        peopled(Project(**{**vars(asked), "check_with": "next_yaer"}), areas, bare, NOTHING)
