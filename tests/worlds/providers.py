"""Small files in the schema of what providers hand out: Overture, WorldPop, GHS, Meta, GRID3, Google, Microsoft.

A made-up quarter of Lagos, half a degree of nothing round it. Columns and types are those of the providers' own
documentation: https://docs.overturemaps.org/schema/ (release 2026-01), https://hub.worldpop.org (R2025A),
https://human-settlement.emergency.copernicus.eu (GHS-POP R2023A), https://data.humdata.org (Meta's high resolution
settlement layer), https://grid3.org (settlement extents 3.1), https://sites.research.google/gr/open-buildings (v3) and
https://github.com/microsoft/GlobalMLBuildingFootprints.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
import shapely
from pyproj import CRS, Transformer
from rasterio.transform import Affine
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WEST, SOUTH, SIZE = 3.380, 6.450, 0.020
SQUARE = box(WEST, SOUTH, WEST + SIZE, SOUTH + SIZE)
"""The quarter: 2.2 km each way."""

BLOCKS = 4
STEP = SIZE / BLOCKS
HOUSES = [
    box(x, y, x + 0.0002, y + 0.0001)
    for x in np.arange(WEST + 0.001, WEST + SIZE, 0.0025).round(6)
    for y in np.arange(SOUTH + 0.001, SOUTH + SIZE, 0.0025).round(6)
]
"""Sixty-four houses of 22 by 11 metres."""


# ---------------------------------------------------------------- Overture


_NAMES = pa.struct(
    [
        ("primary", pa.string()),
        ("common", pa.map_(pa.string(), pa.string())),
        ("rules", pa.list_(pa.struct([
            ("variant", pa.string()), ("language", pa.string()),
            ("perspectives", pa.struct([("mode", pa.string()), ("countries", pa.list_(pa.string()))])),
            ("value", pa.string()), ("between", pa.list_(pa.float64())), ("side", pa.string()),
        ]))),
    ]
)  # fmt: skip
_SOURCES = pa.list_(
    pa.struct(
        [
            ("property", pa.string()), ("dataset", pa.string()), ("license", pa.string()), ("record_id", pa.string()),
            ("update_time", pa.string()), ("confidence", pa.float64()), ("between", pa.list_(pa.float64())),
        ]
    )
)  # fmt: skip
_BBOX = pa.struct([(side, pa.float32()) for side in ("xmin", "xmax", "ymin", "ymax")])
_BETWEEN = pa.list_(pa.float64())
_WHEN = pa.struct(
    [
        ("during", pa.string()), ("heading", pa.string()), ("using", pa.list_(pa.string())),
        ("recognized", pa.list_(pa.string())), ("mode", pa.list_(pa.string())),
        ("vehicle", pa.list_(pa.struct([("dimension", pa.string()), ("comparison", pa.string()),
                                        ("value", pa.float64()), ("unit", pa.string())]))),
    ]
)  # fmt: skip
_SPEED = pa.struct([("value", pa.int32()), ("unit", pa.string())])
_FLAGS = pa.list_(pa.struct([("values", pa.list_(pa.string())), ("between", _BETWEEN)]))
_VALUES = pa.list_(pa.struct([("value", pa.string()), ("between", _BETWEEN)]))
_BUILDING: dict[str, pa.DataType] = {
    "subtype": pa.string(), "class": pa.string(), "level": pa.int32(), "names": _NAMES, "has_parts": pa.bool_(),
    "height": pa.float64(), "is_underground": pa.bool_(), "num_floors": pa.int32(),
    "num_floors_underground": pa.int32(), "min_height": pa.float64(), "min_floor": pa.int32(),
    "facade_color": pa.string(), "facade_material": pa.string(), "roof_material": pa.string(),
    "roof_shape": pa.string(), "roof_direction": pa.float64(), "roof_orientation": pa.string(),
    "roof_color": pa.string(), "roof_height": pa.float64(),
}  # fmt: skip
_SEGMENT: dict[str, pa.DataType] = {
    "subtype": pa.string(), "class": pa.string(), "names": _NAMES,
    "connectors": pa.list_(pa.struct([("connector_id", pa.string()), ("at", pa.float64())])),
    "routes": pa.list_(pa.struct([("name", pa.string()), ("network", pa.string()), ("ref", pa.string()),
                                  ("symbol", pa.string()), ("wikidata", pa.string()), ("between", _BETWEEN)])),
    "subclass_rules": _VALUES,
    "access_restrictions": pa.list_(pa.struct([("access_type", pa.string()), ("when", _WHEN), ("between", _BETWEEN)])),
    "level_rules": pa.list_(pa.struct([("value", pa.int32()), ("between", _BETWEEN)])),
    "road_surface": _VALUES, "road_flags": _FLAGS, "rail_flags": _FLAGS,
    "speed_limits": pa.list_(pa.struct([("min_speed", _SPEED), ("max_speed", _SPEED), ("is_max_speed_variable",
                                        pa.bool_()), ("when", _WHEN), ("between", _BETWEEN)])),
    "width_rules": pa.list_(pa.struct([("value", pa.float64()), ("between", _BETWEEN)])), "subclass": pa.string(),
}  # fmt: skip
_PLACE: dict[str, pa.DataType] = {
    "names": _NAMES, "categories": pa.struct([("primary", pa.string()), ("alternate", pa.list_(pa.string()))]),
    "basic_category": pa.string(),
    "taxonomy": pa.struct([("primary", pa.string()), ("hierarchy", pa.list_(pa.string())),
                           ("alternates", pa.list_(pa.string()))]),
    "confidence": pa.float64(), "operating_status": pa.string(), "websites": pa.list_(pa.string()),
    "socials": pa.list_(pa.string()), "emails": pa.list_(pa.string()), "phones": pa.list_(pa.string()),
    "brand": pa.struct([("wikidata", pa.string()), ("names", _NAMES)]),
    "addresses": pa.list_(pa.struct([("freeform", pa.string()), ("locality", pa.string()), ("postcode", pa.string()),
                                     ("region", pa.string()), ("country", pa.string())])),
}  # fmt: skip
_LEVELS = pa.list_(pa.list_(pa.struct([("division_id", pa.string()), ("subtype", pa.string()), ("name", pa.string())])))
_DIVISION: dict[str, pa.DataType] = {
    "country": pa.string(), "hierarchies": _LEVELS, "parent_division_id": pa.string(), "region": pa.string(),
    "admin_level": pa.int32(), "class": pa.string(), "local_type": pa.map_(pa.string(), pa.string()), "names": _NAMES,
    "wikidata": pa.string(), "population": pa.int32(), "subtype": pa.string(), "capital_division_ids":
    pa.list_(pa.string()), "norms": pa.struct([("driving_side", pa.string())]), "cartography":
    pa.struct([("prominence", pa.int32()), ("min_zoom", pa.int32()), ("max_zoom", pa.int32()),
               ("sort_key", pa.int32())]),
}  # fmt: skip
_DIVISION_AREA: dict[str, pa.DataType] = {
    "country": pa.string(), "subtype": pa.string(), "admin_level": pa.int32(), "class": pa.string(), "names": _NAMES,
    "is_land": pa.bool_(), "is_territorial": pa.bool_(), "region": pa.string(), "division_id": pa.string(),
}  # fmt: skip


def _named(primary: str, **common: str) -> dict[str, Any]:
    return {"primary": primary, "common": list(common.items()) or None, "rules": None}


def overture(
    path: Path, schema: dict[str, pa.DataType], rows: Sequence[dict[str, Any]], shapes: Sequence[shapely.Geometry]
) -> Path:
    """Write rows of one of Overture's types as its releases are written: GeoParquet 1.1 with a covering of boxes."""
    fields: dict[str, pa.DataType] = {
        "id": pa.string(), "geometry": pa.binary(), "bbox": _BBOX, **schema, "version": pa.int32(),
        "sources": _SOURCES, "theme": pa.string(), "type": pa.string(),
    }  # fmt: skip
    source = {"property": "", "dataset": "OpenStreetMap", "license": "ODbL-1.0", "record_id": "w1@1"}
    made = [
        {
            "id": f"08b2a{at:027x}",
            "geometry": shapely.to_wkb(shape),
            "bbox": dict(zip(("xmin", "ymin", "xmax", "ymax"), shape.bounds, strict=True)),
            "version": 1,
            "sources": [source],
            **row,
        }
        for at, (row, shape) in enumerate(zip(rows, shapes, strict=True))
    ]
    columns = {name: pa.array([row.get(name) for row in made], kind) for name, kind in fields.items()}
    covering = {"bbox": {side: ["bbox", side] for side in ("xmin", "ymin", "xmax", "ymax")}}
    told = {"encoding": "WKB", "geometry_types": sorted({shape.geom_type for shape in shapes}), "covering": covering}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}
    table = pa.table(columns, schema=pa.schema(fields.items(), metadata={"geo": json.dumps(geo)}))
    pq.write_table(table, path, compression="zstd")
    return path


