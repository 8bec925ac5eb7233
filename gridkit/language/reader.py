"""Which language a reader is spoken to in, where he does not say."""

from __future__ import annotations

import locale
import os

from gridkit.language.catalogue import spoken

_NAMES = ("GRIDKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def environment_language() -> str:
    """Return the language of GRIDKIT_LANG, LC_ALL, LC_MESSAGES, LANG or the system; English for one unknown."""
    found = next((os.environ[name] for name in _NAMES if os.environ.get(name)), None) or (locale.getlocale()[0] or "")
    return spoken(found)


def language(asked: str | None, own: str = "") -> str:
    """Return the language asked for, else that of the plan itself, else that of the environment.

    Examples
    --------
    >>> language("zh", "en"), language(None, "en")
    ('zh', 'en')
    """
    return asked or own or environment_language()
