from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely.geometry import box
from towns import METRES, town

from gridkit.plan.overlap import outside, same, shared_parts

TOWN = town()


def strips(cuts):
    """Return units that are vertical strips of the town, cut at these metres."""
    edges = [0.0, *sorted(set(cuts)), 400.0]
    shapes = [box(west, 0, east, 400) for west, east in pairwise(edges)]
    index = pd.Index([f"s{k}" for k in range(len(shapes))], name="unit_id")
    units = gpd.GeoDataFrame({"people": 100.0, "households": 30.0}, index=index, geometry=shapes, crs=METRES)
    return units.assign(area_m2=units.area)


@pytest.mark.slow
@example([191, 201])
@given(st.lists(st.integers(1, 399), max_size=6))
def test_people_are_conserved_however_the_units_are_cut(cuts):
    new = strips(map(float, cuts))
    parts = shared_parts(TOWN.units, new)
    assert parts["people"].sum() == pytest.approx(new["people"].sum())
    assert parts.groupby("new_unit")["share"].sum().to_numpy() == pytest.approx(1)
    assert parts["old_unit"].notna().all()


@pytest.mark.parametrize("cuts", [[191, 201], [199, 200], [200, 201, 202]])
def test_ground_of_old_units_is_never_new_however_narrow_its_strips(cuts):
    parts = shared_parts(TOWN.units, strips(map(float, cuts)))
    assert parts["old_unit"].notna().all()
    assert parts.groupby("new_unit")["share"].sum().to_numpy() == pytest.approx(1)


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


def quantised(units, step):
    """Return units whose corners lie on a lattice of so many metres, as formats of whole numbers keep them."""
    return units.assign(geometry=shapely.transform(units.geometry.to_numpy(), lambda xy: (xy / step).round() * step))


@pytest.mark.parametrize("step", [0.011, 0.13])
def test_corners_that_a_format_rounds_move_no_ground(step):
    slanted = TOWN.units.assign(geometry=TOWN.units.geometry.rotate(7.3, origin=(0, 0)))
    before = quantised(slanted, step)
    parts = shared_parts(before, slanted)
    assert (parts["old_unit"] == parts["new_unit"]).all()
    assert len(parts) == len(slanted)
    assert outside(before, slanted).eq(0).all()


def test_a_narrow_street_that_changed_hands_is_ground():
    wide, narrow = box(0, 0, 400, 400), box(0, 0, 400, 2)
    old = gpd.GeoDataFrame(geometry=[box(0, 2, 400, 400), narrow], index=["block", "street"], crs=METRES)
    parts = shared_parts(old, strips([]).assign(geometry=[wide]))
    assert set(parts["old_unit"]) == {"block", "street"}


def test_ground_that_is_in_no_new_unit_is_told():
    left = outside(TOWN.units, TOWN.units.iloc[1:])
    assert left.iloc[0] == pytest.approx(TOWN.units.geometry.iloc[0].area)
    assert left.iloc[1:].eq(0).all()


def test_units_that_are_as_they_were_are_their_own_whole_source():
    parts = shared_parts(TOWN.units, TOWN.units)
    assert (parts["old_unit"] == parts["new_unit"]).all()
    assert parts["share"].eq(1).all()
    bare = shared_parts(TOWN.units, TOWN.units.drop(columns="households"))
    assert bare["households"].isna().all(), "what nobody gave is unknown, not nought"
    assert outside(TOWN.units, TOWN.units).eq(0).all()


def test_units_of_the_same_shape_in_another_table_are_the_same():
    again = TOWN.units.copy(deep=True)
    again.geometry = shapely.from_wkb(shapely.to_wkb(again.geometry.to_numpy()))
    assert same(TOWN.units, again).tolist() == TOWN.units.index.tolist()
