"""Official totals per parent: a table or layer with a row per community, found by its code, then by its name."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from gridkit import ledger
from gridkit.errors import GridkitWarning, TableError
from gridkit.language.phrases import Phrase, listed, template
from gridkit.ledger import Account
from gridkit.sources import overture
from gridkit.sources.files import vectors
from gridkit.sources.people.counts import COLUMNS, whole
from gridkit.sources.people.place_names import Match, Names, bare, folded
from gridkit.sources.tables import cells, column_roles, names, quantities, rows
from gridkit.sources.tables import read as tables
from gridkit.tables import TEXT, flagged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.sources.reading import Reading

COUNTS = ("people", "households", "elderly", "children")
_WHOLE = re.compile(
    r"(?:grand|sub)?totals?|sum|gesamt|insgesamt|summe|totalgeneral|.{0,12}(?:合计|总计|共计|小计)|全区|全县|全市|全镇|全街道"
    r"|总|计|两性|男女|all|both|bothsexes|allages|everyone|ensemble|todos|ambossexos|итого|всего",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(
    r"\s*(?:其中|of which|thereof|darunter|davon|dont|de los cuales|dos quais|из них)", re.IGNORECASE
)
_YEARS = (
    "年份",
    "年度",
    "统计年份",
    "统计年度",
    "year",
    "jahr",
    "ano",
    "año",
    "année",
    "год",
    "period",
    "统计时点",
    "时点",
)
_SHOWN = 5
_HALF = 0.5


@dataclass(frozen=True)
class _Found:
    """Which parent each row means: its id or None, and how it was found. Shape (rows,).

    ``nameless`` are the rows with nothing in the column of names, ``how`` what is to be said of their codes.
    """

    ids: pd.Series
    matches: list[Match | None]
    otherwise: tuple[str, ...]
    nameless: NDArray[np.bool_]
    how: str = ""


def read(source: vectors.Source, districts: gpd.GeoDataFrame, *, reading: Reading) -> pd.DataFrame:
    """Return the official totals of districts.

    A row is found by the code of its parent, also where a spreadsheet took its leading zeros, else by its name, also
    where only the spelling differs (:mod:`gridkit.sources.people.place_names`). Rows of one parent are added up.

    Parameters
    ----------
    source
        A workbook, CSV or vector file, ``FILE:SHEET``, or a GeoDataFrame, with a row per parent: its ``district_id`` or
        name in some column, and counts (people, households, elderly, children) under their usual names.
    districts
        DISTRICTS.
    reading
        How text is to be taken.

    Returns
    -------
    DataFrame
        On the index ``district_id``, one column per count that is there; parents without a row are missing. What
        became of the rows, and of the parents, is in ``attrs["accounts"]``.

    Raises
    ------
    TableError
        When no column names the parents, none counts anything, or a name is that of more than one parent.
    """
    frame, where = _frame(source, reading)
    frame, at_sea = overture.on_land(overture.named(frame))
    found = _parents(frame, districts, where)
    frame, added = whole(frame, reading, where)
    columns = {count: names.column_for(frame, column_roles.merged(reading.columns, COLUMNS)[count]) for count in COUNTS}
    there = {count: column for count, column in columns.items() if column is not None}
    merged = column_roles.merged(reading.columns, COLUMNS)
    left_open = any(len(names.alike(frame, merged[count])) > 1 for count in COUNTS[:2] if count not in there)
    if not there or left_open:
        raise _uncounted(frame, reading, where)
    read_columns = {count: quantities.read(frame[column], kind="count", where=where) for count, column in there.items()}
    counts = pd.DataFrame(read_columns)
    _require_positive(counts, there, where)
    _require_one_year(frame, found, where)
    why, parts = _lost(frame, found, counts)
    used = why == ""
    table = counts[used].set_axis(pd.Index(found.ids[used], name=districts.index.name))
    totals: pd.DataFrame = table.groupby(level=0).sum(min_count=1)
    _warn_of_strangers(frame, found, why, where)
    without = [str(each) for each in districts.index if each not in totals.index]
    if without:
        _warn_of_absent(districts, without, where)
    notes = [*frame.attrs.get("notes", []), *added]
    notes += [note for each in read_columns.values() for note in each.attrs.get("notes", [])]
    notes += [found.how] if found.how else []
    if found.otherwise:
        said = template("{count} is spelled otherwise: {names}", "{count} are spelled otherwise: {names}")
        notes.append(Phrase(said, count=len(found.otherwise), names=listed(found.otherwise, _SHOWN)))
    often = table.index.value_counts()
    again = [str(each) for each in often.index[often > 1]]
    if again and len(again) * 2 < len(often):
        notes.append(
            Phrase(
                "{count} parent has several rows, which are summed, where the others have one: {names}",
                "",
                "{count} parents have several rows, which are summed, where the others have one: {names}",
                count=len(again),
                names=listed(again, _SHOWN),
            )
        )
    if parts:
        notes.append(
            Phrase(
                "{count} row is a part of a total that stands beside it: left out",
                "",
                "{count} rows are parts of a total that stands beside them: left out",
                count=parts,
            )
        )
    lost: Counter[str] = Counter(str(each) for each in why if each) + Counter(frame.attrs.get("lost", {}))
    lost["other"] += at_sea
    account = Account(
        where, "totals", "rows", int(used.sum()) + sum(lost.values()), int(used.sum()), lost, tuple(notes)
    )
    parents = Account(
        where, "parents", "rows", len(districts), len(districts) - len(without), {"unmatched": len(without)}
    )
    ledger.noted(totals, account, parents)
    return totals


def spread(totals: pd.DataFrame, districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the districts as a source of people: each with its official total, where nothing else is known of people.

    Parameters
    ----------
    totals
        As :func:`read` returns them.
    districts
        DISTRICTS.
    """
    counts = totals.reindex(districts.index).fillna(0.0)
    counts = counts if "people" in counts else counts.assign(people=0.0)
    made = gpd.GeoDataFrame(counts, geometry=districts.geometry.to_numpy(), crs=districts.crs)
    made.attrs = {}
    return made.rename_axis("people_id")


