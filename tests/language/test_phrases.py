"""A phrase is English text that can still be said in another language, its facts with it."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from gridkit.errors import TableError
from gridkit.language.phrases import AND, Phrase, joined, listed, word

CHINESE = {
    "{count} rows of {what} left out": "略去 {count} 行{what}",
    "people": "人口",
    "{one}; {other}": "{one}；{other}",
    "{names} and {count} more": "{names} 等，另有 {count} 个",
}
NOTE = Phrase("{count} rows of {what} left out", count=3, what=word("people"))


def test_a_phrase_is_its_english_text() -> None:
    assert NOTE == "3 rows of people left out"
    assert json.loads(json.dumps([NOTE])) == ["3 rows of people left out"]


def test_a_phrase_and_the_phrases_in_it_are_said_in_one_language() -> None:
    assert NOTE.said(CHINESE) == "略去 3 行人口"
    assert NOTE.said({}) == NOTE


@pytest.mark.parametrize("again", [copy.deepcopy, lambda phrase: pickle.loads(pickle.dumps(phrase))])  # noqa: S301
def test_a_phrase_survives_copies_and_the_way_between_processes(again) -> None:
    assert again(NOTE).said(CHINESE) == NOTE.said(CHINESE)


def test_facts_and_words_are_never_templates() -> None:
    assert Phrase("column {name}", name="{0} {x}") == "column {0} {x}"
    assert word("{0} {x}").said(CHINESE) == "{0} {x}"


def test_an_error_says_the_phrases_among_its_facts() -> None:
    error = TableError("{faults}", where=Phrase("people"), faults=joined([NOTE, "其他"]))
    assert str(error) == "people: 3 rows of people left out; 其他"
    assert error.sentence(CHINESE) == "人口: 略去 3 行人口；其他"
    assert pickle.loads(pickle.dumps(error)).sentence(CHINESE) == error.sentence(CHINESE)  # noqa: S301


def test_thousands_are_joined_without_end_of_stack() -> None:
    assert joined(["a"] * 5000, AND).count(" and ") == 4999
    assert joined([]) == ""


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert listed("abc", most=2) == "a, b and 1 more"
    said = listed("abc", most=2)
    assert isinstance(said, Phrase)
    assert said.said(CHINESE) == "a, b 等，另有 1 个"
    assert listed("ab", most=2) == "a, b"
