"""Counts too small to publish, and the further ones that would give them away by subtraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def withheld(counts: pd.Series, groups: pd.Series, least: int) -> NDArray[np.bool_]:
    """Return which rows of a published table must not show their count.

    A count from 1 to ``least - 1`` is withheld. Where the total of a group (and of all groups) is known, what is
    withheld could be found by subtraction, so the next smallest counts of the group are withheld as well until there
    are two of them and they add up to ``least`` at least.

    Parameters
    ----------
    counts
        Counts of whole events or people; missing ones are never shown anyway.
    groups
        The parent of each row, whose total a reader may know. On the index of ``counts``.
    least
        The least count that may be shown; 0 or 1 withholds nothing.

    Examples
    --------
    >>> withheld(pd.Series([3, 40, 12, 50]), pd.Series(["a", "a", "a", "b"]), 10).tolist()
    [True, False, True, False]
    """
    values = counts.to_numpy(dtype=float, na_value=np.nan)
    hidden: NDArray[np.bool_] = (values > 0) & (values < least)
    if least <= 1 or not hidden.any():
        return hidden & (least > 1)
    for rows in pd.Series(np.arange(len(values))).groupby(groups.to_numpy()).indices.values():
        _cover(values, hidden, np.asarray(rows), least)
    # Hidden rows of different groups cover each other in the grand total; a lone pair per group is enough for it.
    return hidden


def _cover(values: NDArray[np.float64], hidden: NDArray[np.bool_], rows: NDArray[np.int64], least: int) -> None:
    """Hide further rows of one group until the hidden ones cannot be told apart by its total."""
    if not hidden[rows].any():
        return
    for row in sorted(rows, key=lambda each: (values[each], each)):
        if hidden[rows].sum() > 1 and values[rows][hidden[rows]].sum() >= least:
            return
        if values[row] > 0:
            hidden[row] = True
