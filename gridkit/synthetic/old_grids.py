"""Last year's grids: about sixty, drawn by a crude method with a ruler, as plans that need a redraw are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.ops import split

from gridkit.synthetic import frame, shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

TARGET = 380
"""Households the planners had in mind."""

LEAST = 60
"""A part with fewer households is no grid of its own."""

COLUMN_M = 120.0
"""Grids are numbered north to south in columns this wide, columns west to east."""

EXCLAVE_IN = 1
"""The community where one grid has a part that lies apart."""


def draw(
    blocks: Sequence[Polygon], homes: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return last year's grids in `frame.LONLAT` with code, name, community, households and people.

    All that goes in lies in `frame.CRS`: the ruler was laid on the ground, not on the sheet.
    """
    spots = shapely.get_coordinates(homes.representative_point().to_numpy())
    crowd = Crowd(spots, homes["households_last_year"].to_numpy().astype(float))
    rows: list[tuple[int, int, BaseGeometry]] = []
    for number, community in enumerate(communities.geometry):
        cells = [block for block in blocks if community.contains(block.representative_point())]
        grids = mend(bisect(cells, crowd, rng), crowd)
        grids = with_exclave(grids) if number == EXCLAVE_IN else grids
        grids.sort(key=lambda grid: (round(grid.centroid.x / COLUMN_M), -grid.centroid.y))
        rows.extend((number, order, grid) for order, grid in enumerate(grids, start=1))
    households = [round(crowd.within(grid)) for _, _, grid in rows]
    codes = [communities["code"].iloc[number] for number, _, _ in rows]
    return gpd.GeoDataFrame(
        {
            "grid_id": [f"{code}{order:03d}" for code, (_, order, _) in zip(codes, rows, strict=True)],
            "name": [f"{communities['name'].iloc[number]}第{order:02d}网格" for number, order, _ in rows],
            "name_en": [f"{communities['name_en'].iloc[number]} Grid {order:02d}" for number, order, _ in rows],
            "community": codes,
            "households": households,
            "people": [round(count * float(rng.normal(2.62, 0.12))) for count in households],
        },
        geometry=[grid for _, _, grid in rows],
        crs=frame.CRS,
    ).to_crs(frame.LONLAT)


@dataclass(frozen=True)
class Crowd:
    """Where households live, shape (n, 2) in metres, and how many at each place."""

    spots: NDArray[np.float64]
    weight: NDArray[np.float64]

    def within(self, shape: BaseGeometry) -> float:
        """Return how many households live in a shape."""
        return float(self.weight[shapely.contains_xy(shape, self.spots)].sum())


def bisect(cells: Sequence[Polygon], crowd: Crowd, rng: np.random.Generator) -> list[BaseGeometry]:
    """Return the cells gathered into parts of about `TARGET` households: halved west-east or north-south, and again.

    A street block that is too large by itself is cut straight through, whatever stands there.
    """
    held = np.array([crowd.within(cell) for cell in cells])
    count = round(float(held.sum()) / (TARGET * float(rng.uniform(0.86, 1.12))))
    together = shapely.union_all(list(cells))
    if count <= 1:
        return [together]
    west, south, east, north = together.bounds
    axis = int(north - south > east - west)
    if len(cells) == 1:
        return [piece for half in ruled(cells[0], crowd, axis) for piece in bisect([half], crowd, rng)]
    order = np.argsort([shapes.xy(cell.centroid)[axis] for cell in cells], kind="stable")
    wanted = float(held.sum()) * (count // 2) / count
    cut = int(np.abs(held[order].cumsum()[:-1] - wanted).argmin()) + 1
    halves = [cells[i] for i in order[:cut]], [cells[i] for i in order[cut:]]
    return [piece for half in halves for piece in bisect(half, crowd, rng)]


def ruled(cell: Polygon, crowd: Crowd, axis: int) -> list[Polygon]:
    """Return the parts of a cell on either side of a straight line through its middle household."""
    inside = shapely.contains_xy(cell, crowd.spots)
    at, held = crowd.spots[inside, axis], crowd.weight[inside]
    order = np.argsort(at, kind="stable")
    middle = float(at[order][np.searchsorted(held[order].cumsum(), held.sum() / 2)]) + 3.0
    west, south, east, north = cell.bounds
    upright, level = [(middle, south - 1), (middle, north + 1)], [(west - 1, middle), (east + 1, middle)]
    return shapes.polygons(split(cell, LineString(level if axis else upright)))


def mend(pieces: Sequence[BaseGeometry], crowd: Crowd) -> list[BaseGeometry]:
    """Return every part of the pieces as a grid, those with hardly a household given to the one they touch most."""
    parts = [part for piece in pieces for part in shapes.polygons(piece)]
    held = [crowd.within(part) for part in parts]
    grids: list[BaseGeometry] = [part for part, count in zip(parts, held, strict=True) if count >= LEAST]
    strays = [part for part, count in zip(parts, held, strict=True) if count < LEAST]
    for stray in sorted(strays, key=lambda part: -part.area):
        shared = [shapely.intersection(stray.boundary, grid.boundary).length for grid in grids]
        nearest = int(np.argmax(shared))
        grids[nearest] = shapely.union(grids[nearest], stray)
    return grids


def with_exclave(grids: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Return the grids with the southern end of one handed to the first, which lies furthest from it."""
    changed = list(grids)
    away = int(np.argmax([grids[0].distance(grid) for grid in grids]))
    west, south, east, north = grids[away].bounds
    corner = shapes.largest(shapely.intersection(grids[away], box(west, south, east, south + (north - south) * 0.4)))
    changed[0] = MultiPolygon([shapes.largest(grids[0]), corner])
    changed[away] = shapes.largest(shapely.difference(grids[away], corner))
    return changed
