"""Times as people and machines write them, their order decided from the whole column, put to one local clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase, template
from gridkit.ledger import STOPPED
from gridkit.sources.reading import AS_IT_SAYS, Order, Reading
from gridkit.sources.tables import calendars, cells, zones

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Truths = NDArray[np.bool_]
    Fields = dict[str, Numbers]

EARLIEST, LATEST_AHEAD_YEARS = 1900, 25
_CLOCK = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,]\d*)?)?:?|:)?"
    r"(?:\s*(?P<half>am|pm))?(?:\s*(?P<offset>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt))?"
)
_THREE = (
    r"^(?P<a>\d{1,4})(?P<mark>[-/. ]+)(?P<b>\d{1,2})[-/. ]+(?P<c>\d{1,4})"
    rf"(?:\.?[\s,]*(?:[t\s,-]\s*)(?:(?P<early>am|pm)\s*)?{_CLOCK})?$"
)
_PACKED = (
    r"^(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})(?:[t\s]?(?P<hour>\d{2})(?P<minute>\d{2})?(?P<second>\d{2})?)?"
    r"(?P<offset>z|[+-]\d{2}:?\d{2})?$"
)
_PACKED_ALONE = r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}$"
_ALONE = rf"^(?:(?P<early>am|pm)\s*)?{_CLOCK}$"
_SERIAL_RANGE = (20_000, 80_000)  # 1954 to 2119
_EXCEL_ZERO = np.datetime64("1899-12-30", "ms")
_MAC_DAYS, _FROM_1904 = 1462, "1904"
"""Excel of a Mac counted from 1904: its numbers are so many days smaller for the same date."""
_EPOCHS = {"s": (1e8, 5e9), "ms": (1e11, 5e12), "us": (1e14, 5e15), "ns": (1e17, 5e18)}
_MS = {"s": 1e3, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
_SAID = {
    "s": Phrase("seconds"), "ms": Phrase("milliseconds"), "us": Phrase("microseconds"), "ns": Phrase("nanoseconds")
}  # fmt: skip
_DAY_MS = 86_400_000.0
_CENTURY, _MINGUO, _BUDDHIST = 100, 1911, (2443, 2643)
_ORDERS: dict[Order, tuple[str, str, str]] = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}
_SHOWN, _FEW, _LONGEST_MONTH = 3, 50, 30
_YEAR_OF_A_MONTH = r"(?P<a>(?:19|20|1[34]|2[456])\d{2})"
_MONTHS = (
    rf"^{_YEAR_OF_A_MONTH}[-/.](?P<b>0?[1-9]|1[0-2])$",
    rf"^(?P<b>0?[1-9]|1[0-2])[-/.]{_YEAR_OF_A_MONTH}$",
    rf"^{_YEAR_OF_A_MONTH}(?P<b>0[1-9]|1[0-2])(?:\.0)?$",
    r"^(?P<a>1[0-2]\d)[-/](?P<b>0?[1-9]|1[0-2])$",
)
"""A year and a month without a day: 2024-03, 3/2024, 202403; Mar 2024 and 2024年3月 become the first. Years of other
calendars are among them, 2567-03 and 113/03, so that they are put into this one, or asked about."""
OTHER_CALENDARS: dict[str, tuple[int, int]] = {"hijri": (1300, 1500), "hebrew": (5700, 5900)}
"""Years that today's dates have in the Iranian and the Islamic, and in the Hebrew calendar; no incident is so old."""
_NEPALI_AHEAD = 60
"""Bikram Sambat is 56 or 57 years ahead of ours; a plan may look a little ahead as well."""
_NO_DAY = r"^(?:0000[-/]00[-/]00|00[-/.]00[-/.]0000|1900[-/]0?1[-/]0?0|9999[-/]12[-/]31)(?:[ T]\d{1,2}:.*)?$"


@dataclass(frozen=True)
class _Column:
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
        return list(self.values.index[self.distinct.spread(texts, nothing=False)][:_SHOWN])


