"""Numbers as people write them, their style decided from the whole column: marks, groups, units, withheld counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.errors import TableError, UsageError
from gridkit.language.phrases import LIST, Phrase, joined, series, template
from gridkit.sources.tables import cells, scales
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gridkit.sources.reading import Reading

    Truths = NDArray[np.bool_]

Frame = TypeVar("Frame", bound=pd.DataFrame)
Kind = Literal["number", "count", "degrees"]
"""What a column is asked for: a count is whole, degrees stay below 1,000; both tell a decimal mark from a group's."""

METRES = {
    "m": 1.0, "米": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "м": 1.0, "km": 1e3, "公里": 1e3,
    "千米": 1e3, "км": 1e3, "cm": 0.01, "厘米": 0.01, "ft": 0.3048, "feet": 0.3048, "mi": 1609.344, "miles": 1609.344,
}  # fmt: skip
"""Units of length in metres: where a column mixes them, all is put into metres."""

_COUNTED = (
    "人 口 户 戶 套 栋 棟 幢 个 個 间 間 名 位 张 張 床 座 席 辆 輛 所 家 处 處 件 起 次 台 岁 歲 元 ㎡ m2 平方米 公顷 "
    "ha 人次 人口 户数 张床 张床位 床位 学位 个学位 명 개 小时 分钟 "
    "person persons people p pers inhabitants inh residents household households hh bed beds seat seats place places "
    "pcs unit units einwohner ew personen betten plätze habitants hab lits logements habitantes camas plazas "
    "leitos pessoas vagas domicílios чел мест коек min mins minutes h hours hrs hr days"
)
COUNTERS = frozenset(_COUNTED.split())
"""Words behind a number that say what is counted."""
HOUR_WORDS = "h|hrs?|hours?|个?小时|horas?|heures?|stunden?|std|ч|час|часа|часы|часов"
MINUTE_WORDS = "min|mins|minutes?|minutos?|minuten?|分钟|分|мин|минут|минута|минуты"
_TIME = re.compile(rf"(?:{HOUR_WORDS}|{MINUTE_WORDS})\.?")

WITHHELD = re.compile(
    r"(?:<|≤|<=|less than|under|below|fewer than"
    r"|少于|不足|小于|低于|未满|moins de|weniger als|unter|menos de|menos que|менее)"
    r"\s*\d+\s*\w?|\d+\s*(?:以下|未满)|\.{2,}|…+|·{2,}|\*+|#+|[xcsq]|\([a-z]\)|\[[a-z]\]|:|\?"
    r"|保密|隐去|suppressed|withheld|confidential|secret|n\.?p\.?",
    re.IGNORECASE,
)
"""What an office writes where it knows a count and does not say it."""

_WITHHELD = "(?i)^(?:" + WITHHELD.pattern.replace(r"\w", r"[\w\pL]") + ")$"
"""The same in the syntax of RE2, for whole columns."""

_SIGNS = str.maketrans("’‘ʼ´`′ʹ＇−–‐‑﹣⁃", "''''''''------")
_SIGNED = "[" + "".join(re.escape(chr(sign)) for sign in _SIGNS) + "]"
_NO_UNIT = re.compile(r"\d|^[/:._-]")
_SHARES = ("%", "％", "percent", "per cent", "pct", "prozent", "‰", "per mille")
_MARK = re.compile(r"[*†‡]+|[(\[]\s*(?:[a-z]|\d{1,2}|est|prov|rev)\.?\s*[)\]]")
"""Marks of notes behind a number of statistics: 1,234*, 567(r), 89 [2]."""
_ABOUT = r"^(?:约|大约|近|ca\.?|circa|approx\.?|about|~|≈)\s*"
_SPLIT = r"^(?P<core>[+-]?(?:\d[\d.,' ]*\d|\d+[.,]?|[.,]\d+)(?:e[+-]?\d+)?)\s*(?P<word>[^\d\s+,'-].*)?$"
_PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$"
_GROUPS = r"\d{1,3}(?:[ ']\d{3})+"
_DOT = rf"^[+-]?(?:(?:\d+|{_GROUPS}|\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}})?\.\d*(?:e[+-]?\d+)?)$"
_COMMA = rf"^[+-]?(?:(?:\d+|{_GROUPS}|\d{{1,3}}(?:\.\d{{3}})+)?,\d*(?:e[+-]?\d+)?)$"
_DOTS = r"^[+-]?\d{1,3}(?:\.\d{3}){2,}$"
_COMMAS = r"^[+-]?(?:\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3})$"
_RANGE = (
    r"^(?P<low>0|[1-9]\d*|\d{1,3}(?:,\d{3})+)\s*(?:-|–|—|~|～|至|到|to|bis|à|do|до)\s*"
    r"(?P<high>\d+|\d{1,3}(?:,\d{3})+)\s*(?P<word>[^\d\s.,-].*)?$"
)
"""A range of a count; three figures with lines between them are a date."""
_WHOLE = rf"^[+-]?(?:\d+|{_GROUPS})(?:e[+-]?\d+)?$"
_OPEN_DOT = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_OPEN_COMMA = r"^[+-]?[1-9]\d{0,2},\d{3}$"
_SHOWN = 3


