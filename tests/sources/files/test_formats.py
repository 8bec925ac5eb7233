"""One content, whatever the format it is in: the same areas, names and people."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from pyarrow import feather
from shapely.geometry import LineString, Point, box

from gridkit.errors import SourceError, TableError
from gridkit.sources import districts
from gridkit.sources.coordinates import points
from gridkit.sources.files import containers, vectors
from gridkit.sources.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMES = ["映杏社区", "柳舟社区"]
COMMUNITIES = gpd.GeoDataFrame(
    {"name": NAMES, "people": [14_000, 12_000]},
    geometry=[box(120.5, 32.5, 120.51, 32.51), box(120.51, 32.5, 120.52, 32.51)],
    crs=4326,
).astype({"people": "int32"})


def by_driver(name: str, driver: str, **options: Any) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        pyogrio.write_dataframe(COMMUNITIES, folder / name, driver=driver, **options)
        return folder / name

    return make


def written(name: str, text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return make


def features() -> list[dict[str, Any]]:
    return json.loads(COMMUNITIES.to_json())["features"]


def esri() -> str:
    rows = [
        {"attributes": {"name": name, "people": people}, "geometry": {"rings": [list(shape.exterior.coords)]}}
        for name, people, shape in COMMUNITIES.itertuples(index=False)
    ]
    fields = [{"name": "name", "type": "esriFieldTypeString"}, {"name": "people", "type": "esriFieldTypeInteger"}]
    return json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "spatialReference": {"wkid": 4326},
            "fields": fields,
            "features": rows,
        },
        ensure_ascii=False,
    )


def topology() -> str:
    arcs = [list(map(list, shape.exterior.coords)) for shape in COMMUNITIES.geometry]
    areas = [
        {"type": "Polygon", "arcs": [[at]], "properties": {"name": name, "people": people}}
        for at, (name, people) in enumerate(zip(NAMES, COMMUNITIES["people"].tolist(), strict=True))
    ]
    return json.dumps(
        {"type": "Topology", "objects": {"a": {"type": "GeometryCollection", "geometries": areas}}, "arcs": arcs},
        ensure_ascii=False,
    )


def native_parquet(folder: Path) -> Path:
    field = pa.field("shape", pa.binary(), metadata={b"ARROW:extension:name": b"geoarrow.wkb"})
    table = pa.table(
        [NAMES, COMMUNITIES["people"].tolist(), pa.array(COMMUNITIES.to_wkb()["geometry"].tolist(), pa.binary())],
        schema=pa.schema([pa.field("name", pa.string()), pa.field("people", pa.int32()), field]),
    )
    pq.write_table(table, folder / "a.parquet")
    return folder / "a.parquet"


class OwnShapes(pa.ExtensionType):
    """Shapes that Arrow writes as Parquet's own type GEOMETRY, with their CRS in its footer."""

    def __init__(self, crs: str = "") -> None:
        self.crs = crs
        super().__init__(pa.binary(), "geoarrow.wkb")

    def __arrow_ext_serialize__(self) -> bytes:
        return json.dumps({"crs": json.loads(self.crs)} if self.crs else {}).encode()

    @classmethod
    def __arrow_ext_deserialize__(cls, _storage: pa.DataType, _written: bytes) -> OwnShapes:
        return cls()


@pytest.mark.parametrize("crs", [4326, 4549])
def test_shapes_of_parquets_own_type_have_the_crs_of_its_footer(crs, tmp_path):
    there, path = COMMUNITIES.to_crs(crs), tmp_path / "a.parquet"
    storage = pa.array(there.geometry.to_wkb().tolist(), pa.binary())
    own = OwnShapes("" if crs == 4326 else there.crs.to_json())
    pa.register_extension_type(own)
    try:
        table = pa.table({"name": NAMES, "shape": pa.ExtensionArray.from_storage(own, storage)})
        pq.write_table(table, path, store_schema=False)
    finally:
        pa.unregister_extension_type("geoarrow.wkb")
    if not str(pq.ParquetFile(path).schema.column(1).logical_type).startswith("Geometry"):
        pytest.skip("this pyarrow knows no GEOMETRY")
    frame = vectors.read(path)
    assert frame.crs.equals(there.crs, ignore_axis_order=True)
    assert frame.to_crs(4549).area.sum() == pytest.approx(COMMUNITIES.to_crs(4549).area.sum())