@dataclass(frozen=True)
class _Moments:
    """Times of the different texts of a column: milliseconds since 1970 by their own clock, and its offset if told."""

    ms: Numbers
    offset_min: Numbers
    notes: tuple[str, ...] = ()


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
    and 下午, years of the Republic (民国), 12-hour clocks, seconds to nanoseconds since 1970, Excel's serial days.
    Which of day and month stands first is decided by the column as a whole: one 13/5 makes all of it day first. Times
    with an offset keep the clock they are written in; ``reading.timezone`` puts them to another. What was done stands
    in ``attrs["notes"]``.

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
        values, never = _without_zeros(values)
        column = _Column(values, cells.distinct(values), where)
        moments = _of_texts(column, reading)
        ms, zone_notes = _local(moments, reading, home)
        spread = column.distinct.spread(ms, np.nan)
        made = pd.Series(_datetimes(spread), index=values.index, name=values.name)
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
            cells=", ".join(repr(str(cell)[:40]) for cell in values[wrong].unique()[:_SHOWN]),
            rows=", ".join(map(str, values.index[wrong][:5])),
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
    column = _Column(values, cells.distinct(values), where)
    ms = column.distinct.spread(_of_texts(column, reading).ms, np.nan)
    first, end = (np.datetime64(f"{year}-01-01", "ms").astype(float) for year in (EARLIEST, _last_year() + 1))
    # A month is one, whatever else stands in its column.
    months = ~np.isnan(_monthly(calendars.plainly(column.distinct.texts))["a"])
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
    ms = _clock_ms(_taken(texts, _ALONE))
    packed = pc.utf8_lpad(pc.replace_substring_regex(texts, r"\.0+$", ""), width=4, padding="0")
    digits = cells.matching(texts, r"^\d{3,4}(?:\.0+)?$")
    ms = np.where(digits, _clock_ms(_taken(packed, r"^(?P<hour>\d{2})(?P<minute>\d{2})$")), ms)
    share = cells.matching(texts, r"^0?\.\d+$")
    shares = pc.cast(pc.if_else(pa.array(share), texts, None), pa.float64()).to_numpy(zero_copy_only=False)
    ms = np.where(share, np.round(shares * _DAY_MS / 1e3) * 1e3, ms)
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
    parts = _taken(calendars.plainly(texts), _THREE)
    dates = (parts["a"] <= 31) & (parts["c"] > 31)  # noqa: PLR2004 - a year behind
    fits: dict[Order, Truths] = {kind: _fits(parts, kind) for kind in ("dmy", "mdy")}
    open_to = [kind for kind, fit in fits.items() if dates.any() and fit[dates].all()]
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
    if not cells.matching(calendars.plainly(filled[:_FEW]), _ALONE).all():
        return False
    clocks = cells.matching(calendars.plainly(filled), _ALONE)
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
    fields = _monthly(calendars.plainly(texts))
    follow = (fields["a"] + 1) % _CENTURY == fields["b"]
    return not np.isnan(fields["a"]).any() and not (len(texts) > 1 and bool(follow.all()))


def _monthly(texts: pa.StringArray) -> Fields:
    """Return year (``a``) and month (``b``) of texts that are no more than that, and ``mark`` where one parts them."""
    found = [_taken(texts, pattern) for pattern in _MONTHS]
    fields = {part: np.fmax.reduce([each[part] for each in found]) for part in "ab"}
    return {**fields, "mark": np.where(cells.matching(texts, r"\d[-/.]\d"), fields["a"], np.nan)}


# ---------------------------------------------------------------- texts


def _of_texts(column: _Column, reading: Reading) -> _Moments:
    """Return the times of texts: months alone, else numbers of machines, then dates of three parts."""
    plain = calendars.plainly(column.distinct.texts)
    months = _monthly(plain)
    years, notes = _common_years(months["a"], column.name)
    of_month = _ms(years, months["b"], np.ones(len(plain)))
    if of_months(column.values):
        taken = "column {column!r} names the month and no day: each row is taken as of the first of its month"
        return _Moments(of_month, np.full(len(plain), np.nan), (Phrase(taken, column=column.name), *notes))
    notes = []
    from_1904 = reading.dates == _FROM_1904
    ms, offset, said = _of_machines(plain, column.name, since_1904=from_1904)
    notes += said
    packed = _taken(plain, _PACKED)
    there = np.isnan(ms) & _likely(packed)
    ms = np.where(there, _ms(packed["a"], packed["b"], packed["c"]) + np.nan_to_num(_clock_ms(packed)), ms)
    offset = np.where(there, packed["offset"], offset)
    three = _taken(plain, _THREE)
    left = np.isnan(ms) & ~np.isnan(three["a"])
    if left.any():
        dated, more = _ordered(three, left, column, None if from_1904 else reading.dates)
        notes += more
        clock = np.where(np.isnan(three["hour"]), 0.0, _clock_ms(three))
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
    return _Moments(ms, offset, tuple(notes))


def _common_years(years: Numbers, name: str) -> tuple[Numbers, list[str]]:
    """Return years counted from 1912, and those of the Buddha, as common ones, and that it was so."""
    notes: list[str] = []
    republic = (years >= _CENTURY) & (years < 2 * _CENTURY)
    if republic.any():
        notes.append(Phrase("column {column!r}: years counted from 1912", column=name))
    if ((years >= _BUDDHIST[0]) & (years < _BUDDHIST[1])).any():
        notes.append(Phrase("column {column!r}: years of the Buddhist calendar, 543 ahead", column=name))
    return np.where(republic, years + _MINGUO, years), notes


