"""The border graph: where the ends of borders stand among the units, and what hangs together over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix, csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray


def positions(borders: pd.DataFrame, units: pd.Index) -> NDArray[np.int64]:
    """Return the positions in ``units`` of the two units of each border, -1 for one that is not among them."""
    ends = [units.get_indexer(pd.Index(borders[end])) for end in ("unit_id", "neighbour")]
    return np.column_stack(ends).astype(np.int64)


def components(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the number of the connected part of each node."""
    graph = coo_matrix((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    parts: NDArray[np.int64] = csgraph.connected_components(graph, directed=False)[1].astype(np.int64)
    return parts


def pieces(borders: pd.DataFrame, members: pd.Index) -> int:
    """Return in how many connected pieces some units lie."""
    ends = positions(borders, members)
    return len(np.unique(components(ends[(ends >= 0).all(axis=1)], len(members))))
