"""The matrix of faults at the command line: what each does to a run, its exit code, and the one line that says so.

One row for each fault of the matrix this project was designed against, in English and in Chinese. A row is a command
line on files made here, the exit codes that are right, and words that must be said; no output is left behind by what
fails, and no input changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pytest
import rasterio
import requests
from rasterio.transform import Affine
from shapely.geometry import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from gridkit import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Words = Sequence[object]

pytestmark = pytest.mark.filterwarnings("ignore")

WEST, SOUTH, STEP = 120.60, 32.50, 0.01
CODES = ("320611001001", "320611001002", "320611002001", "320611002002")
SPLIT = ("split", "district.gpkg", "--parents", "code", "--units", "blocks.gpkg", "--effort", "0.01", "-o", "plan.gpkg")
BY_PEOPLE = (*SPLIT, "--people", "blocks.gpkg:people", "--target", "200")
OWN_PEOPLE = (*BY_PEOPLE[:-4], "--people", "a.gpkg:people", "--target", "200")
LAYER = ("layer", "made.gpkg", "incidents", "--data", "cases.csv", "-o", "plan.gpkg")
TIMES = [f"2024-03-{5 + at:02d} 10:15" for at in range(12)]
SPOTS = [(WEST + 0.0013 + 0.0015 * at, SOUTH + 0.0017 + 0.0012 * at) for at in range(12)]


# ---------------------------------------------------------------- the ground


def district(**columns: Any) -> gpd.GeoDataFrame:
    """Return four communities of a square kilometre each."""
    shapes = [box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP * (x + 1), SOUTH + STEP * (y + 1))
              for y in (0, 1) for x in (0, 1)]  # fmt: skip
    return gpd.GeoDataFrame({"code": CODES, "people": [100] * 4, **columns}, geometry=shapes, crs=4326)


def blocks(people: float | list[float] = 100, **columns: Any) -> gpd.GeoDataFrame:
    """Return sixteen blocks, four to a community."""
    half = STEP / 2
    shapes = [box(WEST + half * x, SOUTH + half * y, WEST + half * (x + 1), SOUTH + half * (y + 1))
              for y in range(4) for x in range(4)]  # fmt: skip
    counts = people if isinstance(people, list) else [people] * 16
    return gpd.GeoDataFrame({"people": counts, **columns}, geometry=shapes, crs=4326)


def cases(spots: Sequence[tuple[float, float]] = SPOTS, **columns: Any) -> pd.DataFrame:
    """Return incidents in the district."""
    lon, lat = zip(*spots, strict=True)
    return pd.DataFrame(
        {"id": [f"K{at}" for at in range(len(spots))], "time": TIMES, "lon": lon, "lat": lat, **columns}
    )


def raster(path: Path, values: Any, **profile: Any) -> None:
    """Write people per pixel of the district, or what is asked for instead."""
    values = np.asarray(values)
    shape = {"height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": str(values.dtype)}
    size = 2 * STEP / values.shape[1]
    own = {"crs": "EPSG:4326", "transform": Affine(size, 0, WEST, 0, -size, SOUTH + 2 * STEP)}
    with rasterio.open(path, "w", driver="GTiff", **{**shape, **own, **profile}) as file:
        file.write(values, 1)


def streets(path: Path, *, clipped: bool = False) -> None:
    """Write streets between the communities, and a building in each, as OpenStreetMap has them."""
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(path), bufsz=4096) as writer:
        rows = range(5)
        spots = {(x, y): 1 + x + 5 * y for y in rows for x in rows}
        for (x, y), at in spots.items():
            writer.add_node(new.Node(id=at, version=1, location=(WEST + STEP / 2 * x, SOUTH + STEP / 2 * y)))
        gone = 100 if clipped else 0
        for at in rows:
            along = [spots[x, at] for x in rows] + ([gone + 1] if clipped else [])
            across = [spots[at, y] for y in rows]
            tags = {"highway": "residential"}
            writer.add_way(new.Way(id=1 + at, version=1, nodes=along, tags=tags))
            writer.add_way(new.Way(id=11 + at, version=1, nodes=across, tags=tags))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a district, its blocks, incidents and a plan."""
    folder = tmp_path_factory.mktemp("ground")
    district().to_file(folder / "district.gpkg")
    blocks().to_file(folder / "blocks.gpkg")
    cases().to_csv(folder / "cases.csv", index=False)
    home = Path.cwd()
    os.chdir(folder)
    try:
        assert cli.run(["-q", *BY_PEOPLE]) == 0
    finally:
        os.chdir(home)
    (folder / "plan.gpkg").rename(folder / "made.gpkg")
    return folder


