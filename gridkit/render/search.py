"""What a reader may type to find a place: initials of Chinese names, made when the page is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def initials(names: Iterable[str]) -> dict[str, str]:
    """Return pinyin for each name that holds Chinese: its initials, a space, and all of it.

    Examples
    --------
    >>> initials(["人民路", "Main Street"])
    {'人民路': 'rml renminlu'}
    """
    return {name: _pinyin(name) for name in dict.fromkeys(names) if _CHINESE.search(name)}


@lru_cache(maxsize=65_536)
def _pinyin(name: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - a dictionary of megabytes that most commands never need

    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return "".join(each[0] for each in syllables if each).lower() + " " + "".join(syllables).lower()


def names(head: dict[str, Any]) -> list[str]:
    """Return every name of a page's head that can be searched for."""
    found = [pair[0] for table in head["base"].values() for pair in table.get("names", ())]
    for plan in head["plans"]:
        found += [name for name in plan["names"] or () if name]
        found += [pair[1] for pair in plan["parents"]]
    for layer in head["points"]:
        found += [name for name in layer.get("labels", ()) if name]
    return found
