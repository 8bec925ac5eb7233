"""The ground that lies within so many minutes of a facility, as polygons around the streets that lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import substring

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from gridkit.measure.access.network import Network

    Floats = NDArray[np.float64]

BESIDE_M = 40.0
"""Ground this far from a reached street counts as reached, half a block of 80 m: an assumption of this project."""
TOLERANCE_M = 2.0


def isochrones(
    network: Network, nodes: Floats, thresholds: tuple[float, ...], crs: CRS | None, *, beside: float = BESIDE_M
) -> gpd.GeoDataFrame:
    r"""Return one polygon per threshold, from the shortest time to the longest, each holding those before it.

    .. math:: G_T = \bigcup_{s \in S_T} \{x : d(x, s) \le b\}

    with :math:`S_T` the pieces of streets reached in :math:`T` minutes and :math:`b` metres ``beside`` them.

    Parameters
    ----------
    network, nodes
        NetworkWalk, and the minutes of each node (:attr:`gridkit.measure.access.reach.Reach.nodes`).
    thresholds
        Minutes.
    crs
        Of the network.
    beside
        Metres on either side of a street that belong to it.

    Returns
    -------
    GeoDataFrame
        ``minutes``, on the index ``reach``; streets are followed up to the very point where the time runs out.

    References
    ----------
    Forsyth, Van Riper, Larson, Wall & Neumark-Sztainer (2012), International Journal of Health Geographics 11, 14 (the
    network buffer as streets made wide).
    """
    shapes = []
    for limit in sorted(thresholds):
        around = shapely.buffer(_reached(network, nodes, limit), beside, quad_segs=4)
        shapes.append(shapely.simplify(shapely.union_all(around), TOLERANCE_M))
    frame = gpd.GeoDataFrame({"minutes": sorted(thresholds)}, geometry=shapes, crs=crs)
    return frame[~frame.is_empty].rename_axis("reach")


def _reached(network: Network, nodes: Floats, limit: float) -> NDArray[np.object_]:
    """Return the reached parts of the edges: whole ones, and pieces from either end."""
    a, b = network.ends[:, 0], network.ends[:, 1]
    with np.errstate(invalid="ignore"):
        from_a = np.clip((limit - nodes[a]) / np.where(np.isfinite(network.there), network.there, np.inf), 0.0, 1.0)
        from_b = np.clip((limit - nodes[b]) / np.where(np.isfinite(network.back), network.back, np.inf), 0.0, 1.0)
    from_a, from_b = np.nan_to_num(from_a), np.nan_to_num(from_b)
    whole = from_a + from_b >= 1
    pieces = [network.lines[whole]]
    for share, turned in ((from_a, False), (from_b, True)):
        part = np.flatnonzero(~whole & (share > 0))
        cut = [
            substring(network.lines[e], 1 - share[e] if turned else 0.0, 1.0 if turned else share[e], normalized=True)
            for e in part
        ]
        pieces.append(np.array(cut, dtype=object))
    return np.concatenate(pieces)
