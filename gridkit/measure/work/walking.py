"""The way between doors: along streets where they are known, else by the length of the shortest tour through points.

References
----------
Beardwood, Halton & Hammersley (1959), Proceedings of the Cambridge Philosophical Society 55(4), 299-327; Johnson,
McGeoch & Rothberg (1996), Proceedings of SODA, 341-350, for the constant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridkit.measure.routes.doors import round_trip

if TYPE_CHECKING:
    import geopandas as gpd

    from gridkit.catalog.workload import Walking
    from gridkit.measure.access.network import Network

Floats = NDArray[np.float64]
KICKS = 30
"""Kicks of the search for each door: a tenth of those of a round that somebody walks, as only its length is asked."""


def doors_visited(doors: pd.Series[float], visits: pd.Series[float]) -> pd.Series[float]:
    r"""Return at how many different doors some visits end, each at any door alike.

    .. math:: n = D \, (1 - (1 - 1/D)^V)

    Parameters
    ----------
    doors
        Doors of each area: buildings, or households where no building is known.
    visits
        Visits to households of it.

    Examples
    --------
    >>> doors_visited(pd.Series([1.0, 4.0, 100.0]), pd.Series([9.0, 2.0, 1.0])).round(6).tolist()
    [1.0, 1.75, 1.0]
    """
    d = doors.to_numpy(dtype=float)
    v = visits.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(d <= 1, np.minimum(d, v), d * -np.expm1(v * np.log1p(-1.0 / np.maximum(d, 1.0 + 1e-12))))
    return pd.Series(np.where(v > 0, n, 0.0 * v), index=doors.index)


def tour_m(doors: pd.Series[float], area_m2: pd.Series[float], walking: Walking) -> pd.Series[float]:
    r"""Return the metres of the shortest way through doors at random in an area.

    .. math:: L = k \, d \, \sqrt{n A}

    with the constant :math:`k` of the shortest tour through points at random and the detour :math:`d` of streets. It
    adds up over areas, as the theorem has it for points of any density: what a unit adds to a grid is known before the
    grid is.

    Examples
    --------
    >>> from gridkit.catalog.presets import presets
    >>> walking = presets()["cn-social"].workload.walking
    >>> tour_m(pd.Series([100.0]), pd.Series([10_000.0]), walking).round(1).tolist()
    [906.9]
    """
    return (doors * area_m2) ** 0.5 * (walking.tour.value * walking.detour.value)


def tours_along_streets(network: Network, doors: gpd.GeoDataFrame, limit: float) -> pd.Series[float]:
    """Return the minutes of a short walk along streets through all doors of each grid and back to the first.

    Parameters
    ----------
    network
        The walk network.
    doors
        Points with ``grid_id``.
    limit
        Minutes beyond which two doors count as not joined.

    Returns
    -------
    Series
        Minutes on ``grid_id``; missing where a door cannot be reached from another: that grid's walk is estimated.
    """
    from gridkit.measure.access.reach import snap, within

    found = {}
    for grid, own in doors.groupby("grid_id", sort=True):
        stops = snap(network, own.geometry.to_numpy())
        pairs = within(network, stops, stops, limit)
        apart = np.full((len(own), len(own)), np.inf)
        apart[pairs.origin, pairs.facility] = pairs.minutes
        np.fill_diagonal(apart, 0.0)
        apart = np.minimum(apart, apart.T)
        found[str(grid)] = _tour(apart) if np.isfinite(apart).all() else np.nan
    return pd.Series(found, dtype=float).rename_axis("grid_id")


def _tour(apart: Floats) -> float:
    """Return the length of a short tour."""
    order = round_trip(apart, kicks=KICKS)
    return float(apart[order, np.roll(order, -1)].sum())
