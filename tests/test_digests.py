"""Digests of plans tell what changed, and only that: by hand, on the four squares in a row."""

from __future__ import annotations

import geopandas as gpd
import pytest
from benchmark import benchmark
from shapely.affinity import translate

DIGESTS = benchmark("digests")


@pytest.fixture
def tables(row: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return units, borders and grids as the file of a plan has them: a and b together, c and d together."""
    units = row.assign(grid_id=["1", "1", "2", "2"]).reset_index()
    borders = gpd.GeoDataFrame(
        {"unit_id": list("abc"), "neighbour": list("bcd"), "shared_m": 100.0, "feature": ["street", "river", "street"]}
    )
    return units, borders, dissolved(units)


def dissolved(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    sums = {"people": "sum", "households": "sum", "area_m2": "sum", "unit_id": "count"}
    return units.dissolve("grid_id", aggfunc=sums).rename(columns={"unit_id": "units"}).reset_index()


def changed(tables, other) -> list[str]:
    before, after = DIGESTS.digests(*tables), DIGESTS.digests(*other)
    return [name for name in DIGESTS.PARTS if before[name] != after[name]]


def test_a_unit_in_another_grid_changes_labels_codes_and_measures(tables) -> None:
    units = tables[0].assign(grid_id=["1", "1", "1", "2"])
    assert changed(tables, (units, tables[1], dissolved(units))) == ["labels", "codes", "measures"]


def test_grids_that_are_called_otherwise_change_codes_alone(tables) -> None:
    units = tables[0].assign(grid_id=["9", "9", "7", "7"])
    assert changed(tables, (units, tables[1], dissolved(units))) == ["codes"]


def test_the_order_of_rows_and_of_ends_changes_nothing(tables) -> None:
    units, borders, grids = (table.iloc[::-1] for table in tables)
    turned = borders.rename(columns={"unit_id": "neighbour", "neighbour": "unit_id"})
    assert changed(tables, (units, turned, grids)) == []


def test_a_corner_that_moves_by_a_millimetre_is_seen_and_noise_is_not(tables) -> None:
    units, borders, grids = tables
    for metres, seen in ((0.002, ["units"]), (1e-6, [])):
        moved = units.assign(geometry=[translate(units.geometry[0], metres), *units.geometry[1:]])
        assert changed(tables, (moved, borders, grids)) == seen


@pytest.mark.parametrize(("column", "value"), [("shared_m", 99.0), ("feature", "wall"), ("neighbour", "d")])
def test_a_border_that_is_otherwise_changes_borders_alone(tables, column: str, value: object) -> None:
    units, borders, grids = tables
    other = borders.copy()
    other.loc[0, column] = value
    assert changed(tables, (units, other, grids)) == ["borders"]


def test_people_who_are_counted_elsewhere_change_people_and_measures(tables) -> None:
    units = tables[0].assign(people=[20, 20, 20, 40])
    assert changed(tables, (units, tables[1], dissolved(units))) == ["people", "measures"]


def test_metres_between_grids_are_those_of_borders_that_part_them(tables) -> None:
    assert DIGESTS.between(tables[0], tables[1]) == 100
    assert DIGESTS.between(tables[0].assign(grid_id="1"), tables[1]) == 0


def test_what_differs_is_named_part_by_part_beside_what_was(tables) -> None:
    kept = DIGESTS.digests(*tables) | {"grids": 2, "in_band": 1.0, "between_m": 100}
    assert DIGESTS.line("here", kept, dict(kept)).endswith("the same")
    said = DIGESTS.line("here", kept, kept | {"codes": "other", "between_m": 90})
    assert said.endswith("OTHERWISE (was 2, 100.0%, 100 m): codes, between_m")
    assert "nothing is kept" in DIGESTS.line("here", None, kept)
