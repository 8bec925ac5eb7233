"""The counts in a table of people: which columns hold them, and what blank, withheld and impossible cells stand for."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from gridkit.errors import GridkitWarning, TableError
from gridkit.language.labels import word
from gridkit.language.phrases import Phrase, listed, template
from gridkit.sources import nested
from gridkit.sources.files import vectors
from gridkit.sources.people import parts
from gridkit.sources.tables import cells, column_roles, names, quantities

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.sources.reading import Reading

    Counts = Literal["people", "households"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": (
        "people", "population", "pop", "persons", "residents", "人口", "人口数", "常住人口", "总人口", "人数",
        "实有人口", "populacao", "население", "pop_un_adj", "sum_unadj", "population_count", "total_population",
        "户籍人口", "einwohner", "poblacion", "habitants", "población", "población total",
        "população", "bevölkerung", "bevölkerungsstand", "popolazione", "ludność", "nüfus", "dân số", "penduduk",
        "जनसंख्या", "人口総数", "総人口", "총인구수", "인구수", "tot_p", "totpop", "pop_total", "عدد السكان",
        "السكان", "جمعیت", "jumlah penduduk", "bilangan penduduk", "ประชากร", "จำนวนประชากร", "জনসংখ্যা", "மக்கள்தொகை",
        "obyvatelia", "počet obyvateľov", "obyvatelé", "počet obyvatel", "népesség", "lakónépesség", "lakosság",
        "populația", "populație", "население общо", "πληθυσμός", "אוכלוסייה", "befolkning", "folkmängd", "innbyggere",
        "väestö", "asukasluku", "rahvaarv", "iedzīvotāju skaits", "gyventojų skaičius", "становништво", "stanovništvo",
        "населення", "inwoners", "aantal inwoners", "人口計", "인구", "총인구", "populasi", "idadi ya watu",
        "liczba ludności", "liczba mieszkańców", "mieszkańcy", "number of inhabitants", "inhabitants",
        "nombre d'habitants", "population municipale", "population totale", "número de habitantes",
        "numero de habitantes", "população residente", "populacao residente", "popolazione residente",
        "numero abitanti", "abitanti", "einwohnerzahl", "bevölkerungszahl", "einwohner gesamt", "численность населения",
        "население", "жителей", "кількість населення", "toplam nüfus", "nüfusu", "antal invånare", "folketal",
        "antall innbyggere", "jumlah jiwa", "tổng dân số", "số dân", "nombre total d'habitants", "人數", "人口數",
        "常住人口數", "戶籍人口數",
        "pmun", "psdc", "p_pop", "b01003_001e", "b01001_001e", "p1_001n", "all usual residents", "usual residents",
    ),
    "households": (
        "households", "hh", "number of households", "no. of households", "liczba gospodarstw domowych",
        "nombre de ménages", "número de hogares", "viviendas particulares", "戶數", "户数", "总户数", "住户数",
        "常住户数", "家庭户", "domicilios", "domicílios", "ménages",
        "haushalte", "hogares", "世帯数", "世帯", "세대수", "세대", "hộ", "số hộ", "jumlah kk", "rumah tangga",
        "gospodarstwa domowe", "домохозяйства", "huishoudens", "famiglie", "hushåll", "hane sayısı", "परिवार",
    ),
    "elderly": (
        "elderly", "60+", "65+", "老年人", "老年人口", "老人", "60岁以上", "60岁及以上", "65岁以上", "65岁及以上",
    ),
    "children": ("children", "0-14", "儿童", "儿童数", "少儿", "0-14岁", "14岁以下"),
    "name": ("name", "小区", "小区名称", "名称", "楼盘", "楼盘名称", "compound", "estate", "nome"),
}  # fmt: skip
"""Usual names of the columns."""

AGES = re.compile(
    r"(?:(?:age|aged|pop|male|female|men|women|m|f|t|年龄|男|女)[_ ]?)?"
    r"\d{1,3}(?:\s*(?:[-_~–至到]|to)\s*\d{1,3}\s*(?:岁|years|yrs)?|\s*(?:\+|plus|岁及?以上|岁及?以下))",
    re.IGNORECASE,
)
"""Names of columns that count an age band: 0-14, age_15_59, m_65_plus, 60岁及以上; they come along."""

_OF_SETTLEMENTS: dict[str, re.Pattern[str]] = {
    "people": re.compile(r"[a-z]{3}_(?:general|total)_(?:19|20)\d\d", re.IGNORECASE),
    "elderly": re.compile(r"[a-z]{3}_elderly_60_plus_(?:19|20)\d\d", re.IGNORECASE),
    "children": re.compile(r"[a-z]{3}_children_under_five_(?:19|20)\d\d", re.IGNORECASE),
}
"""Names of columns in the tables of Meta's high resolution settlement layer: a country, who is counted, a year."""

