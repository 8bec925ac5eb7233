"""The catalogue: what every message is in each language, one gettext ``.po`` file per language.

::

    languages() -> ("en", "zh")        all there are words in; English is that of the messages
    catalogue("zh") -> Catalogue       .said(message), .counted(one, many, n), both in a context where one is given

The ``.po`` files are read as they are, on first use: there is nothing to compile when gridkit is built, installed or
edited, and no file that a merge cannot read. A folder named by ``GRIDKIT_LOCALE`` is looked into before ours, so that
a language can be added, or a word changed, without touching the package.
"""

from __future__ import annotations

import ast
import io
import os
import re
import struct
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "en"
"""The language of the messages in code."""
DOMAIN = "gridkit"
_OURS = Path(__file__).with_name("locale")
_CONTEXT, _PLURAL = "\x04", "\x00"
_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+)?"(.*)"\s*$')


class Catalogue:
    """One language: its code, its name in itself, its tag for HTML, and what messages are in it."""

    def __init__(self, code: str, translations: NullTranslations) -> None:
        self.code = code
        self.translations = translations
        self.tag = translations.info().get("language", code).replace("_", "-")
        self.name = translations.pgettext("language", "English")

    def said(self, message: str, context: str = "") -> str:
        """Return a message in this language, itself where it is not there."""
        if not message:
            return ""  # the empty message is the header of a catalogue
        return self.translations.pgettext(context, message) if context else self.translations.gettext(message)

    def counted(self, one: str, many: str, count: int, context: str = "") -> str:
        """Return the form of a message that goes with a number."""
        if context:
            return self.translations.npgettext(context, one, many, count)
        return self.translations.ngettext(one, many, count)


def languages() -> tuple[str, ...]:
    """Return the codes of all languages there are words in: English first, then by name.

    Examples
    --------
    >>> languages()[:2]
    ('en', 'zh')
    """
    return _languages(_folders())


def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language; that of English, which changes nothing, where there is none.

    Examples
    --------
    >>> catalogue("zh").said("warning")
    '警告'
    >>> catalogue("xx").said("warning")
    'warning'
    """
    return _catalogue(language, _folders())


def spoken(wanted: str) -> str:
    """Return the language there are words in that a locale's name asks for, English where there is none.

    Examples
    --------
    >>> spoken("zh_CN.UTF-8"), spoken("Chinese (Simplified)_China.936"), spoken("C")
    ('zh', 'zh', 'en')
    """
    there = {code.lower(): code for code in languages()}
    name = re.split(r"[.@]", wanted.lower().replace("-", "_"))[0]
    first = "zh" if name.startswith("chinese") else name.split("_")[0]
    return there.get(name) or there.get(first) or SOURCE


def _folders() -> tuple[Path, ...]:
    extra = os.environ.get("GRIDKIT_LOCALE", "")
    return (*((Path(extra),) if extra else ()), _OURS)


@lru_cache(maxsize=16)
def _languages(folders: tuple[Path, ...]) -> tuple[str, ...]:
    found = {path.parts[-3] for folder in folders for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (SOURCE, *sorted(found - {SOURCE}))


@lru_cache(maxsize=16)
def _catalogue(language: str, folders: tuple[Path, ...]) -> Catalogue:
    found: NullTranslations | None = None
    for folder in reversed(folders):
        path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        if path.exists():
            read = GNUTranslations(io.BytesIO(_compiled(path.read_text(encoding="utf-8"))))
            if found is not None:
                read.add_fallback(found)
            found = read
    return Catalogue(language if found else SOURCE, found or NullTranslations())


# ------------------------------------------------------------------ .po files
def entries(text: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield the entries of a ``.po`` file: context, message, its plural, and its forms in the language.

    Entries marked fuzzy are guesses, and are left out.
    """
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n")):
        parts: dict[str, str] = {}
        key = ""
        fuzzy = False
        for line in block.split("\n"):
            if line.startswith("#"):
                fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
                continue
            found = _LINE.match(line)
            if found is None:
                continue
            if found[1]:
                key = f"{found[1]}{found[2] or ''}"
                parts[key] = ""
            parts[key] += found[3] if "\\" not in found[3] else ast.literal_eval(f'"{found[3]}"')
        if "msgid" in parts and not fuzzy:
            forms = [parts[name] for name in sorted(parts) if name.startswith("msgstr")]
            yield parts.get("msgctxt", ""), parts["msgid"], parts.get("msgid_plural", ""), forms


def _compiled(text: str) -> bytes:
    """Return a ``.po`` file in the form that the standard library's gettext reads."""
    messages = {}
    for context, message, plural, forms in entries(text):
        if all(forms):  # one that is not translated yet says its English
            key = (context + _CONTEXT if context else "") + message + (_PLURAL + plural if plural else "")
            messages[key.encode()] = _PLURAL.join(forms).encode()
    ordered = sorted(messages.items())
    start = 28 + 16 * len(ordered)
    keys, values = (b"".join(part + b"\0" for part in column) for column in zip(*ordered, strict=True))
    table: list[int] = []
    for column, at in ((0, start), (1, start + len(keys))):
        place = at
        for pair in ordered:
            table += [len(pair[column]), place]
            place += len(pair[column]) + 1
    count = len(ordered)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    return head + struct.pack(f"<{len(table)}I", *table) + keys + values
