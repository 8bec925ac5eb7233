"""What numbers are multiplied by: words behind them, in the header (人口（万人）), above the table (单位：万人)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gridkit.sources.tables import cells

if TYPE_CHECKING:
    from collections.abc import Iterable

SCALES = {
    "十": 10, "百": 100, "千": 1e3, "万": 1e4, "萬": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8,
    "만": 1e4, "억": 1e8, "k": 1e3, "thousand": 1e3, "tsd": 1e3, "tys": 1e3, "тыс": 1e3, "mil": 1e3, "lakh": 1e5,
    "lakhs": 1e5, "crore": 1e7, "crores": 1e7, "million": 1e6, "millions": 1e6, "mio": 1e6, "mln": 1e6, "млн": 1e6,
}  # fmt: skip
"""Words behind a number that multiply it."""

_OTHER_SCALES = {"lakh": 1e5, "crore": 1e7, "thousands": 1e3, "tausend": 1e3, "million": 1e6}
_WORD_SCALE = r"thousands?|tausend|tsd|tys|тыс|milliers|milhares|miles|mil|lakhs?|crores?|millions?|mio|mln|млн"
_HANZI_SCALE = "十万|百万|千万|万|萬|千|亿|億"
_SCALED = re.compile(
    rf"(?P<hanzi>{_HANZI_SCALE})\s*(?:人口|人|户|戶|口|명)?\s*[)\]）]?$"
    rf"|(?:^|[\W_])(?:in |en |em |в )?(?P<word>{_WORD_SCALE})(?:$|[\W_])"
    r"|(?:^|[\W_])(?:in |en |em |x ?|× ?)?(?P<figures>['’]000s?|1[,. ’']?000s?)\s*"
    r"(?:$|[)\]）]|persons|people|pers|inh)",
    re.IGNORECASE,
)
_RATE = re.compile(r"每|\bper\b|\bpro\b|\bpor\b|(?<=[人户张])/|‰")
_NOTE = re.compile(
    r"[(\[（](?:单位[:：])?(?:人|户|戶|个|個|张|persons?|people|households|km|m|%|岁)[)\]）]", re.IGNORECASE
)
_UNIT_LINE = re.compile(
    r"(?:单位|單位|計量單位|计量单位|unit|units|einheit|unidade|unidad|единица)\s*[:：]\s*(.+)", re.IGNORECASE
)


def of(name: str) -> float:
    """Return what the header of a column multiplies its counts by.

    Examples
    --------
    >>> of("人口（万人）"), of("Population (thousands)"), of("每万人床位数"), of("人口")
    (10000.0, 1000.0, 1.0, 1.0)
    """
    said = cells.plain(name).casefold()
    found = _SCALED.search(said)
    if found is None or _RATE.search(said):
        return 1.0
    if found["figures"]:
        return 1e3
    word = found["hanzi"] or found["word"]
    return float(SCALES.get(word, _OTHER_SCALES.get(word, 1e3)))


def of_titles(titles: Iterable[str]) -> float:
    """Return what the lines above a table multiply its counts by: 单位：万人; 1 where they say nothing or several."""
    lines = [found[1] for text in titles if (found := _UNIT_LINE.search(cells.plain(text)))]
    said = {of(part) for line in lines for part in re.split(r"[、,，;；/和]", line.strip(" )）]")) if part.strip()}
    return said.pop() if len(said) == 1 else 1.0


def noted(name: str) -> bool:
    """Return whether a header says in what its numbers are, so that what stands above the table is not about it."""
    return of(name) != 1 or bool(_NOTE.search(cells.plain(name)) or _RATE.search(cells.plain(name)))