@dataclass(frozen=True)
class Fault:
    """A row of the matrix.

    Attributes
    ----------
    row
        Its number.
    what
        The fault, in words.
    make
        Makes it in a folder that has the ground; what it returns is the command line, where ``words`` names none.
    words
        The command line.
    codes
        The exit codes that are right.
    said
        A pattern that must be said in English, on either stream.
    """

    row: int
    what: str
    make: Callable[[Path], Words | None]
    codes: tuple[int, ...]
    said: str
    words: Words = ()

    def __str__(self) -> str:
        """Return what pytest calls it."""
        return f"{self.row:02d} {self.what}"


FAULTS: list[Fault] = []


def fault(row: int, what: str, codes: int | tuple[int, ...], said: str, words: Words = ()) -> Any:
    """Enter a function that makes a fault as a row of the matrix."""

    def entered(make: Callable[[Path], Words | None]) -> Callable[[Path], Words | None]:
        FAULTS.append(Fault(row, what, make, (codes,) if isinstance(codes, int) else codes, said, words))
        return make

    return entered


def swap(words: Words, **other: str) -> list[object]:
    """Return a command line with some of its words put another way, by the name of the word."""
    return [other.get(str(word).replace(".", "_"), word) for word in words]


# ---------------------------------------------------------------- A. missing, unreadable, of the wrong kind


@fault(1, "a path that is not there", 3, r"did you mean district\.gpkg", swap(BY_PEOPLE, district_gpkg="distrct.gpkg"))
def _missing(_: Path) -> None:
    pass


@fault(2, "a folder", (3, 4), r"a, b|a\.geojson|layers", swap(BY_PEOPLE, district_gpkg="folder"))
def _folder(at: Path) -> None:
    (at / "folder").mkdir()
    for name in "ab":
        district().to_file(at / "folder" / f"{name}.geojson")


