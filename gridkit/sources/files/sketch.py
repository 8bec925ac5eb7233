"""Shapes as a few lines of text: a small map for a terminal, drawn in Braille, two dots by four to a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

WIDTH, HEIGHT = 32, 12
"""Letters of the map at most: it fits a terminal of 40."""

MOST = 20_000
"""Of more shapes than this every so-manieth is drawn."""

_BRAILLE = 0x2800
_DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def sketch(shapes: gpd.GeoSeries, *, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return shapes as lines of text, north up, lengths the same both ways; empty where there are none.

    Parameters
    ----------
    shapes
        In any CRS; degrees are drawn narrower by the cosine of their latitude.
    width, height
        Letters at most.

    Examples
    --------
    >>> import geopandas as gpd
    >>> print(sketch(gpd.GeoSeries([shapely.box(0, 0, 4, 4)]), width=4, height=2))
    ⡏⠉⠉⢹
    ⣇⣀⣀⣸
    """
    held = np.asarray(shapes.values, dtype=object)
    held = held[~(shapely.is_missing(held) | shapely.is_empty(held))]
    held = held[:: max(1, len(held) // MOST)]
    points, owner = shapely.get_coordinates(held, return_index=True)
    points, owner = points[np.isfinite(points).all(axis=1)], owner[np.isfinite(points).all(axis=1)]
    if not len(points):
        return ""
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    middle = np.cos(np.deg2rad((south + north) / 2)) if shapes.crs is not None and shapes.crs.is_geographic else 1.0
    across, up = max((east - west) * middle, 1e-12), max(north - south, 1e-12)
    scale = min((2 * width - 1) / across, (4 * height - 1) / up)
    dots = np.column_stack([(points[:, 0] - west) * middle * scale, (north - points[:, 1]) * scale])
    drawn = np.zeros((int(dots[:, 1].max()) + 1, int(dots[:, 0].max()) + 1), dtype=bool)
    for at, to in _strokes(dots, held, owner):
        drawn[np.rint(at).astype(int).clip(0, len(drawn) - 1), np.rint(to).astype(int).clip(0, drawn.shape[1] - 1)] = (
            True
        )
    return _letters(drawn)


def _strokes(
    dots: NDArray[np.float64], shapes: NDArray[np.object_], owner: NDArray[np.int64]
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return rows and columns of the dots: the corners, and what lies between those of lines and rings."""
    found = [(dots[:, 1], dots[:, 0])]
    lined = np.isin(shapely.get_dimensions(shapes), (1, 2))
    same = (owner[1:] == owner[:-1]) & lined[owner[1:]]
    start, end = dots[:-1][same], dots[1:][same]
    steps = int(np.ceil(np.abs(end - start).max())) + 1 if len(start) else 0
    # Strokes from the end of one ring to the next of the same shape are drawn too: at this size they hardly show.
    for share in np.linspace(0, 1, min(steps, 200) + 1)[1:-1] if steps > 1 else ():
        between = start + (end - start) * share
        found.append((between[:, 1], between[:, 0]))
    return found


def _letters(drawn: NDArray[np.bool_]) -> str:
    rows, columns = -(-len(drawn) // 4), -(-drawn.shape[1] // 2)
    padded = np.zeros((rows * 4, columns * 2), dtype=bool)
    padded[: len(drawn), : drawn.shape[1]] = drawn
    cells = padded.reshape(rows, 4, columns, 2).transpose(0, 2, 1, 3)
    codes = (cells * _DOTS).sum(axis=(2, 3)) + _BRAILLE
    return "\n".join("".join(map(chr, row)).rstrip(chr(_BRAILLE)) for row in codes)
