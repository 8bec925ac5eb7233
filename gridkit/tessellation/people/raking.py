"""Official totals: counts of units scaled so that they add up to them, and made whole without losing anyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import InfeasibleError
from gridkit.language.phrases import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridkit.tessellation.mosaic import Floats

ROUNDS = 1_000
ERROR = 1e-10
"""Raking ends when every margin is met this well. Dimensionless."""


@dataclass(frozen=True)
class Margin:
    """Official totals that the units' counts must add up to.

    Attributes
    ----------
    totals
        One row per value of the column ``by``, one column per count; an empty cell asks for nothing.
    by
        The column of the units by which they add up.
    """

    totals: pd.DataFrame
    by: str = "parent"


def rake(counts: pd.Series[float], margins: Sequence[tuple[pd.Series, pd.Series]]) -> pd.Series[float]:
    """Return counts scaled so that they add up to every margin (iterative proportional fitting).

    Parameters
    ----------
    counts
        People by unit.
    margins
        For each margin the class of every unit, on the index of ``counts``, and the total of each class. A class
        without a total is left as it is.

    Returns
    -------
    Series
        As ``counts``. With one margin every total is met exactly; with several to 1e-10.

    Raises
    ------
    InfeasibleError
        When a class has a total but nobody to scale, or the margins contradict each other.

    References
    ----------
    Deming & Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.

    Examples
    --------
    >>> people = pd.Series([10.0, 30.0, 20.0], index=["u", "v", "w"])
    >>> side = pd.Series(["north", "north", "south"], index=people.index)
    >>> rake(people, [(side, pd.Series({"north": 80.0, "south": 10.0}))]).tolist()
    [20.0, 60.0, 10.0]
    """
    values = counts.to_numpy(dtype=float).copy()
    rows = [
        (totals.index.get_indexer(pd.Index(of.loc[counts.index])), totals.to_numpy(dtype=float))
        for of, totals in margins
    ]
    for _ in range(ROUNDS):
        worst = 0.0
        for row, wanted in rows:
            known = row >= 0
            have = np.bincount(row[known], values[known], len(wanted)).astype(float)
            _require_people(have, wanted)
            # Nobody there and nobody wanted is met as it stands; 0 / 0 would spread NaN over every other margin.
            factor = np.divide(wanted, have, out=np.ones(len(wanted)), where=have > 0)
            worst = max(worst, float(np.abs(factor - 1).max(initial=0.0)))
            values[known] *= factor[row[known]]
        # One margin is met after one round, exactly; a second would only add rounding.
        if worst <= ERROR or len(rows) == 1:
            return pd.Series(values, index=counts.index)
    raise InfeasibleError(
        template(
            "the official totals contradict each other: after {rounds} round they differ by {worst:.2%}",
            "the official totals contradict each other: after {rounds} rounds they differ by {worst:.2%}",
        ),
        mend="check that the margins have the same sum",
        rounds=ROUNDS,
        worst=worst,
    )


def _require_people(have: Floats, wanted: Floats) -> None:
    empty = (have <= 0) & (wanted > 0)
    if empty.any():
        raise InfeasibleError(
            template(
                "{count} class has an official total but nobody in any unit",
                "{count} classes have an official total but nobody in any unit",
            ),
            mend="check that the people's file covers them",
            count=int(empty.sum()),
        )


def whole(counts: pd.Series[float], parent: pd.Series) -> pd.Series[float]:
    """Return counts as whole numbers, each parent's total within one of what it was and the whole total rounded.

    Largest remainders, first among the parents, then among the units of each (Hamilton's method); ties go to the first.

    Examples
    --------
    >>> parts = pd.Series([1.5, 1.5, 2.4, 0.6], index=list("abcd"))
    >>> whole(parts, pd.Series(["p", "p", "q", "q"], index=parts.index)).tolist()
    [2.0, 1.0, 2.0, 1.0]
    """
    sums = counts.groupby(parent.to_numpy(), sort=False).sum()
    seats = pd.Series(_apportioned(sums.to_numpy(), round(float(counts.sum()))), index=sums.index)
    out = counts.to_numpy(dtype=float).copy()
    for name, total in seats.items():
        mine = (parent == name).to_numpy()
        out[mine] = _apportioned(out[mine], int(total))
    return pd.Series(out, index=counts.index)


def _apportioned(values: Floats, total: int) -> Floats:
    # Scaled counts come out as 2.9999999999; without the slack the floor would take a person off.
    floors = np.floor(values + 1e-9)
    left = int(total - floors.sum())
    order = np.argsort(-(values - floors), kind="stable")
    out = np.array(floors)
    out[order[: max(left, 0)]] += 1
    # The slack can give one too many; it goes back from those with the smallest remainder.
    if left < 0:
        out[order[left:]] -= 1
    return out
