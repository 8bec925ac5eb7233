"""Last year's grids: about sixty, drawn by a crude method with a ruler, as plans that need a redraw are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, MultiPolygon, Polygon

from gridkit.sources.made_up import frame, plots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

TARGET = 380
"""Households the planners had in mind."""


def draw(
    faces: Sequence[Polygon],
    parts: Sequence[Polygon],
    homes: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return last year's grids in `frame.LONLAT` with code, name, community, households and people."""
    spots = shapely.get_coordinates(shapely.centroid(homes.geometry.to_numpy()))
    weight = homes["households_last_year"].to_numpy().astype(float)
    pieces: list[BaseGeometry] = []
    community: list[int] = []
    for number, part in enumerate(parts):
        cells = [face for face in faces if part.contains(face.representative_point())]
        drawn = mend(bisect(cells, spots, weight, rng))
        drawn = with_exclave(drawn, homes) if number == 1 else drawn
        drawn.sort(key=lambda piece: (round(piece.centroid.x / 120.0), -piece.centroid.y))
        pieces.extend(drawn)
        community.extend([number] * len(drawn))
    households = [int(weight[shapely.contains_xy(piece, spots)].sum()) for piece in pieces]
    people = [round(count * float(rng.normal(2.62, 0.12))) for count in households]
    order = [community[:i].count(number) + 1 for i, number in enumerate(community)]
    return gpd.GeoDataFrame(
        {
            "grid_id": [f"{communities['code'].iloc[c]}{i:03d}" for c, i in zip(community, order, strict=True)],
            "name": [f"{communities['name'].iloc[c]}第{i:02d}网格" for c, i in zip(community, order, strict=True)],
            "name_en": [
                f"{communities['name_en'].iloc[c]} Grid {i:02d}" for c, i in zip(community, order, strict=True)
            ],
            "community": [communities["code"].iloc[c] for c in community],
            "households": households,
            "people": people,
        },
        geometry=list(frame.place(pieces)),
        crs=frame.CRS,
    ).to_crs(frame.LONLAT)


def bisect(
    cells: Sequence[Polygon], spots: np.ndarray, weight: np.ndarray, rng: np.random.Generator
) -> list[BaseGeometry]:
    """Return the cells gathered into parts of about `TARGET` households: halved, and halved again, west-east or north-south.

    A street block that is too large by itself is cut straight through, whatever stands there.
    """
    held = np.array([weight[shapely.contains_xy(cell, spots)].sum() for cell in cells])
    count = round(float(held.sum()) / (TARGET * float(rng.uniform(0.86, 1.12))))
    together = shapely.union_all(list(cells))
    if count <= 1:
        return [together]
    west, south, east, north = together.bounds
    axis = int(north - south > east - west)
    if len(cells) == 1:
        return [piece for half in ruled(cells[0], spots, weight, axis) for piece in bisect([half], spots, weight, rng)]
    order = np.argsort([cell.centroid.coords[0][axis] for cell in cells], kind="stable")
    sums = held[order].cumsum()[:-1]
    cut = int(np.abs(sums - sums_goal(count, float(held.sum()))).argmin()) + 1
    first, second = [cells[i] for i in order[:cut]], [cells[i] for i in order[cut:]]
    return [*bisect(first, spots, weight, rng), *bisect(second, spots, weight, rng)]


def sums_goal(count: int, total: float) -> float:
    """Return what the first half should hold when ``count`` parts are wanted in all."""
    return total * (count // 2) / count


def ruled(cell: Polygon, spots: np.ndarray, weight: np.ndarray, axis: int) -> list[Polygon]:
    """Return the two parts of a cell on either side of a straight line through its middle household."""
    inside = shapely.contains_xy(cell, spots)
    at, held = spots[inside, axis], weight[inside]
    order = np.argsort(at, kind="stable")
    middle = float(at[order][np.searchsorted(held[order].cumsum(), held.sum() / 2)]) + 3.0
    west, south, east, north = cell.bounds
    low, high = (south, north) if axis == 0 else (west, east)
    ends = [(middle, low - 1.0), (middle, high + 1.0)] if axis == 0 else [(low - 1.0, middle), (high + 1.0, middle)]
    return [part for part in shapely.get_parts(shapely.ops.split(cell, LineString(ends))) if part.area > 1.0]


def mend(pieces: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return the pieces with every stray part given to the neighbour it shares most border with."""
    whole = [plots.largest(piece) for piece in pieces]
    strays = [
        part for piece, kept in zip(pieces, whole, strict=True) for part in shapely.get_parts(piece) if part != kept
    ]
    for stray in strays:
        shared = [shapely.intersection(stray.boundary, piece.boundary).length for piece in whole]
        nearest = int(np.argmax(shared))
        whole[nearest] = shapely.union(whole[nearest], stray)
    return list(whole)


def with_exclave(pieces: list[BaseGeometry], homes: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Return the pieces with a corner of the last handed to the first, which does not touch it."""
    away = max(range(1, len(pieces)), key=lambda i: pieces[0].distance(pieces[i]))
    west, south, east, north = pieces[away].bounds
    strip = shapely.intersection(pieces[away], plots.rectangle(west, south, east, south + (north - south) * 0.3))
    corner = plots.largest(strip)
    kept = shapely.difference(pieces[away], corner)
    changed = list(pieces)
    changed[0] = MultiPolygon([plots.largest(pieces[0]), corner])
    changed[away] = plots.largest(kept)
    return changed
