"""Numbers as people read them: with their unit, in the reader's language, by one set of patterns.

::

    Quantity(1234.5, "m").said("zh")      "1,235米"
    length(1234.5), area(89_487)          metres or kilometres, hectares or square kilometres: whichever reads well
    share(0.083)                          "8%"
    numeral(12, "zh")                     "十二"
    patterns(language)                    the same patterns for the scripts of a page
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gridkit.language.catalogue import SOURCE, catalogue
from gridkit.language.phrases import Phrase, number_of

if TYPE_CHECKING:
    from collections.abc import Mapping

KM, HECTARE, KM2, SMALL_M2 = 1_000.0, 10_000.0, 1_000_000.0, 1_000.0
_TOLD_WHOLE, _FINEST = 10.0, 4
"""An amount from this on is told without places; a smaller one with no more than so many."""
UNIT, NUMBER = "unit", "number"
"""The contexts that units and patterns stand in, in the catalogue."""
_QUANTITY, _PERCENT, _DATE, _TIME = (
    "{number} {unit}",
    "{number}%",
    "{year}-{month:02}-{day:02}",
    "{date} {hour:02}:{minute:02}",
)
PATTERNS = (_QUANTITY, _PERCENT, _DATE, _TIME)

UNITS: Mapping[str, tuple[str, str]] = {
    "m": ("m", "m"),
    "km": ("km", "km"),
    "m2": ("m²", "m²"),
    "ha": ("ha", "ha"),
    "km2": ("km²", "km²"),
    "people": ("person", "people"),
    "households": ("household", "households"),
    "grids": ("grid", "grids"),
    "micro_grids": ("micro-grid", "micro-grids"),
    "units": ("unit", "units"),
    "communities": ("community", "communities"),
    "compounds": ("compound", "compounds"),
    "incidents": ("incident", "incidents"),
    "places": ("place", "places"),
    "facilities": ("facility", "facilities"),
    "rows": ("row", "rows"),
    "pairs": ("pair", "pairs"),
    "groups": ("group", "groups"),
    "pixels": ("pixel", "pixels"),
    "buildings": ("building", "buildings"),
    "minutes": ("min", "min"),
    "hours": ("h", "h"),
    "departments": ("department", "departments"),
    "orders": ("order", "orders"),
    "days": ("day", "days"),
    "points": ("percentage point", "percentage points"),
    "times": ("time the mean", "times the mean"),
    "per_km2": ("per km²", "per km²"),
    "people_per_km2": ("person per km²", "people per km²"),
    "incidents_per_km2": ("incident per km²", "incidents per km²"),
    "per_1000_people": ("per 1,000 people", "per 1,000 people"),
    "per_1000_households": ("per 1,000 households", "per 1,000 households"),
    "people_per_household": ("person per household", "people per household"),
    "times_per_household": ("time per household", "times per household"),
}
"""Every unit by its code: for one, and for any other number."""


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, which says itself in any language.

    Attributes
    ----------
    unit
        A code of :data:`UNITS`; empty for a bare number, ``%`` for a share, 0-1.
    digits
        Digits after the point.

    Examples
    --------
    >>> Quantity(1, "people").said("en"), Quantity(460, "people").said("en"), Quantity(460, "people").said("zh")
    ('1 person', '460 people', '460人')
    >>> Quantity(0.083, "%", 1).said("zh"), Quantity(-0.0001, "%").said("en")
    ('8.3%', '0%')
    """

    value: float
    unit: str = ""
    digits: int = 0

    def said(self, language: str) -> str:
        """Return the number with its unit in a language."""
        number = decimal(self.value * (100 if self.unit == "%" else 1), self.digits)
        words = catalogue(language)
        if self.unit == "%":
            return words.said(_PERCENT, NUMBER).format(number=number)
        if not self.unit:
            return number
        return words.said(_QUANTITY, NUMBER).format(number=number, unit=self.unit_said(language))

    def unit_said(self, language: str) -> str:
        """Return the unit alone, in the form that goes with the number."""
        one, many = UNITS[self.unit]
        return catalogue(language).counted(one, many, self.counted, UNIT)

    @property
    def counted(self) -> int:
        """The number that forms go by: what is seen. 1.2 shown as "1" takes the singular, 1.0 with its digit not."""
        return 2 if self.digits else number_of(round(self.value) if math.isfinite(self.value) else self.value)

    def __str__(self) -> str:
        return self.said(SOURCE)

    def __format__(self, form: str) -> str:
        return format(self.said(SOURCE), form)


def decimal(value: float, digits: int = 0) -> str:
    """Return a number with its thousands parted by commas; no "-0", and a dash where there is none.

    Examples
    --------
    >>> decimal(1234.5, 1), decimal(-0.2), decimal(float("nan"))
    ('1,234.5', '0', '–')
    """
    if not math.isfinite(value):
        return "–"
    said = f"{value:,.{digits}f}"
    # Rounded first and judged then: -0.2 is no zero, but what is written would be "-0".
    return said.lstrip("-") if float(said.replace(",", "")) == 0 else said


