"""Departments' tables as they are held: every row, which columns tell where it belongs, and a dictionary of the fields.

::

    read(source, department, ...) -> Holding        rows, roles, personal columns
    fields(holding) -> DataFrame                    field by field: kind, filled, and how its cells look

Personal columns stay in the holding, where they are counted and compared within their own table, and go no further.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.ledger import Account
from gridkit.sources.coordinates import points
from gridkit.sources.files import vectors
from gridkit.sources.people.place_names import folded
from gridkit.sources.tables import cells, column_roles, dates, durations, names, personal
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyproj import CRS

    from gridkit.sources.reading import Reading
    from gridkit.sources.tables.column_roles import Columns

KEYS = ("unit", "grid", "compound", "address", "community")
"""Roles of the columns that say where a row belongs, the surest first; coordinates stand behind the first two."""
_LOOKS_DATED = re.compile(r"^\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_MOSTLY, _LOOKED_AT = 0.8, 200
_TOLD = 3
"""A class is shown as it is only where it stands in so many rows: it is a word of the form, and nobody's own."""
_CLASSES, _LONGEST = 30, 40
_OF_PERSONS = re.compile(r"(?i)性别|年龄|民族|婚姻|学历|政治面貌|^(sex|gender|age|marital[ _]status|ethnicity)$")
_CONTACT = re.compile(r"(?i)联系人|负责人|法人|经办人|填表人|上报人|contact|manager|reporter")
_OWN = ("identity numbers", "birth dates", "licence plates")


@dataclass(frozen=True)
class Holding:
    """One table of one department.

    Attributes
    ----------
    department, table
        Whose it is, and what it is called among all.
    rows
        Every row and column, numbered from 1; a point where coordinates are in it.
    roles
        The column of each key, of ``id`` and of ``updated``, personal columns never.
    personal
        The personal columns and what is in each.
    of_persons
        Whether a row is a person: such a table is compared with no table of another department.
    dated
        The day each row was last true on, NaT where it is not known.
    placed
        Whether it has columns of coordinates, or shapes.
    notes
        How it was read.
    unit
        What the lines above the table say that times are counted in, where they do.
    """

    department: str
    table: str
    rows: gpd.GeoDataFrame
    roles: dict[str, str]
    personal: dict[str, Phrase]
    of_persons: bool
    dated: pd.Series[Any]
    placed: bool
    notes: tuple[str, ...]
    lost: dict[str, int]
    unit: durations.Unit | None = None

    def hours(self, role: str) -> pd.Series[float]:
        """Return a role's cells as hours, NaN where blank; minutes where anything says so.

        Raises
        ------
        TableError
            When a cell is no number.
        """
        name, plain = self.roles[role], pd.DataFrame(self.rows[self.columns])
        heading = durations.headed(plain, name)
        return durations.hours(plain[name], where=self.table, heading=heading, bare=self.unit or "hours")

    @property
    def columns(self) -> list[str]:
        """Return the names of its fields."""
        return [str(name) for name in self.rows.columns if name != self.rows.geometry.name]

    @property
    def filled(self) -> pd.DataFrame:
        """Return which cells hold something, row by field."""
        held = {name: ~cells.blanks(self.rows[name]) for name in self.columns}
        return pd.DataFrame(held, index=self.rows.index)

    def account(self, used: int, lost: dict[str, int]) -> Account:
        """Return what became of its rows."""
        every = {**self.lost, **{why: self.lost.get(why, 0) + count for why, count in lost.items()}}
        return Account(
            self.table, "holding", "rows", used + sum(every.values()), used, every, tuple(dict.fromkeys(self.notes))
        )


