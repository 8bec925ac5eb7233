"""Registers without places: rows of an exchange, lives of groups, hours by month; the columns by their roles alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import gate
from gridkit.sources.files import vectors
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, dates, names, personal, quantities
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gridkit.sources.tables.column_roles import Columns


FEW = 3
"""So few cells that are no dates make no other column of one that its heading calls a day."""


_SEVERAL = 3
"""So many headings that are months make a table one with a column for each month."""
_MONTH = re.compile(r"((?:19|20)\d{2})\s*[年/.-]\s*(0?[1-9]|1[0-2])\s*月?")


@dataclass(frozen=True)
class Register:
    """A table, read.

    Attributes
    ----------
    rows
        Its cells by role; other columns are not kept.
    where
        What messages call it.
    lost
        Rows left out, by reason of the ledger.
    notes
        How it was read.
    reading
        What its user said of it.
    """

    rows: pd.DataFrame
    where: str
    reading: Reading
    lost: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __contains__(self, role: str) -> bool:
        return role in self.rows

    @property
    def name(self) -> str:
        """What its lines call it: the file, without the folders it lies in."""
        return self.where.replace("\\", "/").rpartition("/")[2]

    def without(self, gone: NDArray[Any] | pd.Series[Any], reason: str, *notes: str) -> Register:
        """Return the register without some rows, counted by a reason of the ledger."""
        flags = pd.Series(gone).to_numpy(dtype=bool)
        if not flags.any():
            return self
        lost = {**self.lost, reason: self.lost.get(reason, 0) + int(flags.sum())}
        return replace(self, rows=self.rows[~flags], lost=lost, notes=(*self.notes, *notes))

    def said(self, *notes: str) -> Register:
        """Return the register with more to be said of how it was read."""
        return replace(self, notes=(*self.notes, *notes))

    def texts(self, role: str) -> pd.Series[Any]:
        """Return a role's cells as plain text, missing where blank."""
        values = self.rows[role]
        said = values.astype(TEXT).str.strip().str.removesuffix(".0")
        found: pd.Series[Any] = said.where(~cells.blanks(values), None)
        return found

    def days(self, role: str) -> pd.Series[Any]:
        """Return a role's cells as days, NaT where blank; a month is its first day.

        What is no date is NaT too, said in ``attrs["notes"]``; its rows stand in ``attrs["unread"]``.
        """
        found = dates.known(self.rows[role], reading=self.reading, where=self.where, few=FEW)
        midnights: pd.Series[Any] = found.dt.normalize()
        midnights.attrs = {name: found.attrs[name] for name in ("notes", "unread")}
        return midnights

    def numbers(self, role: str) -> pd.Series[Any]:
        """Return a role's cells as numbers, NaN where blank."""
        return quantities.read(self.rows[role], where=self.where)

    def account(self, role: str) -> Account:
        """Return what became of its rows."""
        used = len(self.rows)
        return Account(self.where, role, "rows", used + sum(self.lost.values()), used, self.lost, self.notes)


def opened(source: Any, reading: Reading = AS_IT_SAYS) -> tuple[pd.DataFrame, str]:  # noqa: ANN401 - whatever the gate takes
    """Return the cells of a table as they stand, and what messages call it.

    Parameters
    ----------
    source
        A CSV or Excel file, ``FILE:SHEET``, the table of a database, or a DataFrame.
    """
    if isinstance(source, pd.DataFrame):
        return pd.DataFrame(source), "the DataFrame"
    taken: Any = gate.taken(source)
    spec = vectors.parse(taken)
    return tables.read(spec.path, sheet=spec.layer or spec.column, reading=reading), str(spec.path)


def read(
    source: Any,  # noqa: ANN401 - whatever the gate takes
    columns: Columns,
    *,
    reading: Reading,
    needed: Iterable[str] = (),
    called: Mapping[str, str] = MappingProxyType({}),
    wide: tuple[str, str] | None = None,
) -> Register:
    """Return a table by the roles of its columns; ``called`` has other names of roles, for people.

    With ``wide``, the roles of a month and of what was counted in it, a table with a column for each month is read as
    one row for each cell of them.

    Raises
    ------
    TableError
        When a column that was named, or one that is needed, is not there.
    """
    taken: Any = gate.taken(source)
    spec = vectors.parse(taken)
    frame = tables.read(spec.path, sheet=spec.layer, reading=reading)
    where = str(source) if not isinstance(source, pd.DataFrame) else "the DataFrame"
    own = {role: name for role, name in reading.columns.items() if role in columns}
    names.require(frame, own.values(), where)
    asked = {**columns, **{role: [name] for role, name in own.items()}}
    roles = column_roles.found(frame, asked)
    if wide is not None and wide[0] not in roles and len(months := _of_months(frame)) >= _SEVERAL:
        frame = _lengthened(frame, months, wide)
        roles = column_roles.found(frame, {**asked, wide[0]: [wide[0]], wide[1]: [wide[1]]})
    missing = [role for role in needed if role not in roles]
    if missing:
        raise TableError(
            "no column says the {role}; its columns are {names}",
            where=where,
            mend="name it: --column {key}=COLUMN",
            role=word(called.get(missing[0], missing[0])),
            key=missing[0],
            names=listed(frame.columns),
        )
    rows = pd.DataFrame({role: frame[name] for role, name in roles.items()})
    found = {name: what for name, what in personal.columns(frame).items() if name in roles.values()}
    notes = [
        Phrase("column {name!r} holds {what}: numbers in their place would do as well", name=name, what=what)
        for name, what in found.items()
    ]
    lost = {str(why): int(count) for why, count in frame.attrs.get("lost", {}).items() if count}
    return Register(rows, where, reading, lost, (*frame.attrs.get("notes", []), *notes))


def _of_months(frame: pd.DataFrame) -> dict[str, str]:
    """Return the columns whose headings are a month of a year, and that month: 2025年3月, 2025-03, 2025/3."""
    said = {str(name): _MONTH.fullmatch(str(name).strip()) for name in frame.columns}
    return {name: f"{found[1]}-{int(found[2]):02d}" for name, found in said.items() if found}


def _lengthened(frame: pd.DataFrame, months: Mapping[str, str], wide: tuple[str, str]) -> pd.DataFrame:
    """Return a table with a column for each month as a row for each of its cells."""
    month, amount = wide
    made = frame.rename(columns=months).melt(
        id_vars=[name for name in frame.columns if str(name) not in months], var_name=month, value_name=amount
    )
    many = template(
        "its {count} column of a month is read as a row for each of its cells",
        "its {count} columns of months are read as a row for each",
    )
    note = Phrase(many, count=len(months))
    made.attrs = {**frame.attrs, "notes": [*frame.attrs.get("notes", []), note]}
    return made