def geoparquet(folder: Path) -> Path:
    COMMUNITIES.to_parquet(folder / "a.parquet")
    return folder / "a.parquet"


def arrow(folder: Path) -> Path:
    feather.write_feather(pa.table(COMMUNITIES.to_arrow(index=False)), folder / "a.arrow")
    return folder / "a.arrow"


def feathered(folder: Path) -> Path:
    COMMUNITIES.to_feather(folder / "a.feather")
    return folder / "a.feather"


KML = "LIBKML" if "LIBKML" in pyogrio.list_drivers() else "KML"
"""Not every pyogrio brings the first; ours reads what either wrote."""
FORMATS = {
    "geojson": written("a.json", COMMUNITIES.to_json()),
    "geojson sequence": written("a.geojsons", "".join(f"\x1e{json.dumps(each)}\n" for each in features())),
    "geojson lines": written("a.txt", "".join(f"{json.dumps(each)}\n" for each in features())),
    "topojson": written("a.json", topology()),
    "esri json": written("a.json", esri()),
    "flatgeobuf": by_driver("a.fgb", "FlatGeobuf"),
    "geodatabase": by_driver("a.gdb", "OpenFileGDB"),
    "gml": by_driver("a.gml", "GML"),
    "kml": by_driver("a.kml", KML),
    "mapinfo tab": by_driver("a.tab", "MapInfo File", encoding="UTF-8"),
    "mapinfo mif": by_driver("a.mif", "MapInfo File", encoding="UTF-8"),
    "shapefile": by_driver("a.shp", "ESRI Shapefile", encoding="UTF-8"),
    "parquet": geoparquet,
    "parquet's own geometry": native_parquet,
    "arrow": arrow,
    "feather": feathered,
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_format_holds_the_same_areas_names_and_people(make, tmp_path):
    frame = vectors.read(make(tmp_path))
    column = "Name" if "Name" in frame else "name"
    assert sorted(frame[column]) == sorted(NAMES)
    if make is FORMATS["kml"] and KML == "KML":
        assert "people" not in frame, "the smaller reader of KML knows names alone: no column is what is said then"
    else:
        assert frame["people"].astype(int).sum() == 26_000
    assert frame.crs.equals(COMMUNITIES.crs, ignore_axis_order=True)
    assert frame.geometry.union_all().symmetric_difference(COMMUNITIES.geometry.union_all()).area < 1e-9


@pytest.mark.parametrize("name", ["2024:final", "Stage 2: north", "a:b:c", 'say "so"', "社区"])
def test_a_layer_of_any_name_is_reached_with_and_without_a_column(name, tmp_path):
    path = tmp_path / "a.gpkg"
    for layer in (name, "2024"):
        COMMUNITIES.to_file(path, layer=layer)
    assert vectors.parse(f"{path}:{name}") == containers.Spec(path, name)
    assert vectors.parse(f"{path}:{name}:people") == containers.Spec(path, name, "people")
    if '"' not in name:
        assert vectors.parse(f'{path}:"{name}":people') == containers.Spec(path, name, "people")
    assert len(vectors.read(f"{path}:{name}")) == 2
    with pytest.raises(TableError, match="there is no layer 'nowhere'"):
        vectors.parse(f"{path}:nowhere")


def test_way_points_stand_for_a_gpx_and_what_is_left_is_said(tmp_path):
    path = tmp_path / "a.gpx"
    track = "".join(f'<trkpt lat="32.5" lon="120.5{k}"/>' for k in range(3))
    spots = "".join(f'<wpt lat="32.5{k}" lon="120.5"><time>2025-03-05T02:00:00Z</time></wpt>' for k in range(4))
    text = f"<?xml version='1.0'?><gpx version='1.0' creator='x'>{spots}<trk><trkseg>{track}</trkseg></trk></gpx>"
    path.write_text(text.replace("<gpx ", "<gpx xmlns='http://www.topografix.com/GPX/1/0' "))
    placed = points.read(path, reading=Reading())
    assert len(placed) == 4
    assert any("not taken: tracks" in note for note in placed.attrs["notes"])
    assert containers.layers(path)[:2] == ["waypoints", "tracks"]
    assert len(vectors.read(f"{path}:tracks")) == 1


def test_a_drawing_is_its_closed_lines(tmp_path):
    outline = box(553_400, 3_603_200, 554_600, 3_604_400).exterior
    loose = LineString([(553_400, 3_603_200), (553_500, 3_603_300)])
    drawing = gpd.GeoDataFrame(geometry=[outline, loose], crs="EPSG:4549")
    pyogrio.write_dataframe(drawing, tmp_path / "a.dxf", driver="DXF")
    areas, notes = districts.read(tmp_path / "a.dxf", crs="EPSG:4549")
    assert areas.area.sum() == pytest.approx(1_440_000)
    assert any("1 point, text or open line" in note for note in notes)
    (account,) = areas.attrs["accounts"]
    assert (account.read, account.used, dict(account.lost)) == (2, 1, {"other": 1})


@pytest.mark.parametrize("suffix", [".tab", ".mif"])
def test_text_of_mapinfo_that_names_no_charset_is_found(suffix, tmp_path):
    spots = gpd.GeoDataFrame({"name": NAMES}, geometry=[Point(1, 1), Point(2, 2)], crs=4326)
    pyogrio.write_dataframe(spots, tmp_path / f"a{suffix}", driver="MapInfo File", encoding="GB18030")
    head = tmp_path / f"a{suffix}"
    raw = head.read_bytes()
    lines = [
        line.split(b'"')[0] + b'"Neutral"' if line.lower().startswith(b"charset") else line
        for line in raw.replace(b"!charset WindowsSimpChinese", b"!charset Neutral").split(b"\n")
    ]
    head.write_bytes(b"\n".join(lines))
    assert vectors.read(head)["name"].tolist() == NAMES


def shapefile(folder: Path, names: list[str], encoding: str) -> Path:
    """Write a shapefile in a code page, without a word of which."""
    frame = COMMUNITIES.assign(name=names)
    pyogrio.write_dataframe(frame, folder / "a.shp", encoding=encoding)
    (folder / "a.cpg").unlink(missing_ok=True)
    return folder / "a.shp"


def marked(path: Path, driver: int) -> Path:
    """Write a language driver into the .dbf of a shapefile."""
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = driver
    path.with_suffix(".dbf").write_bytes(table)
    return path


@pytest.mark.parametrize(
    ("driver", "encoding", "names"),
    [
        (0x4D, "gbk", NAMES),
        (0x4F, "big5", ["臺北里", "中正區"]),
        (0x13, "cp932", ["渋谷区", "恵比寿町"]),
        (0x4E, "cp949", ["강남구", "서초동"]),
        (0xC9, "cp1251", ["Заречье", "Сосенки"]),
        (0xC8, "cp1250", ["Łódź Śródmieście", "Wałbrzych"]),
    ],
)
def test_a_language_driver_names_the_encoding(driver, encoding, names, tmp_path):
    assert vectors.read(marked(shapefile(tmp_path, names, encoding), driver))["name"].tolist() == names


def test_a_language_driver_that_does_not_fit_or_is_written_by_default_is_not_believed(tmp_path):
    assert vectors.read(marked(shapefile(tmp_path, NAMES, "gbk"), 0x57))["name"].tolist() == NAMES


@pytest.mark.parametrize("said", ["936", "ANSI 936", "GB2312", "cp936", " gbk\n", "OEM", "ISO-8859-1"])
@pytest.mark.parametrize("suffix", [".cpg", ".cst"])
def test_an_encoding_is_understood_however_it_is_written(said, suffix, tmp_path):
    path = shapefile(tmp_path, NAMES, "gbk")
    path.with_suffix(suffix).write_text(said)
    assert vectors.read(path)["name"].tolist() == NAMES


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp932", ["渋谷区", "恵比寿町"]),
        ("cp1251", ["Заречье", "Сосенки"]),
        ("cp1250", ["Fő", "tér"]),
    ],
)
def test_what_bytes_alone_do_not_tell_is_asked_about(encoding, names, tmp_path):
    path = shapefile(tmp_path, names, encoding)
    with pytest.raises(TableError, match=rf"the encoding is not certain.*{encoding}"):
        vectors.read(path)
    assert vectors.read(path, encoding=encoding)["name"].tolist() == names


