"""Times as people and machines write them, their order decided from the whole column, put to one local clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, series, template
from gridkit.ledger import STOPPED
from gridkit.sources.reading import AS_IT_SAYS, Order, Reading
from gridkit.sources.tables import calendars, cells, month_names, zones
from gridkit.sources.tables.date_order import fits, ordered
from gridkit.sources.tables.moments import (
    ALONE,
    BUDDHIST,
    CENTURY,
    DAY_MS,
    EARLIEST,
    PACKED,
    SHOWN,
    THREE,
    Column,
    Moments,
    clock_ms,
    common_years,
    datetimes,
    likely,
    milliseconds,
    monthly,
    of_machines,
    taken,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Truths = NDArray[np.bool_]
    Fields = dict[str, Numbers]

LATEST_AHEAD_YEARS = 25
_FEW, _LONGEST_MONTH = 50, 30
_FROM_1904 = "1904"
OTHER_CALENDARS: dict[str, tuple[int, int]] = {"hijri": (1300, 1500), "hebrew": (5700, 5900)}
"""Years that today's dates have in the Iranian and the Islamic, and in the Hebrew calendar; no incident is so old."""
_NEPALI_AHEAD = 60
"""Bikram Sambat is 56 or 57 years ahead of ours; a plan may look a little ahead as well."""
_NO_DAY = r"^(?:0000[-/]00[-/]00|00[-/.]00[-/.]0000|1900[-/]0?1[-/]0?0|9999[-/]12[-/]31)(?:[ T]\d{1,2}:.*)?$"


def read(
    values: pd.Series,
    clock: pd.Series | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    home: str | None = None,
    where: object = "",
) -> pd.Series:
    """Return a column as local times without a zone, NaT where it is blank.

    Read are ISO, dates of figures in every order, names of months and week days in many languages, 年月日 with 上午
    and 下午, years of the Republic (民国), 12-hour clocks, seconds to nanoseconds since 1970, Excel's serial days,
    months that have come as numbers (2.2023). Which of day and month stands first is decided by the column as a whole:
    one 13/5 makes all of it day first. Times with an offset keep the clock they are written in; ``reading.timezone``
    puts them to another. What was done stands in ``attrs["notes"]``.

    Parameters
    ----------
    clock
        The time of day, where it stands in a column of its own: 1605, 16:05, 下午4:05, or a share of a day.
    reading
        ``dates`` and ``timezone`` count here.
    home
        The zone of the district, where it is known: columns that mix clocks are put to it.

    Raises
    ------
    TableError
        When cells are no times, or lie before 1900 or far ahead (the rows are named); or when nothing in the column
        tells day from month: both readings are shown.
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        made, notes = _timestamps(values, reading, home)
    else:
        months = month_names.of_numbers(values)
        values, never = _without_zeros(values if months is None else months)
        column = Column(values, cells.distinct(values), where)
        moments = _of_texts(column, reading)
        ms, zone_notes = _local(moments, reading, home)
        spread = column.distinct.spread(ms, np.nan)
        made = pd.Series(datetimes(spread), index=values.index, name=values.name)
        notes = [*never, *moments.notes, *zone_notes]
    _require(values, made, where)
    if clock is not None:
        made, more = with_clock(made, clock)
        notes += more
    made = made.astype("datetime64[ns]")
    made.attrs["notes"] = notes
    return made


def known(  # noqa: PLR0913 - what `read` takes, and how much of it may be unknown
    values: pd.Series,
    clock: pd.Series | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    home: str | None = None,
    where: object = "",
    few: int = 0,
    most: float = 0.5,
    aged: bool = True,
) -> pd.Series:
    """Return a column as :func:`read` does, but for cells that are no times: they are not known, and said in the notes.

    For columns in which a date more or less decides nothing of the others. A column of which more than ``most`` (a
    share) of the filled cells are no times is refused as before; ``few`` cells and less decide nothing, where a column
    that is mostly blank is known by its name. A date of another age is not known either, unless it is to be refused
    (``aged`` false). The rows of such cells stand in ``attrs["unread"]``.
    """
    try:
        made = read(values, clock, reading=reading, home=home, where=where)
    except TableError as refused:
        wrong = _strange(values, reading, where, aged=aged)
        filled = int((~np.asarray(cells.blanks(values), dtype=bool)).sum())
        if not 0 < wrong.sum() <= max(filled * most, few):
            raise refused from None
        made = read(values.mask(wrong), clock, reading=reading, home=home, where=where)
        said = template(
            "column {column!r}: {count} cell, {cells} in row {rows}, is no date and not known",
            "column {column!r}: {count} cells such as {cells}, in rows {rows}, are no dates and not known",
        )
        told = Phrase(
            said,
            column=str(values.name),
            count=int(wrong.sum()),
            cells=series(repr(str(cell)[:40]) for cell in values[wrong].unique()[:SHOWN]),
            rows=series(map(str, values.index[wrong][:5])),
        )
        made.attrs = {"notes": [told, *made.attrs["notes"]], "unread": values.index[wrong].tolist()}
        return made
    made.attrs["unread"] = []
    return made


def of_events(
    values: pd.Series,
    clock: pd.Series | None = None,
    *,
    reading: Reading = AS_IT_SAYS,
    home: str | None = None,
    where: object = "",
) -> pd.Series:
    """Return when events happened: a cell that is no time is not known, as :func:`known` does, for few of the rows.

    Where more are none than a table may lose without a word being asked, or one is of another age, all are refused.
    """
    return known(values, clock, reading=reading, home=home, where=where, most=STOPPED, aged=False)


def _strange(values: pd.Series, reading: Reading, where: object, *, aged: bool) -> Truths:
    """Return which filled cells are no times (of our age); none where a column says what they are by its type."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return np.zeros(len(values), dtype=bool)
    values, _ = _without_zeros(values)
    column = Column(values, cells.distinct(values), where)
    ms = column.distinct.spread(_of_texts(column, reading).ms, np.nan)
    first, end = (np.datetime64(f"{year}-01-01", "ms").astype(float) for year in (EARLIEST, _last_year() + 1))
    # A month is one, whatever else stands in its column.
    months = ~np.isnan(monthly(calendars.plainly(column.distinct.texts))["a"])
    fine = (((ms >= first) & (ms < end)) if aged else ~np.isnan(ms)) | (
        column.distinct.spread(months, nothing=False) & np.isnan(ms)
    )
    return np.asarray(~np.asarray(cells.blanks(values), dtype=bool) & ~fine)


