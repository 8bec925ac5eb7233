"""One written moment after another: what figures, serial days, seconds since 1970, months and clocks stand for.

The texts are plain by now (:func:`gridkit.sources.tables.calendars.plainly`); which of day and month stands first is
decided in :mod:`gridkit.sources.tables.date_order`, what a column as a whole may hold in
:mod:`gridkit.sources.tables.dates`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.language.phrases import Phrase, template
from gridkit.sources.tables import cells, zones

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Truths = NDArray[np.bool_]
    Fields = dict[str, Numbers]

EARLIEST = 1900
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d*)?)?:?|:)?"
    r"(?:\s*(?P<half>am|pm))?(?:\s*(?P<offset>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt))?"
)
THREE = (
    r"^(?P<a>\d{1,4})(?P<mark>[-/. ]+)(?P<b>\d{1,2})[-/. ]+(?P<c>\d{1,4})"
    rf"(?:\.?[\s,]*(?:[t\s,-]\s*)(?:(?P<early>am|pm)\s*)?{_CLOCK})?$"
)
PACKED = (
    r"^(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?:[t\s]?(?P<hour>\d{2})(?P<minute>\d{2})?(?P<second>\d{2})?)?"
    r"(?P<offset>z|[+-]\d{2}:?\d{2})?$"
)
_PACKED_ALONE = r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}$"
ALONE = rf"^(?:(?P<early>am|pm)\s*)?{_CLOCK}$"
_SERIAL_RANGE = (20_000, 80_000)  # 1954 to 2119
_EXCEL_ZERO = np.datetime64("1899-12-30", "ms")
_MAC_DAYS = 1462
"""Excel of a Mac counted from 1904: its numbers are so many days smaller for the same date."""
_EPOCHS = {"s": (1e8, 5e9), "ms": (1e11, 5e12), "us": (1e14, 5e15), "ns": (1e17, 5e18)}
_MS = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
_SAID = {
    "s": Phrase("seconds"), "ms": Phrase("milliseconds"), "us": Phrase("microseconds"), "ns": Phrase("nanoseconds")
}  # fmt: skip
DAY_MS = 86_400_000.0
CENTURY, _MINGUO, BUDDHIST = 100, 1911, (2443, 2643)
SHOWN = 3
_YEAR_OF_A_MONTH = r"(?P<a>(?:19|20|1[34]|2[456])\d{2})"
_MONTHS = (
    rf"^{_YEAR_OF_A_MONTH}[-/.](?P<b>0?[1-9]|1[0-2])$",
    rf"^(?P<b>0?[1-9]|1[0-2])[-/.]{_YEAR_OF_A_MONTH}$",
    rf"^{_YEAR_OF_A_MONTH}(?P<b>0[1-9]|1[0-2])(?:\.0)?$",
    r"^(?P<a>1[0-2]\d)[-/](?P<b>0?[1-9]|1[0-2])$",
)
"""A year and a month without a day: 2024-03, 3/2024, 202403; Mar 2024 and 2024年3月 become the first. Years of other
calendars are among them, 2567-03 and 113/03, so that they are put into this one, or asked about."""


@dataclass(frozen=True)
class Column:
    """A column as it stands in its table, and its different texts."""

    values: pd.Series
    distinct: cells.Distinct
    where: object

    @property
    def name(self) -> str:
        """Return its name."""
        return str(self.values.name)

    def rows(self, texts: Truths) -> list[Any]:
        """Return the first rows in which these texts stand."""
        return list(self.values.index[self.distinct.spread(texts, nothing=False)][:SHOWN])


@dataclass(frozen=True)
class Moments:
    """Times of the different texts of a column: milliseconds since 1970 by their own clock, and its offset if told."""

    ms: Numbers
    offset_min: Numbers
    notes: tuple[str, ...] = ()


def monthly(texts: pa.StringArray) -> Fields:
    """Return year (``a``) and month (``b``) of texts that are no more than that, and ``mark`` where one parts them."""
    found = [taken(texts, pattern) for pattern in _MONTHS]
    fields = {part: np.fmax.reduce([each[part] for each in found]) for part in "ab"}
    return {**fields, "mark": np.where(cells.matching(texts, r"\d[-/.]\d"), fields["a"], np.nan)}


def common_years(years: Numbers, name: str) -> tuple[Numbers, list[str]]:
    """Return years counted from 1912, and those of the Buddha, as common ones, and that it was so."""
    notes: list[str] = []
    republic = (years >= CENTURY) & (years < 2 * CENTURY)
    if republic.any():
        notes.append(Phrase("column {column!r}: years counted from 1912", column=name))
    if ((years >= BUDDHIST[0]) & (years < BUDDHIST[1])).any():
        notes.append(Phrase("column {column!r}: years of the Buddhist calendar, 543 ahead", column=name))
    return np.where(republic, years + _MINGUO, years), notes


def likely(packed: Fields) -> Truths:
    """Return which figures without a mark between them may be a date."""
    return np.asarray((packed["a"] >= EARLIEST) & (packed["b"] >= 1) & (packed["b"] <= 12) & (packed["c"] <= 31))  # noqa: PLR2004 - a calendar


def taken(texts: pa.StringArray, pattern: str) -> Fields:
    """Return the parts of a pattern as numbers, NaN where it does not fit."""
    found = pc.extract_regex(texts, pattern)
    fields: Fields = {}
    for each in found.type:
        part = pc.struct_field(found, each.name)
        if each.name in ("half", "early"):
            late = cells.matches(pc.equal(part, "pm"))
            fields[each.name] = np.where(late, 1.0, np.where(cells.matches(pc.equal(part, "am")), 0.0, np.nan))
        elif each.name == "offset":
            fields[each.name] = zones.minutes(part)
        elif each.name == "mark":
            fields["dotted"] = cells.matches(pc.match_substring(part, ".")).astype(float)
        else:
            number = pc.cast(pc.if_else(pc.equal(part, ""), None, part), pa.float64())
            fields[each.name] = np.asarray(number.to_numpy(zero_copy_only=False), dtype=float)
    return fields


def of_machines(texts: pa.StringArray, name: str, *, since_1904: bool) -> tuple[Numbers, Numbers, list[str]]:
    """Return times of numbers: Excel's days, and what has passed since 1970; NaN for all else."""
    bare = cells.matching(texts, r"^\d+(?:\.\d+)?(?:e\+?\d+)?$")
    numbers = pc.cast(pc.if_else(pa.array(bare), texts, None), pa.float64()).to_numpy(zero_copy_only=False)
    ms, offset = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    notes: list[str] = []
    serial = (numbers > _SERIAL_RANGE[0]) & (numbers < _SERIAL_RANGE[1])
    if serial.any():
        days = numbers[serial] + (_MAC_DAYS if since_1904 else 0)
        ms[serial] = _EXCEL_ZERO.astype(float) + np.round(days * DAY_MS / 1e3) * 1e3
        said = (
            template("column {column!r}: Excel's serial days since 1904, as said")
            if since_1904
            else template("column {column!r}: Excel's serial days since 1900; if a Mac counted them, say --dates 1904")
        )
        notes.append(Phrase(said, column=name))
    packed = cells.matching(texts, _PACKED_ALONE)
    for unit, (least, most) in _EPOCHS.items():
        since = (numbers >= least) & (numbers < most)
        # 2024030514 may be an hour of a day as well: only where the whole column is so.
        if since.any() and not packed[since].all():
            ms[since], offset[since] = numbers[since] * _MS[unit], 0.0
            notes.append(Phrase("column {column!r}: {unit} since 1970", column=name, unit=_SAID[unit]))
    return ms, offset, notes


