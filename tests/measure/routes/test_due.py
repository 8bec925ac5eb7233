"""Who is due: households counted by hand, door by door and class by class."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridkit.catalog.presets import presets
from gridkit.measure.routes.due import YEAR, doors

DAY = pd.Timestamp("2027-01-31")
METRES = "EPSG:32650"


def work():
    """Return what the preset says of visits."""
    return presets()["cn-social"].workload


def rest():
    """Return the class of whoever is in no other, and its window in days."""
    return next((key, YEAR / each.a_year.value) for key, each in work().visits.items() if each.rest)


def households(times, places=None, classes=None):
    """Return households with a last visit each."""
    spots = [Point(0, 0)] * len(times) if places is None else [Point(*each) for each in places]
    table = gpd.GeoDataFrame({"time": pd.to_datetime(pd.Series(times))}, geometry=spots, crs=METRES)
    return table if classes is None else table.assign(category=classes)


def total(table, name):
    """Return a sum over all doors."""
    return int(table[name].sum())


def test_the_window_of_the_class_decides_to_the_day():
    key, window = rest()
    days = int(window)
    table = doors(households([DAY - pd.Timedelta(days=days), DAY - pd.Timedelta(days=days + 2)]), work(), DAY)
    assert (total(table, "households"), total(table, "visited"), total(table, "due")) == (2, 1, 1)
    assert table["class"].tolist() == [key]


def test_a_visit_in_the_afternoon_of_the_day_counts():
    table = doors(households([DAY + pd.Timedelta(hours=15)]), work(), DAY)
    assert (total(table, "visited"), total(table, "unknown"), table["days"].iloc[0]) == (1, 0, 0.0)


@pytest.mark.parametrize("time", [None, "2027-02-01"])
def test_no_visit_and_one_still_to_come_are_unknown_and_due(time):
    table = doors(households([time]), work(), DAY)
    assert (total(table, "due"), total(table, "unknown"), total(table, "visited")) == (1, 1, 0)
    assert table["days"].isna().all()


def test_minutes_are_of_who_is_due_alone():
    _, window = rest()
    own = next(each for each in work().visits.values() if each.rest)
    table = doors(households([DAY, DAY - pd.Timedelta(days=window + 5)]), work(), DAY)
    assert table["minutes"].sum() == own.minutes.value


def test_classes_go_by_the_words_of_the_preset_and_the_rest_by_its_rest():
    key, _ = rest()
    other = next(name for name, each in work().visits.items() if not each.rest)
    table = doors(households([None] * 3, classes=[other, "of another planet", None]), work(), DAY)
    assert table.set_index("class")["households"].to_dict() == {other: 1, key: 2}


def test_one_building_is_one_door_and_one_place_too():
    places = [(1, 1), (8, 8), (30, 0), (30.1, 0), (60, 0)]
    house = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10)], crs=METRES)
    assert doors(households([None] * 5, places), work(), DAY)["door"].nunique() == 4
    table = doors(households([None] * 5, places), work(), DAY, house)
    assert table["door"].nunique() == 3
    assert total(table, "households") == 5
