"""Who started something: residents, their organisations or the administration, by the words of a cell.

The longest word in a cell decides (居民委员会 is no 居民); words of two sides that do not lie in one another mean that
several started it; a cell with no word of any list is unknown, and nobody guesses.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

SIDES = ("residents", "organisations", "administration")
SEVERAL, UNKNOWN = "several", "unknown"
WHO = (*SIDES, SEVERAL, UNKNOWN)
"""All that an initiator may be counted as; together they are all activities."""


def sides(values: pd.Series[Any], words: Mapping[str, Sequence[str]]) -> pd.Series[Any]:
    """Return which of :data:`WHO` started each row.

    Parameters
    ----------
    values
        Cells that say who started it.
    words
        The words of each side of :data:`SIDES`.

    Examples
    --------
    >>> import pandas as pd
    >>> words = {"residents": ["居民"], "organisations": ["志愿"], "administration": ["居民委员会", "街道"]}
    >>> cells = pd.Series(["居民自发", "西社区居民委员会", "居民、街道", "", "Ms. X"])
    >>> sides(cells, words).tolist()
    ['residents', 'administration', 'several', 'unknown', 'unknown']
    """
    known = {_plain(word): side for side, every in words.items() for word in every}
    longest = sorted(known, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(_bounded(word) for word in longest)) if longest else re.compile(r"(?!)")
    texts = values.astype("object").where(values.notna(), "").map(lambda cell: _plain(str(cell)))
    meant = {text: _side(text, pattern, known) for text in texts.unique()}
    return texts.map(meant)


def _side(text: str, pattern: re.Pattern[str], known: Mapping[str, str]) -> str:
    found = {known[word] for word in pattern.findall(text)}
    if not found:
        return UNKNOWN
    return next(iter(found)) if len(found) == 1 else SEVERAL


def _bounded(word: str) -> str:
    """Return a pattern for a word: whole where it is of an alphabet, anywhere where it is of Chinese letters."""
    escaped = re.escape(word)
    return rf"\b{escaped}\b" if word.isascii() else escaped


def _plain(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_-]+", " ", said).strip()
