"""Any provider's roads, rails, water, walls, compounds, buildings and places, beside OpenStreetMap or instead of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.errors import TableError
from gridkit.geometry import mend
from gridkit.sources.files import vectors
from gridkit.sources.tables import cells, column_roles, quantities
from gridkit.tables import FEATURE_TABLES, LINES, POINTS, POLYGONS, Column, Extract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyproj import CRS

KINDS: dict[str, str] = {
    "roads": "residential",
    "rails": "rail",
    "waterways": "river",
    "water": "water",
    "green": "park",
    "walls": "wall",
    "compounds": "residential",
    "buildings": "yes",
    "places": "place=locality",
    "entrances": "entrance",
}
"""What a thing is taken for where its file has no column that says."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "kind": (
        "kind",
        "highway",
        "railway",
        "waterway",
        "fclass",
        "class",
        "building",
        "type",
        "类型",
        "道路类型",
        "等级",
        "道路等级",
        "类别",
    ),
    "name": ("name", "名称", "道路名称", "路名", "name:zh", "nome", "название"),
    "name_en": ("name_en", "name:en", "英文名", "英文名称"),
    "oneway": ("oneway", "单行", "单向"),
    "layer": ("layer", "level_above"),
    "bridge": ("bridge", "桥梁", "桥"),
    "tunnel": ("tunnel", "隧道"),
    "junction": ("junction",),
    "access": ("access",),
    "foot": ("foot",),
    "bicycle": ("bicycle",),
    "maxspeed": ("maxspeed", "speed", "限速"),
    "service": ("service",),
    "levels": (
        "levels",
        "building:levels",
        "floors",
        "number_of_floors",
        "storeys",
        "层数",
        "楼层",
        "楼层数",
        "地上层数",
    ),
    "height": ("height", "高度", "楼高", "建筑高度"),
    "flats": ("flats", "building:flats", "dwellings", "户数", "套数"),
    "residential": ("residential", "is_living", "is_residential", "住宅", "是否住宅"),
    "stairs": ("stairs", "单元数", "单元"),
    "tags": ("tags",),
    "capacity": ("capacity", "容量", "床位", "学位"),
}
"""Usual names of the columns of the feature tables."""

ROAD_CLASSES: dict[str, str] = {
    "高速公路": "motorway", "高速": "motorway", "快速路": "trunk", "国道": "trunk", "主干路": "primary",
    "主干道": "primary", "省道": "primary", "次干路": "secondary", "次干道": "secondary", "县道": "secondary",
    "支路": "tertiary", "乡道": "tertiary", "街巷": "residential", "小区路": "service", "内部路": "service",
    "村道": "unclassified", "人行道": "footway", "步行街": "pedestrian", "自行车道": "cycleway",
}  # fmt: skip
"""Chinese road classes (GB 50220, GB/T 920) as OpenStreetMap names them."""

_LINES_GO_TO = {"water": "waterways", "waterways": "waterways"}
_AREAS_GO_TO = {"waterways": "water"}
_YES = frozenset({"yes", "true", "t", "1", "1.0", "y", "是", "有", "f", "b"})  # F and B: one way forward, backward
_LIST = re.compile(r"^\[\s*['\"]?([^'\",\]]+)")


def read(
    source: vectors.Source,
    name: str,
    *,
    crs: CRS,
    near: gpd.GeoDataFrame | None = None,
    assumed: str | None = None,
    columns: column_roles.Columns | None = None,
) -> Extract:
    """Return one file of lines or areas as an Extract of the tables its geometry goes to.

    Water may come as lines and areas in one file: areas go to ``water``, lines to ``waterways``.

    Parameters
    ----------
    source
        A vector file, ``FILE:LAYER``, or a GeoDataFrame.
    name
        Which of :data:`gridkit.tables.FEATURE_TABLES` it is.
    crs
        The metric CRS to work in.
    near
        Keep what touches this area only (a district and its margin).
    assumed
        The CRS of a file that names none.
    columns
        For each column of the table the names it may go by, tried before the usual ones.

    Raises
    ------
    SourceError
        When the file cannot be read.
    TableError
        When there is no such table, or the geometry is of no use to it.
    """
    if name not in FEATURE_TABLES:
        raise TableError(
            "there is no table of {name!r}", mend="there are {names}", name=name, names=", ".join(FEATURE_TABLES)
        )
    spec = source if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    frame = vectors.read(spec, crs=assumed)
    where, stem = (f"the {name}", name) if isinstance(spec, gpd.GeoDataFrame) else (spec.path.name, spec.path.stem)
    there = np.asarray(~(frame.geometry.isna() | frame.geometry.is_empty))
    frame = frame.loc[there].to_crs(crs)
    ids = pd.Index([f"{stem}{at + 1}" for at in np.flatnonzero(there)], name="feature_id", dtype="str")
    frame = frame.set_axis(ids, axis=0)
    notes = list(frame.attrs.get("notes", []))
    made: dict[str, gpd.GeoDataFrame] = {}
    for table, part in _by_geometry(frame, name).items():
        drawn = part
        if FEATURE_TABLES[table].geometry == POLYGONS:
            drawn, mended = mend(part, where=where)
            notes += mended
        else:
            drawn = part.set_geometry(gpd.GeoSeries(shapely.force_2d(part.geometry.values), index=part.index, crs=crs))
        if near is not None:
            area = shapely.union_all(near.to_crs(crs).geometry.values)
            drawn = drawn.loc[np.asarray(shapely.intersects(area, drawn.geometry.values))]
        made[table] = _filled(drawn, table, column_roles.merged(columns, COLUMNS), where)
    if not made and len(frame):
        kinds = ", ".join(sorted(frame.geometry.geom_type.unique()))
        raise TableError(
            "holds {kinds}, which cannot be {name}", where=where, mend="name another layer", kinds=kinds, name=name
        )
    report: dict[str, Any] = {
        "file": where,
        "rows": len(there),
        "without_geometry": int((~there).sum()),
        "notes": notes,
    }
    return Extract(made, crs, {**report, "kept": {table: len(rows) for table, rows in made.items()}})


