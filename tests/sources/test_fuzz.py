"""A file that was damaged gives the same, a warning, or one clear line: never a crash, never an endless wait.

Small files of every reader are made, and bytes of them flipped, cut off, doubled or zeroed by a seeded draw. 336 of
them are tried here; ``GRIDKIT_FUZZ=5000`` tries so many, and says how they ended: with ``-s`` it lists by kind what
came out otherwise and was not said, and the slowest of each reader. ``GRIDKIT_FUZZ_KEEP=FOLDER`` keeps those files;
``GRIDKIT_FUZZ_WAIT=600`` waits so many seconds for a file, where many processes share the machine.
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
from shapely.geometry import LineString, Point, box, mapping
from worlds import providers

from gridkit.catalog.emergencies import emergencies
from gridkit.catalog.presets import presets
from gridkit.errors import GridkitError
from gridkit.measure.work.layer import standards
from gridkit.sources import (
    ballots,
    contacts,
    districts,
    elevation,
    facilities,
    features,
    filled,
    form_ledger,
    holdings,
    household_classes,
    incidents,
    labels,
    nested,
    nets,
    old_grids,
    registers,
    staff,
    windows,
    zones,
)
from gridkit.sources.coordinates import control_points
from gridkit.sources.files import graphs, inspect, vectors
from gridkit.sources.osm import extract
from gridkit.sources.people import population, totals
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import read as tables

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = int(os.environ.get("GRIDKIT_FUZZ", "336"))
PATIENCE_S = 10.0
"""Of CPU: a busy machine makes no file slow to read."""
WAIT_S = float(os.environ.get("GRIDKIT_FUZZ_WAIT", "90"))
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
METRIC = SPOTS.geometry.to_crs("EPSG:4549")
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


UNITS = gpd.GeoDataFrame(
    {"grid_id": ["A", "A", "B"], "parent": ["p", "p", "q"]},
    geometry=[box(120.5 + at / 100, 32.5, 120.51 + at / 100, 32.51) for at in range(3)],
    index=pd.Index(["U1", "U2", "U3"], name="unit_id"), crs=4326,
).to_crs(METRES)  # fmt: skip
PLACES = {"unit": UNITS.geometry, "grid": UNITS.dissolve("grid_id").geometry}


def as_zones(path: Path) -> Any:
    return zones.read(path, emergencies()["epidemic"], PLACES, crs=METRES)[0]


def as_windows(path: Path) -> Any:
    return windows.read(path, UNITS, PLACES)


def as_classes(path: Path) -> Any:
    weights = pd.Series(10.0, index=UNITS.index)
    return household_classes.read(path, presets()["cn-social"].workload, UNITS, weights, {"p": ["映杏社区"]})


def as_ballots(path: Path) -> Any:
    found = ballots.read(path)
    return found.projects.assign(ballots=found.count)


def as_net(path: Path) -> Any:
    return nets.read(path, "police", crs=METRES)[0]


def as_tie(path: Path) -> Any:
    return control_points.read(path, crs=METRES).residuals_m.to_frame("residual")


def as_feature(table: str) -> Callable[[Path], Any]:
    """Return what reads a table of features where the providers' made-up files lie."""
    square = gpd.GeoDataFrame({"name": ["Q"]}, geometry=[providers.SQUARE], crs=4326)
    district = districts.read(square)[0]
    return lambda path: features.read(path, table, crs=district.crs, district=district).tables[table]


def provided(make: Callable[[Path], Path]) -> Callable[[Path], Any]:
    """Return what makes a provider's file under another name."""
    return lambda path: shutil.move(make(path.parent), path)


