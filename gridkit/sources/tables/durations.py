"""How long something took: hours or minutes, by the word in the cell, else in the heading, else as the table has them.

::

    minutes(values, bare="minutes") -> Series      the same in minutes
    hours(values) -> Series                        the same in hours; a bare number is hours
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridkit.sources.tables import quantities
from gridkit.tables import TEXT

if TYPE_CHECKING:
    Unit = Literal["minutes", "hours"]

HOUR = 60.0
"""Minutes of an hour."""
_HOUR_WORDS = "h|hrs?|hours?|个?小时|horas?|heures?|stunden?|std|ч|час|часа|часов"
_MINUTE_WORDS = "min|mins|minutes?|minutos?|minuten?|分钟|分|мин|минут|минуты"
_TIMED = re.compile(
    rf"^(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>{_HOUR_WORDS}|{_MINUTE_WORDS})\.?$",
    re.IGNORECASE,
)
_HOURS = re.compile(rf"[(（\[]\s*(?:{_HOUR_WORDS})\.?\s*[)）\]]", re.IGNORECASE)
_MINUTES = re.compile(
    rf"[(（\[]\s*(?:{_MINUTE_WORDS})\.?\s*[)）\]]|(?:minutes?|minutos?|minuten|分钟数?|минуты?)$", re.IGNORECASE
)


def minutes(values: pd.Series[Any], *, where: str, bare: Unit = "minutes", heading: str = "") -> pd.Series[float]:
    """Return a column of durations in minutes, NaN where it is blank.

    Parameters
    ----------
    bare
        What a number is of which neither the cell nor the heading says the unit.
    heading
        The heading, where the column bears another name by now.

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
    named = heading or str(values.name)
    of_bare = "hours" if _HOURS.search(named) else "minutes" if _MINUTES.search(named) else bare
    in_hours = unit.map(lambda word: bool(_HOURS.fullmatch(f"({word})"))).astype(bool)
    if of_bare == "hours":
        in_hours |= unit == ""
    numbers = quantities.read(pd.Series(plain, name=values.name), where=where)
    return numbers.where(~in_hours.to_numpy(), numbers * HOUR)


def hours(values: pd.Series[Any], *, where: str, heading: str = "") -> pd.Series[float]:
    """Return a column of durations in hours, NaN where it is blank; a number without a unit is hours.

    Columns of which nothing says minutes are read as numbers are, whatever they count.

    Examples
    --------
    >>> hours(pd.Series([90, 30]), where="t", heading="服务时长（分钟）").tolist()
    [1.5, 0.5]
    """
    said = values.astype(TEXT).str.strip().str.extract(_TIMED)["unit"]
    if _MINUTES.search(heading or str(values.name)) or said.notna().any():
        return minutes(values, where=where, bare="hours", heading=heading) / HOUR
    return quantities.read(values, where=where)