CODES_FOR_NOTHING = (32_767.0, 65_535.0, 99_999.0, 999_999.0, 9_999_999.0, 2.0**31 - 1, 2.0**32 - 1)
"""What programs write where they have no number: the largest a type can hold, or nines."""

_PARTS = "people"
_TIMES = 10.0
_DENSITY = re.compile(
    r"densit|dichte|密度|плотност|(?:per|/|p)[ _]?(?:sq[ _.]?)?(?:km|kilom|ha\b|hect|mi\b)|/\s*(?:km|ha)"
    r"|人\s*[/每]?\s*(?:平方公里|公顷|km|ha)|每平方公里|每公顷|_km2$|_ha$",
    re.IGNORECASE,
)
_HECTARES = re.compile(r"ha\b|hect|公顷|_ha$", re.IGNORECASE)
_LIMIT = re.compile(r"\d+")
_LISTED = 5


@dataclass
class Counted:
    """What is counted in each row.

    Attributes
    ----------
    table
        One column per count, and the name where there is one; on the index of the source.
    lost
        For each row the reason of the ledger for which its count is left out, or nothing. Shape (rows,).
    missing
        Rows whose count is to come from the remainder of a total. Shape (rows,).
    notes
        How it was read.
    """

    table: pd.DataFrame
    lost: NDArray[np.object_]
    missing: NDArray[np.bool_]
    notes: list[str] = field(default_factory=list)


def read(frame: pd.DataFrame, column: str | None, counts: Counts, reading: Reading, where: str) -> Counted:
    """Return what is counted in each row as far as there are columns of it, and its name.

    Raises
    ------
    TableError
        When no column of what is to be counted is found, a count is below zero, or is a density and nobody said so.
    """
    frame, more = whole(frame, reading, where)
    playing = _playing(frame, column, counts, reading, where)
    _ask_density(playing[counts], reading, where)
    made = Counted(pd.DataFrame(index=frame.index), np.full(len(frame), "", dtype=object), np.zeros(len(frame), bool))
    made.notes += more if playing.get("people") == _PARTS else []
    made.notes += _not_taken(frame, playing, counts, reading) if column is None else []
    for role, name in playing.items():
        if role == "name":
            continue
        values = nested.unlisted(frame[name], lambda found: found[0])
        if role == counts:
            made.table[role] = _treated(values, reading, made, where)
        else:
            made.table[role] = _count(values, made, where).fillna(0.0)
    if "people" not in made.table:
        made.table.insert(0, "people", 0.0)
    if "name" in playing:
        made.table["name"] = column_roles.texts(frame[playing["name"]])
    return made


def whole(frame: pd.DataFrame, reading: Reading, where: object) -> tuple[pd.DataFrame, list[str]]:
    """Return a table with a column of all people, where it counts only parts that make them all; and notes."""
    if names.column_for(frame, column_roles.merged(reading.columns, COLUMNS)["people"]) is not None:
        return frame, []
    total, notes = parts.summed(frame, where)
    return (frame, []) if total is None else (frame.assign(**{_PARTS: total}), notes)


