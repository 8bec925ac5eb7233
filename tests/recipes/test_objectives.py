"""Objectives of a project: little worlds where the answer is known, from the options to what is told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lattices import METRES, lattice
from shapely.geometry import LineString, Point, box

import gridkit as gk
from gridkit.errors import TableError, UsageError
from gridkit.plan.objectives import Figures
from gridkit.recipes import objectives

SIDE, WIDE, HIGH = 100.0, 6, 4


def cells(**columns: np.ndarray) -> gpd.GeoDataFrame:
    """Return 6 by 4 squares of 100 m as somebody's own units; columns by row and column of the squares."""
    at = [(i, j) for j in range(HIGH) for i in range(WIDE)]
    table = {name: [float(values[j][i]) for i, j in at] for name, values in columns.items()}
    names = pd.Index([f"u{i}{j}" for i, j in at], name="unit_id")
    shapes = [box(i * SIDE, j * SIDE, (i + 1) * SIDE, (j + 1) * SIDE) for i, j in at]
    return gpd.GeoDataFrame(table, index=names, geometry=shapes, crs=METRES).reset_index()


def people(**columns: np.ndarray) -> gpd.GeoDataFrame:
    """Return 10 people in the middle of each square, and what else is counted there."""
    counted = cells(**columns).drop(columns="unit_id")
    return counted.assign(people=10.0, geometry=counted.geometry.centroid)


def town() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["town"]}, geometry=[box(0, 0, WIDE * SIDE, HIGH * SIDE)], crs=METRES)


def split(**more: object) -> gk.Plan:
    given = {"units": cells(), "people": people(), "roads": lattice(8), "grids": 2, "tolerance": 0.01}
    return gk.split(town(), **{**given, **more}, by="people", threads=1)


def sides(plan: gk.Plan) -> set[frozenset[str]]:
    return {frozenset(names) for names in plan.units.groupby("grid_id").groups.values()}


def rows(plan: gk.Plan) -> bool:
    """Say whether the two grids are the lower and the upper half."""
    return frozenset(f"u{i}{j}" for j in (0, 1) for i in range(WIDE)) in sides(plan)


def rule(plan: gk.Plan, name: str) -> pd.Series:
    return gk.audit(plan).table().loc[name]


LOWER = np.repeat([[1.0], [1.0], [0.0], [0.0]], WIDE, axis=1)


def test_without_objectives_the_short_border_wins_and_nothing_is_told_of_them():
    plan = split()
    assert not rows(plan)
    assert plan.parameters.objectives == {}
    assert {rule(plan, name)["verdict"] for name in ("alike", "even", "middle", "office")} == {"N/A"}


def test_grids_are_alike_in_a_column_of_counts_for_each_person():
    plan = split(people=people(owners=8 * LOWER), homogeneous="owners/people=5")
    assert rows(plan)
    assert rule(plan, "alike")["value"] == pytest.approx(1.0)
    assert rule(plan, "alike")["verdict"] == "PASS"
    assert any("owners/people" in str(note) for note in plan.history[-1].notes)


def test_grids_are_alike_in_a_column_of_the_users_own_units():
    plan = split(units=cells(rent=10 + LOWER), homogeneous=["rent=5"])
    assert rows(plan)


def test_counts_are_not_compared_as_they_are():
    blocks = {"units": "hexagons", "hexagon_m": 150.0}
    with pytest.raises(UsageError, match="compare owners/people"):
        split(people=people(owners=8 * LOWER), homogeneous="owners", **blocks)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(TableError, match="cars"):
        split(even="cars")


def test_a_further_column_is_even():
    left = np.repeat([[2.0, 2.0, 2.0, 0.0, 0.0, 0.0]], HIGH, axis=0)
    plan = split(people=people(cars=left), even="cars=100")
    assert rows(plan)
    assert (rule(plan, "even")["value"], rule(plan, "even")["verdict"]) == (0, "PASS")
    uneven = split(people=people(cars=left), even="cars=0")
    assert (rule(uneven, "even")["value"], rule(uneven, "even")["verdict"]) == (2, "WARN")


def test_offices_draw_their_people_and_the_walk_is_told():
    offices = gpd.GeoDataFrame({"name": ["south", "north"]}, geometry=[Point(30, 30), Point(30, 370)], crs=METRES)
    plan = split(offices=offices, office_weight=50)
    assert rows(plan)
    assert rule(plan, "office")["value"] == 0
    told = next(str(note) for note in plan.history[-1].notes if "to the office" in str(note))
    assert "min" in told


