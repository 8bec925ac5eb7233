"""Readers of what offices bring in odd ways, taken as far as its first use: drawn by hand, merged, wide, in tiles."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import osmium
import pandas as pd
import pyogrio
import rasterio
from rasterio.transform import Affine
from shapely.geometry import Polygon, box
from worlds import offices

from gridkit.sources import contacts, districts, holdings, labels, nets, registers
from gridkit.sources.osm import extract
from gridkit.sources.people import population
from gridkit.sources.reading import AS_IT_SAYS
from readers.made import AREAS, DAYS, ROWS, rows, table, text
from readers.reader import Reader
from readers.taken import DISTRICT, METRES, as_events, as_points

if TYPE_CHECKING:
    from pathlib import Path

_EAST, _SLIP, _WIDE = 120.51, 2e-6, 1e-3
"""Where the two communities meet, how far one that is drawn by hand is off, in degrees, and how far is too far."""


# ------------------------------------------------------------------ areas
def drawn_by_hand(off: float) -> Any:
    """Return what writes communities whose common border was drawn twice, off by so much, crossing, with a hole."""
    west = Polygon([(120.5, 32.5), (_EAST + off, 32.5), (_EAST - off, 32.51), (120.5, 32.51)])
    east = Polygon([(_EAST, 32.5), (120.52, 32.5), (120.52, 32.51), (_EAST, 32.51)], [box(120.514, 32.504, 120.515, 32.505).exterior.coords])  # fmt: skip # noqa: E501
    return text(AREAS.set_geometry([west, east], crs=4326).to_json())


def as_parents(path: Path) -> Any:
    return districts.read(path, parents="name", keep="people")[0]


def as_net_of_units(path: Path) -> Any:
    """Read a net, and the net that the codes of its areas make once more."""
    name, source = nets.named(f"police={path}")
    net = nets.read(source, name, crs=METRES)[0]
    return nets.together([net, nets.of_units(net, "code", "again")]).reset_index(drop=True)


def in_mapinfo(path: Path) -> None:
    """Write areas as MapInfo's tables are, in GBK without saying so."""
    pyogrio.write_dataframe(AREAS, path, driver="MapInfo File", encoding="GBK")


def without_cpg(path: Path) -> None:
    pyogrio.write_dataframe(AREAS, path, driver="ESRI Shapefile", encoding="GBK")
    path.with_suffix(".cpg").unlink()


# ------------------------------------------------------------------ tables
def merged(path: Path) -> None:
    """Write a workbook with a title over its table, cells that hold for several rows, dates, and a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["某街道事件台账"])
    sheet.append([*ROWS, "受理日期", "处置部门"])
    for at, row in enumerate(ROWS.to_numpy().tolist()):
        sheet.append([*row, pd.Timestamp(DAYS[at % 2]).to_pydatetime(), "城管" if at in (0, 4) else None])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=6)
    sheet.merge_cells(start_row=3, end_row=6, start_column=6, end_column=6)
    sheet.merge_cells(start_row=7, end_row=10, start_column=6, end_column=6)
    book.create_sheet("说明").append(["填表说明"])
    book.save(path)


def in_form(form: str) -> Any:
    """Return what writes the rows in a form of offices."""
    cells = [[*ROWS], *ROWS.to_numpy().tolist()]
    return lambda path: (offices.FORMS | offices.ODD)[form](cells, path.parent / "table").rename(path)


WIDE = {"month": ("month",), "amount": ("amount",), "person": ("person",)}


def as_wide(path: Path) -> Any:
    """Read hours with a column for each month, as texts, days and numbers."""
    read = registers.read(path, WIDE, reading=AS_IT_SAYS, needed=("person", "amount"), wide=("month", "amount", None))
    gone = read.rows["amount"].isna().to_numpy()
    read = read.without(gone, "blank") if gone.any() else read
    made = pd.DataFrame({"who": read.texts("person"), "amount": read.numbers("amount"), "day": read.days("month")})
    made.attrs["accounts"] = (read.account("hours"),)
    return made.assign(day=made["day"].astype(str))


def as_fields(path: Path) -> Any:
    """Read a department's table, and what each of its fields holds."""
    held = holdings.read(path, "civil", {"community": ("社区",)}, crs=METRES, reading=AS_IT_SAYS, district=DISTRICT)
    made = pd.concat([holdings.fields(each) for each in holdings.apart([held, held], ["a", "b"])], ignore_index=True)
    made.attrs["accounts"] = (held.account(len(held.rows), {}),)
    return made