def overture_buildings(folder: Path) -> Path:
    """Write the houses: every third a home of three floors, every third a shop, of the others nothing is known."""
    rows = [
        [
            {"subtype": "residential", "class": "apartments", "num_floors": 3, "height": 9.5, "names": _named("Ile")},
            {"subtype": "commercial", "class": "retail"},
            {},
        ][at % 3]
        | {"has_parts": False, "is_underground": False}
        for at in range(len(HOUSES))
    ]
    return overture(folder / "building.parquet", _BUILDING, rows, HOUSES)


def overture_segments(folder: Path) -> Path:
    """Write a lattice of streets, those of the middle main ones with a bridge, and a railway through it."""
    rows, shapes = [], []
    for at in range(BLOCKS + 1):
        main = at == BLOCKS // 2
        for across in (False, True):
            fixed = (SOUTH if across else WEST) + at * STEP
            along = [(WEST if across else SOUTH) + STEP * each for each in range(BLOCKS + 1)]
            shapes.append(LineString([(each, fixed) if across else (fixed, each) for each in along]))
            row: dict[str, Any] = {"subtype": "road", "class": "primary" if main else "residential"}
            row["connectors"] = [{"connector_id": f"c{at}{each}", "at": each / BLOCKS} for each in range(BLOCKS + 1)]
            if main:
                row["names"] = _named("Broad Street", yo="Ita Gbangba", en="Broad Street")
                row["road_flags"] = [{"values": ["is_bridge"], "between": [0.4, 0.6]}]
                row["speed_limits"] = [{"max_speed": {"value": 50, "unit": "km/h"}}]
            rows.append(row)
    rows.append({"subtype": "rail", "class": "standard_gauge"})
    shapes.append(LineString([(WEST, SOUTH + 0.0012), (WEST + SIZE, SOUTH + 0.0012)]))
    return overture(folder / "segment.parquet", _SEGMENT, rows, shapes)


