"""Shores: long waters shared out along their middle line to the ground before them, once that is divided.

A river that is one unit lies in one grid from end to end, past the shores of all the others. Each stretch of it is part
of the shore instead, as the middle of a street is part of the blocks beside it; its square metres still do not count.
Lakes, harbours and the sea are round or have no other bank, and stay units of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import shared_area
from gridkit.tables import TEXT
from gridkit.tessellation.barriers import water_areas
from gridkit.tessellation.shapes.blocks import without

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.tables import Extract
    from gridkit.tessellation.cut_rules import Rules
    from gridkit.tessellation.mosaic import Floats, Indices, Polygons

FLOWING = frozenset({"river", "stream", "drain", "ditch", "canal", "rapids", "oxbow", "moat", "lock"})
"""Kinds of water (OSM's water values) that are as long as they flow."""
STANDING = frozenset({"sea", "lake", "reservoir", "pond", "basin", "lagoon", "harbour", "dock", "bay", "salt_pond"})
"""Kinds that are not, however they are shaped."""
LOST_M2 = 1e-3
"""So much may be lost of all units by rounding. Square metres."""
LONG = 8.0
"""Water of no such kind flows when it is so many times as long as it is wide. Dimensionless."""


def shared_out(units: gpd.GeoDataFrame, extract: Extract, rules: Rules, *, counted: bool = False) -> gpd.GeoDataFrame:
    """Return units with long waters among them given to the ground on their banks, along their middle line.

    Parameters
    ----------
    units
        Units that tile their parents in a metric CRS; those of kind water are asked what they are.
    extract
        Its water areas say which of them flow.
    rules
        See :class:`~gridkit.tessellation.cut_rules.Rules`: with ``water="unit"`` all stay as they are.
    counted
        Whether the square metres of water count in ``area_m2``.

    Returns
    -------
    GeoDataFrame
        The units on land with what lies before them; ``area_m2`` is that of the land. Water without ground of its own
        parent beside it stays a unit.
    """
    flows = flowing(units, extract, rules)
    if not flows.any():
        return units
    parent = pd.factorize(units["parent"])[0]
    still = (units["kind"] == "water").to_numpy(dtype=bool) & ~flows
    drawn = without(units.geometry.to_numpy(), parent, flows, still)
    return _told(units, drawn, flows, counted=counted)


def flowing(units: gpd.GeoDataFrame, extract: Extract, rules: Rules) -> NDArray[np.bool_]:
    """Return which units are water that flows: mostly of such a kind, or where no kind tells, long and narrow."""
    wet = (units["kind"] == "water").to_numpy(dtype=bool)
    out = np.zeros(len(units), dtype=bool)
    if rules.water != "wide" or not wet.any():
        return out
    water = water_areas(extract, rules)
    areas, kind = np.asarray(water.geometry, dtype=object), water["kind"].astype(TEXT)
    shapes = units.geometry.to_numpy()[wet]
    size, outline = shapely.area(shapes), shapely.length(shapes)
    flows = _under(shapes, areas[kind.isin(FLOWING).to_numpy()]) >= size / 2
    stands = _under(shapes, areas[kind.isin(STANDING).to_numpy()]) >= size / 2
    width = 2 * size / outline
    out[wet] = flows | (~stands & (outline / 2 - width >= LONG * width))
    return out


def _under(shapes: Polygons, areas: Polygons) -> Floats:
    """Return the square metres of each shape under some areas, which may lie on each other."""
    return shared_area(shapes, np.full(len(shapes), shapely.union_all(areas), dtype=object))


def _told(units: gpd.GeoDataFrame, drawn: Polygons, flows: NDArray[np.bool_], *, counted: bool) -> gpd.GeoDataFrame:
    """Return the units as they are drawn anew: each on land by its own ground, water that nobody got as it was."""
    of = _owners(units.geometry.to_numpy(), drawn, flows)
    inside = of >= 0
    own, shapes = units.iloc[of[inside]], drawn[inside]
    got = float(shapely.area(shapes).sum())
    # Where a piece of water has no shore of its own nothing is shared: units must tile their parents.
    if own.index.has_duplicates or not np.isin(np.flatnonzero(~flows), of).all():
        return units
    if abs(got - float(units.area.sum())) > LOST_M2:
        return units
    made = own.set_geometry(gpd.GeoSeries(shapes, index=own.index, crs=units.crs))
    if counted:
        made["area_m2"] = made["area_m2"] + (made.area - own.area)
    return made.loc[units.index[np.isin(np.arange(len(units)), of)]]


def _owners(shapes: Polygons, drawn: Polygons, flows: NDArray[np.bool_]) -> Indices:
    """Return the row of the unit that each polygon is drawn from, that on land before its water; -1 for none."""
    of = np.full(len(drawn), -1)
    middles = np.asarray(shapely.point_on_surface(drawn), dtype=object)
    row, polygon = shapely.STRtree(middles).query(shapes, predicate="contains")
    of[polygon] = row
    spots = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    land = np.flatnonzero(~flows)
    row, polygon = shapely.STRtree(drawn).query(spots[land], predicate="within")
    of[polygon] = land[row]
    return of