@dataclass(frozen=True)
class Style:
    """How numbers are written: the mark before the decimals, and what parts the thousands; None is not known.

    ``parted`` is the delimiter of the file: where it is ``;`` a comma may well be a decimal mark. ``counted`` is what
    the lines above the table multiply its counts by (单位：万人). ``found`` tells marks that other columns of the file
    tell from those the user said: coordinates may have points where counts have them between their thousands.
    """

    decimal: str | None = None
    thousands: str | None = None
    parted: str = ","
    counted: float = 1.0
    found: bool = False

    def __post_init__(self) -> None:
        """Refuse marks that contradict each other."""
        if self.thousands is not None and self.thousands not in (",", ".", " ", "'", "’"):
            raise UsageError(
                "{mark!r} parts no thousands",
                mend="use a comma, a point, a space or an apostrophe",
                mark=self.thousands,
            )
        if self.thousands is not None and self.thousands == self.decimal:
            raise UsageError(
                "one mark cannot stand before the decimals and between the thousands",
                mend="leave --thousands or --decimal out",
            )

    @property
    def mark(self) -> str | None:
        """Return the decimal mark, which the mark of thousands tells as well."""
        return self.decimal or {",": ".", ".": ","}.get(self.thousands or "")


UNKNOWN = Style()


@dataclass(frozen=True)
class Written:
    """The different texts of a column taken apart, before it is decided which mark is which.

    Attributes
    ----------
    column
        The texts and where they stand.
    cores
        Sign, digits and marks of each; empty where the text is no number.
    factor
        What the words behind it multiply it by.
    units
        What the words behind it count, empty where there are none.
    known
        Whether these words are known ones.
    """

    column: cells.Distinct
    cores: pa.StringArray
    factor: NDArray[np.float64]
    units: NDArray[np.object_]
    known: Truths

    @cached_property
    def empty(self) -> Truths:
        """Return which texts say that there is nothing."""
        return cells.empties(self.column.texts)

    @cached_property
    def withheld(self) -> Truths:
        """Return which texts say that a number is known and not told."""
        likely = cells.matching(self.column.texts, _WITHHELD)
        odd = np.flatnonzero(likely & ~(self._shaped & self.known) & ~self.empty)
        found = np.zeros(len(self.cores), bool)
        for at in odd:
            found[at] = WITHHELD.fullmatch(self.column.texts[int(at)].as_py().translate(_SIGNS)) is not None
        return found

    @cached_property
    def numeric(self) -> Truths:
        """Return which texts are a number in one style or another, but for what the word behind it is."""
        return self._shaped & ~self.withheld  # 5以下 begins like a number, and is none

    @cached_property
    def _shaped(self) -> Truths:
        shapes = (_WHOLE, _DOT, _COMMA, _DOTS, _COMMAS)
        return np.asarray(np.any([cells.matching(self.cores, shape) for shape in shapes], axis=0), dtype=bool)

    @cached_property
    def open_dot(self) -> Truths:
        """Return which texts could be thousands or decimals behind a point, as 13.540."""
        return cells.matching(self.cores, _OPEN_DOT)

    @cached_property
    def open_comma(self) -> Truths:
        """Return which texts could be thousands or decimals behind a comma, as 13,540."""
        return cells.matching(self.cores, _OPEN_COMMA)

    @cached_property
    def marks(self) -> dict[str, Truths]:
        """Return for each decimal mark the texts that make sense with it alone."""
        dot = cells.matching(self.cores, _DOT) & ~self.open_dot | cells.matching(self.cores, _COMMAS)
        comma = cells.matching(self.cores, _COMMA) & ~self.open_comma | cells.matching(self.cores, _DOTS)
        return {".": dot, ",": comma}

    def decided(self) -> str | None:
        """Return the decimal mark that the column itself tells, or None."""
        told = [mark for mark, which in self.marks.items() if which.any()]
        return told[0] if len(told) == 1 else None

    def acceptable(self) -> Truths:
        """Return which texts are numbers whose words are known, or one word all of the column bears."""
        fine = self.numeric & self.known
        unknown = self.units[self.numeric & ~self.known]
        others = {unit for unit in unknown if len(unit) > 1 or not unit.isascii()}
        if any(_NO_UNIT.search(unit) for unit in others):  # 25/05/2024, one day of a month that all the rows are of
            return fine
        bare = bool((self.units[self.numeric] == "").any())
        if len(others) == 1 and not bare and not fine.any():
            return np.asarray(self.numeric & (self.units == next(iter(others))), dtype=bool)
        return fine


