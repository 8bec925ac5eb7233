"""Every text that people read keeps to the glossary: its words, its units, no English in Chinese."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gridkit.language import labels
from gridkit.language.catalogue import entries
from gridkit.language.numbers import UNITS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT, HERE = Path(__file__).parents[2], Path(__file__).parent
AVOID = tomllib.loads((HERE / "avoid.toml").read_text(encoding="utf-8"))
LATIN = tomllib.loads((HERE / "latin.toml").read_text(encoding="utf-8"))
PO = ROOT / "gridkit" / "language" / "locale" / "zh" / "LC_MESSAGES" / "gridkit.po"
DEFINITIONS = [*ROOT.glob("layers/*.toml"), *ROOT.glob("maps/*.toml"), *ROOT.glob("gridkit/presets/*.toml")]
FACT = re.compile(r"\{[^{}]*\}")
TYPED = re.compile(
    r"--?[A-Za-z][\w-]*"
    r"|\bgridkit[ .][\w. -]*"
    r"|['\"“”‘’][^'\"“”‘’]*['\"“”‘’]"
    r"|[\w./*<>\[\]:-]*[.:\[\]_=*/][\w./*<>\[\]:=-]*"
    r"|[A-Z]{3,}\b"
)
"""What is typed or is a file, an option, a name in code, a place holder."""


def chinese() -> Iterator[tuple[str, str]]:
    """Yield every Chinese text of ours with what it says in English."""
    for _, one, many, forms in entries(PO.read_text(encoding="utf-8")):
        yield from ((one or many, form) for form in forms if one)
    for path in DEFINITIONS:
        yield from _texts(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def _texts(definition: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(definition, dict):
        if isinstance(definition.get("zh"), str):
            yield f"{place}: {definition.get('en')}", definition["zh"]
        for value in definition.values():
            yield from _texts(value, place)


def test_no_chinese_text_holds_a_word_to_avoid() -> None:
    found = [(word, said) for _, said in chinese() for word in AVOID["zh"] if word in said]
    assert found == []


def test_no_english_message_holds_a_word_to_avoid() -> None:
    words = {word: re.compile(rf"(?<![\w{{']){re.escape(word)}(?![\w}}'])", re.IGNORECASE) for word in AVOID["en"]}
    found = []
    for _, one, *_ in entries(PO.read_text(encoding="utf-8")):
        text = FACT.sub("{}", one)
        if any(allowed in one for allowed in AVOID["allowed"]):
            continue
        found += [(word, one) for word, pattern in words.items() if pattern.search(text)]
    assert found == []


def test_a_word_to_avoid_is_found_out() -> None:
    assert any(word in "该网格超出区间" for word in AVOID["zh"])


def test_no_definition_lacks_its_chinese() -> None:
    lacking = []
    for path in DEFINITIONS:
        found = list(_languages(tomllib.loads(path.read_text(encoding="utf-8"))))
        lacking += [(path.name, each) for each in found if "zh" not in each]
    assert lacking == []


def _languages(definition: Any) -> Iterator[dict[str, str]]:
    if isinstance(definition, dict):
        if isinstance(definition.get("en"), str):
            yield definition
        for value in definition.values():
            yield from _languages(value)


def test_chinese_texts_hold_no_latin_words_but_names_and_formats() -> None:
    assert len(LATIN) <= 60
    found = set()
    for english, said in chinese():
        bare = TYPED.sub(" ", FACT.sub(" ", said))
        for word in re.findall(r"[A-Za-z]{2,}", bare):
            if word not in LATIN and not re.fullmatch(r"[A-Z]{2,}", word):
                found.add((word, said, english))
    # Help names the values of options as they are typed, with the Chinese behind each.
    listed = r"{0}[（、，：)）]|[、，（]{0}|{0} (?:或|和|为|表示|与)|或 {0}"
    left = {each for each in found if not re.search(listed.replace("{0}", each[0]), each[1])}
    left = {each for each in left if each[0] not in each[2]}
    assert left == set()


@pytest.mark.parametrize("code", UNITS)
def test_every_unit_is_chinese_and_stands_right_behind_its_number(code: str) -> None:
    assert re.fullmatch(r"[\d.,]+[^A-Za-z\s²]+", Quantity(12, code).said("zh"))


def test_one_name_stands_for_one_meaning() -> None:
    def said(*path: str) -> str:
        return labels.label(*path).said("zh")

    assert said("rules", "compact", "limit") == "限值", "no upper limit: compactness has a lower one"
    assert said("divided", "limit") == "上限"
    assert (said("rules", "inside"), said("prices", "inside"), said("hypotheses", "inside")) == (
        "属地管理（不跨社区）",
        "网格内部",
        "区内",
    )
    assert said("prices", "cut") == "作为网格边界"
    assert said("prices", "change") != said("change")
    assert said("exit-codes", "codes") == "退出码"
    assert said("vocabulary", "grid") != said("vocabulary", "grids")


def test_the_rules_bear_the_same_names_in_presets_and_in_the_check() -> None:
    from gridkit.plan.audit.titles import PRINCIPLES

    for name, principle in PRINCIPLES.items():
        assert (
            principle.title.said("zh")
            == labels.label("rules", name).said("zh")
            == labels.label("audit", name).said("zh")
        )