def _frame(source: vectors.Source, reading: Reading) -> tuple[pd.DataFrame, str]:
    if isinstance(source, gpd.GeoDataFrame):
        return quantities.styled(source.copy(deep=False), reading), "the totals"
    spec = vectors.unpacked(source if isinstance(source, vectors.Spec) else vectors.parse(source))
    if not vectors.place_of(spec.path, spec.layer, shaped=False).shaped:
        return tables.read(spec.path, sheet=spec.layer, reading=reading), str(spec)
    return quantities.styled(vectors.read(spec, crs=reading.crs, encoding=reading.encoding), reading), str(spec)


# ---------------------------------------------------------------- whose row it is


_BETWEEN = re.compile(r"\s|(?<=\d)[-–.](?=\d)")
"""What stands between the parts of a code."""
_CENSUS = re.compile(r"^\d{3}[0-9A-Z]{4}US(?=\d)")
"""What the US Census writes before a code."""


def _parents(frame: pd.DataFrame, districts: gpd.GeoDataFrame, where: str) -> _Found:
    """Return the parent of each row: by the column of codes that finds most of them, then by that of names."""
    shape = getattr(frame, "active_geometry_name", None)
    columns = [column for column in frame.columns if column != shape]
    by_code = _best({column: _by_code(frame[column], districts) for column in columns})
    how = ""
    if by_code is None:
        longer = {column: _by_beginning(frame[column], districts) for column in columns}
        by_code = _best({column: found for column, (found, _) in longer.items()})
        how = next((said for found, said in longer.values() if found is by_code), "")
    ids = by_code if by_code is not None else pd.Series(None, index=frame.index, dtype="object")
    known = {str(each): str(each) for each in districts.index}
    if "name" in districts:
        known = {str(each): str(name) for each, name in districts["name"].items() if pd.notna(name)}
    matches: list[Match | None] = [None] * len(frame)
    named = _named(frame, columns, Names(known), ids)
    otherwise = []
    if named is not None:
        for at, (text, match) in enumerate(named):
            if ids.iloc[at] is not None and pd.notna(ids.iloc[at]):
                continue
            matches[at] = match
            if match.several:
                raise _of_several(text, match, where)
            ids.iloc[at] = match.key
            if match.key is not None and not match.exact:
                otherwise.append(f"{text} = {known[match.key]}")
    if not ids.notna().any():
        near = {text: match.near[0] for text, match in named or () if match.near}
        raise TableError(
            "no column names the parents",
            where=where,
            mend="write the names as the district does: {pairs}?"
            if near
            else "add one with their codes or names, such as {parent!r}",
            parent=str(districts.index[0]),
            pairs=listed([f"{text} = {name}" for text, name in near.items()], _SHOWN),
        )
    nameless = np.array([not text for text, _ in named], dtype=bool) if named else np.zeros(len(frame), dtype=bool)
    return _Found(ids, matches, tuple(dict.fromkeys(otherwise)), nameless, how)


