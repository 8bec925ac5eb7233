"""Small numbers kept from the public, so that no sum gives them away.

A count below k is hidden. Where its row or its total would tell it by subtraction, a second count is hidden with it; and this
goes on until neither subtraction, nor any combination of sums, nor the fact that counts are not negative pins a hidden one down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, lil_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

K = 10
"""Counts from 1 to K - 1 are hidden."""


def suppressed(table: pd.DataFrame, parents: pd.Series[str], k: int = K) -> pd.DataFrame:
    """Return the table of counts as it may be published: hidden counts are null.

    It stays safe when the sums over the columns of each row, over the rows of each parent (per column), and over everything are
    published too: no hidden small count can be computed from them, and for each one values from 1 to at least k stay possible.

    Parameters
    ----------
    table
        Counts, one row per grid, one column per class (or a single column).
    parents
        The parent of each grid, whose totals are published.
    k
        Counts from 1 to k - 1 are small. Noughts are shown.

    Returns
    -------
    DataFrame
        Of the same shape, ``Int64`` with nulls. Small counts and those hidden to protect them look alike.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4; two-way tables: Gusfield (1988), SIAM Journal on
    Computing 17(3), 552-571.

    Examples
    --------
    >>> counts = pd.DataFrame({"fires": [3, 12, 40, 25]}, index=list("abcd"))
    >>> suppressed(counts, pd.Series("p", index=counts.index))["fires"].tolist()
    [<NA>, <NA>, 40, 25]
    """
    hidden = np.zeros(table.shape, dtype=bool)
    values = table.to_numpy(dtype=np.int64)
    group = pd.factorize(parents.reindex(table.index), sort=True)[0]
    for parent in np.unique(group):  # parents' totals are published, so each parent is a puzzle of its own
        rows = np.flatnonzero(group == parent)
        hidden[rows] = _hidden(values[rows], k)
    return table.astype("Int64").mask(pd.DataFrame(hidden, table.index, table.columns))


def _hidden(values: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Return what is hidden of one parent's table, whose row and column sums are known to all."""
    small = (values > 0) & (values < k)
    hidden = small.copy()
    _protect_lines(values, hidden, k)
    while True:
        loose = _pinned(values, hidden, small, k)
        if not len(loose):
            return hidden
        row, column = loose[0]
        if not _hide_another(values, hidden, row, column):
            hidden |= values > 0  # nothing is left to hide it behind: the whole parent goes
            return hidden


def _protect_lines(values: NDArray[np.int64], hidden: NDArray[np.bool_], k: int) -> None:
    """Hide more until no row or column with something hidden has only one, or sums up to less than k more than their number."""
    changed = True
    while changed:
        changed = False
        for axis in (0, 1) if values.shape[1] > 1 else (0,):
            table, mask = (values.T, hidden.T) if axis == 0 else (values, hidden)
            for line in range(len(table)):
                while mask[line].any() and (
                    mask[line].sum() == 1 or table[line][mask[line]].sum() < k + mask[line].sum() - 1
                ):
                    open_ = np.flatnonzero(~mask[line] & (table[line] > 0))
                    if not len(open_):
                        break
                    mask[line, open_[np.argmin(table[line][open_])]] = True
                    changed = True


def _pinned(
    values: NDArray[np.int64], hidden: NDArray[np.bool_], small: NDArray[np.bool_], k: int
) -> list[tuple[int, int]]:
    """Return the small counts that the published sums pin down: to one value, or to values below k."""
    low, high = bounds(values, hidden)
    loose = small & ((high - low < 1) | (high < k))
    return [(int(row), int(column)) for row, column in np.argwhere(loose)]


def _hide_another(values: NDArray[np.int64], hidden: NDArray[np.bool_], row: int, column: int) -> bool:
    """Hide one more count, the smallest in the row or column of a loose one, else the smallest of all; say whether there was one."""
    candidates = ~hidden & (values > 0)
    nearby = np.zeros_like(hidden)
    nearby[row], nearby[:, column] = True, True
    for pool in (candidates & nearby, candidates):
        if pool.any():
            place = np.argwhere(pool)[np.argmin(values[pool])]
            hidden[tuple(place)] = True
            return True
    return False


def bounds(values: NDArray[np.int64], hidden: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the most that each hidden count can be, for one who knows the row and column sums.

    A table of one column has only its column sum; every hidden count is known to be at least 1, because noughts are shown.
    """
    low, high = values.astype(float), values.astype(float)
    where = np.argwhere(hidden)
    if not len(where):
        return low, high
    number = np.full(values.shape, -1)
    number[hidden] = np.arange(len(where))
    lines = [(number[:, c], values[:, c]) for c in range(values.shape[1])]
    if values.shape[1] > 1:
        lines += [(number[r], values[r]) for r in range(len(values))]
    sums = lil_array((len(lines), len(where)))
    right = np.zeros(len(lines))
    for line, (numbers, counts) in enumerate(lines):
        inside = numbers >= 0
        sums[line, numbers[inside]] = 1.0
        right[line] = counts[inside].sum()
    if values.shape[1] == 1:
        total, others = right[0], len(where) - 1
        low[hidden], high[hidden] = 1.0 if others else total, total - others
        return low, high
    _extremes(csr_array(sums), right, where, low, high)
    return low, high


def _extremes(
    sums: csr_array,
    right: NDArray[np.float64],
    where: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> None:
    for i, place in enumerate(where):
        cost = np.zeros(len(where))
        cost[i] = 1.0
        for sign, out in ((1.0, low), (-1.0, high)):
            answer = linprog(sign * cost, A_eq=sums, b_eq=right, bounds=(1, None), method="highs")
            out[tuple(place)] = answer.x[i]
