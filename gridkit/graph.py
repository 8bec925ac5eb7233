"""Graphs as arrays of pairs: what hangs together over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def components(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the number of the connected part of each of ``count`` nodes, in the order of their first nodes.

    Parameters
    ----------
    pairs
        [m, 2] positions of two nodes that hang together, in either order; the same pair may come twice.

    Examples
    --------
    >>> components(np.array([[3, 1], [0, 2]]), 5).tolist()
    [0, 1, 0, 1, 2]
    """
    from scipy.sparse import coo_array, csgraph

    graph = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    parts: NDArray[np.int64] = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return parts
