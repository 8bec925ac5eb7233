"""Hours between which doors are come to: units, grids, compounds and zones, and what is wrong with a table."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box
from towns import METRES, town

from gridkit.errors import TableError
from gridkit.sources import windows

TOWN = town()
PLACES = {
    "unit": gpd.GeoSeries(TOWN.units.geometry),
    "grid": gpd.GeoSeries(TOWN.grids.geometry),
    "zone": gpd.GeoSeries({"A": box(0, 0, 200, 100)}, crs=METRES),
}


def read(**columns):
    return windows.read(pd.DataFrame(columns), TOWN.units, PLACES)


def test_a_zones_hours_hold_for_its_units():
    found = read(zone=["A"], **{"from": ["09:00"], "until": ["11:30"]})
    assert found.index.tolist() == ["u0000", "u0001"]
    assert set(zip(found["from"], found["until"], strict=True)) == {(540.0, 690.0)}


def test_a_unit_in_two_rows_keeps_to_both():
    found = read(grid_id=["W00", "W00"], 开始时间=["8点", "9:30"], 结束时间=["12:00", 0.75])
    assert set(found["from"]) == {570.0}
    assert set(found["until"]) == {720.0}
    with pytest.raises(TableError, match="no hour in common"):
        read(grid_id=["W00", "W00"], start=["8:00", "13:00"], end=["9:00", "14:00"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"zone": ["A"], "from": ["noon"], "until": ["13:00"]}, "no time of day"),
        ({"zone": ["A"], "from": ["13:00"], "until": ["09:00"]}, "last hour is before the first"),
        ({"zone": ["B"], "from": ["9:00"], "until": ["10:00"]}, "of no zone"),
        ({"zone": ["A"], "from": ["9:00"]}, "no columns say the first"),
        ({"place": ["A"], "from": ["9:00"], "until": ["10:00"]}, "no column names"),
    ],
)
def test_what_is_wrong_is_named(columns, said):
    with pytest.raises(TableError, match=said):
        read(**columns)
