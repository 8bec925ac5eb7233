"""A phrase is English text that can still be said in another language, its facts with it."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from pathlib import Path

import pytest
import tongues

import gridkit
from gridkit.errors import TableError
from gridkit.language.labels import word
from gridkit.language.numbers import Quantity
from gridkit.language.packing import packed, unpacked
from gridkit.language.phrases import AND, Phrase, Text, joined, listed, series, spoken

WORDS = {
    "{count} rows of {what} left out": "略去 {count} 行{what}",
    "{one}; {other}": "{one}；{other}",
    "{where}: {what}": "{where}：{what}",
    "{names} and {count} more": "{names} 等，另有 {count} 个",
    "People": "人口",
}
NOTE = Phrase("{count} rows of {what} left out", count=3, what=Phrase("People"))


@pytest.fixture(autouse=True)
def _third_language(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GRIDKIT_LOCALE", str(tongues.add(tmp_path, "xx", WORDS)))


def test_a_phrase_is_its_english_text() -> None:
    assert NOTE == "3 rows of People left out"
    assert json.loads(json.dumps([NOTE])) == ["3 rows of People left out"]


def test_a_phrase_and_the_phrases_in_it_are_said_in_one_language() -> None:
    assert NOTE.said("xx") == "略去 3 行人口"
    assert NOTE.said("en") == NOTE
    assert NOTE.said("nobody speaks this") == NOTE


@pytest.mark.parametrize("again", [copy.deepcopy, lambda phrase: pickle.loads(pickle.dumps(phrase))])  # noqa: S301
def test_a_phrase_survives_copies_and_the_way_between_processes(again) -> None:
    assert again(NOTE).said("xx") == NOTE.said("xx")
    text = Text(en="Oak", zh="橡树")
    assert again(text).said("zh") == "橡树"


def test_a_phrase_with_a_quantity_comes_back_out_of_json() -> None:
    said = Phrase("{value} belong to no grid", value=Quantity(12.5, "m2", 1))
    again = unpacked(json.loads(json.dumps(packed(said))))
    assert (again, again.said("zh")) == (said, "有12.5平方米不属任何网格")
    assert unpacked(packed(Text(xx="A"))).said("xx") == "A"


def test_facts_and_words_are_never_templates() -> None:
    assert Phrase("column {name}", name="{0} {x}") == "column {0} {x}"
    assert word("{0} {x}").said("xx") == "{0} {x}"


def test_a_text_says_its_own_words_else_the_catalogue_s_else_english_else_the_first() -> None:
    assert Text(en="People", zh="居民").said("zh") == "居民"
    assert Text(en="People", zh="居民").said("xx") == "人口", "the catalogue has it"
    assert Text(en="Oaks", zh="橡树").said("xx") == "Oaks"
    assert Text(zh="橡树", xx="b").said("fr") == "橡树"


def test_an_error_says_the_phrases_among_its_facts() -> None:
    error = TableError("{faults}", where=Phrase("People"), faults=joined([NOTE, "其他"]))
    assert str(error) == "People: 3 rows of People left out; 其他"
    assert error.sentence("xx") == "人口：略去 3 行人口；其他"
    assert pickle.loads(pickle.dumps(error)).sentence("xx") == error.sentence("xx")  # noqa: S301


def test_thousands_are_joined_without_end_of_stack() -> None:
    assert joined(["a"] * 5000, AND).count(" and ") == 4999
    assert joined([]) == ""


def test_a_long_list_says_how_many_more_there_are() -> None:
    assert listed("abc", most=2) == "a, b and 1 more"
    said = listed("abc", most=2)
    assert isinstance(said, Phrase)
    assert said.said("xx") == "a, b 等，另有 1 个"
    assert listed("ab", most=2) == "a, b"


def test_a_list_has_the_commas_of_the_language_it_is_said_in() -> None:
    assert "甲、乙" in Phrase("--lang is one of {all}", all=listed(["甲", "乙"])).said("zh")
    assert spoken(listed(["甲", "乙", "丙"], most=2), "zh").startswith("甲、乙")


def test_thousands_of_a_count_are_marked_and_those_of_other_numbers_are_not() -> None:
    rows = Phrase("{count} row", "", "{count} rows", count=5830)
    assert (rows.said("en"), rows.said("xx")) == ("5,830 rows", "5,830 rows")
    assert Phrase("{count:d} rows of EPSG:{code}", count=5830, code=4528).said("en") == "5830 rows of EPSG:4528"


def test_names_in_a_list_have_the_commas_of_whoever_reads_and_keep_their_own_words() -> None:
    told = Phrase("there are: {all}", all=series(["a.csv", Phrase("Friday", "weekday"), 3]))
    assert told == "there are: a.csv, Friday, 3"
    assert told.said("zh").endswith("a.csv、星期五、3")
    assert str(listed([Phrase("Friday", "weekday"), *"bcd"], most=2)) == "Friday, b and 2 more"


def test_no_error_is_given_a_list_that_has_the_commas_of_english_already() -> None:
    wrong = []
    for path in sorted(Path(gridkit.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not re.search("(Error|Warning|Phrase)$", ast.unparse(call.func)):
                continue
            facts = [fact for fact in call.keywords if fact.arg not in COORDINATES]
            wrong += [f"{path.name}:{call.lineno}" for fact in facts if "', '.join(" in ast.unparse(fact.value)]
    assert wrong == []


COORDINATES = ("bounds", "box", "where")
"""Facts that are numbers of one thing, or name files: a comma between them is none of a sentence."""
