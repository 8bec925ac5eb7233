"""Vector files of every kind come in as frames with a CRS."""

from __future__ import annotations

import gzip
import json
import shutil
import zipfile

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyarrow import feather

from gridkit.errors import GridkitWarning, SourceError, TableError
from gridkit.sources.coordinates import datums
from gridkit.sources.files import vectors

pytestmark = pytest.mark.filterwarnings("ignore:'crs' was not provided")

FORMATS = {
    ".gpkg": {},
    ".geojson": {},
    ".fgb": {},
    ".shp": {"encoding": "utf-8"},
    ".parquet": None,
    ".gml": {"driver": "GML"},
    ".kml": {"driver": "KML"},
}


def write(frame, path):
    options = FORMATS[path.suffix]
    if options is None:
        frame.to_parquet(path)
    else:
        frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_brings_the_same_places_and_names(tmp_path, blocks, suffix):
    given = blocks.to_crs(4326) if suffix in (".geojson", ".kml") else blocks
    read = vectors.read(write(given, tmp_path / f"blocks{suffix}"))
    assert read.crs is not None
    read = read.to_crs(blocks.crs)
    assert read.geometry.union_all().symmetric_difference(blocks.geometry.union_all()).area < 1
    if suffix != ".kml":  # KML has a name and a description, and no columns
        read = read.sort_values("people")  # FlatGeobuf orders rows by place
        assert read["社区"].tolist() == ["西", "东", "西", "东"]
        assert read["people"].astype(int).tolist() == [10, 20, 30, 40]


def test_zipped_and_gzipped_files_are_read_in_place(tmp_path, blocks):
    blocks.to_file(tmp_path / "blocks.gpkg")
    with zipfile.ZipFile(tmp_path / "blocks.gpkg.zip", "w") as archive:
        archive.write(tmp_path / "blocks.gpkg", "inner/blocks.gpkg")
    blocks.to_crs(4326).to_file(tmp_path / "blocks.geojson")
    with gzip.open(tmp_path / "blocks.geojson.gz", "wb") as packed:
        packed.write((tmp_path / "blocks.geojson").read_bytes())
    for name in ("blocks.gpkg.zip", "blocks.geojson.gz"):
        assert vectors.read(tmp_path / name)["people"].sum() == 100