def read(
    source: vectors.Source,
    department: str,
    columns: Columns,
    *,
    crs: CRS,
    reading: Reading,
    district: gpd.GeoDataFrame | None = None,
) -> Holding:
    """Return one department's table with every row it has; coordinates that cannot be read leave it without, and noted.

    Parameters
    ----------
    source
        A CSV, Excel or vector file, ``FILE:SHEET``, or a GeoDataFrame.
    columns
        The names that each role may go by; those that ``reading.columns`` gives, where the table has them, win.
    crs
        The metric CRS of the plan.
    """
    raw, placed, notes = _rows(source, reading, district)
    frame = pd.DataFrame(raw.drop(columns=raw.geometry.name)) if isinstance(raw, gpd.GeoDataFrame) else raw
    frame = frame.set_axis([str(name) for name in frame.columns], axis=1)
    found = personal.columns(frame)
    wanted = {**columns, **{role: [name] for role, name in reading.columns.items() if role in columns}}
    roles = column_roles.found(frame.drop(columns=list(found)), wanted)
    dated, more = _dated(frame, roles, reading)
    points_of = placed if placed is not None else gpd.GeoSeries(None, index=frame.index, crs=crs)
    made = gpd.GeoDataFrame(frame, geometry=column_roles.spots(points_of.to_crs(crs)), crs=crs)
    numbered = pd.RangeIndex(1, len(made) + 1)
    return Holding(
        department,
        department,
        made.set_axis(numbered),
        roles,
        found,
        _of_persons(frame, found),
        dated.set_axis(numbered),
        placed is not None,
        (*notes, *more),
        {str(why): int(count) for why, count in raw.attrs.get("lost", {}).items() if count},
        durations.unit_above(raw.attrs.get("titles", ())),
    )


def _rows(
    source: vectors.Source, reading: Reading, district: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, gpd.GeoSeries | None, list[str]]:
    """Return all rows of a source, their places where it has some, and notes."""
    spec = None if isinstance(source, gpd.GeoDataFrame) else vectors.parse(source)
    place = None if spec is None else vectors.place_of(spec.path, spec.layer or spec.column, shaped=False)
    if spec is None or place is None or place.shaped:
        found = points.read(source, reading=reading, district=district)
        return found, found.geometry, list(found.attrs.get("notes", []))
    frame = tables.read(place.file, sheet=place.layer, reading=reading)
    own = {role: name for role, name in reading.columns.items() if names.column_for(frame, name) is not None}
    taken = replace(reading, columns=own)
    if not points.located(frame, taken):
        return frame, None, list(frame.attrs.get("notes", []))
    try:
        placed = points.from_table(frame, reading=taken, district=district, where=spec.path)
    except TableError as error:
        said = Phrase("its coordinates are not read: {error}", error=error)
        return frame, None, [*frame.attrs.get("notes", []), said]
    return frame, placed.geometry, list(placed.attrs["notes"])


def _of_persons(frame: pd.DataFrame, found: dict[str, Phrase]) -> bool:
    """Return whether the rows of a table are persons: by what is in it, contacts of a firm or an office apart."""
    if any(_OF_PERSONS.search(cells.plain(str(name))) for name in frame.columns):
        return True
    names_of = [name for name, what in found.items() if what == "names of persons" and not _CONTACT.search(name)]
    return bool(names_of) or any(what in _OWN for what in found.values())


def _dated(frame: pd.DataFrame, roles: dict[str, str], reading: Reading) -> tuple[pd.Series[Any], list[str]]:
    """Return the day of each row, by the column that plays the role; cells that are no dates are told, and unknown."""
    unknown = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    if "updated" not in roles:
        return unknown, []
    values = frame[roles["updated"]]
    try:
        return dates.read(values, reading=reading), []
    except TableError as error:
        plain = values.astype(TEXT).str.strip()
        likely = plain.str.match(_LOOKS_DATED.pattern).fillna(value=False).to_numpy(dtype=bool)
        said = Phrase("cells of {column!r} are no dates: {error}", column=roles["updated"], error=error)
        parsed = pd.to_datetime(
            plain[likely].str.replace(r"[年月/.]", "-", regex=True).str.extract(r"^(\d{4}-\s*\d{1,2}-\s*\d{1,2})")[0],
            errors="coerce",
        )
        unknown[likely] = parsed.to_numpy()
        return unknown, [said]