def _likely(packed: Fields) -> Truths:
    return np.asarray((packed["a"] >= EARLIEST) & (packed["b"] >= 1) & (packed["b"] <= 12) & (packed["c"] <= 31))  # noqa: PLR2004 - a calendar


def _taken(texts: pa.StringArray, pattern: str) -> Fields:
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


def _of_machines(texts: pa.StringArray, name: str, *, since_1904: bool) -> tuple[Numbers, Numbers, list[str]]:
    """Return times of numbers: Excel's days, and what has passed since 1970; NaN for all else."""
    bare = cells.matching(texts, r"^\d+(?:\.\d+)?(?:e\+?\d+)?$")
    numbers = pc.cast(pc.if_else(pa.array(bare), texts, None), pa.float64()).to_numpy(zero_copy_only=False)
    ms, offset = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    notes: list[str] = []
    serial = (numbers > _SERIAL_RANGE[0]) & (numbers < _SERIAL_RANGE[1])
    if serial.any():
        days = numbers[serial] + (_MAC_DAYS if since_1904 else 0)
        ms[serial] = _EXCEL_ZERO.astype(float) + np.round(days * _DAY_MS / 1e3) * 1e3
        said = (
            template("column {column!r}: Excel's serial days since 1904, as said")
            if since_1904
            else template("column {column!r}: Excel's serial days since 1900; if a Mac counted them, say --dates 1904")
        )
        notes.append(Phrase(said, column=name))
    packed = cells.matching(
        texts, r"^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}$"
    )
    for unit, (least, most) in _EPOCHS.items():
        since = (numbers >= least) & (numbers < most)
        # 2024030514 may be an hour of a day as well: only where the whole column is so.
        if since.any() and not packed[since].all():
            ms[since], offset[since] = numbers[since] * _MS[unit], 0.0
            notes.append(Phrase("column {column!r}: {unit} since 1970", column=name, unit=_SAID[unit]))
    return ms, offset, notes


# ---------------------------------------------------------------- the order of day, month and year


def _ordered(three: Fields, left: Truths, column: _Column, asked: Order | None) -> tuple[Numbers, list[str]]:
    """Return dates of three parts in the order the column tells, and what is to be said of it."""
    notes: list[str] = []
    parts = {part: three[part].copy() for part in "abc"}
    dated = np.full(len(left), np.nan)
    first = left & (parts["a"] > 31)  # noqa: PLR2004 - no day: a year
    for part, there in (("a", first), ("c", left & ~first & (parts["c"] >= _CENTURY))):
        parts[part][there], said = _common_years(parts[part][there], column.name)
        notes += [each for each in said if each not in notes]
    swapped = first & (parts["b"] > 12)  # noqa: PLR2004 - no month
    dated = np.where(first & ~swapped, _ms(parts["a"], parts["b"], parts["c"]), dated)
    dated = np.where(swapped, _ms(parts["a"], parts["c"], parts["b"]), dated)
    rest = left & ~first
    if rest.any():
        order = np.full(len(rest), asked, dtype="<U3") if asked else _order(parts, rest, three["dotted"] > 0, column)
        for kind, places in _ORDERS.items():
            year, month, day = (parts[part] for part in places)
            dated = np.where(rest & (order == kind), _ms(_full(year), month, day), dated)
    return dated, notes


def _order(parts: Fields, rest: Truths, dotted: Truths, column: _Column) -> NDArray[np.str_]:
    """Return the order of each date of three short parts, or of two and a year behind."""
    order = np.full(len(rest), "", dtype="<U3")
    fits: dict[Order, Truths] = {kind: _fits(parts, kind) for kind in _ORDERS}
    long = parts["c"] > 31  # noqa: PLR2004 - a year
    # What is a day in no order at all decides nothing of the others: it is named among what is no time.
    rest = rest & np.any(list(fits.values()), axis=0)
    for group in (rest & long & dotted, rest & long & ~dotted, rest & ~long):
        if not group.any():
            continue
        open_to = [kind for kind, fit in fits.items() if fit[group].all() and not (long[group].any() and kind == "ymd")]
        if dotted[group].all() and "dmy" in open_to:
            open_to = ["dmy"]  # no language writes the month first before a point
        readings = {kind: _span(parts, group, kind) for kind in open_to}
        if len(set(readings.values())) == 1:
            order[group] = open_to[0]
        elif open_to:
            raise _asked(column, readings)
        elif not long[group].any():
            pass  # no calendar fits: said with the rows that are no times
        else:
            raise _mixed(column, group, fits)
    return order


def _fits(parts: Fields, kind: Order) -> Truths:
    year, month, day = (parts[part] for part in _ORDERS[kind])
    return np.asarray((month >= 1) & (month <= 12) & ~np.isnan(_ms(_full(year), month, day)))  # noqa: PLR2004


