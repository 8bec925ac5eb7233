from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box
from towns import METRES, town

from gridkit.plan.overlap import same, shared_parts

TOWN = town()


def strips(cuts):
    """Return units that are vertical strips of the town, cut at these metres."""
    edges = [0.0, *sorted(set(cuts)), 400.0]
    shapes = [box(west, 0, east, 400) for west, east in pairwise(edges)]
    index = pd.Index([f"s{k}" for k in range(len(shapes))], name="unit_id")
    units = gpd.GeoDataFrame({"people": 100.0, "households": 30.0}, index=index, geometry=shapes, crs=METRES)
    return units.assign(area_m2=units.area)


@given(st.lists(st.integers(1, 399), max_size=6))
def test_people_are_conserved_however_the_units_are_cut(cuts):
    new = strips(map(float, cuts))
    parts = shared_parts(TOWN.units, new)
    assert parts["people"].sum() == pytest.approx(new["people"].sum())
    assert parts.groupby("new_unit")["share"].sum().to_numpy() == pytest.approx(1)
    assert parts["old_unit"].notna().all()


def test_units_of_the_same_shape_are_matched_as_they_are():
    assert same(TOWN.units, TOWN.units.iloc[::-1].copy()).tolist() == TOWN.units.index[::-1].tolist()
    nudged = TOWN.units.copy()
    nudged.loc["u0000", "geometry"] = box(0, 0, 99, 100)
    assert "u0000" not in same(TOWN.units, nudged)


def test_ground_that_was_in_no_unit_has_no_old_one():
    far = strips([]).assign(geometry=[box(350, 0, 450, 100)])
    parts = shared_parts(TOWN.units, far.assign(area_m2=10_000.0)).sort_values("share")
    assert parts["old_unit"].isna().tolist().count(True) == 1
    assert parts["share"].tolist() == [0.5, 0.5]


def test_slivers_of_drawing_are_no_overlap():
    shifted = TOWN.units.assign(geometry=TOWN.units.geometry.translate(0.005, 0))
    parts = shared_parts(TOWN.units, shifted)
    assert len(parts) == len(TOWN.units)
    assert (parts["old_unit"] == parts["new_unit"]).all()
