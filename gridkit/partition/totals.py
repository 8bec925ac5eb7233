"""Totals: what stands in each group of rows summed, in a way that the order of the rows cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def totals(group: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return the sum of the values of each of ``count`` groups: [count], or [count, q] of values [n, q].

    Sums of decimals depend on their order in the last digit, and the last digit decides between two grids as large.

    Examples
    --------
    >>> one, other = [0.1, 0.2, 0.3], [0.3, 0.2, 0.1]
    >>> sum(one) == sum(other)
    False
    >>> bool(totals(np.zeros(3, int), np.array(one), 1) == totals(np.zeros(3, int), np.array(other), 1))
    True
    """
    if values.ndim > 1:
        return np.column_stack([totals(group, column, count) for column in values.T])
    order = np.lexsort((values, group))
    return np.bincount(group[order], values[order], count).astype(np.float64)