def _of_several(text: str, match: Match, where: str) -> TableError:
    return TableError(
        "{name!r} stands for more than one parent: {parents}",
        where=where,
        mend="add a column with their codes",
        name=text,
        parents=listed(match.several, _SHOWN),
    )


def _best(found: dict[str, pd.Series]) -> pd.Series | None:
    best = max(found, key=lambda column: int(found[column].notna().sum()), default=None)
    return None if best is None or not found[best].notna().any() else found[best]


def _by_code(values: pd.Series, districts: gpd.GeoDataFrame) -> pd.Series:
    """Return the parent whose code each cell is: as it stands, else without leading zeros where that is one alone."""
    said = cells.as_codes(values)
    known = {str(each): str(each) for each in districts.index}
    said = _own_codes(said)
    known |= {code: name for name, code in zip(known, _own_codes(pd.Series(list(known), dtype=TEXT)), strict=True)}
    said = said.where(said.isin(list(known)), _without(said, _BETWEEN))  # 320611 001 001
    exact = said.map(known)
    digits = pd.Series([each.lstrip("0") for each in known], index=list(known))
    alone = digits[~digits.duplicated(keep=False) & (digits != "")]
    bare = {code: str(each) for each, code in alone.items() if str(each).isdigit()}
    taken = set(exact.dropna())
    free = {code: each for code, each in bare.items() if each not in taken}
    stripped = said.map(
        lambda cell: free.get(str(cell).lstrip("0")) if isinstance(cell, str) and cell.isdigit() else None
    )
    # A column of small numbers is no column of codes because a few of them look like some.
    enough = stripped.notna().sum() + exact.notna().sum() > len(values) / 2
    return exact.where(exact.notna(), stripped if enough else None).astype("object")


def _without(codes: pd.Series, pattern: re.Pattern[str]) -> pd.Series:
    """Return codes without what a pattern finds in them, by Python's expressions: those of Arrow look neither way."""
    return codes.map(lambda code: pattern.sub("", code), na_action="ignore").astype(codes.dtype)


def _own_codes(codes: pd.Series) -> pd.Series:
    """Return codes without what the US Census writes before them (1400000US), and without a name behind them.

    A name counts as one only where most cells are a code and a name: 28079 Madrid.
    """
    plain = _without(codes, _CENSUS)
    led = plain.str.extract(r"^(\d{2,})\s*[-–_.]?\s+[^\W\d_]", expand=False)
    return led.where(led.notna(), plain) if len(led) and led.notna().mean() > _HALF else plain


def _by_beginning(values: pd.Series, districts: gpd.GeoDataFrame) -> tuple[pd.Series, str]:
    """Return the parent with whose code each longer code begins (grids below it, zeros behind it), and a word on it.

    A parent's own row, its code with zeros behind it, stands for it; what lies below it is a part of it then.
    """
    said = cells.as_codes(values).str.replace(r"\s", "", regex=True)
    known = [str(each) for each in districts.index]
    widths = {len(each) for each in known}
    nothing = pd.Series(None, index=values.index, dtype="object")
    filled = said.dropna()
    if len(widths) != 1 or not all(each.isdigit() for each in known) or not len(filled):
        return nothing, ""
    width = widths.pop()
    if not (filled.str.fullmatch(r"\d+").mean() > _HALF and (filled.str.len() > width).mean() > _HALF):
        return nothing, ""
    begins = said.str[:width].where(said.str.len() > width)
    found = begins.where(begins.isin(known)).astype("object")
    whole = found.notna() & flagged(said.str[width:].str.fullmatch("0+"))
    found = found.mask(found.isin(found[whole]) & ~whole, None)
    found = found.where(found.notna(), None)
    words = Phrase(
        "codes are longer than those of the parents: found by their first digit",
        "",
        "codes are longer than those of the parents: found by their first {count} digits",
        count=width,
    )
    return (found, words) if found.notna().sum() > len(filled) / 2 or whole.any() else (nothing, "")


