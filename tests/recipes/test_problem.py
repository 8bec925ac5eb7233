"""What a project asks of the search, on a little town of squares whose answers are known by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lattices import METRES, lattice
from shapely.affinity import translate
from shapely.geometry import Point, box

from gridkit.adjacency import GAP
from gridkit.errors import UsageError
from gridkit.project import project
from gridkit.recipes.hours import DERIVED
from gridkit.recipes.problem import prepared

SIDE, WIDE, HIGH = 100.0, 4, 3
NAMES = [f"u{i}{j}" for j in range(HIGH) for i in range(WIDE)]


def cells(**columns: object) -> gpd.GeoDataFrame:
    """Return 4 by 3 squares of 100 m as somebody's own units."""
    shapes = [box(i * SIDE, j * SIDE, (i + 1) * SIDE, (j + 1) * SIDE) for j in range(HIGH) for i in range(WIDE)]
    return gpd.GeoDataFrame({"unit_id": NAMES}, geometry=shapes, crs=METRES).assign(**columns)


def people(**columns: object) -> gpd.GeoDataFrame:
    """Return 20 people in 5 households in the middle of each square."""
    return gpd.GeoDataFrame(geometry=cells().centroid).assign(people=20.0, households=5.0, **columns)


TOWN = gpd.GeoDataFrame({"name": ["town"]}, geometry=[box(0, 0, WIDE * SIDE, HIGH * SIDE)], crs=METRES)


def ready(**more: object):
    given = {"units": cells(), "people": people(), "roads": lattice(6), "by": "people", "target": 80.0}
    return prepared(project(TOWN, **{**given, **more}))


def test_units_their_people_and_borders_are_the_splitters_arrays():
    found = ready()
    problem = found.problem
    assert problem.size == len(found.survey.units) == 12
    assert problem.weights.tolist() == [20.0] * 12
    assert len(problem.edges) == 3 * HIGH + WIDE * 2
    assert (found.goal.measure, found.goal.band.target) == ("people", 80.0)
    assert problem.band == found.goal.band
    assert not problem.seeds.any()
    assert set(problem.dedicated) == set(problem.old) == {-1}


def test_what_was_read_is_recorded_with_the_role_it_was_read_in():
    roles = [each.role for each in ready().survey.inputs]
    assert {"district", "people", "units", "roads"} <= set(roles)
    assert len(set(roles)) == len(roles)


@pytest.mark.parametrize("grids", [2, 3])
def test_as_many_grids_as_are_asked_for_settle_the_target(grids):
    found = ready(target=None, grids=grids)
    assert found.goal.band.target == pytest.approx(240 / grids)
    assert found.problem.grids == grids


def test_ground_that_lies_apart_is_joined_over_a_gap_only_where_it_makes_no_grid():
    shores = [translate(shape, 60.0 * (name[1] == "3")) for name, shape in zip(NAMES, cells().geometry, strict=True)]
    apart = cells().assign(geometry=shores)
    given = {"units": apart, "people": people().assign(geometry=apart.centroid), "by": "people", "tolerance": 0.2}
    islands = TOWN.assign(geometry=[apart.union_all()])
    enough, few = (prepared(project(islands, **given, target=target)) for target in (60.0, 120.0))
    assert not (enough.survey.borders["link"] == GAP).any()
    assert (few.survey.borders["link"] == GAP).any()


# ------------------------------------------------------------------ grids of before
HALVES = pd.Series(["west" if int(name[1]) < 2 else "east" for name in NAMES], index=NAMES)
BEFORE = sorted(map(frozenset, HALVES.groupby(HALVES).groups.values()), key=min)


def told(found) -> list[frozenset[str]]:
    """Return which units were together before."""
    units = found.survey.units.index.to_numpy()
    return sorted(map(frozenset, (units[found.problem.old == each] for each in np.unique(found.problem.old))), key=min)


def test_grids_of_before_are_taken_from_their_polygons_by_most_of_each_unit():
    line = 2 * SIDE + 30.0
    old = gpd.GeoDataFrame({"grid_id": ["w", "e"]}, geometry=[box(0, 0, line, 300), box(line, 0, 400, 300)], crs=METRES)
    assert told(ready(old=old)) == BEFORE


def test_grids_of_before_are_taken_from_a_table_of_labels(tmp_path):
    HALVES.rename("grid_id").rename_axis("unit_id").reset_index().to_csv(tmp_path / "old.csv", index=False)
    assert told(ready(old=str(tmp_path / "old.csv"))) == BEFORE


# ------------------------------------------------------------------ hours of work
def test_hours_that_no_column_brings_are_reckoned_and_the_band_is_of_them():
    found = ready(by="hours", target=25.0, tolerance=0.5)
    assert found.survey.report[DERIVED] == found.goal.practice == "cn-social"
    assert found.problem.weights.tolist() == pytest.approx(found.survey.units["hours"].tolist())
    assert len(set(np.round(found.problem.weights, 6))) == 1, "every square has as many households"


def test_hours_that_were_brought_are_left_as_they_are():
    found = ready(units=cells(hours=2.0), by="hours", target=8.0)
    assert DERIVED not in found.survey.report
    assert found.problem.weights.tolist() == [2.0] * 12


def test_micro_grids_have_no_hours_of_their_own():
    with pytest.raises(UsageError, match="micro-grids have no hours of work"):
        ready(by="hours", target=25.0, nested=10.0)


def test_events_are_for_hours_that_are_reckoned():
    when = pd.date_range("2025-01-01", "2025-12-31", periods=24).floor("min")
    log = gpd.GeoDataFrame({"time": when, "category": "消防隐患"}, geometry=[Point(50, 50)] * 24, crs=METRES)
    with pytest.raises(UsageError, match="events count where grids are divided by hours"):
        ready(events=log)
    busy = ready(by="hours", target=25.0, tolerance=0.9, events=log)
    hours = busy.survey.units["hours"]
    assert hours.idxmax() == "u00"
    assert hours.drop("u00").nunique() <= 2
    assert "events" in {each.role for each in busy.survey.inputs}
    assert busy.events is not None


# ------------------------------------------------------------------ institutions, targets by place
def test_an_institution_is_a_grid_of_its_own_and_kept_with_the_units():
    campus = gpd.GeoDataFrame({"name": ["university"]}, geometry=[box(0, 0, 100, 200)], crs=METRES)
    found = ready(dedicated=campus)
    inside = found.survey.units.index.isin(["u00", "u01"])
    assert found.survey.units["dedicated"].notna().tolist() == inside.tolist()
    assert (np.asarray(found.problem.dedicated) >= 0).tolist() == inside.tolist()


def test_where_targets_differ_by_place_people_are_weighed_by_them():
    # Units of the west count double: a grid there holds half as many.
    target = [40.0 if int(name[1]) < 2 else 80.0 for name in NAMES]
    found = ready(units=cells(wanted=target), target_by="wanted")
    west = found.survey.units.index.isin([name for name in NAMES if int(name[1]) < 2])
    assert found.problem.weights[west] == pytest.approx(2 * found.problem.weights[~west][0])
