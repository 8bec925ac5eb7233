"""Shares that are told grid by grid and rolled up: what is hidden so that no sum of a larger area gives it away.

::

    behind(lines, past) -> Behind                      what small numbers of households hide behind, in all lines alike
    rolled(n, of, parents, persons=...) -> Rolled      which grids and which areas above them may be told
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.privacy.suppression import K, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Behind:
    """What small numbers of households are hidden behind, in all lines that stand over the same ones.

    Every sum that is told holds all of these rows of its area, or none: so all sums say one and the same of them, and
    the few of one row may be moved to another in thought whatever lines and editions are put together.

    Attributes
    ----------
    rows
        The rows withheld wherever they are known, with their parents.
    bound
        Parents whose sums are told together alone.
    silent
        Parents whose sums are told no more: an earlier edition told of a row that would have to hide something now.
    """

    rows: Mapping[str, str] = field(default_factory=dict)
    bound: tuple[tuple[str, ...], ...] = ()
    silent: frozenset[str] = frozenset()

    def plain(self) -> dict[str, Any]:
        """Return it as facts of a layer, which :meth:`of` reads."""
        return {"rows": dict(self.rows), "bound": [*map(list, self.bound)], "silent": sorted(self.silent)}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Behind:
        """Return what facts of a layer say; nothing of those of an earlier version."""
        bound = tuple(map(tuple, facts.get("bound", ())))
        return cls(facts.get("rows", {}), bound, frozenset(facts.get("silent", ())))

    def group(self, parent: str) -> tuple[str, ...]:
        """Return the parents that one is told with."""
        return next((group for group in self.bound if parent in group), (parent,))

    def beside(self, other: Behind | None) -> Behind:
        """Return what both hide."""
        if other is None:
            return self
        every = merged([*self.bound, *other.bound])
        return Behind({**self.rows, **other.rows}, every, self.silent | other.silent)

    def lacks(self, parent: str, known: Iterable[object]) -> bool:
        """Return whether a sum of a parent and those it is told with would hold some of its rows and not others."""
        group = set(self.group(parent))
        own = {row for row, name in self.rows.items() if name in group}
        there = own & set(map(str, known))
        return bool(group & self.silent) or (bool(there) and there != own)


def behind(lines: Iterable[tuple[pd.Series[float], pd.Series[Any]]], past: Behind | None = None, k: int = K) -> Behind:
    """Return what the lines over the same households hide their small numbers behind.

    Parameters
    ----------
    lines
        What stands below each line, null where nobody knows, and the parent of each row; a row of no parent is one of
        its own.
    past
        What is withheld already for the sake of earlier editions; None where there is none.
    """
    found = past or Behind()
    tables = []
    for of, parents in lines:
        known = of.notna()
        names = parents[known].astype("object").where(parents[known].notna(), "").map(str)
        tables.append((pd.DataFrame({"of": np.ceil(of[known])}).astype(np.int64), names))
    settled = False
    while not settled:
        settled = True
        for table, names in tables:
            if not len(table):
                continue
            first = names.map(lambda name: found.group(name)[0])  # noqa: B023 - asked at once
            shut, groups = together(table, first, k, also=table.index.isin(list(found.rows)))
            if not groups:
                continue  # nothing of this line is told, so it tells nothing of others
            rows = {str(row): str(name) for row, name in names[shut].items()}
            more = {row: name for row, name in rows.items() if row not in found.rows}
            joined = [tuple(sorted({each for label in group for each in found.group(label)})) for group in groups]
            wider = [group for group in joined if len(group) > 1 and group not in found.bound]
            if not more and not wider:
                continue
            settled = False
            every = merged([*found.bound, *wider])
            # What an earlier edition told can hide nothing: what needs it has no sum any more.
            late = frozenset(more.values()) if past is not None else frozenset[str]()
            found = Behind({**found.rows, **more}, every, found.silent | late)
    return found


def merged(groups: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return groups of which none shares anything with another."""
    made: list[set[str]] = []
    for group in groups:
        own = set(group)
        apart = [each for each in made if not each & own]
        made = [*apart, own.union(*(each for each in made if each & own))]
    return tuple(sorted(tuple(sorted(each)) for each in made))


@dataclass(frozen=True)
class Rolled:
    """Which rows and sums of one indicator may be told.

    Attributes
    ----------
    withheld
        The rows that may not, on their index; rows of which nothing is known are not withheld.
    groups
        The parents whose sums may be known together; none where no sum may be, the whole neither.
    whole
        Whether the sum of all may be told.
    """

    withheld: pd.Series[Any]
    groups: tuple[tuple[str, ...], ...]
    whole: bool = True

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
    hides: Behind | None = None,
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
    hides
        What the lines over the same people hide behind; by default what this one alone does.

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
        return Rolled(withheld, (), whole=True)
    if persons and hides is None:
        hides = behind([(of[known], parents[known])], k=k)
    hides = hides or Behind()
    shut = table.index.isin(list(hides.rows))
    bound = {name: hides.group(name) for name in names.unique()}
    first = names.map(lambda name: bound[name][0])
    if persons and not together(pd.DataFrame({"of": below}).astype(np.int64), first, k, also=shut)[1]:
        # What stands below the line can hide behind nothing here: it took no part in what the others hide behind.
        withheld[known] = (below > 0).to_numpy(dtype=bool)
        return Rolled(withheld, (), whole=False)
    hidden, groups = together(table, first, k, also=shut)
    withheld[known] = hidden
    areas = [tuple(sorted({each for label in group for each in hides.group(label)})) for group in groups]
    told = [group for group in areas if not any(hides.lacks(name, table.index) for name in group)]
    return Rolled(withheld, tuple(told), whole=bool(told) and len(told) == len(areas))