def of_settlement_layer(frame: pd.DataFrame) -> dict[str, str]:
    """Return the column of each role in a table of Meta's settlement layer; none of another, or where years differ."""
    every = {
        role: [str(name) for name in frame.columns if pattern.fullmatch(str(name).strip())]
        for role, pattern in _OF_SETTLEMENTS.items()
    }
    return {role: found[0] for role, found in every.items() if len(found) == 1}


def _playing(frame: pd.DataFrame, column: str | None, counts: Counts, reading: Reading, where: str) -> dict[str, str]:
    """Return which column counts what: those said, those of usual names, and the age bands under their own."""
    usual = column_roles.found(frame, {role: column_roles.merged(reading.columns, COLUMNS)[role] for role in COLUMNS})
    playing = {**of_settlement_layer(frame), **usual}
    if column is not None:
        asked = vectors.column(frame, column, where=where)
        playing = {**{role: name for role, name in playing.items() if name != asked}, counts: asked}
    if counts not in playing:
        numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
        raise TableError(
            "no column of {counts} was named; its columns of numbers are {names}",
            where=where,
            mend="name it behind the file, as in {example}" if Path(where).suffix else "call its column {role}",
            counts=word(counts),
            role=counts,
            names=listed(numeric) or Phrase("no such column"),
            example=f"{Path(where).name}:{(numeric or [counts])[0]}",
        )
    taken = set(playing.values())
    ages = {
        str(name): str(name) for name in frame.columns if str(name) not in taken and AGES.fullmatch(str(name).strip())
    }
    order = {role: playing[role] for role in COLUMNS if role in playing}
    return order | ages


def _not_taken(frame: pd.DataFrame, playing: dict[str, str], counts: Counts, reading: Reading) -> list[str]:
    """Return which column was taken where nobody named one and others may count somebody too."""
    roles = column_roles.found(frame, column_roles.merged(reading.columns, names.COORDINATES))
    known = {*playing.values(), *roles.values()}
    others = [
        str(name)
        for name, each in frame.items()
        if str(name) not in known
        and pd.api.types.is_numeric_dtype(each)
        and not pd.api.types.is_bool_dtype(each)
        and not cells.names_code(str(name))
    ]
    if not others or playing[counts] == _PARTS:
        return []
    said = "{counts} are those of column {column!r}; others of numbers are not taken: {others}"
    return [Phrase(said, column=playing[counts], counts=word(counts), others=listed(others, _LISTED))]


def _ask_density(name: str, reading: Reading, where: str) -> None:
    if reading.density is not None or not _DENSITY.search(name):
        return
    unit = "ha" if _HECTARES.search(name) else "km2"
    raise TableError(
        "column {column!r} is called a density: either its numbers are people per {unit}, or people in each row",
        where=where,
        mend="say --density {unit}, or --density none when they are counts",
        column=name,
        unit=unit,
    )


# ---------------------------------------------------------------- cells without a count