def test_two_offices_in_one_unit_are_refused():
    offices = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(30, 30), Point(40, 40)], crs=METRES)
    with pytest.raises(UsageError, match="a and b stand in one unit"):
        split(offices=offices)


def test_walks_go_along_the_streets():
    """One street leads along each half; between the halves there is none: walks are short inside rows alone."""
    streets = [LineString([(0, y), (WIDE * SIDE, y)]) for y in (100, 300)]
    far = LineString([(WIDE * SIDE, 100), (WIDE * SIDE + 2000, 200), (WIDE * SIDE, 300)])
    roads = gpd.GeoDataFrame({"kind": ["residential"] * 3}, geometry=[*streets, far], crs=METRES)
    plan = split(roads=roads, walk_weight=5)
    assert rows(plan)
    assert rule(plan, "middle")["value"] == 0


def test_targets_that_differ_by_place_make_smaller_grids_there():
    """In the left half a grid is to hold 30, in the right half 60 people: 4 and 2 grids."""
    district = gpd.GeoDataFrame(
        {"name": ["west", "east"], "wanted": [30.0, 60.0]},
        geometry=[box(0, 0, 300, 400), box(300, 0, 600, 400)],
        crs=METRES,
    )
    plan = gk.split(
        district,
        parents="name",
        units=cells(),
        people=people(),
        roads=lattice(8),
        target=60,
        tolerance=0.01,
        target_by="wanted",
        by="people",
        threads=1,
    )
    held = plan.grids.groupby("parent")["people"].agg(list)
    assert sorted(held["west"]) == [30, 30, 30, 30]
    assert sorted(held["east"]) == [60, 60]
    assert plan.summary()["share_in_band"] == 1


def test_a_redraw_keeps_the_objectives(tmp_path):
    plan = split(people=people(owners=8 * LOWER), homogeneous="owners/people=5")
    gk.write_plan(plan, tmp_path / "plan.gpkg")
    again = gk.read_plan(tmp_path / "plan.gpkg")
    assert again.parameters.objectives == plan.parameters.objectives
    drawn = gk.redraw(again, everywhere=True, threads=1)
    assert rows(drawn)
    assert rule(drawn, "alike")["value"] == pytest.approx(1.0)


def test_a_price_that_is_none_is_refused():
    with pytest.raises(UsageError, match="is no weight"):
        split(even="cars=dear")


def test_a_redraw_keeps_offices_in_their_grids():
    offices = gpd.GeoDataFrame({"name": ["south", "north"]}, geometry=[Point(30, 30), Point(30, 370)], crs=METRES)
    plan = split(offices=offices, office_weight=50)
    before = plan.units["grid_id"]
    drawn = gk.redraw(plan, everywhere=True, threads=1)
    assert rows(drawn)
    assert drawn.units.loc[["u00", "u03"], "grid_id"].tolist() == before[["u00", "u03"]].tolist()


def test_new_people_are_counted_by_the_target_of_their_place_too():
    """Twice as many people in the left half, where a grid is to hold 30: eight grids there, not four."""
    district = gpd.GeoDataFrame(
        {"name": ["west", "east"], "wanted": [30.0, 60.0]},
        geometry=[box(0, 0, 300, 400), box(300, 0, 600, 400)],
        crs=METRES,
    )
    given = {"units": cells(), "roads": lattice(8), "target": 60, "tolerance": 0.4, "by": "people", "threads": 1}
    plan = gk.split(district, parents="name", people=people(), target_by="wanted", **given)
    more = people()
    more["people"] = np.where(more.geometry.x < 300, 20.0, 10.0)
    drawn = gk.redraw(plan, people=more, everywhere=True, threads=1)
    assert drawn.units["people"].sum() == pytest.approx(360)
    assert drawn.grids.groupby("parent").size().to_dict() == {"west": 8, "east": 2}
    assert drawn.summary()["share_in_band"] == 1


def test_a_mean_way_counts_grids_by_what_they_are_balanced_by():
    """1 and 5 minutes: 3 of as many people, 4 where households are balanced and three quarters live in the second."""
    units = pd.DataFrame({"grid_id": ["a", "b"], "people": [10.0, 10.0], "households": [1.0, 3.0]})
    grids = pd.DataFrame({"walk_minutes": [1.0, 5.0]}, index=pd.Index(["a", "b"], name="grid_id"))
    found = Figures(grids, pd.DataFrame({"correlation": [], "between": []}))
    by_people, by_households = (str(objectives.said(found, units, each)[0]) for each in ("people", "households"))
    assert by_people == "people walk 3.0 min to the middle of their grid in the mean, in the farthest grid 5.0 min"
    assert "4.0 min in the mean, each counted by its households" in by_households
