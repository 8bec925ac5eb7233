"""How exactly incidents are placed: points that stand for no place, coordinates that were rounded, points that repeat.

A machine that does not know where writes something all the same: whole degrees, the corner of its map. And what is
published is often rounded, to a thousandth of a degree say. Neither can be told from a table of counts, and both would
make hot spots and repeats that are none. Digits are looked at in every datum that points in China may have come in:
what was rounded in GCJ-02 is round no more once it lies where it belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridkit.crs import LONLAT
from gridkit.sources.coordinates.datums import bd09_from_gcj02, gcj02_from_wgs84, in_china

if TYPE_CHECKING:
    from collections.abc import Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SLACK = 1e-8
"""Degrees (about a millimetre) by which a coordinate may be off a round number after its way through other systems."""
SLACK_SHIFTED = 1e-7
"""And where that way led through a shifted datum and back."""
DEGREE_M = 111_320.0
STEPS_M = (1000.0, 500.0, 250.0, 200.0, 100.0, 50.0)
"""Metres to which plane coordinates may have been rounded."""
MOST = 0.95
"""Coordinates count as rounded when at least this share of the points is."""
MANY = 20
"""A hundredth of a degree is a place holder from so many rows on, and only where it stands out."""
STANDS_OUT = 10
"""By so many times as many rows as the next point has."""
LISTED = 5
FEWEST = 20
"""Of fewer points it is not said that they are rounded."""


def placeholders(points: gpd.GeoDataFrame) -> tuple[Flags, list[dict[str, Any]]]:
    """Return which rows lie at a place holder, and these points with their rows, most first.

    A place holder is a point of whole degrees, both ways; or one of whole hundredths with at least :data:`MANY` rows
    and :data:`STANDS_OUT` times as many as the next point. Where more than half of all points are so
    round, the coordinates are rounded and stand for their places. All three are definitions of this project.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point
    >>> table = gpd.GeoDataFrame(geometry=[Point(-77, 39)] * 3 + [Point(-76.61234, 39.28123)] * 4, crs=4326)
    >>> rows, named = placeholders(table)
    >>> rows.tolist(), named
    ([True, True, True, False, False, False, False], [{'lon': -77.0, 'lat': 39.0, 'rows': 3}])
    """
    lonlat, there = _lonlat(points)
    spots, spot, count = np.unique(lonlat[there].round(8), axis=0, return_inverse=True, return_counts=True)
    held = np.zeros(len(points), dtype=bool)
    if not len(spots):
        return held, []
    largest = np.argsort(-count, kind="stable")
    next_one = count[largest[1]] if len(count) > 1 else count[largest[0]]
    stands_out = (count >= MANY) & (count >= STANDS_OUT * next_one)
    wrong, said = np.zeros(len(spots), dtype=bool), spots.copy()
    for shown, slack in _as_written(spots):
        for found in (_round(shown, 0, slack), _round(shown, 2, slack) & stands_out):
            if found.mean() <= 0.5:  # noqa: PLR2004 - half of the points
                said[found & ~wrong] = shown[found & ~wrong]
                wrong |= found
    held[np.flatnonzero(there)] = wrong[spot.ravel()]
    return held, _named(said[wrong], count[wrong])


def repeated(points: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the points with the most rows, of those that have at least :data:`MANY`, and a hundredth of all."""
    lonlat, there = _lonlat(points)
    spots, count = np.unique(lonlat[there].round(8), axis=0, return_counts=True)
    many = count >= max(MANY, 0.01 * there.sum())
    return _named(spots[many], count[many])


def grain(points: gpd.GeoDataFrame) -> float | None:
    """Return to how many metres the coordinates were rounded, where they were: 111 for a thousandth of a degree.

    Known from digits: degrees of at most four decimals, or metres that are multiples of :data:`STEPS_M`. None where
    they are finer, or where there are too few points to tell.

    Examples
    --------
    >>> import geopandas as gpd
    >>> rng = np.random.default_rng(0)
    >>> xy = rng.random((50, 2)) / 10
    >>> fine = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs=4326)
    >>> rounded = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.round(3).T), crs=4326)
    >>> grain(fine), round(grain(rounded))
    (None, 111)
    """
    lonlat, there = _lonlat(points)
    if there.sum() < FEWEST:
        return None
    for decimals in range(5):
        for shown, slack in _as_written(lonlat[there]):
            if _round(shown, decimals, slack).mean() >= MOST:
                return float(DEGREE_M / 10**decimals)
    if points.crs is None or points.crs.is_geographic:
        return None
    xy = shapely.get_coordinates(np.asarray(points.geometry.values, dtype=object)[there])
    for step in STEPS_M:
        if (np.abs(xy / step - np.rint(xy / step)) * step < 1e-3).all(axis=1).mean() >= MOST:  # noqa: PLR2004 - 1 mm
            return step
    return None


def _lonlat(points: gpd.GeoDataFrame) -> tuple[Floats, Flags]:
    """Return longitudes and latitudes, and which rows have any."""
    shapes = np.asarray(points.geometry.values, dtype=object)
    there: Flags = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    placed = (points if points.crs is None else points.to_crs(LONLAT)).geometry
    xy = np.full((len(points), 2), np.nan)
    xy[there] = shapely.get_coordinates(np.asarray(placed.values, dtype=object)[there])
    return xy, there


def _as_written(lonlat: Floats) -> Iterator[tuple[Floats, float]]:
    """Yield the coordinates as they may have been written, in WGS 84, GCJ-02 and BD-09, and what they may be off."""
    yield lonlat, SLACK
    if not len(lonlat) or not in_china(*lonlat.T).any():
        return
    shifted = gcj02_from_wgs84(*lonlat.T)
    yield np.column_stack(shifted), SLACK_SHIFTED
    yield np.column_stack(bd09_from_gcj02(*shifted)), SLACK_SHIFTED


def _round(lonlat: Floats, decimals: int, slack: float) -> Flags:
    scaled = lonlat * 10**decimals
    round_enough: Flags = (np.abs(scaled - np.rint(scaled)) <= slack * 10**decimals).all(axis=1)
    return round_enough


def _named(spots: Floats, count: NDArray[np.int64]) -> list[dict[str, Any]]:
    order = np.argsort(-count, kind="stable")[:LISTED]
    return [
        {"lon": round(float(spots[k, 0]), 6), "lat": round(float(spots[k, 1]), 6), "rows": int(count[k])} for k in order
    ]
