"""Registers without places: rows of an exchange, lives of groups, hours by month; the columns by their roles alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridkit.errors import TableError
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, Template, listed, template
from gridkit.ledger import Account
from gridkit.sources import gate
from gridkit.sources.files import vectors
from gridkit.sources.reading import AS_IT_SAYS, Reading
from gridkit.sources.tables import cells, column_roles, dates, durations, month_names, names, personal, quantities
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gridkit.sources.tables.column_roles import Columns


FEW = 3
"""So few cells that are no dates make no other column of one that its heading calls a day."""


_SEVERAL, _YEAR = 3, 12
"""So many headings that are months make a table one with a column for each month."""
_HEADED = "headed"
"""The column of a lengthened table that says which column each cell stood in, as that may say its unit."""
_UNIT = "unit of time"
"""The column of what a column of units says of each row, missing where it says nothing."""


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
    headings
        What the table calls the column of each role; of a table with a column for each month, of each row.
    unit
        What the lines above the table say that times are counted in, where they do.
    """

    rows: pd.DataFrame
    where: str
    reading: Reading
    lost: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    unit: durations.Unit | None = None

    def __contains__(self, role: str) -> bool:
        return role in self.rows

    @property
    def name(self) -> str:
        """What its lines call it: the file, without the folders it lies in."""
        return self.where.replace("\\", "/").rpartition("/")[2]

    def without(self, gone: NDArray[Any] | pd.Series[Any], reason: str, said: Template | None = None) -> Register:
        """Return the register without some rows, counted by a reason and said with their count."""
        flags = pd.Series(gone).to_numpy(dtype=bool)
        if not flags.any():
            return self
        count = int(flags.sum())
        notes = () if said is None else (Phrase(said, count=count),)
        lost = {**self.lost, reason: self.lost.get(reason, 0) + count}
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

    def hours(self, role: str) -> pd.Series[Any]:
        """Return a role's cells as numbers, NaN where blank; minutes, where anything says so, as hours.

        A cell says so, else a column of units, else the heading, else the lines above the table.
        """
        heading = self.rows[_HEADED] if _HEADED in self.rows else self.headings.get(role, role)
        if _UNIT in self.rows:
            heading = self.rows[_UNIT].where(self.rows[_UNIT].notna(), heading)
        return durations.hours(self.rows[role], where=self.where, heading=heading, bare=self.unit or "hours")

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
    wide: tuple[str, str, int | None] | None = None,
) -> Register:
    """Return a table by the roles of its columns; ``called`` has other names of roles, for people.

    With ``wide``, the roles of a month and of what was counted in it and the year, a table with a column for each month
    is read as one row for each cell of them. Months without a year are of that of a column of years, of the one given,
    or of the only one in the title or the sheet's name.

    Raises
    ------
    TableError
        When a column that was named, or one that is needed, is not there, or nothing says of which year months are.
    """
    taken: Any = gate.taken(source)
    spec = vectors.parse(taken)
    frame = tables.read(spec.path, sheet=spec.layer, reading=reading)
    where = str(source) if not isinstance(source, pd.DataFrame) else "the DataFrame"
    own = {role: name for role, name in reading.columns.items() if role in columns}
    names.require(frame, own.values(), where)
    asked = {**columns, **{role: [name] for role, name in own.items()}}
    roles = column_roles.found(frame, asked)
    if wide is not None and wide[0] not in roles and len(months := month_names.headed(frame.columns)) >= _SEVERAL:
        frame = _lengthened(frame, months, wide[:2], where)
        roles = column_roles.found(frame, {**asked, wide[0]: [wide[0]], wide[1]: [wide[1]]}) | {_HEADED: _HEADED}
    if wide is not None and wide[0] in roles:
        frame = _dated(frame, roles[wide[0]], wide[2], where)
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
    unit = durations.unit_above(frame.attrs.get("titles", ()))
    if durations.unit_column(frame) is not None:
        said = durations.headed(frame, "")
        rows[_UNIT] = said.where(said != "", None)
    return Register(rows, where, reading, lost, (*frame.attrs.get("notes", []), *notes), roles, unit)


