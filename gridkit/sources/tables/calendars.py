"""Words of calendars and clocks: months and week days in many languages, 年月日, 上午 and 下午, eras."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridkit.sources.tables import cells, day_periods

if TYPE_CHECKING:
    from numpy.typing import NDArray

LANGUAGES = (
    "en", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sv", "da", "nb", "fi", "hu", "ro", "tr", "ru", "uk", "el",
    "id", "vi", "lt", "lv", "et", "sl", "hr", "bg", "ca", "ms", "ar", "he", "sk", "sr",
)  # fmt: skip
"""Languages whose names of months and week days are known, by the Unicode CLDR; the first to use a name owns it."""

MARKED = ("th", "hi", "mr", "ne", "bn", "ta", "te", "gu", "km", "lo", "my")
"""Languages whose letters bear marks, which end no word: names of months are looked for as they are spelled."""

_ERAS = {"民国": 1911, "民國": 1911, "令和": 2018, "平成": 1988, "昭和": 1925}
_LETTERS = {"r": 2018, "h": 1988, "s": 1925}
_ERA_LETTER = r"^([rhs])(\d{1,2})[./-](\d{1,2})[./-]"
_WRAPPED = ((r"^/date\((-?\d+)(?:[+-]\d{4})?\)/$", r"\1"), (r"((?:gmt|utc)[+-]\d{2}:?\d{2})\s*\(.*\)$", r"\1"))
"""What programs wrap times in: /Date(1709602200000)/, GMT+0800 (China Standard Time)."""
_BETWEEN = (
    "de del a at um den the of on le à às las los el г года год в om kl och feira tues thur thurs weds uhr "
    "klo uur um ora ore cst est edt cdt mst mdt pst pdt jst kst hkt sgt cet cest bst ist msk "
    "pukul jam wib wita wit lúc ngày năm phút น في الساعة saat"
)
_WORD = re.compile(r"[^\W\d_]+\.?")
_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th|er|º|ª)\b")
_SEPARATED = r"[\s,./-]*"
_NAMED = (
    re.compile(rf"(?P<year>\d{{4}}){_SEPARATED}@{_SEPARATED}(?P<day>\d{{1,2}})(?P<clock>(?:\D.*)?)(?P<rest>)"),
    re.compile(rf"(?P<day>\d{{1,2}}){_SEPARATED}@{_SEPARATED}(?P<year>\d{{4}}|\d{{2}})(?P<clock>(?:\D.*)?)(?P<rest>)"),
    re.compile(
        rf"@{_SEPARATED}(?P<day>\d{{1,2}})(?P<clock>\s+\d{{1,2}}:[\d:.]+(?:\s*[ap]m)?)(?P<rest>.*?)\s+(?P<year>\d{{4}})"
    ),
    re.compile(rf"@{_SEPARATED}(?P<day>\d{{1,2}})[\s,./-]+(?P<year>\d{{4}}|\d{{2}})(?P<clock>(?:\D.*)?)(?P<rest>)"),
)
_MONTH_OF = re.compile(rf"@{_SEPARATED}(?P<after>(?:19|20)\d{{2}})|(?P<before>(?:19|20)\d{{2}}){_SEPARATED}@")
"""A named month and its year, no day."""
_EARLY = "上午|凌晨|早上|清晨|早晨|早间|早|午前|오전"
_LATE = "下午|晚上|晚间|夜晚|晚|傍晚|中午|夜间|夜里|深夜|半夜|午夜|午後|午后|오후"
_SWAPS = (
    (r"(\d)\s*[年년]\s*", r"\1-"),
    (r"(\d)\s*[月월]\s*", r"\1-"),
    (r"(\d)\s*[日号號일]\s*", r"\1 "),
    (
        r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]|[月火水木金土日월화수목금토일][曜요][日일]|\([月火水木金土日월화수목금토일]\)",
        " ",
    ),
    (r"(\d)\s*[时時点點시]\s*半", r"\1:30"),
    (r"(\d)\s*[时時点點시]\s*一刻", r"\1:15"),
    (r"(\d)\s*[时時点點시]\s*三刻", r"\1:45"),
    (r"(\d)\s*[时時点點시]整?\s*", r"\1:"),
    (r"(\d)\s*[分분]\s*", r"\1:"),
    (r"(\d)\s*[秒초]", r"\1"),
    (r"、", "-"),
    (r"中午\s*(1[01])\b", r" am \1"),
    (r"(?:夜间|夜里|深夜|半夜|午夜)\s*0?([0-5])\b", r" am \1"),
    # The midnight before or after, the small hours of this day or the next: not guessed.
    (r"(?:晚上|晚间|夜晚|晚|夜间|夜里|深夜|半夜|午夜)\s*12\b|(?:晚上|晚间|夜晚|晚)\s*0?[0-4]\b", "?"),
    (f"({_EARLY})", " am "),
    (f"({_LATE})", " pm "),
)
_CLOCKS = (
    (r"\bnoon\b", "pm"),
    (r"\b(\d{1,2})\s*(?:h|uhr|ч)\b\.?\s*(\d{2})?", r"\1:\2"),
    (r"\b(\d{1,2})h(\d{2})(?:m(?:in)?)?\b", r"\1:\2"),
    (r"\b(?:tháng|thg)\s*(\d{1,2})[\s,]*(?:năm\s*)?(\d{4})\b", r"-\1-\2 "),
    (r"(\d)\s+-(\d{1,2}-\d{4}) ", r"\1-\2 "),
    (r"\bde\.\s*(\d{1,2}:\d{2})", r"am \1"),  # délelőtt, délután
    (r"\bdu\.\s*(\d{1,2}:\d{2})", r"pm \1"),
    (r"\b(\d{1,2})\s*giờ\s*(\d{2})\b", r"\1:\2"),
    (r"\b(\d{1,2})\s*giờ", r"\1:00"),
    (r"(\d)\s*a\.\s?m\.?", r"\1 am"),
    (r"(\d)\s*p\.\s?m\.?", r"\1 pm"),
    (r"\s(?:hrs?|h|uhr|ч)\.?$", ""),
)
_PLAIN = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
"""Texts that are figures and marks already."""
_DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_SHAPES = (
    (r"[()\[\]@]", " "),
    (r"[,\s]+", " "),
    (r" ([-/:]) ", r"\1"),
    (r"^\s*(\d{7,})\.0+$", r"\1"),
    (r"^(1\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$", r"\1-\2-\3"),
    (r"^((?:19|20)\d{2})(\d{2})(\d{2})[t ]+(\d{2})(\d{2})(\d{2})?(z|[+-]\d{2}:?\d{2})?$", r"\1-\2-\3 \4:\5:\6\7"),
    (r"^((?:19|20)\d{2})(\d{2})(\d{2})[t ]+", r"\1-\2-\3 "),
    (r":(z|[+-])", r"\1"),
    (rf"^(\d{{1,2}}:[\d:.]+(?: ?[ap]m)?) ({_DAY})$", r"\2 \1"),
    (rf"^({_DAY}) (\d{{1,2}})\.(\d{{2}})(?:\.(\d{{2}})(?:\.\d+)?)?( ?[ap]m)?$", r"\1 \2:\3:\4\5"),
    (rf"^({_DAY}) (\d{{2}})(\d{{2}})$", r"\1 \2:\3"),
    (r"(:\d{2}):\d{3}( ?[ap]m)?$", r"\1\2"),
    (r":+$", ":"),
)


def plainly(texts: pa.StringArray) -> pa.StringArray:
    """Return texts of times with every word in them turned into figures and marks: ``2024-3-5 15:30``, ``8:15 pm``."""
    said = pc.utf8_lower(texts)
    # Most columns are plain already; the rest of this is a dozen passes over the text.
    if cells.matching(said, _PLAIN).all():
        return said
    said = pc.replace_substring_regex(said, r"[−–‐‑]", "-")
    for pattern, by in _WRAPPED:
        said = pc.replace_substring_regex(said, pattern, by)
    if not pc.all(pc.string_is_ascii(said)).as_py():
        said = _from_hanzi(said)
    if cells.matching(said, _ERA_LETTER).any():
        said = pa.array([_lettered(text) for text in said.to_pylist()], type=pa.string())
    worded = cells.matching(pc.replace_substring_regex(said, r"(\d)t(\d)|\s?[ap]m\b|z$|utc|gmt", ""), r"\pL")
    if worded.any():
        said = _from_words(said, worded)
    for pattern, by in _SHAPES:
        said = pc.replace_substring_regex(said, pattern, by)
    return pc.utf8_trim(said, characters=" -.,")


def full_year(year: int) -> int:
    """Return a year of two figures in its century: up to next year this one, else the last."""
    turn = datetime.now(UTC).year % 100 + 1
    return year if year >= 100 else year + (2000 if year <= turn else 1900)  # noqa: PLR2004 - a century


def _from_hanzi(said: pa.StringArray) -> pa.StringArray:
    for era, zero in _ERAS.items():
        if cells.matching(said, era).any():
            said = pa.array([_reckoned(text, era, zero) for text in said.to_pylist()], type=pa.string())
    short = cells.matching(said, r"^\d{2}\s*[年년]")
    if short.any():  # years of the Republic, where others of the column have three figures
        republic = cells.matching(said, r"^1\d{2}\s*[年년]").any()
        texts = said.to_pylist()
        for at in np.flatnonzero(short):
            year = int(texts[at][:2])
            texts[at] = str(year + 1911 if republic else full_year(year)) + texts[at][2:]
        said = pa.array(texts, type=pa.string())
    for pattern, by in _SWAPS:
        said = pc.replace_substring_regex(said, pattern, by)
    return said


def _reckoned(text: str, era: str, zero: int) -> str:
    return re.sub(
        rf"{era}\s*(\d{{1,3}}|元)(?=\D)", lambda found: str(zero + (1 if found[1] == "元" else int(found[1]))), text
    )


def _lettered(text: str) -> str:
    """Return a year of an era by its letter as a common one: r6.3.5 is 2024-3-5."""
    found = re.match(_ERA_LETTER, text)
    return f"{_LETTERS[found[1]] + int(found[2])}-{found[3]}-{text[found.end() :]}" if found else text


def _from_words(said: pa.StringArray, worded: NDArray[np.bool_]) -> pa.StringArray:
    for pattern, by in _CLOCKS:
        said = pc.replace_substring_regex(said, pattern, by)
    texts = said.to_pylist()
    for at in np.flatnonzero(worded):
        texts[at] = _figures(texts[at])
    return pa.array(texts, type=pa.string())


@cache
def _spelled() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return names of months in scripts whose letters bear marks, and what English calls each."""
    from babel import Locale

    english = Locale("en").months["format"]["wide"]
    names = {
        name.casefold(): english[month].casefold()
        for language in MARKED
        for form in Locale(language).months.values()
        for width in ("wide", "abbreviated")
        for month, name in form.get(width, {}).items()
        if len(name) > 1 and not name[0].isdigit()
    }
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True)))), names


