"""The base map of a page, from the project's own tables: water, green, streets by class with names, buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.render.payload import codes, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridkit.render.payload import Island

ROAD_TIERS: dict[str, int] = {
    **dict.fromkeys(("motorway", "trunk"), 5),
    **dict.fromkeys(("primary", "secondary"), 4),
    "tertiary": 3,
    **dict.fromkeys(("residential", "unclassified", "living_street", "road", "pedestrian"), 2),
    **dict.fromkeys(("service", "track"), 1),
    **dict.fromkeys(("footway", "path", "steps", "cycleway", "bridleway", "corridor"), 0),
}
"""How heavily a road class is drawn; a ``_link`` counts as its road."""
MOST_PATHS = 4_000
MOST_BUILDINGS = 60_000
"""Above these numbers footpaths and buildings are left out, so that the page stays small enough to be mailed."""
SIMPLER_M = 1.0
"""Lines are drawn without the vertices that move them by less than this many metres."""


def pack(backdrop: Mapping[str, gpd.GeoDataFrame], island: Island) -> dict[str, Any]:
    """Return the head's entry for the base map.

    Parameters
    ----------
    backdrop
        Tables of a plan's ``backdrop``, in a metric CRS; any may be missing.

    Returns
    -------
    dict
        By table: the lines, a ``tier`` per shape where classes are drawn differently, and ``names`` with a place per
        shape among them.
    """
    packed = {}
    for name, prepare in _TABLES.items():
        if name in backdrop and len(table := prepare(backdrop[name])):
            packed[name] = _shapes(table, island)
    return packed


def _roads(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kind = table["kind"].astype(str).str.replace("_link", "", regex=False)
    table = table.assign(tier=kind.map(ROAD_TIERS).fillna(1).astype(int))
    if "tunnel" in table:
        table = table[~table["tunnel"].fillna(value=False).astype(bool)]
    paths = table["tier"] == 0
    return table[~paths] if paths.sum() > MOST_PATHS else table


def _rails(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    above = table[~table["tunnel"].fillna(value=False).astype(bool)] if "tunnel" in table else table
    return above.drop(columns=["name", "name_en"], errors="ignore")


def _buildings(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = table[["geometry"]]
    return table.iloc[:0] if len(table) > MOST_BUILDINGS else table


def _named(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table


def _unnamed(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table[["geometry"]]


_TABLES = {
    "green": _named,
    "water": _named,
    "waterways": _named,
    "buildings": _buildings,
    "compounds": _named,
    "walls": _unnamed,
    "rails": _rails,
    "roads": _roads,
    "places": _named,
}


def _shapes(table: gpd.GeoDataFrame, island: Island) -> dict[str, Any]:
    """Return the entry of one table, its shapes in an order in which neighbours follow each other."""
    shapes = table.geometry.to_numpy()
    points = shapely.get_dimensions(shapes) == 0
    kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    table, points = table[kept], points[kept]
    drawn = table.geometry.to_numpy()
    simple = np.where(points, drawn, shapely.simplify(drawn, SIMPLER_M))
    lonlat = gpd.GeoSeries(simple, crs=table.crs).to_crs(LONLAT)
    tier = table["tier"].to_numpy() if "tier" in table else np.zeros(len(table), dtype=int)
    order = np.lexsort([lonlat.hilbert_distance().to_numpy(), tier])
    table = table.iloc[order]
    packed: dict[str, Any] = island.lines(lonlat.to_numpy()[order])
    if "tier" in table:
        packed["tier"] = island.steps(tier[order])
    if "name" in table:
        latin = table["name_en"] if "name_en" in table else [None] * len(table)
        pairs = zip(texts(table["name"]), texts(latin), strict=True)
        packed["names"], places = codes(None if name is None else (name, other or "") for name, other in pairs)
        packed["name"] = island.integers(places)
    return packed