def overture_places(folder: Path) -> Path:
    """Write a clinic, a school, a shop closed for good, with phones and mail as Overture has them."""
    kinds = [("clinic", "open"), ("elementary_school", "open"), ("supermarket", "permanently_closed")]
    rows = [
        {
            "names": _named(f"{kind} of the quarter"),
            "categories": {"primary": kind, "alternate": ["health"]},
            "basic_category": kind,
            "taxonomy": {"primary": kind, "hierarchy": ["services", kind]},
            "confidence": 0.9,
            "operating_status": status,
            "phones": ["+2348031234567"],
            "emails": ["someone@example.org"],
            "addresses": [{"freeform": "1 Broad Street", "locality": "Lagos", "country": "NG"}],
        }
        for kind, status in kinds
    ]
    shapes = [Point(WEST + 0.004 * at + 0.003, SOUTH + 0.006) for at in range(len(rows))]
    return overture(folder / "place.parquet", _PLACE, rows, shapes)


def overture_division_areas(folder: Path) -> Path:
    """Write four wards as areas of Overture's divisions."""
    half = SIZE / 2
    shapes = [
        box(WEST + half * x, SOUTH + half * y, WEST + half * (x + 1), SOUTH + half * (y + 1))
        for y in (0, 1)
        for x in (0, 1)
    ]
    rows = [
        {"country": "NG", "region": "NG-LA", "subtype": "neighborhood", "class": "land", "is_land": True,
         "is_territorial": True, "names": _named(f"Ward {name}"), "division_id": f"d-{name}"}
        for name in "ABCD"
    ]  # fmt: skip
    return overture(folder / "division_area.parquet", _DIVISION_AREA, rows, shapes)


