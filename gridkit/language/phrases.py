"""Sentences that keep their template and facts, so that they can be said in another language later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

THEN, LIST, AND, OR = "{one}; {other}", "{one}, {other}", "{one} and {other}", "{one} or {other}"
"""How several are joined; templates as well."""


class Phrase(str):
    """A sentence: English as text, and wherever there are translations of its template, in their language.

    It is text to everything that takes text: it compares, joins and goes into JSON as its English sentence.

    Parameters
    ----------
    template
        For :meth:`str.format`, filled from ``facts``; what translations are looked up by.
    facts
        The values the template names. Those that are phrases are said in the language of the sentence.

    Examples
    --------
    >>> left = Phrase("{count} rows left out", count=3)
    >>> left
    '3 rows left out'
    >>> left.said({"{count} rows left out": "略去 {count} 行"})
    '略去 3 行'
    """

    __slots__ = ("facts", "template")
    template: str
    facts: dict[str, object]

    def __new__(cls, template: str, /, **facts: object) -> Self:
        """Return the sentence in English."""
        made = super().__new__(cls, filled(template, facts, {}))
        made.template, made.facts = template, facts
        return made

    def said(self, translations: Mapping[str, str]) -> str:
        """Return the sentence with its template looked up in ``translations``, in English where it stands not there."""
        return filled(self.template, self.facts, translations)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive copies and the trip between processes, which would otherwise pass the sentence as the template."""
        return _rebuilt, (self.template, self.facts)


def _rebuilt(template: str, facts: dict[str, object]) -> Phrase:
    return Phrase(template, **facts)


def filled(template: str, facts: Mapping[str, object], translations: Mapping[str, str]) -> str:
    """Return a template in the language of ``translations`` with its facts, phrases among them in the same language."""
    said = {name: _spoken(fact, translations) for name, fact in facts.items()}
    return translations.get(template, template).format(**said)


def _spoken(fact: object, translations: Mapping[str, str]) -> object:
    if isinstance(fact, Phrase):
        return fact.said(translations)
    sentence = getattr(fact, "sentence", None)  # an error of ours that another one speaks of
    return sentence(translations) if isinstance(fact, Exception) and callable(sentence) else fact


def joined(parts: Sequence[str], by: str = THEN) -> str:
    """Return several sentences as one, the stops between them those of the language it is said in.

    Examples
    --------
    >>> joined(["one wall", "two walls", Phrase("{count} walls", count=3)])
    'one wall; two walls; 3 walls'
    """
    if len(parts) <= 1:
        return parts[0] if parts else ""
    half = len(parts) // 2  # halves, so that thousands nest no deeper than a dozen
    return Phrase(by, one=joined(parts[:half], by), other=joined(parts[half:], by))


def packed(text: object) -> object:
    """Return a sentence for JSON in a form that keeps its template and facts; anything else as it is."""
    if not isinstance(text, Phrase):
        return text
    return {"template": text.template, "facts": {name: packed(fact) for name, fact in text.facts.items()}}


def unpacked(text: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what :func:`packed` packed."""
    if not isinstance(text, dict):
        return text
    return Phrase(text["template"], **{name: unpacked(fact) for name, fact in text["facts"].items()})


def word(text: str) -> Phrase:
    """Return a name that may be a word of ours (people, households), said in the language where it is one."""
    return Phrase(text.replace("{", "{{").replace("}", "}}"))


def listed(names: Iterable[object], most: int = 12) -> str:
    """Return names for a message: the first ones, and how many more there are.

    Examples
    --------
    >>> listed(range(5), most=3)
    '0, 1, 2 and 2 more'
    """
    texts = [str(name) for name in names]
    shown = ", ".join(texts[:most])
    return Phrase("{names} and {count} more", names=shown, count=len(texts) - most) if len(texts) > most else shown