def written(values: pd.Series) -> Written:
    """Return the texts of a column taken apart."""
    column = cells.distinct(values)
    texts = pc.utf8_lower(column.texts)
    if cells.matching(texts, _PLAIN).all():
        blank = np.full(len(texts), "", dtype=object)
        return Written(column, texts, np.ones(len(texts)), blank, np.ones(len(texts), bool))
    signed = texts
    if cells.matching(texts, _SIGNED).any():
        signed = pa.array([text.translate(_SIGNS) for text in texts.to_pylist()], type=pa.string())
    signed = pc.replace_substring_regex(signed, _ABOUT, "")
    parts = pc.extract_regex(signed, _SPLIT)
    cores = pc.fill_null(pc.struct_field(parts, "core"), "")
    words = pc.fill_null(pc.struct_field(parts, "word"), "").to_numpy(zero_copy_only=False)
    meant = {word: _meaning(word) for word in set(words)}
    factor = np.array([meant[word][0] for word in words], dtype=float)
    units = np.array([meant[word][1] for word in words], dtype=object)
    known = np.array([not unit or unit in COUNTERS or unit in METRES for unit in units], dtype=bool)
    return Written(column, cores, factor, units, known)


def _meaning(word: str) -> tuple[float, str]:
    """Return what the words behind a number multiply it by, and what they count."""
    word = re.sub(r"^(?:余|多)(?=\D)|\s*(?:左右|上下|以上|余|多)$", "", word.strip()).strip(" .")
    if _MARK.fullmatch(word):
        return 1.0, ""
    if word in _SHARES:
        return 0.001 if word in _SHARES[-2:] else 0.01, ""
    if word in METRES or word in COUNTERS:
        return 1.0, word
    scale = re.match(r"(?:十万|百万|千万|[十百千万萬亿億만억])", word)
    first = scale[0] if scale else word.split(" ", maxsplit=1)[0].rstrip(".")
    if first in scales.SCALES:
        return scales.SCALES[first], word[len(scale[0]) if scale else len(word.split(" ", maxsplit=1)[0]) :].strip(" .")
    return 1.0, word


def style_of(columns: Iterable[Written], style: Style = UNKNOWN) -> Style:
    """Return the style of a file: what was said of it, else what all its columns that tell a decimal mark agree on."""
    if style.mark is not None:
        return style
    told = {mark for column in columns if (mark := column.decided()) is not None and column.acceptable().any()}
    return replace(style, decimal=told.pop(), thousands=None, found=True) if len(told) == 1 else style


def styled(frame: Frame, reading: Reading) -> Frame:
    """Return a table of a file that tells no style of its numbers (GeoPackage, Parquet) with the one its user said."""
    if (reading.decimal or reading.thousands) and "style" not in frame.attrs:
        frame.attrs["style"] = Style(reading.decimal, reading.thousands)
    return frame


