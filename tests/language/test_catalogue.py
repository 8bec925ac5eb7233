"""Everything that gridkit says stands in every catalogue, with the same facts in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from runpy import run_path

import pytest

from gridkit.language import labels
from gridkit.language.catalogue import catalogue, entries, languages, spoken
from gridkit.language.phrases import Phrase

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "gridkit" / "language" / "locale").glob("*/LC_MESSAGES/gridkit.po"))
HAN = "[\u4e00-\u9fff]"


@cache
def tool() -> dict[str, object]:
    return run_path(str(ROOT / "tools" / "words.py"))


@cache
def wanted() -> dict[object, str]:
    return tool()["messages"]()


@pytest.mark.slow
def test_the_scan_finds_what_is_raised_said_and_put_together() -> None:
    found = {each.text for each in wanted()}
    assert len(found) > 900
    assert "reading the district" in found, "a stage of progress"
    assert "group {group} (units {units}) is not contiguous" in found, "a text a loop hands over"
    assert "give it as --osm" in found, "a text looked up in a table"
    assert "text is {encoding}" in found, "a phrase among the notes"
    assert "Zoom in" in found, "a text of the page"
    assert "people" in found, "a label"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_message_is_translated_with_its_facts_and_none_is_left_over(path: Path) -> None:
    assert tool()["faults"](tool()["read"](path), wanted()) == []


def test_a_catalogue_that_lacks_a_message_or_a_fact_is_found_out(tmp_path: Path) -> None:
    source = CATALOGUES[0].read_text(encoding="utf-8")
    text = source.replace('msgstr "警告"', 'msgstr ""').replace("{count} 行没有图形", "几行没有图形")
    copy = tmp_path / "zh" / "LC_MESSAGES" / "gridkit.po"
    copy.parent.mkdir(parents=True)
    copy.write_text(text + '\nmsgid "nobody says this"\nmsgstr "无人说"\n', encoding="utf-8")
    faults = " ".join(tool()["faults"](tool()["read"](copy), wanted()))
    assert "'warning' is not translated" in faults
    assert "other facts" in faults
    assert "'nobody says this' is no message any more" in faults


def test_a_catalogue_is_written_as_the_tool_writes_it(tmp_path: Path) -> None:
    """So that two branches that add messages differ in those alone."""
    for path in CATALOGUES:
        copy = tmp_path / path.parts[-3] / "LC_MESSAGES" / "gridkit.po"
        copy.parent.mkdir(parents=True)
        tool()["write"](copy, tool()["renewed"](tool()["read"](path), wanted()))
        assert copy.read_text(encoding="utf-8") == path.read_text(encoding="utf-8"), "run python3 dev.py words"


def test_our_reader_reads_what_babel_wrote() -> None:
    for path in CATALOGUES:
        ours = {(context, one): forms for context, one, _, forms in entries(path.read_text(encoding="utf-8")) if one}
        theirs = {
            (each.context or "", each.id if isinstance(each.id, str) else each.id[0]): (
                [each.string] if isinstance(each.string, str) else list(each.string)
            )
            for each in tool()["read"](path)
            if each.id
        }
        assert ours == theirs


def test_a_translation_is_chinese_in_words_and_punctuation() -> None:
    half_width = re.compile(f"{HAN}[,;:?!()]|[,;:?!()]{HAN}")
    path = next(path for path in CATALOGUES if path.parts[-3] == "zh")
    said = [form for *_, forms in entries(path.read_text(encoding="utf-8")) for form in forms]
    assert [each for each in said[1:] if half_width.search(each)] == []


def test_a_language_is_asked_for_as_systems_name_it() -> None:
    assert languages()[0] == "en"
    assert [spoken(name) for name in ("zh_TW.UTF-8", "en_US.UTF-8", "", "POSIX", "zh")] == [
        "zh",
        "en",
        "en",
        "en",
        "zh",
    ]


def test_one_word_has_two_translations_where_it_means_two_things() -> None:
    assert labels.label("rules", "inside").said("zh") != labels.label("weights", "inside").said("zh")
    assert Phrase("person", "unit", "people", count=2) == "people"
    assert Phrase("person", "unit", "people", count=1) == "person"


def test_no_label_or_message_of_one_context_stands_twice_in_a_catalogue() -> None:
    for path in CATALOGUES:
        keys = [(context, one) for context, one, *_ in entries(path.read_text(encoding="utf-8"))]
        assert len(keys) == len(set(keys))


def test_what_no_catalogue_has_is_said_in_english() -> None:
    assert catalogue("xx").said("no such message") == "no such message"
    assert catalogue("zh").said("no such message", "context") == "no such message"
