"""How long something took: hours or minutes, by the word in the cell, else in the heading, else as the table has them.

::

    minutes(values, bare="minutes") -> Series      the same in minutes
    hours(values) -> Series                        the same in hours; a bare number is hours
    unit_of(heading) -> "minutes" | "hours" | None what a heading says that its numbers are
    unit_above(titles) -> the same                 what the lines above a table say: 单位：分钟
    headed(frame, name) -> Series                  the heading of each row: with a column 单位, what that says
    uncounted(heading) -> str                      a heading without the words that say that time was counted
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridkit.sources.tables import quantities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    Heading = str | pd.Series[Any]
    Unit = Literal["minutes", "hours"]

HOUR = 60.0
"""Minutes of an hour."""
_HOUR_WORDS, _MINUTE_WORDS = quantities.HOUR_WORDS, quantities.MINUTE_WORDS
_TIMED = re.compile(
    rf"^(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{_HOUR_WORDS}|{_MINUTE_WORDS})\.?$",
    re.IGNORECASE,
)
_UNITS = rf"(?:{_HOUR_WORDS}|{_MINUTE_WORDS})"
_HOURS = re.compile(rf"[(（\[]\s*(?:{_HOUR_WORDS})\.?\s*[)）\]]", re.IGNORECASE)
_MINUTES = re.compile(
    rf"[(（\[]\s*(?:{_MINUTE_WORDS})\.?\s*[)）\]]|(?:minutes?|minutos?|minuten|分钟数?|минуты?)$", re.IGNORECASE
)
_WORDS = {
    "minutes": re.compile(rf"(?<![^\W\d_])(?:{_MINUTE_WORDS})(?![^\W\d_])|分钟", re.IGNORECASE),
    "hours": re.compile(rf"(?<![^\W\d_])(?:{_HOUR_WORDS})(?![^\W\d_])|小时|工时", re.IGNORECASE),
}
_ABOVE = re.compile(
    r"(?:单位|units?|unidade|unidad|unité|einheit|единицы?(?: измерения)?|ед\. ?изм\.)\s*[:：]?\s*"
    rf"(?P<unit>{_UNITS})\.?\s*[)）\]]?\s*$",
    re.IGNORECASE,
)
_UNIT_COLUMN = re.compile(
    r"(?:计量|时长|时间)?单位|units?|unit of (?:time|measure)|unidade?(?: de medida)?|unité|einheit"
    r"|единицы?(?: измерения)?|ед\.? ?изм\.?",
    re.IGNORECASE,
)
_MOSTLY = 0.5
_COUNTED = (
    rf"(?:(?:服务|工作|志愿)?(?:工时|时长|小时数?|分钟数?)|{_UNITS}|(?:worked|service|volunteer)\s+(?:hours?|minutes?)"
    r"|time|duration|hours? (?:worked|given)|tempo|tiempo|temps|zeit|время)\.?"
)
_BESIDE = re.compile(
    rf"^{_COUNTED}[\s:：,，/_-]+(?P<after>.+)$|^(?P<before>.+?)[\s:：,，/_-]+{_COUNTED}$"
    rf"|^(?P<month>.*月份?)的?{_COUNTED}$|^{_COUNTED}(?P<last>\d.*月份?)$",
    re.IGNORECASE,
)


def unit_of(heading: str) -> Unit | None:
    """Return what the numbers below a heading are, as far as it says so.

    Examples
    --------
    >>> unit_of("1月(分钟)"), unit_of("Jan (min)"), unit_of("1月工时(小时)"), unit_of("Minutes Jan"), unit_of("Jan")
    ('minutes', 'minutes', 'hours', 'minutes', None)
    """
    if _MINUTES.search(heading):
        return "minutes"
    if _HOURS.search(heading):
        return "hours"
    found: list[Unit] = [unit for unit in ("minutes", "hours") if _WORDS[unit].search(heading)]
    return found[0] if len(found) == 1 else None


def unit_above(titles: Iterable[object]) -> Unit | None:
    """Return what the numbers of a table are, where the lines above it say one unit of time.

    Examples
    --------
    >>> unit_above(["2025年服务时长", "单位：分钟"]), unit_above(["填报单位：东风街道"]), unit_above(["Unit: hours"])
    ('minutes', None, 'hours')
    """
    said = {unit_of(f"({found['unit']})") for text in titles if (found := _ABOVE.search(str(text).strip()))}
    return said.pop() if len(said) == 1 else None


def unit_column(frame: pd.DataFrame) -> str | None:
    """Return the column that says row by row what times are counted in: most of its cells are units of time.

    Examples
    --------
    >>> unit_column(pd.DataFrame({"单位": ["分钟", "小时"]})), unit_column(pd.DataFrame({"单位": ["物业公司"]}))
    ('单位', None)
    """
    for name in frame.columns:
        if _UNIT_COLUMN.fullmatch(str(name).strip()) is None:
            continue
        filled = frame[name].dropna().astype(str).str.strip()
        filled = filled[filled != ""]
        if len(filled) and filled.map(lambda cell: unit_of(f"({cell})") is not None).mean() > _MOSTLY:
            return str(name)
    return None


def headed(frame: pd.DataFrame, name: str) -> pd.Series[Any]:
    """Return the heading of a column for each row, with what a column of units says of the row.

    Examples
    --------
    >>> headed(pd.DataFrame({"时长": [90, 2], "单位": ["分钟", None]}), "时长").tolist()
    ['(分钟)', '时长']
    """
    made = pd.Series(name, index=frame.index, dtype="object")
    units = unit_column(frame)
    if units is None:
        return made
    said = "(" + frame[units].fillna("").astype(str).str.strip() + ")"
    known = said.map(lambda text: unit_of(text) is not None).to_numpy(dtype=bool)
    return made.where(~known, said.astype("object"))


def uncounted(heading: str) -> str:
    """Return a heading without the words that say that time was counted, where others stand beside them.

    Examples
    --------
    >>> [uncounted(each) for each in ("1月工时", "Minutes Jan", "Jan 2025 hours", "工时", "1月人次")]
    ['1月', 'Jan', 'Jan 2025', '工时', '1月人次']
    """
    found = _BESIDE.fullmatch(heading.strip())
    return next(part for part in found.groups() if part) if found else heading


def minutes(values: pd.Series[Any], *, where: str, bare: Unit = "minutes", heading: Heading = "") -> pd.Series[float]:
    """Return a column of durations in minutes, NaN where it is blank.

    Parameters
    ----------
    bare
        What a number is of which neither the cell nor the heading says the unit.
    heading
        The heading, where the column bears another name by now; or of each row its own.

    Examples
    --------
    >>> minutes(pd.Series(["90", "2 h", "30 min"]), where="t").tolist()
    [90.0, 120.0, 30.0]
    >>> minutes(pd.Series([90.0]), where="t", bare="hours", heading="时长(分钟)").tolist()
    [90.0]
    """
    said = values.astype(TEXT).str.strip()
    parts = said.str.extract(_TIMED)
    unit = parts["unit"].str.casefold().fillna("")
    plain = values.astype(object).where((unit == "").to_numpy(), parts["number"].astype(object))
    of_bare = _said(values, heading).fillna(bare) == "hours"
    in_hours = unit.map(lambda word: bool(_HOURS.fullmatch(f"({word})"))).astype(bool)
    in_hours |= of_bare & (unit == "")
    numbers = quantities.read(pd.Series(plain, name=values.name), where=where)
    return numbers.where(~in_hours.to_numpy(), numbers * HOUR)


def hours(values: pd.Series[Any], *, where: str, heading: Heading = "", bare: Unit = "hours") -> pd.Series[float]:
    """Return a column of durations in hours, NaN where it is blank; a number without a unit is hours.

    Columns of which nothing says minutes are read as numbers are, whatever they count.

    Examples
    --------
    >>> hours(pd.Series([90, 30]), where="t", heading="服务时长（分钟）").tolist()
    [1.5, 0.5]
    """
    said = values.astype(TEXT).str.strip().str.extract(_TIMED)["unit"]
    if bare == "minutes" or (_said(values, heading) == "minutes").any() or said.notna().any():
        return minutes(values, where=where, bare=bare, heading=heading) / HOUR
    return quantities.read(values, where=where)


def _said(values: pd.Series[Any], heading: Heading) -> pd.Series[Any]:
    """Return what the heading of each row says, missing where it says no unit."""
    if isinstance(heading, pd.Series):
        return heading.map({name: unit_of(str(name)) for name in heading.unique()}).astype("object")
    return pd.Series(unit_of(heading or str(values.name)), index=values.index, dtype="object")
