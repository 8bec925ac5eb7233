"""The sea as an area: what lies to the right of a district's coastlines, which maps draw as lines alone.

OpenStreetMap draws a coast as ``natural=coastline`` ways with the land on their left, and no area for the sea: the ways
of one coast come in any order, in several pieces, and end where the extract was cut. Here they enclose faces together
with an outline a little way around the district, and a face is sea when more metres of coast have it on their right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridkit.geometry import around
from gridkit.language.numbers import length
from gridkit.language.phrases import Phrase
from gridkit.tables import TEXT, WATER

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gridkit.tables import Extract
    from gridkit.tessellation.mosaic import Floats, Polygons

COASTLINE, SEA = "coastline", "sea"
AROUND_M = 1_500.0
"""The outline that closes the sea lies this far around the district, as far as extracts keep things. Metres."""
GAP_M = 100.0
"""Two ends of a coast no further apart are joined. Metres."""
ASIDE_M = 0.5
"""Which face lies beside a stretch of coast is asked this far from its middle. Metres."""
STEP_M = 20.0
"""The coast is asked in stretches no longer than this. Metres."""
SAID_M = 50.0
"""A coast led on for more than this inside the district is told of. Metres."""
BUILT = 10
"""So many buildings on the sea side of a coast speak against its direction."""


def with_sea(extract: Extract, districts: gpd.GeoDataFrame) -> tuple[Extract, list[Phrase]]:
    """Return an extract whose water holds the sea, and what a reader should know of how it was closed.

    Parameters
    ----------
    extract
        Its waterways of the kind ``coastline`` have the land on their left.
    districts
        See :data:`gridkit.tables.DISTRICTS`, in the CRS of the extract.

    Returns
    -------
    extract, notes
        The extract as it was where it knows no coast; else with one polygon of the kind ``sea`` for each part of the
        sea, up to :data:`AROUND_M` outside the district.
    """
    waterways = extract.table("waterways")
    lines = np.asarray(waterways.geometry[waterways["kind"] == COASTLINE], dtype=object)
    ground = shapely.union_all(districts.geometry.to_numpy())
    # The sea must reach beyond the district, or its outline would be the district's edge and cut there.
    (frame,) = around(np.array([ground], dtype=object), AROUND_M)
    shapely.prepare(frame)
    lines = shapely.get_parts(lines[shapely.intersects(frame, lines)])
    if not len(lines):
        return extract, []
    joins = _joins(lines, frame)
    # Not clipped first: ends of clipped lines lie on the frame only to rounding, and would not be noded with it.
    noded = shapely.node(shapely.union_all([*lines, *joins, shapely.boundary(frame)]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.contains(frame, shapely.point_on_surface(faces))]
    sea = _united(faces[_is_sea(faces, lines)])
    if not len(sea):
        return extract, []
    names = pd.Index([f"sea{number}" for number in range(1, len(sea) + 1)], dtype=TEXT, name=WATER.index)
    columns = {name: pd.Series([None] * len(sea), index=names, dtype=TEXT) for name in WATER.columns}
    table = gpd.GeoDataFrame({**columns, "kind": SEA}, geometry=gpd.GeoSeries(sea, index=names), crs=extract.crs)
    table = table.astype({"kind": TEXT})
    # An empty table has no types to agree with, and pandas 2 warns of joining one.
    water = gpd.GeoDataFrame(
        pd.concat([each for each in (extract.table("water"), table) if len(each)]), crs=extract.crs
    )
    return replace(extract, tables={**extract.tables, "water": water}), _notes(joins, ground, sea, extract)


def _joins(lines: Polygons, frame: BaseGeometry) -> Polygons:
    """Return the straight lines that lead the loose ends of a coast on: to each other, else to the frame."""
    ends = _loose(lines, frame)
    if not len(ends):
        return np.zeros(0, dtype=object)
    made, rest = [], np.arange(len(ends))
    if len(ends) > 1:
        apart = np.hypot(*(ends[:, None, :] - ends[None, :, :]).transpose(2, 0, 1))
        np.fill_diagonal(apart, np.inf)
        nearest = apart.argmin(axis=1)
        # Only where each is the other's nearest: a mouth has two ends, and joining one of them twice would close a
        # bay.
        mutual = (nearest[nearest] == rest) & (apart[rest, nearest] <= GAP_M)
        made += [shapely.LineString(ends[[i, nearest[i]]]) for i in np.flatnonzero(mutual & (rest < nearest))]
        rest = np.flatnonzero(~mutual)
    edge = shapely.boundary(frame)
    return np.array([*made, *(_led(ends[i], edge) for i in rest)], dtype=object)


def _led(end: Floats, edge: BaseGeometry) -> BaseGeometry:
    """Return the shortest line from a point across an edge, a little beyond it so that the two are noded."""
    there = shapely.get_coordinates(shapely.shortest_line(shapely.Point(end), edge))[1]
    return shapely.LineString([end, there + (there - end) / max(float(np.hypot(*(there - end))), 1e-9)])


def _loose(lines: Polygons, frame: BaseGeometry) -> Floats:
    """Return the ends of lines that no other end meets and that lie inside the frame, in the order of their place."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)])
    _, first, count = np.unique(ends.round(3), axis=0, return_index=True, return_counts=True)
    alone = ends[first[count == 1]]
    alone = alone[shapely.contains(frame, shapely.points(alone))]
    apart = shapely.distance(shapely.points(alone), shapely.boundary(frame))
    on_line = shapely.STRtree(lines).query(shapely.points(alone), predicate="dwithin", distance=0.01)[0]
    # An end that meets the middle of another piece is closed there.
    return np.asarray(alone[(apart > 0.01) & (np.bincount(on_line, minlength=len(alone)) < 2)])  # noqa: PLR2004


