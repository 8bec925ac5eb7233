"""Which of many areas each point lies in: exactly one, or none.

Areas are painted once into a raster of cells; a cell that no edge touches answers for all its points, and only the
points in the cells along the edges (a few per cent) are tested exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridkit.kernels import compiled

if TYPE_CHECKING:
    import geopandas as gpd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Cells = NDArray[np.int32]
NOWHERE = -1
EDGE = -2
FEW = 20_000
"""Up to this many points are tested exactly without painting."""
CHUNK = 500_000
MOST_CELLS = 4_000_000
SLACK = 1e-3
"""Cells that an edge passes this near, in cells, count as touched by it, against rounding."""


def assign(points: gpd.GeoSeries | gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> pd.Series[str]:
    """Return the grid each point lies in, or None where it lies in none.

    A point on the border of several grids belongs to the one with the smallest id: every point is in exactly one.

    Parameters
    ----------
    points
        Points in the CRS of ``grids``; an empty or missing geometry lies in no grid.
    grids
        Polygons with text ids.

    Returns
    -------
    Series
        On the index of ``points``, named like the index of ``grids``.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import Point, box
    >>> grids = gpd.GeoDataFrame({"grid_id": ["b", "a"]}, geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)]).set_index(
    ...     "grid_id"
    ... )
    >>> assign(gpd.GeoSeries([Point(0.5, 0.5), Point(1, 0.5), Point(3, 3)]), grids).tolist()
    ['b', 'a', None]
    """
    order = grids.sort_index()
    position = place(*coordinates(points), np.asarray(order.geometry.values, dtype=object))
    return named(position, order.index, points.index)


def standing_in(data: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> pd.Series[Any]:
    """Return the grid of each row as the grids are now: by its place, else by the code it was matched by.

    Parameters
    ----------
    data
        Points, missing where a row has none, and ``grid_id``: the code it was matched by, or null.
    """
    by_place = assign(data.geometry, grids).astype("object")
    by_code = data["grid_id"].astype("object").where(data["grid_id"].isin(grids.index), None)
    found = by_place.where(data.geometry.notna(), by_code)
    return found.where(found.notna(), None)


def coordinates(points: gpd.GeoSeries | gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Return x and y of points, not a number where the geometry is missing or empty."""
    shapes = np.array(points.geometry.values, dtype=object)  # a copy
    # GEOS refuses to name the x of an empty point, and answers NaN for a missing one.
    shapes[shapely.is_empty(shapes)] = None
    return shapely.get_x(shapes), shapely.get_y(shapes)


def named(position: Ints, ids: pd.Index[str], index: pd.Index[str]) -> pd.Series[str]:
    """Return positions as ids, None for nowhere, on ``index``."""
    names = np.array([*ids, None], dtype=object)
    return pd.Series(names[position], index=index, name=ids.name, dtype=object)


def place(x: Floats, y: Floats, shapes: NDArray[np.object_]) -> Ints:
    """Return the position of the first of ``shapes`` that each point lies in or on, :data:`NOWHERE` for none.

    Parameters
    ----------
    x, y
        Coordinates; not a number where a point has no place.
    shapes
        Polygons; where they overlap or touch, the first one wins.
    """
    if len(x) <= FEW or not len(shapes):
        return _exact(x, y, shapes)
    frame = _Frame.around(shapes, len(x))
    cells = _painted(shapes, frame)
    found = np.empty(len(x), dtype=np.int64)
    for start in range(0, len(x), CHUNK):
        part = slice(start, start + CHUNK)
        found[part] = _looked_up(x[part], y[part], cells, *frame.corner)
        edge = np.flatnonzero(found[part] == EDGE)
        found[part][edge] = _exact(x[part][edge], y[part][edge], shapes)
    return found


def _exact(x: Floats, y: Floats, shapes: NDArray[np.object_]) -> Ints:
    found = np.full(len(x), len(shapes), dtype=np.int64)
    somewhere = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    # The tree holds the points and the polygons ask it: GEOS prepares the asking side, which has the many vertices.
    spots: NDArray[np.object_] = np.asarray(shapely.points(x[somewhere], y[somewhere]), dtype=object)
    tree = shapely.STRtree(spots)
    shape, point = tree.query(shapes, predicate="intersects")
    np.minimum.at(found, somewhere[point], shape)
    found[found == len(shapes)] = NOWHERE
    return found