def _span(parts: Fields, group: Truths, kind: Order) -> tuple[float, ...]:
    year, month, day = (parts[part][group] for part in _ORDERS[kind])
    return tuple(_ms(_full(year), month, day))


def _asked(column: _Column, readings: dict[Order, tuple[float, ...]]) -> TableError:
    shown = {kind: (_day(min(each)), _day(max(each))) for kind, each in readings.items()}
    (one, (start, end)), (other, (begin, finish)) = list(shown.items())[:2]
    names = {"dmy": Phrase("day first"), "mdy": Phrase("month first"), "ymd": Phrase("year first")}
    return TableError(
        "column {column!r} does not tell day from month: it runs from {start} to {end} {one}, from {begin} to {finish} "
        "{other}",
        where=column.where,
        mend="say which: --dates {first} or --dates {second}",
        column=column.name,
        start=start,
        end=end,
        one=names[one],
        begin=begin,
        finish=finish,
        other=names[other],
        first=one,
        second=other,
    )


def _mixed(column: _Column, group: Truths, fits: dict[Order, Truths]) -> TableError:
    return TableError(
        "column {column!r} has the day first in some rows ({day}) and the month first in others ({month})",
        where=column.where,
        mend="fix these cells",
        column=column.name,
        day=column.rows(group & ~fits["mdy"]),
        month=column.rows(group & ~fits["dmy"]),
    )


def _day(ms: float) -> str:
    return str(np.datetime64(int(ms), "ms").astype("datetime64[D]"))


# ---------------------------------------------------------------- numbers to moments


def _full(years: Numbers) -> Numbers:
    """Return years of two figures in their century: up to next year this one, else the last."""
    turn = datetime.now(UTC).year % _CENTURY + 1
    short = years < _CENTURY
    return np.where(short, years + np.where(years <= turn, 2000, 1900), years)


def _ms(years: Numbers, months: Numbers, days: Numbers) -> Numbers:
    """Return milliseconds since 1970 of dates; NaN where there is no such day."""
    buddhist = (years >= _BUDDHIST[0]) & (years < _BUDDHIST[1])
    years = np.where(buddhist, years - 543, years)
    there = np.isfinite(years) & (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31) & (years < 10_000)  # noqa: PLR2004
    safe = [np.where(there, each, 1).astype(np.int64) for each in (years, months, days)]
    month = (safe[0] - 1970) * 12 + safe[1] - 1
    start = month.astype("datetime64[M]")
    date = start.astype("datetime64[D]") + (safe[2] - 1)
    there &= date.astype("datetime64[M]") == start
    return np.where(there, date.astype("datetime64[ms]").astype(float), np.nan)


def _clock_ms(fields: Fields) -> Numbers:
    """Return times of day in milliseconds; NaN where there is none or no clock shows it. 24:00 is the next midnight."""
    hour = fields["hour"]
    minute, second = (np.nan_to_num(fields.get(part, np.zeros(len(hour)))) for part in ("minute", "second"))
    half = fields.get("half", np.full(len(hour), np.nan))
    half = np.where(np.isnan(half), fields.get("early", half), half)
    hour = np.where((half == 1) & (hour < 12), hour + 12, np.where((half == 0) & (hour == 12), 0, hour))  # noqa: PLR2004
    good = (hour < 24) & (minute < 60) & (second < 61) | (hour == 24) & (minute == 0) & (second == 0)  # noqa: PLR2004
    return np.where(good, (hour * 3600 + minute * 60 + second) * 1e3, np.nan)


def _datetimes(ms: Numbers) -> NDArray[np.datetime64]:
    there = np.isfinite(ms) & (np.abs(ms) < 8e15)  # noqa: PLR2004 - far beyond any year that is taken
    made = np.where(there, np.nan_to_num(ms), 0).astype(np.int64).astype("datetime64[ms]")
    made[~there] = np.datetime64("NaT")
    return made


# ---------------------------------------------------------------- zones


def _local(moments: _Moments, reading: Reading, home: str | None) -> tuple[Numbers, list[str]]:
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
    spans = {**_other_calendars(), "buddhist": _BUDDHIST, "republic": (_CENTURY, _CENTURY + 50)}
    for calendar, (start, end) in spans.items():
        other = years.between(start, end)
        if other.sum() * 2 > len(years) and (years % 1 == 0).all():
            return Phrase(
                "column {column!r} holds {cells}: years of another calendar, {calendar}",
                column=str(values.name),
                cells=", ".join(f"{year:.0f}" for year in years[other].unique()[:_SHOWN]),
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
                cells=", ".join(repr(str(cell)[:40]) for cell in values[other].unique()[:_SHOWN]),
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
                cells=", ".join(repr(str(cell)[:40]) for cell in values[bad].unique()[:_SHOWN]),
                problem=what,
                rows=values.index[bad][:5].tolist(),
            )
