"""The base map of a page, from the project's own tables: water, green, streets by class with names, buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.crs import LONLAT
from gridkit.render.page.payload import lines, texts
from gridkit.tables import TEXT, flagged

if TYPE_CHECKING:
    from collections.abc import Mapping

ROAD_TIERS: dict[str, int] = {
    **dict.fromkeys(("motorway", "trunk"), 5),
    **dict.fromkeys(("primary", "secondary"), 4),
    "tertiary": 3,
    **dict.fromkeys(("residential", "unclassified", "living_street", "road", "pedestrian"), 2),
    **dict.fromkeys(("service", "track"), 1),
    **dict.fromkeys(("footway", "path", "steps", "cycleway", "bridleway", "corridor"), 0),
}
"""How heavily a road class is drawn; a ``_link`` counts as its road."""
_STOPS = ("highway=", "public_transport=", "railway=")
NAMED_ONLY = frozenset({"places"})
"""Tables of which nothing is drawn but names."""
MOST_PATHS = 4_000
MOST_BUILDINGS = 60_000
"""Above these numbers footpaths and buildings are left out, so that the page stays small enough to be mailed."""
RUN = 400
"""Lines that a page draws or passes over together."""
SIMPLER_M = 1.0
"""Lines are drawn without the vertices that move them by less than this many metres."""


def tables(backdrop: Mapping[str, gpd.GeoDataFrame], ground: shapely.Geometry) -> dict[str, gpd.GeoDataFrame]:
    """Return what is drawn of each table: columns ``tier``, ``pair`` (a name and its Latin, or None), and the shape.

    Parameters
    ----------
    backdrop
        Tables of a plan's ``backdrop``, in a metric CRS; any may be missing.
    ground
        What is drawn of them, in the same CRS: files reach as far as their longest way does.

    Returns
    -------
    dict
        Tables in the same CRS, streets by class (``roads0`` to ``roads5``), neighbours after each other.
    """
    found = {}
    shapely.prepare(ground)
    for name, prepare in _TABLES.items():
        if name in backdrop and len(table := prepare(_clipped(backdrop[name], ground))):
            merged = _merged(table)
            for tier, rows in merged.groupby("tier") if "tier" in table else [("", merged)]:
                frame = gpd.GeoDataFrame(rows)
                order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
                found[f"{name}{tier}"] = frame.iloc[order]
    return found


def pack(table: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the head's entry of one table: its lines in runs of neighbours, which the page passes over together."""
    shapes = shapely.simplify(table.geometry.to_numpy(), SIMPLER_M)
    rows, _ = lines(gpd.GeoSeries(shapes, crs=table.crs).to_crs(LONLAT).to_numpy())
    return {"runs": [rows[at : at + RUN] for at in range(0, len(rows), RUN)]}


def _clipped(table: gpd.GeoDataFrame, ground: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return what lies on the ground, cut at its edge."""
    table = table[shapely.intersects(ground, table.geometry.to_numpy())]
    shapes = table.geometry.to_numpy().copy()
    across = ~shapely.contains_properly(ground, shapes)
    whole = shapely.make_valid(shapes[across])
    cut = shapely.intersection(whole, ground)
    # A way that also touches the edge from within leaves a point there: only what is as wide as it was counts.
    shapes[across] = [
        shapely.union_all([part for part in shapely.get_parts(each) if shapely.get_dimensions(part) == wide])
        for each, wide in zip(cut, shapely.get_dimensions(whole), strict=True)
    ]
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def _roads(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kind = table["kind"].astype(TEXT).str.replace("_link", "", regex=False)
    table = table.assign(tier=kind.map(ROAD_TIERS).fillna(1).astype(int))
    if "tunnel" in table:
        table = table[~flagged(table["tunnel"])]
    paths = table["tier"] == 0
    return table[~paths] if paths.sum() > MOST_PATHS else table


def _rails(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    above = table[~flagged(table["tunnel"])] if "tunnel" in table else table
    return above.drop(columns=["name", "name_en"], errors="ignore")


def _buildings(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    table = table[["geometry"]]
    return table.iloc[:0] if len(table) > MOST_BUILDINGS else table


def _places(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out stops: there are more of them than of anything else, and they are called after the street."""
    stops = table["kind"].astype(TEXT).str.startswith(_STOPS) if "kind" in table else np.zeros(len(table), dtype=bool)
    return table[~stops]


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
    "places": _places,
}


def _merged(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return tier, names and shape, the pieces of one street joined end to end.

    A street is cut at every crossing; joined it takes less room, and its name finds longer stretches.
    """
    shapes = table.geometry.to_numpy()
    kept = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    table, shapes = table[kept], shapes[kept]
    tier = table["tier"].to_numpy() if "tier" in table else np.zeros(len(table), dtype=int)
    latin = table["name_en"] if "name_en" in table else [None] * len(table)
    names = texts(table["name"]) if "name" in table else [None] * len(table)
    pairs = [None if name is None else (name, other or "") for name, other in zip(names, texts(latin), strict=True)]
    frame = gpd.GeoDataFrame({"tier": tier, "pair": pairs}, geometry=shapes, crs=table.crs)
    if not len(shapes) or shapely.get_dimensions(shapes).max() != 1:
        return frame
    groups, _ = pd.factorize(pd.MultiIndex.from_arrays([tier, pd.factorize(pd.Series(pairs, dtype=object))[0]]))
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    order = np.argsort(groups[owner], kind="stable")
    whole = shapely.line_merge(shapely.multilinestrings(pieces[order], indices=groups[owner][order]))
    lines, group = shapely.get_parts(whole, return_index=True)
    head = np.unique(groups, return_index=True)[1]
    return gpd.GeoDataFrame(frame.drop(columns="geometry").iloc[head[group]], geometry=lines, crs=table.crs)
