"""Identifiers of rows: kept as the file has them, doubles named, earlier updates of one case told from other cases."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridkit.errors import GridkitWarning
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources.tables import cells
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

_SHOWN = 3


def named(values: pd.Series | None, count: int, index: str) -> tuple[pd.Index, list[str]]:
    """Return an identifier per row: the file's own, with a number where it stands again, the row's where there is none.

    Parameters
    ----------
    values
        The column of identifiers, if there is one.
    count
        How many rows there are.
    index
        What the index is to be called; its first letter stands before the numbers of rows.
    """
    numbers = pd.Series([f"{index[0]}{at + 1}" for at in range(count)], dtype=TEXT)
    if values is None:
        return pd.Index(numbers, name=index, dtype=TEXT), []
    ids = cells.as_codes(values).reset_index(drop=True)
    lost = ids.isna() & ~cells.blanks(values)
    notes: list[str] = []
    if lost.any():
        note = template(
            "column {column!r}: {count} identifier has lost digits in a spreadsheet; its row is numbered",
            "column {column!r}: {count} identifiers have lost digits in a spreadsheet; their rows are numbered",
        )
        notes.append(Phrase(note, column=str(values.name), count=int(lost.sum())))
    blank = ids.isna() & ~lost
    if blank.any() and not blank.all():
        note = template(
            "column {column!r}: {count} row has no identifier and is numbered",
            "column {column!r}: {count} rows have no identifier and are numbered",
        )
        notes.append(Phrase(note, column=str(values.name), count=int(blank.sum())))
    ids = ids.where(ids.notna(), numbers)
    again = ids.groupby(ids).cumcount()
    if (again > 0).any():
        doubles = ids[again > 0].unique()
        note = template(
            "column {column!r}: {count} identifier stands more than once ({ids}); a number tells the rows apart",
            "column {column!r}: {count} identifiers stand more than once ({ids}); a number tells them apart",
        )
        notes.append(Phrase(note, column=str(values.name), count=len(doubles), ids=listed(doubles, _SHOWN)))
        ids = apart(ids, again.to_numpy())
    return pd.Index(ids.astype(TEXT), name=index), notes


def apart(ids: pd.Series, again: NDArray[np.integer[Any]]) -> pd.Series:
    """Return identifiers with ``-2``, ``-3`` ... behind those that stand again, never one that is there already."""
    made, taken = ids.to_list(), set(ids)
    for at in np.flatnonzero(again > 0):
        number = int(again[at]) + 1
        while (name := f"{made[at]}-{number}") in taken:
            number += 1
        taken.add(name)
        made[at] = name
    return pd.Series(made, index=ids.index, dtype=TEXT)


def superseded(
    ids: pd.Series,
    places: Sequence[object] | NDArray[np.object_],
    times: pd.Series | None,
    written: pd.Series | None = None,
) -> NDArray[np.bool_]:
    """Return which rows are earlier updates of a case: another row has its identifier, and its place or its time.

    The one that was written last stays, where rows say when they were; else the latest by its time; of those alike in
    both the last in the file.
    """
    nothing = pd.Series(pd.NaT, index=ids.index)
    known = ids.notna().to_numpy()
    again = ids.duplicated(keep=False).to_numpy() & known
    gone = np.zeros(len(ids), bool)
    if not again.any():
        return gone
    rows = pd.DataFrame({
        "id": ids.to_numpy(),
        "place": shapely.to_wkb(np.asarray(places, dtype=object)),
        "time": (nothing if times is None else times).to_numpy(),
        "written": (nothing if written is None else written).to_numpy(),
        "at": np.arange(len(ids)),
    })[again]  # fmt: skip
    same_place = rows.groupby("id")["place"].transform("nunique").le(1)
    same_time = rows.groupby("id")["time"].transform("nunique").le(1) & rows["time"].notna()
    updates = rows[same_place | same_time].sort_values(["written", "time", "at"], na_position="first")
    last = updates.groupby("id")["at"].transform("last")
    gone[updates["at"][updates["at"] != last]] = True
    return gone


def alike(rows: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which rows stand there a second time, the same in place and in every column; rows nowhere never do."""
    shapes = np.asarray(rows.geometry.values, dtype=object)
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    keys = pd.Series(shapely.to_wkb(shapes), index=rows.index)
    likely = keys.duplicated(keep=False).to_numpy() & there
    found = np.zeros(len(rows), dtype=bool)
    if likely.any():
        plain = pd.DataFrame(rows.drop(columns=rows.geometry.name))[likely].astype(TEXT).assign(_place=keys[likely])
        found[likely] = plain.duplicated().to_numpy()
    return found


def warn_of_alike(count: int, where: object) -> None:
    """Warn of rows alike in everything, of which nobody said whether each is one."""
    warnings.warn(
        GridkitWarning(
            template(
                "{count} row is at the same place as another and alike in every column, unnumbered: each counts",
                "{count} rows are at the same place as another and alike in every column, unnumbered: each counts",
            ),
            where=where,
            mend="--alike once counts them once, --alike apart says that each is one",
            count=count,
        ),
        stacklevel=4,
    )


def together(tables: Sequence[gpd.GeoDataFrame]) -> tuple[NDArray[np.bool_], pd.Index, list[str]]:
    """Return of the rows of several files which to keep, their identifiers, and notes.

    A row that stands in two files with the same identifier, place and time is one; another that only shares the
    identifier is told apart by a number.
    """
    ids = pd.Series(np.concatenate([table.index.to_numpy() for table in tables]), dtype=TEXT)
    parts = {"id": ids, "place": np.concatenate([shapely.to_wkb(np.asarray(table.geometry)) for table in tables])}
    if all("time" in table for table in tables):
        parts["time"] = pd.concat([table["time"] for table in tables]).to_numpy()
    twice = pd.DataFrame(parts).duplicated().to_numpy()
    kept = ids[~twice].reset_index(drop=True)
    again = kept.groupby(kept).cumcount().to_numpy()
    notes: list[str] = []
    if twice.any():
        note = template(
            "{count} row stands in two files with the same identifier, place and time: counted once",
            "{count} rows stand in two files with the same identifier, place and time: counted once",
        )
        notes.append(Phrase(note, count=int(twice.sum())))
    if (again > 0).any():
        note = template(
            "{count} identifier stands in two files for different rows ({ids}); a number tells them apart",
            "{count} identifiers stand in two files for different rows ({ids}); a number tells them apart",
        )
        doubles = kept[again > 0].unique()
        notes.append(Phrase(note, count=len(doubles), ids=listed(doubles, _SHOWN)))
    return ~twice, pd.Index(apart(kept, again), name=tables[0].index.name), notes
