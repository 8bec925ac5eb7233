"""Which of three numbers is the day, the month and the year: decided by the column as a whole, else asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gridkit.errors import TableError
from gridkit.language.phrases import Phrase
from gridkit.sources.tables.moments import CENTURY, common_years, full_years, milliseconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridkit.sources.reading import Order
    from gridkit.sources.tables.moments import Column, Fields, Numbers, Truths

_ORDERS: dict[Order, tuple[str, str, str]] = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}


def ordered(three: Fields, left: Truths, column: Column, asked: Order | None) -> tuple[Numbers, list[str]]:
    """Return dates of three parts in the order the column tells, and what is to be said of it."""
    notes: list[str] = []
    parts = {part: three[part].copy() for part in "abc"}
    dated = np.full(len(left), np.nan)
    first = left & (parts["a"] > 31)  # noqa: PLR2004 - no day: a year
    for part, there in (("a", first), ("c", left & ~first & (parts["c"] >= CENTURY))):
        parts[part][there], said = common_years(parts[part][there], column.name)
        notes += [each for each in said if each not in notes]
    swapped = first & (parts["b"] > 12)  # noqa: PLR2004 - no month
    dated = np.where(first & ~swapped, milliseconds(parts["a"], parts["b"], parts["c"]), dated)
    dated = np.where(swapped, milliseconds(parts["a"], parts["c"], parts["b"]), dated)
    rest = left & ~first
    if rest.any():
        order = np.full(len(rest), asked, dtype="<U3") if asked else _order(parts, rest, three["dotted"] > 0, column)
        for kind, places in _ORDERS.items():
            year, month, day = (parts[part] for part in places)
            dated = np.where(rest & (order == kind), milliseconds(full_years(year), month, day), dated)
    return dated, notes


def _order(parts: Fields, rest: Truths, dotted: Truths, column: Column) -> NDArray[np.str_]:
    """Return the order of each date of three short parts, or of two and a year behind."""
    order = np.full(len(rest), "", dtype="<U3")
    fitting: dict[Order, Truths] = {kind: fits(parts, kind) for kind in _ORDERS}
    long = parts["c"] > 31  # noqa: PLR2004 - a year
    # What is a day in no order at all decides nothing of the others: it is named among what is no time.
    rest = rest & np.any(list(fitting.values()), axis=0)
    for group in (rest & long & dotted, rest & long & ~dotted, rest & ~long):
        if not group.any():
            continue
        open_to = [
            kind for kind, fit in fitting.items() if fit[group].all() and not (long[group].any() and kind == "ymd")
        ]
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
            raise _mixed(column, group, fitting)
    return order


def fits(parts: Fields, kind: Order) -> Truths:
    """Return which three numbers are a day of some year in this order."""
    year, month, day = (parts[part] for part in _ORDERS[kind])
    return np.asarray((month >= 1) & (month <= 12) & ~np.isnan(milliseconds(full_years(year), month, day)))  # noqa: PLR2004


def _span(parts: Fields, group: Truths, kind: Order) -> tuple[float, ...]:
    year, month, day = (parts[part][group] for part in _ORDERS[kind])
    return tuple(milliseconds(full_years(year), month, day))


def _asked(column: Column, readings: dict[Order, tuple[float, ...]]) -> TableError:
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


def _mixed(column: Column, group: Truths, fitting: dict[Order, Truths]) -> TableError:
    return TableError(
        "column {column!r} has the day first in some rows ({day}) and the month first in others ({month})",
        where=column.where,
        mend="fix these cells",
        column=column.name,
        day=column.rows(group & ~fitting["mdy"]),
        month=column.rows(group & ~fitting["dmy"]),
    )


def _day(ms: float) -> str:
    return str(np.datetime64(int(ms), "ms").astype("datetime64[D]"))
