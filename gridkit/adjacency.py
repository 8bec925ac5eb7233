"""The border graph of a table of units: where the ends of borders stand among them, and in how many pieces they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.graph import components

if TYPE_CHECKING:
    from numpy.typing import NDArray


def positions(borders: pd.DataFrame, units: pd.Index) -> NDArray[np.int64]:
    """Return the positions in ``units`` of the two units of each border, -1 for one that is not among them."""
    ends = [units.get_indexer(pd.Index(borders[end])) for end in ("unit_id", "neighbour")]
    return np.column_stack(ends).astype(np.int64)


def pieces(borders: pd.DataFrame, members: pd.Index) -> int:
    """Return in how many connected pieces some units lie."""
    ends = positions(borders, members)
    return len(np.unique(components(ends[(ends >= 0).all(axis=1)], len(members))))
