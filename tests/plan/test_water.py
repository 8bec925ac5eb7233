"""Water in units: the bank of a river counts its ground alone, and its outline is midstream."""

import pytest
from shapely.geometry import box
from towns import town

from gridkit.plan import arrays
from gridkit.plan.plan import dissolve
from gridkit.plan.water import outlined, uncounted


@pytest.fixture
def shore():
    """Units of a town, of which the first counts 70 m of its 100, and the second is a lake."""
    units = town().units
    units.loc[["u0000", "u0001"], "area_m2"] = [7_000.0, 0.0]
    units.loc["u0001", "kind"] = "water"
    return units


def test_what_does_not_count_is_water_alone(shore):
    assert uncounted(shore).tolist() == [3_000.0, 10_000.0] + [0.0] * 14
    assert outlined(shore).tolist() == [10_000.0, 0.0] + [10_000.0] * 14
    assert uncounted(shore.drop(columns="kind")).tolist() == [3_000.0, 10_000.0] + [0.0] * 14


def test_a_grid_counts_no_water(shore):
    grids = dissolve(shore)
    assert grids.loc["W00", "area_m2"] == pytest.approx(40_000 - 13_000)
    assert grids["area_m2"].sum() == pytest.approx(shore["area_m2"].sum())
    assert grids.loc["W00"].geometry.equals(box(0, 0, 200, 200))


def test_the_search_takes_midstream_for_the_outline(shore):
    plan = town()
    aim = arrays.Aim("people", plan.parameters.band)
    problem, _ = arrays.problem(shore, plan.borders, aim, 4)
    assert problem.areas.tolist() == outlined(shore).tolist()
