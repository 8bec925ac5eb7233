"""Water in units: what of each lies in the sea, a lake or a river, and does not count as its area.

A unit of water counts no area at all, and one on the bank of a river reaches to the river's middle, but counts its
ground alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

ROUNDED_M2 = 1.0
"""Less is rounding. Square metres."""


def is_water(units: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which units are water; none where nothing says what kind they are."""
    if "kind" not in units:
        return np.zeros(len(units), dtype=bool)
    return np.asarray((units["kind"] == "water").to_numpy(dtype=bool))


def uncounted(units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the square metres of each unit that do not count in its ``area_m2``."""
    bare = np.asarray(units.area, dtype=np.float64) - units["area_m2"].to_numpy(dtype=np.float64)
    return np.where(is_water(units) | (bare > ROUNDED_M2), bare, 0.0)


def outlined(units: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the square metres inside the outline of each unit, the water before a shore with them.

    A unit of water has what it counts, as its outline is nobody's.
    """
    land = units["area_m2"].to_numpy(dtype=np.float64)
    return land + np.where(is_water(units), 0.0, uncounted(units))