def overture_divisions(folder: Path) -> Path:
    """Write the same wards as points, as Overture's divisions are, with people where it knows them."""
    rows = [
        {"country": "NG", "subtype": "neighborhood", "class": "neighborhood", "names": _named(f"Ward {name}"),
         "population": people, "hierarchies": [[{"division_id": f"d-{name}", "subtype": "neighborhood", "name": name}]]}
        for name, people in zip("ABCD", (12_000, None, None, None), strict=True)
    ]  # fmt: skip
    shapes = [Point(WEST + 0.005 + 0.01 * (at % 2), SOUTH + 0.005 + 0.01 * (at // 2)) for at in range(4)]
    return overture(folder / "division.parquet", _DIVISION, rows, shapes)


# ---------------------------------------------------------------- rasters


def raster(path: Path, values: Any, transform: Affine, crs: Any, nodata: float, **tags: str) -> Path:
    """Write a GeoTIFF of one band, compressed as the providers do."""
    kind = {"dtype": str(values.dtype), "count": 1, "height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(
        path, "w", driver="GTiff", transform=transform, crs=crs, nodata=nodata, compress="lzw", **kind
    ) as file:
        file.write(values, 1)
        if tags:
            file.update_tags(**tags)
    return path


def _degrees(pixel: float) -> tuple[int, Affine]:
    """Return how many pixels reach over the quarter and some round it, and where they lie."""
    margin = 10
    count = round(SIZE / pixel) + 2 * margin
    return count, Affine(pixel, 0, WEST - margin * pixel, 0, -pixel, SOUTH + SIZE + margin * pixel)


def _sheltered(count: int, kind: str, each: float, nodata: float) -> Any:
    """Return pixels with so many people each, a margin of no data round them."""
    values = np.full((count, count), nodata, dtype=kind)
    values[5:-5, 5:-5] = each
    return values


def worldpop(folder: Path, name: str = "nga_pop_2025_CN_100m_R2025A_v1.tif", each: float = 12.5) -> Path:
    """Write a tile of WorldPop's global data: three seconds of arc, float32, -99999 where nobody settled."""
    count, transform = _degrees(1 / 1200)
    return raster(folder / name, _sheltered(count, "float32", each, -99_999.0), transform, "EPSG:4326", -99_999.0)


def ghs_pop(folder: Path) -> Path:
    """Write a tile of GHS-POP: pixels of 100 m in Mollweide, float64, -200 for no data."""
    to = Transformer.from_crs(4326, "ESRI:54009", always_xy=True)
    x, y = to.transform(*SQUARE.centroid.coords[0])
    left, top = np.floor(x / 100) * 100 - 2500, np.floor(y / 100) * 100 + 2500
    values = _sheltered(50, "float64", 9.0, -200.0)
    name = "GHS_POP_E2025_GLOBE_R2023A_54009_100_V1_0_R9_C19.tif"
    return raster(folder / name, values, Affine(100, 0, left, 0, -100, top), CRS("ESRI:54009").to_wkt(), -200.0)


def hrsl(folder: Path) -> Path:
    """Write a tile of Meta's high resolution settlement layer: one second of arc, float64, nan where nobody lives."""
    count, transform = _degrees(1 / 3600)
    values = np.full((count, count), np.nan)
    values[8::3, 8::3] = 6.5
    return raster(folder / "nga_general_2020.tif", values, transform, "EPSG:4326", np.nan)


def hrsl_table(folder: Path) -> Path:
    """Write the same as the table that Meta hands out beside it: a row for each settled pixel."""
    at = np.arange(WEST + 0.001, WEST + SIZE, 0.004)
    rows = [f"{y:.12f},{x:.12f},6.5" for x in at for y in at - WEST + SOUTH]
    path = folder / "nga_general_2020.csv"
    path.write_text("latitude,longitude,nga_general_2020\n" + "\n".join(rows) + "\n")
    return path


# ---------------------------------------------------------------- GRID3


def settlement_extents(folder: Path) -> Path:
    """Write GRID3's settlement extents 3.1: a multipolygon each, with what it is and the buildings in it."""
    kinds = ("Built-up Area", "Small Settlement Area", "Hamlet", "Hamlet")
    shapes = [
        MultiPolygon([box(WEST + 0.005 * at, SOUTH, WEST + 0.005 * at + 0.004, SOUTH + 0.006)]) for at in range(4)
    ]
    columns = {
        "country": ["Nigeria"] * 4, "iso": ["NGA"] * 4, "mgrs_code": [f"31NEH{at:04d}0_01" for at in range(4)],
        "type": list(kinds), "building_count": [210, 40, 6, 3], "building_area": [21_000.5, 3_100.0, 420.0, 150.25],
        "probability": [0.99, 0.95, 0.81, 0.62], "date": ["20240301"] * 4, "source": ["GRID3"] * 4,
        "shape_length": [0.02] * 4, "shape_area": [0.000024] * 4,
    }  # fmt: skip
    path = folder / "GRID3_NGA_settlement_extents_v3_1.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path, layer="GRID3_NGA_settlement_extents_v3_1")
    return path


def settlement_blocks(folder: Path) -> Path:
    """Write GRID3's settlement blocks: pieces between streets with the people and buildings that are modelled there."""
    shapes = [
        box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP * (x + 1), SOUTH + STEP * (y + 1))
        for y in range(BLOCKS)
        for x in range(BLOCKS)
    ]
    count = len(shapes)
    columns = {
        "OBJECTID": range(1, count + 1), "block_id": [f"NGA_LA_{at:05d}" for at in range(count)],
        "iso": ["NGA"] * count, "landuse": ["residential"] * 14 + ["industrial", "green space"],
        "building_count": [40 + at for at in range(count)], "pop_un_adj": [410.5 + at for at in range(count)],
        "Shape_Area": [0.000025] * count,
    }  # fmt: skip
    path = folder / "GRID3_NGA_settlement_blocks_v1_1.gpkg"
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path, layer="settlement_blocks")
    return path


# ---------------------------------------------------------------- buildings by sight


def google_buildings(folder: Path) -> Path:
    """Write Google's open buildings of one cell of S2: a table of WKT, packed by gzip."""
    lines = ["latitude,longitude,area_in_meters,confidence,geometry,full_plus_code"]
    for at, house in enumerate(HOUSES):
        x, y = house.centroid.coords[0]
        ring = ", ".join(f"{a:.10f} {b:.10f}" for a, b in house.exterior.coords)
        lines.append(
            f'{y:.8f},{x:.8f},{270 + at % 7}.4521,{0.65 + 0.005 * at:.4f},"POLYGON(({ring}))",6FR5C9{at:02d}+XQ4G'
        )
    path = folder / "103_buildings.csv.gz"
    path.write_bytes(gzip.compress("\n".join([*lines, ""]).encode()))
    return path


def _microsoft() -> str:
    features = (
        {
            "type": "Feature",
            "properties": {"height": 4.2 if at % 4 == 0 else -1.0, "confidence": -1.0},
            "geometry": {"type": "Polygon", "coordinates": [list(map(list, Polygon(house).exterior.coords))]},
        }
        for at, house in enumerate(HOUSES)
    )
    return "".join(f"{json.dumps(feature)}\n" for feature in features)


def microsoft_buildings(folder: Path) -> Path:
    """Write Microsoft's buildings as they were handed out country by country: a feature of GeoJSON in each line."""
    path = folder / "Nigeria.geojsonl"
    path.write_text(_microsoft())
    return path


def microsoft_quadkey(folder: Path) -> Path:
    """Write Microsoft's buildings of one quadkey: the same lines, packed by gzip under a name that ends in csv."""
    path = folder / "part-00084-7f4a23a1.c000.csv.gz"
    path.write_bytes(gzip.compress(_microsoft().encode()))
    return path


def microsoft_links(folder: Path) -> Path:
    """Write the list of Microsoft's files, which people take for the buildings."""
    path = folder / "dataset-links.csv"
    url = "https://example.org/global-buildings/RegionName=Nigeria/quadkey=122202320/part-00084.c000.csv.gz"
    path.write_text(f"Location,QuadKey,Url,Size,UploadDate\nNigeria,122202320,{url},12.3MB,2026-01-15\n")
    return path
