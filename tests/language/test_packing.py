"""A sentence in a file keeps its template and facts, so that it is said in the language of whoever reads the file."""

from __future__ import annotations

import json

import pytest

from gridkit.language.numbers import Quantity
from gridkit.language.packing import packed, packed_within, unpacked, unpacked_within
from gridkit.language.phrases import Phrase, Text

WHY = Phrase("there is nothing to count per: {base} are 0 in all", base="households")


def through_a_file(facts: object) -> object:
    return unpacked_within(json.loads(json.dumps(packed_within(facts))))


@pytest.mark.parametrize(
    "text",
    [WHY, Phrase("{count} row", "", "{count} rows", count=2), Text(en="Fires", zh="火情"), Quantity(12.5, "m2", 1)],
)
def test_what_is_said_comes_back_in_every_language(text) -> None:
    back = unpacked(json.loads(json.dumps(packed(text))))
    assert [back.said(language) for language in ("en", "zh")] == [text.said(language) for language in ("en", "zh")]


def test_sentences_come_back_however_deep_they_stand_among_facts() -> None:
    facts = {"rate": None, "rate_why": WHY, "without_value": {"closure_rate": WHY}, "notes": [WHY, "plain"], "n": 3}
    back = through_a_file(facts)
    said = [back["rate_why"], back["without_value"]["closure_rate"], back["notes"][0]]
    assert [each.said("zh") for each in said] == [WHY.said("zh")] * 3
    assert WHY.said("zh") != WHY.said("en")
    assert (back["rate"], back["notes"][1], back["n"]) == (None, "plain", 3)


@pytest.mark.parametrize(
    "facts",
    [{"template": "x", "facts": {}}, {"words": {"en": 3}}, {"quantity": [1, 2]}, {"said": 1, "unsaid": 2}, "plain", 4],
)
def test_facts_that_look_like_a_packed_sentence_are_none(facts) -> None:
    assert through_a_file({"read": facts}) == {"read": facts}


def test_what_an_older_file_holds_as_plain_text_stays_so() -> None:
    assert unpacked_within({"trend": None, "trend_why": "less than a year"})["trend_why"] == "less than a year"
