"""A page of help: whole words, nothing cut off, every option once, in the language and width of the reader."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import typer
from click import Context
from click.formatting import HelpFormatter

from gridkit.commands import help as pages
from gridkit.commands.console import Console
from gridkit.options.catalogue import options_of
from gridkit.options.commands import COMMANDS, FAMILIES


def page_of(command: Any, lang: str | None = "en", console: Console | None = None) -> str:
    ctx: Any = Context(command, info_name="gridkit")
    ctx.obj, ctx.params = console, {"lang": lang}
    formatter = HelpFormatter()
    command.format_help(ctx, formatter)
    return formatter.getvalue()


def page(name: str) -> pages.Page:
    command = pages.Page(name, callback=lambda: None)
    command.declared = name
    return command


def menu(family: str = "") -> pages.Menu:
    made = pages.Menu(name="gridkit", help="Divide a district.", epilog="The end.")
    made.family, made.make = family, lambda words: SimpleNamespace(name=words)
    return made


@pytest.fixture(params=[40, 80, 200])
def width(request, monkeypatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return min(request.param, pages.WIDEST)


@pytest.mark.parametrize("name", ["split", "inspect", "edits import", "exit-codes"])
def test_a_page_shows_every_option_once_and_keeps_to_the_width(name, width) -> None:
    said = page_of(page(name))
    for option in options_of(name, where="command"):
        if not option.hidden and option.place != "both":
            assert (
                sum(
                    line.split()[:1] == [option.written[0].rstrip(",")]
                    or line.strip().startswith(option.written[0] + ",")
                    for line in said.splitlines()
                )
                == 1
            ), option.name
    examples = {f"  {line}" for line in COMMANDS[name].examples}
    assert max(len(line) for line in said.splitlines() if line not in examples) <= width


def test_a_page_speaks_the_language_of_its_reader(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    english, chinese = page_of(page("split")), page_of(page("split"), "zh")
    assert "Show this page." in english
    assert "Show this page." not in chinese
    assert page_of(page("split"), None, Console.speaking("zh")) == chinese
    assert max(pages.cells(line) for line in chinese.splitlines() if "gridkit" not in line) <= 90


def test_the_menu_shows_every_command_under_its_task(width) -> None:
    said = page_of(menu())
    words = {name.split()[0] for name, each in COMMANDS.items() if each.task}
    assert words <= {line.split()[0] for line in said.splitlines() if line.strip()}
    assert "The end." in said


def test_a_family_shows_its_own_commands_alone() -> None:
    family = next(iter(FAMILIES))
    own = menu(family)
    listed = own.list_commands(None)
    assert listed == [name.split()[1] for name in COMMANDS if name.startswith(f"{family} ") and COMMANDS[name].task]
    assert own.get_command(None, listed[0]).name == f"{family} {listed[0]}"
    assert own.get_command(None, "no such word") is None
    assert all(word in page_of(own) for word in listed)
    assert menu().get_command(None, family).name == family


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, []),
        ("   ", 10, []),
        ("one two three", 7, ["one two", "three"]),
        ("a verylongword b", 4, ["a", "verylongword", "b"]),
        ("划分网格 now", 6, ["划分网", "格 now"]),
    ],
)
def test_words_stay_whole_and_chinese_breaks_anywhere(text, width, lines) -> None:
    assert pages.wrap(text, width) == lines


def test_a_term_too_long_for_its_column_has_its_meaning_below_it() -> None:
    said = pages.table([("--a", "short"), ("--a-very-long-option-of-many-words", "meant")], 60)
    assert [line.strip() for line in said.splitlines()][1:] == ["--a-very-long-option-of-many-words", "meant"]
    assert pages.table([], 60) == ""
    assert pages.table([("--bare", "")], 60) == "  --bare\n"


def test_typer_is_what_the_pages_are_made_for() -> None:
    assert issubclass(pages.Page, typer.core.TyperCommand)


def test_the_line_of_usage_is_in_the_language_of_the_reader() -> None:
    assert "用法: gridkit [选项] " in page_of(page("split"), "zh")
    assert "Usage: gridkit [OPTIONS] " in page_of(page("split"), "en")