def _named(frame: pd.DataFrame, columns: list[str], known: Names, ids: pd.Series) -> list[tuple[str, Match]] | None:
    """Return what the cells of the column of names mean; None where no column names a parent that has no row yet."""
    open_rows = ids.isna().to_numpy()
    if not open_rows.any():
        return None
    best: list[tuple[str, Match]] | None = None
    score = 0
    for column in columns:
        if pd.api.types.is_numeric_dtype(frame[column]):
            continue
        texts = ["" if pd.isna(cell) else str(cell).strip() for cell in frame[column]]
        meant = _each_its_own({text: known.meant(text) for text in dict.fromkeys(texts)})
        hits = sum(bool(meant[text].key or meant[text].several) for text in np.array(texts, dtype=object)[open_rows])
        if hits > score:
            best, score = [(text, meant[text]) for text in texts], hits
        if best is None and any(match.near for match in meant.values()):
            best = [(text, meant[text]) for text in texts]
    return best


def _each_its_own(meant: dict[str, Match]) -> dict[str, Match]:
    """Return what names mean, those that differ by their note alone proposed only: Alvorada (RS) and Alvorada (TO)."""
    noted = Counter(match.key for text, match in meant.items() if match.key and not match.exact and bare(text) != text)
    return {
        text: Match(near=(bare(text),))
        if match.key is not None and noted[match.key] > 1 and not match.exact and bare(text) != text
        else match
        for text, match in meant.items()
    }


# ---------------------------------------------------------------- rows that are not used


def _lost(frame: pd.DataFrame, found: _Found, counts: pd.DataFrame) -> tuple[NDArray[np.object_], int]:
    """Return for each row why it is not used, or nothing; and how many rows are parts of a total beside them."""
    why = np.full(len(frame), "", dtype=object)
    stranger = found.ids.isna().to_numpy()
    why[stranger] = "unmatched"
    wholes, remarks = _called(frame)
    empty = counts.isna().all(axis=1).to_numpy()
    why[stranger & ((wholes > 0) | remarks & empty | _adding_up(found, ~stranger & ~empty, counts))] = "footer"
    why[stranger & _parted(frame)] = "footer"
    why[empty & ~stranger] = "blank"
    # The same row again, every cell of it: rows of one parent otherwise are its estates, which add up.
    plain = pd.DataFrame(frame.drop(columns=[frame.geometry.name]) if isinstance(frame, gpd.GeoDataFrame) else frame)
    why[plain.astype(TEXT).duplicated().to_numpy() & (why == "")] = "doubled"
    # Rows of one parent, of which some are called a total: men, women, all. The most total of them is the parent's.
    own = pd.Series(wholes, index=frame.index).where(why == "", -1)
    most = own.groupby(found.ids.to_numpy(), dropna=False).transform("max").to_numpy()
    parts = (why == "") & (wholes < most)
    why[parts] = "other"
    return why, int(parts.sum())


def _texts(frame: pd.DataFrame) -> list[pd.Series]:
    shape = getattr(frame, "active_geometry_name", None)
    return [frame[name] for name in frame if name != shape and not pd.api.types.is_numeric_dtype(frame[name])]


