"""A table's check names every broken promise at once, and nothing when all hold."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point, box

from gridkit.errors import TableError
from gridkit.tables import FEATURE_TABLES, FEATURES, TEXT, UNITS, Column, Extract, Table, dtype_named, flagged, numeric

PACKAGE = Path(__file__).resolve().parents[1] / "gridkit"


def test_good_units_pass(row: gpd.GeoDataFrame) -> None:
    UNITS.check(row)


def test_all_faults_are_named_in_one_error(row: gpd.GeoDataFrame) -> None:
    bad = row.rename(columns={"people": "peopel"}).rename_axis("id").assign(area_m2=[1.0, -1.0, 2.0, np.nan])
    with pytest.raises(TableError) as caught:
        UNITS.check(bad, where="units.gpkg")
    said = str(caught.value)
    assert said.startswith("units.gpkg: ")
    for part in ("'id', not 'unit_id'", "did you mean 'peopel'", "'area_m2' is empty in 1 row: ['d']"):
        assert part in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.set_axis(pd.Index(["a", "a", "b", "c"], name="unit_id")), "not unique: ['a']"),
        (lambda f: f.assign(people=["1", "2", "3", "4"]), "not a number"),
        (lambda f: f.assign(people=[1.0, np.inf, 2.0, 3.0]), "infinite"),
        (lambda f: f.assign(people=[1.0, -5.0, 2.0, 3.0]), "below 0 in 1 row: ['b']"),
        (lambda f: f.set_geometry(f.centroid), "geometry is Point"),
        (
            lambda f: f.set_geometry(gpd.GeoSeries([None, *f.geometry[1:]], index=f.index, crs=f.crs)),
            "has no geometry: ['a']",
        ),
        (lambda f: f.to_crs(4326), "not one in metres"),
        (lambda f: f.set_crs(None, allow_override=True), "missing, not one in metres"),
        (lambda f: pd.DataFrame(f.drop(columns="geometry")), "there is no geometry"),
    ],
)
def test_each_fault_is_found(row: gpd.GeoDataFrame, change: object, said: str) -> None:
    with pytest.raises(TableError, match=said.replace("[", r"\[").replace("]", r"\]")):
        UNITS.check(change(row))  # type: ignore[operator]


def test_coordinates_must_be_finite() -> None:
    table = Table("points", "id", {}, frozenset({"Point"}))
    frame = gpd.GeoDataFrame(geometry=[Point(np.inf, 0)], crs=32650).rename_axis("id")
    with pytest.raises(TableError, match="not finite"):
        table.check(frame)


def test_an_optional_column_may_be_absent_and_a_nullable_one_empty() -> None:
    table = Table("t", "id", {"x": Column("x", "number", required=False, nullable=True)})
    table.check(pd.DataFrame({"y": [1]}).rename_axis("id"))
    table.check(pd.DataFrame({"x": [None, None]}).rename_axis("id"))


def test_an_absent_table_of_an_extract_is_empty_and_keeps_its_contract() -> None:
    extract = Extract({}, CRS.from_epsg(32650))
    for name, table in FEATURE_TABLES.items():
        frame = extract.table(name)
        table.check(frame)
        assert frame.empty


def test_a_table_of_an_extract_is_given_as_it_is(row: gpd.GeoDataFrame) -> None:
    green = gpd.GeoDataFrame({"kind": ["park"]}, geometry=[box(0, 0, 1, 1)], crs=row.crs).rename_axis("feature_id")
    assert Extract({"green": green}, row.crs).table("green") is green


def test_feature_codes_are_stable() -> None:
    assert FEATURES[0] == "none"
    assert len(set(FEATURES)) == len(FEATURES)


def test_a_text_that_is_missing_stays_missing_whatever_pandas() -> None:
    made = pd.Series(["a", None, np.nan], dtype=object).astype(TEXT)
    assert made.isna().tolist() == [False, True, True]
    assert str(made.dtype) == "str"
    assert made.astype(dtype_named("str")).dtype == TEXT
    assert dtype_named("float64") == np.float64


@pytest.mark.parametrize("dtype", [object, "boolean"])
def test_a_flag_that_is_missing_is_not_set(dtype: object) -> None:
    flags = flagged(pd.Series([True, None, False], index=["a", "b", "c"], dtype=dtype))  # type: ignore[call-overload]
    assert flags.to_dict() == {"a": True, "b": False, "c": False}
    assert flags.dtype == bool


def test_no_text_is_made_in_a_way_that_differs_between_pandas_2_and_3() -> None:
    told = re.compile(r'\.astype\("str"\)|dtype="str"|\.fillna\((?:value=)?False\)\.astype\(bool\)')
    found = [
        f"{path.relative_to(PACKAGE)}:{at}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if told.search(line)
    ]
    assert not found, "use TEXT and flagged() of gridkit.tables"


@pytest.mark.parametrize(
    ("cells", "counts"),
    [([1, 2], True), ([1.5], True), (pd.array([1, None], dtype="Int64"), True), ([True], False), ([1j], False)],
)
def test_numbers_are_numbers_and_truth_values_are_none(cells, counts):
    assert numeric(pd.Series(cells)) is counts
