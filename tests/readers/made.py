"""Small files of every form that is read, as offices and providers write them: what makes each in a folder."""

from __future__ import annotations

import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyarrow as pa
import pyogrio
import rasterio
from rasterio.transform import Affine
from shapely.geometry import LineString, Point, box, mapping

from gridkit.sources import nested

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
