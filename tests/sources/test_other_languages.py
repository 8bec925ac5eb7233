"""Tables of incidents in the words of other countries: columns, times and encodings are found, or asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, box

from gridkit.sources import features, incidents
from gridkit.sources.tables import dates, encodings

if TYPE_CHECKING:
    from pathlib import Path

AREA = gpd.GeoDataFrame({"name": ["D"]}, geometry=[box(120.60, 32.50, 120.62, 32.52)], crs=4326).to_crs(32651)
SPOTS = [(120.6012 + 0.0017 * at, 32.5031 + 0.0015 * at) for at in range(6)]
MOMENTS = list(pd.date_range("2024-03-05 09:15", periods=6, freq="75h"))
HINDI = str.maketrans("0123456789", "०१२३४५६७८९")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("header", "written", "encoding"),
    [
        ("番号,日時,経度,緯度", lambda t: f"令和{t.year - 2018}年{t.month}月{t.day}日 {t.hour}時{t.minute}分", "utf-8"),
        ("번호,일시,경도,위도", lambda t: f"{t.year}년 {t.month}월 {t.day}일 {t:%H:%M}", "cp949"),
        ("रसीद,दिनांक,देशांतर,अक्षांश", lambda t: f"{t:%d-%m-%Y %H:%M}".translate(HINDI), "utf-8"),
        ("رقم,التاريخ,خط الطول,خط العرض", lambda t: f"{t:%Y/%m/%d %H:%M}".translate(ARABIC), "utf-8"),
        ("no,tarih,boylam,enlem", lambda t: f"{t:%d.%m.%Y %H:%M}", "utf-8"),
        ("protocolo,data e hora,longitude,latitude", lambda t: f"{t:%d/%m/%Y às %H:%M}", "utf-8"),
        ("Nr,wann es geschah,Länge,Breite", lambda t: f"{t:%d.%m.%Y %H:%M} Uhr", "utf-8"),
        ("id,created,lon,lat", lambda t: f"/Date({int(t.timestamp() * 1000)}+0000)/", "utf-8"),
    ],
)
def test_times_and_places_are_found_in_the_words_of_the_country(header, written, encoding, tmp_path: Path) -> None:
    rows = [f"K{at},{written(t)},{x:.6f},{y:.6f}" for at, (t, (x, y)) in enumerate(zip(MOMENTS, SPOTS, strict=True))]
    path = tmp_path / "incidents.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    read, report = incidents.read(str(path), district=AREA)
    assert read["time"].tolist() == MOMENTS
    assert report["outside"] == 0


def test_korean_is_no_rare_chinese() -> None:
    assert encodings.found("행정구역,총인구수,남자,여자,세대수,비고".encode("cp949")) == "cp949"
    assert encodings.found("社区名称,常住人口,户数,备注,小区,街道".encode("gbk")) == "gb18030"


def test_tags_that_an_export_keeps_together_are_taken_apart() -> None:
    lines = [LineString([(120.6, 32.5 + 0.001 * at), (120.61, 32.5 + 0.001 * at)]) for at in range(3)]
    columns = {
        "highway": ["residential", "service", "primary"],
        "other_tags": ['"oneway"=>"yes","name:en"=>"A \\"B\\""', '"bridge"=>"yes","layer"=>"1"', None],
    }
    read = features.read(gpd.GeoDataFrame(columns, geometry=lines, crs=4326), "roads", crs=AREA.crs).tables["roads"]
    assert read["oneway"].tolist() == [True, False, False]
    assert (read["bridge"].tolist(), read["layer"].tolist()) == ([False, True, False], [0, 1, 0])
    assert read["name_en"].iloc[0] == 'A "B"'
    house = {"tags": ['{"building": "apartments", "building:levels": "5"}']}
    made = features.read(
        gpd.GeoDataFrame(house, geometry=[box(120.6, 32.5, 120.601, 32.501)], crs=4326), "buildings", crs=AREA.crs
    )
    assert made.tables["buildings"][["kind", "levels"]].to_numpy().tolist() == [["apartments", 5.0]]


def test_roads_of_a_census_have_their_classes_and_roads_without_any_are_said() -> None:
    lines = [LineString([(120.6, 32.5 + 0.001 * at), (120.61, 32.5 + 0.001 * at)]) for at in range(3)]
    tiger = gpd.GeoDataFrame({"FULLNAME": ["Main St", "I- 5", None], "MTFCC": ["S1400", "S1100", "S1740"]},
                             geometry=lines, crs=4269)  # fmt: skip
    read = features.read(tiger, "roads", crs=AREA.crs).tables["roads"]
    assert read["kind"].tolist() == ["residential", "motorway", "service"]
    assert read["name"].iloc[0] == "Main St"
    bare = features.read(tiger[["geometry"]], "roads", crs=AREA.crs)
    assert "what kind of road" in " ".join(map(str, bare.accounts[0].notes))


@pytest.mark.parametrize(
    ("called", "written"),
    [
        ("Month", "{:%Y-%m}"),
        ("Berichtszeit", "{:%m/%Y}"),
        ("anno e mese", "{:%b %Y}"),
        ("YearMonth", "{:%Y%m}"),
    ],
)
def test_a_month_without_a_day_is_the_time_and_that_is_said(called, written, tmp_path: Path) -> None:
    months = list(pd.date_range("2024-01-01", periods=6, freq="MS"))
    rows = [f"c{at},{written.format(month)},{x:.6f},{y:.6f}" for at, (month, (x, y)) in
            enumerate(zip(months, SPOTS, strict=True))]  # fmt: skip
    path = tmp_path / "street.csv"
    path.write_text("\n".join([f"Crime ID,{called},Longitude,Latitude", *rows, ""]), encoding="utf-8")
    read, report = incidents.read(str(path), district=AREA)
    assert read["time"].tolist() == months
    assert "names the month and no day" in " ".join(map(str, report["notes"]))


def test_years_of_schools_are_no_months() -> None:
    assert dates.of_months(pd.Series(["2024-03", "2024-04"]))
    assert not dates.of_months(pd.Series(["2009-10", "2010-11"]))
    assert not dates.of_months(pd.Series([2024.1, 2024.2]))
