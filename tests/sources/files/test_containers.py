"""What a source names is found by what exists, the one meant is told from the others, and damage is said in a line."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather
from shapely.geometry import LineString, Point, box

from gridkit.errors import SourceError, TableError, UsageError
from gridkit.sources.files import arrow, containers, damage
from gridkit.sources.files.containers import Spec, parse, place_of
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:32650"
AREAS = gpd.GeoDataFrame({"code": ["a", "b"], "people": [1, 2]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)], crs=CRS)
ROADS = gpd.GeoDataFrame({"name": ["x"]}, geometry=[LineString([(0, 0), (1, 1)])], crs=CRS)


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Return a GeoPackage of three layers, one of them with a colon in its name."""
    path = tmp_path / "a.gpkg"
    for name, table in (("areas", AREAS), ("roads", ROADS), ("areas:old", AREAS)):
        table.to_file(path, layer=name)
    return path


@pytest.fixture
def single(tmp_path: Path) -> Path:
    AREAS.to_file(tmp_path / "b.gpkg", layer="code")
    return tmp_path / "b.gpkg"


# ------------------------------------------------------------------ what a source names
@pytest.mark.parametrize(
    ("rest", "layer", "column"),
    [
        ("", None, None),
        (":areas", "areas", None),
        (":areas:people", "areas", "people"),
        (":areas:old", "areas:old", None),
        (":areas:old:people", "areas:old", "people"),
        (':"areas":old', "areas", "old"),
        (':"areas:old"', "areas:old", None),
        (":roads:a:b", "roads", "a:b"),
    ],
)
def test_the_longest_layer_that_exists_is_meant(several: Path, rest: str, layer: str | None, column: str | None):
    spec = parse(f"{several}{rest}")
    assert (spec.path.name, spec.layer, spec.column) == ("a.gpkg", layer, column)


def test_a_spec_is_told_as_it_would_be_typed(several: Path):
    for text in (f"{several}", f"{several}:areas", f"{several}:areas:people"):
        assert str(parse(text)) == text


def test_a_name_that_is_no_layer_of_several_is_named_with_the_nearest_or_all(several: Path):
    with pytest.raises(TableError, match="there is no layer 'area' - did you mean 'areas'"):
        parse(f"{several}:area")
    with pytest.raises(TableError, match="its layers are areas, roads, areas:old"):
        parse(f"{several}:zzzzzz")


def test_behind_a_file_of_one_layer_stands_a_column_and_before_a_layer_of_its_name(single: Path):
    assert parse(f"{single}:people") == Spec(parse(single).path, "code", "people")
    assert parse(f"{single}:code") == Spec(parse(single).path, "code", "code")
    assert parse(f"{single}:code:people").column == "people"


def test_a_file_that_is_one_thing_has_columns_only(tmp_path: Path):
    (tmp_path / "a.csv").write_text("code,people\na,1\n")
    assert parse(f"{tmp_path / 'a.csv'}:people") == Spec(tmp_path / "a.csv", None, "people")
    assert parse(f"{tmp_path / 'a.csv'}:sheet:people") == Spec(tmp_path / "a.csv", "sheet", "people")


def test_a_colon_in_the_name_of_a_file_does_no_harm(tmp_path: Path):
    AREAS.to_file(tmp_path / "at 10:30.geojson")
    assert parse(f"{tmp_path / 'at 10:30.geojson'}:people").column == "people"


def test_what_is_not_there_is_complained_of_by_the_name_that_looks_like_a_file(tmp_path: Path):
    with pytest.raises((SourceError, UsageError), match=r"missing\.gpkg(?!:areas)"):
        parse(f"{tmp_path / 'missing.gpkg'}:areas")


# ------------------------------------------------------------------ which one is meant
def test_several_layers_that_hold_something_are_asked_about_with_their_counts(several: Path):
    with pytest.raises(TableError, match=r"there are 3 layers: areas \(2\), roads \(1\), areas:old \(2\) - name one"):
        place_of(several, None)
    assert place_of(several, "roads").layer == "roads"
    with pytest.raises(TableError, match="did you mean 'roads'"):
        place_of(several, "raods")


def test_an_empty_layer_and_a_table_without_shapes_leave_the_one_that_is_meant(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    AREAS.iloc[:0].to_file(path, layer="empty")
    AREAS.to_file(path, layer="areas")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (fid INTEGER PRIMARY KEY, text TEXT)")
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('notes', 'attributes', 'notes')"
        )
    assert {place.name: place.shaped for place in containers.places(path)} == {
        "empty": True,
        "areas": True,
        "notes": False,
    }
    assert place_of(path, None).layer == "areas"


def test_styles_are_no_layer(single: Path):
    with closing(sqlite3.connect(single)) as connection, connection:
        connection.execute("CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, styleQML TEXT)")
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles')"
        )
    assert containers.layers(single) == ["code"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"code,people\na,1\nb,2\n", "is plain text, not a vector file"),
        ("a.osm", b"<?xml version='1.0'?><osm version='0.6'></osm>", "give it as osm"),
        ("a.tif", b"II*\0" + b"\0" * 40, "give it as people"),
    ],
)
def test_what_is_no_vector_file_is_told_by_its_kind_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, said: str
):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=said):
        place_of(tmp_path / name, None)