def counted(value: float) -> str:
    """Return what stands above or below a line: whole, but of less than ten the tenths that are there.

    An amount of 0.6 (hours given back, say) is not told as none.

    Examples
    --------
    >>> counted(316), counted(41.6), counted(0.632), counted(0.004), counted(0)
    ('316', '42', '0.6', '0.004', '0')
    """
    size = abs(value)
    if not math.isfinite(value) or size >= _TOLD_WHOLE or float(value).is_integer():
        return decimal(value)
    return decimal(value, next((digits for digits in range(1, _FINEST) if round(size, digits)), _FINEST))


def length(metres: float) -> Quantity:
    """Return a length in metres, from a kilometre on in kilometres."""
    return Quantity(metres, "m") if abs(metres) < KM else Quantity(metres / KM, "km", 1)


def area(square_metres: float) -> Quantity:
    """Return an area in hectares, that of small things in square metres, that of districts in square kilometres."""
    if abs(square_metres) < SMALL_M2:
        return Quantity(square_metres, "m2", 0 if abs(square_metres) >= 10 else 1)  # noqa: PLR2004 - two figures
    if abs(square_metres) < 10 * KM2:
        return Quantity(square_metres / HECTARE, "ha", 1)
    return Quantity(square_metres / KM2, "km2", 1)


_FIGURES, _PLACES = "零一二三四五六七八九", ("", "十", "百", "千")
_MOST = 9999


def numeral(number: int, language: str) -> str:
    """Return a whole number as names have it: in Chinese characters in Chinese, in figures elsewhere.

    Examples
    --------
    >>> [numeral(number, "zh") for number in (1, 10, 12, 20, 105, 110)], numeral(12, "en")
    (['一', '十', '十二', '二十', '一百零五', '一百一十'], '12')
    """
    if not language.startswith("zh") or not 0 < number <= _MOST:
        return str(number)
    figures = str(number)
    said = ""
    for place, figure in zip(range(len(figures) - 1, -1, -1), map(int, figures), strict=True):
        said += _FIGURES[figure] + _PLACES[place] if figure else "零"
    said = said.rstrip("零")
    while "零零" in said:
        said = said.replace("零零", "零")
    return said.removeprefix("一") if said.startswith("一十") else said


def of_numeral(signs: str) -> int:
    """Return the number that Chinese characters of :func:`numeral` say.

    Examples
    --------
    >>> [of_numeral(numeral(number, "zh")) for number in (1, 10, 12, 20, 105, 164, 110)]
    [1, 10, 12, 20, 105, 164, 110]
    """
    total, digit = 0, 0
    for sign in signs:
        if sign in _PLACES:
            total, digit = total + (digit or 1) * 10 ** _PLACES.index(sign), 0
        else:
            digit = max(0, _FIGURES.find(sign))
    return total + digit


def share(part: float, digits: int = 0) -> Quantity:
    """Return a share, 0-1, as per cent."""
    return Quantity(part, "%", digits)


def between(low: float, high: float, code: str = "", digits: int = 0) -> Phrase:
    """Return a range of numbers with their unit, where its code is one.

    Examples
    --------
    >>> between(300, 500, "households").said("zh"), between(300, 500).said("en")
    ('300～500户', '300 – 500')
    """
    numbers = Phrase("{low} – {high}", low=decimal(low, digits), high=decimal(high, digits))
    return Phrase(_QUANTITY, NUMBER, number=numbers, unit=unit(code)) if code in UNITS else numbers


def unit(code: str) -> Phrase:
    """Return a unit alone, for the heads of columns and of legends."""
    one, many = UNITS[code]
    return Phrase(one, UNIT, many, count=2)


def day(when: datetime, language: str) -> str:
    """Return a day as it is written in a language.

    Examples
    --------
    >>> day(datetime(2026, 11, 28), "en"), day(datetime(2026, 11, 28), "zh")
    ('2026-11-28', '2026年11月28日')
    """
    return catalogue(language).said(_DATE, NUMBER).format(year=when.year, month=when.month, day=when.day)


def moment(text: str, language: str) -> str:
    """Return a time in ISO 8601 as it is written in a language, in the time zone of this machine; other text as it is.

    Examples
    --------
    >>> moment("2026-11-28T18:10:49", "zh")
    '2026年11月28日 18:10'
    """
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = when.astimezone() if when.tzinfo else when
    if len(text) <= len("2026-11-28"):
        return day(local, language)
    said = catalogue(language).said(_TIME, NUMBER)
    return said.format(date=day(local, language), hour=local.hour, minute=local.minute)


def patterns(language: str) -> dict[str, object]:
    """Return what a page's script needs to write numbers as we do: the patterns, and units for one and for many."""
    words = catalogue(language)
    return {
        "quantity": words.said(_QUANTITY, NUMBER),
        "percent": words.said(_PERCENT, NUMBER),
        "date": words.said(_DATE, NUMBER),
        "time": words.said(_TIME, NUMBER),
        "units": {
            code: [words.counted(one, many, 1, UNIT), words.counted(one, many, 2, UNIT)]
            for code, (one, many) in UNITS.items()
        },
    }
