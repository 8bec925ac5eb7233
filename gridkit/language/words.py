"""Text that a person reads, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Words:
    """One text in every language gridkit speaks.

    Examples
    --------
    >>> Words(en="grid", zh="网格").said("zh")
    '网格'
    """

    en: str
    zh: str

    def said(self, lang: str) -> str:
        """Return the text in ``lang``, English when the language is not spoken here."""
        return self.zh if lang == "zh" else self.en
