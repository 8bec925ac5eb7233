"""Months as offices head columns with them, with the year or without, and the year that the table itself says.

::

    headed(names) -> dict[str, Month]     the columns that are a month each
    counted(heading) -> str               what the bracket of a heading says that is counted: 人, persons
    month(text) -> Month | None           a cell or a heading
    of_numbers(values) -> Series | None   a column of dates that has come as the numbers 2.2023, 10.202, as months
    year_of(frame, given) -> int | None   the year of a table: as given, else the only one in its titles or sheet's name
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from gridkit.language.numbers import numeral
from gridkit.sources.tables import calendars, cells, durations, quantities

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS = ("year", "年", "年份", "年度", "统计年度", "所属年度", "ano", "año", "année", "jahr", "год", "anno")
"""Usual names of the column that says of which year the months of a row are."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d|\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d)")
"""A year that is no part of a day: the day on which a form was filled in is not what it is of."""
_NUMBERED = re.compile(r"(0?[1-9]|1[0-2])\s*月份?")
_HAN = {numeral(at, "zh"): at for at in range(1, 13)}
_HAN_MONTH = re.compile(r"(十[一二]|[一二三四五六七八九十])月份?")
_FIRST = re.compile(r"((?:19|20)\d{2})\s*[年/.-]\s*(0?[1-9]|1[0-2])\s*月?份?")
_LAST = re.compile(r"(0?[1-9]|1[0-2])\s*[/.-]\s*((?:19|20)\d{2})")
_NAMED = re.compile(r"([^\W\d_]{3,12})\.?(?:[\s/.-]*(?:de\s+)?((?:19|20)\d{2}|\d{2}))?")
_BEFORE = re.compile(r"((?:19|20)\d{2})\s*年?度?\s*(?:[(（][^()（）]*[)）])?[\s/.-]+(\S.*)")
_BRACKET = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]\s*$")


class Month(NamedTuple):
    """A month; its year is None where only the month is said."""

    number: int
    year: int | None

    def __repr__(self) -> str:
        """Say it."""
        return f"Month({self.number}, {self.year or 'no year'})"

    def said(self, year: int | None) -> str:
        """Return it as 2025-03, of a year where it says none."""
        return f"{self.year or year}-{self.number:02d}"


def month(text: str) -> Month | None:
    """Return the month that a text is, a unit in brackets behind it left aside.

    Examples
    --------
    >>> month("2025年3月"), month("03/2025"), month("3月(小时)"), month("十二月"), month("Março"), month("янв 2025")
    (Month(3, 2025), Month(3, 2025), Month(3, no year), Month(12, no year), Month(3, no year), Month(1, 2025))
    >>> month("2025年 1月份"), month("2025年(小时) 1月"), month("第3组"), month("13月"), month("3")
    (Month(1, 2025), Month(1, 2025), None, None, None)
    """
    said = _BRACKET.sub("", cells.plain(text)).strip().casefold()
    if found := _FIRST.fullmatch(said):
        return Month(int(found[2]), int(found[1]))
    if found := _LAST.fullmatch(said):
        return Month(int(found[1]), int(found[2]))
    if found := _NUMBERED.fullmatch(said):
        return Month(int(found[1]), None)
    if found := _HAN_MONTH.fullmatch(said):
        return Month(_HAN[found[1]], None)
    found = _NAMED.fullmatch(said)
    number = calendars.month_of(found[1]) if found else None
    if found and number:
        return Month(number, calendars.full_year(int(found[2])) if found[2] else None)
    found = _BEFORE.fullmatch(said)
    rest = month(found[2]) if found else None
    return rest._replace(year=int(found[1])) if found and rest is not None and rest.year is None else None


def of_numbers(values: pd.Series) -> pd.Series | None:
    """Return a column that is to hold dates and holds 02.2023 as the number 2.2023, as 2023-02; None where it is none.

    Decided by the whole column: every number has a year behind the point, all but a few have a month before it, and not
    all are of the year 2000, which 5.2 would be too. No other date is so small a number: the days of Excel up to 12 are
    of January 1900. A month that there is not stays as it was written, for the reader of dates to say which it is.

    Examples
    --------
    >>> of_numbers(pd.Series([2.2023, 10.202])).tolist(), of_numbers(pd.Series([13.2023, 14.2023]))
    (['2023-02', '2020-10'], None)
    >>> of_numbers(pd.Series([2.2023, 13.2023, 3.2023])).tolist()
    ['2023-02', '13.2023', '2023-03']
    """
    if not pd.api.types.is_float_dtype(values) or values.isna().all():
        return None
    numbers = values.dropna().to_numpy(dtype=float)
    months = np.floor(numbers)
    years = (numbers - months) * _FIGURES
    whole = np.rint(years)
    dated = (np.abs(years - whole) < _NEARLY) & (whole >= _CENTURIES[0]) & (whole < _CENTURIES[1])
    able = (months >= 1) & (months <= _HIGHEST)
    if not dated.all() or (~able).sum() * _FEW > len(able) or (whole == _BARE).all():
        return None
    said = pd.Series(None, index=values.index, name=values.name, dtype="object")
    said[values.notna()] = [
        f"{int(year)}-{int(at):02d}" if may else f"{int(at):02d}.{int(year)}"
        for year, at, may in zip(whole, months, able, strict=True)
    ]
    return said


_FIGURES, _HIGHEST, _NEARLY, _CENTURIES, _BARE = 1e4, 12, 1e-4, (1900, 2100), 2000
"""Figures of a year behind the point, months, what a float is off by, the years there are, the one that 5.2 may be."""
_FEW = 3
"""Of so many numbers one may be no month."""


def headed(names: Iterable[object]) -> dict[str, Month]:
    """Return the columns whose headings are a month each, by their names; words that time was counted aside.

    Examples
    --------
    >>> headed(["来源", "1月工时(小时)", "Jan (min)", "Hours Feb 2025", "1月人次"])
    {'1月工时(小时)': Month(1, no year), 'Jan (min)': Month(1, no year), 'Hours Feb 2025': Month(2, 2025)}
    """
    found = {str(name): month(durations.uncounted(_BRACKET.sub("", cells.plain(str(name))))) for name in names}
    return {name: each for name, each in found.items() if each is not None}


def counted(heading: str) -> str:
    """Return what the bracket behind a month says that is counted; nothing where it is no word of counting.

    Examples
    --------
    >>> counted("1月(人次)"), counted("Jan (persons)"), counted("1月(东街)"), counted("1月")
    ('人次', 'persons', '', '')
    """
    found = _BRACKET.search(cells.plain(heading))
    word = found[0].strip(" ()（）[]").casefold() if found else ""
    return word if word in quantities.COUNTERS else ""


def year_of(frame: pd.DataFrame, given: int | None = None) -> int | None:
    """Return the year that a table is of: as given, else the only one in its titles and its sheet's name."""
    if given is not None:
        return given
    said = [*frame.attrs.get("titles", ()), frame.attrs.get("sheet", "")]
    years = {int(each) for text in said for each in _YEAR.findall(str(text))}
    return years.pop() if len(years) == 1 else None