def _lengthened(
    frame: pd.DataFrame, months: Mapping[str, month_names.Month], wide: tuple[str, str], where: str
) -> pd.DataFrame:
    """Return a table with a column for each month as a row for each of its cells.

    A month with columns of time and of something else is read by those of time; with columns of which none says what
    it counts, by all of them.

    Raises
    ------
    TableError
        When a month has columns that count different things, and none of them is time.
    """
    month, amount = wide
    timed = [name for name in months if durations.unit_of(name) is not None]
    others = [name for name in months if name not in timed and months[name] in {months[each] for each in timed}]
    counted = {unit for name in months if name not in timed and (unit := month_names.counted(name))}
    if len(counted) > 1:
        raise TableError(
            "its months are counted in several things: {names}",
            where=where,
            mend="leave the columns of one of them in it",
            names=listed(sorted(counted)),
        )
    melted = [name for name in frame.columns if str(name) in months and str(name) not in others]
    kept = [name for name in frame.columns if str(name) not in months]
    made = frame.melt(id_vars=kept, value_vars=melted, var_name=month, value_name=amount)
    made = made.assign(**{_HEADED: made[month]})
    many = template(
        "its {count} column of a month is read as a row for each of its cells",
        "its {count} columns of months are read as a row for each",
    )
    notes = [Phrase(many, count=len(melted))]
    if others:
        left = template(
            "{count} column of a month that has one of time besides is left out: {names}",
            "{count} columns of months that have one of time besides are left out: {names}",
        )
        notes.append(Phrase(left, count=len(others), names=listed(others)))
    made.attrs = {**frame.attrs, "notes": [*frame.attrs.get("notes", []), *notes]}
    return made


def _dated(frame: pd.DataFrame, column: str, year: int | None, where: str) -> pd.DataFrame:
    """Return a table whose months have their year: by a column of years, as asked, or as the table's title says it."""
    if pd.api.types.is_datetime64_any_dtype(frame[column]):
        return frame
    months = month_names.of_numbers(frame[column])
    if months is not None:
        attrs, frame = frame.attrs, frame.assign(**{column: months})
        frame.attrs = dict(attrs)
    # A column of 1月, 2月 and nothing else has come as the numbers 1, 2.
    counted = pd.api.types.is_integer_dtype(frame[column]) and frame[column].between(1, _YEAR).all()
    said_as = frame[column].astype(str) + "月" if counted else frame[column]
    named_so = month_names.headed(said_as.dropna().astype(str).unique())
    found = [None if pd.isna(cell) else named_so.get(str(cell)) for cell in said_as]
    bare = pd.Series([each is not None and each.year is None for each in found], index=frame.index)
    years = pd.Series(float("nan"), index=frame.index)
    named = column_roles.found(frame, {"year": month_names.YEARS}).get("year")
    if named is not None:
        years = pd.to_numeric(frame[named].astype(str).str.extract(r"((?:19|20)\d{2})")[0])
    whole = month_names.year_of(frame, year)
    lacking = bare & years.isna()
    if lacking.any() and whole is None:
        raise TableError(
            "nothing says of which year its months are: {names}",
            where=where,
            mend="say it: --year 2025",
            names=listed(dict.fromkeys(frame.loc[lacking, column].astype(str))),
        )
    of_year = [int(each) for each in years.fillna(whole or 0)]
    said = [
        cell if each is None else each.said(own) for each, own, cell in zip(found, of_year, frame[column], strict=True)
    ]
    made = frame.assign(**{column: pd.Series(said, index=frame.index, dtype=object)})
    made.attrs = dict(frame.attrs)
    if lacking.any() and year is None:
        note = Phrase("its months are taken as those of {year}, which its title or its sheet names", year=str(whole))
        made.attrs["notes"] = [*frame.attrs.get("notes", []), note]
    return made
