"""Which areas lie side by side, as a sparse matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array, eye_array

if TYPE_CHECKING:
    import geopandas as gpd


def contiguity(areas: gpd.GeoDataFrame) -> csr_array:
    """Return the areas that touch each other, in a corner or along a side (queen), as a symmetric matrix of ones.

    Examples
    --------
    >>> import geopandas as gpd
    >>> from shapely import box
    >>> row = gpd.GeoDataFrame(geometry=[box(x, 0, x + 1, 1) for x in range(3)])
    >>> contiguity(row).toarray().astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    shapes = np.asarray(areas.geometry.values, dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = one != other
    one, other = one[apart], other[apart]
    return csr_array((np.ones(len(one)), (one, other)), shape=(len(shapes), len(shapes)))


def with_self(matrix: csr_array) -> csr_array:
    """Return the matrix with every area its own neighbour: the window around it."""
    return csr_array(matrix + eye_array(matrix.shape[0]))