def _without_zeros(values: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return a column without the dates that databases and spreadsheets write for none: 0000-00-00, 1900-01-00."""
    column = cells.distinct(values)
    found = column.spread(cells.matching(column.texts, _NO_DAY), nothing=False)
    if not found.any():
        return values, []
    said = template(
        "column {column!r}: {count} cell, {cell}, stands for no date",
        "column {column!r}: {count} cells such as {cell} stand for no date",
    )
    first = str(values[found].iloc[0])
    return values.mask(found), [Phrase(said, column=str(values.name), count=int(found.sum()), cell=first)]


def with_clock(days: pd.Series, clock: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return days with the times of day of another column, and how many of these are not known."""
    column = cells.distinct(clock)
    texts = calendars.plainly(column.texts)
    ms = clock_ms(taken(texts, ALONE))
    packed = pc.utf8_lpad(pc.replace_substring_regex(texts, r"\.0+$", ""), width=4, padding="0")
    digits = cells.matching(texts, r"^\d{3,4}(?:\.0+)?$")
    ms = np.where(digits, clock_ms(taken(packed, r"^(?P<hour>\d{2})(?P<minute>\d{2})$")), ms)
    share = cells.matching(texts, r"^0?\.\d+$")
    shares = pc.cast(pc.if_else(pa.array(share), texts, None), pa.float64()).to_numpy(zero_copy_only=False)
    ms = np.where(share, np.round(shares * DAY_MS / 1e3) * 1e3, ms)
    spread = column.spread(ms, np.nan)
    unknown = int((np.isnan(spread) & days.notna().to_numpy()).sum())
    at = days.dt.normalize() + pd.to_timedelta(np.nan_to_num(spread), unit="ms")
    said = template(
        "column {column!r}: {count} time of day is not known and taken as midnight",
        "column {column!r}: {count} times of day are not known and taken as midnight",
    )
    return at, [Phrase(said, column=str(clock.name), count=unknown)] if unknown else []


def told_order(values: pd.Series) -> Order | None:
    """Return the order of day and month that a column tells by itself, for others of its file that leave it open."""
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
        return None
    texts = cells.distinct(values).texts
    if cells.matching(texts, r"^\d{4}[-/.年]").all():
        return None  # a year first leaves nothing open
    parts = taken(calendars.plainly(texts), THREE)
    dates = (parts["a"] <= 31) & (parts["c"] > 31)  # noqa: PLR2004 - a year behind
    fitting: dict[Order, Truths] = {kind: fits(parts, kind) for kind in ("dmy", "mdy")}
    open_to = [kind for kind, fit in fitting.items() if dates.any() and fit[dates].all()]
    return open_to[0] if len(open_to) == 1 else None


def readings(columns: Mapping[str, pd.Series], reading: Reading = AS_IT_SAYS) -> dict[str, Reading]:
    """Return how each column of times of one file is read: what leaves day and month open takes the others' order."""
    if reading.dates is not None or len(columns) < 2:  # noqa: PLR2004 - no others
        return dict.fromkeys(columns, reading)
    orders = {name: told_order(values) for name, values in columns.items()}
    told = {order for order in orders.values() if order is not None}
    neighbours = replace(reading, dates=told.pop()) if len(told) == 1 else reading
    return {name: reading if orders[name] is not None else neighbours for name in columns}


def only_clock(values: pd.Series) -> bool:
    """Return whether a column holds times of day alone, so that the day must stand in another one."""
    if not (pd.api.types.is_string_dtype(values) or values.dtype == object):
        return False
    texts = cells.distinct(values).texts
    filled = pc.filter(texts, pa.array(~cells.empties(texts)))
    if not cells.matching(calendars.plainly(filled[:_FEW]), ALONE).all():
        return False
    clocks = cells.matching(calendars.plainly(filled), ALONE)
    return len(filled) > 0 and bool(clocks.all()) and bool(cells.matching(filled, r"[:：时時点點시]|(?i)\dh").any())


def of_months(values: pd.Series) -> bool:
    """Return whether each filled cell of a column is a year and a month: 2024-03, 03/2024, 202403, Mar 2024, 2024年3月.

    2009-10, 2010-11, 2011-12 are years of schools and budgets, not months: each ends in the year after its own.
    """
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 != 0).any():
        return False  # 2024.1 is January, or October that lost its zero
    texts = cells.distinct(values).texts
    texts = pc.filter(texts, pa.array(~cells.empties(texts)))
    if not len(texts) or pc.max(pc.utf8_length(texts)).as_py() > _LONGEST_MONTH:
        return False
    fields = monthly(calendars.plainly(texts))
    follow = (fields["a"] + 1) % CENTURY == fields["b"]
    return not np.isnan(fields["a"]).any() and not (len(texts) > 1 and bool(follow.all()))


