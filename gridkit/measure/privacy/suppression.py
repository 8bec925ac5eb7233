"""Small numbers kept from the public, so that no sum gives them away.

A count below k is hidden. So that it cannot be had by subtraction either, other counts are hidden with it, until there
is another table in which every sum and every shown count is the same and the small count is not small: whoever adds,
subtracts or solves equations cannot tell the two tables apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Flags = NDArray[np.bool_]

K = 10
"""Counts from 1 to K - 1 are hidden."""
TOTAL = "total"


@dataclass(frozen=True)
class Published:
    """What may be shown: nulls are hidden, whether because they are small or to protect a small one; these look alike.

    Attributes
    ----------
    grids
        One row per grid; beside several columns stands their ``total``.
    parents
        One row per parent, the sums of its grids; a parent in which nothing can be hidden behind anything shows none.
    everything
        The sums of all; null where even these would tell a small count.
    """

    grids: pd.DataFrame
    parents: pd.DataFrame
    everything: pd.Series[int]


def published(table: pd.DataFrame, parents: pd.Series[str], k: int = K) -> Published:
    """Return the counts as they may be published together with the sums of each parent, of each grid, and of all.

    For every hidden small count there is a table with the same published numbers in which that count is at least ``k``
    (and every other hidden one at least 1: noughts are shown), so that it is pinned down neither by equations nor by
    bounds.

    Parameters
    ----------
    table
        Whole counts, one row per grid, one column per class (or a single column).
    parents
        The parent of each grid.
    k
        Counts from 1 to k - 1 are small.

    References
    ----------
    Cox (1980), Journal of the American Statistical Association 75(370), 377-385; Hundepool et al. (2012), Statistical
    Disclosure Control, chapter 4.

    Examples
    --------
    >>> counts = pd.DataFrame({"fires": [3, 12, 40, 25]}, index=list("abcd"))
    >>> published(counts, pd.Series("p", index=counts.index)).grids["fires"].tolist()
    [<NA>, <NA>, 40, 25]
    """
    full = table.assign(**{TOTAL: table.sum(axis=1)}) if table.shape[1] > 1 else table
    values = full.to_numpy(dtype=np.int64)
    names = parents.reindex(table.index)
    sums = full.groupby(names.to_numpy()).sum()
    hidden = np.zeros(values.shape, dtype=bool)
    groups = _screened(names, hidden, lambda rows: _hidden(values[rows], k))
    if not groups:
        return _nothing(full, sums)
    alone = pd.Series({group[0]: True for group in groups if len(group) == 1}).reindex(sums.index, fill_value=False)
    shown = sums.astype("Int64").mask(~alone.astype(bool))
    return Published(full.astype("Int64").mask(hidden), shown, full.sum().astype("Int64"))


def together(
    table: pd.DataFrame, parents: pd.Series[str], k: int = K, *, also: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.bool_], list[list[str]]]:
    """Return the rows of which nothing may be told, so that no small count of any column follows from the others.

    Where columns depend on each other (this period and the last, the closed of all, a rate beside its count), hiding
    single cells is not enough: what is shown of a row tells the rest of it. So a row with a small count is withheld
    whole, and with it, in every column that has a small count among the withheld rows, at least one count that is not
    small; where there is none, the small ones hide behind each other, if together they are enough. Then
    :math:`k - c` events may be moved in thought from the others to the small count ``c``, one left in each: every
    column's sum and every row that is shown stay as they are, whatever they are made of, and the small count is not
    small. No equation and no bound, linear or not, tells the two apart.

    Parameters
    ----------
    table
        Whole counts of events, one row per grid; columns may overlap, be parts of others or the rest of others.
    parents
        The parent of each grid, whose sums a reader may know. Where all of a parent cannot hide a small count, only
        the sum with another parent may be known; where all together cannot, all rows but noughts are withheld.
    k
        Counts from 1 to k - 1 are small.
    also
        Rows that are withheld already.

    Returns
    -------
    tuple
        Which rows are withheld; and the groups of parents whose sums may be known, none where no sum may be.

    References
    ----------
    The argument is that of Cox (1980), Journal of the American Statistical Association 75(370), 377-385, with rows in
    place of cells.

    Examples
    --------
    >>> counts = pd.DataFrame({"all": [30, 12, 40, 25], "before": [3, 6, 20, 12]}, index=list("abcd"))
    >>> rows, groups = together(counts, pd.Series("p", index=counts.index))
    >>> rows.tolist(), groups
    ([True, True, False, True], [['p']])
    """
    values = table.to_numpy(dtype=np.int64)
    shut: Flags = np.any((values > 0) & (values < k), axis=1)
    if also is not None:
        shut = shut | also
    groups = _screened(parents.reindex(table.index), shut, lambda rows: _behind(values[rows], shut[rows], k))
    if not groups:
        shut = shut | (values > 0).any(axis=1)
    return shut, groups


def _behind(values: Counts, shut: Flags, k: int) -> Flags | None:
    """Return the rows to withhold of one group whose sums are known; None where some small count cannot be hidden."""
    shut, size = shut.copy(), values.sum(axis=1)
    settled = False
    while not settled:
        settled = True
        for column in values.T:
            small, large = shut & (column > 0) & (column < k), column >= k
            if small.any() and not (shut & large).any():
                if not large.any():
                    # A reader may know of every one of them that it is not nought: one of each is given to no other.
                    if (column[small] - 1).sum() >= k - 1:
                        continue
                    return None
                able = np.flatnonzero(large)
                shut[able[np.argmin(size[able])]] = True
                settled = False
    return shut


def _screened(
    names: pd.Series[str], hidden: Flags, protected: Callable[[NDArray[np.intp]], Flags | None]
) -> list[list[str]]:
    """Fill ``hidden`` group by group, and return the groups of parents whose sums may be known; none when none may be.

    A parent in which something cannot be protected is put together with another one.
    """
    groups = [[name] for name in sorted(names.unique())]
    done = 0
    while done < len(groups):
        rows = np.flatnonzero(names.isin(groups[done]).to_numpy())
        behind = protected(rows)
        if behind is not None:
            hidden[rows] = behind
            done += 1
        elif len(groups) > 1:  # its own sums would tell: only the sum with another parent is left to be known
            joined = groups.pop(done)
            done = min(done, len(groups) - 1)
            groups[done] = sorted([*groups[done], *joined])
        else:
            return []
    return groups


def _nothing(full: pd.DataFrame, sums: pd.DataFrame) -> Published:
    """Publish noughts only: there are too few incidents, or too few grids, for anything to hide behind."""
    cells = full.astype("Int64")
    return Published(
        cells.mask(full > 0), sums.astype("Int64").mask(sums >= 0), full.sum().astype("Int64").mask(full.sum() >= 0)
    )


def _hidden(values: Counts, k: int) -> Flags | None:
    """Return what to hide of one group whose sums are known; None where some small count cannot be hidden."""
    small = (values > 0) & (values < k)
    hidden = small.copy()
    places = np.argwhere(small)
    # The smallest have to be able to grow most; what is hidden for them serves the others too.
    for row, column in places[np.argsort(values[small], kind="stable")]:
        partners = _partners(values, hidden, int(row), int(column), k)
        if partners is None:
            return None
        for place in partners:
            hidden[place] = True
    return hidden


def _partners(values: Counts, hidden: Flags, row: int, column: int, k: int) -> list[tuple[int, int]] | None:
    """Return the counts that, hidden as well, let this one be ``k`` or more while every sum stays; the cheapest such.

    In a single column, another grid's count can be lower by as much as this one is higher. In a table with totals, the
    same is done in the rows of two grids: once in this count's column, and once in another column of the two, in
    reverse (or in their totals, alongside).
    """
    more = k - values[row, column]
    last = values.shape[1] - 1
    cost = np.where(hidden, 0, values)
    if last == 0:
        able = values[:, 0] > more
        able[row] = False
        if not able.any():
            return None
        return [(int(np.flatnonzero(able)[np.argmin(cost[able, 0])]), 0)]
    # The change in row `row` is +more at `column`; in another row it is -more there. A second column takes it back.
    change = np.where(np.arange(last + 1) == last, 1, -1) if column != last else np.ones(last + 1, dtype=np.int64)
    enough_here = values[row] + change * more >= 1
    enough_there = values - change * more >= 1
    able = (values > 0) & (values[row] > 0) & enough_here & enough_there
    able &= (values[:, column] - more >= 1)[:, None]
    able[row], able[:, column] = False, False
    price = cost + cost[row] + cost[:, [column]]
    if not able.any():
        return None
    other, second = (int(each) for each in np.argwhere(able)[np.argmin(price[able])])
    return [(other, column), (row, second), (other, second)]