def kml(encoding: str) -> str:
    marks = "".join(
        f"<Placemark><name>{name}</name><ExtendedData><Data name='people'><value>{people}</value></Data></ExtendedData>"
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, people, shape in COMMUNITIES.itertuples(index=False)
    )
    inside = f"<Folder><name>A: outer</name><Folder><name>B: inner</name>{marks}</Folder></Folder>"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"{inside}</Document></kml>"
    )


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "gb2312", "big5", "Shift_JIS"])
def test_a_folder_of_folders_is_no_layer_and_xml_is_read_in_the_encoding_it_names(encoding, tmp_path):
    names = {"big5": ["臺北里", "中正區"], "Shift_JIS": ["渋谷区", "恵比寿町"]}.get(encoding, NAMES)
    text = kml(encoding)
    for ours, theirs in zip(NAMES, names, strict=True):
        text = text.replace(ours, theirs)
    (tmp_path / "a.kml").write_bytes(text.encode(encoding))
    assert vectors.read(tmp_path / "a.kml")["Name"].tolist() == names


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_json_is_read_in_the_code_page_of_an_office(encoding, tmp_path):
    text = json.dumps(json.loads(COMMUNITIES.to_json()), ensure_ascii=False)
    (tmp_path / "a.geojson").write_bytes(text.encode(encoding))
    assert vectors.read(tmp_path / "a.geojson")["name"].tolist() == NAMES


