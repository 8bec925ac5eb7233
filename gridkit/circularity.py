"""How compact a shape is, from its area and its outline alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def circularity(areas: ArrayLike, perimeters: ArrayLike) -> NDArray[np.float64]:
    r"""Return :math:`4 \pi A / P^2` of shapes: 1 for a circle, towards 0 for a ribbon; 0 for what has no perimeter.

    The one place where Polsby-Popper's formula stands: :func:`gridkit.measure.shape.polsby_popper` asks it for tables,
    and what has only areas and perimeters (a search, a benchmark) asks it as it is.
    """
    outline = np.asarray(perimeters, dtype=np.float64) ** 2
    return np.divide(
        4 * np.pi * np.asarray(areas, dtype=np.float64), outline, out=np.zeros_like(outline), where=outline > 0
    )