def _figures(text: str) -> str:
    """Return a text with its words gone: week days and small words left out, a named month put into year-month-day."""
    months, small = _months(), _small()
    text = day_periods.with_hours(text)
    if not text.isascii():
        pattern, names = _spelled()
        text = pattern.sub(lambda found: f" {names[found[0]]} ", text)
    text = _ORDINAL.sub(r"\1", text)
    kept = _WORD.sub(lambda found: " " if found[0].strip(".") in small else found[0], text)
    named = [found for found in _WORD.finditer(kept) if found[0].strip(".") in months]
    # Two months in one cell are a span of time or no date; which one is meant is not guessed.
    if len(named) != 1:
        return " ".join(kept.split())
    month = months[named[0][0].strip(".")]
    marked = f"{kept[: named[0].start()]} @ {kept[named[0].end() :]}".strip(" ,.-")
    if found := _MONTH_OF.fullmatch(marked):
        return f"{found['after'] or found['before']}-{month}"
    for pattern in _NAMED:
        if found := pattern.fullmatch(marked):
            rest = " ".join(
                part for part in (found["clock"].lstrip(" :,.-/t").rstrip(" :,.-/"), found["rest"].strip()) if part
            )
            return f"{full_year(int(found['year']))}-{month}-{found['day']} {rest}".strip()
    return kept


