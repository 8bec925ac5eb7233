"""What stands in the cells of a table: numbers, times and codes as people and Excel write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

_HALF_WIDTH = {0x3000: " ", 0xA0: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}

EMPTY = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "na", "n/a", "nan", "null", "none", "#n/a", "无", "暂无", "未知", "缺"}
)
"""What is written where there is nothing, in lower case."""

EARLIEST, LATEST_AHEAD_YEARS = 1900, 50
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_UNIT = re.compile(r"(?<=\d)\s*(?:人|口|户|套|栋|幢|个|间|名|位|㎡|m2|米)$", re.IGNORECASE)
_FLOATED = re.compile(r"(\d+)\.0+")
_POWER = re.compile(r"(\d)(?:\.(\d+))?e\+?(\d+)", re.IGNORECASE)
_CODE = re.compile(
    r"(?:^|[\W_])(?:id|code|no|fid|gid|oid|key|zip|postcode|phone|tel|mobile)(?:$|[\W_])"
    r"|编码|代码|编号|序号|号码|电话|手机|身份证|证件|邮编|code$|^cod",
    re.IGNORECASE,
)
_LONGEST_NUMBER = 11
"""Text of more digits than this is a code: no count of people or metres is that long."""

_DATE_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%Y.%m.%d", "%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
)  # fmt: skip
_HANZI_DATE = str.maketrans({"年": "-", "月": "-", "日": " ", "时": ":", "分": ":", "秒": ""})
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EXCEL_ZERO = pd.Timestamp("1899-12-30")
_SERIAL_RANGE = (20_000, 80_000)  # 1954 to 2119
_CLOCK = re.compile(r"(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?")


def plain(text: str) -> str:
    """Return text with full-width digits, letters and signs made ordinary, and the spaces round it gone.

    Examples
    --------
    >>> plain("　１２，３４５ ")
    '12,345'
    """
    return text.translate(_HALF_WIDTH).strip()


def blank(text: str) -> bool:
    """Return whether a cell says that there is nothing in it."""
    return plain(text).casefold() in EMPTY


def number(text: str) -> float | None:
    """Return the number a cell holds, NaN when it is blank, or None when it holds something else.

    Examples
    --------
    >>> number("1,234"), number("１２３"), number("1.5e3"), number("12,5"), number("80户"), number("about 5")
    (1234.0, 123.0, 1500.0, 12.5, 80.0, None)
    """
    said = plain(text)
    if said.casefold() in EMPTY:
        return float("nan")
    said = _UNIT.sub("", said).replace(" ", "").replace("'", "")
    percent = said.endswith("%")
    said = said.removesuffix("%")
    if _GROUPED.fullmatch(said):
        said = said.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(said):
        said = said.replace(",", ".")
    if not _PLAIN.fullmatch(said):
        return None
    return float(said) / 100 if percent else float(said)


def numbers(values: pd.Series, *, where: object = "") -> pd.Series:
    """Return a column as numbers, NaN where it is blank.

    Raises
    ------
    TableError
        When a cell holds something else; the rows are named.
    """
    if pd.api.types.is_bool_dtype(values):
        return values.astype(float)
    if pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    read = _mapped(values, number)
    wrong = read.isna() & ~_mapped(values, blank).astype(bool)
    if wrong.any():
        raise TableError(
            "column {column!r} holds {cells}, which are no numbers, in rows {rows}",
            where=where,
            mend="mend these cells",
            column=str(values.name),
            cells=", ".join(repr(str(cell)) for cell in values[wrong].unique()[:3]),
            rows=values.index[wrong][:5].tolist(),
        )
    return read.astype(float)


def codes(values: pd.Series, *, where: object = "") -> pd.Series:
    """Return a column of codes as text: ``320508001.0`` and ``3.20508001E+8`` as ``320508001``.

    Raises
    ------
    TableError
        When Excel has cut digits off (``3.20508E+11`` stands for any of a million codes); the rows are named.
    """
    read = _mapped(values, code)
    lost = read.isna() & ~_mapped(values, blank).astype(bool)
    if lost.any():
        raise TableError(
            "column {column!r} holds {cells}: the last digits of these codes are lost, in rows {rows}",
            where=where,
            mend="export it again with the column formatted as text",
            column=str(values.name),
            cells=", ".join(str(cell) for cell in values[lost].unique()[:3]),
            rows=values.index[lost][:5].tolist(),
        )
    return read


def code(text: object) -> str | None:
    """Return a code as text, or None when it is blank or digits of it are lost.

    Examples
    --------
    >>> code("320508001.0"), code("3.20508001E+8"), code("3.20508E+11"), code(" ００１２ ")
    ('320508001', '320508001', None, '0012')
    """
    said = plain(str(text))
    if said.casefold() in EMPTY:
        return None
    if floated := _FLOATED.fullmatch(said):
        return floated[1]
    if power := _POWER.fullmatch(said):
        digits, exponent = power[1] + (power[2] or ""), int(power[3])
        return digits if len(digits) == exponent + 1 else None
    return said


def names_code(name: str) -> bool:
    """Return whether the name of a column says that it holds codes, which are text whatever they look like."""
    return bool(_CODE.search(plain(name)))


def typed(values: pd.Series) -> pd.Series:
    """Return a column of text as numbers where every cell is one, as codes where its name or its digits say so.

    ``007`` and anything longer than a count can be is a code.
    """
    said = values.map(lambda cell: cell.strip("\u3000\xa0 \t\r\n") if isinstance(cell, str) else cell)
    filled = said[~_mapped(said, blank).astype(bool)]
    if not len(filled):
        return said
    if names_code(str(values.name)) or any(_is_code(cell) for cell in filled.unique()):
        kept = _mapped(said, code)
        return kept.where(kept.notna() | ~said.isin(filled.unique()), said)
    read = _mapped(said, number)
    if read[filled.index].isna().any():
        return said
    whole = read.notna().all() and np.isfinite(read.astype(float)).all() and (read.astype(float) % 1 == 0).all()
    return read.astype("int64") if whole else read.astype(float)


def _is_code(cell: str) -> bool:
    digits = plain(cell).removesuffix(".0")
    return digits.isdigit() and (len(digits) > _LONGEST_NUMBER or (len(digits) > 1 and digits[0] == "0"))


def times(values: pd.Series, clock: pd.Series | None = None, *, where: object = "") -> pd.Series:
    """Return a column as times: ISO, 2026年3月5日 14:30, 5/3/2026, 20260305, Excel's serial days; NaT where blank.

    Day and month are told apart by the column as a whole: one 13/5 makes all of it day first.

    Parameters
    ----------
    clock
        The time of day, where it stands in a column of its own: 1605, 16:05, or a share of a day.

    Raises
    ------
    TableError
        When cells are no times, or lie before 1900 or far ahead; the rows are named.
    """
    read = values if pd.api.types.is_datetime64_any_dtype(values) else _parsed_times(values)
    if getattr(read.dtype, "tz", None) is not None:
        read = read.dt.tz_localize(None)
    wrong = read.isna() & values.notna() & ~_mapped(values.astype("str"), blank).astype(bool)
    last = datetime.now(UTC).year + LATEST_AHEAD_YEARS
    out = read.notna() & ((read.dt.year < EARLIEST) | (read.dt.year > last))
    odd = (
        (wrong, Phrase("which are no times")),
        (out, Phrase("outside the years {first} to {last}", first=EARLIEST, last=last)),
    )
    for bad, what in odd:
        if bad.any():
            raise TableError(
                "column {column!r} holds {cells}, {problem}, in rows {rows}",
                where=where,
                mend="mend these cells",
                column=str(values.name),
                cells=", ".join(repr(str(cell)) for cell in values[bad].unique()[:3]),
                problem=what,
                rows=values.index[bad][:5].tolist(),
            )
    read = read.astype("datetime64[ns]")
    return read if clock is None else read.dt.normalize() + _mapped(clock.astype("str"), _of_day)


def _parsed_times(values: pd.Series) -> pd.Series:
    """Return text as times by the one format that reads most of it, then by the next for what is left."""
    said = values.map(_time_text)
    read = pd.Series(pd.NaT, index=values.index, dtype="datetime64[us]")
    serial = said.map(lambda cell: bool(_SERIAL.fullmatch(cell)) and _SERIAL_RANGE[0] < float(cell) < _SERIAL_RANGE[1])
    if serial.any():
        days = said[serial].astype(float)
        read[serial] = (_EXCEL_ZERO + pd.to_timedelta(days, unit="D")).dt.round("s").astype("datetime64[us]")
    left = said[~serial & ~said.map(blank)]
    while len(left):
        tries = {form: pd.to_datetime(left, format=form, errors="coerce") for form in _DATE_FORMATS}
        best = max(tries, key=lambda form: (int(tries[form].notna().sum()), -_DATE_FORMATS.index(form)))
        hit = tries[best].dropna()
        if not len(hit):
            iso = pd.to_datetime(left, format="ISO8601", errors="coerce", utc=True).dropna()
            read[iso.index] = iso.dt.tz_localize(None).astype("datetime64[us]")
            break
        read[hit.index] = hit.astype("datetime64[us]")
        left = left.drop(hit.index)
    return read


def _time_text(cell: object) -> str:
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    said = plain(str(cell)).translate(_HANZI_DATE).replace("T", " ").removesuffix("Z")
    said = re.sub(r"\.0+$|(?<=:\d\d)\.\d+$", "", said)
    return " ".join(said.split()).rstrip(":- ")


def _of_day(cell: str) -> pd.Timedelta:
    """Return a time of day as what to add to midnight; nothing where it is blank or 9999."""
    said = plain(cell).removesuffix(".0")
    try:
        if "." in said and 0 <= float(said) < 1:
            return pd.Timedelta(days=float(said)).round("s")
    except ValueError:
        pass
    found = _CLOCK.fullmatch(said.zfill(4) if said.isdigit() else said)
    if not found:
        return pd.Timedelta(0)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    inside = hours < 24 and minutes < 60 and seconds < 60  # noqa: PLR2004 - a clock
    return pd.Timedelta(hours=hours, minutes=minutes, seconds=seconds) if inside else pd.Timedelta(0)


def _mapped(values: pd.Series, what: Callable[[str], object]) -> pd.Series:
    """Return ``what`` of every cell, worked out once for each different text; None and NaN count as blank."""
    unique = {cell: what("" if _nothing(cell) else str(cell)) for cell in pd.unique(values.astype(object))}
    return pd.Series([unique[cell] for cell in values.astype(object)], index=values.index, name=values.name)


def _nothing(cell: object) -> bool:
    return cell is None or cell is pd.NaT or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell))
