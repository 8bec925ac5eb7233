"""Grids that are others than in an earlier edition, of which an edition more would tell what was moved between them.

::

    stamp(table) -> str                              what a table says, as a short text
    changed(units, laid, told, hidden, now) -> Behind | None      what is withheld for the sake of earlier editions
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridkit.measure.privacy.rolled import Behind, merged
from gridkit.measure.privacy.suppression import K

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LAID, FROM, HIDDEN = "scored", "scored_from", "scored_hidden"
"""Records of earlier editions: ``layout``, ``unit``, ``place`` (its grid then); ``layout``, ``source``, ``stamp``; and
``layout``, ``what`` (:data:`ROW`, :data:`SILENT`, else parents told together), ``place``, ``parent``."""
ROW, SILENT = "row", "silent"
HOUSEHOLDS = "households"
"""The source of an edition that told of households in any of the lines that stand over the same ones."""
_LENGTH = 16


def stamp(table: pd.DataFrame | None) -> str:
    """Return a digest of what a table says but for places, which follow the grids; empty where there is none."""
    if table is None:
        return ""
    plain = pd.DataFrame(table.drop(columns=["geometry", "grid_id"], errors="ignore"))
    text = plain.reindex(sorted(plain.columns, key=str), axis=1).to_csv()
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def recorded(layout: str, hides: Behind) -> pd.DataFrame:
    """Return what an edition withholds as rows of the record of it."""
    rows = [(layout, ROW, row, parent) for row, parent in hides.rows.items()]
    rows += [(layout, ",".join(group), "", parent) for group in hides.bound for parent in group]
    rows += [(layout, SILENT, "", parent) for parent in sorted(hides.silent)]
    return pd.DataFrame(rows, columns=["layout", "what", "place", "parent"]).astype("object")


def changed(
    units: pd.DataFrame, records: Mapping[str, pd.DataFrame], now: tuple[str, str], *, all_lines: bool = False
) -> Behind | None:
    """Return what is withheld of lines of households for the sake of earlier editions; None where there is none.

    Where a grid has lost or won units since, two editions differ by what was moved. That may be told where it comes to
    nobody or to ten households and more, and where the register is another one by now: of one register's rows nobody
    knows how many were moved. What few were hidden behind stays hidden: an edition that tells it tells the few. Where
    the grids that exchanged units lie in several communities, these are told together: each sum would tell the rest.

    Parameters
    ----------
    units
        ``grid_id``, ``parent`` and ``households`` on ``unit_id``, as they are now.
    records
        Those of earlier editions (:data:`LAID`, :data:`FROM`, :data:`HIDDEN`) among others.
    now
        The source, and its stamp as it is now.
    all_lines
        Whether the line stands over the same households as others: what these told and hid is asked of, too,
        whatever they were counted from.
    """
    laid, told = records.get(LAID), records.get(FROM)
    if laid is None or told is None:
        return None
    source, own = now
    parents = units.groupby(units["grid_id"].astype(str))["parent"].first().astype(str)
    found: set[str] = set()
    bound: list[tuple[str, ...]] = []
    hidden = records.get(HIDDEN) if all_lines else None
    kept, silent, any_ = dict[str, str](), set[str](), False
    for layout, past in laid.groupby("layout"):
        read = told[told["layout"] == layout]
        if (HOUSEHOLDS if all_lines else source) not in set(read["source"]):
            continue
        any_ = True
        before = pd.Series(past["place"].to_numpy(), index=past["unit"].to_numpy())
        same = (read["source"] == source) & (read["stamp"] == own)
        moved, linked = _moved(units, before, any_=bool(same.any()))
        found |= moved
        bound += [tuple(sorted(set(parents.reindex(list(group)).dropna()))) for group in linked]
        if hidden is not None:
            then = hidden[hidden["layout"] == layout]
            rows = then[then["what"] == ROW]
            held = units.index[before.reindex(units.index).isin(rows["place"])]
            found |= set(units.loc[held, "grid_id"].astype(str))
            kept |= dict(zip(rows["place"].astype(str), rows["parent"].astype(str), strict=True))
            silent |= set(then.loc[then["what"] == SILENT, "parent"].astype(str))
            bound += [
                tuple(sorted(own["parent"].astype(str)))
                for what, own in then[then["place"] == ""].groupby("what")
                if what != SILENT
            ]
    if not any_:
        return None
    # What belongs to no grid keeps its name; a grid that is no more has become what its units are in.
    elsewhere = {row: parent for row, parent in kept.items() if not row[:1].isprintable()}
    rows_of = {grid: str(parents.get(grid, "")) for grid in sorted(found)} | elsewhere
    return Behind(rows_of, merged(group for group in bound if len(group) > 1), frozenset(silent))


def _moved(units: pd.DataFrame, before: pd.Series[Any], *, any_: bool) -> tuple[set[str], list[set[str]]]:
    """Return the grids that share units with others than before, with any at all, or with few households of theirs.

    With them those of them that have units of the same earlier grid, as groups.
    """
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
    first = set(pieces.loc[few, "here"]) | set(pieces.loc[pieces["there"].isin(gone), "here"])
    found = _together(pieces, first, apart)
    own = pieces[apart & pieces["here"].isin(found)]
    return found, [set(group) for _, group in own.groupby("there")["here"]]


def _together(pieces: pd.DataFrame, first: Iterable[str], apart: pd.Series[bool]) -> set[str]:
    """Return some grids with all that exchanged units with them: of these too one more line would tell the few."""
    found, linked = set(first), pieces[apart]
    while True:
        theirs = set(linked.loc[linked["here"].isin(found), "there"])
        wider = found | set(linked.loc[linked["there"].isin(theirs), "here"])
        if wider == found:
            return found
        found = wider
