"""What a reader of Chinese sees of a plan, made whole: its workbook, page, cards and report hold no English."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from plans import Size, crooked_plan

import gridkit as gk
from gridkit import cli
from gridkit.catalog.definitions import layers
from gridkit.catalog.map_views import maps
from gridkit.catalog.presets import presets
from gridkit.commands.console import Console
from gridkit.errors import OutputError
from gridkit.render.page.compose import compose
from gridkit.render.page.payload import open_island
from gridkit.render.papers import fonts, pen

if TYPE_CHECKING:
    from collections.abc import Iterator

LATIN = set(tomllib.loads((Path(__file__).parent / "latin.toml").read_text(encoding="utf-8")))
CODED = re.compile(r"""[\w./~-]*[\d_./\\][\w./~-]*|--?[a-z][\w-]*|['“‘"][^'”’"]*['”’"]|\bgridkit( [a-z]+)?""")
"""Codes, numbers, options, files, and what is quoted."""


@pytest.fixture(scope="module")
def plan() -> gk.Plan:
    return crooked_plan(Size(side=8, incidents=80))


def latin(text: str) -> list[str]:
    """Return the Latin words of a text that are neither codes nor names and formats."""
    return [word for word in re.findall(r"[A-Za-z]+", CODED.sub(" ", text)) if word not in LATIN]


def found(texts: Iterator[str] | list[str]) -> dict[str, list[str]]:
    return {text: words for text in texts if (words := latin(text))}


def test_english_is_found_where_it_stands() -> None:
    assert latin("网格 within 300 米") == ["within"]
    assert latin("见 plan.gpkg，G002，--lang，OpenStreetMap") == []


def test_the_workbook_is_chinese(plan: gk.Plan, tmp_path: Path) -> None:
    gk.report(plan, tmp_path / "r.xlsx", lang="zh")
    book = load_workbook(tmp_path / "r.xlsx")
    cells = [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert len(cells) > 100
    assert found([*book.sheetnames, *cells]) == {}


NOT_READ = {"languages", "look", "names", "shows"}
"""Parts of a page's data that are patterns, colours, names on the map and codes."""


def said_twice(data: Any, languages: int, at: int) -> Iterator[str]:
    """Yield what a page says in its language number ``at``: every text that it has one of for each language."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in NOT_READ:
                yield from said_twice(value, languages, at)
    elif isinstance(data, list):
        if len(data) == languages and all(isinstance(each, str) for each in data):
            yield data[at]
        else:
            for each in data:
                yield from said_twice(each, languages, at)


@pytest.mark.parametrize("view", ["official", "planner", "public"])
def test_the_page_is_chinese(view: str, plan: gk.Plan) -> None:
    page = compose(plan, maps()[view]).get_root().render()
    island = re.search(r'id="gk-island">([^<]*)<', page)
    assert island is not None
    head = open_island(island[1])
    spoken = [code for code, *_ in head["languages"]]
    texts = list(said_twice(head, len(spoken), spoken.index("zh")))
    assert len(texts) > 100
    keys = {"n", "p"}
    assert {text: words for text, words in found(texts).items() if not keys.issuperset(words)} == {}


def test_the_cards_are_chinese(plan: gk.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fpdf")
    try:
        fonts.chinese()
    except OutputError:
        pytest.skip("no font with Chinese here: apt-get install fonts-noto-cjk")
    written, line = [], pen._line

    def noted(pdf: Any, text: object) -> Any:
        written.append(str(text))
        return line(pdf, text)

    monkeypatch.setattr(pen, "_line", noted)
    gk.cards(plan, tmp_path / "c.pdf", lang="zh", grids=list(plan.grids.index[:3]))
    assert len(written) > 50
    assert found(written) == {}


SAMPLE = {
    "audit": ("audit", "plan.gpkg"),
    "history": ("history", "plan.gpkg"),
    "compare": ("compare", "plan.gpkg", "other.gpkg"),
    "layers": ("layers",),
    "maps": ("maps",),
    "presets": ("presets",),
    "exit-codes": ("exit-codes",),
}
IDENTIFIERS = {*maps(), *layers(), *presets(), "split", "layer"}
"""What is typed: names of views, layers and presets, and the commands that a history names."""


@pytest.mark.parametrize("command", SAMPLE)
def test_the_report_on_the_command_line_is_chinese(
    command: str, plan: gk.Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    units = plan.units.copy()
    first, second = units["grid_id"].iloc[[0, -1]]
    units.loc[units["grid_id"] == first, "grid_id"] = second
    gk.write_plan(plan, "plan.gpkg")
    gk.write_plan(replace(plan, units=units, layers={}), "other.gpkg")
    cli.run(["--lang", "zh", *SAMPLE[command]])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 3
    typed = re.compile(r"(?<![\w-])(?:" + "|".join(sorted(IDENTIFIERS, key=len, reverse=True)) + r")(?![\w-])")
    assert found([typed.sub(" ", line) for line in lines]) == {}


def test_the_kind_of_every_layer_has_a_word() -> None:
    """Some kinds are called like a layer that is typed, so the reports above do not show them to be untranslated."""
    kinds = {layers()[name].kind for name in layers()}
    said = Console.speaking("zh").value
    assert {kind for kind in kinds if not re.search("[一-鿿]", said(kind, "kind"))} == set()
