"""A third language is one catalogue and its entries in the definitions: every surface speaks it, without code."""

from __future__ import annotations

import re

import pytest
import tongues
from openpyxl import load_workbook
from plans import Size, crooked_plan

from gridkit.catalog.map_views import maps
from gridkit.cli import run
from gridkit.language.catalogue import catalogue, languages
from gridkit.language.numbers import Quantity
from gridkit.language.phrases import Text
from gridkit.plan.bounds import bounds
from gridkit.render.page.compose import Choices, compose
from gridkit.render.page.payload import open_island
from gridkit.render.papers.cards import cards
from gridkit.render.papers.workbook import report

PLAN = crooked_plan(Size(side=6, incidents=40))


@pytest.fixture(autouse=True)
def _third(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GRIDKIT_LOCALE", str(tongues.add_whole(tmp_path / "locale", "eo")))


def test_the_language_is_there_under_its_own_name() -> None:
    assert languages() == ("en", "eo", "zh")
    assert catalogue("eo").name == "Krampa"


def test_the_command_line_speaks_it(capsys) -> None:
    assert run(["--lang", "eo", "exit-codes"]) == 0
    assert "[THE COMMAND LINE IS WRONG]" in capsys.readouterr().out
    assert run(["--lang", "eo", "splitt"]) == 2
    assert "[THERE IS NO COMMAND splitt]" in capsys.readouterr().err
    assert run(["--lang", "eo", "split", "--help"]) == 0
    assert "[SAME INPUTS AND SEED, SAME PLAN.]" in capsys.readouterr().out
    assert run(["--lang", "eo", "presets", "cn-social"]) == 0
    assert "[THE MIDDLE OF 300 TO 500]" in capsys.readouterr().out


def test_a_language_without_a_catalogue_is_refused(capsys) -> None:
    assert run(["--lang", "xx", "exit-codes"]) == 2
    assert re.findall(r"\b(?:en|eo|zh)\b", capsys.readouterr().err) == ["en", "eo", "zh"]


def test_the_page_speaks_it_and_leads_through_all_languages() -> None:
    made = compose(PLAN, maps()["planner"], choices=Choices(lang="eo")).to_html()
    head = open_island(re.search(r'id="gk-island">([^<]*)<', made)[1])
    assert '<html lang="eo"' in made
    assert [(code, name) for code, _, name, _ in head["languages"]] == [
        ("en", "English"),
        ("eo", "Krampa"),
        ("zh", "中文"),
    ]
    assert head["words"]["zoom_in"] == ["Zoom in", "[ZOOM IN]", "放大"]
    assert {len(each) for each in head["words"].values()} == {3}
    assert head["languages"][1][3]["units"]["people"] == ["[PERSON]", "[PEOPLE]"]
    assert all(len(column["title"]) == 3 for column in head["plans"][0]["columns"])


def test_the_workbook_speaks_it(tmp_path) -> None:
    report(PLAN, tmp_path / "r.xlsx", lang="eo")
    book = load_workbook(tmp_path / "r.xlsx")
    assert "SUMMARY" in book.sheetnames[0]
    assert "[NUMBER OF GRIDS]" in [cell.value for cell in book.worksheets[0]["A"]]


def test_cards_and_bounds_speak_it(tmp_path) -> None:
    pytest.importorskip("fpdf")
    cards(PLAN, tmp_path / "c.pdf", lang="eo", grids=[str(PLAN.grids.index[0])])
    assert (tmp_path / "c.pdf").stat().st_size > 1000
    said = bounds(PLAN, "eo").iloc[0]
    assert "[EAST]" in said
    assert "east" not in said


def test_numbers_and_definitions_speak_it() -> None:
    assert Quantity(1, "people").said("eo") == "[1 [PERSON]]"
    assert Quantity(3, "people").said("eo") == "[3 [PEOPLE]]"
    assert Text(en="Park", zh="公园", eo="Parko").said("eo") == "Parko"
    assert Text(en="Zoo", zh="动物园").said("eo") == "Zoo", "the stated fallback"