# ---------------------------------------------------------------- texts


def _of_texts(column: Column, reading: Reading) -> Moments:
    """Return the times of texts: months alone, else numbers of machines, then dates of three parts."""
    plain = calendars.plainly(column.distinct.texts)
    months = monthly(plain)
    years, notes = common_years(months["a"], column.name)
    of_month = milliseconds(years, months["b"], np.ones(len(plain)))
    if of_months(column.values):
        said_of = "column {column!r} names the month and no day: each row is taken as of the first of its month"
        return Moments(of_month, np.full(len(plain), np.nan), (Phrase(said_of, column=column.name), *notes))
    notes = []
    from_1904 = reading.dates == _FROM_1904
    ms, offset, said = of_machines(plain, column.name, since_1904=from_1904)
    notes += said
    packed = taken(plain, PACKED)
    there = np.isnan(ms) & likely(packed)
    ms = np.where(there, milliseconds(packed["a"], packed["b"], packed["c"]) + np.nan_to_num(clock_ms(packed)), ms)
    offset = np.where(there, packed["offset"], offset)
    three = taken(plain, THREE)
    left = np.isnan(ms) & ~np.isnan(three["a"])
    if left.any():
        dated, more = ordered(three, left, column, None if from_1904 else reading.dates)
        notes += more
        clock = np.where(np.isnan(three["hour"]), 0.0, clock_ms(three))
        ms = np.where(left, dated + clock, ms)
        offset = np.where(left, three["offset"], offset)
    dayless = np.isnan(ms) & ~np.isnan(of_month) & ~np.isnan(months["mark"])
    if dayless.any() and not np.isnan(ms).all():
        many = template(
            "column {column!r}: {count} cell such as {cell} names the month and no day: it is taken as of the first of "
            "its month",
            "column {column!r}: {count} cells such as {cell} name the month and no day: each is taken as of the first "
            "of its month",
        )
        cell = column.distinct.texts[int(np.flatnonzero(dayless)[0])].as_py()
        count = int(column.distinct.spread(dayless, nothing=False).sum())
        notes.append(Phrase(many, column=column.name, count=count, cell=cell))
        ms = np.where(dayless, of_month, ms)
    return Moments(ms, offset, tuple(notes))


# ---------------------------------------------------------------- zones


def _local(moments: Moments, reading: Reading, home: str | None) -> tuple[Numbers, list[str]]:
    """Return times by one local clock, and what was done."""
    aware = ~np.isnan(moments.offset_min) & ~np.isnan(moments.ms)
    if not aware.any():
        return moments.ms, []
    said = sorted(set(moments.offset_min[aware].tolist()))
    # Seconds since 1970 are counted in UTC already: their clock is UTC's.
    clock, notes = zones.clock(
        said, mixed=bool((~aware & ~np.isnan(moments.ms)).any()), asked=reading.timezone, home=home
    )
    if clock is None:
        return moments.ms, notes
    utc = moments.ms - moments.offset_min * 60e3
    return np.where(aware, zones.local_ms(utc, clock), moments.ms), notes


