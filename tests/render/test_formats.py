"""Each format holds what it was given, says which names it had to change, and is never left half written."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from gridkit.errors import OutputError, UsageError
from gridkit.plan.plan import Parameters
from gridkit.render import formats
from gridkit.render.formats import FORMATS, Sheet

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:32650"
HOLE = Polygon([(0, 0), (300, 0), (300, 300), (0, 300)], holes=[[(100, 100), (200, 100), (200, 200), (100, 200)]])
SPATIAL = [".geojson", ".geojsonl", ".fgb", ".gpkg", ".shp", ".shp.zip", ".kml", ".svg"]


def areas(**columns: list[object]) -> gpd.GeoDataFrame:
    shapes = [box(500_000, 4_000_000, 500_100, 4_000_100), box(500_100, 4_000_000, 500_200, 4_000_050)]
    return gpd.GeoDataFrame({"grid_id": ["a", "b"], **columns}, geometry=shapes, crs=CRS)


def written(table: pd.DataFrame, path: Path, **more: object) -> dict[str, str]:
    renamed: dict[str, str] = {}
    FORMATS[path.name[path.name.index(".") :]](Sheet(table, "grids", "Title", **more), path, False, renamed)  # type: ignore[arg-type]  # noqa: FBT003
    return renamed


@pytest.mark.parametrize("ending", SPATIAL)
def test_a_table_without_shapes_is_refused_where_the_format_wants_some(tmp_path: Path, ending: str) -> None:
    with pytest.raises(UsageError, match="grids is a table without shapes"):
        written(pd.DataFrame({"unit_id": ["u"], "grid_id": ["a"]}), tmp_path / f"a{ending}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", [".geojson", ".geojsonl", ".fgb", ".gpkg"])
def test_what_drivers_write_comes_back_row_for_row(tmp_path: Path, ending: str) -> None:
    table = areas(people=[5, 7], note=["x\x01y", None], rate=[np.inf, 0.5])
    assert written(table, tmp_path / f"a{ending}") == {}
    back = pyogrio.read_dataframe(tmp_path / f"a{ending}").to_crs(CRS).sort_values("grid_id", ignore_index=True)
    assert back["people"].tolist() == [5, 7]
    assert back["note"].tolist()[0] == "x y"
    assert back["rate"].isna().tolist() == [True, False]
    assert shapely.equals_exact(back.geometry.normalize(), table.geometry.normalize(), tolerance=0.02).all()


def test_digits_are_as_few_as_leave_neighbours_without_a_gap() -> None:
    alike = [box(500_000 + x, 4_000_000, 500_100 + x, 4_000_100) for x in (0, 100)]
    plain = gpd.GeoDataFrame(geometry=alike, crs=CRS).to_crs("EPSG:4326")
    assert formats.digits_of(plain, formats.DEGREES) == formats.DEGREES[0]
    close = [box(0, 0, 1, 1), box(1, 0, 1 + 3e-8, 1), box(1 + 3e-8, 0, 2, 1)]
    assert formats.digits_of(gpd.GeoDataFrame(geometry=close, crs="EPSG:4326"), formats.DEGREES) == 9
    lapping = gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1), box(0.5, 0, 2, 1)], crs="EPSG:4326")
    assert formats.digits_of(lapping, formats.DEGREES) == formats.DEGREES[-1]
    points = gpd.GeoDataFrame(geometry=[Point(0, 0)], crs="EPSG:4326")
    assert formats.digits_of(points, formats.DEGREES) == formats.DEGREES[1]


def test_a_shapefiles_names_are_short_different_and_said(tmp_path: Path) -> None:
    table = areas(residents_old=[1, 2], residents_new=[3, 4], 人口=[5, 6])
    renamed = written(table, tmp_path / "a.shp")
    back = pyogrio.read_dataframe(tmp_path / "a.shp")
    short = [name for name in back if name != "geometry"]
    assert len({name.casefold() for name in short}) == len(short) == 4
    assert all(len(name.encode()) <= formats.SHAPEFILE_NAME for name in short)
    told = {renamed.get(name, name): back[name].tolist() for name in short}
    assert told == {name: table[name].tolist() for name in table if name != "geometry"}
    fields = pd.read_csv(tmp_path / "a.shp" / "a.fields.txt", sep="\t", encoding="utf-8-sig")
    assert fields["column"].tolist() == [name for name in table if name != "geometry"]


def test_the_parts_of_an_older_shapefile_go_with_it(tmp_path: Path) -> None:
    areas().to_file(tmp_path / "a.shp")
    (tmp_path / "a.txt").write_text("no part of it")
    FORMATS[".shp"](Sheet(areas(), "grids", ""), tmp_path / "a.shp", True, {})  # noqa: FBT003
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.shp", "a.txt"]
    assert (tmp_path / "a.shp").is_dir()


def test_equal_grids_make_equal_zips_with_every_part(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        written(areas(), tmp_path / name / "a.shp.zip")
    one, other = ((tmp_path / name / "a.shp.zip").read_bytes() for name in ("a", "b"))
    assert one == other
    with zipfile.ZipFile(tmp_path / "a" / "a.shp.zip") as archive:
        assert {name.partition(".")[2] for name in archive.namelist()} >= {"shp", "shx", "dbf", "prj", "cpg"}


def test_a_file_that_holds_less_than_was_written_is_an_error(tmp_path: Path) -> None:
    table = areas()
    table.iloc[:1].to_file(tmp_path / "short.gpkg", layer="grids")
    with pytest.raises(OutputError, match=r"short\.gpkg: cannot be written: incomplete"):
        formats._whole(tmp_path / "short.gpkg", table, layer="grids")
    (tmp_path / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [')
    with pytest.raises(OutputError, match="incomplete"):
        formats._whole(tmp_path / "cut.geojson", table)


def test_a_spreadsheet_says_the_crs_of_its_shapes_even_where_it_has_no_code(tmp_path: Path) -> None:
    written(areas(), tmp_path / "a.csv")
    back = pd.read_csv(tmp_path / "a.csv", encoding="utf-8-sig")
    assert back["crs"].tolist() == [CRS, CRS]
    assert shapely.equals(shapely.from_wkt(back["wkt"]), areas().geometry.to_numpy()).all()
    own = "+proj=tmerc +lat_0=0 +lon_0=120.7 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
    written(areas().set_crs(own, allow_override=True), tmp_path / "b.csv")
    assert "120.7" in pd.read_csv(tmp_path / "b.csv", encoding="utf-8-sig")["crs"][0]


def test_a_table_without_shapes_is_a_spreadsheet_or_parquet(tmp_path: Path) -> None:
    labels = pd.DataFrame({"unit_id": ["u"], "grid_id": ["007"]})
    for ending in (".csv", ".xlsx", ".parquet"):
        written(labels, tmp_path / f"a{ending}")
    assert pd.read_parquet(tmp_path / "a.parquet")["grid_id"].tolist() == ["007"]
    assert pd.read_csv(tmp_path / "a.csv", dtype=str, encoding="utf-8-sig")["grid_id"].tolist() == ["007"]


def test_kml_holds_holes_names_and_only_the_values_that_are_there(tmp_path: Path) -> None:
    table = gpd.GeoDataFrame({"grid_id": ["<a&b>"], "note": [None], "people": [5]}, geometry=[HOLE], crs=CRS)
    written(table, tmp_path / "a.kml")
    space = "{http://www.opengis.net/kml/2.2}"
    root = ET.parse(tmp_path / "a.kml").getroot()  # noqa: S314 - our own
    (place,) = root.iter(f"{space}Placemark")
    assert place.find(f"{space}name").text == "<a&b>"  # type: ignore[union-attr]
    assert [each.attrib["name"] for each in place.iter(f"{space}Data")] == ["grid_id", "people"]
    assert len(list(place.iter(f"{space}innerBoundaryIs"))) == 1


@pytest.mark.parametrize(
    ("shapes", "drawn"),
    [
        ([HOLE], {"closed": 2, "open": 0, "spots": 0}),
        ([LineString([(0, 0), (100, 50)]), LineString([(0, 0), (0, 80)])], {"closed": 0, "open": 2, "spots": 0}),
        ([Point(0, 0), Point(100, 50)], {"closed": 0, "open": 0, "spots": 2}),
        ([Point(7, 7)], {"closed": 0, "open": 0, "spots": 1}),
    ],
)
def test_a_drawing_shows_areas_lines_and_points(
    tmp_path: Path, shapes: list[shapely.Geometry], drawn: dict[str, int]
) -> None:
    table = gpd.GeoDataFrame({"id": [f"s{at}" for at in range(len(shapes))]}, geometry=shapes, crs=CRS)
    written(table, tmp_path / "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()  # noqa: S314 - our own
    paths = [each.attrib["d"] for each in root.iter("{http://www.w3.org/2000/svg}path")]
    spots = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    closed = sum(path.count("Z") for path in paths)
    assert {"closed": closed, "open": sum(path.count("M") for path in paths) - closed, "spots": len(spots)} == drawn
    assert "nan" not in (tmp_path / "a.svg").read_text("utf-8")


def test_gpx_holds_points_before_tracks_and_no_areas(tmp_path: Path) -> None:
    shapes = [LineString([(500_000, 4_000_000), (500_100, 4_000_000)]), Point(500_050, 4_000_000)]
    table = gpd.GeoDataFrame({"stop": ["a<b", "c"], "people": [3, None]}, geometry=shapes, crs=CRS)
    written(table, tmp_path / "a.gpx")
    places = {"g": "http://www.topografix.com/GPX/1/1"}
    root = ET.parse(tmp_path / "a.gpx").getroot()  # noqa: S314 - written a line before
    assert [each.tag.rpartition("}")[2] for each in root] == ["metadata", "wpt", "trk"]
    assert root.find("g:trk/g:name", places).text == "a<b"
    assert root.find("g:trk/g:desc", places).text == "stop: a<b; people: 3.0"
    assert root.find("g:wpt/g:desc", places).text == "stop: c", "what is not known is not told"
    assert len(root.findall("g:trk/g:trkseg/g:trkpt", places)) == 2
    with pytest.raises(UsageError, match="GPX holds points and lines, and no areas"):
        written(areas(), tmp_path / "b.gpx")
    assert not (tmp_path / "b.gpx").exists()


def test_a_shapefile_keeps_the_time_of_day_and_a_geopackage_its_style(tmp_path: Path) -> None:
    day = pd.Timestamp("2026-11-20 08:30")
    written(areas(when=[day, pd.NaT]), tmp_path / "a.shp")
    back = pyogrio.read_dataframe(tmp_path / "a.shp")["when"].tolist()
    assert (back[0], pd.isna(back[1])) == ("2026-11-20T08:30:00", True)
    written(areas(), tmp_path / "a.gpkg", parameters=Parameters())
    assert "layer_styles" in {name for name, _ in pyogrio.list_layers(tmp_path / "a.gpkg")}