def full_years(years: Numbers) -> Numbers:
    """Return years of two figures in their century: up to next year this one, else the last."""
    turn = datetime.now(UTC).year % CENTURY + 1
    short = years < CENTURY
    return np.where(short, years + np.where(years <= turn, 2000, 1900), years)


def milliseconds(years: Numbers, months: Numbers, days: Numbers) -> Numbers:
    """Return milliseconds since 1970 of dates; NaN where there is no such day."""
    buddhist = (years >= BUDDHIST[0]) & (years < BUDDHIST[1])
    years = np.where(buddhist, years - 543, years)
    there = np.isfinite(years) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31) & (years < 10_000)  # noqa: PLR2004
    safe = [np.where(there, each, 1).astype(np.int64) for each in (years, months, days)]
    month = (safe[0] - 1970) * 12 + safe[1] - 1
    start = month.astype("datetime64[M]")
    date = start.astype("datetime64[D]") + (safe[2] - 1)
    there &= date.astype("datetime64[M]") == start
    return np.where(there, date.astype("datetime64[ms]").astype(float), np.nan)


def clock_ms(fields: Fields) -> Numbers:
    """Return times of day in milliseconds; NaN where there is none or no clock shows it. 24:00 is the next midnight."""
    hour = fields["hour"]
    minute, second = (np.nan_to_num(fields.get(part, np.zeros(len(hour)))) for part in ("minute", "second"))
    half = fields.get("half", np.full(len(hour), np.nan))
    half = np.where(np.isnan(half), fields.get("early", half), half)
    hour = np.where((half == 1) & (hour < 12), hour + 12, np.where((half == 0) & (hour == 12), 0, hour))  # noqa: PLR2004
    good = (hour < 24) & (minute < 60) & (second < 61) | (hour == 24) & (minute == 0) & (second == 0)  # noqa: PLR2004
    return np.where(good, (hour * 3600 + minute * 60 + second) * 1e3, np.nan)


def datetimes(ms: Numbers) -> NDArray[np.datetime64]:
    """Return milliseconds since 1970 as datetimes, NaT for none."""
    there = np.isfinite(ms) & (np.abs(ms) < 8e15)  # noqa: PLR2004 - far beyond any year that is taken
    made = np.where(there, np.nan_to_num(ms), 0).astype(np.int64).astype("datetime64[ms]")
    made[~there] = np.datetime64("NaT")
    return made
