"""How people get to places: along the streets, or straight across where no streets are known."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from gridkit.errors import GridkitWarning, TableError
from gridkit.measure.access.network import Network, build
from gridkit.measure.access.profiles import PROFILES
from gridkit.measure.access.reach import Pairs, Reach, Stops, nearest_facility, snap, within

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.measure.inputs import Subject

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
STRAIGHT_M_PER_MINUTE = 75.0 / 1.3
"""On foot as the crow flies: streets are some 1.3 times as long (a fallback). Where they run in two directions at right
angles, the mean of ``|cos| + |sin|`` over all directions is 4 / pi = 1.27."""
LIMIT = 120.0
"""Minutes beyond which a facility does not count as reachable at all."""


@dataclass(frozen=True)
class NetworkWalk:
    """People at the edges of a street network."""

    name: str
    network: Network
    homes: Stops

    def nearest(self, places: Shapes, *, outward: bool = False) -> Reach:
        """Return the minutes from each home to the nearest of ``places``, and which one that is."""
        return nearest_facility(self.network, self.homes, snap(self.network, places), limit=LIMIT, outward=outward)

    def within(self, places: Shapes, limit: float, *, outward: bool = False) -> Pairs:
        """Return the homes and places at most ``limit`` minutes apart."""
        return within(self.network, self.homes, snap(self.network, places), limit, outward=outward)


@dataclass(frozen=True)
class StraightWalk:
    """People who walk straight across: the named fallback."""

    homes: Floats
    name: str = "straight"

    def nearest(self, places: Shapes, *, outward: bool = False) -> Reach:  # noqa: ARG002 - the same both ways
        """Return the minutes from each home to the nearest of ``places``, and which one that is."""
        from scipy.spatial import cKDTree

        far, which = cKDTree(shapely.get_coordinates(places)).query(self.homes)
        minutes = far / STRAIGHT_M_PER_MINUTE
        return Reach(np.where(minutes <= LIMIT, minutes, np.inf), np.where(minutes <= LIMIT, which, -1))

    def within(self, places: Shapes, limit: float, *, outward: bool = False) -> Pairs:  # noqa: ARG002 - the same both ways
        """Return the homes and places at most ``limit`` minutes apart."""
        from scipy.spatial import cKDTree

        trees = cKDTree(shapely.get_coordinates(places)), cKDTree(self.homes)
        found = trees[0].sparse_distance_matrix(trees[1], limit * STRAIGHT_M_PER_MINUTE, output_type="ndarray")
        found.sort(order=["i", "j"])
        return Pairs(found["j"].astype(np.int64), found["i"].astype(np.int64), found["v"] / STRAIGHT_M_PER_MINUTE)


Ways = NetworkWalk | StraightWalk


def ways(homes: gpd.GeoDataFrame, subject: Subject, profile: str) -> Ways:
    """Return how the people at ``homes`` get about; straight across, with a warning, where there are no streets."""
    if profile in PROFILES:
        try:
            network = build(subject.extract.table("roads"), profile, None if profile == "drive" else subject.heights)
        except TableError as error:
            said = "{error}: minutes are straight-line ones"
            warnings.warn(GridkitWarning(said, error=error), stacklevel=2)
        else:
            return NetworkWalk(profile, network, snap(network, homes.geometry))
    return StraightWalk(homes.get_coordinates().to_numpy())