def as_contacts(path: Path) -> Any:
    return contacts.by_grid(contacts.read(path), pd.Index(["A", "B"]), [("p", "映杏社区"), ("q", "柳舟社区")])


def as_numbered(path: Path) -> Any:
    from gridkit.sources.tables import read

    return pd.DataFrame(labels.numbered(read.read(path), path))


# ------------------------------------------------------------------ rasters
def tile(path: Path, west: float) -> Path:
    size = {"height": 8, "width": 4, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": -9999}
    with rasterio.open(path, "w", driver="GTiff", transform=Affine(0.0025, 0, west, 0, -0.00125, 32.51), **size) as to:
        to.write(np.arange(32, dtype="float32").reshape(8, 4), 1)
    return path


def tiles(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for at, west in enumerate((120.5, 120.51)):
            archive.write(tile(path.parent / f"tile{at}.tif", west), f"tile{at}.tif")


def folder_of_tiles(path: Path) -> None:
    """Write one tile, which is damaged, beside another, which is not."""
    tile(path, 120.5)


def as_tiles(path: Path) -> Any:
    beside = path.parent / "tiles"
    beside.mkdir(exist_ok=True)
    tile(beside / "east.tif", 120.51)
    (beside / "west.tif").write_bytes(path.read_bytes())
    return as_raster(beside)


def as_raster(path: Path) -> Any:
    found: Any = population.read(path, DISTRICT)[0]
    frame = pd.DataFrame(found.values)
    frame.attrs["notes"] = [note for account in found.accounts for note in account.notes]
    return frame


# ------------------------------------------------------------------ OpenStreetMap
_CORNERS = [(120.501, 32.501), (120.515, 32.501), (120.515, 32.508), (120.501, 32.508), (120.508, 32.504)]


def town(path: Path) -> None:
    """Write what extracts are full of: doors, places, one-way streets, shores, broken areas, ways through nothing."""
    new = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for at, spot in enumerate(_CORNERS, 1):
            tags = {3: {"entrance": "staircase"}, 4: {"amenity": "clinic", "name": "卫生站"}}.get(at, {})
            writer.add_node(new.Node(id=at, location=spot, version=1, tags=tags))
        for number, nodes, tags in (
            (1, [1, 5, 3], {"highway": "primary", "oneway": "-1", "maxspeed": "30 mph", "lanes": "2"}),
            (2, [1, 2, 3, 4, 1], {"building": "apartments", "building:levels": "6"}),
            (3, [1, 2, 99], {"waterway": "river", "tunnel": "culvert"}),
            (4, [2, 3], {"natural": "coastline"}),
            (5, [98, 97], {"highway": "planned"}),
            (6, [4, 5], {"railway": "subway", "layer": "-1"}),
            (7, [1, 2], {}),
        ):
            writer.add_way(new.Way(id=number, nodes=nodes, tags=tags, version=1))
        for number, members, tags in (
            (1, [("w", 2, "outer"), ("w", 4, "inner")], {"type": "multipolygon", "landuse": "residential"}),
            (2, [("w", 7, "outer")], {"type": "multipolygon", "natural": "water", "water": "river"}),
            (3, [("w", 2, "outline")], {"type": "building", "building": "yes"}),
        ):
            writer.add_relation(new.Relation(id=number, members=members, tags=tags, version=1))


CHANGE = """<?xml version="1.0"?><osmChange version="0.6">
<create><node id="1" version="1" lat="32.501" lon="120.501"/>
<node id="2" version="1" lat="32.502" lon="120.515"/></create>
<modify><node id="2" version="2" lat="32.508" lon="120.515"><tag k="amenity" v="clinic"/></node>
<way id="1" version="2"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
<relation id="1" version="1"><member type="way" ref="1" role="outer"/><tag k="type" v="multipolygon"/></relation>
</modify>
<delete><node id="3" version="4"/></delete></osmChange>
"""
ANSWER = """{"version": 0.6, "elements": [
{"type": "node", "id": 1, "lat": 32.501, "lon": 120.501, "tags": {"amenity": "school", "name": "小学"}},
{"type": "way", "id": 1, "nodes": [1, 2], "tags": {"highway": "service"}},
{"type": "node", "id": 2, "lat": 32.508, "lon": 120.515},
{"type": "relation", "id": 1, "tags": {"type": "multipolygon", "leisure": "park"}, "members": [
{"type": "way", "ref": 5, "role": "outer", "geometry": [{"lat": 32.502, "lon": 120.502},
{"lat": 32.502, "lon": 120.51}, {"lat": 32.507, "lon": 120.51}, {"lat": 32.502, "lon": 120.502}]}]}]}
"""


def as_town(path: Path) -> Any:
    """Read every table of an extract; its metric system is its own."""
    found = extract.read(path)
    made = [frame.assign(of=name) for name, frame in found.tables.items() if len(frame)]
    whole = gpd.GeoDataFrame(pd.concat(made), crs=found.crs) if made else gpd.GeoDataFrame(geometry=[], crs=found.crs)
    whole.attrs["accounts"] = found.accounts
    return whole


READERS = [
    Reader("by_hand.geojson", drawn_by_hand(_SLIP), as_parents),
    Reader("too_far.geojson", drawn_by_hand(_WIDE), as_parents, asks=True),
    Reader("net_of_units.geojson", text(AREAS.rename(columns={"name": "code"}).to_json()), as_net_of_units),
    Reader("a.tab", in_mapinfo, lambda path: districts.read(path)[0]),
    Reader("gbk.shp", without_cpg, lambda path: districts.read(path)[0]),
    Reader("merged.xlsx", merged, as_events),
    Reader("lists.json", in_form("json of lists"), as_points),
    Reader("answer.json", in_form("json of records"), as_points),
    Reader("rows.dbf", in_form("dbf"), as_points),
    Reader("rows.ods", in_form("ods"), as_points),
    Reader("hidden.xlsx", in_form("xlsx beside a hidden sheet"), as_points),
    Reader("hours.csv",
           rows(person=["甲", "乙"], **{"2024-03": ["1,200", ""], "2024-04": ["8", "7.5"], "2024-05": ["8", "9"]}),
           as_wide),
    Reader("fields.csv",
           table(社区=["映杏社区"] * 8, 电话=["13800138000"] * 8, 是否=["是", "否"] * 4, updated=DAYS * 4), as_fields),
    Reader("undated.csv",
           rows(社区=["映杏社区"] * 4, updated=[*DAYS, "不详", "2024-13-41"], lon=["x"] * 4, lat=[""] * 4), as_fields),
    Reader("whom.csv", rows(grid=["A", "", ""], 社区=["", "映杏社区", ""], phone=["0513-5555 1234", "110", "119"]),
           as_contacts),
    Reader("numbered.csv", rows(unit_id=["U1", "U2"], people=[3, 4]), as_numbered),
    Reader("tiles.zip", tiles, as_raster),
    Reader("west.tif", folder_of_tiles, as_tiles),
    Reader("town.osm", town, as_town),
    Reader("town.osm.pbf", town, as_town),
    Reader("town.osm.gz", town, as_town),
    Reader("change.osc", text(CHANGE), as_town),
    Reader("elements.json", text(ANSWER), as_town),
]  # fmt: skip