def merged(extracts: Iterable[Extract]) -> Extract:
    """Return several extracts as one: rows under one another, doubled ``feature_id`` from overlapping files once.

    Raises
    ------
    TableError
        When they are not in one CRS.
    """
    every = list(extracts)
    if any(each.crs != every[0].crs for each in every):
        raise TableError("the extracts are not in one CRS", mend="read each with the same crs")
    tables = {}
    for name in FEATURE_TABLES:
        rows = [each.tables[name] for each in every if name in each.tables and len(each.tables[name])]
        if rows:
            together = gpd.GeoDataFrame(pd.concat(rows), crs=every[0].crs)
            tables[name] = together[~together.index.duplicated()]
    return Extract(tables, every[0].crs, {"sources": [dict(each.report) for each in every]})


def _by_geometry(frame: gpd.GeoDataFrame, name: str) -> dict[str, gpd.GeoDataFrame]:
    """Return which rows go to which table: what the table holds by itself, water's lines and areas apart."""
    kinds = frame.geometry.geom_type
    wanted = FEATURE_TABLES[name].geometry or frozenset()
    parts = {name: frame[kinds.isin(sorted(wanted))]}
    if wanted == POLYGONS and name in _LINES_GO_TO:
        parts[_LINES_GO_TO[name]] = frame[kinds.isin(sorted(LINES))]
    if wanted == LINES and name in _AREAS_GO_TO:
        parts[_AREAS_GO_TO[name]] = frame[kinds.isin(sorted(POLYGONS))]
    if wanted == POINTS:
        spots = frame.set_geometry(column_roles.spots(frame.geometry))
        parts = {name: spots}
    if wanted == LINES and name == "walls":
        rings = frame[kinds.isin(sorted(POLYGONS))]
        parts[name] = pd.concat([parts[name], rings.set_geometry(rings.boundary)])
    return {table: rows for table, rows in parts.items() if len(rows)}


def _filled(frame: gpd.GeoDataFrame, table: str, columns: column_roles.Columns, where: object) -> gpd.GeoDataFrame:
    """Return the rows with the columns of their table, each from the source where it has one, else its default."""
    contract = FEATURE_TABLES[table].columns
    named = column_roles.found(frame, {role: names for role, names in columns.items() if role in contract})
    made = {
        column: _column(frame, named.get(column), spec, column, where)
        if column != "kind"
        else _kinds(frame, named, table)
        for column, spec in contract.items()
    }
    out = gpd.GeoDataFrame(made, geometry=frame.geometry, crs=frame.crs).rename_axis("feature_id")
    FEATURE_TABLES[table].check(out, where=where)
    return out


def _kinds(frame: gpd.GeoDataFrame, named: dict[str, str], table: str) -> pd.Series:
    default = KINDS[table]
    if "kind" not in named:
        return pd.Series(default, index=frame.index, dtype="str")
    said = frame[named["kind"]].map(lambda cell: _kind(cell, default))
    return said.astype("str")


def _kind(cell: object, default: str) -> str:
    if isinstance(cell, list | tuple | np.ndarray):
        cell = cell[0] if len(cell) else ""
    text = "" if cell is None or (isinstance(cell, float) and np.isnan(cell)) else str(cell).strip()
    if first := _LIST.match(text):  # osmnx writes several classes as a list
        text = first[1].strip()
    return default if cells.blank(text) else ROAD_CLASSES.get(text, text)


def _column(frame: gpd.GeoDataFrame, name: str | None, spec: Column, column: str, where: object) -> pd.Series:
    if spec.kind == "flag":
        default = column == "residential"
        if name is None:
            return pd.Series(default, index=frame.index)
        return frame[name].map(lambda cell: str(cell).strip().casefold() in _YES).astype(bool)
    if spec.kind == "number":
        if name is None:
            return pd.Series(0.0 if column == "layer" else np.nan, index=frame.index)
        return quantities.read(frame[name], where=where)
    if name is None:
        return pd.Series("{}" if column == "tags" else None, index=frame.index, dtype="str")
    return column_roles.texts(frame[name])
