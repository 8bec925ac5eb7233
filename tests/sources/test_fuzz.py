"""A file that was damaged gives the same, a warning, or one clear line: never a crash, never an endless wait.

Small files of every reader are made, and bytes of them flipped, cut off, doubled or zeroed by a seeded draw. 318 of
them are tried here; ``GRIDKIT_FUZZ=5000`` tries so many, and says how they ended: with ``-s`` it lists by kind what
came out otherwise and was not said, and the slowest of each reader. ``GRIDKIT_FUZZ_KEEP=FOLDER`` keeps those files.
"""

from __future__ import annotations

import faulthandler
import gzip
import json
import os
import shutil
import time
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import rasterio
from rasterio.transform import Affine
from shapely.geometry import LineString, Point, box

from gridkit.errors import GridkitError
from gridkit.measure.work.layer import standards
from gridkit.sources import (
    contacts,
    districts,
    elevation,
    facilities,
    features,
    filled,
    form_ledger,
    holdings,
    incidents,
    labels,
    old_grids,
    registers,
    staff,
)
from gridkit.sources.files import graphs, inspect, vectors
from gridkit.sources.osm import extract
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = int(os.environ.get("GRIDKIT_FUZZ", "318"))
PATIENCE_S = 10.0
"""Of CPU: a busy machine makes no file slow to read."""
WAIT_S = 90
"""By the clock on the wall, after which the process ends and says where it stood: what sleeps takes no CPU."""
KEEP = os.environ.get("GRIDKIT_FUZZ_KEEP")
SEED = 20_261_128
LONGEST = 1_200
"""The characters of one clear line, a path of pytest's included."""

AREAS = gpd.GeoDataFrame(
    {"name": ["映杏社区", "柳舟社区"], "people": [14_000, 12_000]},
    geometry=[box(120.5, 32.5, 120.51, 32.51), box(120.51, 32.5, 120.52, 32.51)],
    crs=4326,
)
SPOTS = gpd.GeoDataFrame(
    {"id": [f"A{at}" for at in range(8)], "kind": ["噪音", "停车"] * 4},
    geometry=[Point(120.501 + 0.002 * at, 32.505) for at in range(8)],
    crs=4326,
)
ROWS = pd.DataFrame(SPOTS.drop(columns="geometry")).assign(lon=SPOTS.geometry.x, lat=SPOTS.geometry.y)
DISTRICT = districts.read(AREAS)[0]
PARENTS = districts.read(AREAS, parents="name")[0]
METRES = DISTRICT.crs


@dataclass(frozen=True)
class Reader:
    """A file of one format, made by ``make`` in a folder, and what reads it."""

    name: str
    make: Callable[[Path], Any]
    read: Callable[[Path], Any]


def drawn(driver: str, **options: Any) -> Callable[[Path], None]:
    return lambda path: pyogrio.write_dataframe(AREAS, path, driver=driver, **options)


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], Any]:
    return lambda path: path.write_bytes(content.encode(encoding))


def raster(path: Path) -> None:
    size = {"height": 8, "width": 8, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(
        path, "w", driver="GTiff", transform=Affine(0.0025, 0, 120.5, 0, -0.00125, 32.51), nodata=-9999, **size
    ) as file:
        file.write(np.arange(64, dtype="float32").reshape(8, 8), 1)


def extracted(path: Path) -> None:
    new = osmium.osm.mutable
    corners = [(120.501, 32.501), (120.515, 32.501), (120.515, 32.508), (120.501, 32.508)]
    with osmium.SimpleWriter(str(path)) as writer:
        for at, spot in enumerate(corners, 1):
            writer.add_node(new.Node(id=at, location=spot, version=1))
        writer.add_way(new.Way(id=1, nodes=[1, 2, 3, 4], tags={"highway": "residential", "name": "人民路"}, version=1))
        writer.add_way(new.Way(id=2, nodes=[1, 2, 3, 4, 1], tags={"building": "yes"}, version=1))
        writer.add_relation(
            new.Relation(
                id=1, members=[("w", 2, "outer")], tags={"type": "multipolygon", "landuse": "grass"}, version=1
            )
        )


def overpass(path: Path) -> None:
    way = {"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "residential"}}
    spots = [{"lat": 32.501, "lon": 120.501}, {"lat": 32.501, "lon": 120.515}]
    path.write_text(json.dumps({"version": 0.6, "osm3s": {}, "elements": [{**way, "geometry": spots}]}))


def zipped(path: Path) -> None:
    folder = path.parent / "parts"
    folder.mkdir(exist_ok=True)
    pyogrio.write_dataframe(AREAS, folder / "a.shp", driver="ESRI Shapefile", encoding="GBK")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, f"数据/{part.name}")


def arrow(path: Path) -> None:
    table = pa.table(AREAS.to_arrow(index=False))
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table)


