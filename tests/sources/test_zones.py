"""Zones read from polygons and from tables that name what they are made of."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridkit.catalog.emergencies import emergencies
from gridkit.errors import TableError, UsageError
from gridkit.sources import zones

METRES = "EPSG:32650"
EPIDEMIC = emergencies()["epidemic"]
PLACES = {
    "unit": gpd.GeoSeries({"u1": box(0, 0, 10, 10), "u2": box(10, 0, 20, 10)}, crs=METRES),
    "compound": gpd.GeoSeries({"和平花园": box(0, 0, 20, 10)}, crs=METRES),
}


def read(source, **choices):
    return zones.read(source, EPIDEMIC, PLACES, crs=METRES, **choices)[0]


def drawn(**columns):
    return gpd.GeoDataFrame(columns, geometry=[box(0, 0, 5, 5), box(5, 0, 9, 5)], crs=METRES)


def test_columns_are_known_in_chinese_and_dates_in_any_form():
    table = drawn(
        分区名称=["甲", "乙"], 类别=["封控区", "防范区"], 开始日期=["2027年1月1日", "2027/1/2"], 电话=["0513-1", ""]
    )
    found = read(table, until="2027-02-01", phone="12345")
    assert found["kind"].tolist() == ["sealed", "prevention"]
    assert found["since"].tolist() == ["2027-01-01", "2027-01-02"]
    assert found["until"].tolist() == ["2027-02-01"] * 2
    assert found["phone"].tolist() == ["0513-1", "12345"]


@pytest.mark.parametrize(
    "heads", [("Bezeichnung", "von", "bis"), ("nome", "início", "fim"), ("название", "начало", "конец")]
)
def test_columns_are_known_in_other_languages(heads):
    name, since, until = heads
    found = read(drawn(**{name: ["a", "b"], since: ["20.01.2027"] * 2, until: ["31.01.2027"] * 2}), kind="sealed")
    assert found.index.tolist() == ["a", "b"]
    assert (found["since"].tolist(), found["until"].tolist()) == (["2027-01-20"] * 2, ["2027-01-31"] * 2)


def test_rows_of_one_name_are_one_zone_and_zones_without_a_name_are_numbered():
    assert read(drawn(name=["x", "x"]), kind="sealed").area.tolist() == [45]
    assert read(drawn(), kind="sealed").index.tolist() == ["zone 1", "zone 2"]
    with pytest.raises(TableError, match="differ"):
        read(drawn(name=["x", "x"], kind=["sealed", "controlled"]))


def test_a_file_names_units_or_compounds(tmp_path):
    path = tmp_path / "zones.csv"
    path.write_text("分区,小区\n甲,和平花园\n", encoding="utf-8")
    assert read(path, kind="sealed").area.tolist() == [200]
    units = pd.DataFrame({"zone": ["a", "b"], "unit_id": ["u1", "u2"]})
    assert read(units, kind="sealed").area.tolist() == [100, 100]


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        (pd.DataFrame({"zone": ["a"], "unit_id": ["u9"]}), TableError, "u9"),
        (pd.DataFrame({"zone": ["a"], "where": ["u1"]}), TableError, "unit_id"),
        (gpd.GeoDataFrame({"name": ["p"]}, geometry=[Point(1, 1)], crs=METRES), TableError, "polygons"),
        (drawn(kind=["sealed", "locked"]), UsageError, "locked"),
        (drawn(since=["2027-02-02", "2027-01-01"], until=["2027-02-01", "2027-02-01"]), TableError, "zone 1"),
    ],
)
def test_what_is_no_zone_is_named(source, error, said):
    with pytest.raises(error, match=said):
        read(source, kind="sealed")


@pytest.mark.parametrize("text", ["31.1.2027", "soon", "2027-02-30"])
def test_days_are_iso(text):
    with pytest.raises(UsageError, match="no day"):
        zones.day(text, "--from")
