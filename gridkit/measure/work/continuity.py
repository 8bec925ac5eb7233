"""Continuity: households that keep their worker from one plan, or one rota, to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Kept:
    """Households that keep a worker, of those that had one.

    Attributes
    ----------
    kept, households
        Households of units whose worker stays, and of all units that had a worker whose stay can be judged.
    unknown
        Households of units that had no worker, or of which it is not known.
    """

    kept: float
    households: float
    unknown: float

    @property
    def share(self) -> float | None:
        """The share that keeps its worker; None where nobody had one."""
        return self.kept / self.households if self.households else None


def workers(table: pd.DataFrame, seats: set[str]) -> dict[str, frozenset[str]]:
    """Return who answers for each grid: the holders of posts that are seats.

    Parameters
    ----------
    table
        Posts: ``staff_id``, ``grid_id``, ``role``.
    seats
        Roles one of whom answers for a grid.
    """
    own = table[table["role"].isin(seats)]
    return {str(grid): frozenset(map(str, rows)) for grid, rows in own.groupby("grid_id")["staff_id"]}


def kept(
    households: pd.Series[float],
    before: pd.Series[str],
    after: pd.Series[str],
    was: Mapping[str, frozenset[str]],
    now: Mapping[str, frozenset[str]],
) -> Kept:
    """Return how many households keep their worker.

    Parameters
    ----------
    households
        Of each unit (or part of one).
    before, after
        The grid each was in, and is in, on the same index.
    was, now
        Who answered for each grid before, and does now. Where several do, one who stays is enough.

    Examples
    --------
    >>> households = pd.Series([10.0, 20.0, 5.0])
    >>> was, now = {"a": frozenset({"w1"}), "b": frozenset({"w2"})}, {"a": frozenset({"w1"}), "b": frozenset({"w1"})}
    >>> kept(households, pd.Series(["a", "a", "b"]), pd.Series(["a", "b", "b"]), was, now)
    Kept(kept=30.0, households=35.0, unknown=0.0)
    """
    nobody: frozenset[str] = frozenset()
    stays, had = [], []
    for old, new in zip(before.tolist(), after.tolist(), strict=True):
        then, later = was.get(str(old), nobody), now.get(str(new), nobody)
        had.append(bool(then))
        stays.append(bool(then & later))
    amounts = households.astype(float).fillna(0.0)
    judged = pd.Series(had, index=amounts.index)
    stay = pd.Series(stays, index=amounts.index)
    return Kept(float(amounts[stay].sum()), float(amounts[judged].sum()), float(amounts[~judged].sum()))