def dxf(path: Path) -> None:
    ring = [(553_400, 3_603_200), (554_400, 3_603_200), (554_400, 3_604_200), (553_400, 3_604_200)]
    corners = "".join(f"10\n{x}\n20\n{y}\n" for x, y in ring)
    head = "0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\nA\n90\n4\n70\n1\n"
    path.write_text(f"{head}{corners}0\nENDSEC\n0\nEOF\n")


def gpx(path: Path) -> None:
    marks = "".join(f'<wpt lat="{spot.y}" lon="{spot.x}"><name>w</name></wpt>' for spot in SPOTS.geometry)
    path.write_text(f'<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">{marks}</gpx>')


def lines(path: Path) -> None:
    road = gpd.GeoDataFrame({"name": ["人民路"]}, geometry=[LineString([(120.5, 32.5), (120.52, 32.51)])], crs=4326)
    pyogrio.write_dataframe(road, path, driver="GPKG")


def as_points(path: Path) -> Any:
    return incidents.read(path, district=DISTRICT)[0]


def as_events(path: Path) -> Any:
    found = as_points(path)
    return found.assign(time=found["time"].astype(str)) if "time" in found else found


def as_people(path: Path) -> Any:
    people: Any = population.read(path, DISTRICT)[0]
    frame = pd.DataFrame(people.values)
    frame.attrs["notes"] = [note for account in people.accounts for note in account.notes]
    return frame


def as_district(path: Path) -> Any:
    return districts.read(path)[0]


def as_extract(path: Path) -> Any:
    return extract.read(path, district=DISTRICT).tables["roads"]


def table(**columns: Any) -> Callable[[Path], Any]:
    """Return what writes spots with further columns, as a workbook or text by the ending."""
    return rows(**{str(name): list(each) for name, each in ROWS.items()}, **columns)


def rows(**columns: Any) -> Callable[[Path], Any]:
    """Return what writes a table, as a workbook or text by the ending."""
    frame = pd.DataFrame(columns)
    return lambda path: frame.to_excel(path, index=False) if path.suffix == ".xlsx" else frame.to_csv(path, index=False)


def written(latitude: str, longitude: str) -> Callable[[Path], Any]:
    """Return what writes places in degrees, minutes and seconds."""
    return rows(id=["A1", "A2"], lat=[latitude] * 2, lon=[longitude.format(second) for second in (11, 24)])


def as_counts(path: Path) -> Any:
    return population.read(f"{path}:people", DISTRICT)[0]


def as_total_of_parts(path: Path) -> Any:
    return population.read(path, DISTRICT)[0]


def as_totals(path: Path) -> Any:
    return totals.read(path, PARENTS, reading=AS_IT_SAYS)


def as_heights(path: Path) -> Any:
    return pd.DataFrame(elevation.read(path, DISTRICT).values)


def as_roads(path: Path) -> Any:
    return features.read(path, "roads", crs=METRES, district=DISTRICT).tables["roads"]


def as_labels(path: Path) -> Any:
    found = labels.read(path)
    # What is no table of labels is read as grids with shapes, and whoever reads it so says why it is none.
    return old_grids.read(path)[0] if found is None else found.to_frame()


def as_buildings(path: Path) -> Any:
    return features.read(path, "buildings", crs=METRES, district=DISTRICT).tables["buildings"]


