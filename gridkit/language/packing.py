"""Sentences in JSON, with their template and facts, so that a file written in one language is read in another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Phrase, Text

SAID = "said"
"""The one key of a mapping that is a sentence among facts."""


def packed(text: object) -> object:
    """Return a sentence for JSON in a form that keeps its template and facts; anything else as it is.

    Examples
    --------
    >>> packed(Phrase("{value} belong to no grid", value=Quantity(12.5, "m2", 1)))
    {'template': '{value} belong to no grid', 'facts': {'value': {'quantity': [12.5, 'm2', 1]}}}
    """
    if isinstance(text, Quantity):
        return {"quantity": [float(text.value), text.unit, text.digits]}
    if isinstance(text, Text):
        return {"words": text.words}
    if not isinstance(text, Phrase):
        return text
    rest = {"context": text.context, "plural": text.plural}
    return {
        "template": text.template,
        "facts": {name: packed(fact) for name, fact in text.facts.items()},
        **{name: value for name, value in rest.items() if value},
    }


def unpacked(text: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what :func:`packed` packed."""
    if not isinstance(text, dict):
        return text
    if "words" in text:
        return Text(**text["words"])
    if "quantity" in text:
        return Quantity(*text["quantity"])
    facts = {name: unpacked(fact) for name, fact in text["facts"].items()}
    return Phrase(text["template"], text.get("context", ""), text.get("plural", ""), **facts)


def packed_within(facts: Any) -> Any:  # noqa: ANN401 - facts of any shape
    """Return facts for JSON, whose sentences, however deep they stand, keep their templates and facts.

    Examples
    --------
    >>> packed_within({"trend": None, "trend_why": Phrase("there are no orders")})["trend_why"]
    {'said': {'template': 'there are no orders', 'facts': {}}}
    """
    if isinstance(facts, Mapping):
        return {name: packed_within(fact) for name, fact in facts.items()}
    if isinstance(facts, list | tuple):
        return [packed_within(fact) for fact in facts]
    # Marked, since facts hold mappings of their own, which may have any keys.
    return {SAID: packed(facts)} if isinstance(facts, Phrase | Quantity | Text) else facts


def unpacked_within(facts: Any) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what :func:`packed_within` packed; what older files hold as plain text stays so."""
    if isinstance(facts, dict):
        if facts.keys() == {SAID}:
            return unpacked(facts[SAID])
        return {name: unpacked_within(fact) for name, fact in facts.items()}
    return [unpacked_within(fact) for fact in facts] if isinstance(facts, list) else facts
