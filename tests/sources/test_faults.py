"""The table of faults: what each does to a reader, which exit code it has, and what the one line says.

The numbers are those of the fault matrix this project was designed against.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine
from shapely.geometry import MultiPolygon, Point, Polygon, box

from gridkit.errors import GridkitError
from gridkit.sources import districts, incidents
from gridkit.sources.files import vectors
from gridkit.sources.osm import extract
from gridkit.sources.people import population
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore:'crs' was not provided", "ignore::gridkit.errors.GridkitWarning")

X, Y = 553_400, 3_603_200
KRUEGER = "EPSG:4549"


@dataclass(frozen=True)
class Fault:
    """A fault: the rows of the matrix it stands for, how to make it, who reads it, the exit code and what is said."""

    rows: str
    make: Callable[[Path], Any]
    read: Callable[[Any], Any]
    code: int
    said: str


def squares(**columns) -> gpd.GeoDataFrame:
    shapes = [box(X + dx, Y + dy, X + dx + 500, Y + dy + 500) for dy in (0, 500) for dx in (0, 500)]
    return gpd.GeoDataFrame({"people": [10, 20, 30, 40], **columns}, geometry=shapes, crs=KRUEGER)


SQUARE = squares().dissolve()


def saved(frame: gpd.GeoDataFrame, name: str, **options) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        if name.endswith(".parquet"):
            frame.to_parquet(folder / name)
        else:
            frame.to_file(folder / name, **options)
        return folder / name

    return make


def cut(make: Callable[[Path], Path], keep: float) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = make(folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        return path

    return made


def without(make: Callable[[Path], Path], *suffixes: str) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = make(folder)
        for suffix in suffixes:
            path.with_suffix(suffix).unlink()
        return path

    return made


def text(content: str | bytes, name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder / name

    return make


def two_layers(folder: Path) -> Path:
    squares().to_file(folder / "a.gpkg", layer="communities")
    squares().to_file(folder / "a.gpkg", layer="district")
    return folder / "a.gpkg"


def two_shapefiles(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name in ("east", "west"):
            squares().to_file(folder / f"{name}.shp", encoding="utf-8")
            for part in sorted(folder.glob(f"{name}.*")):
                archive.write(part, part.name)
    return folder / "a.zip"


def swapped(folder: Path) -> Path:
    frame = squares()
    frame = frame.set_geometry(
        [Polygon([(y, x) for x, y in shape.exterior.coords]) for shape in frame.geometry], crs=KRUEGER
    )
    return saved(frame, "a.gpkg")(folder)


def misnamed(folder: Path) -> Path:
    degrees = squares().to_crs(4326)
    return saved(gpd.GeoDataFrame(degrees[["people"]], geometry=degrees.geometry.to_numpy(), crs=KRUEGER), "a.gpkg")(
        folder
    )


def other_zone(folder: Path) -> Path:
    wrong = gpd.GeoDataFrame(squares()[["people"]], geometry=squares().translate(1.2e7).to_numpy(), crs="EPSG:32610")
    return saved(wrong, "a.gpkg")(folder)


def bare_metres(folder: Path) -> Path:
    return saved(gpd.GeoDataFrame(squares()[["people"]], geometry=squares().geometry.to_numpy()), "a.geojson")(folder)


def pixels(values, name: str = "people.tif", *, keep: float = 1.0, **more) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        values_ = np.asarray(values, dtype="float32")
        profile = {
            "driver": "GTiff", "height": values_.shape[0], "width": values_.shape[1], "count": 1, "dtype": "float32",
            "crs": KRUEGER, **more,
            "transform": Affine(1000 / values_.shape[1], 0, X, 0, -1000 / values_.shape[0], Y + 1000),
        }  # fmt: skip
        with rasterio.open(folder / name, "w", **profile) as file:
            file.write(values_, 1)
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * keep)])
        return folder / name

    return make


def drawn(shapes: list[Any], crs: Any = KRUEGER, **columns) -> Callable[[Path], gpd.GeoDataFrame]:
    return lambda _folder: gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def geojson(coordinates: Any, kind: str = "Polygon") -> Callable[[Path], Path]:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": coordinates}}
    return text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "a.geojson")


def pbf(folder: Path) -> Path:
    import osmium

    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(folder / "a.osm.pbf")) as writer:
        for at in range(1, 400):
            writer.add_node(new.Node(id=at, location=(120.57 + at * 1e-5, 32.55), version=1))
        writer.add_way(new.Way(id=1, nodes=list(range(1, 400)), tags={"highway": "service"}, version=1))
    return folder / "a.osm.pbf"


def locked(folder: Path) -> Path:
    path = saved(squares(), "a.gpkg")(folder)
    path.chmod(0)
    return path


def dangling(folder: Path) -> Path:
    (folder / "a.gpkg").symlink_to(folder / "moved.gpkg")
    return folder / "a.gpkg"


def near_miss(folder: Path) -> Path:
    saved(squares(), "districts.gpkg")(folder)
    return folder / "distrits.gpkg"


def people(source: Any) -> Any:
    return population.read(source, SQUARE)


def named_column(path: Path) -> Any:
    return people(f"{path}:poeple")


def by_parent(source: Any) -> Any:
    return districts.read(source, parents="parent")


CSV = "id,time,lon,lat\n"
FAULTS = [
    # A. missing, unreadable, of the wrong kind
    Fault("1", near_miss, vectors.read, 3, r"there is no such file - did you mean districts\.gpkg\?"),
    Fault("2", lambda folder: folder, vectors.read, 3, "the folder is empty"),
    Fault("3", text("", "a.geojson"), vectors.read, 3, r"the file is empty \(0 bytes\)"),
    Fault("4", text("<!DOCTYPE html><html>", "a.geojson"), vectors.read, 3, "begins like a web page"),
    Fault("5 vector", text("<OGRVRTDataSource/>", "a.geojson"), vectors.read, 3, "begins like a GDAL VRT"),
    Fault("5 raster", text("<VRTDataset/>", "a.tif"), people, 3, "begins like a GDAL VRT"),
    Fault("6", locked, vectors.read, 3, r"may not be read - ask its owner, or: chmod"),
    Fault("7", dangling, vectors.read, 3, r"is a link to .*moved\.gpkg, which is not there"),
    Fault(
        "8",
        two_layers,
        vectors.read,
        4,
        r"there are 2 layers: communities \(4\), district \(4\) - name one, as in a\.gpkg:",
    ),
    Fault("9", two_layers, lambda path: vectors.read(path, layer="comunities"), 4, "did you mean 'communities'"),
    Fault("10", saved(squares(), "a.gpkg"), named_column, 4, "there is no column 'poeple' - did you mean 'people'"),
    Fault("11", two_shapefiles, vectors.read, 4, r"there are 2 layers: east \(4\), west \(4\)"),
    Fault("12", lambda _folder: "https://host/a.gpkg", vectors.read, 2, "remote paths are not read"),
    # B. corrupt
    Fault("13", cut(saved(squares(), "a.gpkg"), 0.6), vectors.read, 3, r"a\.gpkg: is cut off: \d+ of \d+ pages"),
    Fault(
        "15",
        cut(saved(squares().to_crs(4326), "a.geojson"), 0.7),
        vectors.read,
        3,
        r"breaks off at line \d+, column \d+",
    ),
    Fault("16 header", cut(saved(squares(), "a.fgb"), 0.1), vectors.read, 3, r"a\.fgb: .*cut off"),
    Fault("16 rows", cut(saved(squares(), "a.fgb"), 0.8), vectors.read, 3, r"a\.fgb: (is cut off|cannot be read)"),
    Fault("17", cut(saved(squares(), "a.parquet"), 0.7), vectors.read, 3, r"a\.parquet: cannot be read"),
    Fault(
        "18",
        pixels(np.random.default_rng(0).random((300, 300)), keep=0.5),
        people,
        3,
        r"in band 1, at row \d+, column 0",
    ),
    Fault("19", cut(pbf, 0.8), extract.read, 3, r"a\.osm\.pbf: is cut off or damaged"),
    Fault("22", without(saved(squares(), "a.shp"), ".shx"), vectors.read, 3, r"its \.shx is missing"),
    Fault("23", without(saved(squares(), "a.shp"), ".dbf"), vectors.read, 4, r"its \.dbf with the columns is missing"),
    Fault(
        "24",
        without(saved(squares(), "a.shp"), ".prj"),
        vectors.read,
        4,
        r"no coordinate reference system - name it with crs",
    ),
    Fault("27", text("社區,戶數\n國民住宅,1\n".encode("big5"), "a.csv"), tables.read, 4, "encoding='big5'"),
    Fault("30 ragged", text("a,b\n1,2\n3,4,5\n6,7\n", "a.csv"), tables.read, 4, "line 3 has 3 cells, the header has 2"),
    Fault("30 short", text("a,b,c\n1,2,3\n4\n6,7,8\n", "a.csv"), tables.read, 4, "line 3 has 1 cell, the header has 3"),
    Fault("30 NUL", text(b"a,b\n1,\0\n", "a.csv"), tables.read, 4, "line 2 holds a NUL byte"),
    Fault("30 quote", text('a,b\n1,2\n3,"4\n' + "5,6\n" * 99, "a.csv"), tables.read, 4, "a quote"),
    # C. geometry
    Fault("33", geojson([[[120, 32], [121, 32], [120, 32]]]), districts.read, 4, r"\[0\]"),
    Fault("34", drawn([None, box(X, Y, X + 9, Y + 9)]), districts.read, 4, r"1 row has no geometry: \[0\]"),
    Fault("35", drawn([Polygon(), box(X, Y, X + 9, Y + 9)]), districts.read, 4, r"1 row has no geometry: \[0\]"),
    Fault(
        "36",
        drawn([Polygon([(X, Y), (X + 9, Y), (np.inf, Y)])]),
        districts.read,
        4,
        r"coordinates of \[0\] are not finite",
    ),
    Fault("38", drawn([Point(X, Y), box(X, Y, X + 9, Y + 9)]), districts.read, 4, "there are 1 Point in it"),
    Fault(
        "43",
        drawn([box(X, Y, X + 90, Y + 90), box(X + 50, Y, X + 150, Y + 90)], parent=["a", "b"]),
        by_parent,
        4,
        "overlap: a and b by 3,600 m2",
    ),
    Fault("44", drawn([box(X, Y, X + 9, Y + 9)] * 2), districts.read, 4, r"more than once: rows \[0, 1\]"),
    Fault(
        "48",
        drawn([MultiPolygon([box(20, 10, 140, 11), box(-100, 10, -20, 11)])], crs=4326),
        districts.read,
        4,
        "half round the earth",
    ),
    Fault("49", drawn([box(0, 86, 9, 90)], crs=4326), districts.read, 4, "touches a pole"),
    # D. coordinates
    Fault(
        "50",
        lambda _folder: gpd.GeoDataFrame(geometry=[box(X, Y, X + 9, Y + 9)]),
        districts.read,
        4,
        "look like CGCS2000",
    ),
    Fault("51", bare_metres, vectors.read, 4, r"there is no coordinate reference system.*553400"),
    Fault("52", swapped, vectors.read, 4, "x and y are swapped"),
    Fault(
        "54",
        saved(squares().set_geometry(squares().translate(1e5)), "a.gpkg"),
        people,
        4,
        "nothing in it meets the district",
    ),
    Fault(
        "54 osm",
        pbf,
        lambda path: extract.read(path, district=SQUARE.set_geometry(SQUARE.translate(1e5))),
        4,
        "nothing in it is near the district",
    ),
    Fault("55 zone", other_zone, vectors.read, 4, "far outside the area that WGS 84 / UTM zone 10N is for"),
    Fault("55", misnamed, vectors.read, 4, "are degrees, not metres of CGCS2000"),
    # E. values
    Fault("57", pixels(np.where(np.eye(10) > 0, -1.5, 1) * np.arange(1, 11)), people, 4, "10 pixels are below zero"),
    Fault("58", pixels(np.where(np.eye(10) > 0, np.inf, 1)), people, 4, "10 pixels are infinite"),
    Fault(
        "59", pixels(np.where(np.eye(10) > 0, -9999, 1)), people, 4, r"the value -9999 occurs 10 times.*:nodata=-9999"
    ),
    Fault(
        "69",
        saved(squares(people=["1,234", "２０", "many", "4"]), "a.gpkg"),
        lambda p: people(f"{p}:people"),
        4,
        r"'many', which are no numbers, in rows \[2\]",
    ),
    Fault(
        "70",
        text(CSV + "1,1026-01-05,120.57,32.55\n", "a.csv"),
        incidents.read,
        4,
        r"outside the years 1900 to \d+, in rows \[0\]",
    ),
    Fault(
        "70 text",
        text(CSV + "1,soon,120.57,32.55\n", "a.csv"),
        incidents.read,
        4,
        r"'soon', which are no times, in rows \[0\]",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.rows for fault in FAULTS])
def test_each_fault_is_one_line_with_its_code(fault, tmp_path):
    if fault.rows == "6" and hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.skip("root may read everything")
    source = fault.make(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.exists()}
    with pytest.raises(GridkitError, match=fault.said) as caught:
        fault.read(source)
    assert caught.value.exit_code == fault.code
    assert "\n" not in str(caught.value)
    if isinstance(source, Path):
        assert source.name in str(caught.value) or fault.rows in ("2", "70", "70 text")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.exists()} == before


def test_a_journal_beside_a_geopackage_is_warned_of(tmp_path):  # row 14
    path = saved(squares(), "a.gpkg")(tmp_path)
    (tmp_path / "a.gpkg-wal").write_bytes(b"half a page")
    shutil.copy(path, tmp_path / "b.gpkg")
    (tmp_path / "b.gpkg-journal").write_bytes(b"")
    with pytest.warns(UserWarning, match="a.gpkg-wal lies beside it"), contextlib.suppress(GridkitError):
        vectors.read(path)
    assert len(vectors.read(tmp_path / "b.gpkg")) == 4


MAKERS = {
    "a.gpkg": saved(squares(), "a.gpkg"),
    "a.geojson": saved(squares().to_crs(4326), "a.geojson"),
    "a.fgb": saved(squares(), "a.fgb"),
    "a.parquet": saved(squares(), "a.parquet"),
    "a.shp": saved(squares(), "a.shp"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_flipped_bits_are_read_or_refused_and_never_crash(name, tmp_path):  # row 29
    whole = MAKERS[name](tmp_path).read_bytes()
    rng = np.random.default_rng(0)
    refused = []
    for _ in range(60):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 20):
            data[at] ^= 1 << int(rng.integers(0, 8))
        (tmp_path / name).write_bytes(bytes(data))
        try:
            vectors.read(tmp_path / name)
        except GridkitError as error:
            refused.append(str(error))
    assert refused
    assert all(name in said for said in refused)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm"])
@pytest.mark.filterwarnings("error::gridkit.errors.GridkitWarning")
def test_a_cut_extract_is_refused_or_told(name, share, tmp_path):  # rows 19 to 21
    import osmium

    source = pbf(tmp_path)
    path = tmp_path / f"cut-{name}"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    data = path.read_bytes()
    path.write_bytes(data[: max(1, int(len(data) * share))])
    with pytest.raises((GridkitError, UserWarning)):
        extract.read(path)