def as_water(path: Path) -> Any:
    return features.read(path, "water", crs=METRES, district=DISTRICT).tables["water"]


def as_staff(path: Path) -> Any:
    return staff.read(path)[0]


def as_facilities(path: Path) -> Any:
    return facilities.read(path, crs=METRES, district=DISTRICT)[0]


def as_forms(path: Path) -> Any:
    return form_ledger.read(path, standards("cn-social")[1].time)


def as_holding(path: Path) -> Any:
    return holdings.read(path, "civil", {}, crs=METRES, reading=AS_IT_SAYS, district=DISTRICT).rows


STREETS = [LineString([(120.5 + at / 100, 32.5), (120.51 + at / 100, 32.51)]) for at in (0, 0.5)]
LANES = gpd.GeoDataFrame(
    {"fclass": ["primary", "service"], "ONEWAY": ["F", "B"], "bridge": ["T", "F"], "tunnel": ["F", "F"],
     "maxspeed": [60, 0], "ref": ["G15", ""], "layer": [1, 0]},
    geometry=STREETS, crs=4326,
)  # fmt: skip
TAGGED = gpd.GeoDataFrame(
    {"highway": ["['primary', 'secondary']", "residential"], "other_tags": ['"oneway"=>"yes","bridge"=>"yes"', None]},
    geometry=STREETS, crs=4326,
)  # fmt: skip
HOUSES = gpd.GeoDataFrame(
    {"building": ["apartments", "school"], "building:levels": ["6", "1-2"], "height": ["18 m", ""],
     "用途": ["住宅", "学校"]},
    geometry=[box(120.501, 32.501, 120.502, 32.502), box(120.503, 32.501, 120.504, 32.502)], crs=4326,
)  # fmt: skip
DAYS = ["2024-03-05", "2025-01-31"]
MONTHLY = {"month": ("month",), "amount": ("hours",), "source": ("source",)}
GRAPH = """<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="string"/><key id="y" for="node" attr.name="y" attr.type="string"/>
<key id="h" for="edge" attr.name="highway" attr.type="string"/><graph edgedefault="directed">
<node id="1"><data key="x">120.5</data><data key="y">32.5</data></node>
<node id="2"><data key="x">120.52</data><data key="y">32.51</data></node>
<edge source="1" target="2"><data key="h">residential</data></edge></graph></graphml>
"""
HTML = f"<html><body>{ROWS.to_html(index=False)}</body></html>"
READERS = [
    Reader("a.geojson", text(AREAS.to_json()), as_district),
    Reader("seq.geojsonl", text("".join(f"\x1e{json.dumps(x)}\n" for x in AREAS.iterfeatures())), as_district),
    Reader("a.gpkg", drawn("GPKG"), as_district),
    Reader("lines.gpkg", lines, vectors.read),
    Reader("a.fgb", drawn("FlatGeobuf"), as_district),
    Reader("a.kml", drawn("LIBKML" if "LIBKML" in pyogrio.list_drivers() else "KML"), as_district),
    Reader("a.gml", drawn("GML"), as_district),
    Reader("a.mif", drawn("MapInfo File", encoding="UTF-8"), as_district),
    Reader("a.shp", drawn("ESRI Shapefile", encoding="UTF-8"), as_district),
    Reader("a.zip", zipped, as_district),
    Reader("a.dxf", dxf, lambda path: districts.read(path, crs="EPSG:4549")[0]),
    Reader("a.gpx", gpx, as_points),
    Reader("a.parquet", AREAS.to_parquet, as_district),
    Reader("a.arrow", arrow, as_district),
    Reader("a.feather", AREAS.to_feather, as_district),
    Reader("a.csv", lambda path: ROWS.to_csv(path, index=False, encoding="gbk"), as_points),
    Reader("a.csv.gz", lambda path: path.write_bytes(gzip.compress(ROWS.to_csv(index=False).encode())), as_points),
    Reader("a.txt", text(ROWS.to_csv(index=False, sep="\t"), "utf-16"), as_points),
    Reader("a.xlsx", lambda path: ROWS.to_excel(path, index=False), as_points),
    Reader("a.xls", text(HTML), as_points),
    Reader("table.parquet", ROWS.to_parquet, tables.read),
    Reader("a.tif", raster, as_people),
    Reader("a.osm", extracted, as_extract),
    Reader("a.osm.pbf", extracted, as_extract),
    Reader("a.osm.gz", extracted, as_extract),
    Reader("overpass.json", overpass, as_extract),
    Reader("people.csv", table(people=[120, 80] * 4), as_counts),
    Reader("totals.csv", rows(code=["a", "b"], name=["映杏社区", "柳舟社区"], people=["14,000", "1.2万"]), as_totals),
    Reader("heights.tif", raster, as_heights),
    Reader("roads.gpkg", lines, as_roads),
    Reader("graph.graphml", text(GRAPH), lambda path: graphs.read(path)[0]),
    Reader("services.xlsx", table(type=["clinic", "school"] * 4, beds=[3, 40] * 4), as_facilities),
    Reader("last_year.gpkg", drawn("GPKG"), lambda path: old_grids.read(path)[0]),
    Reader("net.geojson", text(AREAS.to_json()), lambda path: old_grids.read(f"{path}:name")[0]),
    Reader("labels.csv", rows(unit_id=["U1", "U2"], grid_id=["A", "B"]), as_labels),
    Reader("staff.xlsx", rows(grid_id=["A", "B"], post=["网格员", "民警"], hours=[8, 4], start=DAYS), as_staff),
    Reader("offices.csv", rows(grid=["A", "B"], phone=["0513-5555 1234", "110"], duty=["户籍", "巡逻"]), contacts.read),
    Reader("forms.csv", rows(form=["走访表", "月报"], every=["每周", "每月"], minutes=[15, 40]), as_forms),
    Reader("slips.csv", rows(grid=["A", "B"], box=["1", "2"], units=["3", ""], to=["B", ""], date=DAYS), filled.read),
    Reader("register.csv", rows(month=["2024-03", "2024-04"], hours=["1,200", "980"], source=["居民", "社工"]),
           lambda path: registers.read(path, MONTHLY, reading=AS_IT_SAYS, needed=("month",)).rows),
    Reader("moments.csv", table(受理时间=["2024年3月5日 下午3时20分", "2024年3月6日 上午9时"] * 4), as_events),
    Reader("clocks.csv", table(time=["05/03/2024 3:20 PM", "13/03/2024 11:05 AM"] * 4), as_events),
    Reader("zones_of_time.csv", table(time=["2024-03-05T15:20:00+08:00", "2024-03-06T01:00:00Z"] * 4), as_events),
    Reader("degrees.csv", written("32°30'18\"N", "120°30'{}\"E"), as_points),
    Reader("pairs.csv", rows(id=["A1", "A2"], 坐标=["32.505, 120.503", "32.505, 120.507"]), as_points),
    Reader("records.json", text(ROWS.to_json(orient="records", force_ascii=False)), as_points),
    Reader("lanes.geojson", text(LANES.to_json()), as_roads),
    Reader("tags.geojson", text(TAGGED.to_json()), as_roads),
    Reader("houses.geojson", text(HOUSES.to_json()), as_buildings),
    Reader("ponds.fgb", drawn("FlatGeobuf"), as_water),
    Reader("names.csv", rows(name=["映杏 社区", "柳舟"], 户数=["5,000", "4200户"], 人口=["1万", "9"]), as_totals),
    Reader("parts.csv", table(men=[60, 40] * 4, women=[60, 40] * 4), as_total_of_parts),
    Reader("holding.xlsx", table(idcard=["110101199003070030"] * 8, updated=["2024-03-05"] * 8), as_holding),
]  # fmt: skip


