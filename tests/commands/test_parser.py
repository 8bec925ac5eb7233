"""Commands made from what is declared of them: what is written becomes what the function takes."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from gridkit.commands import parser
from gridkit.errors import UsageError
from gridkit.options.declaration import Option

FORMS = (
    Option("source", "source", help="What is read.", of=("try",), place="both"),
    Option("least", "number", 2.5, "A number.", of=("try",)),
    Option("times", "whole", None, "A whole number.", of=("try",)),
    Option("loud", "flag", False, "A flag.", of=("try",)),  # noqa: FBT003 - a default
    Option("files", "files", (), "Files.", of=("try",), flags=("--file",)),
    Option("facilities", "pairs", (), "Facilities.", of=("try",)),
    Option("needed", "text", help="Needed.", of=("try",), flags=("--needed",)),
)


class Says:
    """A console that takes note of the language it is to speak."""

    def __init__(self, asked: str | None = None) -> None:
        self.asked = asked
        self.quiet = False

    def speaks(self, language: str) -> Says:
        return Says(language)

    def hush(self) -> None:
        self.quiet = True


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs a made-up command and returns what its function was given."""
    monkeypatch.setattr(parser, "options_of", lambda name, where: FORMS)
    monkeypatch.setattr(parser, "guard", lambda *given, **more: None)
    monkeypatch.setitem(parser.COMMANDS, "try", next(iter(parser.COMMANDS.values())))

    def run(*words: str, console: Says | None = None) -> dict[str, Any]:
        taken: dict[str, Any] = {}

        def command(console: Any, source: Any = None, **given: Any) -> None:
            taken.update(given, source=source, console=console)

        made = parser.command("try", command)
        with made.make_context("try", list(words), obj=console or Says()) as context:
            made.invoke(context)
        return taken

    return run


def test_what_was_not_written_is_left_to_the_function(tried: Any) -> None:
    given = tried("a.gpkg")
    assert set(given) == {"source", "console"}
    assert given["source"] == "a.gpkg"


def test_words_become_numbers_flags_tuples_and_mappings(tried: Any) -> None:
    given = tried(
        *("a.gpkg", "--least", "3", "--times", "4", "--loud", "--file", "x", "--file", "y"),
        *("--facilities", "clinics=c.csv", "--facilities", "parks=p=q.csv"),
    )
    assert (given["least"], given["times"], given["loud"]) == (3.0, 4, True)
    assert tuple(map(str, given["files"])) == ("x", "y")
    assert given["facilities"] == {"clinics": "c.csv", "parks": "p=q.csv"}


def test_a_default_that_is_written_counts_as_written(tried: Any) -> None:
    assert tried("a.gpkg", "--least", "2.5")["least"] == 2.5


def test_a_pair_without_its_mark_is_refused_with_its_form(tried: Any) -> None:
    with pytest.raises(UsageError, match=r"facilities: 'clinics' is not of the form KIND=FILE"):
        tried("a.gpkg", "--facilities", "clinics")


def test_what_is_no_number_is_refused_by_the_option(tried: Any) -> None:
    with pytest.raises(typer.BadParameter):
        tried("a.gpkg", "--least", "many")


def test_the_function_is_given_what_it_names_even_when_it_was_not_written(tried: Any) -> None:
    assert tried()["source"] is None


def test_a_language_that_is_asked_for_changes_the_console(monkeypatch: pytest.MonkeyPatch, tried: Any) -> None:
    lang = Option("lang", "text", None, "A language.", of=("try",))
    monkeypatch.setattr(parser, "options_of", lambda name, where: (lang,))
    assert tried("--lang", "zh")["lang"] == "zh"
    assert tried("--lang", "zh")["console"].asked == "zh"
    assert "lang" not in tried()
    assert tried(console=Says("zh"))["lang"] == "zh"


@pytest.mark.parametrize("flag", ["-q", "--quiet"])
def test_quiet_may_stand_behind_any_command(flag: str, tried: Any) -> None:
    assert tried("a.gpkg", flag)["console"].quiet
    assert "quiet" not in tried("a.gpkg", flag)
    assert not tried("a.gpkg")["console"].quiet


def test_a_language_may_stand_behind_a_command_that_has_none_of_its_own(tried: Any) -> None:
    given = tried("a.gpkg", "--lang", "zh")
    assert given["console"].asked == "zh"
    assert "lang" not in given
