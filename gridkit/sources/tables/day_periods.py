"""Words for parts of the day, by the Unicode CLDR: 3:15 chiều and 3.15 sore are 15:15, 8:15 pagi is 8:15."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = (
    "vi", "id", "ms", "fil", "th", "lo", "km", "my", "hi", "bn", "ta", "te", "mr", "gu", "ne", "ur", "fa", "ar", "tr",
    "az", "kk", "uz", "el", "hu", "sq", "ru", "uk", "bg", "sr", "es", "pt", "it", "fr", "ca", "de", "nl", "pl", "cs",
    "sk", "ro", "hr", "sl", "lt", "lv", "et", "fi", "sv", "da", "nb",
)  # fmt: skip
"""Languages whose parts of the day are known. Swahili and Amharic count their hours from sunrise: not among them."""

_SMALL = frozenset({"am", "pm", "a m", "p m", "de", "du", "m", "a", "n", "dia", "mi", "md"})
"""Words that the reader of dates has a rule for, or that mean something else in another language."""
_NOON, _DAY_H, _LATEST_NIGHT = 12, 24, 5
_AROUND_NOON = (11.0, 14.0)
_HOUR_S = 3600
_APART = r"[.\s\u200b\u200c\u202f\xa0]"
_MARKED = r"[\u0900-\u0dff\u0e30-\u0e4e]"
"""Letters and the marks on them of India and Siam, which Python takes for no part of a word."""
_CLOCK = r"(?<![\d/:.\-])(?P<hour{0}>\d{{1,2}})(?P<rest{0}>(?:[:.]\d{{2}}){{0,2}})(?![\d/:\-])"


def with_hours(text: str) -> str:
    """Return a text in lower case whose one word for a part of the day went into its clock; else as it was.

    The word settles which half of the day is meant. Where neither half fits it, or both do, the text stays as it is:
    an hour after midnight of a night may be this day's or the next one's, and is not guessed.

    Examples
    --------
    >>> with_hours("5/3/2024 3:15 chiều"), with_hours("13-03-2024 malam 8.30")
    ('5/3/2024 15:15', '13-03-2024 20:30')
    """
    if not _first_words().intersection(_first(part) for part in text.split()):
        return text
    found = [each for pattern in _patterns() for each in [pattern.search(text)] if each]
    if len(found) != 1 or len(_word().findall(text)) != 1:
        return text
    (match,) = found
    said = match.groupdict()
    at = "1" if "hour1" in said else "2"
    hour = _hour(int(said[f"hour{at}"]), _bare(said[f"word{at}"]))
    if hour is None:
        return text
    rest = said[f"rest{at}"].replace(".", ":") or ":00"
    return f"{text[: match.start()]}{hour:02d}{rest}{text[match.end() :]}"


def _hour(hour: int, word: str) -> int | None:
    """Return the hour of the day that a clock shows with a word beside it; None where the two leave it open."""
    if hour > _DAY_H - 1:
        return None
    spans = _meanings()[word]
    turns = {hour} if hour > _NOON else {hour % _NOON, hour % _NOON + _NOON}
    fitting = {each for each in turns for span in spans if _within(each, span)}
    if len(fitting) != 1:
        # 1:15 sáng: no morning is in the afternoon. 7:00 chiều: an hour beside what the word usually means.
        fitting = {
            each for each in turns for start, end in spans if _within(each, (start - 4 * (end <= _NOON), end + 1))
        }
    (one,) = fitting if len(fitting) == 1 else (None,)
    night = any(start > end or start >= _DAY_H - 6 for start, end in spans)
    return None if one is not None and night and one < _LATEST_NIGHT else one


def _within(hour: int, span: tuple[float, float]) -> bool:
    start, end = span
    return start <= hour < end if start < end else hour >= start or hour < end


def _bare(word: str) -> str:
    return " ".join(re.split(f"{_APART}+", word.casefold())).strip()


def _first(word: str) -> str:
    return re.sub(r"^[\d:.,/\-]+|[.,]+$", "", word).split("\u200c")[0].split(".")[0]


@cache
def _meanings() -> dict[str, list[tuple[float, float]]]:
    """Return from and before which hours each word may stand, in any language that has it."""
    found: dict[str, list[tuple[float, float]]] = {}
    for language in LANGUAGES:
        for word, span in _of_language(language):
            bare = _bare(word)
            if bare and bare not in _SMALL and span not in found.setdefault(bare, []):
                found[bare].append(span)
    return found


def _of_language(language: str) -> Iterator[tuple[str, tuple[float, float]]]:
    from babel import Locale  # only where a column has words in it

    locale: Any = Locale(language)
    rules = locale.day_period_rules.get(None, {})
    for widths in locale.day_periods.values():
        for words in widths.values():
            for period, word in words.items():
                if period in ("am", "pm"):
                    yield word, (0.0, 12.0) if period == "am" else (12.0, 24.0)
                elif period == "noon":
                    yield word, _AROUND_NOON
                elif period != "midnight":
                    for rule in rules.get(period, ()):
                        if "from" in rule:
                            yield word, (rule["from"] / _HOUR_S, rule["before"] / _HOUR_S)


@cache
def _first_words() -> frozenset[str]:
    return frozenset(word.split()[0] for word in _meanings())


@cache
def _word() -> re.Pattern[str]:
    return re.compile(_alternatives())


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return a clock before its word, and after it."""
    word = _alternatives()
    return (
        re.compile(_CLOCK.format(1) + rf"\s*(?P<word1>{word})"),
        re.compile(rf"(?P<word2>{word})\s*" + _CLOCK.format(2)),
    )


def _alternatives() -> str:
    """Return a pattern of every word, the longest first, between what are no letters."""
    said = sorted(_meanings(), key=len, reverse=True)
    parts = "|".join(f"{_APART}*".join(map(re.escape, word.split())) for word in said)
    return rf"(?<![^\W\d_])(?<!{_MARKED})(?:{parts})\.?(?![^\W\d_]|{_MARKED})"