def apart(holdings: Iterable[Holding], stems: Iterable[str]) -> list[Holding]:
    """Return tables with a name each: their department's, with that of the file where it holds several."""
    every, files = list(holdings), list(stems)
    several = Counter(each.department for each in every)
    taken: Counter[str] = Counter()
    made = []
    for each, stem in zip(every, files, strict=True):
        name = each.department if several[each.department] == 1 or not stem else f"{each.department}: {stem}"
        taken[name] += 1
        made.append(replace(each, table=name if taken[name] == 1 else f"{name} #{taken[name]}"))
    return made


def fields(holding: Holding, concepts: Columns | None = None) -> pd.DataFrame:
    """Return one row per field: ``department``, ``table``, ``field``, ``concept``, ``kind``, ``filled``, ``sample``.

    ``concept`` is what it is asked for: a key, what a personal column holds, one of ``concepts`` (names of one thing,
    by what it is called), else its name without what writing adds.
    ``sample`` is a class that stands in several rows, else the form of a cell: 0 for digits, a and 字 for letters.
    Nothing is shown of a personal column.
    """
    alike = {folded(name): concept for concept, names_of in (concepts or {}).items() for name in names_of}
    by_column = {column: role for role, column in holding.roles.items() if role != "id"}
    filled = holding.filled
    rows = []
    for name in holding.columns:
        values = holding.rows[name][filled[name]]
        what = holding.personal.get(name)
        kind = "personal" if what is not None else _kind(name, values, by_column.get(name))
        concept = str(what) if what is not None else by_column.get(name, alike.get(_asked(name), _asked(name)))
        sample = personal.MASK if what is not None else _sample(values, kind)
        share = float(filled[name].mean()) if len(filled) else None
        rows.append((holding.department, holding.table, name, concept, kind, share, sample))
    columns = ["department", "table", "field", "concept", "kind", "filled", "sample"]
    return pd.DataFrame(rows, columns=columns).rename_axis("field_id")


def _asked(name: str) -> str:
    bare = folded(re.sub(r"[(\[（【].*?[)\]）】]", "", name))
    return bare or name


def _kind(name: str, values: pd.Series[Any], role: str | None) -> str:
    """Return the kind of a field by its cells: the first of empty, yes_no, date, code, number, class and text."""
    texts = values.astype(TEXT).str.strip()
    looked = texts.iloc[:: max(len(texts) // _LOOKED_AT, 1)]
    dated = role == "updated" or pd.api.types.is_datetime64_any_dtype(values)
    told = {
        "empty": values.empty,
        "yes_no": pd.api.types.is_bool_dtype(values) or set(texts.str.casefold().unique()) <= _YES_NO,
        "date": dated or bool(looked.str.match(_LOOKS_DATED.pattern).mean() >= _MOSTLY),
        "code": role in ("unit", "grid") or (role is None and cells.names_code(name)),
        "number": pd.api.types.is_numeric_dtype(values),
        "class": role != "address" and texts.nunique() <= min(_CLASSES, max(len(texts) // 2, 1)),
    }
    return next((kind for kind, so in told.items() if so), "text")


_YES_NO = {"是", "否", "有", "无", "yes", "no", "y", "n", "true", "false"}


def _sample(values: pd.Series[Any], kind: str) -> str:
    """Return a word of the form that stands in several rows, else how the first cell is written."""
    if values.empty:
        return ""
    texts = values.astype(TEXT).str.strip()
    counts = texts.value_counts()
    if kind in ("class", "yes_no") and counts.max() >= _TOLD:
        often = min(str(each) for each in counts[counts == counts.max()].index)
        return personal.masked(often)[:_LONGEST]
    return form(str(texts.iloc[0]))[:_LONGEST]


def form(text: str) -> str:
    """Return how a text is written, without what it says.

    Examples
    --------
    >>> form("2026-03-01"), form("幸福路12号 A座")
    ('0000-00-00', '字字字00字 a字')
    """
    hidden = re.sub(r"\d", "0", cells.plain(text))
    return "".join("字" if "\u4e00" <= sign <= "\u9fff" else "a" if sign.isalpha() else sign for sign in hidden)