class _Frame:
    """A raster's corner, cell size and shape."""

    def __init__(self, x0: float, y0: float, size: float, shape: tuple[int, int]) -> None:
        self.corner = (x0, y0, size)
        self.shape = shape

    @classmethod
    def around(cls, shapes: NDArray[np.object_], points: int) -> _Frame:
        x0, y0, x1, y1 = shapely.total_bounds(shapes)
        size = float(np.sqrt(max((x1 - x0) * (y1 - y0), 1e-9) / min(MOST_CELLS, 4 * points)))
        # One cell of margin all round, so that an edge on the bounds marks cells inside the array.
        return cls(x0 - size, y0 - size, size, (int((y1 - y0) / size) + 3, int((x1 - x0) / size) + 3))


def _painted(shapes: NDArray[np.object_], frame: _Frame) -> NDArray[np.int32]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    segments = np.hstack([xy[:-1], xy[1:]])[same]
    shape = owner[part[ring[:-1][same]]]
    cells = np.full(frame.shape, NOWHERE, dtype=np.int32)
    # Painted last to first: where areas overlap, the first one stays on top.
    first = np.searchsorted(shape, np.arange(len(shapes) + 1))
    _fill(cells, segments, first, *frame.corner)
    _mark(cells, segments, *frame.corner)
    return cells


@compiled
def _fill(
    cells: Cells, segments: Floats, first: Ints, x0: float, y0: float, size: float
) -> None:  # pragma: no cover - compiled
    """Paint each shape over the cells whose centres lie in it, by the crossings of every row's middle."""
    columns = cells.shape[1]
    for shape in range(len(first) - 2, -1, -1):
        count = 0
        for s in range(first[shape], first[shape + 1]):
            low = min(segments[s, 1], segments[s, 3])
            high = max(segments[s, 1], segments[s, 3])
            count += max(0, int(np.ceil((high - y0) / size - 0.5)) - int(np.ceil((low - y0) / size - 0.5)))
        keys = np.empty(count, dtype=np.float64)
        k = 0
        for s in range(first[shape], first[shape + 1]):
            xa, ya, xb, yb = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
            begin = int(np.ceil((min(ya, yb) - y0) / size - 0.5))
            end = int(np.ceil((max(ya, yb) - y0) / size - 0.5))
            for row in range(begin, end):
                middle = y0 + (row + 0.5) * size
                x = xa + (middle - ya) * (xb - xa) / (yb - ya)
                # Row and column in one number, so that one sort orders the crossings of all rows.
                keys[k] = row * (columns + 2.0) + min(max((x - x0) / size, 0.0), columns + 1.0)
                k += 1
        keys = np.sort(keys[:k])
        for i in range(0, k - 1, 2):
            row = int(keys[i] // (columns + 2.0))
            begin = int(np.ceil(keys[i] - row * (columns + 2.0) - 0.5))
            end = int(np.ceil(keys[i + 1] - row * (columns + 2.0) - 0.5))
            for column in range(max(begin, 0), min(end, columns)):
                cells[row, column] = shape


@compiled
def _mark(cells: Cells, segments: Floats, x0: float, y0: float, size: float) -> None:  # pragma: no cover - compiled
    """Mark every cell that an edge touches."""
    rows, columns = cells.shape
    for s in range(len(segments)):
        xa, ya = (segments[s, 0] - x0) / size, (segments[s, 1] - y0) / size
        xb, yb = (segments[s, 2] - x0) / size, (segments[s, 3] - y0) / size
        low, high = min(ya, yb), max(ya, yb)
        for row in range(max(int(low - SLACK), 0), min(int(high + SLACK) + 1, rows)):
            left, right = min(xa, xb), max(xa, xb)
            if high > low:
                ta = min(max((row - SLACK - ya) / (yb - ya), 0.0), 1.0)
                tb = min(max((row + 1 + SLACK - ya) / (yb - ya), 0.0), 1.0)
                left, right = (
                    min(xa + ta * (xb - xa), xa + tb * (xb - xa)),
                    max(xa + ta * (xb - xa), xa + tb * (xb - xa)),
                )
            for column in range(max(int(left - SLACK), 0), min(int(right + SLACK) + 1, columns)):
                cells[row, column] = EDGE


@compiled
def _looked_up(
    x: Floats, y: Floats, cells: Cells, x0: float, y0: float, size: float
) -> Ints:  # pragma: no cover - compiled
    rows, columns = cells.shape
    found = np.empty(len(x), dtype=np.int64)
    for i in range(len(x)):
        column, row = (x[i] - x0) / size, (y[i] - y0) / size
        if column >= 0 and row >= 0 and column < columns and row < rows:  # false for not-a-number as well
            found[i] = cells[int(row), int(column)]
        else:
            found[i] = NOWHERE
    return found
