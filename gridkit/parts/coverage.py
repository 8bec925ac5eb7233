"""How far any places are from any facilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit.crs import require_metric, to_metric
from gridkit.errors import UsageError
from gridkit.face import face
from gridkit.measure.access.facilities import doors
from gridkit.measure.access.network import build
from gridkit.measure.access.origins import origins
from gridkit.measure.access.reach import snap
from gridkit.measure.access.walkways import NetworkWalk, StraightWalk
from gridkit.parts import lines as streets
from gridkit.parts.polygons import drawn, require_shapes
from gridkit.tables import POINTS, POLYGONS, Extract

if TYPE_CHECKING:
    from gridkit.measure.access.walkways import Ways


@face("coverage")
def coverage(
    places: Any,
    facilities: Any,
    network: Any | None = None,
    *,
    profile: Literal["walk", "cycle", "drive"] = "walk",
    crs: str | None = None,
) -> pd.Series[float]:
    """Return the minutes from each place to the nearest facility, along a network of streets.

    A point sets out from the nearest street; from an area one sets out at points 100 m apart, and their mean counts. An
    area that is a facility is reached anywhere on its edge.

    Parameters
    ----------
    places
        Where people start from: points, or areas.
    facilities
        Where they go to: points, or areas.
    network
        The streets: lines, or a graph of osmnx or networkx. Its classes of OpenStreetMap (``kind``, ``highway``) say
        which are walked or driven and how fast. They meet where they share a vertex, as OpenStreetMap's do; a bridge
        shares none with what it crosses. Where most share none, all that cross meet, but for bridges and tunnels
        (columns ``bridge``, ``tunnel``). Without it the way is straight, and 1.3 times as long as the crow flies.
    profile
        How one moves.
    crs
        CRS of inputs that name none, such as EPSG:4528. Work is done in metres whatever the inputs are in.

    Returns
    -------
    Series
        Minutes on the index of ``places``; infinite where no facility is reached within two hours.

    Raises
    ------
    UsageError
        When one moves other than on foot and there is no network.
    TableError
        When a row is neither point nor area, no street can be used, or a CRS is not known.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import LineString, Point
    >>> street = gpd.GeoDataFrame({"highway": ["residential"]}, geometry=[LineString([(0, 0), (1500, 0)])], crs=32651)
    >>> homes = gpd.GeoSeries([Point(0, 0), Point(1125, 0)], index=["a", "b"], crs=32651)
    >>> coverage(homes, gpd.GeoSeries([Point(1500, 0)], crs=32651), street).round(3).to_dict()
    {'a': 20.0, 'b': 5.0}
    """
    start = drawn(places, crs, where="places")
    require_shapes(start, POINTS | POLYGONS, "places")
    metric = to_metric(start, where="places")
    goal = drawn(facilities, crs, where="facilities")
    require_shapes(goal, POINTS | POLYGONS, "facilities")
    spots, _ = doors(goal.to_crs(require_metric(metric)))
    homes = _homes(metric)
    minutes = _ways(homes, network, profile, crs).nearest(spots).minutes
    reached = pd.Series(np.where(np.isfinite(minutes), minutes, np.nan), index=homes["unit_id"].to_numpy())
    mean = reached.groupby(level=0).mean().reindex(range(len(start))).fillna(np.inf)
    return mean.set_axis(start.index).rename("minutes")


def _homes(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the points one sets out from, and the position of the place each lies in."""
    plain = gpd.GeoDataFrame(geometry=places.geometry.to_numpy(), crs=places.crs)
    return origins(plain.assign(grid_id="", people=1.0), Extract({}, require_metric(plain)))


def _ways(homes: gpd.GeoDataFrame, network: Any, profile: str, crs: str | None) -> Ways:
    if network is None and profile != "walk":
        raise UsageError("without a network one walks", where=profile, mend="hand over the streets as network")
    if network is None:
        return StraightWalk(homes.get_coordinates().to_numpy())
    drawn_there = drawn(network, crs, where="network")
    ready = build(streets.roads(drawn_there, require_metric(homes)).table("roads"), profile)
    return NetworkWalk(profile, ready, snap(ready, homes.geometry))
