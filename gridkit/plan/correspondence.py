"""Old grids and new ones as census offices tell them: unchanged, split, merged, or irregular, with an exact-fit lookup.

The classes are those of the lookups that the Office for National Statistics publishes with its output areas: U where
one area stayed one, S where one became several, M where several became one, X for all that fits neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.graph import components
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Collection

SLIVER_M2 = 1.0
"""Shared ground below this is drawing, not a change."""
CLASSES = {"U": "unchanged", "S": "split", "M": "merged", "X": "irregular"}
TIE = 1e-9
"""Shares of two heirs that differ by less than this are the same."""


def correspondence(parts: pd.DataFrame, *, outside: pd.Series | None = None) -> pd.DataFrame:
    """Return the lookup from old grids to new ones: one row for each pair that shares ground.

    Parameters
    ----------
    parts
        Columns ``old``, ``new`` (null where there was or is none), ``people`` and ``area_m2`` of each piece of ground.
    outside
        How much of each old grid lies outside all new ones, in square metres, on its code: such a grid did not stay
        what it was.

    Returns
    -------
    DataFrame
        ``old``, ``new``, ``change`` (U, S, M or X), ``people``, ``area_m2``, ``share`` (of the old grid's people, or
        of its area where nobody lives), and ``tie``: whether two new grids took the same largest share, so that no
        one of them is the heir. Sorted by old, then new. In U, S and M every old or every new grid fits wholly into
        the other side, and the lookup is exact; in X it says how the ground is shared.
    """
    both = parts[parts["old"].notna() & parts["new"].notna()]
    table = both.groupby(["old", "new"], sort=True)[["people", "area_m2"]].sum().reset_index()
    table = table[table["area_m2"] > SLIVER_M2].reset_index(drop=True)
    part = _linked(table)
    news, olds = (table.groupby(part)[side].transform("nunique").to_numpy() for side in ("new", "old"))
    change = np.select([(olds == 1) & (news == 1), olds == 1, news == 1], ["U", "S", "M"], "X")
    torn = table["old"].isin(_torn(outside)) | table["new"].isin(_grown(parts))
    broken = torn.groupby(part).transform("any").to_numpy()
    table["change"] = np.where(broken, "X", change)
    total = table.groupby("old")[["people", "area_m2"]].transform("sum")
    lived_in = total["people"] > 0
    table["share"] = np.where(
        lived_in, table["people"] / total["people"].where(lived_in, 1.0), table["area_m2"] / total["area_m2"]
    )
    largest = table.groupby("old")["share"].transform("max")
    heirs = (table["share"] >= largest - TIE).groupby(table["old"]).transform("sum")
    table["tie"] = (heirs > 1) & (table["share"] >= largest - TIE)
    return table[["old", "new", "change", "people", "area_m2", "share", "tie"]]


def _linked(table: pd.DataFrame) -> np.ndarray:
    """Return the number of the cluster of grids, old and new, that hang together by shared ground, for each row."""
    olds, news = pd.factorize(table["old"])[0], pd.factorize(table["new"])[0]
    nodes = np.column_stack([olds, news + (olds.max() + 1 if len(olds) else 0)])
    return np.asarray(components(nodes, int(nodes.max()) + 1 if len(nodes) else 0)[nodes[:, 0]])


def _torn(outside: pd.Series | None) -> Collection[str]:
    """Return the old grids of which some ground is in no new grid."""
    return () if outside is None else set(outside.index[outside > SLIVER_M2].astype(TEXT))


def _grown(parts: pd.DataFrame) -> Collection[str]:
    """Return the new grids that took ground which was in no old one."""
    fresh = parts[parts["old"].isna() & parts["new"].notna()].groupby("new")["area_m2"].sum()
    return set(fresh.index[fresh > SLIVER_M2].astype(TEXT))


def counted(lookup: pd.DataFrame) -> dict[str, int]:
    """Return how many old grids are of each class."""
    kinds = lookup.drop_duplicates("old")["change"].value_counts()
    return {name: int(kinds.get(letter, 0)) for letter, name in CLASSES.items()}
