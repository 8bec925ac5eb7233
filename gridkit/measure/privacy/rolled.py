"""Shares that are told grid by grid and rolled up: what is hidden so that no sum of a larger area gives it away.

::

    rolled(n, of, parents, persons=...) -> Rolled      which grids and which areas above them may be told
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.privacy.suppression import K, together

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Rolled:
    """Which rows and sums of one indicator may be told.

    Attributes
    ----------
    withheld
        The rows that may not, on their index; rows of which nothing is known are not withheld.
    groups
        The parents whose sums may be known together; none where no sum may be, the whole neither.
    """

    withheld: pd.Series[Any]
    groups: tuple[tuple[str, ...], ...]

    def tells(self, parents: set[str]) -> bool:
        """Return whether the sum of these parents may be told: no group lies partly in them."""
        touching = [set(group) for group in self.groups if parents & set(group)]
        return bool(touching) and all(group <= parents for group in touching)

    def areas(self, upper: Mapping[str, str]) -> dict[str, bool]:
        """Return for each area above the parents whether its sum may be told, by the area that each parent is in."""
        members: dict[str, set[str]] = {}
        for parent, area in upper.items():
            members.setdefault(area, set()).add(parent)
        known = {parent for group in self.groups for parent in group}
        return {area: self.tells(own & known) if own & known else True for area, own in members.items()}


def rolled(
    n: pd.Series[float],
    of: pd.Series[float],
    parents: pd.Series[Any],
    *,
    persons: bool,
    also: Collection[str] = (),
    k: int = K,
) -> Rolled:
    """Return which rows of an indicator may be told beside the sums of their parents and of all.

    Of people and households no count from 1 to k - 1 may follow, above the line or left over below it; of other things
    no share of fewer than k. Rows are withheld whole, others with them, as :func:`suppression.together` has it.

    Parameters
    ----------
    n, of
        Above and below the line in each row; null where nobody knows. Rows that belong to no grid are rows too.
    parents
        The parent of each row; a row of no parent is one of its own.
    also
        Rows that are withheld whatever they count: those that an earlier edition told of other ground.

    Examples
    --------
    >>> n, of = pd.Series([3.0, 30.0, 40.0, 0.0]), pd.Series([90.0, 95.0, 99.0, 80.0])
    >>> rolled(n, of, pd.Series("p", index=n.index), persons=True).withheld.tolist()
    [True, True, False, False]
    """
    known = n.notna() & of.notna()
    above, below = (pd.Series(np.ceil(each[known]), dtype=float) for each in (n, of))
    parts = {"n": above, "rest": (below - above).clip(lower=0)} if persons else {"of": below}
    table = pd.DataFrame(parts).astype(np.int64)
    names = parents[known].astype("object").where(parents[known].notna(), "").map(str)
    withheld = pd.Series(data=False, index=n.index)
    if not len(table):
        return Rolled(withheld, ())
    shut = table.index.isin(list(also))
    bound = {name: [name] for name in sorted(names.unique())}
    if persons:
        of_all, joined = _of_all(below, names, k)
        shut = shut | of_all
        bound = {group[0]: group for group in joined} or bound
    first = {name: label for label, group in bound.items() for name in group}
    hidden, groups = together(table, names.map(first), k, also=shut)
    withheld[known] = hidden
    return Rolled(withheld, tuple(tuple(sorted(name for label in group for name in bound[label])) for group in groups))


def _of_all(below: pd.Series[float], parents: pd.Series[str], k: int) -> tuple[Flags, list[list[str]]]:
    """Return the rows withheld, and the parents told together, for the sake of what stands below the line alone.

    Several lines stand over the same households, and the same line is told month after month. A small number of them is
    hidden behind the same rows and in the same parents in all of these, whatever stands above: else one line would tell
    the rows that another hides behind.
    """
    return together(pd.DataFrame({"of": below}).astype(np.int64), parents, k)
