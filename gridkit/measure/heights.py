"""Heights above sea level on a raster, and how slopes slow down those who walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def tobler(slope: Floats) -> Floats:
    r"""Return the share of the speed on the flat that is walked on a slope (rise over run).

    .. math:: e^{-3.5 |s + 0.05|} / e^{-3.5 \cdot 0.05}

    References
    ----------
    Tobler (1993), NCGIA Technical Report 93-1.

    Examples
    --------
    >>> tobler(np.array([0.0, 0.1, -0.05])).round(3).tolist()
    [1.0, 0.705, 1.191]
    """
    return np.asarray(np.exp(-3.5 * np.abs(slope + 0.05)) / np.exp(-3.5 * 0.05))


@dataclass(frozen=True)
class Heights:
    """A raster of heights with square or oblong pixels, its rows from north to south.

    Attributes
    ----------
    values
        Metres above sea level, shape (rows, columns); not a number where unknown.
    corner
        The north-west corner (x, y), in the CRS of the network.
    pixel
        Width and height of a pixel, both positive, metres.
    """

    values: Floats
    corner: tuple[float, float]
    pixel: tuple[float, float]

    def at(self, xy: Floats) -> Floats:
        """Return the heights at points of shape (n, 2), linear between the pixels' centres, not a number outside."""
        column = (xy[:, 0] - self.corner[0]) / self.pixel[0] - 0.5
        row = (self.corner[1] - xy[:, 1]) / self.pixel[1] - 0.5
        rows, columns = self.values.shape
        half = 0.5  # a pixel's value stands in its middle and holds up to its edge
        outside = (column < -half) | (row < -half) | (column > columns - half) | (row > rows - half)
        column, row = np.clip(column, 0, columns - 1), np.clip(row, 0, rows - 1)
        c, r = np.minimum(column.astype(int), max(columns - 2, 0)), np.minimum(row.astype(int), max(rows - 2, 0))
        dc, dr = column - c, row - r
        right, below = np.minimum(c + 1, columns - 1), np.minimum(r + 1, rows - 1)
        v = self.values
        high = (v[r, c] * (1 - dc) + v[r, right] * dc) * (1 - dr) + (v[below, c] * (1 - dc) + v[below, right] * dc) * dr
        return np.where(outside, np.nan, high)

    def slowed(self, begin: Floats, end: Floats, length: Floats, minutes: Floats) -> tuple[Floats, Floats]:
        """Return the minutes there and back along edges of ``length`` metres, given those on the flat.

        The slope is that between the two ends; where a height is unknown the edge counts as flat.
        """
        rise = np.nan_to_num(self.at(end) - self.at(begin))
        slope = np.clip(rise / np.maximum(length, 1.0), -1.0, 1.0)
        return minutes / tobler(slope), minutes / tobler(-slope)