def read(values: pd.Series, *, style: Style | None = None, kind: Kind = "number", where: object = "") -> pd.Series:
    """Return a column as numbers, NaN where it is blank or withheld.

    The style is decided from the whole column, then from the rest of the file (``values.attrs["style"]``). What was
    decided, and how many cells are withheld, stands in ``attrs["notes"]`` of what is returned.

    Parameters
    ----------
    style
        The style of the file; the one its reader found when None.
    kind
        ``count`` for whole numbers of people or things, ``degrees`` for longitudes and latitudes.

    Raises
    ------
    TableError
        When a cell holds something else (the rows are named), or the column leaves open which mark is the decimal one
        and it would change the numbers: both readings are shown.

    Examples
    --------
    >>> read(pd.Series(["1.234,5", "12.000"])).tolist()
    [1234.5, 12000.0]
    >>> read(pd.Series(["1,40,000", "66,400"])).tolist()
    [140000.0, 66400.0]
    >>> read(pd.Series(["1.2万", "20张", "<5"])).tolist()
    [12000.0, 20.0, nan]
    """
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_complex_dtype(values):
        raise TableError(
            "column {column!r} holds {cells}, which are no numbers, in rows {rows}",
            where=where,
            mend="name the column that counts them",
            column=str(values.name),
            cells=series(repr(str(cell)) for cell in values.dropna().unique()[:_SHOWN]),
            rows=values.index[values.notna()][:5].tolist(),
        )
    if pd.api.types.is_numeric_dtype(values):
        made = values.astype(float)
        made.attrs["notes"] = []
        return _counted(made, style or values.attrs.get("style", UNKNOWN)) if kind == "count" else made
    if kind == "count" and (middles := _middles(values)).notna().any():
        rest = read(values.mask(middles.notna()), style=style or values.attrs.get("style"), kind=kind, where=where)
        said = template(
            "column {column!r}: {count} range such as {cell} counts as its middle",
            "column {column!r}: {count} ranges such as {cell} count as their middles",
        )
        first = str(values[middles.notna()].iloc[0])
        note = Phrase(said, column=str(values.name), count=int(middles.notna().sum()), cell=first)
        both = rest.fillna(middles * scales.of(str(values.name)) if scales.noted(str(values.name)) else middles)
        both.attrs = {**rest.attrs, "notes": [*rest.attrs["notes"], note]}
        return both
    parts = written(values)
    _require_numbers(values, parts, where)
    if kind == "count":
        _require_no_lengths(values, parts, where)
        _require_no_shares(values, parts, where)
    mark, notes = _mark(values, parts, style or values.attrs.get("style", UNKNOWN), kind, where)
    numbers, measured = _measured(parts, _parsed(parts, mark))
    made = pd.Series(parts.column.spread(numbers, np.nan), index=values.index, name=values.name)
    hidden = int(parts.column.spread(parts.withheld, nothing=False).sum())
    if hidden:
        notes.append(
            Phrase(
                "column {column!r}: {count} cell is withheld",
                "",
                "column {column!r}: {count} cells are withheld",
                column=str(values.name),
                count=hidden,
            )
        )
    if measured:
        notes.append(Phrase("column {column!r}: {units} put into metres", column=str(values.name), units=measured))
    made.attrs["notes"] = notes
    own = bool((parts.factor != 1).any())
    return _counted(made, style or values.attrs.get("style", UNKNOWN)) if kind == "count" and not own else made


def _middles(values: pd.Series) -> pd.Series:
    """Return the middle of each cell that says from how many to how many: 20-30, 20 to 30 beds, 20～30张; else NaN."""
    column = cells.distinct(values)
    parts = pc.extract_regex(pc.utf8_lower(column.texts), _RANGE)
    ends = [pc.replace_substring(pc.struct_field(parts, end), ",", "") for end in ("low", "high")]
    low, high = (np.asarray(pc.cast(end, pa.float64()).to_numpy(zero_copy_only=False), dtype=float) for end in ends)
    words = pc.fill_null(pc.struct_field(parts, "word"), "").to_pylist()
    known = np.array([not word or _meaning(word)[1] in COUNTERS for word in words], dtype=bool)
    middle = np.where(known & (low < high), (low + high) / 2, np.nan)
    return pd.Series(column.spread(middle, np.nan), index=values.index)


