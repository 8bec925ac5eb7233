"""Little towns with streets on a lattice, for what is measured along them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from shapely.geometry import LineString, Point, box

from gridkit.measure.inputs import Subject
from gridkit.tables import Extract

METRES = "EPSG:32650"


def grid_of(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return GRIDS: the units of each grid_id as one polygon."""
    grids = units.dissolve("grid_id", aggfunc={"people": "sum", "households": "sum"})
    grids["parent"], grids["area_m2"] = "d", grids.area
    return grids.assign(units=units.groupby("grid_id").size())


def points(places: dict[str, tuple[float, float]], **columns: list) -> gpd.GeoDataFrame:
    """Return points in metres."""
    return gpd.GeoDataFrame(columns, index=list(places), geometry=[Point(xy) for xy in places.values()], crs=METRES)


def lattice(count: int, step: float = 100.0) -> gpd.GeoDataFrame:
    """Return streets on a square lattice of ``count`` by ``count`` crossings."""
    lines = {}
    for k in range(count):
        lines[f"row-{k}"] = LineString([(step * i, step * k) for i in range(count)])
        lines[f"column-{k}"] = LineString([(step * k, step * i) for i in range(count)])
    frame = gpd.GeoDataFrame({"kind": "residential"}, index=list(lines), geometry=list(lines.values()), crs=METRES)
    return frame.rename_axis("feature_id")


def town(count: int = 6, step: float = 100.0) -> Subject:
    """Return ``count`` by ``count`` square units of 50 people between streets, two by two in a grid."""
    cells = [(i, j) for j in range(count) for i in range(count)]
    units = gpd.GeoDataFrame(
        {
            "parent": "d",
            "people": 50,
            "households": 20.0,
            "kind": "block",
            "grid_id": [f"g{i // 2}-{j // 2}" for i, j in cells],
        },
        index=pd.Index([f"u{i}-{j}" for i, j in cells], name="unit_id"),
        geometry=[box(i * step, j * step, (i + 1) * step, (j + 1) * step) for i, j in cells],
        crs=METRES,
    )
    units["area_m2"] = units.area
    return Subject(units, grid_of(units), Extract({"roads": lattice(count + 1, step)}, units.crs))


def lattice_neighbours(n: int) -> csr_array:
    """Return which of n by n squares touch, corners included."""
    cell = np.arange(n * n)
    x, y = cell % n, cell // n
    steps = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]
    pairs = []
    for dx, dy in steps:
        inside = (x + dx >= 0) & (x + dx < n) & (y + dy >= 0) & (y + dy < n)
        pairs.append(np.column_stack([cell[inside], cell[inside] + dx + dy * n]))
    one, other = np.concatenate(pairs).T
    return csr_array((np.ones(len(one)), (one, other)), shape=(n * n, n * n))
