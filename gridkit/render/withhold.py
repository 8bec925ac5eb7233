"""Which rows of which columns a map keeps from its readers: small counts, and all that would tell one.

What hides a count from whoever adds and subtracts is ``measure.privacy.suppression``; here is what a map adds to
it: rates, densities and shares stand beside the counts that they were made from, and would tell them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.catalog.definitions import BalanceLayer, IncidentsLayer, SitingLayer
from gridkit.measure.privacy.suppression import published

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gridkit.catalog.definitions import Definition, Measure

PEOPLE = ("people", "households")
"""Counts of those who live there, by whatever layer they are shown."""
COUNTED: Mapping[type, frozenset[str] | None] = {
    # The counts of each kind of layer; None: all of its columns of whole numbers.
    BalanceLayer: frozenset(PEOPLE),
    IncidentsLayer: None,
    SitingLayer: frozenset({"gain"}),
}

PAST = "before"
"""The count of the period before: not shown, but the change since then would tell it."""


def small(counts: pd.Series[float], parents: pd.Series[str], least: int) -> NDArray[np.bool_]:
    """Return which rows must not show their count: small ones, and as many more as it takes to hide those.

    Parameters
    ----------
    counts
        Counts of events or people; fractions are rounded, as they are shown. Missing ones are never shown anyway.
    parents
        The parent of each row, whose total a reader may know. On the index of ``counts``.
    least
        The least count that may be shown; 0 or 1 withholds nothing.

    Examples
    --------
    >>> small(pd.Series([3.0, 40, 12, 50]), pd.Series(["a", "a", "a", "b"]), 10).tolist()
    [True, False, True, False]
    """
    if least <= 1:
        return np.zeros(len(counts), dtype=bool)
    # Rounded up to 1: what is shown as 0 though there is somebody would be a small count that is told.
    whole = np.where(counts > 0, np.maximum(np.rint(counts.fillna(0)), 1), 0).astype(np.int64)
    table = pd.DataFrame({"n": whole}, index=counts.index)
    return published(table, parents, least).grids["n"].isna().to_numpy()


def withheld(
    definition: Definition, values: pd.DataFrame, parents: pd.Series[str], least: int
) -> dict[str, NDArray[np.bool_]]:
    """Return, by column of a layer, the rows that are not shown; a column that tells no count is not among them.

    Where the first count of a layer is withheld, everything in that row goes, for rates and densities tell what they
    were made from; a further count (of overdue ones, say) takes only the shares of its row along, which would tell it.
    People and households tell of each other.
    """
    counts = _counts(definition, values)
    if least <= 1 or not counts:
        return {}
    counts += [PAST] if PAST in values else []
    hidden = {column: small(values[column], parents, least) for column in counts}
    first, everything = hidden[counts[0]], np.logical_or.reduce(list(hidden.values()))
    if isinstance(definition, BalanceLayer):
        first = everything
    return {
        each.column: everything if each.percent else first | hidden.get(each.column, first)
        for each in _present(definition.measures, values)
    }


def _counts(definition: Definition, values: pd.DataFrame) -> list[str]:
    if type(definition) not in COUNTED:
        return []
    wanted = COUNTED[type(definition)]
    return [
        each.column
        for each in _present(definition.measures, values)
        if not each.percent and (_whole(values[each.column]) if wanted is None else each.column in wanted)
    ]


def _present(measures: Iterable[Measure], values: pd.DataFrame) -> list[Measure]:
    return [each for each in measures if each.column in values and pd.api.types.is_numeric_dtype(values[each.column])]


def _whole(numbers: pd.Series[float]) -> bool:
    return bool((numbers.dropna() % 1 == 0).all())