def _timestamps(values: pd.Series, reading: Reading, home: str | None) -> tuple[pd.Series, list[str]]:
    """Return true timestamps by the local clock."""
    if getattr(values.dtype, "tz", None) is None:
        return values, []
    zone: Any = values.dtype.tz  # type: ignore[union-attr]
    if reading.timezone is not None:
        at = values.dt.tz_convert(zones.named(reading.timezone)).dt.tz_localize(None)
        return at, [Phrase("times put to the clock of {zone}", zone=reading.timezone)]
    offsets = (values.dt.tz_localize(None) - values.dt.tz_convert("UTC").dt.tz_localize(None)).dropna()
    said = sorted({each.total_seconds() / 60 for each in offsets.unique()})
    _, notes = zones.clock(said, mixed=False, asked=None, home=home, zone=str(zone))
    return values.dt.tz_localize(None), notes


_CALENDARS = {
    "hijri": (
        Phrase("Iranian (Solar Hijri) or Islamic"),
        template("write them in the Gregorian calendar: 1 Farvardin 1403 is 2024-03-20, 1 Muharram 1446 2024-07-07"),
    ),
    "hebrew": (
        Phrase("Hebrew"), template("write them in the Gregorian calendar: 1 Tishri 5785 is 2024-10-03")
    ),
    "buddhist": (Phrase("Buddhist"), ""),
    "republic": (Phrase("of the Republic, counted from 1912"), ""),
    "nepali": (
        Phrase("Nepali (Bikram Sambat)"), template("write them in the Gregorian calendar: 1 Baisakh 2081 is 2024-04-13")
    ),
}  # fmt: skip
"""What other calendars are called, and a date of each in ours."""


def _other_calendars() -> dict[str, tuple[int, int]]:
    """Return the years that dates of today and of a generation back have in other calendars."""
    now = datetime.now(UTC).year
    return {**OTHER_CALENDARS, "nepali": (now + LATEST_AHEAD_YEARS + 1, now + _NEPALI_AHEAD)}


def _last_year() -> int:
    """Return the last year that dates may be of: plans look a little ahead."""
    return datetime.now(UTC).year + LATEST_AHEAD_YEARS


def odd_years(values: pd.Series) -> Phrase | None:
    """Return what is to be asked of a column of years alone, most of which no calendar of ours has; else None."""
    years = pd.to_numeric(values, errors="coerce").dropna()
    spans = {**_other_calendars(), "buddhist": BUDDHIST, "republic": (CENTURY, CENTURY + 50)}
    for calendar, (start, end) in spans.items():
        other = years.between(start, end)
        if other.sum() * 2 > len(years) and (years % 1 == 0).all():
            return Phrase(
                "column {column!r} holds {cells}: years of another calendar, {calendar}",
                column=str(values.name),
                cells=series(f"{year:.0f}" for year in years[other].unique()[:SHOWN]),
                calendar=_CALENDARS[calendar][0],
            )
    return None


def _require(values: pd.Series, made: pd.Series, where: object) -> None:
    """Raise where a filled cell is no time, or a time of another age."""
    wrong = made.isna() & ~cells.blanks(values)
    last = _last_year()
    out = made.notna() & ((made.dt.year < EARLIEST) | (made.dt.year > last))
    for calendar, (start, end) in _other_calendars().items():
        other = made.notna() & made.dt.year.between(start, end)
        if other.sum() * 2 > made.notna().sum():
            what, mend = _CALENDARS[calendar]
            raise TableError(
                "column {column!r} holds {cells}: years of another calendar, {calendar}",
                where=where,
                mend=mend,
                column=str(values.name),
                cells=series(repr(str(cell)[:40]) for cell in values[other].unique()[:SHOWN]),
                calendar=what,
            )
    odd = (
        (wrong, Phrase("which are no times")),
        (out, Phrase("outside the years {first} to {last}", first=EARLIEST, last=last)),
    )
    for bad, what in odd:
        if bad.any():
            raise TableError(
                "column {column!r} holds {cells}, {problem}, in rows {rows}",
                where=where,
                mend="fix these cells",
                column=str(values.name),
                cells=series(repr(str(cell)[:40]) for cell in values[bad].unique()[:SHOWN]),
                problem=what,
                rows=values.index[bad][:5].tolist(),
            )