@fault(3, "no byte", 3, "empty", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _empty(at: Path) -> None:
    (at / "a.geojson").write_bytes(b"")


@fault(4, "a web page", 3, "web page", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _page(at: Path) -> None:
    (at / "a.geojson").write_text("<!DOCTYPE html><html><body>404</body></html>")


@fault(5, "a VRT under another name", 3, "VRT", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _vrt(at: Path) -> None:
    (at / "a.geojson").write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>")


@fault(6, "no permission", 3, "chmod|may not be read|not be read", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _locked(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    (at / "a.gpkg").chmod(0)
    if os.access(at / "a.gpkg", os.R_OK):
        pytest.skip("root may read everything: tested where the tests are run by somebody else")


@fault(7, "a broken link", 3, "elsewhere", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _link(at: Path) -> None:
    (at / "a.gpkg").symlink_to("elsewhere.gpkg")


@fault(8, "several layers, none named", 4, r"east.*west", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _layers(at: Path) -> None:
    for name in ("east", "west"):
        district().to_file(at / "a.gpkg", layer=name)


@fault(9, "a layer that is not there", 4, "did you mean 'west'", swap(BY_PEOPLE, district_gpkg="a.gpkg:wst"))
def _layer(at: Path) -> None:
    _layers(at)


@fault(
    10,
    "a column that is not there",
    4,
    "people",
    [*BY_PEOPLE[:-4], "--people", "blocks.gpkg:peple", "--target", "200"],
)
def _column(_: Path) -> None:
    pass


@fault(11, "a zip of two shapefiles", 4, "east.*west", swap(BY_PEOPLE, district_gpkg="a.zip"))
def _zip(at: Path) -> None:
    with zipfile.ZipFile(at / "a.zip", "w") as archive:
        for name in ("east", "west"):
            district().to_file(at / f"{name}.shp", encoding="utf-8")
            for part in sorted(at.glob(f"{name}.*")):
                archive.write(part, part.name)


@fault(12, "an address of a server", 2, "download", swap(BY_PEOPLE, district_gpkg="https://example.org/a.gpkg"))
def _remote(_: Path) -> None:
    pass


# ---------------------------------------------------------------- B. corrupt


def cut(path: Path, share: float) -> None:
    """Cut the end of a file off."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


@fault(13, "a GeoPackage cut off", 3, "cut off|pages", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _cut_gpkg(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    cut(at / "a.gpkg", 0.6)


@fault(14, "a journal of a crash", (0, 3), "crashed|journal", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _journal(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    (at / "a.gpkg-journal").write_bytes(b"\0" * 512)


@fault(15, "GeoJSON cut off", 3, r"line \d+", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _cut_json(at: Path) -> None:
    district().to_file(at / "a.geojson")
    cut(at / "a.geojson", 0.7)


@fault(16, "FlatGeobuf cut in its header", 3, "cut off|cannot be read", swap(BY_PEOPLE, district_gpkg="a.fgb"))
def _cut_fgb(at: Path) -> None:
    district().to_file(at / "a.fgb", driver="FlatGeobuf")
    cut(at / "a.fgb", 0.3)


@fault(17, "GeoParquet cut off", 3, "a.parquet", swap(BY_PEOPLE, district_gpkg="a.parquet"))
def _cut_parquet(at: Path) -> None:
    district().to_parquet(at / "a.parquet")
    cut(at / "a.parquet", 0.7)


@fault(18, "a GeoTIFF cut off", 3, r"a\.tif", [*SPLIT, "--people", "a.tif", "--target", "200"])
def _cut_tif(at: Path) -> None:
    raster(at / "a.tif", np.ones((600, 600), "float32"))
    cut(at / "a.tif", 0.5)


@fault(
    19,
    "an extract cut within a block",
    3,
    "a.osm.pbf",
    [*SPLIT, "--osm", "a.osm.pbf", "--by", "area_m2", "--target", "400000"],
)
def _cut_pbf(at: Path) -> None:
    streets(at / "a.osm.pbf")
    cut(at / "a.osm.pbf", 0.8)


@fault(
    20,
    "an extract cut at the edge of a block",
    (0, 3),
    "cut off|lack|ways|no road",
    [*SPLIT, "--osm", "a.osm.pbf", "--by", "area_m2", "--target", "400000"],
)
def _cut_block(at: Path) -> None:
    streets(at / "a.osm.pbf")
    data = (at / "a.osm.pbf").read_bytes()
    ends, place = [], 0
    while place < len(data):
        head = struct.unpack(">I", data[place : place + 4])[0]
        text = data[place + 4 : place + 4 + head]
        size, at_size = 0, text.rindex(b"\x18") + 1
        for shift, byte in enumerate(text[at_size:]):
            size |= (byte & 0x7F) << 7 * shift
        place += 4 + head + size
        ends.append(place)
    assert len(ends) > 2
    (at / "a.osm.pbf").write_bytes(data[: ends[-2]])


@fault(
    21,
    "ways whose nodes are missing",
    0,
    "clipped|lack|missing",
    [*SPLIT, "--osm", "a.osm.pbf", "--by", "area_m2", "--target", "400000"],
)
def _clipped(at: Path) -> None:
    streets(at / "a.osm.pbf", clipped=True)


def shapefile(at: Path, encoding: str = "utf-8", **columns: Any) -> None:
    """Write the district as a shapefile."""
    district(**columns).to_file(at / "a.shp", encoding=encoding)


@fault(22, "no .shx", 3, "shx", swap(BY_PEOPLE, district_gpkg="a.shp"))
def _no_shx(at: Path) -> None:
    shapefile(at)
    (at / "a.shx").unlink()


@fault(23, "no .dbf", 4, "dbf", swap(BY_PEOPLE, district_gpkg="a.shp"))
def _no_dbf(at: Path) -> None:
    shapefile(at)
    (at / "a.dbf").unlink()


@fault(24, "no .prj", 4, "--crs", swap(BY_PEOPLE, district_gpkg="a.shp"))
def _no_prj(at: Path) -> None:
    district().to_crs(4549).to_file(at / "a.shp", encoding="utf-8")
    (at / "a.prj").unlink()


@fault(25, "no .cpg, in GBK", 0, "gb18030", ["inspect", "a.shp"])
def _no_cpg(at: Path) -> None:
    shapefile(at, "gbk", name=["映杏社区", "柳舟社区", "石岚社区", "东埠社区"])
    (at / "a.cpg").unlink()


@fault(26, "a .cpg that lies", (0, 4), "gb18030|encoding", ["inspect", "a.shp"])
def _lying_cpg(at: Path) -> None:
    shapefile(at, "gbk", name=["映杏社区", "柳舟社区", "石岚社区", "东埠社区"])
    (at / "a.cpg").write_text("UTF-8")


@fault(27, "a table in GBK", 0, "gb18030", LAYER)
def _gbk(at: Path) -> None:
    table = cases(类别=["噪音"] * 12).to_csv(index=False)
    (at / "cases.csv").write_bytes(table.encode("gbk"))


@fault(27, "a table in UTF-16", 0, "utf-16", LAYER)
def _utf16(at: Path) -> None:
    (at / "cases.csv").write_bytes(cases().to_csv(index=False).encode("utf-16"))


@fault(27, "a table in Big5", 4, "big5", LAYER)
def _big5(at: Path) -> None:
    (at / "cases.csv").write_bytes(cases(社區=["國民住宅"] * 12).to_csv(index=False).encode("big5"))


@fault(28, "a mark of order in UTF-8", 0, "12", LAYER)
def _mark(at: Path) -> None:
    (at / "cases.csv").write_bytes(cases().to_csv(index=False).encode("utf-8-sig"))


@fault(29, "bits flipped in an input after the plan was made", 9, "blocks.gpkg", ["verify", "made.gpkg"])
def _flipped(at: Path) -> None:
    data = bytearray((at / "blocks.gpkg").read_bytes())
    for place in np.random.default_rng(0).integers(4096, len(data), 20):
        data[place] ^= 1
    (at / "blocks.gpkg").write_bytes(data)


@fault(30, "ragged rows", 4, "line 4 has 7 cells", LAYER)
def _ragged(at: Path) -> None:
    rows = cases().to_csv(index=False).splitlines()
    rows[3] += ",9,9,9"
    (at / "cases.csv").write_text("\n".join(rows))


@fault(30, "an open quote", 4, "quote|line", LAYER)
def _quote(at: Path) -> None:
    rows = cases().to_csv(index=False).splitlines()
    rows[3] = '"' + rows[3]
    (at / "cases.csv").write_text("\n".join(rows))


@fault(30, "zero bytes", (0, 3, 4), r"cases\.csv", LAYER)
def _zeros(at: Path) -> None:
    rows = cases().to_csv(index=False).replace("K3", "K\0\0")
    (at / "cases.csv").write_text(rows)


# ---------------------------------------------------------------- C. geometry


def shaped(at: Path, shapes: Sequence[Any], name: str = "a.gpkg", **columns: Any) -> None:
    """Write the district with other shapes for its first communities."""
    own = [*shapes, *district().geometry[len(shapes) :]]
    gpd.GeoDataFrame({"code": CODES, **columns}, geometry=own, crs=4326).to_file(at / name)


FIRST = district().geometry[0]
A, B, C, D = (tuple(each) for each in np.array(FIRST.exterior.coords)[:4])
AREAS = (*swap(SPLIT, blocks_gpkg="hexagons", district_gpkg="a.gpkg"), "--by", "area_m2", "--target", "400000")


@fault(31, "a bow tie", 0, "repaired|mended|invalid", AREAS)
def _bow_tie(at: Path) -> None:
    shaped(at, [Polygon([A, C, B, D])])


@fault(32, "a bow tie, whose halves both stay", 0, "repaired|mended|invalid", AREAS)
def _halves(at: Path) -> None:
    shaped(at, [Polygon([A, B, D, C])])


@fault(33, "a ring of too few points", (3, 4), r"a\.geojson", swap(AREAS, a_gpkg="a.geojson"))
def _open_ring(at: Path) -> None:
    text = json.loads(district().to_json())
    text["features"][0]["geometry"]["coordinates"] = [[list(A), list(B), list(A)]]
    (at / "a.geojson").write_text(json.dumps(text))


@fault(34, "a row without a shape", 4, "no geometry", AREAS)
def _null(at: Path) -> None:
    shaped(at, [None])


@fault(35, "a row whose shape is empty", 4, "no geometry", AREAS)
def _empty_shape(at: Path) -> None:
    shaped(at, [Polygon()])


@fault(36, "a coordinate that is no number", (3, 4), r"a\.gpkg", AREAS)
def _nan(at: Path) -> None:
    shaped(at, [Polygon([A, B, (np.nan, 32.6), C])])


@fault(37, "heights and measures", 0, "", AREAS)
def _heights(at: Path) -> None:
    shaped(at, [Polygon([(*each, 5.0) for each in (A, B, C, D)])])


@fault(38, "points among the areas", 4, "Point", AREAS)
def _mixed(at: Path) -> None:
    shaped(at, [Point(A)])


@fault(39, "a collection with a line in it", 0, "line|collection|part", AREAS)
def _collection(at: Path) -> None:
    shaped(at, [GeometryCollection([FIRST, LineString([A, B])])])


@fault(40, "islands", 0, "", AREAS)
def _islands(at: Path) -> None:
    far = box(WEST - 0.03, SOUTH, WEST - 0.02, SOUTH + STEP)
    shaped(at, [MultiPolygon([FIRST, far])])


@fault(41, "a hole", 0, "", AREAS)
def _hole(at: Path) -> None:
    inner = FIRST.buffer(-0.004)
    shaped(at, [FIRST.difference(inner)])


@fault(42, "slivers between communities", 0, "", AREAS)
def _slivers(at: Path) -> None:
    shaped(at, [box(WEST, SOUTH, WEST + STEP - 1e-8, SOUTH + STEP)])


@fault(43, "communities that overlap", (0, 4), "overlap", AREAS)
def _overlap(at: Path) -> None:
    shaped(at, [box(WEST, SOUTH, WEST + 1.3 * STEP, SOUTH + STEP)])


@fault(44, "a community twice", (0, 4), "twice|same|overlap|more than once", AREAS)
def _twice(at: Path) -> None:
    frame = district()
    pd.concat([frame, frame.iloc[[0]]]).to_file(at / "a.gpkg")


@fault(45, "corners that neighbours lack", 0, "", AREAS)
def _corners(at: Path) -> None:
    shaped(at, [FIRST.segmentize(0.0007)])


@fault(46, "sixty thousand corners", 0, "", AREAS)
def _many(at: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 60_001)[:-1]
    wave = 0.009 + 0.0004 * np.sin(1200 * angle)
    ring = np.column_stack([WEST + 0.01 + wave * np.cos(angle), SOUTH + 0.01 + wave * np.sin(angle)])
    gpd.GeoDataFrame({"code": ["x"]}, geometry=[Polygon(ring)], crs=4326).to_file(at / "a.gpkg")


@fault(47, "a district smaller than a pixel", (0, 4, 5), "people|pixel", (*SPLIT, "--people", "a.tif", "--grids", "4"))
def _pixel(at: Path) -> None:
    raster(at / "a.tif", np.full((2, 2), 5000.0, "float32"), transform=Affine(0.5, 0, 120.2, 0, -0.5, 33))


@fault(48, "across the antimeridian", 0, "", AREAS)
def _antimeridian(at: Path) -> None:
    shapes = [box(179.99, -17, 180, -16.99), box(-180, -17, -179.99, -16.99)]
    gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=shapes, crs=4326).to_file(at / "a.gpkg")


@fault(49, "at a pole", 4, "pole|latitude|metres|coordinate", AREAS)
def _pole(at: Path) -> None:
    gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(-180, 89, 180, 90)], crs=4326).to_file(at / "a.gpkg")


# ---------------------------------------------------------------- D. coordinates


@fault(50, "no coordinate system", 4, "--crs", swap(AREAS, a_gpkg="a.shp"))
def _no_crs(at: Path) -> None:
    _no_prj(at)


@fault(51, "metres in GeoJSON that names no system", 4, "metres|degrees|--crs", swap(AREAS, a_gpkg="a.geojson"))
def _metres(at: Path) -> None:
    text = json.loads(district().to_crs(4549).to_json())
    text.pop("crs", None)
    (at / "a.geojson").write_text(json.dumps(text))


@fault(52, "latitude first", 4, "--swap-xy", LAYER)
def _swapped(at: Path) -> None:
    cases([(y, x) for x, y in SPOTS]).to_csv(at / "cases.csv", index=False)


@fault(53, "points in GCJ-02", (0, 4), "gcj02", LAYER)
def _gcj(at: Path) -> None:
    from gridkit.sources.coordinates import datums

    west, south, east, north = district().total_bounds
    x, y = np.meshgrid(np.linspace(west, east, 14)[1:-1], np.linspace(south, north, 14)[1:-1])
    lon, lat = datums.gcj02_from_wgs84(x.ravel(), y.ravel())
    pd.DataFrame({"id": range(len(lon)), "time": TIMES[0], "lon": lon, "lat": lat}).to_csv(
        at / "cases.csv", index=False
    )


@fault(54, "another coordinate system", 0, "", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _other_crs(at: Path) -> None:
    district().to_crs(4549).to_file(at / "a.gpkg")


@fault(
    54,
    "no overlap at all",
    4,
    "nothing in it meets the district",
    (*BY_PEOPLE[:-4], "--people", "far.gpkg:people", "--target", "200"),
)
def _no_overlap(at: Path) -> None:
    blocks().translate(5, 0).to_frame("geometry").assign(people=100).to_file(at / "far.gpkg")


@fault(55, "degrees called metres", 4, "a.gpkg", AREAS)
def _wrong_label(at: Path) -> None:
    district().set_crs(32651, allow_override=True).to_file(at / "a.gpkg")


@fault(56, "a datum whose grids are not installed", 0, "to within", ["inspect", "a.gpkg"])
def _no_grid(at: Path) -> None:
    district().set_crs(4214, allow_override=True).to_file(at / "a.gpkg")


# ---------------------------------------------------------------- E. values

PIXELS = (*SPLIT, "--people", "a.tif", "--grids", "8")


@fault(
    57,
    "people below zero",
    4,
    "-7|below zero|negative",
    OWN_PEOPLE,
)
def _negative(at: Path) -> None:
    blocks(people=[-7] + [100] * 15).to_file(at / "a.gpkg")


@fault(58, "pixels that are infinite", 4, "infinite", PIXELS)
def _infinite(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[3, 3] = np.inf
    raster(at / "a.tif", values)


@fault(59, "-9999 that nothing tags", 4, "nodata=-9999", PIXELS)
def _untagged(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[:3] = -9999
    raster(at / "a.tif", values)


@fault(60, "a no-data tag that is rounded otherwise", 0, "", PIXELS)
def _rounded(at: Path) -> None:
    values = np.full((20, 20), 4.0, "float32")
    values[0, 0] = np.float32(-3.4028234663852886e38)
    raster(at / "a.tif", values, nodata=-3.4028234663852886e38)


@fault(61, "densities for counts", (0, 4), "dens|--density", PIXELS)
def _density(at: Path) -> None:
    raster(at / "a_density_per_km2.tif", np.full((20, 20), 9000.0, "float32"))
    (at / "a_density_per_km2.tif").rename(at / "a.tif")
    with rasterio.open(at / "a.tif", "r+") as file:
        file.update_tags(units="people per square kilometre")


@fault(62, "nobody at all", 5, "--by area_m2", OWN_PEOPLE)
def _nobody(at: Path) -> None:
    blocks(people=0).to_file(at / "a.gpkg")


# The matrix would have no plan: here all others get theirs, and the grid says that its unit alone is too large.
@fault(
    63,
    "a unit larger than a grid",
    (0, 5),
    "alone holds 900",
    OWN_PEOPLE,
)
def _too_large(at: Path) -> None:
    blocks(people=[900] + [100] * 15).to_file(at / "a.gpkg")


@fault(64, "no grid at all", 2, "grids", (*BY_PEOPLE[:-2], "--grids", "0"))
def _none(_: Path) -> None:
    pass


@fault(64, "fewer than none", 2, "grids", (*BY_PEOPLE[:-2], "--grids", "-3"))
def _fewer(_: Path) -> None:
    pass


@fault(65, "more grids than units", 5, "16|units", (*BY_PEOPLE[:-2], "--grids", "99"))
def _more(_: Path) -> None:
    pass


@fault(66, "a target above all people", 0, "", (*BY_PEOPLE[:-2], "--target", "99999"))
def _target(_: Path) -> None:
    pass


@fault(
    67,
    "a part too small for a grid",
    (0, 5),
    "",
    swap((*BY_PEOPLE[:-4], "--people", "a.gpkg:people", "--target", "400"), blocks_gpkg="a.gpkg"),
)
def _small_part(at: Path) -> None:
    frame = blocks()
    frame.loc[[0, 1, 4, 5], "people"] = 20
    frame.to_file(at / "a.gpkg")


@fault(68, "units of one id", 4, r"unit_id.*rows \[0, 1\]", swap(BY_PEOPLE, blocks_gpkg="a.gpkg"))
def _one_id(at: Path) -> None:
    blocks(unit_id=["u1", "u1", *[f"u{at}" for at in range(2, 16)]]).to_file(at / "a.gpkg")


@fault(69, "numbers as text", 0, "", (*SPLIT, "--totals", "t.csv", "--people", "blocks.gpkg:people", "--target", "300"))
def _numbers(at: Path) -> None:
    (at / "t.csv").write_text("code,people\n" + "\n".join(f'{code},"1,{at}00"' for at, code in enumerate(CODES)))


@fault(70, "dates of another age", 4, "1024", LAYER)
def _age(at: Path) -> None:
    cases(time=["1024-03-05", *TIMES[1:]]).to_csv(at / "cases.csv", index=False)


@fault(71, "incidents outside", 0, "outside", LAYER)
def _outside(at: Path) -> None:
    cases([*SPOTS[:-2], (121.9, 32.5), (121.9, 32.6)]).to_csv(at / "cases.csv", index=False)


@fault(72, "an incident on the border of two grids", 0, "", LAYER)
def _border(at: Path) -> None:
    cases([*SPOTS[:-1], (WEST + STEP, SOUTH + STEP)]).to_csv(at / "cases.csv", index=False)


@fault(73, "columns that differ by case alone", 0, "", swap(BY_PEOPLE, blocks_gpkg="a.geojson"))
def _case(at: Path) -> None:
    blocks(A=1, a=2).to_file(at / "a.geojson")


@fault(74, "columns called fid and geom", 0, "", swap(BY_PEOPLE, blocks_gpkg="a.geojson"))
def _fid(at: Path) -> None:
    blocks(fid=1, geom="x", ogc_fid=2).to_file(at / "a.geojson")


@fault(75, "names too long for a shapefile", 0, "is called", ["export", "made.gpkg", "-o", "out.shp"])
def _long_names(_: Path) -> None:
    pass


@fault(76, "nothing that JSON has no word for", 0, "", ["export", "made.gpkg", "-o", "out.geojson"])
def _json(_: Path) -> None:
    pass


# ---------------------------------------------------------------- F. resources


@fault(77, "a raster of 640 GB", (0, 8), "", PIXELS)
def _huge(at: Path) -> None:
    size = 400_000
    own = {"height": size, "width": size, "count": 1, "dtype": "float32", "tiled": True, "blockxsize": 512}
    with rasterio.open(
        at / "a.tif", "w", driver="GTiff", blockysize=512, sparse_ok=True, crs="EPSG:4326", BIGTIFF="YES",
        transform=Affine(2 * STEP / size, 0, WEST, 0, -2 * STEP / size, SOUTH + 2 * STEP), nodata=-1, **own,
    ):  # fmt: skip
        pass


@fault(
    81,
    "a folder that takes no file",
    6,
    "cannot be written|permission|read-only",
    swap(BY_PEOPLE, plan_gpkg="/proc/plan.gpkg"),
)
def _read_only(_: Path) -> None:
    pass


@fault(82, "a folder that is not there", (0, 6), "", swap(BY_PEOPLE, plan_gpkg="new/plan.gpkg"))
def _no_folder(_: Path) -> None:
    pass


@fault(83, "an output that exists", 6, "--overwrite", swap(BY_PEOPLE, plan_gpkg="made.gpkg"))
def _exists(_: Path) -> None:
    pass


@fault(91, "a missing library", 2, "pip install", ["cards", "made.gpkg", "-o", "cards.pdf"])
def _no_library(_: Path) -> None:
    sys.modules["fpdf"] = None  # type: ignore[assignment]


CASES = [(each, lang) for each in FAULTS for lang in ("en", "zh") if lang == "en" or 0 not in each.codes]
"""What fails says so in Chinese as well."""


def digests(folder: Path) -> dict[str, str]:
    """Return a digest of every file in a folder."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and os.access(each, os.R_OK))
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


@pytest.mark.parametrize(("each", "lang"), CASES, ids=[f"{each} {lang}" for each, lang in CASES])
def test_a_fault_is_one_line_with_its_code_and_nothing_is_lost(
    each: Fault, lang: str, ground: Path, tmp_path: Path, capfd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ground, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "fpdf", sys.modules.get("fpdf"))
    if sys.modules["fpdf"] is None:
        monkeypatch.delitem(sys.modules, "fpdf")
    words = each.make(tmp_path) or each.words
    before = digests(tmp_path)
    capfd.readouterr()
    code = cli.run(["--lang", lang, *map(str, words)])
    out, err = capfd.readouterr()
    assert code in each.codes, f"{code}: {err}{out}"
    assert "Traceback" not in err
    after = digests(tmp_path)
    assert {name: after.get(name) for name in before} == before
    if code:
        assert after == before, "an output was left behind"
        failed = [line for line in err.splitlines() if re.search(r"\[GK\w+\]|\[[A-Za-z]+\d*\]$", line)]
        assert len(failed) <= 1
    if lang == "en":
        assert re.search(each.said, out + err, re.IGNORECASE | re.DOTALL), out + err
    elif code:
        assert re.search("[\u4e00-\u9fff]", out + err), out + err


# ---------------------------------------------------------------- what happens to the process


def line(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Start a command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "gridkit", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "GRIDKIT_LANG": "en", **environment},
    )


def done(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Return how a process ended: its code, stdout and stderr."""
    out, err = process.communicate(timeout=240)
    assert "Traceback" not in err
    return process.returncode, out, err


@pytest.fixture
def here(ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one's own with the ground in it, and go there."""
    shutil.copytree(ground, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_raster_larger_than_memory_is_read_in_windows_or_refused(here: Path) -> None:  # row 78
    raster(here / "a.tif", np.full((6000, 6000), 0.001, "float32"), compress="deflate")
    limit = 3 << 30
    words = [str(each) for each in (*PIXELS, "--threads", "1")]
    code = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit})); "
    code += f"from gridkit import cli; raise SystemExit(cli.run({words!r}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 8), ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_that_may_not_grow_leaves_the_old_one(here: Path) -> None:  # row 80
    before = digests(here)
    code = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); from gridkit import cli; "
    code += "raise SystemExit(cli.run(['refresh', 'made.gpkg', '--overwrite']))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 6, ended.stderr
    assert digests(here) == before


def test_an_output_that_another_program_has_open_is_whole_afterwards(here: Path, capfd: Any) -> None:  # row 84
    with sqlite3.connect(here / "made.gpkg", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        code = cli.run(["--lang", "en", "split", *map(str, BY_PEOPLE[1:-6]), *map(str, BY_PEOPLE[-4:]),
                        "-o", "made.gpkg", "--overwrite"])  # fmt: skip
        other.execute("ROLLBACK")
    assert code in (0, 6), capfd.readouterr().err
    assert cli.run(["-q", "history", "made.gpkg"]) == 0


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
def test_a_run_that_is_stopped_says_so_and_leaves_nothing(here: Path, sent: signal.Signals, code: int) -> None:
    # row 86
    before = digests(here)
    process = line("--progress", "json", *BY_PEOPLE[:4], *BY_PEOPLE[4:6], "--effort", "500", *BY_PEOPLE[8:])
    assert process.stderr is not None
    for said in process.stderr:
        if said.startswith("{"):
            break
    process.send_signal(sent)
    ended, _, err = done(process)
    assert ended == code, err
    assert digests(here) == before
    assert not list(here.glob(".gridkit-*"))


def test_a_reader_that_closes_early_is_no_fault(here: Path) -> None:  # row 87
    pipe = f"{shlex.quote(sys.executable)} -m gridkit layers --json | head -c 20; exit ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False)
    assert ended.returncode in (0, 141)
    assert not ended.stderr


def test_a_second_run_on_one_plan_waits_or_is_refused(here: Path, capfd: Any) -> None:  # row 88
    first = line(*BY_PEOPLE)
    second = line(*BY_PEOPLE)
    codes = sorted(done(each)[0] for each in (first, second))
    assert codes in ([0, 6], [6, 0][::-1])
    assert cli.run(["-q", "history", "plan.gpkg"]) == 0


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("a b", {}),
        ("网格 方案", {}),
        ("-rf", {}),
        ("x" * 200, {}),
        ("plain", {"TZ": "Asia/Kathmandu", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
        ("plain", {"TZ": "No/Such", "LANG": "xx_YY.nothing", "PYTHONIOENCODING": "gbk"}),
    ],
)
def test_odd_names_clocks_and_locales_work(here: Path, name: str, environment: dict[str, str]) -> None:  # row 89
    folder = here / name
    folder.mkdir()
    (here / "district.gpkg").rename(folder / "district.gpkg")
    words = swap(BY_PEOPLE, district_gpkg=f"{folder}/district.gpkg", plan_gpkg=f"{folder}/plan.gpkg")
    code, _, err = done(line(*words, **environment))
    assert code == 0, err
    assert (folder / "plan.gpkg").exists()


def test_a_server_that_is_down_is_told_with_the_way_round(here: Path, capfd: Any, monkeypatch: Any) -> None:  # row 90
    from gridkit.sources.osm import overpass

    def down(*_: object, **__: object) -> None:
        raise requests.ConnectionError("Connection refused")

    monkeypatch.setattr(requests.Session, "request", down)
    monkeypatch.setattr(overpass.time, "sleep", lambda _: None)
    code = cli.run(["--lang", "en", "fetch", "--bbox", "120.6,32.5,120.61,32.51", "-o", "a.osm"])
    said = capfd.readouterr().err
    assert code == 3, said
    assert re.search(r"\.osm|file", said)


# ---------------------------------------------------------------- jobs of many districts

BATCH = ("batch", "many.toml", "--districts", "district.gpkg:district:code", "-o", "all", "--json")
MANY = """
district = ""
units = "blocks.gpkg"
people = "blocks.gpkg:people"
accept = "all"
grids = 2
effort = 0.01
"""


@pytest.fixture
def many(here: Path) -> Path:
    """Return the ground with a project for each of its communities."""
    (here / "many.toml").write_text(MANY, encoding="utf-8")
    return here


def states(folder: Path) -> list[str]:
    """Return what the journal of a batch says, an event a line."""
    lines = (folder / "all" / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(each)["event"] for each in lines if each.endswith("}")]


def test_a_worker_without_memory_costs_its_district_alone(many: Path) -> None:  # row 79
    blocks(people=100).to_file(many / "blocks.gpkg")
    size = 60_000
    with rasterio.open(
        many / "huge.tif", "w", driver="GTiff", height=size, width=size, count=1, dtype="float64", crs="EPSG:4326",
        transform=Affine(2 * STEP / size, 0, WEST, 0, -2 * STEP / size, SOUTH + 2 * STEP), sparse_ok=True, tiled=True,
        BIGTIFF="YES",
    ):  # fmt: skip
        pass
    rows = ["id,district,people", "a,district.gpkg:district,blocks.gpkg:people", "b,district.gpkg:district,huge.tif"]
    (many / "rows.csv").write_text("\n".join(rows))
    limit = 4 << 30
    words = [*BATCH[:3], "rows.csv", *BATCH[4:], "--workers", "1"]
    code = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit})); "
    code += f"from gridkit import cli; raise SystemExit(cli.run({words!r}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=400)
    assert ended.returncode in (0, 7), ended.stderr
    assert "Traceback" not in ended.stderr
    assert "done" in states(many) or "made" in states(many)


def test_a_driver_that_is_killed_goes_on_where_it_was(many: Path) -> None:  # row 85
    process = line(*BATCH, "--workers", "1")
    journal = many / "all" / "journal.jsonl"
    while process.poll() is None and not (journal.exists() and {"done", "made"} & set(states(many))):
        time.sleep(0.05)
    process.kill()
    process.wait()
    finished = sum(each in ("done", "made") for each in states(many))
    code, out, err = done(line(*BATCH, "--workers", "1"))
    assert code == 0, err
    assert finished >= 1
    facts = json.loads(out.splitlines()[-1]) if out.strip().count("\n") < 2 else json.loads(out[out.rindex("\n{") :])
    assert sum(each in ("done", "made") for each in states(many)) == 4, facts


def test_a_scheduler_that_is_not_there_is_no_endless_wait(many: Path) -> None:  # row 92
    code, _, err = done(line(*BATCH, "--scheduler", "tcp://127.0.0.1:9"))
    assert code in (0, 2, 3, 7), err
    assert err.strip()


OF_THE_PROCESS = {78, 79, 80, 84, 85, 86, 87, 88, 89, 90, 92}


def test_every_row_of_the_matrix_is_here() -> None:
    assert {each.row for each in FAULTS} | OF_THE_PROCESS == set(range(1, 93))
