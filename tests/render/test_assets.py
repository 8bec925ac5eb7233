from __future__ import annotations

import re

import pytest

from gridkit.catalog.definitions import maps
from gridkit.render.compose import SCRIPTS, words
from gridkit.render.figure import ASSETS

CODE = {path.name: path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js"))}


def test_every_script_is_carried_by_some_page():
    assert {f"{name}.js" for name, _ in SCRIPTS} == set(CODE)


def test_every_text_is_there_in_both_languages():
    assert [key for key, (en, zh) in words().items() if not en or not zh] == []


def test_every_text_that_a_script_asks_for_is_there_and_every_text_is_asked_for():
    asked = {key for code in CODE.values() for key in re.findall(r"(?:\bt|gk\.section)\(\"(\w+)\"", code)}
    asked |= {
        key for code in CODE.values() for key in re.findall(r"gk\.button\([^,]+, (?:playing \? )?\"(\w+)\"", code)
    }
    assert asked <= set(words())
    code = "\n".join(CODE.values())
    unused = [key for key in words() if not re.search(rf"[\"'.\s{{]{key}[\"'\s:,}}]", code)]
    assert set(unused) <= {"too_old", "without_script", "parent", "place", "places", "compounds", "waterways"}


def test_chinese_texts_use_chinese_signs():
    assert [key for key, (_, zh) in words().items() if re.search(r"[\u4e00-\u9fff][,;?!]", zh)] == []


@pytest.mark.parametrize("name", list(CODE))
def test_text_from_data_never_becomes_markup(name):
    assert (
        re.findall(r"\.(?:inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", CODE[name])
        == []
    )


@pytest.mark.parametrize("view", list(maps()))
def test_every_shipped_view_is_titled_in_both_languages(view):
    found = maps()[view]
    assert found.title.en
    assert found.title.zh
    assert found.about.zh
    assert found.audience == "internal" or found.least_count >= 10