def test_a_kept_stream_of_arrow_is_read(tmp_path):
    table = pa.table(COMMUNITIES.to_arrow(index=False))
    with pa.ipc.new_stream(tmp_path / "a.arrows", table.schema) as stream:
        stream.write_table(table)
    assert vectors.read(tmp_path / "a.arrows")["name"].tolist() == NAMES


def packed(folder: Path, name: str, *members: Path) -> Path:
    with zipfile.ZipFile(folder / name, "w") as archive:
        for member in members:
            archive.write(member, member.name)
    return folder / name


def test_zips_in_a_zip_are_opened_so_deep_and_deeper_ones_are_named_with_the_way_round(tmp_path):
    path = written("a.geojson", COMMUNITIES.to_json())(tmp_path)
    for deep in ("one.zip", "two.zip", "three.zip"):
        path = packed(tmp_path, deep, path)
        assert len(vectors.read(path)) == 2
    with pytest.raises(SourceError, match=r"it holds archives: three/two/one\.zip - unpack it"):
        vectors.read(packed(tmp_path, "four.zip", path))


def test_two_zips_in_a_zip_are_told_apart_by_their_names(tmp_path):
    inner = [
        packed(tmp_path, name, written("a.geojson", COMMUNITIES.iloc[:many].to_json())(tmp_path))
        for name, many in (("2020.zip", 2), ("2023.zip", 1))
    ]
    outer = packed(tmp_path, "years.zip", *inner)
    assert containers.layers(outer) == ["2020/a", "2023/a"]
    assert len(vectors.read(f"{outer}:2023/a")) == 1


def test_a_citys_own_grid_says_not_where_it_lies_and_is_asked_about(tmp_path):
    local = COMMUNITIES.to_crs("EPSG:4549").set_crs('LOCAL_CS["city",UNIT["metre",1]]', allow_override=True)
    local.to_file(tmp_path / "a.gpkg")
    with pytest.raises(TableError, match="no coordinate reference system"):
        vectors.read(tmp_path / "a.gpkg")
    assert vectors.read(tmp_path / "a.gpkg", crs="EPSG:4549").crs.to_epsg() == 4549


@pytest.mark.parametrize("mark", ["", "\x1e"])
def test_a_broken_record_of_a_sequence_is_named_not_passed_over(mark, tmp_path):
    whole, other = (f"{mark}{json.dumps(each)}\n" for each in features())
    (tmp_path / "a.geojsonl").write_text(whole + other.replace('"Polygon"', '"Polygon') + whole)
    with pytest.raises(SourceError, match="record 2 of 3 is no feature"):
        vectors.read(tmp_path / "a.geojsonl")