def test_a_shapefile_in_gbk_without_cpg_is_found_and_named(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.shp", encoding="gbk")
    (tmp_path / "a.cpg").unlink()
    read = vectors.read(tmp_path / "a.shp")
    assert read["社区"].tolist() == ["西", "东", "西", "东"]
    assert read.attrs["notes"] == ["there is no .cpg: its text reads as gb18030"]


@pytest.mark.parametrize(
    ("inside", "said"), [("gbk", "UTF-8"), ("utf-8", "GBK"), ("utf-8", "cp1251"), ("gbk", "cp1252")]
)
def test_a_cpg_that_lies_gives_way_to_the_text_and_both_to_what_was_said(tmp_path, blocks, inside, said):
    blocks.assign(社区=["映杏社区", "柳舟社区"] * 2).to_file(tmp_path / "a.shp", encoding=inside)
    (tmp_path / "a.cpg").write_text(said)
    frame = vectors.read(tmp_path / "a.shp")
    assert frame["社区"].tolist() == ["映杏社区", "柳舟社区"] * 2
    assert any(f"its .cpg says '{said}'" in note for note in frame.attrs["notes"])
    assert vectors.read(tmp_path / "a.shp", encoding=inside)["社区"].tolist() == frame["社区"].tolist()


def test_a_shapefile_without_prj_asks_for_the_crs_and_says_what_it_looks_like(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.shp", encoding="utf-8")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(TableError, match="look like CGCS2000 Gauss-Krueger"):
        vectors.read(tmp_path / "a.shp")
    assert vectors.read(tmp_path / "a.shp", crs="4549").crs.to_epsg() == 4549


def test_swapped_axes_are_told_and_put_right(tmp_path, blocks):
    swapped = blocks.set_geometry(shapely.transform(blocks.geometry.values, lambda at: at[:, ::-1]), crs=blocks.crs)
    swapped.to_file(tmp_path / "a.gpkg")
    with pytest.raises(TableError, match=r"x and y are swapped.*swap_xy=True"):
        vectors.read(tmp_path / "a.gpkg")
    read = vectors.read(tmp_path / "a.gpkg", swap_xy=True)
    assert read.geom_equals_exact(blocks.geometry, 1e-6).all()


def test_the_zone_prefix_is_a_crs_of_its_own(tmp_path, blocks):
    moved = gpd.GeoDataFrame(blocks[["people"]], geometry=blocks.translate(40_000_000).to_numpy())
    moved.to_file(tmp_path / "a.gpkg")
    with pytest.raises(TableError, match="EPSG:4528"):
        vectors.read(tmp_path / "a.gpkg")
    read = vectors.read(tmp_path / "a.gpkg", crs="EPSG:4528")
    assert read.to_crs(blocks.crs).geom_equals_exact(blocks.geometry, 1e-6).all()


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", datums.gcj02_from_wgs84), ("BD-09", datums.bd09_from_wgs84)])
def test_shifted_datums_come_back_to_their_place(tmp_path, places, datum, shift):
    lon, lat = shift(places.geometry.x, places.geometry.y)
    shifted = places.set_geometry(gpd.points_from_xy(lon, lat), crs=4326)
    shifted.to_file(tmp_path / "a.gpkg")
    read = vectors.read(tmp_path / "a.gpkg", datum=datum)
    assert read.to_crs(4549).distance(places.to_crs(4549)).max() < 1e-3


def test_a_datum_of_metres_makes_no_sense(blocks):
    with pytest.raises(TableError, match="the datum gcj02 is of longitudes and latitudes"):
        vectors.read(blocks, datum="gcj02")


def test_wgs84_as_datum_changes_nothing(blocks):
    assert vectors.read(blocks, datum="WGS84").geom_equals(blocks.geometry).all()


def test_a_frame_is_not_changed_by_reading_it(blocks):
    before = blocks.copy()
    vectors.read(blocks)
    assert_geodataframe_equal(blocks, before)
    assert "notes" not in blocks.attrs


def test_a_spec_tells_layer_and_column_apart(tmp_path, blocks):
    one, two = tmp_path / "one.gpkg", tmp_path / "two.gpkg"
    blocks.to_file(one, layer="people")
    blocks.to_file(two, layer="east")
    blocks.to_file(two, layer="west")
    assert vectors.parse(f"{one}") == vectors.Spec(one)
    assert vectors.parse(f"{one}:people") == vectors.Spec(one, "people", "people")
    assert vectors.parse(f"{two}:west") == vectors.Spec(two, "west")
    assert vectors.parse(f"{two}:west:people") == vectors.Spec(two, "west", "people")
    with pytest.raises(TableError, match="there is no layer 'wset' - did you mean 'west'"):
        vectors.parse(f"{two}:wset")


def test_colons_in_names_do_no_harm(tmp_path, blocks):
    path = tmp_path / "D:一区.gpkg"
    blocks.to_file(path, layer="a")
    assert vectors.parse(f"{path}:people") == vectors.Spec(path, "a", "people")


def test_a_missing_file_is_told_without_its_layer(tmp_path):
    with pytest.raises(SourceError, match=r"no\.gpkg: there is no such file"):
        vectors.parse(f"{tmp_path / 'no.gpkg'}:layer:column")


def test_columns_are_found_but_for_case_and_spaces(blocks):
    assert vectors.column(blocks, " People") == vectors.column(blocks, "people") == "people"
    with pytest.raises(TableError, match="did you mean 'people'"):
        vectors.column(blocks, "poeple")


def test_metres_in_a_geojson_without_crs_are_not_degrees(tmp_path, blocks):
    bare = gpd.GeoDataFrame(blocks[["people"]], geometry=blocks.geometry.to_numpy())
    bare.to_file(tmp_path / "a.geojson")
    with pytest.raises(TableError, match="there is no coordinate reference system"):
        vectors.read(tmp_path / "a.geojson")
    assert vectors.read(tmp_path / "a.geojson", crs=4549).total_bounds[0] == pytest.approx(553_400)


def test_files_beside_a_shapefile_are_missed(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.shp", encoding="utf-8")
    shutil.copytree(tmp_path, tmp_path / "b")
    (tmp_path / "a.shx").unlink()
    with pytest.raises(SourceError, match=r"its \.shx is missing.*SHAPE_RESTORE_SHX"):
        vectors.read(tmp_path / "a.shp")
    (tmp_path / "b" / "a.dbf").unlink()
    with pytest.raises(TableError, match=r"its \.dbf"):
        vectors.read(tmp_path / "b" / "a.shp")


@pytest.mark.real
def test_every_vector_file_of_the_real_data_reads(real_data):
    found = sorted([*real_data.glob("*/*.parquet"), *real_data.glob("*/*.gpkg*")])
    assert len(found) >= 10
    for path in found:
        frame = vectors.read(path)
        assert len(frame)
        assert frame.crs is not None


def test_tables_without_shapes_are_said_to_be_plain(tmp_path, blocks):
    plain = blocks.drop(columns="geometry")
    plain.to_parquet(tmp_path / "a.parquet")
    plain.to_feather(tmp_path / "a.feather")
    pyogrio.write_dataframe(plain, tmp_path / "a.gpkg", driver="GPKG")
    for name in ("a.parquet", "a.feather", "a.gpkg"):
        with pytest.raises(TableError, match="it is a plain table"):
            vectors.read(tmp_path / name)
    with pytest.raises(TableError, match="no geometry in it"):
        vectors.read(gpd.GeoDataFrame(plain))


@pytest.mark.parametrize("said", [4549, "none"])
def test_shapes_in_a_table_of_arrow_are_found_and_lie_where_it_says(tmp_path, blocks, said):
    frame = blocks if said == 4549 else blocks.to_crs(4326)
    table = pa.Table.from_pandas(frame.drop(columns="geometry"), preserve_index=False)
    field = pa.field("geometry", pa.binary(), metadata={
        "ARROW:extension:name": "geoarrow.wkb",
        "ARROW:extension:metadata": json.dumps({"crs": frame.crs.to_json_dict()} if said == 4549 else {}),
    })  # fmt: skip
    table = table.append_column(field, [frame.geometry.to_wkb().tolist()])
    feather.write_feather(table, tmp_path / "a.feather")
    pq.write_table(table, tmp_path / "a.parquet")
    with pa.ipc.new_stream(tmp_path / "a.arrows", table.schema) as stream:
        stream.write_table(table)
    for name in ("a.feather", "a.parquet", "a.arrows"):
        found = vectors.read(tmp_path / name)
        assert found.to_crs(blocks.crs).geom_equals_exact(blocks.geometry, 1e-3).all(), name


def test_a_program_that_has_a_geopackage_open_is_warned_of(tmp_path, blocks):
    blocks.to_file(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg-journal").touch()
    assert len(vectors.read(tmp_path / "a.gpkg")) == 4, "an empty one is left by every program that closed"
    (tmp_path / "a.gpkg-journal").write_bytes(b"x")
    with pytest.warns(GridkitWarning, match="a.gpkg-journal lies beside it: a program has it open or crashed"):
        vectors._warn_of_journal(tmp_path / "a.gpkg")


def test_layers_of_a_gpx_that_are_not_taken_are_told(tmp_path):
    (tmp_path / "a.gpx").write_text(
        '<gpx version="1.1" creator="me" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="32" lon="120.5"/>'
        '<trk><trkseg><trkpt lat="32" lon="120.5"/><trkpt lat="32.1" lon="120.5"/></trkseg></trk></gpx>'
    )
    assert "layer 'waypoints'; not taken: tracks" in vectors.read(f"{tmp_path / 'a.gpx'}").attrs["notes"]
    assert not any("not taken" in note for note in vectors.read(f"{tmp_path / 'a.gpx'}:tracks").attrs["notes"])


def test_a_flatgeobuf_that_is_cut_off_is_no_smaller_file(tmp_path, places):
    places.to_file(tmp_path / "a.fgb")
    whole = (tmp_path / "a.fgb").read_bytes()
    (tmp_path / "a.fgb").write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(SourceError, match=r"a\.fgb"):
        vectors.read(tmp_path / "a.fgb")


@pytest.mark.parametrize("line", ["", '{"type": "Feature", "geo'])
def test_a_record_of_a_sequence_that_is_no_feature_is_named(tmp_path, line):
    feature = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [120.5, 32]}}'
    (tmp_path / "a.geojsonl").write_text(f"{feature}\n{line}\n{feature}\n")
    if not line:
        assert len(vectors.read(tmp_path / "a.geojsonl")) == 2
        return
    with pytest.raises(SourceError, match="record 2 of 3 is no feature: it is cut off or damaged"):
        vectors.read(tmp_path / "a.geojsonl")


def test_a_topojson_in_degrees_is_lonlat(tmp_path):
    (tmp_path / "a.topojson").write_text(json.dumps({
        "type": "Topology", "arcs": [[[120.5, 32], [120.6, 32], [120.6, 32.1], [120.5, 32]]],
        "objects": {"areas": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0]], "properties": {"name": "Q"}},
        ]}},
    }))  # fmt: skip
    found = vectors.read(tmp_path / "a.topojson")
    assert found.crs.to_epsg() == 4326
    assert found["name"].tolist() == ["Q"]


def test_json_of_an_office_that_is_no_utf_8_is_read_and_told(tmp_path, blocks):
    names = ["映杏社区", "柳舟社区", "松溪社区", "槐安社区"]
    blocks.assign(社区=names).to_crs(4326).to_file(tmp_path / "a.geojson")
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    (tmp_path / "a.geojson").write_bytes(text.encode("gb18030"))
    found = vectors.read(tmp_path / "a.geojson")
    assert found["社区"].tolist() == names
    assert "its text is no UTF-8: it reads as gb18030" in found.attrs["notes"]