def _called(frame: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return how many cells of each row call it a total, and which rows hold a remark."""
    wholes, remarks = np.zeros(len(frame), dtype=np.int64), np.zeros(len(frame), dtype=bool)
    for column in _texts(frame):
        wholes += np.array([bool(_WHOLE.fullmatch(folded(str(cell)))) for cell in column])
        remarks |= np.array([isinstance(cell, str) and rows.is_remark(cell) for cell in column])
    return wholes, remarks


def _parted(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows count a part of what is counted above: 其中：城镇, of which women."""
    found = np.zeros(len(frame), dtype=bool)
    for column in _texts(frame):
        found |= np.array([bool(_OF_WHICH.match(str(cell))) for cell in column])
    return found


def _adding_up(rows_of: _Found, known: NDArray[np.bool_], counts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows hold the sum of the rows of parents right below or above them: their street or town.

    The sum of a single row is a street of one community, but not what has no name of its own.
    """
    values = counts.to_numpy(dtype=float)
    found = np.zeros(len(counts), dtype=bool)
    for at in np.flatnonzero(~known):
        after = at + 1 + int(np.argmin(np.append(known[at + 1 :], False)))
        before = at - int(np.argmin(np.append(known[:at][::-1], False)))
        for part in (values[at + 1 : after], values[before:at]):
            same = np.isclose(np.nansum(part, axis=0), values[at], atol=0.5) | np.isnan(values[at])
            enough = len(part) > (1 if rows_of.nameless[at] else 0)
            found[at] |= enough and bool(same.all()) and not np.isnan(values[at]).all()
    return found


def _require_one_year(frame: pd.DataFrame, found: _Found, where: str) -> None:
    """Raise where most parents have rows of several years, which would be added up."""
    name = names.column_for(frame, _YEARS)
    if name is None:
        return
    own = found.ids.notna()
    years = frame.loc[own, name].astype(TEXT).groupby(found.ids[own].to_numpy()).nunique()
    if len(years) and (years > 1).mean() > _HALF:
        raise TableError(
            "column {column!r} holds {years}: rows of several years of one parent would be added up",
            where=where,
            mend="keep the rows of one year",
            column=name,
            years=listed(sorted(frame.loc[own, name].astype(TEXT).unique()), _SHOWN),
        )


def _uncounted(frame: pd.DataFrame, reading: Reading, where: str) -> TableError:
    """Return the error for a table without a count, or with one of each year."""
    merged = column_roles.merged(reading.columns, COLUMNS)
    several = [name for count in COUNTS for name in names.alike(frame, merged[count])]
    if not several:
        numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
        return TableError(
            "no column counts people or households; its columns of numbers are {names}",
            where=where,
            mend="say which, as in --column people={example}" if numeric else "call one people, or 人口",
            names=listed(numeric, _SHOWN) or Phrase("no such column"),
            example=numeric[0] if numeric else "",
        )
    return TableError(
        "several columns count people or households: {names}",
        where=where,
        mend="say which, as in --column people={example}",
        names=listed(several, _SHOWN),
        example=several[-1],
    )


def _require_positive(counts: pd.DataFrame, there: dict[str, str], where: str) -> None:
    for count, column in there.items():
        low = counts[count] < 0
        if low.any():
            raise TableError(
                template(
                    "column {column!r} is below zero in {count} row: {rows}",
                    "column {column!r} is below zero in {count} rows: {rows}",
                ),
                where=where,
                mend="people cannot be: fix these rows",
                column=column,
                count=int(low.sum()),
                rows=counts.index[low][:_SHOWN].tolist(),
            )


def _warn_of_strangers(frame: pd.DataFrame, found: _Found, why: NDArray[np.object_], where: str) -> None:
    strangers = np.flatnonzero(why == "unmatched")
    if not len(strangers):
        return
    said = []
    for at in strangers[:_SHOWN]:
        match = found.matches[at]
        text = next(
            (str(cell) for cell in frame.iloc[at] if isinstance(cell, str) and not cells.blank(cell)), f"{at + 1}"
        )
        said.append(f"{text} ({' / '.join(match.near)}?)" if match is not None and match.near else text)
    warnings.warn(
        GridkitWarning(
            template("{count} row matches no parent: {names}", "{count} rows match no parent: {names}"),
            where=where,
            mend="write their codes or names as the district does",
            count=len(strangers),
            names=listed(said, _SHOWN),
        ),
        stacklevel=3,
    )


def _warn_of_absent(districts: gpd.GeoDataFrame, without: list[str], where: str) -> None:
    named = districts["name"] if "name" in districts else districts.index.to_series()
    shown = [f"{each} {named[each]}" if str(named[each]) != each else each for each in without[:_SHOWN]]
    warnings.warn(
        GridkitWarning(
            template(
                "{count} parent has no row in it, and keeps what the people's file says: {names}",
                "{count} parents have no row in it, and keep what the people's file says: {names}",
            ),
            where=where,
            mend="add their rows",
            count=len(without),
            names=listed([*shown, *without[_SHOWN:]], _SHOWN),
        ),
        stacklevel=3,
    )
