"""Names of compounds as two offices write them, told to be the same or not, and tables put on the map by them."""

from __future__ import annotations

import re
import warnings
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from gridkit.errors import GridkitWarning, TableError
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase, series, template
from gridkit.sources.tables import cells

if TYPE_CHECKING:
    import pandas as pd

_LISTED = 5
ALIKE = 0.72
"""Names that share this much of their letters (Ratcliff & Obershelp 1988; 0-1) may be one."""


def placed(
    counted: pd.DataFrame, compounds: gpd.GeoDataFrame, *, where: object = ""
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return the compounds that a table names, with the sum of its counts for each, and notes.

    Parameters
    ----------
    counted
        ``name``, ``people`` and any other counts.
    compounds
        COMPOUNDS.

    Raises
    ------
    TableError
        When no name in the table is that of a compound.
    """
    at = np.array(
        [-1 if each is None else each for each in matched(counted["name"].tolist(), compounds["name"].tolist())]
    )
    lost = at < 0
    if lost.all():
        raise TableError("no name in it is that of a compound", where=where, mend="check the names")
    kept = template(
        "{kept} of {count} row found among the compounds by name",
        "{kept} of {count} rows found among the compounds by name",
    )
    notes: list[str] = [Phrase(kept, kept=int((~lost).sum()), count=len(counted))]
    if lost.any():
        people = Quantity(float(counted["people"].to_numpy()[lost].sum()), "people")
        gone = template(
            "{count} compound with {people} is not on the map", "{count} compounds with {people} are not on the map"
        )
        notes.append(Phrase(gone, count=int(lost.sum()), people=people))
        names = series(str(name) for name in counted["name"][lost].iloc[:_LISTED])
        said = template(
            "{count} compound with {people} is not on the map: {names}",
            "{count} compounds with {people} are not on the map: {names}",
        )
        warnings.warn(
            GridkitWarning(said, where=where, count=int(lost.sum()), people=people, names=names), stacklevel=2
        )
    sums = counted.drop(columns="name").assign(at=at)[~lost].groupby("at").sum()
    chosen = compounds.iloc[sums.index.to_numpy()]
    columns = sums.assign(name=chosen["name"].to_numpy()).reset_index(drop=True)
    return gpd.GeoDataFrame(columns, geometry=chosen.geometry.to_numpy(), crs=compounds.crs), notes


def matched(names: list[str], among: list[str]) -> list[int | None]:
    """Return for each name the position of the one it means, or None.

    The same name wins, then one that differs by additions only (spaces, brackets and what is in them, the words for a
    compound such as 小区 and 花园), then the one most alike, unless another row names that one outright.

    Examples
    --------
    >>> matched(["幸福花园（一期）", "和平 小区", "长江新村"], ["和平小区", "幸福花园", "黄河大院"])
    [1, 0, None]
    """
    whole = [_bare(name) for name in among]
    stems = [_stem(name) for name in whole]
    taken = {_bare(name) for name in names}
    found: list[int | None] = []
    for name in names:
        bare = _bare(name)
        if bare in whole:
            found.append(whole.index(bare))
        elif bare and stems.count(_stem(bare)) == 1:
            found.append(stems.index(_stem(bare)))
        else:
            scores = [0.0 if other in taken else SequenceMatcher(None, bare, other).ratio() for other in whole]
            best = int(np.argmax(scores)) if scores else 0
            clear = bool(scores) and scores[best] >= ALIKE and scores.count(scores[best]) == 1
            found.append(best if clear else None)
    return found


_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*]|（[^）]*）")
_WORDS = re.compile(r"(?:小区|花园|家园|社区|新村|公寓|大院|苑|estate|garden|court)$", re.IGNORECASE)


def _bare(name: object) -> str:
    said = _BRACKETS.sub("", cells.plain(str(name))).casefold()
    return re.sub(r"[\s·・,，.。-]+", "", said)


def _stem(bare: str) -> str:
    return _WORDS.sub("", bare) or bare