def _treated(values: pd.Series, reading: Reading, made: Counted, where: str) -> pd.Series:
    """Return the main column of counts, what has none treated by the rule that was said."""
    numbers = _count(values, made, where, rule=reading.suppressed)
    hidden = quantities.withheld(values).to_numpy(dtype=bool)
    coded = _coded(numbers)
    blank = numbers.isna().to_numpy() & ~hidden
    without = hidden | blank | coded
    if coded.any():
        said = template(
            "column {column!r}: {value:,.0f} stands in {count} row: a code for nothing known, left out",
            "column {column!r}: {value:,.0f} stands in {count} rows: a code for nothing known, left out",
        )
        value = float(numbers[coded].iloc[0])
        made.notes.append(Phrase(said, column=str(values.name), value=value, count=int(coded.sum())))
    if not without.any():
        return numbers
    rule = reading.suppressed
    if rule is None:
        made.lost[hidden], made.lost[blank], made.lost[coded] = "withheld", "blank", "invalid"
        warnings.warn(
            GridkitWarning(
                template(
                    "column {column!r}: {count} row has no count (blank, withheld, a code): nobody is counted there",
                    "column {column!r}: {count} rows have no count (blank, withheld, a code): nobody is counted there",
                ),
                where=where,
                mend="say what they stand for: --suppressed zero, mean or remainder (of --totals)",
                column=str(values.name),
                count=int(without.sum()),
            ),
            stacklevel=2,
        )
        return numbers.mask(without, 0.0)
    made.notes.append(Phrase(_RULES[rule], count=int(without.sum())))
    if rule == "mean":
        return numbers.mask(without, _means(values, numbers, hidden, without))
    made.missing = without if rule == "remainder" else made.missing
    return numbers.mask(without, 0.0)


_RULES = {
    "zero": template(
        "{count} row without a count is counted as nobody", "{count} rows without a count are counted as nobody"
    ),
    "mean": template(
        "{count} row without a count is counted as the mean of what it may be, or of the others",
        "{count} rows without a count are counted as the mean of what they may be, or of the others",
    ),
    "remainder": template(
        "{count} row without a count takes what the official total leaves",
        "{count} rows without a count share what the official total leaves",
    ),
}


def _means(values: pd.Series, numbers: pd.Series, hidden: NDArray[np.bool_], without: NDArray[np.bool_]) -> pd.Series:
    """Return what each cell stands for on average: ``<5`` for 1 to 4, so 2.5; one without a limit as others of it."""
    there = numbers[~without]
    rest = float(there.mean()) if len(there) else 0.0
    limits = [_LIMIT.search(str(cell)) if held else None for cell, held in zip(values, hidden, strict=True)]
    middles = pd.Series([float(found[0]) / 2 if found else np.nan for found in limits], index=values.index)
    said = middles[hidden].mean()
    return middles.where(~pd.Series(hidden, index=values.index) | middles.notna(), said).fillna(rest)


def _coded(numbers: pd.Series) -> NDArray[np.bool_]:
    """Return the rows with a number that programs write for nothing: it stands more than once, far above the others."""
    coded = np.zeros(len(numbers), dtype=bool)
    for value in CODES_FOR_NOTHING:
        there = (numbers == value).to_numpy()
        rest = numbers[~there].dropna()
        if there.sum() > 1 and value > _TIMES * float(rest.quantile(0.99) if len(rest) else 0.0):
            coded |= there
    return coded


def _count(values: pd.Series, made: Counted, where: str, rule: str | None = None) -> pd.Series:
    """Return a column as numbers, NaN where there is none.

    Raises
    ------
    TableError
        When some are below zero; one value below zero again and again is a code, which a rule makes a cell without one.
    """
    read = quantities.read(values, kind="count", where=where)
    made.notes += read.attrs.get("notes", [])
    low = read < 0
    if not low.any():
        return read
    same = bool((read[low] == read[low].iloc[0]).all())
    if same and rule is not None:
        return read.mask(low)
    raise TableError(
        template(
            "column {column!r} is below zero in {count} row: {rows}",
            "column {column!r} is below zero in {count} rows: {rows}",
        ),
        where=where,
        mend="people cannot be: if {value:g} means that nothing is known, say --suppressed zero, mean or remainder"
        if same
        else "people cannot be: fix these rows",
        column=str(values.name),
        count=int(low.sum()),
        rows=values.index[low][:_LISTED].tolist(),
        value=float(read[low].iloc[0]),
    )


def identified(frame: pd.DataFrame) -> bool:
    """Return whether a column numbers or names the rows, so that a row that stands twice can be told."""
    return any(cells.names_code(str(name)) for name in frame.columns)