def _counted(made: pd.Series, style: Style) -> pd.Series:
    """Return counts by what the header, or the lines above the table, multiply them by."""
    name = str(made.name)
    scale = scales.of(name) if scales.noted(name) else style.counted
    if scale == 1:
        return made
    notes = [
        *made.attrs["notes"],
        Phrase("column {column!r}: counted in units of {scale:,.0f}", column=name, scale=scale),
    ]
    times = made * scale
    times.attrs = {**made.attrs, "notes": notes}
    return times


def withheld(values: pd.Series) -> pd.Series:
    """Return which cells say that a count is known and not told: ``<5``, ``..``, ``*``, ``x``, 少于5."""
    if pd.api.types.is_numeric_dtype(values):
        return pd.Series(data=False, index=values.index)
    parts = written(values)
    return pd.Series(parts.column.spread(parts.withheld, nothing=False), index=values.index)


def number(text: str) -> float | None:
    """Return the number a single text holds, NaN when it is blank, or None when it holds something else.

    Examples
    --------
    >>> number("1,234"), number("１２３"), number("1.5e3"), number("12,5"), number("80户"), number("about 5x")
    (1234.0, 123.0, 1500.0, 12.5, 80.0, None)
    """
    parts = written(pd.Series([text], dtype=TEXT))
    if parts.empty.all():
        return float("nan")
    if not parts.acceptable().all():
        return None
    value = float(_parsed(parts, parts.decided() or ".")[0])
    return value if np.isfinite(value) else None


def typed(parts: Written, style: Style) -> NDArray[np.float64] | None:
    """Return the numbers of a column's rows where every filled cell is one beyond doubt, else None."""
    if not (parts.acceptable() | parts.empty).all() or parts.empty.all() or _conflicting(parts):
        return None
    # Shares stay as they are written, so that nobody takes them for counts; so does 90分钟, which is no 90 of hours.
    if (parts.factor < 1).any() or any(_TIME.fullmatch(unit) for unit in set(parts.units)):
        return None
    mark = parts.decided() or style.mark
    if style.found and parts.decided() is None and _opened(parts, style.mark).any():
        return None
    if mark is None:
        if parts.open_dot.any() or (parts.open_comma.any() and style.parted == ";"):
            return None
        mark = "."
    numbers, measured = _measured(parts, _parsed(parts, mark))
    numbers[parts.empty] = np.nan
    if measured or not np.isfinite(numbers[~parts.empty]).all():
        return None
    return np.asarray(parts.column.spread(numbers, np.nan), dtype=float)


def _opened(parts: Written, mark: str | None) -> Truths:
    """Return which texts are decimals by a mark of which the column itself tells nothing, and may be thousands."""
    return (
        parts.open_dot if mark == "." else parts.open_comma if mark == "," else np.zeros(len(parts.cores), dtype=bool)
    )


def _conflicting(parts: Written) -> bool:
    """Return whether some cells have one decimal mark and some the other, and thousands make it matter."""
    if not all(which.any() for which in parts.marks.values()):
        return False
    both = cells.matching(parts.cores, r"[.,'].*[.,']|[ ']") | parts.open_dot | parts.open_comma
    return bool(both.any())


def _parsed(parts: Written, mark: str) -> NDArray[np.float64]:
    """Return the number of each text, NaN where it is none, with one mark before the decimals."""
    cores = parts.cores
    other = "," if mark == "." else "."
    if all(which.any() for which in parts.marks.values()):  # 12,5 beside 12.5: each tells its own
        cores = pc.replace_substring(cores, ",", ".")
    else:
        cores = pc.replace_substring_regex(cores, f"[ '{other}]", "")
        cores = pc.replace_substring(cores, ",", ".") if mark == "," else cores
    cores = pc.replace_substring_regex(cores, r"^\+", "")
    fits = pa.array(cells.matching(cores, _PLAIN) & parts.numeric)
    numbers = pc.cast(pc.if_else(fits, cores, None), pa.float64())
    return np.asarray(pc.fill_null(numbers, np.nan).to_numpy(zero_copy_only=False)) * parts.factor