def damaged(data: bytes, draw: np.random.Generator) -> bytes:
    """Return some bytes with a few flipped, a piece cut off, doubled or zeroed, or the end gone."""
    held = bytearray(data)
    start, end = sorted(int(each) for each in draw.integers(0, len(held), 2))
    match draw.integers(0, 5):
        case 0:
            for at in draw.integers(0, len(held), draw.integers(1, 4)):
                held[at] ^= 1 << int(draw.integers(0, 8))
        case 1:
            del held[max(1, start) :]
        case 2:
            del held[start : start + min(end - start, 64)]
        case 3:
            held[start:start] = held[start : start + min(end - start, 64)]
        case _:
            held[start : start + min(end - start, 16)] = bytes(min(end - start, 16))
    return bytes(held)


def ended(reader: Reader, path: Path, whole: Any) -> str:
    """Return how reading ended: refused, warned, same, or another result without a word."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            inspect.look(path)
            found = reader.read(path)
        except GridkitError as error:
            return "refused" if 0 < len(str(error)) < LONGEST else "refused at length"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a CRS that JSON has no name for
        if len(found) == len(whole) and found.to_json() == whole.to_json():
            return "same"
    return "warned" if said or told(found) - told(whole) else f"other: {difference(found, whole)}"


def difference(found: Any, whole: Any) -> str:
    """Return in what kind of thing a result differs from that of the whole file."""
    if len(found) != len(whole):
        return "rows"
    if list(found.columns) != list(whole.columns):
        return "names of columns"
    if getattr(found, "crs", None) != getattr(whole, "crs", None):
        return "coordinates"  # so far away that another metric system is the district's
    if list(found.index) != list(whole.index):
        return "identifiers"
    kinds = {
        "coordinates" if each.dtype == "geometry" else "figures" if each.dtype.kind in "iufM" else "letters"
        for name, each in found.items()
        if not differs_in_nothing(each, whole[name])
    }
    return " and ".join(sorted(kinds)) or "a kind of column"


def differs_in_nothing(one: Any, other: Any) -> bool:
    """Return whether two columns hold the same."""
    return [str(each) for each in one] == [str(each) for each in other]


def told(frame: Any) -> set[str]:
    """Return what the reading of a table says of it: notes, and rows left out, in its account or beside it."""
    accounts = frame.attrs.get("accounts", ())
    lost = {f"{reason} {amount}" for each in accounts for reason, amount in each.lost.items()}
    return lost | {str(note) for each in accounts for note in each.notes} | set(map(str, frame.attrs.get("notes", ())))


@pytest.mark.parametrize("turn", range(len(READERS)), ids=[each.name for each in READERS])
def test_damage_is_survived(turn, tmp_path):
    reader = READERS[turn]
    path = tmp_path / reader.name
    reader.make(path)
    whole, data = reader.read(path), path.read_bytes()
    draw = np.random.default_rng([SEED, turn])
    ends: Counter[str] = Counter()
    slowest_s = 0.0
    for at in range(TRIES // len(READERS)):
        hurt = path.with_name(f"{at}-{reader.name}")
        for beside in path.parent.glob(f"{path.stem}.*"):
            if beside != path and beside.is_file():
                hurt.with_name(f"{hurt.name.removesuffix(path.suffix)}{beside.suffix}").write_bytes(beside.read_bytes())
        hurt.write_bytes(damaged(data, draw))
        began = time.process_time()
        faulthandler.dump_traceback_later(WAIT_S, exit=True)
        try:
            end = ended(reader, hurt, whole)
        except Exception as fault:
            fault.add_note(f"draw {at} of {reader.name}")
            raise
        finally:
            faulthandler.cancel_dump_traceback_later()
        ends[end] += 1
        slowest_s = max(slowest_s, time.process_time() - began)
        assert slowest_s < PATIENCE_S
        if KEEP is not None and end.startswith("other"):
            shutil.copy(hurt, Path(KEEP) / hurt.name)
        for each in hurt.parent.glob(f"{at}-*"):
            each.unlink()
    print(f"{reader.name}: {dict(ends)}, slowest {slowest_s:.2f} s of CPU")  # noqa: T201 - what `-s` is for
    assert ends.total() == TRIES // len(READERS)
    assert not ends["refused at length"]
