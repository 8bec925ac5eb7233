"""How far the streets of a map go: what of the units lies beyond all of them, as where an extract is of a part alone.

Few streets and none look alike on ground that is mapped: a forest has none either. Ground outside the hull of all
streets is another thing, as a map of the whole district has streets that lead out of it on every side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridkit.adjacency import FERRY
from gridkit.tables import TEXT

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridkit.tables import Extract

BESIDE_M = 100.0
"""Ground so far beside the outermost street still lies at one. Metres."""


def beyond(units: gpd.GeoDataFrame, extract: Extract) -> NDArray[np.float64]:
    """Return the share of each unit's ground, 0 to 1, that lies beyond the outermost streets of a map.

    Parameters
    ----------
    units
        UNITS in a metric CRS; those of kind water have no ground.
    extract
        Its roads; ferries are none. Where it has no road at all everything lies beyond.
    """
    roads = extract.table("roads")
    streets = np.asarray(roads.geometry[roads["kind"].astype(TEXT) != FERRY], dtype=object)
    out = np.where(units["kind"].astype(TEXT) == "water", 0.0, 1.0)
    if not len(streets):
        return out
    reached = shapely.buffer(shapely.convex_hull(shapely.geometrycollections(streets)), BESIDE_M)
    shapely.prepare(reached)
    shapes = units.geometry.to_numpy()
    out[shapely.contains(reached, shapes)] = 0.0
    asked = np.flatnonzero(out)
    outside = shapely.area(shapely.difference(shapes[asked], reached))
    size = shapely.area(shapes[asked])
    out[asked] = np.divide(outside, size, out=np.zeros(len(asked)), where=size > 0)
    return out
