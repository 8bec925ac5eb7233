from __future__ import annotations

import re

import pytest

from gridkit.catalog.map_views import maps
from gridkit.plan.life import rules, verdict
from gridkit.render.page.compose import SCRIPTS, words
from gridkit.render.page.offline_figure import ASSETS

CODE = {path.name: path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js"))}


def test_every_script_is_carried_by_some_page():
    assert {f"{name}.js" for name, _ in SCRIPTS} == set(CODE)


def test_every_text_is_there_in_both_languages():
    assert [key for key, (en, zh) in words().items() if not en or not zh] == []


PAGE = (ASSETS / "page.html").read_text(encoding="utf-8")
MOST_OWN, MOST_MOVING, MOST_EDITING, MOST_NETS, MOST_STYLE = 100_000, 142_000, 37_400, 5_000, 15_000
"""Bytes of our own scripts, as they are read, that a page carries, and that one carries on which units are moved; of
those that are for this alone, and of those on which departments' nets are shown; and of the style."""
MADE_IN_PYTHON = {"title", "lacks", "hands"}
"""Parts that stay as they are made: `parts` of the island."""
MOST_TILES = 1_600
"""Of those that draw tiles of a host, which a page carries where its maker asks for them, on top of its own."""


def test_our_own_scripts_and_style_stay_small():
    size = {path.stem: path.stat().st_size for path in ASSETS.iterdir() if path.suffix in (".js", ".css")}
    editing, nets = (sum(size[name] for name, needed in SCRIPTS if needed == kind) for kind in ("edit", "nets"))
    assert editing <= MOST_EDITING
    assert nets <= MOST_NETS
    assert size["tiles"] <= MOST_TILES
    assert size["page"] <= MOST_STYLE
    views = maps()
    for name in views:
        # Two plans compared tell what changed, and nothing of what needs somebody; they are shown in small already.
        of_one_plan = {"matters", "mini"} if views[name].asks != "changes" else set()
        own = sum(size[script] for script, needed in SCRIPTS if needed in {"", *of_one_plan, *views[name].shows})
        assert own <= (MOST_MOVING if "edit" in views[name].shows else MOST_OWN), name


def test_the_page_has_words_for_every_reason_that_a_move_is_declined_for():
    reasons = {rules.EMPTY, rules.PARENT, rules.WHOLE, rules.BAND, verdict.UNIT, verdict.GRID, verdict.ELSEWHERE}
    reasons |= {verdict.LOCKED, verdict.TORN, verdict.KEPT, verdict.CONTRARY}
    assert {f"why_{reason}" for reason in reasons} == {key for key in words() if key.startswith("why_")}


def test_every_text_that_is_asked_for_is_there_and_every_text_is_asked_for():
    asked = {key for code in CODE.values() for key in re.findall(r"\bt\(\"(\w+)\"", code)}
    asked |= set(re.findall(r'data-(?:word|label)="(\w+)"', PAGE))
    assert asked <= set(words())
    code = "\n".join([*CODE.values(), PAGE, (ASSETS / "look.toml").read_text(encoding="utf-8")])
    unused = [key for key in words() if not re.search(rf"[\"'.\s{{]{key}[\"'\s:,}}]", code)]
    unused = [key for key in unused if not key.startswith("why_")]
    chosen_in_python = {
        "changed",
        "arrows",
        "on_top",
        "too_old",
        "too_old_tiles",
        "without_script",
        "without_script_tiles",
    }
    assert set(unused) <= {*chosen_in_python, "internal", "approved", "no_approval", "borders"}


def test_every_act_and_part_that_the_page_names_is_in_a_script():
    code = "\n".join(CODE.values())
    for act in set(re.findall(r'data-do="(\w+)"', PAGE)):
        assert f"gk.do.{act} = " in code, act
    for part in set(re.findall(r'data-view="(\w+)"', PAGE)):
        assert f"views.{part} = " in code or part in MADE_IN_PYTHON, part


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
    assert found.title.said("en")
    assert found.title.said("zh")
    assert found.about.said("zh")
    assert found.audience == "internal" or found.least_count >= 10
