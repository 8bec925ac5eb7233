"""Who answers for which grid: the cheapest assignment of staff to seats, exact.

References
----------
An assignment is a flow of least cost through two layers of nodes; it is solved by shortest augmenting paths: Crouse
(2016), IEEE Transactions on Aerospace and Electronic Systems 52(4), 1679-1696, in scipy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.tables import TEXT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prices:
    """What an assignment pays, in metres of way from home to the grid.

    Attributes
    ----------
    way
        For one metre of way.
    language
        For a seat whose language the person does not speak.
    role
        For a seat that is taken by another post than it is meant for.
    continuity
        For each household that had a worker and gets another, or none.
    """

    way: float = 1.0
    language: float = 0.0
    role: float = 0.0
    continuity: float = 0.0


@dataclass(frozen=True)
class Assigned:
    """Who answers for which grid.

    Attributes
    ----------
    table
        On ``seat_id``: ``grid_id``, ``staff_id`` (missing where nobody is left), ``way_m`` (missing where a home is not
        known), ``households`` (that had a worker) and ``kept`` (of them, that keep theirs), ``cost`` (metres, what is
        kept taken off).
    cost
        All that it pays, metres.
    """

    table: pd.DataFrame
    cost: float


def costs(seats: pd.DataFrame, staff: pd.DataFrame, way_m: Floats, kept: Floats, prices: Prices) -> Floats:
    """Return what each person costs in each seat, metres: [staff, seats]; below 0 where households keep their worker.

    Parameters
    ----------
    seats
        ``grid_id``, ``households`` (of those that had a worker: who may keep one), ``language`` (missing where none is
        asked for).
    staff
        On ``staff_id``: ``seat`` (whether the post is meant for a seat), ``languages`` (a set of words; missing where
        it is not known).
    way_m
        Metres from home to the grid, [staff, seats]; missing where the home is not known: such a person pays the mean
        of what is known, everywhere alike, so that no seat is nearer.
    kept
        Households of each grid that have each person already, [staff, seats].
    """
    known = np.isfinite(way_m)
    filled = np.where(known, way_m, float(way_m[known].mean()) if known.any() else 0.0)
    price = prices.way * filled
    price = price + prices.role * (~staff["seat"].to_numpy(dtype=bool))[:, None]
    spoken = [set(each) if isinstance(each, set | frozenset) else set() for each in staff["languages"]]
    told = np.array([isinstance(each, set | frozenset) for each in staff["languages"]], dtype=bool)
    for at, language in enumerate(seats["language"]):
        if isinstance(language, str) and language:
            lacks = np.array([language not in each for each in spoken])
            price[:, at] += prices.language * (lacks & told)
    return np.asarray(price - prices.continuity * kept)


def assigned(seats: pd.DataFrame, staff: pd.DataFrame, way_m: Floats, kept: Floats, prices: Prices) -> Assigned:
    """Return the assignment of least cost that fills as many seats as there are people; arguments of :func:`costs`.

    Everybody has one seat at most, and every seat one person. The same input gives the same assignment.

    Examples
    --------
    >>> seats = pd.DataFrame({"grid_id": ["a", "b"], "households": [400.0, 0.0], "language": [None, None]})
    >>> staff = pd.DataFrame({"seat": [True, True], "languages": [None, None]}, index=["w1", "w2"])
    >>> way, kept = np.array([[900.0, 100.0], [100.0, 900.0]]), np.array([[400.0, 0.0], [0.0, 0.0]])
    >>> assigned(seats, staff, way, kept, Prices()).table["staff_id"].tolist()  # by the way alone
    ['w2', 'w1']
    >>> assigned(seats, staff, way, kept, Prices(continuity=20)).table[
    ...     "staff_id"
    ... ].tolist()  # 8,000 m for 400 households
    ['w1', 'w2']
    """
    from scipy.optimize import linear_sum_assignment

    order = np.argsort(staff.index.to_numpy().astype(str), kind="stable")
    price = costs(seats, staff, way_m, kept, prices)[order]
    person, seat = linear_sum_assignment(price)
    chosen = pd.Series(None, index=seats.index, dtype=object)
    way, stay, paid = (pd.Series(np.nan, index=seats.index) for _ in range(3))
    chosen.iloc[seat] = staff.index.to_numpy()[order][person]
    way.iloc[seat] = way_m[order][person, seat]
    stay.iloc[seat] = kept[order][person, seat]
    paid.iloc[seat] = price[person, seat]
    table = pd.DataFrame(
        {
            "grid_id": seats["grid_id"].astype(TEXT),
            "staff_id": chosen.astype(TEXT),
            "way_m": way,
            "households": seats["households"].astype(float),
            "kept": stay.fillna(0.0),
            "cost": paid,
        },
        index=seats.index,
    )
    lost = prices.continuity * float(seats["households"].fillna(0.0).sum())
    return Assigned(table, float(price[person, seat].sum()) + lost)
