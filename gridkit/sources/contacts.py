"""Whom a resident turns to: the worker's post, the office's telephone, the hotline and the duties of each grid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit import ledger
from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import registers
from gridkit.sources.reading import Reading
from gridkit.sources.tables import column_roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gridkit.sources.files import vectors

COLUMNS: dict[str, tuple[str, ...]] = {
    "grid_id": ("grid_id", "grid", "网格", "网格编码", "网格编号", "所属网格", "负责网格"),
    "parent": ("parent", "community", "社区", "所属社区", "村社区", "district_id"),
    "post": ("post", "role", "position", "岗位", "职务", "责任岗位"),
    "office": ("office", "address", "办公地点", "服务地点", "地址"),
    "phone": ("phone", "telephone", "office_phone", "办公电话", "值班电话", "服务电话", "电话"),
    "hotline": ("hotline", "热线", "监督电话", "服务热线"),
    "duties": ("duties", "tasks", "职责", "工作职责", "服务事项"),
}
"""Usual names of the columns."""
FACTS = ("post", "office", "phone", "hotline", "duties")
_LEFT = template(
    "{count} mobile telephone or identity number of a person left out",
    "{count} mobile telephones or identity numbers of persons left out",
)
_OWN = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)\d{17}[\dXx](?!\w)")
"""A mobile telephone, or an identity number: somebody's own, and no office's."""


def read(source: vectors.Source | pd.DataFrame, *, encoding: str | None = None) -> pd.DataFrame:
    """Return one row per line of a table: ``grid_id`` or ``parent``, and what of :data:`FACTS` it says.

    A mobile telephone and an identity number belong to a person: such a value is left out, and the account says so.

    Parameters
    ----------
    source
        A CSV or Excel file, ``FILE:SHEET``, or a DataFrame.

    Raises
    ------
    TableError
        When no column says which grid or community a row is about, or none of them says anything of it.
    """
    frame, where = registers.opened(source, Reading(encoding=encoding))
    found = column_roles.found(frame, COLUMNS)
    if not {"grid_id", "parent"} & set(found) or not set(FACTS) & set(found):
        raise TableError(
            "no column says whom to turn to in which grid or community; its columns are {names}",
            where=where,
            mend="name one grid_id, 网格 or 社区, and others post, phone, hotline, office or duties",
            names=listed(frame.columns),
        )
    # Not masked as columns of persons are: an office's telephone is what is asked for.
    made = pd.DataFrame({role: frame[name].map(_text) for role, name in found.items()}, index=frame.index, dtype=object)
    own = 0
    for fact in [name for name in FACTS if name in made]:
        made[fact], left = of_offices(made[fact])
        own += left
    notes = list(frame.attrs.get("notes", []))
    if own:
        notes.append(left_out(own))
    made.attrs = {}
    ledger.noted(made, Account(where, "contacts", "rows", len(made), len(made), {}, tuple(notes)))
    return made


def of_offices(values: pd.Series[Any]) -> tuple[pd.Series[Any], int]:
    """Return cells without those that hold a mobile telephone or an identity number, and how many those are."""
    said = values.map(_text).astype(object)
    personal = said.map(lambda text: isinstance(text, str) and bool(_OWN.search(text))).astype(bool)
    return said.mask(personal, None), int(personal.sum())


def left_out(count: int) -> Phrase:
    """Return the note of telephones and numbers of persons that were left out."""
    return Phrase(_LEFT, count=count)


def _text(value: object) -> str | None:
    """Return a cell as text, None where it is blank; a sheet keeps 12345 as a number."""
    if value is None or value != value or not str(value).strip():  # noqa: PLR0124 - no number
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def by_grid(contacts: pd.DataFrame, grids: pd.Index, parents: Iterable[tuple[str, ...]]) -> pd.DataFrame:
    """Return whom to turn to in each grid: what is said of itself, else of its community, else of all.

    Parameters
    ----------
    contacts
        As from :func:`read`. A row that names neither grid nor community holds for all.
    grids
        Ids of the grids.
    parents
        For each of them what its community may be called: its id, its name.

    Raises
    ------
    TableError
        When rows name grids or communities that the plan does not have.
    """
    facts = [name for name in FACTS if name in contacts]
    names = {
        role: contacts[role] if role in contacts else pd.Series(None, contacts.index) for role in ("grid_id", "parent")
    }
    called_so = list(parents)
    known = {*map(str, grids), *(name for called in called_so for name in called)}
    said = [str(name) for column in names.values() for name in column.dropna()]
    strange = sorted({name for name in said if name not in known})
    if strange:
        raise TableError(
            "the plan has no grid or community called {names}",
            where="--contacts",
            mend="use the codes of the grids, or the codes or names of the communities",
            names=listed(strange),
        )
    made = pd.DataFrame(index=grids, columns=facts, dtype=object)
    whole = names["grid_id"].isna()
    for row in contacts[whole & names["parent"].isna()].to_dict("records"):
        _fill(made, facts, row, list(grids))
    for row in contacts[whole & names["parent"].notna()].to_dict("records"):
        _fill(
            made,
            facts,
            row,
            [grid for grid, called in zip(grids, called_so, strict=True) if str(row["parent"]) in called],
        )
    for row in contacts[~whole].to_dict("records"):
        _fill(made, facts, row, [row["grid_id"]])
    return made


def _fill(made: pd.DataFrame, facts: list[str], row: dict[Any, Any], grids: list[Any]) -> None:
    for fact in facts:
        if isinstance(row[fact], str) and row[fact]:
            made.loc[grids, fact] = row[fact]