def month_of(word: str) -> int | None:
    """Return the month that a word names, long or short, in any of the languages; None where it names none.

    Three letters and more that names of one month alone begin with are short for it too.

    Examples
    --------
    >>> month_of("março"), month_of("Фев"), month_of("sept"), month_of("hours")
    (3, 2, 9, None)
    """
    said, names = word.casefold().strip("."), _months()
    if said in names:
        return names[said]
    short = {month for name, month in names.items() if name.startswith(said)} if len(said) > 2 else set()  # noqa: PLR2004
    return short.pop() if len(short) == 1 else None


@cache
def _months() -> dict[str, int]:
    """Return the month of every name, long and short, in lower case without its point."""
    from babel import Locale  # only where a column has words in it

    # Common in English offices, and not among the CLDR's abbreviations.
    names: dict[str, int] = {"sept": 9}
    for language in LANGUAGES:
        for form in Locale(language).months.values():
            for width in ("wide", "abbreviated"):
                for month, name in form.get(width, {}).items():
                    for word in _words(name):
                        if len(word) > 2:  # noqa: PLR2004 - no letter alone
                            # The first language keeps a name: listopad is November in Polish and October in Croatian.
                            names.setdefault(word, month)
    return names


@cache
def _small() -> frozenset[str]:
    """Return the names of week days, and the small words between the parts of a date."""
    from babel import Locale

    names = set(_BETWEEN.split())
    for language in LANGUAGES:
        for form in Locale(language).days.values():
            for width in ("wide", "abbreviated", "short"):
                names |= {word for name in form.get(width, {}).values() for word in _words(name)}
    # A word that also names a month is one; these four mean something to the clock.
    return frozenset(names - set(_months()) - {"am", "pm", "t", "z"})


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())
