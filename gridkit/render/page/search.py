"""What a reader may type to find a Chinese name without a Chinese keyboard: pinyin, made when the page is written."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def pinyin(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the syllables of every Chinese character in the names, and of the names that read otherwise.

    Most names are read character by character, so that a few hundred characters do for thousands of names; a name in
    which a character is read otherwise than alone (重庆路: chong, not zhong) stands for itself.

    Examples
    --------
    >>> pinyin(["人民路", "Main Street"])
    {'人': ['ren'], '民': ['min'], '路': ['lu']}
    >>> pinyin(["重庆"])["重庆"]
    ['chong', 'qing']
    """
    chinese = [name for name in dict.fromkeys(names) if _CHINESE.search(name)]
    alone = {character: _read(character) for name in chinese for character in _CHINESE.findall(name)}
    found = {character: list(syllables) for character, syllables in alone.items()}
    for name in chinese:
        syllables = [each for each in _read(name) if each.isascii() and each.isalpha()]
        if syllables != [alone[character][0] for character in _CHINESE.findall(name)]:
            found[name] = syllables
    return found


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin  # a dictionary of megabytes that most commands never need

    syllables: list[str] = lazy_pinyin(text, style=Style.NORMAL)
    return tuple(each.lower() for each in syllables)


def names(head: dict[str, Any]) -> list[str]:
    """Return every name of a page's head that can be searched for."""
    found = [text[1] for text in head["names"]["texts"]]
    for plan in head["plans"]:
        called = (*plan["called"], *plan["parents"])
        found += [name for each in called for name in ([each] if isinstance(each, str) else each) if name]
    found += [street for street, _ in head.get("houses", {}).get("streets", ())]
    for layer in head["points"]:
        labels = [each if isinstance(each, list) else [each] for each in layer.get("labels", ())]
        found += [name for each in labels for name in each if isinstance(name, str)]
    return found
