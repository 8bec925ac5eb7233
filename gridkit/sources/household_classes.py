"""Households by class (in hardship, old people alone ...) as an office counts them; no household stays one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit import ledger
from gridkit.catalog.workload import known_as
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles, quantities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gridkit.catalog.workload import Workload
    from gridkit.sources.files import vectors

COLUMNS: dict[str, tuple[str, ...]] = {
    "unit_id": ("unit_id", "unit", "地块", "地块编号"),
    "grid_id": ("grid_id", "grid", "网格", "网格编码", "所属网格"),
    "parent": ("parent", "community", "社区", "所属社区", "district_id"),
    "class": ("class", "kind", "household class", "类别", "户类别", "家庭类别", "对象类别"),
    "households": ("households", "count", "户数", "数量"),
}
"""Usual names of the columns: where, and either a class per row (with a count, or one household a row) or a column per
class."""
_AS_MANY = 1.0 + 1e-9
PLACES = ("unit_id", "grid_id", "parent")


def read(  # noqa: PLR0913 - what a plan knows of its places
    source: vectors.Source | pd.DataFrame,
    work: Workload,
    units: pd.DataFrame,
    weights: pd.Series[float],
    parents: Mapping[str, Iterable[str]],
    *,
    columns: Mapping[str, str] | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    """Return the households of each class in each unit: ``unit_id``, ``class`` (a key of the practice), ``households``.

    Counts of a grid or a community are shared out among its units by their households. Where each row is a household,
    the table is taken as a register: units and classes of it without a row have none.

    Parameters
    ----------
    units
        UNITS with ``grid_id`` and ``parent``.
    weights
        Households of each unit.
    parents
        What each community may be called, by its id.

    Raises
    ------
    TableError
        When no column says where, or none of them is a class.
    """
    frame, where = registers.opened(source, Reading(encoding=encoding))
    found = column_roles.found(frame, column_roles.merged(dict(columns or {}), COLUMNS))
    place = next((role for role in PLACES if role in found), None)
    rest = [name for name in frame.columns if name not in found.values()]
    wide = {str(name): key for name in rest if (key := known_as(str(name), work.visits)) is not None}
    if place is None or not ("class" in found or wide):
        raise TableError(
            "no column says where the households are, or of which class; its columns are {names}",
            where=where,
            mend="name one grid_id, 网格 or 社区, and one 类别 or one for each of {classes}",
            names=listed(frame.columns),
            classes=listed(work.visits),
        )
    at = column_roles.texts(frame[found[place]])
    notes: list[str] = list(frame.attrs.get("notes", []))
    if "class" in found:
        long, strange = _long(frame, found, at, work, where)
    else:
        long, strange = _wide(frame, wide, at, where), []
    members = _members(place, units, parents)
    lost = dict(frame.attrs.get("lost", {}))
    outside = ~at.isin(list(members)).to_numpy()
    if strange:
        notes.append(Phrase("no class of this kind of grid, and not counted: {names}", names=listed(strange)))
    if outside.any():
        lost["unmatched"] = lost.get("unmatched", 0) + int(outside.sum())
        said = template(
            "{count} row is of a place that the plan has not", "{count} rows are of places the plan has not"
        )
        notes.append(Phrase(said, count=int(outside.sum())))
    below = long["households"] < 0
    if below.any():
        said = template(
            "{count} count of households is below nought and unknown",
            "{count} counts of households are below nought and unknown",
        )
        notes.append(Phrase(said, count=int(below.sum())))
        long = long[~below]
    long = long[long["at"].isin(list(members))]
    notes += _more_than_live_there(long, members, weights)
    made = _shared(long, members, weights)
    read_ = len(frame) + sum(frame.attrs.get("lost", {}).values())
    ledger.noted(made, Account(where, "classes", "rows", read_, len(frame) - int(outside.sum()), lost, tuple(notes)))
    return made


def _more_than_live_there(long: pd.DataFrame, members: Mapping[str, list[str]], weights: pd.Series[float]) -> list[str]:
    """Return a note of places that have more households of classes than households at all."""
    counted = long.groupby("at")["households"].sum()
    there = pd.Series({at: weights.reindex(members[at]).sum(min_count=1) for at in counted.index}, dtype=float)
    over = [str(at) for at in counted.index[counted > there.reindex(counted.index) * _AS_MANY]]
    if not over:
        return []
    said = template(
        "{count} place has more households of classes than households: {names}",
        "{count} places have more households of classes than households: {names}",
    )
    return [Phrase(said, count=len(over), names=listed(over))]


def _long(
    frame: pd.DataFrame, found: Mapping[str, str], at: pd.Series[str], work: Workload, where: str
) -> tuple[pd.DataFrame, list[str]]:
    """Return place, class and households of a table with a class in each row, and the words that are no class."""
    said = column_roles.texts(frame[found["class"]])
    keys = {text: known_as(str(text), work.visits) for text in said.dropna().unique()}
    count = (
        quantities.read(frame[found["households"]], kind="count", where=where)
        if "households" in found
        else pd.Series(1.0, index=frame.index)
    )
    table = pd.DataFrame({"at": at, "class": said.map(keys), "households": count})
    told = table.dropna(subset=["at", "class", "households"])
    whole = told.pivot_table(index="at", columns="class", values="households", aggfunc="sum")
    # A register lists who there is: a class that it knows has nobody where it lists none.
    whole = whole.fillna(0.0) if "households" not in found else whole
    long = whole.reset_index().melt("at", var_name="class", value_name="households").dropna(subset=["households"])
    return long, [str(text) for text, key in keys.items() if key is None]


def _wide(frame: pd.DataFrame, wide: Mapping[str, str], at: pd.Series[str], where: str) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"at": at, "class": key, "households": quantities.read(frame[name], kind="count", where=where)})
        for name, key in wide.items()
    ]
    return pd.concat(parts).dropna(subset=["at", "households"])


def _members(place: str, units: pd.DataFrame, parents: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return the units of each place, by all it may be called."""
    if place == "unit_id":
        return {str(unit): [str(unit)] for unit in units.index}
    groups = {str(key): [str(unit) for unit in own] for key, own in units.groupby(place).groups.items()}
    if place == "grid_id":
        return groups
    return {name: own for key, own in groups.items() for name in (key, *parents.get(key, ()))}


def _shared(long: pd.DataFrame, members: Mapping[str, list[str]], weights: pd.Series[float]) -> pd.DataFrame:
    """Return the households of each class in each unit: those of its place by its share of the households there."""
    rows: list[tuple[str, str, float]] = []
    for at, kind, count in zip(long["at"], long["class"], long["households"], strict=True):
        own = members[str(at)]
        weight = weights.reindex(own).fillna(0.0).to_numpy(dtype=float)
        share = weight / weight.sum() if weight.sum() > 0 else np.full(len(own), 1.0 / len(own))
        rows += [(unit, str(kind), float(count * part)) for unit, part in zip(own, share, strict=True)]
    table = pd.DataFrame(rows, columns=["unit_id", "class", "households"])
    made = table.groupby(["unit_id", "class"])["households"].sum().reset_index()
    made.index = pd.Index([f"row-{at + 1}" for at in range(len(made))], name="row_id", dtype=TEXT)
    return made
