"""Which code pages make words of bytes: of one script each, written as words are.

Any bytes can be read in a dozen code pages. In the wrong one words mix Latin and Cyrillic letters, have signs inside,
begin with a mark, are small before they are large (KOI8-R in Windows-1251), or of accented letters alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise

PAGES = {
    "CYRILLIC": ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    "GREEK": ("cp1253", "iso8859_7"),
    "HEBREW": ("cp1255",),
    "ARABIC": ("cp1256", "iso8859_6"),
    "THAI": ("cp874",),
    "LATIN": ("cp1252", "cp1250", "cp1254", "cp1258", "cp1257", "iso8859_2", "cp850", "mac_roman"),
}
"""Code pages of each script, the usual one first."""
_WORD = re.compile(r"[^\s,;|\t\"'()\[\]{}/\\.:!?<>=&+*#%@_\x00-\x20-]+")
_BEFORE, _BEHIND = "«„“”‘’‹¿¡№§0123456789", "»“”‘’›…°²³¹ªº№0123456789"
"""Signs that words bear without a space."""
_SIGNS = frozenset("№°²³¹ªº§€£¥±½¼¾–—…•·×©®™")
"""Signs that stand alone."""
_RARE_GREEK = frozenset("ΰΐ")
_PLAIN = 0.3
"""At least so much of the words of Latin letters with accents is without any."""
_SURE = 0.9
"""So many of the words have to be words."""


FEWEST = 4
"""From so many different words on they tell."""


def plausible(data: bytes) -> list[str]:
    """Return the code pages in which the words of some bytes are words, of each reading the usual page alone.

    Examples
    --------
    >>> plausible("Заречный,Ёлкино".encode("koi8_r")), plausible("Заречный,Ёлкино".encode("cp1251"))
    (['koi8_r'], ['cp1251'])
    >>> plausible("小区,户数".encode("gbk"))
    []
    """
    found: dict[str, str] = {}
    for script, pages in PAGES.items():
        for page in pages:
            try:
                text = data.decode(page)
            except UnicodeDecodeError:
                continue
            words = [word for word in _WORD.findall(text) if not word.isascii()]
            if words and sum(_is_word(word, script) for word in words) >= _SURE * len(words):
                found.setdefault(text, page)
    plain = [text for text, page in found.items() if page in PAGES["LATIN"] and not _is_plain(text)]
    return [page for text, page in found.items() if text not in plain]


def hangul(data: bytes) -> int:
    """Return how many different syllables of Korean bytes hold (KS X 1001); 0 where they hold anything else."""
    try:
        letters = {each for each in data.decode("euc_kr") if each.isalpha() and not each.isascii()}
    except UnicodeDecodeError:
        return 0
    return len(letters) if all(_script(each) == "HANGUL" for each in letters) else 0


def words(data: bytes) -> int:
    """Return how many different words of bytes have letters other than English's."""
    return len({word for word in _WORD.findall(data.decode("latin-1")) if not word.isascii()})


@cache
def _script(letter: str) -> str:
    """Return the script of a letter or mark, by its name: CYRILLIC, LATIN; nothing for what is neither."""
    if unicodedata.category(letter)[0] not in "LM":
        return ""
    return unicodedata.name(letter, "").split(" ", 1)[0]


def _is_word(word: str, script: str) -> bool:
    inside = word.lstrip(_BEFORE).rstrip(_BEHIND)
    if not set(inside) - _SIGNS:
        return True
    if unicodedata.category(inside[0])[0] == "M" or {_script(each) for each in inside} - {script, "COMBINING"}:
        return False
    if script == "GREEK" and ("ς" in inside[:-1] or _RARE_GREEK & set(inside)):  # what is т and а in Windows-1251
        return False
    return not any(one.islower() and other.isupper() for one, other in pairwise(inside))


def _is_plain(text: str) -> bool:
    """Return whether words with accents have letters without: Çàðå÷íûé is none of any language."""
    words = "".join(word for word in _WORD.findall(text) if not word.isascii())
    letters = [each for each in words if each.isalpha()]
    return sum(each.isascii() for each in letters) >= _PLAIN * len(letters)
