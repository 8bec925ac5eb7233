"""Grids that are others than in an earlier edition, of which an edition more would tell what was moved between them.

::

    stamp(table) -> str                              what a table says, as a short text
    changed(units, laid, source, now) -> Index       grids of now whose counts of households may not be told again
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.privacy.suppression import K

if TYPE_CHECKING:
    from collections.abc import Iterable

LAID, FROM = "scored", "scored_from"
"""Records of earlier editions: ``layout``, ``unit``, ``place`` (its grid then); ``layout``, ``source``, ``stamp``."""
_LENGTH = 16


def stamp(table: pd.DataFrame | None) -> str:
    """Return a digest of what a table says but for places, which follow the grids; empty where there is none."""
    if table is None:
        return ""
    plain = pd.DataFrame(table.drop(columns=["geometry", "grid_id"], errors="ignore"))
    text = plain.reindex(sorted(plain.columns, key=str), axis=1).to_csv()
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def changed(
    units: pd.DataFrame, laid: pd.DataFrame | None, told: pd.DataFrame | None, now: tuple[str, str]
) -> set[str]:
    """Return the grids whose counts of households beside those of an earlier edition would tell those of few.

    Where a grid has lost or won units since, two editions differ by what was moved. That may be told where it comes to
    nobody or to ten households and more, and where the register is another one by now: of one register's rows nobody
    knows how many were moved.

    Parameters
    ----------
    units
        ``grid_id`` and ``households`` on ``unit_id``, as they are now.
    laid, told
        The records of earlier editions (:data:`LAID`, :data:`FROM`); None where there is none.
    now
        The source, and its stamp as it is now.
    """
    if laid is None or told is None:
        return set()
    source, own = now
    found: set[str] = set()
    for layout, past in laid.groupby("layout"):
        read = told[(told["layout"] == layout) & (told["source"] == source)]
        if len(read):
            before = pd.Series(past["place"].to_numpy(), index=past["unit"].to_numpy())
            found |= _moved(units, before, any_=own in set(read["stamp"]))
    return found


def _moved(units: pd.DataFrame, before: pd.Series[Any], *, any_: bool) -> set[str]:
    """Return the grids that share units with others than before: with any at all, or with few households of theirs."""
    here = units["grid_id"].astype(str)
    there = before.reindex(units.index)
    pairs = pd.DataFrame({"here": here, "there": there.astype(object).where(there.notna(), "")})
    homes = units["households"] if "households" in units else pd.Series(np.nan, index=units.index)
    pairs["homes"] = homes.fillna(1.0).to_numpy(dtype=float)  # of unknown many there may be few
    pieces = pairs.groupby(["here", "there"])["homes"].sum().reset_index()
    gone = set(before[~before.index.isin(units.index)].astype(str))
    apart = pieces["here"].duplicated(keep=False) | pieces["there"].duplicated(keep=False)
    apart |= (pieces["there"] == "") | pieces["there"].isin(gone)
    few: pd.Series[bool] = apart if any_ else apart & (pieces["homes"] > 0) & (np.ceil(pieces["homes"]) < K)
    return _together(pieces, set(pieces.loc[few, "here"]) | set(pieces.loc[pieces["there"].isin(gone), "here"]), apart)


def _together(pieces: pd.DataFrame, first: Iterable[str], apart: pd.Series[bool]) -> set[str]:
    """Return some grids with all that exchanged units with them: of these too one more line would tell the few."""
    found, linked = set(first), pieces[apart]
    while True:
        theirs = set(linked.loc[linked["here"].isin(found), "there"])
        wider = found | set(linked.loc[linked["there"].isin(theirs), "here"])
        if wider == found:
            return found
        found = wider