def _is_sea(faces: Polygons, lines: Polygons) -> NDArray[np.bool_]:
    """Return which faces lie to the right of more metres of coast than to the left; else beyond the nearest coast."""
    start, end = _stretches(lines)
    along = end - start
    metres = np.hypot(*along.T)
    aside = np.column_stack([along[:, 1], -along[:, 0]]) / metres[:, None] * ASIDE_M
    middle = (start + end) / 2
    tree = shapely.STRtree(faces)
    score = np.zeros(len(faces))
    # By metres and from both sides: one stretch drawn the wrong way round is outvoted by the rest of the shore.
    for sign in (1.0, -1.0):
        stretch, face = tree.query(shapely.points(middle + sign * aside), predicate="within")
        score += np.bincount(face, sign * metres[stretch], len(faces))
    # Open water that no coast touches (behind a row of islands) lies beside no stretch.
    unasked = np.flatnonzero(score == 0)
    if len(unasked):
        spots = shapely.point_on_surface(faces[unasked])
        nearest = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))).nearest(spots)
        out = shapely.get_coordinates(spots) - start[nearest]
        score[unasked] = -(along[nearest, 0] * out[:, 1] - along[nearest, 1] * out[:, 0])
    return np.asarray(score > 0)


def _stretches(lines: Polygons) -> tuple[Floats, Floats]:
    """Return the two ends of every stretch of some lines, in the direction in which they are drawn."""
    points, owner = shapely.get_coordinates(shapely.segmentize(lines, STEP_M), return_index=True)
    one = owner[1:] == owner[:-1]
    start, end = points[:-1][one], points[1:][one]
    real = (start != end).any(axis=1)
    return start[real], end[real]


def _united(faces: Polygons) -> Polygons:
    parts = shapely.get_parts(shapely.union_all(faces))
    middle = shapely.get_coordinates(shapely.centroid(parts)).round(2)
    return np.asarray(parts[np.lexsort((-middle[:, 1], middle[:, 0]))], dtype=object)


def _notes(joins: Polygons, ground: BaseGeometry, sea: Polygons, extract: Extract) -> list[Phrase]:
    led = shapely.length(shapely.intersection(joins, ground)) if len(joins) else np.zeros(0)
    return [*_of_ends(led[led > SAID_M]), *_of_buildings(sea, extract)]


def _of_ends(led: Floats) -> list[Phrase]:
    """Return what is said of a coast that was led on inside the district, by so many metres at each of its ends."""
    if not len(led):
        return []
    one = "the coastline ends inside the district and was led on for {metres} to enclose the sea"
    many = "the coastline ends inside the district at {count} places and was led on for {metres} to enclose the sea"
    return [Phrase(one, "", many, count=len(led), metres=length(float(led.sum())))]


def _of_buildings(sea: Polygons, extract: Extract) -> list[Phrase]:
    """Return what is said where many buildings stand in the sea."""
    spots = np.asarray(shapely.point_on_surface(extract.table("buildings").geometry.to_numpy()), dtype=object)
    wet = len(np.unique(shapely.STRtree(spots).query(sea, predicate="contains")[1]))
    said = "{count:,} buildings stand on the sea side of the coastline, whose land belongs on its left"
    return [Phrase(said, count=wet)] if wet >= BUILT else []