def test_a_gpx_file_stands_for_its_way_points_else_for_its_tracks(tmp_path: Path):
    head = '<?xml version="1.0"?><gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">'
    track = '<trk><trkseg><trkpt lat="32" lon="120"/><trkpt lat="32.1" lon="120"/></trkseg></trk></gpx>'
    (tmp_path / "a.gpx").write_text(head + '<wpt lat="32" lon="120"/>' + track)
    (tmp_path / "b.gpx").write_text(head + track)
    assert place_of(tmp_path / "a.gpx", None).layer == "waypoints"
    assert place_of(tmp_path / "b.gpx", None).layer == "tracks"
    assert containers.layers(tmp_path / "b.gpx") == ["tracks", "track_points"]


def test_a_file_that_changed_is_listed_anew(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    AREAS.to_file(path, layer="areas")
    assert containers.layers(path) == ["areas"]
    ROADS.to_file(path, layer="roads")
    assert containers.layers(path) == ["areas", "roads"]


# ------------------------------------------------------------------ columns and shapes
def test_columns_are_those_of_the_layer_or_sheet(several: Path, tmp_path: Path):
    assert containers.columns(Spec(several, "areas")) == ["code", "people"]
    pd.DataFrame({"编号": ["a"], "x": [1]}).to_excel(tmp_path / "a.xlsx", index=False)
    assert containers.columns(Spec(tmp_path / "a.xlsx")) == ["编号", "x"]
    AREAS.to_parquet(tmp_path / "a.parquet")
    assert containers.columns(Spec(tmp_path / "a.parquet")) == ["code", "people", "geometry"]


@pytest.mark.parametrize("stream", [False, True])
def test_arrow_is_read_as_a_file_or_as_a_stream_that_was_kept(tmp_path, stream):
    table, path = pa.table(AREAS.to_arrow(index=False)), tmp_path / "a.arrow"
    if stream:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    else:
        feather.write_feather(table, path)
    assert arrow.is_stream(path) is stream
    assert arrow.arrow_table(path).num_rows == 2
    assert containers.is_geo(path)
    assert containers.columns(Spec(path)) == ["code", "people", "geometry"]


def test_feathers_first_version_is_read_too(tmp_path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        feather.write_feather(pa.table({"code": ["a"]}), tmp_path / "a.feather", version=1)
    assert not containers.is_geo(tmp_path / "a.feather")
    assert containers.columns(Spec(tmp_path / "a.feather")) == ["code"]
    assert tables.read(tmp_path / "a.feather")["code"].tolist() == ["a"]


def test_columns_of_shapes_are_known_by_what_the_file_says(tmp_path: Path):
    AREAS.rename_geometry("outline").to_parquet(tmp_path / "geo.parquet")
    pq.write_table(pa.table({"code": ["a"]}), tmp_path / "plain.parquet")
    assert arrow.geometry_column(pq.read_schema(tmp_path / "geo.parquet")) == "outline"
    assert arrow.geometry_column(pq.read_schema(tmp_path / "plain.parquet")) is None
    marked = pa.field("shape", pa.binary(), metadata={b"ARROW:extension:name": b"geoarrow.wkb"})
    assert arrow.geometry_column(pa.schema([pa.field("code", pa.string()), marked])) == "shape"


# ------------------------------------------------------------------ damage
@pytest.mark.parametrize(
    ("gone", "error", "said"), [(".shx", SourceError, "SHAPE_RESTORE_SHX"), (".dbf", TableError, "copy all")]
)
def test_a_shapefile_without_a_part_is_named_with_the_mend(tmp_path: Path, gone: str, error: type, said: str):
    AREAS.to_file(tmp_path / "a.shp")
    (tmp_path / f"a{gone}").unlink()
    with pytest.raises(error, match=rf"its \{gone} .*{said}"):
        containers.places(tmp_path / "a.shp")


def test_a_geopackage_that_is_cut_off_says_how_much_is_there(single: Path):
    whole = single.read_bytes()
    single.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=r"is cut off: \d+ of \d+ pages"), damage.named(single):
        raise ValueError("database disk image is malformed")


def test_whatever_a_library_says_of_a_file_is_one_line_with_its_name(tmp_path: Path):
    (tmp_path / "a.fgb").write_bytes(b"")
    with pytest.raises(SourceError) as caught, damage.named(tmp_path / "a.fgb"):
        raise OSError(f"/vsi/{tmp_path}/a.fgb: bad\nand more")
    assert "cannot be read: it bad" in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(TableError, match="encoding="), damage.named(tmp_path / "a.fgb"):
        b"\xff".decode("utf-8")
    with pytest.raises(TableError, match="as it was"), damage.named(tmp_path / "a.fgb"):
        raise TableError("as it was")


def test_points_are_shapes_and_a_workbook_is_not(tmp_path: Path):
    gpd.GeoDataFrame({"x": [1]}, geometry=[Point(0, 0)], crs=CRS).to_file(tmp_path / "p.fgb")
    (place,) = containers.places(tmp_path / "p.fgb")
    assert (place.shaped, place.name) == (True, "p")
    pd.DataFrame({"x": [1]}).to_excel(tmp_path / "w.xlsx", sheet_name="People")
    (sheet,) = containers.places(tmp_path / "w.xlsx")
    assert (sheet.shaped, sheet.layer) == (False, "People")