def _measured(parts: Written, numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], str]:
    """Return numbers put into metres where the column mixes units of length, and the units."""
    units = sorted({unit for unit in parts.units if unit in METRES})
    if len({METRES[unit] for unit in units}) < 2:  # noqa: PLR2004 - a mixture
        return numbers, ""
    return numbers * np.array([METRES.get(unit, 1.0) for unit in parts.units]), joined(units, LIST)


def _require_numbers(values: pd.Series, parts: Written, where: object) -> None:
    huge = np.isinf(_parsed(parts, parts.decided() or "."))
    wrong = parts.column.spread(~(parts.acceptable() | parts.empty | parts.withheld) | huge, nothing=False)
    if wrong.any():
        raise TableError(
            "column {column!r} holds {cells}, which are no numbers, in rows {rows}",
            where=where,
            mend="fix these cells",
            column=str(values.name),
            cells=series(repr(str(cell)[:40]) for cell in values[wrong].unique()[:_SHOWN]),
            rows=values.index[wrong][:5].tolist(),
        )


def _require_no_lengths(values: pd.Series, parts: Written, where: object) -> None:
    """Refuse counts that end in a unit of length: 1.2M may be millions, and is no number of people in metres."""
    wrong = parts.column.spread(np.array([unit in METRES for unit in parts.units], dtype=bool), nothing=False)
    if wrong.any():
        raise TableError(
            "column {column!r} holds {cells}, a length where people or things are counted, in rows {rows}",
            where=where,
            mend="write the numbers out, or name another column",
            column=str(values.name),
            cells=series(repr(str(cell)[:40]) for cell in values[wrong].unique()[:_SHOWN]),
            rows=values.index[wrong][:5].tolist(),
        )


def _require_no_shares(values: pd.Series, parts: Written, where: object) -> None:
    """Refuse counts that are written as shares of something: 23% is no number of people."""
    wrong = parts.column.spread(parts.numeric & (parts.factor < 1), nothing=False)
    if wrong.any():
        raise TableError(
            "column {column!r} holds {cells}, a share where people or things are counted, in rows {rows}",
            where=where,
            mend="name the column that counts them",
            column=str(values.name),
            cells=series(repr(str(cell)[:40]) for cell in values[wrong].unique()[:_SHOWN]),
            rows=values.index[wrong][:5].tolist(),
        )


def _mark(values: pd.Series, parts: Written, style: Style, kind: Kind, where: object) -> tuple[str, list[str]]:
    """Return the decimal mark of a column, and what is to be said of it."""
    said = style.mark if style.decimal or style.thousands else None
    told = parts.decided()
    if kind == "count" and style.found and told is None and _opened(parts, said).any():
        said = None
    opened = parts.open_dot | parts.open_comma
    if _conflicting(parts):
        raise _asked(values, parts, opened | parts.marks["."] | parts.marks[","], where)
    mark = told or ("." if kind == "degrees" and parts.open_dot.any() else "," if kind == "degrees" else said)
    if mark is None and opened.any():
        both = parts.open_dot.any() and parts.open_comma.any()
        counted = kind == "count" and parts.open_dot.any()
        if both or counted or style.parted == ";":
            raise _asked(values, parts, opened, where)
    mark = mark or "."
    notes: list[str] = []
    if mark == "," and (parts.marks[","] | opened).any():
        notes.append(Phrase("column {column!r}: a comma stands before the decimals", column=str(values.name)))
    return mark, notes


def _asked(values: pd.Series, parts: Written, opened: Truths, where: object) -> TableError:
    cell = parts.column.texts[int(np.flatnonzero(opened)[0])].as_py()
    readings = [float(_parsed(written(pd.Series([cell], dtype=TEXT)), mark)[0]) for mark in (".", ",")]
    return TableError(
        "column {column!r}: {cell} is {point:,.10g} with a decimal point, {comma:,.10g} with a decimal comma, and the "
        "column leaves it open",
        where=where,
        mend="say which: --decimal . or --decimal ,",
        column=str(values.name),
        cell=repr(cell),
        point=readings[0],
        comma=readings[1],
    )