def nested_text(make: Callable[[Path], Path]) -> Callable[[Path], Any]:
    """Return what writes a provider's nested columns as GeoJSON."""

    def write(path: Path) -> None:
        frame = gpd.read_parquet(make(path.parent))
        plain = {
            name: [None if cell is None else nested.structure(cell) for cell in frame[name]]
            for name in frame.columns.drop(frame.geometry.name)
        }
        made = [
            {
                "type": "Feature",
                "geometry": mapping(shape),
                "properties": {name: json.loads(json.dumps(column[at], default=str)) for name, column in plain.items()},
            }
            for at, shape in enumerate(frame.geometry)
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": made}))

    return write


def logs(path: Path) -> None:
    raster(path)
    with rasterio.open(path, "r+") as file:
        file.write(np.log1p(np.arange(64)).reshape(8, 8).astype("float32"), 1)
        file.scales, file.offsets = (2.0,), (1.0,)


def whole_numbers(path: Path) -> None:
    size = {"height": 8, "width": 8, "count": 1, "dtype": "uint16", "crs": "EPSG:4326", "nodata": 65_535}
    with rasterio.open(
        path, "w", driver="GTiff", transform=Affine(0.0025, 0, 120.5, 0, -0.00125, 32.51), compress="deflate", **size
    ) as file:
        file.write(np.arange(64, dtype="uint16").reshape(8, 8), 1)


def as_metres(path: Path) -> Any:
    return incidents.read(path, district=DISTRICT, reading=Reading(crs="EPSG:4549"))[0]


def as_people_of_areas(path: Path) -> Any:
    return population.read(f"{path}:people", DISTRICT)[0]


def as_houses_of_people(path: Path) -> Any:
    return population.read(path, DISTRICT, counts="households", reading=Reading(suppressed="mean"))[0]


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
ZONED = AREAS.assign(类别=["封控区", "防范区"], 开始日期=["2027-01-01", "2027/1/2"], 电话=["0513-1", ""])
BALLOTS = """META
key;value
date_end;19.09.2026
PROJECTS
project_id;cost;votes;name;selected
A/1;100;2;Benches;1
A/2;200;1;"Trees; and more";0
VOTES
voter_id;vote;sex
1;A/1,A/2;F
2;A/1;M
"""
_CELLS = [
    "".join(f"<Cell><Data ss:Type='String'>{cell}</Data></Cell>" for cell in row)
    for row in [[*ROWS], *ROWS.to_numpy().tolist()]
]
FOOTED = '某街道统计表\n社区,人口（人）\n映杏社区,"14,000"\n柳舟社区,12000\n合计,26000\n注：2024年末\n'
SHEET_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:'
    'spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
    f"{''.join(f'<Row>{row}</Row>' for row in _CELLS)}</Table></Worksheet></Workbook>"
)
TOPOLOGY = {
    "type": "Topology",
    "objects": {"a": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "properties": {"name": "映杏社区"}, "arcs": [[0]]}]}},
    "arcs": [[[120.5, 32.5], [120.51, 32.5], [120.51, 32.51], [120.5, 32.51], [120.5, 32.5]]],
}  # fmt: skip
ESRI = {
    "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4326},
    "fields": [{"name": "name", "type": "esriFieldTypeString"}],
    "features": [{"attributes": {"name": "映杏社区"}, "geometry": {"rings": [
        [[120.5, 32.5], [120.5, 32.51], [120.51, 32.51], [120.51, 32.5], [120.5, 32.5]]]}}],
}  # fmt: skip
GRAPH = """<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="string"/><key id="y" for="node" attr.name="y" attr.type="string"/>
<key id="h" for="edge" attr.name="highway" attr.type="string"/><graph edgedefault="directed">
<node id="1"><data key="x">120.5</data><data key="y">32.5</data></node>
<node id="2"><data key="x">120.52</data><data key="y">32.51</data></node>
<edge source="1" target="2"><data key="h">residential</data></edge></graph></graphml>
"""
HTML = f"<html><body>{ROWS.to_html(index=False)}</body></html>"
ARCHIVED = (
    'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\n'
    f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{HTML}\n--b--\n"
)
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
    Reader("zones.geojson", text(ZONED.to_json()), as_zones),
    Reader("zones.csv", rows(zone=["甲", "甲", "乙"], 类别=["封控区", "封控区", "防范区"], unit_id=["U1", "U2", "U3"],
           开始日期=["2027年1月1日"] * 3), as_zones),
    Reader("hours.xlsx", rows(unit_id=["U1", "U2"], start=["8:30", "9时"], end=["18:00", "17:30"]), as_windows),
    Reader("classes.csv", rows(网格=["A", "B"], 困难户=["8", "1,200"], 空巢老人户=["4", "3户"]), as_classes),
    Reader("kinds.xlsx", rows(社区=["映杏社区", "p"], 类别=["低保户", "出租户"], 户数=["8", "4"]), as_classes),
    Reader("town.pb", text(BALLOTS), as_ballots),
    Reader("police.gpkg", drawn("GPKG"), as_net),
    Reader("beats.kml", drawn("LIBKML" if "LIBKML" in pyogrio.list_drivers() else "KML"), as_net),
    Reader("tie.csv", rows(x=[0, 1000, 0, 1000], y=[0, 0, 1000, 1000], lon=[120.5, 120.5106, 120.5, 120.5106],
           lat=[32.5, 32.5, 32.509, 32.509]), as_tie),
    Reader("divisions.parquet", provided(providers.overture_division_areas), as_district),
    Reader("segments.parquet", provided(providers.overture_segments), as_feature("roads")),
    Reader("rooms.parquet", provided(providers.overture_buildings), as_feature("buildings")),
    Reader("spots.parquet", provided(providers.overture_places), as_feature("places")),
    Reader("segments.geojson", nested_text(providers.overture_segments), as_feature("roads")),
    Reader("spots.geojson", nested_text(providers.overture_places), as_feature("places")),
    Reader("areas.geojson", text(AREAS.to_json()), as_people_of_areas),
    Reader("hidden.csv", rows(id=[*"abcd"], lon=[120.503, 120.507, 120.511, 120.515], lat=[32.505] * 4,
           户数=["120", "<5", "*", "80户"], age_0_14=[3, 4, 5, 6]), as_houses_of_people),
    Reader("sheet2003.xls", text(SHEET_2003), as_points),
    Reader("page.mht", text(ARCHIVED), as_points),
    Reader("outline.topojson", text(json.dumps(TOPOLOGY)), as_district),
    Reader("outline.json", text(json.dumps(ESRI)), as_district),
    Reader("logs.tif", logs, as_people),
    Reader("whole.tif", whole_numbers, as_people),
    Reader("track.geojson", text(SPOTS.assign(time="1709600000000").to_json()), as_events),
    Reader("metres.csv", rows(id=[*SPOTS["id"]], x=[*METRIC.x.round(1)], y=[*METRIC.y.round(1)]), as_metres),
    Reader("shapes.csv", rows(name=["a", "b"], wkt=[each.wkt for each in AREAS.geometry]), as_district),
    Reader("hex.csv", rows(id=["A1", "A2"], geom=[each.wkb_hex for each in SPOTS.geometry[:2]]), as_points),
    Reader("cells.csv", rows(id=["A1", "A2"], point=['{"type": "Point", "coordinates": [120.503, 32.505]}'] * 2),
           as_points),
    Reader("updates.csv", rows(id=["A1", "A1", "A2"], time=[*DAYS, DAYS[0]], updated=[*DAYS, DAYS[1]],
           lon=[120.503] * 3, lat=[32.505] * 3, status=["open", "closed", "open"]), as_events),
    Reader("footer.csv", text(FOOTED), as_totals),
    Reader("serials.xlsx", table(time=[45_356.5, 45_357.25] * 4), as_events),
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
        # Under its own name: rows without a number of their own are numbered by it.
        hurt = tmp_path / f"{at}" / reader.name
        hurt.parent.mkdir()
        for beside in tmp_path.glob(f"{path.stem}.*"):
            if beside != path and beside.is_file():
                shutil.copy(beside, hurt.parent)
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
            shutil.copy(hurt, Path(KEEP) / f"{at}-{hurt.name}")
        shutil.rmtree(hurt.parent)
    print(f"{reader.name}: {dict(ends)}, slowest {slowest_s:.2f} s of CPU")  # noqa: T201 - what `-s` is for
    assert ends.total() == TRIES // len(READERS)
    assert not ends["refused at length"]
