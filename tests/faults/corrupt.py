"""Faults B: files that were damaged, cut off or lost a part."""

from __future__ import annotations

import shutil
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from faults.ground import BY_PEOPLE, LAYER, SPLIT, cases, district, fault, raster, streets, swap

if TYPE_CHECKING:
    from pathlib import Path


def cut(path: Path, share: float) -> None:
    """Cut the end of a file off."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


@fault(13, "a GeoPackage cut off", 3, r"cut off: 14 of \d+ pages", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _cut_gpkg(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    cut(at / "a.gpkg", 0.6)


@fault(14, "a journal of a crash", 0, "a.gpkg-journal lies beside it", swap(BY_PEOPLE, district_gpkg="a.gpkg"))
def _journal(at: Path) -> None:
    shutil.copy(at / "district.gpkg", at / "a.gpkg")
    (at / "a.gpkg-journal").write_bytes(b"\0" * 512)


@fault(15, "GeoJSON cut off", 3, r"line \d+", swap(BY_PEOPLE, district_gpkg="a.geojson"))
def _cut_json(at: Path) -> None:
    district().to_file(at / "a.geojson")
    cut(at / "a.geojson", 0.7)


@fault(16, "FlatGeobuf cut in its header", 3, "cut off", swap(BY_PEOPLE, district_gpkg="a.fgb"))
def _cut_fgb(at: Path) -> None:
    district().to_file(at / "a.fgb", driver="FlatGeobuf")
    cut(at / "a.fgb", 0.3)


@fault(17, "GeoParquet cut off", 3, "a.parquet: cannot be read", swap(BY_PEOPLE, district_gpkg="a.parquet"))
def _cut_parquet(at: Path) -> None:
    district().to_parquet(at / "a.parquet")
    cut(at / "a.parquet", 0.7)


@fault(
    18,
    "a GeoTIFF cut off",
    3,
    r"a\.tif: is cut off .* band 1, at row \d+, column 0",
    [*SPLIT, "--people", "a.tif", "--target", "200"],
)
def _cut_tif(at: Path) -> None:
    raster(at / "a.tif", np.ones((600, 600), "float32"))
    cut(at / "a.tif", 0.5)


@fault(
    19,
    "an extract cut within a block",
    3,
    r"a\.osm\.pbf: is cut off or damaged: its block at byte \d+",
    [*SPLIT, "--osm", "a.osm.pbf", "--by", "area_m2", "--target", "400000"],
)
def _cut_pbf(at: Path) -> None:
    streets(at / "a.osm.pbf")
    cut(at / "a.osm.pbf", 0.8)


@fault(
    20,
    "an extract cut at the edge of a block",
    0,
    "there is no way in it",
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
    r"5 of 10 ways lack nodes",
    [*SPLIT, "--osm", "a.osm.pbf", "--by", "area_m2", "--target", "400000"],
)
def _clipped(at: Path) -> None:
    streets(at / "a.osm.pbf", clipped=True)


def shapefile(at: Path, encoding: str = "utf-8", **columns: Any) -> None:
    """Write the district as a shapefile."""
    district(**columns).to_file(at / "a.shp", encoding=encoding)


@fault(22, "no .shx", 3, "SHAPE_RESTORE_SHX", swap(BY_PEOPLE, district_gpkg="a.shp"))
def _no_shx(at: Path) -> None:
    shapefile(at)
    (at / "a.shx").unlink()


@fault(23, "no .dbf", 4, "its .dbf with the columns is missing", swap(BY_PEOPLE, district_gpkg="a.shp"))
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


@fault(26, "a .cpg that lies", 0, "its .cpg says 'UTF-8', its text reads as gb18030", ["inspect", "a.shp"])
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


@fault(27, "a table in Big5", 4, "gb18030 .* and big5 .*--encoding", LAYER)
def _big5(at: Path) -> None:
    (at / "cases.csv").write_bytes(cases(社區=["國民住宅"] * 12).to_csv(index=False).encode("big5"))


@fault(28, "a mark of order in UTF-8", 0, r"cases.csv +incidents +12 rows +12 rows", LAYER)
def _mark(at: Path) -> None:
    (at / "cases.csv").write_bytes(cases().to_csv(index=False).encode("utf-8-sig"))


@fault(
    29, "bits flipped in an input after the plan was made", 9, r"blocks.gpkg +units +changed", ["verify", "made.gpkg"]
)
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


@fault(30, "an open quote", 4, "a quote is left open in line 4", LAYER)
def _quote(at: Path) -> None:
    rows = cases().to_csv(index=False).splitlines()
    rows[3] = '"' + rows[3]
    (at / "cases.csv").write_text("\n".join(rows))


@fault(30, "zero bytes", 4, "line 5 holds a NUL byte", LAYER)
def _zeros(at: Path) -> None:
    rows = cases().to_csv(index=False).replace("K3", "K\0\0")
    (at / "cases.csv").write_text(rows)
